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

/** Thresholds and values come from few numbers, so that they are often equal. */
function someNumber(random: Random): number {
  return random.chance(0.3) ? random.pick(ODD) : random.integer(-8, 40) / 2;
}

function randomTree(random: Random, leaves: number): NodeSpecification {
  if (leaves === 1) return { feature: LEAF, flags: 0, threshold: 0, cover: 1, value: random.normal() };
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
  const left = random.integer(1, leaves - 1);
  return { ...node, left: randomTree(random, left), right: randomTree(random, leaves - left) };
}

test.each([
  ["stumps", 1, 3, 2],
  ["trees of one word", 1, 40, 32],
  ["trees of two words", 1, 12, 64],
  ["walked trees among others", 1, 30, 160],
  ["walked trees of several outputs", 3, 10, 400],
  ["several outputs", 4, 10, 31],
  ["several chunks", 3, 400, 33],
])("raw scores equal walking the trees, bit for bit: %s", (_, outputs, rounds, leaves) => {
  const random = new Random(outputs * 1000 + rounds);
  const classes = outputs === 1 ? 2 : outputs;
  const baseline = Float64Array.from({ length: outputs }, () => random.normal());
  const builder = new EnsembleBuilder(
    Int32Array.from({ length: classes }, (_, index) => index),
    baseline,
  );
  for (let tree = 0; tree < rounds * outputs; tree++)
    builder.add(randomTree(random, random.integer(1, leaves)));
  const ensemble = builder.finish(rounds * outputs);
  checkEnsemble(ensemble, COLUMNS, classes);
  const scorer = new TreeScorer(ensemble, COLUMNS);
  for (const count of [SCORER_ROWS, 1, 5, 64]) {
    const rows = Float64Array.from({ length: 3 + count * COLUMNS.length }, () => someNumber(random));
    const expected = new Float64Array(count * outputs);
    addTrees(ensemble, rows, 3, COLUMNS.length, count, expected, categoryCountsOf(COLUMNS));
    const found = new Float64Array(count * outputs);
    scorer.score(rows, 3, COLUMNS.length, count, found);
    expect(found).toEqual(expected);
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
