// Steps about columns as such: which there are, what they are called, of which kind, and what they are used for.

import * as z from "zod";
import { counted } from "../../../base/number-text.ts";
import { identifier } from "../../duck.ts";
import { shown } from "../../file-error.ts";
import {
  COLUMN_KINDS,
  COLUMN_ROLES,
  type DatasetColumn,
  type DatasetColumnKind,
} from "../../store/contract.ts";
import { numberText } from "../merge.ts";
import { defineStep, nameForm, namesForm } from "../step.ts";
import {
  ask,
  columnOf,
  columnsOf,
  listed,
  refused,
  type StepContext,
  type StepOutcome,
  sameValues,
  type Value,
  type Working,
  withValues,
} from "../working.ts";

export const keepStep = defineStep({
  name: "keep",
  summary: "keeps the features that are named, and all columns that are no features",
  form: namesForm,
  async apply(working, names, context) {
    const kept = new Set(columnsOf(working, names, context).map(({ name }) => name));
    return without(
      working,
      working.columns.filter(({ name, role }) => role === "feature" && !kept.has(name)),
      context,
    );
  },
});

export const dropStep = defineStep({
  name: "drop",
  summary: "leaves out columns",
  form: namesForm,
  async apply(working, names, context) {
    return without(working, columnsOf(working, names, context), context);
  },
});

/** The table without some columns. */
export function without(
  working: Working,
  columns: readonly DatasetColumn[],
  context: StepContext,
  kind = "",
): StepOutcome {
  const names = new Set(columns.map(({ name }) => name));
  const rest = sameValues(working).filter(({ column }) => !names.has(column.name));
  if (!rest.some(({ column }) => column.role === "feature"))
    throw refused(context, "no feature would be left");
  const { label, ...others } = working;
  const kept = label === undefined || names.has(label) ? others : working;
  const list = [...names];
  return {
    working: names.size === 0 ? working : withValues(kept, rest),
    what: droppedText(list, kind),
    facts: { columns: list },
  };
}

function droppedText(names: readonly string[], kind: string): string {
  const what = kind === "" ? "column" : `${kind} column`;
  if (names.length === 0) return `dropped no ${what}`;
  return names.length === 1
    ? `dropped ${what} ${names[0]}`
    : `dropped ${counted(names.length, what)}: ${listed(names)}`;
}

export const renameStep = defineStep({
  name: "rename",
  summary: "gives columns other names",
  form: z.record(nameForm, nameForm),
  describes: true,
  async apply(working, names, context) {
    for (const name of Object.keys(names)) columnOf(working, name, context);
    const values = sameValues(working).map(({ column, sql }) => ({
      column: { ...column, name: names[column.name] ?? column.name },
      sql,
    }));
    requireDistinct(values, context);
    const label = working.label === undefined ? {} : { label: names[working.label] ?? working.label };
    return {
      working: withValues({ ...working, ...label }, values),
      what: `renamed ${Object.entries(names)
        .map(([from, to]) => `${from} to ${to}`)
        .join(", ")}`,
    };
  },
});

function requireDistinct(values: readonly Value[], context: StepContext): void {
  const seen = new Set<string>();
  for (const { column } of values) {
    // DuckDB takes upper and lower case of names for the same.
    const name = column.name.toLowerCase();
    if (seen.has(name)) throw refused(context, `two columns would be called '${column.name}'`);
    seen.add(name);
  }
}

export const castStep = defineStep({
  name: "cast",
  summary: "makes columns another kind: number, text, category or time (µs since 1970)",
  form: z.record(nameForm, z.enum(COLUMN_KINDS)),
  describes: true,
  async apply(working, kinds, context) {
    const changed = new Map<string, Value>();
    for (const [name, kind] of Object.entries(kinds)) {
      const column = columnOf(working, name, context);
      const sql = castSql(column, kind);
      if (kind === "number" || kind === "time") await requireCast(working, column, sql, kind, context);
      changed.set(name, { column: { ...column, kind, unit: kind === "time" ? "us" : column.unit }, sql });
    }
    const values = sameValues(working).map((value) => changed.get(value.column.name) ?? value);
    const what = Object.entries(kinds).map(([name, kind]) => `${name} to ${kind}`);
    return { working: withValues(working, values), what: `cast ${what.join(", ")}` };
  },
});

function castSql({ name, kind: from }: DatasetColumn, kind: DatasetColumnKind): string {
  const sql = identifier(name);
  const isText = from === "text" || from === "category";
  switch (kind) {
    case "number":
      return isText ? `nullif(TRY_CAST(trim(${sql}) AS DOUBLE), 'nan'::DOUBLE)` : `${sql}::DOUBLE`;
    case "time":
      return isText ? `TRY_CAST(trim(${sql}) AS BIGINT)` : `TRY_CAST(${sql} AS BIGINT)`;
    default:
      return isText ? sql : from === "number" ? numberText(sql) : `${sql}::VARCHAR`;
  }
}

async function requireCast(
  working: Working,
  { name }: DatasetColumn,
  sql: string,
  kind: string,
  context: StepContext,
): Promise<void> {
  const text = `${identifier(name)}::VARCHAR`;
  const bad = `${identifier(name)} IS NOT NULL AND (${sql}) IS NULL AND lower(trim(${text})) NOT IN ('', 'nan')`;
  const [row] = await ask(context, `SELECT ${text} FROM ${working.from} WHERE ${bad} LIMIT 1`);
  if (row !== undefined)
    throw refused(context, `column '${name}' holds '${shown(row[0])}', expected a ${kind}`, "rows-invalid");
}

export const roleStep = defineStep({
  name: "role",
  summary: "says what columns are used for: feature, identity, label or extra",
  form: z.record(nameForm, z.enum(COLUMN_ROLES)),
  describes: true,
  async apply(working, roles, context) {
    const labels = Object.entries(roles).flatMap(([name, role]) => (role === "label" ? [name] : []));
    if (labels.length > 1) throw refused(context, "there can be one label only");
    for (const name of Object.keys(roles)) columnOf(working, name, context);
    const [label = working.label] = labels;
    const isLabel = label !== undefined && (roles[label] ?? "label") === "label";
    const columns = working.columns.map((column) => {
      const former = column.role === "label" && column.name !== label ? "extra" : column.role;
      return { ...column, role: roles[column.name] ?? former };
    });
    const { label: _, ...rest } = working;
    return {
      working: { ...rest, columns, ...(isLabel ? { label } : {}) },
      what: `set roles: ${Object.entries(roles)
        .map(([name, role]) => `${name} is ${role}`)
        .join(", ")}`,
    };
  },
});
