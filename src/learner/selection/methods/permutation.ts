// The method "permutation": the columns whose shuffling harms a model most, on rows that it has not seen (Breiman 2001).
//
// A quarter of every class is held aside, and at most 10,000 rows of that are scored. Every column is shuffled by the
// same permutations, so that differences between columns are theirs.

import { exactLog } from "../../../base/elementary.ts";
import { Random } from "../../../base/random.ts";
import type { LabelledTable } from "../../../feature/table.ts";
import type { Model } from "../../../model/contract.ts";
import { heedCancel, partStratified } from "../../training.ts";
import { keepAbove, keepBest } from "../choose.ts";
import type { SelectionContext, SelectionMethod } from "../contract.ts";
import { fitFor, MODEL_ROWS, seedOf, tableOf } from "../fitting.ts";
import { sampledRows } from "../sample.ts";

const ASIDE_SHARE = 0.25;
const SCORED_ROWS = 10_000;
const REPEATS = 3;
/** Probabilities below count as this; a logarithm of 0 would hide everything else. */
const SMALLEST = 1e-15;
/** Differences below are noise of the platform's exponential, and decide nothing. */
const DIGITS = 1e9;

export const permutation: SelectionMethod = {
  id: "permutation",
  description: "Keeps the columns whose shuffling raises a model's log loss on rows held aside",
  score: "rise of the log loss when the column is shuffled, in nats",
  needsClasses: true,
  parameters: [
    {
      name: "columns",
      type: "integer",
      default: 0,
      minimum: 0,
      maximum: 16_384,
      description: "How many columns stay; 0 for those whose shuffling does harm",
    },
  ],
  async select(input, { columns }, context) {
    const rows = sampledRows(input.table, input.rows, MODEL_ROWS, seedOf(context, 4));
    const [training, aside] = partsOf(tableOf(input.table, rows, input.columns), context);
    const model = await fitFor(training, context);
    const scores = await harms(model, aside, context);
    return columns === 0 ? keepAbove(input, scores, 0) : keepBest(input, scores, columns as number);
  },
};

/** Rows to fit on and rows to judge on. */
function partsOf(table: LabelledTable, context: SelectionContext): [LabelledTable, LabelledTable] {
  const { labels, rowCount, classes } = table;
  const parted = partStratified(labels, rowCount, classes.length, ASIDE_SHARE, seedOf(context, 5));
  const all = table.schema.columns.map((_, column) => column);
  // A table too small to hold rows aside is judged on the rows it was fitted on.
  const held = parted.validation.length > 0 ? parted.validation : parted.training;
  const scored = sampledRows(table, held, SCORED_ROWS, seedOf(context, 6));
  const aside = tableOf(table, scored, all);
  const training = tableOf(table, parted.training, all);
  return [training, { ...aside, schema: training.schema }];
}

async function harms(model: Model, aside: LabelledTable, context: SelectionContext): Promise<Float64Array> {
  const random = new Random(seedOf(context, 7));
  const permutations = Array.from({ length: REPEATS }, () => {
    const order = Array.from({ length: aside.rowCount }, (_, row) => row);
    random.shuffle(order);
    return order;
  });
  const out = new Float64Array(aside.rowCount * aside.classes.length);
  const before = lossOf(model, aside, out);
  const used = model.importance();
  const scores = new Float64Array(aside.values.length);
  const total = scores.length;
  for (let column = 0; column < total; column++) {
    heedCancel(context, () => `permuting ${column} of ${total} columns`);
    // A column that the model does not use changes nothing.
    if (used[column] > 0) {
      const losses = permutations.map((order) => lossOf(model, permuted(aside, column, order), out));
      const rise = losses.reduce((sum, loss) => sum + loss, 0) / REPEATS - before;
      scores[column] = Math.round(rise * DIGITS) / DIGITS;
    }
    await context.onProgress?.({ done: column + 1, total, metrics: {} });
  }
  return scores;
}

function permuted(table: LabelledTable, column: number, order: readonly number[]): LabelledTable {
  const values = [...table.values];
  values[column] = Float64Array.from(order, (row) => table.values[column][row]);
  return { ...table, values };
}

/** Mean log loss in nats; `out` is room for the probabilities. */
function lossOf(model: Model, table: LabelledTable, out: Float64Array): number {
  const classes = table.classes.length;
  model.scoreTable(table, out);
  let sum = 0;
  for (let row = 0; row < table.rowCount; row++)
    sum -= exactLog(Math.max(SMALLEST, out[row * classes + table.labels[row]]));
  return sum / table.rowCount;
}
