// The method "elimination": fit, drop the columns that matter least, and fit again, until few are left (Guyon et al. 2002).

import type { LabelledTable } from "../../../feature/table.ts";
import { heedCancel } from "../../training.ts";
import { keepBest } from "../choose.ts";
import type { ColumnVerdict, SelectionContext, SelectionMethod } from "../contract.ts";
import { columnsOf, fitFor, MODEL_ROWS, seedOf, tableOf } from "../fitting.ts";
import { bestColumns } from "../parameters.ts";
import { sampledRows } from "../sample.ts";

export const elimination: SelectionMethod = {
  id: "elimination",
  description: "Drops the columns that matter least to a model, fits it again, and so on",
  score: "share of what the scores of the last model that knew the column rest on, from 0 to 1",
  needsClasses: true,
  parameters: [
    bestColumns(10),
    {
      name: "share",
      type: "number",
      default: 0.25,
      minimum: 0.01,
      maximum: 0.9,
      description: "Share of the columns left that go at a time, at least one",
    },
  ],
  async select(input, { columns, share }, context) {
    const rows = sampledRows(input.table, input.rows, MODEL_ROWS, seedOf(context, 8));
    const table = tableOf(input.table, rows, input.columns);
    return eliminate(table, input.columns, columns as number, share as number, context);
  },
};

/** `columns` are the schema indices of the table's columns. */
async function eliminate(
  table: LabelledTable,
  columns: Int32Array,
  wanted: number,
  share: number,
  context: SelectionContext,
): Promise<ColumnVerdict[]> {
  let places = table.values.map((_, place) => place);
  let dropped: ColumnVerdict[] = [];
  for (;;) {
    heedCancel(context, () => `eliminating ${dropped.length} of ${columns.length} columns`);
    const left = Int32Array.from(places, (place) => columns[place]);
    const model = await fitFor(columnsOf(table, places), context);
    const next = Math.max(wanted, places.length - Math.max(1, Math.floor(places.length * share)));
    const verdicts = keepBest({ columns: left }, model.importance(), next);
    const kept = verdicts.filter((verdict) => verdict.kept);
    dropped = [...verdicts.filter((verdict) => !verdict.kept), ...dropped];
    if (next === wanted) return [...kept, ...dropped];
    const stays = new Set(kept.map(({ column }) => column));
    places = places.filter((place) => stays.has(columns[place]));
  }
}
