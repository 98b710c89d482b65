// Writes the rows of a table to a file, a stream or a server, in bounded memory. Files appear whole or not at all.

import { createReadStream } from "node:fs";
import { OrbweaverError } from "../base/errors.ts";
import { counted } from "../base/number-text.ts";
import { type Duck, fileLiteral } from "./duck.ts";
import { csvForm, jsonForm, type TextForm } from "./export-text.ts";
import { messageOf, readError } from "./file-error.ts";
import type { InfluxClient } from "./influx/client.ts";
import type { LinePlan } from "./influx/line-sql.ts";
import { BATCH_CHARACTERS, BATCH_LINES, sendBatch } from "./influx/send.ts";
import { requireRegular } from "./parquet.ts";
import { openFileTarget, streamTarget, type Target } from "./sink.ts";
import { stopWhenAsked } from "./stop.ts";
import type { TableFile } from "./store/contract.ts";

export type TextFormat = "csv" | "jsonl";

export interface WriteOptions {
  signal?: AbortSignal;
  onProgress?: (progress: { rows: number; total: number }) => void;
}

export interface WrittenRows {
  rows: number;
  /** Rows without a value that line protocol could hold. */
  skipped: number;
  bytes: number;
}

/** A SELECT of `line`, NULL for rows that are left out, and `row`, which counts from 1. */
interface Lines {
  header: string;
  select: string;
}

export function textLines(table: TableFile, format: TextFormat, forSpreadsheets = false): Lines {
  const form: TextForm = format === "csv" ? csvForm(table.columns, forSpreadsheets) : jsonForm(table.columns);
  return {
    header: form.header,
    select: `SELECT ${form.line} AS line, file_row_number + 1 AS row FROM read_parquet(${fileLiteral(table.path)}, hive_partitioning = false, file_row_number = true)`,
  };
}

/**
 * Writes lines to a file, or to standard output for "-". Throws `file-write`, `cancelled`, `dataset-damaged`. A reader of
 * standard output that leaves ends it early, which is no error.
 */
export async function writeLines(
  duck: Duck,
  table: TableFile,
  lines: Lines,
  path: string,
  options: WriteOptions,
): Promise<WrittenRows> {
  const target = path === "-" ? streamTarget(process.stdout) : await openFileTarget(path);
  try {
    let bytes = await put(target, lines.header);
    const written = await eachBatch(duck, table, lines.select, options, async (batch) => {
      bytes += await put(target, batch.lines.length === 0 ? "" : `${batch.lines.join("\n")}\n`);
      return !target.readerGone;
    });
    await target.finish();
    return { ...written, bytes };
  } catch (failure) {
    await target.abort();
    throw failure;
  }
}

async function put(target: Target, text: string): Promise<number> {
  const bytes = Buffer.from(text);
  if (bytes.length > 0) await target.write(bytes);
  return bytes.length;
}

/** Sends lines to a server. Throws what `sendBatch` throws, `cancelled`, `dataset-damaged`. */
export async function sendLines(
  duck: Duck,
  table: TableFile,
  plan: LinePlan,
  client: InfluxClient,
  options: WriteOptions,
): Promise<WrittenRows> {
  let lines: string[] = [];
  let rows: number[] = [];
  let characters = 0;
  let sent = 0;
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return;
    await sendBatch(client, { lines, rows }, sent);
    sent += lines.length;
    lines = [];
    rows = [];
    characters = 0;
  };
  const written = await eachBatch(duck, table, plan.select, options, async (batch) => {
    for (let index = 0; index < batch.lines.length; index++) {
      const line = batch.lines[index];
      if (characters + line.length > BATCH_CHARACTERS) await flush();
      lines.push(line);
      rows.push(batch.rows[index]);
      characters += line.length;
      bytes += Buffer.byteLength(line) + 1;
      if (lines.length >= BATCH_LINES) await flush();
    }
    return true;
  });
  await flush();
  return { ...written, bytes };
}

/** The table's own file, byte for byte, with all that it carries. Throws `file-write`. */
export async function copyParquet(
  table: TableFile,
  path: string,
  options: WriteOptions,
): Promise<WrittenRows> {
  await requireRegular(path);
  const target = await openFileTarget(path);
  let bytes = 0;
  try {
    for await (const part of readParts(table.path)) {
      stopWhenAsked(options.signal);
      await target.write(part);
      bytes += part.length;
    }
    await target.finish();
  } catch (failure) {
    await target.abort();
    throw failure;
  }
  options.onProgress?.({ rows: table.rows, total: table.rows });
  return { rows: table.rows, skipped: 0, bytes };
}

async function* readParts(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) yield part as Buffer;
  } catch (cause) {
    throw readError(path, cause);
  }
}

/** The text of all lines in pieces, as somebody asks for them. Throws `cancelled`, `dataset-damaged`. */
export async function* textParts(
  duck: Duck,
  table: TableFile,
  lines: Lines,
  options: WriteOptions = {},
): AsyncGenerator<string> {
  if (lines.header !== "") yield lines.header;
  for await (const batch of batches(duck, table, lines.select, options))
    if (batch.lines.length > 0) yield `${batch.lines.join("\n")}\n`;
}

interface Batch {
  lines: string[];
  /** Number of each line's row, from 1. */
  rows: number[];
  skipped: number;
}

/** Takes the lines chunk by chunk until there are none, or `take` says that it is enough. */
async function eachBatch(
  duck: Duck,
  table: TableFile,
  select: string,
  options: WriteOptions,
  take: (batch: Batch) => Promise<boolean>,
): Promise<{ rows: number; skipped: number }> {
  let rows = 0;
  let skipped = 0;
  for await (const batch of batches(duck, table, select, options)) {
    rows += batch.rows.length;
    skipped += batch.skipped;
    if (!(await take(batch))) break;
    options.onProgress?.({ rows: rows + skipped, total: table.rows });
  }
  return { rows, skipped };
}

async function* batches(
  duck: Duck,
  table: TableFile,
  select: string,
  options: WriteOptions,
): AsyncGenerator<Batch> {
  let seen = 0;
  const result = await stream(duck, table, select, options.signal);
  for (;;) {
    const chunk = await result.fetchChunk();
    stopWhenAsked(options.signal);
    if (chunk === null || chunk.rowCount === 0) break;
    const batch: Batch = { lines: [], rows: [], skipped: 0 };
    const texts = chunk.getColumnVector(0);
    const ordinals = chunk.getColumnVector(1);
    for (let index = 0; index < chunk.rowCount; index++) {
      const line = texts.getItem(index) as string | null;
      if (line === null) batch.skipped++;
      else {
        batch.lines.push(line);
        batch.rows.push(Number(ordinals.getItem(index)));
      }
    }
    seen += chunk.rowCount;
    yield batch;
  }
  // A stream of DuckDB that fails in the middle just ends.
  if (seen !== table.rows) {
    throw new OrbweaverError(
      "dataset-damaged",
      `'${table.name}' gave ${counted(seen, "row")}, expected ${table.rows}`,
    );
  }
}

async function stream(duck: Duck, table: TableFile, select: string, signal: AbortSignal | undefined) {
  try {
    return await duck.connection.stream(select);
  } catch (cause) {
    stopWhenAsked(signal);
    throw new OrbweaverError("dataset-damaged", `'${table.name}' cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}
