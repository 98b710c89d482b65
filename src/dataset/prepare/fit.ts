// Values that are fitted on rows: means, medians, most frequent values, extremes, categories. On the rows to train on,
// where the table was split. A column at a time, so that memory does not depend on how many there are.

import { identifier } from "../duck.ts";
import type { DatasetColumn } from "../store/contract.ts";
import { ask, askInOrder, type StepContext, trainingPart, trainingRows, type Working } from "./working.ts";

/** Means of the finite values of number columns; NaN for a column without any. */
export async function means(
  working: Working,
  columns: readonly DatasetColumn[],
  context: StepContext,
): Promise<number[]> {
  const values: number[] = [];
  for (const { name } of columns) {
    const sql = identifier(name);
    const select = `SELECT avg(${sql}) FROM ${trainingRows(working)} WHERE isfinite(${sql})`;
    values.push(numberOf((await askInOrder(context, select))[0][0]));
    context.onProgress?.(values.length / columns.length);
  }
  return values;
}

/** Medians of the finite values; between the middle two of an even number, their mean. */
export async function medians(
  working: Working,
  columns: readonly DatasetColumn[],
  context: StepContext,
): Promise<number[]> {
  const values: number[] = [];
  for (const { name } of columns) {
    const sql = identifier(name);
    const select = `SELECT quantile_cont(${sql}, 0.5) FROM ${trainingRows(working)} WHERE isfinite(${sql})`;
    values.push(numberOf((await ask(context, select))[0][0]));
    context.onProgress?.(values.length / columns.length);
  }
  return values;
}

/** The value that most rows have, the smallest of equally frequent ones; undefined for a column without any. */
export async function mostFrequent(
  working: Working,
  columns: readonly DatasetColumn[],
  context: StepContext,
): Promise<(string | number | undefined)[]> {
  const values: (string | number | undefined)[] = [];
  for (const { name, kind } of columns) {
    const sql = identifier(name);
    const [row] = await ask(
      context,
      `SELECT ${sql} FROM ${trainingRows(working)} WHERE ${sql} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`,
    );
    values.push(row === undefined ? undefined : isText(kind) ? String(row[0]) : Number(row[0]));
    context.onProgress?.(values.length / columns.length);
  }
  return values;
}

/** The least and greatest finite value; NaN for a column without any. */
export async function extremes(
  working: Working,
  columns: readonly DatasetColumn[],
  context: StepContext,
): Promise<{ least: number; greatest: number }[]> {
  const found: { least: number; greatest: number }[] = [];
  for (const { name } of columns) {
    const sql = identifier(name);
    const [[least, greatest]] = await ask(
      context,
      `SELECT min(${sql}), max(${sql}) FROM ${trainingRows(working)} WHERE isfinite(${sql})`,
    );
    found.push({ least: numberOf(least), greatest: numberOf(greatest) });
  }
  return found;
}

/** Values of a column with their rows, in their order; one more than `most` where there are more. */
export async function valuesOf(
  working: Working,
  { name }: DatasetColumn,
  most: number,
  context: StepContext,
): Promise<{ value: string | number; rows: number }[]> {
  const sql = identifier(name);
  const rows = await ask(
    context,
    `SELECT ${sql}, count(*) FROM ${trainingRows(working)} WHERE ${sql} IS NOT NULL GROUP BY 1 ORDER BY 1 LIMIT ${most + 1}`,
  );
  return rows.map(([value, count]) => ({
    value: typeof value === "string" ? value : Number(value),
    rows: Number(count),
  }));
}

/** What to say where there is no split: what was fitted knows the rows that a model will be judged by. */
export function fittedRemarks(working: Working, what: string): { what: string }[] {
  if (trainingPart(working) >= 0) return [];
  return [
    { what: `${what} on all rows, since there is no split: figures of rows held back later know of it` },
  ];
}

/** "training rows" or "all rows", for the facts of a step. */
export function fittedOn(working: Working): string {
  return trainingPart(working) >= 0 ? "training rows" : "all rows";
}

export function isText(kind: DatasetColumn["kind"]): boolean {
  return kind === "text" || kind === "category";
}

/** A number as SQL, bit for bit. */
export function numberSql(value: number): string {
  if (value === Infinity) return "'inf'::DOUBLE";
  // As a text, since DuckDB reads plain numbers as decimals first.
  return value === -Infinity ? "'-inf'::DOUBLE" : `'${value}'::DOUBLE`;
}

function numberOf(value: unknown): number {
  return value === null || value === undefined ? Number.NaN : Number(value);
}
