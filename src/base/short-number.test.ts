import { expect, test } from "vitest";
import { shareText, shortText } from "./short-number.ts";

test.each([
  [0, "0"],
  [-0, "0"],
  [-12, "-12"],
  [9999, "9999"],
  [10_000, "10k"],
  [12_345, "12.3k"],
  [-12_345, "-12.3k"],
  [999_499, "999k"],
  [999_999, "1M"],
  [-999_999, "-1M"],
  [1_379_963_888, "1.38G"],
  [1234.5, "1.23k"],
  [999.9, "1000"],
  [0.51234, "0.512"],
  [0.000123, "0.000123"],
  [0.00000012, "1.2e-7"],
  [1e25, "1e25"],
  [Number.NaN, "–"],
  [Number.POSITIVE_INFINITY, "∞"],
  [Number.NEGATIVE_INFINITY, "-∞"],
])("%d is shown as %s", (value, text) => {
  expect(shortText(value)).toBe(text);
});

test.each([
  [0, 10, "0"],
  [10, 10, "100 %"],
  [1, 3, "33.3 %"],
  [1, 10_000, "< 0.1 %"],
  [9_999, 10_000, "> 99.9 %"],
  [0, 0, "–"],
])("%d of %d is %s", (part, whole, text) => {
  expect(shareText(part, whole)).toBe(text);
});
