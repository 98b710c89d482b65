import fc from "fast-check";
import { expect, test } from "vitest";
import golden from "../../../test/golden/neighbours.json" with { type: "json" };
import { Random } from "../../base/random.ts";
import { mutualNeighbours, type Neighbours, nearestNeighbours } from "./neighbours.ts";
import { type Points, pilesOf, squaredDistance } from "./points.ts";
import { pointsOf, type Rows } from "./rows.ts";
import { pileFirsts } from "./smote.ts";

function finished<Result>(work: Generator<number, Result>): Result {
  let before = 0;
  for (;;) {
    const { value, done } = work.next();
    if (done) return value;
    expect(value).toBeGreaterThanOrEqual(before);
    expect(value).toBeLessThanOrEqual(1);
    before = value;
  }
}

function pointsFrom(
  rows: readonly (readonly number[])[],
  categories: readonly (readonly number[])[] = [],
): Points {
  return {
    count: rows.length,
    width: rows[0].length,
    numbers: Float64Array.from(rows.flat()),
    categoryWidth: categories[0]?.length ?? 0,
    categories: Int32Array.from(categories.flat()),
    categoryCost: 0.5,
  };
}

/** By comparing all with all. */
function nearestByHand(points: Points, point: number, k: number): number[] {
  return Array.from({ length: points.count }, (_, other) => other)
    .filter((other) => other !== point)
    .sort((a, b) => squaredDistance(points, point, a) - squaredDistance(points, point, b) || a - b)
    .slice(0, k);
}

function neighboursOf({ index, k }: Neighbours, point: number): number[] {
  return [...index.subarray(point * k, (point + 1) * k)].filter((other) => other >= 0);
}

test.each(golden.cases)("neighbours are those of scikit-learn: $name", (given) => {
  const width = given.numbers[0].length;
  const rows: Rows = {
    count: given.numbers.length,
    features: {
      numbers: given.numbers[0].map((_, at) => column(`n${at}`)),
      categories: given.categories[0].map((_, at) => column(`c${at}`)),
    },
    numbers: Float64Array.from(given.numbers.flat()),
    categories: Int32Array.from(given.categories.flat()),
    texts: [],
  };
  const mean = Float64Array.from({ length: width }, (_, at) => average(given.numbers.map((row) => row[at])));
  const deviation = mean.map((value, at) =>
    Math.sqrt(average(given.numbers.map((row) => (row[at] - value) ** 2))),
  );
  const points = pointsOf(rows, { mean, deviation });
  expect(Math.sqrt(points.categoryCost)).toBeCloseTo(given.cost, 12);
  const found = finished(nearestNeighbours(points, given.k));
  for (let point = 0; point < points.count; point++) {
    expect(neighboursOf(found, point)).toEqual(given.index[point]);
    for (let at = 0; at < given.k; at++)
      expect(Math.sqrt(found.squares[point * given.k + at])).toBeCloseTo(given.distances[point][at], 10);
  }
});

test("neighbours are those of comparing all with all, ties by number, among points of few values and of many", () => {
  const coordinate = fc.oneof(
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom(0, 1000, -250.5, 1e-3),
    fc.double({ min: -5, max: 5, noNaN: true }),
  );
  const shape = fc.tuple(fc.integer({ min: 1, max: 11 }), fc.integer({ min: 0, max: 2 }));
  const sets = shape.chain(([width, categoryWidth]) =>
    fc.array(
      fc.tuple(
        fc.array(coordinate, { minLength: width, maxLength: width }),
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: categoryWidth, maxLength: categoryWidth }),
      ),
      { minLength: 2, maxLength: 130 },
    ),
  );
  fc.assert(
    fc.property(sets, fc.integer({ min: 1, max: 6 }), (rows, k) => {
      const all = pointsFrom(
        rows.map(([numbers]) => numbers.map((value) => value + 0)),
        rows.map(([, categories]) => categories),
      );
      const points = pileFirsts(all, pilesOf(all));
      const found = finished(nearestNeighbours(points, k));
      for (let point = 0; point < points.count; point++) {
        const byHand = nearestByHand(points, point, k);
        const squares = byHand.map((other) => squaredDistance(points, point, other));
        const own = neighboursOf(found, point);
        // Sums in another order may part what is equal by hand, never what is clearly apart.
        own.forEach((other, at) => {
          expect(squaredDistance(points, point, other)).toBeCloseTo(squares[at], 9);
        });
        expect(new Set(own).size).toBe(byHand.length);
      }
    }),
    { numRuns: 150 },
  );
});

test("whole numbers, whose sums are exact, tie by number", () => {
  const random = new Random(3);
  const rows = Array.from({ length: 400 }, () => [
    random.integer(0, 9),
    random.integer(0, 9),
    random.integer(0, 9),
  ]);
  const all = pointsFrom(rows);
  const points = pileFirsts(all, pilesOf(all));
  const found = finished(nearestNeighbours(points, 4));
  for (let point = 0; point < points.count; point++)
    expect(neighboursOf(found, point)).toEqual(nearestByHand(points, point, 4));
});

test("mutual neighbours are all pairs with nothing nearer to either", () => {
  const random = new Random(4);
  const rows = Array.from({ length: 300 }, () => [random.integer(0, 12), random.integer(0, 12)]);
  const all = pointsFrom(rows);
  const points = pileFirsts(all, pilesOf(all));
  const nearest = Array.from({ length: points.count }, (_, point) =>
    squaredDistance(points, point, nearestByHand(points, point, 1)[0]),
  );
  const expected: [number, number][] = [];
  for (let a = 0; a < points.count; a++) {
    for (let b = a + 1; b < points.count; b++) {
      const square = squaredDistance(points, a, b);
      if (square === nearest[a] && square === nearest[b]) expected.push([a, b]);
    }
  }
  expect(expected.length).toBeGreaterThan(50);
  expect(finished(mutualNeighbours(points))).toEqual(expected);
});

test("values that grow by powers make no tree too deep", () => {
  const points = pointsFrom(Array.from({ length: 2000 }, (_, at) => [1.1 ** at]));
  const found = finished(nearestNeighbours(points, 1));
  expect(neighboursOf(found, 0)).toEqual([1]);
  expect(neighboursOf(found, 1999)).toEqual([1998]);
});

test("equal points are one pile, numbered by the first", () => {
  const piles = pilesOf(
    pointsFrom(
      [
        [1, 2],
        [3, 4],
        [1, 2],
        [1, 2],
        [3, 4],
      ],
      [[0], [0], [0], [1], [0]],
    ),
  );
  expect([...piles.pileOf]).toEqual([0, 1, 0, 2, 1]);
  expect([...piles.first]).toEqual([0, 1, 3]);
  expect([...piles.members]).toEqual([0, 2, 1, 4, 3]);
});

function column(name: string): Rows["features"]["numbers"][number] {
  return { name, role: "feature", kind: "number", unit: "", description: "" };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
