// Writes Parquet files from a source that is asked for one block of columns after another.
//
// DuckDB pulls the blocks through a table function while it writes, so memory is that of a row group however many rows
// there are. Missing numbers become NULL. The file appears whole or not at all.

import { rename, rm, stat } from "node:fs/promises";
import {
  DOUBLE,
  type DuckDBDataChunk,
  DuckDBTableFunction,
  type DuckDBTableFunctionInfo,
  VARCHAR,
} from "@duckdb/node-api";
import { identifier, literal, openDuck, setDoubles, setTexts } from "./duck.ts";
import { writeError } from "./file-error.ts";
import type { BlockColumn } from "./orbrows.ts";
import { resolveTarget, temporaryName } from "./sink.ts";

/** DuckDB's vector size: most rows that a source may give at once. */
export const PARQUET_CHUNK_ROWS = 2048;
/** Half of DuckDB's default, which halves memory; a multiple of its vector size. */
const ROW_GROUP_ROWS = 61_440;
/** One thread: DuckDB's other threads would only wait for our blocks. */
const THREADS = 1;
const MEMORY_LIMIT = "1GB";

export interface ParquetColumn {
  name: string;
  kind: "number" | "text";
  /** SQL over the column, named by the argument, that gives what is stored; default: NaN as NULL, text as it is. */
  stored?: (column: string) => string;
}

export interface ParquetSource {
  columns: readonly ParquetColumn[];
  /** Key-value metadata of the file. */
  metadata: Readonly<Record<string, string>>;
  /** At most PARQUET_CHUNK_ROWS rows, in column order; undefined at the end. May throw. */
  next(): { rows: number; columns: readonly BlockColumn[] } | undefined;
}

/** Writes the file; returns its size in bytes. Throws `file-write`, and what the source throws. */
export async function writeParquet(path: string, source: ParquetSource): Promise<number> {
  const target = await resolveTarget(path);
  if (!target.regular)
    throw writeError(path, new Error("Parquet needs a regular file, not a device or pipe"));
  const temporary = temporaryName(target.path);
  try {
    await copyTo(temporary, source);
    await rename(temporary, target.path);
    return (await stat(target.path)).size;
  } catch (cause) {
    await rm(temporary, { force: true });
    throw writeError(path, cause);
  }
}

/** Where the file will lie. Throws `file-write` for devices and pipes, which cannot be written back and forth. */
export async function requireRegular(path: string): Promise<{ path: string }> {
  const target = await resolveTarget(path);
  if (target.regular) return target;
  throw writeError(path, new Error("Parquet needs a regular file, found a device or pipe"));
}

async function copyTo(path: string, source: ParquetSource): Promise<void> {
  const duck = await openDuck({ spillFolder: `${path}.spill`, memoryLimit: MEMORY_LIMIT, threads: THREADS });
  let failure: unknown;
  try {
    duck.connection.registerTableFunction(
      DuckDBTableFunction.create({
        name: "rows_of_source",
        bindFunction: (bind) => {
          source.columns.forEach((column, index) => {
            bind.addResultColumn(`c${index}`, column.kind === "number" ? DOUBLE : VARCHAR);
          });
        },
        initFunction: (init) => init.setMaxThreads(1),
        mainFunction: (info, chunk) => {
          failure ??= give(source, info, chunk);
        },
      }),
    );
    await duck.connection.run(copyStatement(path, source));
  } catch (cause) {
    throw failure ?? cause;
  } finally {
    duck.close();
  }
}

/** Fills one chunk; returns what went wrong, if anything did. */
function give(source: ParquetSource, info: DuckDBTableFunctionInfo, chunk: DuckDBDataChunk): unknown {
  try {
    const block = source.next();
    chunk.rowCount = block?.rows ?? 0;
    block?.columns.forEach((column, index) => {
      if (column instanceof Float64Array) setDoubles(chunk, index, column.subarray(0, block.rows));
      else setTexts(chunk, index, column);
    });
    return undefined;
  } catch (failure) {
    chunk.rowCount = 0;
    info.setError("the source failed");
    return failure;
  }
}

function copyStatement(path: string, source: ParquetSource): string {
  const columns = source.columns.map((column, index) => {
    const expression = (column.stored ?? plain(column.kind))(`c${index}`);
    return `${expression} AS ${identifier(column.name)}`;
  });
  const metadata = Object.entries(source.metadata).map(
    ([key, value]) => `${identifier(key)}: ${literal(value)}`,
  );
  const options = [
    "FORMAT parquet",
    "COMPRESSION zstd",
    `ROW_GROUP_SIZE ${ROW_GROUP_ROWS}`,
    "USE_TMP_FILE false",
    ...(metadata.length === 0 ? [] : [`KV_METADATA {${metadata.join(", ")}}`]),
  ];
  return `COPY (SELECT ${columns.join(", ")} FROM rows_of_source()) TO ${literal(path)} (${options.join(", ")})`;
}

function plain(kind: "number" | "text"): (column: string) => string {
  return kind === "text" ? (column) => column : (column) => `nullif(${column}, 'nan'::DOUBLE)`;
}

/** Stored form of a column of codes: the name of each code, NULL for a code without one. */
export function named(names: readonly string[]): (column: string) => string {
  if (names.length === 0) return () => "NULL::VARCHAR";
  return (column) => `list_extract([${names.map(literal).join(", ")}], TRY_CAST(${column} + 1 AS INTEGER))`;
}
