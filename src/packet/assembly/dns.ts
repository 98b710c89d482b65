// DNS: header and first question of messages on ports 53 (DNS), 5353 (multicast DNS) and 5355 (LLMNR).
//
// Guarantees: reads at most 12 + 255 + 4 bytes of a message and follows no compression pointer (in the first question one
// could only point back into the header), so there is nothing to loop. Names stay in the capture; `dnsName` of ../dns.ts
// makes text of one. Source: RFC 1035, section 4; over TCP a 2-byte length goes before (section 4.2.2).

import { byte, Cursor, half, lacking, note } from "./cursor";
import { LAYER_DNS, Packet } from "./packet";
import { PROBLEM_DNS_HEADER, PROBLEM_DNS_NAME, PROBLEM_DNS_QUESTION } from "./problems";

const HEADER_LENGTH: i32 = 12;
const NAME_LENGTH_MAX: i32 = 255;
const LABEL_LENGTH_MAX: i32 = 63;
const NAME_ENDLESS: i32 = 0;
const NAME_BAD: i32 = -1;

// @ts-ignore: decorator
@inline
export function isDnsPort(packet: Packet): bool {
  return isPort(packet.destinationPort) || isPort(packet.sourcePort);
}

// @ts-ignore: decorator
@inline
function isPort(port: i32): bool {
  return port == 53 || port == 5353 || port == 5355;
}

/**
 *  0  |        identification         |Q| opcode|A|T|D|A|  Z  | code  |
 *  4  |           questions           |            answers            |
 *  8  |      authority records        |       additional records      |
 * 12  |  first question: name, type (2 bytes), class (2 bytes) …
 *
 * An empty datagram is no DNS message. Cut inside the question: the header, and the name when that is there in full.
 */
export function readDnsDatagram(cursor: Cursor, packet: Packet): void {
  if (cursor.remaining == 0) return;
  if (cursor.available < HEADER_LENGTH) {
    lacking(cursor, packet, PROBLEM_DNS_HEADER, HEADER_LENGTH);
    return;
  }
  readHeader(cursor.offset, packet);
  if (packet.dnsQuestions > 0) readQuestion(cursor, packet, cursor.offset + HEADER_LENGTH);
}

/**
 * A TCP segment on a DNS port begins with a message only by chance, so its start is taken for one when it reads like one:
 * a length of at least 12, a known kind of query, and at most one question, which is sound. Else it is left alone.
 */
export function readDnsSegment(cursor: Cursor, packet: Packet): void {
  const offset = cursor.offset + 2;
  if (cursor.available < 2 + HEADER_LENGTH || half(offset - 2) < HEADER_LENGTH) return;
  const operation = (byte(offset + 2) >> 3) & 0x0f;
  const questions = half(offset + 4);
  if (operation > 6 || questions > 1) return;
  if (questions == 1 && nameLength(offset + HEADER_LENGTH, cursor.end) <= 0) return;
  readHeader(offset, packet);
  if (questions == 1) readQuestion(cursor, packet, offset + HEADER_LENGTH);
}

function readHeader(offset: usize, packet: Packet): void {
  packet.layers |= LAYER_DNS;
  packet.dnsIdentification = half(offset);
  packet.dnsFlags = half(offset + 2);
  packet.dnsQuestions = half(offset + 4);
  packet.dnsAnswers = half(offset + 6);
}

function readQuestion(cursor: Cursor, packet: Packet, offset: usize): void {
  const length = nameLength(offset, cursor.end);
  if (length == NAME_BAD) {
    note(packet, PROBLEM_DNS_NAME);
    return;
  }
  const left = <i32>(cursor.end - offset) - length;
  if (length != NAME_ENDLESS) {
    packet.dnsNameOffset = <i32>offset;
    packet.dnsNameLength = length;
    if (left >= 2) packet.dnsQuestionType = half(offset + length);
  }
  if (length == NAME_ENDLESS || left < 4) {
    note(packet, cursor.end < cursor.wireEnd ? PROBLEM_DNS_QUESTION : PROBLEM_DNS_QUESTION + 1);
  }
}

/** Bytes of the name at `offset` with its final 0; NAME_ENDLESS when it is not over at `end`; NAME_BAD. */
function nameLength(offset: usize, end: usize): i32 {
  let at = offset;
  while (at < end) {
    const label = byte(at);
    if (label > LABEL_LENGTH_MAX) return NAME_BAD;
    at += label + 1;
    if (<i32>(at - offset) > NAME_LENGTH_MAX) return NAME_BAD;
    if (label == 0) return <i32>(at - offset);
  }
  return NAME_ENDLESS;
}
