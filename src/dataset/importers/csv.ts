// Any table of text: delimiter, header and kinds are told by the start of the file; every column is kept.
//
// A column is of numbers when every value at the start is one; later values that are none reject their row, and many of them
// fail the import with a message that names the column. What a column is used for is told by its name and content.

import { OrbweaverError } from "../../base/errors.ts";
import type { TableSchema } from "../../feature/table.ts";
import { columnNamesOf, isDataRecord } from "../csv-text.ts";
import { literal } from "../duck.ts";
import { CATEGORIES_MAX } from "../row-plan.ts";
import { MISSING_TEXTS } from "../row-source.ts";
import { labelColumn, nameRole, trimmed } from "./columns.ts";
import type { ImportColumn, Importer, ImportOptions, ImportPlan, Probe } from "./contract.ts";

function plan(probe: Probe, options: ImportOptions): ImportPlan {
  const first = probe.records[0] ?? [];
  const headless = isDataRecord(first);
  const names = columnNamesOf(headless ? first.map(() => "") : first);
  const records = probe.records.slice(headless ? 0 : 1);
  const label = labelOf(names, options.label);
  if (options.label !== undefined && label === undefined) throw noLabel(probe, options.label, names);
  const forms = names.map((name, index) => (name === label ? "text" : formOf(records, index, options)));
  const columns = names.map((name, index) =>
    withoutClash(columnOf(name, index, forms[index], records, label)),
  );
  return {
    reader: {
      kind: "csv",
      delimiter: probe.delimiter,
      skip: headless ? 0 : 1,
      fields: forms.map((form) => (form === "number" ? "number" : "text")),
      nulls: [],
    },
    columns,
    drops: [],
    rejects: forms.flatMap((form, index) =>
      form === "words"
        ? [{ reason: `column '${names[index]}': a text, expected a number`, sql: isWord(`c${index}`) }]
        : [],
    ),
    counts: [],
    remarks: [
      ...(headless ? [{ what: "the file has no header; its columns are numbered" }] : []),
      ...keptApart(columns),
    ],
  };
}

/** A column of numbers stays one where so few texts stand among them; their rows are rejected. */
const STRAY_SHARE = 0.01;

/** How a field is read: as a number; as a number among which words stand for nothing; as text. */
type Form = "number" | "words" | "text";

function formOf(records: readonly (readonly string[])[], index: number, options: ImportOptions): Form {
  if (options.texts?.has(index)) return "text";
  const values = records.map((record) => (record[index] ?? "").trim()).filter((text) => text !== "");
  const present = values.filter((text) => !isMissing(text));
  const words = present.filter((text) => !isNumber(text)).length;
  if (present.length === 0 || words > STRAY_SHARE * present.length) return "text";
  return options.words?.has(index) || values.some((text) => isMissing(text) && text.toLowerCase() !== "nan")
    ? "words"
    : "number";
}

function columnOf(
  name: string,
  index: number,
  form: Form,
  records: readonly (readonly string[])[],
  label: string | undefined,
): ImportColumn {
  const base = { unit: "", description: "" };
  if (name === label) return labelColumn(trimmed(`c${index}`));
  const role = nameRole(name);
  if (form !== "text") {
    const sql = form === "number" ? `c${index}` : `TRY_CAST(c${index} AS DOUBLE)`;
    return { ...base, name, role, kind: "number", sql };
  }
  const category = isCategory(records, index);
  return {
    ...base,
    name,
    role: role === "feature" && !category ? "extra" : role,
    kind: category ? "category" : "text",
    sql: trimmed(`c${index}`),
  };
}

/** True for a text that is neither a number nor stands for nothing. */
function isWord(field: string): string {
  const missing = MISSING_TEXTS.map(literal).join(", ");
  return `${field} IS NOT NULL AND TRY_CAST(${field} AS DOUBLE) IS NULL AND lower(trim(${field})) NOT IN (${missing})`;
}

function noLabel(probe: Probe, asked: string, names: readonly string[]): OrbweaverError {
  return new OrbweaverError(
    "rows-invalid",
    `'${probe.name}' has no column '${asked}'; it has ${names.slice(0, 12).join(", ")}${names.length > 12 ? ", …" : ""}`,
    { hint: "Name the column that holds the class with --label." },
  );
}

/** The label column: the one that is asked for, or the one called label or class. */
export function labelOf(names: readonly string[], asked: string | undefined): string | undefined {
  if (asked !== undefined)
    return names.find((name) => name === asked) ?? names.find((name) => same(name, asked));
  return names.find((name) => same(name, "label")) ?? names.find((name) => same(name, "class"));
}

function same(name: string, other: string): boolean {
  return name.trim().toLowerCase() === other.trim().toLowerCase();
}

/** Another column called "label" makes room. */
function withoutClash(column: ImportColumn): ImportColumn {
  return column.role !== "label" && column.name === "label" ? { ...column, name: "label.1" } : column;
}

export function keptApart(columns: readonly ImportColumn[]): { what: string }[] {
  const apart = columns.filter(({ role }) => role === "identity" || role === "extra").map(({ name }) => name);
  if (apart.length === 0) return [];
  const names =
    apart.length > 12 ? `${apart.slice(0, 12).join(", ")} and ${apart.length - 12} more` : apart.join(", ");
  return [{ what: `kept apart, by name or content, and no features: ${names}` }];
}

function isNumber(text: string): boolean {
  return !Number.isNaN(Number(text)) || /^[-+]?inf(inity)?$/i.test(text);
}

function isMissing(text: string): boolean {
  return (MISSING_TEXTS as readonly string[]).includes(text.toLowerCase());
}

/** Few different texts at the start. */
function isCategory(records: readonly (readonly string[])[], index: number): boolean {
  const texts = new Set(records.map((record) => (record[index] ?? "").trim()).filter((text) => text !== ""));
  return texts.size <= Math.min(CATEGORIES_MAX, Math.max(10, records.length / 4));
}

/** What to say of columns of a schema that a file lacks. */
export function missingColumns(schema: TableSchema, names: readonly string[]): { what: string }[] {
  const absent = schema.columns.map(({ name }) => name).filter((name) => !names.includes(name));
  if (absent.length === 0) return [];
  const shown =
    absent.length > 8 ? `${absent.slice(0, 8).join(", ")} and ${absent.length - 8} more` : absent.join(", ");
  return [{ what: `has not every column of schema ${schema.id}; missing: ${shown}` }];
}

export const csvImporter: Importer = {
  id: "csv",
  title: "Any CSV",
  description:
    "Text with a delimiter (comma, semicolon, tab, bar), plain or gzip. Columns are kept as they are called.",
  recognises: (probe) => probe.format === "csv" && (probe.records[0]?.length ?? 0) > 1,
  learns: true,
  plan,
};
