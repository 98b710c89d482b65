// Tables of data sets made of rows that a test gives, as Parquet in a folder of the test.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Duck, fileLiteral, identifier, literal } from "../../src/dataset/duck.ts";
import type { DatasetColumn, TableFile } from "../../src/dataset/store/contract.ts";
import { copyTable } from "../../src/dataset/store/table-parquet.ts";

export type Cell = number | string | null;
export type Row = Readonly<Record<string, Cell>>;

/** What a column is, where it is not a feature of the kind that its first value has; the label is called "label". */
export type ColumnFacts = Readonly<Record<string, Partial<Pick<DatasetColumn, "role" | "kind">>>>;

const SQL_TYPES = { number: "DOUBLE", time: "BIGINT", category: "VARCHAR", text: "VARCHAR" } as const;
let count = 0;

/** Columns are those of the first row. */
export async function tableOf(
  duck: Duck,
  folder: string,
  rows: readonly Row[],
  facts: ColumnFacts = {},
  name = "rows",
): Promise<TableFile> {
  const columns = Object.entries(rows[0]).map(([column, value]): DatasetColumn => {
    const isLabel = column === "label";
    const kind = facts[column]?.kind ?? (typeof value === "number" && !isLabel ? "number" : "category");
    const role = facts[column]?.role ?? (isLabel ? "label" : "feature");
    return { name: column, role, kind, unit: "", description: "" };
  });
  count++;
  const lines = join(folder, `${count}.jsonl`);
  const path = join(folder, `${count}.parquet`);
  writeFileSync(lines, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const types = columns.map((column) => `${literal(column.name)}: ${literal(SQL_TYPES[column.kind])}`);
  const select = `SELECT ${columns.map((column) => identifier(column.name)).join(", ")} FROM read_json(${fileLiteral(lines)}, format = 'newline_delimited', columns = {${types.join(", ")}})`;
  await copyTable(duck, select, path, { columns });
  const label = columns.find(({ role }) => role === "label")?.name;
  return { path, rows: rows.length, columns, name, ...(label === undefined ? {} : { label }) };
}
