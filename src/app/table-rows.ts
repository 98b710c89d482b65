// Pages of the rows of a table that was made, as others filter and sort it: a few rows of a million, at once.
//
// Which rows fit, in their order, is found once and kept as their numbers (4 bytes each); rows are read some thousand at a time,
// since reading scattered rows costs the same for one as for a thousand, and the last blocks are kept. Both are bounded, and a
// table is known by its path, size and time, so that one that was made anew is read anew. One question is worked on at a time,
// by one DuckDB that is closed when nobody asks any more.

import { stat } from "node:fs/promises";
import type { DuckDBValue } from "@duckdb/node-api";
import { OrbweaverError } from "../base/errors.ts";
import { type Duck, doubles, fileLiteral, identifier, kindOf, openDuck } from "../dataset/duck.ts";
import { isPlain, type KnownColumn, type RowQuestion, rowSql } from "../dataset/row-question.ts";
import { readTableFacts } from "../dataset/store/table-parquet.ts";

export { type Condition, conditionForm, conditionsForm, type RowQuestion } from "../dataset/row-question.ts";

export type Cell = string | number | boolean | null;

export interface RowColumn {
  name: string;
  kind: "number" | "text" | "time" | "other";
  unit: string;
  description: string;
}

export interface RowPage {
  /** Rows that fit. */
  total: number;
  /** Of the first row given, among those that fit. */
  offset: number;
  columns: RowColumn[];
  /** Values in the order of the columns: numbers that JavaScript cannot hold exactly, and times, are texts. */
  rows: Cell[][];
}

export interface PageWanted extends RowQuestion {
  offset: number;
  limit: number;
}

const MEMORY = "512MB";
const THREADS = 2;
/** Rows that are read at once and kept. */
const BLOCK_ROWS = 2_000;
const BLOCKS_KEPT = 40;
/** Numbers of rows that are kept, over all questions: 4 bytes each. */
const NUMBERS_KEPT = 32_000_000;
const TABLES_KEPT = 64;
const WAITING_MAX = 64;
/** DuckDB stays open this long behind the last question, ms. */
const IDLE_MS = 30_000;
/** Column of a Parquet file that DuckDB makes. */
const NUMBER = "file_row_number";

interface Table {
  from: string;
  rows: number;
  columns: RowColumn[];
  known: KnownColumn[];
}

/** Keeps the things that were used last, up to a sum of their sizes. */
class Kept<T> {
  readonly #things = new Map<string, { thing: T; size: number }>();
  readonly #most: number;
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): T | undefined {
    const found = this.#things.get(key);
    if (found === undefined) return undefined;
    this.#things.delete(key);
    this.#things.set(key, found);
    return found.thing;
  }

  set(key: string, thing: T, size = 1): void {
    this.#things.set(key, { thing, size });
    this.#size += size;
    for (const [oldest, { size: freed }] of this.#things) {
      if (this.#size <= this.#most || oldest === key) break;
      this.#things.delete(oldest);
      this.#size -= freed;
    }
  }
}

export class TableRows {
  readonly #tables = new Kept<Table>(TABLES_KEPT);
  readonly #orders = new Kept<Uint32Array>(NUMBERS_KEPT);
  readonly #blocks = new Kept<Cell[][]>(BLOCKS_KEPT);
  #duck: Duck | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;

  /**
   * Rows of a Parquet file.
   *
   * @throws `request-invalid` for what the table does not have, `rows-busy` where too many ask, `cancelled`
   */
  page(path: string, wanted: PageWanted, signal: AbortSignal): Promise<RowPage> {
    if (this.#waiting >= WAITING_MAX)
      throw new OrbweaverError("rows-busy", `${this.#waiting} questions to tables are waiting already`, {
        retryAfterS: 1,
      });
    this.#waiting++;
    clearTimeout(this.#idle);
    const answer = this.#turn.then(() => this.#answer(path, wanted, signal));
    this.#turn = answer.then(
      () => this.#leave(),
      () => this.#leave(),
    );
    return answer;
  }

  /** Closes DuckDB behind the question that is worked on; a later question opens it again. */
  async close(): Promise<void> {
    await this.#turn;
    this.#closeDuck();
  }

  #closeDuck(): void {
    clearTimeout(this.#idle);
    this.#duck?.close();
    this.#duck = undefined;
  }

  #leave(): void {
    this.#waiting--;
    if (this.#waiting > 0) return;
    this.#idle = setTimeout(() => this.#closeDuck(), IDLE_MS);
    this.#idle.unref();
  }

  async #answer(path: string, wanted: PageWanted, signal: AbortSignal): Promise<RowPage> {
    if (signal.aborted) throw new OrbweaverError("cancelled", "nobody waits for these rows any more");
    this.#duck ??= await openDuck({ memoryLimit: MEMORY, threads: THREADS });
    const { connection } = this.#duck;
    const interrupt = (): void => connection.interrupt();
    signal.addEventListener("abort", interrupt, { once: true });
    try {
      return await this.#read(path, wanted);
    } catch (failure) {
      if (signal.aborted) throw new OrbweaverError("cancelled", "nobody waits for these rows any more");
      throw failure;
    } finally {
      signal.removeEventListener("abort", interrupt);
    }
  }

  async #read(path: string, { offset, limit, ...question }: PageWanted): Promise<RowPage> {
    const { size, mtimeMs } = await stat(path);
    const file = JSON.stringify([path, size, mtimeMs]);
    const table = await this.#table(path, file);
    const key = `${file}${JSON.stringify([question.where, question.sort ?? null])}`;
    const order = isPlain(question) ? undefined : await this.#order(table, question, key);
    const total = order?.length ?? table.rows;
    const rows: Cell[][] = [];
    const end = Math.min(total, offset + limit);
    for (let at = offset; at < end; ) {
      const index = Math.floor(at / BLOCK_ROWS);
      const first = index * BLOCK_ROWS;
      const block = await this.#block(table, order, index, `${key}${index}`);
      const some = block.slice(at - first, end - first);
      rows.push(...some);
      at = first + BLOCK_ROWS;
    }
    return { total, offset, columns: table.columns, rows };
  }

  async #table(path: string, key: string): Promise<Table> {
    const kept = this.#tables.get(key);
    if (kept !== undefined) return kept;
    const duck = this.#duck as Duck;
    const from = `read_parquet(${fileLiteral(path)}, hive_partitioning = false, file_row_number = true)`;
    const [described, counted, told] = [
      (await duck.connection.runAndReadAll(`DESCRIBE FROM ${from}`)).getRows(),
      (await duck.connection.runAndReadAll(`SELECT count(*) FROM ${from}`)).getRows(),
      await readTableFacts(duck, path).catch(() => undefined),
    ];
    const known = described
      .map(([name, type]) => ({ name: String(name), type: String(type) }))
      .filter(({ name }) => name !== NUMBER);
    const facts = new Map(told?.columns.map((column) => [column.name, column]));
    const columns = known.map(({ name, type }) => ({
      name,
      kind: kindOf(type),
      unit: facts.get(name)?.unit ?? "",
      description: facts.get(name)?.description ?? "",
    }));
    const table = { from, rows: Number(counted[0][0]), columns, known };
    this.#tables.set(key, table);
    return table;
  }

  async #order(table: Table, question: RowQuestion, key: string): Promise<Uint32Array> {
    const kept = this.#orders.get(key);
    if (kept !== undefined) return kept;
    const { where, order, values } = rowSql(question, table.known, NUMBER);
    const select = `SELECT ${NUMBER}::DOUBLE FROM ${table.from} WHERE ${where} ORDER BY ${order}`;
    const numbers = await this.#numbers(select, values);
    this.#orders.set(key, numbers, numbers.length + 1);
    return numbers;
  }

  async #numbers(select: string, values: DuckDBValue[]): Promise<Uint32Array> {
    const result = await (this.#duck as Duck).connection.stream(select, values);
    const parts: Float64Array[] = [];
    let count = 0;
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; ) {
      const part = doubles(chunk, 0).slice(0, chunk.rowCount);
      count += part.length;
      if (count > NUMBERS_KEPT)
        throw new OrbweaverError(
          "request-invalid",
          `more than ${NUMBERS_KEPT} rows fit, too many to be put in order`,
          { hint: "Filter more, or fetch the whole table." },
        );
      parts.push(part);
      chunk = await result.fetchChunk();
    }
    const numbers = new Uint32Array(count);
    let at = 0;
    for (const part of parts) {
      numbers.set(part, at);
      at += part.length;
    }
    return numbers;
  }

  async #block(table: Table, order: Uint32Array | undefined, index: number, key: string): Promise<Cell[][]> {
    const kept = this.#blocks.get(key);
    if (kept !== undefined) return kept;
    const first = index * BLOCK_ROWS;
    const wanted = order?.subarray(first, first + BLOCK_ROWS);
    const names = table.known.map(({ name }) => identifier(name)).join(", ");
    // Numbers of rows are ours, and whole: nothing that anybody wrote stands in this text.
    const where =
      wanted === undefined
        ? `${NUMBER} >= ${first} AND ${NUMBER} < ${first + BLOCK_ROWS}`
        : `${NUMBER} IN (SELECT unnest([${wanted.join(", ")}]::BIGINT[]))`;
    const reader = await (this.#duck as Duck).connection.runAndReadAll(
      `SELECT ${NUMBER}::DOUBLE, ${names} FROM ${table.from} WHERE ${where}`,
    );
    const found = new Map(reader.getRows().map(([number, ...cells]) => [Number(number), cells.map(cellOf)]));
    const numbers = wanted ?? Array.from(found.keys()).sort((one, other) => one - other);
    const block = Array.from(numbers, (number) => found.get(number) ?? []);
    this.#blocks.set(key, block);
    return block;
  }
}

/** What JSON can hold, and JavaScript exactly. */
function cellOf(value: DuckDBValue): Cell {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return String(value);
}
