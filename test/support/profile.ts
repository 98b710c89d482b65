// Small tables to be profiled: rows of objects as a table file.

import { join } from "node:path";
import { type Duck, identifier, literal } from "../../src/dataset/duck.ts";
import type { DatasetColumn, DatasetColumnKind, TableFile } from "../../src/dataset/store/contract.ts";
import { copyTable } from "../../src/dataset/store/table-parquet.ts";

export type CellValue = number | string | null;

export interface TableSource {
  folder: string;
  name?: string;
  /** Kind of each column, in their order; the column of the label is one of them. */
  kinds: Readonly<Record<string, DatasetColumnKind>>;
  /** Values by column. "inf" and "-inf" are numbers where the column is one. */
  values: Readonly<Record<string, readonly CellValue[]>>;
  label?: string;
}

const TYPES = { number: "DOUBLE", category: "VARCHAR", text: "VARCHAR", time: "BIGINT" } as const;

export async function tableOf(duck: Duck, source: TableSource): Promise<TableFile> {
  const { kinds, values, label } = source;
  const names = Object.keys(kinds);
  const rows = values[names[0]].length;
  const columns = names.map(
    (name): DatasetColumn => ({
      name,
      role: name === label ? "label" : "feature",
      kind: kinds[name],
      unit: "",
      description: "",
    }),
  );
  const selected = names.map(
    (name) =>
      `unnest([${values[name].map(sqlOf).join(", ")}]::VARCHAR[])::${TYPES[kinds[name]]} AS ${identifier(name)}`,
  );
  const path = join(source.folder, `${source.name ?? "table"}.parquet`);
  await copyTable(duck, `SELECT ${selected.join(", ")}`, path, { columns });
  return { path, rows, columns, name: source.name ?? "table", ...(label === undefined ? {} : { label }) };
}

function sqlOf(value: CellValue): string {
  return value === null ? "NULL" : literal(String(value));
}
