// Small tables, and what recipes make of them, with the rows as JavaScript values.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Duck, identifier, literal, openDuck } from "../../src/dataset/duck.ts";
import { type GivenRecipe, parseRecipe, recipeText } from "../../src/dataset/prepare/recipe.ts";
import { type Prepared, type PreparedTable, runRecipe } from "../../src/dataset/prepare/run.ts";
import type { DatasetColumn } from "../../src/dataset/store/contract.ts";
import { type ResolvedTable, resolveTable } from "../../src/dataset/store/reference.ts";
import { sha256OfFile } from "../../src/dataset/store/sets.ts";
import { copyTable, fromTable } from "../../src/dataset/store/table-parquet.ts";
import type { TableSchema } from "../../src/feature/table.ts";

export type Cell = number | string | null;
export type Row = Readonly<Record<string, Cell>>;

export interface TestTable {
  columns: readonly DatasetColumn[];
  rows: readonly (readonly Cell[])[];
  label?: string;
  schema?: TableSchema;
}

export interface PreparedRows {
  prepared: Prepared;
  full: Row[];
  clean: Row[];
  /** Name of the part of each row of `clean`; null for none. */
  parts: (string | null)[];
  /** SHA-256 of the two tables, and of the assignment. */
  digests: string[];
}

/** A column by a short text: "bytes", "f:bytes:number", "i:source_address:text", "l:label:category", "x:…". */
export function column(text: string): DatasetColumn {
  const [role, name, kind] = text.includes(":") ? text.split(":") : ["f", text, "number"];
  const roles = { f: "feature", i: "identity", l: "label", x: "extra" } as const;
  return {
    name,
    role: roles[role as keyof typeof roles],
    kind: (kind ?? "number") as DatasetColumn["kind"],
    unit: "",
    description: "",
  };
}

/** A table by the short texts of its columns, and its rows. */
export function table(columns: readonly string[], rows: readonly (readonly Cell[])[]): TestTable {
  const all = columns.map(column);
  const label = all.find(({ role }) => role === "label")?.name;
  return { columns: all, rows, ...(label === undefined ? {} : { label }) };
}

export interface PrepareSettings {
  threads?: number;
  signal?: AbortSignal;
  memoryLimit?: string;
  /** False where nobody looks at the rows of `full` and `clean`: many take long to read. */
  rows?: boolean;
}

/** Runs a recipe whose sources are tables by name, or files. Nothing is left behind. */
export async function prepare(
  tables: Readonly<Record<string, TestTable>>,
  recipe: GivenRecipe | string,
  settings: PrepareSettings = {},
): Promise<PreparedRows> {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-test-"));
  const { memoryLimit = "1GB", threads, signal } = settings;
  const duck = await openDuck({ memoryLimit, threads, signal });
  let count = 0;
  try {
    const text =
      typeof recipe === "string" ? recipe : recipeText({ sources: Object.keys(tables), ...recipe });
    const prepared = await runRecipe(parseRecipe(text, "recipe.yaml"), {
      duck,
      name: "made",
      scratchPath: (ending) => join(folder, `${count++}.${ending}`),
      resolve: async (reference) =>
        Object.hasOwn(tables, reference)
          ? resolved(reference, tables[reference], duck, folder)
          : resolveTable(reference, { project: undefined, duck }),
      ...(settings.signal === undefined ? {} : { signal: settings.signal }),
    });
    const paths = [prepared.full.path, prepared.clean.path];
    if (prepared.split !== undefined) paths.push(prepared.split.path);
    return {
      prepared,
      full: settings.rows === false ? [] : await rowsOf(prepared.full, duck),
      clean: settings.rows === false ? [] : await rowsOf(prepared.clean, duck),
      parts: await partsOf(prepared, duck),
      digests: await Promise.all(paths.map(sha256OfFile)),
    };
  } finally {
    duck.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function resolved(
  name: string,
  { columns, rows, label, schema }: TestTable,
  duck: Duck,
  folder: string,
): Promise<ResolvedTable> {
  const path = join(folder, `${name}.source.parquet`);
  const types = columns.map(({ kind }) =>
    kind === "number" ? "DOUBLE" : kind === "time" ? "BIGINT" : "VARCHAR",
  );
  const cells = rows.map((row) => `(${row.map((cell, at) => `${cellSql(cell)}::${types[at]}`).join(", ")})`);
  const names = columns.map((one) => identifier(one.name)).join(", ");
  const values = `SELECT * FROM (VALUES ${cells.join(", ")}) AS t(${names})`;
  await copyTable(duck, values, path, { columns, ...(schema === undefined ? {} : { schema }) });
  return {
    path,
    rows: rows.length,
    columns,
    ...(label === undefined ? {} : { label }),
    name,
    dataset: {
      manifest: { tables: { rows: { object: "0".repeat(64), bytes: 0 } } } as unknown as NonNullable<
        ResolvedTable["dataset"]
      >["manifest"],
      table: "rows",
    },
    close: async () => {},
  };
}

function cellSql(cell: Cell): string {
  if (cell === null) return "NULL";
  if (typeof cell === "string") return literal(cell);
  return Number.isFinite(cell) ? `'${cell}'` : `'${Number.isNaN(cell) ? "nan" : cell > 0 ? "inf" : "-inf"}'`;
}

async function rowsOf({ path, columns }: PreparedTable, duck: Duck): Promise<Row[]> {
  const found = (await duck.connection.runAndReadAll(`FROM ${fromTable(path)}`)).getRows();
  return found.map((values) => Object.fromEntries(columns.map(({ name }, at) => [name, cellOf(values[at])])));
}

function cellOf(value: unknown): Cell {
  if (value === null || typeof value === "string") return value;
  return Number(value);
}

async function partsOf({ split }: Prepared, duck: Duck): Promise<(string | null)[]> {
  if (split === undefined) return [];
  const found = (await duck.connection.runAndReadAll(`SELECT part FROM ${fromTable(split.path)}`)).getRows();
  return found.map(([part]) => split.parts[Number(part)]?.name ?? null);
}

/** Facts of the step whose words begin so. */
export function factsOf({ prepared }: PreparedRows, words: string): Record<string, unknown> {
  return prepared.steps.find(({ step }) => step.startsWith(words))?.facts ?? {};
}
