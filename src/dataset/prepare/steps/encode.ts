// The step that makes numbers of categories.

import * as z from "zod";
import { identifier, literal } from "../../duck.ts";
import type { DatasetColumn } from "../../store/contract.ts";
import { fittedOn, fittedRemarks, numberSql, valuesOf } from "../fit.ts";
import { defineStep, namesForm, orText } from "../step.ts";
import {
  meantColumns,
  refused,
  type StepContext,
  sameValues,
  type Value,
  type Working,
  withValues,
  written,
} from "../working.ts";

const ONE_HOT_MAX = 256;
const VALUES_MAX = 10_000;

type Method = "ordinal" | "one-hot" | "frequency";
type Known = { value: string | number; rows: number }[];

export const encodeStep = defineStep({
  name: "encode",
  summary: "makes numbers of categories: ordinal (the place among the sorted values), one-hot or frequency",
  form: orText(
    "method",
    z.strictObject({
      method: z.enum(["ordinal", "one-hot", "frequency"]),
      columns: namesForm.optional().describe("Default: all features that are categories."),
    }),
  ),
  fits: () => "the values of categories",
  async apply(before, { method, columns: names }, context) {
    const working = await written(before, context);
    const columns = meantColumns(working, names, ["category", "text"], context);
    const known = new Map<string, Known>();
    for (const column of columns) known.set(column.name, await knownValues(working, column, method, context));
    const values = sameValues(working).flatMap((value) => {
      const own = known.get(value.column.name);
      return own === undefined ? [value] : encoded(value.column, own, method);
    });
    const taken = values.map(({ column }) => column.name.toLowerCase());
    const twice = taken.find((name, at) => taken.indexOf(name) !== at);
    if (twice !== undefined) throw refused(context, `two columns would be called '${twice}'`);
    return {
      working: withValues(working, values),
      what: `encoded ${columns.length} ${columns.length === 1 ? "column" : "columns"} (${method})`,
      facts: {
        values: [...known].map(([column, own]) => ({ column, values: own.map(({ value }) => value) })),
        fittedOn: fittedOn(working),
      },
      remarks: columns.length === 0 ? [] : fittedRemarks(working, "fitted the values of categories"),
    };
  },
});

async function knownValues(
  working: Working,
  column: DatasetColumn,
  method: Method,
  context: StepContext,
): Promise<Known> {
  const most = method === "one-hot" ? ONE_HOT_MAX : VALUES_MAX;
  const known = await valuesOf(working, column, most, context);
  if (known.length <= most) return known;
  throw refused(context, `column '${column.name}' has more than ${most} values, too many for ${method}`);
}

/** Values that the fitted rows do not have are missing (ordinal), in no column (one-hot), or of frequency 0. */
function encoded(column: DatasetColumn, known: Known, method: Method): Value[] {
  const sql = identifier(column.name);
  const numeric = { ...column, kind: "number", unit: "" } as const;
  switch (method) {
    case "ordinal":
      return [
        {
          column: numeric,
          sql: chosen(
            sql,
            known.map((_, at) => at),
            known,
            "NULL",
          ),
        },
      ];
    case "frequency": {
      const total = known.reduce((sum, { rows }) => sum + rows, 0);
      const shares = known.map(({ rows }) => rows / total);
      return [
        {
          column: numeric,
          sql: chosen(sql, shares, known, `CASE WHEN ${sql} IS NOT NULL THEN 0.0::DOUBLE END`),
        },
      ];
    }
    case "one-hot":
      return known.map(({ value }) => ({
        column: {
          ...numeric,
          name: `${column.name}=${value}`,
          description: `1 where ${column.name} is ${value}`,
        },
        sql: `coalesce(${sql} = ${literal(String(value))}, false)::DOUBLE`,
      }));
  }
}

function chosen(sql: string, numbers: readonly number[], known: Known, otherwise: string): string {
  if (known.length === 0) return "NULL::DOUBLE";
  const cases = known.map(({ value }, at) => `WHEN ${literal(String(value))} THEN ${numberSql(numbers[at])}`);
  return `CASE ${sql} ${cases.join(" ")} ELSE ${otherwise} END`;
}
