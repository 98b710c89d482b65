import { expect, test } from "vitest";
import type { ColumnSpecification } from "../feature/table.ts";
import { byteColumns } from "./byte-columns.ts";
import { CATEGORICAL, EnsembleBuilder, LEAF, MISSING_LEFT, type NodeSpecification } from "./trees.ts";

const CATEGORIES = 200;
const COLUMNS: ColumnSpecification[] = [0, CATEGORIES].map((categories, index) => ({
  name: `column ${index}`,
  kind: categories > 0 ? "categorical" : "numeric",
  unit: "",
  categories: Array.from({ length: categories }, (_, code) => `c${code}`),
  description: "",
}));
const LEAF_NODE: NodeSpecification = { feature: LEAF, flags: 0, threshold: 0, cover: 1, value: 1 };

/** Columns of an ensemble of stumps, and of each stump which column it asks, and about which rank. */
function columnsOf(stumps: Partial<NodeSpecification>[]) {
  const builder = new EnsembleBuilder(Int32Array.of(0, 1), Float64Array.of(0));
  const children = { left: LEAF_NODE, right: LEAF_NODE };
  for (const stump of stumps)
    builder.add({ feature: 0, flags: 0, threshold: 0, cover: 2, value: 0, ...stump, ...children });
  const ensemble = builder.finish(stumps.length);
  const { columns, columnOf, rankOf } = byteColumns(ensemble, COLUMNS);
  const roots = [...ensemble.roots.subarray(0, stumps.length)];
  return { columns, asked: roots.map((root) => [columnOf[root], rankOf[root]]) };
}

test("thresholds are ranked, equal ones and both zeros once", () => {
  const { columns, asked } = columnsOf([3, -0, -7, 0, 3].map((threshold) => ({ threshold })));
  expect(columns.map(({ column, thresholds }) => [column, ...thresholds])).toEqual([[0, -7, 0, 3]]);
  expect(asked).toEqual([2, 1, 0, 1, 2].map((rank) => [0, rank]));
});

test("a column has at most 254 thresholds", () => {
  const { columns, asked } = columnsOf(Array.from({ length: 300 }, (_, threshold) => ({ threshold })));
  expect(columns.map(({ thresholds }) => thresholds.length)).toEqual([254, 46]);
  expect(asked[253]).toEqual([0, 253]);
  expect(asked[254]).toEqual([1, 0]);
});

/** A stump that sends codes left. */
function choice(goesLeft: (code: number) => boolean, flags = CATEGORICAL): Partial<NodeSpecification> {
  const set = new Uint32Array(Math.ceil(CATEGORIES / 32));
  for (let code = 0; code < CATEGORIES; code++) if (goesLeft(code)) set[code >>> 5] |= 1 << (code & 31);
  return { feature: 1, flags, set };
}

test("categories have one class where all nodes send them the same way, unknown ones like missing ones", () => {
  const { columns } = columnsOf([
    choice((code) => code < 10),
    choice((code) => code >= 5 && code !== 100, CATEGORICAL | MISSING_LEFT),
  ]);
  expect(columns).toHaveLength(1);
  const { classes } = columns[0];
  expect(classes).toHaveLength(CATEGORIES + 1);
  const [first, second, third, odd] = [0, 5, 10, 100].map((code) => classes[code]);
  expect(new Set([first, second, third, odd]).size).toBe(4);
  expect([...classes]).toEqual(
    Array.from({ length: CATEGORIES + 1 }, (_, code) => {
      if (code === 100) return odd;
      return code < 5 ? first : code < 10 ? second : third;
    }),
  );
});

test("a column has at most 128 classes", () => {
  const { columns, asked } = columnsOf(
    Array.from({ length: 150 }, (_, only) => choice((code) => code === only)),
  );
  expect(columns.map(({ classes }) => new Set(classes).size)).toEqual([128, 24]);
  expect(asked[126][0]).toBe(0);
  expect(asked[127][0]).toBe(1);
});
