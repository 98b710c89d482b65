import { expect, test } from "vitest";
import { MOST_UPPER_NODES, partTree, type TreeParts } from "./tree-parts.ts";
import { type Ensemble, EnsembleBuilder, LEAF, type NodeSpecification } from "./trees.ts";

/** A tree of so many leaves, of which as many as are said go left. */
function treeOf(leaves: number, left: (leaves: number) => number): NodeSpecification {
  const node = { feature: LEAF, flags: 0, threshold: 0, cover: leaves, value: 1 };
  if (leaves === 1) return node;
  const first = left(leaves);
  return { ...node, feature: 0, left: treeOf(first, left), right: treeOf(leaves - first, left) };
}

function partsOf(root: NodeSpecification): { ensemble: Ensemble; parts: TreeParts } {
  const builder = new EnsembleBuilder(Int32Array.of(0, 1), Float64Array.of(0));
  builder.add(treeOf(3, () => 1));
  builder.add(root);
  const ensemble = builder.finish(2);
  return { ensemble, parts: partTree(ensemble, 1) };
}

test("a small tree is all upper part, from left to right", () => {
  //          5
  //      6      (right)
  //    7   8      9: its nodes are numbered in preorder, behind the five of the tree before
  const { parts } = partsOf(treeOf(4, (leaves) => leaves >> 1));
  expect(parts).toMatchObject({
    nodes: [6, 5, 9],
    turns: [0, 0, 1],
    ends: [7, 8, 10, 11],
    steps: 0,
  });
});

test("a leaf alone is an end", () => {
  expect(partsOf(treeOf(1, () => 1)).parts).toMatchObject({ nodes: [], turns: [], ends: [5], steps: 0 });
});

test.each([
  ["an even tree", 1024, (leaves: number) => leaves >> 1],
  ["a path that goes left", 2000, (leaves: number) => leaves - 1],
  ["a path that goes right", 2000, () => 1],
])("%s is walked where the upper part ends, which is found in the order of the tree", (_, leaves, left) => {
  const { ensemble, parts } = partsOf(treeOf(leaves, left));
  const { nodes, turns, ends, steps, heights } = parts;
  expect(nodes.length).toBeLessThanOrEqual(MOST_UPPER_NODES);
  expect(steps).toBeGreaterThan(0);
  expect(turns).toHaveLength(nodes.length);
  expect(ends).toHaveLength(nodes.length + 1);
  const start = ensemble.roots[1];
  expect(Math.max(...ends.map((end) => heights[end - start]))).toBe(steps);
  // In preorder, ends come from left to right.
  expect(ends).toEqual([...ends].sort((a, b) => a - b));
  nodes.forEach((node, place) => {
    expect(ends[place + 1]).toBeGreaterThanOrEqual(ensemble.right[node]);
    expect(ends[place]).toBeLessThan(ensemble.right[node]);
  });
});
