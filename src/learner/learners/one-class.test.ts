// The boundary of one class beside scikit-learn's OneClassSVM (test/golden/kernels.py), and what nu and contamination mean.

import { expect, test } from "vitest";
import { KERNEL_GOLDEN, tableOfRows } from "../../../test/support/kernel-golden.ts";
import { mixedTable } from "../../../test/support/tables.ts";
import { PointEncoder } from "../../model/points.ts";
import { fitEncoding } from "../encoding.ts";
import { mergePoints } from "../points.ts";
import { solveBoundary } from "../vectors/boundary.ts";
import { oneClass } from "./one-class.ts";

const SOLVER = { tolerance: 1e-7, maxSteps: 1_000_000, cacheMegabytes: 16 };

test.each(KERNEL_GOLDEN.boundaries)(
  "decides as scikit-learn does: $name",
  async ({ values, asked, nu, gamma, decisions }) => {
    const table = tableOfRows(
      values,
      values.map(() => 0),
    );
    const rows = Int32Array.from(values.keys());
    const encoding = fitEncoding(table, rows, { scaling: "none" });
    const merged = mergePoints(table, rows, new PointEncoder(encoding, table.schema.columns));
    const weights = new Float64Array(merged.points.count);
    for (const point of merged.pointOfRow) weights[point]++;
    const problem = { points: merged.points, weights, nu, gamma, seed: 1 };
    const { points, coefficients, bias } = await solveBoundary(problem, SOLVER, { seed: 1 });
    expect(coefficients.reduce((sum, value) => sum + value, 0)).toBeCloseTo(nu * values.length, 9);
    asked.forEach((row, index) => {
      let decision = bias;
      for (let point = 0; point < points.count; point++) {
        let square = 0;
        row.forEach((value, number) => {
          square += (value - points.values[point * points.numbers + number]) ** 2;
        });
        decision += coefficients[point] * Math.exp(-gamma * square);
      }
      expect(decision).toBeCloseTo(decisions[index], 4);
    });
  },
);

test("about the contamination of unseen benign rows is called an anomaly", async () => {
  const context = { seed: 2, benignClasses: ["benign"] };
  const model = await oneClass.fit(
    mixedTable({ rows: 4_000, classes: 1, seed: 8 }),
    { contamination: 0.05 },
    context,
  );
  const unseen = mixedTable({ rows: 4_000, classes: 1, seed: 9 });
  const out = new Float64Array(unseen.rowCount * 2);
  model.scoreTable(unseen, out);
  const flagged = out.filter((value, index) => index % 2 === 1 && value >= 0.5).length;
  expect(flagged / unseen.rowCount).toBeGreaterThan(0.03);
  expect(flagged / unseen.rowCount).toBeLessThan(0.07);
});

test("nu bounds the support vectors from below, and rows outside from above", async () => {
  const table = mixedTable({ rows: 1_000, classes: 1, seed: 8 });
  const model = await oneClass.fit(table, { nu: 0.1 }, { seed: 2 });
  const { metrics, trainingRows } = model.manifest.training;
  expect(metrics["supportVectors"]).toBeGreaterThanOrEqual(0.1 * trainingRows);
  expect(metrics["supportVectors"]).toBeLessThan(0.5 * trainingRows);
});
