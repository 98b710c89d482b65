// Rows in JSON read straight from bytes, without an object for each: the way of bodies that are as they should be.
//
// It takes flat rows, lists of rows, and lists under "rows" or "instances", whose values are numbers, null and names of
// categories. Whatever else it meets - escapes, nesting, other types, absent, unknown or repeated fields, broken JSON - it gives
// up and says so; the body is then parsed whole and told about. What it does take means the same as there, bit for bit.

import { FIELD, type Fields } from "./fields.ts";
import type { RowBlock } from "./rows.ts";

export type JsonShape = "row" | "list" | "rows" | "instances";

/** Fields of a row whose order is learned. */
const LEARNED_MAX = 1024;
/** Digits that are read exactly by counting up. */
const DIGITS_MAX = 15;
const POWERS = Float64Array.from({ length: DIGITS_MAX + 1 }, (_, power) => 10 ** power);

const QUOTE = 34;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const COMMA = 44;
const OPEN_LIST = 91;
const ESCAPE = 92;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;

/** Gives up. */
const UNUSUAL = -1;

export class JsonRowReader {
  readonly #fields: Fields;
  readonly #columnCount: number;
  /** Names as they came last, with their quotes, and the columns that they mean. */
  readonly #names: Buffer[] = [];
  readonly #columns: number[] = [];
  readonly #setIn: Float64Array;
  #stamp = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #number = 0;

  constructor(fields: Fields) {
    this.#fields = fields;
    this.#columnCount = fields.columns.length;
    this.#setIn = new Float64Array(this.#columnCount);
  }

  /** Adds the rows of a body to a block. Undefined, with nothing added, where the body is not of the usual form. */
  read(bytes: Buffer, block: RowBlock): JsonShape | undefined {
    const before = block.count;
    this.#bytes = bytes;
    const start = this.#blank(0);
    const shape = this.#shapeAt(start);
    const end = this.#document(shape, start, block);
    if (end >= 0 && this.#blank(end) === bytes.length) return shape;
    block.count = before;
    return undefined;
  }

  #shapeAt(start: number): JsonShape {
    if (this.#bytes[start] === OPEN_LIST) return "list";
    const name = this.#blank(start + 1);
    if (this.#isAt(ROWS, name)) return "rows";
    return this.#isAt(INSTANCES, name) ? "instances" : "row";
  }

  #document(shape: JsonShape, start: number, block: RowBlock): number {
    if (shape === "list") return this.#list(start, block);
    if (shape === "row") return this.#row(start, block);
    if (this.#bytes[start] !== OPEN) return UNUSUAL;
    const name = shape === "rows" ? ROWS : INSTANCES;
    const colon = this.#blank(this.#blank(start + 1) + name.length);
    if (this.#bytes[colon] !== COLON) return UNUSUAL;
    const end = this.#list(this.#blank(colon + 1), block);
    if (end < 0) return UNUSUAL;
    const close = this.#blank(end);
    return this.#bytes[close] === CLOSE ? close + 1 : UNUSUAL;
  }

  #list(start: number, block: RowBlock): number {
    if (this.#bytes[start] !== OPEN_LIST) return UNUSUAL;
    let at = this.#blank(start + 1);
    for (;;) {
      at = this.#bytes[at] === OPEN ? this.#row(at, block) : this.#values(at, block);
      if (at < 0) return UNUSUAL;
      at = this.#blank(at);
      const mark = this.#bytes[at];
      if (mark === CLOSE_LIST) return at + 1;
      if (mark !== COMMA) return UNUSUAL;
      at = this.#blank(at + 1);
    }
  }

  /** An object: the place behind it. */
  #row(start: number, block: RowBlock): number {
    const bytes = this.#bytes;
    if (bytes[start] !== OPEN) return UNUSUAL;
    const base = block.reserve();
    const values = block.values;
    const stamp = ++this.#stamp;
    let at = this.#blank(start + 1);
    let found = 0;
    for (let place = 0; ; place++) {
      const end = this.#name(at, place);
      if (end < 0) return UNUSUAL;
      const column = this.#columns[place];
      at = this.#blank(end);
      if (bytes[at] !== COLON) return UNUSUAL;
      at = this.#value(this.#blank(at + 1), column);
      if (at < 0) return UNUSUAL;
      if (column >= 0) {
        if (this.#setIn[column] === stamp) return UNUSUAL;
        this.#setIn[column] = stamp;
        values[base + column] = this.#number;
        found++;
      }
      at = this.#blank(at);
      const mark = bytes[at];
      if (mark === CLOSE) break;
      if (mark !== COMMA) return UNUSUAL;
      at = this.#blank(at + 1);
    }
    if (found !== this.#columnCount) return UNUSUAL;
    block.count++;
    return at + 1;
  }

  /** A list of values in the order of the columns: the place behind it. */
  #values(start: number, block: RowBlock): number {
    const bytes = this.#bytes;
    if (bytes[start] !== OPEN_LIST) return UNUSUAL;
    const base = block.reserve();
    const values = block.values;
    let at = this.#blank(start + 1);
    for (let column = 0; column < this.#columnCount; column++) {
      at = this.#value(at, column);
      if (at < 0) return UNUSUAL;
      values[base + column] = this.#number;
      at = this.#blank(at);
      if (bytes[at] !== (column === this.#columnCount - 1 ? CLOSE_LIST : COMMA)) return UNUSUAL;
      at = this.#blank(at + 1);
    }
    block.count++;
    // Behind the last value `at` has passed the bracket and blanks.
    return at;
  }

  /** The name of a field: the place behind it. `#columns[place]` is its column then. Rows mostly repeat the first one's order. */
  #name(at: number, place: number): number {
    const learned = this.#names[place];
    if (learned !== undefined && this.#isAt(learned, at)) return at + learned.length;
    if (this.#bytes[at] !== QUOTE || place >= LEARNED_MAX) return UNUSUAL;
    const end = this.#textEnd(at);
    if (end < 0) return UNUSUAL;
    const column = this.#fields.indexOf(this.#bytes.toString("utf8", at + 1, end - 1));
    if (column < FIELD.ignored) return UNUSUAL;
    this.#names[place] = Buffer.from(this.#bytes.subarray(at, end));
    this.#columns[place] = column;
    return end;
  }

  /** A value into `#number`: the place behind it. */
  #value(at: number, column: number): number {
    const first = this.#bytes[at];
    if (first === QUOTE) return this.#text(at, column);
    if (first === 110) {
      this.#number = Number.NaN;
      return this.#isAt(NULL, at) ? at + NULL.length : UNUSUAL;
    }
    const end = this.#digits(at);
    if (end < 0 || column < 0 || !this.#fields.isCategorical(column)) return end;
    const code = this.#fields.codeOf(column, String(this.#number));
    if (code === undefined) return UNUSUAL;
    this.#number = code;
    return end;
  }

  /** The name of a category; a text for a numeric column is unusual. */
  #text(at: number, column: number): number {
    const end = this.#textEnd(at);
    if (end < 0 || column < 0) return end;
    if (!this.#fields.isCategorical(column)) return UNUSUAL;
    const code = this.#fields.codeOf(column, this.#bytes.toString("utf8", at + 1, end - 1));
    if (code === undefined) return UNUSUAL;
    this.#number = code;
    return end;
  }

  /** The place behind the closing quote of a text without escapes and of plain characters. */
  #textEnd(at: number): number {
    const bytes = this.#bytes;
    for (let end = at + 1; end < bytes.length; end++) {
      const byte = bytes[end];
      if (byte === QUOTE) return end + 1;
      if (byte === ESCAPE || byte < 32 || byte > 126) return UNUSUAL;
    }
    return UNUSUAL;
  }

  /** A number as JSON writes it, into `#number`: the place behind it. */
  #digits(start: number): number {
    const bytes = this.#bytes;
    const negative = bytes[start] === MINUS;
    let at = negative ? start + 1 : start;
    const first = at;
    let whole = 0;
    let byte = bytes[at];
    while (byte >= ZERO && byte <= NINE) {
      whole = whole * 10 + (byte - ZERO);
      byte = bytes[++at];
    }
    const digits = at - first;
    if (digits === 0 || (digits > 1 && bytes[first] === ZERO)) return UNUSUAL;
    let decimals = 0;
    if (byte === DOT) {
      const point = at;
      byte = bytes[++at];
      while (byte >= ZERO && byte <= NINE) {
        whole = whole * 10 + (byte - ZERO);
        byte = bytes[++at];
      }
      decimals = at - point - 1;
      if (decimals === 0) return UNUSUAL;
    }
    // 69 and 101 begin an exponent.
    if (byte === 69 || byte === 101 || digits + decimals > DIGITS_MAX) return this.#long(start, at, byte);
    // Both are exact, so that their quotient is the nearest number to what is written.
    const size = decimals === 0 ? whole : whole / POWERS[decimals];
    this.#number = negative ? -size : size;
    return at;
  }

  /** A number of many digits or with an exponent. */
  #long(start: number, mantissaEnd: number, mark: number): number {
    const bytes = this.#bytes;
    let at = mantissaEnd;
    if (mark === 69 || mark === 101) {
      at++;
      if (bytes[at] === 43 || bytes[at] === MINUS) at++;
      const first = at;
      while (bytes[at] >= ZERO && bytes[at] <= NINE) at++;
      if (at === first) return UNUSUAL;
    }
    this.#number = Number(bytes.toString("latin1", start, at));
    return at;
  }

  #blank(start: number): number {
    const bytes = this.#bytes;
    let at = start;
    // Blank, tabulator, line feed and carriage return, as JSON has them.
    while (bytes[at] === 32 || bytes[at] === 10 || bytes[at] === 13 || bytes[at] === 9) at++;
    return at;
  }

  #isAt(wanted: Buffer, at: number): boolean {
    const bytes = this.#bytes;
    if (at + wanted.length > bytes.length) return false;
    for (let index = 0; index < wanted.length; index++) if (bytes[at + index] !== wanted[index]) return false;
    return true;
  }
}

const ROWS = Buffer.from('"rows"');
const INSTANCES = Buffer.from('"instances"');
const NULL = Buffer.from("null");
