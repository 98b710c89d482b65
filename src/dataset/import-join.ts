// Puts the tables of several sources together. Columns that a source lacks are missing there, and that is said.

import { rename } from "node:fs/promises";
import type { TableSchema } from "../feature/table.ts";
import { type Duck, identifier } from "./duck.ts";
import { columnsOf, type Planned, SOURCE_COLUMN } from "./import-source.ts";
import { listed } from "./listed.ts";
import type { DatasetColumn, DatasetRemark } from "./store/contract.ts";
import { copyInOrder, copyTable, fromTable } from "./store/table-parquet.ts";

/** The table of one source. */
export interface Part {
  planned: Planned;
  path: string;
  rows: number;
}

export interface JoinedTable {
  columns: DatasetColumn[];
  /** The schema that all parts are of. */
  schema?: TableSchema;
}

/** Writes the parts as one table. Columns that a part lacks are missing there. */
export async function joinParts(
  duck: Duck,
  parts: readonly Part[],
  out: string,
  remarks: DatasetRemark[],
): Promise<JoinedTable> {
  const first = parts[0].planned.plan;
  if (parts.length === 1) {
    await rename(parts[0].path, out).catch(async () => {
      await copyTable(duck, `FROM ${fromTable(parts[0].path)}`, out, {
        columns: columnsOf(first),
        schema: first.schema,
      });
    });
    return { columns: columnsOf(first), ...(first.schema === undefined ? {} : { schema: first.schema }) };
  }
  const columns: DatasetColumn[] = [];
  for (const { planned } of parts) {
    for (const column of columnsOf(planned.plan)) addColumn(columns, column, planned.source, remarks);
  }
  const source = columns.findIndex(({ name }) => name === SOURCE_COLUMN);
  columns.push(...columns.splice(source, 1));
  const schema = parts.every(({ planned }) => planned.plan.schema?.id === first.schema?.id)
    ? first.schema
    : undefined;
  const selects = parts.map(({ path, planned }) => {
    const own = new Map(columnsOf(planned.plan).map((column) => [column.name, column]));
    const values = columns.map(
      (column) => `${columnSql(own.get(column.name), column)} AS ${identifier(column.name)}`,
    );
    return `SELECT ${values.join(", ")} FROM ${fromTable(path)}`;
  });
  await copyInOrder(duck, selects, out, { columns, schema });
  for (const { planned } of parts) {
    const own = new Set(planned.plan.columns.map(({ name }) => name));
    const lacked = columns.filter(({ name }) => name !== SOURCE_COLUMN && !own.has(name));
    if (lacked.length === 0) continue;
    remarks.push({
      source: planned.source.name,
      what: `lacks ${lacked.length === 1 ? "a column" : `${lacked.length} columns`} of the others, missing there: ${listed(lacked.map(({ name }) => name))}`,
    });
  }
  return { columns, ...(schema === undefined ? {} : { schema }) };
}

/** A column of a part among those of all; where one part has numbers and another text, all are text. */
function addColumn(
  columns: DatasetColumn[],
  column: DatasetColumn,
  source: Planned["source"],
  remarks: DatasetRemark[],
): void {
  const at = columns.findIndex(({ name }) => name === column.name);
  if (at < 0) columns.push(column);
  else if (columns[at].kind !== column.kind) {
    remarks.push({
      source: source.name,
      what: `column '${column.name}' is of another kind than in the others; text in all`,
    });
    columns[at] = { ...columns[at], kind: columns[at].role === "feature" ? "category" : "text" };
  }
}

function columnSql(own: DatasetColumn | undefined, wanted: DatasetColumn): string {
  const type = wanted.kind === "number" ? "DOUBLE" : wanted.kind === "time" ? "BIGINT" : "VARCHAR";
  return own === undefined ? `NULL::${type}` : `${identifier(own.name)}::${type}`;
}
