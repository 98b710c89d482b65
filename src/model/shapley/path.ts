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
  /** Most nodes of a tree, and most nodes of a tree times its points. */
  nodes: number;
  room: number;
}

/** Room for one tree and one row; a number for each node and point. */
interface Scratch {
  /** On the way down: products along the path. On the way up: sums of the leaves below. */
  sums: Float64Array;
  /** One divided by the column's own factor, where the row goes this way. */
  inverses: Float64Array;
  /** Whether the row goes this way at all questions of the column so far; a number for each node. */
  goes: Uint8Array;
}

/** Points of a quadrature as the loops need them. */
interface Rule extends Quadrature {
  /** 1 - point, and what a column adds that the row does not go along with: -1 / (1 - point). */
  rest: Float64Array;
  against: Float64Array;
}

export class PathShapley {
  /** Score of a row of which nothing is known. */
  readonly bias: number;
  readonly #trees: ScoreTrees;
  readonly #edges: Edges;
  readonly #rules: Rule[] = [];
  readonly #scratch: Scratch;

  constructor(trees: ScoreTrees, edges: Edges = edgesOf(trees)) {
    this.#trees = trees;
    this.#edges = edges;
    const { nodes, room } = edges;
    this.#scratch = {
      sums: new Float64Array(room),
      inverses: new Float64Array(room),
      goes: new Uint8Array(nodes),
    };
    let bias = trees.baseline;
    const { roots, treeCount } = trees.arrays;
    for (let tree = trees.first; tree < treeCount; tree += trees.step)
      bias += trees.factor * meanOf(trees, edges, roots[tree], roots[tree + 1]);
    this.bias = bias;
  }

  /** Adds the Shapley value of every column of a row to `amounts`; `rows[at]` is the row's first value. */
  addTo(amounts: Float64Array, rows: Float64Array, at: number): void {
    const { first, step, arrays } = this.#trees;
    for (let tree = first; tree < arrays.treeCount; tree += step) {
      const points = this.#edges.points[tree];
      // A tree of one leaf asks nothing.
      if (points === 0) continue;
      this.#rules[points] ??= ruleOf(points);
      descend(this.#trees, this.#edges, this.#scratch, this.#rules[points], tree, rows, at);
      ascend(this.#trees, this.#edges, this.#scratch, this.#rules[points], tree, amounts);
    }
  }
}

function ruleOf(count: number): Rule {
  const { points, weights } = gaussLegendre(count);
  const rest = points.map((point) => 1 - point);
  return { points, weights, rest, against: rest.map((value) => -1 / value) };
}

/** The products of every node, from those of its parent. Parents come first. */
function descend(
  { arrays, categoryCounts }: ScoreTrees,
  { parent, above, share, ratio }: Edges,
  { sums, inverses, goes }: Scratch,
  { points, weights, rest }: Rule,
  tree: number,
  rows: Float64Array,
  at: number,
): void {
  const { feature, right } = arrays;
  const count = points.length;
  const root = arrays.roots[tree];
  const end = arrays.roots[tree + 1];
  for (let q = 0; q < count; q++) sums[q] = weights[q];
  for (let node = root; node < end; node++) {
    const local = node - root;
    const to = local * count;
    if (node > root) {
      const from = (parent[node] - root) * count;
      const before = above[node];
      const own = share[node];
      if (before >= 0 && goes[before - root] === 0) {
        // The row has left the path at the same column above.
        goes[local] = 0;
        for (let q = 0; q < count; q++) sums[to + q] = sums[from + q] * ratio[node];
      } else {
        const old = before < 0 ? -1 : (before - root) * count;
        const adds = goes[local];
        for (let q = 0; q < count; q++) {
          const factor = own * rest[q] + adds * points[q];
          const product = sums[from + q] * factor;
          sums[to + q] = old < 0 ? product : product * inverses[old + q];
          if (adds === 1) inverses[to + q] = 1 / factor;
        }
      }
    }
    const column = feature[node];
    if (column === LEAF) continue;
    const left = goesLeft(arrays, node, rows[at + column], categoryCounts) ? 1 : 0;
    goes[local + 1] = left;
    goes[right[node] - root] = 1 - left;
  }
}

/** Sums leaves from the bottom up, and adds what each question does to its column's amount. Children come after parents. */
function ascend(
  { arrays, values, factor }: ScoreTrees,
  { parent, above, share }: Edges,
  { sums, inverses, goes }: Scratch,
  { against }: Rule,
  tree: number,
  amounts: Float64Array,
): void {
  const { feature, right, roots } = arrays;
  const count = against.length;
  const root = roots[tree];
  for (let node = roots[tree + 1] - 1; node >= root; node--) {
    const local = node - root;
    const at = local * count;
    if (feature[node] === LEAF) {
      const value = values[node] * factor;
      for (let q = 0; q < count; q++) sums[at + q] *= value;
    } else {
      const other = (right[node] - root) * count;
      for (let q = 0; q < count; q++) sums[at + q] = sums[at + count + q] + sums[other + q];
    }
    if (node === root) return;
    const before = above[node];
    // A row that had left the path already adds the same here as above.
    if (before >= 0 && goes[before - root] === 0) continue;
    let amount = 0;
    if (goes[local] === 0) for (let q = 0; q < count; q++) amount += sums[at + q] * against[q];
    else {
      for (let q = 0; q < count; q++) amount += sums[at + q] * inverses[at + q];
      amount *= 1 - share[node];
    }
    if (before >= 0) {
      const old = (before - root) * count;
      let less = 0;
      for (let q = 0; q < count; q++) less += sums[at + q] * inverses[old + q];
      amount -= less * (1 - share[before]);
    }
    amounts[feature[parent[node]]] += amount;
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
    nodes: 1,
    room: 1,
  };
  const nearest = new Int32Array(columnCount);
  for (let tree = 0; tree < arrays.treeCount; tree++) {
    const columns = linkTree(edges, arrays, arrays.roots[tree], nearest);
    edges.points[tree] = Math.ceil(columns / 2);
    const size = arrays.roots[tree + 1] - arrays.roots[tree];
    edges.nodes = Math.max(edges.nodes, size);
    edges.room = Math.max(edges.room, size * edges.points[tree]);
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
