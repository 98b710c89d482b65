// The step about infinite values, such as rates over flows that took no time.

import * as z from "zod";
import { counted, groupedText, numberText } from "../../../base/number-text.ts";
import { identifier } from "../../duck.ts";
import type { DatasetColumn } from "../../store/contract.ts";
import { extremes, fittedOn, fittedRemarks, numberSql } from "../fit.ts";
import { defineStep, namesForm, orText } from "../step.ts";
import {
  ask,
  meantColumns,
  type StepContext,
  type StepOutcome,
  type Working,
  withReplaced,
  withRowsWhere,
  written,
} from "../working.ts";

export const infiniteStep = defineStep({
  name: "infinite",
  summary:
    "what becomes of infinite values: missing, drop (the row), largest (the greatest finite one) or constant",
  form: orText(
    "strategy",
    z
      .strictObject({
        strategy: z.enum(["missing", "drop", "largest", "constant"]),
        columns: namesForm.optional().describe("Default: all features that are numbers."),
        value: z.number().optional(),
      })
      .refine(({ strategy, value }) => (strategy === "constant") === (value !== undefined), {
        error: "the strategy constant needs a value, and no other has one",
      }),
  ),
  fits: ({ strategy }) => (strategy === "largest" ? "the greatest finite values" : undefined),
  async apply(before, { strategy, columns: names, value }, context) {
    const working = await written(before, context);
    const found = await infinitesOf(working, meantColumns(working, names, ["number"], context), context);
    const columns = found.map(({ column }) => column);
    const total = found.reduce((sum, { values }) => sum + values, 0);
    const of = `${groupedText(total)} infinite ${total === 1 ? "value" : "values"} of ${counted(columns.length, "column")}`;
    const facts = { infinite: found.map(({ column, values }) => ({ column: column.name, values })) };
    switch (strategy) {
      case "drop": {
        const where = columns.map(({ name }) => `coalesce(NOT isinf(${identifier(name)}), true)`);
        const made = await withRowsWhere(working, ["true", ...where].join(" AND "), context);
        return { working: made, what: `dropped rows with ${of}`, facts };
      }
      case "largest": {
        const outcome = await madeLargest(working, columns, context);
        return {
          ...outcome,
          what: `made ${of} the greatest or least finite ones`,
          facts: { ...facts, ...outcome.facts },
        };
      }
      default: {
        const fill = value === undefined ? "NULL" : numberSql(value);
        return {
          working: replaced(working, columns, () => ({ least: fill, greatest: fill })),
          what: `made ${of} ${value === undefined ? "missing" : numberText(value)}`,
          facts,
        };
      }
    }
  },
});

async function madeLargest(
  working: Working,
  columns: readonly DatasetColumn[],
  context: StepContext,
): Promise<Omit<StepOutcome, "what">> {
  const found = await extremes(working, columns, context);
  const sqlOf = (value: number): string => (Number.isNaN(value) ? "NULL" : numberSql(value));
  return {
    working: replaced(working, columns, (at) => ({
      least: sqlOf(found[at].least),
      greatest: sqlOf(found[at].greatest),
    })),
    facts: {
      values: columns.flatMap(({ name }, at) =>
        Number.isNaN(found[at].least) ? [] : [{ column: name, ...found[at] }],
      ),
      fittedOn: fittedOn(working),
    },
    remarks: columns.length === 0 ? [] : fittedRemarks(working, "fitted the greatest finite values"),
  };
}

function replaced(
  working: Working,
  columns: readonly DatasetColumn[],
  bounds: (at: number) => { least: string; greatest: string },
): Working {
  const sqlOf = columns.map(({ name }, at): [string, string] => {
    const sql = identifier(name);
    const { least, greatest } = bounds(at);
    return [
      name,
      `CASE WHEN isinf(${sql}) THEN CASE WHEN ${sql} > 0 THEN ${greatest} ELSE ${least} END ELSE ${sql} END`,
    ];
  });
  return withReplaced(working, new Map(sqlOf));
}

/** The columns that have infinite values, in any part. */
async function infinitesOf(
  working: Working,
  columns: readonly DatasetColumn[],
  context: StepContext,
): Promise<{ column: DatasetColumn; values: number }[]> {
  if (columns.length === 0) return [];
  const counts = columns.map(({ name }) => `count(*) FILTER (WHERE isinf(${identifier(name)}))`);
  const [found] = await ask(context, `SELECT ${counts.join(", ")} FROM ${working.from}`);
  return columns.flatMap((column, at) =>
    Number(found[at]) === 0 ? [] : [{ column, values: Number(found[at]) }],
  );
}
