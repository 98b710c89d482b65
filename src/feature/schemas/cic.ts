// The schemas `cic` and `cic-…`: the columns of CICFlowMeter, named as the data sets name them.
//
// One table holds every column of every generation. `cic-v3` … `cic-fixed` give what that generation of the original
// prints, errors included; `cic` gives the corrected values. Addresses, ports, Flow ID and Timestamp are identity; where
// rows are written as the data sets are (CSV), they stand where the data sets have them.

import { cicRulesText } from "../engines/cic.ts";
import { cicGroup } from "../measures/cic.ts";
import type { NameStyle, PublishedField, PublishedTable } from "../published.ts";
import { defineSchema, type Schema } from "../schema.ts";

/** Which generations print a column: all, those from 2022 on, or those from 2024 on. */
type Since = "" | "2022" | "fixed";

type Row = readonly [
  measure: string,
  v3: string,
  v4: string,
  in2017: string,
  unit: string,
  description: string,
  since?: Since,
];

/** In the order of the newest generation. A name that is empty is that of v4. */
const COLUMNS: readonly Row[] = [
  ["protocol", "", "Protocol", "", "", "IP protocol number; 0 where the generation knows none"],
  ["duration", "", "Flow Duration", "", "us", "Time from the first packet to the one processed last"],
  ["forward.packets", "Tot Fwd Pkts", "Total Fwd Packet", "Total Fwd Packets", "packets", "Packets forward"],
  [
    "backward.packets",
    "Tot Bwd Pkts",
    "Total Bwd packets",
    "Total Backward Packets",
    "packets",
    "Packets backward",
  ],
  [
    "forward.length.total",
    "TotLen Fwd Pkts",
    "Total Length of Fwd Packet",
    "Total Length of Fwd Packets",
    "bytes",
    "Payload bytes forward",
  ],
  [
    "backward.length.total",
    "TotLen Bwd Pkts",
    "Total Length of Bwd Packet",
    "Total Length of Bwd Packets",
    "bytes",
    "Payload bytes backward",
  ],
  ["forward.length.max", "Fwd Pkt Len Max", "Fwd Packet Length Max", "", "bytes", "Longest payload forward"],
  ["forward.length.min", "Fwd Pkt Len Min", "Fwd Packet Length Min", "", "bytes", "Shortest payload forward"],
  ["forward.length.mean", "Fwd Pkt Len Mean", "Fwd Packet Length Mean", "", "bytes", "Mean payload forward"],
  [
    "forward.length.std",
    "Fwd Pkt Len Std",
    "Fwd Packet Length Std",
    "",
    "bytes",
    "Standard deviation of payloads forward",
  ],
  [
    "backward.length.max",
    "Bwd Pkt Len Max",
    "Bwd Packet Length Max",
    "",
    "bytes",
    "Longest payload backward",
  ],
  [
    "backward.length.min",
    "Bwd Pkt Len Min",
    "Bwd Packet Length Min",
    "",
    "bytes",
    "Shortest payload backward",
  ],
  [
    "backward.length.mean",
    "Bwd Pkt Len Mean",
    "Bwd Packet Length Mean",
    "",
    "bytes",
    "Mean payload backward",
  ],
  [
    "backward.length.std",
    "Bwd Pkt Len Std",
    "Bwd Packet Length Std",
    "",
    "bytes",
    "Standard deviation of payloads backward",
  ],
  ["bytes.rate", "Flow Byts/s", "Flow Bytes/s", "", "bytes/s", "Payload bytes of both sides per second"],
  ["packets.rate", "Flow Pkts/s", "Flow Packets/s", "", "1/s", "Packets of both sides per second"],
  ["iat.mean", "", "Flow IAT Mean", "", "us", "Mean time between consecutive packets"],
  ["iat.std", "", "Flow IAT Std", "", "us", "Standard deviation of those times"],
  ["iat.max", "", "Flow IAT Max", "", "us", "Longest of them"],
  ["iat.min", "", "Flow IAT Min", "", "us", "Shortest of them; negative where a capture steps back in time"],
  [
    "forward.iat.total",
    "Fwd IAT Tot",
    "Fwd IAT Total",
    "",
    "us",
    "Time from the first to the last forward packet",
  ],
  ["forward.iat.mean", "", "Fwd IAT Mean", "", "us", "Mean time between consecutive forward packets"],
  ["forward.iat.std", "", "Fwd IAT Std", "", "us", "Standard deviation of those times"],
  ["forward.iat.max", "", "Fwd IAT Max", "", "us", "Longest of them"],
  ["forward.iat.min", "", "Fwd IAT Min", "", "us", "Shortest of them"],
  [
    "backward.iat.total",
    "Bwd IAT Tot",
    "Bwd IAT Total",
    "",
    "us",
    "Time from the first to the last backward packet",
  ],
  ["backward.iat.mean", "", "Bwd IAT Mean", "", "us", "Mean time between consecutive backward packets"],
  ["backward.iat.std", "", "Bwd IAT Std", "", "us", "Standard deviation of those times"],
  ["backward.iat.max", "", "Bwd IAT Max", "", "us", "Longest of them"],
  ["backward.iat.min", "", "Bwd IAT Min", "", "us", "Shortest of them"],
  ["forward.push", "", "Fwd PSH Flags", "", "packets", "Forward packets with PSH"],
  ["backward.push", "", "Bwd PSH Flags", "", "packets", "Backward packets with PSH"],
  ["forward.urgent", "", "Fwd URG Flags", "", "packets", "Forward packets with URG"],
  ["backward.urgent", "", "Bwd URG Flags", "", "packets", "Backward packets with URG"],
  ["forward.reset", "", "Fwd RST Flags", "", "packets", "Forward packets with RST", "2022"],
  ["backward.reset", "", "Bwd RST Flags", "", "packets", "Backward packets with RST", "2022"],
  [
    "forward.header.total",
    "Fwd Header Len",
    "Fwd Header Length",
    "",
    "bytes",
    "Bytes of transport headers forward",
  ],
  [
    "backward.header.total",
    "Bwd Header Len",
    "Bwd Header Length",
    "",
    "bytes",
    "Bytes of transport headers backward",
  ],
  ["forward.packets.rate", "Fwd Pkts/s", "Fwd Packets/s", "", "1/s", "Forward packets per second"],
  ["backward.packets.rate", "Bwd Pkts/s", "Bwd Packets/s", "", "1/s", "Backward packets per second"],
  [
    "length.min",
    "Pkt Len Min",
    "Packet Length Min",
    "Min Packet Length",
    "bytes",
    "Shortest payload of both sides",
  ],
  [
    "length.max",
    "Pkt Len Max",
    "Packet Length Max",
    "Max Packet Length",
    "bytes",
    "Longest payload of both sides",
  ],
  ["length.mean", "Pkt Len Mean", "Packet Length Mean", "", "bytes", "Mean payload of both sides"],
  [
    "length.std",
    "Pkt Len Std",
    "Packet Length Std",
    "",
    "bytes",
    "Standard deviation of payloads of both sides",
  ],
  [
    "length.variance",
    "Pkt Len Var",
    "Packet Length Variance",
    "",
    "bytes^2",
    "Variance of payloads of both sides",
  ],
  ["flags.fin", "FIN Flag Cnt", "FIN Flag Count", "", "packets", "Packets with FIN"],
  ["flags.syn", "SYN Flag Cnt", "SYN Flag Count", "", "packets", "Packets with SYN"],
  ["flags.rst", "RST Flag Cnt", "RST Flag Count", "", "packets", "Packets with RST"],
  ["flags.psh", "PSH Flag Cnt", "PSH Flag Count", "", "packets", "Packets with PSH"],
  ["flags.ack", "ACK Flag Cnt", "ACK Flag Count", "", "packets", "Packets with ACK"],
  ["flags.urg", "URG Flag Cnt", "URG Flag Count", "", "packets", "Packets with URG"],
  ["flags.cwr", "CWE Flag Count", "CWR Flag Count", "CWE Flag Count", "packets", "Packets with CWR"],
  ["flags.ece", "ECE Flag Cnt", "ECE Flag Count", "", "packets", "Packets with ECE"],
  ["ratio", "", "Down/Up Ratio", "", "ratio", "Packets backward per packet forward"],
  ["length.average", "Pkt Size Avg", "Average Packet Size", "", "bytes", "Payload bytes per packet"],
  [
    "forward.segment.mean",
    "Fwd Seg Size Avg",
    "Fwd Segment Size Avg",
    "Avg Fwd Segment Size",
    "bytes",
    "Payload bytes per forward packet",
  ],
  [
    "backward.segment.mean",
    "Bwd Seg Size Avg",
    "Bwd Segment Size Avg",
    "Avg Bwd Segment Size",
    "bytes",
    "Payload bytes per backward packet",
  ],
  [
    "forward.bulk.bytes",
    "Fwd Byts/b Avg",
    "Fwd Bytes/Bulk Avg",
    "Fwd Avg Bytes/Bulk",
    "bytes",
    "Payload bytes of a forward bulk",
  ],
  [
    "forward.bulk.packets",
    "Fwd Pkts/b Avg",
    "Fwd Packet/Bulk Avg",
    "Fwd Avg Packets/Bulk",
    "packets",
    "Packets of a forward bulk",
  ],
  [
    "forward.bulk.rate",
    "Fwd Blk Rate Avg",
    "Fwd Bulk Rate Avg",
    "Fwd Avg Bulk Rate",
    "bytes/s",
    "Payload bytes per second within forward bulks",
  ],
  [
    "backward.bulk.bytes",
    "Bwd Byts/b Avg",
    "Bwd Bytes/Bulk Avg",
    "Bwd Avg Bytes/Bulk",
    "bytes",
    "Payload bytes of a backward bulk",
  ],
  [
    "backward.bulk.packets",
    "Bwd Pkts/b Avg",
    "Bwd Packet/Bulk Avg",
    "Bwd Avg Packets/Bulk",
    "packets",
    "Packets of a backward bulk",
  ],
  [
    "backward.bulk.rate",
    "Bwd Blk Rate Avg",
    "Bwd Bulk Rate Avg",
    "Bwd Avg Bulk Rate",
    "bytes/s",
    "Payload bytes per second within backward bulks",
  ],
  [
    "forward.subflow.packets",
    "Subflow Fwd Pkts",
    "Subflow Fwd Packets",
    "",
    "packets",
    "Forward packets per subflow",
  ],
  [
    "forward.subflow.bytes",
    "Subflow Fwd Byts",
    "Subflow Fwd Bytes",
    "",
    "bytes",
    "Forward payload bytes per subflow",
  ],
  [
    "backward.subflow.packets",
    "Subflow Bwd Pkts",
    "Subflow Bwd Packets",
    "",
    "packets",
    "Backward packets per subflow",
  ],
  [
    "backward.subflow.bytes",
    "Subflow Bwd Byts",
    "Subflow Bwd Bytes",
    "",
    "bytes",
    "Backward payload bytes per subflow",
  ],
  [
    "forward.window",
    "Init Fwd Win Byts",
    "FWD Init Win Bytes",
    "Init_Win_bytes_forward",
    "",
    "First window forward, unscaled",
  ],
  [
    "backward.window",
    "Init Bwd Win Byts",
    "Bwd Init Win Bytes",
    "Init_Win_bytes_backward",
    "",
    "Window backward, unscaled: which one differs",
  ],
  [
    "forward.data.packets",
    "Fwd Act Data Pkts",
    "Fwd Act Data Pkts",
    "act_data_pkt_fwd",
    "packets",
    "Forward packets with payload",
  ],
  ["backward.data.packets", "", "Bwd Act Data Pkts", "", "packets", "Backward packets with payload", "fixed"],
  [
    "forward.header.min",
    "",
    "Fwd Seg Size Min",
    "min_seg_size_forward",
    "bytes",
    "Shortest transport header forward",
  ],
  ["backward.header.min", "", "Bwd Seg Size Min", "", "bytes", "Shortest transport header backward", "fixed"],
  [
    "active.mean",
    "",
    "Active Mean",
    "",
    "us",
    "Mean length of active periods, which silence of more than 5 s separates",
  ],
  ["active.std", "", "Active Std", "", "us", "Standard deviation of their lengths"],
  ["active.max", "", "Active Max", "", "us", "Longest active period"],
  ["active.min", "", "Active Min", "", "us", "Shortest active period"],
  ["idle.mean", "", "Idle Mean", "", "us", "Mean length of the silences between active periods"],
  ["idle.std", "", "Idle Std", "", "us", "Standard deviation of their lengths"],
  ["idle.max", "", "Idle Max", "", "us", "Longest silence"],
  ["idle.min", "", "Idle Min", "", "us", "Shortest silence of more than 5 s"],
  ["icmp.code", "", "ICMP Code", "", "", "ICMP code of the first packet; -1 for none", "2022"],
  ["icmp.type", "", "ICMP Type", "", "", "ICMP type of the first packet; -1 for none", "2022"],
  [
    "forward.retransmissions",
    "",
    "Fwd TCP Retrans. Count",
    "",
    "packets",
    "Forward segments seen before",
    "fixed",
  ],
  [
    "backward.retransmissions",
    "",
    "Bwd TCP Retrans. Count",
    "",
    "packets",
    "Backward segments seen before",
    "fixed",
  ],
  ["retransmissions", "", "Total TCP Retrans. Count", "", "packets", "Segments seen before", "fixed"],
  [
    "connection.duration",
    "",
    "Total Connection Flow Time",
    "",
    "us",
    "Time since the first of the flows that this one continues began",
    "2022",
  ],
];

/** `cic-v3` prints its flags in the order of a hash map: what each column holds instead of what its name says. */
const HASHED_FLAGS: Readonly<Record<string, string>> = {
  "flags.fin": "flags.rst",
  "flags.syn": "flags.psh",
  "flags.rst": "flags.ece",
  "flags.psh": "flags.syn",
  "flags.ack": "flags.ack",
  "flags.urg": "flags.fin",
  "flags.cwr": "flags.urg",
  "flags.ece": "flags.cwr",
};

interface Generation {
  id: string;
  title: string;
  description: string;
  since: readonly Since[];
  /** Whether flows end by silence. */
  clock?: true;
  style: NameStyle;
  timestamp: PublishedTable["timestamp"];
  label: string;
  missing: string;
  /** Measures of columns that hold another one. */
  instead?: Readonly<Record<string, string>>;
  /** Names that this generation alone gives. */
  renamed?: Readonly<Record<string, string>>;
}

const GENERATIONS: readonly Generation[] = [
  {
    id: "cic",
    title: "CICFlowMeter, corrected",
    description: "The columns of the corrected CICFlowMeter of 2024, without the errors that are left in it.",
    since: ["", "2022", "fixed"],
    clock: true,
    style: "snake",
    timestamp: "microseconds",
    label: "NeedManualLabel",
    missing: "",
  },
  {
    id: "cic-v3",
    title: "CICFlowMeter 3 (2018)",
    description: "As the CSV files of CSE-CIC-IDS2018 were made, errors included.",
    since: [""],
    style: "v3",
    timestamp: "12-hour",
    label: "No Label",
    missing: "NaN",
    instead: HASHED_FLAGS,
  },
  {
    id: "cic-v4",
    title: "CICFlowMeter 4 (2021)",
    description: "As today's public CICFlowMeter prints flows, errors included.",
    since: [""],
    style: "v4",
    timestamp: "12-hour-half",
    label: "NeedManualLabel",
    missing: "NaN",
  },
  {
    id: "cic-wtmc",
    title: "CICFlowMeter of WTMC 2021",
    description: "As the tool of the WTMC 2021 paper prints flows, errors included.",
    since: [""],
    style: "v4",
    timestamp: "12-hour-half",
    label: "NeedManualLabel",
    missing: "NaN",
  },
  {
    id: "cic-2022",
    title: "CICFlowMeter of the improved data sets (2022)",
    description: "As the improved CIC-IDS2017 and CSE-CIC-IDS2018 were made, errors included.",
    since: ["", "2022"],
    style: "v4",
    timestamp: "microseconds",
    label: "NeedManualLabel",
    missing: "NaN",
    renamed: { "connection.duration": "Total TCP Flow Time" },
  },
  {
    id: "cic-fixed",
    title: "CICFlowMeter, fixed (2024)",
    description: "As the newest corrected CICFlowMeter prints flows, errors that are left in it included.",
    since: ["", "2022", "fixed"],
    style: "v4",
    timestamp: "microseconds",
    label: "NeedManualLabel",
    missing: "NaN",
  },
];

/** Numbers of IP protocols as names of categories. */
const PROTOCOLS: readonly string[] = Array.from({ length: 256 }, (_, number) => String(number));

function cicSchema(generation: Generation): Schema {
  const rows = COLUMNS.filter(([, , , , , , since = ""]) => generation.since.includes(since));
  const names = rows.map((row) => namesOf(row, generation));
  return defineSchema({
    id: generation.id,
    title: generation.title,
    description: generation.description,
    lifecycle: "cic",
    engine: generation.id,
    ...(generation.clock ? {} : { ignoresSilence: true as const }),
    versions: `${cicGroup.id}/${cicGroup.version};${cicRulesText(generation.id)}`,
    columns: rows.map(([measure, , , , unit, description], index) => ({
      name: names[index][generation.style],
      measure: generation.instead?.[measure] ?? measure,
      unit,
      description: describe(measure, description, generation),
      ...(measure === "protocol" ? { kind: "categorical" as const, categories: PROTOCOLS } : {}),
    })),
    published: {
      style: generation.style,
      timestamp: generation.timestamp,
      label: generation.label,
      missing: generation.missing,
      fields: fieldsOf(names),
    },
  });
}

function describe(measure: string, description: string, { instead }: Generation): string {
  const other = instead?.[measure];
  if (other === undefined || other === measure) return description;
  return `Really ${other.slice("flags.".length).toUpperCase()} of the first packet, whatever the name says`;
}

function namesOf([measure, v3, v4, in2017]: Row, { renamed }: Generation): Record<NameStyle, string> {
  const name = renamed?.[measure] ?? v4;
  return { v3: v3 || name, v4: name, "2017": in2017 || name, snake: snakeOf(name) };
}

/** "Flow Bytes/s" as flow_bytes_s. */
function snakeOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_|_$/g, "");
}

/** Who the flow was, then the columns, with Timestamp behind Protocol, then the label. */
function fieldsOf(columns: readonly Record<NameStyle, string>[]): PublishedField[] {
  const [protocol, ...others] = columns.map((names, column): PublishedField => ({ source: column, names }));
  const identity = (source: PublishedField["source"], name: string, in2017 = name): PublishedField => ({
    source,
    names: { v3: name, v4: name, "2017": in2017, snake: snakeOf(name) },
  });
  return [
    identity("flow-id", "Flow ID"),
    identity("source-address", "Src IP", "Source IP"),
    identity("source-port", "Src Port", "Source Port"),
    identity("destination-address", "Dst IP", "Destination IP"),
    identity("destination-port", "Dst Port", "Destination Port"),
    protocol,
    identity("timestamp", "Timestamp"),
    ...others,
    identity("label", "Label"),
  ];
}

export const CIC_SCHEMAS: readonly Schema[] = GENERATIONS.map(cicSchema);
