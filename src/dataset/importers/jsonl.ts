// Any table of JSON lines: one object a line. Columns are the names that occur at the start of the file; nested values are
// left out. Lines that are no objects are rejected with their number.

import { OrbweaverError } from "../../base/errors.ts";
import { literal } from "../duck.ts";
import { isRecord } from "../row-layout.ts";
import { CATEGORIES_MAX } from "../row-plan.ts";
import { labelColumn, nameRole } from "./columns.ts";
import type { ImportColumn, Importer, ImportOptions, ImportPlan, Probe } from "./contract.ts";
import { keptApart, labelOf } from "./csv.ts";

type Scalar = string | number | boolean | null;

/** Lines that are not one JSON object. Only what is valid may be asked for its type. */
export const NO_OBJECT = {
  reason: "no JSON object",
  sql: "CASE WHEN json_valid(line) THEN json_type(line) <> 'OBJECT' ELSE true END",
};

function plan(probe: Probe, options: ImportOptions): ImportPlan {
  const { values, nested } = scalars(probe.text);
  const names = [...values.keys()];
  if (names.length === 0) {
    throw new OrbweaverError(
      "rows-invalid",
      `'${probe.name}': found no object with values, expected one a line`,
    );
  }
  const label = labelOf(names, options.label);
  const columns = names.map((name): ImportColumn => {
    const path = literal(`$.${JSON.stringify(name)}`);
    const text = `nullif(json_extract_string(line, ${path}), '')`;
    if (name === label) return labelColumn(text);
    const base = { name: name === "label" ? "label.1" : name, unit: "", description: "" };
    const role = nameRole(name);
    const found = (values.get(name) ?? []).filter((value) => value !== null);
    if (found.every(isNumber))
      return {
        ...base,
        role,
        kind: "number",
        sql: `CASE ${text} WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE TRY_CAST(${text} AS DOUBLE) END`,
      };
    const category = new Set(found).size <= Math.min(CATEGORIES_MAX, Math.max(10, found.length / 4));
    return {
      ...base,
      role: role === "feature" && !category ? "extra" : role,
      kind: category ? "category" : "text",
      sql: text,
    };
  });
  return {
    reader: { kind: "lines" },
    columns,
    drops: [],
    rejects: [NO_OBJECT],
    counts: [],
    remarks: [
      ...(nested.length === 0 ? [] : [{ what: `left out nested values: ${nested.join(", ")}` }]),
      ...keptApart(columns),
    ],
  };
}

/** Values by name, of the whole lines at the start. */
function scalars(text: string): { values: Map<string, Scalar[]>; nested: string[] } {
  const values = new Map<string, Scalar[]>();
  const nested = new Set<string>();
  for (const object of objectsAtStart(text)) {
    for (const [name, value] of Object.entries(object)) {
      if (typeof value === "object" && value !== null) nested.add(name);
      else {
        const found = values.get(name) ?? [];
        found.push(value as Scalar);
        values.set(name, found);
      }
    }
  }
  for (const name of nested) values.delete(name);
  return { values, nested: [...nested] };
}

/** Lines that are looked at. */
const LINES_MAX = 2000;

/** The objects of the first lines; lines that are none are passed over. */
export function objectsAtStart(text: string): Record<string, unknown>[] {
  return text.split("\n", LINES_MAX).flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return isRecord(value) ? [value] : [];
    } catch {
      return [];
    }
  });
}

/** "Infinity" and "NaN" are how row files of ours spell numbers that JSON lacks. */
function isNumber(value: Scalar): boolean {
  return typeof value === "number" || typeof value === "boolean" || /^(-?Infinity|NaN)$/.test(String(value));
}

export const jsonLinesImporter: Importer = {
  id: "jsonl",
  title: "JSON lines",
  description: "One object a line; its plain values become columns.",
  recognises: (probe) => probe.format === "jsonl",
  plan,
};
