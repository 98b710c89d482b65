// A frame as people read it: its layers in the order of the bytes, each with names and values. The decoder has found where they
// are; here they are written out. Knows no files.

import { addressText } from "../../flow/address.ts";
import { LINK_ETHERNET, linkTypeName } from "../../packet/link.ts";
import {
  LAYER_ARP,
  LAYER_DNS,
  LAYER_TUNNEL,
  LAYER_VLAN,
  type Packet,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_SCTP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from "../../packet/packet.ts";
import { PROBLEMS } from "../../packet/problems.ts";
import { dnsLayer, icmpLayer, payloadLayer, sctpLayer, tcpLayer, udpLayer } from "./transport-layers.ts";

export interface LayerField {
  name: string;
  value: string;
}

export interface PacketLayer {
  name: string;
  /** Bytes from the start of the frame. */
  start: number;
  length: number;
  fields: LayerField[];
}

const ETHERNET_BYTES = 14;
const VLAN_BYTES = 4;
const ARP_BYTES = 28;

/** The layers of a decoded packet; what the capture does not hold in full is left out. */
export function layersOf(packet: Packet, linkType: number): PacketLayer[] {
  const layers = [linkLayer(packet, linkType)];
  if ((packet.layers & LAYER_ARP) !== 0) layers.push(arpLayer(packet, linkType));
  if (packet.ipVersion === 4) layers.push(ipv4Layer(packet));
  if (packet.ipVersion === 6) layers.push(ipv6Layer(packet));
  if (packet.hasTransport === 1) layers.push(...transportLayers(packet));
  if ((packet.layers & LAYER_DNS) !== 0) layers.push(dnsLayer(packet));
  if (packet.payloadCaptured > 0) layers.push(payloadLayer(packet));
  if (packet.problem !== 0) layers.push(problemLayer(packet));
  return layers.filter(({ length, name }) => length > 0 || name === "Problem");
}

function transportLayers(packet: Packet): PacketLayer[] {
  switch (packet.protocol) {
    case PROTOCOL_TCP:
      return [tcpLayer(packet)];
    case PROTOCOL_UDP:
      return [udpLayer(packet)];
    case PROTOCOL_SCTP:
      return [sctpLayer(packet)];
    case PROTOCOL_ICMP:
    case PROTOCOL_ICMPV6:
      return [icmpLayer(packet)];
    default:
      return [];
  }
}

/** Everything in front of the network layer; of Ethernet, its addresses. */
function linkLayer(packet: Packet, linkType: number): PacketLayer {
  const { bytes, start, capturedLength, ipVersion, ipOffset } = packet;
  const inFront = ipVersion === 0 ? Math.min(capturedLength, ETHERNET_BYTES) : ipOffset - start;
  const layer: PacketLayer = { name: linkTypeName(linkType), start: 0, length: inFront, fields: [] };
  if (linkType === LINK_ETHERNET && capturedLength >= ETHERNET_BYTES) {
    layer.fields.push(
      { name: "Destination", value: macText(bytes, start) },
      { name: "Source", value: macText(bytes, start + 6) },
    );
    if ((packet.layers & LAYER_VLAN) !== 0) layer.fields.push(...vlanFields(packet));
  }
  if (packet.etherType > 0) layer.fields.push({ name: "EtherType", value: hex(packet.etherType, 4) });
  if ((packet.layers & LAYER_TUNNEL) !== 0)
    layer.fields.push({ name: "Tunnels entered", value: String(packet.tunnelDepth) });
  return layer;
}

function vlanFields({ bytes, start, capturedLength, vlan }: Packet): LayerField[] {
  if (capturedLength < ETHERNET_BYTES + VLAN_BYTES) return [];
  const tag = (bytes[start + ETHERNET_BYTES] << 8) | bytes[start + ETHERNET_BYTES + 1];
  return [
    { name: "VLAN", value: String(vlan) },
    { name: "Priority", value: String(tag >>> 13) },
  ];
}

/** Behind Ethernet it is known where it stands; of other links the whole frame is named. */
function arpLayer(packet: Packet, linkType: number): PacketLayer {
  const { capturedLength, arpOperation, source3, destination3, layers } = packet;
  const isEthernet = linkType === LINK_ETHERNET;
  const inFront = ETHERNET_BYTES + ((layers & LAYER_VLAN) === 0 ? 0 : VLAN_BYTES);
  const start = isEthernet ? Math.min(inFront, capturedLength) : 0;
  return {
    name: "ARP",
    start,
    length: Math.min(isEthernet ? ARP_BYTES : capturedLength, capturedLength - start),
    fields: [
      {
        name: "Operation",
        value: arpOperation === 1 ? "request" : arpOperation === 2 ? "reply" : String(arpOperation),
      },
      { name: "Sender", value: addressText(0, 0, 0xffff, source3) },
      { name: "Target", value: addressText(0, 0, 0xffff, destination3) },
    ],
  };
}

function ipv4Layer(packet: Packet): PacketLayer {
  const { bytes, start, ipOffset, ipHeaderLength } = packet;
  const checksum = (bytes[ipOffset + 10] << 8) | bytes[ipOffset + 11];
  const flags = [
    packet.dontFragment === 1 ? "don't fragment" : "",
    packet.moreFragments === 1 ? "more fragments" : "",
  ].filter((flag) => flag !== "");
  const options = ipHeaderLength - 20;
  return {
    name: "IPv4",
    start: ipOffset - start,
    length: ipHeaderLength,
    fields: [
      { name: "Header length", value: `${ipHeaderLength} bytes` },
      ...trafficFields(packet),
      { name: "Total length", value: `${packet.ipLength} bytes` },
      { name: "Identification", value: hex(packet.fragmentIdentification, 4) },
      { name: "Flags", value: flags.join(", ") || "none" },
      { name: "Fragment offset", value: `${packet.fragmentOffset} bytes` },
      { name: "Time to live", value: String(packet.ttl) },
      { name: "Protocol", value: protocolText(packet.protocol) },
      { name: "Checksum", value: hex(checksum, 4) },
      ...addressFields(packet),
      ...(options > 0 ? [{ name: "Options", value: `${options} bytes` }] : []),
    ],
  };
}

function ipv6Layer(packet: Packet): PacketLayer {
  const { bytes, start, ipOffset, ipHeaderLength } = packet;
  const label = ((bytes[ipOffset + 1] & 15) << 16) | (bytes[ipOffset + 2] << 8) | bytes[ipOffset + 3];
  const payload = (bytes[ipOffset + 4] << 8) | bytes[ipOffset + 5];
  const extensions = ipHeaderLength - 40;
  return {
    name: "IPv6",
    start: ipOffset - start,
    length: ipHeaderLength,
    fields: [
      ...trafficFields(packet),
      { name: "Flow label", value: hex(label, 5) },
      { name: "Payload length", value: `${payload} bytes` },
      { name: "Protocol", value: protocolText(packet.protocol) },
      { name: "Hop limit", value: String(packet.ttl) },
      ...addressFields(packet),
      ...(extensions > 0 ? [{ name: "Extension headers", value: `${extensions} bytes` }] : []),
    ],
  };
}

function trafficFields({ trafficClass }: Packet): LayerField[] {
  return [
    { name: "DSCP", value: String(trafficClass >>> 2) },
    { name: "ECN", value: String(trafficClass & 3) },
  ];
}

function addressFields(packet: Packet): LayerField[] {
  const { source0, source1, source2, source3 } = packet;
  const { destination0, destination1, destination2, destination3 } = packet;
  return [
    { name: "Source", value: addressText(source0, source1, source2, source3) },
    { name: "Destination", value: addressText(destination0, destination1, destination2, destination3) },
  ];
}

function problemLayer({ problem, capturedLength }: Packet): PacketLayer {
  const { layer, reason, kind, description } = PROBLEMS[problem];
  return {
    name: "Problem",
    start: capturedLength,
    length: 0,
    fields: [
      { name: "Layer", value: layer },
      { name: "Found", value: `${reason} (${kind})` },
      { name: "Meaning", value: description },
    ],
  };
}

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: "ICMP",
  2: "IGMP",
  6: "TCP",
  17: "UDP",
  41: "IPv6",
  47: "GRE",
  50: "ESP",
  51: "AH",
  58: "ICMPv6",
  89: "OSPF",
  132: "SCTP",
};

function protocolText(protocol: number): string {
  const name = PROTOCOLS[protocol];
  return name === undefined ? String(protocol) : `${protocol} (${name})`;
}

function macText(bytes: Uint8Array, at: number): string {
  return Array.from(bytes.subarray(at, at + 6), (byte) => byte.toString(16).padStart(2, "0")).join(":");
}

export function hex(value: number, digits: number): string {
  return `0x${(value >>> 0).toString(16).padStart(digits, "0")}`;
}
