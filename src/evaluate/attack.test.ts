import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../base/random.ts";
import {
  attackFigures,
  attackRanking,
  detectionByClass,
  operatingPoints,
  pointForRate,
  precisionAt,
} from "./attack.ts";

function ranking(attacks: readonly number[], benign: readonly number[]) {
  return attackRanking(
    Float64Array.from([...attacks, ...benign]),
    Uint8Array.from([...attacks.map(() => 1), ...benign.map(() => 0)]),
  );
}

test("figures at a threshold, by hand", () => {
  const figures = attackFigures(ranking([0.9, 0.8, 0.5, 0.1], [0.6, 0.2, 0.1, 0.1, 0.1]), 0.5);
  expect(figures).toMatchObject({
    attacks: 4,
    benign: 5,
    flagged: 3,
    falseAlarms: 1,
    detectionRate: 0.75,
    falseAlarmRate: 0.2,
    precision: 0.75,
    f1: 0.75,
  });
  // Pairs that are ranked right: 5 + 5 + 4 + 0 and three ties that count half.
  expect(figures.rocAuc).toBe(15.5 / 20);
  expect(figures.intervals["detectionRate"].method).toBe("wilson");
});

test("the base-rate fallacy, with Axelsson's figures", () => {
  // Axelsson 1999, section 4: base rate 2e-5, every attack detected, false alarm rate 1e-5: 66 % of the alarms are attacks.
  expect(precisionAt(2e-5, 1, 1e-5)).toBeCloseTo(0.667, 3);
  expect(precisionAt(2e-5, 0.7, 1e-5)).toBeCloseTo(0.583, 3);
  expect(precisionAt(0.001, 0, 0)).toBeNaN();
});

test("the threshold of a rate is the lowest that keeps to it (against brute force)", () => {
  const scores = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(scores, scores, fc.double({ min: 0.001, max: 1, noNaN: true }), (attacks, benign, rate) => {
      const point = pointForRate(ranking(attacks, benign), rate);
      const alarmsAt = (threshold: number): number => benign.filter((score) => score >= threshold).length;
      expect(point.alarms / benign.length).toBeLessThanOrEqual(rate * (1 + 1e-9));
      const lower = [...attacks, ...benign].filter((score) => score < point.threshold);
      for (const threshold of lower)
        expect(alarmsAt(threshold) / benign.length, `${threshold}`).toBeGreaterThan(rate);
      expect(point.hits).toBe(attacks.filter((score) => score >= point.threshold).length);
    }),
  );
});

test("false alarms a day become a rate, and back", () => {
  const random = new Random(4);
  const attacks = Array.from({ length: 400 }, () => random.normal(2));
  const benign = Array.from({ length: 2000 }, () => random.normal());
  const deployment = { flowsPerDay: 100_000, baseRate: 0.01, falseAlarmsPerDay: [99, 990] };
  const [few, many] = operatingPoints(ranking(attacks, benign), deployment, { resamples: 300 });
  expect(few.falseAlarmRate).toBeCloseTo(0.001, 12);
  expect(many.falseAlarmRate).toBeCloseTo(0.01, 12);
  expect([few.falseAlarms, many.falseAlarms]).toEqual([2, 20]);
  expect(many.alarmsPerDay?.false).toBeCloseTo(990, 6);
  expect(many.alarmsPerDay?.true).toBeCloseTo(1000 * many.detectionRate, 6);
  expect(many.precision).toBeCloseTo((1000 * many.detectionRate) / (1000 * many.detectionRate + 990), 9);
  expect(many.precisionInterval?.low).toBeLessThan(many.precision as number);
  expect(many.precisionInterval?.high).toBeGreaterThan(many.precision as number);
  // 3 / 0.001 benign rows would be needed, and there are 2000.
  expect(few).toMatchObject({ isMeasurable: false, benignRowsNeeded: 3000 });
  expect(many).toMatchObject({ isMeasurable: true, benignRowsNeeded: 300 });
});

test("the interval of what is detected holds the truth although the threshold is chosen on the same rows", () => {
  // Normal scores, attacks two deviations higher: at a rate of 0.05 the truth is Φ(2 - 1.6449) = 0.6388.
  const random = new Random(21);
  const repetitions = 120;
  let held = 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const attacks = Array.from({ length: 300 }, () => random.normal(2));
    const benign = Array.from({ length: 400 }, () => random.normal());
    const [{ detectionInterval }] = operatingPoints(ranking(attacks, benign), [0.05], {
      resamples: 200,
      seed: repetition,
    });
    if (detectionInterval && detectionInterval.low <= 0.6388 && detectionInterval.high >= 0.6388) held++;
  }
  expect(held / repetitions).toBeGreaterThan(0.88);
});

test("a benign row with the highest score of all allows no alarm", () => {
  const [point] = operatingPoints(ranking([0.5, 0.4], [0.9, 0.1]), [0.1], { resamples: 100 });
  expect(point).toMatchObject({ threshold: Number.POSITIVE_INFINITY, detectionRate: 0, falseAlarms: 0 });
});

test("detection by label, seen and unseen", () => {
  const found = detectionByClass({
    classes: ["benign", "scan", "worm", "absent"],
    labels: Int32Array.of(0, 0, 1, 1, 2),
    scores: Float64Array.of(0.1, 0.7, 0.9, 0.2, 0.5),
    threshold: 0.5,
    isAttack: (name) => name !== "benign",
    isSeen: (name) => name !== "worm",
    confidence: 0.95,
  });
  expect(found.map(({ name, rows, flagged, isSeen }) => [name, rows, flagged, isSeen])).toEqual([
    ["benign", 2, 1, true],
    ["scan", 2, 1, true],
    ["worm", 1, 1, false],
  ]);
});
