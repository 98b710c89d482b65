// Throttles against sums done by hand, and their bound.

import fc from "fast-check";
import { expect, test } from "vitest";
import { perMinute, throttle } from "./throttle.ts";

test("a burst, then one each interval, and a full burst after silence", () => {
  const bucket = throttle({ burst: 3, intervalMs: 1_000 });
  expect([0, 0, 0, 0].map(() => bucket.take("a", 50_000))).toEqual([0, 0, 0, 1_000]);
  expect(bucket.take("a", 50_400)).toBe(600);
  expect(bucket.take("a", 51_000)).toBe(0);
  expect(bucket.take("a", 51_000)).toBe(1_000);
  expect(bucket.take("b", 51_000)).toBe(0);
  expect([0, 0, 0, 0].map(() => bucket.take("a", 60_000))).toEqual([0, 0, 0, 1_000]);
});

test("what is given back can be taken again", () => {
  const bucket = throttle({ burst: 2, intervalMs: 1_000 });
  bucket.take("a", 0);
  bucket.take("a", 0);
  bucket.giveBack("a", 0);
  expect(bucket.take("a", 0)).toBe(0);
  expect(bucket.take("a", 0)).toBe(1_000);
});

test("names are bounded; the one silent longest is forgotten", () => {
  const bucket = throttle({ burst: 1, intervalMs: 1_000_000 }, 3);
  for (const name of ["a", "b", "c", "a", "d"]) bucket.take(name, 0);
  expect(bucket.size).toBe(3);
  expect(bucket.take("a", 0)).toBeGreaterThan(0);
  expect(bucket.take("b", 0)).toBe(0);
});

test("never more than the burst and what the time since allows, whatever the order of calls", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 5_000 }),
      fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 200 }),
      (burst, intervalMs, pauses) => {
        const bucket = throttle({ burst, intervalMs });
        let nowMs = 1_000_000;
        let taken = 0;
        for (const pause of pauses) {
          nowMs += pause;
          if (bucket.take("x", nowMs) === 0) taken++;
        }
        expect(taken).toBeLessThanOrEqual(burst + Math.floor((nowMs - 1_000_000) / intervalMs));
      },
    ),
    { seed: 11 },
  );
});

test("so many a minute, a tenth at once", () => {
  expect(perMinute(600)).toEqual({ burst: 60, intervalMs: 100 });
  expect(perMinute(20)).toEqual({ burst: 10, intervalMs: 3_000 });
  expect(perMinute(2)).toEqual({ burst: 2, intervalMs: 30_000 });
});
