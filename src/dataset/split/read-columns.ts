// Reads columns of a table as typed arrays, in the order of its rows: times, classes, and keys whose equality is all that
// matters. Memory is that of the arrays, never of the table.

import type { DuckDBDataChunk } from "@duckdb/node-api";
import { OrbweaverError } from "../../base/errors.ts";
import { doubles, identifier, literal } from "../duck.ts";
import { stopWhenAsked } from "../stop.ts";
import type { TableFile } from "../store/contract.ts";
import { fromTable } from "../store/table-parquet.ts";
import type { Codes } from "./assign.ts";
import { type SplitContext, STRATA_MAX } from "./contract.ts";
import { newDictionary } from "./order.ts";

export interface ReadContext extends Pick<SplitContext, "duck" | "signal" | "onProgress"> {
  table: TableFile;
}

/** Asks for columns of all rows. Throws `dataset-damaged` where the table has fewer or more rows than it is said to have. */
export async function scanColumns(
  { duck, table, signal, onProgress }: ReadContext,
  step: string,
  expressions: readonly string[],
  take: (chunk: DuckDBDataChunk, first: number) => void,
): Promise<void> {
  const result = await duck.connection.stream(
    `SELECT ${expressions.join(", ")} FROM ${fromTable(table.path)}`,
  );
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    stopWhenAsked(signal ?? duck.signal);
    const count = chunk?.rowCount ?? 0;
    if (chunk === null || count === 0) break;
    if (rows + count <= table.rows) take(chunk, rows);
    rows += count;
    onProgress?.({ step, share: rows / table.rows });
  }
  if (rows === table.rows) return;
  throw new OrbweaverError("dataset-damaged", `'${table.name}' has ${rows} rows, expected ${table.rows}`);
}

/** A column of numbers or times; NaN is missing. */
export async function readNumbers(context: ReadContext, step: string, column: string): Promise<Float64Array> {
  const values = new Float64Array(context.table.rows);
  const sql = `coalesce(${identifier(column)}::DOUBLE, 'nan'::DOUBLE)`;
  await scanColumns(context, step, [sql], (chunk, first) => values.set(doubles(chunk, 0), first));
  return values;
}

export interface NamedCodes extends Codes {
  /** Text of each code; rows without one have a code behind the last. */
  names: string[];
}

/** A column of a few texts, as codes: the most frequent first, equally frequent ones by name. */
export async function readTexts(
  context: ReadContext,
  step: string,
  column: string,
  namesMax = STRATA_MAX,
): Promise<NamedCodes> {
  const { duck, table } = context;
  const name = `${identifier(column)}::VARCHAR`;
  const found = await duck.connection.runAndReadAll(
    `SELECT ${name}, count(*) FROM ${fromTable(table.path)} WHERE ${identifier(column)} IS NOT NULL ` +
      `GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${namesMax + 1}`,
  );
  const names = found.getRows().map(([text]) => String(text));
  if (names.length > namesMax) {
    throw new OrbweaverError(
      "split-impossible",
      `column '${column}' of '${table.name}' has more than ${namesMax} different texts, expected classes`,
    );
  }
  const codes = new Int32Array(table.rows).fill(names.length);
  if (names.length > 0) {
    const code = `enum_code(${name}::ENUM(${names.map(literal).join(", ")}))`;
    await scanColumns(context, step, [`coalesce(${code}::DOUBLE, ${names.length}::DOUBLE)`], (chunk, first) =>
      codes.set(doubles(chunk, 0), first),
    );
  }
  return { codes, count: names.length + 1, names };
}

/**
 * Rows by equality of columns, numbered by first appearance. Rows are told apart by 64 bits of a hash: of ten million
 * different keys, the chance that any two become one is three in a million, and that only keeps them together.
 *
 * @param keys SQL expressions, each the key of one list of codes over one common numbering
 */
export async function readKeys(
  context: ReadContext,
  step: string,
  keys: readonly string[],
): Promise<{ codes: Int32Array[]; count: number }> {
  const dictionary = newDictionary();
  const codes = keys.map(() => new Int32Array(context.table.rows));
  const words = keys.flatMap((key) => [`((${key}) >> 32)::DOUBLE`, `((${key}) & 4294967295)::DOUBLE`]);
  await scanColumns(context, step, words, (chunk, first) => {
    const columns = words.map((_, index) => doubles(chunk, index));
    for (let row = 0; row < chunk.rowCount; row++) {
      for (let key = 0; key < codes.length; key++)
        codes[key][first + row] = dictionary.code(columns[2 * key][row], columns[2 * key + 1][row]);
    }
  });
  return { codes, count: dictionary.count };
}

/** SQL of the key of some columns. */
export function keyOf(expressions: readonly string[]): string {
  return `hash(${expressions.join(", ")})`;
}
