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

import { OrbweaverError } from "../../base/errors.ts";
import {
  compileWasm,
  decodeBase64,
  instantiateWasm,
  PAGE_BYTES,
  sharedWasmMemory,
  type WasmMemory,
  type WasmModule,
} from "../../base/wasm.ts";
import { KERNEL_BASE64 } from "../shapley-kernels.generated.ts";
import { goesLeft, LEAF } from "../trees.ts";
import { gaussLegendre } from "./quadrature.ts";
import type { ScoreTrees } from "./trees.ts";

/** The kernel of src/model/assembly/shapley.ts; arguments are byte addresses unless named otherwise. */
interface ShapleyKernel {
  explainTree(
    nodes: number,
    count: number,
    pairs: number,
    rule: number,
    goes: number,
    sums: number,
    inverses: number,
    values: number,
    factor: number,
    amounts: number,
  ): void;
}

const NODE_BYTES = 32;

/** Shapley values of one class. */
export class PathShapley {
  /** Score of a row of which nothing is known. */
  readonly bias: number;
  readonly #trees: ScoreTrees;
  readonly #shared: PathTrees;
  readonly #values: number;

  /** @param shared the trees of the same model, for other classes */
  constructor(trees: ScoreTrees, shared: PathTrees = new PathTrees(trees)) {
    this.#trees = trees;
    this.#shared = shared;
    this.#values = shared.addValues(trees.values);
    this.bias = trees.baseline + trees.factor * shared.meanOf(trees);
  }

  /** Adds the Shapley value of every column of a row to `amounts`; `rows[at]` is the row's first value. */
  addTo(amounts: Float64Array, rows: Float64Array, at: number): void {
    this.#shared.explain(this.#trees, this.#values, rows, at, amounts);
  }
}

/** The trees of a model in the memory of the kernel. The classes share them. */
export class PathTrees {
  readonly #arrays: ScoreTrees["arrays"];
  readonly #memory: WasmMemory;
  readonly #kernel: ShapleyKernel;
  /** Pairs of points that every tree needs; 0 for a tree of one leaf. */
  readonly #pairs: Uint16Array;
  /** Addresses of the rules, by pairs. */
  readonly #rules: number[] = [];
  readonly #nodes: number;
  readonly #amounts: number;
  readonly #goes: number;
  readonly #sums: number;
  readonly #inverses: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #words: Int32Array = new Int32Array(0);
  #numbers: Float64Array = new Float64Array(0);
  #end = PAGE_BYTES;

  /** Throws `usage` when the trees are too many for the memory. */
  constructor({ arrays, columnCount }: Pick<ScoreTrees, "arrays" | "columnCount">) {
    this.#arrays = arrays;
    this.#memory = sharedWasmMemory();
    this.#kernel = instantiateWasm<ShapleyKernel>(kernelModule(), this.#memory);
    this.#pairs = new Uint16Array(arrays.treeCount);
    this.#nodes = this.#take(arrays.feature.length * NODE_BYTES);
    this.#amounts = this.#take(columnCount * 8);
    const linked = new LinkedTree(columnCount);
    let [mostNodes, mostNumbers] = [1, 2];
    for (let tree = 0; tree < arrays.treeCount; tree++) {
      const [root, end] = [arrays.roots[tree], arrays.roots[tree + 1]];
      const pairs = Math.ceil(linked.link(arrays, root, end) / 4);
      this.#pairs[tree] = pairs;
      this.#writeNodes(linked, root, end);
      if (pairs > 0) this.#rules[pairs] ??= this.#writeRule(pairs * 2);
      mostNodes = Math.max(mostNodes, end - root);
      mostNumbers = Math.max(mostNumbers, (end - root) * pairs * 2);
    }
    this.#goes = this.#take(mostNodes);
    this.#sums = this.#take(mostNumbers * 8);
    this.#inverses = this.#take(mostNumbers * 8);
  }

  /** Copies what the nodes say of a class; returns its address. */
  addValues(values: Float64Array): number {
    const at = this.#take(values.length * 8);
    this.#numbers.set(values, at / 8);
    return at;
  }

  /** Sum over the trees of the mean of their leaves, by the shares of training rows. */
  meanOf({ values, first, step }: ScoreTrees): number {
    const { roots, treeCount, feature } = this.#arrays;
    let sum = 0;
    for (let tree = first; tree < treeCount; tree += step) {
      const weights = new Float64Array(roots[tree + 1] - roots[tree]).fill(1);
      for (let local = 0; local < weights.length; local++) {
        const node = roots[tree] + local;
        const record = this.#nodes + node * NODE_BYTES;
        if (local > 0) weights[local] = weights[this.#words[record / 4]] * this.#numbers[record / 8 + 2];
        if (feature[node] === LEAF) sum += weights[local] * values[node];
      }
    }
    return sum;
  }

  /** Adds to `amounts` what the trees of a class, whose values lie at `values`, give the columns of a row. */
  explain(
    { first, step, factor, categoryCounts }: ScoreTrees,
    values: number,
    rows: Float64Array,
    at: number,
    amounts: Float64Array,
  ): void {
    const arrays = this.#arrays;
    const goes = this.#bytes.subarray(this.#goes);
    const sums = this.#numbers.subarray(this.#amounts / 8, this.#amounts / 8 + amounts.length);
    sums.fill(0);
    for (let tree = first; tree < arrays.treeCount; tree += step) {
      const pairs = this.#pairs[tree];
      if (pairs === 0) continue;
      const [root, end] = [arrays.roots[tree], arrays.roots[tree + 1]];
      answer(arrays, root, end, rows, at, categoryCounts, goes);
      this.#kernel.explainTree(
        this.#nodes + root * NODE_BYTES,
        end - root,
        pairs,
        this.#rules[pairs],
        this.#goes,
        this.#sums,
        this.#inverses,
        values + root * 8,
        factor,
        this.#amounts,
      );
    }
    for (let column = 0; column < amounts.length; column++) amounts[column] += sums[column];
  }

  #writeNodes({ parent, above, share, ratio }: LinkedTree, root: number, end: number): void {
    const { feature, right } = this.#arrays;
    for (let local = 0; local < end - root; local++) {
      const node = root + local;
      const record = this.#nodes + node * NODE_BYTES;
      const asked = local === 0 ? 0 : feature[root + parent[local]];
      this.#words.set([parent[local], above[local]], record / 4);
      this.#numbers.set([share[local], ratio[local]], record / 8 + 1);
      const other = feature[node] === LEAF ? 0 : right[node] - root;
      this.#words.set([other, asked * 8], record / 4 + 6);
    }
  }

  #writeRule(count: number): number {
    const { points, weights } = gaussLegendre(count);
    const rests = points.map((point) => 1 - point);
    const at = this.#take(count * 4 * 8);
    this.#numbers.set([...weights, ...points, ...rests, ...rests.map((rest) => -1 / rest)], at / 8);
    return at;
  }

  /** Takes bytes of the memory; returns their address. */
  #take(bytes: number): number {
    const at = this.#end;
    this.#end += Math.ceil(bytes / 16) * 16;
    const missing = Math.ceil((this.#end - this.#memory.buffer.byteLength) / PAGE_BYTES);
    try {
      if (missing > 0) this.#memory.grow(missing);
    } catch (cause) {
      const { length } = this.#arrays.feature;
      throw new OrbweaverError("usage", `the model has ${length} nodes, too many for exact Shapley values`, {
        hint: "Use --method path, or --class to explain one class.",
        cause,
      });
    }
    if (missing > 0 || this.#bytes.length === 0) {
      this.#bytes = new Uint8Array(this.#memory.buffer);
      this.#words = new Int32Array(this.#memory.buffer);
      this.#numbers = new Float64Array(this.#memory.buffer);
    }
    return at;
  }
}

let compiled: WasmModule | undefined;

function kernelModule(): WasmModule {
  compiled ??= compileWasm(decodeBase64(KERNEL_BASE64));
  return compiled;
}

/** For every node of a tree, whether the row goes there from its parent. */
function answer(
  arrays: ScoreTrees["arrays"],
  root: number,
  end: number,
  rows: Float64Array,
  at: number,
  categoryCounts: Int32Array,
  goes: Uint8Array,
): void {
  const { feature, right } = arrays;
  for (let node = root; node < end; node++) {
    const column = feature[node];
    if (column === LEAF) continue;
    const left = goesLeft(arrays, node, rows[at + column], categoryCounts) ? 1 : 0;
    goes[node - root + 1] = left;
    goes[right[node] - root] = 1 - left;
  }
}

/** What the nodes of one tree are to their parents; nodes are numbered from 0 within it. */
class LinkedTree {
  parent = new Int32Array(0);
  /** Nearest node above whose parent asks the same column as this one's; -1 for none. */
  above = new Int32Array(0);
  /** Share of training rows that go this way at all questions of the column so far. */
  share = new Float64Array(0);
  /** The same at the last question alone. */
  ratio = new Float64Array(0);
  /** Node under the walk that asked each column last. */
  readonly #nearest: Int32Array;

  constructor(columnCount: number) {
    this.#nearest = new Int32Array(columnCount);
  }

  /** Links a tree; returns the most columns that a path asks. */
  link({ feature, right, cover }: ScoreTrees["arrays"], root: number, end: number): number {
    this.#renew(end - root);
    const { parent, above, share, ratio } = this;
    [parent[0], above[0], share[0], ratio[0]] = [-1, -1, 1, 1];
    const nearest = this.#nearest;
    let [most, columns] = [0, 0];
    /** Nodes to enter; `~node` leaves what was entered as `node`. */
    const pending = [0];
    while (pending.length > 0) {
      const next = pending.pop() as number;
      const node = next < 0 ? ~next : next;
      const asked = node === 0 ? -1 : feature[root + parent[node]];
      if (next < 0) {
        nearest[asked] = above[node];
        if (above[node] < 0) columns--;
        continue;
      }
      if (node > 0) {
        const sibling = node === parent[node] + 1 ? right[root + parent[node]] - root : parent[node] + 1;
        const rows = cover[root + node] + cover[root + sibling];
        above[node] = nearest[asked];
        ratio[node] = rows > 0 ? cover[root + node] / rows : 0.5;
        share[node] = ratio[node] * (above[node] < 0 ? 1 : share[above[node]]);
        nearest[asked] = node;
        if (above[node] < 0) columns++;
        most = Math.max(most, columns);
        pending.push(~node);
      }
      if (feature[root + node] === LEAF) continue;
      const other = right[root + node] - root;
      parent[node + 1] = node;
      parent[other] = node;
      pending.push(other, node + 1);
    }
    return most;
  }

  #renew(nodes: number): void {
    this.#nearest.fill(-1);
    if (this.parent.length >= nodes) return;
    this.parent = new Int32Array(nodes);
    this.above = new Int32Array(nodes);
    this.share = new Float64Array(nodes);
    this.ratio = new Float64Array(nodes);
  }
}
