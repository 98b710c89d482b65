// Alarms a day, by hand: a million flows of which one in a hundred is an attack.

import { expect, test } from "vitest";
import { operatingAt, pointNear } from "./operating.ts";

const TRAFFIC = { flowsPerDay: 1_000_000, baseRate: 0.01 };
const point = (threshold: number | null, detectionRate: number, falseAlarmRate: number) => ({
  threshold,
  detectionRate,
  falseAlarmRate,
  precision: 0.5,
});

test("alarms follow from the rates and the traffic", () => {
  const found = operatingAt(point(0.5, 0.8, 0.002), TRAFFIC, 10_000);
  // 990,000 benign flows × 0.002, 10,000 attacks × 0.8.
  expect(found.falseAlarmsPerDay).toBeCloseTo(1_980, 9);
  expect(found.trueAlarmsPerDay).toBeCloseTo(8_000, 9);
  expect(found.missedPerDay).toBeCloseTo(2_000, 9);
  expect(found.precision).toBeCloseTo(8_000 / 9_980, 12);
  expect(found.falseAlarmsPerDayMost).toBeUndefined();
});

test("no false alarm in n rows may still be three", () => {
  const found = operatingAt(point(0.9, 0.1, 0), TRAFFIC, 3_000);
  expect(found.falseAlarmsPerDay).toBe(0);
  expect(found.falseAlarmsPerDayMost).toBeCloseTo(990, 9);
});

test("without alarms there is no precision", () => {
  expect(operatingAt(point(1, 0, 0), TRAFFIC, 10).precision).toBeUndefined();
});

test("the nearest threshold counts, and infinite ones do not", () => {
  const points = [point(null, 0, 0), point(0.25, 1, 1), point(0.75, 0, 0)];
  expect(pointNear(points, 0.4)?.threshold).toBe(0.25);
  expect(pointNear([points[0]], 0.4)).toBeUndefined();
});
