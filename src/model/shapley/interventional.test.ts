import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  backgroundGame,
  randomBoosting,
  randomForest,
  randomRows,
  scoreOf,
  shapleyByDefinition,
} from "../../../test/support/random-trees.ts";
import { InterventionalShapley } from "./interventional.ts";
import { type ScoreTrees, scoreTreesOf } from "./trees.ts";

const shape = fc.record({
  columns: fc.integer({ min: 1, max: 6 }),
  trees: fc.integer({ min: 1, max: 3 }),
  depth: fc.integer({ min: 0, max: 8 }),
  classes: fc.integer({ min: 2, max: 3 }),
  seed: fc.integer(),
});

describe.each([
  ["boosting", randomBoosting],
  ["forest", randomForest],
])("%s", (_, random) => {
  test("values are those of the definition, over all subsets", () => {
    fc.assert(
      fc.property(shape, fc.integer({ min: 1, max: 5 }), (options, count) => {
        const trees = scoreTreesOf(random(options), 1) as ScoreTrees;
        const row = randomRows(options.columns, 1, options.seed + 7);
        const background = randomRows(options.columns, count, options.seed + 8);
        const shapley = new InterventionalShapley(trees, background);
        const amounts = new Float64Array(options.columns);
        shapley.addTo(amounts, row, 0);
        const game = backgroundGame((mixed) => scoreOf(trees, mixed), row, background);
        expect(shapley.bias).toBeCloseTo(game(0), 10);
        shapleyByDefinition(game, options.columns).forEach((amount, column) => {
          expect(amounts[column]).toBeCloseTo(amount, 10);
        });
      }),
      { numRuns: 300 },
    );
  });

  test("bias and values sum to the score of deep trees", () => {
    const options = { columns: 60, trees: 5, depth: 40, classes: 3, seed: 2 };
    const trees = scoreTreesOf(random(options), 2) as ScoreTrees;
    const shapley = new InterventionalShapley(trees, randomRows(60, 30, 4));
    const rows = randomRows(60, 10, 5);
    for (let row = 0; row < 10; row++) {
      const amounts = new Float64Array(60);
      shapley.addTo(amounts, rows, row * 60);
      const sum = amounts.reduce((total, amount) => total + amount, shapley.bias);
      expect(sum).toBeCloseTo(scoreOf(trees, rows.subarray(row * 60, row * 60 + 60)), 10);
    }
  });
});

test("a row that is its own background has nothing to explain", () => {
  const trees = scoreTreesOf(randomForest({ columns: 6, trees: 3, depth: 6, classes: 2, seed: 1 }), 0);
  const row = randomRows(6, 1, 9);
  const amounts = new Float64Array(6);
  new InterventionalShapley(trees as ScoreTrees, row).addTo(amounts, row, 0);
  expect([...amounts]).toEqual([0, 0, 0, 0, 0, 0]);
});
