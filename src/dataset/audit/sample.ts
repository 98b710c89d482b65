// A seeded sample of a table's rows, read one column at a time, and what becomes of its values: bins.
//
// Rows are drawn by the hash of their number, so that the same seed gives the same rows whatever the columns are, and come in
// the order of the table. Half of them choose rules, the other half judges them. One column is held at a time.

import type { DuckDBDataChunk } from "@duckdb/node-api";
import { Random } from "../../base/random.ts";
import {
  type BinEdges,
  binCount,
  binEdges,
  binOf,
  emptyTally,
  type Tally,
} from "../../evaluate/column-trees.ts";
import { doubles } from "../duck.ts";
import { stopWhenAsked } from "../stop.ts";
import type { DatasetColumn, TableFile } from "../store/contract.ts";
import { type AuditTables, classSql, isNumber, numberedRows, valueSql } from "./tables.ts";

export interface Sample {
  table: TableFile;
  /** SQL behind WHERE of the rows of the sample. */
  where: string;
  rows: number;
  /** Number of each row in the table, from 0. */
  rowNumbers: Float64Array;
  /** Class of each row, -1 where it has none. */
  labels: Int16Array;
  /** 1 for the rows that judge what the others chose. */
  judges: Uint8Array;
}

/** Values of a column, by row of the sample. */
export type SampleValues =
  | { kind: "number"; values: Float64Array }
  /** Codes are indices into `texts`, -1 for missing. */
  | { kind: "text"; codes: Int32Array; texts: readonly string[] };

export async function drawSample(
  tables: AuditTables,
  table: TableFile,
  options: { seed: number; rowsMax: number },
): Promise<Sample> {
  const where = sampleSql(table.rows, options);
  const numbers: Float64Array[] = [];
  const labels: Float64Array[] = [];
  const select = `SELECT file_row_number::DOUBLE, coalesce(${classSql(tables)}, -1)::DOUBLE FROM ${numberedRows(table)} WHERE ${where}`;
  await eachChunk(tables, select, (chunk) => {
    numbers.push(doubles(chunk, 0).slice(0, chunk.rowCount));
    labels.push(doubles(chunk, 1).slice(0, chunk.rowCount));
  });
  const rowNumbers = joined(numbers);
  const random = new Random(options.seed);
  return {
    table,
    where,
    rows: rowNumbers.length,
    rowNumbers,
    labels: Int16Array.from(joined(labels)),
    judges: Uint8Array.from(rowNumbers, () => (random.chance(0.5) ? 1 : 0)),
  };
}

/** All rows where there are few enough; else about `rowsMax` of them. */
function sampleSql(rows: number, { seed, rowsMax }: { seed: number; rowsMax: number }): string {
  if (rows <= rowsMax) return "true";
  const parts = 1 << 30;
  const bound = Math.round((rowsMax / rows) * parts);
  return `hash(file_row_number, ${Math.trunc(seed)}) % ${parts} < ${bound}`;
}

/** The values of one column in the rows of the sample. Other SQL than the column's own may say what they are. */
export async function readColumn(
  tables: AuditTables,
  sample: Sample,
  column: DatasetColumn,
  sql?: string,
): Promise<SampleValues> {
  const from = `FROM ${numberedRows(sample.table)} WHERE ${sample.where}`;
  if (sql !== undefined || isNumber(column)) {
    const parts: Float64Array[] = [];
    await eachChunk(tables, `SELECT coalesce((${sql ?? valueSql(column)})::DOUBLE, 'NaN') ${from}`, (chunk) =>
      parts.push(doubles(chunk, 0).slice(0, chunk.rowCount)),
    );
    return { kind: "number", values: joined(parts) };
  }
  const codes = new Int32Array(sample.rows);
  const codeOf = new Map<string, number>();
  let row = 0;
  await eachChunk(tables, `SELECT ${valueSql(column)} ${from}`, (chunk) => {
    const vector = chunk.getColumnVector(0);
    for (let at = 0; at < chunk.rowCount; at++) {
      const text = vector.getItem(at) as string | null;
      codes[row++] = text === null || text === "" ? -1 : codeOfText(codeOf, text);
    }
  });
  return { kind: "text", codes, texts: [...codeOf.keys()] };
}

function codeOfText(codeOf: Map<string, number>, text: string): number {
  const code = codeOf.get(text);
  if (code !== undefined) return code;
  codeOf.set(text, codeOf.size);
  return codeOf.size - 1;
}

async function eachChunk(
  { duck }: AuditTables,
  sql: string,
  take: (chunk: DuckDBDataChunk) => void,
): Promise<void> {
  const result = await duck.connection.stream(sql);
  for (;;) {
    stopWhenAsked(duck.signal);
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    take(chunk);
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// --- bins -----------------------------------------------------------------------------------------------------

/** How values become bins: for numbers runs of them, for texts one each of the commonest; the first bin is for missing. */
export type Bins = { kind: "number"; edges: BinEdges } | { kind: "text"; texts: readonly string[] };

/** Bins chosen on values: at most `most`, and one or two more for missing and other ones. */
export function chooseBins(values: SampleValues, most: number): Bins {
  if (values.kind === "number") return { kind: "number", edges: binEdges(values.values, most) };
  const counts = new Float64Array(values.texts.length);
  for (const code of values.codes) if (code >= 0) counts[code]++;
  const order = [...counts.keys()].sort(
    (a, b) => counts[b] - counts[a] || (values.texts[a] < values.texts[b] ? -1 : 1),
  );
  return { kind: "text", texts: order.slice(0, most).map((code) => values.texts[code]) };
}

export function countOfBins(bins: Bins): number {
  return bins.kind === "number" ? binCount(bins.edges) : bins.texts.length + 2;
}

/** The bin of every row. */
export function applyBins(bins: Bins, values: SampleValues): Uint16Array {
  if (bins.kind === "number" && values.kind === "number") return binsOfNumbers(bins.edges, values.values);
  if (bins.kind === "text" && values.kind === "text") {
    const binOfText = new Map(bins.texts.map((text, index) => [text, index + 1]));
    const other = bins.texts.length + 1;
    const binOfCode = values.texts.map((text) => binOfText.get(text) ?? other);
    const binOfRow = new Uint16Array(values.codes.length);
    for (let row = 0; row < binOfRow.length; row++)
      if (values.codes[row] >= 0) binOfRow[row] = binOfCode[values.codes[row]];
    return binOfRow;
  }
  throw new TypeError("bins of numbers are for numbers, bins of texts for texts");
}

function binsOfNumbers(edges: BinEdges, values: Float64Array): Uint16Array {
  const binOfRow = new Uint16Array(values.length);
  for (let row = 0; row < values.length; row++) binOfRow[row] = binOf(edges, values[row]);
  return binOfRow;
}

/** Rows by bin and class: those that choose (0), those that judge (1), or all that have a class. */
export function tallyOf(
  binOfRow: Uint16Array,
  bins: number,
  sample: Sample,
  classes: number,
  half?: 0 | 1,
): Tally {
  const tally = emptyTally(bins, classes);
  for (let row = 0; row < sample.rows; row++) {
    const label = sample.labels[row];
    if (label < 0 || (half !== undefined && sample.judges[row] !== half)) continue;
    tally.counts[binOfRow[row] * classes + label]++;
  }
  return tally;
}

/** Rows by bin. */
export function countByBin(binOfRow: Uint16Array, bins: number): Float64Array {
  const counts = new Float64Array(bins);
  for (const bin of binOfRow) counts[bin]++;
  return counts;
}
