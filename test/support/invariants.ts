// What must hold for every decoded packet, whatever the bytes were. For property tests and fuzzing.

import {
  LAYER_ARP,
  LAYER_DNS,
  LAYER_FRAGMENT,
  LAYER_IPV4,
  LAYER_IPV6,
  LAYER_TUNNEL,
  type Packet,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_SCTP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from "../../src/packet/packet.ts";
import { PROBLEMS } from "../../src/packet/problems.ts";

const HEADER_LENGTHS = new Map([
  [PROTOCOL_TCP, 20],
  [PROTOCOL_UDP, 8],
  [PROTOCOL_SCTP, 12],
  [PROTOCOL_ICMP, 8],
  [PROTOCOL_ICMPV6, 8],
]);

function within(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}

function int32(value: number): boolean {
  return value === (value | 0);
}

/** What is wrong with a decoded packet, or "" when it is sound. Allocates nothing while it is. */
export function violation(packet: Packet): string {
  const end = packet.start + packet.capturedLength;
  if (packet.start < 0 || packet.capturedLength < 0 || end > packet.bytes.length)
    return "frame outside of its block";
  if (!within(packet.problem, 0, PROBLEMS.length - 1)) return "unknown problem";
  if (!within(packet.etherType, 0, 65_535)) return "EtherType";
  if (!within(packet.vlan, -1, 4095)) return "VLAN";
  if (!within(packet.tunnelDepth, 0, 4)) return "tunnel depth";
  if (packet.tunnelDepth > 0 !== ((packet.layers & LAYER_TUNNEL) !== 0)) return "tunnel layer";
  if (!int32(packet.layers)) return "layers";
  return packet.ipVersion === 0 ? withoutIp(packet) : withIp(packet, end);
}

function withoutIp(packet: Packet): string {
  if ((packet.layers & (LAYER_IPV4 | LAYER_IPV6 | LAYER_FRAGMENT | LAYER_DNS)) !== 0)
    return "layers above no IP";
  if (packet.protocol !== -1) return "protocol without IP";
  if (packet.hasTransport !== 0 || packet.transportHeaderLength !== 0) return "transport without IP";
  if (packet.sourcePort !== 0 || packet.destinationPort !== 0 || packet.icmpType !== -1)
    return "ports without IP";
  if (packet.ipOffset !== 0 || packet.transportOffset !== 0 || packet.payloadOffset !== 0)
    return "offsets without IP";
  if (packet.payloadLength !== 0 || packet.payloadCaptured !== 0) return "payload without IP";
  if ((packet.layers & LAYER_ARP) === 0 && packet.arpOperation !== 0) return "ARP operation without ARP";
  if ((packet.layers & LAYER_ARP) === 0 && (packet.source3 | packet.destination3) !== 0)
    return "addresses of nothing";
  return "";
}

function withIp(packet: Packet, end: number): string {
  const headerLength = packet.ipVersion === 4 ? 20 : 40;
  const layer = packet.ipVersion === 4 ? LAYER_IPV4 : LAYER_IPV6;
  const { ipOffset, transportOffset, payloadOffset, payloadLength, payloadCaptured } = packet;
  if (packet.ipVersion !== 4 && packet.ipVersion !== 6) return "IP version";
  if ((packet.layers & (LAYER_IPV4 | LAYER_IPV6)) !== layer) return "IP layer";
  if (ipOffset < packet.start || ipOffset + headerLength > end) return "IP header outside of the frame";
  if (packet.ipHeaderLength < headerLength) return "IP header length";
  if (!within(packet.protocol, 0, 255)) return "protocol";
  if (!within(packet.ttl, 0, 255) || !within(packet.trafficClass, 0, 255)) return "TTL or traffic class";
  if (packet.ipLength < 0) return "IP length";
  if (!within(transportOffset, ipOffset, end)) return "transport offset";
  if (!within(payloadOffset, transportOffset, end)) return "payload offset";
  if (!within(payloadCaptured, 0, end - payloadOffset)) return "captured payload";
  const wireEnd = packet.start + Math.max(packet.wireLength, packet.capturedLength);
  if (!within(payloadLength, payloadCaptured, wireEnd - payloadOffset)) return "payload length";
  if (payloadLength > packet.ipLength) return "payload longer than its datagram";
  if (!int32(packet.source3) || !int32(packet.destination3) || !int32(packet.sequence))
    return "unboxed words";
  return withFragment(packet) || withTransport(packet, end) || withDns(packet);
}

function withFragment(packet: Packet): string {
  const fragment = packet.fragmentOffset > 0 || packet.moreFragments === 1;
  if (!within(packet.fragmentOffset, 0, 65_528) || packet.fragmentOffset % 8 !== 0) return "fragment offset";
  if (fragment !== ((packet.layers & LAYER_FRAGMENT) !== 0)) return "fragment layer";
  if (packet.fragmentOffset === 0) return "";
  if (packet.hasTransport !== 0 || packet.sourcePort !== 0 || packet.icmpType !== -1)
    return "transport of a later fragment";
  return "";
}

function withTransport(packet: Packet, end: number): string {
  const { protocol, transportOffset, transportHeaderLength } = packet;
  if (!within(packet.sourcePort, 0, 65_535) || !within(packet.destinationPort, 0, 65_535)) return "ports";
  if (!within(packet.tcpFlags, 0, 255) || !within(packet.window, 0, 65_535)) return "TCP flags or window";
  if (!within(packet.maximumSegmentSize, -1, 65_535) || !within(packet.windowScale, -1, 255))
    return "TCP options";
  if (!within(packet.icmpType, -1, 255) || !within(packet.icmpCode, -1, 255)) return "ICMP type or code";
  if (packet.icmpType >= 0 && protocol !== PROTOCOL_ICMP && protocol !== PROTOCOL_ICMPV6)
    return "ICMP type of another protocol";
  if (packet.hasTransport === 0) return transportHeaderLength === 0 ? "" : "length of no transport header";
  const least = HEADER_LENGTHS.get(protocol) ?? Number.POSITIVE_INFINITY;
  if (transportHeaderLength < least || transportHeaderLength > 60) return "transport header length";
  if (transportOffset + least > end) return "transport header outside of the frame";
  if (packet.payloadOffset !== Math.min(transportOffset + transportHeaderLength, end))
    return "payload not behind the header";
  return "";
}

function withDns(packet: Packet): string {
  if ((packet.layers & LAYER_DNS) === 0) return packet.dnsNameLength === 0 ? "" : "name without DNS";
  if (packet.dnsNameLength === 0) return packet.dnsNameOffset === 0 ? "" : "offset of no name";
  if (packet.dnsNameLength > 255) return "name too long";
  if (packet.dnsNameOffset < packet.payloadOffset) return "name before the payload";
  if (packet.dnsNameOffset + packet.dnsNameLength > packet.payloadOffset + packet.payloadCaptured)
    return "name behind the payload";
  return "";
}
