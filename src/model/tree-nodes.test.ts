// A tree of a forest that can be added up by hand: questions, rows, shares, and where the depth ends.

import { expect, test } from "vitest";
import { type ColumnSpecification, foreignSchema } from "../feature/table.ts";
import { FOREST_FORMAT_VERSION, FOREST_KIND, ForestModel } from "./kinds/forest.ts";
import { treeNodesOf } from "./tree-nodes.ts";
import { CATEGORICAL, LEAF, MISSING_LEFT } from "./trees.ts";

const COLUMNS: ColumnSpecification[] = ["size", "kind"].map((name, index) => ({
  name,
  kind: index === 0 ? "numeric" : "categorical",
  unit: "",
  categories: index === 0 ? [] : ["a", "b", "c"],
  description: "",
}));
const { id, fingerprint } = foreignSchema("hand", COLUMNS);
const CLASSES = ["benign", "never seen", "attack"];

/** size <= 5 ? (kind in {b} ? all attack : none) : three quarters; and kind in {a, c} or missing ? half : half. */
const MODEL = new ForestModel(
  {
    kind: FOREST_KIND,
    formatVersion: FOREST_FORMAT_VERSION,
    schema: { id, fingerprint, columns: COLUMNS },
    classes: CLASSES,
    benignClasses: ["benign"],
    training: {
      learner: "forest",
      parameters: {},
      seed: 1,
      trainingRows: 10,
      validationRows: 0,
      classCounts: [1, 1, 1],
      iterations: 2,
      metrics: {},
    },
    card: { title: "By hand", sections: [] },
  },
  {
    activeClasses: Int32Array.of(0, 2),
    treeCount: 2,
    roots: Uint32Array.of(0, 5, 8),
    feature: Uint16Array.of(0, 1, LEAF, LEAF, LEAF, 1, LEAF, LEAF),
    flags: Uint8Array.of(0, CATEGORICAL, 0, 0, 0, CATEGORICAL | MISSING_LEFT, 0, 0),
    threshold: Float64Array.of(5, 0, 0, 0, 0, 1, 0, 0),
    right: Uint32Array.of(4, 3, 1, 0, 2, 7, 3, 3),
    cover: Uint32Array.of(10, 6, 2, 4, 4, 10, 5, 5),
    sets: Uint32Array.of(0b010, 0b101),
    distributions: Float64Array.of(1, 0, 0, 1, 0.25, 0.75, 0.5, 0.5),
    importance: Float64Array.of(0.75, 0.25),
  },
);
const ATTACK = 2;

test("a tree is told from its root: questions, ways of missing values, rows and shares", () => {
  const found = treeNodesOf(MODEL, { tree: 0, classIndex: ATTACK, node: 0, depth: 9 });
  expect(found).toMatchObject({ scale: "probability", trees: 2, nodes: 5 });
  const root = found?.root;
  expect(root).toMatchObject({ id: 0, rows: 10, column: 0, question: { atMost: 5 }, missing: "no" });
  // (2 × 1 + 4 × 0 + 4 × 0.75) / 10 of the attack; a class that was never seen has no share.
  expect(root?.value).toBeCloseTo(0.5, 12);
  expect(root?.shares).toEqual([expect.closeTo(0.5, 12), 0, expect.closeTo(0.5, 12)]);
  expect(root?.yes).toMatchObject({ id: 1, rows: 6, column: 1, question: { among: [1] } });
  expect(root?.yes?.yes).toEqual({ id: 2, rows: 2, value: 1, shares: [0, 0, 1] });
  expect(root?.no).toEqual({ id: 4, rows: 4, value: 0.75, shares: [0.25, 0, 0.75] });
});

test("the depth ends a tree, which goes on from a node", () => {
  const shallow = treeNodesOf(MODEL, { tree: 0, classIndex: ATTACK, node: 0, depth: 1 })?.root.yes;
  expect(shallow?.column).toBe(1);
  expect(shallow?.yes).toBeUndefined();
  const deeper = treeNodesOf(MODEL, { tree: 0, classIndex: ATTACK, node: 1, depth: 1 })?.root;
  expect(deeper).toMatchObject({ id: 1, yes: { id: 2 }, no: { id: 3 } });
});

test("the second tree sends missing values to yes", () => {
  const found = treeNodesOf(MODEL, { tree: 1, classIndex: ATTACK, node: 0, depth: 3 })?.root;
  expect(found).toMatchObject({ rows: 10, question: { among: [0, 2] }, missing: "yes" });
});

test.each([
  ["a tree that is not there", { tree: 2, node: 0 }],
  ["a node that is not there", { tree: 0, node: 5 }],
])("%s is undefined", (_, { tree, node }) => {
  expect(treeNodesOf(MODEL, { tree, classIndex: ATTACK, node, depth: 2 })).toBeUndefined();
});
