// The outermost header of a frame, by the link type of its capture (LINK_TYPES of ../link.ts tells them all).
//
// A reader puts the cursor behind the link header and returns the EtherType, or its equivalent, of what lies there, or 0
// when that is unknown (the problem is noted). It never reads behind `cursor.end`. Numbers are those of
// https://www.tcpdump.org/linktypes.html.

import { byte, Cursor, half, lacking, limit, note } from "./cursor";
import {
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  guessVersion,
  LENGTH_MAX,
  readLength,
  readLlc,
  readPpp,
  readPppoe,
} from "./ethertype";
import { LAYER_COOKED, LAYER_ETHERNET, Packet } from "./packet";
import {
  PROBLEM_COOKED_HEADER,
  PROBLEM_COOKED_PROTOCOL,
  PROBLEM_ETHERNET_HEADER,
  PROBLEM_HDLC_HEADER,
  PROBLEM_HDLC_PROTOCOL,
  PROBLEM_IPV4_HEADER,
  PROBLEM_LOOPBACK_FAMILY,
  PROBLEM_LOOPBACK_HEADER,
  PROBLEM_NFLOG_ATTRIBUTE,
  PROBLEM_NFLOG_FAMILY,
  PROBLEM_NFLOG_HEADER,
  PROBLEM_NFLOG_PAYLOAD,
  PROBLEM_RAW_VERSION,
} from "./problems";

export const LINK_NULL: i32 = 0;
export const LINK_ETHERNET: i32 = 1;
export const LINK_PPP: i32 = 9;
export const LINK_RAW_BSD: i32 = 12;
export const LINK_RAW_OPENBSD: i32 = 14;
export const LINK_PPP_HDLC: i32 = 50;
export const LINK_PPPOE: i32 = 51;
export const LINK_RAW: i32 = 101;
export const LINK_CISCO_HDLC: i32 = 104;
export const LINK_LOOP: i32 = 108;
export const LINK_COOKED: i32 = 113;
export const LINK_IPV4: i32 = 228;
export const LINK_IPV6: i32 = 229;
export const LINK_NFLOG: i32 = 239;
export const LINK_COOKED_2: i32 = 276;

/** Reads the link header at the cursor; -1, and nothing read, when frames of this type are not decoded. */
// @ts-ignore: decorator
@inline
export function readLink(cursor: Cursor, packet: Packet, linkType: i32): i32 {
  return linkType == LINK_ETHERNET ? readEthernet(cursor, packet) : readOtherLink(cursor, packet, linkType);
}

function readOtherLink(cursor: Cursor, packet: Packet, linkType: i32): i32 {
  switch (linkType) {
    case LINK_NULL:
    case LINK_LOOP:
      return readLoopback(cursor, packet);
    case LINK_PPP:
    case LINK_PPP_HDLC:
      return readPppLink(cursor, packet);
    case LINK_RAW_BSD:
    case LINK_RAW_OPENBSD:
    case LINK_RAW:
      return guessVersion(cursor, packet, PROBLEM_IPV4_HEADER, PROBLEM_RAW_VERSION);
    case LINK_PPPOE:
      return readPppoe(cursor, packet);
    case LINK_CISCO_HDLC:
      return readCiscoHdlc(cursor, packet);
    case LINK_COOKED:
      return readCooked(cursor, packet);
    case LINK_IPV4:
      return ETHERTYPE_IPV4;
    case LINK_IPV6:
      return ETHERTYPE_IPV6;
    case LINK_NFLOG:
      return readNflog(cursor, packet);
    case LINK_COOKED_2:
      return readCooked2(cursor, packet);
    default:
      return -1;
  }
}

/** Destination (6 bytes), source (6), EtherType or length (2). */
// @ts-ignore: decorator
@inline
export function readEthernet(cursor: Cursor, packet: Packet): i32 {
  const offset = cursor.offset;
  if (cursor.available < 14) return lacking(cursor, packet, PROBLEM_ETHERNET_HEADER, 14);
  packet.layers |= LAYER_ETHERNET;
  cursor.offset = offset + 14;
  const type = half(offset + 12);
  return type == 0 ? readLength(cursor, packet, 0) : type;
}

/** A 4-byte address family, in the byte order of the machine that captured: the small one of both readings is meant. */
function readLoopback(cursor: Cursor, packet: Packet): i32 {
  const offset = cursor.offset;
  if (cursor.available < 4) return lacking(cursor, packet, PROBLEM_LOOPBACK_HEADER, 4);
  cursor.offset = offset + 4;
  let family: i32 = -1;
  if ((byte(offset) | byte(offset + 1) | byte(offset + 2)) == 0) family = byte(offset + 3);
  else if ((byte(offset + 1) | byte(offset + 2) | byte(offset + 3)) == 0) family = byte(offset);
  return familyEtherType(packet, family, PROBLEM_LOOPBACK_FAMILY);
}

/** AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 23 Windows, 24 NetBSD and OpenBSD, 28 FreeBSD, 30 macOS. */
function familyEtherType(packet: Packet, family: i32, otherwise: i32): i32 {
  switch (family) {
    case 2:
      return ETHERTYPE_IPV4;
    case 10:
    case 23:
    case 24:
    case 28:
    case 30:
      return ETHERTYPE_IPV6;
    default:
      return note(packet, otherwise);
  }
}

/**
 * PPP with or without the address and control bytes of HDLC (ff 03). Captures of serial lines say PPP too when the line
 * spoke Cisco HDLC: then the first byte is 0x0f (unicast) or 0x8f (broadcast), which no PPP protocol begins with.
 */
function readPppLink(cursor: Cursor, packet: Packet): i32 {
  const offset = cursor.offset;
  const first = cursor.available > 0 ? byte(offset) : 0;
  if (first == 0x0f || first == 0x8f) return readCiscoHdlc(cursor, packet);
  if (first == 0xff && cursor.available >= 2 && byte(offset + 1) == 0x03) cursor.offset = offset + 2;
  return readPpp(cursor, packet);
}

/** Address (1 byte), control (1), protocol (2): an EtherType, or 0x8035 for SLARP and 0x2000 for discovery. */
function readCiscoHdlc(cursor: Cursor, packet: Packet): i32 {
  const offset = cursor.offset;
  if (cursor.available < 4) return lacking(cursor, packet, PROBLEM_HDLC_HEADER, 4);
  const protocol = half(offset + 2);
  cursor.offset = offset + 4;
  const known = protocol > LENGTH_MAX && protocol != 0x8035 && protocol != 0x2000;
  return known ? protocol : note(packet, PROBLEM_HDLC_PROTOCOL);
}

/** Packet type (2 bytes), ARP hardware type (2), address length (2), address (8), protocol (2). */
function readCooked(cursor: Cursor, packet: Packet): i32 {
  const offset = cursor.offset;
  if (cursor.available < 16) return lacking(cursor, packet, PROBLEM_COOKED_HEADER, 16);
  cursor.offset = offset + 16;
  return cookedProtocol(cursor, packet, half(offset + 2), half(offset + 14));
}

/** Protocol (2 bytes), reserved (2), interface (4), ARP hardware type (2), packet type (1), address length (1), address (8). */
function readCooked2(cursor: Cursor, packet: Packet): i32 {
  const offset = cursor.offset;
  if (cursor.available < 20) return lacking(cursor, packet, PROBLEM_COOKED_HEADER, 20);
  cursor.offset = offset + 20;
  return cookedProtocol(cursor, packet, half(offset + 8), half(offset));
}

const HARDWARE_FRAME_RELAY: i32 = 770;
const HARDWARE_RADIOTAP: i32 = 803;
const HARDWARE_NETLINK: i32 = 824;
const COOKED_LLC: i32 = 0x0004;

/** The protocol field is an EtherType, except for some kinds of hardware and a few numbers of Linux's own. */
function cookedProtocol(cursor: Cursor, packet: Packet, hardware: i32, protocol: i32): i32 {
  packet.layers |= LAYER_COOKED;
  const foreign =
    hardware == HARDWARE_NETLINK || hardware == HARDWARE_RADIOTAP || hardware == HARDWARE_FRAME_RELAY;
  if (foreign) return note(packet, PROBLEM_COOKED_PROTOCOL);
  if (protocol == COOKED_LLC) return readLlc(cursor, packet);
  return protocol > LENGTH_MAX ? protocol : note(packet, PROBLEM_COOKED_PROTOCOL);
}

const NFLOG_PAYLOAD: i32 = 9;
const NFLOG_ATTRIBUTES_MAX: i32 = 64;

/**
 * Address family (1 byte), version (1), resource (2), then attributes: length with this header (2), type (2), value,
 * padded to 4 bytes. Attributes are in the byte order of the machine that captured.
 */
function readNflog(cursor: Cursor, packet: Packet): i32 {
  const offset = cursor.offset;
  if (cursor.available < 8) return lacking(cursor, packet, PROBLEM_NFLOG_HEADER, 8);
  const family = byte(offset);
  cursor.offset = offset + 4;
  const bigEndian = isBigEndian(offset + 4);
  for (let count: i32 = 0; count < NFLOG_ATTRIBUTES_MAX; count++) {
    const at = cursor.offset;
    if (at == cursor.wireEnd) break;
    if (cursor.available < 4) return lacking(cursor, packet, PROBLEM_NFLOG_HEADER, 4);
    const length = bigEndian ? half(at) : <i32>load<u16>(at);
    const type = bigEndian ? half(at + 2) : <i32>load<u16>(at + 2);
    if (length < 4 || length > cursor.remaining) return note(packet, PROBLEM_NFLOG_ATTRIBUTE);
    if ((type & 0x7fff) == NFLOG_PAYLOAD) {
      cursor.offset = at + 4;
      limit(cursor, length - 4);
      return familyEtherType(packet, family, PROBLEM_NFLOG_FAMILY);
    }
    const step = min((length + 3) & ~3, cursor.remaining);
    if (step > cursor.available) return lacking(cursor, packet, PROBLEM_NFLOG_HEADER, step);
    cursor.offset = at + step;
  }
  return note(packet, PROBLEM_NFLOG_PAYLOAD);
}

/** Of both readings of an attribute's length, the smaller one of at least 4 is meant: attributes are short. */
function isBigEndian(offset: usize): bool {
  const big = half(offset);
  const little = <i32>load<u16>(offset);
  return big >= 4 && (little < 4 || big < little);
}
