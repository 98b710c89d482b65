// Opens a writer of row files: CSV, JSON lines, Parquet or .orbrows, to a file or to standard output.
//
// Files appear whole or not at all (see sink.ts). What a file holds and in which order is said in row-layout.ts; the
// reference is docs/reference/row-files.md.

import { extname } from "node:path";
import type { Writable } from "node:stream";
import { OrbweaverError } from "../base/errors.ts";
import type { NameStyle } from "../feature/published.ts";
import type { Schema } from "../feature/schema.ts";
import { orbrowsWriter } from "./orbrows-writer.ts";
import { publishedCsvWriter, timestampWriter } from "./published-csv.ts";
import type { ExtraColumn, RowLayout, RowWriter } from "./row-layout.ts";
import { requireDistinctNames } from "./row-layout.ts";
import { csvWriter, jsonLinesWriter } from "./row-text.ts";
import { openFileTarget, streamTarget, type Target } from "./sink.ts";

export type { ExtraColumn, ExtraValue, ExtraValues, RowWriter } from "./row-layout.ts";

export const ROW_FORMATS = ["csv", "parquet", "jsonl", "orbrows"] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/** File name endings and the format each one asks for. */
const EXTENSIONS: Record<string, RowFormat> = {
  ".csv": "csv",
  ".parquet": "parquet",
  ".pq": "parquet",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".orbrows": "orbrows",
};

export interface RowWriterOptions {
  /** Default: by the ending of the path; CSV on standard output. */
  format?: RowFormat;
  /** Columns behind the features, such as labels. */
  extraColumns?: readonly ExtraColumn[];
  /** Free facts kept in Parquet and .orbrows files. */
  metadata?: Readonly<Record<string, string>>;
  /** Names of columns, in CSV of schemas that follow a public data set; default: those of the data set. */
  names?: NameStyle;
  /** IANA name of the zone that local times are told in there; default: UTC. */
  timezone?: string;
  /** What stands for a missing value in CSV; nothing by default. */
  missing?: string;
  /** What "-" means; default: standard output. */
  output?: Writable;
}

/**
 * Opens a row file for writing.
 *
 * @param path a file, or "-" for standard output
 * @throws `rows-format` for an unknown ending, `file-write` when the file cannot be made, `parameter-invalid` for
 *   extra columns named like others, an unknown time zone, or names where there are none to choose
 */
export async function openRowWriter(
  path: string,
  schema: Schema,
  options: RowWriterOptions = {},
): Promise<RowWriter> {
  const { missing } = options;
  const layout = { schema, extra: options.extraColumns ?? [], metadata: options.metadata ?? {}, missing };
  requireDistinctNames(layout);
  const format = options.format ?? rowFormatOf(path);
  if (missing !== undefined && (format !== "csv" || schema.published !== undefined)) throw missingError();
  const published = format === "csv" ? schema.published : undefined;
  if (published === undefined) requireNoStyle(options);
  if (format === "parquet") {
    const file = requireFile(path);
    // DuckDB takes longer to load than a small capture to meter, so only those who need it wait for it.
    const { parquetWriter } = await import("./parquet-writer.ts");
    return parquetWriter(file, layout);
  }
  const timestamp = published && timestampWriter(published.timestamp, options.timezone);
  const target = path === "-" ? streamTarget(options.output ?? process.stdout) : await openFileTarget(path);
  if (published && timestamp) return publishedCsvWriter(target, layout, published, timestamp, options.names);
  return STREAM_WRITERS[format](target, layout);
}

const STREAM_WRITERS: Record<
  Exclude<RowFormat, "parquet">,
  (target: Target, layout: RowLayout) => RowWriter
> = {
  csv: csvWriter,
  jsonl: jsonLinesWriter,
  orbrows: orbrowsWriter,
};

/** The format that a path asks for by its ending. Throws `rows-format`. */
export function rowFormatOf(path: string): RowFormat {
  if (path === "-") return "csv";
  const format = EXTENSIONS[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  const endings = Object.keys(EXTENSIONS).join(", ");
  throw new OrbweaverError(
    "rows-format",
    `'${path}' does not tell its format: expected an ending of ${endings}`,
    {
      hint: `End the name in one of ${endings}, or name the format.`,
    },
  );
}

function missingError(): OrbweaverError {
  return new OrbweaverError(
    "parameter-invalid",
    "what stands for a missing value can be chosen only for CSV in the layout of ours",
    { hint: "Write .csv with a schema that follows no other layout, or leave it out." },
  );
}

/** Names and zones can be chosen only where a public data set is followed. */
function requireNoStyle({ names, timezone }: RowWriterOptions): void {
  if (names === undefined && timezone === undefined) return;
  throw new OrbweaverError(
    "parameter-invalid",
    "names and time zone can be chosen only for CSV of schemas that follow a public data set",
    { hint: "Write .csv with a schema of the family cic, or leave both out." },
  );
}

function requireFile(path: string): string {
  if (path !== "-") return path;
  throw new OrbweaverError("rows-format", "Parquet cannot be written to standard output: expected a file", {
    hint: "Name a file, or write CSV, JSON lines or .orbrows.",
  });
}
