// Explanations of models that are not additive: what switching a column from a reference row to the row changes, averaged
// over seeded orders of the columns (Shapley values by sampling; Štrumbelj and Kononenko 2014).
//
// Guarantees: bias and contributions sum to the value of the row up to rounding, whatever the number of orders; the same
// model, row and reference give the same contributions, whatever the order of the columns. Knows no model.

import { Random } from "../base/random.ts";
import type { ColumnSpecification } from "../feature/table.ts";
import type { Contribution } from "./contract.ts";

/** Orders that an explanation averages over: half of them drawn, half their reverses. */
export const EXPLANATION_ORDERS = 32;

/** Values to explain, one a row, of `count` rows held one after another. They must be finite. */
export type ExplainedValue = (rows: Float64Array, count: number, out: Float64Array) => void;

export interface PermutationOptions {
  /** Columns of the rows, in their order: names decide the order in which they are drawn. */
  columns: readonly ColumnSpecification[];
  /** Even number of orders; EXPLANATION_ORDERS unless given. */
  orders?: number;
  seed?: number;
}

export interface PermutationResult {
  /** Value of the reference. */
  bias: number;
  /** One amount a column. */
  amounts: Float64Array;
}

/**
 * Contributions of the columns of a row: their sum and `bias`, the value of the reference, is the value of the row.
 *
 * Every drawn order is used backwards too, which cancels much of the chance in it (antithetic sampling; Mitchell et al.
 * 2022). A column that does not differ from the reference contributes 0 and costs nothing. Asks for the values of
 * at most `orders` × (columns + 1) rows, one order a call.
 */
export function permutationContributions(
  value: ExplainedValue,
  row: Float64Array,
  reference: Float64Array,
  { columns, orders = EXPLANATION_ORDERS, seed = 1 }: PermutationOptions,
): PermutationResult {
  const order = [...columns.keys()]
    .filter((column) => !Object.is(row[column] + 0, reference[column] + 0))
    .sort((a, b) => (columns[a].name < columns[b].name ? -1 : 1));
  const amounts = new Float64Array(columns.length);
  const rows = new Float64Array((order.length + 1) * columns.length);
  const values = new Float64Array(order.length + 1);
  rows.set(reference.subarray(0, columns.length));
  value(rows, 1, values);
  const bias = values[0];
  const random = new Random(seed);
  for (let pair = 0; pair < orders / 2 && order.length > 0; pair++) {
    random.shuffle(order);
    for (let way = 0; way < 2; way++) {
      order.reverse();
      switchColumns(rows, row, order, columns.length);
      value(rows, order.length + 1, values);
      order.forEach((column, step) => {
        amounts[column] += (values[step + 1] - values[step]) / orders;
      });
    }
  }
  return { bias, amounts };
}

/** Row s + 1 is row s with one more column taken from `row`; row 0 is the reference already. */
function switchColumns(rows: Float64Array, row: Float64Array, order: readonly number[], width: number): void {
  order.forEach((column, step) => {
    const next = (step + 1) * width;
    rows.copyWithin(next, step * width, next);
    rows[next + column] = row[column];
  });
}

/** Contributions other than 0, largest first, at most `limit`. */
export function rankedContributions(amounts: Float64Array, limit: number): Contribution[] {
  return Array.from(amounts, (amount, column) => ({ column, amount }))
    .filter(({ amount }) => amount !== 0)
    .sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount) || a.column - b.column)
    .slice(0, limit);
}
