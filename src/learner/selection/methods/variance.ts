// The method "variance": columns that hardly vary, and constant ones, go.
//
// A column that is there or not varies, even when it is constant where it is there.

import { keepAbove } from "../choose.ts";
import { codesOf, numbersOf } from "../columns.ts";
import type { SelectionInput, SelectionMethod } from "../contract.ts";

export const variance: SelectionMethod = {
  id: "variance",
  description: "Drops columns whose variance, with values scaled to 0..1, is not above a threshold",
  score: "variance of the values scaled to 0..1, from 0 to 0.5",
  needsClasses: false,
  parameters: [
    {
      name: "threshold",
      type: "number",
      default: 0,
      minimum: 0,
      maximum: 0.5,
      description: "Variance that a column must exceed; 0 drops constant columns only",
    },
  ],
  async select(input, { threshold }) {
    const scores = Float64Array.from(input.columns, (column) => scaledVariance(input, column));
    return keepAbove(input, scores, threshold as number);
  },
};

/**
 * Numeric: variance of the finite values with the smallest as 0 and the largest as 1, or of whether there is one, whichever
 * is larger. Categorical: half the Gini impurity, missing being a category; for two categories that is the variance of
 * zeros and ones.
 */
function scaledVariance({ table, rows }: SelectionInput, column: number): number {
  const { kind, categories } = table.schema.columns[column];
  const count = rows.length;
  if (kind === "categorical") {
    const { codes, count: seen } = codesOf(table.values[column], rows, categories.length);
    const counts = new Float64Array(seen + 1);
    for (const code of codes) counts[code + 1]++;
    const squares = counts.reduce((sum, rowsOfCode) => sum + rowsOfCode * rowsOfCode, 0);
    return (count * count - squares) / (2 * count * count);
  }
  const { squares, present, range } = numbersOf(table.values[column], rows);
  const presence = (present * (count - present)) / (count * count);
  if (range === 0) return presence;
  return Math.max(squares / present / (range * range), presence);
}
