// Gathers points whose columns come to light one by one, and writes them as one Parquet table.
//
// Rows go to a text file beside the target, in the order in which they come, and DuckDB turns that into Parquet at the end,
// when all columns and their kinds are known: memory stays bounded however many points there are. A column is of numbers
// when all of its values are. Knows neither line protocol nor servers.

import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { OrbweaverError } from "../../base/errors.ts";
import { fileLiteral, identifier, literal, openDuck } from "../duck.ts";
import { writeError } from "../file-error.ts";
import { temporaryName } from "../sink.ts";
import type { ValueType } from "./line-protocol.ts";

export interface SpooledColumn {
  name: string;
  kind: "number" | "text" | "time";
}

export interface SpoolOptions {
  /** Bounds DuckDB while it writes Parquet; default 1GB. */
  memoryLimit?: string;
  signal?: AbortSignal;
}

/** A column of the table: its name, and what `addColumn` returned for it. */
export interface PlacedColumn {
  name: string;
  column: number;
}

export interface PointSpool {
  /** Rows so far. */
  readonly rows: number;
  /** Adds a column; `type` says what it is of where it has no values. Returns its index. */
  addColumn(type?: ValueType): number;
  /** Sets a value of the row that is being made; numbers by their digits. Throws nothing. */
  set(column: number, type: ValueType, value: string): void;
  /** Ends the row; µs in digits, "" for none. Throws `file-write`. */
  endRow(timeUs: string): void;
  /**
   * Writes the table: `time` (TIMESTAMP, UTC) first, then the columns in this order, DOUBLE and VARCHAR. The file appears
   * whole or not at all.
   *
   * @throws `file-write`, `cancelled`
   */
  finish(out: string, order: readonly PlacedColumn[], isSorted?: boolean): Promise<SpooledColumn[]>;
  /** Removes everything. Never throws. */
  discard(): void;
}

/** Name of the column of times. */
export const TIME_NAME = "time";

const MEMORY_LIMIT = "1GB";
/** Characters gathered before they are written. */
const CHUNK_CHARACTERS = 1 << 20;
const ROW_CHARACTERS_MAX = 1 << 24;
const ROW_GROUP_ROWS = 122_880;
const TYPE_BITS: Readonly<Record<ValueType, number>> = { number: 1, text: 2, boolean: 4 };

/** Opens a spool beside the file that is to be. Throws `file-write`. */
export function openPointSpool(beside: string, options: SpoolOptions = {}): PointSpool {
  const path = temporaryName(beside);
  const descriptor = openedFile(path, beside);
  /** Of the row that is being made. */
  let cells: string[] = [];
  /** Of each column, the types of its values, and the type that it has without any. */
  const found: number[] = [];
  const declared: ValueType[] = [];
  let gathered = "";
  let rows = 0;
  let isOpen = true;
  let isRagged = false;

  function write(): void {
    try {
      if (gathered !== "") writeSync(descriptor, gathered);
    } catch (cause) {
      throw writeError(beside, cause);
    }
    gathered = "";
  }

  function discard(): void {
    try {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
      rmSync(path, { force: true });
    } catch {
      // What cannot be removed is not worth hiding the first failure.
    }
  }

  function isNumber(column: number): boolean {
    return found[column] === 0 ? declared[column] === "number" : found[column] === TYPE_BITS.number;
  }

  async function copyTo(out: string, order: readonly PlacedColumn[], isSorted: boolean): Promise<void> {
    const types = declared.map((_, index) => `c${index}: '${isNumber(index) ? "DOUBLE" : "VARCHAR"}'`);
    const reading = readOptions([`t: 'BIGINT'`, ...types], isRagged);
    const columns = order.map(({ name, column }) => `c${column} AS ${identifier(name)}`);
    const select = `SELECT ${[`make_timestamp(t) AS ${identifier(TIME_NAME)}`, ...columns].join(", ")}`;
    const from = `read_csv(${fileLiteral(path)}, ${reading.join(", ")})`;
    const writing = `FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, USE_TMP_FILE false`;
    const duck = await openDuck({
      memoryLimit: options.memoryLimit ?? MEMORY_LIMIT,
      spillFolder: `${path}.spill`,
      signal: options.signal,
    });
    try {
      const sorting = isSorted ? ` ORDER BY ${identifier(TIME_NAME)}` : "";
      await duck.connection.run(`COPY (${select} FROM ${from}${sorting}) TO ${literal(out)} (${writing})`);
    } finally {
      duck.close();
    }
  }

  return {
    get rows() {
      return rows;
    },
    addColumn(type = "number") {
      found.push(0);
      declared.push(type);
      cells.push("");
      if (rows > 0) isRagged = true;
      return declared.length - 1;
    },
    set(column, type, value) {
      found[column] |= TYPE_BITS[type];
      cells[column] = type === "text" ? quoted(value) : value;
    },
    endRow(timeUs) {
      gathered += `${timeUs},${cells.join(",")}\n`;
      rows++;
      cells = cells.fill("");
      if (gathered.length >= CHUNK_CHARACTERS) write();
    },
    async finish(out, order, isSorted = false) {
      const temporary = temporaryName(out);
      try {
        write();
        await copyTo(temporary, order, isSorted);
        await rename(temporary, out);
      } catch (cause) {
        await rm(temporary, { force: true });
        if (options.signal?.aborted)
          throw new OrbweaverError("cancelled", "reading points was cancelled", { cause });
        throw writeError(out, cause);
      } finally {
        discard();
      }
      const columns = order.map(({ name, column }): SpooledColumn => {
        return { name, kind: isNumber(column) ? "number" : "text" };
      });
      return [{ name: TIME_NAME, kind: "time" }, ...columns];
    },
    discard,
  };
}

/** Each name once, whatever its case, as DuckDB wants it, and none that is the time's. Earlier columns choose first. */
export function distinctNames(columns: readonly PlacedColumn[]): PlacedColumn[] {
  const used = new Set([TIME_NAME]);
  return columns.map(({ name, column }) => {
    let free = name;
    for (let copy = 1; used.has(free.toLowerCase()); copy++) free = `${name}.${copy}`;
    used.add(free.toLowerCase());
    return { name: free, column };
  });
}

function openedFile(path: string, shown: string): number {
  try {
    return openSync(path, "wx");
  } catch (cause) {
    throw writeError(shown, cause);
  }
}

/** How DuckDB reads the spooled rows. */
function readOptions(types: readonly string[], isRagged: boolean): string[] {
  return [
    "auto_detect = false",
    "header = false",
    "hive_partitioning = false",
    "delim = ','",
    `quote = '"'`,
    `escape = '"'`,
    "nullstr = ''",
    "allow_quoted_nulls = false",
    "compression = 'none'",
    `max_line_size = ${ROW_CHARACTERS_MAX}`,
    // Rows from before the last columns came to light are shorter.
    ...(isRagged ? ["null_padding = true", "parallel = false"] : []),
    `columns = {${types.join(", ")}}`,
  ];
}

function quoted(text: string): string {
  return text.includes('"') ? `"${text.replaceAll('"', '""')}"` : `"${text}"`;
}
