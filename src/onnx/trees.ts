// Our trees as attributes of the operator TreeEnsembleClassifier (ai.onnx.ml 3), in doubles.
//
// A numeric question is one node: BRANCH_LEQ, true is left. A question for a set of categories is a chain of BRANCH_EQ
// nodes over the smaller side, whose true branches share one child, as converters of LightGBM lay them out. Codes that
// are no category are made NaN before: then one rule, nodes_missing_value_tracks_true, serves missing and unknown.

import type { ColumnSpecification } from "../feature/table.ts";
import { CATEGORICAL, categoryCountsOf, LEAF, MISSING_LEFT, type TreeArrays } from "../model/trees.ts";
import { type Attribute, doublesAttribute, type Graph, ML_DOMAIN, type Value } from "./graph.ts";

/** What a leaf adds: pairs of an index among the operator's classes and an amount. */
export type LeafVotes = (tree: number, node: number) => readonly (readonly [number, number])[];

interface BranchNode {
  id: number;
  mode: "BRANCH_LEQ" | "BRANCH_EQ" | "LEAF";
  column: number;
  value: number;
  yes: number;
  no: number;
  missingYes: boolean;
}

/** Features as trees ask for them: codes that are no category count as missing. */
export function treeFeatures(graph: Graph, features: Value, columns: readonly ColumnSpecification[]): Value {
  const categorical = columns.map(({ kind }) => (kind === "categorical" ? 1 : 0));
  if (!categorical.includes(1)) return features;
  const isCode = graph.cast(graph.doubles(categorical, [1, columns.length]), "bool");
  const below = graph.node("Less", [features, graph.double(0)]);
  const unknown = graph.node("And", [isCode, below]);
  return graph.node("Where", [unknown, graph.double(Number.NaN), features]);
}

/** Bits of a float's whole numbers. */
const FLOAT_BITS = 24;

/** Collects the columns of the operator's attributes. */
export class TreeTable {
  readonly #treeIds: number[] = [];
  readonly #nodeIds: number[] = [];
  readonly #columns: number[] = [];
  readonly #values: number[] = [];
  readonly #modes: string[] = [];
  readonly #yes: number[] = [];
  readonly #no: number[] = [];
  readonly #missing: number[] = [];
  readonly #voteTrees: number[] = [];
  readonly #voteNodes: number[] = [];
  readonly #voteClasses: number[] = [];
  readonly #voteAmounts: number[] = [];
  readonly #categoryCounts: Int32Array;
  #trees = 0;

  constructor(columns: readonly ColumnSpecification[]) {
    this.#categoryCounts = categoryCountsOf(columns);
  }

  /** A tree of one leaf. */
  addLeaf(votes: readonly (readonly [number, number])[]): void {
    this.#place({ id: 0, mode: "LEAF", column: 0, value: 0, yes: 0, no: 0, missingYes: false });
    this.#vote(0, votes);
    this.#trees++;
  }

  addTrees(trees: TreeArrays, votes: LeafVotes): void {
    for (let tree = 0; tree < trees.treeCount; tree++) {
      this.#addTree(trees, tree, votes);
      this.#trees++;
    }
  }

  /** A TreeEnsembleClassifier of these trees; gives the scores of the classes, floats [rows, classes]. */
  classifier(graph: Graph, features: Value, classes: readonly string[]): Value {
    const attributes: Record<string, Attribute> = {
      classlabels_strings: { texts: classes },
      ...this.#nodeAttributes(),
      class_treeids: { ints: this.#voteTrees },
      class_nodeids: { ints: this.#voteNodes },
      class_ids: { ints: this.#voteClasses },
      class_weights_as_tensor: doublesAttribute(this.#voteAmounts),
      post_transform: { text: "NONE" },
    };
    const options = { attributes, domain: ML_DOMAIN, outputs: 2 };
    return graph.nodes("TreeEnsembleClassifier", [features], options)[1];
  }

  /**
   * The sums of the votes, doubles [rows, targets], about as exact as doubles: for what amplifies small differences. The
   * operator gives floats, so each vote goes in as two: a multiple of a power of two so large that sums of such
   * multiples are floats, and the small rest.
   */
  sums(graph: Graph, features: Value, targets: number): Value {
    const step = this.#step(targets);
    const coarse = this.#voteAmounts.map((amount) => Math.round(amount / step) * step);
    const fine = this.#voteAmounts.map((amount, index) => amount - coarse[index]);
    const attributes: Record<string, Attribute> = {
      ...this.#nodeAttributes(),
      n_targets: { int: targets * 2 },
      target_treeids: { ints: [...this.#voteTrees, ...this.#voteTrees] },
      target_nodeids: { ints: [...this.#voteNodes, ...this.#voteNodes] },
      target_ids: { ints: [...this.#voteClasses, ...this.#voteClasses.map((target) => target + targets)] },
      target_weights_as_tensor: doublesAttribute([...coarse, ...fine]),
      aggregate_function: { text: "SUM" },
      post_transform: { text: "NONE" },
    };
    const options = { attributes, domain: ML_DOMAIN };
    const both = graph.cast(graph.node("TreeEnsembleRegressor", [features], options), "double");
    const indices = Array.from({ length: targets }, (_, target) => target);
    return graph.node("Add", [
      graph.columns(both, indices),
      graph.columns(
        both,
        indices.map((target) => target + targets),
      ),
    ]);
  }

  /** A power of two: the largest sum of votes is less than 2²⁴ of it. */
  #step(targets: number): number {
    const largest = new Float64Array(this.#trees * targets);
    this.#voteAmounts.forEach((amount, index) => {
      const at = this.#voteTrees[index] * targets + this.#voteClasses[index];
      largest[at] = Math.max(largest[at], Math.abs(amount));
    });
    const sums = new Float64Array(targets);
    largest.forEach((amount, at) => {
      sums[at % targets] += amount;
    });
    let bits = 0;
    // One more for rounding up.
    for (const sum of sums) while (2 ** bits <= sum * 2) bits++;
    return 2 ** (bits - FLOAT_BITS);
  }

  #nodeAttributes(): Record<string, Attribute> {
    return {
      nodes_treeids: { ints: this.#treeIds },
      nodes_nodeids: { ints: this.#nodeIds },
      nodes_featureids: { ints: this.#columns },
      nodes_values_as_tensor: doublesAttribute(this.#values),
      nodes_modes: { texts: this.#modes },
      nodes_truenodeids: { ints: this.#yes },
      nodes_falsenodeids: { ints: this.#no },
      nodes_missing_value_tracks_true: { ints: this.#missing },
    };
  }

  #addTree(trees: TreeArrays, tree: number, votes: LeafVotes): void {
    const start = trees.roots[tree];
    const end = trees.roots[tree + 1];
    const { feature, flags, threshold, right } = trees;
    let extra = end - start;
    for (let node = start; node < end; node++) {
      const id = node - start;
      if (feature[node] === LEAF) {
        this.#place({ id, mode: "LEAF", column: 0, value: 0, yes: 0, no: 0, missingYes: false });
        this.#vote(id, votes(tree, node));
        continue;
      }
      const column = feature[node];
      const missingLeft = (flags[node] & MISSING_LEFT) !== 0;
      const [left, other] = [id + 1, right[node] - start];
      if ((flags[node] & CATEGORICAL) === 0) {
        const value = threshold[node];
        this.#place({ id, mode: "BRANCH_LEQ", column, value, yes: left, no: other, missingYes: missingLeft });
        continue;
      }
      const codes = setOf(trees, node, this.#categoryCounts[column]);
      extra = this.#placeChain({ id, column, codes, left, right: other, missingLeft, extra });
    }
  }

  /** A chain of questions, the first under the node's own id, the others under new ones; gives the next new id. */
  #placeChain(question: {
    id: number;
    column: number;
    codes: { inside: number[]; outside: number[] };
    left: number;
    right: number;
    missingLeft: boolean;
    extra: number;
  }): number {
    const { column, codes, left, right, missingLeft } = question;
    const asksInside = codes.inside.length <= codes.outside.length;
    // A code that no row has stands for an empty side: the chain must have one node.
    const asked = asksInside ? codes.inside : codes.outside;
    const values = asked.length > 0 ? asked : [-1];
    const [yes, last] = asksInside ? [left, right] : [right, left];
    const missingYes = asksInside === missingLeft;
    let { id, extra } = question;
    values.forEach((value, index) => {
      const no = index === values.length - 1 ? last : extra;
      this.#place({ id, mode: "BRANCH_EQ", column, value, yes, no, missingYes });
      id = no;
      if (index < values.length - 1) extra++;
    });
    return extra;
  }

  #place({ id, mode, column, value, yes, no, missingYes }: BranchNode): void {
    this.#treeIds.push(this.#trees);
    this.#nodeIds.push(id);
    this.#modes.push(mode);
    this.#columns.push(column);
    this.#values.push(value);
    this.#yes.push(yes);
    this.#no.push(no);
    this.#missing.push(missingYes ? 1 : 0);
  }

  #vote(id: number, votes: readonly (readonly [number, number])[]): void {
    for (const [index, amount] of votes) {
      this.#voteTrees.push(this.#trees);
      this.#voteNodes.push(id);
      this.#voteClasses.push(index);
      this.#voteAmounts.push(amount);
    }
  }
}

/** The codes of a categorical node's set, and all others. */
function setOf(trees: TreeArrays, node: number, categories: number): { inside: number[]; outside: number[] } {
  const inside: number[] = [];
  const outside: number[] = [];
  for (let code = 0; code < categories; code++) {
    const word = trees.sets[trees.threshold[node] + (code >>> 5)];
    (((word >>> (code & 31)) & 1) !== 0 ? inside : outside).push(code);
  }
  return { inside, outside };
}
