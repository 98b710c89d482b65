// DNS: header and first question of messages on ports 53 (DNS), 5353 (multicast DNS) and 5355 (LLMNR).
//
// Guarantees: reads at most 12 + 255 + 4 bytes of a message and follows no compression pointer (in the first question one
// could only point back into the header), so there is nothing to loop. Names stay in the capture; `dnsName` makes text
// of one. Source: RFC 1035, section 4; over TCP a 2-byte length goes before (section 4.2.2).

import { type Cursor, half, lacking, note } from "./cursor.ts";
import { LAYER_DNS, type Packet } from "./packet.ts";
import { PROBLEM_DNS_HEADER, PROBLEM_DNS_NAME, PROBLEM_DNS_QUESTION } from "./problems.ts";

const HEADER_LENGTH = 12;
const NAME_LENGTH_MAX = 255;
const LABEL_LENGTH_MAX = 63;
const NAME_ENDLESS = 0;
const NAME_BAD = -1;

export function isDnsPort(packet: Packet): boolean {
  return isPort(packet.destinationPort) || isPort(packet.sourcePort);
}

function isPort(port: number): boolean {
  return port === 53 || port === 5353 || port === 5355;
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
  if (cursor.wireEnd === cursor.offset) return;
  if (cursor.end - cursor.offset < HEADER_LENGTH) {
    lacking(cursor, packet, PROBLEM_DNS_HEADER, HEADER_LENGTH);
    return;
  }
  readHeader(cursor.bytes, cursor.offset, packet);
  if (packet.dnsQuestions > 0) readQuestion(cursor, packet, cursor.offset + HEADER_LENGTH);
}

/**
 * A TCP segment on a DNS port begins with a message only by chance, so its start is taken for one when it reads like one:
 * a length of at least 12, a known kind of query, and at most one question, which is sound. Else it is left alone.
 */
export function readDnsSegment(cursor: Cursor, packet: Packet): void {
  const { bytes } = cursor;
  const offset = cursor.offset + 2;
  if (cursor.end - offset < HEADER_LENGTH || half(bytes, offset - 2) < HEADER_LENGTH) return;
  const operation = (bytes[offset + 2] >> 3) & 0x0f;
  const questions = half(bytes, offset + 4);
  if (operation > 6 || questions > 1) return;
  if (questions === 1 && nameLength(bytes, offset + HEADER_LENGTH, cursor.end) <= 0) return;
  readHeader(bytes, offset, packet);
  if (questions === 1) readQuestion(cursor, packet, offset + HEADER_LENGTH);
}

function readHeader(bytes: Uint8Array, offset: number, packet: Packet): void {
  packet.layers |= LAYER_DNS;
  packet.dnsIdentification = half(bytes, offset);
  packet.dnsFlags = half(bytes, offset + 2);
  packet.dnsQuestions = half(bytes, offset + 4);
  packet.dnsAnswers = half(bytes, offset + 6);
}

function readQuestion(cursor: Cursor, packet: Packet, offset: number): void {
  const length = nameLength(cursor.bytes, offset, cursor.end);
  if (length === NAME_BAD) {
    note(packet, PROBLEM_DNS_NAME);
    return;
  }
  const behind = offset + length;
  if (length !== NAME_ENDLESS) {
    packet.dnsNameOffset = offset;
    packet.dnsNameLength = length;
    if (cursor.end - behind >= 2) packet.dnsQuestionType = half(cursor.bytes, behind);
  }
  if (length === NAME_ENDLESS || cursor.end - behind < 4) {
    note(packet, cursor.end < cursor.wireEnd ? PROBLEM_DNS_QUESTION : PROBLEM_DNS_QUESTION + 1);
  }
}

/** Bytes of the name at `offset` with its final 0; NAME_ENDLESS when it is not over at `end`; NAME_BAD. */
function nameLength(bytes: Uint8Array, offset: number, end: number): number {
  let at = offset;
  while (at < end) {
    const label = bytes[at];
    if (label > LABEL_LENGTH_MAX) return NAME_BAD;
    at += label + 1;
    if (at - offset > NAME_LENGTH_MAX) return NAME_BAD;
    if (label === 0) return at - offset;
  }
  return NAME_ENDLESS;
}

/**
 * The first question's name as text: labels joined by dots, no final dot, "." for the root, "" when there is none. A dot
 * or backslash inside a label is written "\." or "\\", any byte that is not printable ASCII "\DDD" (RFC 4343, section 2.1).
 */
export function dnsName(packet: Packet): string {
  if (packet.dnsNameLength === 0) return "";
  const { bytes } = packet;
  const end = packet.dnsNameOffset + packet.dnsNameLength;
  const labels: string[] = [];
  let at = packet.dnsNameOffset;
  while (at < end && bytes[at] !== 0) {
    const next = at + 1 + bytes[at];
    let label = "";
    for (let index = at + 1; index < next; index++) label += escaped(bytes[index]);
    labels.push(label);
    at = next;
  }
  return labels.length === 0 ? "." : labels.join(".");
}

function escaped(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === "." || character === "\\") return `\\${character}`;
  return byte > 0x20 && byte < 0x7f ? character : `\\${byte.toString().padStart(3, "0")}`;
}
