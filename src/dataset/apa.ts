// The public APA-DDoS file: text with Wireshark's names, whose feature columns are those of the schema `apa`.
//
// It is read like any table with the columns of a schema of ours. What is odd about it lies in a column that is no feature:
// in 195 times of the published file, the digits "162" of the fraction of a second became "16-Jun 202".
//
// Rows of `apa` may be read for a model of `apa-live`, and the other way round: the totals take each other's places, and a
// warning says so.

import { SO_FAR } from "../feature/schemas/apa.ts";
import type { TableSchema } from "../feature/table.ts";
import type { RowSource } from "./row-source.ts";

const TIME = "frame.time";
const NAMES = [TIME, "tcp.srcport", "tcp.seq", "Tx Packets", "Rx Bytes"];

/** The time column of the APA-DDoS file, by its place; -1 when the columns are of another file. */
export function apaTimeColumn(names: readonly string[]): number {
  return NAMES.every((name) => names.includes(name)) ? names.indexOf(TIME) : -1;
}

/** SQL that is true for a time with a date inside its fraction of a second. */
export function isBrokenTime(column: string): string {
  return `regexp_matches(${column}, '\\.\\d*\\d{2}-[A-Z][a-z]{2} \\d{3}')`;
}

export function brokenTimesText(count: number): string {
  const rows = count === 1 ? "1 row has" : `${count} rows have`;
  return `${rows} a date inside the fraction of a second in '${TIME}' ("16-Jun 202" for "162"); the column is not used`;
}

const WHOLE = "apa";
const RUNNING = "apa-live";

/** The source, with its totals under the names of `schema` where it has those of the other schema. */
export function withTotalsOf(schema: TableSchema | undefined, source: RowSource): RowSource {
  if (schema?.id !== WHOLE && schema?.id !== RUNNING) return source;
  const names = new Set(source.columns.map(({ name }) => name));
  const isWhole = schema.id === WHOLE;
  const totals = schema.columns.map(({ name }) => name).filter((name) => !names.has(name));
  const other = new Map(
    totals.map((name) => [isWhole ? `${name}${SO_FAR}` : name.slice(0, -SO_FAR.length), name]),
  );
  if (totals.length === 0 || ![...other.keys()].every((name) => names.has(name))) return source;
  const words = isWhole
    ? "rows of apa-live are read for a model of apa: their totals are those so far, not those of whole conversations"
    : "rows of apa are read for a model of apa-live: their totals are those of whole conversations, not those so far";
  return {
    path: source.path,
    format: source.format,
    bytes: source.bytes,
    columns: source.columns.map((column) => ({ ...column, name: other.get(column.name) ?? column.name })),
    schema: undefined,
    warnings: [...source.warnings, `'${source.path}': ${words}`],
    profile: (columns, valuesMax, always) => source.profile(columns, valuesMax, always),
    scan: (selection, take) => source.scan(selection, take),
    close: () => source.close(),
  };
}
