// The kernel machine beside scikit-learn's SVC (test/golden/kernels.py), and what it promises of bounds and caches.

import { describe, expect, test } from "vitest";
import { KERNEL_GOLDEN, tableOfRows } from "../../../test/support/kernel-golden.ts";
import { mixedTable } from "../../../test/support/tables.ts";
import type { SupportVectorModel } from "../../model/kinds/support-vectors.ts";
import type { ParameterValues } from "../contract.ts";
import { svmRbf } from "./svm-rbf.ts";

describe.each(KERNEL_GOLDEN.machines)("$name", (golden) => {
  const table = tableOfRows(golden.values, golden.labels);
  const parameters: ParameterValues = {
    C: golden.cost,
    gamma: String(golden.gamma),
    scaling: "none",
    tolerance: 1e-7,
  };
  const context = { seed: 1, ...(golden.weights && { classWeights: golden.weights }) };

  test("decides as scikit-learn does", async () => {
    const model = (await svmRbf.fit(table, parameters, context)) as SupportVectorModel;
    golden.asked.forEach((row, index) => {
      const decisions = [...model.decisions(Float64Array.from(row))];
      expect(decisions).toHaveLength(golden.decisions[index].length);
      decisions.forEach((decision, pair) => {
        expect(decision).toBeCloseTo(golden.decisions[index][pair], 4);
      });
    });
  });

  test("reaches the dual objective", async () => {
    if (golden.objective === null) return;
    const { vectors, encoder } = (await svmRbf.fit(table, parameters, context)) as SupportVectorModel;
    const { points, coefficients } = vectors;
    let found = 0;
    for (let i = 0; i < points.count; i++) {
      for (let j = 0; j < points.count; j++) {
        let square = 0;
        for (let number = 0; number < encoder.numbers; number++)
          square +=
            (points.values[i * encoder.numbers + number] - points.values[j * encoder.numbers + number]) ** 2;
        found += 0.5 * coefficients[i] * coefficients[j] * Math.exp(-golden.gamma * square);
      }
      found -= Math.abs(coefficients[i]);
    }
    expect(found / golden.objective).toBeCloseTo(1, 6);
  });

  test("knows what gamma is to scale", async () => {
    const model = await svmRbf.fit(table, { ...parameters, gamma: "scale" }, context);
    expect(model.manifest.training.metrics["gamma"]).toBeCloseTo(golden.scaleGamma, 6);
  });
});

const TABLE = mixedTable({ rows: 900, classes: 3, seed: 21 });

test("the room for rows of the matrix changes nothing", async () => {
  const encoded = async (cacheMegabytes: number) => {
    const model = await svmRbf.fit(TABLE, { cacheMegabytes, tolerance: 1e-4 }, { seed: 3 });
    return { ...model.manifest.training, parameters: {}, vectors: (model as SupportVectorModel).vectors };
  };
  const small = await encoded(1);
  const large = await encoded(64);
  expect(small.vectors.coefficients).toEqual(large.vectors.coefficients);
  expect(small).toEqual(large);
});

test("learns from so many distinct rows at most, of every class, and says so", async () => {
  const model = await svmRbf.fit(TABLE, { maxRows: 100 }, { seed: 3 });
  const { metrics, trainingRows, classCounts } = model.manifest.training;
  expect(metrics["distinctRows"]).toBe(100);
  expect(trainingRows).toBeLessThanOrEqual(100);
  expect(classCounts.reduce((sum, count) => sum + count, 0)).toBe(900);
});

test("probabilities of rows not seen fit how often they are right", async () => {
  const unseen = mixedTable({ rows: 1_500, classes: 2, seed: 31 });
  const model = await svmRbf.fit(mixedTable({ rows: 700, classes: 2, seed: 30 }), {}, { seed: 3 });
  const out = new Float64Array(unseen.rowCount * 2);
  model.scoreTable(unseen, out);
  let expected = 0;
  let found = 0;
  for (let row = 0; row < unseen.rowCount; row++) {
    expected += Math.max(out[2 * row], out[2 * row + 1]);
    if (out[2 * row + unseen.labels[row]] > 0.5) found++;
  }
  expect(Math.abs(expected - found) / unseen.rowCount).toBeLessThan(0.03);
});

test("says where the steps did not suffice", async () => {
  const model = await svmRbf.fit(TABLE, { maxSteps: 3 }, { seed: 3 });
  expect(model.manifest.training.metrics["unconverged"]).toBe(3);
});

test.each(["0", "1e-13", "1e13", "1e999"])("refuses gamma %s", async (gamma) => {
  await expect(svmRbf.fit(TABLE, { gamma }, { seed: 1 })).rejects.toMatchObject({
    code: "parameter-invalid",
  });
});
