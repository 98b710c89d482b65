// The map from scores to probabilities, by sums done by hand.

import { expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { AnomalyScale } from "./anomaly.ts";

/** 0, 1, …, 100: quantiles are their own hundredths. */
const HUNDRED = Float64Array.from({ length: 101 }, (_, index) => index);

test("the threshold has probability 0.5, and the median odds of twice the contamination", () => {
  const scale = AnomalyScale.fit(HUNDRED, 0.02);
  expect(scale.threshold).toBeCloseTo(98, 12);
  expect(scale.probability(scale.threshold)).toBe(0.5);
  expect(scale.probability(50)).toBeCloseTo(0.04 / 1.04, 12);
  // Excesses are 1 and 2, their median 1.5; one unit is 1.5 / ln 2, after which the odds are (1 + 1 / 2)².
  expect(scale.probability(98 + 1.5 / Math.LN2)).toBeCloseTo(2.25 / 3.25, 12);
});

test("a higher score has a higher probability, far beyond the scores seen", () => {
  const random = new Random(1);
  const scores = Float64Array.from({ length: 500 }, () => random.logNormal(1, 2));
  const scale = AnomalyScale.fit(scores, 0.01);
  let last = 0;
  for (const score of [-1e6, -5, 0, 0.5, 1, 10, scale.threshold, 1e3, 1e6, 1e8]) {
    const probability = scale.probability(score);
    expect(probability).toBeGreaterThan(last);
    expect(scale.logOdds(score)).toBeCloseTo(Math.log(probability / (1 - probability)), 3);
    last = probability;
  }
  expect(last).toBeLessThan(1);
});

test("scores that are no numbers, and scores that are all alike, have probabilities too", () => {
  const scale = AnomalyScale.fit(Float64Array.of(3, 3, 3), 0.01);
  expect(scale.probability(3)).toBe(0.5);
  expect(scale.probability(2)).toBeLessThan(1e-6);
  expect(scale.probability(4)).toBeGreaterThan(1 - 1e-6);
  expect(scale.probability(Number.POSITIVE_INFINITY)).toBe(1);
  expect(scale.probability(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(scale.probability(Number.NaN)).toBe(1);
  for (const contamination of [1e-6, 0.5]) {
    expect(AnomalyScale.fit(HUNDRED, contamination).probability(20)).toBeLessThan(0.5);
    expect(AnomalyScale.fit(Float64Array.of(1), contamination).probability(1)).toBe(0.5);
  }
});

test("a section gives the scale back, and a damaged one is refused", () => {
  const scale = AnomalyScale.fit(HUNDRED, 0.1);
  const section = scale.encode();
  expect(AnomalyScale.decode(section).encode()).toEqual(section);
  expect(AnomalyScale.decode(section).probability(12)).toBe(scale.probability(12));
  const damaged = [
    undefined,
    new Uint32Array(3),
    section.subarray(1),
    Float64Array.of(1, 0, 1),
    Float64Array.of(1, 1, -1),
    Float64Array.of(Number.NaN, 1, 1),
    Float64Array.of(1, Number.POSITIVE_INFINITY, 1),
  ];
  for (const bytes of damaged) expect(() => AnomalyScale.decode(bytes)).toThrow(/ANOM/);
});
