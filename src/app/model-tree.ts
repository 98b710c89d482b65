// One tree of a model in words: questions with names of columns and units, rows, classes with their shares. Bounded in depth; what
// lies deeper is asked for from its node.

import { OrbweaverError } from "../base/errors.ts";
import type { ColumnSpecification } from "../feature/table.ts";
import type { Model } from "../model/contract.ts";
import { type TreeNode, treeNodesOf } from "../model/tree-nodes.ts";
import { valueText } from "../verdict/measure-text.ts";
import { listed } from "./explanation-words.ts";

/** Questions below one another that are told at once. */
export const TREE_DEPTH_MAX = 8;
/** Classes that are told at a node, those with the largest shares. */
const CLASSES_TOLD = 5;

export interface ModelTreeOptions {
  /** From 1; of boosting with more than two classes, of those of the class. */
  tree?: number;
  /** Class whose score is told; the class of most training rows that is an attack unless given. */
  class?: string;
  /** Where to begin, from 0 at the root. */
  node?: number;
  depth?: number;
}

export interface ModelTreeNode {
  id: number;
  /** Training rows that reached it. */
  rows: number;
  /** Share of the class, or what the tree adds to its score. */
  value: number;
  /** Of forests: classes with their shares, largest first. */
  classes?: { name: string; share: number }[];
  /** "src_bytes ≤ 28.5 bytes", "service is http or dns". */
  question?: string;
  column?: string;
  unit?: string;
  threshold?: number;
  categories?: string[];
  /** The answer that a missing value is taken for. */
  missing?: "yes" | "no";
  yes?: ModelTreeNode;
  no?: ModelTreeNode;
}

export interface ModelTree {
  class: string;
  scale: "probability" | "log-odds";
  /** Which of how many. */
  tree: number;
  trees: number;
  nodes: number;
  root: ModelTreeNode;
}

/** Throws `tree-unknown` where the model has no such tree, class or node. */
export function modelTree(model: Model, options: ModelTreeOptions = {}): ModelTree {
  const { classes, schema, kind } = model.manifest;
  const { tree = 1, class: name = mainClass(model), node = 0, depth = 4 } = options;
  const classIndex = classes.indexOf(name);
  if (classIndex < 0)
    throw new OrbweaverError(
      "tree-unknown",
      `the model has no class '${name}', expected ${classes.join(", ")}`,
    );
  const found = treeNodesOf(model, { tree: tree - 1, classIndex, node, depth });
  if (found === undefined)
    throw new OrbweaverError(
      "tree-unknown",
      `this model of the kind '${kind}' has no tree ${tree} with a node ${node} for the class '${name}'`,
    );
  const { scale, trees, nodes, root } = found;
  return { class: name, scale, tree, trees, nodes, root: nodeText(root, schema.columns, classes) };
}

function mainClass({ manifest: { classes, benignClasses, training } }: Model): string {
  const attacks = classes.filter((name) => !benignClasses.includes(name));
  const rows = (name: string): number => training.classCounts[classes.indexOf(name)];
  const [first] = (attacks.length > 0 ? attacks : classes).toSorted((one, other) => rows(other) - rows(one));
  return first;
}

function nodeText(
  node: TreeNode,
  columns: readonly ColumnSpecification[],
  classes: readonly string[],
): ModelTreeNode {
  const { id, rows, value, shares, column, question, missing, yes, no } = node;
  return {
    id,
    rows,
    value,
    ...(shares && { classes: largestShares(shares, classes) }),
    ...(column !== undefined && question !== undefined && questionText(columns[column], question)),
    ...(missing && { missing }),
    ...(yes && { yes: nodeText(yes, columns, classes) }),
    ...(no && { no: nodeText(no, columns, classes) }),
  };
}

function largestShares(shares: readonly number[], classes: readonly string[]) {
  return classes
    .map((name, index) => ({ name, share: shares[index] }))
    .filter(({ share }) => share > 0)
    .sort((one, other) => other.share - one.share)
    .slice(0, CLASSES_TOLD);
}

function questionText(column: ColumnSpecification, question: NonNullable<TreeNode["question"]>) {
  const { name, unit } = column;
  if ("atMost" in question)
    return {
      question: `${name} ≤ ${valueText(column, question.atMost)}`,
      column: name,
      unit,
      threshold: question.atMost,
    };
  const categories = question.among.map((code) => column.categories[code]);
  return { question: `${name} is ${listed(categories)}`, column: name, unit, categories };
}
