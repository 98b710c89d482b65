// UNSW-NB15: the training and testing sets, which have a header, and the four raw files, which have none and name the same
// features in another way (UNSW-NB15_features.csv). Both become the same features under the names of the sets.
//
// The class is attack_cat, which is empty for normal rows of the raw files; the 0 or 1 beside it is kept as `attack`.

import { OrbweaverError } from "../../base/errors.ts";
import { listed } from "../listed.ts";
import { extraColumn, identityColumn, labelColumn, trimmed } from "./columns.ts";
import type { ImportColumn, Importer, ImportOptions, ImportPlan, Probe } from "./contract.ts";
import {
  type FeatureRow,
  featureColumn,
  flowColumns,
  isHexadecimal,
  isNoNumber,
  portNumber,
  secondsUs,
  transportName,
  withLabel,
} from "./flow-sql.ts";

/** Features in the order of the sets. */
// biome-ignore format: a table
const FEATURES: readonly FeatureRow[] = [
  ["dur", "number", "s", "Duration"],
  ["proto", "category", "", "Protocol"],
  ["service", "category", "", "Application protocol; - where none is known"],
  ["state", "category", "", "State of the transaction, as argus tells it"],
  ["spkts", "number", "packets", "Packets of the source"],
  ["dpkts", "number", "packets", "Packets of the destination"],
  ["sbytes", "number", "bytes", "Bytes of the source"],
  ["dbytes", "number", "bytes", "Bytes of the destination"],
  ["rate", "number", "packets/s", "(spkts + dpkts - 1) / dur; 0 without duration"],
  ["sttl", "number", "", "Time to live of the source"],
  ["dttl", "number", "", "Time to live of the destination"],
  ["sload", "number", "bits/s", "Bits a second of the source"],
  ["dload", "number", "bits/s", "Bits a second of the destination"],
  ["sloss", "number", "packets", "Packets of the source lost or sent again"],
  ["dloss", "number", "packets", "Packets of the destination lost or sent again"],
  ["sinpkt", "number", "ms", "Time between packets of the source"],
  ["dinpkt", "number", "ms", "Time between packets of the destination"],
  ["sjit", "number", "ms", "Jitter of the source"],
  ["djit", "number", "ms", "Jitter of the destination"],
  ["swin", "number", "bytes", "TCP window of the source"],
  ["stcpb", "number", "", "First TCP sequence number of the source"],
  ["dtcpb", "number", "", "First TCP sequence number of the destination"],
  ["dwin", "number", "bytes", "TCP window of the destination"],
  ["tcprtt", "number", "s", "Time of the TCP handshake"],
  ["synack", "number", "s", "From SYN to SYN-ACK"],
  ["ackdat", "number", "s", "From SYN-ACK to ACK"],
  ["smean", "number", "bytes", "Mean size of packets of the source"],
  ["dmean", "number", "bytes", "Mean size of packets of the destination"],
  ["trans_depth", "number", "", "Depth into the HTTP connection"],
  ["response_body_len", "number", "bytes", "Content of the HTTP response"],
  ["ct_srv_src", "number", "", "Of the last 100 records, those of this service and source"],
  ["ct_state_ttl", "number", "", "Code of state and times to live"],
  ["ct_dst_ltm", "number", "", "Of the last 100 records, those of this destination"],
  ["ct_src_dport_ltm", "number", "", "Of the last 100 records, those of this source and destination port"],
  ["ct_dst_sport_ltm", "number", "", "Of the last 100 records, those of this destination and source port"],
  ["ct_dst_src_ltm", "number", "", "Of the last 100 records, those of this source and destination"],
  ["is_ftp_login", "number", "", "Whether FTP was used with user and password"],
  ["ct_ftp_cmd", "number", "", "FTP commands"],
  ["ct_flw_http_mthd", "number", "", "HTTP methods such as GET and POST"],
  ["ct_src_ltm", "number", "", "Of the last 100 records, those of this source"],
  ["ct_srv_dst", "number", "", "Of the last 100 records, those of this service and destination"],
  ["is_sm_ips_ports", "number", "", "Whether addresses and ports of both sides are equal"],
];
const NUMBERS = new Set(FEATURES.flatMap(([name, kind]) => (kind === "number" ? [name] : [])));
/** Blank in most rows of the raw files, which no reader takes for a number. */
const OFTEN_BLANK = ["ct_flw_http_mthd", "is_ftp_login", "ct_ftp_cmd"];

/** The 49 columns of the raw files, in order, under the names of the sets where these have them. */
// biome-ignore format: a list
const RAW = [
  "srcip", "sport", "dstip", "dsport", "proto", "state", "dur", "sbytes", "dbytes", "sttl", "dttl", "sloss", "dloss",
  "service", "sload", "dload", "spkts", "dpkts", "swin", "dwin", "stcpb", "dtcpb", "smean", "dmean", "trans_depth",
  "response_body_len", "sjit", "djit", "stime", "ltime", "sinpkt", "dinpkt", "tcprtt", "synack", "ackdat",
  "is_sm_ips_ports", "ct_state_ttl", "ct_flw_http_mthd", "is_ftp_login", "ct_ftp_cmd", "ct_srv_src", "ct_srv_dst",
  "ct_dst_ltm", "ct_src_ltm", "ct_src_dport_ltm", "ct_dst_sport_ltm", "ct_dst_src_ltm", "attack_cat", "label",
];
/** How the list of features names what the sets name otherwise. */
const RENAMED: Readonly<Record<string, string>> = {
  smeansz: "smean",
  dmeansz: "dmean",
  res_bdy_len: "response_body_len",
  sintpkt: "sinpkt",
  dintpkt: "dinpkt",
};
const FLOW = ["srcip", "sport", "dstip", "dsport", "stime", "ltime"];
const NUMBER_OF_ROW = "id";
const CATEGORY = "attack_cat";
const BINARY = "label";
const NEEDED = ["dur", "proto", "service", "state", "spkts", "sbytes", CATEGORY, BINARY];

interface Form {
  names: readonly string[];
  hasHeader: boolean;
}

function plan(probe: Probe, options: ImportOptions): ImportPlan {
  const form = formOf(probe);
  if (form === undefined) {
    throw new OrbweaverError(
      "rows-invalid",
      `'${probe.name}' is no file of UNSW-NB15: expected a header with ${listed(NEEDED, NEEDED.length)}, or the ${RAW.length} fields of the raw files`,
    );
  }
  const { names, hasHeader } = form;
  const isRaw = names.includes("srcip");
  const field = (name: string): string => `c${names.indexOf(name)}`;
  const has = (name: string): boolean => names.includes(name);
  const unknown = names.filter((name) => ![...NUMBERS, ...RAW, NUMBER_OF_ROW].includes(name));
  const asked = options.label === CATEGORY ? undefined : options.label;
  return {
    reader: {
      kind: "csv",
      delimiter: probe.delimiter,
      skip: hasHeader ? 1 : 0,
      fields: names.map((name) => (NUMBERS.has(name) && !OFTEN_BLANK.includes(name) ? "number" : "text")),
      names,
      nulls: [],
    },
    columns: withLabel(
      probe,
      [
        ...identityOf(has, field),
        ...featuresOf(has, field),
        ...unknown.map((name) => extraColumn(name, "text", trimmed(field(name)))),
        ...labelsOf(field),
      ],
      asked,
    ),
    drops: [],
    rejects: rejectsOf(has, field),
    counts: [...(isRaw ? rawCounts(has, field) : []), ...countsOf(has, field)],
    remarks: [
      ...(hasHeader
        ? []
        : [{ what: "the file has no header; columns are the 49 of UNSW-NB15_features.csv" }]),
      ...(isRaw
        ? [
            {
              what: `renamed ${Object.keys(RENAMED).length} columns of the raw files as the training set has them`,
            },
          ]
        : []),
      ...(has("rate") || !["spkts", "dpkts", "dur"].every(has)
        ? []
        : [{ what: "computed 'rate', which only the sets have: (spkts + dpkts - 1) / dur" }]),
      { what: "the class is 'attack_cat'; the 0 or 1 beside it is kept as 'attack', no feature" },
      ...(has(NUMBER_OF_ROW) ? [{ what: "kept 'id' apart: it numbers the rows, and is no feature" }] : []),
      ...(unknown.length === 0
        ? []
        : [{ what: `kept apart columns that UNSW-NB15 does not have: ${listed(unknown)}` }]),
    ],
  };
}

type Has = (name: string) => boolean;
type Field = (name: string) => string;

function identityOf(has: Has, field: Field): ImportColumn[] {
  const id = has(NUMBER_OF_ROW)
    ? [
        {
          ...identityColumn(NUMBER_OF_ROW, `TRY_CAST(${field(NUMBER_OF_ROW)} AS DOUBLE)`),
          kind: "number" as const,
          description: "Number of the row",
        },
      ]
    : [];
  if (!FLOW.every(has)) return id;
  const flow = flowColumns({
    startUs: secondsUs(field("stime")),
    endUs: secondsUs(field("ltime")),
    sourceAddress: trimmed(field("srcip")),
    sourcePort: portNumber(trimmed(field("sport"))),
    destinationAddress: trimmed(field("dstip")),
    destinationPort: portNumber(trimmed(field("dsport"))),
    transport: transportName(trimmed(field("proto")), trimmed(field("srcip"))),
  });
  return [...id, ...flow];
}

function featuresOf(has: Has, field: Field): ImportColumn[] {
  return FEATURES.flatMap((row) => {
    const [name, kind] = row;
    if (has(name))
      return [
        featureColumn(
          row,
          kind === "category" || OFTEN_BLANK.includes(name) ? trimmed(field(name)) : field(name),
        ),
      ];
    if (name !== "rate" || !["spkts", "dpkts", "dur"].every(has)) return [];
    const sql = `CASE WHEN ${field("dur")} > 0 THEN (${field("spkts")} + ${field("dpkts")} - 1) / ${field("dur")} WHEN ${field("dur")} = 0 THEN 0 END`;
    return [{ ...featureColumn(row, ""), sql }];
  });
}

/** The sets have "Backdoor" for what the raw files call "Backdoors". */
function classOf(field: Field): string {
  const category = `trim(coalesce(${field(CATEGORY)}, ''))`;
  return `CASE ${category} WHEN '' THEN 'Normal' WHEN 'Backdoors' THEN 'Backdoor' ELSE ${category} END`;
}

function labelsOf(field: Field): ImportColumn[] {
  return [
    extraColumn(
      "attack",
      "number",
      `TRY_CAST(trim(${field(BINARY)}) AS DOUBLE)`,
      "0 for normal rows, 1 for attacks",
    ),
    labelColumn(classOf(field), "Category of the attack, or Normal"),
  ];
}

function rejectsOf(has: Has, field: Field): ImportPlan["rejects"] {
  const binary = `trim(${field(BINARY)})`;
  return [
    { reason: "'label' is neither 0 nor 1", sql: `coalesce(${binary}, '') NOT IN ('0', '1')` },
    {
      reason: "'attack_cat' and 'label' contradict each other",
      sql: `(${classOf(field)} = 'Normal') <> (${binary} = '0')`,
    },
    ...["stime", "ltime"].filter(has).map((name) => ({
      reason: `'${name}' is no time`,
      sql: `(${secondsUs(field(name))}) IS NULL`,
    })),
    ...OFTEN_BLANK.filter(has).map((name) => ({
      reason: `column '${name}': a text, expected a number`,
      sql: isNoNumber(trimmed(field(name))),
    })),
  ];
}

function rawCounts(has: Has, field: Field): ImportPlan["counts"] {
  const ports = ["sport", "dsport"].filter(has).map((name) => trimmed(field(name)));
  const some = (condition: (port: string) => string): string =>
    ports.map((port) => `coalesce(${condition(port)}, false)`).join(" OR ");
  return [
    { what: "rows with ports in hexadecimal, made numbers", sql: some(isHexadecimal) },
    { what: "rows with a port '-', missing", sql: some((port) => `${port} = '-'`) },
    {
      what: "rows with a port above 65,535, which is none; missing",
      sql: some((port) => `TRY_CAST(${port} AS BIGINT) > 65535`),
    },
  ];
}

function countsOf(has: Has, field: Field): ImportPlan["counts"] {
  const category = field(CATEGORY);
  return [
    { what: "rows with an empty attack_cat, of class Normal", sql: `coalesce(trim(${category}), '') = ''` },
    {
      what: "cut blanks off attack_cat",
      sql: `trim(${category}) <> '' AND ${category} <> trim(${category})`,
    },
    {
      what: "renamed attack_cat 'Backdoors' to 'Backdoor', as the sets have it",
      sql: `trim(${category}) = 'Backdoors'`,
    },
    ...OFTEN_BLANK.filter(has).map((name) => ({
      what: `rows with a blank ${name}, missing`,
      sql: `${trimmed(field(name))} IS NULL`,
    })),
    ...(has("is_ftp_login")
      ? [
          {
            what: "rows with is_ftp_login above 1, though it is said to be 0 or 1",
            sql: `TRY_CAST(${field("is_ftp_login")} AS DOUBLE) > 1`,
          },
        ]
      : []),
  ];
}

// --- forms --------------------------------------------------------------------------------------------------

function formOf({ format, records }: Probe): Form | undefined {
  if (format !== "csv") return undefined;
  const names = (records[0] ?? []).map(setName);
  if (NEEDED.every((name) => names.includes(name))) return { names, hasHeader: true };
  return isRawRecord(records[0] ?? []) ? { names: RAW, hasHeader: false } : undefined;
}

/** "ct_src_ ltm" of the list of features has a blank in it; case differs between files. */
function setName(text: string): string {
  const name = text.replaceAll(/\s+/g, "").toLowerCase();
  return RENAMED[name] ?? name;
}

function isRawRecord(record: readonly string[]): boolean {
  const at = (name: string): string => (record[RAW.indexOf(name)] ?? "").trim();
  return (
    record.length === RAW.length &&
    ["srcip", "dstip"].every((name) => /^\d+(\.\d+){3}$/.test(at(name))) &&
    ["stime", "ltime"].every((name) => /^\d{9,10}$/.test(at(name))) &&
    /^[01]$/.test(at(BINARY))
  );
}

export const unswImporter: Importer = {
  id: "unsw",
  title: "UNSW-NB15",
  description:
    "The training and testing sets, and the raw files UNSW-NB15_1.csv to _4.csv, which have no header.",
  recognises: (probe) => formOf(probe) !== undefined,
  plan,
};
