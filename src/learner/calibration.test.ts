import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { fitIsotonic } from "./calibration.ts";
import { fitPlatt } from "./platt.ts";

test("Platt scaling finds the slope and offset that labels were drawn with", () => {
  const random = new Random(3);
  const values = Float64Array.from({ length: 20_000 }, () => random.normal(0, 2));
  const positive = Uint8Array.from(values, (value) =>
    random.chance(1 / (1 + Math.exp(-(1.7 * value - 0.6)))) ? 1 : 0,
  );
  const { slope, offset } = fitPlatt(values, positive);
  expect(slope).toBeCloseTo(1.7, 0.5);
  expect(offset).toBeCloseTo(-0.6, 0.5);
  const weighted = fitPlatt(values, positive, new Float64Array(values.length).fill(1));
  expect(weighted).toEqual({ slope, offset });
});

test("Platt scaling stays finite on values that part the classes, and on equal ones", () => {
  const parted = fitPlatt(Float64Array.of(-3, -2, 2, 3), Uint8Array.of(0, 0, 1, 1));
  expect(Number.isFinite(parted.slope) && parted.slope > 0).toBe(true);
  const flat = fitPlatt(new Float64Array(6), Uint8Array.of(0, 0, 0, 0, 1, 1));
  expect(1 / (1 + Math.exp(-flat.offset))).toBeCloseTo(0.375, 1);
});

test("the isotonic function is the non-decreasing one of least squares", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean()), { minLength: 1, maxLength: 12 }),
      (rows) => {
        const values = Float64Array.from(rows, ([value]) => value);
        const positive = Uint8Array.from(rows, ([, label]) => (label ? 1 : 0));
        const { from, to } = fitIsotonic(values, positive);
        const at = (value: number) => to[from.findLastIndex((start) => start <= value)];
        const lossOf = (values_: (value: number) => number) =>
          rows.reduce((sum, [value, label]) => sum + (values_(value) - (label ? 1 : 0)) ** 2, 0);
        for (let index = 1; index < to.length; index++)
          expect(to[index]).toBeGreaterThanOrEqual(to[index - 1]);
        // By the minimax formula (Robertson, Wright, Dykstra 1988, section 1.4).
        const mean = (low: number, high: number) => {
          const inside = rows.filter(([value]) => value >= low && value <= high);
          return inside.length === 0 ? undefined : inside.filter(([, label]) => label).length / inside.length;
        };
        const distinct = [...new Set(values)].sort((a, b) => a - b);
        const truth = (value: number) =>
          Math.max(
            ...distinct
              .filter((low) => low <= value)
              .map((low) =>
                Math.min(...distinct.filter((high) => high >= value).map((high) => mean(low, high) ?? 1)),
              ),
          );
        expect(lossOf(at)).toBeCloseTo(lossOf(truth), 9);
        for (const value of distinct) expect(at(value)).toBeCloseTo(truth(value), 9);
      },
    ),
  );
});
