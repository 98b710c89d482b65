// Rows of clients as numbers, one after another in a block that grows: from objects, lists and fields of text.
//
// What it guarantees: a row is complete or refused by name of field, what was found and what was expected; fields that were not
// used, and categories that the schema does not know, are gathered to be told. Knows no model and no HTTP.

import { type FieldProblem, OrbweaverError } from "../../base/errors.ts";
import { FIELD, type Fields, shown } from "./fields.ts";

/** Most names that are told. */
const NAMES_MAX = 20;
const FIRST_ROWS = 16;

export class RowBlock {
  readonly fields: Fields;
  readonly columnCount: number;
  /** Row-major; room for more than `count` rows. */
  values: Float64Array;
  count = 0;
  /** Whether fields may be absent; they are missing then. */
  readonly allowMissing: boolean;
  /** Fields that mean nothing to the model, and to nobody known. */
  readonly unknownFields = new Set<string>();
  /** Columns in which a category stood that the schema does not know. */
  readonly unknownCategories = new Set<string>();
  /** Number of the row, from 0, before the first of this block; for messages. */
  rowsBefore = 0;
  /** The row in which each column was set last, from 1. */
  readonly #setIn: Int32Array;
  #stamp = 0;

  constructor(fields: Fields, allowMissing = false) {
    this.fields = fields;
    this.columnCount = fields.columns.length;
    this.values = new Float64Array(FIRST_ROWS * this.columnCount);
    this.allowMissing = allowMissing;
    this.#setIn = new Int32Array(this.columnCount);
  }

  /** Forgets the rows, keeps the room. */
  clear(): void {
    this.rowsBefore += this.count;
    this.count = 0;
  }

  /** Room for one row more; gives the place of its first value. */
  reserve(): number {
    const start = this.count * this.columnCount;
    if (start + this.columnCount > this.values.length) {
      const larger = new Float64Array(Math.max(this.values.length * 2, this.columnCount));
      larger.set(this.values);
      this.values = larger;
    }
    return start;
  }

  /** Adds a row of any form: an object by names, or a list in the order of the columns. Throws `feature-missing`, `feature-invalid`. */
  add(row: unknown): void {
    if (Array.isArray(row)) this.addList(row);
    else if (typeof row === "object" && row !== null) this.addObject(row as Record<string, unknown>);
    else
      throw this.#refused("feature-invalid", {
        field: "row",
        found: shown(row),
        expected: "an object of fields, or a list of values",
      });
  }

  addObject(row: Record<string, unknown>): void {
    this.#begin();
    for (const name of Object.keys(row)) this.set(this.columnOf(name), row[name], name);
    this.#end();
  }

  /** Values in the order of the schema. */
  addList(row: readonly unknown[]): void {
    if (row.length !== this.columnCount)
      throw this.#refused("feature-invalid", {
        field: "row",
        found: `${row.length} values`,
        expected: `${this.columnCount}, in the order of the schema`,
      });
    this.#begin();
    for (let column = 0; column < row.length; column++)
      this.set(column, row[column], this.fields.columns[column].name);
    this.#end();
  }

  /** Texts of a record, whose columns were found before by `columnOf`; those that mean none are passed over. */
  addTexts(texts: readonly string[], columns: readonly number[]): void {
    if (texts.length !== columns.length)
      throw this.#refused("feature-invalid", {
        field: "row",
        found: `${texts.length} fields`,
        expected: `${columns.length}, as the header has`,
      });
    this.addValues(texts, columns);
  }

  /** Values, each of its column. */
  addValues(values: readonly unknown[], columns: readonly number[]): void {
    this.#begin();
    for (let at = 0; at < columns.length; at++)
      if (columns[at] >= 0) this.set(columns[at], values[at], this.fields.columns[columns[at]].name);
    this.#end();
  }

  /** Index of the column that a name means, negative for one that means none. Throws `feature-invalid`. */
  columnOf(name: string): number {
    const column = this.fields.indexOf(name);
    if (column === FIELD.unknown && this.unknownFields.size < NAMES_MAX)
      this.unknownFields.add(shown(name).slice(1, -1));
    if (column === FIELD.ambiguous)
      throw this.#refused("feature-invalid", {
        field: shown(name).slice(1, -1),
        found: "a name that could mean several columns",
        expected: "the name as the schema spells it",
      });
    return column;
  }

  set(column: number, value: unknown, name: string): void {
    if (column < 0) return;
    if (this.#setIn[column] === this.#stamp)
      throw this.#refused("feature-invalid", {
        field: this.fields.columns[column].name,
        found: `a second value, as ${shown(name)}`,
        expected: "one",
      });
    this.#setIn[column] = this.#stamp;
    const number = this.fields.valueOf(column, value);
    if (typeof number !== "number") throw this.#refused("feature-invalid", number);
    this.values[this.count * this.columnCount + column] = number;
    if (
      Number.isNaN(number) &&
      typeof value === "string" &&
      value !== "" &&
      this.fields.isCategorical(column)
    )
      this.unknownCategories.add(this.fields.columns[column].name);
  }

  #begin(): void {
    this.reserve();
    this.#stamp++;
  }

  #end(): void {
    const absent: number[] = [];
    for (let column = 0; column < this.columnCount; column++)
      if (this.#setIn[column] !== this.#stamp) absent.push(column);
    if (absent.length > 0) {
      if (!this.allowMissing) throw this.#absent(absent);
      for (const column of absent) this.values[this.count * this.columnCount + column] = Number.NaN;
    }
    this.count++;
  }

  #absent(columns: readonly number[]): OrbweaverError {
    const names = columns.map((column) => this.fields.columns[column].name);
    const listed = names.slice(0, NAMES_MAX).join(", ");
    const more = names.length > NAMES_MAX ? ` and ${names.length - NAMES_MAX} more` : "";
    return new OrbweaverError(
      "feature-missing",
      `${this.#where()}missing feature${names.length === 1 ? "" : "s"}: ${listed}${more}`,
      {
        fields: columns.map((column) => {
          const { name, kind, unit } = this.fields.columns[column];
          const what = kind === "categorical" ? "the name of a category" : `a number${unit && ` (${unit})`}`;
          return { field: name, found: "nothing", expected: what };
        }),
      },
    );
  }

  #refused(code: "feature-invalid", problem: FieldProblem): OrbweaverError {
    const { field, found, expected } = problem;
    return new OrbweaverError(code, `${this.#where()}${field}: found ${found}, expected ${expected}`, {
      fields: [problem],
    });
  }

  #where(): string {
    const row = this.rowsBefore + this.count;
    return row === 0 ? "" : `row ${row + 1}: `;
  }
}
