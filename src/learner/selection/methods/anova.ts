// The method "anova": the columns whose means differ most between classes, by the F test of analysis of variance.

import { keepBest } from "../choose.ts";
import { codesOf, labelCodes, numbersOf } from "../columns.ts";
import type { SelectionMethod } from "../contract.ts";
import { bestColumns } from "../parameters.ts";
import { categoricalRelation, numericRelation } from "../statistics.ts";

export const anova: SelectionMethod = {
  id: "anova",
  description: "Keeps the columns whose means differ most between classes (F test)",
  score: "F; of categories, of Pillai's trace of their indicators",
  needsClasses: true,
  parameters: [bestColumns(10)],
  async select(input, { columns }) {
    const { table, rows } = input;
    const labels = labelCodes(table, rows);
    const scores = Float64Array.from(input.columns, (column) => {
      const { kind, categories } = table.schema.columns[column];
      const values = table.values[column];
      const relation =
        kind === "categorical"
          ? categoricalRelation(codesOf(values, rows, categories.length), labels)
          : numericRelation(numbersOf(values, rows), labels);
      return relation.f;
    });
    return keepBest(input, scores, columns as number);
  },
};
