// What an importer is: it looks at the start of a source, says whether it is of its kind, and plans how its rows become
// those of a data set. The plan is data and SQL; reading, counting, rejecting and writing are done once, for all
// importers, by ../import-table.ts. An importer opens no file and runs no query.

import type { TableSchema } from "../../feature/table.ts";
import type { ColumnRole, DatasetColumnKind } from "../store/contract.ts";

/** What is known of a source before it is read. */
export interface Probe {
  /** File that is read; of a source that is no file, the copy that was made of it. */
  path: string;
  /** As the user named it. */
  name: string;
  bytes: number;
  format: "csv" | "jsonl" | "parquet" | "orbrows";
  gzip: boolean;
  /** The start of a text, decompressed, without byte order mark; whole lines where there are any. "" for binary files. */
  text: string;
  /** What is odd about the text as such: a byte order mark, line ends. */
  oddities: readonly string[];
  /** Of "csv": the delimiter, and the first records as found, the header (if any) among them, blanks not cut off. */
  delimiter: string;
  records: readonly (readonly string[])[];
  /** Of "parquet" and "orbrows": the columns. */
  columns: readonly ProbeColumn[];
  /** The schema that travels in the file. */
  schema?: TableSchema;
}

export interface ProbeColumn {
  name: string;
  kind: "number" | "text" | "time" | "other";
  /** DuckDB's name of its type. */
  type: string;
}

export interface ImportOptions {
  /** Id of the schema to map to, where an importer knows several; default: the one that made the file. */
  schema?: string;
  /** The label column, where it cannot be told by name. */
  label?: string;
  /** Of line protocol with several measurements: the one that is meant. */
  measurement?: string;
  /** IANA zone of times that are told without one; default UTC. */
  timezone: string;
  /** Fields that seem to be numbers at the start of the file, and among which words were found: by index. */
  words?: ReadonlySet<number>;
  /** Fields that are to be read as text, since too many of their values are no numbers: by index. */
  texts?: ReadonlySet<number>;
}

export interface Importer {
  /** As `--as` names it. */
  id: string;
  title: string;
  /** What it takes and what becomes of it, a sentence or two. */
  description: string;
  /** Whether a source is of this kind, by its content alone. The first in the index that recognises a source takes it. */
  recognises(probe: Probe): boolean;
  /** Whether it plans again when `words` or `texts` of the options tell more of the fields than the start of the file. */
  learns?: true;
  /** Throws `rows-invalid` where `--as` names this importer and the source cannot be of its kind. */
  plan(probe: Probe, options: ImportOptions): ImportPlan;
}

export interface ImportPlan {
  reader: Reader;
  /** The schema of ours that the features are of. */
  schema?: TableSchema;
  /** In the order in which they are stored. */
  columns: readonly ImportColumn[];
  /** Rows that are left out and counted: SQL over the reader's columns that is true for them. The first that is true counts. */
  drops: readonly { reason: string; sql: string }[];
  /** Rows that cannot be taken; they go to the reject file. SQL over the reader's columns. */
  rejects: readonly { reason: string; sql: string }[];
  /** What is repaired or odd, counted over the rows that are kept: SQL that is true for a row, and what to say of them. */
  counts: readonly { what: string; sql: string }[];
  /** What to say of the file as a whole, such as "renamed 80 columns from the 2018 style". */
  remarks: readonly { what: string; count?: number }[];
}

export interface ImportColumn {
  name: string;
  role: ColumnRole;
  kind: DatasetColumnKind;
  unit: string;
  description: string;
  /** SQL over the reader's columns: DOUBLE for "number", VARCHAR for "category" and "text", BIGINT (µs) for "time". */
  sql: string;
}

/** How raw rows are read. */
export type Reader = CsvReader | LinesReader | ParquetReader;

/** Delimited text. Its columns are c0, c1, … in the order of the file. */
export interface CsvReader {
  kind: "csv";
  delimiter: string;
  /** Lines before the first record that is data, header among them. */
  skip: number;
  /** Type of every field. A text in a "number" rejects the row. */
  fields: readonly ("number" | "text")[];
  /** Names of the fields, for messages; default: the fields of the first record. */
  names?: readonly string[];
  /** Texts that stand for nothing, in every column; "" is always one. */
  nulls: readonly string[];
  /** Whether fields may be quoted; default true. */
  quoted?: boolean;
  /** Lines that start with it are passed over, as long as they have not as many fields as a row; those are dropped. */
  comment?: string;
}

/** Text line by line: one column `line` (VARCHAR), and `line_number` (BIGINT, from 1). For JSON, and text of odd form. */
export interface LinesReader {
  kind: "lines";
  /** SQL over `line` that is computed once a row, as column `parsed`; DuckDB would do it again for every column that asks. */
  parsed?: string;
}

/** Columns have their own names. */
export interface ParquetReader {
  kind: "parquet";
}
