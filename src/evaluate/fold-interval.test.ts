import { expect, test } from "vitest";
import { foldInterval, pairedInterval, studentQuantile, studentWithin } from "./fold-interval.ts";

test("quantiles of Student's distribution are those of its printed table", () => {
  // Two-sided, from the table of the NIST handbook (1.3.6.7.2).
  const table: [probability: number, degrees: number, bound: number][] = [
    [0.95, 1, 12.706],
    [0.95, 2, 4.303],
    [0.95, 3, 3.182],
    [0.95, 4, 2.776],
    [0.95, 9, 2.262],
    [0.95, 10, 2.228],
    [0.99, 4, 4.604],
    [0.9, 30, 1.697],
    [0.95, 100, 1.984],
  ];
  for (const [probability, degrees, bound] of table) {
    expect(studentQuantile(probability, degrees), `${probability} ${degrees}`).toBeCloseTo(bound, 3);
  }
  expect(studentWithin(0, 5)).toBe(0);
  expect(studentWithin(1, 1)).toBeCloseTo(0.5, 12);
});

test("five folds by hand: the correction widens the interval", () => {
  // Mean 0.8, variance 0.00025; (1/5 + 1/4) × 0.00025 = 0.0001125; t of 4 degrees 2.7764.
  const scores = [0.78, 0.79, 0.8, 0.81, 0.82];
  const { mean, low, high } = foldInterval(scores, 1 / 4);
  expect(mean).toBeCloseTo(0.8, 12);
  expect(high - mean).toBeCloseTo(2.776445 * Math.sqrt(0.0001125), 7);
  expect(mean - low).toBeCloseTo(high - mean, 12);
  const plain = foldInterval(scores, 0);
  expect((high - low) / (plain.high - plain.low)).toBeCloseTo(1.5, 12);
});

test("folds without a score are left out; one fold has no interval", () => {
  expect(foldInterval([0.5, Number.NaN, 0.7], 0.25).mean).toBeCloseTo(0.6, 12);
  expect(foldInterval([0.5], 0.25)).toEqual({ mean: 0.5, low: Number.NaN, high: Number.NaN });
  expect(foldInterval([], 0.25).mean).toBeNaN();
});

test("differences are taken fold by fold", () => {
  const { mean, low, high } = pairedInterval([0.9, 0.8, 0.7], [0.8, 0.7, 0.6], 0.5);
  expect([mean, low, high].map((value) => Number(value.toFixed(9)))).toEqual([0.1, 0.1, 0.1]);
});
