// Raw columns to numbers, for models that are not trees: scaling, missing values, one input for each category.
//
// An encoding is plain data, fitted in src/learner/encoding.ts on training rows and kept in the model file. Inputs come in
// the order of the columns' names, so that the order of a table's columns changes nothing. Numeric columns become
//
//   value     (t(x) - centre) / scale, clipped to [floor, ceiling]; t is the identity or sign(x) log(1 + |x|).
//             +∞ and -∞ are read as the largest and smallest finite value of training; missing becomes `fill`
//   missing   1 where the value is missing, else 0; only where training saw both
//
// and categorical ones
//
//   category  1 for one code, else 0
//   other     1 for every code without an input of its own, for codes out of range and for missing, else 0; only where
//             training saw such rows (elsewhere all inputs of such a row are 0)
//
// All operations have a counterpart in ONNX. A row's inputs depend on that row only. Knows no learner.

import { exactLog } from "../base/elementary.ts";
import type { ColumnSpecification } from "../feature/table.ts";
import type { Container, SectionArray } from "./container.ts";
import { requireSound, sectionsOf } from "./sections.ts";

/** What an input is, in `Encoding.kindOfInput`. */
export const INPUT = { value: 0, logarithm: 1, missing: 2, category: 3, other: 4 } as const;

/** Places in an input's part of `Encoding.numbers`; see the head of this file. */
export const NUMBER = { fill: 0, low: 1, high: 2, centre: 3, scale: 4, floor: 5, ceiling: 6 } as const;
/** Numbers of each input. */
export const INPUT_NUMBERS = 7;

export const ENCODING_LIMITS = { inputs: 65_536 } as const;

export interface Encoding {
  /** Index in the schema of the column that each input comes from. */
  columnOfInput: Int32Array;
  kindOfInput: Uint8Array;
  /** Code whose input it is, for categories; -1 for others. */
  codeOfInput: Int32Array;
  /** `INPUT_NUMBERS` for each input (zeros unless it is a value): fill, low, high, centre, scale, floor, ceiling. */
  numbers: Float64Array;
}

/** sign(x) log(1 + |x|): the same bits on every machine. */
export function signedLog(value: number): number {
  if (value === 0) return 0;
  return value > 0 ? exactLog(1 + value) : -exactLog(1 - value);
}

/** The encoded form of a value that is not missing; `at` is the first of the input's numbers. */
export function encodeValue(numbers: Float64Array, at: number, isLogarithm: boolean, value: number): number {
  let finite = value;
  if (value === Number.POSITIVE_INFINITY) finite = numbers[at + NUMBER.high];
  else if (value === Number.NEGATIVE_INFINITY) finite = numbers[at + NUMBER.low];
  const turned = isLogarithm ? signedLog(finite) : finite;
  const scaled = (turned - numbers[at + NUMBER.centre]) / numbers[at + NUMBER.scale];
  const floor = numbers[at + NUMBER.floor];
  const ceiling = numbers[at + NUMBER.ceiling];
  return scaled < floor ? floor : scaled > ceiling ? ceiling : scaled;
}

const NONE = -1;

/** Encodes rows as an encoding says. Holds no state between calls and takes no memory in them. */
export class RowEncoder {
  /** Inputs of a row. */
  readonly width: number;
  readonly #columnCount: number;
  readonly #numbers: Float64Array;
  /** Columns that have inputs, in the order of the inputs. */
  readonly #columns: Int32Array;
  /** Of each of them, the input of the value and that of missing, or NONE. */
  readonly #valueInput: Int32Array;
  readonly #missingInput: Int32Array;
  readonly #isLogarithm: Uint8Array;
  /** Of each of them, the input of each code (or NONE), then that of all others; nothing for numeric columns. */
  readonly #inputsOfCodes: Int32Array[];

  /** The encoding must fit the columns: fitted on them, or checked by `decodeEncoding`. */
  constructor(encoding: Encoding, columns: readonly ColumnSpecification[]) {
    const { columnOfInput, kindOfInput, codeOfInput, numbers } = encoding;
    this.width = columnOfInput.length;
    this.#columnCount = columns.length;
    this.#numbers = numbers;
    const used = [...new Set(columnOfInput)];
    const places = new Map(used.map((column, place) => [column, place]));
    this.#columns = Int32Array.from(used);
    this.#valueInput = new Int32Array(used.length).fill(NONE);
    this.#missingInput = new Int32Array(used.length).fill(NONE);
    this.#isLogarithm = new Uint8Array(used.length);
    this.#inputsOfCodes = used.map((column) => {
      const { kind, categories } = columns[column];
      return new Int32Array(kind === "categorical" ? categories.length + 1 : 0).fill(NONE);
    });
    const otherInput = new Int32Array(used.length).fill(NONE);
    for (let input = 0; input < this.width; input++) {
      const place = places.get(columnOfInput[input]) ?? 0;
      const kind = kindOfInput[input];
      if (kind === INPUT.missing) this.#missingInput[place] = input;
      else if (kind === INPUT.category) this.#inputsOfCodes[place][codeOfInput[input]] = input;
      else if (kind === INPUT.other) otherInput[place] = input;
      else this.#valueInput[place] = input;
      if (kind === INPUT.logarithm) this.#isLogarithm[place] = 1;
    }
    this.#inputsOfCodes.forEach((inputs, place) => {
      for (let code = 0; code < inputs.length; code++)
        if (inputs[code] === NONE) inputs[code] = otherInput[place];
    });
  }

  /**
   * Encodes rows held one after another.
   *
   * @param rows row-major values; `rows[at]` is the first value of the first row
   * @param count number of rows
   * @param out receives `count × width` numbers, row-major
   */
  encode(rows: Float64Array, at: number, count: number, out: Float64Array): void {
    out.fill(0, 0, count * this.width);
    for (let row = 0; row < count; row++) {
      const from = at + row * this.#columnCount;
      const to = row * this.width;
      for (let place = 0; place < this.#columns.length; place++) {
        this.#put(place, rows[from + this.#columns[place]], out, to);
      }
    }
  }

  /**
   * Encodes rows of a table held by columns: `count` rows from `start` on or, with a list, the rows that it names from
   * there on. `out` as in `encode`.
   */
  encodeColumns(
    values: readonly (Float64Array | Float32Array)[],
    start: number,
    count: number,
    out: Float64Array,
    rows?: Int32Array,
  ): void {
    out.fill(0, 0, count * this.width);
    for (let place = 0; place < this.#columns.length; place++) {
      const column = values[this.#columns[place]];
      for (let row = 0; row < count; row++) {
        const value = column[rows ? rows[start + row] : start + row];
        this.#put(place, value, out, row * this.width);
      }
    }
  }

  /**
   * Encodes one row, without its zeros: input after input in ascending order.
   *
   * @param inputs receives the inputs that are not 0; room for `width`
   * @param values receives their values
   * @returns how many there are
   */
  encodeSparse(rows: Float64Array, at: number, inputs: Int32Array, values: Float64Array): number {
    let count = 0;
    for (let place = 0; place < this.#columns.length; place++) {
      const value = rows[at + this.#columns[place]];
      const codes = this.#inputsOfCodes[place];
      if (codes.length > 0) {
        const input = codes[codeOf(value, codes.length - 1)];
        if (input === NONE) continue;
        inputs[count] = input;
        values[count++] = 1;
        continue;
      }
      const input = this.#valueInput[place];
      const missing = this.#missingInput[place];
      const isMissing = Number.isNaN(value);
      if (input !== NONE) {
        inputs[count] = input;
        values[count] = this.#valueOf(place, input, value);
        if (values[count] !== 0) count++;
      }
      if (isMissing && missing !== NONE) {
        inputs[count] = missing;
        values[count++] = 1;
      }
    }
    return count;
  }

  #put(place: number, value: number, out: Float64Array, to: number): void {
    const codes = this.#inputsOfCodes[place];
    if (codes.length > 0) {
      const input = codes[codeOf(value, codes.length - 1)];
      if (input !== NONE) out[to + input] = 1;
      return;
    }
    const input = this.#valueInput[place];
    const missing = this.#missingInput[place];
    if (input !== NONE) out[to + input] = this.#valueOf(place, input, value);
    if (missing !== NONE && Number.isNaN(value)) out[to + missing] = 1;
  }

  #valueOf(place: number, input: number, value: number): number {
    const at = input * INPUT_NUMBERS;
    if (Number.isNaN(value)) return this.#numbers[at + NUMBER.fill];
    return encodeValue(this.#numbers, at, this.#isLogarithm[place] === 1, value);
  }
}

/** The code that a value is, or `others` for every value that is none. */
function codeOf(value: number, others: number): number {
  return value >= 0 && value < others && value === Math.floor(value) ? value : others;
}

/** Name of each input, for people: "bytes", "bytes missing", "service = http", "service other". */
export function namesOfInputs(encoding: Encoding, columns: readonly ColumnSpecification[]): string[] {
  return Array.from(encoding.columnOfInput, (column, input) => {
    const { name, categories } = columns[column];
    const kind = encoding.kindOfInput[input];
    if (kind === INPUT.missing) return `${name} missing`;
    if (kind === INPUT.category) return `${name} = ${categories[encoding.codeOfInput[input]]}`;
    return kind === INPUT.other ? `${name} other` : name;
  });
}

/** Indices of the columns in the order of their names. */
export function columnsByName(columns: readonly ColumnSpecification[]): number[] {
  return [...columns.keys()].sort((a, b) => {
    if (columns[a].name === columns[b].name) return a - b;
    return columns[a].name < columns[b].name ? -1 : 1;
  });
}

/** Sections of the model file and what they hold. */
const SECTIONS = [
  ["ENCO", "columnOfInput", Int32Array],
  ["ENKI", "kindOfInput", Uint8Array],
  ["ENCC", "codeOfInput", Int32Array],
  ["ENNU", "numbers", Float64Array],
] as const;

/** An encoding as sections of a model file, to be put beside those of its model. */
export function encodingSections(encoding: Encoding): Map<string, SectionArray> {
  return new Map(SECTIONS.map(([name, field]) => [name, encoding[field]]));
}

/** The encoding in a container, fit to be used on rows of the columns. Throws `model-corrupt` where it is not. */
export function decodeEncoding(container: Container, columns: readonly ColumnSpecification[]): Encoding {
  const encoding = sectionsOf(container, SECTIONS) as unknown as Encoding;
  checkEncoding(encoding, columns);
  return encoding;
}

/** Throws `model-corrupt` unless every input is one that the columns can have, in order, with usable numbers. */
export function checkEncoding(encoding: Encoding, columns: readonly ColumnSpecification[]): void {
  const { columnOfInput, kindOfInput, codeOfInput, numbers } = encoding;
  const width = columnOfInput.length;
  requireSound(width >= 1 && width <= ENCODING_LIMITS.inputs, "number of inputs");
  requireSound(kindOfInput.length === width && codeOfInput.length === width, "length of the inputs' kinds");
  requireSound(numbers.length === width * INPUT_NUMBERS, "length of the inputs' numbers");
  requireSound(numbers.every(Number.isFinite), "number of an input");
  const rank = new Int32Array(columns.length);
  columnsByName(columns).forEach((column, place) => {
    rank[column] = place;
  });
  for (let input = 0; input < width; input++) {
    const column = columnOfInput[input];
    requireSound(column >= 0 && column < columns.length, "column of an input");
    checkInput(encoding, input, columns[column]);
    if (input === 0) continue;
    const before = columnOfInput[input - 1];
    const sameColumn = before === column;
    requireSound(
      sameColumn ? followsInColumn(encoding, input) : rank[before] < rank[column],
      "order of inputs",
    );
  }
}

function checkInput(encoding: Encoding, input: number, column: ColumnSpecification): void {
  const kind = encoding.kindOfInput[input];
  const code = encoding.codeOfInput[input];
  const ofCategories = kind === INPUT.category || kind === INPUT.other;
  requireSound(kind <= INPUT.other && ofCategories === (column.kind === "categorical"), "kind of an input");
  const inRange = kind === INPUT.category ? code >= 0 && code < column.categories.length : code === -1;
  requireSound(inRange, "code of an input");
  if (kind !== INPUT.value && kind !== INPUT.logarithm) return;
  const at = input * INPUT_NUMBERS;
  const [fill, low, high, , scale, floor, ceiling] = encoding.numbers.subarray(at, at + INPUT_NUMBERS);
  requireSound(scale > 0 && low <= high && floor <= ceiling, "scale of an input");
  requireSound(fill >= floor && fill <= ceiling, "fill of an input");
}

/** Whether an input may come after the one before it, of the same column. */
function followsInColumn({ kindOfInput, codeOfInput }: Encoding, input: number): boolean {
  const [before, kind] = [kindOfInput[input - 1], kindOfInput[input]];
  if (kind === INPUT.missing) return before === INPUT.value || before === INPUT.logarithm;
  if (before !== INPUT.category) return false;
  return kind === INPUT.other || (kind === INPUT.category && codeOfInput[input] > codeOfInput[input - 1]);
}
