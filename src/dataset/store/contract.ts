// What a data set is: tables of rows in Parquet, each with its columns and their roles, and where they came from.
//
// A manifest is data, checked when it is read, and names objects by the digest of their bytes, never by a path, so that a
// project folder may be moved. Knows no DuckDB and no command.
//
//   orbweaver.yaml                 marks the project
//   data/sets/NAME.json            manifests
//   data/objects/ab/abcdef….parquet   tables, named by SHA-256
//   data/rejects/NAME.csv          rows that an import could not take, with line and reason
//   data/cache/                    parts of tables, made when they are asked for; may be removed at any time

import * as z from "zod";

/** What a column is used for. Only features are learnt from. */
export const COLUMN_ROLES = ["feature", "identity", "label", "extra"] as const;
export type ColumnRole = (typeof COLUMN_ROLES)[number];

/** How a column is stored: "number" DOUBLE, "category" and "text" VARCHAR, "time" BIGINT, µs since 1970 UTC. */
export const COLUMN_KINDS = ["number", "category", "text", "time"] as const;
export type DatasetColumnKind = (typeof COLUMN_KINDS)[number];

export const columnForm = z.strictObject({
  name: z.string().min(1),
  role: z.enum(COLUMN_ROLES),
  kind: z.enum(COLUMN_KINDS),
  unit: z.string(),
  description: z.string(),
});

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
const classForm = z.strictObject({ name: z.string(), rows: count });

const tableForm = z.strictObject({
  /** SHA-256 of the Parquet file. */
  object: digest,
  bytes: count,
  rows: count,
  columns: z.array(columnForm).min(1).max(65_536),
  /** Rows by class, most first; rows without a label are not counted. Absent where there is no label column. */
  classes: z.array(classForm).optional(),
  /** Id and fingerprint of the schema that the features are of; absent where they are of no schema of ours. */
  schema: z.strictObject({ id: z.string(), fingerprint: z.string() }).optional(),
});

const sourceForm = z.strictObject({
  /** As it was named: a file, an address without secrets, or a data set. */
  name: z.string(),
  sha256: digest.optional(),
  bytes: count.optional(),
  importer: z.string().optional(),
  rows: count,
});

const stepForm = z.strictObject({
  /** What was done, in words: "dropped duplicates". */
  step: z.string(),
  rowsBefore: count,
  rowsAfter: count,
  /** Facts of the step: fitted values, columns, counts. */
  facts: z.record(z.string(), z.unknown()).optional(),
});

const splitForm = z.strictObject({
  /** "random", "time", "group", "official", "folds", "recipe". */
  method: z.string(),
  /** What was asked for, so that it can be done again. */
  options: z.record(z.string(), z.unknown()),
  /** Name of the table of the data set that is split. */
  table: z.string(),
  /** Parquet with one column `part` (UTINYINT): the index into `parts` of each row, in the order of the table; 255: in none. */
  object: digest,
  bytes: count,
  parts: z
    .array(z.strictObject({ name: z.string(), rows: count, classes: z.array(classForm).optional() }))
    .min(1)
    .max(254),
});

export const manifestForm = z.strictObject({
  format: z.literal(1),
  name: z.string(),
  /** When it was made, ISO 8601 UTC. No other part of the manifest depends on the clock. */
  created: z.string(),
  tables: z.record(z.string(), tableForm),
  /** The table that is meant where none is named. */
  table: z.string(),
  /** Name of the label column of every table. */
  label: z.string().optional(),
  /** "import" or "prepare". */
  origin: z.enum(["import", "prepare"]),
  sources: z.array(sourceForm).min(1),
  steps: z.array(stepForm),
  /** What people should know: repairs, renamed columns, dropped rows, warnings. */
  remarks: z.array(
    z.strictObject({
      what: z.string(),
      /** Rows that it is about. */
      count: count.optional(),
      /** The source that it is about, as it was named; absent for all. */
      source: z.string().optional(),
    }),
  ),
  /** Rows that could not be taken; the file lies in data/rejects. */
  rejected: count,
  /** The recipe as it was given, for prepared sets. */
  recipe: z.unknown().optional(),
  splits: z.record(z.string(), splitForm),
  /** The split that is meant where none is named; the last one made. */
  split: z.string().optional(),
});

export type DatasetManifest = z.infer<typeof manifestForm>;
export type DatasetColumn = z.infer<typeof columnForm>;
export type DatasetTable = z.infer<typeof tableForm>;
export type DatasetSource = z.infer<typeof sourceForm>;
export type DatasetStep = z.infer<typeof stepForm>;
export type DatasetSplit = z.infer<typeof splitForm>;
export type DatasetRemark = DatasetManifest["remarks"][number];
export type ClassCount = z.infer<typeof classForm>;

/** A table on disk, ready to be asked by SQL: what profile, split, audit and export work on. */
export interface TableFile {
  /** Path of a Parquet file. */
  path: string;
  rows: number;
  columns: readonly DatasetColumn[];
  /** Name of the label column. */
  label?: string;
  /** For messages: "nsl:clean@train". */
  name: string;
}
