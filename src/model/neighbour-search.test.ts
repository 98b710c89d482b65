// The search for neighbours against looking at every point: the same points in the same order, to the last bit.

import { expect, test } from "vitest";
import { mixedTable, rowMajor } from "../../test/support/tables.ts";
import { Random } from "../base/random.ts";
import { fitEncoding } from "../learner/encoding.ts";
import { arrangePoints } from "../learner/neighbours/arrange.ts";
import { mergePoints, takePoints } from "../learner/points.ts";
import { METRICS, type Metric, NeighbourSearch } from "./neighbour-search.ts";
import { PointEncoder, type Points } from "./points.ts";

interface Found {
  point: number;
  distance: number;
}

/** Distances in 32-bit arithmetic, in the order of the sums of the kernel. */
function distanceOf(points: Points, point: number, query: Float32Array, metric: Metric): number {
  const { numbers, codes, values, categories } = points;
  let sum = 0;
  for (let number = 0; number < numbers; number++) {
    const difference = Math.fround(values[point * numbers + number] - query[number]);
    const term = metric === "euclidean" ? Math.fround(difference * difference) : Math.abs(difference);
    sum = Math.fround(sum + term);
  }
  let differences = 0;
  for (let code = 0; code < codes; code++) {
    const mine = categories[point * codes + code];
    const asked = query[numbers + code];
    if (mine > 0) differences++;
    if (!Number.isNaN(asked)) differences++;
    if (mine === asked) differences -= 2;
  }
  return Math.fround(sum + differences);
}

function naive(
  points: Points,
  multiplicities: Uint32Array,
  ranks: Uint32Array,
  query: Float32Array,
  metric: Metric,
  k: number,
): Found[] {
  const all = Array.from({ length: points.count }, (_, point) => ({
    point,
    distance: distanceOf(points, point, query, metric),
  }));
  all.sort((a, b) => a.distance - b.distance || ranks[a.point] - ranks[b.point]);
  const found: Found[] = [];
  let rows = 0;
  for (const one of all) {
    if (rows >= k) break;
    found.push({ ...one, distance: metric === "euclidean" ? Math.sqrt(one.distance) : one.distance });
    rows += multiplicities[one.point];
  }
  return found;
}

interface Case {
  points: Points;
  encoder: PointEncoder;
  asked: Float64Array;
  columns: number;
}

function mixedCase(rows: number, seed: number): Case {
  const table = mixedTable({ rows, classes: 1, seed });
  const every = Int32Array.from({ length: rows }, (_, row) => row);
  const encoder = new PointEncoder(fitEncoding(table, every, { scaling: "standard" }), table.schema.columns);
  const asked = mixedTable({ rows: 40, classes: 1, seed: seed + 1 });
  // Some rows of the table itself, and one of far numbers and codes that no training row has.
  const rowsAsked = Float64Array.from([
    ...rowMajor(asked),
    ...rowMajor(table).subarray(0, 20 * table.values.length),
    ...[1e9, Number.NaN, -1e9, 5, 99, Number.NaN, 0, Number.POSITIVE_INFINITY],
  ]);
  return {
    points: mergePoints(table, every, encoder).points,
    encoder,
    asked: rowsAsked,
    columns: table.values.length,
  };
}

/** Points on a coarse grid: many are equally far. */
function gridded(one: Case): Case {
  const values = one.points.values.map((value) => Math.fround(Math.round(value)));
  return { ...one, points: { ...one.points, values } };
}

const CASES: Record<string, Case> = {
  "one point": mixedCase(1_200, 1),
  mixed: mixedCase(1_200, 1),
  "equally far": gridded(mixedCase(1_200, 2)),
};
CASES["one point"].points = takePoints(CASES["one point"].points, [3]);

test.each(Object.keys(CASES).flatMap((name) => METRICS.map((metric) => [name, metric] as const)))(
  "finds what looking at every point finds: %s, %s",
  (name, metric) => {
    const { encoder, asked, columns, points: given } = CASES[name];
    const random = new Random(9);
    const { order, blockStarts } = arrangePoints(given);
    const points = takePoints(given, order);
    const multiplicities = Uint32Array.from(order, () => (random.chance(0.2) ? random.integer(2, 9) : 1));
    const ranks = Uint32Array.from(order);
    const query = new Float32Array(encoder.queryLength);
    for (const k of [1, 7, 20_000]) {
      const search = new NeighbourSearch({ points, blockStarts, multiplicities, ranks, metric, k });
      const expected: Found[][] = [];
      for (let at = 0; at < asked.length; at += columns) {
        encoder.writeQuery(asked, at, query, 0);
        expected.push(naive(points, multiplicities, ranks, query, metric, k));
      }
      // One by one, then by groups, some of which are scanned.
      for (const size of [1, search.group]) {
        for (let start = 0; start < expected.length; start += size) {
          const count = Math.min(size, expected.length - start);
          search.search(encoder, asked, start * columns, columns, count);
          for (let row = 0; row < count; row++) {
            const found = Array.from({ length: search.found(row) }, (_, number) => ({
              point: search.point(row, number),
              distance: search.distance(row, number),
            }));
            expect(found).toEqual(expected[start + row]);
          }
        }
      }
    }
  },
);

test("blocks have 1 to 16 points, and every point stands in one", () => {
  for (const { points } of Object.values(CASES)) {
    const { order, blockStarts } = arrangePoints(points);
    expect([...order].sort((a, b) => a - b)).toEqual([...Array(points.count).keys()]);
    expect(blockStarts.at(-1)).toBe(points.count);
    for (let block = 1; block < blockStarts.length; block++) {
      const size = blockStarts[block] - blockStarts[block - 1];
      expect(size).toBeGreaterThan(0);
      expect(size).toBeLessThanOrEqual(16);
    }
  }
});
