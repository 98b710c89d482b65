// Rows down all trees, and what their leaves hold summed: in the trees' own arrays, or by the fast scorer once that pays.
//
// Guarantees: the same sums, bit for bit, either way, for rows held one after another or by columns, in any company.

import type { ColumnSpecification } from "../feature/table.ts";
import { FOREST_BLOCK_ROWS, ForestScorer, fitsForestScorer } from "./forest-scorer.ts";
import { categoryCountsOf, damaged, LEAF, leafOf, type TreeArrays } from "./trees.ts";

/** Rows that are walked together in the arrays of the trees: tree after tree passes over them. */
const BLOCK_ROWS = 64;
/** Rows after which laying the trees out for the fast scorer is worth its time and memory. */
const FAST_ROWS = 1_000;

/** Takes the sums of a block of rows, `outputs` numbers a row; `first` is the number of its first row. */
export interface SumSink {
  writeSums(sums: Float64Array, count: number, first: number, out: Float64Array): void;
}

export class LeafSums {
  readonly #trees: TreeArrays;
  readonly #columns: readonly ColumnSpecification[];
  readonly #held: Float64Array;
  readonly #outputs: number;
  readonly #categoryCounts: Int32Array;
  readonly #sums: Float64Array;
  /** Made when enough rows have been summed; null when the trees are too large for it. */
  #scorer: ForestScorer | null | undefined;
  /** Rows that were asked for until now. */
  #rows = 0;

  /** @param held what leaves hold: rows of `outputs` numbers, that of a leaf being `trees.right[leaf]` */
  constructor(
    trees: TreeArrays,
    columns: readonly ColumnSpecification[],
    held: Float64Array,
    outputs: number,
  ) {
    this.#trees = trees;
    this.#columns = columns;
    this.#held = held;
    this.#outputs = outputs;
    this.#categoryCounts = categoryCountsOf(columns);
    this.#sums = new Float64Array(BLOCK_ROWS * outputs);
  }

  /** Sums of rows held one after another, block by block. */
  sumRows(rows: Float64Array, count: number, out: Float64Array, sink: SumSink): void {
    const columns = this.#columns.length;
    const scorer = this.#scorerFor(count);
    const size = scorer ? FOREST_BLOCK_ROWS : BLOCK_ROWS;
    for (let start = 0; start < count; start += size) {
      const taken = Math.min(size, count - start);
      if (scorer) {
        scorer.scoreRows(rows, start * columns, columns, taken);
        sink.writeSums(scorer.sums, taken, start, out);
      } else {
        this.#walk(rows, start * columns, taken);
        sink.writeSums(this.#sums, taken, start, out);
      }
    }
  }

  /** Sums of rows held by columns, block by block. */
  sumColumns(
    values: readonly (Float64Array | Float32Array)[],
    count: number,
    out: Float64Array,
    sink: SumSink,
  ): void {
    const scorer = this.#scorerFor(count);
    if (!scorer) {
      this.#walkColumns(values, count, out, sink);
      return;
    }
    for (let start = 0; start < count; start += FOREST_BLOCK_ROWS) {
      const taken = Math.min(FOREST_BLOCK_ROWS, count - start);
      scorer.scoreColumns(values, start, taken);
      sink.writeSums(scorer.sums, taken, start, out);
    }
  }

  #walkColumns(
    values: readonly (Float64Array | Float32Array)[],
    count: number,
    out: Float64Array,
    sink: SumSink,
  ): void {
    const columns = values.length;
    const block = new Float64Array(BLOCK_ROWS * columns);
    for (let start = 0; start < count; start += BLOCK_ROWS) {
      const taken = Math.min(BLOCK_ROWS, count - start);
      for (let column = 0; column < columns; column++) {
        for (let row = 0; row < taken; row++) block[row * columns + column] = values[column][start + row];
      }
      this.#walk(block, 0, taken);
      sink.writeSums(this.#sums, taken, start, out);
    }
  }

  /** The fast scorer, where so many more rows make it worth having. */
  #scorerFor(count: number): ForestScorer | undefined {
    this.#rows += count;
    if (this.#scorer === undefined && this.#rows >= FAST_ROWS) {
      this.#scorer = fitsForestScorer(this.#trees, this.#columns, this.#held)
        ? new ForestScorer(this.#trees, this.#columns, this.#held, this.#outputs)
        : null;
    }
    return this.#scorer ?? undefined;
  }

  #walk(rows: Float64Array, at: number, count: number): void {
    const { treeCount, right } = this.#trees;
    const outputs = this.#outputs;
    const columns = this.#columns.length;
    const sums = this.#sums;
    sums.fill(0, 0, count * outputs);
    for (let tree = 0; tree < treeCount; tree++) {
      for (let row = 0; row < count; row++) {
        const leaf = leafOf(this.#trees, tree, rows, at + row * columns, this.#categoryCounts);
        const from = right[leaf] * outputs;
        for (let k = 0; k < outputs; k++) sums[row * outputs + k] += this.#held[from + k];
      }
    }
  }
}

/**
 * What one output is at every node: of leaves what they hold, of inner nodes the mean of their leaves, weighted by
 * training rows. Children come after their parents, so going backwards meets them first.
 */
export function nodeMeans(
  trees: TreeArrays,
  held: Float64Array,
  outputs: number,
  output: number,
): Float64Array {
  const { feature, right, cover } = trees;
  const means = new Float64Array(feature.length);
  for (let node = means.length - 1; node >= 0; node--) {
    const other = right[node];
    means[node] =
      feature[node] === LEAF
        ? held[other * outputs + output]
        : (means[node + 1] * cover[node + 1] + means[other] * cover[other]) / cover[node];
  }
  return means;
}

/**
 * Adds to each column's amount what its questions on the row's way through the trees changed of the expected value
 * (Saabas 2014), averaged over trees; returns the mean at the roots.
 */
export function addPathChanges(
  trees: TreeArrays,
  means: Float64Array,
  row: Float64Array,
  categoryCounts: Int32Array,
  amounts: Float64Array,
): number {
  const { treeCount, roots, feature, right } = trees;
  let bias = 0;
  for (let tree = 0; tree < treeCount; tree++) {
    const leaf = leafOf(trees, tree, row, 0, categoryCounts);
    let node = roots[tree];
    bias += means[node] / treeCount;
    while (feature[node] !== LEAF) {
      const next = leaf < right[node] ? node + 1 : right[node];
      amounts[feature[node]] += (means[next] - means[node]) / treeCount;
      node = next;
    }
  }
  return bias;
}

/** Throws `model-corrupt` unless every leaf has rows and holds one of `heldCount`, and inner nodes have their children's rows. */
export function checkLeaves({ feature, right, cover }: TreeArrays, heldCount: number): void {
  for (let node = 0; node < feature.length; node++) {
    const other = right[node];
    if (feature[node] === LEAF) {
      if (cover[node] === 0) damaged(`rows of node ${node}`);
      if (other >= heldCount) damaged(`what leaf ${node} holds`);
    } else if (cover[node] !== cover[node + 1] + cover[other]) damaged(`rows of node ${node}`);
  }
}
