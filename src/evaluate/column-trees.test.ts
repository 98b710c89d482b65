import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  balancedWeights,
  binCount,
  binEdges,
  binOf,
  emptyTally,
  equalWeights,
  intervalRule,
  judgeRule,
  lookupRule,
  oneAgainstRest,
  pairRule,
  type Tally,
} from "./column-trees.ts";

interface Stump {
  name: string;
  classes: number;
  values: number[];
  labels: number[];
  bestStump: number;
  greedy: Record<string, { accuracy: number; macroF1: number; balancedAccuracy: number }>;
}

const golden: { stumps: Stump[] } = JSON.parse(
  readFileSync(new URL("../../test/golden/distribution.json", import.meta.url), "utf8"),
);

function tallyOf(values: readonly number[], labels: readonly number[], classes: number, most = 256): Tally {
  const edges = binEdges(Float64Array.from(values), most);
  const tally = emptyTally(binCount(edges), classes);
  for (const [row, value] of values.entries()) tally.counts[binOf(edges, value) * classes + labels[row]]++;
  return tally;
}

test.each(golden.stumps)("trees of depth one and two are at least scikit-learn's: $name", (expected) => {
  const tally = tallyOf(expected.values, expected.labels, expected.classes);
  const stump = judgeRule(intervalRule(tally, 2, equalWeights(tally.classes)), tally);
  expect(stump.accuracy).toBeCloseTo(expected.bestStump, 12);
  for (const depth of [1, 2]) {
    const { accuracy, balancedAccuracy } = expected.greedy[depth];
    const plain = judgeRule(intervalRule(tally, 2 ** depth, equalWeights(tally.classes)), tally);
    const balanced = judgeRule(intervalRule(tally, 2 ** depth, balancedWeights(tally)), tally);
    expect(plain.accuracy).toBeGreaterThanOrEqual(accuracy - 1e-12);
    expect(balanced.balancedAccuracy).toBeGreaterThanOrEqual(balancedAccuracy - 1e-12);
  }
});

test("four runs are the best of all ways to cut, tried one by one", () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 2 })), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(rows, (pairs) => {
      const tally = tallyOf(
        pairs.map(([value]) => value),
        pairs.map(([, label]) => label),
        3,
      );
      const found = judgeRule(intervalRule(tally, 4, equalWeights(3)), tally);
      expect(found.accuracy).toBeCloseTo(bestOfAll(tally, 4, 0) / pairs.length, 12);
    }),
    { seed: 5, numRuns: 60 },
  );
});

/** Rows that the best of all cuts of the bins from `start` into at most `leaves` runs gets right. */
function bestOfAll(tally: Tally, leaves: number, start: number): number {
  const run = (end: number): number =>
    Math.max(
      ...[0, 1, 2].map((index) => {
        let rows = 0;
        for (let bin = start; bin < end; bin++) rows += tally.counts[bin * 3 + index];
        return rows;
      }),
    );
  let best = run(tally.bins);
  if (leaves > 1)
    for (let end = start + 1; end < tally.bins; end++)
      best = Math.max(best, run(end) + bestOfAll(tally, leaves - 1, end));
  return best;
}

test("bins: a value each where there are few, else even ones; missing first, larger ones last", () => {
  const edges = binEdges(Float64Array.of(3, 1, Number.NaN, 2, 3), 4);
  expect([...edges]).toEqual([1, 2, 3]);
  expect([Number.NaN, 0, 1, 1.5, 3, 4].map((value) => binOf(edges, value))).toEqual([0, 1, 1, 2, 3, 4]);
  const even = binEdges(
    Float64Array.from({ length: 100 }, (_, row) => row),
    4,
  );
  expect([...even]).toEqual([24, 49, 74, 99]);
});

test("a lookup gives every bin its majority, and bins without rows that of all", () => {
  const tally = emptyTally(3, 2);
  tally.counts.set([5, 1, 0, 0, 2, 3]);
  expect([...lookupRule(tally, equalWeights(2)).classOfBin]).toEqual([0, 0, 1]);
  // Balanced: class 1 has 4 rows, class 0 has 7; 5/7 against 1/4, then 2/7 against 3/4.
  expect([...lookupRule(tally, balancedWeights(tally)).classOfBin]).toEqual([0, 0, 1]);
  expect(judgeRule(lookupRule(tally, equalWeights(2)), tally).accuracy).toBeCloseTo(8 / 11, 12);
});

test("one class against the rest", () => {
  const tally = emptyTally(2, 3);
  tally.counts.set([1, 2, 3, 4, 5, 6]);
  expect([...oneAgainstRest(tally, 1).counts]).toEqual([4, 2, 10, 5]);
});

test("two columns tell what neither does alone: exclusive or, and three classes by two flags", () => {
  // [first][second][class], classes equal to first xor second.
  const xor = Float64Array.of(9, 0, 0, 9, 0, 9, 9, 0);
  const { classOfCell } = pairRule(xor, [2, 2], 2);
  expect([...classOfCell]).toEqual([0, 1, 1, 0]);
  // Benign where the first is set, else flood or scan by the second: the root must be the second column's or the first's.
  const flags = Float64Array.of(0, 5, 0, 0, 0, 5, 5, 0, 0, 5, 0, 0);
  expect([...pairRule(flags, [2, 2], 3).classOfCell]).toEqual([1, 2, 0, 0]);
});

test("the better column becomes the root whichever comes first", () => {
  const counts = Float64Array.of(5, 0, 0, 5, 0, 0, 0, 0, 5, 0, 5, 0);
  const one = pairRule(counts, [2, 2], 3);
  const turned = Float64Array.of(5, 0, 0, 0, 0, 5, 5, 0, 0, 0, 5, 0);
  const other = pairRule(turned, [2, 2], 3);
  const cells = [0, 1, 2, 3].map((cell) => other.classOfCell[(cell % 2) * 2 + (cell >> 1)]);
  expect(cells).toEqual([...one.classOfCell]);
});
