// The nodes of one tree of a model, down to a depth: what each asks, how many training rows reached it, and what is thought there.
// For people who look at a tree; knows no words.

import type { ExplanationScale, Model } from "./contract.ts";
import { type Decision, questionOf } from "./decisions.ts";
import { type Forest, ForestModel } from "./kinds/forest.ts";
import { PipelineModel } from "./kinds/pipeline.ts";
import { type ScoreTrees, scoreTreesOf } from "./shapley/trees.ts";
import { LEAF, MISSING_LEFT } from "./trees.ts";

export interface TreeNode {
  /** Place among the nodes of the tree, from 0 at its root. */
  id: number;
  /** Training rows that reached it. */
  rows: number;
  /** Share of the class, or what the tree adds to its score; of inner nodes the mean of their leaves. */
  value: number;
  /** Of forests: the shares of all classes, in class order. */
  shares?: number[];
  /** Of inner nodes: index of the column that is asked. */
  column?: number;
  question?: Decision["question"];
  /** Where a missing value goes. */
  missing?: "yes" | "no";
  /** Absent of leaves, and where the depth ends. */
  yes?: TreeNode;
  no?: TreeNode;
}

export interface TreeNodes {
  /** "probability": values are shares of the class. "log-odds": they are what the tree adds to the score. */
  scale: ExplanationScale;
  /** Trees of the class's score. */
  trees: number;
  /** Nodes of this tree. */
  nodes: number;
  root: TreeNode;
}

export interface TreeWanted {
  /** Of those of the class, from 0. */
  tree: number;
  classIndex: number;
  /** Where to begin, from 0 at the root. */
  node: number;
  /** Questions below one another. */
  depth: number;
}

/** Numbers that shares of all nodes of a tree may take. */
const SHARES_MAX = 1 << 23;

/** Undefined where the model has no trees of the class, or none of that number, or no such node. */
export function treeNodesOf(model: Model, wanted: TreeWanted): TreeNodes | undefined {
  if (model instanceof PipelineModel) return pipelineNodes(model, wanted);
  const trees = scoreTreesOf(model, wanted.classIndex);
  if (trees === undefined) return undefined;
  const { arrays, first, step, scale, factor } = trees;
  const count = Math.ceil((arrays.treeCount - first) / step);
  if (wanted.tree >= count) return undefined;
  const tree = first + wanted.tree * step;
  const start = arrays.roots[tree];
  const nodes = arrays.roots[tree + 1] - start;
  if (wanted.node >= nodes) return undefined;
  // Forests are told in shares of a tree, not in what the tree adds to the mean of all.
  const unit = scale === "probability" ? 1 : factor;
  const shares = model instanceof ForestModel ? sharesOf(model, start, nodes) : undefined;
  const root = nodeOf({ trees, start, unit, shares }, start + wanted.node, wanted.depth);
  return { scale, trees: count, nodes, root };
}

function pipelineNodes({ steps: { columns }, inner }: PipelineModel, wanted: TreeWanted) {
  const found = treeNodesOf(inner, wanted);
  const rename = (node: TreeNode | undefined): void => {
    if (node?.column === undefined) return;
    node.column = columns[node.column];
    rename(node.yes);
    rename(node.no);
  };
  rename(found?.root);
  return found;
}

interface Walk {
  trees: ScoreTrees;
  start: number;
  unit: number;
  shares: ((node: number) => number[]) | undefined;
}

function nodeOf(walk: Walk, node: number, depth: number): TreeNode {
  const { trees, start, unit, shares } = walk;
  const { feature, flags, right, cover } = trees.arrays;
  const found: TreeNode = {
    id: node - start,
    rows: cover[node],
    value: unit * trees.values[node],
    ...(shares && { shares: shares(node) }),
  };
  if (feature[node] === LEAF) return found;
  found.column = feature[node];
  found.question = questionOf(trees, node);
  found.missing = (flags[node] & MISSING_LEFT) !== 0 ? "yes" : "no";
  if (depth === 0) return found;
  found.yes = nodeOf(walk, node + 1, depth - 1);
  found.no = nodeOf(walk, right[node], depth - 1);
  return found;
}

/** Shares of all classes at the nodes of one tree: of leaves their own, of others the mean by training rows. */
function sharesOf({ forest, manifest }: ForestModel, start: number, nodes: number): Walk["shares"] {
  const { activeClasses } = forest;
  const width = activeClasses.length;
  if (nodes * width > SHARES_MAX) return undefined;
  const held = nodeShares(forest, start, nodes);
  return (node) => {
    const shares = manifest.classes.map(() => 0);
    activeClasses.forEach((index, active) => {
      shares[index] = held[(node - start) * width + active];
    });
    return shares;
  };
}

function nodeShares(
  { feature, right, cover, distributions, activeClasses }: Forest,
  start: number,
  nodes: number,
): Float64Array {
  const width = activeClasses.length;
  const held = new Float64Array(nodes * width);
  for (let at = nodes - 1; at >= 0; at--) {
    const node = start + at;
    for (let output = 0; output < width; output++) {
      const other = right[node] - start;
      held[at * width + output] =
        feature[node] === LEAF
          ? distributions[right[node] * width + output]
          : (held[(at + 1) * width + output] * cover[node + 1] +
              held[other * width + output] * cover[right[node]]) /
            cover[node];
    }
  }
  return held;
}
