// Columns that importers share: who a flow was, and small pieces of SQL. Opens nothing.

import { IDENTITY_COLUMNS } from "../../feature/row.ts";
import type { TableSchema } from "../../feature/table.ts";
import { nameMeaning } from "../column-names.ts";
import { identifier, literal } from "../duck.ts";
import type { ImportColumn } from "./contract.ts";

/** A column of who the flow was, under the house's name for it. */
export function identityColumn(name: string, sql: string): ImportColumn {
  const known = IDENTITY_COLUMNS.find((column) => column.name === name);
  const isTime = name === "start_us" || name === "end_us";
  const kind = isTime ? "time" : (known?.kind ?? "text");
  return {
    name,
    role: "identity",
    kind,
    unit: isTime ? "us" : "",
    description: known?.description ?? "",
    sql,
  };
}

export function labelColumn(sql: string, description = "Class"): ImportColumn {
  return { name: "label", role: "label", kind: "category", unit: "", description, sql };
}

export function extraColumn(
  name: string,
  kind: ImportColumn["kind"],
  sql: string,
  description = "",
): ImportColumn {
  return { name, role: "extra", kind, unit: "", description, sql };
}

/** The features of a schema of ours, each with its SQL. */
export function schemaColumns(
  schema: TableSchema,
  sqlOf: (name: string, isCategory: boolean) => string,
): ImportColumn[] {
  return schema.columns.map(({ name, kind, unit, description }) => ({
    name,
    role: "feature",
    kind: kind === "categorical" ? "category" : "number",
    unit,
    description,
    sql: sqlOf(name, kind === "categorical"),
  }));
}

/** A whole number as text, such as "6" for 6 and "6.0"; NULL for what is none. */
export function wholeText(sql: string): string {
  return `TRY_CAST(TRY_CAST(${sql} AS DOUBLE) AS BIGINT)::VARCHAR`;
}

/** Trimmed text; NULL where nothing is left. */
export function trimmed(sql: string): string {
  return `nullif(trim(${sql}), '')`;
}

/** µs since 1970 of a TIMESTAMP without zone that is told in a zone. */
export function zonedUs(timestamp: string, timezone: string): string {
  if (timezone === "UTC") return `epoch_us(${timestamp})`;
  return `epoch_us(timezone(${literal(timezone)}, ${timestamp}))`;
}

/** A column of Parquet by name. */
export function named(name: string): string {
  return identifier(name);
}

/** Letters and digits in lower case: what stays the same when a name is spelled in another style. */
export function nameKey(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "");
}

/** What a column of a table of other origin may be used for, by its name alone. */
export function nameRole(name: string): "feature" | "identity" | "extra" {
  const meaning = nameMeaning(name);
  if (meaning === undefined) return "feature";
  return meaning === "class" ? "extra" : "identity";
}
