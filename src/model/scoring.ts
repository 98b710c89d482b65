// What kinds of models share when they are asked: whether there is room for the answer, and the form of explanations.

import { OrbweaverError } from "../base/errors.ts";
import type { FeatureTable } from "../feature/table.ts";
import type { Contribution, ModelManifest } from "./contract.ts";

/** Throws `schema-mismatch` unless there are values for so many rows, and room for their probabilities. */
export function requireRoom(
  valueCount: number,
  count: number,
  columns: number,
  classes: number,
  out: Float64Array,
): void {
  if (valueCount >= count * columns && out.length >= count * classes) return;
  throw new OrbweaverError(
    "schema-mismatch",
    `${count} rows need ${columns} values and ${classes} probabilities each, ` +
      `found ${valueCount} and room for ${out.length}`,
  );
}

/** Throws `usage` unless the model has the class. */
export function requireClass({ classes }: ModelManifest, classIndex: number): void {
  if (classIndex in classes) return;
  throw new OrbweaverError("usage", `class ${classIndex} does not exist; the model has ${classes.length}`);
}

/** Amounts of the columns that are not 0, the largest first, at most `limit`. */
export function largestFirst(amounts: Float64Array, limit: number): Contribution[] {
  const contributions: Contribution[] = [];
  for (let column = 0; column < amounts.length; column++) {
    if (amounts[column] !== 0) contributions.push({ column, amount: amounts[column] });
  }
  contributions.sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount) || a.column - b.column);
  return contributions.slice(0, limit);
}

/** Amounts as shares of their sum, or zeros where there is none. */
export function sharesOf(amounts: Float64Array): Float64Array {
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  return total > 0 ? amounts.map((amount) => amount / total) : amounts;
}

/**
 * Brings a table's rows together, so many at a time: `take` gets them one after another in a block that is used again, their
 * number, and which row of the table is the first.
 */
export function eachBlock(
  { schema, values, rowCount }: FeatureTable,
  blockRows: number,
  take: (block: Float64Array, size: number, start: number) => void,
): void {
  const columns = schema.columns.length;
  const block = new Float64Array(blockRows * columns);
  for (let start = 0; start < rowCount; start += blockRows) {
    const size = Math.min(blockRows, rowCount - start);
    for (let column = 0; column < columns; column++) {
      const numbers = values[column];
      for (let row = 0; row < size; row++) block[row * columns + column] = numbers[start + row];
    }
    take(block, size, start);
  }
}
