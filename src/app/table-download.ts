// Tables as clients take them: CSV for spreadsheets, Parquet, JSON lines, made while they are sent.
//
// What it guarantees: memory that does not grow with the rows; a bound of how many are made at once; CSV in which a
// spreadsheet finds no formula.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { OrbweaverError } from "../base/errors.ts";
import { type Duck, fileLiteral, identifier, openDuck } from "../dataset/duck.ts";
import { textLines, textParts } from "../dataset/export-rows.ts";
import { isPlain, type KnownColumn, type RowQuestion, rowSql } from "../dataset/row-question.ts";
import { stopWhenAsked } from "../dataset/stop.ts";
import type { TableFile } from "../dataset/store/contract.ts";
import { openProject } from "../dataset/store/project.ts";
import { isReference, resolveTable } from "../dataset/store/reference.ts";
import { copyTable, describeTable, readTableFacts } from "../dataset/store/table-parquet.ts";
import { fromTemporary } from "./temporary-download.ts";

export const TABLE_FORMATS = ["csv", "parquet", "jsonl"] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

export interface Download {
  /** Media type. */
  type: string;
  /** Of a file name. */
  ending: TableFormat;
  /** Where it is known before. */
  bytes?: number;
  content: AsyncIterable<Uint8Array | string>;
}

const TYPES: Readonly<Record<TableFormat, string>> = {
  csv: "text/csv; charset=utf-8",
  parquet: "application/vnd.apache.parquet",
  jsonl: "application/x-ndjson; charset=utf-8",
};
const MEMORY = "256MB";
const THREADS = 1;
/** Tables that are made into text at once. */
const AT_ONCE = 8;
let making = 0;

/** A Parquet file that we wrote. Throws `jobs-full`, `dataset-damaged`. */
export function downloadFile(path: string, format: TableFormat, signal: AbortSignal): Promise<Download> {
  if (format === "parquet") return wholeFile(path);
  return converted(format, signal, async (duck) => {
    const { columns } = await readTableFacts(duck, path);
    const { rows } = await describeTable(duck, path, undefined);
    return { path, rows, columns, name: "table" };
  });
}

/**
 * The rows of a Parquet file of ours that fit, in the order that is asked for. They are written to a file of their own first, so
 * that all forms are made by the same code; it goes when the download ends. Throws `request-invalid`, and as `downloadFile`.
 */
export async function downloadRows(
  path: string,
  question: RowQuestion,
  format: TableFormat,
  signal: AbortSignal,
): Promise<Download> {
  if (isPlain(question)) return downloadFile(path, format, signal);
  return fromTemporary("rows.parquet", signal, async (chosen) => {
    await writeChosen(path, question, chosen, signal);
    return downloadFile(chosen, format, signal);
  });
}

async function writeChosen(
  path: string,
  question: RowQuestion,
  out: string,
  signal: AbortSignal,
): Promise<void> {
  const duck = await openDuck({ memoryLimit: MEMORY, signal });
  try {
    const from = `read_parquet(${fileLiteral(path)}, hive_partitioning = false, file_row_number = true)`;
    const { connection } = duck;
    const described = (await connection.runAndReadAll(`DESCRIBE FROM ${from}`)).getRows();
    const columns: KnownColumn[] = described
      .map(([name, type]) => ({ name: String(name), type: String(type) }))
      .filter(({ name }) => name !== "file_row_number");
    const { where, order, values } = rowSql(question, columns, "file_row_number");
    // Values cannot be bound in a COPY.
    await connection.run(
      `CREATE TEMP TABLE chosen AS SELECT file_row_number AS number, row_number() OVER (ORDER BY ${order}) AS place FROM ${from} WHERE ${where}`,
      values,
    );
    const names = columns.map(({ name }) => `rows.${identifier(name)}`).join(", ");
    const select = `SELECT ${names} FROM ${from} AS rows JOIN chosen ON rows.file_row_number = chosen.number ORDER BY chosen.place`;
    await copyTable(duck, select, out, await readTableFacts(duck, path));
  } catch (failure) {
    stopWhenAsked(signal);
    throw failure;
  } finally {
    duck.close();
  }
}

/** A data set, its table or part. Throws `dataset-unknown`, `jobs-full`, `dataset-damaged`. */
export async function downloadDataset(
  root: string,
  reference: string,
  format: TableFormat,
  signal: AbortSignal,
): Promise<Download> {
  const project = await openProject({ folder: root, create: true });
  if (!(await isReference(project, reference)))
    throw new OrbweaverError("dataset-unknown", `there is no data set '${reference.slice(0, 100)}'`);
  if (format !== "parquet")
    return converted(format, signal, (duck) => resolveTable(reference, { project, duck }));
  const duck = await openDuck({ memoryLimit: MEMORY, signal });
  try {
    return await wholeFile((await resolveTable(reference, { project, duck })).path);
  } finally {
    duck.close();
  }
}

async function wholeFile(path: string): Promise<Download> {
  const { size } = await stat(path);
  return {
    type: TYPES.parquet,
    ending: "parquet",
    bytes: size,
    content: createReadStream(path, { highWaterMark: 1 << 18 }),
  };
}

/** Failures before the first byte are thrown here, later ones break the download. */
async function converted(
  format: "csv" | "jsonl",
  signal: AbortSignal,
  open: (duck: Duck) => Promise<TableFile>,
): Promise<Download> {
  if (making >= AT_ONCE)
    throw new OrbweaverError(
      "jobs-full",
      `${making} tables are being sent already, as many as may be at once`,
      {
        hint: "Try again when one of them is through, or take Parquet.",
        retryAfterS: 5,
      },
    );
  making++;
  let duck: Duck | undefined;
  try {
    duck = await openDuck({ memoryLimit: MEMORY, threads: THREADS, signal });
    const table = await open(duck);
    return { type: TYPES[format], ending: format, content: new TextOf(duck, table, format, signal) };
  } catch (failure) {
    duck?.close();
    making--;
    throw failure;
  }
}

/** The text of a table, once; what it took is given back at its end, also where nobody begins to read. */
class TextOf implements AsyncIterable<string> {
  readonly #duck: Duck;
  readonly #parts: AsyncGenerator<string>;
  #isOpen = true;

  constructor(duck: Duck, table: TableFile, format: "csv" | "jsonl", signal: AbortSignal) {
    this.#duck = duck;
    this.#parts = textParts(duck, table, textLines(table, format, true), { signal });
    signal.addEventListener("abort", () => void this.#parts.return(undefined).finally(() => this.#close()), {
      once: true,
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    try {
      yield* this.#parts;
    } finally {
      this.#close();
    }
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    making--;
    this.#duck.close();
  }
}
