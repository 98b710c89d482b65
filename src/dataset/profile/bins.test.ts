import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binsOf, isCrowded, linearEdges, logEdges, type Range, withoutEmptyEnds } from "./bins.ts";

const range = (low: number, high: number, rest: Partial<Range> = {}): Range => ({
  low,
  high,
  smallest: 1,
  whole: false,
  isTime: false,
  ...rest,
});

describe("bins of equal width", () => {
  test("begin and end at round numbers", () => {
    expect(linearEdges(range(0.03, 0.97)).slice(0, 3)).toEqual([0, 0.05, 0.1]);
    expect(linearEdges(range(0.03, 0.97)).at(-1)).toBe(1);
    expect(linearEdges(range(-511, 511)).slice(0, 2)).toEqual([-550, -500]);
  });

  test("of whole numbers are whole", () => {
    expect(linearEdges(range(0, 40, { whole: true })).slice(0, 3)).toEqual([0, 2, 4]);
    expect(linearEdges(range(0, 25, { whole: true })).slice(0, 3)).toEqual([0, 1, 2]);
    expect(linearEdges(range(0, 70, { whole: true })).slice(0, 3)).toEqual([0, 3, 6]);
  });

  test("of times are seconds, minutes, hours or days", () => {
    const hour = 3600e6;
    const start = 1_519_000_000e6;
    const edges = linearEdges(range(start, start + 24 * hour, { isTime: true }));
    expect(edges[1] - edges[0]).toBe(hour);
    expect(edges[0] % hour).toBe(0);
  });

  test("there is one where values hardly differ for their size", () => {
    expect(linearEdges(range(7, 7))).toEqual([7, 7]);
    expect(linearEdges(range(1e16, 1e16 + 2))).toEqual([1e16, 1e16 + 2]);
    expect(linearEdges(range(-1.7e308, 1.7e308))).toHaveLength(2);
  });

  test("hold the whole range, ascend, and are few, whatever it is", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, number, fc.boolean(), fc.boolean(), (a, b, whole, isTime) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const edges = linearEdges(range(low, high, { whole, isTime }));
        expect(edges[0]).toBeLessThanOrEqual(low);
        expect(edges.at(-1)).toBeGreaterThanOrEqual(high);
        expect(edges.length).toBeLessThanOrEqual(64);
        for (let at = 2; at < edges.length; at++) expect(edges[at]).toBeGreaterThan(edges[at - 1]);
      }),
    );
  });
});

describe("bins of equal ratio", () => {
  test("begin at three decades, and not for times", () => {
    expect(logEdges(range(0, 999))).toBeUndefined();
    expect(logEdges(range(0, 1000))).toBeDefined();
    expect(logEdges(range(0, 1e9, { isTime: true }))).toBeUndefined();
    expect(logEdges(range(0, 0, { smallest: undefined }))).toBeUndefined();
  });

  test("have zero apart, and no edges between whole numbers", () => {
    expect(logEdges(range(0, 1000, { whole: true }))).toEqual([
      0, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000,
    ]);
  });

  test("are mirrored for negative values", () => {
    const edges = logEdges(range(-2000, 0)) ?? [];
    expect(edges[0]).toBe(-3000);
    expect(edges.slice(-2)).toEqual([0, 0]);
    expect(edges.at(-3)).toBe(-1);
  });

  test("hold the whole range, ascend, and are few, whatever it is", () => {
    const size = fc.double({ min: 1e-300, max: Number.MAX_VALUE, noNaN: true });
    fc.assert(
      fc.property(size, size, fc.boolean(), fc.boolean(), (a, b, isNegative, isMirrored) => {
        const [smallest, largest] = [Math.min(a, b), Math.max(a, b)];
        const high = isNegative ? 0 : largest;
        const low = isNegative || isMirrored ? -largest : 0;
        const edges = logEdges(range(low, high, { smallest }));
        if (edges === undefined) return;
        expect(edges[0]).toBeLessThanOrEqual(low);
        expect(edges.at(-1)).toBeGreaterThanOrEqual(high);
        expect(edges.every(Number.isFinite)).toBe(true);
        expect(edges.length).toBeLessThanOrEqual(64);
        for (let at = 1; at < edges.length - 1; at++) expect(edges[at]).toBeGreaterThan(edges[at - 1]);
        // No value lies between zero and the first edge beside it.
        const zero = edges.indexOf(0);
        if (zero < edges.length - 1 && edges[zero + 1] > 0)
          expect(edges[zero + 1]).toBeLessThanOrEqual(smallest);
        if (zero > 0) expect(-edges[zero - 1]).toBeLessThanOrEqual(smallest);
      }),
    );
  });
});

test("bins have their counts by class, and lose empty ends", () => {
  const bins = binsOf([0, 1, 2, 3, 4], Float64Array.of(0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0), 3);
  expect(bins[1]).toEqual({ low: 1, high: 2, rows: 6, byClass: [2, 3] });
  expect(withoutEmptyEnds(bins)).toEqual([bins[1]]);
});

test("a bin with four fifths of the rows is crowded", () => {
  const bins = (counts: number[]) => counts.map((rows, low) => ({ low, high: low + 1, rows }));
  expect(isCrowded(bins([80, 20]))).toBe(true);
  expect(isCrowded(bins([79, 21]))).toBe(false);
});
