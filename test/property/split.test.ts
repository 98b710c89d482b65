// Whatever the rows, classes, groups, times and shares: every row is in one part or in none, groups and moments are never
// divided, and sizes are what the functions promise.
// A failing run prints its seed and path, which `fc.assert` takes to repeat it.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../src/base/random.ts";
import { assignByTime, assignGroups, assignRows, type Codes } from "../../src/dataset/split/assign.ts";
import { NO_PART } from "../../src/dataset/split/contract.ts";

const RUNS = { numRuns: 300 };

/** Fractions of at least a hundredth, which sum to one, or to less. */
const shares = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 6 }),
    fc.constantFrom(0, 0, 1, 15),
  )
  .map(([weights, rest]) => {
    const total = weights.reduce((sum, weight) => sum + weight, rest);
    return weights.map((weight) => weight / total);
  });

const seed = fc.integer();

function codesOf(values: readonly number[]): Codes {
  return { codes: Int32Array.from(values), count: Math.max(0, ...values) + 1 };
}

/** Codes that skew to small numbers, so that some classes and groups are large and some have a row or two. */
const skewed = (most: number) =>
  fc
    .tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: 0, max: most }))
    .map(([a, b]) => Math.min(a, b));

function sizes(parts: Uint8Array, count: number, rows = (_: number) => true): number[] {
  const found = Array.from({ length: count }, () => 0);
  parts.forEach((part, row) => {
    if (rows(row) && part !== NO_PART) found[part]++;
  });
  return found;
}

test("by chance: of every class a part has its share rounded up or down; of all rows, within the number of parts", () => {
  fc.assert(
    fc.property(
      fc.array(skewed(9), { minLength: 1, maxLength: 400 }),
      shares,
      seed,
      (labels, asked, start) => {
        const strata = codesOf(labels);
        const parts = assignRows(strata, asked, new Random(start));
        expect(parts).toHaveLength(labels.length);
        expect(parts.every((part) => part < asked.length || part === NO_PART)).toBe(true);
        for (let label = 0; label < strata.count; label++) {
          const rows = labels.filter((own) => own === label).length;
          sizes(parts, asked.length, (row) => labels[row] === label).forEach((size, part) => {
            expect(Math.abs(size - asked[part] * rows)).toBeLessThan(1);
          });
        }
        sizes(parts, asked.length).forEach((size, part) => {
          expect(Math.abs(size - asked[part] * labels.length)).toBeLessThanOrEqual(asked.length + 1);
        });
        expect(assignRows(strata, asked, new Random(start))).toEqual(parts);
      },
    ),
    RUNS,
  );
});

test("shares that sum to one leave no row out, and folds part the rows evenly", () => {
  fc.assert(
    fc.property(
      fc.array(skewed(5), { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 2, max: 10 }),
      seed,
      (labels, k, start) => {
        const folds = Array.from({ length: k }, () => 1 / k);
        const parts = assignRows(codesOf(labels), folds, new Random(start));
        expect(parts.includes(NO_PART)).toBe(false);
        const found = sizes(parts, k);
        expect(found.reduce((sum, size) => sum + size, 0)).toBe(labels.length);
        expect(Math.max(...found) - Math.min(...found)).toBeLessThanOrEqual(2);
      },
    ),
    RUNS,
  );
});

test("by group: no group is divided, no part is more than a group too large, none is empty where groups suffice", () => {
  const rows = fc.array(fc.tuple(skewed(40), skewed(4)), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(rows, shares, seed, (pairs, asked, start) => {
      const names = [...new Set(pairs.map(([group]) => group))];
      const groups = codesOf(pairs.map(([group]) => names.indexOf(group)));
      const strata = codesOf(pairs.map(([, label]) => label));
      const parts = assignGroups(groups, strata, asked, new Random(start));
      const partOf = new Map<number, number>();
      parts.forEach((part, row) => {
        const group = groups.codes[row];
        expect(partOf.get(group) ?? part).toBe(part);
        partOf.set(group, part);
      });
      const groupSizes = names.map((_, group) => groups.codes.filter((own) => own === group).length);
      const largest = Math.max(...groupSizes);
      const found = sizes(parts, asked.length);
      found.forEach((size, part) => {
        expect(size - asked[part] * pairs.length).toBeLessThan(largest + 1e-6);
      });
      const bins = asked.reduce((sum, share) => sum + share, 0) > 1 - 1e-9 ? asked.length : asked.length + 1;
      if (names.length >= bins) expect(Math.min(...found)).toBeGreaterThan(0);
      expect(assignGroups(groups, strata, asked, new Random(start))).toEqual(parts);
    }),
    RUNS,
  );
});

test("by time: earlier parts are earlier, equal times stay together, cuts are the nearest changes, gaps are kept", () => {
  const time = fc.oneof(
    fc.integer({ min: 0, max: 50 }),
    fc.integer({ min: -1000, max: 1000 }),
    fc.constant(Number.NaN),
  );
  const gaps = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 30 }));
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 300 }), shares, gaps, (times, asked, gap) => {
      const present = times.filter((value) => !Number.isNaN(value));
      const distinct = [...new Set(present)].sort((a, b) => a - b);
      const bins = asked.reduce((sum, share) => sum + share, 0) > 1 - 1e-9 ? asked.length : asked.length + 1;
      const found = assignByTime(Float64Array.from(times), asked, gap);
      expect(found === undefined).toBe(distinct.length < bins);
      if (found === undefined) return;
      const { parts } = found;
      expect(found.missing).toBe(times.length - present.length);
      times.forEach((value, row) => {
        if (Number.isNaN(value)) expect(parts[row]).toBe(NO_PART);
      });
      const own = (part: number): number[] => times.filter((_, row) => parts[row] === part);
      let last = Number.NEGATIVE_INFINITY;
      let before = 0;
      for (let part = 0; part < asked.length; part++) {
        const values = own(part);
        if (gap === 0) expect(values.length).toBeGreaterThan(0);
        if (values.length === 0) {
          expect(found.spans[part]).toBeUndefined();
          continue;
        }
        const first = Math.min(...values);
        expect(first).toBeGreaterThan(last);
        expect(first - last).toBeGreaterThanOrEqual(gap);
        expect(found.spans[part]).toEqual({ first, last: Math.max(...values) });
        last = Math.max(...values);
        before += values.length;
      }
      expect(before + found.missing + found.inGap).toBeLessThanOrEqual(times.length);
      if (bins === 2 && gap === 0) {
        const wanted = asked[0] * present.length;
        const sizesAt = distinct.slice(1).map((cut) => present.filter((value) => value < cut).length);
        const nearest = Math.min(...sizesAt.map((size) => Math.abs(size - wanted)));
        expect(Math.abs(own(0).length - wanted)).toBeCloseTo(nearest, 6);
      }
    }),
    RUNS,
  );
});
