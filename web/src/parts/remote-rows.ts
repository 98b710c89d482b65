// Rows that the server holds, for a table of any length: fetched in blocks as they are looked at, with a bound of what is kept.
// Blocks that are scrolled past before their turn comes are not asked for.

import { useCallback, useEffect, useMemo, useReducer } from "react";
import { api, data } from "../api/client.ts";
import type { Condition } from "./verdicts/conditions.ts";
import type { Sorting } from "./virtual-table.tsx";

export const BLOCK_ROWS = 200;
/** 40,000 rows. */
const BLOCKS_KEPT = 200;
const AT_ONCE = 2;
/** Blocks around those that are seen. */
const AHEAD = 1;
/** A scroll bar that is dragged passes many blocks: only where it rests for so long is asked for. */
const REST_MS = 60;

export type Cell = string | number | boolean | null;

export interface RemoteColumn {
  name: string;
  /** "number", "time", or anything that is shown as it is. */
  kind: string;
  unit: string;
  description: string;
}

export interface RemotePage {
  /** Rows that there are. */
  total: number;
  columns: RemoteColumn[];
  /** Values in the order of the columns. */
  rows: Cell[][];
}

/** Asks the server for rows. */
export type FetchPage = (offset: number, limit: number, signal: AbortSignal) => Promise<RemotePage>;

export interface RemoteRows<Row> {
  /** Undefined until the first block has come. */
  total: number | undefined;
  columns: readonly RemoteColumn[];
  rowAt: (index: number) => Row | undefined;
  onRange: (first: number, last: number) => void;
  failure: unknown;
  isLoading: boolean;
  retry: () => void;
}

/**
 * @param key of the question; another one begins anew
 * @param read a row from its values in the order of the columns; must stay the same function
 */
export function useRemoteRows<Row>(
  key: string,
  fetchPage: FetchPage,
  read: (cells: Cell[], columns: readonly RemoteColumn[]) => Row,
): RemoteRows<Row> {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key tells when there is another question
  const blocks = useMemo(() => new Blocks(fetchPage, read, redraw), [key, read]);
  useEffect(() => {
    blocks.start();
    return () => blocks.stop();
  }, [blocks]);
  return {
    total: blocks.total,
    columns: blocks.columns,
    rowAt: useCallback((index: number) => blocks.rowAt(index), [blocks]),
    onRange: useCallback((first: number, last: number) => blocks.look(first, last), [blocks]),
    failure: blocks.failure,
    isLoading: blocks.isLoading,
    retry: useCallback(() => blocks.retry(), [blocks]),
  };
}

/** A row as it comes. */
export function cellsOf(cells: Cell[]): Cell[] {
  return cells;
}

export interface RowsOrder {
  where: readonly Condition[];
  sorting?: Sorting;
}

/** The parameters of a question in a query. */
export function questionQuery({ where, sorting }: RowsOrder): {
  where?: string;
  sort?: string;
  order?: "ascending" | "descending";
} {
  return {
    ...(where.length === 0 ? {} : { where: JSON.stringify(where) }),
    ...(sorting === undefined
      ? {}
      : { sort: sorting.column, order: sorting.descending ? "descending" : "ascending" }),
  };
}

/** Rows of a table that a job left, filtered and sorted by the server. */
export function useJobRows<Row>(
  { job, result, ...order }: { job: string; result: string } & RowsOrder,
  read: (cells: Cell[], columns: readonly RemoteColumn[]) => Row,
): RemoteRows<Row> {
  const query = questionQuery(order);
  const fetchPage: FetchPage = (offset, limit, signal) =>
    data(
      api.GET("/jobs/{id}/results/{result}/rows", {
        params: { path: { id: job, result }, query: { ...query, offset, limit } },
        signal,
      }),
    );
  return useRemoteRows(JSON.stringify([job, result, query]), fetchPage, read);
}

class Blocks<Row> {
  total: number | undefined;
  columns: readonly RemoteColumn[] = [];
  failure: unknown;
  readonly #fetchPage: FetchPage;
  readonly #read: (cells: Cell[], columns: readonly RemoteColumn[]) => Row;
  readonly #redraw: () => void;
  readonly #kept = new Map<number, Row[]>();
  readonly #coming = new Map<number, AbortController>();
  #first = 0;
  #last = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(
    fetchPage: FetchPage,
    read: (cells: Cell[], columns: readonly RemoteColumn[]) => Row,
    redraw: () => void,
  ) {
    this.#fetchPage = fetchPage;
    this.#read = read;
    this.#redraw = redraw;
  }

  get isLoading(): boolean {
    return this.#coming.size > 0;
  }

  start(): void {
    this.#isStopped = false;
    this.#ask();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#rest);
    for (const controller of this.#coming.values()) controller.abort();
    this.#coming.clear();
  }

  rowAt(index: number): Row | undefined {
    const block = Math.floor(index / BLOCK_ROWS);
    return this.#kept.get(block)?.[index - block * BLOCK_ROWS];
  }

  look(first: number, last: number): void {
    this.#first = Math.floor(first / BLOCK_ROWS);
    this.#last = Math.floor(last / BLOCK_ROWS);
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#ask(), REST_MS);
  }

  retry(): void {
    this.failure = undefined;
    this.#ask();
    this.#redraw();
  }

  /** Asks for what is seen, then for what is around it. */
  #ask(): void {
    if (this.#isStopped || this.failure !== undefined) return;
    for (const block of this.#wanted()) {
      if (this.#coming.size >= AT_ONCE) return;
      if (!this.#kept.has(block) && !this.#coming.has(block)) void this.#fetch(block);
    }
  }

  #wanted(): number[] {
    const blocks: number[] = [];
    for (let block = this.#first; block <= this.#last; block++) blocks.push(block);
    for (let step = 1; step <= AHEAD; step++) blocks.push(this.#last + step, this.#first - step);
    const most = this.total === undefined ? 0 : Math.max(0, Math.ceil(this.total / BLOCK_ROWS) - 1);
    return blocks.filter((block) => block >= 0 && block <= most);
  }

  async #fetch(block: number): Promise<void> {
    const controller = new AbortController();
    this.#coming.set(block, controller);
    try {
      const page = await this.#fetchPage(block * BLOCK_ROWS, BLOCK_ROWS, controller.signal);
      if (controller.signal.aborted) return;
      this.#keep(block, page);
    } catch (failure) {
      if (controller.signal.aborted) return;
      this.failure = failure;
    }
    this.#coming.delete(block);
    this.#redraw();
    this.#ask();
  }

  #keep(block: number, page: RemotePage): void {
    this.total = page.total;
    // Kept as they came first, since tables are drawn anew for others.
    if (this.columns.length === 0) this.columns = page.columns;
    const rows = page.rows.map((cells) => this.#read(cells, page.columns));
    this.#kept.set(block, rows);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= BLOCKS_KEPT) break;
      this.#kept.delete(oldest);
    }
  }
}
