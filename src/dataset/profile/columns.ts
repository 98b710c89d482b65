// One column after another: its values in ascending order for numbers, its texts by how often they occur.
//
// DuckDB sorts, or groups where values repeat, and spills what is too large for memory; values are never held here.

import type { DuckDBDataChunk } from "@duckdb/node-api";
import { doubles, literal } from "../duck.ts";
import { stopWhenAsked } from "../stop.ts";
import type { DatasetColumn } from "../store/contract.ts";
import { fromTable } from "../store/table-parquet.ts";
import type { ClassCodes } from "./class-codes.ts";
import {
  DISTINCT_TEXTS_MAX,
  type NumberColumn,
  type NumberOfClass,
  type ProfileRequest,
  type TextColumn,
  TOP_VALUES,
  type TopValue,
} from "./contract.ts";
import { type Facts, valueSql } from "./facts.ts";
import { newTally, type TallyResult, tallyResult, tallyValues } from "./tally.ts";

/** Up to this many different values, repeats are counted by DuckDB; sorting costs less for more. */
const GROUPED_MAX = 50_000;
const CHUNK_ROWS_MAX = 1 << 16;

export interface ProfiledNumber {
  column: NumberColumn;
  /** Of the class and this column; NaN where not defined. */
  correlationRatio: number;
}

export async function profileNumber(
  request: ProfileRequest,
  column: DatasetColumn,
  facts: Facts,
  classes: ClassCodes,
): Promise<ProfiledNumber> {
  const { number, missing } = facts;
  if (number === undefined) throw new TypeError("a column of numbers has facts of numbers");
  const base = { name: column.name, role: column.role, unit: column.unit, description: column.description };
  const kind = column.kind === "time" ? "time" : "number";
  if (number.finite.all === 0) {
    const none = { whole: true, zeros: 0, negative: 0, top: [] };
    const distinct = {
      count: number.infinite.all === 0 ? 0 : facts.distinct,
      exact: number.infinite.all === 0,
    };
    return {
      column: {
        ...base,
        kind,
        missing: missing.all,
        infinite: number.infinite.all,
        distinct,
        constant: distinct.count < 2,
        ...none,
      },
      correlationRatio: Number.NaN,
    };
  }
  const result = await sortedTally(request, column, facts, classes);
  const { byClass, correlationRatio, distinct, ...told } = result;
  return {
    column: {
      ...base,
      kind,
      missing: missing.all,
      infinite: number.infinite.all,
      distinct: { count: distinct, exact: true },
      constant: distinct === 1 && number.infinite.all === 0,
      ...told,
      ...(classes.names.length === 0 ? {} : { byClass: classesOf(classes, facts, byClass) }),
    },
    correlationRatio,
  };
}

function classesOf(classes: ClassCodes, facts: Facts, moments: TallyResult["byClass"]): NumberOfClass[] {
  return classes.names.map((name, code) => ({
    name,
    rows: classes.rows[code],
    missing: facts.missing.byClass[code],
    infinite: facts.number?.infinite.byClass[code] ?? 0,
    ...moments[code],
  }));
}

async function sortedTally(
  { duck, table }: ProfileRequest,
  column: DatasetColumn,
  { number, distinct }: Facts,
  classes: ClassCodes,
): Promise<TallyResult> {
  const tally = newTally(number as NonNullable<Facts["number"]>, column.kind === "time");
  const value = valueSql(column);
  const from = `FROM ${fromTable(table.path)} WHERE isfinite(${value})`;
  const sql =
    distinct <= GROUPED_MAX
      ? `SELECT ${value}, (${classes.sql})::DOUBLE, count(*)::DOUBLE ${from} GROUP BY 1, 2 ORDER BY 1, 2`
      : `SELECT ${value}, (${classes.sql})::DOUBLE, 1::DOUBLE ${from} ORDER BY 1`;
  const codes = new Int32Array(CHUNK_ROWS_MAX);
  await eachChunk(duck, sql, (chunk) => {
    const found = doubles(chunk, 1);
    for (let row = 0; row < chunk.rowCount; row++) codes[row] = found[row];
    tallyValues(tally, doubles(chunk, 0), codes, doubles(chunk, 2), chunk.rowCount);
  });
  return tallyResult(tally);
}

export async function eachChunk(
  { connection, signal }: ProfileRequest["duck"],
  sql: string,
  take: (chunk: DuckDBDataChunk) => void,
): Promise<void> {
  const result = await connection.stream(sql);
  for (;;) {
    stopWhenAsked(signal);
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    take(chunk);
  }
}

// --- texts ----------------------------------------------------------------------------------------------------

export async function profileText(
  request: ProfileRequest,
  column: DatasetColumn,
  facts: Facts,
  classes: ClassCodes,
): Promise<TextColumn> {
  const { name, role, unit, description } = column;
  const isCounted = facts.distinct <= DISTINCT_TEXTS_MAX;
  const top = isCounted ? await topTexts(request, column) : [];
  const count = isCounted ? await countTexts(request, column) : facts.distinct;
  return {
    name,
    role,
    unit,
    description,
    kind: column.kind === "text" ? "text" : "category",
    missing: facts.missing.all,
    distinct: { count, exact: isCounted },
    constant: count < 2,
    top: await textsByClass(request, column, top, classes),
    ...(classes.names.length === 0
      ? {}
      : {
          byClass: classes.names.map((each, code) => ({
            name: each,
            rows: classes.rows[code],
            missing: facts.missing.byClass[code],
          })),
        }),
  };
}

async function countTexts({ duck, table }: ProfileRequest, column: DatasetColumn): Promise<number> {
  const sql = `SELECT count(DISTINCT ${valueSql(column)})::DOUBLE FROM ${fromTable(table.path)}`;
  return Number((await duck.connection.runAndReadAll(sql)).getRows()[0][0]);
}

async function topTexts({ duck, table }: ProfileRequest, column: DatasetColumn): Promise<TopValue<string>[]> {
  const value = valueSql(column);
  const reader = await duck.connection.runAndReadAll(
    `SELECT ${value}, count(*)::DOUBLE FROM ${fromTable(table.path)} WHERE ${value} IS NOT NULL ` +
      `GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${TOP_VALUES}`,
  );
  stopWhenAsked(duck.signal);
  return reader.getRows().map(([text, rows]) => ({ value: String(text), rows: Number(rows) }));
}

/** The same values with their rows by class. */
async function textsByClass(
  { duck, table }: ProfileRequest,
  column: DatasetColumn,
  top: TopValue<string>[],
  classes: ClassCodes,
): Promise<TopValue<string>[]> {
  if (classes.names.length === 0 || top.length === 0) return top;
  const value = valueSql(column);
  const wanted = top.map((each) => literal(each.value)).join(", ");
  const reader = await duck.connection.runAndReadAll(
    `SELECT ${value}, (${classes.sql})::DOUBLE, count(*)::DOUBLE FROM ${fromTable(table.path)} ` +
      `WHERE ${value} IN (${wanted}) GROUP BY 1, 2`,
  );
  stopWhenAsked(duck.signal);
  const counts = new Map(top.map((each) => [each.value, new Array<number>(classes.names.length).fill(0)]));
  for (const [text, code, rows] of reader.getRows()) {
    const byClass = counts.get(String(text));
    if (byClass !== undefined && Number(code) >= 0) byClass[Number(code)] = Number(rows);
  }
  return top.map((each) => ({ ...each, byClass: counts.get(each.value) }));
}
