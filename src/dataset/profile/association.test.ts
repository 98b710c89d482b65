import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cramersV, numbersOf, pearson, ranksOf, spearman } from "./association.ts";

const numbers = (...values: number[]) => numbersOf(Float64Array.from(values));
const codes = (...values: number[]) => ({ codes: Int32Array.from(values), count: Math.max(...values) + 1 });

test("ranks of equal values are averaged, missing ones have none", () => {
  const values = Float64Array.of(5, 1, 5, Number.NaN, 5, 9);
  expect([...ranksOf(values, Int32Array.of(1, 0, 2, 4, 5))]).toEqual([3, 1, 3, Number.NaN, 3, 5]);
});

describe("correlation", () => {
  test("is 1 for what rises alike, -1 for what falls, by values and by ranks", () => {
    const a = numbers(1, 2, 3, 4);
    expect(pearson(a, numbers(10, 20, 30, 40))).toBeCloseTo(1, 15);
    expect(pearson(a, numbers(0, -1, -2, -3))).toBeCloseTo(-1, 15);
    expect(spearman(a, numbers(1, 10, 100, 1000))).toBeCloseTo(1, 15);
    expect(pearson(a, numbers(1, 10, 100, 1000))).toBeLessThan(0.9);
  });

  test("is not defined for a constant, for none, or where what both have is constant", () => {
    expect(pearson(numbers(1, 2, 3), numbers(7, 7, 7))).toBeNaN();
    expect(spearman(numbers(1, 2, 3), numbers(7, 7, 7))).toBeNaN();
    expect(pearson(numbers(), numbers())).toBeNaN();
    expect(pearson(numbers(1, 2, 3), numbers(4, 4, Number.NaN))).toBeNaN();
    expect(spearman(numbers(1, 2, Number.NaN), numbers(Number.NaN, Number.NaN, 3))).toBeNaN();
  });

  test("leaves out what is missing or infinite, and ranks the others among themselves", () => {
    const a = numbers(1, 2, 3, 4, Number.POSITIVE_INFINITY);
    const b = numbers(2, 4, Number.NaN, 9, 1);
    expect(pearson(a, b)).toBeCloseTo(pearson(numbers(1, 2, 4), numbers(2, 4, 9)), 14);
    expect(spearman(a, b)).toBeCloseTo(1, 14);
  });

  test("bears huge and tiny values", () => {
    expect(pearson(numbers(1e308, -1e308, 1e307), numbers(1e-308, -1e-308, 1e-309))).toBeCloseTo(1, 12);
  });

  test("is symmetric, within bounds, and the same for shifted and stretched values", () => {
    const row = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }));
    fc.assert(
      fc.property(fc.array(row, { minLength: 3, maxLength: 40 }), (rows) => {
        const [a, b] = [numbers(...rows.map(([x]) => x)), numbers(...rows.map(([, y]) => y))];
        const stretched = numbers(...rows.map(([x]) => 3 * x + 1000));
        for (const measure of [pearson, spearman]) {
          const found = measure(a, b);
          expect(measure(b, a)).toBe(found);
          if (Number.isNaN(found)) continue;
          expect(Math.abs(found)).toBeLessThanOrEqual(1);
          expect(measure(stretched, b)).toBeCloseTo(found, 10);
        }
      }),
    );
  });
});

describe("Cramér's V", () => {
  test("is 1 for what tells the other, near 0 for what tells nothing", () => {
    const a = Array.from({ length: 300 }, (_, at) => at % 3);
    const renamed = a.map((code) => 2 - code);
    const other = Array.from({ length: 300 }, (_, at) => Math.floor(at / 3) % 2);
    expect(cramersV(codes(...a), codes(...renamed))).toBeCloseTo(1, 12);
    expect(cramersV(codes(...a), codes(...other))).toBe(0);
  });

  test("does not take many categories of few rows for a relation", () => {
    // Uncorrected, V of two columns of names that never come twice is 1 whatever they are.
    const names = Array.from({ length: 60 }, (_, at) => at % 30);
    const coin = Array.from({ length: 60 }, (_, at) => (at * 7 + Math.floor(at / 30)) % 2);
    expect(cramersV(codes(...names), codes(...coin))).toBeLessThan(0.1);
  });

  test("leaves out missing rows, and categories that are only in these", () => {
    const [a, b] = [codes(0, 0, 1, 1, 2, -1), codes(1, 1, 0, 0, -1, 1)];
    expect(cramersV(a, b)).toBeCloseTo(cramersV(codes(0, 0, 1, 1), codes(1, 1, 0, 0)), 14);
    expect(cramersV(codes(0, 0, 0), codes(0, 1, 0))).toBeNaN();
  });
});
