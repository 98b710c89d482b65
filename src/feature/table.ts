// The table: columns of numbers with names, kinds and categories. What learners read, models score and files hold.
//
// Missing is NaN everywhere. A categorical value is a code: the index into the column's `categories`.

import { hex, sha256 } from "../base/hash.ts";

export type ColumnKind = "numeric" | "categorical";

/** What one column is. Everything here is part of the schema's fingerprint, save `description`. */
export interface ColumnSpecification {
  name: string;
  kind: ColumnKind;
  /** Unit of the values: "us", "bytes", "packets", "1/s", "ratio", ... ; "" for none. */
  unit: string;
  /** Names of the codes of a categorical column, in code order; empty for numeric ones. */
  categories: readonly string[];
  description: string;
}

/** Which columns, in which order, computed how. */
export interface TableSchema {
  /** "flow", or "csv:<name>" for tables of other origin. */
  id: string;
  columns: readonly ColumnSpecification[];
  /** Hexadecimal digest of the id, the columns and the versions of what computes them. */
  fingerprint: string;
}

/** A table held by columns: `values[column][row]`. */
export interface FeatureTable {
  schema: TableSchema;
  rowCount: number;
  /** One array of `rowCount` numbers per column, in schema order. */
  values: readonly (Float64Array | Float32Array)[];
}

/** A table whose rows carry a class. */
export interface LabelledTable extends FeatureTable {
  /** Class names; `labels[row]` is an index into them. */
  classes: readonly string[];
  labels: Int32Array;
}

/** Fingerprint of a schema: the first 16 bytes of SHA-256 over its canonical text, in hexadecimal. */
export function schemaFingerprint(
  id: string,
  columns: readonly ColumnSpecification[],
  versions = "",
): string {
  const canonical = JSON.stringify([
    id,
    versions,
    columns.map((c) => [c.name, c.kind, c.unit, c.categories]),
  ]);
  return hex(sha256(new TextEncoder().encode(canonical))).slice(0, 32);
}

/** A schema for a table that did not come from our own meter: its columns as found. */
export function foreignSchema(name: string, columns: readonly ColumnSpecification[]): TableSchema {
  const id = `csv:${name}`;
  return { id, columns, fingerprint: schemaFingerprint(id, columns) };
}

/** The given rows of a table, copied. */
export function takeRows(table: LabelledTable, rows: Int32Array): LabelledTable {
  const values = table.values.map((column) => {
    const taken =
      column instanceof Float32Array ? new Float32Array(rows.length) : new Float64Array(rows.length);
    for (let index = 0; index < rows.length; index++) taken[index] = column[rows[index]];
    return taken;
  });
  return {
    ...table,
    rowCount: rows.length,
    values,
    labels: Int32Array.from(rows, (row) => table.labels[row]),
  };
}
