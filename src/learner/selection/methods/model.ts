// The method "model": the columns that a fitted model finds important.

import { keepAbove, keepBest } from "../choose.ts";
import type { SelectionMethod } from "../contract.ts";
import { fitFor, MODEL_ROWS, seedOf, tableOf } from "../fitting.ts";
import { sampledRows } from "../sample.ts";

export const model: SelectionMethod = {
  id: "model",
  description: "Keeps the columns that matter most to a fitted model",
  score: "share of what the model's scores rest on, from 0 to 1",
  needsClasses: true,
  parameters: [
    {
      name: "columns",
      type: "integer",
      default: 0,
      minimum: 0,
      maximum: 16_384,
      description: "How many columns stay; 0 for those above the mean",
    },
  ],
  async select(input, { columns }, context) {
    const rows = sampledRows(input.table, input.rows, MODEL_ROWS, seedOf(context, 3));
    const fitted = await fitFor(tableOf(input.table, rows, input.columns), context);
    const scores = fitted.importance();
    if (columns !== 0) return keepBest(input, scores, columns as number);
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    return keepAbove(input, scores, mean);
  },
};
