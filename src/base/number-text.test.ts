import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesText, durationText, groupedText, momentText, numberText, timeText } from "./number-text.ts";

test("thousands are set apart, whatever the sign", () => {
  expect([0, 7, 999, 1000, 12345, 1234567, -1000, -0].map(groupedText)).toEqual([
    "0", "7", "999", "1,000", "12,345", "1,234,567", "-1,000", "0",
  ]); // biome-ignore format: a table
});

test("whole numbers stand in full and others with three digits", () => {
  expect([812, 0.12345, 1234.5, 2.5, 1e20, Number.NaN, Number.POSITIVE_INFINITY].map(numberText)).toEqual([
    "812", "0.123", "1,235", "2.5", "1.00e+20", "missing", "infinite",
  ]); // biome-ignore format: a table
});

test("a span of time takes the unit that suits it", () => {
  expect([0, 999, 1500, 2_500_000, 180_000_000, 7_200_000_000, 864e9].map(durationText)).toEqual([
    "0 us", "999 us", "1.5 ms", "2.5 s", "3 min", "2 h", "10 d",
  ]); // biome-ignore format: a table
});

test("bytes take the unit that suits them", () => {
  expect([0, 812, 999, 1000, 1_214_000, 999_499, 999_500, 5e9].map(bytesText)).toEqual([
    "0 B", "812 B", "999 B", "1.00 kB", "1.21 MB", "999 kB", "1.00 MB", "5.00 GB",
  ]); // biome-ignore format: a table
});

test("moments equal the platform's, before and after 1970", () => {
  fc.assert(
    fc.property(fc.integer({ min: -9e12, max: 9e12 }), fc.nat(999), (ms, us) => {
      const expected = new Date(ms).toISOString().replace("T", " ").replace("Z", String(us).padStart(3, "0"));
      expect(momentText(ms * 1000 + us, 6)).toBe(expected);
    }),
  );
  expect(timeText(3_661_500_000)).toBe("01:01:01");
});
