// A few raw rows of training that a model keeps, for explanations and importance. Knows no model.

import { OrbweaverError } from "../base/errors.ts";
import { Random } from "../base/random.ts";
import type { Container, SectionArray } from "./container.ts";

export interface RowSample {
  /** One row: of each numeric column the median, of each categorical one the most frequent code. */
  reference: Float64Array;
  /** Rows of training one after another, of all classes alike. */
  rows: Float64Array;
}

/** Rows of a sample at most. */
export const SAMPLE_ROWS = 128;

/** Probabilities of `count` rows held one after another, as `Model.score`. */
type Score = (rows: Float64Array, count: number, out: Float64Array) => void;

export function sampleSections({ reference, rows }: RowSample): Map<string, SectionArray> {
  return new Map([
    ["REFR", reference],
    ["SAMP", rows],
  ]);
}

/** Throws `model-corrupt` unless the container holds a sample of rows of so many columns. Values may be any. */
export function decodeSample(container: Container, columns: number): RowSample {
  const reference = container.sections.get("REFR");
  const rows = container.sections.get("SAMP");
  const fits =
    reference instanceof Float64Array &&
    rows instanceof Float64Array &&
    reference.length === columns &&
    rows.length > 0 &&
    rows.length % columns === 0 &&
    rows.length <= columns * SAMPLE_ROWS;
  if (fits) return { reference, rows };
  throw new OrbweaverError("model-corrupt", "the model file is damaged: sample of rows");
}

/**
 * Share of each column in what the probabilities of the sample's rows move, on average, when the column's values change places
 * among them (permutation importance, Breiman 2001, of the scores themselves: it asks for no labels). Sums to 1, or is all 0.
 */
export function sampledImportance(
  score: Score,
  { rows }: RowSample,
  columns: number,
  classes: number,
): Float64Array {
  const count = rows.length / columns;
  const before = new Float64Array(count * classes);
  score(rows, count, before);
  const order = new Random(1).shuffle(Int32Array.from({ length: count }, (_, row) => row));
  const changed = rows.slice();
  const after = new Float64Array(count * classes);
  const moves = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < count; row++) {
      const next = order[(row + 1) % count];
      changed[order[row] * columns + column] = rows[next * columns + column];
    }
    score(changed, count, after);
    for (let at = 0; at < after.length; at++) moves[column] += Math.abs(after[at] - before[at]);
    for (let row = 0; row < count; row++) changed[row * columns + column] = rows[row * columns + column];
  }
  const total = moves.reduce((sum, move) => sum + move, 0);
  return total > 0 ? moves.map((move) => move / total) : moves;
}
