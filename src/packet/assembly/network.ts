// ARP, IPv4 and IPv6: from the EtherType at the cursor to the transport header behind it.
//
// Guarantees: when `packet.ipVersion` is set, addresses, protocol and lengths are those of a header that was read in
// full; the cursor ends where the IP datagram ends, so padding and trailers of the frame are never payload. Checksums are
// not verified: captures taken on the sending host carry ones that the network card fills in later. Sources: RFC 826,
// 791, 8200, 4302, 6275.

import { abandon, byte, Cursor, half, lacking, limit, note, skip, word } from "./cursor";
import { ETHERTYPE_IPV4, ETHERTYPE_IPV6 } from "./ethertype";
import { LAYER_ARP, LAYER_FRAGMENT, LAYER_IPV4, LAYER_IPV6, Packet } from "./packet";
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
} from "./problems";

export const MAPPED: i32 = 0x0000ffff;
const DATAGRAM_MAX: i32 = 65_535;
const EXTENSION_DEPTH_MAX: i32 = 16;

const EXTENSION_HOP_BY_HOP: i32 = 0;
const EXTENSION_ROUTING: i32 = 43;
const EXTENSION_FRAGMENT: i32 = 44;
const EXTENSION_AUTHENTICATION: i32 = 51;
const NO_NEXT_HEADER: i32 = 59;
const EXTENSION_DESTINATION: i32 = 60;
const EXTENSION_MOBILITY: i32 = 135;

/** Returns the protocol whose header lies at the cursor, or -1 when none does. */
// @ts-ignore: decorator
@inline
export function readNetwork(cursor: Cursor, packet: Packet, etherType: i32): i32 {
  if (etherType == ETHERTYPE_IPV4) return readIpv4(cursor, packet);
  if (etherType == ETHERTYPE_IPV6) return readIpv6(cursor, packet);
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
// @ts-ignore: decorator
@inline
function readIpv4(cursor: Cursor, packet: Packet): i32 {
  const offset = cursor.offset;
  if (cursor.available < 20) return stop(lacking(cursor, packet, PROBLEM_IPV4_HEADER, 20));
  const first = byte(offset);
  if (first >> 4 != 4) return stop(note(packet, PROBLEM_IPV4_VERSION));
  const headerLength = (first & 0x0f) << 2;
  if (headerLength < 20) return stop(note(packet, PROBLEM_IPV4_HEADER_LENGTH));

  const protocol = byte(offset + 9);
  const fragment = half(offset + 6);
  packet.layers |= LAYER_IPV4;
  packet.ipVersion = 4;
  packet.ipOffset = <i32>offset;
  packet.ipHeaderLength = headerLength;
  packet.trafficClass = byte(offset + 1);
  packet.ttl = byte(offset + 8);
  packet.protocol = protocol;
  packet.source2 = MAPPED;
  packet.source3 = word(offset + 12);
  packet.destination2 = MAPPED;
  packet.destination3 = word(offset + 16);
  packet.fragmentIdentification = half(offset + 4);
  packet.dontFragment = (fragment >> 14) & 1;

  const totalLength = half(offset + 2);
  const frameLength = cursor.remaining;
  const length = totalLength == 0 ? frameLength : totalLength;
  packet.ipLength = length;
  if (totalLength != 0 && totalLength < headerLength) {
    skip(cursor, headerLength);
    abandon(cursor);
    return stop(note(packet, PROBLEM_IPV4_TOTAL_LENGTH));
  }
  if (totalLength > frameLength) note(packet, PROBLEM_IPV4_LENGTH_BEYOND);
  limit(cursor, length);
  if (cursor.available < headerLength) {
    lacking(cursor, packet, PROBLEM_IPV4_OPTIONS, headerLength);
    skip(cursor, headerLength);
    return -1;
  }
  cursor.offset = offset + headerLength;

  if ((fragment & 0x3fff) != 0) {
    packet.moreFragments = (fragment >> 13) & 1;
    packet.fragmentOffset = (fragment & 0x1fff) << 3;
    if (isFragment(cursor, packet, PROBLEM_IPV4_FRAGMENT)) return -1;
  }
  return protocol == EXTENSION_AUTHENTICATION ? skipExtensions(cursor, packet, protocol) : protocol;
}

/**
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  0  |version| traffic class |              flow label               |
 *  4  |        payload length         |  next header  |   hop limit   |
 *  8  |                   source address (16 bytes)                   |
 * 24  |                destination address (16 bytes)                 |
 */
function readIpv6(cursor: Cursor, packet: Packet): i32 {
  const offset = cursor.offset;
  if (cursor.available < 40) return stop(lacking(cursor, packet, PROBLEM_IPV6_HEADER, 40));
  const first = half(offset);
  if (first >> 12 != 6) return stop(note(packet, PROBLEM_IPV6_VERSION));

  const next = byte(offset + 6);
  packet.layers |= LAYER_IPV6;
  packet.ipVersion = 6;
  packet.ipOffset = <i32>offset;
  packet.ipHeaderLength = 40;
  packet.trafficClass = (first >> 4) & 0xff;
  packet.ttl = byte(offset + 7);
  packet.protocol = next;
  packet.source0 = word(offset + 8);
  packet.source1 = word(offset + 12);
  packet.source2 = word(offset + 16);
  packet.source3 = word(offset + 20);
  packet.destination0 = word(offset + 24);
  packet.destination1 = word(offset + 28);
  packet.destination2 = word(offset + 32);
  packet.destination3 = word(offset + 36);

  const payloadLength = half(offset + 4);
  const frameLength = cursor.remaining;
  const unstated = payloadLength == 0 && next != NO_NEXT_HEADER; // a jumbogram, or segmentation left to the card
  const length = unstated ? frameLength : payloadLength + 40;
  packet.ipLength = length;
  if (length > frameLength) note(packet, PROBLEM_IPV6_LENGTH_BEYOND);
  limit(cursor, length);
  cursor.offset = offset + 40;
  return isExtension(next) ? skipExtensions(cursor, packet, next) : next;
}

/**
 * Walks extension headers: next header (1 byte), length behind the first 8 bytes in units of 8 (1 byte), content; the
 * authentication header counts in units of 4, the fragment header is always 8 bytes. Mobility is walked alike. Encrypted
 * content (ESP) ends the walk like any other protocol.
 */
function skipExtensions(cursor: Cursor, packet: Packet, first: i32): i32 {
  let next = first;
  let depth: i32 = 0;
  while (true) {
    packet.protocol = next;
    packet.ipHeaderLength = <i32>cursor.offset - packet.ipOffset;
    if (!isExtension(next)) return next;
    if (depth++ == EXTENSION_DEPTH_MAX) return stop(note(packet, PROBLEM_EXTENSION_DEPTH));
    const offset = cursor.offset;
    const available = cursor.available;
    if (available < 8) return stop(lacking(cursor, packet, PROBLEM_EXTENSION_HEADER, 8));
    const length = extensionLength(next, byte(offset + 1));
    if (available < length) return stop(lacking(cursor, packet, PROBLEM_EXTENSION_HEADER, length));
    cursor.offset = offset + length;
    const stepped = next;
    next = byte(offset);
    if (stepped == EXTENSION_FRAGMENT && readFragment(cursor, packet, offset)) {
      packet.protocol = next;
      packet.ipHeaderLength = <i32>cursor.offset - packet.ipOffset;
      return -1;
    }
  }
}

function isExtension(protocol: i32): bool {
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

function extensionLength(kind: i32, units: i32): i32 {
  if (kind == EXTENSION_FRAGMENT) return 8;
  return kind == EXTENSION_AUTHENTICATION ? (units + 2) << 2 : (units + 1) << 3;
}

/** Next header (1 byte), reserved (1), offset in units of 8 bytes (13 bits), reserved (2), more (1), identification (4). */
function readFragment(cursor: Cursor, packet: Packet, offset: usize): bool {
  const field = half(offset + 2);
  packet.fragmentOffset = field & 0xfff8;
  packet.moreFragments = field & 1;
  packet.fragmentIdentification = word(offset + 4);
  return (field & 0xfff9) != 0 && isFragment(cursor, packet, PROBLEM_IPV6_FRAGMENT);
}

/** Marks a fragment. True when it is not the first one, so that no transport header lies at the cursor. */
function isFragment(cursor: Cursor, packet: Packet, beyond: i32): bool {
  packet.layers |= LAYER_FRAGMENT;
  if (packet.fragmentOffset + cursor.remaining > DATAGRAM_MAX) note(packet, beyond);
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
  const offset = cursor.offset;
  if (cursor.available < 8) {
    lacking(cursor, packet, PROBLEM_ARP_HEADER, 8);
    return;
  }
  packet.layers |= LAYER_ARP;
  packet.arpOperation = half(offset + 6);
  const protocolType = half(offset + 2);
  const hardwareLength = byte(offset + 4);
  const length = 8 + 2 * (hardwareLength + 4);
  if (protocolType != ETHERTYPE_IPV4 || byte(offset + 5) != 4) note(packet, PROBLEM_ARP_ADDRESSES);
  else if (cursor.available < length) lacking(cursor, packet, PROBLEM_ARP_HEADER, length);
  else {
    packet.source2 = MAPPED;
    packet.source3 = word(offset + 8 + hardwareLength);
    packet.destination2 = MAPPED;
    packet.destination3 = word(offset + length - 4);
  }
}

/** Nothing to read behind this. */
// @ts-ignore: decorator
@inline
function stop(_noted: i32): i32 {
  return -1;
}
