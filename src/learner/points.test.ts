// Merging equal rows, and drawing where there are too many.

import { expect, test } from "vitest";
import { mixedTable, selectRows } from "../../test/support/tables.ts";
import { PointEncoder } from "../model/points.ts";
import { fitEncoding } from "./encoding.ts";
import { drawBounded, mergePoints, takePoints } from "./points.ts";

test("equal rows are one point, others are not", () => {
  const table = mixedTable({ rows: 9_000, classes: 2, seed: 1 });
  const twice = selectRows(table, [...Array(9_000).keys(), ...Array(9_000).keys()]);
  const rows = Int32Array.from({ length: 18_000 }, (_, row) => row);
  const encoder = new PointEncoder(fitEncoding(twice, rows, { scaling: "standard" }), table.schema.columns);
  const { points, pointOfRow } = mergePoints(twice, rows, encoder);
  expect(points.count).toBe(9_000);
  expect([...pointOfRow]).toEqual([...Array(9_000).keys(), ...Array(9_000).keys()]);
  const single = mergePoints(twice, Int32Array.of(9_017), encoder).points;
  expect(single.values).toEqual(takePoints(points, [17]).values);
  expect(single.categories).toEqual(takePoints(points, [17]).categories);
});

test("a draw keeps the limit, the order, and some of each class", () => {
  const classOfItem = Int32Array.from({ length: 10_000 }, (_, item) =>
    item % 1_000 === 0 ? 2 : item % 10 === 0 ? 1 : 0,
  );
  const { chosen, factors } = drawBounded(classOfItem, 3, 1_200, 5);
  expect(chosen).toHaveLength(1_200);
  expect([...chosen]).toEqual([...chosen].sort((a, b) => a - b));
  expect(new Set(chosen).size).toBe(1_200);
  const counts = [0, 1, 2].map((label) => chosen.filter((item) => classOfItem[item] === label).length);
  // All ten of the rare class; the floor of 100 and their share of the rest of the others.
  expect(counts[2]).toBe(10);
  expect(counts[1]).toBeGreaterThan(100);
  // Weights restore the classes' shares.
  const weights = counts.map((count, label) => count * factors[label]);
  expect(weights[2] / weights[0]).toBeCloseTo(10 / 9_000, 9);
  expect(drawBounded(classOfItem, 3, 1_200, 5).chosen).toEqual(chosen);
  expect(drawBounded(classOfItem, 3, 1_200, 6).chosen).not.toEqual(chosen);
  expect(drawBounded(classOfItem, 3, 10_000, 5).factors).toEqual(Float64Array.of(1, 1, 1));
});

test("a limit below the number of classes is kept too", () => {
  const { chosen } = drawBounded(
    Int32Array.from({ length: 40 }, (_, item) => item % 20),
    20,
    10,
    1,
  );
  expect(chosen.length).toBeLessThanOrEqual(20);
  expect(chosen.length).toBeGreaterThanOrEqual(10);
});
