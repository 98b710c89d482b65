// The schemas `antinex` and `antinex-legacy`: a packet, flattened layer by layer, as AntiNex records it.
//
// `antinex` has the fields under their true names. `antinex-legacy` has the 62 columns of the public models with what the
// recorder really wrote into them, so that models of the public files can be fed; where it differs, the description says so.

import { layersGroup, recordedGroup } from "../measures/layers.ts";
import { type ColumnDefinition, defineSchema } from "../schema.ts";

type Row = readonly [name: string, measure: string, description: string];

const arp: Row[] = [
  ["arp_hwlen", "packet.arp.hardware.length", "ARP: bytes of a hardware address"],
  ["arp_hwtype", "packet.arp.hardware.type", "ARP: kind of hardware"],
  ["arp_op", "packet.arp.operation", "ARP: 1 request, 2 reply"],
  ["arp_plen", "packet.arp.protocol.length", "ARP: bytes of a protocol address"],
  ["arp_ptype", "packet.arp.protocol.type", "ARP: EtherType of the protocol"],
];

/** DNS header fields: name behind the prefix, measure, description. */
const dns: Row[] = [
  ["aa", "authoritative", "1 when the answer is authoritative"],
  ["ad", "authentic", "1 when the answer was authenticated"],
  ["ancount", "answers", "Answers"],
  ["arcount", "additional", "Additional records"],
  ["cd", "unchecked", "1 when checking is disabled"],
  ["id", "identification", "Identification of the query"],
  ["length", "length", "Length before the message; over TCP only"],
  ["nscount", "authorities", "Records of authorities"],
  ["opcode", "operation", "Kind of query"],
  ["qdcount", "questions", "Questions"],
  ["qr", "response", "1 in answers"],
  ["ra", "recursion.available", "1 when recursion is available"],
  ["rcode", "code", "Code of the answer"],
  ["rd", "recursion.desired", "1 when recursion is desired"],
  ["tc", "truncated", "1 when the message was cut"],
  ["z", "reserved", "The reserved bit"],
];

const icmp: Row[] = [
  ["icmp_addr_mask", "packet.icmp.mask", "ICMP: address mask, as a number"],
  ["icmp_code", "packet.icmp.code", "ICMP: code"],
  ["icmp_gw", "packet.icmp.gateway", "ICMP redirect: gateway, as a number"],
  ["icmp_ptr", "packet.icmp.pointer", "ICMP parameter problem: place of the error"],
  ["icmp_seq", "packet.icmp.sequence", "ICMP echo and the like: sequence number"],
  ["icmp_ts_ori", "packet.icmp.time.origin", "ICMP timestamp: when it was sent"],
  ["icmp_ts_rx", "packet.icmp.time.received", "ICMP timestamp: when it was received"],
  ["icmp_ts_tx", "packet.icmp.time.sent", "ICMP timestamp: when it was answered"],
  ["icmp_type", "packet.icmp.type", "ICMP: type"],
  ["icmp_unused", "packet.icmp.unused", "ICMP: the word behind the checksum, of types that do not use it"],
];

const ip: Row[] = [
  ["ip_ihl", "packet.ip.header.words", "IPv4: words of the header"],
  ["ip_len", "packet.ip.length", "IPv4: bytes of the datagram"],
  ["ip_tos", "packet.ip.service", "IPv4: type of service"],
  ["ip_version", "packet.ip.version", "IPv4: 4"],
];

const ipv6: Row[] = [
  ["ipv6_fl", "packet.ipv6.label", "IPv6: flow label"],
  ["ipv6_hlim", "packet.ipv6.hops", "IPv6: hop limit"],
  ["ipv6_nh", "packet.ipv6.next", "IPv6: next header"],
  ["ipv6_plen", "packet.ipv6.payload", "IPv6: bytes behind the header"],
  ["ipv6_tc", "packet.ipv6.class", "IPv6: traffic class"],
  ["ipv6_version", "packet.ipv6.version", "IPv6: 6"],
];

const tcp: Row[] = [
  ["tcp_dport", "packet.tcp.destination.port", "TCP: port of the receiver"],
  ["tcp_fields_options.MSS", "packet.tcp.option.segment", "TCP: maximum segment size"],
  ["tcp_fields_options.NOP", "packet.tcp.option.nothing", "TCP: options without meaning, counted"],
  [
    "tcp_fields_options.SAckOK",
    "packet.tcp.option.selective",
    "TCP: 1 when selective acknowledgment is permitted",
  ],
  ["tcp_fields_options.Timestamp", "packet.tcp.option.timestamp", "TCP: timestamp of the sender"],
  ["tcp_fields_options.WScale", "packet.tcp.option.scale", "TCP: window scale"],
  ["tcp_seq", "packet.tcp.sequence", "TCP: sequence number"],
  ["tcp_sport", "packet.tcp.source.port", "TCP: port of the sender"],
];

const udp: Row[] = [
  ["udp_dport", "packet.udp.destination.port", "UDP: port of the receiver"],
  ["udp_len", "packet.udp.length", "UDP: bytes of header and payload"],
  ["udp_sport", "packet.udp.source.port", "UDP: port of the sender"],
];

const ethernet: Row = ["eth_type", "packet.ethernet.type", "EtherType of the frame"];

/** Fields that the recorder stored under other names, or lost. */
const displaced: Row[] = [
  ["icmp_chksum", "packet.icmp.checksum", "ICMP: checksum"],
  ["ip_chksum", "packet.ip.checksum", "IPv4: checksum of the header"],
  ["ip_flags", "packet.ip.flags", "IPv4: reserved bit 4, don't fragment 2, more fragments 1"],
  ["ip_frag", "packet.ip.fragment", "IPv4: fragment offset, in units of 8 bytes"],
  ["ip_proto", "packet.ip.protocol", "IPv4: protocol"],
  ["ip_ttl", "packet.ip.ttl", "IPv4: time to live"],
  ["tcp_ack", "packet.tcp.acknowledgment", "TCP: acknowledgment number"],
  ["tcp_chksum", "packet.tcp.checksum", "TCP: checksum"],
  ["tcp_dataofs", "packet.tcp.header.words", "TCP: words of the header"],
  ["tcp_flags", "packet.tcp.flags", "TCP: the nine flags as a number"],
  ["tcp_reserved", "packet.tcp.reserved", "TCP: reserved bits"],
  ["tcp_window", "packet.tcp.window", "TCP: window, not scaled"],
  ["udp_chksum", "packet.udp.checksum", "UDP: checksum"],
];

const MISSING = "Always missing: an identifier of messages";
/** Identifiers of messages, and sections of DNS messages, which the recorder left empty. */
const EMPTY: Row[] = [
  ...["arp_id", "dns_id", "eth_id", "icmp_id", "ip_id", "ipvsix_id", "pad_id", "tcp_id", "udp_id"].map(
    (name): Row => [name, "recorded.nothing", MISSING],
  ),
  ...["an", "ar", "ns", "qd"].map(
    (name): Row => [`dns_default_${name}`, "recorded.nothing", "Always missing: a section of the message"],
  ),
];

/** What the recorder wrote instead of the field of that name. */
const RECORDED = new Map<string, readonly [measure: string, description: string]>([
  [
    "ip_len",
    [
      "recorded.ip.length",
      "The last of length, identification, flags, fragment offset, time to live, protocol and checksum of IPv4 that is not 0: mostly the checksum",
    ],
  ],
  [
    "tcp_seq",
    [
      "recorded.tcp.sequence",
      "The last of sequence and acknowledgment number, data offset, reserved bits, flags, window and checksum of TCP that is not 0: mostly the checksum",
    ],
  ],
  ["udp_len", ["recorded.udp.length", "Checksum of UDP; the length where that is 0"]],
  ["icmp_code", ["recorded.icmp.code", "The last of code, checksum and identifier of ICMP that is not 0"]],
  [
    "icmp_ptr",
    ["recorded.icmp.pointer", "Pointer of ICMP, or the reserved bytes behind it when they are not 0"],
  ],
  ["tcp_fields_options.NOP", ["recorded.nothing", "Always missing: the recorder wrote no value"]],
  ["tcp_fields_options.SAckOK", ["recorded.nothing", "Always missing: the recorder wrote no value"]],
]);

const ABSENT_BY_DEFAULT = new Set(["ancount", "arcount", "length", "nscount", "qdcount"]);

/** DNS as recorded: the decoder's defaults, whatever the packet said. */
const dnsDefaults: Row[] = dns.map(([name]) => {
  if (ABSENT_BY_DEFAULT.has(name))
    return [`dns_default_${name}`, "recorded.nothing", "Always missing: the decoder's default"];
  const measure = name === "rd" ? "recorded.dns.one" : "recorded.dns.zero";
  return [`dns_default_${name}`, measure, "The decoder's default in DNS messages, whatever the packet says"];
});

const shared: Row[] = [...arp, ethernet, ...icmp, ...ip, ...ipv6, ...tcp, ...udp];

const legacy: Row[] = [
  ...shared.map(([name, ...rest]): Row => [name, ...(RECORDED.get(name) ?? rest)]),
  ...dnsDefaults,
  ...EMPTY,
  [
    "idx",
    "recorded.row",
    "Number of the row, from 0; tells the class of labelled files and is never to be learnt from",
  ],
];

function columns(rows: readonly Row[]): ColumnDefinition[] {
  return [...rows]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, measure, description]) => ({ name, measure, description }));
}

const SHARED = {
  lifecycle: "packet",
  engine: "antinex",
  rowOf: "packet",
  versions: [layersGroup, recordedGroup].map(({ id, version }) => `${id}/${version}`).join(","),
} as const;

export const antinexSchema = defineSchema({
  ...SHARED,
  id: "antinex",
  title: "Packets, flattened layer by layer (AntiNex, corrected)",
  description:
    "One row per packet with the fields of its headers under their true names, without identifiers.",
  columns: columns([
    ...shared,
    ...displaced,
    ...dns.map(
      ([name, measure, description]): Row => [`dns_${name}`, `packet.dns.${measure}`, `DNS: ${description}`],
    ),
  ]),
});

export const antinexLegacySchema = defineSchema({
  ...SHARED,
  id: "antinex-legacy",
  title: "Packets as the public AntiNex files have them",
  description:
    "One row per packet with the 62 columns of the public models, wrong names and all: for models of those files.",
  columns: columns(legacy),
});
