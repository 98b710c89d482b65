// Parquet: rows of ours, with their schema and columns, and tables of other origin, column by column.

import { requireSameSchema } from "../../feature/schema.ts";
import { SCHEMAS } from "../../feature/schemas/_index.ts";
import type { TableSchema } from "../../feature/table.ts";
import { identifier } from "../duck.ts";
import { IDENTITY_NAMES } from "../row-layout.ts";
import { identityColumn, labelColumn, nameRole } from "./columns.ts";
import type { ImportColumn, Importer, ImportOptions, ImportPlan, Probe, ProbeColumn } from "./contract.ts";
import { keptApart, labelOf } from "./csv.ts";

function plan(probe: Probe, options: ImportOptions): ImportPlan {
  const names = probe.columns.map(({ name }) => name);
  const label = labelOf(names, options.label);
  const own = ownSchema(probe);
  const features = new Map((own?.columns ?? []).map((column) => [column.name, column]));
  const columns = probe.columns.flatMap((column): ImportColumn[] => {
    const { name } = column;
    const feature = features.get(name);
    if (feature !== undefined) {
      const kind = feature.kind === "categorical" ? "category" : "number";
      const { unit, description } = feature;
      const type = kind === "number" ? "DOUBLE" : "VARCHAR";
      return [{ name, role: "feature", kind, unit, description, sql: `${identifier(name)}::${type}` }];
    }
    if (name === label) return [labelColumn(`${identifier(name)}::VARCHAR`)];
    return foreign(column, own !== undefined);
  });
  return {
    reader: { kind: "parquet" },
    ...(own === undefined ? {} : { schema: own }),
    columns,
    drops: [],
    rejects: [],
    counts: [],
    remarks: [...unused(probe.columns), ...(own === undefined ? keptApart(columns) : [])],
  };
}

/** The schema that travels in the file, if it is one of ours and the same. Throws `schema-mismatch` for an older one. */
function ownSchema(probe: Probe): TableSchema | undefined {
  if (probe.schema === undefined) return undefined;
  const known = SCHEMAS.find(({ id }) => id === probe.schema?.id);
  if (known !== undefined) requireSameSchema(known, probe.schema, `'${probe.name}'`);
  return probe.schema;
}

/** A column that is no feature of a schema of ours. */
function foreign({ name, kind }: ProbeColumn, besideSchema: boolean): ImportColumn[] {
  const sql = identifier(name);
  const base = { name: name === "label" ? "label.1" : name, unit: "", description: "" };
  if (kind === "other") return [];
  if (besideSchema && IDENTITY_NAMES.includes(name)) {
    const column = identityColumn(name, sql);
    const type = column.kind === "number" ? "DOUBLE" : column.kind === "time" ? "BIGINT" : "VARCHAR";
    return [{ ...column, sql: `${sql}::${type}` }];
  }
  const role = besideSchema ? "extra" : nameRole(name);
  if (kind === "time")
    return [
      {
        ...base,
        role: role === "feature" ? "identity" : role,
        kind: "time",
        sql: `epoch_us(${sql}::TIMESTAMP)`,
      },
    ];
  if (kind === "number") return [{ ...base, role, kind: "number", sql: `${sql}::DOUBLE` }];
  return [{ ...base, role, kind: role === "feature" ? "category" : "text", sql: `${sql}::VARCHAR` }];
}

function unused(columns: readonly ProbeColumn[]): { what: string }[] {
  return columns
    .filter(({ kind }) => kind === "other")
    .map(({ name, type }) => ({ what: `left out column '${name}': its type ${type} holds no single value` }));
}

export const parquetImporter: Importer = {
  id: "parquet",
  title: "Parquet and .orbrows",
  description: "Rows of `orbweaver meter` and `label` with their schema, and Parquet of any other origin.",
  recognises: (probe) => probe.format === "parquet" || probe.format === "orbrows",
  plan,
};
