import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  pathGame,
  randomBoosting,
  randomForest,
  randomRows,
  scoreOf,
  shapleyByDefinition,
} from "../../../test/support/random-trees.ts";
import type { Model } from "../contract.ts";
import { PathShapley } from "./path.ts";
import { type ScoreTrees, scoreTreesOf } from "./trees.ts";

const shape = fc.record({
  columns: fc.integer({ min: 1, max: 7 }),
  trees: fc.integer({ min: 1, max: 3 }),
  depth: fc.integer({ min: 0, max: 8 }),
  classes: fc.integer({ min: 2, max: 3 }),
  seed: fc.integer(),
});

function treesOf(model: Model, classIndex: number): ScoreTrees {
  return scoreTreesOf(model, classIndex) as ScoreTrees;
}

describe.each([
  ["boosting", randomBoosting],
  ["forest", randomForest],
])("%s", (_, random) => {
  test("values are those of the definition, over all subsets", () => {
    fc.assert(
      fc.property(shape, fc.nat(1), (options, classIndex) => {
        const trees = treesOf(random(options), classIndex);
        const row = randomRows(options.columns, 1, options.seed + 7);
        const shapley = new PathShapley(trees);
        const amounts = new Float64Array(options.columns);
        shapley.addTo(amounts, row, 0);
        const game = pathGame(trees, row);
        expect(shapley.bias).toBeCloseTo(game(0), 10);
        const wanted = shapleyByDefinition(game, options.columns);
        wanted.forEach((amount, column) => {
          expect(amounts[column]).toBeCloseTo(amount, 10);
        });
      }),
      { numRuns: 300 },
    );
  });

  test("bias and values sum to the score, also of deep trees that ask many columns", () => {
    for (const depth of [3, 12, 40]) {
      const options = { columns: 60, trees: 5, depth, classes: 3, seed: depth };
      const model = random(options);
      const rows = randomRows(60, 20, 5);
      const trees = treesOf(model, 1);
      const shapley = new PathShapley(trees);
      for (let row = 0; row < 20; row++) {
        const amounts = new Float64Array(60);
        shapley.addTo(amounts, rows, row * 60);
        const sum = amounts.reduce((total, amount) => total + amount, shapley.bias);
        expect(sum).toBeCloseTo(scoreOf(trees, rows.subarray(row * 60, row * 60 + 60)), 10);
      }
    }
  });
});

test("nodes without training rows are survived", () => {
  const model = randomBoosting({ columns: 5, trees: 4, depth: 6, classes: 2, seed: 3 });
  const { cover } = model.ensemble;
  for (let node = 1; node < cover.length; node += 2) cover[node] = 0;
  const trees = treesOf(model, 1);
  for (let seed = 0; seed < 30; seed++) {
    const row = randomRows(5, 1, seed);
    const shapley = new PathShapley(trees);
    const amounts = new Float64Array(5);
    shapley.addTo(amounts, row, 0);
    const sum = amounts.reduce((total, amount) => total + amount, shapley.bias);
    expect(sum).toBeCloseTo(scoreOf(trees, row), 10);
  }
});
