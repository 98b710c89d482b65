// What a row file holds, in which order: who the flow was, then the features of the schema, then extra columns such as
// labels. Shared by every writer and reader of row files. Knows no file and no format.

import { OrbweaverError } from "../base/errors.ts";
import { IDENTITY_COLUMNS, type RowBatch } from "../feature/row.ts";
import type { TableSchema } from "../feature/table.ts";

export type ExtraValue = string | number | null;

/** A column beside identity and features: a label, a scenario, a probability. */
export interface ExtraColumn {
  name: string;
  kind: "text" | "number";
}

/** Values of the extra columns of one row of the batch, in column order. */
export type ExtraValues = (row: number) => readonly ExtraValue[];

export interface RowLayout {
  schema: TableSchema;
  extra: readonly ExtraColumn[];
  /** Free facts that travel with the file where the format has room for them. */
  metadata: Readonly<Record<string, string>>;
  /** What stands for a missing value in CSV; nothing by default. */
  missing?: string;
}

/** Where rows go. One file or stream per writer; `close` or `abort` ends it. */
export interface RowWriter {
  /** True once nobody reads the output any more (a closed pipe); writing on is harmless and pointless. */
  readonly readerGone: boolean;
  /** Takes every row of the batch. The batch may be reused when the promise, if there is one, resolves. */
  write(batch: RowBatch, extra?: ExtraValues): void | Promise<void>;
  /** Hands on what is gathered, where the format can be read row by row. */
  flush?(): void | Promise<void>;
  close(): Promise<{ path: string; rows: number; bytes: number }>;
  abort(): Promise<void>;
}

export const IDENTITY_NAMES: readonly string[] = IDENTITY_COLUMNS.map((column) => column.name);

/** Names of all columns of a row file, in order. */
export function columnNames(layout: RowLayout): string[] {
  return [
    ...IDENTITY_NAMES,
    ...layout.schema.columns.map((column) => column.name),
    ...layout.extra.map((column) => column.name),
  ];
}

/** Throws `parameter-invalid` when two columns have one name. */
export function requireDistinctNames(layout: RowLayout): void {
  const seen = new Set<string>();
  for (const name of columnNames(layout)) {
    if (seen.has(name)) {
      throw new OrbweaverError("parameter-invalid", `two columns of the row file would be called '${name}'`, {
        hint: "Give the extra column another name.",
      });
    }
    seen.add(name);
  }
}

/** The facts of a schema that travel inside files: enough to read the file without knowing the schema. */
export function schemaText(schema: TableSchema): string {
  const columns = schema.columns.map(({ name, kind, unit, categories, description }) => ({
    name,
    kind,
    unit,
    categories,
    description,
  }));
  return JSON.stringify({ id: schema.id, fingerprint: schema.fingerprint, columns });
}

/** The schema that a text of `schemaText` describes, or undefined when it is none. */
export function parseSchemaText(text: string): TableSchema | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isSchema(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const SCHEMA_COLUMNS_MAX = 65536;

function isSchema(value: unknown): value is TableSchema {
  if (!isRecord(value) || typeof value["id"] !== "string" || typeof value["fingerprint"] !== "string")
    return false;
  const columns = value["columns"];
  return Array.isArray(columns) && columns.length <= SCHEMA_COLUMNS_MAX && columns.every(isColumn);
}

function isColumn(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { name, kind, unit, categories, description } = value;
  if (typeof name !== "string" || typeof unit !== "string" || typeof description !== "string") return false;
  if (kind !== "numeric" && kind !== "categorical") return false;
  return Array.isArray(categories) && categories.every((category) => typeof category === "string");
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One extra value as it is stored: absent text and numbers that are no number become null. */
export function storedExtra(column: ExtraColumn, value: ExtraValue | undefined): ExtraValue {
  if (value === undefined || value === null || value === "") return null;
  if (column.kind === "text") return String(value);
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
}
