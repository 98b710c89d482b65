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
      description: "How many columns stay; 0 for those whose shuffling does harm beyond chance",
    },
  ],
  async select(input, { columns }, context) {
    const rows = sampledRows(input.table, input.rows, MODEL_ROWS, seedOf(context, 4));
    const [training, aside] = partsOf(tableOf(input.table, rows, input.columns), context);
    const model = await fitFor(training, context);
    const { rises, bounds } = await harms(model, aside, context);
    return columns === 0 ? keepAbove(input, rises, bounds) : keepBest(input, rises, columns as number);
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

/** Of every column: the mean rise of the loss, and two standard errors of that over the rows. */
interface Harms {
  rises: Float64Array;
  bounds: Float64Array;
}

async function harms(model: Model, aside: LabelledTable, context: SelectionContext): Promise<Harms> {
  const random = new Random(seedOf(context, 7));
  const permutations = Array.from({ length: REPEATS }, () => {
    const order = Array.from({ length: aside.rowCount }, (_, row) => row);
    random.shuffle(order);
    return order;
  });
  const before = lossesOf(model, aside);
  const used = model.importance();
  const total = aside.values.length;
  const [rises, bounds] = [new Float64Array(total), new Float64Array(total)];
  for (let column = 0; column < total; column++) {
    heedCancel(context, () => `permuting ${column} of ${total} columns`);
    // A column that the model does not use changes nothing.
    if (used[column] > 0) {
      const after = permutations.map((order) => lossesOf(model, permuted(aside, column, order)));
      [rises[column], bounds[column]] = riseOf(before, after);
    }
    await context.onProgress?.({ done: column + 1, total, metrics: {} });
  }
  return { rises, bounds };
}

/** Mean over rows of the mean rise of a row's loss, and two standard errors of it. */
function riseOf(before: Float64Array, after: readonly Float64Array[]): [rise: number, bound: number] {
  const rows = before.length;
  let [sum, squares] = [0, 0];
  for (let row = 0; row < rows; row++) {
    let rise = -before[row];
    for (const losses of after) rise += losses[row] / after.length;
    sum += rise;
    squares += rise * rise;
  }
  const mean = sum / rows;
  const variance = Math.max(0, squares / rows - mean * mean) / Math.max(1, rows - 1);
  return [rounded(mean), rounded(2 * Math.sqrt(variance))];
}

function rounded(value: number): number {
  return Math.round(value * DIGITS) / DIGITS;
}

function permuted(table: LabelledTable, column: number, order: readonly number[]): LabelledTable {
  const values = [...table.values];
  values[column] = Float64Array.from(order, (row) => table.values[column][row]);
  return { ...table, values };
}

/** Log loss of every row, in nats. */
function lossesOf(model: Model, table: LabelledTable): Float64Array {
  const classes = table.classes.length;
  const out = new Float64Array(table.rowCount * classes);
  model.scoreTable(table, out);
  const losses = new Float64Array(table.rowCount);
  for (let row = 0; row < losses.length; row++)
    losses[row] = -exactLog(Math.max(SMALLEST, out[row * classes + table.labels[row]]));
  return losses;
}
