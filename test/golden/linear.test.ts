// Linear models and naive Bayes find the weights that scikit-learn finds: linear.json, written by linear.py.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { foreignSchema, type LabelledTable } from "../../src/feature/table.ts";
import type { ParameterValues } from "../../src/learner/contract.ts";
import { learnerById } from "../../src/learner/index.ts";
import type { BayesModel } from "../../src/model/kinds/bayes.ts";
import type { LinearModel } from "../../src/model/kinds/linear.ts";

interface Weights {
  weights: number[][];
  biases: number[];
}

interface Figures {
  logistic: Weights;
  squaredHinge: Weights;
  hinge: Weights;
  sgdAccuracy: number;
  bayes: { means: number[][]; variances: number[][]; probabilities: number[][] };
}

const { figures } = JSON.parse(readFileSync(new URL("linear.json", import.meta.url), "utf8")) as {
  figures: Record<"binary" | "groups", Figures>;
};

const [ROWS, COLUMNS] = [400, 5];

/** The table that linear.py draws. */
function tableOf(task: "binary" | "groups"): LabelledTable {
  let state = 12345;
  const next = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const values = Array.from({ length: COLUMNS }, () => new Float64Array(ROWS));
  const labels = new Int32Array(ROWS);
  for (let row = 0; row < ROWS; row++) {
    for (const column of values) column[row] = next();
    const score = values[0][row] * 2 + values[1][row] ** 2 - values[2][row] + next();
    const group = score < 0.9 ? 0 : score < 1.6 ? 1 : 2;
    labels[row] = task === "groups" ? group : group === 2 ? 1 : 0;
  }
  const columns = values.map((_, index) => ({
    name: `column ${index}`,
    kind: "numeric" as const,
    unit: "",
    categories: [],
    description: "",
  }));
  const classes = task === "groups" ? ["a", "b", "c"] : ["a", "b"];
  return { schema: foreignSchema("golden", columns), rowCount: ROWS, values, classes, labels };
}

async function fitted<Kind>(
  id: string,
  task: "binary" | "groups",
  parameters: ParameterValues,
): Promise<Kind> {
  return (await learnerById(id).fit(tableOf(task), parameters, { seed: 1 })) as Kind;
}

function expectWeights(model: LinearModel, { weights, biases }: Weights, digits: number): void {
  const found = [...model.parts.weights];
  expect(model.parts.biases).toHaveLength(biases.length);
  expect(found).toHaveLength(weights.length * COLUMNS);
  weights.flat().forEach((weight, index) => {
    expect(found[index]).toBeCloseTo(weight, digits);
  });
  biases.forEach((bias, output) => {
    expect(model.parts.biases[output]).toBeCloseTo(bias, digits);
  });
}

describe.each(["binary", "groups"] as const)("%s", (task) => {
  test("logistic regression", async () => {
    const parameters = { C: 0.7, iterations: 10_000, tolerance: 1e-10 };
    const model = await fitted<LinearModel>("logistic", task, parameters);
    const { weights, biases } = figures[task].logistic;
    // Biases of a softmax are alike up to a constant of all classes; ours need not have the sum of theirs.
    const mean = (list: readonly number[]) =>
      list.length > 1 ? list.reduce((sum, value) => sum + value, 0) / list.length : 0;
    const shift = mean(biases) - mean([...model.parts.biases]);
    const shifted = biases.map((bias) => bias - shift);
    expectWeights(model, { weights, biases: shifted }, 4);
  });

  test.each(["newton", "dual"])("support vectors with squared hinge, by %s", async (solver) => {
    const parameters = { C: 0.7, solver, tolerance: 1e-8, iterations: 100_000 };
    expectWeights(await fitted<LinearModel>("svm", task, parameters), figures[task].squaredHinge, 5);
  });

  test("support vectors with hinge", async () => {
    const parameters = { C: 0.05, loss: "hinge", tolerance: 1e-6, iterations: 100_000 };
    expectWeights(await fitted<LinearModel>("svm", task, parameters), figures[task].hinge, 3);
  });

  test("stochastic gradient descent is as good, within four rows of a hundred", async () => {
    const model = await fitted<LinearModel>("sgd", task, {});
    const table = tableOf(task);
    const classes = table.classes.length;
    const out = new Float64Array(ROWS * classes);
    model.scoreTable(table, out);
    let hits = 0;
    for (let row = 0; row < ROWS; row++) {
      const probabilities = out.subarray(row * classes, (row + 1) * classes);
      if (probabilities.indexOf(Math.max(...probabilities)) === table.labels[row]) hits++;
    }
    expect(hits / ROWS).toBeGreaterThan(figures[task].sgdAccuracy - 0.04);
  });

  test("naive Bayes", async () => {
    const parameters = { transform: "none", varianceSmoothing: 1e-9 };
    const model = await fitted<BayesModel>("bayes", task, parameters);
    const { means, variances, probabilities } = figures[task].bayes;
    const classes = means.length;
    for (let input = 0; input < COLUMNS; input++) {
      for (let index = 0; index < classes; index++) {
        expect(model.parts.first[input * classes + index]).toBeCloseTo(means[index][input], 10);
        expect(model.parts.second[input * classes + index]).toBeCloseTo(variances[index][input], 10);
      }
    }
    const table = tableOf(task);
    const out = new Float64Array(ROWS * classes);
    model.scoreTable(table, out);
    probabilities.flat().forEach((probability, index) => {
      expect(out[index]).toBeCloseTo(probability, 8);
    });
  });
});
