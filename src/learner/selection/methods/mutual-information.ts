// The method "mutual-information": the columns that say most of the class, in whatever shape.
//
// Numbers are binned by quantiles as for boosting; missing values have a bin of their own. The plain estimate from
// counts is too high by about (cells - bins - classes + 1) / 2n, which is taken off (Miller 1955; Roulston 1999).

import { exactLog } from "../../../base/elementary.ts";
import { binColumns, type Feature } from "../../bins.ts";
import { BOOSTING_KERNELS } from "../../boosting/kernels.ts";
import { Workspace } from "../../workspace.ts";
import { keepBest } from "../choose.ts";
import { type Codes, labelCodes } from "../columns.ts";
import type { SelectionMethod } from "../contract.ts";
import { seedOf } from "../fitting.ts";
import { bestColumns } from "../parameters.ts";

const [BINS_MIN, BINS_MAX] = [8, 255];
/** Cells of a table below which threads would cost more than they bring. */
const PARALLEL_CELLS = 500_000;

export const mutualInformation: SelectionMethod = {
  id: "mutual-information",
  description: "Keeps the columns with the most mutual information with the class",
  score: "mutual information in nats, corrected for bias",
  needsClasses: true,
  parameters: [bestColumns(10)],
  async select(input, { columns }, context) {
    const { table, rows } = input;
    const labels = labelCodes(table, rows);
    const specifications = Array.from(input.columns, (column) => table.schema.columns[column]);
    const values = Array.from(input.columns, (column) => table.values[column]);
    const worthwhile = rows.length * values.length >= PARALLEL_CELLS;
    const workspace = new Workspace(BOOSTING_KERNELS, worthwhile ? context.parallel : undefined);
    const scores = new Float64Array(values.length);
    try {
      const training = { columns: specifications, values, rows };
      const bins = binsFor(rows.length, labels.count);
      for (const feature of binColumns(workspace, training, bins, seedOf(context, 2)))
        scores[feature.column] = informationOf(feature, labels);
    } finally {
      await workspace.close();
    }
    return keepBest(input, scores, columns as number);
  },
};

/** So many that bins times classes stays well below the rows: what is taken off for bias stays small. */
function binsFor(rows: number, classes: number): number {
  return Math.max(BINS_MIN, Math.min(BINS_MAX, Math.floor(Math.sqrt(rows / classes))));
}

/** In nats, at least 0. */
function informationOf({ binOfRow, bins }: Feature, labels: Codes): number {
  const classes = labels.count;
  const joint = new Float64Array((bins + 1) * classes);
  for (let index = 0; index < binOfRow.length; index++)
    joint[binOfRow[index] * classes + labels.codes[index]]++;
  const [ofBin, ofClass] = [new Float64Array(bins + 1), new Float64Array(classes)];
  joint.forEach((count, cell) => {
    ofBin[Math.floor(cell / classes)] += count;
    ofClass[cell % classes] += count;
  });
  const rows = binOfRow.length;
  const [logBin, logClass] = [ofBin.map(exactLog), ofClass.map(exactLog)];
  const logRows = exactLog(rows);
  let sum = 0;
  for (let cell = 0; cell < joint.length; cell++) {
    if (joint[cell] === 0) continue;
    const marginals = logBin[Math.floor(cell / classes)] + logClass[cell % classes];
    sum += joint[cell] * (exactLog(joint[cell]) + logRows - marginals);
  }
  const [cells, binsSeen, classesSeen] = [joint, ofBin, ofClass].map(
    (counts) => counts.filter((count) => count > 0).length,
  );
  return Math.max(0, (sum - (cells - binsSeen - classesSeen + 1) / 2) / rows);
}
