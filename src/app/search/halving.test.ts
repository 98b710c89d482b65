import { expect, test } from "vitest";
import { halvingRounds } from "./halving.ts";

test("a third goes on with three times the rows, and the last round has all of them", () => {
  expect(halvingRounds(27, 27_000, 100)).toEqual([
    { rows: 1000, candidates: 27 },
    { rows: 3000, candidates: 9 },
    { rows: 9000, candidates: 3 },
    { rows: 27_000, candidates: 1 },
  ]);
  expect(halvingRounds(16, 9000, 100)).toEqual([
    { rows: 1000, candidates: 16 },
    { rows: 3000, candidates: 6 },
    { rows: 9000, candidates: 2 },
  ]);
});

test("small tables have fewer rounds, and small fields too", () => {
  expect(halvingRounds(27, 2_000, 250)).toEqual([
    { rows: 667, candidates: 27 },
    { rows: 2000, candidates: 9 },
  ]);
  expect(halvingRounds(27, 300, 250)).toEqual([{ rows: 300, candidates: 27 }]);
  expect(halvingRounds(2, 1e6, 250)).toEqual([{ rows: 1e6, candidates: 2 }]);
});

test("no round has fewer rows than it may, and rows rise", () => {
  for (let candidates = 1; candidates < 200; candidates += 7) {
    const rounds = halvingRounds(candidates, 50_000, 250);
    expect(rounds.at(-1)?.rows).toBe(50_000);
    expect(Math.min(...rounds.map(({ rows }) => rows))).toBeGreaterThanOrEqual(250);
    for (let round = 1; round < rounds.length; round++) {
      expect(rounds[round].rows).toBeGreaterThan(rounds[round - 1].rows);
      expect(rounds[round].candidates).toBeLessThan(rounds[round - 1].candidates);
    }
  }
});
