// Weights of classes, from a column that gives every row its weight, as `orbweaver prepare` writes it.
//
// Learners weigh classes, not rows: a column whose weights differ inside a class is refused.

import { OrbweaverError } from "../../base/errors.ts";
import { numberText } from "../../base/number-text.ts";
import type { BesideColumn } from "../../dataset/row-reader.ts";
import type { LabelledTable } from "../../feature/table.ts";

/** Column that is taken for weights where a data set keeps it apart from features. */
export const WEIGHT_COLUMN = "weight";

/** One weight for each class of the table, 1 for classes without rows. Throws `training-data`. */
export function classWeightsFrom({ name, values }: BesideColumn, table: LabelledTable): number[] {
  const weights = table.classes.map(() => Number.NaN);
  for (let row = 0; row < table.rowCount; row++) {
    const label = table.labels[row];
    const weight = values[row];
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY))
      throw refused(
        `column '${name}' has ${numberText(weight)} as the weight of row ${row + 1}, expected a number above 0`,
      );
    if (Number.isNaN(weights[label])) weights[label] = weight;
    else if (weights[label] !== weight) {
      throw refused(
        `column '${name}' weighs rows of class '${table.classes[label]}' with ${numberText(weights[label])} and with ${numberText(weight)}, expected one weight for all rows of a class`,
      );
    }
  }
  return weights.map((weight) => (Number.isNaN(weight) ? 1 : weight));
}

function refused(message: string): OrbweaverError {
  return new OrbweaverError("training-data", message, {
    hint: "Balance by the classes that are trained on (group them before), or train without the column (--weights none).",
  });
}
