// Exact Shapley values of trees, path-dependent: an absent column lets a row go both ways, by the training rows that went
// either way (the game of TreeSHAP; Lundberg et al. 2020, Algorithm 1).
//
// Within a leaf whose path asks d columns, column j has the share z of training rows that go the leaf's way at its questions,
// and o, which is 1 if the row itself does and else 0. The Shapley value of j is (Owen 1972, by the multilinear extension)
//
//     value × (o_j - z_j) × ∫ over t from 0 to 1 of the product over the others k of (z_k (1 - t) + o_k t)
//
// The integrand is a polynomial of degree d - 1, so that d / 2 points of Gauss-Legendre quadrature give it exactly. Products
// are kept for every point on the way down a tree, and leaves are summed on the way up (as in Linear TreeSHAP; Yu et al.
// 2022): a row costs nodes × d / 2, where Algorithm 2 of TreeSHAP costs leaves × depth². All terms of the products are
// positive, so that nothing is lost by cancellation.

import { goesLeft, LEAF } from "../trees.ts";
import { gaussLegendre, type Quadrature } from "./quadrature.ts";
import type { ScoreTrees } from "./trees.ts";

/** What the nodes of all trees of a model are to their parents, whatever the class; index of a node as in the trees. */
export interface Edges {
  parent: Int32Array;
  /** Nearest node above whose parent asks the same column as this one's; -1 for none. */
  above: Int32Array;
  /** Share of training rows that go this way at all questions of the column so far. */
  share: Float64Array;
  /** The same at the last question alone. */
  ratio: Float64Array;
  /** Points that every tree needs: half of the most columns on a path. */
  points: Uint16Array;
  /** Most nodes of a tree times its points. */
  room: number;
}

export class PathShapley {
  /** Score of a row of which nothing is known. */
  readonly bias: number;
  readonly #trees: ScoreTrees;
  readonly #edges: Edges;
  readonly #rules: Quadrature[] = [];
  /** Whether the row goes this way at all questions of the column so far. */
  readonly #goes: Uint8Array;
  /** On the way down: products of a node, for each point. On the way up: sums of the leaves below. */
  readonly #sums: Float64Array;

  constructor(trees: ScoreTrees, edges: Edges = edgesOf(trees)) {
    this.#trees = trees;
    this.#edges = edges;
    this.#goes = new Uint8Array(this.#edges.parent.length);
    this.#sums = new Float64Array(this.#edges.room);
    let bias = trees.baseline;
    const { roots, treeCount } = trees.arrays;
    for (let tree = trees.first; tree < treeCount; tree += trees.step)
      bias += trees.factor * meanOf(trees, this.#edges, roots[tree], roots[tree + 1]);
    this.bias = bias;
  }

  /** Adds the Shapley value of every column of a row to `amounts`; `rows[at]` is the row's first value. */
  addTo(amounts: Float64Array, rows: Float64Array, at: number): void {
    const { first, step, arrays } = this.#trees;
    for (let tree = first; tree < arrays.treeCount; tree += step) {
      const points = this.#edges.points[tree];
      // A tree of one leaf asks nothing.
      if (points === 0) continue;
      this.#rules[points] ??= gaussLegendre(points);
      this.#descend(tree, rows, at, this.#rules[points]);
      this.#ascend(tree, amounts, this.#rules[points]);
    }
  }

  #descend(tree: number, rows: Float64Array, at: number, { points, weights }: Quadrature): void {
    const { arrays, categoryCounts } = this.#trees;
    const { feature, right } = arrays;
    const root = arrays.roots[tree];
    const end = arrays.roots[tree + 1];
    const goes = this.#goes;
    this.#sums.set(weights, 0);
    for (let node = root; node < end; node++) {
      const column = feature[node];
      if (column === LEAF) continue;
      const left = goesLeft(arrays, node, rows[at + column], categoryCounts);
      goes[node + 1] = left ? 1 : 0;
      goes[right[node]] = left ? 0 : 1;
      this.#step(node, node + 1, root, points);
      this.#step(node, right[node], root, points);
    }
  }

  /** The products of a child from those of its node. */
  #step(node: number, child: number, root: number, points: Float64Array): void {
    const { above, share, ratio } = this.#edges;
    const [goes, sums] = [this.#goes, this.#sums];
    const count = points.length;
    const from = (node - root) * count;
    const to = (child - root) * count;
    const own = share[child];
    const before = above[child];
    if (before < 0) {
      const adds = goes[child];
      for (let q = 0; q < count; q++)
        sums[to + q] = sums[from + q] * (own * (1 - points[q]) + adds * points[q]);
    } else if (goes[before] === 0) {
      goes[child] = 0;
      for (let q = 0; q < count; q++) sums[to + q] = sums[from + q] * ratio[child];
    } else {
      const [adds, old] = [goes[child], share[before]];
      for (let q = 0; q < count; q++) {
        const t = points[q];
        sums[to + q] = (sums[from + q] * (own * (1 - t) + adds * t)) / (old * (1 - t) + t);
      }
    }
  }

  /** Children come after their parents, so that going backwards meets them first. */
  #ascend(tree: number, amounts: Float64Array, { points }: Quadrature): void {
    const { arrays, values, factor } = this.#trees;
    const { feature, right, roots } = arrays;
    const root = roots[tree];
    const sums = this.#sums;
    const count = points.length;
    for (let node = roots[tree + 1] - 1; node >= root; node--) {
      const at = (node - root) * count;
      if (feature[node] === LEAF) {
        const value = values[node] * factor;
        for (let q = 0; q < count; q++) sums[at + q] *= value;
        continue;
      }
      const [first, second] = [node + 1, right[node]];
      const [left, other] = [at + count, (second - root) * count];
      for (let q = 0; q < count; q++) sums[at + q] = sums[left + q] + sums[other + q];
      amounts[feature[node]] += this.#amount(first, left, points) + this.#amount(second, other, points);
    }
  }

  /** What the question that led to a node adds, less what was added for the same column above. */
  #amount(node: number, at: number, points: Float64Array): number {
    const { above, share } = this.#edges;
    const [goes, sums] = [this.#goes, this.#sums];
    const before = above[node];
    const own = share[node];
    let amount = 0;
    if (before < 0) {
      if (goes[node] === 0) for (let q = 0; q < points.length; q++) amount -= sums[at + q] / (1 - points[q]);
      else
        for (let q = 0; q < points.length; q++)
          amount += (sums[at + q] * (1 - own)) / (own * (1 - points[q]) + points[q]);
      return amount;
    }
    // A row that had left the path already adds the same here as above.
    if (goes[before] === 0) return 0;
    const old = share[before];
    for (let q = 0; q < points.length; q++) {
      const t = points[q];
      const now = goes[node] === 0 ? -1 / (1 - t) : (1 - own) / (own * (1 - t) + t);
      amount += sums[at + q] * (now - (1 - old) / (old * (1 - t) + t));
    }
    return amount;
  }
}

/** The edges of all trees of a model: the classes share them. */
export function edgesOf({ arrays, columnCount }: Pick<ScoreTrees, "arrays" | "columnCount">): Edges {
  const nodes = arrays.feature.length;
  const edges: Edges = {
    parent: new Int32Array(nodes).fill(-1),
    above: new Int32Array(nodes).fill(-1),
    share: new Float64Array(nodes).fill(1),
    ratio: new Float64Array(nodes).fill(1),
    points: new Uint16Array(arrays.treeCount),
    room: 1,
  };
  const nearest = new Int32Array(columnCount);
  for (let tree = 0; tree < arrays.treeCount; tree++) {
    const columns = linkTree(edges, arrays, arrays.roots[tree], nearest);
    edges.points[tree] = Math.ceil(columns / 2);
    edges.room = Math.max(edges.room, (arrays.roots[tree + 1] - arrays.roots[tree]) * edges.points[tree]);
  }
  return edges;
}

/** Fills the edges of a tree; returns the most columns that a path asks. `nearest` is scratch: a number for each column. */
function linkTree(
  edges: Edges,
  { feature, right, cover }: ScoreTrees["arrays"],
  root: number,
  nearest: Int32Array,
): number {
  nearest.fill(-1);
  let most = 0;
  let columns = 0;
  /** Nodes to enter; `~node` leaves what was entered as `node`. */
  const pending = [root];
  while (pending.length > 0) {
    const next = pending.pop() as number;
    const node = next < 0 ? ~next : next;
    const parent = edges.parent[node];
    const asked = parent < 0 ? -1 : feature[parent];
    if (next < 0) {
      nearest[asked] = edges.above[node];
      if (edges.above[node] < 0) columns--;
      continue;
    }
    if (asked >= 0) {
      const above = nearest[asked];
      const sibling = node === parent + 1 ? right[parent] : parent + 1;
      const rows = cover[node] + cover[sibling];
      edges.ratio[node] = rows > 0 ? cover[node] / rows : 0.5;
      edges.above[node] = above;
      edges.share[node] = edges.ratio[node] * (above < 0 ? 1 : edges.share[above]);
      nearest[asked] = node;
      if (above < 0) columns++;
      most = Math.max(most, columns);
      pending.push(~node);
    }
    if (feature[node] === LEAF) continue;
    edges.parent[node + 1] = node;
    edges.parent[right[node]] = node;
    pending.push(right[node], node + 1);
  }
  return most;
}

/** The mean of a tree's leaves by the shares of training rows. */
function meanOf({ arrays, values }: ScoreTrees, { parent, ratio }: Edges, root: number, end: number): number {
  const weights = new Float64Array(end - root);
  weights[0] = 1;
  let mean = 0;
  for (let node = root; node < end; node++) {
    if (node > root) weights[node - root] = weights[parent[node] - root] * ratio[node];
    if (arrays.feature[node] === LEAF) mean += weights[node - root] * values[node];
  }
  return mean;
}
