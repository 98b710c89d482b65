import fc from "fast-check";
import { expect, test } from "vitest";
import type { Facts } from "./facts.ts";
import { newTally, tallyResult, tallyValues } from "./tally.ts";

interface Row {
  value: number;
  /** -1 for none. */
  code: number;
}

const CLASSES = 3;

function factsOf(rows: readonly Row[]): NonNullable<Facts["number"]> {
  const values = rows.map(({ value }) => value);
  const sizes = values.map(Math.abs).filter((size) => size > 0);
  const byClass = Array.from(
    { length: CLASSES },
    (_, code) => rows.filter((row) => row.code === code).length,
  );
  return {
    finite: { all: rows.length, byClass },
    infinite: { all: 0, byClass: byClass.map(() => 0) },
    low: Math.min(...values),
    high: Math.max(...values),
    smallest: sizes.length === 0 ? undefined : Math.min(...sizes),
  };
}

/** Takes rows in ascending order, `size` at a time; equal ones as one with a weight where `grouped`. */
function tallied(rows: readonly Row[], size: number, grouped: boolean) {
  const sorted = rows.toSorted((a, b) => a.value - b.value || a.code - b.code);
  const merged: (Row & { weight: number })[] = [];
  for (const row of sorted) {
    const last = merged.at(-1);
    if (grouped && last?.value === row.value && last.code === row.code) last.weight++;
    else merged.push({ ...row, weight: 1 });
  }
  const tally = newTally(factsOf(rows), false);
  for (let first = 0; first < merged.length; first += size) {
    const part = merged.slice(first, first + size);
    tallyValues(
      tally,
      Float64Array.from(part, ({ value }) => value),
      Int32Array.from(part, ({ code }) => code),
      Float64Array.from(part, ({ weight }) => weight),
      part.length,
    );
  }
  return tallyResult(tally);
}

const WHOLE = [0, 0, 0, 1, 1, 2, 5, 5, 5, 5];

test("a few values by hand", () => {
  const rows = WHOLE.map((value, at) => ({ value, code: at < 5 ? 0 : at < 9 ? 1 : -1 }));
  const result = tallied(rows, 3, false);
  expect(result).toMatchObject({ whole: true, zeros: 3, negative: 0, distinct: 4 });
  // 24 / 10; squares 0+0+0+1+1+4+25*4 = 106, less 10 * 2.4², over 9.
  expect(result.mean).toBeCloseTo(2.4, 12);
  expect(result.standardDeviation).toBeCloseTo(Math.sqrt((106 - 57.6) / 9), 12);
  expect(result.quantiles.map(({ value }) => value)).toEqual([0, 0, 0, 0.25, 1.5, 5, 5, 5, 5]);
  expect(result.top).toEqual([
    { value: 5, rows: 4 },
    { value: 0, rows: 3 },
    { value: 1, rows: 2 },
  ]);
  expect(result.histogram).toEqual({
    scale: "values",
    bins: [
      { low: 0, high: 0, rows: 3, byClass: [3, 0, 0] },
      { low: 1, high: 1, rows: 2, byClass: [2, 0, 0] },
      { low: 2, high: 2, rows: 1, byClass: [0, 1, 0] },
      { low: 5, high: 5, rows: 4, byClass: [0, 3, 0] },
    ],
  });
  expect(result.byClass[0]).toMatchObject({ mean: 0.4 });
  expect(result.byClass[1]).toMatchObject({ mean: 4.25 });
  expect(result.byClass[2]).toBeUndefined();
  // Means 0.4 of 5 and 4.25 of 4 rows, 19/9 of all: between 32.94, within 1.2 + 6.75.
  const between = 5 * (0.4 - 19 / 9) ** 2 + 4 * (4.25 - 19 / 9) ** 2;
  expect(result.correlationRatio).toBeCloseTo(Math.sqrt(between / (between + 1.2 + 6.75)), 12);
});

test("skewed values have bins of equal ratio, and zero apart", () => {
  const rows = [...Array<number>(50).fill(0), ...Array.from({ length: 30 }, (_, at) => 1.6 ** at)].map(
    (value) => ({
      value,
      code: 0,
    }),
  );
  const { histogram } = tallied(rows, 7, false);
  expect(histogram.scale).toBe("log");
  expect(histogram.bins[0]).toEqual({ low: 0, high: 0, rows: 50, byClass: [50, 0, 0] });
  expect(histogram.bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(80);
});

test("values that fill their range have bins of equal width", () => {
  const rows = Array.from({ length: 1000 }, (_, at) => ({ value: at + 0.5, code: at % 3 }));
  const { histogram } = tallied(rows, 64, false);
  expect(histogram.scale).toBe("linear");
  expect(histogram.bins[0]).toMatchObject({ low: 0, high: 50, rows: 50 });
  expect(histogram.bins).toHaveLength(20);
});

const value = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.double({ min: 1e-9, max: 1e-3, noNaN: true }),
);
const rowsOf = fc.array(fc.record({ value, code: fc.integer({ min: -1, max: CLASSES - 1 }) }), {
  minLength: 1,
  maxLength: 80,
});

test("every row is in one bin, which holds it, and in its class's", () => {
  fc.assert(
    fc.property(rowsOf, fc.integer({ min: 1, max: 9 }), (rows, size) => {
      const { bins, scale } = tallied(rows, size, false).histogram;
      for (const [at, { low, high, rows: count, byClass }] of bins.entries()) {
        const isLast = at === bins.length - 1;
        const isIn = (row: Row): boolean =>
          low === high
            ? row.value === low
            : row.value >= low && (row.value < high || (isLast && row.value === high));
        expect(count, scale).toBe(rows.filter(isIn).length);
        for (const [code, inClass] of (byClass ?? []).entries())
          expect(inClass).toBe(rows.filter((row) => isIn(row) && row.code === code).length);
      }
      expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(rows.length);
    }),
  );
});

test("rows with a weight are as good as rows one by one, in chunks of any size", () => {
  fc.assert(
    fc.property(rowsOf, fc.integer({ min: 1, max: 9 }), (rows, size) => {
      const [one, other] = [tallied(rows, size, false), tallied(rows, 100, true)];
      const { mean: a, standardDeviation: c, correlationRatio: e, byClass: _, ...first } = one;
      const { mean: b, standardDeviation: d, correlationRatio: f, byClass: __, ...second } = other;
      expect(first).toEqual(second);
      expect(Math.abs(a - b)).toBeLessThan(1e-8);
      expect(Math.abs((c ?? 0) - (d ?? 0))).toBeLessThan(1e-6);
      if (!Number.isNaN(e)) expect(Math.abs(e - f)).toBeLessThan(1e-6);
    }),
  );
});
