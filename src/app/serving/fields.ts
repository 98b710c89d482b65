// The fields of a model's rows by the names that clients use, and what a value of each means as a number.
//
// A name is that of the column, as the schema's public source spells it or in any spelling with other case, blanks, dots or
// underscores; where the public data set goes by several naming habits, all of them. A spelling that could mean two columns is
// refused, never guessed. Other fields are known by their names to be no features (addresses, clocks, labels: public rows
// carry them) or are unknown, which the answer tells. Knows no model and no HTTP.

import type { FieldProblem } from "../../base/errors.ts";
import { nameMeaning } from "../../dataset/column-names.ts";
import { SCHEMAS } from "../../feature/schemas/_index.ts";
import type { ColumnSpecification, TableSchema } from "../../feature/table.ts";

/** What a name means that is no column. */
export const FIELD = { ignored: -1, unknown: -2, ambiguous: -3 } as const;

/** Names that are remembered; clients who send ever new ones cost no memory. */
const REMEMBERED_MAX = 4096;
/** Most characters of a text of the client that a message repeats. */
const SHOWN_MAX = 60;

export class Fields {
  readonly columns: readonly ColumnSpecification[];
  readonly #byName: ReadonlyMap<string, number>;
  readonly #byKey: ReadonlyMap<string, number>;
  readonly #remembered = new Map<string, number>();
  /** Codes of categories by name; undefined for numeric columns. */
  readonly #codes: (ReadonlyMap<string, number> | undefined)[];

  constructor(schema: Pick<TableSchema, "id" | "columns">) {
    this.columns = schema.columns;
    this.#byName = new Map(schema.columns.map(({ name }, index) => [name, index]));
    this.#byKey = keysOf(schema);
    this.#codes = schema.columns.map(({ kind, categories }) =>
      kind === "categorical" ? new Map(categories.map((name, code) => [name, code])) : undefined,
    );
  }

  /** Index of the column that a name means, or one of `FIELD`. */
  indexOf(name: string): number {
    const exact = this.#byName.get(name) ?? this.#remembered.get(name);
    if (exact !== undefined) return exact;
    const found = this.#byKey.get(keyOf(name)) ?? (nameMeaning(name) ? FIELD.ignored : FIELD.unknown);
    if (this.#remembered.size < REMEMBERED_MAX) this.#remembered.set(name, found);
    return found;
  }

  isCategorical(column: number): boolean {
    return this.#codes[column] !== undefined;
  }

  /** Code of a category; undefined for one that the schema does not know. */
  codeOf(column: number, text: string): number | undefined {
    const codes = this.#codes[column];
    return codes?.get(text) ?? codes?.get(text.trim());
  }

  /**
   * A value as a number, NaN for missing. Numbers may come as text, infinities only so; categories come by name, and one
   * that the schema does not know is missing, as in row files.
   */
  valueOf(column: number, value: unknown): number | FieldProblem {
    if (value === null || value === undefined) return Number.NaN;
    if (Array.isArray(value) && value.length === 1) return this.valueOf(column, value[0]);
    if (typeof value === "string") return this.#textValue(column, value);
    if (typeof value === "boolean" && !this.isCategorical(column)) return value ? 1 : 0;
    if (typeof value !== "number") return this.#problem(column, value);
    return this.isCategorical(column) ? (this.codeOf(column, String(value)) ?? Number.NaN) : value;
  }

  /** What is told of a value that is none. */
  #problem(column: number, value: unknown): FieldProblem {
    const { name } = this.columns[column];
    return {
      field: name,
      found: shown(value),
      expected: this.isCategorical(column) ? "the name of a category" : "a number",
    };
  }

  #textValue(column: number, text: string): number | FieldProblem {
    if (this.isCategorical(column)) return this.codeOf(column, text) ?? Number.NaN;
    const trimmed = text.trim();
    if (trimmed === "") return Number.NaN;
    const number = Number(trimmed);
    if (!Number.isNaN(number) && !/^[+-]?0[box]/i.test(trimmed)) return number;
    return WORDS.get(trimmed.toLowerCase()) ?? this.#problem(column, text);
  }
}

/** Spellings of what numbers cannot say in digits. */
const WORDS = new Map<string, number>([
  ["nan", Number.NaN],
  ["null", Number.NaN],
  ["na", Number.NaN],
  ["n/a", Number.NaN],
  ["inf", Number.POSITIVE_INFINITY],
  ["+inf", Number.POSITIVE_INFINITY],
  ["infinity", Number.POSITIVE_INFINITY],
  ["+infinity", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
  ["-infinity", Number.NEGATIVE_INFINITY],
]);

/** A name with nothing but its letters and digits, in lower case. */
function keyOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

/** Columns by the keys of their names, then of the names that the public data set has for them. */
function keysOf({ id, columns }: Pick<TableSchema, "id" | "columns">): Map<string, number> {
  const keys = new Map<string, number>();
  const own = columns.map(({ name }, index): [string, number] => [name, index]);
  addKeys(keys, own);
  const published = new Map<string, number>();
  const fields = SCHEMAS.find((schema) => schema.id === id)?.published?.fields ?? [];
  const spelled = fields.flatMap(({ source, names }) =>
    typeof source === "number" ? Object.values(names).map((name): [string, number] => [name, source]) : [],
  );
  addKeys(published, spelled);
  for (const [key, column] of published) if (!keys.has(key)) keys.set(key, column);
  return keys;
}

function addKeys(keys: Map<string, number>, names: readonly [string, number][]): void {
  for (const [name, column] of names) {
    const key = keyOf(name);
    const before = keys.get(key);
    keys.set(key, before === undefined || before === column ? column : FIELD.ambiguous);
  }
}

/** A value of a client as a message may repeat it: short, on one line. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}
