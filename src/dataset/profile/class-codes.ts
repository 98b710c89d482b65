// The classes of a table, and the SQL that says which one a row has: as a code, in the order of the classes.

import { identifier, literal } from "../duck.ts";
import type { TableFile } from "../store/contract.ts";
import { classCounts, fromTable } from "../store/table-parquet.ts";
import { CLASSES_MAX, type ClassesProfile, type ProfileRequest } from "./contract.ts";

/** What breaking down by class needs. */
export interface ClassCodes {
  /** None where the table has no label, or one with too many values. */
  names: readonly string[];
  rows: readonly number[];
  /** SQL of a row's code as INTEGER; -1 for rows of no class. */
  sql: string;
}

export async function profileClasses(
  { duck, table }: ProfileRequest,
  label: string,
): Promise<ClassesProfile> {
  const counts = await classCounts(duck, fromTable(table.path), label);
  const labelled = counts.reduce((sum, { rows }) => sum + rows, 0);
  return {
    column: label,
    count: counts.length,
    list: counts.slice(0, CLASSES_MAX).map(({ name, rows }) => ({ name, rows, share: rows / labelled })),
    unlabelled: table.rows - labelled,
    imbalance: counts.length === 0 ? Number.NaN : counts[0].rows / counts[counts.length - 1].rows,
    evenness: evenness(counts.map(({ rows }) => rows / labelled)),
  };
}

function evenness(shares: readonly number[]): number {
  if (shares.length < 2) return Number.NaN;
  const entropy = shares.reduce((sum, share) => sum - share * Math.log(share), 0);
  return entropy / Math.log(shares.length);
}

export function classCodes(classes: ClassesProfile | undefined): ClassCodes {
  const isNone = classes === undefined || classes.count === 0 || classes.count > CLASSES_MAX;
  if (isNone) return { names: [], rows: [], sql: "-1::INTEGER" };
  const names = classes.list.map(({ name }) => name);
  const kinds = names.map(literal).join(", ");
  return {
    names,
    rows: classes.list.map(({ rows }) => rows),
    sql: `coalesce(enum_code(${identifier(classes.column)}::VARCHAR::ENUM(${kinds}))::INTEGER, -1::INTEGER)`,
  };
}

/** The column that holds the class; undefined where there is none. */
export function labelOf({ table, label }: ProfileRequest): string | undefined {
  return label ?? table.label;
}

/** Rows of a table, with each row's number from 0 as `file_row_number`. */
export function numberedRows(table: TableFile): string {
  return fromTable(table.path).replace(/\)$/, ", file_row_number = true)");
}
