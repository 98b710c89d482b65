// Classes by the names of labels, where a recipe is about some of them: others' rows are left out.

import { OrbweaverError } from "../../base/errors.ts";
import type { BesideColumn } from "../../dataset/row-reader.ts";
import { type LabelledTable, takeRows } from "../../feature/table.ts";

/** Labels that a pattern matches become the class. */
export interface ClassRule {
  pattern: RegExp;
  name: string;
}

export interface Relabelled {
  table: LabelledTable;
  beside: BesideColumn[];
  /** Rows of labels that no rule is about. */
  dropped: number;
}

/** The rows whose label some rule names, the first that matches. Throws `training-data` where a class has none. */
export function relabelled(
  table: LabelledTable,
  beside: readonly BesideColumn[],
  rules: readonly ClassRule[],
): Relabelled {
  const classes = [...new Set(rules.map(({ name }) => name))];
  const codeOf = table.classes.map((label) => {
    const rule = rules.find(({ pattern }) => pattern.test(label));
    return rule === undefined ? -1 : classes.indexOf(rule.name);
  });
  const kept = Int32Array.from(table.labels.keys()).filter((row) => codeOf[table.labels[row]] >= 0);
  const taken = takeRows(table, kept);
  const labels = taken.labels.map((label) => codeOf[label]);
  const empty = classes.find((_, code) => !labels.includes(code));
  if (empty !== undefined) {
    throw new OrbweaverError(
      "training-data",
      `no row is of class '${empty}'; the labels are ${table.classes.slice(0, 12).join(", ")}`,
    );
  }
  return {
    table: { ...taken, classes, labels },
    beside: beside.map((column) => ({
      ...column,
      values: Float64Array.from(kept, (row) => column.values[row]),
    })),
    dropped: table.rowCount - kept.length,
  };
}
