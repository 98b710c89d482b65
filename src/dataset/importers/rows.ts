// Rows of the house's schemas as text: what `orbweaver meter` and `label` write as CSV or JSON lines, and tables of others
// under the same names. Text does not carry a schema, so it is told by the names: all columns of one, in its order.

import { OrbweaverError } from "../../base/errors.ts";
import type { Schema } from "../../feature/schema.ts";
import { SCHEMAS } from "../../feature/schemas/_index.ts";
import { columnNamesOf } from "../csv-text.ts";
import { identifier, literal } from "../duck.ts";
import { listed } from "../listed.ts";
import { IDENTITY_NAMES } from "../row-layout.ts";
import { extraColumn, identityColumn, labelColumn, schemaColumns, trimmed } from "./columns.ts";
import type { ImportColumn, Importer, ImportOptions, ImportPlan, Probe } from "./contract.ts";
import { labelOf } from "./csv.ts";
import { NO_OBJECT, objectsAtStart } from "./jsonl.ts";

function namesOf(probe: Probe): string[] {
  if (probe.format === "csv") return columnNamesOf(probe.records[0] ?? []);
  return Object.keys(objectsAtStart(probe.text)[0] ?? {});
}

/** Schemas all of whose columns are there, in order; those with most columns, several where they share names. */
function schemasOf(names: readonly string[]): Schema[] {
  const fitting = SCHEMAS.filter((schema) => {
    const wanted = new Set(schema.columns.map(({ name }) => name));
    const there = names.filter((name) => wanted.has(name));
    return there.length === wanted.size && schema.columns.every(({ name }, index) => name === there[index]);
  });
  const most = Math.max(...fitting.map(({ columns }) => columns.length));
  return fitting.filter(({ columns }) => columns.length === most);
}

function plan(probe: Probe, options: ImportOptions): ImportPlan {
  const names = namesOf(probe);
  const alike = schemasOf(names);
  const schema = alike.find(({ id }) => id === options.schema) ?? alike[0];
  if (schema === undefined) {
    throw new OrbweaverError(
      "rows-invalid",
      `'${probe.name}' has not all columns of any schema (see \`orbweaver schemas\`)`,
    );
  }
  const isCsv = probe.format === "csv";
  const text = (name: string): string =>
    isCsv ? `c${names.indexOf(name)}` : `json_extract_string(line, ${literal(`$.${identifier(name)}`)})`;
  const number = (name: string): string => (isCsv ? text(name) : `TRY_CAST(${text(name)} AS DOUBLE)`);
  // No field of a packet can be negative: where one is written as -1, as AntiNex does, it is missing.
  const present = schema.id.startsWith("antinex")
    ? (sql: string) => `nullif(${sql}, -1)`
    : (sql: string) => sql;
  const features = schemaColumns(schema, (name, isCategory) =>
    isCategory ? trimmed(text(name)) : present(`${number(name)}::DOUBLE`),
  );
  const label = labelOf(names, options.label);
  const numeric = new Set(schema.columns.flatMap(({ name, kind }) => (kind === "numeric" ? [name] : [])));
  const own = new Set(schema.columns.map(({ name }) => name));
  const identity = IDENTITY_NAMES.filter((name) => names.includes(name) && !own.has(name)).map((name) => {
    const column = identityColumn(name, text(name));
    if (column.kind === "text") return { ...column, sql: trimmed(text(name)) };
    return { ...column, sql: `TRY_CAST(${text(name)} AS ${column.kind === "time" ? "BIGINT" : "DOUBLE"})` };
  });
  const others = names.flatMap((name): ImportColumn[] => {
    if (own.has(name) || name === label || IDENTITY_NAMES.includes(name)) return [];
    return [extraColumn(name === "label" ? "label.1" : name, "text", trimmed(text(name)))];
  });
  return {
    reader: isCsv
      ? {
          kind: "csv",
          delimiter: probe.delimiter,
          skip: 1,
          fields: names.map((name) => (numeric.has(name) ? "number" : "text")),
          nulls: [],
        }
      : { kind: "lines" },
    schema,
    columns: [
      ...identity,
      ...features,
      ...(label === undefined ? [] : [labelColumn(trimmed(text(label)))]),
      ...others,
    ],
    drops: [],
    rejects: isCsv ? [] : [NO_OBJECT],
    counts: [],
    remarks: [
      { what: `taken for rows of ${schema.id}` },
      ...(alike.length > 1
        ? [
            {
              what: `rows of ${listed(alike.map(({ id }) => id))} have the same columns; --schema says which`,
            },
          ]
        : []),
    ],
  };
}

export const rowsImporter: Importer = {
  id: "rows",
  title: "Rows of Orbweaver as text",
  description:
    "What `orbweaver meter` and `label` write as CSV or JSON lines: all columns of a schema, in its order.",
  recognises: (probe) =>
    (probe.format === "csv" || probe.format === "jsonl") && schemasOf(namesOf(probe)).length > 0,
  plan,
};
