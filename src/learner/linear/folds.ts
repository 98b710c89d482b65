// Deals rows into folds, class by class, so that decisions on rows that a fit has not seen can be had.

import { Random } from "../../base/random.ts";

/** Fold of each row: every class is shuffled by the seed and dealt out in turn, where the class before it ended. */
export function dealFolds(labels: Uint32Array, classes: number, folds: number, seed: number): Uint8Array {
  const rowsOfClass: number[][] = Array.from({ length: classes }, () => []);
  for (let row = 0; row < labels.length; row++) rowsOfClass[labels[row]].push(row);
  const foldOf = new Uint8Array(labels.length);
  const random = new Random(seed);
  let dealt = 0;
  for (const rows of rowsOfClass) {
    for (const row of random.shuffle(rows)) foldOf[row] = dealt++ % folds;
  }
  return foldOf;
}

/** How many of the rows that each row of a matrix stands for are in a fold. */
export function countFold(foldOf: Uint8Array, fold: number, rowOf: Int32Array, rows: number): Float64Array {
  const counts = new Float64Array(rows);
  for (let index = 0; index < foldOf.length; index++) if (foldOf[index] === fold) counts[rowOf[index]]++;
  return counts;
}
