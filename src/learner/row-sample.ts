// Draws the raw rows that a model keeps for explanations and importance (src/model/row-sample.ts).

import { Random } from "../base/random.ts";
import type { LabelledTable } from "../feature/table.ts";
import { type RowSample, SAMPLE_ROWS } from "../model/row-sample.ts";

/** Rows that the reference is taken from at most: every so many-th. */
const REFERENCE_ROWS = 4_096;

/** A sample of the listed rows: classes take turns, so that rare ones are there too. */
export function drawRowSample(table: LabelledTable, rows: Int32Array, seed: number): RowSample {
  const drawn = drawTurns(table.labels, rows, table.classes.length, seed);
  const columns = table.values.length;
  const sample = new Float64Array(drawn.length * columns);
  drawn.forEach((row, index) => {
    for (let column = 0; column < columns; column++)
      sample[index * columns + column] = table.values[column][row];
  });
  const step = Math.ceil(rows.length / REFERENCE_ROWS);
  const typical = rows.filter((_, index) => index % step === 0);
  const reference = Float64Array.from(table.values, (values, column) => {
    const found = Float64Array.from(typical, (row) => values[row]).filter((value) => !Number.isNaN(value));
    found.sort();
    if (found.length === 0) return Number.NaN;
    return table.schema.columns[column].kind === "categorical"
      ? mostFrequent(found)
      : found[(found.length - 1) >> 1];
  });
  return { reference, rows: sample };
}

function drawTurns(labels: Int32Array, rows: Int32Array, classes: number, seed: number): number[] {
  const random = new Random(seed);
  const rowsOf: number[][] = Array.from({ length: classes }, () => []);
  for (const row of rows) rowsOf[labels[row]].push(row);
  for (const some of rowsOf) random.shuffle(some);
  const drawn: number[] = [];
  const limit = Math.min(SAMPLE_ROWS, rows.length);
  for (let turn = 0; drawn.length < limit; turn++)
    for (const some of rowsOf) if (turn < some.length && drawn.length < limit) drawn.push(some[turn]);
  return drawn;
}

/** The value that occurs most in sorted ones; the lowest of several. */
function mostFrequent(sorted: Float64Array): number {
  let best = sorted[0];
  let most = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    if (end - start > most) {
      most = end - start;
      best = sorted[start];
    }
    start = end;
  }
  return best;
}
