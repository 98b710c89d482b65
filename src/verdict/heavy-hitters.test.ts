import fc from "fast-check";
import { expect, test } from "vitest";
import { HeavyHitters } from "./heavy-hitters.ts";

const additions = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 50 })), {
  maxLength: 400,
});

test("no weight is below the truth, nor above it by more than its surplus", () => {
  fc.assert(
    fc.property(additions, fc.integer({ min: 1, max: 20 }), (items, capacity) => {
      const hitters = new HeavyHitters<number>(capacity);
      const truth = new Map<number, number>();
      let total = 0;
      for (const [key, weight] of items) {
        hitters.add(key, weight);
        truth.set(key, (truth.get(key) ?? 0) + weight);
        total += weight;
      }
      const top = hitters.top(capacity);
      expect(top.length).toBe(Math.min(capacity, truth.size));
      for (const { key, weight, surplus } of top) {
        expect(weight).toBeGreaterThanOrEqual(truth.get(key)!);
        expect(weight - surplus).toBeLessThanOrEqual(truth.get(key)!);
      }
      const shown = new Set(top.map(({ key }) => key));
      for (const [key, weight] of truth) if (weight > total / capacity) expect(shown.has(key)).toBe(true);
    }),
  );
});

test("with room for all keys the figures are exact and ordered", () => {
  const hitters = new HeavyHitters<string>(8);
  for (const [key, weight] of [
    ["a", 5],
    ["b", 9],
    ["a", 6],
    ["c", 1],
  ] as const)
    hitters.add(key, weight);
  expect(hitters.top(2)).toEqual([
    { key: "a", weight: 11, surplus: 0, count: 2 },
    { key: "b", weight: 9, surplus: 0, count: 1 },
  ]);
  expect(hitters.replaced).toBe(0);
});
