// Pieces of SQL that importers of flow logs share: exact times, ports, transports. Opens nothing.
//
// Every piece takes SQL of a text and gives NULL for a text that is none of what it reads, never an error.

import { identityColumn, zonedUs } from "./columns.ts";
import type { ImportColumn } from "./contract.ts";

/**
 * µs since 1970 of a text of seconds with up to six decimals, exact: a DOUBLE holds no epoch second to the µs once it is
 * multiplied. 19 digits before the point are more than BIGINT takes, so that all that is too large becomes NULL.
 */
export function secondsUs(text: string): string {
  return `TRY_CAST(TRY_CAST(${text} AS DECIMAL(30, 6)) * 1000000::DECIMAL(8, 0) AS BIGINT)`;
}

/** The same of a text of milliseconds with up to three decimals. */
export function millisecondsUs(text: string): string {
  return `TRY_CAST(TRY_CAST(${text} AS DECIMAL(30, 3)) * 1000::DECIMAL(5, 0) AS BIGINT)`;
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

/** JSON objects at the start of a text of JSON lines; lines that are none are passed over. */
export function jsonObjects(text: string, most: number): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  for (const line of text.split("\n")) {
    if (found.length === most) break;
    if (!line.trimStart().startsWith("{")) continue;
    try {
      found.push(JSON.parse(line) as Record<string, unknown>);
    } catch {
      // The import counts and rejects it; here it only tells nothing.
    }
  }
  return found;
}

/**
 * SQL of the fields of a JSON line as texts, by path. All paths are asked in one call, which DuckDB does once a row and
 * not once a column. A line that is no JSON has none.
 */
export function jsonFields(paths: readonly string[]): (path: string) => string {
  const list = paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(", ");
  return (path) => {
    const index = paths.indexOf(path);
    if (index < 0) throw new RangeError(`no path ${path}`);
    return `json_extract_string(TRY_CAST(line AS JSON), [${list}])[${index + 1}]`;
  };
}

/** A JSON path to a key of an object, whatever characters it has. */
export function keyPath(...keys: string[]): string {
  return `$${keys.map((key) => `."${key.replaceAll('"', '\\"')}"`).join("")}`;
}
