// The golden file of kernel machines and neighbours (test/golden/kernels.py), and its rows as tables.

import { readFileSync } from "node:fs";
import { type ColumnSpecification, foreignSchema, type LabelledTable } from "../../src/feature/table.ts";

interface Machine {
  name: string;
  cost: number;
  gamma: number;
  weights: number[] | null;
  values: number[][];
  labels: number[];
  asked: number[][];
  decisions: number[][];
  objective: number | null;
  scaleGamma: number;
}

interface Boundary {
  name: string;
  nu: number;
  gamma: number;
  values: number[][];
  asked: number[][];
  decisions: number[];
}

interface VoteCase {
  name: string;
  k: number;
  weights: string;
  metric: string;
  categories: number;
  values: number[][];
  codes: number[];
  labels: number[];
  asked: number[][];
  askedCodes: number[];
  farthest: number[];
  probabilities: number[][];
}

interface KernelGolden {
  machines: Machine[];
  boundaries: Boundary[];
  votes: VoteCase[];
}

export const KERNEL_GOLDEN: KernelGolden = JSON.parse(
  readFileSync(new URL("../golden/kernels.json", import.meta.url), "utf8"),
);

/** Rows as a table: columns "a", "b", … and, where there are codes, a categorical one. */
export function tableOfRows(
  values: readonly number[][],
  labels: readonly number[],
  codes?: { codes: readonly number[]; categories: number },
): LabelledTable {
  const columns: ColumnSpecification[] = values[0].map((_, index) => ({
    name: String.fromCharCode(97 + index),
    kind: "numeric",
    unit: "",
    categories: [],
    description: "",
  }));
  const numbers = columns.map((_, column) => Float64Array.from(values, (row) => row[column]));
  if (codes && codes.categories > 0) {
    const categories = Array.from({ length: codes.categories }, (_, code) => `code ${code}`);
    columns.push({ name: "zone", kind: "categorical", unit: "", categories, description: "" });
    numbers.push(Float64Array.from(codes.codes));
  }
  const classes = Array.from({ length: Math.max(...labels) + 1 }, (_, label) => `class ${label}`);
  return {
    schema: foreignSchema("golden", columns),
    rowCount: values.length,
    values: numbers,
    classes,
    labels: Int32Array.from(labels),
  };
}
