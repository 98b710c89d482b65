// What an EtherType announces: VLAN tags, LLC and SNAP, MPLS labels and PPPoE are peeled off until IP or ARP is found.
//
// Guarantees: every peel consumes bytes, and each kind is bounded (8 tags, 16 labels), so hostile stacks end. Knows no
// link type: any of them may hand over an EtherType (IANA "IEEE 802 Numbers"). Sources: IEEE 802.1Q and 802.1ad,
// IEEE 802.2, RFC 1042, RFC 3032, RFC 2516, RFC 1661.

import { byte, Cursor, half, lacking, limit, note } from "./cursor";
import { LAYER_LLC, LAYER_MPLS, LAYER_PPP, LAYER_VLAN, Packet } from "./packet";
import {
  PROBLEM_ETHERNET_LENGTH,
  PROBLEM_ETHERTYPE,
  PROBLEM_LLC_HEADER,
  PROBLEM_LLC_SAP,
  PROBLEM_MPLS_DEPTH,
  PROBLEM_MPLS_HEADER,
  PROBLEM_MPLS_PAYLOAD,
  PROBLEM_PPP_HEADER,
  PROBLEM_PPP_PROTOCOL,
  PROBLEM_PPPOE_CODE,
  PROBLEM_PPPOE_HEADER,
  PROBLEM_PPPOE_LENGTH,
  PROBLEM_SNAP_ORGANISATION,
  PROBLEM_VLAN_DEPTH,
  PROBLEM_VLAN_HEADER,
} from "./problems";

export const ETHERTYPE_IPV4: i32 = 0x0800;
export const ETHERTYPE_ARP: i32 = 0x0806;
export const ETHERTYPE_BRIDGED: i32 = 0x6558;
export const ETHERTYPE_VLAN: i32 = 0x8100;
export const ETHERTYPE_IPV6: i32 = 0x86dd;
export const ETHERTYPE_MPLS: i32 = 0x8847;
export const ETHERTYPE_MPLS_MULTICAST: i32 = 0x8848;
export const ETHERTYPE_PPPOE: i32 = 0x8864;
export const ETHERTYPE_VLAN_PROVIDER: i32 = 0x88a8;
export const ETHERTYPE_VLAN_OLD: i32 = 0x9100;

/** Values up to this are lengths of an 802.3 frame, not types. */
export const LENGTH_MAX: i32 = 1500;

const VLAN_DEPTH_MAX: i32 = 8;
const MPLS_DEPTH_MAX: i32 = 16;

/**
 * Peels layers from the cursor until a network header lies at it. Returns ETHERTYPE_IPV4, ETHERTYPE_IPV6,
 * ETHERTYPE_ARP, or 0 when there is none (the problem is noted); sets `packet.etherType` and `packet.vlan`.
 */
// @ts-ignore: decorator
@inline
export function unwrap(cursor: Cursor, packet: Packet, etherType: i32): i32 {
  if (etherType != ETHERTYPE_IPV4) return peel(cursor, packet, etherType);
  packet.etherType = etherType;
  return etherType;
}

function peel(cursor: Cursor, packet: Packet, etherType: i32): i32 {
  let type = etherType;
  let tags: i32 = 0;
  while (true) {
    packet.etherType = type;
    switch (type) {
      case ETHERTYPE_IPV4:
      case ETHERTYPE_IPV6:
      case ETHERTYPE_ARP:
      case 0:
        return type;
      case ETHERTYPE_VLAN:
      case ETHERTYPE_VLAN_PROVIDER:
      case ETHERTYPE_VLAN_OLD:
        if (tags++ == VLAN_DEPTH_MAX) return note(packet, PROBLEM_VLAN_DEPTH);
        type = readVlan(cursor, packet);
        break;
      case ETHERTYPE_MPLS:
      case ETHERTYPE_MPLS_MULTICAST:
        type = readMpls(cursor, packet);
        break;
      case ETHERTYPE_PPPOE:
        type = readPppoe(cursor, packet);
        break;
      default:
        if (type > LENGTH_MAX) return note(packet, PROBLEM_ETHERTYPE);
        type = readLength(cursor, packet, type);
    }
  }
}

/**
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     | priority |D|     VLAN identifier     |          EtherType        |
 */
function readVlan(cursor: Cursor, packet: Packet): i32 {
  const offset = cursor.offset;
  if (cursor.available < 4) return lacking(cursor, packet, PROBLEM_VLAN_HEADER, 4);
  packet.layers |= LAYER_VLAN;
  if (packet.vlan < 0) packet.vlan = half(offset) & 0x0fff;
  cursor.offset = offset + 4;
  const type = half(offset + 2);
  return type == 0 ? readLength(cursor, packet, 0) : type;
}

/** An 802.3 frame: the field is a length; what lies behind it is padding. */
export function readLength(cursor: Cursor, packet: Packet, length: i32): i32 {
  if (length > cursor.remaining) note(packet, PROBLEM_ETHERNET_LENGTH);
  limit(cursor, length);
  return readLlc(cursor, packet);
}

/**
 * LLC: destination and source service access point, control (1 byte in unnumbered frames); with SNAP (AA AA 03) a
 * 3-byte organisation code and an EtherType follow. Returns the EtherType or 0.
 */
export function readLlc(cursor: Cursor, packet: Packet): i32 {
  const offset = cursor.offset;
  if (cursor.available < 3) return lacking(cursor, packet, PROBLEM_LLC_HEADER, 3);
  packet.layers |= LAYER_LLC;
  const access = half(offset);
  const control = byte(offset + 2);
  if (access == 0x0606 && control == 0x03) {
    cursor.offset = offset + 3;
    return ETHERTYPE_IPV4;
  }
  if (access != 0xaaaa || control != 0x03) return note(packet, PROBLEM_LLC_SAP);
  if (cursor.available < 8) return lacking(cursor, packet, PROBLEM_LLC_HEADER, 8);
  const organisation = (byte(offset + 3) << 16) | half(offset + 4);
  const type = half(offset + 6);
  const bridgeTunnel = 0x0000f8; // used for EtherTypes as well (IEEE 802.1H)
  if (organisation != 0 && organisation != bridgeTunnel) return note(packet, PROBLEM_SNAP_ORGANISATION);
  cursor.offset = offset + 8;
  return type > LENGTH_MAX ? type : note(packet, PROBLEM_ETHERTYPE);
}

/**
 *     |              label (20)               |class|S|  time to live  |
 *
 * The last label has S set. What follows is not named; as routers do, the first 4 bits are taken for an IP version.
 */
function readMpls(cursor: Cursor, packet: Packet): i32 {
  for (let depth: i32 = 0; depth < MPLS_DEPTH_MAX; depth++) {
    const offset = cursor.offset;
    if (cursor.available < 4) return lacking(cursor, packet, PROBLEM_MPLS_HEADER, 4);
    packet.layers |= LAYER_MPLS;
    cursor.offset = offset + 4;
    if ((byte(offset + 2) & 1) == 1)
      return guessVersion(cursor, packet, PROBLEM_MPLS_HEADER, PROBLEM_MPLS_PAYLOAD);
  }
  return note(packet, PROBLEM_MPLS_DEPTH);
}

/** The EtherType of the IP version in the first 4 bits at the cursor; 0 with `otherwise` noted. */
export function guessVersion(cursor: Cursor, packet: Packet, missing: i32, otherwise: i32): i32 {
  if (cursor.available == 0) return lacking(cursor, packet, missing, 1);
  const version = byte(cursor.offset) >> 4;
  if (version == 4) return ETHERTYPE_IPV4;
  return version == 6 ? ETHERTYPE_IPV6 : note(packet, otherwise);
}

/**
 *     |version| type  |     code      |          session              |
 *     |            length             |    PPP protocol …
 */
export function readPppoe(cursor: Cursor, packet: Packet): i32 {
  const offset = cursor.offset;
  if (cursor.available < 6) return lacking(cursor, packet, PROBLEM_PPPOE_HEADER, 6);
  if (half(offset) != 0x1100) return note(packet, PROBLEM_PPPOE_CODE);
  const length = half(offset + 4);
  cursor.offset = offset + 6;
  if (length > cursor.remaining) note(packet, PROBLEM_PPPOE_LENGTH);
  limit(cursor, length);
  return readPpp(cursor, packet);
}

/** A PPP frame from its protocol field: 2 bytes, or 1 when that is odd (field compression, RFC 1661, section 6.5). */
export function readPpp(cursor: Cursor, packet: Packet): i32 {
  const offset = cursor.offset;
  if (cursor.available == 0) return lacking(cursor, packet, PROBLEM_PPP_HEADER, 2);
  let protocol = byte(offset);
  let length = 1;
  if ((protocol & 1) == 0) {
    if (cursor.available < 2) return lacking(cursor, packet, PROBLEM_PPP_HEADER, 2);
    protocol = half(offset);
    length = 2;
  }
  packet.layers |= LAYER_PPP;
  cursor.offset = offset + length;
  switch (protocol) {
    case 0x0021:
      return ETHERTYPE_IPV4;
    case 0x0057:
      return ETHERTYPE_IPV6;
    case 0x0281:
      return ETHERTYPE_MPLS;
    case 0x0283:
      return ETHERTYPE_MPLS_MULTICAST;
    default:
      return note(packet, PROBLEM_PPP_PROTOCOL);
  }
}
