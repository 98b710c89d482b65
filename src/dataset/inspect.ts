// Says what a file of rows holds: its format and schema, every column with its range, and how many rows each class has.
//
// One pass over the file, in bounded memory: distinct values are counted up to a bound and reported as "more" above it.

import { IDENTITY_COLUMNS } from "../feature/row.ts";
import type { Schema } from "../feature/schema.ts";
import type { TableSchema } from "../feature/table.ts";
import type { BlockColumn } from "./orbrows.ts";
import { IDENTITY_NAMES } from "./row-layout.ts";
import { openRowSource } from "./row-reader.ts";
import type { ColumnProfile, RowFileFormat, RowSource, Selection } from "./row-source.ts";
import { stoppable } from "./stop.ts";

/** Distinct values are counted up to this many. */
export const DISTINCT_MAX = 1000;
const CLASS_COLUMN = /^\s*(label|class)\s*$/i;

export interface ColumnSummary {
  name: string;
  role: "identity" | "feature" | "class" | "extra" | "unused";
  type: "number" | "text" | "time" | "other";
  missing: number;
  /** Distinct values; DISTINCT_MAX + 1 means more than DISTINCT_MAX. */
  distinct: number;
  /** Of columns of numbers that have any; the mean leaves infinities out. */
  minimum?: number;
  maximum?: number;
  mean?: number;
}

export interface RowsSummary {
  path: string;
  format: RowFileFormat;
  bytes: number;
  rows: number;
  /** The schema that travels in the file or whose columns it has. */
  schema?: { id: string; fingerprint: string };
  columns: ColumnSummary[];
  /** Rows by class, most first, when there is a class column. */
  classes?: { column: string; counts: { name: string; rows: number }[] };
  dropped: { reason: string; rows: number }[];
  warnings: string[];
}

export interface InspectOptions {
  knownSchemas?: readonly Schema[];
  /** The class column; default: the one called "label" or "class". */
  label?: string;
  /** Ends reading with `cancelled`. */
  signal?: AbortSignal;
}

/** Throws what reading the file throws. */
export async function inspectRows(path: string, options: InspectOptions = {}): Promise<RowsSummary> {
  return stoppable(options.signal, async () => {
    const source = await openRowSource(path, options.signal);
    try {
      return await summarise(source, options);
    } finally {
      source.close();
    }
  });
}

async function summarise(source: RowSource, options: InspectOptions): Promise<RowsSummary> {
  const schema = source.schema ?? options.knownSchemas?.find((known) => hasAll(source, known));
  const features = schema && new Set(schema.columns.map((column) => column.name));
  const label = source.columns.findIndex(({ name }) =>
    options.label === undefined ? !features?.has(name) && CLASS_COLUMN.test(name) : name === options.label,
  );
  const usable = source.columns.flatMap((column, index) => (column.kind === "other" ? [] : [index]));
  const texts = usable.filter((index) => source.columns[index].kind === "text");
  const profiles = await source.profile(texts, DISTINCT_MAX, []);
  const named = textColumns(schema);
  const counters = usable.map((index) => {
    const { name, kind } = source.columns[index];
    const words = kind === "text" && (named.has(name) || isWords(profiles[texts.indexOf(index)]));
    const isText = words || index === label;
    return isText ? new TextCounter(index === label) : new NumberCounter();
  });
  const selection = usable.map((column, at): Selection => ({ column, as: counters[at].as }));
  let rows = 0;
  const report = await source.scan(selection, (count, columns) => {
    rows += count;
    for (const [at, counter] of counters.entries()) counter.add(columns[at], count);
    return true;
  });
  const columns = source.columns.map(({ name, kind }, index): ColumnSummary => {
    const counter = counters[usable.indexOf(index)];
    const role = index === label ? "class" : roleOf(name, features);
    if (counter === undefined) return { name, role: "unused", type: kind, missing: 0, distinct: 0 };
    return { name, role, type: kind === "time" ? "time" : counter.type, ...counter.summary() };
  });
  const classes = counters[usable.indexOf(label)];
  return {
    path: source.path,
    format: source.format,
    bytes: source.bytes,
    rows,
    ...(schema === undefined ? {} : { schema: { id: schema.id, fingerprint: schema.fingerprint } }),
    columns,
    ...(classes instanceof TextCounter
      ? { classes: { column: source.columns[label].name, counts: classes.counts() } }
      : {}),
    dropped: [...report.dropped].map(([reason, dropped]) => ({ reason, rows: dropped })),
    warnings: [...source.warnings],
  };
}

function hasAll(source: RowSource, schema: Schema): boolean {
  const names = new Set(source.columns.map((column) => column.name));
  return schema.columns.every((column) => names.has(column.name));
}

/** Columns of row files that hold text even where every text happens to spell a number. */
function textColumns(schema: TableSchema | undefined): Set<string> {
  if (schema === undefined) return new Set();
  const categories = schema.columns.filter((column) => column.kind === "categorical");
  const identity = IDENTITY_COLUMNS.filter((column) => column.kind === "text");
  return new Set([...categories, ...identity].map((column) => column.name));
}

function isWords(profile: ColumnProfile): boolean {
  return profile.present !== profile.numeric;
}

function roleOf(name: string, features: ReadonlySet<string> | undefined): ColumnSummary["role"] {
  if (features === undefined || features.has(name)) return "feature";
  return IDENTITY_NAMES.includes(name) ? "identity" : "extra";
}

type CounterSummary = Pick<ColumnSummary, "missing" | "distinct" | "minimum" | "maximum" | "mean">;

class NumberCounter {
  readonly as = "number";
  readonly type = "number";
  readonly #seen = new Set<number>();
  #missing = 0;
  #finite = 0;
  #sum = 0;
  #minimum = Infinity;
  #maximum = -Infinity;

  add(column: BlockColumn, rows: number): void {
    for (let row = 0; row < rows; row++) this.#value(column[row] as number);
  }

  summary(): CounterSummary {
    const counted = { missing: this.#missing, distinct: this.#seen.size };
    if (this.#minimum > this.#maximum) return counted;
    const range = { ...counted, minimum: this.#minimum, maximum: this.#maximum };
    return this.#finite === 0 ? range : { ...range, mean: this.#sum / this.#finite };
  }

  #value(value: number): void {
    if (Number.isNaN(value)) {
      this.#missing++;
      return;
    }
    if (value < this.#minimum) this.#minimum = value;
    if (value > this.#maximum) this.#maximum = value;
    if (this.#seen.size <= DISTINCT_MAX) this.#seen.add(value);
    if (!Number.isFinite(value)) return;
    this.#finite++;
    this.#sum += value;
  }
}

/** A class column keeps its counts above the bound, for as many classes as reading allows. */
const CLASSES_COUNTED_MAX = 100_000;

class TextCounter {
  readonly as = "text";
  readonly type = "text";
  readonly #counts = new Map<string, number>();
  readonly #bound: number;
  #missing = 0;

  constructor(isClass: boolean) {
    this.#bound = isClass ? CLASSES_COUNTED_MAX : DISTINCT_MAX;
  }

  add(column: BlockColumn, rows: number): void {
    for (let row = 0; row < rows; row++) {
      const text = column[row] as string | null;
      if (text === null || text === "") this.#missing++;
      else if (this.#counts.size <= this.#bound || this.#counts.has(text)) {
        this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
      }
    }
  }

  summary(): CounterSummary {
    return { missing: this.#missing, distinct: Math.min(this.#counts.size, DISTINCT_MAX + 1) };
  }

  counts(): { name: string; rows: number }[] {
    const counts = [...this.#counts].map(([name, rows]) => ({ name, rows }));
    return counts.sort((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1));
  }
}
