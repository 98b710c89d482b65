// Pieces of SQL that importers of flow logs share: exact times, ports, transports, fields of JSON lines. Opens nothing.
//
// Every piece takes SQL of a text and gives NULL for a text that is none of what it reads, never an error.

import { OrbweaverError } from "../../base/errors.ts";
import { literal } from "../duck.ts";
import { listed } from "../listed.ts";
import { identityColumn, labelColumn, zonedUs } from "./columns.ts";
import type { ImportColumn, Probe } from "./contract.ts";

/**
 * µs since 1970 of a text of seconds with up to six decimals. Exact, which a product of DOUBLEs is not, and without a
 * DECIMAL of more than 18 digits, which takes a hundred times as long.
 */
export function secondsUs(text: string): string {
  const seconds = `TRY_CAST(${text} AS DECIMAL(18, 6))`;
  return `trunc(${seconds})::BIGINT * 1000000 + ((${seconds} % 1::DECIMAL(18, 6)) * 1000000::DECIMAL(7, 0))::BIGINT`;
}

/** The same of a text of milliseconds with up to three decimals. */
export function millisecondsUs(text: string): string {
  const milliseconds = `TRY_CAST(${text} AS DECIMAL(18, 3))`;
  return `trunc(${milliseconds})::BIGINT * 1000 + ((${milliseconds} % 1::DECIMAL(18, 3)) * 1000::DECIMAL(4, 0))::BIGINT`;
}

/** A zone behind a time: Z, +0100, +01:00, +01. */
const ZONE = "(?:Z|[+-]\\d{2}(?::?\\d{2})?)$";

/** µs since 1970 of a date and time as text; `timezone` is that of texts without one. */
export function timestampUs(text: string, timezone: string): string {
  const local = zonedUs(`TRY_CAST(${text} AS TIMESTAMP)`, timezone);
  return `CASE WHEN regexp_matches(${text}, '${ZONE}') THEN epoch_us(TRY_CAST(${text} AS TIMESTAMPTZ)) ELSE ${local} END`;
}

/** A port as a number, decimal or hexadecimal; NULL for what is none, such as a service's name or an SPI of 32 bits. */
export function portNumber(text: string): string {
  return `TRY_CAST(${text} AS USMALLINT)::DOUBLE`;
}

/** True for a text that is there and no number. */
export function isNoNumber(text: string): string {
  return `${text} IS NOT NULL AND TRY_CAST(${text} AS DOUBLE) IS NULL`;
}

/** True for a port in hexadecimal. */
export function isHexadecimal(text: string): string {
  return `starts_with(${text}, '0x')`;
}

/** The house's name of a transport, whatever its case; `address` tells ICMP of IPv6 from that of IPv4. */
export function transportName(protocol: string, address: string): string {
  const lower = `lower(${protocol})`;
  return (
    `CASE WHEN ${lower} IN ('ipv6-icmp', 'icmp6') OR (${lower} = 'icmp' AND contains(${address}, ':')) THEN 'icmpv6' ` +
    `ELSE ${lower} END`
  );
}

/** True for a text that may be an address: of IPv4, IPv6 or Ethernet. */
export function isAddress(text: string): string {
  return `regexp_matches(${text}, '^[0-9A-Fa-f]*[.:][0-9A-Fa-f.:%]*')`;
}

export interface FlowSql {
  startUs: string;
  endUs?: string;
  sourceAddress: string;
  sourcePort: string;
  destinationAddress: string;
  destinationPort: string;
  transport: string;
}

/** Who the flow was, under the house's names. */
export function flowColumns(flow: FlowSql): ImportColumn[] {
  return [
    identityColumn("start_us", flow.startUs),
    ...(flow.endUs === undefined ? [] : [identityColumn("end_us", flow.endUs)]),
    identityColumn("source_address", flow.sourceAddress),
    identityColumn("source_port", flow.sourcePort),
    identityColumn("destination_address", flow.destinationAddress),
    identityColumn("destination_port", flow.destinationPort),
    identityColumn("transport", flow.transport),
  ];
}

/** A table of features: name, kind, unit, description. */
export type FeatureRow = readonly [
  name: string,
  kind: "number" | "category",
  unit: string,
  description: string,
];

/** A feature of a table; numbers are cast, which costs nothing where the reader gave a number. */
export function featureColumn([name, kind, unit, description]: FeatureRow, sql: string): ImportColumn {
  return {
    name,
    role: "feature",
    kind,
    unit,
    description,
    sql: kind === "number" ? `TRY_CAST(${sql} AS DOUBLE)` : sql,
  };
}

/** Fields of JSON lines as texts: what a reader parses of a line, and SQL of a field by its path. */
export function jsonFields(paths: readonly string[]): { parsed: string; field: (path: string) => string } {
  const distinct = [...new Set(paths)];
  return {
    // A line that is no JSON has no field.
    parsed: `json_extract_string(TRY_CAST(line AS JSON), [${distinct.map(literal).join(", ")}])`,
    field(path) {
      const index = distinct.indexOf(path);
      if (index < 0) throw new RangeError(`no path ${path}`);
      return `parsed[${index + 1}]`;
    },
  };
}

/** A JSON path to a key of an object, whatever characters it has. */
export function keyPath(...keys: string[]): string {
  return `$${keys.map((key) => `."${key.replaceAll('"', '\\"')}"`).join("")}`;
}

/**
 * Columns with the one that `asked` names as the label; the one that was becomes extra. Throws `rows-invalid` where there
 * is none of the name.
 */
export function withLabel(
  probe: Probe,
  columns: readonly ImportColumn[],
  asked: string | undefined,
): readonly ImportColumn[] {
  const wanted = columns.find(({ name }) => name === asked);
  if (asked === undefined || wanted?.role === "label") return columns;
  if (wanted === undefined) {
    throw new OrbweaverError(
      "rows-invalid",
      `'${probe.name}' has no column '${asked}'; it has ${listed(
        columns.map(({ name }) => name),
        12,
      )}`,
      { hint: "Name the column that holds the class with --label." },
    );
  }
  const rest = columns.flatMap((column): ImportColumn[] => {
    if (column === wanted) return [];
    return column.role === "label" ? [{ ...column, name: "label.1", role: "extra" }] : [column];
  });
  const { sql, kind } = wanted;
  return [...rest, labelColumn(kind === "number" ? `regexp_replace((${sql})::VARCHAR, '\\.0$', '')` : sql)];
}
