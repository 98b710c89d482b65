// Zeek's conn.log: tab-separated with a header of comments, JSON lines, and the labelled files of IoT-23, in which three
// blanks stand before the label instead of a tab.
//
// Columns are told by the header of the file (#fields); a file without one, which rotating and cutting leaves, by its number
// of fields. Headers in the middle, of logs that were put together, are comments like the first; rows of other columns
// than the first header's do not pass the checks and are rejected.

import { OrbweaverError } from "../../base/errors.ts";
import { counted } from "../../base/number-text.ts";
import { shown } from "../file-error.ts";
import { listed } from "../listed.ts";
import { extraColumn, identityColumn, labelColumn } from "./columns.ts";
import type { ImportColumn, Importer, ImportOptions, ImportPlan, Probe } from "./contract.ts";
import {
  type FeatureRow,
  featureColumn,
  flowColumns,
  isAddress,
  isNoNumber,
  jsonFields,
  keyPath,
  millisecondsUs,
  portNumber,
  secondsUs,
  timestampUs,
  transportName,
  withLabel,
} from "./flow-sql.ts";
import { NO_OBJECT, objectsAtStart } from "./jsonl.ts";

// biome-ignore format: a table
const FEATURES: readonly FeatureRow[] = [
  ["proto", "category", "", "Transport: tcp, udp, icmp"],
  ["service", "category", "", "Application protocols that Zeek found"],
  ["duration", "number", "s", "From the first packet to the last"],
  ["orig_bytes", "number", "bytes", "Payload of the originator; of TCP, by sequence numbers"],
  ["resp_bytes", "number", "bytes", "Payload of the responder; of TCP, by sequence numbers"],
  ["conn_state", "category", "", "How the connection went: S0, SF, REJ, …"],
  ["missed_bytes", "number", "bytes", "Bytes in gaps, which Zeek did not see"],
  ["history", "category", "", "What happened, a letter each: capitals of the originator"],
  ["orig_pkts", "number", "packets", "Packets of the originator"],
  ["orig_ip_bytes", "number", "bytes", "Bytes of the originator, by IP lengths"],
  ["resp_pkts", "number", "packets", "Packets of the responder"],
  ["resp_ip_bytes", "number", "bytes", "Bytes of the responder, by IP lengths"],
  ["ip_proto", "number", "", "Number of the protocol over IP"],
];
const IDENTITY = ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"];
const COMMUNITY_ID = "community_id";
/** What depends on the site's configuration or on other connections: kept, not learnt from. */
const EXTRA = ["local_orig", "local_resp", "tunnel_parents"];
const LABEL = "label";
const DETAILS = ["detailed-label", "detailed_label", "detailedlabel"];
/** Of streams that hold several logs. */
const LOG_PATH = "_path";
const KNOWN = new Set([
  ...IDENTITY, COMMUNITY_ID, ...FEATURES.map(([name]) => name), ...EXTRA, LABEL, ...DETAILS, LOG_PATH,
]); // biome-ignore format: a list

/** Columns of a log without header: of Zeek 2.3, which knows no `local_resp`, of Zeek 3, and of Zeek 7. */
const LATEST = [
  ...IDENTITY, "proto", "service", "duration", "orig_bytes", "resp_bytes", "conn_state", "local_orig", "local_resp",
  "missed_bytes", "history", "orig_pkts", "orig_ip_bytes", "resp_pkts", "resp_ip_bytes", "tunnel_parents", "ip_proto",
]; // biome-ignore format: a list
const HEADLESS = new Map(
  [LATEST, LATEST.slice(0, -1), LATEST.slice(0, -1).filter((name) => name !== "local_resp")].map((names) => [
    names.length,
    names,
  ]),
);

/** Three blanks where tabs should be: what tunnel_parents is, the label, the detailed label. */
const BLANKS = / {3}/;
const LABELLED = ["tunnel_parents", LABEL, "detailed-label"];

const STATES = "S0 S1 SF REJ S2 S3 RSTO RSTR RSTOS0 RSTRH SH SHR OTH".split(" ");
const JSON_LOOKED_AT = 200;

/** How the fields of a log are asked for. */
interface Form {
  reader: ImportPlan["reader"];
  names: readonly string[];
  /** SQL of a field as text; fields of numbers may be numbers. NULL where unset. */
  field(name: string): string;
  numbers: ReadonlySet<string>;
  drops: ImportPlan["drops"];
  rejects: ImportPlan["rejects"];
  remarks: ImportPlan["remarks"];
}

function plan(probe: Probe, options: ImportOptions): ImportPlan {
  const form = probe.format === "jsonl" ? jsonForm(probe) : textForm(probe);
  const { names, field, numbers } = form;
  const has = (name: string): boolean => names.includes(name);
  const details = DETAILS.find(has);
  const unknown = names.filter((name) => !KNOWN.has(name));
  const ts = field("ts");
  const isText = form.reader.kind === "csv";
  const startUs = isText ? secondsUs(ts) : jsonTimeUs(ts, options.timezone);
  const duration = has("duration") ? secondsUs(`${field("duration")}::VARCHAR`) : "NULL";
  const columns: ImportColumn[] = [
    ...flowColumns({
      startUs,
      endUs: `${startUs} + coalesce(${duration}, 0)`,
      sourceAddress: field("id.orig_h"),
      sourcePort: portNumber(field("id.orig_p")),
      destinationAddress: field("id.resp_h"),
      destinationPort: portNumber(field("id.resp_p")),
      transport: transportName(field("proto"), field("id.orig_h")),
    }),
    ...(has("uid") ? [identityColumn("uid", field("uid"))] : []),
    ...(has(COMMUNITY_ID) ? [identityColumn(COMMUNITY_ID, field(COMMUNITY_ID))] : []),
    ...FEATURES.filter(([name]) => has(name)).map((row) => featureColumn(row, field(row[0]))),
    ...EXTRA.filter(has).map((name) => extraColumn(name, "text", extraSql(name, field(name)))),
    ...unknown.map((name) => extraColumn(name, numbers.has(name) ? "number" : "text", field(name))),
    ...(details === undefined
      ? []
      : [extraColumn("detailed_label", "category", field(details), "Class in detail")]),
    ...(has(LABEL) ? [labelColumn(classOf(field(LABEL)))] : []),
  ];
  return {
    reader: form.reader,
    columns: withLabel(probe, columns, options.label),
    drops: form.drops,
    rejects: [...form.rejects, ...rejectsOf(form, startUs)],
    counts: countsOf(form),
    remarks: [
      ...form.remarks,
      ...(unknown.length === 0
        ? []
        : [
            {
              what: `kept apart ${counted(unknown.length, "column")} that a conn.log need not have: ${listed(unknown)}`,
            },
          ]),
    ],
  };
}

/** Rows that are no connections, such as those under the header of another log. */
function rejectsOf({ field, names }: Form, startUs: string): ImportPlan["rejects"] {
  const address = (name: string): ImportPlan["rejects"][number] => ({
    reason: `column '${name}' is no address`,
    sql: `NOT coalesce(${isAddress(field(name))}, false)`,
  });
  const states = STATES.map((state) => `'${state}'`).join(", ");
  return [
    { reason: "column 'ts' is no time", sql: `(${startUs}) IS NULL` },
    address("id.orig_h"),
    address("id.resp_h"),
    {
      reason: "column 'proto' is no transport",
      sql: `NOT coalesce(regexp_matches(${field("proto")}, '^[a-z][a-z0-9_-]*$'), false)`,
    },
    ...(names.includes("conn_state")
      ? [
          {
            reason: "column 'conn_state' is no state of a connection",
            sql: `${field("conn_state")} NOT IN (${states})`,
          },
        ]
      : []),
  ];
}

function countsOf({ field, names }: Form): ImportPlan["counts"] {
  const label = names.includes(LABEL) ? field(LABEL) : undefined;
  return [
    ...(names.includes("duration")
      ? [
          {
            what: "connections without duration, of one packet or none that Zeek could time",
            sql: `${field("duration")} IS NULL`,
          },
        ]
      : []),
    ...(label === undefined
      ? []
      : [
          { what: "labels in another case, made Benign and Malicious", sql: `${label} <> ${classOf(label)}` },
          { what: "rows without a label", sql: `${classOf(label)} IS NULL` },
        ]),
  ];
}

/** IoT-23 has "Benign" and "benign". */
function classOf(label: string): string {
  return `CASE lower(${label}) WHEN 'benign' THEN 'Benign' WHEN 'malicious' THEN 'Malicious' ELSE ${label} END`;
}

/** Truth is T and F in text, true and false in JSON; a set is parted by commas in text, and a list in JSON. */
function extraSql(name: string, sql: string): string {
  if (name === "tunnel_parents") return `nullif(regexp_replace(${sql}, '[][" ]', '', 'g'), '')`;
  return `CASE ${sql} WHEN 'true' THEN 'T' WHEN 'false' THEN 'F' ELSE ${sql} END`;
}

// --- text ---------------------------------------------------------------------------------------------------

interface Header {
  separator: string;
  unset: string;
  empty: string;
  /** What log it is; "" where the header does not say. */
  log: string;
  names: string[];
  types: string[];
  /** Of a table with a header line that is no comment. */
  skip: number;
  found: "comments" | "line" | "none";
}

function textForm(probe: Probe): Form {
  const header = headerOf(probe);
  if (header === undefined || !isConnection(header)) throw noConnections(probe, header);
  const last = header.names.length - 1;
  const isBlank = BLANKS.test(header.names[last]);
  const names = isBlank ? [...header.names.slice(0, last), ...LABELLED] : header.names;
  const numbers = new Set([
    ...FEATURES.flatMap(([name, kind]) => (kind === "number" ? [name] : [])),
    ...header.names.filter(
      (name, index) => !KNOWN.has(name) && /^(count|int|double|interval)$/.test(header.types[index] ?? ""),
    ),
  ]);
  const nothing = [header.unset, header.empty].map((text) => `'${text.replaceAll("'", "''")}'`);
  return {
    reader: {
      kind: "csv",
      delimiter: header.separator,
      skip: header.skip,
      // The duration is added to the time of the first packet, exactly.
      fields: header.names.map((name) => (numbers.has(name) && name !== "duration" ? "number" : "text")),
      names: header.names,
      nulls: [header.unset, header.empty],
      quoted: false,
      comment: "#",
    },
    names,
    field(name) {
      const part = isBlank ? LABELLED.indexOf(name) : -1;
      if (part < 0) return `c${header.names.indexOf(name)}`;
      const text = `trim(split_part(c${last}, '   ', ${part + 1}))`;
      return `CASE WHEN ${text} NOT IN ('', ${nothing.join(", ")}) THEN ${text} END`;
    },
    numbers,
    drops: [],
    rejects: [
      ...(isBlank
        ? [
            {
              reason: "no label behind three blanks",
              sql: `NOT coalesce(regexp_matches(c${last}, '^\\S+ {3}\\S+ {3}\\S'), false)`,
            },
          ]
        : []),
      {
        reason: "column 'duration': a text, expected a number",
        sql: header.names.includes("duration") ? isNoNumber(`c${header.names.indexOf("duration")}`) : "false",
      },
    ],
    remarks: [
      ...(isBlank
        ? [{ what: "parted the last column at three blanks into tunnel_parents, label and detailed-label" }]
        : []),
      ...(header.found === "none"
        ? [{ what: `the file has no header; columns are those of a conn.log of ${names.length} columns` }]
        : []),
    ],
  };
}

/** The header of a log; undefined where it is none. */
function headerOf(probe: Probe): Header | undefined {
  if (probe.format !== "csv") return undefined;
  return commentHeader(probe.text) ?? lineHeader(probe) ?? noHeader(probe);
}

const COMMENT_LINES_MAX = 64;

function commentHeader(text: string): Header | undefined {
  const lines = text.split(/\r?\n/, COMMENT_LINES_MAX).filter((line) => line.startsWith("#"));
  const fields = lines.find((line) => line.startsWith("#fields"));
  if (fields === undefined) return undefined;
  const separator = separatorOf(lines) ?? fields.charAt("#fields".length);
  const valuesOf = (key: string): string[] =>
    (lines.find((line) => line.startsWith(`#${key}${separator}`)) ?? "").split(separator).slice(1);
  return {
    separator,
    unset: valuesOf("unset_field")[0] ?? "-",
    empty: valuesOf("empty_field")[0] ?? "(empty)",
    log: valuesOf("path")[0] ?? "",
    names: valuesOf("fields"),
    types: valuesOf("types"),
    skip: 0,
    found: "comments",
  };
}

/** "#separator \x09": a byte in hexadecimal. */
function separatorOf(lines: readonly string[]): string | undefined {
  const code = /^#separator \\x([0-9a-f]{2})/i.exec(
    lines.find((line) => line.startsWith("#separator")) ?? "",
  )?.[1];
  return code === undefined ? undefined : String.fromCharCode(Number.parseInt(code, 16));
}

const DEFAULTS = { unset: "-", empty: "(empty)", log: "", types: [] };

/** A log that somebody made a table of, with a line of names. */
function lineHeader({ records, delimiter }: Probe): Header | undefined {
  const names = (records[0] ?? []).map((name) => name.trim());
  return names.includes("id.orig_h")
    ? { ...DEFAULTS, separator: delimiter, names, skip: 1, found: "line" }
    : undefined;
}

/** A log without its first lines: a time, an identifier, two addresses and ports, and a transport. */
function noHeader({ records, text }: Probe): Header | undefined {
  const first = records[0] ?? [];
  const names = HEADLESS.get(first.length);
  if (names === undefined || !text.includes("\t")) return undefined;
  const [ts, uid, source, sourcePort, destination, destinationPort, proto] = first;
  const isLog =
    /^\d{9,10}\.\d{1,6}$/.test(ts) &&
    /^[A-Za-z0-9]{8,}$/.test(uid) &&
    [source, destination].every((address) => /^[0-9a-f.:]*[.:][0-9a-f.:]*$/i.test(address)) &&
    [sourcePort, destinationPort].every((port) => /^\d+$/.test(port)) &&
    /^(tcp|udp|icmp|unknown_transport)$/.test(proto);
  if (!isLog) return undefined;
  const last = names.length - 1;
  const isBlank = BLANKS.test(first[last]);
  return {
    ...DEFAULTS,
    separator: "\t",
    names: isBlank ? [...names.slice(0, last), LABELLED.join("   ")] : names,
    skip: 0,
    found: "none",
  };
}

function isConnection({ log, names }: Header): boolean {
  return (
    (log === "" || log === "conn") &&
    ["ts", "id.orig_h", "id.resp_h", "proto", "conn_state"].every((name) => names.includes(name))
  );
}

function noConnections(probe: Probe, header?: Header): OrbweaverError {
  const what =
    header === undefined || header.log === "" ? "no conn.log of Zeek" : `Zeek's log '${shown(header.log)}'`;
  return new OrbweaverError(
    "rows-invalid",
    `'${probe.name}' is ${what}, expected a conn.log with ts, id.orig_h, id.resp_h, proto and conn_state`,
  );
}

// --- JSON ---------------------------------------------------------------------------------------------------

/** Keys of the records at the start of JSON lines that are connections; undefined where there are none. */
function jsonKeys(probe: Probe): { names: string[]; nested: boolean; numbers: Set<string> } | undefined {
  if (probe.format !== "jsonl") return undefined;
  const records = objectsAtStart(probe.text)
    .slice(0, JSON_LOOKED_AT)
    .filter(
      (record) =>
        "ts" in record && "proto" in record && ("conn_state" in record || "orig_ip_bytes" in record),
    );
  const found = records.filter((record) => "id.orig_h" in record || isNested(record));
  if (found.length === 0) return undefined;
  const nested = isNested(found[0]);
  const names = [...new Set(found.flatMap((record) => Object.keys(record)))].filter(
    (name) => name !== "id" || !nested,
  );
  const numbers = names.filter(
    (name) =>
      !KNOWN.has(name) && found.every((record) => !(name in record) || typeof record[name] === "number"),
  );
  return {
    names: [...new Set([...IDENTITY, "proto", "conn_state", ...names])],
    nested,
    numbers: new Set(numbers),
  };
}

function isNested({ id }: Record<string, unknown>): boolean {
  return typeof id === "object" && id !== null && "orig_h" in id;
}

function jsonForm(probe: Probe): Form {
  const keys = jsonKeys(probe);
  if (keys === undefined) throw noConnections(probe);
  const { names, nested, numbers } = keys;
  const path = (name: string): string =>
    nested && name.startsWith("id.") ? keyPath("id", name.slice("id.".length)) : keyPath(name);
  // Names are those of the start of the file; what a later record has beside them is not asked for.
  const { parsed, field: fields } = jsonFields([...names, LOG_PATH].map(path));
  const field = (name: string): string =>
    numbers.has(name)
      ? `TRY_CAST(${fields(path(name))} AS DOUBLE)`
      : `nullif(nullif(${fields(path(name))}, ''), '-')`;
  const known = FEATURES.filter(([name, kind]) => kind === "number" && names.includes(name)).map(
    ([name]) => name,
  );
  return {
    reader: { kind: "lines", parsed },
    names: names.filter((name) => name !== LOG_PATH),
    field,
    numbers,
    drops: [{ reason: "record of another log of Zeek", sql: `${fields(path(LOG_PATH))} <> 'conn'` }],
    rejects: [
      NO_OBJECT,
      ...known.map((name) => ({
        reason: `column '${name}': a text, expected a number`,
        sql: isNoNumber(field(name)),
      })),
    ],
    remarks: [],
  };
}

/** Seconds, milliseconds where the number is too large for them, or ISO 8601. */
function jsonTimeUs(ts: string, timezone: string): string {
  const number = `TRY_CAST(${ts} AS DOUBLE)`;
  return (
    `CASE WHEN ${number} IS NULL THEN ${timestampUs(ts, timezone)} ` +
    `WHEN abs(${number}) >= 1e11 THEN ${millisecondsUs(ts)} ELSE ${secondsUs(ts)} END`
  );
}

export const zeekImporter: Importer = {
  id: "zeek",
  title: "Zeek conn.log",
  description:
    "Connections of Zeek, as tab-separated text or JSON lines, and the labelled files of IoT-23 (conn.log.labeled).",
  recognises(probe) {
    // Other logs of Zeek are told, too, so that they are refused by name, and not as a table that is odd.
    const header = headerOf(probe);
    if (header === undefined) return jsonKeys(probe) !== undefined;
    return header.found === "comments" || isConnection(header);
  },
  plan,
};
