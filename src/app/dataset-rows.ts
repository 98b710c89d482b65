// Some rows of a data set as plain values, to be looked at. Bounded: a page of rows, and texts cut where they are long.

import { OrbweaverError } from "../base/errors.ts";
import { fileLiteral, identifier, openDuck } from "../dataset/duck.ts";
import { numberSql } from "../dataset/export-text.ts";
import type { DatasetColumn } from "../dataset/store/contract.ts";
import { openProject } from "../dataset/store/project.ts";
import { isReference, resolveTable } from "../dataset/store/reference.ts";

export interface RowsPage {
  /** Of the table or part. */
  total: number;
  columns: readonly DatasetColumn[];
  /** Numbers as they are spelled in CSV, so that none loses a digit; times as µs; null is missing. */
  rows: (string | null)[][];
}

export interface PageOptions {
  offset: number;
  limit: number;
  signal: AbortSignal;
}

const MEMORY = "256MB";
/** Characters of a text that are given. */
const TEXT_MAX = 500;

/** Throws `dataset-unknown`, `dataset-damaged`. */
export async function datasetRows(
  root: string,
  reference: string,
  { offset, limit, signal }: PageOptions,
): Promise<RowsPage> {
  const project = await openProject({ folder: root, create: true });
  if (!(await isReference(project, reference)))
    throw new OrbweaverError("dataset-unknown", `there is no data set '${reference.slice(0, 100)}'`);
  const duck = await openDuck({ memoryLimit: MEMORY, threads: 1, signal });
  try {
    const table = await resolveTable(reference, { project, duck });
    const values = table.columns.map(valueSql).join(", ");
    const read = `read_parquet(${fileLiteral(table.path)}, hive_partitioning = false)`;
    const found = await duck.connection.runAndReadAll(
      `SELECT ${values} FROM ${read} LIMIT ${limit} OFFSET ${offset}`,
    );
    return { total: table.rows, columns: table.columns, rows: found.getRows() as (string | null)[][] };
  } finally {
    duck.close();
  }
}

function valueSql({ name, kind }: DatasetColumn): string {
  const column = identifier(name);
  if (kind === "number") return numberSql(column);
  return kind === "time" ? `${column}::VARCHAR` : `left(${column}, ${TEXT_MAX})`;
}
