import { beforeAll, describe, expect, test } from "vitest";
import { randomBoosting, randomForest, randomRows } from "../../../test/support/random-trees.ts";
import { mixedTable, rowMajor } from "../../../test/support/tables.ts";
import { OrbweaverError } from "../../base/errors.ts";
import { boosting } from "../../learner/learners/boosting.ts";
import { fitPipeline } from "../../learner/pipeline.ts";
import { parseSelection } from "../../learner/selection/index.ts";
import type { Model } from "../contract.ts";
import { type Attribution, type ExplainerOptions, explainerFor } from "./explainer.ts";

const TABLES = [2, 4].map((classes) => mixedTable({ rows: 500, classes, seed: classes }));
const QUICK = { iterations: 15, earlyStopping: 0 };

function sumOf({ bias, amounts }: Attribution): number {
  return amounts.reduce((sum, amount) => sum + amount, bias);
}

/** Holds what is explained against what is scored, for every class. */
function holds(model: Model, rows: Float64Array, count: number, options: ExplainerOptions): void {
  const classes = model.manifest.classes.length;
  const columns = model.manifest.schema.columns.length;
  const explainer = explainerFor(model, options);
  const out = new Float64Array(count * classes);
  model.score(rows, count, out);
  for (let row = 0; row < count; row++) {
    const values = rows.subarray(row * columns, (row + 1) * columns);
    const found = [...Array(classes).keys()].map((index) => explainer.explain(values, index));
    const probabilities = out.subarray(row * classes, (row + 1) * classes);
    if (found[0].scale === "probability") {
      found.forEach((attribution, index) => {
        expect(sumOf(attribution)).toBeCloseTo(probabilities[index], 9);
      });
      continue;
    }
    const factor = classes === 2 ? 0.5 : 1;
    for (let index = 1; index < classes; index++) {
      const difference = (sumOf(found[index]) - sumOf(found[0])) * factor;
      expect(difference).toBeCloseTo(Math.log(probabilities[index] / probabilities[0]), 8);
    }
  }
}

describe.each(TABLES.map((table) => [table.classes.length, table] as const))("%i classes", (_, table) => {
  const rows = rowMajor(table);
  const background = rows.slice(0, 20 * table.values.length);
  let model: Model;
  let steps: Model;
  beforeAll(async () => {
    model = await boosting.fit(table, QUICK, { seed: 1 });
    const selection = parseSelection("variance,anova:5");
    const calibration = "temperature" as const;
    steps = await fitPipeline(
      table,
      { learner: boosting, parameters: QUICK, selection, calibration },
      { seed: 1 },
    );
  });

  test.each(["shapley", "path"] as const)("%s sums to the score", (method) => {
    holds(model, rows, 20, { method });
    holds(steps, rows, 20, { method });
  });

  test.each(["interventional", "permutation"] as const)("%s sums to the score", (method) => {
    holds(model, rows, 10, { method, background });
    holds(steps, rows, 10, { method, background });
  });

  test("columns that a pipeline does not see are given nothing", () => {
    const { amounts } = explainerFor(steps).explain(rows.subarray(0, 8), 0);
    expect(amounts.length).toBe(8);
    expect([...amounts].filter((amount) => amount !== 0).length).toBeLessThanOrEqual(5);
    expect(amounts[6]).toBe(0);
  });

  test("what is to be chosen is chosen by the kind of the model", () => {
    expect(explainerFor(model).method).toBe("shapley");
    expect(explainerFor(steps).method).toBe("shapley");
    expect(explainerFor(steps, { background }).method).toBe("interventional");
  });
});

test("a calibration that no sum can follow is told", async () => {
  const calibration = "isotonic" as const;
  const model = await fitPipeline(
    TABLES[0],
    { learner: boosting, parameters: QUICK, calibration },
    { seed: 1 },
  );
  expect(explainerFor(model).explain(rowMajor(TABLES[0]).subarray(0, 8), 1).uncalibrated).toBe(true);
});

test("forests are explained as probabilities, by any method", () => {
  const options = { columns: 6, trees: 5, depth: 5, classes: 3, seed: 4 };
  const model = randomForest(options);
  const rows = randomRows(6, 10, 1);
  for (const method of ["shapley", "path"] as const) holds(model, rows, 10, { method });
  for (const method of ["interventional", "permutation"] as const)
    holds(model, rows, 10, { method, background: randomRows(6, 3, 2) });
});

test("sampling comes near the exact values that it estimates", () => {
  const model = randomForest({ columns: 6, trees: 5, depth: 5, classes: 3, seed: 4 });
  const background = randomRows(6, 40, 2);
  const row = randomRows(6, 1, 3);
  const [exact, sampled] = (["interventional", "permutation"] as const).map((method) =>
    explainerFor(model, { method, background }).explain(row, 1),
  );
  expect(sampled.bias).toBeCloseTo(exact.bias, 10);
  exact.amounts.forEach((amount, column) => {
    expect(Math.abs(sampled.amounts[column] - amount)).toBeLessThan(0.02);
  });
});

test("what does not fit is refused", () => {
  const model = randomBoosting({ columns: 3, trees: 2, depth: 2, classes: 2, seed: 1 });
  const other = { ...model, manifest: { ...model.manifest, kind: "mlp" } } as unknown as Model;
  const wrong: [Model, ExplainerOptions, string][] = [
    [model, { method: "interventional" }, "needs background rows"],
    [model, { method: "permutation" }, "needs background rows"],
    [model, { method: "additive" }, "is not for models of kind 'boosting'"],
    [model, { background: new Float64Array(4) }, "holds 4 values, expected rows of 3"],
    [other, { method: "shapley" }, "explains boosted trees and trees that vote, the model is of kind 'mlp'"],
    [other, { method: "path" }, "is not for models of kind 'mlp'"],
  ];
  for (const [subject, options, message] of wrong) {
    const refused = () => explainerFor(subject, options);
    expect(refused).toThrow(OrbweaverError);
    expect(refused).toThrow(message);
  }
  expect(explainerFor(other).method).toBe("permutation");
  const kinds = ["linear", "bayes", "isolation-forest"].map((kind) => ({ ...other.manifest, kind }));
  const methods = kinds.map((manifest) => explainerFor({ ...other, manifest } as Model).method);
  expect(methods).toEqual(["additive", "additive", "path"]);
});
