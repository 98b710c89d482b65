// Trees as flat arrays: how ensembles are held, checked, walked and grown. Knows no file and no learner.
//
// Every tree lies in preorder: the left child of node n is n + 1, its right child is `right[n]`, which is larger. So a
// walk always moves forward and ends. Thresholds are raw values: a row needs no preparation to be scored.

import { OrbweaverError } from "../base/errors.ts";
import type { ColumnSpecification } from "../feature/table.ts";

/** In `feature`: the node is a leaf. */
export const LEAF = 0xffff;
/** In `flags`: a missing value goes left. */
export const MISSING_LEFT = 1;
/** In `flags`: the node asks whether a category is in a set. */
export const CATEGORICAL = 2;

/** Most that any ensemble may have; larger ones are refused when read and when grown. */
export const ENSEMBLE_LIMITS = {
  columns: 16_384,
  classes: 4_096,
  trees: 4_000_000,
  nodes: 40_000_000,
} as const;

/** Trees and what they ask, whatever their leaves mean. */
export interface TreeArrays {
  treeCount: number;
  /** First node of every tree, then the number of nodes: `treeCount + 1` numbers. */
  roots: Uint32Array;
  /** Column that a node asks, or LEAF. */
  feature: Uint16Array;
  flags: Uint8Array;
  /** Numeric: values up to it go left. Categorical: index of the first word of the node's set. Leaf: 0. */
  threshold: Float64Array;
  /** Right child; of a leaf, what the kind of model says. */
  right: Uint32Array;
  /** Training rows that reached the node. */
  cover: Uint32Array;
  /** Sets of category codes, 32 a word; a set has as many words as its column's categories need. */
  sets: Uint32Array;
}

/** A boosted ensemble: tree t adds to output t mod outputs. */
export interface Ensemble extends TreeArrays {
  /** Indices into the model's classes that were seen in training, ascending; at least two. */
  activeClasses: Int32Array;
  /** Raw scores a row has: 1 for two active classes (log-odds of the second), else one for each. */
  outputs: number;
  /** Raw score of each output before the first tree. */
  baseline: Float64Array;
  /** Leaf: what it adds to the raw score. Inner node: mean of its leaves, weighted by training rows. */
  value: Float64Array;
}

/** Words that a set over so many categories takes. */
export function setWords(categoryCount: number): number {
  return (categoryCount + 31) >>> 5;
}

/** Whether a value of the column that a node asks goes left there; `words` are the numbers of categories of the columns. */
export function goesLeft(ensemble: TreeArrays, node: number, value: number, words: Int32Array): boolean {
  const flags = ensemble.flags[node];
  if ((flags & CATEGORICAL) === 0) {
    return value <= ensemble.threshold[node] || (Number.isNaN(value) && (flags & MISSING_LEFT) !== 0);
  }
  const categoryCount = words[ensemble.feature[node]];
  // A code that is not a whole number in range (NaN among them) is an unknown category: it goes where missing goes.
  if (!(value >= 0 && value < categoryCount) || value !== Math.floor(value))
    return (flags & MISSING_LEFT) !== 0;
  const word = ensemble.sets[ensemble.threshold[node] + (value >>> 5)];
  return ((word >>> (value & 31)) & 1) !== 0;
}

/** The leaf of a tree that a row falls into; `rows[at]` is the row's first value. */
export function leafOf(
  ensemble: TreeArrays,
  tree: number,
  rows: Float64Array,
  at: number,
  categoryCounts: Int32Array,
): number {
  const feature = ensemble.feature;
  let node = ensemble.roots[tree];
  for (let column = feature[node]; column !== LEAF; column = feature[node]) {
    node = goesLeft(ensemble, node, rows[at + column], categoryCounts) ? node + 1 : ensemble.right[node];
  }
  return node;
}

/** How many categories each column has; 0 for numeric ones. */
export function categoryCountsOf(columns: readonly ColumnSpecification[]): Int32Array {
  return Int32Array.from(columns, (column) => (column.kind === "categorical" ? column.categories.length : 0));
}

/** Throws `model-corrupt` unless every index is in range and every tree is a tree. */
export function checkEnsemble(
  ensemble: Ensemble,
  columns: readonly ColumnSpecification[],
  classCount: number,
): void {
  const { activeClasses, outputs, baseline, treeCount, value } = ensemble;
  checkActiveClasses(activeClasses, classCount);
  requireIntact(outputs === (activeClasses.length === 2 ? 1 : activeClasses.length), "number of outputs");
  requireIntact(baseline.length === outputs && baseline.every(Number.isFinite), "baseline");
  requireIntact(treeCount % outputs === 0, "number of trees");
  checkTrees(ensemble, columns);
  requireIntact(value.length === ensemble.feature.length, "node arrays of unequal length");
  const bad = value.findIndex((number) => !Number.isFinite(number));
  requireIntact(bad < 0, `value of node ${bad}`);
}

/** Throws `model-corrupt` unless the active classes are at least two of the model's, ascending. */
export function checkActiveClasses(activeClasses: Int32Array, classCount: number): void {
  requireIntact(classCount >= 2 && classCount <= ENSEMBLE_LIMITS.classes, `${classCount} classes`);
  requireIntact(activeClasses.length >= 2 && activeClasses.length <= classCount, "number of active classes");
  for (let index = 0; index < activeClasses.length; index++) {
    const floor = index === 0 ? 0 : activeClasses[index - 1] + 1;
    requireIntact(activeClasses[index] >= floor && activeClasses[index] < classCount, "active classes");
  }
}

/** Throws `model-corrupt` unless every index of the trees is in range and every tree is a tree. Leaves are not looked at. */
export function checkTrees(trees: TreeArrays, columns: readonly ColumnSpecification[]): void {
  const { treeCount, roots } = trees;
  requireIntact(
    columns.length >= 1 && columns.length <= ENSEMBLE_LIMITS.columns,
    `${columns.length} columns`,
  );
  requireIntact(treeCount <= ENSEMBLE_LIMITS.trees, "number of trees");
  requireIntact(roots.length === treeCount + 1 && roots[0] === 0, "roots");
  const nodes = trees.feature.length;
  requireIntact(nodes <= ENSEMBLE_LIMITS.nodes && roots[treeCount] === nodes, "number of nodes");
  for (const array of [trees.flags, trees.threshold, trees.right, trees.cover])
    requireIntact(array.length === nodes, "node arrays of unequal length");
  for (let tree = 0; tree < treeCount; tree++) checkTree(trees, roots[tree], roots[tree + 1], columns);
}

/**
 * Walks the preorder: the left subtree of a node must end where its right child begins. What is said is put together only
 * where something is wrong, for there may be millions of nodes.
 */
function checkTree(
  trees: TreeArrays,
  start: number,
  end: number,
  columns: readonly ColumnSpecification[],
): void {
  const { feature, flags, right } = trees;
  requireIntact(start < end && end <= feature.length, "a tree without nodes");
  const pending: number[] = [];
  for (let node = start; node < end; node++) {
    if (feature[node] === LEAF) {
      if ((pending.pop() ?? end) !== node + 1) damaged(`children of the tree at node ${start}`);
      continue;
    }
    const column = columns[feature[node]];
    if (column === undefined) damaged(`column ${feature[node]} of node ${node}`);
    if (!(right[node] > node + 1 && right[node] < end)) damaged(`right child of node ${node}`);
    pending.push(right[node]);
    if (flags[node] > (MISSING_LEFT | CATEGORICAL)) damaged(`flags of node ${node}`);
    checkQuestion(trees, node, column);
  }
  requireIntact(pending.length === 0, `children of the tree at node ${start}`);
}

function checkQuestion(
  { flags, threshold, sets }: TreeArrays,
  node: number,
  column: ColumnSpecification,
): void {
  if ((flags[node] & CATEGORICAL) === 0) {
    if (Number.isNaN(threshold[node])) damaged(`threshold of node ${node}`);
    return;
  }
  const first = threshold[node];
  if (column.kind !== "categorical") damaged(`node ${node} asks for a category of a numeric column`);
  const last = first + setWords(column.categories.length);
  if (!(Number.isInteger(first) && first >= 0 && last <= sets.length))
    damaged(`category set of node ${node}`);
}

/** Throws `model-corrupt`, saying what of the trees is damaged, unless the condition holds. */
export function requireIntact(condition: boolean, what: string): asserts condition {
  if (!condition) damaged(what);
}

/** Throws `model-corrupt`, saying what of the trees is damaged. */
export function damaged(what: string): never {
  throw new OrbweaverError("model-corrupt", `the model's trees are damaged: ${what}`);
}

/** One node of a tree under construction. */
export interface NodeSpecification {
  feature: number;
  flags: number;
  threshold: number;
  /** Training rows that reached it. */
  cover: number;
  /** Leaf only: what it adds. */
  value: number;
  /** Category set of a categorical node. */
  set?: Uint32Array;
  left?: NodeSpecification;
  right?: NodeSpecification;
}

/** Collects trees; `ensemble` can be walked at any time between two `add`s. */
export class EnsembleBuilder {
  readonly ensemble: Ensemble;
  #nodes = 0;
  #words = 0;

  constructor(activeClasses: Int32Array, baseline: Float64Array) {
    this.ensemble = {
      activeClasses,
      outputs: baseline.length,
      baseline,
      treeCount: 0,
      roots: new Uint32Array(256),
      feature: new Uint16Array(1024),
      flags: new Uint8Array(1024),
      threshold: new Float64Array(1024),
      right: new Uint32Array(1024),
      value: new Float64Array(1024),
      cover: new Uint32Array(1024),
      sets: new Uint32Array(256),
    };
  }

  /** Appends a tree. */
  add(root: NodeSpecification): void {
    const ensemble = this.ensemble;
    this.#place(root);
    ensemble.treeCount++;
    if (ensemble.treeCount >= ensemble.roots.length) ensemble.roots = grown(ensemble.roots);
    ensemble.roots[ensemble.treeCount] = this.#nodes;
  }

  /** The first `treeCount` trees in arrays of exact length. */
  finish(treeCount: number): Ensemble {
    const all = this.ensemble;
    const nodes = all.roots[treeCount];
    return {
      ...all,
      treeCount,
      roots: all.roots.slice(0, treeCount + 1),
      feature: all.feature.slice(0, nodes),
      flags: all.flags.slice(0, nodes),
      threshold: all.threshold.slice(0, nodes),
      right: all.right.slice(0, nodes),
      value: all.value.slice(0, nodes),
      cover: all.cover.slice(0, nodes),
      sets: all.sets.slice(0, this.#wordsOf(nodes)),
    };
  }

  /** Words of the sets that the first `nodes` nodes use: sets are appended in node order. */
  #wordsOf(nodes: number): number {
    const { flags, threshold } = this.ensemble;
    for (let node = nodes; node < this.#nodes; node++) {
      if ((flags[node] & CATEGORICAL) !== 0) return threshold[node];
    }
    return this.#words;
  }

  #place(specification: NodeSpecification): void {
    const node = this.#nodes++;
    const ensemble = this.ensemble;
    if (node >= ensemble.feature.length) this.#growNodes();
    ensemble.feature[node] = specification.feature;
    ensemble.flags[node] = specification.flags;
    ensemble.threshold[node] = specification.set
      ? this.#placeSet(specification.set)
      : specification.threshold;
    ensemble.cover[node] = specification.cover;
    ensemble.value[node] = specification.value;
    const { left, right } = specification;
    if (!left || !right) return;
    this.#place(left);
    this.ensemble.right[node] = this.#nodes;
    const second = this.#nodes;
    this.#place(right);
    const { value, cover } = this.ensemble;
    value[node] = (value[node + 1] * cover[node + 1] + value[second] * cover[second]) / cover[node];
  }

  #placeSet(set: Uint32Array): number {
    const first = this.#words;
    this.#words += set.length;
    while (this.#words > this.ensemble.sets.length) this.ensemble.sets = grown(this.ensemble.sets);
    this.ensemble.sets.set(set, first);
    return first;
  }

  #growNodes(): void {
    const ensemble = this.ensemble;
    if (ensemble.feature.length >= ENSEMBLE_LIMITS.nodes) {
      throw new OrbweaverError(
        "training-data",
        `the model would have more than ${ENSEMBLE_LIMITS.nodes} nodes`,
      );
    }
    ensemble.feature = grown(ensemble.feature);
    ensemble.flags = grown(ensemble.flags);
    ensemble.threshold = grown(ensemble.threshold);
    ensemble.right = grown(ensemble.right);
    ensemble.value = grown(ensemble.value);
    ensemble.cover = grown(ensemble.cover);
  }
}

function grown<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2);
  larger.set(array);
  return larger;
}
