// Which rows of a table are wanted, and in which order, as others ask: conditions and a column to sort by, checked against the
// columns that there are, as SQL whose values are bound. Knows no files.

import type { DuckDBValue } from "@duckdb/node-api";
import * as z from "zod";
import { OrbweaverError } from "../base/errors.ts";
import { identifier, kindOf } from "./duck.ts";

export const CONDITION_KINDS = [
  "equal",
  "different",
  "at-least",
  "at-most",
  "contains",
  "starts",
  "missing",
  "present",
] as const;
const CONDITIONS_MAX = 20;
const COLUMNS_MAX = 20;
const VALUES_MAX = 500;
const TEXT_MAX = 1_000;

const columnName = z.string().min(1).max(500);
const value = z.union([z.string().max(TEXT_MAX), z.number(), z.boolean()]);

export const conditionForm = z
  .strictObject({
    column: z
      .union([columnName, z.array(columnName).min(1).max(COLUMNS_MAX)])
      .describe("A column; of several, one has to fit."),
    is: z.enum(CONDITION_KINDS).describe("Texts are looked for in any case of their letters."),
    value: z
      .union([value, z.array(value).min(1).max(VALUES_MAX)])
      .optional()
      .describe("What it is compared with; of several, one has to fit. None for missing and present."),
  })
  .describe("What is asked of a row.");
export type Condition = z.infer<typeof conditionForm>;

/** All of them have to hold. */
export const conditionsForm = z.array(conditionForm).max(CONDITIONS_MAX);

export interface RowQuestion {
  where: readonly Condition[];
  sort?: { column: string; descending: boolean };
}

export interface KnownColumn {
  name: string;
  /** DuckDB's name of it. */
  type: string;
}

export interface RowSql {
  /** Behind WHERE. */
  where: string;
  /** Behind ORDER BY: rows that are alike stay in the order of the table. */
  order: string;
  /** Values of $1, $2, … */
  values: DuckDBValue[];
}

/** @param row the column that numbers the rows. Throws `request-invalid` for columns that are not there, and values that do not fit. */
export function rowSql(question: RowQuestion, columns: readonly KnownColumn[], row: string): RowSql {
  const values: DuckDBValue[] = [];
  const known = new Map(columns.map((column) => [column.name, column]));
  const where = question.where.map((condition, index) =>
    conditionSql(condition, known, `where/${index}`, values),
  );
  const { sort } = question;
  const order =
    sort === undefined
      ? ""
      : `${identifier(knownColumn(known, sort.column, "sort").name)} ${sort.descending ? "DESC" : "ASC"} NULLS LAST, `;
  return { where: where.join(" AND ") || "true", order: `${order}${identifier(row)}`, values };
}

export function isPlain({ where, sort }: RowQuestion): boolean {
  return where.length === 0 && sort === undefined;
}

type Known = ReadonlyMap<string, KnownColumn>;

function conditionSql({ column, is, value }: Condition, known: Known, field: string, bound: DuckDBValue[]) {
  const columns = [column].flat().map((name) => knownColumn(known, name, `${field}/column`));
  const wanted = value === undefined ? [] : [value].flat();
  const takesValue = is !== "missing" && is !== "present";
  if (takesValue !== wanted.length > 0)
    throw refused(
      `${field}/value`,
      takesValue ? "nothing" : String(wanted[0]),
      takesValue ? "a value" : "nothing",
    );
  const tests = columns.flatMap((one) => {
    const name = identifier(one.name);
    if (!takesValue) return [`${name} IS ${is === "missing" ? "" : "NOT "}NULL`];
    return wanted.map((single) => comparison(one, is, single, `${field}/value`, bound));
  });
  const any = `(${tests.join(" OR ")})`;
  return is === "different" ? `NOT coalesce(${any}, false)` : any;
}

const OPERATORS: Partial<Record<Condition["is"], string>> = {
  equal: "=",
  different: "=",
  "at-least": ">=",
  "at-most": "<=",
};

function comparison(
  { name, type }: KnownColumn,
  is: Condition["is"],
  value: string | number | boolean,
  field: string,
  bound: DuckDBValue[],
): string {
  const column = identifier(name);
  const kind = kindOf(type);
  if (is === "contains" || is === "starts") {
    bound.push(String(value).toLowerCase());
    const text = kind === "number" ? numberText(column) : `lower(${column}::VARCHAR)`;
    return `${is === "contains" ? "contains" : "starts_with"}(${text}, $${bound.length})`;
  }
  if (kind === "number") {
    const number = typeof value === "boolean" ? Number(value) : Number(value === "" ? Number.NaN : value);
    if (!Number.isFinite(number)) throw refused(field, String(value), `a number, as '${name}' holds`);
    bound.push(number);
    return `${column} ${OPERATORS[is]} $${bound.length}::DOUBLE`;
  }
  bound.push(String(value));
  if (kind !== "time") return `${column}::VARCHAR ${OPERATORS[is]} $${bound.length}`;
  if (Number.isNaN(Date.parse(String(value)))) throw refused(field, String(value), "a moment");
  return `${column} ${OPERATORS[is]} $${bound.length}::${type}`;
}

/** Whole numbers without the ".0" that a DOUBLE has as text. */
function numberText(column: string): string {
  return `CASE WHEN ${column} = floor(${column}) AND abs(${column}) < 1e15 THEN ${column}::BIGINT::VARCHAR ELSE ${column}::VARCHAR END`;
}

function knownColumn(known: Known, name: string, field: string): KnownColumn {
  const column = known.get(name);
  if (column !== undefined) return column;
  const names = [...known.keys()];
  const told = names.slice(0, 30).join(", ");
  throw refused(field, name, names.length > 30 ? `one of ${told} …` : `one of ${told}`);
}

function refused(field: string, found: string, expected: string): OrbweaverError {
  const told = found.slice(0, 100);
  return new OrbweaverError("request-invalid", `${field}: found ${told}, expected ${expected}`, {
    fields: [{ field, found: told, expected }],
  });
}
