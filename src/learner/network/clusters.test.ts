// Groups of inputs, on correlations made by hand.

import { expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { CLUSTER_INPUTS, clusterInputs } from "./clusters.ts";

/** Inputs that follow hidden causes: input i follows cause `causes[i]`, with noise. */
function rowsOf(causes: readonly number[], count: number, noise: number): Float64Array {
  const random = new Random(2);
  const rows = new Float64Array(count * causes.length);
  for (let row = 0; row < count; row++) {
    const drawn = causes.map(() => random.normal());
    causes.forEach((cause, input) => {
      rows[row * causes.length + input] = drawn[cause] + noise * random.normal();
    });
  }
  return rows;
}

test("inputs of one cause make a group, in the order of their first inputs", () => {
  const causes = [0, 1, 2, 0, 1, 2, 0, 1];
  const groups = clusterInputs(rowsOf(causes, 400, 0.2), 8, 3);
  expect(groups.map((group) => [...group])).toEqual([
    [0, 3, 6],
    [1, 4, 7],
    [2, 5],
  ]);
});

test("larger groups are cut where they hang together least", () => {
  // Inputs 0 to 2 are nearly equal, 3 follows the same cause with much noise.
  const random = new Random(3);
  const rows = new Float64Array(4 * 300);
  for (let row = 0; row < 300; row++) {
    const cause = random.normal();
    for (let input = 0; input < 4; input++)
      rows[row * 4 + input] = cause + (input === 3 ? 1 : 0.01) * random.normal();
  }
  expect(clusterInputs(rows, 4, 3).map((group) => [...group])).toEqual([[0, 1, 2], [3]]);
  expect(clusterInputs(rows, 4, 4)).toHaveLength(1);
  expect(clusterInputs(rows, 4, 1)).toHaveLength(4);
});

test("every input is in one group of the size allowed, those that do not vary too", () => {
  const rows = rowsOf([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 50, 1);
  for (let row = 0; row < 50; row++) rows[row * 11 + 4] = 7;
  const groups = clusterInputs(rows, 11, 4);
  expect(groups.flatMap((group) => [...group]).sort((a, b) => a - b)).toEqual([...Array(11).keys()]);
  for (const group of groups) expect(group.length).toBeLessThanOrEqual(4);
});

test("more inputs than are looked at are grouped in their order", () => {
  const width = CLUSTER_INPUTS + 1;
  const groups = clusterInputs(new Float64Array(width), width, 10);
  expect(groups[0]).toEqual(Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  expect(groups[groups.length - 1]).toHaveLength(width % 10);
});
