// The tables of an audit as SQL: which columns take part, and how their values are read.
//
// Missing is NULL in SQL and NaN in arrays; a number that is NaN is missing. Knows no finding.

import { OrbweaverError } from "../../base/errors.ts";
import { type Duck, fileLiteral, identifier, literal } from "../duck.ts";
import { shown } from "../file-error.ts";
import { CLASSES_MAX } from "../row-plan.ts";
import type { DatasetColumn, TableFile } from "../store/contract.ts";
import { classCounts, fromTable } from "../store/table-parquet.ts";

/** The tables that are audited, and what they have in common. */
export interface AuditTables {
  duck: Duck;
  training: TableFile;
  test: TableFile | undefined;
  label: string | undefined;
  /** Every class of either table, in the order of their names; codes are indices. */
  classes: readonly string[];
  /** Features that both tables have. */
  features: readonly DatasetColumn[];
  /** Columns that are kept but not learnt from: identity and extra ones. */
  aside: readonly DatasetColumn[];
}

/** Throws `rows-invalid` where there is no such label or no feature, and `schema-mismatch` where the tables share none. */
export async function auditTables(
  duck: Duck,
  training: TableFile,
  test: TableFile | undefined,
  wantedLabel: string | undefined,
): Promise<AuditTables> {
  const label = wantedLabel ?? training.label;
  for (const table of [training, test]) {
    if (table === undefined || label === undefined || table.columns.some(({ name }) => name === label))
      continue;
    throw new OrbweaverError(
      "rows-invalid",
      `'${table.name}' has no column '${shown(label)}' for the class`,
      {
        hint: "Name the column that holds the class with --label.",
      },
    );
  }
  const others = training.columns.filter(({ name }) => name !== label);
  const shared = (column: DatasetColumn): boolean =>
    test === undefined || test.columns.some(({ name }) => name === column.name);
  const features = others.filter((column) => column.role === "feature" && shared(column));
  if (features.length === 0) throw noFeature(training, test);
  return {
    duck,
    training,
    test,
    label,
    classes: label === undefined ? [] : await classNames(duck, [training, test], label),
    features,
    aside: others.filter(({ role }) => role !== "feature"),
  };
}

function noFeature(training: TableFile, test: TableFile | undefined): OrbweaverError {
  return test === undefined
    ? new OrbweaverError("rows-invalid", `'${training.name}' has no column that is a feature`)
    : new OrbweaverError("schema-mismatch", `'${training.name}' and '${test.name}' share no feature`, {
        hint: "Give two tables with the same columns.",
      });
}

async function classNames(
  duck: Duck,
  tables: readonly (TableFile | undefined)[],
  label: string,
): Promise<string[]> {
  const names = new Set<string>();
  for (const table of tables) {
    if (table === undefined) continue;
    for (const { name } of await classCounts(duck, fromTable(table.path), label)) names.add(name);
    if (names.size <= CLASSES_MAX) continue;
    throw new OrbweaverError(
      "rows-invalid",
      `'${table.name}', column '${shown(label)}': found ${names.size} different classes, expected at most ${CLASSES_MAX}`,
      { hint: "Name the column that holds the class with --label." },
    );
  }
  return [...names].sort();
}

/** SQL behind FROM, with each row's number from 0 as `file_row_number`. */
export function numberedRows(table: TableFile): string {
  return `read_parquet(${fileLiteral(table.path)}, hive_partitioning = false, file_row_number = true)`;
}

export function isNumber(column: DatasetColumn): boolean {
  return column.kind === "number" || column.kind === "time";
}

/** SQL of a column's value, NULL where it is missing. */
export function valueSql(column: DatasetColumn): string {
  const name = identifier(column.name);
  return isNumber(column) ? `nullif(${name}::DOUBLE, 'NaN'::DOUBLE)` : `${name}::VARCHAR`;
}

/** SQL of a row's class as its code; NULL where it has none. */
export function classSql({ label, classes }: AuditTables): string {
  if (label === undefined) return "NULL::SMALLINT";
  const list = classes.map(literal).join(", ");
  return `(list_position([${list}]::VARCHAR[], ${identifier(label)}::VARCHAR) - 1)::SMALLINT`;
}

/** The first row of an answer, as numbers by name. */
export async function oneRow(duck: Duck, sql: string): Promise<Record<string, number>> {
  const [row] = await allRows(duck, sql);
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value ?? 0)]));
}

/** Every row of an answer that is known to be short. */
export async function allRows(duck: Duck, sql: string): Promise<Record<string, unknown>[]> {
  const reader = await duck.connection.runAndReadAll(sql);
  return reader.getRowObjectsJS() as Record<string, unknown>[];
}
