// Votes beside scikit-learn's KNeighborsClassifier (test/golden/kernels.py), and by hand where it leaves them to chance.

import { expect, test } from "vitest";
import { KERNEL_GOLDEN, tableOfRows } from "../../../test/support/kernel-golden.ts";
import { mixedTable } from "../../../test/support/tables.ts";
import type { NeighboursModel } from "../../model/kinds/neighbours.ts";
import type { ParameterValues } from "../contract.ts";
import { neighbours } from "./neighbours.ts";

test.each(KERNEL_GOLDEN.votes)("votes as scikit-learn does: $name", async (golden) => {
  const { k, weights, metric, categories } = golden;
  const table = tableOfRows(golden.values, golden.labels, { codes: golden.codes, categories });
  const model = (await neighbours.fit(
    table,
    { k, weights, metric, scaling: "none" },
    { seed: 1 },
  )) as NeighboursModel;
  const out = new Float64Array(table.classes.length);
  golden.asked.forEach((values, index) => {
    const row = Float64Array.from(categories > 0 ? [...values, golden.askedCodes[index]] : values);
    model.score(row, 1, out);
    out.forEach((probability, label) => {
      expect(probability).toBeCloseTo(golden.probabilities[index][label], 5);
    });
    expect(model.neighbours(row).at(-1)?.distance).toBeCloseTo(golden.farthest[index], 5);
  });
});

/** Rows at 0, 1, 2 and 4; three of class 0 and one of class 1 at 1. */
const HAND = tableOfRows([[0], [1], [1], [1], [1], [2], [4]], [1, 0, 0, 0, 1, 1, 0]);

async function votesAt(value: number, parameters: ParameterValues, classWeights?: number[]) {
  const model = await neighbours.fit(
    HAND,
    { scaling: "none", ...parameters },
    { seed: 1, ...(classWeights && { classWeights }) },
  );
  const out = new Float64Array(2);
  model.score(Float64Array.of(value), 1, out);
  return [...out];
}

test("equal rows vote for as many as are wanted, in their proportion", async () => {
  // At 0.2: the row at 0, then two of the four at 1: 1.5 of class 0 and 0.5 of class 1.
  expect(await votesAt(0.2, { k: 3 })).toEqual([0.5, 0.5]);
  expect(await votesAt(0.9, { k: 4 })).toEqual([0.75, 0.25]);
  expect(await votesAt(0.9, { k: 2 })).toEqual([0.75, 0.25]);
});

test("rows at no distance outweigh all others where distance counts", async () => {
  expect(await votesAt(0, { k: 5, weights: "distance" })).toEqual([0, 1]);
  // At 0.5 the rows at 0 and at 1 weigh alike.
  expect((await votesAt(0.5, { k: 5, weights: "distance" }))[0]).toBeCloseTo(3 / 5, 12);
});

test("votes of a class weigh what the class weighs", async () => {
  expect((await votesAt(0.9, { k: 4 }, [1, 3]))[1]).toBe(0.5);
});

test("more neighbours than rows: all vote", async () => {
  expect((await votesAt(0.9, { k: 100 }))[0]).toBeCloseTo(4 / 7, 12);
});

test("keeps so many distinct rows at most, and says so", async () => {
  const table = mixedTable({ rows: 900, classes: 3, seed: 21 });
  const model = await neighbours.fit(table, { maxRows: 100 }, { seed: 3 });
  expect(model.manifest.training.metrics).toMatchObject({ keptRows: 100 });
  expect(model.manifest.training.trainingRows).toBeGreaterThanOrEqual(100);
  expect(model.manifest.training.trainingRows).toBeLessThan(900);
});

test("importance tells columns that matter from noise", async () => {
  const table = mixedTable({ rows: 2_000, classes: 2, seed: 22 });
  const model = await neighbours.fit(table, { k: 15 }, { seed: 3 });
  const importance = model.importance();
  const share = (name: string) => importance[table.schema.columns.findIndex((c) => c.name === name)];
  expect(importance.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
  expect(share("constant")).toBe(0);
  expect(share("rate")).toBeGreaterThan(share("noise"));
});
