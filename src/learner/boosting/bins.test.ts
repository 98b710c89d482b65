import fc from "fast-check";
import { expect, test } from "vitest";
import type { ColumnSpecification } from "../../feature/table.ts";
import { binColumns, edgesOf } from "./bins.ts";
import { Workspace } from "./kernels.ts";

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
  return binColumns(new Workspace(), { columns: [column], values: [values], rows }, maxBins, 1);
}

test("sortDistinct sorts and counts any numbers as JavaScript does", () => {
  const workspace = new Workspace();
  const at = {
    values: workspace.take(4096),
    scratch: workspace.take(4096),
    buckets: workspace.take(8192),
    counts: workspace.take(4096),
  };
  fc.assert(
    fc.property(fc.array(anyNumber, { maxLength: 300 }), (drawn) => {
      const numbers = drawn.filter((value) => !Number.isNaN(value)).map((value) => value + 0);
      workspace.numbersAt(at.values, numbers.length).set(numbers);
      const { kernels } = workspace;
      const found = kernels.sortDistinct(at.values, numbers.length, at.scratch, at.buckets, at.counts);
      const distinct = [...new Set(numbers)].sort((a, b) => a - b);
      expect([...workspace.numbersAt(at.values, found)]).toEqual(distinct);
      const counts = distinct.map((value) => numbers.filter((other) => other === value).length);
      expect([...workspace.wordsAt(at.counts, found)]).toEqual(counts);
    }),
  );
});

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
  const distinct = Float64Array.from({ length: 10_000 }, (_, index) => index);
  const counts = new Uint32Array(10_000).fill(1);
  counts[5_000] = 40_000;
  const edges = edgesOf(distinct, counts, 49_999, 32);
  expect(edges).toContain(5_000.5);
  const light = [...edges].filter((edge) => edge < 4_999).length;
  expect(light).toBeGreaterThan(12);
  expect(light).toBeLessThan(18);
});

test("edges between neighbours and infinities are the lower value", () => {
  const next = 1 + Number.EPSILON;
  const values = Float64Array.of(Number.NEGATIVE_INFINITY, 1, next, Number.POSITIVE_INFINITY);
  const edges = edgesOf(values, Uint32Array.of(1, 1, 1, 1), 4, 255);
  expect([...edges]).toEqual([Number.NEGATIVE_INFINITY, 1, next]);
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
