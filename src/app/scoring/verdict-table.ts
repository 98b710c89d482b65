// The table of verdicts of a model: written part by part, so that memory is that of a part however many rows there are, and
// what is written stays when the work is interrupted. In the end it is one Parquet file.
//
//   row            number of the row, from 1
//   …              who the flow was, for captures; columns of the input that are to be kept
//   class_index    of the class given, in the order of the model's classes
//   class          its name
//   confidence     its probability
//   attack         1 or 0
//   attack_probability   summed over the classes of attacks
//   unknown        1 where the model says that the row is like nothing in training; missing where it cannot tell
//   probability_CLASS    of every class
//   reasons        the columns that moved the verdict most, as text; where asked for

import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { openDuck } from "../../dataset/duck.ts";
import type { BlockColumn } from "../../dataset/orbrows.ts";
import { named, PARQUET_CHUNK_ROWS, type ParquetColumn, writeParquet } from "../../dataset/parquet.ts";
import type { DatasetColumn } from "../../dataset/store/contract.ts";
import { copyTable, fromTables } from "../../dataset/store/table-parquet.ts";
import type { Model } from "../../model/contract.ts";
import { Judge } from "../../verdict/verdict.ts";

/** Rows of a part; a multiple of what DuckDB takes at once. */
export const PART_ROWS = 122_880;
const MERGE_MEMORY = "512MB";

/** A column that is written beside the verdict. */
export interface BesideColumn {
  name: string;
  kind: "number" | "text";
  role: "identity" | "extra";
  unit?: string;
  description: string;
}

export interface VerdictTableOptions {
  model: Model;
  threshold?: number;
  /** Reasons given with each row; none for 0. */
  reasons: number;
  beside: readonly BesideColumn[];
  /** Folder of the parts. */
  folder: string;
  /** Parts that are there already. */
  parts: number;
}

/** What was counted over all parts. */
export interface VerdictCounts {
  rows: number;
  attacks: number;
  unknown: number;
  byClass: Record<string, number>;
}

interface Part {
  rows: number;
  columns: BlockColumn[];
}

export class VerdictTable {
  readonly counts: VerdictCounts;
  readonly #options: VerdictTableOptions;
  readonly #judge: Judge;
  readonly #columns: readonly DatasetColumn[];
  readonly #stored: readonly ParquetColumn[];
  readonly #unknown = new Uint8Array(PARQUET_CHUNK_ROWS);
  readonly #part: Part;
  #parts: number;

  constructor(options: VerdictTableOptions, counts?: VerdictCounts) {
    this.#options = options;
    this.#parts = options.parts;
    const { classes } = options.model.manifest;
    this.#judge = new Judge({ ...options, batchRows: PARQUET_CHUNK_ROWS });
    this.#columns = columnsOf(options);
    this.#stored = storedColumns(this.#columns, options);
    this.#part = newPart(this.#stored);
    this.counts = counts ?? {
      rows: 0,
      attacks: 0,
      unknown: 0,
      byClass: Object.fromEntries(classes.map((name) => [name, 0])),
    };
  }

  get threshold(): number {
    return this.#judge.threshold;
  }

  /** Parts that are written. */
  get parts(): number {
    return this.#parts;
  }

  /** Rows of the part that is filled. */
  get pending(): number {
    return this.#part.rows;
  }

  /**
   * Judges rows, at most as many as a part has room for and DuckDB takes at once.
   *
   * @param values row-major features
   * @param beside values of the columns beside, for rows from `first` on
   */
  add(values: Float64Array, count: number, beside: readonly BlockColumn[], first = 0): void {
    this.#judge.judge({ values, count });
    const { caution, manifest } = this.#options.model;
    caution?.flagUnknown(values, count, this.#judge.probabilities, this.#unknown);
    const at = this.#part.rows;
    const classes = manifest.classes.length;
    const columns = this.#part.columns;
    let column = 0;
    const numbers = (): Float64Array => columns[column++] as Float64Array;
    fill(numbers(), at, count, (row) => this.counts.rows + row + 1);
    for (const given of beside) {
      const target = columns[column++];
      if (target instanceof Float64Array)
        target.set((given as Float64Array).subarray(first, first + count), at);
      else for (let row = 0; row < count; row++) target[at + row] = (given as (string | null)[])[first + row];
    }
    const { classIndex, probability, attack, attackProbability, probabilities } = this.#judge;
    fill(numbers(), at, count, (row) => classIndex[row]);
    fill(numbers(), at, count, (row) => classIndex[row]);
    fill(numbers(), at, count, (row) => probability[row]);
    fill(numbers(), at, count, (row) => attack[row]);
    fill(numbers(), at, count, (row) => attackProbability[row]);
    fill(numbers(), at, count, (row) => (caution === undefined ? Number.NaN : this.#unknown[row]));
    for (let index = 0; index < classes; index++)
      fill(numbers(), at, count, (row) => probabilities[row * classes + index]);
    if (this.#options.reasons > 0) this.#addReasons(values, count, columns[column] as string[], at);
    this.#count(count, caution !== undefined);
    this.#part.rows += count;
  }

  /** Room in the part that is filled. */
  room(): number {
    return Math.min(PART_ROWS - this.#part.rows, PARQUET_CHUNK_ROWS);
  }

  isFull(): boolean {
    return this.#part.rows >= PART_ROWS;
  }

  /** Writes the part that was filled. Throws `file-write`. */
  async flush(): Promise<void> {
    const { rows, columns } = this.#part;
    let done = 0;
    await writeParquet(partPath(this.#options.folder, this.#parts), {
      columns: this.#stored,
      metadata: {},
      next: () => {
        if (done >= rows) return undefined;
        const from = done;
        done = Math.min(rows, from + PARQUET_CHUNK_ROWS);
        return {
          rows: done - from,
          columns: columns.map((column) => column.slice(from, done) as BlockColumn),
        };
      },
    });
    this.#parts++;
    this.#part.rows = 0;
  }

  /** Brings the parts together. Throws `file-write`. */
  async finish(out: string): Promise<void> {
    if (this.pending > 0 || this.#parts === 0) await this.flush();
    const paths = Array.from({ length: this.#parts }, (_, part) => partPath(this.#options.folder, part));
    const duck = await openDuck({ memoryLimit: MERGE_MEMORY });
    try {
      await copyTable(duck, `FROM ${fromTables(paths)}`, `${out}.partial`, { columns: this.#columns });
    } finally {
      duck.close();
    }
    await rename(`${out}.partial`, out);
    for (const path of paths) await rm(path, { force: true });
  }

  #addReasons(values: Float64Array, count: number, target: string[], at: number): void {
    const columnCount = this.#options.model.manifest.schema.columns.length;
    for (let row = 0; row < count; row++) {
      const reasons = this.#judge.reasons({ values, columnCount }, row, this.#options.reasons);
      target[at + row] = reasons.map(({ text }) => text).join("; ");
    }
  }

  #count(count: number, isCautious: boolean): void {
    const { classIndex, attack, manifest } = this.#judge;
    const { counts } = this;
    for (let row = 0; row < count; row++) {
      counts.byClass[manifest.classes[classIndex[row]]]++;
      counts.attacks += attack[row];
      if (isCautious) counts.unknown += this.#unknown[row];
    }
    counts.rows += count;
  }
}

export function partPath(folder: string, part: number): string {
  return join(folder, `part-${String(part).padStart(5, "0")}.parquet`);
}

function fill(target: Float64Array, at: number, count: number, value: (row: number) => number): void {
  for (let row = 0; row < count; row++) target[at + row] = value(row);
}

function columnsOf({ model, reasons, beside }: VerdictTableOptions): DatasetColumn[] {
  const extra = (name: string, description: string, kind: "number" | "text" = "number"): DatasetColumn => ({
    name,
    role: "extra",
    kind,
    unit: "",
    description,
  });
  const columns = [
    { ...extra("row", "Number of the row, from 1"), role: "identity" as const },
    ...beside.map(({ name, kind, role, unit, description }) => ({
      name,
      role,
      kind,
      unit: unit ?? "",
      description,
    })),
    extra("class_index", "Index of the class given"),
    extra("class", "The class given", "text"),
    extra("confidence", "Its probability"),
    extra("attack", "1 where it is an attack"),
    extra("attack_probability", "Summed probability of the classes of attacks"),
    extra("unknown", "1 where the row is like nothing in training; missing where the model cannot tell"),
    ...model.manifest.classes.map((name) => extra(`probability_${name}`, `Probability of ${name}`)),
    ...(reasons > 0 ? [extra("reasons", "What moved the verdict most", "text")] : []),
  ];
  return distinct(columns);
}

/** Kept columns may have the name of one of ours; these get a number behind theirs. */
function distinct(columns: DatasetColumn[]): DatasetColumn[] {
  const seen = new Set<string>();
  return columns.map((column) => {
    let name = column.name;
    for (let copy = 1; seen.has(name.toLowerCase()); copy++) name = `${column.name}.${copy}`;
    seen.add(name.toLowerCase());
    return { ...column, name };
  });
}

/** The class is told by its index, and stored as its name; it stands behind `row`, the columns beside, and that index. */
function storedColumns(
  columns: readonly DatasetColumn[],
  { beside, model }: VerdictTableOptions,
): ParquetColumn[] {
  const names = named(model.manifest.classes);
  return columns.map(({ name, kind }, index): ParquetColumn => {
    if (index === beside.length + 2) return { name, kind: "number", stored: names };
    return { name, kind: kind === "text" ? "text" : "number" };
  });
}

function newPart(stored: readonly ParquetColumn[]): Part {
  const columns = stored.map(({ kind }) =>
    kind === "text" ? new Array<string | null>(PART_ROWS).fill(null) : new Float64Array(PART_ROWS),
  );
  return { rows: 0, columns };
}
