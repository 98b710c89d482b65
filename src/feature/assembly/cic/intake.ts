// The originals' intake: one frame in, one Packet out, as their packet library sees it and not as it is.
//
// Every frame is taken for Ethernet. Addresses are those of the first IPv4 header, ports and flags those of the first
// TCP header anywhere in the frame, else of the first UDP header. A frame without IPv4 header is read as one from its
// first byte. What is wrong about this is told in docs/reference/cic.md; `cic` uses the decoder of the house instead.
//
// Guarantees: never throws, reads nothing outside of the captured bytes. A packet that the originals would drop comes
// out without IP version. Times go on as the meter needs them: `packet.timestampUs` never steps back, since nothing of
// the originals ends by clock; `timeUs` is the packet's own, which may.

import { byte, half, word } from "../../../packet/assembly/cursor";
import {
  LAYER_ETHERNET,
  LAYER_ICMP,
  LAYER_IPV4,
  LAYER_TCP,
  LAYER_UDP,
  LAYER_SCTP,
  LAYER_VLAN,
  Packet,
  PROTOCOL_ICMP,
  PROTOCOL_IGMP,
  PROTOCOL_SCTP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from "../../../packet/assembly/packet";
import { DecodeStatistics } from "../../../packet/assembly/statistics";
import { INTAKE_OLD_LIBRARY, PROTOCOLS_ICMP, PROTOCOLS_KNOWN, Rules } from "./rules";

const ETHERTYPE_IPV4: i32 = 0x0800;
const LENGTH_MAX: i32 = 1500;
const MAPPED: i32 = 0x0000ffff;
const PROTOCOL_IP: i32 = 4;
const PORT_L2TP: i32 = 1701;
/** Headers in each other that are entered. */
const DEPTH_MAX: i32 = 8;
/** ICMP messages whose quoted datagram the library enters: destination unreachable, parameter problem. */
const ICMP_UNREACHABLE: i32 = 3;
const ICMP_PARAMETER: i32 = 12;

/** Never made with `new`: laid over zeroed memory, then `setup`. */
@unmanaged
@final
export class Intake {
  packet: Packet;
  statistics: DecodeStatistics;
  rules: Rules;
  /** Time of the packet, whole µs. */
  timeUs: f64;
  /** ICMP type and code in two bytes; -1 for none. */
  icmp: i32;
  clockUs: f64;
  // What was found in the frame; 0 for nothing.
  frameEnd: usize;
  tagged: bool;
  network: usize;
  /** IP protocol of the first header. */
  protocol: i32;
  tcp: usize;
  tcpEnd: usize;
  udp: usize;
  udpEnd: usize;
  sctp: usize;
  sctpEnd: usize;

  setup(packet: Packet, statistics: DecodeStatistics, rules: Rules): void {
    this.packet = packet;
    this.statistics = statistics;
    this.rules = rules;
    this.clockUs = -Infinity;
    packet.reset();
  }

  read(start: usize, captured: i32, wireLength: u32, timestampUs: f64): Packet {
    const packet = this.packet;
    packet.reset();
    packet.start = <i32>start;
    packet.capturedLength = captured;
    packet.wireLength = wireLength;
    packet.ordinal += 1;
    this.setTime(packet, Math.floor(timestampUs), -1);
    this.find(start, captured);
    if (this.network != 0) this.fill(packet);
    else this.misread(packet, start, captured);
    this.statistics.count(packet, 0);
    return packet;
  }

  /** Takes a packet that was decoded elsewhere. */
  adopt(packet: Packet): void {
    const type = packet.icmpType;
    this.setTime(packet, Math.floor(packet.timestampUs), type < 0 ? -1 : (type << 8) | (packet.icmpCode & 0xff));
    packet.icmpType = -1;
    packet.fragmentOffset = 0;
    packet.moreFragments = 0;
  }

  private setTime(packet: Packet, timeUs: f64, icmp: i32): void {
    this.timeUs = timeUs;
    this.icmp = icmp;
    if (timeUs > this.clockUs) this.clockUs = timeUs;
    packet.timestampUs = this.clockUs;
  }

  /** Follows the headers of the frame and notes where the first ones lie. */
  private find(start: usize, captured: i32): void {
    this.frameEnd = start + captured;
    this.tagged = false;
    this.network = 0;
    this.tcp = 0;
    this.udp = 0;
    this.sctp = 0;
    let offset = start + 14;
    if (offset > this.frameEnd) return;
    let type = half(start + 12);
    while (type == 0x8100 || type == 0x88a8 || type == 0x9100) {
      if (offset + 4 > this.frameEnd) return;
      this.tagged = true;
      type = half(offset + 2);
      offset += 4;
    }
    if (type <= LENGTH_MAX) {
      if (offset + 8 > this.frameEnd || half(offset) != 0xaaaa || word(offset + 2) != 0x03000000) return;
      type = half(offset + 6);
      offset += 8;
    }
    if (type == ETHERTYPE_IPV4) this.findNetwork(offset, this.frameEnd);
  }

  private findNetwork(first: usize, limit: usize): void {
    let offset = first;
    let end = limit;
    for (let depth = 0; depth < DEPTH_MAX; depth++) {
      if (offset + 20 > end) return;
      const headerLength = <usize>(byte(offset) & 0x0f) << 2;
      if (headerLength < 20 || offset + headerLength > end) return;
      const totalLength = half(offset + 2);
      const protocol = byte(offset + 9);
      if (this.network == 0) {
        this.network = offset;
        this.protocol = protocol;
      }
      if (totalLength == 0) {
        if (this.rules.intake == INTAKE_OLD_LIBRARY) return;
      } else if (!this.tagged) end = min(end, offset + totalLength);
      if ((half(offset + 6) & 0x1fff) != 0) return;
      const next = this.findTransport(offset + headerLength, end, protocol);
      if (next == 0) return;
      offset = next;
    }
  }

  /** Where another IPv4 header lies behind this one, or 0. */
  private findTransport(offset: usize, end: usize, protocol: i32): usize {
    if (protocol == PROTOCOL_IP) return offset;
    if (protocol == PROTOCOL_TCP) {
      if (offset + 20 > end || this.tcp != 0) return 0;
      this.tcp = offset;
      this.tcpEnd = end;
    } else if (protocol == PROTOCOL_UDP) {
      if (offset + 8 > end) return 0;
      if (this.udp == 0) {
        this.udp = offset;
        this.udpEnd = end;
      }
      if (half(offset) == PORT_L2TP || half(offset + 2) == PORT_L2TP) return behindL2tp(offset + 8, end);
    } else if (protocol == PROTOCOL_ICMP) {
      if (offset + 8 > this.frameEnd) return 0;
      const type = byte(offset);
      if (this.icmp < 0) this.icmp = half(offset);
      if (type == ICMP_UNREACHABLE || type == ICMP_PARAMETER) return offset + 8;
    } else if (protocol == PROTOCOL_SCTP && this.sctp == 0 && offset + 12 <= this.frameEnd) {
      this.sctp = offset;
      this.sctpEnd = end;
    }
    return 0;
  }

  private fill(packet: Packet): void {
    const network = this.network;
    this.address(packet, word(network + 12), word(network + 16));
    const protocols = this.rules.protocols;
    if (protocols >= PROTOCOLS_ICMP && this.icmp >= 0) {
      packet.protocol = PROTOCOL_ICMP;
      packet.layers |= LAYER_ICMP;
      return;
    }
    this.icmp = -1;
    if (this.tcp != 0) this.fillTcp(packet);
    else if (this.udp != 0) this.fillPorts(packet, this.udp, this.udpEnd, PROTOCOL_UDP, 8, LAYER_UDP);
    else if (protocols < PROTOCOLS_KNOWN) return;
    else if (this.sctp != 0) this.fillPorts(packet, this.sctp, this.sctpEnd, PROTOCOL_SCTP, 12, LAYER_SCTP);
    else if (this.protocol == PROTOCOL_IGMP) packet.protocol = PROTOCOL_IGMP;
    else if (!isKnown(this.protocol)) packet.ipVersion = 0;
  }

  private fillTcp(packet: Packet): void {
    const tcp = this.tcp;
    this.fillPorts(packet, tcp, this.tcpEnd, PROTOCOL_TCP, (byte(tcp + 12) >> 4) << 2, LAYER_TCP);
    packet.sequence = word(tcp + 4);
    packet.acknowledgment = word(tcp + 8);
    packet.tcpFlags = byte(tcp + 13);
    packet.window = half(tcp + 14);
  }

  private fillPorts(packet: Packet, at: usize, end: usize, protocol: i32, headerLength: i32, layer: i32): void {
    packet.layers |= layer;
    packet.protocol = protocol;
    packet.hasTransport = 1;
    packet.sourcePort = half(at);
    packet.destinationPort = half(at + 2);
    packet.transportOffset = <i32>at;
    packet.transportHeaderLength = headerLength;
    const length = max(0, <i32>(end - at) - headerLength);
    packet.payloadOffset = <i32>min(end, at + headerLength);
    packet.payloadLength = length;
    packet.payloadCaptured = length;
  }

  /** The frame from its first byte as an IPv4 header. */
  private misread(packet: Packet, start: usize, captured: i32): void {
    if (captured < 20 || (byte(start) & 0x0f) < 5) return;
    if (this.rules.protocols >= PROTOCOLS_KNOWN && !isKnown(byte(start + 9))) return;
    this.icmp = -1;
    this.address(packet, word(start + 12), word(start + 16));
  }

  private address(packet: Packet, source: i32, destination: i32): void {
    packet.layers |= LAYER_ETHERNET | LAYER_IPV4 | (this.tagged ? LAYER_VLAN : 0);
    packet.ipVersion = 4;
    packet.protocol = 0;
    packet.source2 = MAPPED;
    packet.source3 = source;
    packet.destination2 = MAPPED;
    packet.destination3 = destination;
    // Where the endpoints are ordered by address alone, both ways between two ports of one host are two flows: this word
    // is part of the key, and 0 again in rows.
    if (this.rules.signedOrder != 0 && source == destination) packet.destination0 = 1;
  }
}

/**
 * L2TP data (RFC 2661, section 3.1): flags (2 bytes), length (2, if L), tunnel and session (4), numbers (4, if S), offset
 * (2 and padding, if O); then PPP.
 */
function behindL2tp(offset: usize, end: usize): usize {
  if (offset + 6 > end) return 0;
  const flags = half(offset);
  if ((flags & 0x8000) != 0) return 0;
  let at = offset + 6;
  if ((flags & 0x4000) != 0) at += 2;
  if ((flags & 0x0800) != 0) at += 4;
  if ((flags & 0x0200) != 0) {
    if (at + 2 > end) return 0;
    at += 2 + half(at);
  }
  if (at + 2 > end) return 0;
  if (half(at) == 0xff03) at += 2;
  return at + 2 <= end && half(at) == 0x0021 ? at + 2 : 0;
}

/** IP protocols that the library has a name for; with others its users fail. */
function isKnown(protocol: i32): bool {
  if (protocol <= 61) return true;
  switch (protocol) {
    case 94:
    case 103:
    case 111:
    case 118:
    case 132:
    case 133:
    case 137:
      return true;
    default:
      return false;
  }
}
