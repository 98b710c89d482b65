// The step about missing values: rows go, or values are filled in.

import * as z from "zod";
import { counted, groupedText } from "../../../base/number-text.ts";
import { identifier, literal } from "../../duck.ts";
import { COLUMN_KINDS, type DatasetColumn, type DatasetColumnKind } from "../../store/contract.ts";
import { fittedOn, fittedRemarks, isText, means, medians, mostFrequent, numberSql } from "../fit.ts";
import { defineStep, namesForm, orText } from "../step.ts";
import {
  ask,
  listed,
  meantColumns,
  type StepContext,
  type StepOutcome,
  type Working,
  withReplaced,
  withRowsWhere,
  written,
} from "../working.ts";

const form = orText(
  "strategy",
  z
    .strictObject({
      strategy: z.enum(["drop", "constant", "mean", "median", "most-frequent"]),
      columns: namesForm.optional().describe("Default: all features that the strategy is for."),
      value: z.union([z.number(), z.string()]).optional(),
    })
    .refine(({ strategy, value }) => (strategy === "constant") === (value !== undefined), {
      error: "the strategy constant needs a value, and no other has one",
    }),
);
type Options = z.output<typeof form>;

const FITTED: Readonly<Record<string, string>> = {
  mean: "means",
  median: "medians",
  "most-frequent": "most frequent values",
};

export const missingStep = defineStep({
  name: "missing",
  summary: "what becomes of missing values: drop (the row), constant, mean, median or most-frequent",
  form,
  fits: ({ strategy }) => FITTED[strategy],
  async apply(before, options, context) {
    if (options.strategy === "drop") return dropRows(before, options.columns, context);
    const working = await written(before, context);
    const gaps = await gapsOf(working, options, context);
    const total = gaps.reduce((sum, { missing }) => sum + missing, 0);
    const open = gaps.filter(({ missing }) => missing > 0);
    const lost = open.filter(({ fill }) => fill === undefined).map(({ column }) => column.name);
    const fitted = FITTED[options.strategy];
    return {
      working: withReplaced(working, fillings(gaps)),
      what: `filled ${groupedText(total)} missing ${total === 1 ? "value" : "values"} of ${counted(open.length, "column")} (${options.strategy})`,
      facts: {
        missing: open.map(({ column, missing }) => ({ column: column.name, values: missing })),
        values: gaps.flatMap(({ column, fill }) =>
          fill === undefined ? [] : [{ column: column.name, value: fill }],
        ),
        ...(fitted === undefined ? {} : { fittedOn: fittedOn(working) }),
      },
      remarks: [
        ...(fitted !== undefined && open.length > 0 ? fittedRemarks(working, `fitted ${fitted}`) : []),
        ...(lost.length === 0
          ? []
          : [{ what: `no value of ${listed(lost)} in ${fittedOn(working)}: missing values stay` }]),
      ],
    };
  },
});

interface Gap {
  column: DatasetColumn;
  /** Rows in which it is missing. */
  missing: number;
  /** What missing values become; undefined where no value is known. */
  fill: string | number | undefined;
}

async function gapsOf(
  working: Working,
  { strategy, columns: names, value }: Options,
  context: StepContext,
): Promise<Gap[]> {
  const columns = meantColumns(working, names, kindsOf(strategy, value), context);
  if (columns.length === 0) return [];
  const counts = columns.map(({ name }) => `count(*) - count(${identifier(name)})`);
  const [missing] = await ask(context, `SELECT ${counts.join(", ")} FROM ${working.from}`);
  const fills =
    value === undefined ? await fitted(strategy, working, columns, context) : columns.map(() => value);
  return columns.map((column, at) => ({ column, missing: Number(missing[at]), fill: fills[at] }));
}

function kindsOf(strategy: string, value: string | number | undefined): readonly DatasetColumnKind[] {
  if (strategy === "most-frequent") return COLUMN_KINDS;
  return typeof value === "string" ? ["category", "text"] : ["number"];
}

async function fitted(
  strategy: string,
  working: Working,
  columns: readonly DatasetColumn[],
  context: StepContext,
): Promise<Gap["fill"][]> {
  if (strategy === "most-frequent") return mostFrequent(working, columns, context);
  const values = await (strategy === "mean" ? means : medians)(working, columns, context);
  return values.map((value) => (Number.isNaN(value) ? undefined : value));
}

function fillings(gaps: readonly Gap[]): Map<string, string> {
  return new Map(
    gaps.flatMap(({ column: { name, kind }, missing, fill }) =>
      fill === undefined || missing === 0
        ? []
        : [[name, `coalesce(${identifier(name)}, ${fillSql(fill, kind)})`] as const],
    ),
  );
}

function fillSql(fill: string | number, kind: DatasetColumnKind): string {
  if (isText(kind)) return literal(String(fill));
  return kind === "time" ? `${fill}::BIGINT` : numberSql(Number(fill));
}

async function dropRows(
  working: Working,
  names: readonly string[] | undefined,
  context: StepContext,
): Promise<StepOutcome> {
  const columns = meantColumns(working, names, COLUMN_KINDS, context);
  const where = columns.map(({ name }) => `${identifier(name)} IS NOT NULL`);
  return {
    working: await withRowsWhere(working, ["true", ...where].join(" AND "), context),
    what: "dropped rows with missing values",
    facts: { columns: columns.map(({ name }) => name) },
  };
}
