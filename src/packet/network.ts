// ARP, IPv4 and IPv6: from the EtherType at the cursor to the transport header behind it.
//
// Guarantees: when `packet.ipVersion` is set, addresses, protocol and lengths are those of a header that was read in
// full; the cursor ends where the IP datagram ends, so padding and trailers of the frame are never payload. Checksums are
// not verified: captures taken on the sending host carry ones that the network card fills in later. Sources: RFC 826,
// 791, 8200, 4302, 6275.

import { abandon, type Cursor, half, lacking, limit, note, skip, word } from "./cursor.ts";
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from "./ethertype.ts";
import { LAYER_ARP, LAYER_FRAGMENT, LAYER_IPV4, LAYER_IPV6, type Packet } from "./packet.ts";
import {
  PROBLEM_ARP_ADDRESSES,
  PROBLEM_ARP_HEADER,
  PROBLEM_EXTENSION_DEPTH,
  PROBLEM_EXTENSION_HEADER,
  PROBLEM_IPV4_FRAGMENT,
  PROBLEM_IPV4_HEADER,
  PROBLEM_IPV4_HEADER_LENGTH,
  PROBLEM_IPV4_LENGTH_BEYOND,
  PROBLEM_IPV4_OPTIONS,
  PROBLEM_IPV4_TOTAL_LENGTH,
  PROBLEM_IPV4_VERSION,
  PROBLEM_IPV6_FRAGMENT,
  PROBLEM_IPV6_HEADER,
  PROBLEM_IPV6_LENGTH_BEYOND,
  PROBLEM_IPV6_VERSION,
} from "./problems.ts";

const MAPPED = 0x0000ffff;
const DATAGRAM_MAX = 65_535;
const EXTENSION_DEPTH_MAX = 16;

const EXTENSION_HOP_BY_HOP = 0;
const EXTENSION_ROUTING = 43;
const EXTENSION_FRAGMENT = 44;
const EXTENSION_AUTHENTICATION = 51;
const NO_NEXT_HEADER = 59;
const EXTENSION_DESTINATION = 60;
const EXTENSION_MOBILITY = 135;

/** Returns the protocol whose header lies at the cursor, or -1 when none does. */
export function readNetwork(cursor: Cursor, packet: Packet, etherType: number): number {
  if (etherType === ETHERTYPE_IPV4) return readIpv4(cursor, packet);
  if (etherType === ETHERTYPE_IPV6) return readIpv6(cursor, packet);
  readArp(cursor, packet);
  return -1;
}

/**
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  0  |version| words |type of service|         total length          |
 *  4  |        identification         |0|D|M|    fragment offset      |
 *  8  | time to live  |   protocol    |           checksum            |
 * 12  |                        source address                         |
 * 16  |                      destination address                      |
 * 20  |                      options, padded …                        |
 */
function readIpv4(cursor: Cursor, packet: Packet): number {
  const { bytes, offset } = cursor;
  if (cursor.end - offset < 20) return stop(lacking(cursor, packet, PROBLEM_IPV4_HEADER, 20));
  const first = bytes[offset];
  if (first >> 4 !== 4) return stop(note(packet, PROBLEM_IPV4_VERSION));
  const headerLength = (first & 0x0f) << 2;
  if (headerLength < 20) return stop(note(packet, PROBLEM_IPV4_HEADER_LENGTH));

  const protocol = bytes[offset + 9];
  packet.layers |= LAYER_IPV4;
  packet.ipVersion = 4;
  packet.ipOffset = offset;
  packet.ipHeaderLength = headerLength;
  packet.trafficClass = bytes[offset + 1];
  packet.ttl = bytes[offset + 8];
  packet.protocol = protocol;
  packet.source2 = MAPPED;
  packet.source3 = word(bytes, offset + 12);
  packet.destination2 = MAPPED;
  packet.destination3 = word(bytes, offset + 16);
  packet.fragmentIdentification = half(bytes, offset + 4);
  packet.dontFragment = (bytes[offset + 6] >> 6) & 1;

  const totalLength = half(bytes, offset + 2);
  const frameLength = cursor.wireEnd - offset;
  packet.ipLength = totalLength === 0 ? frameLength : totalLength;
  if (totalLength !== 0 && totalLength < headerLength) {
    skip(cursor, headerLength);
    abandon(cursor);
    return stop(note(packet, PROBLEM_IPV4_TOTAL_LENGTH));
  }
  if (totalLength > frameLength) note(packet, PROBLEM_IPV4_LENGTH_BEYOND);
  limit(cursor, packet.ipLength);
  if (cursor.end - offset < headerLength) {
    lacking(cursor, packet, PROBLEM_IPV4_OPTIONS, headerLength);
    skip(cursor, headerLength);
    return -1;
  }
  cursor.offset = offset + headerLength;

  if ((((bytes[offset + 6] & 0x3f) << 8) | bytes[offset + 7]) !== 0) {
    packet.moreFragments = (bytes[offset + 6] >> 5) & 1;
    packet.fragmentOffset = (((bytes[offset + 6] & 0x1f) << 8) | bytes[offset + 7]) << 3;
    if (isFragment(cursor, packet, PROBLEM_IPV4_FRAGMENT)) return -1;
  }
  return protocol === EXTENSION_AUTHENTICATION ? skipExtensions(cursor, packet, protocol) : protocol;
}

/**
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  0  |version| traffic class |              flow label               |
 *  4  |        payload length         |  next header  |   hop limit   |
 *  8  |                   source address (16 bytes)                   |
 * 24  |                destination address (16 bytes)                 |
 */
function readIpv6(cursor: Cursor, packet: Packet): number {
  const { bytes, offset } = cursor;
  if (cursor.end - offset < 40) return stop(lacking(cursor, packet, PROBLEM_IPV6_HEADER, 40));
  if (bytes[offset] >> 4 !== 6) return stop(note(packet, PROBLEM_IPV6_VERSION));

  const next = bytes[offset + 6];
  packet.layers |= LAYER_IPV6;
  packet.ipVersion = 6;
  packet.ipOffset = offset;
  packet.ipHeaderLength = 40;
  packet.trafficClass = ((bytes[offset] & 0x0f) << 4) | (bytes[offset + 1] >> 4);
  packet.ttl = bytes[offset + 7];
  packet.protocol = next;
  packet.source0 = word(bytes, offset + 8);
  packet.source1 = word(bytes, offset + 12);
  packet.source2 = word(bytes, offset + 16);
  packet.source3 = word(bytes, offset + 20);
  packet.destination0 = word(bytes, offset + 24);
  packet.destination1 = word(bytes, offset + 28);
  packet.destination2 = word(bytes, offset + 32);
  packet.destination3 = word(bytes, offset + 36);

  const payloadLength = half(bytes, offset + 4);
  const frameLength = cursor.wireEnd - offset;
  const unstated = payloadLength === 0 && next !== NO_NEXT_HEADER; // a jumbogram, or segmentation left to the card
  packet.ipLength = unstated ? frameLength : payloadLength + 40;
  if (packet.ipLength > frameLength) note(packet, PROBLEM_IPV6_LENGTH_BEYOND);
  limit(cursor, packet.ipLength);
  cursor.offset = offset + 40;
  return skipExtensions(cursor, packet, next);
}

/**
 * Walks extension headers: next header (1 byte), length behind the first 8 bytes in units of 8 (1 byte), content; the
 * authentication header counts in units of 4, the fragment header is always 8 bytes. Mobility is walked alike. Encrypted
 * content (ESP) ends the walk like any other protocol.
 */
function skipExtensions(cursor: Cursor, packet: Packet, first: number): number {
  let next = first;
  for (let depth = 0; ; depth++) {
    packet.protocol = next;
    packet.ipHeaderLength = cursor.offset - packet.ipOffset;
    if (!isExtension(next)) return next;
    if (depth === EXTENSION_DEPTH_MAX) return stop(note(packet, PROBLEM_EXTENSION_DEPTH));
    const { bytes, offset } = cursor;
    const available = cursor.end - offset;
    if (available < 8) return stop(lacking(cursor, packet, PROBLEM_EXTENSION_HEADER, 8));
    const length = extensionLength(next, bytes[offset + 1]);
    if (available < length) return stop(lacking(cursor, packet, PROBLEM_EXTENSION_HEADER, length));
    cursor.offset = offset + length;
    const stepped = next;
    next = bytes[offset];
    if (stepped === EXTENSION_FRAGMENT && readFragment(cursor, packet, offset)) {
      packet.protocol = next;
      packet.ipHeaderLength = cursor.offset - packet.ipOffset;
      return -1;
    }
  }
}

function isExtension(protocol: number): boolean {
  switch (protocol) {
    case EXTENSION_HOP_BY_HOP:
    case EXTENSION_ROUTING:
    case EXTENSION_FRAGMENT:
    case EXTENSION_AUTHENTICATION:
    case EXTENSION_DESTINATION:
    case EXTENSION_MOBILITY:
      return true;
    default:
      return false;
  }
}

function extensionLength(kind: number, units: number): number {
  if (kind === EXTENSION_FRAGMENT) return 8;
  return kind === EXTENSION_AUTHENTICATION ? (units + 2) << 2 : (units + 1) << 3;
}

/** Next header (1 byte), reserved (1), offset in units of 8 bytes (13 bits), reserved (2), more (1), identification (4). */
function readFragment(cursor: Cursor, packet: Packet, offset: number): boolean {
  const { bytes } = cursor;
  const field = half(bytes, offset + 2);
  packet.fragmentOffset = field & 0xfff8;
  packet.moreFragments = field & 1;
  packet.fragmentIdentification = word(bytes, offset + 4);
  return (field & 0xfff9) !== 0 && isFragment(cursor, packet, PROBLEM_IPV6_FRAGMENT);
}

/** Marks a fragment. True when it is not the first one, so that no transport header lies at the cursor. */
function isFragment(cursor: Cursor, packet: Packet, beyond: number): boolean {
  packet.layers |= LAYER_FRAGMENT;
  if (packet.fragmentOffset + cursor.wireEnd - cursor.offset > DATAGRAM_MAX) note(packet, beyond);
  return packet.fragmentOffset > 0;
}

/**
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  0  |         hardware type         |         protocol type         |
 *  4  | hw. addr. len.| pr. addr. len.|           operation           |
 *  8  |  sender's hardware, sender's protocol, target's hardware, target's protocol address
 */
function readArp(cursor: Cursor, packet: Packet): void {
  const { bytes, offset } = cursor;
  if (cursor.end - offset < 8) {
    lacking(cursor, packet, PROBLEM_ARP_HEADER, 8);
    return;
  }
  packet.layers |= LAYER_ARP;
  packet.arpOperation = half(bytes, offset + 6);
  const protocolType = half(bytes, offset + 2);
  const hardwareLength = bytes[offset + 4];
  const length = 8 + 2 * (hardwareLength + 4);
  if (protocolType !== ETHERTYPE_IPV4 || bytes[offset + 5] !== 4) note(packet, PROBLEM_ARP_ADDRESSES);
  else if (cursor.end - offset < length) lacking(cursor, packet, PROBLEM_ARP_HEADER, length);
  else {
    packet.source2 = MAPPED;
    packet.source3 = word(bytes, offset + 8 + hardwareLength);
    packet.destination2 = MAPPED;
    packet.destination3 = word(bytes, offset + length - 4);
  }
}

/** Nothing to read behind this. */
function stop(_noted: number): number {
  return -1;
}
