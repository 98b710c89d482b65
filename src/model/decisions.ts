// Decision paths: the questions that trees ask of a row, its answers, and what is thought of the class after each.

import type { ExplanationScale, Model } from "./contract.ts";
import { PipelineModel } from "./kinds/pipeline.ts";
import { type ScoreTrees, scoreTreesOf } from "./shapley/trees.ts";
import { CATEGORICAL, goesLeft, LEAF } from "./trees.ts";

export interface Decision {
  /** Index of the column in the schema. */
  column: number;
  /** The row's value; NaN where it is missing. */
  value: number;
  /** What is asked: whether the value is at most a number, or one of some categories (codes). */
  question: { atMost: number } | { among: number[] };
  /** Whether the row went the way of "yes"; a missing value goes where the tree says. */
  yes: boolean;
  /** Expected share or score after the answer, of the training rows that went this way. */
  after: number;
  /** How many these are. */
  rows: number;
}

export interface DecisionPath {
  /** Number of the tree among those of the class, from 0. */
  tree: number;
  /** Expected share or score before the first question. */
  before: number;
  decisions: Decision[];
  /** What the leaf says. */
  after: number;
}

export interface DecisionPaths {
  /** "probability": shares of the class. "log-odds": what the tree adds to the score. */
  scale: ExplanationScale;
  /** Trees that the class's score has. */
  trees: number;
  /** The most influential: those that moved the score most in the direction in which all trees together did. */
  paths: DecisionPath[];
}

/** The paths of a row through the `limit` most influential trees; undefined when the model has no trees for the class. */
export function decisionPathsOf(
  model: Model,
  row: Float64Array,
  classIndex: number,
  limit: number,
): DecisionPaths | undefined {
  if (model instanceof PipelineModel) return pipelinePaths(model, row, classIndex, limit);
  const trees = scoreTreesOf(model, classIndex);
  if (trees === undefined) return undefined;
  const { arrays, first, step, scale } = trees;
  const influences: { tree: number; change: number }[] = [];
  for (let tree = first; tree < arrays.treeCount; tree += step)
    influences.push({ tree, change: changeOf(trees, tree, row) });
  const direction = influences.reduce((sum, { change }) => sum + change, 0) < 0 ? -1 : 1;
  const paths = influences
    .sort((a, b) => direction * (b.change - a.change) || a.tree - b.tree)
    .slice(0, limit)
    .map(({ tree }) => pathOf(trees, tree, row));
  return { scale, trees: influences.length, paths };
}

function pipelinePaths(
  { steps: { columns }, inner }: PipelineModel,
  row: Float64Array,
  classIndex: number,
  limit: number,
): DecisionPaths | undefined {
  const selected = Float64Array.from(columns, (column) => row[column]);
  const found = decisionPathsOf(inner, selected, classIndex, limit);
  for (const { decisions } of found?.paths ?? [])
    for (const decision of decisions) decision.column = columns[decision.column];
  return found;
}

/** By how much a tree's leaf differs from what was expected at its root. */
function changeOf(trees: ScoreTrees, tree: number, row: Float64Array): number {
  const { arrays, values } = trees;
  const root = arrays.roots[tree];
  let node = root;
  while (arrays.feature[node] !== LEAF) node = nextOf(trees, node, row);
  return values[node] - values[root];
}

function nextOf({ arrays, categoryCounts }: ScoreTrees, node: number, row: Float64Array): number {
  return goesLeft(arrays, node, row[arrays.feature[node]], categoryCounts) ? node + 1 : arrays.right[node];
}

function pathOf(trees: ScoreTrees, tree: number, row: Float64Array): DecisionPath {
  const { arrays, values, factor, scale } = trees;
  // Forests are told in shares of a tree, not in what the tree adds to the mean of all.
  const unit = scale === "probability" ? 1 : factor;
  let node = arrays.roots[tree];
  const before = unit * values[node];
  const decisions: Decision[] = [];
  while (arrays.feature[node] !== LEAF) {
    const column = arrays.feature[node];
    const next = nextOf(trees, node, row);
    decisions.push({
      column,
      value: row[column],
      question: questionOf(trees, node),
      yes: next === node + 1,
      after: unit * values[next],
      rows: arrays.cover[next],
    });
    node = next;
  }
  return { tree: (tree - trees.first) / trees.step, before, decisions, after: unit * values[node] };
}

/** What an inner node asks: those whose answer is yes go left. */
export function questionOf(
  { arrays, categoryCounts }: Pick<ScoreTrees, "arrays" | "categoryCounts">,
  node: number,
): Decision["question"] {
  const { flags, threshold, sets, feature } = arrays;
  if ((flags[node] & CATEGORICAL) === 0) return { atMost: threshold[node] };
  const among: number[] = [];
  for (let code = 0; code < categoryCounts[feature[node]]; code++)
    if ((sets[threshold[node] + (code >>> 5)] >>> (code & 31)) & 1) among.push(code);
  return { among };
}
