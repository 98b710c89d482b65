import { expect, test } from "vitest";
import { splitImportance } from "./importance.ts";
import { type Ensemble, LEAF } from "./trees.ts";

/** One tree: column 0 parts 10 rows into 4 and 6; column 2 parts the 6 into 3 and 3. */
function ensembleOf(value: number[]): Ensemble {
  return {
    activeClasses: Int32Array.of(0, 1),
    outputs: 1,
    baseline: Float64Array.of(0),
    treeCount: 1,
    roots: Uint32Array.of(0, 5),
    feature: Uint16Array.of(0, LEAF, 2, LEAF, LEAF),
    flags: new Uint8Array(5),
    threshold: new Float64Array(5),
    right: Uint32Array.of(2, 0, 4, 0, 0),
    value: Float64Array.from(value),
    cover: Uint32Array.of(10, 4, 6, 3, 3),
    sets: new Uint32Array(0),
  };
}

test("each column's share is the variance that its splits explain", () => {
  // Root: 4 × 3² + 6 × 2² = 60; second split: 3 × 1² + 3 × 1² = 6.
  const shares = splitImportance(ensembleOf([0, -3, 2, 1, 3]), 4);
  expect([...shares]).toEqual([60 / 66, 0, 6 / 66, 0]);
});

test("without anything explained all shares are 0", () => {
  expect([...splitImportance(ensembleOf([1, 1, 1, 1, 1]), 3)]).toEqual([0, 0, 0]);
});
