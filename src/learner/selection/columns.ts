// Columns made ready for sums: numbers scaled and centred, codes checked. Knows no method.
//
// A value that is no finite number, and a code that is no category, counts as missing.

import type { LabelledTable } from "../../feature/table.ts";

/** Numbers of one column in the rows asked for. */
export interface Numbers {
  /** Divided by the largest size and less their mean; NaN where missing. */
  values: Float64Array;
  /** Rows with a value. */
  present: number;
  /** Largest less smallest value, on the same scale; 0 for a constant column. */
  range: number;
  /** Of the values: what rounding left of their sum, and the sum of their squares. */
  sum: number;
  squares: number;
}

/** Reads a numeric column. Scaling by the largest size keeps squares of huge and tiny values in range. */
export function numbersOf(column: Float64Array | Float32Array, rows: Int32Array): Numbers {
  const values = new Float64Array(rows.length);
  let size = 0;
  for (let index = 0; index < rows.length; index++) {
    const value = column[rows[index]];
    values[index] = value;
    const magnitude = Math.abs(value);
    if (magnitude > size && magnitude !== Number.POSITIVE_INFINITY) size = magnitude;
  }
  const scale = size > 0 ? size : 1;
  let present = 0;
  let sum = 0;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] / scale;
    // Infinite and missing values differ from themselves by NaN.
    if (value - value !== 0) {
      values[index] = Number.NaN;
      continue;
    }
    values[index] = value;
    present++;
    sum += value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const range = present > 0 ? high - low : 0;
  return { values, present, range, ...centre(values, range > 0 ? sum / present : low) };
}

function centre(values: Float64Array, mean: number): { sum: number; squares: number } {
  let [sum, squares] = [0, 0];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] - mean;
    values[index] = value;
    if (Number.isNaN(value)) continue;
    sum += value;
    squares += value * value;
  }
  return { sum, squares };
}

/** Codes of one categorical column in the rows asked for, counted anew from 0; -1 where missing. */
export interface Codes {
  codes: Int32Array;
  /** How many categories occur. */
  count: number;
  present: number;
}

/** Reads a categorical column; categories that do not occur have no code. */
export function codesOf(column: Float64Array | Float32Array, rows: Int32Array, categoryCount: number): Codes {
  const codes = new Int32Array(rows.length);
  const renamed = new Int32Array(categoryCount).fill(-1);
  let present = 0;
  for (let index = 0; index < rows.length; index++) {
    const value = column[rows[index]];
    const valid = value >= 0 && value < categoryCount && value === Math.floor(value);
    codes[index] = valid ? value : -1;
    if (!valid) continue;
    renamed[value] = 0;
    present++;
  }
  let count = 0;
  for (let code = 0; code < categoryCount; code++) if (renamed[code] === 0) renamed[code] = count++;
  for (let index = 0; index < codes.length; index++)
    if (codes[index] >= 0) codes[index] = renamed[codes[index]];
  return { codes, count, present };
}

/** Labels of the rows asked for, counted anew from 0 among the classes that occur. */
export function labelCodes(table: LabelledTable, rows: Int32Array): Codes {
  const counts = new Int32Array(table.classes.length);
  for (const row of rows) counts[table.labels[row]]++;
  let count = 0;
  const renamed = counts.map((rowsOfClass) => (rowsOfClass > 0 ? count++ : -1));
  const codes = new Int32Array(rows.length);
  for (let index = 0; index < rows.length; index++) codes[index] = renamed[table.labels[rows[index]]];
  return { codes, count, present: rows.length };
}
