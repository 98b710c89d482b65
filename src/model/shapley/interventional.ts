// Exact Shapley values of trees, interventional: an absent column has the values of background rows, one after another,
// whatever the other columns are (Janzing, Minorics and Blöbaum 2020; Lundberg et al. 2020, Independent TreeSHAP).
//
// For one row and one background row, a leaf is reached by a mixture of both exactly if it takes all columns of X from the
// row and all of Y from the background: those at whose questions only the one goes the leaf's way. With a and c columns in
// them, every column of X gets value × (a - 1)! c! / (a + c)!, every one of Y - value × a! (c - 1)! / (a + c)!. A walk that
// goes both ways only where the two part finds all such leaves.

import { goesLeft, LEAF } from "../trees.ts";
import type { ScoreTrees } from "./trees.ts";

/** Background rows that are used at most. */
export const BACKGROUND_ROWS_MAX = 1_000;

const [FREE, OF_ROW, OF_BACKGROUND] = [0, 1, 2];

export class InterventionalShapley {
  /** Mean score of the background rows. */
  readonly bias: number;
  readonly #trees: ScoreTrees;
  readonly #background: Float64Array;
  readonly #count: number;
  /** `weights[p * size + q]` is p! q! / (p + q + 1)!. */
  readonly #weights: Float64Array;
  readonly #size: number;
  /** Whose values of a column the walk has used: FREE, OF_ROW or OF_BACKGROUND. */
  readonly #used: Uint8Array;
  #amounts: Float64Array = new Float64Array(0);
  #rows: Float64Array = new Float64Array(0);
  #at = 0;
  #other = 0;
  /** What the leaves below the node walked last add for the columns of X, and of Y. */
  #forRow = 0;
  #forBackground = 0;

  /** @param background row-major values of the background rows, at least one */
  constructor(trees: ScoreTrees, background: Float64Array) {
    const { columnCount, factor, baseline } = trees;
    this.#trees = trees;
    this.#background = background;
    this.#count = background.length / columnCount;
    this.#size = mostQuestions(trees) + 1;
    this.#weights = weightsOf(this.#size);
    this.#used = new Uint8Array(columnCount);
    let sum = 0;
    for (let row = 0; row < this.#count; row++) sum += leavesOf(trees, background, row * columnCount);
    this.bias = baseline + (factor * sum) / this.#count;
  }

  /** Adds the Shapley value of every column of a row to `amounts`; `rows[at]` is the row's first value. */
  addTo(amounts: Float64Array, rows: Float64Array, at: number): void {
    const { first, step, arrays, columnCount } = this.#trees;
    this.#amounts = amounts;
    this.#rows = rows;
    this.#at = at;
    for (let tree = first; tree < arrays.treeCount; tree += step) {
      for (let row = 0; row < this.#count; row++) {
        this.#other = row * columnCount;
        this.#walk(arrays.roots[tree], 0, 0);
      }
    }
  }

  /** Walks the leaves below a node; a and c are the sizes of X and Y so far. */
  #walk(from: number, a: number, c: number): void {
    const { arrays, values, factor, categoryCounts } = this.#trees;
    const { feature, right } = arrays;
    const used = this.#used;
    let node = from;
    for (let column = feature[node]; column !== LEAF; column = feature[node]) {
      const whose = used[column];
      const own =
        whose !== OF_BACKGROUND && goesLeft(arrays, node, this.#rows[this.#at + column], categoryCounts);
      const others =
        whose !== OF_ROW && goesLeft(arrays, node, this.#background[this.#other + column], categoryCounts);
      const left = whose === OF_BACKGROUND ? others : own;
      if (whose === FREE && own !== others) {
        this.#part(node, column, own, a, c);
        return;
      }
      node = left ? node + 1 : right[node];
    }
    const value = (values[node] * factor) / this.#count;
    this.#forRow = a > 0 ? value * this.#weights[(a - 1) * this.#size + c] : 0;
    this.#forBackground = c > 0 ? value * this.#weights[a * this.#size + c - 1] : 0;
  }

  /** Where the two part: the column belongs to X on the row's side, and to Y on the other. */
  #part(node: number, column: number, ownLeft: boolean, a: number, c: number): void {
    const { right } = this.#trees.arrays;
    const [own, other] = ownLeft ? [node + 1, right[node]] : [right[node], node + 1];
    const used = this.#used;
    used[column] = OF_ROW;
    this.#walk(own, a + 1, c);
    const [forRow, forBackground] = [this.#forRow, this.#forBackground];
    used[column] = OF_BACKGROUND;
    this.#walk(other, a, c + 1);
    used[column] = FREE;
    this.#amounts[column] += forRow - this.#forBackground;
    this.#forRow += forRow;
    this.#forBackground += forBackground;
  }
}

/** Sum of the leaves that a row falls into. */
function leavesOf(trees: ScoreTrees, rows: Float64Array, at: number): number {
  const { arrays, values, first, step, categoryCounts } = trees;
  const { feature, right, roots } = arrays;
  let sum = 0;
  for (let tree = first; tree < arrays.treeCount; tree += step) {
    let node = roots[tree];
    for (let column = feature[node]; column !== LEAF; column = feature[node])
      node = goesLeft(arrays, node, rows[at + column], categoryCounts) ? node + 1 : right[node];
    sum += values[node];
  }
  return sum;
}

/** The most columns that can differ on a way through a tree: never more than the depth, nor than the columns. */
function mostQuestions({ arrays, first, step, columnCount }: ScoreTrees): number {
  const { roots, feature, right } = arrays;
  let most = 0;
  const depth = new Uint32Array(feature.length);
  for (let tree = first; tree < arrays.treeCount; tree += step) {
    for (let node = roots[tree]; node < roots[tree + 1]; node++) {
      most = Math.max(most, depth[node]);
      if (feature[node] === LEAF) continue;
      depth[node + 1] = depth[node] + 1;
      depth[right[node]] = depth[node] + 1;
    }
  }
  return Math.min(most, columnCount);
}

/** p! q! / (p + q + 1)! for p, q below `size`. */
function weightsOf(size: number): Float64Array {
  const weights = new Float64Array(size * size);
  for (let q = 0; q < size; q++) weights[q] = 1 / (q + 1);
  for (let p = 1; p < size; p++)
    for (let q = 0; q < size; q++) weights[p * size + q] = (weights[(p - 1) * size + q] * p) / (p + q + 1);
  return weights;
}
