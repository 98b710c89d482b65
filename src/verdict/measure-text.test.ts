import { expect, test } from "vitest";
import type { ColumnSpecification } from "../feature/table.ts";
import { valueText } from "./measure-text.ts";

function column(unit: string, categories: string[] = []): ColumnSpecification {
  return {
    name: "c",
    kind: categories.length > 0 ? "categorical" : "numeric",
    unit,
    categories,
    description: "",
  };
}

test("a value carries its unit, a code its name", () => {
  expect(valueText(column("connections"), 812)).toBe("812 connections");
  expect(valueText(column("connections"), 1)).toBe("1 connection");
  expect(valueText(column("us"), 1_200_000)).toBe("1.2 s");
  expect(valueText(column("1/s"), 14_000)).toBe("14,000/s");
  expect(valueText(column("ratio"), 0.5)).toBe("0.5");
  expect(valueText(column("", ["tcp", "udp"]), 1)).toBe("udp");
  expect(valueText(column("", ["tcp", "udp"]), 9)).toBe("code 9");
  expect(valueText(column("bytes"), Number.NaN)).toBe("missing");
});
