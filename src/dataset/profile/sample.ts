// Columns of a seeded sample of rows as arrays, for what has to see two columns at once.
//
// A row is taken by the hash of its number, so that the same seed takes the same rows whatever is read of them. A table with
// few enough rows is taken whole.

import { doubles } from "../duck.ts";
import type { DatasetColumn } from "../store/contract.ts";
import type { Categories } from "./association.ts";
import { numberedRows } from "./class-codes.ts";
import { eachChunk } from "./columns.ts";
import type { ProfileRequest } from "./contract.ts";
import { valueSql } from "./facts.ts";

export interface Sample {
  /** SQL behind WHERE. */
  where: string;
  rows: number;
  isAll: boolean;
}

const HASH_PARTS = 1 << 30;

export async function drawSample(
  { duck, table }: ProfileRequest,
  seed: number,
  rowsMax: number,
): Promise<Sample> {
  if (table.rows <= rowsMax) return { where: "true", rows: table.rows, isAll: true };
  const bound = Math.round((rowsMax / table.rows) * HASH_PARTS);
  const where = `hash(file_row_number, ${Math.trunc(seed)}) % ${HASH_PARTS} < ${bound}`;
  const reader = await duck.connection.runAndReadAll(
    `SELECT count(*)::DOUBLE FROM ${numberedRows(table)} WHERE ${where}`,
  );
  return { where, rows: Number(reader.getRows()[0][0]), isAll: false };
}

/** Numbers of several columns, in the order of the rows; missing is NaN. */
export async function sampleNumbers(
  { duck, table }: ProfileRequest,
  { where, rows }: Sample,
  columns: readonly DatasetColumn[],
): Promise<Float64Array[]> {
  const values = columns.map(() => new Float64Array(rows));
  const selected = columns.map((column) => `coalesce(${valueSql(column)}, 'nan'::DOUBLE)`).join(", ");
  let first = 0;
  await eachChunk(duck, `SELECT ${selected} FROM ${numberedRows(table)} WHERE ${where}`, (chunk) => {
    for (const [at, array] of values.entries())
      array.set(doubles(chunk, at).subarray(0, chunk.rowCount), first);
    first += chunk.rowCount;
  });
  return values;
}

/** A column of texts as codes in the order in which they come. */
export async function sampleCategories(
  { duck, table }: ProfileRequest,
  { where, rows }: Sample,
  column: DatasetColumn,
): Promise<Categories> {
  const codes = new Int32Array(rows).fill(-1);
  const codeOf = new Map<string, number>();
  let first = 0;
  const sql = `SELECT ${valueSql({ ...column, kind: "category" })} FROM ${numberedRows(table)} WHERE ${where}`;
  await eachChunk(duck, sql, (chunk) => {
    const vector = chunk.getColumnVector(0);
    for (let at = 0; at < chunk.rowCount; at++) {
      const text = vector.getItem(at);
      if (typeof text !== "string") continue;
      const code = codeOf.get(text) ?? codeOf.size;
      if (code === codeOf.size) codeOf.set(text, code);
      codes[first + at] = code;
    }
    first += chunk.rowCount;
  });
  return { codes, count: codeOf.size };
}
