// Steps about single values: missing ones and infinite ones.

import * as z from "zod";
import { groupedText, numberText } from "../../../base/number-text.ts";
import { identifier, literal } from "../../duck.ts";
import { COLUMN_KINDS, type DatasetColumn } from "../../store/contract.ts";
import {
  extremes,
  fittedOn,
  fittedRemarks,
  isText,
  means,
  medians,
  mostFrequent,
  numberSql,
} from "../fit.ts";
import { defineStep, namesForm, orText } from "../step.ts";
import {
  ask,
  listed,
  meantColumns,
  refused,
  type StepContext,
  type StepOutcome,
  type Working,
  withReplaced,
  withRowsWhere,
  written,
} from "../working.ts";

type Fill = string | number | undefined;

const FITTED = { mean: "means", median: "medians", "most-frequent": "most frequent values" } as const;

export const missingStep = defineStep({
  name: "missing",
  summary: "what becomes of missing values: drop (the row), constant, mean, median or most-frequent",
  form: orText(
    "strategy",
    z
      .strictObject({
        strategy: z.enum(["drop", "constant", "mean", "median", "most-frequent"]),
        /** Default: all features that the strategy is for. */
        columns: namesForm.optional(),
        value: z.union([z.number(), z.string()]).optional(),
      })
      .refine(({ strategy, value }) => (strategy === "constant") === (value !== undefined), {
        error: "the strategy constant needs a value, and no other has one",
      }),
  ),
  fits: ({ strategy }) => (strategy in FITTED ? FITTED[strategy as keyof typeof FITTED] : undefined),
  async apply(before, { strategy, columns: names, value }, context) {
    if (strategy === "drop") return dropMissing(before, names, context);
    const working = await written(before, context);
    const isNumeric = strategy === "mean" || strategy === "median" || typeof value === "number";
    const kinds = isNumeric
      ? (["number"] as const)
      : value === undefined
        ? COLUMN_KINDS
        : (["category", "text"] as const);
    const candidates = meantColumns(working, names, kinds, context);
    const missing = await missingCounts(working, candidates, context);
    const columns = candidates.filter((_, at) => missing[at] > 0);
    const fills =
      value === undefined
        ? await fitted(strategy, working, candidates, context)
        : candidates.map(() => value);
    return filled(working, { strategy, candidates, columns, fills, missing }, context);
  },
});

async function fitted(
  strategy: string,
  working: Working,
  columns: readonly DatasetColumn[],
  context: StepContext,
): Promise<Fill[]> {
  if (strategy === "most-frequent") return mostFrequent(working, columns, context);
  const values = await (strategy === "mean" ? means : medians)(working, columns, context);
  return values.map((value) => (Number.isNaN(value) ? undefined : value));
}

interface Filling {
  strategy: string;
  candidates: readonly DatasetColumn[];
  columns: readonly DatasetColumn[];
  /** By candidate. */
  fills: readonly Fill[];
  missing: readonly number[];
}

function filled(
  working: Working,
  { strategy, candidates, columns, fills, missing }: Filling,
  _context: StepContext,
): StepOutcome {
  const sqlOf = new Map<string, string>();
  const without: string[] = [];
  candidates.forEach(({ name, kind }, at) => {
    const fill = fills[at];
    if (fill === undefined) without.push(name);
    else sqlOf.set(name, `coalesce(${identifier(name)}, ${fillSql(fill, kind)})`);
  });
  const total = missing.reduce((sum, count) => sum + count, 0);
  const isFitted = strategy !== "constant";
  return {
    working: withReplaced(working, sqlOf),
    what: `filled ${groupedText(total)} missing ${total === 1 ? "value" : "values"} of ${columns.length} ${columns.length === 1 ? "column" : "columns"} (${strategy})`,
    facts: {
      missing: Object.fromEntries(
        columns.map(({ name }) => [name, missing[candidates.findIndex((c) => c.name === name)]]),
      ),
      values: Object.fromEntries(
        candidates.flatMap(({ name }, at) => (fills[at] === undefined ? [] : [[name, fills[at]]])),
      ),
      ...(isFitted ? { fittedOn: fittedOn(working) } : {}),
    },
    remarks: [
      ...(isFitted && candidates.length > 0
        ? fittedRemarks(working, `fitted ${FITTED[strategy as keyof typeof FITTED]}`)
        : []),
      ...(without.length === 0
        ? []
        : [
            {
              what: `no value of ${listed(without)} is known in the ${fittedOn(working)}: missing values stay`,
            },
          ]),
    ],
  };
}

function fillSql(fill: string | number, kind: DatasetColumn["kind"]): string {
  if (isText(kind)) return literal(String(fill));
  return kind === "time" ? `${fill}::BIGINT` : numberSql(Number(fill));
}

async function missingCounts(
  working: Working,
  columns: readonly DatasetColumn[],
  context: StepContext,
): Promise<number[]> {
  if (columns.length === 0) return [];
  const counts = columns.map(({ name }) => `count(*) - count(${identifier(name)})`);
  return (await ask(context, `SELECT ${counts.join(", ")} FROM ${working.from}`))[0].map(Number);
}

async function dropMissing(
  working: Working,
  names: readonly string[] | undefined,
  context: StepContext,
): Promise<StepOutcome> {
  const columns = meantColumns(working, names, COLUMN_KINDS, context);
  if (columns.length === 0) return { working, what: "dropped no rows: there are no columns to look at" };
  const where = columns.map(({ name }) => `${identifier(name)} IS NOT NULL`).join(" AND ");
  return {
    working: await withRowsWhere(working, where, context),
    what: "dropped rows with missing values",
    facts: { columns: columns.map(({ name }) => name) },
  };
}

export const infiniteStep = defineStep({
  name: "infinite",
  summary:
    "what becomes of infinite values: missing, drop (the row), largest (the greatest finite one) or constant",
  form: orText(
    "strategy",
    z
      .strictObject({
        strategy: z.enum(["missing", "drop", "largest", "constant"]),
        /** Default: all features that are numbers. */
        columns: namesForm.optional(),
        value: z.number().optional(),
      })
      .refine(({ strategy, value }) => (strategy === "constant") === (value !== undefined), {
        error: "the strategy constant needs a value, and no other has one",
      }),
  ),
  fits: ({ strategy }) => (strategy === "largest" ? "the greatest finite values" : undefined),
  async apply(before, { strategy, columns: names, value }, context) {
    const working = await written(before, context);
    const candidates = meantColumns(working, names, ["number"], context);
    const counts = await infiniteCounts(working, candidates, context);
    const columns = candidates.filter((_, at) => counts[at] > 0);
    const facts = {
      infinite: Object.fromEntries(
        columns.map(({ name }) => [name, counts[candidates.findIndex((c) => c.name === name)]]),
      ),
    };
    const total = groupedText(counts.reduce((sum, count) => sum + count, 0));
    if (strategy === "drop") {
      const where = columns.map(({ name }) => `coalesce(NOT isinf(${identifier(name)}), true)`);
      return {
        working: where.length === 0 ? working : await withRowsWhere(working, where.join(" AND "), context),
        what: `dropped rows with infinite values (${total} values)`,
        facts,
      };
    }
    if (strategy === "largest") return largest(working, candidates, total, facts, context);
    const fill = value === undefined ? "NULL" : numberSql(value);
    return {
      working: replacedInfinite(working, columns, () => ({ least: fill, greatest: fill })),
      what: `made ${total} infinite values ${value === undefined ? "missing" : numberText(value)}`,
      facts,
    };
  },
});

async function largest(
  working: Working,
  columns: readonly DatasetColumn[],
  total: string,
  facts: Record<string, unknown>,
  context: StepContext,
): Promise<StepOutcome> {
  const found = await extremes(working, columns, context);
  const sqlOf = (value: number): string => (Number.isNaN(value) ? "NULL" : numberSql(value));
  return {
    working: replacedInfinite(working, columns, (at) => ({
      least: sqlOf(found[at].least),
      greatest: sqlOf(found[at].greatest),
    })),
    what: `made ${total} infinite values the greatest or least finite ones of their columns`,
    facts: {
      ...facts,
      values: Object.fromEntries(
        columns.flatMap(({ name }, at) => (Number.isNaN(found[at].least) ? [] : [[name, found[at]]])),
      ),
      fittedOn: fittedOn(working),
    },
    remarks: fittedRemarks(working, "fitted the greatest finite values"),
  };
}

function replacedInfinite(
  working: Working,
  columns: readonly DatasetColumn[],
  bounds: (at: number) => { least: string; greatest: string },
): Working {
  return withReplaced(
    working,
    new Map(
      columns.map(({ name }, at) => {
        const sql = identifier(name);
        const { least, greatest } = bounds(at);
        return [
          name,
          `CASE WHEN isinf(${sql}) THEN CASE WHEN ${sql} > 0 THEN ${greatest} ELSE ${least} END ELSE ${sql} END`,
        ];
      }),
    ),
  );
}

async function infiniteCounts(
  working: Working,
  columns: readonly DatasetColumn[],
  context: StepContext,
): Promise<number[]> {
  if (columns.length === 0) throw refused(context, "there is no column of numbers");
  const counts = columns.map(({ name }) => `count(*) FILTER (WHERE isinf(${identifier(name)}))`);
  return (await ask(context, `SELECT ${counts.join(", ")} FROM ${working.from}`))[0].map(Number);
}
