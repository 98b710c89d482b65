// Writes what a recipe made into a folder: the tables `full` and `clean`, and a JSON file that says how they came about.
//
// The JSON has no time in it: the same recipe and the same sources give the same bytes. Keys that users of the AntiNex files
// know (headers, features_to_process, feature_to_predict, ignore_features) are there under their names.

import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Duck, identifier, literal } from "../duck.ts";
import { copyParquet, textLines, writeLines } from "../export-rows.ts";
import { writeError } from "../file-error.ts";
import type { DatasetColumn, TableFile } from "../store/contract.ts";
import { sha256OfFile } from "../store/sets.ts";
import { copyTable, fromTable } from "../store/table-parquet.ts";
import type { Recipe } from "./recipe.ts";
import type { Prepared, PreparedSplit, PreparedTable } from "./run.ts";

export interface ExportRequest {
  folder: string;
  format: "parquet" | "csv";
  name: string;
  duck: Duck;
  /** A path for a temporary file. */
  scratchPath(ending: string): string;
  signal?: AbortSignal;
}

export interface ExportedFile {
  path: string;
  bytes: number;
}

const METADATA = "metadata.json";
/** Column of the exported table `clean` that says which part a row is in. */
const PART: DatasetColumn = {
  name: "part",
  role: "extra",
  kind: "category",
  unit: "",
  description: "Part that the row is in",
};

/** Returns the files that were written. Throws `file-write`. */
export async function exportPrepared(
  prepared: Prepared,
  recipe: Recipe,
  request: ExportRequest,
): Promise<ExportedFile[]> {
  const { folder, format, name } = request;
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw writeError(folder, cause);
  }
  const files: ExportedFile[] = [];
  const tables: Record<string, unknown> = {};
  for (const which of ["full", "clean"] as const) {
    const path = join(folder, `${name}-${which}.${format}`);
    await writeTable(prepared, which, path, request);
    const { size } = await stat(path);
    files.push({ path, bytes: size });
    tables[which] = await tableFacts(prepared[which], `${name}-${which}.${format}`, path, size);
  }
  const path = join(folder, METADATA);
  const text = `${JSON.stringify(metadataOf(prepared, recipe, name, tables), undefined, 2)}\n`;
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw writeError(path, cause);
  }
  return [...files, { path, bytes: Buffer.byteLength(text) }];
}

async function writeTable(
  prepared: Prepared,
  which: "full" | "clean",
  path: string,
  { duck, format, name, scratchPath, signal }: ExportRequest,
): Promise<void> {
  const { rows, path: own, columns } = prepared[which];
  const options = signal === undefined ? {} : { signal };
  const writeText = async (table: TableFile): Promise<void> => {
    if (format === "parquet") await copyParquet(table, path, options);
    else await writeLines(duck, table, textLines(table, format), path, options);
  };
  if (which === "full" || prepared.split === undefined) {
    await writeText({ path: own, rows, columns, name: `${name}-${which}` });
    return;
  }
  const parted = scratchPath("parquet");
  const facts = { columns: [...columns, PART], schema: prepared.clean.schema };
  await copyTable(duck, partedSelect(prepared.clean, prepared.split), parted, facts);
  try {
    await writeText({ path: parted, rows, columns: facts.columns, name: `${name}-${which}` });
  } finally {
    await rm(parted, { force: true });
  }
}

/** The rows of the table `clean` with the name of their part. */
function partedSelect(clean: PreparedTable, split: PreparedSplit): string {
  const names = split.parts.map(({ name }, at) => `WHEN ${at} THEN ${literal(name)}`);
  return (
    `SELECT t.*, CASE s.part ${names.join(" ")} END AS ${identifier(PART.name)} FROM ${fromTable(clean.path)} t ` +
    `POSITIONAL JOIN ${fromTable(split.path)} s`
  );
}

async function tableFacts(table: PreparedTable, file: string, path: string, bytes: number): Promise<object> {
  return {
    file,
    sha256: await sha256OfFile(path),
    bytes,
    rows: table.rows,
    schema: {
      ...(table.schema === undefined ? {} : { id: table.schema.id }),
      fingerprint: table.fingerprint,
    },
    columns: table.columns,
    ...(table.classes === undefined ? {} : { classes: table.classes }),
  };
}

function metadataOf(prepared: Prepared, recipe: Recipe, name: string, tables: object): object {
  const { clean, split } = prepared;
  const columns = split === undefined ? clean.columns : [...clean.columns, PART];
  const features = columns.filter(({ role }) => role === "feature");
  const others = columns.filter(({ role }) => role === "identity" || role === "extra");
  return {
    name,
    headers: columns.map((column) => column.name),
    features_to_process: features.map((column) => column.name),
    ...(clean.label === undefined ? {} : { feature_to_predict: clean.label }),
    ignore_features: others.map((column) => column.name),
    tables,
    ...(split === undefined ? {} : { split: { options: split.options, parts: split.parts } }),
    sources: prepared.sources,
    steps: prepared.steps,
    remarks: prepared.remarks,
    recipe: recipe.given,
  };
}
