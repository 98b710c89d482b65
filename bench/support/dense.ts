// Synthetic tables of continuous columns: no equal rows, no few-valued columns, noisy classes. Seeded.

import { Random } from "../../src/base/random.ts";
import { type ColumnSpecification, foreignSchema, type LabelledTable } from "../../src/feature/table.ts";

export interface DenseOptions {
  rows: number;
  columns: number;
  classes: number;
  seed: number;
}

/** Classes are decided by noisy nonlinear scores of a third of the columns; 2 % of the values are missing. */
export function denseTable({ rows, columns, classes, seed }: DenseOptions): LabelledTable {
  const random = new Random(seed);
  const values = Array.from({ length: columns }, () =>
    Float64Array.from({ length: rows }, () => random.normal()),
  );
  const informative = values.slice(0, Math.ceil(columns / 3));
  const weights = Array.from({ length: classes }, () => informative.map(() => random.normal()));
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    const scores = weights.map((weight) =>
      informative.reduce(
        (sum, column, index) => sum + weight[index] * Math.sin(2 * column[row]),
        2 * random.normal(),
      ),
    );
    return scores.indexOf(Math.max(...scores));
  });
  for (const column of values)
    for (let row = 0; row < rows; row++) if (random.chance(0.02)) column[row] = Number.NaN;
  const specifications = values.map(
    (_, index): ColumnSpecification => ({
      name: `column ${index}`,
      kind: "numeric",
      unit: "",
      categories: [],
      description: "",
    }),
  );
  const names = Array.from({ length: classes }, (_, index) => `class ${index}`);
  return { schema: foreignSchema("dense", specifications), rowCount: rows, values, classes: names, labels };
}
