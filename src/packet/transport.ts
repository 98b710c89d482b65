// TCP, UDP, SCTP, ICMP and ICMPv6: the header at the cursor; the cursor ends at the payload.
//
// Guarantees: a header that the capture cuts gives the fields that are there (each reader lists them), counts as a
// problem, and leaves `hasTransport` 0. Checksums are not verified. Sources: RFC 9293, 7323, 768, 9260, 792, 4443.

import { abandon, type Cursor, half, lacking, note, skip, word } from "./cursor.ts";
import { isDnsPort, readDnsDatagram, readDnsSegment } from "./dns.ts";
import {
  LAYER_FRAGMENT,
  LAYER_ICMP,
  LAYER_ICMPV6,
  LAYER_SCTP,
  LAYER_TCP,
  LAYER_UDP,
  type Packet,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_SCTP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  TCP_SYN,
} from "./packet.ts";
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
} from "./problems.ts";

export function readTransport(cursor: Cursor, packet: Packet, protocol: number): void {
  switch (protocol) {
    case PROTOCOL_TCP:
      readTcp(cursor, packet);
      break;
    case PROTOCOL_UDP:
      readUdp(cursor, packet);
      break;
    case PROTOCOL_ICMP:
      readIcmp(cursor, packet);
      break;
    case PROTOCOL_ICMPV6:
      readIcmpv6(cursor, packet);
      break;
    case PROTOCOL_SCTP:
      readSctp(cursor, packet);
      break;
  }
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
function readTcp(cursor: Cursor, packet: Packet): void {
  const { bytes, offset } = cursor;
  const available = cursor.end - offset;
  if (available < 20) {
    readTcpPart(cursor, packet, available);
    return;
  }
  readPorts(bytes, offset, packet);
  packet.layers |= LAYER_TCP;
  packet.sequence = word(bytes, offset + 4);
  packet.acknowledgment = word(bytes, offset + 8);
  packet.tcpFlags = bytes[offset + 13];
  packet.window = half(bytes, offset + 14);
  packet.urgentPointer = half(bytes, offset + 18);
  const length = (bytes[offset + 12] >> 4) << 2;
  if (length < 20) {
    note(packet, PROBLEM_TCP_DATA_OFFSET);
    abandon(cursor);
    return;
  }
  packet.hasTransport = 1;
  packet.transportHeaderLength = length;
  if (length > available) {
    packet.transportHeaderLength = Math.min(length, cursor.wireEnd - offset);
    lacking(cursor, packet, PROBLEM_TCP_OPTIONS, length);
  }
  if ((packet.tcpFlags & TCP_SYN) !== 0)
    readTcpOptions(bytes, packet, offset + 20, offset + length, cursor.end);
  skip(cursor, length);
  if (cursor.end > cursor.offset && isDnsPort(packet)) readDnsSegment(cursor, packet);
}

function readTcpPart(cursor: Cursor, packet: Packet, available: number): void {
  const { bytes, offset } = cursor;
  lacking(cursor, packet, PROBLEM_TCP_HEADER, 20);
  if (available >= 4) {
    packet.layers |= LAYER_TCP;
    readPorts(bytes, offset, packet);
  }
  if (available >= 8) packet.sequence = word(bytes, offset + 4);
  if (available >= 12) packet.acknowledgment = word(bytes, offset + 8);
  if (available >= 14) packet.tcpFlags = bytes[offset + 13];
  if (available >= 16) packet.window = half(bytes, offset + 14);
  skip(cursor, available >= 13 ? Math.max(20, (bytes[offset + 12] >> 4) << 2) : 20);
}

const OPTION_END = 0;
const OPTION_NOTHING = 1;
const OPTION_SEGMENT_SIZE = 2;
const OPTION_WINDOW_SCALE = 3;

/** Options: kind (1 byte), length with these two (1), value; kinds 0 and 1 are single bytes. */
function readTcpOptions(
  bytes: Uint8Array,
  packet: Packet,
  from: number,
  headerEnd: number,
  captureEnd: number,
): void {
  const end = Math.min(headerEnd, captureEnd);
  let at = from;
  while (at < end) {
    const kind = bytes[at];
    if (kind === OPTION_END) return;
    if (kind === OPTION_NOTHING) {
      at++;
      continue;
    }
    const length = at + 1 < end ? bytes[at + 1] : 0;
    if (length < 2 || at + length > end) {
      if (end === headerEnd) note(packet, PROBLEM_TCP_OPTION_LENGTH);
      return;
    }
    if (kind === OPTION_SEGMENT_SIZE && length === 4) {
      packet.maximumSegmentSize = half(bytes, at + 2);
    } else if (kind === OPTION_WINDOW_SCALE && length === 3) {
      packet.windowScale = bytes[at + 2];
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
function readUdp(cursor: Cursor, packet: Packet): void {
  const { bytes, offset } = cursor;
  const available = cursor.end - offset;
  if (available < 8) {
    readPortsOnly(cursor, packet, available, LAYER_UDP, PROBLEM_UDP_HEADER, 8);
    return;
  }
  readPorts(bytes, offset, packet);
  packet.layers |= LAYER_UDP;
  packet.hasTransport = 1;
  packet.transportHeaderLength = 8;
  const length = half(bytes, offset + 4);
  if (length < 8) {
    if (length !== 0 || packet.ipVersion === 4) note(packet, PROBLEM_UDP_LENGTH);
  } else if (length > cursor.wireEnd - offset && (packet.layers & LAYER_FRAGMENT) === 0) {
    note(packet, PROBLEM_UDP_LENGTH_BEYOND);
  }
  cursor.offset = offset + 8;
  if (isDnsPort(packet)) readDnsDatagram(cursor, packet);
}

/** Ports (2 bytes each), verification tag (4), checksum (4); chunks are payload. Cut: ports from 4 bytes on. */
function readSctp(cursor: Cursor, packet: Packet): void {
  const available = cursor.end - cursor.offset;
  if (available < 12) {
    readPortsOnly(cursor, packet, available, LAYER_SCTP, PROBLEM_SCTP_HEADER, 12);
    return;
  }
  readPorts(cursor.bytes, cursor.offset, packet);
  packet.layers |= LAYER_SCTP;
  packet.hasTransport = 1;
  packet.transportHeaderLength = 12;
  cursor.offset += 12;
}

function readPortsOnly(
  cursor: Cursor,
  packet: Packet,
  available: number,
  layer: number,
  problem: number,
  length: number,
): void {
  lacking(cursor, packet, problem, length);
  if (available >= 4) {
    packet.layers |= layer;
    readPorts(cursor.bytes, cursor.offset, packet);
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
      readIdentifier(cursor.bytes, packet);
      break;
    case 42: // extended echo request (RFC 8335)
    case 43: // extended echo reply
      readExtendedEcho(cursor.bytes, packet);
  }
}

function readIcmpv6(cursor: Cursor, packet: Packet): void {
  readMessage(cursor, packet, LAYER_ICMPV6, PROBLEM_ICMPV6_HEADER);
  switch (packet.icmpType) {
    case 128: // echo request
    case 129: // echo reply
      readIdentifier(cursor.bytes, packet);
      break;
    case 160: // extended echo request (RFC 8335)
    case 161: // extended echo reply
      readExtendedEcho(cursor.bytes, packet);
  }
}

/** Type (1 byte), code (1), checksum (2), and 4 bytes that depend on the type. Cut: type and code from 2 bytes on. */
function readMessage(cursor: Cursor, packet: Packet, layer: number, problem: number): void {
  const { bytes, offset } = cursor;
  const available = cursor.end - offset;
  if (available >= 2) {
    packet.layers |= layer;
    packet.icmpType = bytes[offset];
    packet.icmpCode = bytes[offset + 1];
  }
  if (available >= 8) {
    packet.hasTransport = 1;
    packet.transportHeaderLength = 8;
  } else lacking(cursor, packet, problem, 8);
  skip(cursor, 8);
}

function readIdentifier(bytes: Uint8Array, packet: Packet): void {
  if (packet.hasTransport === 0) return;
  const offset = packet.transportOffset;
  packet.icmpIdentifier = half(bytes, offset + 4);
  packet.icmpSequence = half(bytes, offset + 6);
}

function readExtendedEcho(bytes: Uint8Array, packet: Packet): void {
  if (packet.hasTransport === 0) return;
  const offset = packet.transportOffset;
  packet.icmpIdentifier = half(bytes, offset + 4);
  packet.icmpSequence = bytes[offset + 6];
}

function readPorts(bytes: Uint8Array, offset: number, packet: Packet): void {
  packet.sourcePort = half(bytes, offset);
  packet.destinationPort = half(bytes, offset + 2);
}
