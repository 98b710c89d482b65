import { expect, test } from "vitest";
import type { ColumnSpecification } from "../feature/table.ts";
import { durationText, groupedText, numberText, valueText } from "./measure-text.ts";

function column(unit: string, categories: string[] = []): ColumnSpecification {
  return {
    name: "c",
    kind: categories.length > 0 ? "categorical" : "numeric",
    unit,
    categories,
    description: "",
  };
}

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
  expect([0, 999, 1500, 2_500_000, 180_000_000, 7_200_000_000].map(durationText)).toEqual([
    "0 us", "999 us", "1.5 ms", "2.5 s", "3 min", "2 h",
  ]); // biome-ignore format: a table
});

test("a value carries its unit, a code its name", () => {
  expect(valueText(column("connections"), 812)).toBe("812 connections");
  expect(valueText(column("us"), 1_200_000)).toBe("1.2 s");
  expect(valueText(column("1/s"), 14_000)).toBe("14,000/s");
  expect(valueText(column("ratio"), 0.5)).toBe("0.5");
  expect(valueText(column("", ["tcp", "udp"]), 1)).toBe("udp");
  expect(valueText(column("", ["tcp", "udp"]), 9)).toBe("code 9");
  expect(valueText(column("bytes"), Number.NaN)).toBe("missing");
});
