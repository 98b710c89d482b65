// Points: encoded rows in a compact form, for models that measure distances.
//
// An encoding (src/model/encoder.ts) makes an input of every category, of which one is 1. A point keeps the values and marks of
// missing values as numbers, and of each categorical column the place of the input that is 1 as a code, 0 where none is:
// distances are the same, at a fraction of the memory and time. Numbers are 32-bit floats, bounded to ±1e15 so that no sum
// of squares overflows.
//
// Guarantees: a point depends on its row only; numbers and codes come in the order of the columns' names, or in an order
// that is given. Knows no learner and no model.

import { OrbweaverError } from "../base/errors.ts";
import type { ColumnSpecification } from "../feature/table.ts";
import type { Container, SectionArray } from "./container.ts";
import { type Encoding, encodeValue, INPUT, INPUT_NUMBERS, NUMBER } from "./encoder.ts";

/** Rows of a block of points, side by side; as the kernels have it. */
export const BLOCK_POINTS = 16;
/** Largest size of a point's number. */
const NUMBER_BOUND = 1e15;
const CODES_MAXIMUM = 65_535;

export interface PointShape {
  /** Numbers of a point. */
  numbers: number;
  /** Codes of a point. */
  codes: number;
}

/** Points one after another. */
export interface Points extends PointShape {
  count: number;
  /** `count × numbers`. */
  values: Float32Array;
  /** `count × codes`; 0 where no input of the column is 1. */
  categories: Uint16Array;
}

/** What a number is made of. */
interface NumberSource {
  column: number;
  input: number;
  kind: number;
}

/** What a code is made of: of each of the column's categories, then of all others, the code. */
interface CodeSource {
  column: number;
  codes: Uint16Array;
}

/** Makes points of rows. Takes no memory for a row. */
export class PointEncoder implements PointShape {
  readonly numbers: number;
  readonly codes: number;
  /** Input of each number. */
  readonly inputOfNumber: Int32Array;
  /** First input of the column of each code: code c is input first + c - 1. */
  readonly firstInputOfCode: Int32Array;
  /** Largest code of each. */
  readonly largestCode: Uint16Array;
  readonly #scales: Float64Array;
  readonly #numberSources: NumberSource[];
  readonly #codeSources: CodeSource[];

  /** @param order of the numbers among themselves; that of the inputs unless given */
  constructor(encoding: Encoding, columns: readonly ColumnSpecification[], order?: Int32Array) {
    const { columnOfInput, kindOfInput } = encoding;
    const inputs = [...columnOfInput.keys()];
    const isCode = (input: number) =>
      kindOfInput[input] === INPUT.category || kindOfInput[input] === INPUT.other;
    const numeric = inputs.filter((input) => !isCode(input));
    const ordered = order ? Array.from(order, (place) => numeric[place]) : numeric;
    this.inputOfNumber = Int32Array.from(ordered);
    this.firstInputOfCode = Int32Array.from(
      inputs.filter((input) => isCode(input) && columnOfInput[input - 1] !== columnOfInput[input]),
    );
    this.numbers = this.inputOfNumber.length;
    this.codes = this.firstInputOfCode.length;
    this.#scales = encoding.numbers;
    this.#numberSources = ordered.map((input) => ({
      column: columnOfInput[input],
      input,
      kind: kindOfInput[input],
    }));
    this.#codeSources = Array.from(this.firstInputOfCode, (first) => codeSource(encoding, columns, first));
    this.largestCode = Uint16Array.from(this.#codeSources, ({ codes }) => Math.max(...codes));
  }

  /** Writes the points of the listed rows of a table held by columns, from the first place on. */
  encodeColumns(
    columns: readonly (Float64Array | Float32Array)[],
    rows: Int32Array,
    values: Float32Array,
    categories: Uint16Array,
  ): void {
    for (let number = 0; number < this.numbers; number++) {
      const { column, input, kind } = this.#numberSources[number];
      const source = columns[column];
      for (let index = 0, at = number; index < rows.length; index++, at += this.numbers)
        values[at] = this.#number(input, kind, source[rows[index]]);
    }
    for (let code = 0; code < this.codes; code++) {
      const { column, codes } = this.#codeSources[code];
      const source = columns[column];
      for (let index = 0, at = code; index < rows.length; index++, at += this.codes)
        categories[at] = codeOf(codes, source[rows[index]]);
    }
  }

  /** Writes the query of a row as the kernels read it: numbers, codes (NaN for none), how many codes there are. */
  writeQuery(rows: Float64Array, at: number, out: Float32Array, to: number): void {
    const sources = this.#numberSources;
    for (let number = 0; number < sources.length; number++) {
      const { column, input, kind } = sources[number];
      out[to + number] = this.#number(input, kind, rows[at + column]);
    }
    const first = to + this.numbers;
    let known = 0;
    for (let code = 0; code < this.codes; code++) {
      const { column, codes } = this.#codeSources[code];
      const found = codeOf(codes, rows[at + column]);
      out[first + code] = found === 0 ? Number.NaN : found;
      if (found !== 0) known++;
    }
    out[first + this.codes] = known;
  }

  /** Numbers of a query. */
  get queryLength(): number {
    return this.numbers + this.codes + 1;
  }

  #number(input: number, kind: number, value: number): number {
    const missing = Number.isNaN(value);
    if (kind === INPUT.missing) return missing ? 1 : 0;
    const at = input * INPUT_NUMBERS;
    const encoded = missing
      ? this.#scales[at + NUMBER.fill]
      : encodeValue(this.#scales, at, kind === INPUT.logarithm, value);
    // Adding 0 makes -0 equal to 0 in every bit.
    return (encoded > NUMBER_BOUND ? NUMBER_BOUND : encoded < -NUMBER_BOUND ? -NUMBER_BOUND : encoded) + 0;
  }
}

function codeSource(encoding: Encoding, columns: readonly ColumnSpecification[], first: number): CodeSource {
  const { columnOfInput, kindOfInput, codeOfInput } = encoding;
  const column = columnOfInput[first];
  const codes = new Uint16Array(columns[column].categories.length + 1);
  let other = 0;
  for (let input = first; columnOfInput[input] === column; input++) {
    const code = input - first + 1;
    if (code > CODES_MAXIMUM) damaged("categories of a column");
    if (kindOfInput[input] === INPUT.other) other = code;
    else codes[codeOfInput[input]] = code;
  }
  for (let code = 0; code < codes.length; code++) if (codes[code] === 0) codes[code] = other;
  return { column, codes };
}

function codeOf(codes: Uint16Array, value: number): number {
  const others = codes.length - 1;
  return codes[value >= 0 && value < others && value === Math.floor(value) ? value : others];
}

/** Bytes of so many points in blocks of the kernels. */
export function blocksBytes(count: number, { numbers, codes }: PointShape): number {
  return Math.ceil(count / BLOCK_POINTS) * blockLength(numbers, codes) * 4;
}

function blockLength(numbers: number, codes: number): number {
  return (numbers + codes + (codes > 0 ? 1 : 0)) * BLOCK_POINTS;
}

/**
 * Writes the listed points in blocks, as the kernels read them; places behind the last hold zeros.
 *
 * @param out all of the memory, as 32-bit numbers; `at` is the first of the first block
 */
export function writeBlocks(points: Points, rows: ArrayLike<number>, out: Float32Array, at: number): void {
  const { numbers, codes, values, categories } = points;
  const length = blockLength(numbers, codes);
  out.fill(0, at, at + Math.ceil(rows.length / BLOCK_POINTS) * length);
  for (let index = 0; index < rows.length; index++) {
    const lane = index % BLOCK_POINTS;
    let to = at + ((index - lane) / BLOCK_POINTS) * length + lane;
    const from = rows[index] * numbers;
    for (let number = 0; number < numbers; number++, to += BLOCK_POINTS) out[to] = values[from + number];
    const codesFrom = rows[index] * codes;
    let known = 0;
    for (let code = 0; code < codes; code++, to += BLOCK_POINTS) {
      const found = categories[codesFrom + code];
      out[to] = found === 0 ? Number.NaN : found;
      if (found !== 0) known++;
    }
    if (codes > 0) out[to] = known;
  }
}

/** The points as rows of all inputs of the encoding: `count × width`, row-major. For export; large. */
export function denseRows(points: Points, encoder: PointEncoder, width: number): Float64Array {
  const dense = new Float64Array(points.count * width);
  for (let row = 0; row < points.count; row++) {
    encoder.inputOfNumber.forEach((input, number) => {
      dense[row * width + input] = points.values[row * points.numbers + number];
    });
    encoder.firstInputOfCode.forEach((first, code) => {
      const found = points.categories[row * points.codes + code];
      if (found > 0) dense[row * width + first + found - 1] = 1;
    });
  }
  return dense;
}

/** Sections of the model file that hold points. */
export function pointSections(points: Points): Map<string, SectionArray> {
  return new Map<string, SectionArray>([
    ["PNUM", points.values],
    ["PCOD", points.categories],
  ]);
}

/**
 * The points in a container: as many as `count`. Throws `model-corrupt` unless all numbers are finite and within bounds,
 * and all codes those of inputs.
 */
export function decodePoints(container: Container, count: number, encoder: PointEncoder): Points {
  const values = container.sections.get("PNUM");
  const categories = container.sections.get("PCOD");
  const { numbers, codes } = encoder;
  const fits =
    values instanceof Float32Array &&
    categories instanceof Uint16Array &&
    values.length === count * numbers &&
    categories.length === count * codes;
  if (!fits) damaged("sections of points");
  // Not below: what is no number is refused too.
  for (let index = 0; index < values.length; index++)
    if (!(Math.abs(values[index]) <= NUMBER_BOUND * 1.001)) damaged("number of a point");
  for (let code = 0; code < codes; code++) {
    const largest = encoder.largestCode[code];
    for (let at = code; at < categories.length; at += codes)
      if (categories[at] > largest) damaged("code of a point");
  }
  return { count, numbers, codes, values, categories };
}

function damaged(what: string): never {
  throw new OrbweaverError("model-corrupt", `the model file is damaged: ${what}`);
}
