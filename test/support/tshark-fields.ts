// What tshark's fields are called, and what of a decoded packet each must equal: one table for layers, one for fields.

import { addressText } from "../../src/flow/address.ts";
import { dnsName } from "../../src/packet/dns.ts";
import {
  LAYER_ARP,
  LAYER_COOKED,
  LAYER_DNS,
  LAYER_ETHERNET,
  LAYER_FRAGMENT,
  LAYER_ICMP,
  LAYER_ICMPV6,
  LAYER_IPV4,
  LAYER_IPV6,
  LAYER_LLC,
  LAYER_MPLS,
  LAYER_PPP,
  LAYER_SCTP,
  LAYER_TCP,
  LAYER_UDP,
  LAYER_VLAN,
  type Packet,
} from "../../src/packet/packet.ts";

/** tshark's protocol names and the layers that they stand for. */
export const TSHARK_LAYERS: Readonly<Record<string, number>> = {
  eth: LAYER_ETHERNET,
  sll: LAYER_COOKED,
  llc: LAYER_LLC,
  vlan: LAYER_VLAN,
  ieee8021ad: LAYER_VLAN,
  mpls: LAYER_MPLS,
  ppp: LAYER_PPP,
  arp: LAYER_ARP,
  ip: LAYER_IPV4,
  ipv6: LAYER_IPV6,
  tcp: LAYER_TCP,
  udp: LAYER_UDP,
  sctp: LAYER_SCTP,
  icmp: LAYER_ICMP,
  icmpv6: LAYER_ICMPV6,
  dns: LAYER_DNS,
  mdns: LAYER_DNS,
  llmnr: LAYER_DNS,
};

const NETWORK = LAYER_ARP | LAYER_IPV4 | LAYER_IPV6;
const TRANSPORT = LAYER_TCP | LAYER_UDP | LAYER_SCTP | LAYER_ICMP | LAYER_ICMPV6;
const TUNNELS = new Set(["gre", "vxlan"]);

/**
 * The layers in tshark's list of protocols, such as "eth:ethertype:ip:udp:dns", down to the first transport layer and DNS
 * upon it: what stands behind is quoted by an ICMP error, or carried by an application. With `tunnels`, the way goes on
 * through those that Orbweaver enters; else it ends at them.
 */
export function tsharkLayers(protocols: string, tunnels: boolean): number {
  let layers = 0;
  let network = 0;
  let transport = 0;
  for (const name of protocols.split(":")) {
    const layer = TSHARK_LAYERS[name] ?? 0;
    if (TUNNELS.has(name)) {
      if (!tunnels) return layers;
      network = 0;
      transport = 0;
    } else if (transport !== 0) {
      return layer === LAYER_DNS ? layers | LAYER_DNS : layers;
    } else if ((layer & NETWORK) !== 0) {
      if (network !== 0 && !tunnels) return layers;
      network = layer;
    } else if ((layer & TRANSPORT) !== 0) transport = layer;
    layers |= layer;
  }
  return layers;
}

export interface TsharkField {
  readonly name: string;
  /** Compared in packets with this layer. */
  readonly layer: number;
  /** What tshark should say of this packet; undefined where the two cannot be compared. */
  readonly expected: (packet: Packet) => string | number | undefined;
  /** Bits of tshark's number that count; all unless given. */
  readonly mask?: number;
}

/** tshark writes odd bytes of names in a way of its own, so that only plain names can be compared. */
function name(packet: Packet): string | undefined {
  const text = dnsName(packet);
  if (text === ".") return "<Root>";
  return text === "" ? "<Unknown extended label>" : text.includes("\\") ? undefined : text;
}

/** In error messages, tshark's first identifier is that of the quoted packet. */
function echo(packet: Packet, value: number): number | undefined {
  const isError = [3, 4, 5, 11, 12].includes(packet.icmpType);
  return isError ? undefined : value;
}

/** tshark counts the authentication header apart from IPv4's; Orbweaver's protocol is the one behind it. */
function isAuthenticated(packet: Packet): boolean {
  return packet.bytes[packet.ipOffset + 9] === 51;
}

/** The outermost tag is then not in tshark's vlan.id. */
function isProviderTagged(packet: Packet): boolean {
  return packet.bytes[packet.start + 12] === 0x88 && packet.bytes[packet.start + 13] === 0xa8;
}

const unsigned = (value: number): number => value >>> 0;
const source = (packet: Packet): string =>
  addressText(packet.source0, packet.source1, packet.source2, packet.source3);
const destination = (packet: Packet): string =>
  addressText(packet.destination0, packet.destination1, packet.destination2, packet.destination3);

export const TSHARK_FIELDS: readonly TsharkField[] = [
  {
    name: "vlan.id",
    layer: LAYER_VLAN,
    expected: (packet) => (isProviderTagged(packet) ? undefined : packet.vlan),
  },
  { name: "ieee8021ad.id", layer: LAYER_VLAN, expected: (packet) => packet.vlan },
  { name: "arp.opcode", layer: LAYER_ARP, expected: (packet) => packet.arpOperation },
  { name: "arp.src.proto_ipv4", layer: LAYER_ARP, expected: source },
  { name: "arp.dst.proto_ipv4", layer: LAYER_ARP, expected: destination },
  { name: "ip.src", layer: LAYER_IPV4, expected: source },
  { name: "ip.dst", layer: LAYER_IPV4, expected: destination },
  {
    name: "ip.hdr_len",
    layer: LAYER_IPV4,
    expected: (packet) => (isAuthenticated(packet) ? undefined : packet.ipHeaderLength),
  },
  { name: "ip.dsfield", layer: LAYER_IPV4, expected: (packet) => packet.trafficClass },
  { name: "ip.len", layer: LAYER_IPV4, expected: (packet) => packet.ipLength },
  { name: "ip.id", layer: LAYER_IPV4, expected: (packet) => packet.fragmentIdentification },
  { name: "ip.flags.df", layer: LAYER_IPV4, expected: (packet) => packet.dontFragment },
  { name: "ip.flags.mf", layer: LAYER_IPV4, expected: (packet) => packet.moreFragments },
  { name: "ip.frag_offset", layer: LAYER_IPV4, expected: (packet) => packet.fragmentOffset / 8 },
  { name: "ip.ttl", layer: LAYER_IPV4, expected: (packet) => packet.ttl },
  {
    name: "ip.proto",
    layer: LAYER_IPV4,
    expected: (packet) => (isAuthenticated(packet) ? undefined : packet.protocol),
  },
  { name: "ipv6.src", layer: LAYER_IPV6, expected: source },
  { name: "ipv6.dst", layer: LAYER_IPV6, expected: destination },
  { name: "ipv6.tclass", layer: LAYER_IPV6, expected: (packet) => packet.trafficClass },
  { name: "ipv6.plen", layer: LAYER_IPV6, expected: (packet) => packet.ipLength - 40 },
  { name: "ipv6.hlim", layer: LAYER_IPV6, expected: (packet) => packet.ttl },
  { name: "tcp.srcport", layer: LAYER_TCP, expected: (packet) => packet.sourcePort },
  { name: "tcp.dstport", layer: LAYER_TCP, expected: (packet) => packet.destinationPort },
  { name: "tcp.seq_raw", layer: LAYER_TCP, expected: (packet) => unsigned(packet.sequence) },
  { name: "tcp.ack_raw", layer: LAYER_TCP, expected: (packet) => unsigned(packet.acknowledgment) },
  { name: "tcp.hdr_len", layer: LAYER_TCP, expected: (packet) => packet.transportHeaderLength },
  { name: "tcp.flags", layer: LAYER_TCP, expected: (packet) => packet.tcpFlags, mask: 0xff },
  { name: "tcp.window_size_value", layer: LAYER_TCP, expected: (packet) => packet.window },
  { name: "tcp.urgent_pointer", layer: LAYER_TCP, expected: (packet) => packet.urgentPointer },
  { name: "tcp.options.mss_val", layer: LAYER_TCP, expected: (packet) => packet.maximumSegmentSize },
  { name: "tcp.options.wscale.shift", layer: LAYER_TCP, expected: (packet) => packet.windowScale },
  { name: "tcp.len", layer: LAYER_TCP, expected: (packet) => packet.payloadLength },
  { name: "udp.srcport", layer: LAYER_UDP, expected: (packet) => packet.sourcePort },
  { name: "udp.dstport", layer: LAYER_UDP, expected: (packet) => packet.destinationPort },
  {
    name: "udp.length", // that of the whole datagram, so not comparable in a fragment
    layer: LAYER_UDP,
    expected: (packet) => ((packet.layers & LAYER_FRAGMENT) === 0 ? packet.payloadLength + 8 : undefined),
  },
  { name: "sctp.srcport", layer: LAYER_SCTP, expected: (packet) => packet.sourcePort },
  { name: "sctp.dstport", layer: LAYER_SCTP, expected: (packet) => packet.destinationPort },
  { name: "icmp.type", layer: LAYER_ICMP, expected: (packet) => packet.icmpType },
  { name: "icmp.code", layer: LAYER_ICMP, expected: (packet) => packet.icmpCode },
  { name: "icmp.ident", layer: LAYER_ICMP, expected: (packet) => echo(packet, packet.icmpIdentifier) },
  { name: "icmp.seq", layer: LAYER_ICMP, expected: (packet) => echo(packet, packet.icmpSequence) },
  { name: "icmpv6.type", layer: LAYER_ICMPV6, expected: (packet) => packet.icmpType },
  { name: "icmpv6.code", layer: LAYER_ICMPV6, expected: (packet) => packet.icmpCode },
  { name: "icmpv6.echo.identifier", layer: LAYER_ICMPV6, expected: (packet) => packet.icmpIdentifier },
  { name: "icmpv6.echo.sequence_number", layer: LAYER_ICMPV6, expected: (packet) => packet.icmpSequence },
  { name: "dns.id", layer: LAYER_DNS, expected: (packet) => packet.dnsIdentification },
  { name: "dns.flags", layer: LAYER_DNS, expected: (packet) => packet.dnsFlags },
  { name: "dns.count.queries", layer: LAYER_DNS, expected: (packet) => packet.dnsQuestions },
  { name: "dns.count.answers", layer: LAYER_DNS, expected: (packet) => packet.dnsAnswers },
  { name: "dns.qry.name", layer: LAYER_DNS, expected: name },
  {
    name: "dns.qry.type",
    layer: LAYER_DNS,
    expected: (packet) => (packet.dnsNameLength === 0 ? undefined : packet.dnsQuestionType),
  },
];

/** Whether tshark's text says what was expected; numbers are written in decimal, 0x…, True or False. */
export function agrees(field: TsharkField, told: string, expected: string | number): boolean {
  if (typeof expected === "string") return told === expected;
  const number = told === "True" ? 1 : told === "False" ? 0 : Number(told);
  return (field.mask === undefined ? number : number & field.mask) === expected;
}
