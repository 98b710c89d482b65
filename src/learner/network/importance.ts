// How much each column moves what a model says: by shuffling its values among a sample of rows.

import { Random } from "../../base/random.ts";
import type { FeatureTable } from "../../feature/table.ts";
import { columnsByName } from "../../model/encoder.ts";

/** Rows of the sample. */
export const IMPORTANCE_ROWS = 250;

/** What a model says of rows held one after another: the same bits on every machine. */
export type Said = (rows: Float64Array, count: number) => Float64Array;

/**
 * Share of each column in how far the model's statements move, in the mean over a seeded sample of rows, when the
 * column's values are shuffled among them (Breiman 2001, without labels). Sums to 1, or all 0 where nothing moves.
 */
export function shuffledImportance(
  table: FeatureTable,
  rows: Int32Array,
  said: Said,
  seed: number,
): Float64Array {
  const random = new Random(seed);
  const sample = sampled(rows, random);
  const { columns } = table.schema;
  const width = columns.length;
  const values = new Float64Array(sample.length * width);
  for (let column = 0; column < width; column++) {
    for (let row = 0; row < sample.length; row++)
      values[row * width + column] = table.values[column][sample[row]];
  }
  const before = said(values, sample.length).slice();
  const moved = new Float64Array(width);
  for (const column of columnsByName(columns)) {
    const own = Float64Array.from(sample, (_, row) => values[row * width + column]);
    const shuffled = random.shuffle(own.slice());
    shuffled.forEach((value, row) => {
      values[row * width + column] = value;
    });
    said(values, sample.length).forEach((value, index) => {
      moved[column] += Math.abs(value - before[index]);
    });
    own.forEach((value, row) => {
      values[row * width + column] = value;
    });
  }
  const total = columnsByName(columns).reduce((sum, column) => sum + moved[column], 0);
  return total > 0 && total < Number.POSITIVE_INFINITY
    ? moved.map((amount) => amount / total)
    : moved.fill(0);
}

function sampled(rows: Int32Array, random: Random): Int32Array {
  if (rows.length <= IMPORTANCE_ROWS) return rows;
  const chosen = new Set<number>();
  while (chosen.size < IMPORTANCE_ROWS) chosen.add(random.integer(0, rows.length - 1));
  return Int32Array.from(chosen, (index) => rows[index]).sort();
}
