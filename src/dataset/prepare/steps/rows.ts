// Steps about which rows there are: those of a condition, and a sample by chance.

import * as z from "zod";
import { counted } from "../../../base/number-text.ts";
import { Random } from "../../../base/random.ts";
import { compileCondition, ExpressionError } from "../expression.ts";
import { withKept } from "../row-codes.ts";
import { defineStep, orText } from "../step.ts";
import {
  partSql,
  refused,
  type StepContext,
  trainingPart,
  type Working,
  withRowsWhere,
  written,
} from "../working.ts";

export const filterStep = defineStep({
  name: "filter",
  summary: "keeps the rows for which an expression is true",
  form: orText("where", z.strictObject({ where: z.string().min(1) })),
  async apply(working, { where }, context) {
    const made = await withRowsWhere(working, conditionSql(working, where, context), context);
    return { working: made, what: `kept rows with ${where}` };
  },
});

/** A condition of a recipe in SQL. Throws `recipe-invalid`. */
export function conditionSql(working: Working, text: string, context: StepContext): string {
  try {
    return compileCondition(text, working.columns);
  } catch (cause) {
    if (cause instanceof ExpressionError) throw refused(context, `'${text}': ${cause.message}`);
    throw cause;
  }
}

export const sampleStep = defineStep({
  name: "sample",
  summary: "keeps rows by chance, as many or that share; behind a split, of the training rows only",
  form: z.preprocess(
    (value) => (typeof value === "number" ? (value < 1 ? { share: value } : { rows: value }) : value),
    z
      .strictObject({
        rows: z.int().positive().optional(),
        share: z.number().gt(0).lt(1).optional(),
        seed: z.int().default(1),
      })
      .refine(({ rows, share }) => (rows === undefined) !== (share === undefined), {
        error: "expected either rows or a share",
      }),
  ),
  async apply(before, { rows, share, seed }, context) {
    const working = await written(before, context);
    const part = partSql(working);
    const isOpen = await openRows(working, context);
    const open = isOpen === undefined ? working.rows : isOpen.reduce((sum, bit) => sum + bit, 0);
    const wanted = Math.min(open, rows ?? Math.round(open * (share ?? 1)));
    const keep = new Uint8Array(working.rows);
    const random = new Random(seed);
    // Selection sampling (Knuth, The Art of Computer Programming, volume 2, algorithm S): in order, exactly as many.
    let [seen, taken] = [0, 0];
    for (let row = 0; row < keep.length; row++) {
      if (isOpen?.[row] === 0) keep[row] = 1;
      else if (random.uniform() * (open - seen++) < wanted - taken) {
        keep[row] = 1;
        taken++;
      }
    }
    const made = await withKept(working, keep, context);
    const of = part === undefined ? "row" : "training row";
    return {
      working: made,
      what: `sampled ${wanted} of ${counted(open, of)}`,
      facts: { rows: wanted, of: open, seed },
    };
  },
});

/** 1 for the rows to train on; undefined where the table was not split. */
async function openRows(
  working: Working & { path: string },
  context: StepContext,
): Promise<Uint8Array | undefined> {
  const part = partSql(working);
  if (part === undefined) return undefined;
  const open = new Uint8Array(working.rows);
  const { duck } = context;
  const result = await duck.connection.stream(
    `SELECT (${part} = ${trainingPart(working)})::BOOLEAN FROM ${working.from}`,
  );
  let row = 0;
  for (
    let chunk = await result.fetchChunk();
    chunk !== null && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    for (const isTraining of chunk.getColumnValues(0)) open[row++] = isTraining === true ? 1 : 0;
  }
  return open;
}
