// Points of InfluxDB: line protocol, and what was fetched from a server. Both are turned into Parquet before an importer sees
// them (../influx), whose first column is the time; tags and fields are its other columns.
//
// Columns that are those of a schema of ours, all of them, are its features again, whatever their order: InfluxDB gives
// columns by the alphabet.

import { SCHEMAS } from "../../feature/schemas/_index.ts";
import type { TableSchema } from "../../feature/table.ts";
import { identifier } from "../duck.ts";
import { TIME_NAME } from "../influx/point-spool.ts";
import { IDENTITY_NAMES } from "../row-layout.ts";
import { identityColumn, labelColumn, nameRole, schemaColumns } from "./columns.ts";
import type { ImportColumn, Importer, ImportOptions, ImportPlan, Probe, ProbeColumn } from "./contract.ts";
import { keptApart, labelOf } from "./csv.ts";

const TIME: ImportColumn = {
  name: TIME_NAME,
  role: "identity",
  kind: "time",
  unit: "us",
  description: "Time of the point",
  sql: `epoch_us(${identifier(TIME_NAME)}::TIMESTAMP)`,
};

function plan(probe: Probe, options: ImportOptions): ImportPlan {
  const names = probe.columns.map(({ name }) => name);
  const label = labelOf(names, options.label);
  const fitting = fittingSchemas(probe.columns, options.schema);
  const schema = fitting[0];
  const features = new Set(schema?.columns.map(({ name }) => name));
  const others = probe.columns
    .filter(({ name }) => name !== TIME_NAME && !features.has(name))
    .map((column) =>
      column.name === label
        ? labelColumn(`nullif(${identifier(column.name)}::VARCHAR, '')`)
        : foreign(column, schema !== undefined),
    );
  const columns = [
    TIME,
    ...(schema === undefined ? [] : schemaColumns(schema, (name) => identifier(name))),
    ...others,
  ];
  return {
    reader: { kind: "parquet" },
    ...(schema === undefined ? {} : { schema }),
    columns,
    drops: [],
    rejects: [],
    counts: [{ what: "points without a time", sql: `${identifier(TIME_NAME)} IS NULL` }],
    remarks: [...likeSchemas(fitting), ...(schema === undefined ? keptApart(columns) : [])],
  };
}

/** Schemas of ours whose columns are all there and of their kinds; those with most columns. */
function fittingSchemas(columns: readonly ProbeColumn[], asked: string | undefined): TableSchema[] {
  const kinds = new Map(columns.map(({ name, kind }) => [name, kind]));
  const fitting = SCHEMAS.filter((schema) => asked === undefined || schema.id === asked).filter((schema) =>
    schema.columns.every(
      ({ name, kind }) => kinds.get(name) === (kind === "categorical" ? "text" : "number"),
    ),
  );
  const most = Math.max(...fitting.map((schema) => schema.columns.length));
  return fitting.filter((schema) => schema.columns.length === most);
}

function likeSchemas([taken, ...others]: readonly TableSchema[]): { what: string }[] {
  if (taken === undefined) return [];
  const also = others.length === 0 ? "" : `; ${others.map(({ id }) => id).join(", ")} has the same columns`;
  return [{ what: `the columns are those of schema ${taken.id}${also}` }];
}

/** A tag or field that is no feature of a schema of ours. */
function foreign({ name, kind }: ProbeColumn, besideSchema: boolean): ImportColumn {
  const sql = identifier(name);
  if (besideSchema && IDENTITY_NAMES.includes(name)) {
    const column = identityColumn(name, sql);
    if (column.kind === "time") return { ...column, sql: `${sql}::BIGINT` };
    if ((column.kind === "number") === (kind === "number")) return column;
  }
  const role = besideSchema ? "extra" : nameRole(name);
  const base = { name: name === "label" ? "label.1" : name, role, unit: "", description: "" };
  if (kind === "number") return { ...base, kind: "number", sql };
  return { ...base, kind: role === "feature" ? "category" : "text", sql };
}

export const lineProtocolImporter: Importer = {
  id: "line-protocol",
  title: "InfluxDB line protocol",
  description:
    "Points as Telegraf and InfluxDB write them, and measurements of a server (influx://…). Tags and fields become columns.",
  recognises: (probe) =>
    probe.format === "parquet" &&
    probe.columns[0]?.name === TIME_NAME &&
    probe.columns[0].type === "TIMESTAMP",
  plan,
};
