// TCP, UDP, SCTP, ICMP and ICMPv6: the header at the cursor; the cursor ends at the payload.
//
// Guarantees: a header that the capture cuts gives the fields that are there (each reader lists them), counts as a
// problem, and leaves `hasTransport` 0. Checksums are not verified. Sources: RFC 9293, 7323, 768, 9260, 792, 4443.

import { abandon, byte, Cursor, half, lacking, note, skip, word } from "./cursor";
import { isDnsPort, readDnsDatagram, readDnsSegment } from "./dns";
import {
  LAYER_FRAGMENT,
  LAYER_ICMP,
  LAYER_ICMPV6,
  LAYER_SCTP,
  LAYER_TCP,
  LAYER_UDP,
  Packet,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_SCTP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  TCP_SYN,
} from "./packet";
import {
  PROBLEM_ICMP_HEADER,
  PROBLEM_ICMPV6_HEADER,
  PROBLEM_SCTP_HEADER,
  PROBLEM_TCP_DATA_OFFSET,
  PROBLEM_TCP_HEADER,
  PROBLEM_TCP_OPTION_LENGTH,
  PROBLEM_TCP_OPTIONS,
  PROBLEM_UDP_HEADER,
  PROBLEM_UDP_LENGTH,
  PROBLEM_UDP_LENGTH_BEYOND,
} from "./problems";

// @ts-ignore: decorator
@inline
export function readTransport(cursor: Cursor, packet: Packet, protocol: i32): void {
  if (protocol == PROTOCOL_TCP) readTcp(cursor, packet);
  else if (protocol == PROTOCOL_UDP) readUdp(cursor, packet);
  else if (protocol == PROTOCOL_ICMP) readIcmp(cursor, packet);
  else if (protocol == PROTOCOL_ICMPV6) readIcmpv6(cursor, packet);
  else if (protocol == PROTOCOL_SCTP) readSctp(cursor, packet);
}

/**
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  0  |          source port          |       destination port        |
 *  4  |                        sequence number                        |
 *  8  |                     acknowledgment number                     |
 * 12  | words | reserved|C|E|U|A|P|R|S|F|            window           |
 * 16  |           checksum            |        urgent pointer         |
 * 20  |                      options, padded …                        |
 *
 * Cut inside the first 20 bytes: ports from 4 bytes on, sequence number from 8, acknowledgment number from 12, flags from
 * 14, window from 16; the payload begins where the data offset says when that was captured, else behind 20 bytes. Cut
 * inside the options: all of the header, and the options that are there.
 */
// @ts-ignore: decorator
@inline
function readTcp(cursor: Cursor, packet: Packet): void {
  const offset = cursor.offset;
  const available = cursor.available;
  if (available < 20) {
    readTcpPart(cursor, packet, available);
    return;
  }
  readPorts(offset, packet);
  const flags = byte(offset + 13);
  packet.layers |= LAYER_TCP;
  packet.sequence = word(offset + 4);
  packet.acknowledgment = word(offset + 8);
  packet.tcpFlags = flags;
  packet.window = half(offset + 14);
  packet.urgentPointer = half(offset + 18);
  const length = (byte(offset + 12) >> 4) << 2;
  if (length < 20) {
    note(packet, PROBLEM_TCP_DATA_OFFSET);
    abandon(cursor);
    return;
  }
  packet.hasTransport = 1;
  packet.transportHeaderLength = length;
  if (length > available) {
    packet.transportHeaderLength = min(length, cursor.remaining);
    lacking(cursor, packet, PROBLEM_TCP_OPTIONS, length);
  }
  if ((flags & TCP_SYN) != 0) readTcpOptions(packet, offset + 20, offset + length, cursor.end);
  if (length < available) {
    cursor.offset = offset + length;
    if (isDnsPort(packet)) readDnsSegment(cursor, packet);
  } else skip(cursor, length);
}

function readTcpPart(cursor: Cursor, packet: Packet, available: i32): void {
  const offset = cursor.offset;
  lacking(cursor, packet, PROBLEM_TCP_HEADER, 20);
  if (available >= 4) {
    packet.layers |= LAYER_TCP;
    readPorts(offset, packet);
  }
  if (available >= 8) packet.sequence = word(offset + 4);
  if (available >= 12) packet.acknowledgment = word(offset + 8);
  if (available >= 14) packet.tcpFlags = byte(offset + 13);
  if (available >= 16) packet.window = half(offset + 14);
  skip(cursor, available >= 13 ? max(20, (byte(offset + 12) >> 4) << 2) : 20);
}

const OPTION_END: i32 = 0;
const OPTION_NOTHING: i32 = 1;
const OPTION_SEGMENT_SIZE: i32 = 2;
const OPTION_WINDOW_SCALE: i32 = 3;

/** Options: kind (1 byte), length with these two (1), value; kinds 0 and 1 are single bytes. */
function readTcpOptions(packet: Packet, from: usize, headerEnd: usize, captureEnd: usize): void {
  const end = min(headerEnd, captureEnd);
  let at = from;
  while (at < end) {
    const kind = byte(at);
    if (kind == OPTION_END) return;
    if (kind == OPTION_NOTHING) {
      at++;
      continue;
    }
    const length = at + 1 < end ? byte(at + 1) : 0;
    if (length < 2 || at + length > end) {
      if (end == headerEnd) note(packet, PROBLEM_TCP_OPTION_LENGTH);
      return;
    }
    if (kind == OPTION_SEGMENT_SIZE && length == 4) {
      packet.maximumSegmentSize = half(at + 2);
    } else if (kind == OPTION_WINDOW_SCALE && length == 3) {
      packet.windowScale = byte(at + 2);
    }
    at += length;
  }
}

/**
 *  0  |          source port          |       destination port        |
 *  4  |            length             |           checksum            |
 *
 * Cut: ports from 4 bytes on. The length is checked, but payload is what the IP header says (RFC 9868 leaves room behind
 * it); 0 stands for "longer than the field" in IPv6 (RFC 2675).
 */
// @ts-ignore: decorator
@inline
function readUdp(cursor: Cursor, packet: Packet): void {
  const offset = cursor.offset;
  const available = cursor.available;
  if (available < 8) {
    readPortsOnly(cursor, packet, available, LAYER_UDP, PROBLEM_UDP_HEADER, 8);
    return;
  }
  readPorts(offset, packet);
  packet.layers |= LAYER_UDP;
  packet.hasTransport = 1;
  packet.transportHeaderLength = 8;
  const length = half(offset + 4);
  if (length < 8) {
    if (length != 0 || packet.ipVersion == 4) note(packet, PROBLEM_UDP_LENGTH);
  } else if (length > cursor.remaining && (packet.layers & LAYER_FRAGMENT) == 0) {
    note(packet, PROBLEM_UDP_LENGTH_BEYOND);
  }
  cursor.offset = offset + 8;
  if (isDnsPort(packet)) readDnsDatagram(cursor, packet);
}

/** Ports (2 bytes each), verification tag (4), checksum (4); chunks are payload. Cut: ports from 4 bytes on. */
function readSctp(cursor: Cursor, packet: Packet): void {
  const available = cursor.available;
  if (available < 12) {
    readPortsOnly(cursor, packet, available, LAYER_SCTP, PROBLEM_SCTP_HEADER, 12);
    return;
  }
  readPorts(cursor.offset, packet);
  packet.layers |= LAYER_SCTP;
  packet.hasTransport = 1;
  packet.transportHeaderLength = 12;
  cursor.offset += 12;
}

function readPortsOnly(
  cursor: Cursor,
  packet: Packet,
  available: i32,
  layer: i32,
  problem: i32,
  length: i32,
): void {
  lacking(cursor, packet, problem, length);
  if (available >= 4) {
    packet.layers |= layer;
    readPorts(cursor.offset, packet);
  }
  skip(cursor, length);
}

function readIcmp(cursor: Cursor, packet: Packet): void {
  readMessage(cursor, packet, LAYER_ICMP, PROBLEM_ICMP_HEADER);
  switch (packet.icmpType) {
    case 0: // echo reply
    case 8: // echo
    case 13: // timestamp
    case 14: // timestamp reply
    case 15: // information request
    case 16: // information reply
    case 17: // address mask request
    case 18: // address mask reply
      readIdentifier(packet);
      break;
    case 42: // extended echo request (RFC 8335)
    case 43: // extended echo reply
      readExtendedEcho(packet);
  }
}

function readIcmpv6(cursor: Cursor, packet: Packet): void {
  readMessage(cursor, packet, LAYER_ICMPV6, PROBLEM_ICMPV6_HEADER);
  switch (packet.icmpType) {
    case 128: // echo request
    case 129: // echo reply
      readIdentifier(packet);
      break;
    case 160: // extended echo request (RFC 8335)
    case 161: // extended echo reply
      readExtendedEcho(packet);
  }
}

/** Type (1 byte), code (1), checksum (2), and 4 bytes that depend on the type. Cut: type and code from 2 bytes on. */
function readMessage(cursor: Cursor, packet: Packet, layer: i32, problem: i32): void {
  const offset = cursor.offset;
  const available = cursor.available;
  if (available >= 2) {
    packet.layers |= layer;
    packet.icmpType = byte(offset);
    packet.icmpCode = byte(offset + 1);
  }
  if (available >= 8) {
    packet.hasTransport = 1;
    packet.transportHeaderLength = 8;
  } else lacking(cursor, packet, problem, 8);
  skip(cursor, 8);
}

function readIdentifier(packet: Packet): void {
  if (packet.hasTransport == 0) return;
  const offset = <usize>packet.transportOffset;
  packet.icmpIdentifier = half(offset + 4);
  packet.icmpSequence = half(offset + 6);
}

function readExtendedEcho(packet: Packet): void {
  if (packet.hasTransport == 0) return;
  const offset = <usize>packet.transportOffset;
  packet.icmpIdentifier = half(offset + 4);
  packet.icmpSequence = byte(offset + 6);
}

// @ts-ignore: decorator
@inline
function readPorts(offset: usize, packet: Packet): void {
  packet.sourcePort = half(offset);
  packet.destinationPort = half(offset + 2);
}
