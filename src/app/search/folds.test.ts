import fc from "fast-check";
import { expect, test } from "vitest";
import { type Fold, planFolds, stratifiedSample } from "./folds.ts";

function labelsOf(counts: readonly number[]): Int32Array {
  return Int32Array.from(counts.flatMap((count, label) => new Array<number>(count).fill(label)));
}

/** Training and test rows are all rows, each once. */
function expectWhole({ training, test: judged }: Fold, rows: number): void {
  const all = [...training, ...judged].sort((a, b) => a - b);
  expect(all).toEqual(Array.from({ length: rows }, (_, row) => row));
}

test("stratified folds: every row is judged once, every class in every fold, up or down by one", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 10, max: 60 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 2, max: 7 }),
      fc.integer(),
      (counts, count, seed) => {
        const labels = labelsOf(counts);
        const { folds, method } = planFolds(labels, counts.length, { count, seed });
        expect([folds.length, method]).toEqual([count, "stratified"]);
        for (const fold of folds) {
          expectWhole(fold, labels.length);
          counts.forEach((rows, label) => {
            const judged = [...fold.test].filter((row) => labels[row] === label).length;
            expect(Math.abs(judged - rows / count)).toBeLessThan(1);
          });
        }
        expect(folds.flatMap(({ test: judged }) => [...judged]).sort((a, b) => a - b)).toEqual([
          ...labels.keys(),
        ]);
      },
    ),
    { numRuns: 50, seed: 5 },
  );
});

test("the same seed gives the same folds, another one others", () => {
  const labels = labelsOf([40, 20]);
  const test1 = planFolds(labels, 2, { count: 3, seed: 1 }).folds;
  expect(planFolds(labels, 2, { count: 3, seed: 1 }).folds).toEqual(test1);
  expect(planFolds(labels, 2, { count: 3, seed: 2 }).folds).not.toEqual(test1);
});

test("a share held out is judged once", () => {
  const { folds, method } = planFolds(labelsOf([80, 20]), 2, { count: 5, holdout: 0.25, seed: 1 });
  expect(method).toBe("holdout");
  expect(folds).toHaveLength(1);
  expect(folds[0].test).toHaveLength(25);
  expectWhole(folds[0], 100);
});

test("groups are never parted, and rows without one stand alone", () => {
  const values = Float64Array.from({ length: 90 }, (_, row) => (row < 80 ? row % 8 : Number.NaN));
  const by = { name: "capture", kind: "groups", values } as const;
  const { folds } = planFolds(labelsOf([60, 30]), 2, { count: 4, by, seed: 1 });
  for (const fold of folds) {
    expectWhole(fold, 90);
    const judged = new Set([...fold.test].map((row) => values[row]).filter((group) => !Number.isNaN(group)));
    for (const row of fold.training) expect(judged.has(values[row])).toBe(false);
  }
});

test("in time nobody is judged before what was learnt from, whatever the order of the rows", () => {
  const values = Float64Array.from({ length: 100 }, (_, row) => ((row * 37) % 100) * 10);
  const by = { name: "start_us", kind: "time", values } as const;
  const { folds, method } = planFolds(labelsOf([50, 50]), 2, { count: 4, by, seed: 1 });
  expect([method, folds.length]).toEqual(["time", 4]);
  for (const { training, test: judged } of folds) {
    const last = Math.max(...[...training].map((row) => values[row]));
    for (const row of judged) expect(values[row]).toBeGreaterThan(last);
  }
  expect(folds.map(({ training }) => training.length)).toEqual([20, 40, 60, 80]);
});

test("too few rows, groups or times are told", () => {
  const refused = (options: Parameters<typeof planFolds>[2]) => () => planFolds(labelsOf([4, 4]), 2, options);
  const column = (kind: "groups" | "time") => ({ name: "x", kind, values: new Float64Array(8) });
  expect(refused({ count: 5, seed: 1 })).toThrow(/found 8 rows, expected enough for 5 folds/);
  expect(refused({ count: 2, by: column("groups"), seed: 1 })).toThrow(/found 1 groups of 'x'/);
  expect(refused({ count: 2, by: column("time"), seed: 1 })).toThrow(/too few times in 'x'/);
});

test("a sample has its share of every class, at least so many rows of the rare ones, and is seeded", () => {
  const labels = labelsOf([900, 90, 4]);
  const sample = stratifiedSample(labels, 3, { rows: 99, least: 5, seed: 1 });
  const counts = [0, 0, 0];
  for (const row of sample) counts[labels[row]]++;
  expect(counts).toEqual([90, 9, 4]);
  expect([...sample]).toEqual([...sample].sort((a, b) => a - b));
  expect(stratifiedSample(labels, 3, { rows: 99, least: 5, seed: 1 })).toEqual(sample);
  expect(stratifiedSample(labels, 3, { rows: 99, least: 5, seed: 2 })).not.toEqual(sample);
  expect(stratifiedSample(labels, 3, { rows: 5000, least: 5, seed: 1 })).toHaveLength(994);
});
