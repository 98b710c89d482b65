// Writes what a recipe made into a folder: the tables `full` and `clean`, and a JSON file that says how they came about.
//
// The JSON has no time in it: the same recipe and the same sources give the same bytes. Keys that users of the AntiNex files
// know (headers, features_to_process, feature_to_predict, ignore_features) are there under their names.

import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Duck, literal } from "../duck.ts";
import { writeError } from "../file-error.ts";
import { sha256OfFile } from "../store/sets.ts";
import { copyTable, fromTable } from "../store/table-parquet.ts";
import type { Recipe } from "./recipe.ts";
import type { Prepared, PreparedTable } from "./run.ts";

export interface ExportRequest {
  folder: string;
  format: "parquet" | "csv";
  name: string;
  duck: Duck;
}

export interface ExportedFile {
  path: string;
  bytes: number;
}

const METADATA = "metadata.json";
/** Column of the exported table `clean` that says which part a row is in. */
const PART = "part";

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
  { duck, format }: ExportRequest,
): Promise<void> {
  const table = prepared[which];
  const select = selectOf(prepared, which);
  if (format === "parquet") {
    await copyTable(duck, select, path, {
      columns: table.columns,
      ...(table.schema === undefined ? {} : { schema: table.schema }),
    });
    return;
  }
  try {
    await duck.connection.run(
      `COPY (${select}) TO ${literal(path)} (FORMAT csv, HEADER true, USE_TMP_FILE false)`,
    );
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/** The rows of a table; those of `clean` with the name of their part, where there is a split. */
function selectOf({ clean, full, split }: Prepared, which: "full" | "clean"): string {
  if (which === "full" || split === undefined)
    return `FROM ${fromTable((which === "full" ? full : clean).path)}`;
  const names = split.parts.map(({ name }, at) => `WHEN ${at} THEN ${literal(name)}`);
  return (
    `SELECT t.*, CASE s.part ${names.join(" ")} END AS ${PART} FROM ${fromTable(clean.path)} t ` +
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
  const features = clean.columns.filter(({ role }) => role === "feature");
  const others = clean.columns.filter(({ role }) => role === "identity" || role === "extra");
  return {
    name,
    headers: clean.columns.map((column) => column.name),
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
