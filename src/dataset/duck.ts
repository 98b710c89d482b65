// DuckDB as we use it: in memory, bounded, without network, and with columns moved as whole typed arrays.
//
// Nothing is ever downloaded: extensions are neither installed nor loaded on demand (CSV, JSON and Parquet are built in).

import { rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBDoubleVector,
  DuckDBInstance,
} from "@duckdb/node-api";

export interface DuckOptions {
  /** What DuckDB may use before it spills to disk, as DuckDB spells it ("2GB"). */
  memoryLimit: string;
  /** Where it spills, made only when needed and removed by `close`; default: a folder of its own among the temporary files. */
  spillFolder?: string;
  threads?: number;
  /** Ends the query that runs, and every later one, with an error. */
  signal?: AbortSignal;
}

export interface Duck {
  connection: DuckDBConnection;
  /** As given when it was opened. */
  signal: AbortSignal | undefined;
  close(): void;
}

const THREADS_MAX = 4;
/** How often a stop is repeated: DuckDB forgets one that comes between two steps of a query. */
const INTERRUPT_INTERVAL_MS = 20;
let duckCount = 0;

export async function openDuck(options: DuckOptions): Promise<Duck> {
  duckCount++;
  const spillFolder = options.spillFolder ?? join(tmpdir(), `orbweaver-spill-${process.pid}-${duckCount}`);
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: options.memoryLimit,
    threads: String(options.threads ?? Math.min(THREADS_MAX, availableParallelism())),
    temp_directory: spillFolder,
    preserve_insertion_order: "true",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    // It makes a join of every IN list: a second of planning, and slower reading, for a table of 80 columns.
    disabled_optimizers: "in_clause",
  });
  const connection = await instance.connect();
  const release = interruptOnAbort(connection, options.signal);
  return {
    connection,
    signal: options.signal,
    close() {
      release();
      connection.closeSync();
      instance.closeSync();
      rmSync(spillFolder, { recursive: true, force: true });
    },
  };
}

/** Interrupts queries from the moment that the signal is aborted; returns what ends that. */
function interruptOnAbort(connection: DuckDBConnection, signal: AbortSignal | undefined): () => void {
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    connection.interrupt();
    timer = setInterval(() => connection.interrupt(), INTERRUPT_INTERVAL_MS);
  };
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort);
  return () => {
    signal?.removeEventListener("abort", onAbort);
    clearInterval(timer);
  };
}

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The path of one file to read as an SQL literal: DuckDB takes *, ? and brackets for patterns. */
export function fileLiteral(path: string): string {
  return literal(resolve(path).replaceAll(/[[\]*?]/g, (character) => `[${character}]`));
}

/** A name as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** What a column of a type holds, by DuckDB's name of the type. */
export function kindOf(type: string): "number" | "text" | "time" | "other" {
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|BOOLEAN|DECIMAL\(\d+,\d+\))$/.test(type))
    return "number";
  if (/^(VARCHAR|ENUM\(.*\)|UUID|JSON)$/.test(type)) return "text";
  return /^(DATE|TIMESTAMP.*)$/.test(type) ? "time" : "other";
}

/** The numbers of a DOUBLE column of a chunk, without a copy where the library lets us; absent is not told apart. */
export function doubles(chunk: DuckDBDataChunk, column: number): Float64Array {
  const vector = chunk.getColumnVector(column);
  const items: unknown = (vector as unknown as { items?: unknown }).items;
  if (vector instanceof DuckDBDoubleVector && items instanceof Float64Array) return items;
  return Float64Array.from({ length: vector.itemCount }, (_, row) => Number(vector.getItem(row) ?? NaN));
}

/** Sets a DOUBLE column of a chunk. */
export function setDoubles(chunk: DuckDBDataChunk, column: number, values: Float64Array): void {
  const vector = chunk.getColumnVector(column);
  const items: unknown = (vector as unknown as { items?: unknown }).items;
  if (items instanceof Float64Array && items.length === values.length) items.set(values);
  else for (let row = 0; row < values.length; row++) vector.setItem(row, values[row]);
  vector.flush();
}

/** Sets a VARCHAR column of a chunk. */
export function setTexts(chunk: DuckDBDataChunk, column: number, texts: readonly (string | null)[]): void {
  const vector = chunk.getColumnVector(column);
  for (let row = 0; row < vector.itemCount; row++) vector.setItem(row, texts[row]);
  vector.flush();
}
