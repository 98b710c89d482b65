// Fits the encoding of a table's columns (src/model/encoder.ts) on its training rows.
//
// Guarantees: the same rows in the same order give the same bits on every machine, whatever the order of the columns. What
// tells no two training rows apart has no input.

import { OrbweaverError } from "../base/errors.ts";
import type { LabelledTable } from "../feature/table.ts";
import {
  columnsByName,
  ENCODING_LIMITS,
  type Encoding,
  INPUT,
  INPUT_NUMBERS,
  NUMBER,
  RowEncoder,
  signedLog,
} from "../model/encoder.ts";
import { requireFeatures } from "./check.ts";
import type { ParameterSpecification } from "./contract.ts";

export const SCALINGS = ["standard", "minmax", "robust", "log", "none"] as const;
export type Scaling = (typeof SCALINGS)[number];

/** The parameters of a learner that encodes its columns. */
export const ENCODING_PARAMETERS: readonly ParameterSpecification[] = encodingParameters("standard");

/** As ENCODING_PARAMETERS, with another default. */
export function encodingParameters(scaling: Scaling): readonly ParameterSpecification[] {
  return [
    {
      name: "scaling",
      type: "choice",
      default: scaling,
      choices: SCALINGS,
      description:
        "Numeric columns: mean 0 and deviation 1, range 0 to 1, median and quartiles, logarithm and then as standard, or as they are",
    },
  ];
}

/**
 * Values are clipped this many standard deviations from the mean, or where training's farthest values lie: what training
 * saw is never clipped.
 */
export const CLIP_DEVIATIONS = 1_000;
/** Fewest training rows of a category with an input of its own; rarer ones share "other" with missing ones. */
export const MINIMUM_CATEGORY_ROWS = 2;
/** Most categories of a column with inputs of their own: the most frequent ones. */
export const MAXIMUM_CATEGORIES = 255;

/**
 * Fits an encoding on the given rows of a table.
 *
 * @param rows training rows, ascending; sums are taken in their order
 *
 * Throws `training-data` when nothing tells two of the rows apart, or when there would be too many inputs.
 */
export function fitEncoding(
  table: LabelledTable,
  rows: Int32Array,
  { scaling }: { scaling: Scaling },
): Encoding {
  const inputs: Input[] = [];
  for (const column of columnsByName(table.schema.columns)) {
    const { kind, categories } = table.schema.columns[column];
    const values = table.values[column];
    const found =
      kind === "categorical"
        ? categoryInputs(values, rows, categories.length)
        : numericInputs(values, rows, scaling);
    for (const input of found) inputs.push({ ...input, column });
  }
  requireFeatures(inputs.length);
  if (inputs.length > ENCODING_LIMITS.inputs) {
    throw new OrbweaverError(
      "training-data",
      `the table's columns need ${inputs.length} inputs, at most ${ENCODING_LIMITS.inputs} are allowed`,
    );
  }
  const numbers = new Float64Array(inputs.length * INPUT_NUMBERS);
  inputs.forEach((input, index) => {
    if (input.numbers) numbers.set(input.numbers, index * INPUT_NUMBERS);
  });
  return {
    columnOfInput: Int32Array.from(inputs, (input) => input.column),
    kindOfInput: Uint8Array.from(inputs, (input) => input.kind),
    codeOfInput: Int32Array.from(inputs, (input) => input.code ?? -1),
    numbers,
  };
}

/** All given rows of a table, encoded: `rows.length × width` numbers, row-major. For tables that fit in memory so. */
export function encodeRows(table: LabelledTable, rows: Int32Array, encoding: Encoding): Float64Array {
  const encoder = new RowEncoder(encoding, table.schema.columns);
  const out = new Float64Array(rows.length * encoder.width);
  encoder.encodeColumns(table.values, 0, rows.length, out, rows);
  return out;
}

interface Input {
  column: number;
  kind: number;
  code?: number;
  numbers?: Float64Array;
}

type Values = Float64Array | Float32Array;

/** Inputs of the categories of a column, by code, then one of all others; none when they would all be the same. */
function categoryInputs(values: Values, rows: Int32Array, categories: number): Omit<Input, "column">[] {
  const counts = new Float64Array(categories);
  let others = rows.length;
  for (const row of rows) {
    const value = values[row];
    if (!(value >= 0 && value < categories && value === Math.floor(value))) continue;
    counts[value]++;
  }
  const frequent = [...counts.keys()]
    .filter((code) => counts[code] >= MINIMUM_CATEGORY_ROWS)
    .sort((a, b) => counts[b] - counts[a] || a - b)
    .slice(0, MAXIMUM_CATEGORIES);
  for (const code of frequent) others -= counts[code];
  const inputs: Omit<Input, "column">[] = frequent
    .sort((a, b) => a - b)
    .map((code) => ({ kind: INPUT.category, code }));
  if (others > 0) inputs.push({ kind: INPUT.other });
  return inputs.length > 1 ? inputs : [];
}

function numericInputs(values: Values, rows: Int32Array, scaling: Scaling): Omit<Input, "column">[] {
  const inputs: Omit<Input, "column">[] = [];
  const { low, high, missing } = rangeOf(values, rows);
  if (low < high) {
    const isLogarithm = scaling === "log";
    const numbers = scalingOf(values, rows, low, high, scaling);
    inputs.push({ kind: isLogarithm ? INPUT.logarithm : INPUT.value, numbers });
  }
  if (missing > 0 && missing < rows.length) inputs.push({ kind: INPUT.missing });
  return inputs;
}

/** Least and greatest finite value (low > high where there is none), and the number of missing ones. */
function rangeOf(values: Values, rows: Int32Array): { low: number; high: number; missing: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let missing = 0;
  for (const row of rows) {
    const value = values[row];
    if (value - value !== 0) {
      if (Number.isNaN(value)) missing++;
      continue;
    }
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high, missing };
}

/** The numbers of a value's input. */
function scalingOf(
  values: Values,
  rows: Int32Array,
  low: number,
  high: number,
  scaling: Scaling,
): Float64Array {
  const isLogarithm = scaling === "log";
  const turned = turnedValues(values, rows, low, high, isLogarithm);
  const [first, last] = isLogarithm ? [signedLog(low), signedLog(high)] : [low, high];
  const { mean, deviation } = momentsOf(turned, Math.max(-first, last));
  const numbers = new Float64Array(INPUT_NUMBERS);
  numbers[NUMBER.low] = low;
  numbers[NUMBER.high] = high;
  const [centre, scale] = centreAndScale(turned, { mean, deviation, low: first, high: last }, scaling);
  numbers[NUMBER.centre] = centre;
  numbers[NUMBER.scale] = Math.min(scale, Number.MAX_VALUE);
  const place = (value: number) => bounded((value - numbers[NUMBER.centre]) / numbers[NUMBER.scale]);
  numbers[NUMBER.floor] = Math.min(place(first), place(mean - CLIP_DEVIATIONS * deviation));
  numbers[NUMBER.ceiling] = Math.max(place(last), place(mean + CLIP_DEVIATIONS * deviation));
  const typical = scaling === "robust" ? centre : mean;
  numbers[NUMBER.fill] = Math.min(numbers[NUMBER.ceiling], Math.max(numbers[NUMBER.floor], place(typical)));
  return numbers;
}

/** Values that are not missing, infinite ones as the range's ends, as they enter the scaling. */
function turnedValues(
  values: Values,
  rows: Int32Array,
  low: number,
  high: number,
  isLogarithm: boolean,
): Float64Array {
  const turned = new Float64Array(rows.length);
  let count = 0;
  let [last, result] = [0, 0];
  for (const row of rows) {
    const value = values[row];
    if (Number.isNaN(value)) continue;
    const finite = value < low ? low : value > high ? high : value;
    // Values repeat themselves, and logarithms are costly.
    if (finite !== last) {
      last = finite;
      result = isLogarithm ? signedLog(finite) : finite;
    }
    turned[count++] = result;
  }
  return turned.subarray(0, count);
}

/** Mean and standard deviation (of the population), summed in order; no sum overflows. */
function momentsOf(values: Float64Array, largest: number): { mean: number; deviation: number } {
  const unit = largest > 1e100 ? largest : 1;
  let sum = 0;
  for (const value of values) sum += value / unit;
  const mean = sum / values.length;
  let squares = 0;
  let rest = 0;
  for (const value of values) {
    const distance = value / unit - mean;
    squares += distance * distance;
    rest += distance;
  }
  // The rest corrects the rounding of the mean (Chan, Golub and LeVeque 1983).
  const variance = (squares - (rest * rest) / values.length) / values.length;
  return { mean: mean * unit, deviation: Math.sqrt(Math.max(0, variance)) * unit };
}

interface Moments {
  mean: number;
  deviation: number;
  low: number;
  high: number;
}

function centreAndScale(
  values: Float64Array,
  { mean, deviation, low, high }: Moments,
  scaling: Scaling,
): [centre: number, scale: number] {
  const spread = deviation > 0 ? deviation : high - low;
  switch (scaling) {
    case "none":
      return [0, 1];
    case "minmax":
      return [low, high - low];
    case "standard":
    case "log":
      return [mean, spread];
    case "robust": {
      const sorted = Float64Array.from(values).sort();
      const quartiles = quantile(sorted, 0.75) - quantile(sorted, 0.25);
      return [quantile(sorted, 0.5), quartiles > 0 ? quartiles : spread];
    }
  }
}

/** Between the two nearest values, linearly (as NumPy does). */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(sorted.length - 1, below + 1);
  const part = place - below;
  return sorted[below] * (1 - part) + sorted[above] * part;
}

function bounded(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}
