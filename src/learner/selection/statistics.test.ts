import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Codes, codesOf, numbersOf } from "./columns.ts";
import { association, categoricalRelation, cramersV, numericRelation, pearson } from "./statistics.ts";

interface Golden {
  name: string;
  classes: number;
  labels: number[];
  numbers: Record<string, number[]>;
  codes: Record<string, number[]>;
  expected: Record<"f" | "pearson" | "phiSquared" | "phiSquaredOfLabel", Record<string, number>>;
}

const { cases }: { cases: Golden[] } = JSON.parse(
  readFileSync(new URL("../../../test/golden/selection.json", import.meta.url), "utf8"),
);

function rowsOf(values: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: values.length }, (_, row) => row);
}

function numbers(values: number[]) {
  return numbersOf(Float64Array.from(values), rowsOf(values));
}

function codes(values: number[], count = 8): Codes {
  return codesOf(Float64Array.from(values), rowsOf(values), count);
}

test.each(cases)(
  "F, correlation and chi-square equal scikit-learn's, numpy's and scipy's: $name",
  (golden) => {
    const labels = codes(golden.labels);
    for (const [name, f] of Object.entries(golden.expected.f)) {
      const found = numericRelation(numbers(golden.numbers[name]), labels).f;
      // Twelve digits of "large" are the same in all values; the oracle's sums lose some of the rest.
      expect(found / f, name).toBeCloseTo(1, 7);
    }
    for (const [pair, value] of Object.entries(golden.expected.pearson)) {
      const [a, b] = pair.split(" ");
      expect(pearson(numbers(golden.numbers[a]), numbers(golden.numbers[b])), pair).toBeCloseTo(value, 9);
    }
    for (const [pair, value] of Object.entries(golden.expected.phiSquared)) {
      const [a, b] = pair.split(" ");
      expect(association(codes(golden.codes[a]), codes(golden.codes[b])).phiSquared, pair).toBeCloseTo(
        value,
        12,
      );
    }
    for (const [name, value] of Object.entries(golden.expected.phiSquaredOfLabel)) {
      const column = codes(golden.codes[name]);
      expect(association(column, labels).phiSquared, name).toBeCloseTo(value, 12);
      expect(association(labels, column).phiSquared, name).toBeCloseTo(value, 12);
      const roots = Math.min(column.count, labels.count) - 1;
      expect(categoricalRelation(column, labels).share, name).toBeCloseTo(value / roots, 12);
    }
  },
);

test("F of a hand sum", () => {
  // Means 2 and 5 of three rows each: between 13.5, within 2 + 2.
  const { f, share } = numericRelation(numbers([1, 2, 3, 4, 5, 6]), codes([0, 0, 0, 1, 1, 1]));
  expect(f).toBeCloseTo(13.5 / (4 / 4), 12);
  expect(share).toBeCloseTo(13.5 / 17.5, 12);
});

test("a column that tells the classes exactly has infinite F; one that is constant, or there once only, none", () => {
  const labels = codes([0, 0, 1, 1]);
  expect(numericRelation(numbers([2, 2, 3, 3]), labels)).toEqual({ f: Infinity, share: 1 });
  expect(categoricalRelation(codes([5, 5, 2, 2]), labels)).toEqual({ f: Infinity, share: 1 });
  expect(numericRelation(numbers([7, 7, 7, 7]), labels)).toEqual({ f: 0, share: 0 });
  expect(numericRelation(numbers([7, NaN, NaN, Infinity]), labels)).toEqual({ f: 0, share: 0 });
  expect(categoricalRelation(codes([1, 1, 1, 1]), labels)).toEqual({ f: 0, share: 0 });
});

const label = fc.integer({ min: 0, max: 2 });
const labelled = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(value, label), { minLength: 8, maxLength: 60 });

test("two categories have the F of the column of zeros and ones", () => {
  fc.assert(
    fc.property(labelled(fc.integer({ min: 0, max: 1 })), (rows) => {
      const [values, labels] = [rows.map(([value]) => value), codes(rows.map(([, of]) => of))];
      const [a, b] = [numericRelation(numbers(values), labels), categoricalRelation(codes(values), labels)];
      expect(b.share).toBeCloseTo(a.share, 9);
      if (Number.isFinite(a.f) && a.share < 1 - 1e-9) expect(b.f).toBeCloseTo(a.f, 6);
    }),
  );
});

test("missing values and infinities are left out pairwise", () => {
  const maybe = fc.oneof(
    fc.integer({ min: -70, max: 70 }).map((value) => value / 7),
    fc.constantFrom(NaN, Infinity, -Infinity),
  );
  const rows = fc.array(fc.tuple(maybe, maybe, label), { minLength: 10, maxLength: 40 });
  fc.assert(
    fc.property(rows, (drawn) => {
      const there = (value: number) => Number.isFinite(value);
      const both = drawn.filter(([x, y]) => there(x) && there(y));
      const all = pearson(numbers(drawn.map(([x]) => x)), numbers(drawn.map(([, y]) => y)));
      const left = pearson(numbers(both.map(([x]) => x)), numbers(both.map(([, y]) => y)));
      if (!Number.isNaN(all) && !Number.isNaN(left)) expect(all).toBeCloseTo(left, 6);
      const some = drawn.filter(([x]) => there(x));
      const f = numericRelation(numbers(drawn.map(([x]) => x)), codes(drawn.map(([, , of]) => of)));
      const without = numericRelation(numbers(some.map(([x]) => x)), codes(some.map(([, , of]) => of)));
      expect(f.share).toBeCloseTo(without.share, 9);
    }),
  );
});

test("F and correlation do not change with unit and zero", () => {
  const scale = fc.constantFrom(1e-200, 1e-3, -7, 1e200);
  const value = fc.double({ min: -10, max: 10, noNaN: true });
  fc.assert(
    fc.property(labelled(fc.tuple(value, value)), scale, (rows, factor) => {
      const labels = codes(rows.map(([, of]) => of));
      const x = rows.map(([[first]]) => Math.round(first * 100));
      const y = numbers(rows.map(([[, second]]) => Math.round(second * 100)));
      const moved = numbers(x.map((value) => (value + 1000) * factor));
      const [a, b] = [numericRelation(numbers(x), labels), numericRelation(moved, labels)];
      expect(b.share).toBeCloseTo(a.share, 9);
      const r = pearson(numbers(x), y);
      if (!Number.isNaN(r)) expect(pearson(moved, y)).toBeCloseTo(factor < 0 ? -r : r, 9);
    }),
  );
});

test("a copy correlates with 1, a constant with nothing", () => {
  const x = [1, 5, 2, 8, 5, 7];
  expect(pearson(numbers(x), numbers(x.map((value) => 3 - 2 * value)))).toBeCloseTo(-1, 12);
  expect(pearson(numbers(x), numbers(x.map(() => 4)))).toBeNaN();
  const many = Array.from({ length: 300 }, (_, row) => row % 5);
  expect(cramersV(codes(many), codes(many.map((code) => (code + 2) % 5)))).toBeCloseTo(1, 9);
  expect(cramersV(codes(many), codes(many.map(() => 1)))).toBeNaN();
});
