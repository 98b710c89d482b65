// The fast way down the trees against the plain one, on trees by chance.

import { expect, test } from "vitest";
import { digestOfSources } from "../../test/support/kernel-digest.ts";
import { Random } from "../base/random.ts";
import type { ColumnSpecification } from "../feature/table.ts";
import { KERNEL_SOURCES, KERNEL_SOURCES_SHA256 } from "./forest-kernels.generated.ts";
import { FOREST_BLOCK_ROWS, ForestScorer, fitsForestScorer } from "./forest-scorer.ts";
import { LeafSums } from "./leaf-sums.ts";
import {
  CATEGORICAL,
  EnsembleBuilder,
  LEAF,
  MISSING_LEFT,
  type NodeSpecification,
  setWords,
} from "./trees.ts";

const COLUMNS: ColumnSpecification[] = [0, 0, 3, 40, 0].map((categories, index) => ({
  name: `column ${index}`,
  kind: categories > 0 ? "categorical" : "numeric",
  unit: "",
  categories: Array.from({ length: categories }, (_, code) => `c${code}`),
  description: "",
}));
const ODD = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1, 2, 3, 39, 40, 1.5, -1];
const SHARES = 50;

/** Thresholds and values come from few numbers, so that they are often equal. */
function someNumber(random: Random): number {
  return random.chance(0.3) ? random.pick(ODD) : random.integer(-8, 40) / 2;
}

function randomTree(random: Random, leaves: number): NodeSpecification {
  if (leaves === 1) return { feature: LEAF, flags: 0, threshold: 0, cover: 1, value: 0 };
  const feature = random.integer(0, COLUMNS.length - 1);
  const categories = COLUMNS[feature].categories.length;
  const threshold = someNumber(random);
  // A column of categories may be asked for a number too.
  const asksSet = categories > 0 && random.chance(0.8);
  const node: NodeSpecification = {
    feature,
    flags: (random.chance(0.5) ? MISSING_LEFT : 0) | (asksSet ? CATEGORICAL : 0),
    threshold: Number.isNaN(threshold) ? 0 : threshold,
    cover: leaves,
    value: 0,
  };
  if (asksSet) node.set = Uint32Array.from({ length: setWords(categories) }, () => random.uint32());
  const left = random.integer(1, leaves - 1);
  return { ...node, left: randomTree(random, left), right: randomTree(random, leaves - left) };
}

function randomTrees(random: Random, count: number, leaves: number) {
  const builder = new EnsembleBuilder(Int32Array.of(0, 1), Float64Array.of(0));
  for (let tree = 0; tree < count; tree++) builder.add(randomTree(random, random.integer(1, leaves)));
  const trees = builder.finish(count);
  for (let node = 0; node < trees.feature.length; node++)
    if (trees.feature[node] === LEAF) trees.right[node] = random.integer(0, SHARES - 1);
  return trees;
}

test.each([
  [1, 1, 1],
  [1, 1, 2],
  [2, 40, 3],
  [3, 400, 7],
  [5, 30, 2],
  [1, 2000, 9],
])(
  "with %i outputs, trees of up to %i leaves, %i trees, sums are the same bit for bit",
  (outputs, leaves, count) => {
    const random = new Random(outputs * 1000 + leaves);
    const trees = randomTrees(random, count, leaves);
    const held = Float64Array.from({ length: SHARES * outputs }, () => random.normal());
    const rowCount = FOREST_BLOCK_ROWS + 300;
    const rows = Float64Array.from({ length: rowCount * COLUMNS.length }, () => someNumber(random));
    const columns = COLUMNS.map((_, column) =>
      Float64Array.from({ length: rowCount }, (_, row) => rows[row * COLUMNS.length + column]),
    );
    const sink = {
      writeSums: (sums: Float64Array, taken: number, first: number, out: Float64Array) =>
        out.set(sums.subarray(0, taken * outputs), first * outputs),
    };
    const summed = (work: (sums: LeafSums, out: Float64Array) => void, warm: boolean): Float64Array => {
      const sums = new LeafSums(trees, COLUMNS, held, outputs);
      // Enough rows before, and the fast scorer is there.
      if (warm) sums.sumRows(new Float64Array(1_000 * COLUMNS.length), 1_000, rows, { writeSums: () => {} });
      const out = new Float64Array(rowCount * outputs);
      work(sums, out);
      return out;
    };
    const plain = summed((sums, out) => sums.sumRows(rows, rowCount, out, sink), false);
    expect(summed((sums, out) => sums.sumColumns(columns, rowCount, out, sink), false)).toEqual(plain);
    expect(summed((sums, out) => sums.sumRows(rows, rowCount, out, sink), true)).toEqual(plain);
    expect(summed((sums, out) => sums.sumColumns(columns, rowCount, out, sink), true)).toEqual(plain);
    const alone = summed((sums, out) => {
      for (let row = 0; row < rowCount; row++)
        sums.sumRows(rows.subarray(row * COLUMNS.length), 1, out.subarray(row * outputs), sink);
    }, true);
    expect(alone).toEqual(plain);
  },
);

test("trees that ask more than the scorer can hold are walked", () => {
  const random = new Random(3);
  const builder = new EnsembleBuilder(Int32Array.of(0, 1), Float64Array.of(0));
  const leaf = { feature: LEAF, flags: 0, threshold: 0, cover: 1, value: 0 };
  for (let tree = 0; tree < 33_000; tree++)
    builder.add({ feature: 0, flags: 0, threshold: tree, cover: 2, value: 0, left: leaf, right: leaf });
  const held = Float64Array.of(1);
  expect(fitsForestScorer(builder.finish(100), COLUMNS, held)).toBe(true);
  expect(fitsForestScorer(builder.finish(33_000), COLUMNS, held)).toBe(false);
  const scorer = new ForestScorer(builder.finish(32_000), COLUMNS, held, 1);
  scorer.scoreRows(
    Float64Array.from({ length: 40 }, () => random.normal()),
    0,
    COLUMNS.length,
    8,
  );
  expect([...scorer.sums.subarray(0, 8)]).toEqual(new Array(8).fill(32_000));
});

test("the kernel was compiled from the sources that are here", () => {
  expect(digestOfSources(KERNEL_SOURCES)).toBe(KERNEL_SOURCES_SHA256);
});
