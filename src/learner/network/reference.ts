// A usual row, which explanations of a row begin from: the medians and the commonest categories of the training rows.

import type { FeatureTable } from "../../feature/table.ts";

/** Rows that are looked at, at most: every so many-th. */
const REFERENCE_ROWS = 2_000;

/** Median of each numeric column's values, commonest code of each categorical one; NaN where all are missing. */
export function usualRow(table: FeatureTable, rows: Int32Array): Float64Array {
  const step = Math.ceil(rows.length / REFERENCE_ROWS);
  const looked = rows.filter((_, index) => index % step === 0);
  return Float64Array.from(table.schema.columns, (column, index) => {
    const values = Float64Array.from(looked, (row) => table.values[index][row]).filter(
      (value) => !Number.isNaN(value),
    );
    if (column.kind === "categorical") return commonest(values, column.categories.length);
    values.sort();
    return values.length === 0 ? Number.NaN : values[(values.length - 1) >> 1];
  });
}

/** The commonest code, the lowest of equally common ones; NaN where no value is a code. */
function commonest(values: Float64Array, categories: number): number {
  const counts = new Float64Array(categories);
  for (const value of values) if (value in counts) counts[value]++;
  let best = Number.NaN;
  counts.forEach((count, code) => {
    if (count > 0 && !(counts[best] >= count)) best = code;
  });
  return best;
}
