// The link types of captures: one table, from which the reader of a frame's outermost header is chosen.
//
// A reader puts the cursor behind the link header and returns the EtherType, or its equivalent, of what lies there, or 0
// when that is unknown (the problem is noted). It never reads behind `cursor.end`. Numbers are those of
// https://www.tcpdump.org/linktypes.html.

import { type Cursor, half, lacking, limit, note } from "./cursor.ts";
import {
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  guessVersion,
  LENGTH_MAX,
  readLength,
  readLlc,
  readPpp,
  readPppoe,
} from "./ethertype.ts";
import { LAYER_COOKED, LAYER_ETHERNET, type Packet } from "./packet.ts";
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
} from "./problems.ts";

export const LINK_NULL = 0;
export const LINK_ETHERNET = 1;
export const LINK_PPP = 9;
export const LINK_RAW_BSD = 12;
export const LINK_RAW_OPENBSD = 14;
export const LINK_PPP_HDLC = 50;
export const LINK_PPPOE = 51;
export const LINK_RAW = 101;
export const LINK_CISCO_HDLC = 104;
export const LINK_LOOP = 108;
export const LINK_COOKED = 113;
export const LINK_IPV4 = 228;
export const LINK_IPV6 = 229;
export const LINK_NFLOG = 239;
export const LINK_COOKED_2 = 276;

export type LinkReader = (cursor: Cursor, packet: Packet) => number;

export interface LinkType {
  readonly number: number;
  readonly name: string;
  readonly description: string;
  /** Absent when frames of this type are counted, but not decoded. */
  readonly read?: LinkReader;
}

export const LINK_TYPES: readonly LinkType[] = [
  {
    number: LINK_NULL,
    name: "null",
    description: "BSD loopback; address family in either byte order",
    read: readLoopback,
  },
  {
    number: LINK_ETHERNET,
    name: "Ethernet",
    description: "Ethernet II, and 802.3 with LLC or SNAP",
    read: readEthernet,
  },
  { number: 6, name: "token ring", description: "IEEE 802.5" },
  { number: 7, name: "ARCNET", description: "ARCNET, BSD" },
  { number: 8, name: "SLIP", description: "SLIP with a BPF header" },
  {
    number: LINK_PPP,
    name: "PPP",
    description: "PPP, with or without HDLC address and control, or Cisco HDLC",
    read: readPppLink,
  },
  { number: 10, name: "FDDI", description: "FDDI" },
  {
    number: LINK_RAW_BSD,
    name: "raw IP",
    description: "Raw IP by its number on most systems",
    read: readRaw,
  },
  { number: LINK_RAW_OPENBSD, name: "raw IP", description: "Raw IP by its number on OpenBSD", read: readRaw },
  {
    number: LINK_PPP_HDLC,
    name: "PPP in HDLC",
    description: "PPP in HDLC-like framing, or Cisco HDLC",
    read: readPppLink,
  },
  { number: LINK_PPPOE, name: "PPPoE", description: "PPPoE without its Ethernet header", read: readPppoe },
  {
    number: LINK_RAW,
    name: "raw IP",
    description: "Raw IP; the version is in the first byte",
    read: readRaw,
  },
  {
    number: LINK_CISCO_HDLC,
    name: "Cisco HDLC",
    description: "Cisco PPP with HDLC framing",
    read: readCiscoHdlc,
  },
  { number: 105, name: "802.11", description: "Wireless LAN" },
  { number: 107, name: "frame relay", description: "Frame relay" },
  {
    number: LINK_LOOP,
    name: "loopback",
    description: "OpenBSD loopback; address family in either byte order",
    read: readLoopback,
  },
  {
    number: LINK_COOKED,
    name: "Linux cooked",
    description: "Linux cooked capture, version 1",
    read: readCooked,
  },
  { number: 117, name: "pflog", description: "OpenBSD packet filter log" },
  { number: 119, name: "802.11 with Prism header", description: "Wireless LAN" },
  { number: 127, name: "802.11 with radiotap header", description: "Wireless LAN" },
  { number: 187, name: "Bluetooth HCI", description: "Bluetooth, host controller interface" },
  { number: 189, name: "USB", description: "USB, Linux" },
  { number: 192, name: "PPI", description: "Per-packet information header" },
  { number: 195, name: "802.15.4", description: "Low-rate wireless network" },
  { number: 220, name: "USB", description: "USB, Linux, padded header" },
  { number: 227, name: "CAN", description: "Controller area network, SocketCAN" },
  { number: LINK_IPV4, name: "IPv4", description: "Raw IPv4", read: readRawIpv4 },
  { number: LINK_IPV6, name: "IPv6", description: "Raw IPv6", read: readRawIpv6 },
  { number: LINK_NFLOG, name: "NFLOG", description: "Linux netfilter log messages", read: readNflog },
  { number: 249, name: "USBPcap", description: "USB, Windows" },
  {
    number: LINK_COOKED_2,
    name: "Linux cooked 2",
    description: "Linux cooked capture, version 2",
    read: readCooked2,
  },
];

const READERS: (LinkReader | undefined)[] = [];
for (const { number, read } of LINK_TYPES) READERS[number] = read;

/** Name of a link type, for people. */
export function linkTypeName(number: number): string {
  return LINK_TYPES.find((type) => type.number === number)?.name ?? `link type ${number}`;
}

/** The reader for a link type's frames, or undefined when they are not decoded. */
export function linkReader(number: number): LinkReader | undefined {
  return READERS[number];
}

/** Destination (6 bytes), source (6), EtherType or length (2). */
export function readEthernet(cursor: Cursor, packet: Packet): number {
  const { bytes, offset } = cursor;
  if (cursor.end - offset < 14) return lacking(cursor, packet, PROBLEM_ETHERNET_HEADER, 14);
  packet.layers |= LAYER_ETHERNET;
  cursor.offset = offset + 14;
  const type = half(bytes, offset + 12);
  return type === 0 ? readLength(cursor, packet, 0) : type;
}

function readRaw(cursor: Cursor, packet: Packet): number {
  return guessVersion(cursor, packet, PROBLEM_IPV4_HEADER, PROBLEM_RAW_VERSION);
}

function readRawIpv4(): number {
  return ETHERTYPE_IPV4;
}

function readRawIpv6(): number {
  return ETHERTYPE_IPV6;
}

/** A 4-byte address family, in the byte order of the machine that captured: the small one of both readings is meant. */
function readLoopback(cursor: Cursor, packet: Packet): number {
  const { bytes, offset } = cursor;
  if (cursor.end - offset < 4) return lacking(cursor, packet, PROBLEM_LOOPBACK_HEADER, 4);
  cursor.offset = offset + 4;
  let family = -1;
  if ((bytes[offset] | bytes[offset + 1] | bytes[offset + 2]) === 0) family = bytes[offset + 3];
  else if ((bytes[offset + 1] | bytes[offset + 2] | bytes[offset + 3]) === 0) family = bytes[offset];
  return familyEtherType(packet, family, PROBLEM_LOOPBACK_FAMILY);
}

/** AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 23 Windows, 24 NetBSD and OpenBSD, 28 FreeBSD, 30 macOS. */
function familyEtherType(packet: Packet, family: number, otherwise: number): number {
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
function readPppLink(cursor: Cursor, packet: Packet): number {
  const { bytes, offset } = cursor;
  const first = cursor.end > offset ? bytes[offset] : 0;
  if (first === 0x0f || first === 0x8f) return readCiscoHdlc(cursor, packet);
  if (first === 0xff && cursor.end - offset >= 2 && bytes[offset + 1] === 0x03) cursor.offset = offset + 2;
  return readPpp(cursor, packet);
}

/** Address (1 byte), control (1), protocol (2): an EtherType, or 0x8035 for SLARP and 0x2000 for discovery. */
function readCiscoHdlc(cursor: Cursor, packet: Packet): number {
  const { bytes, offset } = cursor;
  if (cursor.end - offset < 4) return lacking(cursor, packet, PROBLEM_HDLC_HEADER, 4);
  const protocol = half(bytes, offset + 2);
  cursor.offset = offset + 4;
  const known = protocol > LENGTH_MAX && protocol !== 0x8035 && protocol !== 0x2000;
  return known ? protocol : note(packet, PROBLEM_HDLC_PROTOCOL);
}

/** Packet type (2 bytes), ARP hardware type (2), address length (2), address (8), protocol (2). */
function readCooked(cursor: Cursor, packet: Packet): number {
  const { bytes, offset } = cursor;
  if (cursor.end - offset < 16) return lacking(cursor, packet, PROBLEM_COOKED_HEADER, 16);
  cursor.offset = offset + 16;
  const hardware = half(bytes, offset + 2);
  return cookedProtocol(cursor, packet, hardware, half(bytes, offset + 14));
}

/** Protocol (2 bytes), reserved (2), interface (4), ARP hardware type (2), packet type (1), address length (1), address (8). */
function readCooked2(cursor: Cursor, packet: Packet): number {
  const { bytes, offset } = cursor;
  if (cursor.end - offset < 20) return lacking(cursor, packet, PROBLEM_COOKED_HEADER, 20);
  cursor.offset = offset + 20;
  const hardware = half(bytes, offset + 8);
  return cookedProtocol(cursor, packet, hardware, half(bytes, offset));
}

const HARDWARE_FRAME_RELAY = 770;
const HARDWARE_RADIOTAP = 803;
const HARDWARE_NETLINK = 824;
const COOKED_LLC = 0x0004;

/** The protocol field is an EtherType, except for some kinds of hardware and a few numbers of Linux's own. */
function cookedProtocol(cursor: Cursor, packet: Packet, hardware: number, protocol: number): number {
  packet.layers |= LAYER_COOKED;
  const foreign =
    hardware === HARDWARE_NETLINK || hardware === HARDWARE_RADIOTAP || hardware === HARDWARE_FRAME_RELAY;
  if (foreign) return note(packet, PROBLEM_COOKED_PROTOCOL);
  if (protocol === COOKED_LLC) return readLlc(cursor, packet);
  return protocol > LENGTH_MAX ? protocol : note(packet, PROBLEM_COOKED_PROTOCOL);
}

const NFLOG_PAYLOAD = 9;
const NFLOG_ATTRIBUTES_MAX = 64;

/**
 * Address family (1 byte), version (1), resource (2), then attributes: length with this header (2), type (2), value,
 * padded to 4 bytes. Attributes are in the byte order of the machine that captured.
 */
function readNflog(cursor: Cursor, packet: Packet): number {
  const { bytes, offset } = cursor;
  if (cursor.end - offset < 8) return lacking(cursor, packet, PROBLEM_NFLOG_HEADER, 8);
  const family = bytes[offset];
  cursor.offset = offset + 4;
  const bigEndian = isBigEndian(bytes, offset + 4);
  for (let count = 0; count < NFLOG_ATTRIBUTES_MAX; count++) {
    const at = cursor.offset;
    if (at === cursor.wireEnd) break;
    if (cursor.end - at < 4) return lacking(cursor, packet, PROBLEM_NFLOG_HEADER, 4);
    const length = bigEndian ? half(bytes, at) : (bytes[at + 1] << 8) | bytes[at];
    const type = bigEndian ? half(bytes, at + 2) : (bytes[at + 3] << 8) | bytes[at + 2];
    if (length < 4 || at + length > cursor.wireEnd) return note(packet, PROBLEM_NFLOG_ATTRIBUTE);
    if ((type & 0x7fff) === NFLOG_PAYLOAD) {
      cursor.offset = at + 4;
      limit(cursor, length - 4);
      return familyEtherType(packet, family, PROBLEM_NFLOG_FAMILY);
    }
    const next = Math.min(at + ((length + 3) & ~3), cursor.wireEnd);
    if (next > cursor.end) return lacking(cursor, packet, PROBLEM_NFLOG_HEADER, next - at);
    cursor.offset = next;
  }
  return note(packet, PROBLEM_NFLOG_PAYLOAD);
}

/** Of both readings of an attribute's length, the smaller one of at least 4 is meant: attributes are short. */
function isBigEndian(bytes: Uint8Array, offset: number): boolean {
  const big = half(bytes, offset);
  const little = (bytes[offset + 1] << 8) | bytes[offset];
  return big >= 4 && (little < 4 || big < little);
}
