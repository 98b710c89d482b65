import { expect, test } from "vitest";
import { digestOfSources } from "../../test/support/kernel-digest.ts";
import { Random } from "../base/random.ts";
import type { ColumnSpecification } from "../feature/table.ts";
import { KERNEL_SOURCES, KERNEL_SOURCES_SHA256 } from "./kernels.generated.ts";
import { addTrees } from "./kinds/boosting.ts";
import { fitsScorer, SCORER_ROWS, TreeScorer } from "./scorer.ts";
import {
  CATEGORICAL,
  categoryCountsOf,
  checkEnsemble,
  type Ensemble,
  EnsembleBuilder,
  LEAF,
  MISSING_LEFT,
  type NodeSpecification,
  setWords,
} from "./trees.ts";

const COLUMNS: ColumnSpecification[] = [0, 0, 3, 40, 0, 300].map((categories, index) => ({
  name: `column ${index}`,
  kind: categories > 0 ? "categorical" : "numeric",
  unit: "",
  categories: Array.from({ length: categories }, (_, code) => `c${code}`),
  description: "",
}));
/** Missing, with the sign that processors set. */
const NEGATIVE_NAN = new Float64Array(BigUint64Array.of(0xfff8000000000000n).buffer)[0];
const ODD = [Number.NaN, NEGATIVE_NAN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0]
  .concat([Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE])
  .concat([1, 2, 3, 39, 40, 299, 300, 1.5, -1]);

/** Thresholds and values come from few numbers, so that they are often equal. */
function someNumber(random: Random): number {
  return random.chance(0.3) ? random.pick(ODD) : random.integer(-8, 40) / 2;
}

function leafOf(random: Random): NodeSpecification {
  return { feature: LEAF, flags: 0, threshold: 0, cover: 1, value: random.normal() };
}

/** How many of so many leaves go left. */
type Parting = (random: Random, leaves: number) => number;

const anyhow: Parting = (random, leaves) => random.integer(1, leaves - 1);
const evenly: Parting = (_, leaves) => leaves >> 1;
const oneByOne: Parting = (random, leaves) => (random.chance(0.5) ? 1 : leaves - 1);

function randomTree(random: Random, leaves: number, part: Parting): NodeSpecification {
  if (leaves === 1) return leafOf(random);
  const feature = random.integer(0, COLUMNS.length - 1);
  const categories = COLUMNS[feature].categories.length;
  const threshold = someNumber(random);
  const node: NodeSpecification = {
    feature,
    flags: (random.chance(0.5) ? MISSING_LEFT : 0) | (categories > 0 ? CATEGORICAL : 0),
    threshold: Number.isNaN(threshold) ? 0 : threshold,
    cover: leaves,
    value: 0,
  };
  if (categories > 0) node.set = Uint32Array.from({ length: setWords(categories) }, () => random.uint32());
  const left = part(random, leaves);
  return {
    ...node,
    left: randomTree(random, left, part),
    right: randomTree(random, leaves - left, part),
  };
}

function ensembleOf(random: Random, outputs: number, trees: NodeSpecification[]): Ensemble {
  const classes = outputs === 1 ? 2 : outputs;
  const baseline = Float64Array.from({ length: outputs }, () => random.normal());
  const builder = new EnsembleBuilder(
    Int32Array.from({ length: classes }, (_, index) => index),
    baseline,
  );
  for (const tree of trees) builder.add(tree);
  const ensemble = builder.finish(trees.length);
  checkEnsemble(ensemble, COLUMNS, classes);
  return ensemble;
}

/** Rows held one after another and by columns get what walking the trees gives, bit for bit. */
function expectEqualScores(ensemble: Ensemble, scorer: TreeScorer, rows: Float64Array, at: number): void {
  const { outputs } = ensemble;
  const width = COLUMNS.length;
  const count = (rows.length - at) / width;
  const expected = new Float64Array(count * outputs);
  addTrees(ensemble, rows, at, width, count, expected, categoryCountsOf(COLUMNS));
  const found = new Float64Array(count * outputs);
  scorer.score(rows, at, count, found);
  expect(found).toEqual(expected);
  const columns = COLUMNS.map((_, column) =>
    Float64Array.from({ length: 2 + count }, (_, row) => rows[at + (row - 2) * width + column]),
  );
  found.fill(0);
  scorer.scoreColumns(columns, 2, count, found);
  expect(found).toEqual(expected);
}

test.each([
  ["stumps", 1, 3, 2, anyhow],
  ["leaves alone", 1, 3, 1, anyhow],
  ["small trees", 1, 40, 32, anyhow],
  ["trees that are all upper part", 1, 12, 64, anyhow],
  ["trees that are walked below, among others", 1, 30, 160, anyhow],
  ["trees of several outputs, walked below", 3, 10, 400, anyhow],
  ["trees of even depth, walked below", 1, 10, 700, evenly],
  ["one long path, more than a byte of nodes", 1, 4, 600, oneByOne],
  ["several outputs", 4, 10, 31, anyhow],
  ["many trees", 3, 400, 33, anyhow],
])("raw scores equal walking the trees, bit for bit: %s", (_, outputs, rounds, leaves, part) => {
  const random = new Random(outputs * 1000 + rounds);
  const trees = Array.from({ length: rounds * outputs }, () =>
    randomTree(random, part === anyhow ? random.integer(1, leaves) : leaves, part),
  );
  const ensemble = ensembleOf(random, outputs, trees);
  const scorer = new TreeScorer(ensemble, COLUMNS);
  for (const count of [SCORER_ROWS, 1, 5, 63, SCORER_ROWS]) {
    const rows = Float64Array.from({ length: 3 + count * COLUMNS.length }, () => someNumber(random));
    expectEqualScores(ensemble, scorer, rows, 3);
  }
});

const THRESHOLD_COUNTS = [1, 14, 15, 16, 254, 255, 256, 508, 509, 1000];

test.each([
  ...THRESHOLD_COUNTS.map((count) => [count, "with infinities", [-0, -Infinity, Infinity]]),
  ...THRESHOLD_COUNTS.map((count) => [count, "all finite", []]),
] as [number, string, number[]][])("a column that is asked about %i thresholds, %s", (count, _, odd) => {
  const random = new Random(count);
  const thresholds = [...odd, ...Array.from({ length: count }, (_, place) => place / 8 - 1)].slice(0, count);
  const trees = thresholds.map((threshold): NodeSpecification => {
    const flags = random.chance(0.5) ? MISSING_LEFT : 0;
    const children = { left: leafOf(random), right: leafOf(random) };
    return { feature: 1, flags, threshold, cover: 2, value: 0, ...children };
  });
  const ensemble = ensembleOf(random, 1, trees);
  const scorer = new TreeScorer(ensemble, COLUMNS);
  const near = thresholds.flatMap((threshold) => [threshold, threshold - 1e-9, threshold + 1e-9]);
  const values = [...near, ...ODD];
  for (let start = 0; start < values.length; start += SCORER_ROWS) {
    const block = values.slice(start, start + SCORER_ROWS);
    const rows = new Float64Array(block.length * COLUMNS.length);
    block.forEach((value, row) => {
      rows[row * COLUMNS.length + 1] = value;
    });
    expectEqualScores(ensemble, scorer, rows, 0);
  }
});

test("ensembles whose category sets would take too much room are walked", () => {
  const wide = { ...COLUMNS[3], categories: Array.from({ length: 1_000_000 }, (_, code) => `c${code}`) };
  const builder = new EnsembleBuilder(Int32Array.of(0, 1), Float64Array.of(0));
  const leaf = { feature: LEAF, flags: 0, threshold: 0, cover: 1, value: 1 };
  const set = new Uint32Array(setWords(wide.categories.length));
  const node = {
    feature: 0,
    flags: CATEGORICAL,
    threshold: 0,
    cover: 2,
    value: 0,
    set,
    left: leaf,
    right: leaf,
  };
  for (let tree = 0; tree < 5; tree++) builder.add(node);
  expect(fitsScorer(builder.finish(1), [wide])).toBe(true);
  expect(fitsScorer(builder.finish(5), [wide])).toBe(false);
});

test("the kernel was compiled from the sources that are here", () => {
  expect(digestOfSources(KERNEL_SOURCES)).toBe(KERNEL_SOURCES_SHA256);
});
