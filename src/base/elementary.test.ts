import fc from "fast-check";
import { expect, test } from "vitest";
import { exactExp, exactLog } from "./elementary.ts";

const near = (found: number, expected: number): boolean =>
  Object.is(found, expected) || Math.abs(found - expected) <= 4 * Number.EPSILON * Math.abs(expected);

test("logarithm and exponential agree with the platform's to a few units in the last place", () => {
  fc.assert(
    fc.property(fc.double({ min: Number.MIN_VALUE * 1e20, max: 1e300, noNaN: true }), (value) => {
      expect(near(exactLog(value), Math.log(value)) || Math.abs(value - 1) < 1e-3).toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (value) => {
      expect(near(exactExp(value), Math.exp(value))).toBe(true);
    }),
  );
});

test("borders follow the platform's", () => {
  for (const value of [0, -1, Infinity, Number.NaN, 1]) expect(exactLog(value)).toBe(Math.log(value));
  for (const value of [800, -800, 0, Number.NaN]) expect(exactExp(value)).toBe(Math.exp(value));
});

test("known bits stay", () => {
  const bits = (value: number): string => {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    return view.getBigUint64(0).toString(16);
  };
  expect([exactLog(10), exactLog(0.3), exactExp(1), exactExp(-2.5)].map(bits)).toMatchInlineSnapshot(`
    [
      "40026bb1bbb55516",
      "bff34378fcbda721",
      "4005bf0a8b14576a",
      "3fb50385c094f425",
    ]
  `);
});
