// A table while it is prepared: SQL over Parquet, its columns, and the part that each row is in once it was split.
//
// Steps that only change columns are composed as SQL and cost nothing; steps that look at rows, or leave some out, write
// the table as a scratch file first, so that memory does not depend on its length. Rows keep their order throughout.

import { rm } from "node:fs/promises";
import { type ErrorCode, OrbweaverError } from "../../base/errors.ts";
import type { TableSchema } from "../../feature/table.ts";
import { type Duck, fileLiteral, identifier } from "../duck.ts";
import { shown } from "../file-error.ts";
import { NO_PART } from "../split/contract.ts";
import type { DatasetColumn, DatasetColumnKind } from "../store/contract.ts";
import type { ResolvedTable } from "../store/reference.ts";
import { copyInOrder, copyTable, fromTable } from "../store/table-parquet.ts";

/** Column of the part that a row is in; it is there once the table was split, and never written. */
const PART_COLUMN = "__orbweaver_part";
/** The part that statistics are fitted on. */
export const TRAINING_PART = "train";

export interface Working {
  /** SQL that may stand behind FROM; rows come in their order. */
  from: string;
  /** Set where `from` reads this file as it is. */
  path?: string;
  /** Scratch files that `from` reads. */
  scratch: readonly string[];
  rows: number;
  columns: readonly DatasetColumn[];
  /** Name of the label column. */
  label?: string;
  /** The schema that the features were of when the table was merged. */
  schema?: TableSchema;
  /** Names of the parts, once the table was split. */
  parts?: readonly string[];
}

export interface StepContext {
  duck: Duck;
  /** "step 3 (missing)", for messages. */
  place: string;
  /** Name of the data set that is made, for messages. */
  name: string;
  /** A path for a temporary file. */
  scratchPath(ending: string): string;
  /** Finds the table that a reference or a path means; it is closed at the end of the run. */
  resolve(reference: string): Promise<ResolvedTable>;
  signal?: AbortSignal;
  onProgress?: (share: number | undefined) => void;
}

/** What a step made of a table. */
export interface StepOutcome {
  working: Working;
  /** What was done, in words, for the manifest. */
  what: string;
  facts?: Record<string, unknown>;
  remarks?: { what: string; count?: number }[];
}

/** The error of a step that cannot be done with this table. */
export function refused(
  context: StepContext,
  what: string,
  code: ErrorCode = "recipe-invalid",
): OrbweaverError {
  return new OrbweaverError(code, `recipe ${context.place}: ${what}`);
}

// --- rows ---------------------------------------------------------------------------------------------------

/** All rows; those in no part too. */
export function allRows(working: Working): string {
  return working.from;
}

/** The rows that statistics are fitted on: those to train on, or all where the table was not split. */
export function trainingRows(working: Working): string {
  const part = trainingPart(working);
  return part < 0 ? working.from : `(SELECT * FROM ${working.from} WHERE ${PART_COLUMN} = ${part})`;
}

/** Index of the part to train on; -1 where the table was not split. */
export function trainingPart({ parts }: Working): number {
  return parts?.indexOf(TRAINING_PART) ?? -1;
}

/** SQL of the part of a row; undefined where the table was not split. */
export function partSql({ parts }: Working): string | undefined {
  return parts === undefined ? undefined : PART_COLUMN;
}

/** Rows of a query. */
export async function ask({ duck }: Pick<StepContext, "duck">, sql: string): Promise<unknown[][]> {
  return (await duck.connection.runAndReadAll(sql)).getRows() as unknown[][];
}

/**
 * Rows of a query whose sums depend on the order of rows, such as means: DuckDB reads them with one thread, so that the
 * answer is the same for every number of threads.
 */
export async function askInOrder(context: Pick<StepContext, "duck">, sql: string): Promise<unknown[][]> {
  const [[threads]] = await ask(context, "SELECT current_setting('threads')");
  try {
    await context.duck.connection.run("SET threads = 1");
    return await ask(context, sql);
  } finally {
    await context.duck.connection.run(`SET threads = ${Number(threads)}`);
  }
}

/** Rows of a file with `file_row_number`, from 0. */
export function fromNumberedTable(path: string): string {
  return `read_parquet(${fileLiteral(path)}, hive_partitioning = false, file_row_number = true)`;
}

// --- making tables ------------------------------------------------------------------------------------------

/** A column of a table to be, and its SQL over the columns of the one that is. */
export interface Value {
  column: DatasetColumn;
  sql: string;
}

/** Every column as it is. */
export function sameValues(working: Working): Value[] {
  return working.columns.map((column) => ({ column, sql: identifier(column.name) }));
}

/** The table with other columns. */
export function withValues(working: Working, values: readonly Value[]): Working {
  const select = values.map(({ column, sql }) => `${sql} AS ${identifier(column.name)}`);
  const part = working.parts === undefined ? [] : [PART_COLUMN];
  const { path: _, ...rest } = working;
  return {
    ...rest,
    from: `(SELECT ${[...select, ...part].join(", ")} FROM ${working.from})`,
    columns: values.map(({ column }) => column),
  };
}

/** The table with values of some columns replaced, by name. */
export function withReplaced(working: Working, sqlOf: ReadonlyMap<string, string>): Working {
  if (sqlOf.size === 0) return working;
  return withValues(
    working,
    sameValues(working).map(({ column, sql }) => ({ column, sql: sqlOf.get(column.name) ?? sql })),
  );
}

/** The table with a column replaced, or added behind the others. */
export function withColumn(working: Working, column: DatasetColumn, sql: string): Working {
  const isKnown = working.columns.some(({ name }) => name === column.name);
  const values = sameValues(working).map((value) =>
    value.column.name === column.name ? { column, sql } : value,
  );
  return withValues(working, isKnown ? values : [...values, { column, sql }]);
}

/** The rows for which a condition in SQL is true, written. */
export async function withRowsWhere(working: Working, where: string, context: StepContext): Promise<Working> {
  const { path: _, ...rest } = working;
  return written({ ...rest, from: `(SELECT * FROM ${working.from} WHERE ${where})` }, context);
}

/** The table as a file of its own; the scratch files that it was made of are removed. */
export async function written(working: Working, context: StepContext): Promise<Working & { path: string }> {
  const { path } = working;
  if (path !== undefined) return { ...working, path };
  const out = context.scratchPath("parquet");
  await copyTable(context.duck, `SELECT * FROM ${working.from}`, out, { columns: working.columns });
  const [[rows]] = await ask(context, `SELECT count(*) FROM ${fromTable(out)}`);
  for (const file of working.scratch) await rm(file, { force: true });
  return { ...working, from: fromTable(out), path: out, scratch: [out], rows: Number(rows) };
}

/** The table, `t`, beside a file with as many rows in their order, `s`: columns, and which rows stay. */
export function besideFile(
  working: Working & { path: string },
  file: string,
  values: readonly Value[],
  where = "true",
): Working {
  const select = values.map(({ column, sql }) => `${sql} AS ${identifier(column.name)}`);
  const part = working.parts === undefined ? [] : [`t.${PART_COLUMN}`];
  const { path: _, ...rest } = working;
  return {
    ...rest,
    from:
      `(SELECT ${[...select, ...part].join(", ")} FROM ${fromTable(working.path)} t ` +
      `POSITIONAL JOIN ${fromTable(file)} s WHERE ${where})`,
    columns: values.map(({ column }) => column),
    scratch: [...working.scratch, file],
  };
}

/** The table with the parts of an assignment: a file with the column `part`, as many rows. */
export function withParts(
  working: Working & { path: string },
  file: string,
  parts: readonly string[],
): Working {
  const columns = working.columns.map(({ name }) => `t.${identifier(name)}`);
  const { path: _, ...rest } = working;
  return {
    ...rest,
    from:
      `(SELECT ${columns.join(", ")}, s.part AS ${PART_COLUMN} FROM ${fromTable(working.path)} t ` +
      `POSITIONAL JOIN ${fromTable(file)} s)`,
    scratch: [...working.scratch, file],
    parts,
  };
}

/** Other rows in the place of the training rows, in front of all others; `absent` is the SQL of columns that those lack. */
export async function withTrainingRows(
  working: Working,
  file: string,
  columns: readonly DatasetColumn[],
  absent: (column: DatasetColumn) => string,
  context: StepContext,
): Promise<Working> {
  const part = trainingPart(working);
  const known = new Set(working.columns.map(({ name }) => name));
  const own = columns.map(({ name }) => identifier(name));
  const others = columns.map((column) =>
    known.has(column.name)
      ? identifier(column.name)
      : `${absent(column)}::${typeOf(column.kind)} AS ${identifier(column.name)}`,
  );
  const out = context.scratchPath("parquet");
  await copyInOrder(
    context.duck,
    [
      `SELECT ${own.join(", ")}, ${part}::UTINYINT AS ${PART_COLUMN} FROM ${fromTable(file)}`,
      `SELECT ${others.join(", ")}, ${PART_COLUMN} FROM ${working.from} WHERE ${PART_COLUMN} <> ${part}`,
    ],
    out,
    { columns },
  );
  const { path: _, ...rest } = working;
  return { ...rest, from: fromTable(out), columns, scratch: [...working.scratch, file, out] };
}

/** A SELECT of the public columns, for files that are kept. */
export function publicSelect(working: Working, from: string = working.from): string {
  return `SELECT ${working.columns.map(({ name }) => identifier(name)).join(", ")} FROM ${from}`;
}

/** A SELECT of the assignment of a table that was split. */
export function assignmentSelect(working: Working): string {
  return `SELECT coalesce(${PART_COLUMN}, ${NO_PART})::UTINYINT AS part FROM ${working.from}`;
}

/** DuckDB's type of a kind. */
export function typeOf(kind: DatasetColumnKind): string {
  return kind === "number" ? "DOUBLE" : kind === "time" ? "BIGINT" : "VARCHAR";
}

// --- columns ------------------------------------------------------------------------------------------------

/** The column of a name. Throws `recipe-invalid`. */
export function columnOf(working: Working, name: string, context: StepContext): DatasetColumn {
  const column = working.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  throw refused(context, `there is no column '${shown(name)}'${nearText(working, name)}`);
}

/** The columns of names, in the table's order; a name with * stands for every column that it matches. Throws `recipe-invalid`. */
export function columnsOf(working: Working, names: readonly string[], context: StepContext): DatasetColumn[] {
  const wanted = new Set<string>();
  for (const name of names) {
    const isName = working.columns.some((column) => column.name === name);
    if (isName || !name.includes("*")) wanted.add(columnOf(working, name, context).name);
    else {
      const test = patternTest(name);
      for (const column of working.columns) if (test(column.name)) wanted.add(column.name);
    }
  }
  return working.columns.filter(({ name }) => wanted.has(name));
}

/** The columns that are meant: those of names, or all features; of some kinds only. Named columns of other kinds are refused. */
export function meantColumns(
  working: Working,
  names: readonly string[] | undefined,
  kinds: readonly DatasetColumnKind[],
  context: StepContext,
): DatasetColumn[] {
  const fits = ({ kind }: DatasetColumn): boolean => kinds.includes(kind);
  if (names === undefined)
    return working.columns.filter((column) => column.role === "feature" && fits(column));
  const columns = columnsOf(working, names, context);
  const other = columns.find((column) => !fits(column) && names.includes(column.name));
  if (other !== undefined) {
    throw refused(context, `column '${other.name}' is a ${other.kind}, expected a ${kinds.join(" or a ")}`);
  }
  return columns.filter(fits);
}

const NEAR_LISTED = 8;

function nearText({ columns }: Working, name: string): string {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const near = columns.filter((column) => {
    const [a, b] = [plain(column.name), plain(name)];
    return a !== "" && b !== "" && (a.includes(b) || b.includes(a));
  });
  const some = (near.length > 0 ? near : columns).slice(0, NEAR_LISTED).map((column) => column.name);
  return `; there ${some.length === 1 ? "is" : "are"} ${some.join(", ")}${near.length === 0 && columns.length > NEAR_LISTED ? ", …" : ""}`;
}

/** Matches whole texts: * any characters, ? one; upper and lower case are the same. */
export function patternTest(pattern: string): (text: string) => boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const expression = new RegExp(`^${source}$`, "is");
  return (text) => expression.test(text);
}

/** Names for a sentence: the first few, and how many more. */
export function listed(names: readonly string[], most = 6): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(", ")} and ${more} more` : names.join(", ");
}
