import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  chiSquare,
  chiSquareTail,
  kolmogorovSmirnov,
  kolmogorovTail,
  stabilityIndex,
  totalVariation,
  wilsonInterval,
} from "./distribution.ts";

interface Smirnov {
  name: string;
  a: number[];
  b: number[];
  statistic: number;
  probability: number;
}
interface Homogeneity extends Smirnov {
  degrees: number;
  cramersV: number;
  totalVariation: number;
  stabilityIndex: number | null;
}
interface Golden {
  smirnov: Smirnov[];
  tails: { value: number; probability: number }[];
  chiTails: { value: number; degrees: number; probability: number }[];
  homogeneity: Homogeneity[];
  wilson: { hits: number; rows: number; low: number; high: number }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL("../../test/golden/distribution.json", import.meta.url), "utf8"),
);

/** Equal to nine digits, whatever the size. */
function expectAlike(found: number, expected: number): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 1e-300);
}

test.each(golden.smirnov)("the Kolmogorov-Smirnov test is scipy's: $name", ({ a, b, ...expected }) => {
  const found = kolmogorovSmirnov(Float64Array.from(a), Float64Array.from(b));
  expectAlike(found.statistic, expected.statistic);
  expectAlike(found.probability, expected.probability);
});

test.each(golden.tails)("Kolmogorov's tail at $value is scipy's", ({ value, probability }) => {
  expectAlike(kolmogorovTail(value), probability);
});

test.each(golden.chiTails)("the tail of chi-square at $value, $degrees degrees, is scipy's", (expected) => {
  expectAlike(chiSquareTail(expected.value, expected.degrees), expected.probability);
});

test.each(golden.homogeneity)("chi-square, V and distances are scipy's: $name", ({ a, b, ...expected }) => {
  const found = chiSquare(a, b);
  expectAlike(found.statistic, expected.statistic);
  expectAlike(found.probability, expected.probability);
  expectAlike(found.cramersV, expected.cramersV);
  expect(found.degrees).toBe(expected.degrees);
  expectAlike(totalVariation(a, b), expected.totalVariation);
  if (expected.stabilityIndex !== null) expectAlike(stabilityIndex(a, b), expected.stabilityIndex);
});

test.each(golden.wilson)("Wilson's interval of $hits in $rows is scipy's", ({ hits, rows, low, high }) => {
  const found = wilsonInterval(hits, rows);
  expect(found.low).toBeCloseTo(low, 12);
  expect(found.high).toBeCloseTo(high, 12);
});

test("nothing is compared with nothing", () => {
  expect(kolmogorovSmirnov(new Float64Array(0), Float64Array.of(1)).statistic).toBeNaN();
  expect(chiSquare([0, 0], [1, 2])).toMatchObject({ statistic: 0, probability: 1, cramersV: 0 });
  expect(totalVariation([], [])).toBeNaN();
  expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
});

test("the stability index stays finite where one side has no rows: (1 - 1/20) ln 20 by hand, twice", () => {
  expect(stabilityIndex([10, 0], [0, 10])).toBeCloseTo(2 * 0.95 * Math.log(20), 12);
});
