// Tables of data sets as Parquet: written from a SELECT, the same bytes for the same rows, and described.

import { rm } from "node:fs/promises";
import * as z from "zod";
import { OrbweaverError } from "../../base/errors.ts";
import type { TableSchema } from "../../feature/table.ts";
import { type Duck, fileLiteral, identifier, literal } from "../duck.ts";
import { writeError } from "../file-error.ts";
import { PARQUET_SCHEMA_KEY } from "../parquet-writer.ts";
import { parseSchemaText, schemaText } from "../row-layout.ts";
import { type ClassCount, columnForm, type DatasetColumn } from "./contract.ts";

/** Key of the metadata that says what the columns are used for: JSON of DatasetColumn[]. */
export const PARQUET_COLUMNS_KEY = "orbweaver.columns";

const columnsForm = z.array(columnForm).min(1);

/** A multiple of DuckDB's vector size; bounds memory, and where row groups end does not depend on threads. */
const ROW_GROUP_ROWS = 122_880;

export interface TableFacts {
  columns: readonly DatasetColumn[];
  /** The schema of ours that the features are of. */
  schema?: TableSchema;
}

/** Writes the rows of a SELECT, in its order. Throws `file-write`, and what DuckDB throws. */
export async function copyTable(duck: Duck, select: string, out: string, facts: TableFacts): Promise<void> {
  const metadata = [
    `${identifier(PARQUET_COLUMNS_KEY)}: ${literal(JSON.stringify(facts.columns))}`,
    ...(facts.schema === undefined
      ? []
      : [`${identifier(PARQUET_SCHEMA_KEY)}: ${literal(schemaText(facts.schema))}`]),
  ];
  const options = `FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, USE_TMP_FILE false, KV_METADATA {${metadata.join(", ")}}`;
  try {
    await inSeveralThreads(duck, () =>
      duck.connection.run(`COPY (${select}) TO ${literal(out)} (${options})`),
    );
  } catch (cause) {
    await rm(out, { force: true });
    if (/no space|could not write|permission denied|cannot open file/i.test(String(cause)))
      throw writeError(out, cause);
    throw cause;
  }
}

/** With one thread, DuckDB ends row groups elsewhere than with two; with more it ends them where two do. */
async function inSeveralThreads(duck: Duck, run: () => Promise<unknown>): Promise<void> {
  const { connection } = duck;
  const [[threads]] = (await connection.runAndReadAll("SELECT current_setting('threads')")).getRows();
  if (Number(threads) > 1) {
    await run();
    return;
  }
  await connection.run("SET threads = 2");
  try {
    await run();
  } finally {
    await connection.run("SET threads = 1");
  }
}

/** SQL that may stand behind FROM: the rows of a table, in their order. */
export function fromTable(path: string): string {
  return fromTables([path]);
}

/** The rows of several tables of the same columns, one after another, in their order. */
export function fromTables(paths: readonly string[]): string {
  const files = paths.map(fileLiteral);
  return `read_parquet(${files.length === 1 ? files[0] : `[${files.join(", ")}]`}, hive_partitioning = false)`;
}

/**
 * Writes the rows of several SELECTs of the same columns, those of the first in front. A UNION ALL would not do: DuckDB
 * puts the last rows of one SELECT among those of the next where there are several row groups.
 */
export async function copyInOrder(
  duck: Duck,
  selects: readonly string[],
  out: string,
  facts: TableFacts,
): Promise<void> {
  if (selects.length === 1) return copyTable(duck, selects[0], out, facts);
  const pieces = selects.map((_, at) => `${out}.piece-${at}.parquet`);
  try {
    for (const [at, path] of pieces.entries()) await copyTable(duck, selects[at], path, facts);
    await copyTable(duck, `FROM ${fromTables(pieces)}`, out, facts);
  } finally {
    for (const path of pieces) await rm(path, { force: true });
  }
}

/** Rows, and classes by label where there is one: most first, then by name. */
export async function describeTable(
  duck: Duck,
  path: string,
  label: string | undefined,
): Promise<{ rows: number; classes?: ClassCount[] }> {
  const [[rows]] = (await duck.connection.runAndReadAll(`SELECT count(*) FROM ${fromTable(path)}`)).getRows();
  if (label === undefined) return { rows: Number(rows) };
  return { rows: Number(rows), classes: await classCounts(duck, fromTable(path), label) };
}

/** Rows by class of a relation, most first, then by name. */
export async function classCounts(duck: Duck, from: string, label: string): Promise<ClassCount[]> {
  const name = `${identifier(label)}::VARCHAR`;
  const reader = await duck.connection.runAndReadAll(
    `SELECT ${name}, count(*) FROM ${from} WHERE ${identifier(label)} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1`,
  );
  return reader.getRows().map(([text, rows]) => ({ name: String(text), rows: Number(rows) }));
}
/** Columns and schema as a table's file tells them. */
export async function readTableFacts(duck: Duck, path: string): Promise<TableFacts> {
  const reader = await duck.connection.runAndReadAll(
    `SELECT decode(key), decode(value) FROM parquet_kv_metadata(${fileLiteral(path)})`,
  );
  const metadata = new Map(reader.getRows().map(([key, value]) => [String(key), String(value)]));
  const columns = columnsForm.safeParse(parsed(metadata.get(PARQUET_COLUMNS_KEY)));
  if (!columns.success) {
    throw new OrbweaverError("dataset-damaged", `'${path}' does not say what its columns are used for`);
  }
  const text = metadata.get(PARQUET_SCHEMA_KEY);
  const schema = text === undefined ? undefined : parseSchemaText(text);
  return { columns: columns.data, ...(schema === undefined ? {} : { schema }) };
}

/** The columns that the metadata of a Parquet file tells of; undefined where it does not, or says something else. */
export function parseColumns(text: string | undefined): DatasetColumn[] | undefined {
  const columns = columnsForm.safeParse(parsed(text));
  return columns.success ? columns.data : undefined;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
