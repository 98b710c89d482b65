import { expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { type Points, squaredDistance } from "./points.ts";
import { between, evenTimes, rowNeighbours, smote } from "./smote.ts";
import { tomekLinks } from "./tomek.ts";

function finished<Result>(work: Generator<number, Result>): Result {
  for (;;) {
    const { value, done } = work.next();
    if (done) return value;
  }
}

/** Whole numbers, so that distances are exact and equal rows and ties are many. */
function chancePoints(count: number, width: number, seed: number, most = 6): Points {
  const random = new Random(seed);
  return {
    count,
    width,
    numbers: Float64Array.from({ length: count * width }, () => random.integer(0, most)),
    categoryWidth: 1,
    categories: Int32Array.from({ length: count }, () => random.integer(0, 2)),
    categoryCost: 1,
  };
}

function nearestByHand(points: Points, row: number, k: number): number[] {
  return Array.from({ length: points.count }, (_, other) => other)
    .filter((other) => other !== row)
    .sort((a, b) => squaredDistance(points, row, a) - squaredDistance(points, row, b) || a - b)
    .slice(0, k);
}

test.each([1, 2, 3, 4, 5])("neighbours of rows count equal rows one by one (seed %i)", (seed) => {
  const points = chancePoints(160, 2, seed, 4);
  for (const k of [1, 3, 5, 30]) {
    const neighboursOf = finished(rowNeighbours(points, k));
    for (let row = 0; row < points.count; row++)
      expect(neighboursOf(row)).toEqual(nearestByHand(points, row, k));
  }
});

test("every synthetic row lies between a row and one of its k nearest; every row is base as often as any other", () => {
  const points = chancePoints(70, 3, 9);
  const made = finished(smote(points, 251, 5, new Random(1)));
  expect(made.count).toBe(251);
  const times = new Map<number, number>();
  for (let at = 0; at < made.count; at++) {
    times.set(made.base[at], (times.get(made.base[at]) ?? 0) + 1);
    expect(nearestByHand(points, made.base[at], 5)).toContain(made.neighbour[at]);
    expect(made.gap[at]).toBeGreaterThanOrEqual(0);
    expect(made.gap[at]).toBeLessThan(1);
  }
  // 251 = 70 * 3 + 41.
  expect([...times.values()].filter((count) => count === 4)).toHaveLength(41);
  expect([...times.values()].filter((count) => count === 3)).toHaveLength(29);
  expect(new Set(made.neighbour).size).toBeGreaterThan(50);
});

test("a category is that of most neighbours; the base's where as many have it", () => {
  const points: Points = {
    count: 4,
    width: 1,
    numbers: Float64Array.from([0, 1, 2, 3]),
    categoryWidth: 2,
    categories: Int32Array.from([7, 0, 8, 1, 8, 2, 7, 0]),
    categoryCost: 0,
  };
  const made = finished(smote(points, 4, 3, new Random(1)));
  // Row 0 has the neighbours 1, 2 and 3: 8, 8 and 7; 1, 2 and 0. Row 1 has 0, 2 and 3: 7, 8 and 7; 0, 2 and 0.
  expect([...made.base]).toEqual([0, 1, 2, 3]);
  expect([...made.categories]).toEqual([8, 0, 7, 0, 7, 0, 8, 0]);
});

test("the same seed makes the same rows, another one others", () => {
  const points = chancePoints(50, 3, 2);
  const made = (seed: number): unknown => finished(smote(points, 90, 5, new Random(seed)));
  expect(made(5)).toEqual(made(5));
  expect(made(5)).not.toEqual(made(6));
});

test.each([
  [2, 4, 0.25, 2.5],
  [4, 2, 0.25, 3.5],
  [Number.NaN, 2, 0.5, Number.NaN],
  [1, Number.NaN, 0.5, 1],
  [1, Number.POSITIVE_INFINITY, 0.5, 1],
  [Number.POSITIVE_INFINITY, 1, 0.5, Number.POSITIVE_INFINITY],
  [0.1, 0.1, 0.7, 0.1],
])("between %d and %d at %d is %d", (base, neighbour, gap, value) => {
  expect(between(base, neighbour, gap)).toBe(value);
});

test("times are even and sum up", () => {
  const times = evenTimes(7, 24, new Random(1));
  expect([...times].sort()).toEqual([3, 3, 3, 3, 4, 4, 4]);
});

test.each(["majority", "both"] as const)("Tomek links are those of the definition, rows of %s go", (side) => {
  for (let seed = 1; seed <= 12; seed++) {
    const points = { ...chancePoints(90, 2, seed, 9), categoryCost: 4 };
    const random = new Random(seed + 100);
    const classes = Int32Array.from({ length: points.count }, () => random.integer(0, 2));
    const removed = new Uint8Array(points.count);
    let links = 0;
    for (let a = 0; a < points.count; a++) {
      for (let b = a + 1; b < points.count; b++) {
        if (classes[a] === classes[b]) continue;
        const square = squaredDistance(points, a, b);
        const isNearer = Array.from({ length: points.count }, (_, c) => c).some(
          (c) =>
            c !== a &&
            c !== b &&
            (squaredDistance(points, a, c) < square || squaredDistance(points, b, c) < square),
        );
        if (isNearer) continue;
        links++;
        if (side === "both" || classes[a] < classes[b]) removed[a] = 1;
        if (side === "both" || classes[b] < classes[a]) removed[b] = 1;
      }
    }
    expect(links).toBeGreaterThan(0);
    expect(finished(tomekLinks(points, classes, side))).toEqual({ links, removed });
  }
});
