// Coupling of pairs: exact where the pairs agree, optimal where they do not.

import { expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { PairCoupling, pairIndex } from "./coupling.ts";

function pairsOf(classes: number, share: (first: number, second: number) => number): Float64Array {
  const pairs = new Float64Array((classes * (classes - 1)) / 2);
  for (let first = 0; first < classes; first++)
    for (let second = first + 1; second < classes; second++)
      pairs[pairIndex(first, second, classes)] = share(first, second);
  return pairs;
}

function coupled(classes: number, pairs: Float64Array): Float64Array {
  const out = new Float64Array(classes);
  new PairCoupling(classes).couple(pairs, out);
  return out;
}

test("pairs are numbered one after another", () => {
  const numbers: number[] = [];
  for (let first = 0; first < 5; first++)
    for (let second = first + 1; second < 5; second++) numbers.push(pairIndex(first, second, 5));
  expect(numbers).toEqual([...Array(10).keys()]);
});

test("pairs that come from probabilities give them back", () => {
  const truth = [0.5, 0.3, 0.15, 0.05];
  const found = coupled(
    4,
    pairsOf(4, (i, j) => truth[i] / (truth[i] + truth[j])),
  );
  found.forEach((probability, index) => {
    expect(probability).toBeCloseTo(truth[index], 2);
  });
});

test("no other probabilities fit pairs that disagree better", () => {
  const random = new Random(4);
  for (let round = 0; round < 50; round++) {
    const classes = random.integer(3, 8);
    const pairs = pairsOf(classes, () => 0.02 + 0.96 * random.uniform());
    const found = coupled(classes, pairs);
    const misfit = (p: ArrayLike<number>): number => {
      let sum = 0;
      for (let i = 0; i < classes; i++)
        for (let j = i + 1; j < classes; j++) {
          const r = pairs[pairIndex(i, j, classes)];
          sum += ((1 - r) * p[i] - r * p[j]) ** 2;
        }
      return sum;
    };
    expect(found.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    const least = misfit(found);
    for (let other = 0; other < 20; other++) {
      const moved = found.map((value) => Math.max(0, value + random.normal(0, 0.05)));
      const sum = moved.reduce((whole, value) => whole + value, 0);
      expect(misfit(moved.map((value) => value / sum))).toBeGreaterThan(least - 2e-3);
    }
  }
});
