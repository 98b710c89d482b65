// Models that methods of selection ask: a small table of the columns in question, and boosted trees unless told otherwise.

import { Random } from "../../base/random.ts";
import { foreignSchema, type LabelledTable } from "../../feature/table.ts";
import type { Model } from "../../model/contract.ts";
import type { FitContext } from "../contract.ts";
import { boosting } from "../learners/boosting.ts";
import type { SelectionContext } from "./contract.ts";

/** Rows that models of selection learn from at most; more are sampled by class. */
export const MODEL_ROWS = 50_000;

/** Enough rounds to tell columns apart, few enough to fit again and again. */
const BOOSTING = { iterations: 40, learningRate: 0.2, earlyStopping: 0 };

/** Rows and columns of a table, copied: columns as given, under a schema of their own. */
export function tableOf(table: LabelledTable, rows: Int32Array, columns: ArrayLike<number>): LabelledTable {
  const chosen = Array.from(columns);
  return {
    schema: foreignSchema(
      "selection",
      chosen.map((column) => table.schema.columns[column]),
    ),
    rowCount: rows.length,
    values: chosen.map((column) => {
      const values = table.values[column];
      return Float64Array.from(rows, (row) => values[row]);
    }),
    classes: table.classes,
    labels: Int32Array.from(rows, (row) => table.labels[row]),
  };
}

/** The same rows with fewer columns, given as places in the table; nothing is copied. */
export function columnsOf(table: LabelledTable, places: readonly number[]): LabelledTable {
  return {
    ...table,
    schema: foreignSchema(
      "selection",
      places.map((place) => table.schema.columns[place]),
    ),
    values: places.map((place) => table.values[place]),
  };
}

export function fitFor(table: LabelledTable, context: SelectionContext): Promise<Model> {
  const { seed, parallel, isCancelled, onProgress } = context;
  const fitContext: FitContext = { seed, parallel, isCancelled, onProgress };
  return context.fit?.(table, fitContext) ?? boosting.fit(table, BOOSTING, fitContext);
}

/** Streams of the seed, one for each use. */
export function seedOf(context: SelectionContext, stream: number): number {
  return new Random(context.seed).fork(stream).uint32();
}
