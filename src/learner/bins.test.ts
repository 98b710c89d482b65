import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../base/random.ts";
import type { ColumnSpecification } from "../feature/table.ts";
import { binColumns } from "./bins.ts";
import { BOOSTING_KERNELS } from "./boosting/kernels.ts";
import { Workspace } from "./workspace.ts";

const NUMERIC: ColumnSpecification = {
  name: "n",
  kind: "numeric",
  unit: "",
  categories: [],
  description: "",
};
const SERVICE: ColumnSpecification = {
  ...NUMERIC,
  kind: "categorical",
  categories: ["a", "b", "c", "d", "e"],
};

/** Any number, often a repeated or an extreme one. */
const anyNumber = fc.oneof(
  fc.double(),
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(
    0,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    1e308,
    -1e308,
    5e-324,
  ),
);

function bin(column: ColumnSpecification, values: Float64Array, maxBins = 255) {
  const rows = Int32Array.from(values.keys());
  return binColumns(
    new Workspace(BOOSTING_KERNELS),
    { columns: [column], values: [values], rows },
    maxBins,
    1,
  );
}

test("a numeric bin is the number of edges below the value; edges part training values", () => {
  fc.assert(
    fc.property(
      fc.array(anyNumber, { minLength: 2, maxLength: 200 }),
      fc.integer({ min: 2, max: 255 }),
      (drawn, most) => {
        const values = Float64Array.from(drawn);
        const [feature] = bin(NUMERIC, values, most);
        const distinct = new Set(drawn.filter((value) => !Number.isNaN(value)).map((value) => value + 0));
        const missing = drawn.some(Number.isNaN);
        fc.pre(feature !== undefined);
        expect(feature.bins).toBeLessThanOrEqual(most);
        if (distinct.size <= most) expect(feature.bins).toBe(distinct.size);
        expect(feature.hasMissing).toBe(missing);
        drawn.forEach((value, row) => {
          const expected = Number.isNaN(value)
            ? feature.bins
            : feature.edges.filter((edge) => edge < value).length;
          expect(feature.binOfRow[row]).toBe(expected);
        });
        expect([...feature.edges]).toEqual([...new Set(feature.edges)].sort((a, b) => a - b));
      },
    ),
  );
});

test("bins of many values have about equal weight, and a heavy value ends its bin", () => {
  const light = Array.from({ length: 10_000 }, (_, index) => index);
  const heavy = new Array<number>(40_000).fill(5_000);
  const [{ edges }] = bin(NUMERIC, Float64Array.from([...light, ...heavy].reverse()), 32);
  expect(edges).toContain(5_000.5);
  const below = [...edges].filter((edge) => edge < 4_999).length;
  expect(below).toBeGreaterThan(12);
  expect(below).toBeLessThan(18);
});

test.each([3, 900, 1024, 1025, 3_000])(
  "a long column of %i distinct values has a bin for each, or 255 of about equal weight",
  (distinct) => {
    const random = new Random(distinct);
    const known = [...new Set(Array.from({ length: distinct }, () => random.normal()))];
    known.splice(0, 3, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    const values = Float64Array.from({ length: 40_000 }, (_, row) =>
      row % 100 === 0 ? Number.NaN : known[row < distinct * 2 ? row >> 1 : random.integer(0, distinct - 1)],
    );
    const [feature] = bin(NUMERIC, values);
    const sorted = [
      ...new Set(values.filter((value) => !Number.isNaN(value)).map((value) => value + 0)),
    ].sort((a, b) => a - b);
    if (distinct <= 255) expect(feature.bins).toBe(sorted.length);
    else expect(feature.bins).toBeGreaterThan(200);
    for (const edge of feature.edges) expect(sorted.some((value) => value <= edge)).toBe(true);
    values.forEach((value, row) => {
      const below = feature.edges.filter((edge) => edge < value).length;
      expect(feature.binOfRow[row]).toBe(Number.isNaN(value) ? feature.bins : below);
    });
    const sizes = new Uint32Array(feature.bins + 1);
    for (const index of feature.binOfRow) sizes[index]++;
    if (distinct > 255) expect(Math.max(...sizes)).toBeLessThan((40_000 / 255) * 3);
  },
);

test("edges between neighbours and infinities are the lower value", () => {
  const next = 1 + Number.EPSILON;
  const values = Float64Array.of(next, Number.POSITIVE_INFINITY, 1, Number.NEGATIVE_INFINITY, 1);
  expect([...bin(NUMERIC, values)[0].edges]).toEqual([Number.NEGATIVE_INFINITY, 1, next]);
});

test("large tables are binned from a seeded sample, the same each time", () => {
  const random = new Random(3);
  const values = Float64Array.from({ length: 250_000 }, () => random.normal());
  const [first] = bin(NUMERIC, values);
  const [second] = bin(NUMERIC, values);
  expect([...second.edges]).toEqual([...first.edges]);
  expect(Buffer.compare(second.binOfRow, first.binOfRow)).toBe(0);
  const sizes = new Uint32Array(255);
  for (const index of first.binOfRow) sizes[index]++;
  expect(Math.max(...sizes)).toBeLessThan((250_000 / 255) * 1.25);
  expect(Math.min(...sizes)).toBeGreaterThan((250_000 / 255) * 0.75);
});

test("frequent categories have bins, rare ones share one, odd codes are missing", () => {
  const values = Float64Array.of(0, 0, 0, 1, 1, 2, 4, Number.NaN, 1.5, -1, 5);
  const [feature] = bin(SERVICE, values, 3);
  expect([...feature.binOfCode]).toEqual([0, 1, 2, -1, 2]);
  expect([...feature.binOfRow]).toEqual([0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 3]);
  expect(feature).toMatchObject({ bins: 3, hasMissing: true, categorical: true });
});

test("constant and wholly missing columns are no features; missing or not is one", () => {
  expect(bin(NUMERIC, Float64Array.of(3, 3, 3))).toEqual([]);
  expect(bin(NUMERIC, new Float64Array(3).fill(Number.NaN))).toEqual([]);
  expect(bin(NUMERIC, Float64Array.of(3, Number.NaN, 3))).toHaveLength(1);
});
