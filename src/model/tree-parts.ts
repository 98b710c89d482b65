// Where to part a tree: an upper part that is asked about many rows at once, and subtrees below it that are walked.

import { LEAF, type TreeArrays } from "./trees.ts";

/** Inner nodes of an upper part: its ends, one more, are numbered by bytes. */
export const MOST_UPPER_NODES = 255;
/** What walking costs, and each step of it, in nodes of the upper part; as measured. */
const WALK_COST = 16;
const STEP_COST = 24;

export interface TreeParts {
  /** Inner nodes of the upper part, from left to right; of each, how often the path to it goes right. */
  nodes: number[];
  turns: number[];
  /** Nodes where the upper part ends, from left to right: one more. */
  ends: number[];
  /** Of each node of the tree, steps from it to the farthest leaf below. */
  heights: Uint32Array;
  /** The upper part has the inner nodes that are higher than this. */
  steps: number;
}

/** The parts of a tree, so that asking and walking cost least together. */
export function partTree(trees: TreeArrays, tree: number): TreeParts {
  const start = trees.roots[tree];
  const heights = heightsOf(trees, start, trees.roots[tree + 1]);
  const parts: TreeParts = { nodes: [], turns: [], ends: [], heights, steps: cheapestSteps(heights) };
  // No deeper than the upper part has nodes.
  const visit = (node: number, turns: number): void => {
    if (heights[node - start] <= parts.steps) {
      parts.ends.push(node);
      return;
    }
    visit(node + 1, turns);
    parts.nodes.push(node);
    parts.turns.push(turns);
    visit(trees.right[node], turns + 1);
  };
  visit(start, 0);
  return parts;
}

/** Children come after their parents. */
function heightsOf({ feature, right }: TreeArrays, start: number, end: number): Uint32Array {
  const heights = new Uint32Array(end - start);
  for (let node = end - 1; node >= start; node--) {
    if (feature[node] === LEAF) continue;
    heights[node - start] = 1 + Math.max(heights[node + 1 - start], heights[right[node] - start]);
  }
  return heights;
}

function cheapestSteps(heights: Uint32Array): number {
  const nodesOf = new Uint32Array(heights[0] + 1);
  for (const height of heights) nodesOf[height]++;
  let [best, least] = [heights[0], Number.POSITIVE_INFINITY];
  let upper = 0;
  for (let steps = heights[0]; steps >= 0 && upper <= MOST_UPPER_NODES; steps--) {
    const cost = upper + (steps > 0 ? WALK_COST + steps * STEP_COST : 0);
    if (cost < least) [best, least] = [steps, cost];
    upper += nodesOf[steps];
  }
  return best;
}
