// What learners of the task "anomaly" learn from: benign rows, parted into those to learn from and those to judge scores by.

import { Random } from "../base/random.ts";
import type { LabelledTable } from "../feature/table.ts";
import { checkTrainingTable } from "./check.ts";
import { ANOMALY_CLASS, type FitContext } from "./contract.ts";

export interface BenignRows {
  /** Rows of the context's benign classes, ascending; all rows where the table has none of them. */
  rows: Int32Array;
  /** Names of the model's classes: that of the benign class where the table has one, else "benign"; and "anomaly". */
  classes: [benign: string, anomaly: string];
}

/** The rows that an anomaly learner may see. Throws `training-data` where the table cannot be learnt from. */
export function benignRowsOf(table: LabelledTable, context: FitContext): BenignRows {
  const counts = checkTrainingTable(table, 1);
  const isBenign = table.classes.map(
    (name, index) => counts[index] > 0 && (context.benignClasses ?? []).includes(name),
  );
  const names = table.classes.filter((_, index) => isBenign[index]);
  const everyRow = Int32Array.from({ length: table.rowCount }, (_, row) => row);
  return {
    rows: names.length > 0 ? everyRow.filter((row) => isBenign[table.labels[row]]) : everyRow,
    classes: [names.length === 1 ? names[0] : "benign", ANOMALY_CLASS],
  };
}

/** Rows, parted by chance for the seed: a share of them, rounded down, is kept aside. Both parts keep their order. */
export function keepAside(
  rows: Int32Array,
  share: number,
  seed: number,
): { training: Int32Array; aside: Int32Array } {
  const order = new Random(seed).shuffle(Int32Array.from(rows.keys()));
  const isAside = new Uint8Array(rows.length);
  for (const index of order.subarray(0, Math.floor(rows.length * share))) isAside[index] = 1;
  return {
    training: rows.filter((_, index) => isAside[index] === 0),
    aside: rows.filter((_, index) => isAside[index] === 1),
  };
}
