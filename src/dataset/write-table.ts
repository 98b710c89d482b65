// Writes a table that is held in memory as Parquet, class names and categories as text.
//
// The schema travels in the file, so that reading it back gives the same table: same columns, codes and classes.

import type { FeatureTable, LabelledTable } from "../feature/table.ts";
import type { BlockColumn } from "./orbrows.ts";
import { named, PARQUET_CHUNK_ROWS, type ParquetColumn, writeParquet } from "./parquet.ts";
import { PARQUET_SCHEMA_KEY } from "./parquet-writer.ts";
import { schemaText } from "./row-layout.ts";

export interface WriteTableOptions {
  /** Name of the class column of a LabelledTable; default "label". */
  label?: string;
  metadata?: Readonly<Record<string, string>>;
}

/** Writes the file; returns its size in bytes. Throws `file-write`. */
export async function writeTable(
  path: string,
  table: FeatureTable | LabelledTable,
  options: WriteTableOptions = {},
): Promise<number> {
  const columns = table.schema.columns.map(({ name, kind, categories }): ParquetColumn => {
    return kind === "categorical"
      ? { name, kind: "number", stored: named(categories) }
      : { name, kind: "number" };
  });
  if (isLabelled(table))
    columns.push({ name: options.label ?? "label", kind: "number", stored: named(table.classes) });
  return writeParquet(path, {
    columns,
    metadata: { ...options.metadata, [PARQUET_SCHEMA_KEY]: schemaText(table.schema) },
    next: blocks(table),
  });
}

function isLabelled(table: FeatureTable | LabelledTable): table is LabelledTable {
  return "labels" in table;
}

function blocks(
  table: FeatureTable | LabelledTable,
): () => { rows: number; columns: BlockColumn[] } | undefined {
  let first = 0;
  return () => {
    const rows = Math.min(PARQUET_CHUNK_ROWS, table.rowCount - first);
    if (rows <= 0) return undefined;
    const end = first + rows;
    const columns = table.values.map((column) => Float64Array.from(column.subarray(first, end)));
    if (isLabelled(table)) columns.push(Float64Array.from(table.labels.subarray(first, end)));
    first = end;
    return { rows, columns };
  };
}
