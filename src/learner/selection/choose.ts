// From scores to verdicts: the best so many, or those above a bound; ties go by the order of names.

import type { ColumnVerdict, SelectionInput } from "./contract.ts";

type Columns = Pick<SelectionInput, "columns">;

/** Verdicts best first; `scores` are those of the input's columns, in its order. */
function ranked(
  columns: Int32Array,
  scores: Float64Array,
  keeps: (rank: number, place: number) => boolean,
): ColumnVerdict[] {
  const order = [...columns.keys()].sort((a, b) => descending(scores[a], scores[b]) || a - b);
  return order.map((place, rank) => ({
    column: columns[place],
    score: scores[place],
    kept: keeps(rank, place),
  }));
}

/** For sorting: the higher score first. Infinities are equal to themselves, which a difference would not tell. */
export function descending(a: number, b: number): number {
  return a === b ? 0 : a > b ? -1 : 1;
}

/** The best `count`. */
export function keepBest({ columns }: Columns, scores: Float64Array, count: number): ColumnVerdict[] {
  return ranked(columns, scores, (rank) => rank < count);
}

/** Those above a bound: one for all, or each its own. */
export function keepAbove(
  { columns }: Columns,
  scores: Float64Array,
  bound: number | Float64Array,
): ColumnVerdict[] {
  const bounds = typeof bound === "number" ? scores.map(() => bound) : bound;
  return ranked(columns, scores, (_, place) => scores[place] > bounds[place]);
}
