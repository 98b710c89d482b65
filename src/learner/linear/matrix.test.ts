// Parts of the linear learners: merged rows, folds, Cholesky, L-BFGS, and that both layouts and both solvers agree.

import { describe, expect, test } from "vitest";
import { mixedTable, selectRows } from "../../../test/support/tables.ts";
import { type ColumnSpecification, foreignSchema, type LabelledTable } from "../../feature/table.ts";
import type { LinearModel } from "../../model/kinds/linear.ts";
import type { ParameterValues } from "../contract.ts";
import { encodeRows, fitEncoding } from "../encoding.ts";
import { logistic } from "../learners/logistic.ts";
import { sgd } from "../learners/sgd.ts";
import { svm } from "../learners/svm.ts";
import { activeClassesOf } from "../training.ts";
import { Workspace } from "../workspace.ts";
import { solvePositive } from "./cholesky.ts";
import { countFold, dealFolds } from "./folds.ts";
import { LINEAR_KERNELS } from "./kernels.ts";
import { minimise } from "./lbfgs.ts";
import { LogLoss } from "./loss.ts";
import { Products } from "./margin.ts";
import { encodeMatrix } from "./matrix.ts";
import { mergeRows } from "./merge.ts";
import { everyRow } from "./prepare.ts";

describe("merging rows", () => {
  const values = [Float64Array.of(1, 2, 1, 1, NaN, NaN), Float32Array.of(5, 5, 5, 6, 5, 5)];
  const rows = Int32Array.of(0, 1, 2, 3, 4, 5);

  test("brings equal ones together, in the order of their first", () => {
    const { first, counts, groupOf } = mergeRows(values, [0, 1], rows, Int32Array.of(0, 0, 0, 0, 0, 0));
    expect([...first]).toEqual([0, 1, 3, 4]);
    expect([...counts]).toEqual([2, 1, 1, 2]);
    expect([...groupOf]).toEqual([0, 1, 0, 2, 3, 3]);
  });

  test("keeps labels apart, and looks at the columns listed alone", () => {
    const { groupOf } = mergeRows(values, [1], rows, Int32Array.of(0, 1, 0, 0, 1, 0));
    expect([...groupOf]).toEqual([0, 1, 0, 2, 1, 0]);
  });

  test("looks at the rows listed alone", () => {
    const { first, groupOf } = mergeRows(values, [0, 1], Int32Array.of(2, 3, 5), new Int32Array(6));
    expect([...first]).toEqual([2, 3, 5]);
    expect([...groupOf]).toEqual([0, 1, 2]);
  });
});

test("folds hold each class in equal parts", () => {
  const labels = Uint32Array.from({ length: 103 }, (_, row) => (row < 13 ? 0 : 1));
  const foldOf = dealFolds(labels, 2, 5, 1);
  for (let fold = 0; fold < 5; fold++) {
    const rows = [...labels.keys()].filter((row) => foldOf[row] === fold);
    const firsts = rows.filter((row) => labels[row] === 0).length;
    expect([2, 3]).toContain(firsts);
    expect(rows.length - firsts).toBe(18);
  }
  expect([...countFold(foldOf, 0, new Int32Array(103), 1)]).toEqual([
    foldOf.filter((fold) => fold === 0).length,
  ]);
});

test("Cholesky's decomposition solves a system by hand", () => {
  // 4x + 2y = 2, 2x + 5y = -3: x = 1, y = -1.
  const right = Float64Array.of(2, -3);
  solvePositive(Float64Array.of(4, 0, 2, 5), right);
  expect(right[0]).toBeCloseTo(1, 14);
  expect(right[1]).toBeCloseTo(-1, 14);
});

test("L-BFGS finds the minimum of Rosenbrock's function", async () => {
  const point = Float64Array.of(-1.2, 1);
  const { value } = await minimise(
    ([x, y], gradient) => {
      gradient[0] = -400 * x * (y - x * x) - 2 * (1 - x);
      gradient[1] = 200 * (y - x * x);
      return 100 * (y - x * x) ** 2 + (1 - x) ** 2;
    },
    point,
    {
      iterations: 200,
      decrease: 0,
      isFlat: (gradient) => gradient.every((slope) => Math.abs(slope) < 1e-9),
      onIteration: () => {},
    },
  );
  expect(value).toBeLessThan(1e-18);
  expect(point[0]).toBeCloseTo(1, 8);
  expect(point[1]).toBeCloseTo(1, 8);
});

function numeric(name: string): ColumnSpecification {
  return { name, kind: "numeric", unit: "", categories: [], description: "" };
}

/** Columns without a most frequent value: rows are kept whole. */
function denseRows(rows: number, classes: number): LabelledTable {
  const mixed = mixedTable({ rows, classes, seed: 8 });
  const values = [
    mixed.values[0],
    mixed.values[7],
    mixed.values[0].map((value, row) => value * mixed.values[7][row]),
  ];
  const columns = ["a", "b", "c"].map(numeric);
  return { ...mixed, values, schema: foreignSchema("dense", columns) };
}

/** A flag and two categorical columns: most inputs are as in most rows. */
function sparseRows(rows: number, classes: number): LabelledTable {
  const mixed = mixedTable({ rows, classes, seed: 9 });
  const columns = [3, 4, 5].map((index) => mixed.schema.columns[index]);
  const values = [3, 4, 5].map((index) => mixed.values[index]);
  return { ...mixed, values, schema: foreignSchema("sparse", columns) };
}

describe.each([
  ["sparse", sparseRows(301, 3)],
  ["dense", denseRows(301, 3)],
  ["sparse, many classes", sparseRows(301, 11)],
  ["dense, many classes", denseRows(301, 11)],
] as const)("a %s matrix", (name, table) => {
  const rows = everyRow(table);
  const encoding = fitEncoding(table, rows, { scaling: "standard" });
  const classes = activeClassesOf(table, rows);
  const workspace = new Workspace(LINEAR_KERNELS);
  const matrix = encodeMatrix(workspace, table, rows, classes.labelOf, encoding);
  const outputs = classes.active.length;

  test("is laid out as expected, and multiplies as the encoded rows do", () => {
    expect(matrix.stride > 0).toBe(name.startsWith("dense"));
    const { width } = matrix;
    const weights = Float64Array.from({ length: width + 1 }, (_, index) => Math.sin(index + 1));
    const found = new Products(workspace, matrix).with(weights);
    const encoded = encodeRows(table, rows, encoding);
    for (const row of rows) {
      let sum = weights[width];
      for (let input = 0; input < width; input++) sum += weights[input] * encoded[row * width + input];
      expect(found[matrix.rowOf[row]]).toBeCloseTo(sum, 10);
    }
  });

  test("has the gradient of its loss", () => {
    const loss = new LogLoss(workspace, matrix, outputs, matrix.counts, 0.5);
    const point = Float64Array.from({ length: loss.size }, (_, index) => Math.sin(3 * index) / 4);
    const [gradient, unused] = [new Float64Array(loss.size), new Float64Array(loss.size)];
    loss.objective(point, gradient);
    for (let index = 0; index < loss.size; index += 7) {
      const step = 1e-5;
      const at = (offset: number): number => loss.objective(point.with(index, point[index] + offset), unused);
      expect(gradient[index]).toBeCloseTo((at(step) - at(-step)) / (2 * step), 7);
    }
  });
});

async function weightsOf(table: LabelledTable, parameters: ParameterValues): Promise<Float64Array> {
  const model = (await svm.fit(table, parameters, { seed: 1 })) as LinearModel;
  return Float64Array.from([...model.parts.weights, ...model.parts.biases]);
}

test("Newton's method and dual coordinate descent find the same minimum", async () => {
  const table = mixedTable({ rows: 400, classes: 3, seed: 10 });
  const newton = await weightsOf(table, { solver: "newton", tolerance: 1e-9 });
  const dual = await weightsOf(table, { solver: "dual", tolerance: 1e-9, iterations: 100_000 });
  newton.forEach((weight, index) => {
    expect(dual[index]).toBeCloseTo(weight, 5);
  });
});

test("repeated rows weigh as often as they occur", async () => {
  const table = mixedTable({ rows: 200, classes: 2, seed: 11 });
  const twice = selectRows(table, [...everyRow(table), ...everyRow(table)]);
  const [once, repeated] = [await weightsOf(table, { C: 2 }), await weightsOf(twice, { C: 1 })];
  once.forEach((weight, index) => {
    expect(repeated[index]).toBeCloseTo(weight, 6);
  });
});

test("an L1 penalty brings weights to 0", async () => {
  const table = mixedTable({ rows: 600, classes: 2, seed: 12 });
  const zeros = async (penalty: string): Promise<number> => {
    const parameters = { penalty, alpha: 0.01, average: false, epochs: 30 };
    const model = (await sgd.fit(table, parameters, { seed: 1 })) as LinearModel;
    return model.parts.weights.filter((weight) => weight === 0).length;
  };
  expect(await zeros("l2")).toBe(0);
  expect(await zeros("l1")).toBeGreaterThan(3);
});

test("each loss of gradient descent tends to what the exact learners find", async () => {
  const table = mixedTable({ rows: 2_000, classes: 2, seed: 13 });
  const hits = (out: Float64Array): number =>
    [...table.labels.keys()].filter((row) => (out[2 * row + 1] > 0.5 ? 1 : 0) === table.labels[row]).length;
  const scored = async (learner: typeof svm, parameters: ParameterValues): Promise<number> => {
    const out = new Float64Array(2 * table.rowCount);
    (await learner.fit(table, parameters, { seed: 1 })).scoreTable(table, out);
    return hits(out);
  };
  const exact = await scored(logistic, {});
  for (const loss of ["hinge", "log", "modifiedHuber"]) {
    expect(await scored(sgd, { loss }), loss).toBeGreaterThan(exact - 40);
    // The last step alone is not as good: there were few rows.
    expect(await scored(sgd, { loss, average: false }), loss).toBeGreaterThan(exact - 120);
  }
});

test("a validation table is judged by, and its rows are not learnt from", async () => {
  const table = mixedTable({ rows: 500, classes: 3, seed: 14 });
  const validation = mixedTable({ rows: 200, classes: 3, seed: 15 });
  const { training } = (await sgd.fit(table, { epochs: 5 }, { seed: 1, validation })).manifest;
  expect(training).toMatchObject({ trainingRows: 500, validationRows: 200 });
  expect(training.metrics["validationLoss"]).toBeGreaterThan(0);
});

test("values too large for their scaling are refused, not learnt from", async () => {
  const table = denseRows(100, 2);
  table.values[0].forEach((value, row) => {
    table.values[0][row] = value * 1e300;
  });
  await expect(svm.fit(table, { scaling: "none" }, { seed: 1 })).rejects.toMatchObject({
    code: "training-data",
  });
});
