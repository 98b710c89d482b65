// Runs a recipe: merges the sources, takes the steps in order, writes the tables `full` and `clean` and the assignment of
// the split.
//
// What it guarantees: the same recipe and the same sources give the same bytes, whatever the number of threads; what is
// fitted is fitted on the rows to train on; rows before and after every step are told. Knows no project.

import { basename } from "node:path";
import { OrbweaverError } from "../../base/errors.ts";
import type { TableSchema } from "../../feature/table.ts";
import { schemaFingerprint } from "../../feature/table.ts";
import type { Duck } from "../duck.ts";
import { identifier } from "../duck.ts";
import { messageOf } from "../file-error.ts";
import { stoppable } from "../stop.ts";
import type {
  ClassCount,
  DatasetColumn,
  DatasetRemark,
  DatasetSource,
  DatasetSplit,
  DatasetStep,
} from "../store/contract.ts";
import type { ResolvedTable } from "../store/reference.ts";
import { sha256OfFile } from "../store/sets.ts";
import { classCounts, copyTable, fromTable } from "../store/table-parquet.ts";
import { mergeTables } from "./merge.ts";
import { placeOf, type Recipe, type RecipeStep } from "./recipe.ts";
import {
  allRows,
  ask,
  assignmentSelect,
  partSql,
  publicSelect,
  refused,
  type StepContext,
  TRAINING_PART,
  type Working,
} from "./working.ts";

export interface RunContext {
  duck: Duck;
  /** Name of the data set that is made. */
  name: string;
  /** A path for a temporary file, on the file system that results will lie on. */
  scratchPath(ending: string): string;
  /** Finds the table that a reference or a path means. */
  resolve(reference: string): Promise<ResolvedTable>;
  signal?: AbortSignal;
  onProgress?: (progress: PrepareProgress) => void;
}

export interface PrepareProgress {
  /** From 0 (merging) to `steps` (writing). */
  step: number;
  steps: number;
  name: string;
  /** From 0 to 1, of this step; undefined where it is not known. */
  share?: number;
}

/** A table that was written, not yet among the objects. */
export interface PreparedTable {
  path: string;
  rows: number;
  columns: readonly DatasetColumn[];
  label?: string;
  classes?: ClassCount[];
  schema?: TableSchema;
  /** Of the schema above, or of the table's own columns: names, kinds, units, and values of categories. */
  fingerprint: string;
}

export interface PreparedSplit {
  /** Path of the assignment. */
  path: string;
  options: Record<string, unknown>;
  parts: DatasetSplit["parts"];
}

export interface Prepared {
  /** After merging, renaming, casting, times and labels. */
  full: PreparedTable;
  /** After all steps. */
  clean: PreparedTable;
  split?: PreparedSplit;
  sources: DatasetSource[];
  steps: DatasetStep[];
  remarks: DatasetRemark[];
}

/** Throws `recipe-invalid`, what steps throw, `cancelled`, and the file errors. */
export function runRecipe(recipe: Recipe, context: RunContext): Promise<Prepared> {
  return stoppable(context.signal, async () => {
    if (recipe.sources.length === 0) throw new OrbweaverError("recipe-invalid", "the recipe names no source");
    const resolved: ResolvedTable[] = [];
    const resolve = async (reference: string): Promise<ResolvedTable> => {
      const table = await context.resolve(reference);
      resolved.push(table);
      return table;
    };
    try {
      // Texts of times with a zone are read the same wherever the machine stands.
      await context.duck.connection.run("SET TimeZone = 'UTC'");
      return await new Run(recipe, { ...context, resolve }).all();
    } finally {
      for (const table of resolved) await table.close();
    }
  });
}

class Run {
  readonly #recipe: Recipe;
  readonly #context: RunContext;
  readonly #steps: DatasetStep[] = [];
  readonly #remarks: DatasetRemark[] = [];
  #full: PreparedTable | undefined;

  constructor(recipe: Recipe, context: RunContext) {
    this.#recipe = recipe;
    this.#context = context;
  }

  async all(): Promise<Prepared> {
    const { steps } = this.#recipe;
    const { working: merged, sources } = await this.#merge();
    let working = merged;
    for (const [index, step] of steps.entries()) {
      if (!step.step.describes && this.#full === undefined) working = await this.#writeFull(working);
      working = await this.#take(working, step, index);
    }
    if (this.#full === undefined) working = await this.#writeFull(working);
    this.#tell(steps.length + 1, "writing");
    return {
      full: this.#full as PreparedTable,
      clean: await this.#write(working),
      ...(working.parts === undefined ? {} : { split: await this.#writeSplit(working) }),
      sources,
      steps: this.#steps,
      remarks: this.#remarks,
    };
  }

  async #merge(): Promise<{ working: Working; sources: DatasetSource[] }> {
    const { sources: references, label, columns } = this.#recipe;
    this.#tell(0, "merging");
    const tables: ResolvedTable[] = [];
    const sources: DatasetSource[] = [];
    for (const reference of references) {
      const table = await this.#context.resolve(reference);
      tables.push(table);
      sources.push(await sourceOf(reference, table));
    }
    const { duck, scratchPath } = this.#context;
    const merged = await mergeTables({
      duck,
      scratchPath,
      tables,
      columns,
      ...(label === undefined ? {} : { label }),
    });
    const { rows } = merged.working;
    this.#steps.push({ step: "merged sources", rowsBefore: rows, rowsAfter: rows, facts: merged.facts });
    this.#remarks.push(...merged.remarks.map((what) => ({ what })));
    return { working: merged.working, sources };
  }

  async #take(working: Working, { step, options }: RecipeStep, index: number): Promise<Working> {
    const context = this.#stepContext(index);
    if (
      working.parts !== undefined &&
      !working.parts.includes(TRAINING_PART) &&
      step.fits(options) !== undefined
    )
      throw refused(
        context,
        `the split has no part '${TRAINING_PART}' to learn from; it has ${working.parts.join(", ")}`,
      );
    this.#tell(index + 1, step.name);
    const stop = this.#watch(index + 1, step.name);
    try {
      const { working: made, what, facts, remarks } = await step.apply(working, options, context);
      if (made.rows === 0) throw refused(context, "no row is left");
      this.#steps.push({
        step: what,
        rowsBefore: working.rows,
        rowsAfter: made.rows,
        ...(facts === undefined ? {} : { facts }),
      });
      this.#remarks.push(
        ...(remarks ?? []).map((remark) => ({ ...remark, what: `${context.place}: ${remark.what}` })),
      );
      return made;
    } catch (cause) {
      throw stepFailure(cause, context);
    } finally {
      stop();
    }
  }

  #stepContext(index: number): StepContext {
    const { duck, name, scratchPath, resolve, signal } = this.#context;
    return {
      duck,
      place: placeOf(this.#recipe.steps, index),
      name,
      scratchPath,
      resolve,
      ...(signal === undefined ? {} : { signal }),
      onProgress: (share) => this.#tell(index + 1, this.#recipe.steps[index].step.name, share),
    };
  }

  /** The file of the table `full` is what later steps read. */
  async #writeFull(working: Working): Promise<Working> {
    this.#tell(this.#steps.length, "writing");
    this.#full = await this.#write(working);
    const { path } = this.#full;
    return { ...working, from: fromTable(path), path, scratch: [] };
  }

  async #write(working: Working): Promise<PreparedTable> {
    const { duck, scratchPath } = this.#context;
    const path = scratchPath("parquet");
    const schema = schemaStill(working);
    const { columns, label } = working;
    const facts = { columns, ...(schema === undefined ? {} : { schema }) };
    await copyTable(duck, publicSelect(working), path, facts);
    const classes = label === undefined ? undefined : await classCounts(duck, fromTable(path), label);
    return {
      path,
      rows: working.rows,
      ...facts,
      ...(label === undefined ? {} : { label }),
      ...(classes === undefined ? {} : { classes }),
      fingerprint: schema?.fingerprint ?? (await ownFingerprint(duck, path, columns)),
    };
  }

  async #writeSplit(working: Working): Promise<PreparedSplit> {
    const { duck, scratchPath } = this.#context;
    const path = scratchPath("parquet");
    await copyTable(duck, assignmentSelect(working), path, { columns: [ASSIGNMENT] });
    const split = this.#recipe.steps.find(({ step }) => step.name === "split");
    return {
      path,
      options: split?.options as Record<string, unknown>,
      parts: await countParts(working, duck),
    };
  }

  /** DuckDB's own progress, while a step runs. */
  #watch(step: number, name: string): () => void {
    if (this.#context.onProgress === undefined) return () => undefined;
    const timer = setInterval(() => {
      const { percentage } = this.#context.duck.connection.progress;
      if (percentage >= 0) this.#tell(step, name, percentage / 100);
    }, PROGRESS_INTERVAL_MS);
    return () => clearInterval(timer);
  }

  #tell(step: number, name: string, share?: number): void {
    this.#context.onProgress?.({
      step,
      steps: this.#recipe.steps.length,
      name,
      ...(share === undefined ? {} : { share }),
    });
  }
}

const ASSIGNMENT: DatasetColumn = {
  name: "part",
  role: "extra",
  kind: "number",
  unit: "",
  description: "Index of the part that the row is in; 255: in none",
};

const PROGRESS_INTERVAL_MS = 200;

/** What DuckDB finds wrong with data, such as a number out of range, belongs to the step. Defects of ours stay defects. */
function stepFailure(cause: unknown, context: StepContext): unknown {
  if (cause instanceof OrbweaverError || !(cause instanceof Error)) return cause;
  const isData = /^(Out of Memory|Conversion|Out of Range|Invalid Input) Error/i.test(cause.message);
  if (!isData) return cause;
  return new OrbweaverError("rows-invalid", `recipe ${context.place}: ${messageOf(cause)}`, { cause });
}

async function sourceOf(reference: string, table: ResolvedTable): Promise<DatasetSource> {
  const facts = table.dataset?.manifest.tables[table.dataset.table];
  if (facts !== undefined && table.dataset?.part === undefined)
    return { name: reference, sha256: facts.object, bytes: facts.bytes, rows: table.rows };
  const path = table.dataset === undefined ? reference : table.path;
  return {
    name: table.dataset === undefined ? basename(reference) : reference,
    sha256: await sha256OfFile(path),
    rows: table.rows,
  };
}

/** The schema of ours that the features are still of: the same columns, in the same order, of the same kinds. */
function schemaStill({ schema, columns }: Working): TableSchema | undefined {
  if (schema === undefined) return undefined;
  const features = columns.filter(({ role }) => role === "feature");
  const isSame = (at: number): boolean =>
    features[at].name === schema.columns[at].name &&
    (features[at].kind === "number") === (schema.columns[at].kind === "numeric");
  return features.length === schema.columns.length && features.every((_, at) => isSame(at))
    ? schema
    : undefined;
}

const CATEGORIES_MAX = 1000;

async function ownFingerprint(duck: Duck, path: string, columns: readonly DatasetColumn[]): Promise<string> {
  const features = columns.filter(({ role }) => role === "feature");
  const specifications = [];
  for (const { name, kind, unit, description } of features) {
    const isCategory = kind === "category" || kind === "text";
    const categories = isCategory ? await categoriesOf(duck, path, name) : [];
    specifications.push({
      name,
      kind: isCategory ? "categorical" : "numeric",
      unit,
      description,
      categories,
    } as const);
  }
  return schemaFingerprint("prepared", specifications);
}

async function categoriesOf(duck: Duck, path: string, name: string): Promise<string[]> {
  const sql = identifier(name);
  const rows = await ask(
    { duck },
    `SELECT DISTINCT ${sql}::VARCHAR AS value FROM ${fromTable(path)} WHERE ${sql} IS NOT NULL ORDER BY 1 LIMIT ${CATEGORIES_MAX}`,
  );
  return rows.map(([value]) => String(value));
}

async function countParts(working: Working, duck: Duck): Promise<DatasetSplit["parts"]> {
  const { parts = [], label } = working;
  const part = partSql(working);
  const name = label === undefined ? "NULL::VARCHAR" : `${identifier(label)}::VARCHAR`;
  const rows = await ask(
    { duck },
    `SELECT ${part}, ${name}, count(*) FROM ${allRows(working)} GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2`,
  );
  return parts.map((partName, at) => {
    const own = rows.filter(([index]) => Number(index) === at && index !== null);
    const total = own.reduce((sum, [, , count]) => sum + Number(count), 0);
    const classes = own.flatMap(([, text, count]) =>
      text === null ? [] : [{ name: String(text), rows: Number(count) }],
    );
    return { name: partName, rows: total, ...(label === undefined ? {} : { classes }) };
  });
}
