// The schema mechanism: a feature set is a table of columns, each naming the measure that computes it.
//
// A schema names a lifecycle (when a flow starts and ends), and columns; each column names a measure of the measure
// table. The fingerprint covers the id, the lifecycle, the columns and the version of every measure group used, so a
// change of meaning changes the fingerprint. Knows no packets: see measures/ for what is accumulated.

import { OrbweaverError } from "../base/errors.ts";
import type { PublishedTable } from "./published.ts";
import { type ColumnKind, type ColumnSpecification, schemaFingerprint, type TableSchema } from "./table.ts";

export interface SchemaColumn extends ColumnSpecification {
  /** Name of the measure that computes it, e.g. "forward.iat.mean". */
  measure: string;
}

export interface Schema extends TableSchema {
  title: string;
  description: string;
  lifecycle: string;
  /** Id of the engine that computes it. */
  engine: string;
  /** What a row tells of: a flow when absent. */
  rowOf?: "packet";
  /** Where the time-outs belong to what is computed: none can be set, and no early rows are given. */
  ownTimeouts?: true;
  /** Where silence ends no flow: no idle time-out can be set. */
  ignoresSilence?: true;
  /** 2 where rows need a pass over the captures before: the engine is told by `rewind` that the second one begins. */
  passes?: 2;
  columns: readonly SchemaColumn[];
  /** How the public data set lays out its tables that this schema follows, if it follows one. */
  published?: PublishedTable;
}

export interface ColumnDefinition {
  name: string;
  measure: string;
  unit?: string;
  kind?: ColumnKind;
  categories?: readonly string[];
  description: string;
}

export interface SchemaDefinition {
  id: string;
  title: string;
  description: string;
  lifecycle: string;
  engine: string;
  rowOf?: "packet";
  ownTimeouts?: true;
  ignoresSilence?: true;
  passes?: 2;
  columns: readonly ColumnDefinition[];
  published?: PublishedTable;
  /** Versions of what computes the columns; part of the fingerprint. */
  versions: string;
}

/** Completes and checks a schema. Throws on duplicate names, which only a programming mistake can cause. */
export function defineSchema(definition: SchemaDefinition): Schema {
  const columns = definition.columns.map(
    (column): SchemaColumn => ({
      name: column.name,
      measure: column.measure,
      kind: column.kind ?? "numeric",
      unit: column.unit ?? "",
      categories: column.categories ?? [],
      description: column.description,
    }),
  );
  const names = new Set(columns.map((column) => column.name));
  if (names.size !== columns.length) throw new RangeError(`schema ${definition.id}: duplicate column names`);
  const measures = columns.map((column) => column.measure).join(",");
  const versions = `${definition.lifecycle};${definition.versions};${measures}`;
  return { ...definition, columns, fingerprint: schemaFingerprint(definition.id, columns, versions) };
}

/** Throws `schema-mismatch`, naming the first differences, unless both schemas are the same. */
export function requireSameSchema(expected: TableSchema, found: TableSchema, what: string): void {
  if (expected.fingerprint === found.fingerprint) return;
  const expectedNames = new Set(expected.columns.map((column) => column.name));
  const foundNames = new Set(found.columns.map((column) => column.name));
  const missing = [...expectedNames].filter((name) => !foundNames.has(name));
  const surplus = [...foundNames].filter((name) => !expectedNames.has(name));
  const details: string[] = [];
  if (missing.length > 0) details.push(`missing ${listed(missing)}`);
  if (surplus.length > 0) details.push(`not expected ${listed(surplus)}`);
  if (details.length === 0) details.push("same names, but another order, kind, unit or way of computing");
  throw new OrbweaverError(
    "schema-mismatch",
    `${what} has schema ${found.id} (${found.fingerprint.slice(0, 8)}), ` +
      `expected ${expected.id} (${expected.fingerprint.slice(0, 8)}): ${details.join("; ")}`,
  );
}

function listed(names: string[]): string {
  const shown = names.slice(0, 3).map((name) => `'${name}'`);
  return names.length > 3 ? `${shown.join(", ")} and ${names.length - 3} more` : shown.join(", ");
}
