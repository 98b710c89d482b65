// A source of rows whose columns are found by the names of a schema, however they are spelled; see serving/fields.ts.

import type { RowSource } from "../../dataset/row-source.ts";
import type { TableSchema } from "../../feature/table.ts";
import { Fields } from "../serving/fields.ts";

/** The source with its columns under the names of the schema; itself where nothing is to be renamed. */
export function withNamesOf(schema: TableSchema, source: RowSource): RowSource {
  const there = new Set(source.columns.map(({ name }) => name));
  if (schema.columns.every(({ name }) => there.has(name))) return source;
  const fields = new Fields(schema);
  const renamed = new Map<string, string>();
  const taken = new Set<string>();
  for (const { name } of source.columns) {
    const index = fields.indexOf(name);
    const meant = index < 0 ? name : schema.columns[index].name;
    // Where two columns could be the same one, the first is.
    if (meant === name || there.has(meant) || taken.has(meant)) continue;
    taken.add(meant);
    renamed.set(name, meant);
  }
  if (renamed.size === 0) return source;
  return {
    path: source.path,
    format: source.format,
    bytes: source.bytes,
    columns: source.columns.map((column) => ({ ...column, name: renamed.get(column.name) ?? column.name })),
    schema: source.schema,
    warnings: source.warnings,
    profile: (columns, valuesMax, always) => source.profile(columns, valuesMax, always),
    scan: (selection, take) => source.scan(selection, take),
    close: () => source.close(),
  };
}
