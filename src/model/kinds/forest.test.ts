// A forest that can be added up by hand; damage is told; see test/conformance and test/fuzz for the rest.

import { expect, test } from "vitest";
import { type ColumnSpecification, foreignSchema } from "../../feature/table.ts";
import type { ModelManifest } from "../contract.ts";
import { decodeModel } from "../decode.ts";
import { CATEGORICAL, LEAF, MISSING_LEFT } from "../trees.ts";
import { FOREST_FORMAT_VERSION, FOREST_KIND, type Forest, ForestModel } from "./forest.ts";

const COLUMNS: ColumnSpecification[] = ["size", "kind"].map((name, index) => ({
  name,
  kind: index === 0 ? "numeric" : "categorical",
  unit: "",
  categories: index === 0 ? [] : ["a", "b", "c"],
  description: "",
}));

function manifest(classes: string[]): ModelManifest {
  const { id, fingerprint } = foreignSchema("hand", COLUMNS);
  return {
    kind: FOREST_KIND,
    formatVersion: FOREST_FORMAT_VERSION,
    schema: { id, fingerprint, columns: COLUMNS },
    classes,
    benignClasses: [classes[0]],
    training: {
      learner: "forest",
      parameters: {},
      seed: 1,
      trainingRows: 10,
      validationRows: 0,
      classCounts: classes.map(() => 1),
      iterations: 2,
      metrics: {},
    },
    card: { title: "By hand", sections: [] },
  };
}

/** Two trees: size <= 5 ? (kind in {b} ? 1 : 0) : 2, and kind in {a, c}, missing too ? 2 : 3; numbers are rows of shares. */
function byHand(): Forest {
  return {
    activeClasses: Int32Array.of(0, 2),
    treeCount: 2,
    roots: Uint32Array.of(0, 5, 8),
    feature: Uint16Array.of(0, 1, LEAF, LEAF, LEAF, 1, LEAF, LEAF),
    flags: Uint8Array.of(0, CATEGORICAL, 0, 0, 0, CATEGORICAL | MISSING_LEFT, 0, 0),
    threshold: Float64Array.of(5, 0, 0, 0, 0, 1, 0, 0),
    right: Uint32Array.of(4, 3, 1, 0, 2, 7, 2, 3),
    cover: Uint32Array.of(10, 6, 2, 4, 4, 10, 5, 5),
    sets: Uint32Array.of(0b010, 0b101),
    distributions: Float64Array.of(1, 0, 0, 1, 0.25, 0.75, 0.5, 0.5),
    importance: Float64Array.of(0.75, 0.25),
  };
}

const MODEL = new ForestModel(manifest(["benign", "never seen", "attack"]), byHand());

test.each([
  [
    [5, 1],
    [0.25, 0, 0.75],
  ],
  [
    [5, 0],
    [0.625, 0, 0.375],
  ],
  [
    [5.1, 1],
    [0.375, 0, 0.625],
  ],
  // Missing goes right in the first tree, left in the second.
  [
    [Number.NaN, Number.NaN],
    [0.25, 0, 0.75],
  ],
  [
    [-1, 7],
    [0.625, 0, 0.375],
  ],
])("a row %j has the mean of its leaves' shares", (row, expected) => {
  const out = new Float64Array(3);
  MODEL.score(Float64Array.from(row), 1, out);
  expect([...out]).toEqual(expected);
});

test("an explanation adds up the changes along both ways", () => {
  // First tree, share of the attack: (2 × 1 + 4 × 0 + 4 × 0.75) / 10 at the root, 2 / 6 behind it, then 1.
  // Second tree: (5 × 0.75 + 5 × 0.5) / 10 at the root, then 0.5.
  const { bias, scale, contributions } = MODEL.explain(Float64Array.of(5, 1), 2, 5);
  expect(scale).toBe("probability");
  expect(bias).toBeCloseTo((0.5 + 0.625) / 2, 12);
  expect(contributions.map(({ column }) => column)).toEqual([1, 0]);
  expect(contributions[0].amount).toBeCloseTo((1 - 1 / 3 + 0.5 - 0.625) / 2, 12);
  expect(contributions[1].amount).toBeCloseTo((1 / 3 - 0.5) / 2, 12);
  expect(MODEL.explain(Float64Array.of(5, 1), 1, 5)).toEqual({
    bias: 0,
    scale: "probability",
    contributions: [],
  });
  expect(() => MODEL.explain(Float64Array.of(5, 1), 3, 5)).toThrow(/class 3 does not exist/);
});

test("importance is what was measured while training", () => {
  expect([...MODEL.importance()]).toEqual([0.75, 0.25]);
});

test("a forest comes back from its file", () => {
  const loaded = decodeModel(MODEL.encode()) as ForestModel;
  expect(loaded.forest).toEqual(MODEL.forest);
});

type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

function changed<T extends Numbers>(array: T, index: number, value: number): T {
  const copy = array.slice() as T;
  copy[index] = value;
  return copy;
}

const DAMAGE: [string, (forest: Forest) => Partial<Forest>][] = [
  ["a leaf without rows", ({ cover }) => ({ cover: changed(cover, 2, 0) })],
  ["rows that do not add up", ({ cover }) => ({ cover: changed(cover, 1, 7) })],
  ["shares that are not there", ({ right }) => ({ right: changed(right, 2, 4) })],
  [
    "shares that do not sum to one",
    ({ distributions }) => ({ distributions: changed(distributions, 4, 0.3) }),
  ],
  [
    "a negative share",
    ({ distributions }) => ({ distributions: changed(changed(distributions, 4, -0.5), 5, 1.5) }),
  ],
  [
    "a share that is no number",
    ({ distributions }) => ({ distributions: changed(distributions, 0, Number.NaN) }),
  ],
  ["half a row of shares", ({ distributions }) => ({ distributions: distributions.slice(1) })],
  ["a column that is not there", ({ feature }) => ({ feature: changed(feature, 0, 2) })],
  ["a right child that is not there", ({ right }) => ({ right: changed(right, 0, 6) })],
  ["a threshold that is no number", ({ threshold }) => ({ threshold: changed(threshold, 0, Number.NaN) })],
  ["a set that is not there", ({ threshold }) => ({ threshold: changed(threshold, 1, 2) })],
  ["a category of a number", ({ flags }) => ({ flags: changed(flags, 0, CATEGORICAL) })],
  ["an importance too many", () => ({ importance: new Float64Array(3) })],
  [
    "an importance that is no number",
    ({ importance }) => ({ importance: changed(importance, 0, Number.NaN) }),
  ],
  ["one class", () => ({ activeClasses: Int32Array.of(0) })],
  ["no tree", () => ({ treeCount: 0, roots: Uint32Array.of(0) })],
];

test.each(DAMAGE)("%s is refused", (_, damage) => {
  const forest = { ...byHand(), ...damage(byHand()) };
  expect(() => new ForestModel(manifest(["benign", "never seen", "attack"]), forest)).toThrow(/damaged/);
});
