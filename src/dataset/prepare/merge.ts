// Puts the tables of several sources together: columns by name, and a report of what each source lacked.

import { basename } from "node:path";
import { OrbweaverError } from "../../base/errors.ts";
import { counted } from "../../base/number-text.ts";
import type { TableSchema } from "../../feature/table.ts";
import { type Duck, identifier, literal } from "../duck.ts";
import { SOURCE_FILE_COLUMN } from "../split/split.ts";
import type { DatasetColumn, DatasetColumnKind } from "../store/contract.ts";
import type { ResolvedTable } from "../store/reference.ts";
import { copyTable, fromTable, fromTables, readTableFacts } from "../store/table-parquet.ts";
import { listed, typeOf, type Working } from "./working.ts";

export interface MergeRequest {
  duck: Duck;
  /** A path for a temporary file. */
  scratchPath(ending: string): string;
  tables: readonly ResolvedTable[];
  /** "union": columns that a source lacks are missing there; "common": only those that all have. */
  columns: "union" | "common";
  /** Name of the label column; default: that of the first source that has one. */
  label?: string;
}

export interface Merged {
  working: Working;
  facts: Record<string, unknown>;
  remarks: string[];
}

interface Source {
  table: ResolvedTable;
  /** By the name that they have in the merged table. */
  columns: ReadonlyMap<string, DatasetColumn>;
  schema?: TableSchema;
}

/** Throws `recipe-invalid` where the sources have no column in common, or none is the label that is asked for. */
export async function mergeTables(request: MergeRequest): Promise<Merged> {
  const { tables, duck } = request;
  const label = request.label ?? tables.find((table) => table.label !== undefined)?.label;
  const sources: Source[] = [];
  for (const table of tables) {
    const { schema } = await readTableFacts(duck, table.path);
    sources.push({ table, columns: namedColumns(table, label), ...(schema === undefined ? {} : { schema }) });
  }
  if (label !== undefined && !sources.some(({ columns }) => columns.has(label))) {
    throw new OrbweaverError(
      "recipe-invalid",
      `no source has the label column '${label}'; there are ${listed([...sources[0].columns.keys()], 12)}`,
    );
  }
  const remarks: string[] = [];
  const columns = mergedColumns(sources, request.columns, label, remarks);
  const lacked = lackedColumns(sources, columns);
  for (const { source, columns: names } of lacked) {
    remarks.push(
      `'${source}' lacks ${counted(names.length, "column")}, missing in its rows: ${listed(names)}`,
    );
  }
  const [{ schema }] = sources;
  const isOne = sources.every((source) => source.schema?.fingerprint === schema?.fingerprint);
  const selects = sources.map((source) => selectOf(source, columns));
  const scratch = selects.length === 1 ? [] : selects.map(() => request.scratchPath("parquet"));
  for (const [at, path] of scratch.entries()) await copyTable(duck, selects[at], path, { columns });
  return {
    working: {
      // A UNION ALL would not keep the order of rows once it is written (copyInOrder).
      from: scratch.length === 0 ? `(${selects[0]})` : fromTables(scratch),
      scratch,
      rows: tables.reduce((sum, { rows }) => sum + rows, 0),
      columns,
      ...(label === undefined ? {} : { label }),
      ...(schema !== undefined && isOne ? { schema } : {}),
    },
    facts: {
      columns: request.columns,
      rows: tables.map(({ name, rows }) => ({ source: name, rows })),
      ...(lacked.length === 0 ? {} : { lacked }),
    },
    remarks,
  };
}

/** Columns of a source, its label under the name of the merged table's. */
function namedColumns(table: ResolvedTable, label: string | undefined): Map<string, DatasetColumn> {
  const hasLabel = label !== undefined && table.columns.some(({ name }) => name === label);
  return new Map(
    table.columns.map((column) => [
      label !== undefined && !hasLabel && column.name === table.label ? label : column.name,
      column,
    ]),
  );
}

const SOURCE_FILE: DatasetColumn = {
  name: SOURCE_FILE_COLUMN,
  role: "extra",
  kind: "category",
  unit: "",
  description: "Name of the file that the row came from",
};

function mergedColumns(
  sources: readonly Source[],
  which: MergeRequest["columns"],
  label: string | undefined,
  remarks: string[],
): DatasetColumn[] {
  const merged = new Map<string, DatasetColumn>();
  for (const { columns, table } of sources) {
    for (const [name, own] of columns) {
      const role = name === label ? "label" : own.role === "label" ? "extra" : own.role;
      const before = merged.get(name);
      if (before === undefined) merged.set(name, { ...own, name, role });
      else if (before.kind !== own.kind) {
        merged.set(name, { ...before, kind: commonKind(before, own) });
        if (before.kind !== commonKind(before, own))
          remarks.push(
            `column '${name}' is a ${own.kind} in '${table.name}' and a ${before.kind} before; a ${commonKind(before, own)} in all`,
          );
      }
    }
  }
  merged.delete(SOURCE_FILE_COLUMN);
  const isCommon = (name: string): boolean => sources.every(({ columns }) => columns.has(name));
  const found = [...merged.values()].filter(
    ({ name, role }) => which === "union" || role === "label" || isCommon(name),
  );
  if (!found.some(({ role }) => role === "feature"))
    throw new OrbweaverError("recipe-invalid", "the sources have no feature column in common");
  return [...found, SOURCE_FILE];
}

function commonKind(a: DatasetColumn, b: DatasetColumn): DatasetColumnKind {
  const kinds = new Set<DatasetColumnKind>([a.kind, b.kind]);
  if (kinds.size === 1) return a.kind;
  if (kinds.has("number") && kinds.has("time")) return "number";
  return a.role === "feature" || kinds.has("category") ? "category" : "text";
}

function lackedColumns(
  sources: readonly Source[],
  columns: readonly DatasetColumn[],
): { source: string; columns: string[] }[] {
  return sources.flatMap(({ table, columns: own }) => {
    const names = columns.flatMap(({ name }) => (name === SOURCE_FILE_COLUMN || own.has(name) ? [] : [name]));
    return names.length === 0 ? [] : [{ source: table.name, columns: names }];
  });
}

function selectOf({ table, columns: own }: Source, columns: readonly DatasetColumn[]): string {
  const values = columns.map(
    (column) => `${mergedSql(table, own.get(column.name), column)} AS ${identifier(column.name)}`,
  );
  return `SELECT ${values.join(", ")} FROM ${fromTable(table.path)}`;
}

function mergedSql(table: ResolvedTable, own: DatasetColumn | undefined, wanted: DatasetColumn): string {
  const type = typeOf(wanted.kind);
  if (own === undefined) {
    return wanted.name === SOURCE_FILE_COLUMN ? literal(basename(table.name)) : `NULL::${type}`;
  }
  const name = identifier(own.name);
  if (own.kind !== "number") return own.kind === wanted.kind ? name : `${name}::${type}`;
  const number = `nullif(${name}::DOUBLE, 'nan'::DOUBLE)`;
  return wanted.kind === "number" ? number : numberText(number);
}

/** A number as text: whole ones without a point. */
export function numberText(sql: string): string {
  return `CASE WHEN ${sql} = trunc(${sql}) AND abs(${sql}) < 1e15 THEN (${sql})::BIGINT::VARCHAR ELSE (${sql})::VARCHAR END`;
}
