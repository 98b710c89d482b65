// The schema `flow`: our own feature set, one row per connection.
//
// It holds no address, port number or time of day: what a detector must not learn is not in the table.

import { EARLY_PACKETS } from "../measures/early.ts";
import { groupVersions } from "../measures/index.ts";
import { SERVICES } from "../measures/service.ts";
import { CONNECTION_STATES } from "../measures/tcp.ts";
import { type ColumnDefinition, defineSchema } from "../schema.ts";

/** Names of the codes of `protocol`: IP protocol numbers 0 to 255. */
const PROTOCOL_NAMES: readonly string[] = Array.from({ length: 256 }, (_, number) => {
  const names: Record<number, string> = {
    1: "icmp",
    2: "igmp",
    6: "tcp",
    17: "udp",
    47: "gre",
    50: "esp",
    58: "icmpv6",
    132: "sctp",
  };
  return names[number] ?? String(number);
});

type Row = readonly [name: string, measure: string, unit: string, description: string];

const general: ColumnDefinition[] = [
  {
    name: "protocol",
    measure: "protocol",
    kind: "categorical",
    categories: PROTOCOL_NAMES,
    description: "IP protocol of the flow",
  },
  {
    name: "service",
    measure: "service",
    kind: "categorical",
    categories: SERVICES,
    description: "Service by the responder's port, as one of a few names",
  },
  {
    name: "connection_state",
    measure: "connection.state",
    kind: "categorical",
    categories: CONNECTION_STATES,
    description: "Zeek's conn_state; other than TCP: SF when answered, else S0",
  },
];

/** The same measure for both directions. */
function both(rows: readonly Row[]): Row[] {
  return (["forward", "backward"] as const).flatMap((direction) =>
    rows.map(([name, measure, unit, description]): Row => {
      const sender = direction === "forward" ? "opener" : "responder";
      return [`${direction}_${name}`, `${direction}.${measure}`, unit, description.replace("%", sender)];
    }),
  );
}

const volume: Row[] = [
  ["duration", "duration", "us", "Time from first to last packet"],
  ["packets", "packets", "packets", "Packets of both sides"],
  ["wire_bytes", "wire.bytes", "bytes", "Frame bytes on the wire of both sides"],
  ["payload_bytes", "payload.bytes", "bytes", "Payload bytes behind the transport header, both sides"],
  ["payload_mean", "payload.mean", "bytes", "Mean payload length of a packet"],
  ["payload_std", "payload.std", "bytes", "Standard deviation of payload lengths"],
  ["payload_max", "payload.max", "bytes", "Longest payload"],
  ["packet_rate", "packets.rate", "1/s", "Packets per second; missing for a flow without duration"],
  ["wire_rate", "wire.rate", "bytes/s", "Frame bytes per second; missing for a flow without duration"],
  [
    "packet_ratio",
    "packets.ratio",
    "ratio",
    "Packets of the responder per packet of the opener; missing where it sent none",
  ],
  ["payload_ratio", "payload.ratio", "ratio", "Payload bytes down per byte up; missing where none went up"],
  ...both([
    ["packets", "packets", "packets", "Packets of the %"],
    ["wire_bytes", "wire.bytes", "bytes", "Frame bytes on the wire of the %"],
    ["payload_bytes", "payload.bytes", "bytes", "Payload bytes of the %"],
    ["payload_packets", "payload.packets", "packets", "Packets with payload of the %"],
    ["payload_min", "payload.min", "bytes", "Shortest payload of the %"],
    ["payload_max", "payload.max", "bytes", "Longest payload of the %"],
    ["payload_mean", "payload.mean", "bytes", "Mean payload length of the %"],
    ["payload_std", "payload.std", "bytes", "Standard deviation of payload lengths of the %"],
    ["header_mean", "header.mean", "bytes", "Mean bytes of network and transport header of the %"],
    ["packet_rate", "packets.rate", "1/s", "Packets per second of the %"],
  ]),
];

const timing: Row[] = [
  ...(["", "forward_", "backward_"] as const).flatMap((prefix): Row[] => {
    const measure = `${prefix.replace("_", ".")}iat`;
    const whose =
      prefix === ""
        ? "packets"
        : prefix === "forward_"
          ? "packets of the opener"
          : "packets of the responder";
    return [
      [`${prefix}iat_mean`, `${measure}.mean`, "us", `Mean gap between ${whose}`],
      [`${prefix}iat_std`, `${measure}.std`, "us", `Standard deviation of the gaps between ${whose}`],
      [`${prefix}iat_min`, `${measure}.min`, "us", `Shortest gap between ${whose}`],
      [`${prefix}iat_max`, `${measure}.max`, "us", `Longest gap between ${whose}`],
    ];
  }),
  [
    "active_mean",
    "active.mean",
    "us",
    "Mean length of active periods (silences of more than 5 s separate them)",
  ],
  ["active_max", "active.max", "us", "Longest active period"],
  ["idle_count", "idle.count", "periods", "Silences of more than 5 s"],
  ["idle_mean", "idle.mean", "us", "Mean length of those silences"],
  ["idle_max", "idle.max", "us", "Longest silence of more than 5 s"],
];

const tcp: Row[] = [
  ...both([
    ["syn", "syn", "packets", "Packets with SYN of the %"],
    ["fin", "fin", "packets", "Packets with FIN of the %"],
    ["rst", "rst", "packets", "Packets with RST of the %"],
    ["psh", "psh", "packets", "Packets with PSH of the %"],
    ["ack", "ack", "packets", "Packets with ACK of the %"],
    ["window_first", "window.first", "", "First window field of the %, unscaled"],
    ["window_min", "window.min", "", "Smallest window field of the %"],
    ["window_zero", "window.zero", "packets", "Packets with window 0 of the %, save SYN, FIN and RST"],
    ["retransmitted", "retransmitted", "packets", "Retransmitted segments of the %"],
    ["out_of_order", "out_of_order", "packets", "Segments out of order of the %"],
  ]),
  ["ecn_packets", "forward.ecn", "packets", "Packets of the opener with ECE or CWR"],
  ["forward_mss", "forward.mss", "bytes", "Maximum segment size announced by the opener"],
  ["backward_mss", "backward.mss", "bytes", "Maximum segment size announced by the responder"],
  ["handshake_rtt", "handshake.rtt", "us", "From the last SYN to the ACK that completes the handshake"],
  ["handshake_server", "handshake.server", "us", "From the last SYN to SYN-ACK"],
  ["response_time", "response.time", "us", "From the first payload of the opener to the first answer"],
];

const network: Row[] = [
  ["forward_ttl_min", "forward.ttl.min", "hops", "Smallest time to live of the opener's packets"],
  ["forward_ttl_max", "forward.ttl.max", "hops", "Largest time to live of the opener's packets"],
  ["backward_ttl_min", "backward.ttl.min", "hops", "Smallest time to live of the responder's packets"],
  ["backward_ttl_max", "backward.ttl.max", "hops", "Largest time to live of the responder's packets"],
  ["fragments", "fragments", "packets", "Fragments among the packets"],
];

const early: Row[] = Array.from({ length: EARLY_PACKETS }, (_, index): Row[] => {
  const ordinal = index + 1;
  const size: Row = [
    `early_size_${ordinal}`,
    `early.size.${ordinal}`,
    "bytes",
    `Payload of packet ${ordinal} with payload; negative when the responder sent it`,
  ];
  const gap: Row = [
    `early_gap_${ordinal}`,
    `early.gap.${ordinal}`,
    "us",
    `Gap before packet ${ordinal} with payload`,
  ];
  return index === 0 ? [size] : [size, gap];
}).flat();

const content: Row[] = [
  ["forward_entropy", "forward.entropy", "bits/byte", "Entropy of the first 64 payload bytes of the opener"],
  [
    "backward_entropy",
    "backward.entropy",
    "bits/byte",
    "Entropy of the first 64 payload bytes of the responder",
  ],
  ["forward_printable", "forward.printable", "ratio", "Printable share of the opener's first payload bytes"],
  [
    "backward_printable",
    "backward.printable",
    "ratio",
    "Printable share of the responder's first payload bytes",
  ],
  ["dns_questions", "dns.questions", "packets", "DNS questions asked in the flow"],
  ["dns_name_mean", "dns.name.mean", "bytes", "Mean length of the names asked for, in wire form"],
  ["dns_name_max", "dns.name.max", "bytes", "Longest name asked for, in wire form"],
];

const context: Row[] = (["short", "long"] as const).flatMap((window): Row[] => {
  const span = window === "short" ? "5 to 10 s" : "60 to 120 s";
  const rows: readonly (readonly [string, string, string])[] = [
    ["source_connections", "source.connections", "Connections opened by the same source"],
    ["source_destinations", "source.destinations", "Distinct destinations of the same source"],
    ["source_ports", "source.ports", "Distinct destination ports of the same source"],
    ["source_unanswered", "source.unanswered", "Connections of the same source without an answer"],
    ["destination_connections", "destination.connections", "Connections opened to the same destination"],
    ["destination_sources", "destination.sources", "Distinct sources of the same destination"],
    ["destination_ports", "destination.ports", "Distinct ports asked for at the same destination"],
    [
      "destination_half_open",
      "destination.half_open",
      "Connections to the same destination without an answer",
    ],
    ["pair_attempts", "pair.attempts", "Connections between the same two hosts to the same port"],
    ["pair_unanswered", "pair.unanswered", "Those without an answer"],
  ];
  return rows.map(
    ([name, measure, text]): Row => [
      `${name}_${window}`,
      `${measure}.${window}`,
      "connections",
      `${text}, in a window of ${span} around the flow`,
    ],
  );
});

const columns: ColumnDefinition[] = [
  ...general,
  ...[...volume, ...timing, ...tcp, ...network, ...early, ...content, ...context].map(
    ([name, measure, unit, description]) => ({ name, measure, unit, description }),
  ),
];

export const flowSchema = defineSchema({
  id: "flow",
  title: "Orbweaver flow",
  description:
    "Bidirectional flows with volume, timing, TCP health, early packets, content shape and context.",
  lifecycle: "connection",
  engine: "flow",
  versions: groupVersions(columns.map((column) => column.measure)),
  columns,
});
