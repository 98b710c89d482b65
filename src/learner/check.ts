// What a table must be like to be trained on; everything else is refused with one clear line.

import { OrbweaverError } from "../base/errors.ts";
import type { LabelledTable } from "../feature/table.ts";
import { ENSEMBLE_LIMITS } from "../model/trees.ts";

/**
 * Rows per class. Throws `training-data` unless the table has columns, rows, valid labels and two classes, or as many as are
 * asked for.
 */
export function checkTrainingTable(table: LabelledTable, classesMin = 2): number[] {
  const { schema, rowCount, values, classes, labels } = table;
  refuse(schema.columns.length === 0, "the table has no feature columns");
  refuse(rowCount === 0, "the table has no rows");
  refuse(
    schema.columns.length > ENSEMBLE_LIMITS.columns,
    `the table has ${schema.columns.length} columns, at most ${ENSEMBLE_LIMITS.columns} are allowed`,
  );
  refuse(
    classes.length > ENSEMBLE_LIMITS.classes,
    `the table has ${classes.length} classes, at most ${ENSEMBLE_LIMITS.classes} are allowed`,
  );
  const ragged = values.findIndex((column) => column.length < rowCount);
  refuse(
    values.length !== schema.columns.length || ragged >= 0,
    `the table's columns do not all have ${rowCount} rows`,
  );
  const counts = countClasses(table);
  refuse(labels.length < rowCount, `the table has ${rowCount} rows, but ${labels.length} labels`);
  const present = classes.filter((_, index) => counts[index] > 0);
  refuse(
    present.length < classesMin,
    `all ${rowCount} rows are of class '${present[0]}'; at least two classes are needed`,
  );
  return counts;
}

function countClasses({ classes, labels, rowCount }: LabelledTable): number[] {
  const counts = new Array<number>(classes.length).fill(0);
  for (let row = 0; row < Math.min(rowCount, labels.length); row++) {
    const label = labels[row];
    // What is said is put together only where something is wrong, for there may be millions of rows.
    if (!(label >= 0 && label < classes.length))
      refuse(true, `row ${row} has label ${label}, expected 0 to ${classes.length - 1}`);
    counts[label]++;
  }
  return counts;
}

/** Throws `training-data` when no column tells any two rows apart. */
export function requireFeatures(count: number): void {
  refuse(
    count === 0,
    "every column is constant or missing in the training rows; there is nothing to learn from",
  );
}

function refuse(condition: boolean, message: string): void {
  if (condition) throw new OrbweaverError("training-data", message);
}
