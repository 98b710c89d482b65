// The contract of a file that rows are read from, whatever its format: its columns, what is in them, and their values
// in blocks. Knows no schema and no label: what a column is used for is decided in row-plan.ts.

import type { TableSchema } from "../feature/table.ts";
import type { BlockColumn } from "./orbrows.ts";

export type RowFileFormat = "csv" | "parquet" | "jsonl" | "orbrows" | "kdd";

export interface SourceColumn {
  name: string;
  /** "number": holds numbers; "text": holds text, which may spell numbers; "time": dates; "other": cannot be used. */
  kind: "number" | "text" | "time" | "other";
  /** What "other" is, for messages. */
  detail?: string;
  /** What the file says that it is used for: only "feature" is learnt from. */
  role?: "feature" | "identity" | "label" | "extra";
}

/** What a text column holds. */
export interface ColumnProfile {
  /** Rows that are not missing. */
  present: number;
  /** Rows that spell a number. */
  numeric: number;
  /** The distinct texts, sorted by code unit; undefined when there are more than was asked for, or all are numbers. */
  values: readonly string[] | undefined;
}

/** How one column is wanted. */
export type Selection =
  | { column: number; as: "number" }
  /** The index of the text among `names`; NaN when missing or, counted in `unknown`, not among them. */
  | { column: number; as: "code"; names: readonly string[] }
  | { column: number; as: "text" };

export interface ScanReport {
  /** Rows left out, by reason. */
  dropped: Map<string, number>;
  /** Texts that were none of the names of their "code" selection, by the selection's index. */
  unknown: number[];
}

/** Takes a block of rows, in the order of the selection; false asks for no more. What it promises is waited for. */
export type TakeRows = (rows: number, columns: readonly BlockColumn[]) => boolean | Promise<boolean>;

export interface RowSource {
  readonly path: string;
  readonly format: RowFileFormat;
  readonly bytes: number;
  readonly columns: readonly SourceColumn[];
  /** The schema that travels in the file. */
  readonly schema: TableSchema | undefined;
  /** What the user should know about the file. */
  readonly warnings: readonly string[];
  /** Profiles of text columns; a column's texts are listed when they are at most `valuesMax` or the column is in `always`. */
  profile(columns: readonly number[], valuesMax: number, always: readonly number[]): Promise<ColumnProfile[]>;
  /** Reads every row. Throws `rows-invalid` for a text where a number is wanted. */
  scan(selection: readonly Selection[], take: TakeRows): Promise<ScanReport>;
  close(): void;
}

/** Texts that mean "no value" in a column of numbers, in lower case. */
export const MISSING_TEXTS = ["", "nan", "na", "n/a", "null", "none", "?", "-"] as const;
