// Facts of columns by one reading of several at a time: what is missing, infinite, smallest and largest, and by class.
//
// Whatever order DuckDB works in, the answers are the same: only counts, extremes and HyperLogLog are asked for.

import { identifier } from "../duck.ts";
import { stopWhenAsked } from "../stop.ts";
import type { DatasetColumn } from "../store/contract.ts";
import { fromTable } from "../store/table-parquet.ts";
import type { ClassCodes } from "./class-codes.ts";
import type { ProfileRequest } from "./contract.ts";

/** Counts of rows: all, then those of each class. */
export interface Counts {
  all: number;
  byClass: number[];
}

export interface Facts {
  missing: Counts;
  /** Different values, estimated. */
  distinct: number;
  /** Of numbers and times. */
  number?: {
    finite: Counts;
    infinite: Counts;
    /** Of finite values; NaN where there are none. */
    low: number;
    high: number;
    /** Smallest absolute value that is not zero. */
    smallest: number | undefined;
  };
}

/** Columns read at once: bounds what is held of a row group. */
const COLUMNS_AT_ONCE = 8;

export function isNumber({ kind }: DatasetColumn): boolean {
  return kind === "number" || kind === "time";
}

/** SQL of a value: DOUBLE for numbers and times, VARCHAR for the others. */
export function valueSql(column: DatasetColumn): string {
  return `${identifier(column.name)}::${isNumber(column) ? "DOUBLE" : "VARCHAR"}`;
}

/** Facts of every column, in their order. */
export async function readFacts(
  request: ProfileRequest,
  columns: readonly DatasetColumn[],
  classes: ClassCodes,
): Promise<Facts[]> {
  const facts: Facts[] = [];
  for (let first = 0; first < columns.length; first += COLUMNS_AT_ONCE) {
    request.onProgress?.({ step: "counting", share: first / columns.length });
    facts.push(...(await factsOf(request, columns.slice(first, first + COLUMNS_AT_ONCE), classes)));
  }
  return facts;
}

async function factsOf(
  { duck, table }: ProfileRequest,
  columns: readonly DatasetColumn[],
  classes: ClassCodes,
): Promise<Facts[]> {
  const from = fromTable(table.path);
  const rows = await rowsOf(
    duck,
    `SELECT code, count(*)::DOUBLE AS rows, ${columns.flatMap(factsSql).join(", ")} ` +
      `FROM (SELECT ${classes.sql} AS code, ${columns.flatMap(valuesSql).join(", ")} FROM ${from}) GROUP BY 1 ORDER BY 1`,
  );
  stopWhenAsked(duck.signal);
  const estimates = columns.map((column, at) => `approx_count_distinct(${valueSql(column)}) AS d${at}`);
  const [distinct] = await rowsOf(duck, `SELECT ${estimates.join(", ")} FROM ${from}`);
  stopWhenAsked(duck.signal);
  return columns.map((column, at) => {
    const counted = (count: (row: Row) => number): Counts => countsOf(rows, count, classes.names.length);
    const there = (row: Row): number => row[`there${at}`] ?? 0;
    const finite = (row: Row): number => row[`finite${at}`] ?? 0;
    const missing = counted((row) => (row["rows"] ?? 0) - there(row));
    const facts = { missing, distinct: distinct[`d${at}`] ?? 0 };
    if (!isNumber(column)) return facts;
    const values = (name: string): number[] =>
      rows.map((row) => row[`${name}${at}`]).filter((value) => value !== undefined);
    const smallest = values("smallest");
    return {
      ...facts,
      number: {
        finite: counted(finite),
        infinite: counted((row) => there(row) - finite(row)),
        low: values("low").reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
        high: values("high").reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
        smallest: smallest.length === 0 ? undefined : Math.min(...smallest),
      },
    };
  });
}

/** What is there, and what of it is finite, as columns of their own: several times quicker than FILTER with each aggregate. */
function valuesSql(column: DatasetColumn, at: number): string[] {
  const value = valueSql(column);
  if (!isNumber(column)) return [`${value} AS t${at}`];
  return [
    `nullif(${value}, 'nan'::DOUBLE) AS t${at}`,
    `CASE WHEN isfinite(${value}) THEN ${value} END AS f${at}`,
  ];
}

/** Numbered, so that no name of a column has to be told apart from one of ours. */
function factsSql(column: DatasetColumn, at: number): string[] {
  const there = `count(t${at})::DOUBLE AS there${at}`;
  if (!isNumber(column)) return [there];
  return [
    there,
    `count(f${at})::DOUBLE AS finite${at}`,
    `min(f${at}) AS low${at}`,
    `max(f${at}) AS high${at}`,
    `min(nullif(abs(f${at}), 0)) AS smallest${at}`,
  ];
}

type Row = Record<string, number | undefined>;

function countsOf(rows: readonly Row[], countOf: (row: Row) => number, classes: number): Counts {
  const byClass = new Array<number>(classes).fill(0);
  let all = 0;
  for (const row of rows) {
    const count = countOf(row);
    const code = row["code"] ?? -1;
    all += count;
    if (code >= 0 && classes > 0) byClass[code] = count;
  }
  return { all, byClass };
}

async function rowsOf({ connection }: ProfileRequest["duck"], sql: string): Promise<Row[]> {
  const reader = await connection.runAndReadAll(sql);
  const names = reader.columnNames();
  return reader
    .getRows()
    .map((row) =>
      Object.fromEntries(row.map((value, at) => [names[at], value === null ? undefined : Number(value)])),
    );
}
