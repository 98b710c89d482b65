// Tunnels: finds a frame or datagram inside another one's payload. Used only when the decoder is asked to.
//
// Guarantees: the packet stays as it is until a tunnel is entered. At most 4 tunnels in each other. Fragments are not
// entered: they would have to be put together first. Knows no transport but the port of VXLAN. Sources: RFC 2003
// (IP in IP), RFC 4213 (6in4), RFC 2784 and 2890 (GRE), RFC 7348 (VXLAN).

import { byte, Cursor, half, lacking, note } from "./cursor";
import { ETHERTYPE_BRIDGED, ETHERTYPE_IPV4, ETHERTYPE_IPV6, LENGTH_MAX, unwrap } from "./ethertype";
import { readEthernet } from "./link";
import {
  LAYER_COOKED,
  LAYER_ETHERNET,
  LAYER_FRAGMENT,
  LAYER_LLC,
  LAYER_MPLS,
  LAYER_PPP,
  LAYER_TUNNEL,
  LAYER_UDP,
  LAYER_VLAN,
  Packet,
  PROTOCOL_UDP,
} from "./packet";
import { PROBLEM_TUNNEL_DEPTH, PROBLEM_TUNNEL_HEADER } from "./problems";

export const TUNNEL_DEPTH_MAX: i32 = 4;

const PROTOCOL_IP_IN_IP: i32 = 4;
const PROTOCOL_6IN4: i32 = 41;
const PROTOCOL_GRE: i32 = 47;
const PORT_VXLAN: i32 = 4789;

const LINK_LAYERS: i32 = LAYER_ETHERNET | LAYER_VLAN | LAYER_MPLS | LAYER_LLC | LAYER_PPP | LAYER_COOKED;

/**
 * Enters the tunnel whose header lies at the cursor. Returns the EtherType of the network header inside, 0 when the inside
 * cannot be read, and -1 when there is no tunnel to enter and the packet is unchanged (a problem may be noted).
 */
export function enterTunnel(cursor: Cursor, packet: Packet, protocol: i32): i32 {
  if ((packet.layers & LAYER_FRAGMENT) != 0) return -1;
  switch (protocol) {
    case PROTOCOL_IP_IN_IP:
      return enter(cursor, packet, 0, ETHERTYPE_IPV4);
    case PROTOCOL_6IN4:
      return enter(cursor, packet, 0, ETHERTYPE_IPV6);
    case PROTOCOL_GRE:
      return enterGre(cursor, packet);
    case PROTOCOL_UDP:
      return enterVxlan(cursor, packet);
    default:
      return -1;
  }
}

const GRE_CHECKSUM: i32 = 0x8000;
const GRE_KEY: i32 = 0x2000;
const GRE_SEQUENCE: i32 = 0x1000;
const GRE_KNOWN: i32 = GRE_CHECKSUM | GRE_KEY | GRE_SEQUENCE;

/** Flags and version (2 bytes), protocol (2), then 4 bytes each for checksum, key and sequence where flagged. */
function enterGre(cursor: Cursor, packet: Packet): i32 {
  const offset = cursor.offset;
  if (cursor.available < 4) return lacking(cursor, packet, PROBLEM_TUNNEL_HEADER, 4) - 1;
  const flags = half(offset);
  if ((flags & ~GRE_KNOWN) != 0) return -1; // routing, reserved bits, or version 1 (PPTP)
  let length = 4;
  if ((flags & GRE_CHECKSUM) != 0) length += 4;
  if ((flags & GRE_KEY) != 0) length += 4;
  if ((flags & GRE_SEQUENCE) != 0) length += 4;
  if (cursor.available < length) return lacking(cursor, packet, PROBLEM_TUNNEL_HEADER, length) - 1;
  return enter(cursor, packet, length, half(offset + 2));
}

/** UDP header (8 bytes), then flags (1, of which 0x08 says that an identifier is there), reserved (3), identifier (3), reserved (1). */
function enterVxlan(cursor: Cursor, packet: Packet): i32 {
  const offset = cursor.offset;
  if (cursor.available < 8 || half(offset + 2) != PORT_VXLAN) return -1;
  if (cursor.available < 16) {
    cursor.offset += 8;
    lacking(cursor, packet, PROBLEM_TUNNEL_HEADER, 8);
    cursor.offset -= 8;
    return -1;
  }
  if ((byte(offset + 8) & 0x08) == 0) return -1;
  packet.layers |= LAYER_UDP;
  return enter(cursor, packet, 16, ETHERTYPE_BRIDGED);
}

/** Forgets the packet around, but for the layers below it, and reads down to the network header inside. */
function enter(cursor: Cursor, packet: Packet, length: i32, etherType: i32): i32 {
  if (packet.tunnelDepth == TUNNEL_DEPTH_MAX) return note(packet, PROBLEM_TUNNEL_DEPTH) - 1;
  const layers = packet.layers;
  const problem = packet.problem;
  const vlan = packet.vlan;
  const tunnelDepth = packet.tunnelDepth;
  cursor.outerLayers |= layers;
  cursor.offset += length;
  packet.reset();
  packet.layers = (layers & LINK_LAYERS) | LAYER_TUNNEL;
  packet.problem = problem;
  packet.vlan = vlan;
  packet.tunnelDepth = tunnelDepth + 1;
  if (etherType <= LENGTH_MAX) return 0;
  if (etherType != ETHERTYPE_BRIDGED) return unwrap(cursor, packet, etherType);
  return unwrap(cursor, packet, readEthernet(cursor, packet));
}
