// Argus records as the text of ra and its sisters: with a delimiter (ra -c ,) or in aligned columns, and the binetflow files
// of CTU-13, whose labels say in words what a flow was.
//
// Ports may be hexadecimal, names of services, or nothing. For ICMP, argus packs type and code into the source port, the type
// in the low byte; they are taken apart, as everywhere in the house.

import { OrbweaverError } from "../../base/errors.ts";
import { counted } from "../../base/number-text.ts";
import { listed } from "../listed.ts";
import { extraColumn, identityColumn, labelColumn, trimmed } from "./columns.ts";
import type { ImportColumn, Importer, ImportOptions, ImportPlan, Probe } from "./contract.ts";
import {
  type FeatureRow,
  featureColumn,
  flowColumns,
  portNumber,
  secondsUs,
  timestampUs,
  transportName,
  withLabel,
} from "./flow-sql.ts";

// biome-ignore format: a table
const FEATURES: readonly FeatureRow[] = [
  ["Dur", "number", "s", "Duration of the record"],
  ["RunTime", "number", "s", "Time that the flow was active"],
  ["Mean", "number", "s", "Mean duration of joined records"],
  ["StdDev", "number", "s", "Standard deviation of the durations of joined records"],
  ["Sum", "number", "s", "Sum of the durations of joined records"],
  ["Min", "number", "s", "Shortest duration of joined records"],
  ["Max", "number", "s", "Longest duration of joined records"],
  ["Flgs", "category", "", "Flags of the flow's state, as ra prints them"],
  ["Proto", "category", "", "Protocol"],
  ["Dir", "category", "", "Direction of the transaction: ->, <->, <-, ?>"],
  ["State", "category", "", "State of the transaction, or TCP flags of both sides"],
  ["sTos", "number", "", "Type of service of the source"],
  ["dTos", "number", "", "Type of service of the destination"],
  ["sTtl", "number", "", "Time to live of the source"],
  ["dTtl", "number", "", "Time to live of the destination"],
  ["sHops", "number", "", "Estimated hops from the source"],
  ["dHops", "number", "", "Estimated hops from the destination"],
  ["TotPkts", "number", "packets", "Packets of both sides"],
  ["SrcPkts", "number", "packets", "Packets of the source"],
  ["DstPkts", "number", "packets", "Packets of the destination"],
  ["TotBytes", "number", "bytes", "Bytes of both sides"],
  ["SrcBytes", "number", "bytes", "Bytes of the source"],
  ["DstBytes", "number", "bytes", "Bytes of the destination"],
  ["SAppBytes", "number", "bytes", "Payload of the source"],
  ["DAppBytes", "number", "bytes", "Payload of the destination"],
  ["Load", "number", "bits/s", "Bits a second"],
  ["SrcLoad", "number", "bits/s", "Bits a second of the source"],
  ["DstLoad", "number", "bits/s", "Bits a second of the destination"],
  ["Loss", "number", "packets", "Packets lost or sent again"],
  ["SrcLoss", "number", "packets", "Packets of the source lost or sent again"],
  ["DstLoss", "number", "packets", "Packets of the destination lost or sent again"],
  ["pLoss", "number", "%", "Share of packets lost or sent again"],
  ["Rate", "number", "packets/s", "Packets a second"],
  ["SrcRate", "number", "packets/s", "Packets a second of the source"],
  ["DstRate", "number", "packets/s", "Packets a second of the destination"],
  ["SIntPkt", "number", "ms", "Time between packets of the source"],
  ["DIntPkt", "number", "ms", "Time between packets of the destination"],
  ["SrcJitter", "number", "ms", "Jitter of the source"],
  ["DstJitter", "number", "ms", "Jitter of the destination"],
  ["SrcWin", "number", "bytes", "TCP window of the source"],
  ["DstWin", "number", "bytes", "TCP window of the destination"],
  ["TcpRtt", "number", "s", "Time of the TCP handshake"],
  ["SynAck", "number", "s", "From SYN to SYN-ACK"],
  ["AckDat", "number", "s", "From SYN-ACK to ACK"],
  ["TcpOpt", "category", "", "TCP options that were seen"],
  ["Trans", "number", "", "Records that were joined"],
  ["sMeanPktSz", "number", "bytes", "Mean size of packets of the source"],
  ["dMeanPktSz", "number", "bytes", "Mean size of packets of the destination"],
  ["sMaxPktSz", "number", "bytes", "Largest packet of the source"],
  ["dMaxPktSz", "number", "bytes", "Largest packet of the destination"],
  ["sMinPktSz", "number", "bytes", "Smallest packet of the source"],
  ["dMinPktSz", "number", "bytes", "Smallest packet of the destination"],
];
const FLOW = ["StartTime", "LastTime", "SrcAddr", "Sport", "DstAddr", "Dport"];
const LABEL = "Label";
const NEEDED = ["StartTime", "Proto", "SrcAddr", "DstAddr"];
const NAMES = new Map(
  [...FLOW, ...FEATURES.map(([name]) => name), LABEL].map((name) => [name.toLowerCase(), name]),
);
const NUMBERS = new Set(FEATURES.flatMap(([name, kind]) => (kind === "number" ? [name] : [])));

/** How the columns of a file are asked for. */
interface Form {
  reader: ImportPlan["reader"];
  names: readonly string[];
  field(name: string): string;
  drops: ImportPlan["drops"];
  rejects: ImportPlan["rejects"];
  /** Values at the start of the file. */
  values(name: string): string[];
}

function plan(probe: Probe, options: ImportOptions): ImportPlan {
  const form = formOf(probe);
  if (form === undefined) {
    throw new OrbweaverError(
      "rows-invalid",
      `'${probe.name}' is no text of argus: expected a header with ${NEEDED.join(", ")}, as ra prints it`,
    );
  }
  const { names, field } = form;
  const has = (name: string): boolean => names.includes(name);
  const startUs = timeUs(field("StartTime"), options.timezone);
  const isDayless = form.values("StartTime").some((text) => DAYLESS.test(text));
  const unknown = names.filter((name) => !NAMES.has(name.toLowerCase()));
  const columns: ImportColumn[] = [
    ...flowColumns({ startUs, endUs: endUs(form, startUs, options.timezone), ...addressesOf(form) }),
    ...(isDayless
      ? [{ ...identityColumn("start_time", field("StartTime")), description: "Time of day as told" }]
      : []),
    ...FEATURES.filter(([name]) => has(name)).map((row) => featureColumn(row, field(row[0]))),
    ...unknown.map((name) => extraColumn(name, "text", field(name))),
    ...labelsOf(form),
  ];
  return {
    reader: form.reader,
    columns: withLabel(probe, columns, options.label),
    drops: [
      ...form.drops,
      { reason: "record of argus itself (man), no flow", sql: `lower(${field("Proto")}) = 'man'` },
    ],
    rejects: [
      ...form.rejects,
      {
        reason: "'StartTime' is no time",
        sql: `(${startUs}) IS NULL AND NOT coalesce(regexp_matches(${field("StartTime")}, '${DAYLESS.source}'), false)`,
      },
      ...["Proto", "SrcAddr", "DstAddr"].map((name) => ({
        reason: `no '${name}'`,
        sql: `${field(name)} IS NULL`,
      })),
    ],
    counts: countsOf(form),
    remarks: [
      ...zoneRemark(form, options.timezone),
      ...(isCtu(form)
        ? [
            {
              what: "grouped labels into Background, Normal and Botnet; 'label_original' has them as they were",
            },
          ]
        : []),
      ...(unknown.length === 0
        ? []
        : [
            {
              what: `kept apart ${counted(unknown.length, "column")} that no feature is made of: ${listed(unknown)}`,
            },
          ]),
    ],
  };
}

// --- times --------------------------------------------------------------------------------------------------

/** What ra prints unless it is asked for more: a time of day. */
const DAYLESS = /^\d{2}:\d{2}:\d{2}(\.\d+)?$/;
const EPOCH = /^-?\d+(\.\d+)?$/;

/** µs since 1970 of what ra prints with -u, or of a date and time; NULL of a time of day. */
function timeUs(text: string, timezone: string): string {
  return `CASE WHEN regexp_matches(${text}, '${EPOCH.source}') THEN ${secondsUs(text)} ELSE ${timestampUs(text, timezone)} END`;
}

function endUs({ names, field }: Form, startUs: string, timezone: string): string {
  if (names.includes("LastTime")) return timeUs(field("LastTime"), timezone);
  if (!names.includes("Dur")) return "NULL::BIGINT";
  return `(${startUs}) + coalesce(round(TRY_CAST(${field("Dur")} AS DOUBLE) * 1e6)::BIGINT, 0)`;
}

function zoneRemark({ values }: Form, timezone: string): ImportPlan["remarks"] {
  const isLocal = values("StartTime").some(
    (text) => /^\d{4}\D/.test(text) && !/(Z|[+-]\d{2}:?\d{2})$/.test(text),
  );
  return isLocal ? [{ what: `times are told without a zone; read as ${timezone}` }] : [];
}

// --- addresses and ports ------------------------------------------------------------------------------------

function addressesOf({ names, field }: Form): Omit<Parameters<typeof flowColumns>[0], "startUs" | "endUs"> {
  const portOf = (name: string): string => (names.includes(name) ? field(name) : "NULL::VARCHAR");
  const source = portOf("Sport");
  const icmp = isPackedIcmp(field("Proto"), source);
  const packed = `TRY_CAST(${source} AS USMALLINT)`;
  return {
    sourceAddress: field("SrcAddr"),
    sourcePort: `CASE WHEN ${icmp} THEN (${packed} & 255)::DOUBLE ELSE ${portNumber(source)} END`,
    destinationAddress: field("DstAddr"),
    destinationPort: `CASE WHEN ${icmp} THEN (${packed} >> 8)::DOUBLE ELSE ${portNumber(portOf("Dport"))} END`,
    transport: transportName(field("Proto"), field("SrcAddr")),
  };
}

/** True for ICMP with type and code in the source port. */
function isPackedIcmp(protocol: string, port: string): string {
  return `(lower(${protocol}) = 'icmp' AND starts_with(${port}, '0x'))`;
}

function countsOf({ names, field }: Form): ImportPlan["counts"] {
  const ports = ["Sport", "Dport"].filter((name) => names.includes(name)).map(field);
  const some = (condition: (port: string) => string): string =>
    ports.length === 0 ? "false" : ports.map((port) => `coalesce(${condition(port)}, false)`).join(" OR ");
  const packed = names.includes("Sport") ? isPackedIcmp(field("Proto"), field("Sport")) : "false";
  const isNumber = (port: string): string => `TRY_CAST(${port} AS BIGINT) IS NOT NULL`;
  return [
    { what: "flows of ICMP whose type and code were taken from the source port", sql: packed },
    {
      what: "flows with ports in hexadecimal, made numbers",
      sql: `NOT coalesce(${packed}, false) AND (${some((port) => `starts_with(${port}, '0x')`)})`,
    },
    {
      what: "flows with ports told by the name of a service, missing; ra -n writes numbers",
      sql: some((port) => `${port} IS NOT NULL AND NOT ${isNumber(port)}`),
    },
    {
      what: "flows with ports above 65,535, which are none; missing",
      sql: some((port) => `TRY_CAST(${port} AS BIGINT) > 65535`),
    },
    {
      what: "times of day without a date: 'start_us' is missing, 'start_time' has the text; ra -u writes whole times",
      sql: `regexp_matches(${field("StartTime")}, '${DAYLESS.source}')`,
    },
    {
      what: "addresses or protocols that ra cut short (*); ra -c , writes them whole",
      sql: ["SrcAddr", "DstAddr", "Proto"]
        .map((name) => `coalesce(ends_with(${field(name)}, '*'), false)`)
        .join(" OR "),
    },
    ...(names.includes("Dur")
      ? [{ what: "negative durations", sql: `TRY_CAST(${field("Dur")} AS DOUBLE) < 0` }]
      : []),
    ...(names.includes(LABEL) ? [{ what: "rows without a label", sql: `${field(LABEL)} IS NULL` }] : []),
  ];
}

// --- labels -------------------------------------------------------------------------------------------------

/** CTU-13: "flow=From-Botnet-V42-TCP-CC1-HTTP-Not-Encrypted", "flow=To-Background-UDP-CVUT-DNS-Server". */
const CTU = "^flow=(?:From-|To-)?(Background|Normal|Botnet)";

function isCtu({ names, values }: Form): boolean {
  return names.includes(LABEL) && values(LABEL).some((label) => /^flow=/i.test(label));
}

function labelsOf(form: Form): ImportColumn[] {
  if (!form.names.includes(LABEL)) return [];
  const label = form.field(LABEL);
  if (!isCtu(form)) return [labelColumn(label)];
  const group = `lower(regexp_extract(${label}, '${CTU}', 1, 'i'))`;
  return [
    extraColumn("label_original", "text", label, "Label as it was"),
    labelColumn(`CASE WHEN ${group} <> '' THEN upper(${group}[1]) || ${group}[2:] ELSE ${label} END`),
  ];
}

// --- forms of text ------------------------------------------------------------------------------------------

function formOf(probe: Probe): Form | undefined {
  if (probe.format !== "csv") return undefined;
  return delimitedForm(probe) ?? alignedForm(probe);
}

function knownName(text: string): string {
  const name = text.trim();
  return NAMES.get(name.toLowerCase()) ?? name;
}

function delimitedForm({ records, delimiter }: Probe): Form | undefined {
  const names = (records[0] ?? []).map(knownName);
  if (!NEEDED.every((name) => names.includes(name))) return undefined;
  return {
    reader: {
      kind: "csv",
      delimiter,
      skip: 1,
      fields: names.map((name) => (NUMBERS.has(name) ? "number" : "text")),
      names,
      nulls: [],
    },
    names,
    field: (name) => (NUMBERS.has(name) ? `c${names.indexOf(name)}` : trimmed(`c${names.indexOf(name)}`)),
    drops: [],
    rejects: [],
    values: (name) => records.slice(1).map((record) => (record[names.indexOf(name)] ?? "").trim()),
  };
}

const ADDRESS = "(\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:*]*)";
const COUNT = "\\s+(-?[\\d.]+)";
/** What stands in a column of aligned text, blanks before it. A port follows its address behind a full stop, if there is one. */
const ALIGNED: Readonly<Record<string, string>> = {
  StartTime: "\\s*(\\d\\S*(?: \\d\\S*)?)",
  LastTime: "\\s+(\\d\\S*(?: \\d\\S*)?)",
  Flgs: "\\s(.*?)",
  Proto: "\\s+([a-z0-9*-]+)",
  SrcAddr: `\\s+${ADDRESS}`,
  Sport: "(?:\\.(\\S+))?",
  Dir: "\\s+(\\S+)",
  DstAddr: `\\s+${ADDRESS}`,
  Dport: "(?:\\.(\\S+))?",
  State: "\\s+([A-Za-z_*]+)",
  ...Object.fromEntries(
    ["Dur", "TotPkts", "SrcPkts", "DstPkts", "TotBytes", "SrcBytes", "DstBytes"].map((name) => [name, COUNT]),
  ),
};
const MANAGEMENT = "^\\s*\\d\\S*(?: \\d\\S*)?\\s.*?\\sman\\s";

/** Columns of blanks: every column has a form, so that what stands between blanks can be told. */
function alignedForm({ text }: Probe): Form | undefined {
  const lines = text.split(/\r?\n/);
  const names = (lines.find((line) => line.trim() !== "") ?? "").trim().split(/\s+/);
  if (!NEEDED.every((name) => names.includes(name)) || !names.every((name) => name in ALIGNED))
    return undefined;
  const pattern = `^${names.map((name) => ALIGNED[name]).join("")}\\s*$`;
  const groups = names.map((name) => `'${name}'`).join(", ");
  const whole = new RegExp(pattern);
  return {
    reader: { kind: "lines", parsed: `regexp_extract(line, '${pattern}', [${groups}])` },
    names,
    field: (name) => trimmed(`parsed['${name}']`),
    drops: [
      { reason: "repeated header", sql: `regexp_matches(line, '^\\s*${names[0]}\\s')` },
      { reason: "record of argus itself (man), no flow", sql: `regexp_matches(line, '${MANAGEMENT}')` },
    ],
    rejects: [
      {
        reason: "no record of ra in the columns of the header",
        sql: "coalesce(parsed['StartTime'], '') = ''",
      },
    ],
    values: (name) =>
      lines.flatMap((line) => (whole.exec(line)?.[names.indexOf(name) + 1] ?? "").trim() || []),
  };
}

export const argusImporter: Importer = {
  id: "argus",
  title: "Argus",
  description: "Text of ra, with a delimiter or aligned, and the binetflow files of CTU-13.",
  recognises: (probe) => formOf(probe) !== undefined,
  plan,
};
