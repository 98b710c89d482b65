// What is decided for every row in JavaScript, put beside the table in Parquet: one byte or a few a row, never the rows.

import { identifier } from "../duck.ts";
import { named, PARQUET_CHUNK_ROWS, writeParquet } from "../parquet.ts";
import { stopWhenAsked } from "../stop.ts";
import type { DatasetColumn } from "../store/contract.ts";
import {
  besideFile,
  type StepContext,
  sameValues,
  type Value,
  type Working,
  withColumn,
  withValues,
  written,
} from "./working.ts";

const CODE = "code";

/** Stands beside the other columns until the table is written. */
const CODES: DatasetColumn = {
  name: "__orbweaver_code",
  role: "extra",
  kind: "text",
  unit: "",
  description: "",
};

type Written = Working & { path: string };

/** The rows whose byte is not 0. */
export async function withKept(working: Written, keep: Uint8Array, context: StepContext): Promise<Working> {
  const file = context.scratchPath("parquet");
  await writeCodes(file, keep, (column) => column);
  const own = working.columns.map((column): Value => ({ column, sql: `t.${identifier(column.name)}` }));
  return written(besideFile(working, file, own, `s.${CODE} <> 0`), context);
}

/**
 * The table with a text a row, told by its code, the index into `names`; -1 leaves what `otherwise` says: SQL over the
 * columns of the table. A column of that name is replaced, another is added behind.
 */
export async function withTexts(
  working: Written,
  texts: { column: DatasetColumn; codes: Int32Array; names: readonly string[]; otherwise: string },
  context: StepContext,
): Promise<Working> {
  const { column, codes, names, otherwise } = texts;
  const file = context.scratchPath("parquet");
  await writeCodes(file, codes, named(names));
  const own = working.columns.map((one): Value => ({ column: one, sql: `t.${identifier(one.name)}` }));
  const beside = besideFile(working, file, [...own, { column: CODES, sql: `s.${CODE}` }]);
  const coded = withColumn(beside, column, `coalesce(${identifier(CODES.name)}, ${otherwise})`);
  const values = sameValues(coded).filter((value) => value.column.name !== CODES.name);
  return written(withValues(coded, values), context);
}

/**
 * Asks for values of every row, in order. `take` gets the columns of a chunk, and the number of its first row.
 *
 * @throws `cancelled`
 */
export async function scanRows(
  working: Working,
  expressions: readonly string[],
  context: StepContext,
  take: (columns: unknown[][], first: number, rows: number) => void,
): Promise<void> {
  const { duck, signal, onProgress } = context;
  const result = await duck.connection.stream(`SELECT ${expressions.join(", ")} FROM ${working.from}`);
  let first = 0;
  for (
    let chunk = await result.fetchChunk();
    chunk !== null && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    stopWhenAsked(signal);
    take(chunk.getColumns() as unknown[][], first, chunk.rowCount);
    first += chunk.rowCount;
    onProgress?.(first / working.rows);
  }
}

async function writeCodes(
  path: string,
  codes: Uint8Array | Int32Array,
  stored: (column: string) => string,
): Promise<void> {
  let row = 0;
  await writeParquet(path, {
    columns: [{ name: CODE, kind: "number", stored }],
    metadata: {},
    next() {
      const rows = Math.min(PARQUET_CHUNK_ROWS, codes.length - row);
      if (rows === 0) return undefined;
      const values = Float64Array.from(codes.subarray(row, row + rows));
      row += rows;
      return { rows, columns: [values] };
    },
  });
}
