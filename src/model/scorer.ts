// Many rows by an ensemble of trees, fast: lays the trees out for the kernel of src/model/assembly/score.ts.
//
// Guarantees: raw scores equal those of walking the trees, bit for bit: the same leaves, added in the same order.

import {
  compileWasm,
  decodeBase64,
  instantiateWasm,
  PAGE_BYTES,
  sharedWasmMemory,
  type WasmMemory,
  type WasmModule,
} from "../base/wasm.ts";
import type { ColumnSpecification } from "../feature/table.ts";
import { type ByteColumn, type ByteColumns, byteColumns } from "./byte-columns.ts";
import { KERNEL_BASE64 } from "./kernels.generated.ts";
import { MOST_UPPER_NODES, partTree, type TreeParts } from "./tree-parts.ts";
import { CATEGORICAL, categoryCountsOf, type Ensemble, goesLeft, LEAF, MISSING_LEFT } from "./trees.ts";

/** Rows that the kernel takes at a time. */
export const SCORER_ROWS = 64;
/** Rows that it walks side by side. */
const GROUP_ROWS = 4;
/** Ensembles that would need more than this are walked instead. */
const MAXIMUM_ENTRIES = 4_000_000;

interface ScoreKernel {
  makePlanes(
    columns: number,
    last: number,
    values: number,
    columnBytes: number,
    rowBytes: number,
    count: number,
    planes: number,
  ): void;
  addTrees(trees: number, last: number, count: number, found: number): void;
}

/** Bytes of what the kernel's drawing names so. */
const PLANE_BYTES = SCORER_ROWS;
const COLUMN_BYTES = 16;
const TREE_BYTES = 20;
const NODE_BYTES = 12;
const LEAF_BYTES = NODE_BYTES + 8;
const SET_BYTES = 16;
/** In the plane of a node. */
const CATEGORICAL_BIT = 1;
/** Ranks are less this. */
const RANK_OFFSET = 128;
/** Below all ranks. */
const LEAF_RANK = -RANK_OFFSET - 1;
/** The kernel has tables of so many thresholds; the larger ones have to be larger than a column's ranks. */
const TABLE_SIZES = [15, 255];
/** Above the keys of all numbers. */
const HIGHEST_KEY = 2n ** 63n - 1n;

export class TreeScorer {
  readonly #ensemble: Ensemble;
  readonly #memory: WasmMemory;
  readonly #kernel: ScoreKernel;
  readonly #columnCount: number;
  readonly #categoryCounts: Int32Array;
  readonly #asked: ByteColumns;
  /** Addresses of what the kernel's drawing names so. */
  readonly #columns: number;
  readonly #planes: number;
  readonly #trees: number;
  readonly #stack: number;
  readonly #raw: number;
  /** Of the rows' values, and of room for the ends that they reach. */
  readonly #values: number;
  readonly #found: number;
  readonly #numbers: Float64Array;
  #end = PAGE_BYTES;

  constructor(ensemble: Ensemble, columns: readonly ColumnSpecification[]) {
    this.#ensemble = ensemble;
    this.#memory = sharedWasmMemory();
    this.#kernel = instantiateWasm<ScoreKernel>(kernelModule(), this.#memory);
    this.#columnCount = columns.length;
    this.#categoryCounts = categoryCountsOf(columns);
    this.#asked = byteColumns(ensemble, columns);
    this.#planes = this.#take(this.#asked.columns.length * 2 * PLANE_BYTES);
    this.#values = this.#take(columns.length * SCORER_ROWS * 8);
    this.#raw = this.#take(ensemble.outputs * SCORER_ROWS * 8);
    this.#found = this.#take(SCORER_ROWS);
    // One more than there are nodes that leave something in it.
    this.#stack = this.#take((MOST_UPPER_NODES + 1) * SCORER_ROWS);
    new Uint8Array(this.#memory.buffer, this.#stack, SCORER_ROWS).fill(255);
    this.#columns = this.#writeWords(this.#asked.columns.flatMap((column) => this.#writeColumn(column)));
    this.#trees = this.#take(ensemble.treeCount * TREE_BYTES);
    for (let tree = 0; tree < ensemble.treeCount; tree++) this.#writeTree(tree);
    this.#numbers = new Float64Array(this.#memory.buffer);
  }

  /** Raw scores of at most SCORER_ROWS rows; `rows[at]` is the first value of the first row. */
  score(rows: Float64Array, at: number, count: number, raw: Float64Array): void {
    this.#numbers.set(rows.subarray(at, at + count * this.#columnCount), this.#values / 8);
    this.#score(8, this.#columnCount * 8, count, raw);
  }

  /** As `score`, for rows of columns from `start` on. */
  scoreColumns(
    columns: readonly (Float64Array | Float32Array)[],
    start: number,
    count: number,
    raw: Float64Array,
  ): void {
    for (const { column } of this.#asked.columns) {
      const to = this.#values / 8 + column * SCORER_ROWS;
      this.#numbers.set(columns[column].subarray(start, start + count), to);
    }
    this.#score(SCORER_ROWS * 8, 8, count, raw);
  }

  #score(columnBytes: number, rowBytes: number, count: number, raw: Float64Array): void {
    const numbers = this.#numbers;
    const { outputs, baseline, treeCount } = this.#ensemble;
    const first = this.#raw / 8;
    for (let output = 0; output < outputs; output++) {
      const start = first + output * SCORER_ROWS;
      numbers.fill(baseline[output], start, start + count);
    }
    const padded = Math.ceil(count / GROUP_ROWS) * GROUP_ROWS;
    const lastColumn = this.#columns + this.#asked.columns.length * COLUMN_BYTES;
    this.#kernel.makePlanes(
      this.#columns,
      lastColumn,
      this.#values,
      columnBytes,
      rowBytes,
      padded,
      this.#planes,
    );
    this.#kernel.addTrees(this.#trees, this.#trees + treeCount * TREE_BYTES, padded, this.#found);
    for (let row = 0, to = 0; row < count; row++) {
      for (let output = 0; output < outputs; output++, to++)
        raw[to] = numbers[first + output * SCORER_ROWS + row];
    }
  }

  /** The words of a column. */
  #writeColumn({ column, thresholds, classes }: ByteColumn): number[] {
    if (classes.length > 0) {
      const at = this.#take(classes.length);
      new Uint8Array(this.#memory.buffer, at, classes.length).set(classes);
      return [column, at, 0, classes.length - 1];
    }
    const most = TABLE_SIZES.find((size) => size > thresholds.length)!;
    const at = this.#take((most + 1) * 8, (most + 1) * 8);
    const keys = new BigInt64Array(this.#memory.buffer, at, most + 1);
    keys.fill(keyOf(Number.POSITIVE_INFINITY));
    thresholds.forEach((threshold, place) => {
      keys[place + 1] = keyOf(threshold);
    });
    return [column, at, most, 0];
  }

  #writeTree(tree: number): void {
    const parts = partTree(this.#ensemble, tree);
    const upper = parts.nodes.flatMap((node, place) => [
      ...this.#questionOf(node, (rank) => (rank & 0xff) * 0x01010101),
      this.#stack + parts.turns[place] * SCORER_ROWS,
    ]);
    const record = [
      this.#writeWords(upper),
      parts.nodes.length,
      parts.steps === 0 ? this.#writeValues(parts.ends) : this.#writeWalked(tree, parts),
      parts.steps,
      this.#raw + (tree % this.#ensemble.outputs) * SCORER_ROWS * 8,
    ];
    new Uint32Array(this.#memory.buffer, this.#trees + tree * TREE_BYTES, record.length).set(record);
  }

  #writeValues(leaves: readonly number[]): number {
    const at = this.#take(leaves.length * 8);
    const values = new Float64Array(this.#memory.buffer, at, leaves.length);
    leaves.forEach((leaf, place) => {
      values[place] = this.#ensemble.value[leaf];
    });
    return at;
  }

  /** Writes the nodes below the upper part; returns the address of the list of those where it ends. */
  #writeWalked(tree: number, { ends, heights, steps }: TreeParts): number {
    const { roots, feature, right, value } = this.#ensemble;
    const start = roots[tree];
    const places = this.#placesOf(heights, steps);
    for (let node = start; node < roots[tree + 1]; node++) {
      if (heights[node - start] > steps) continue;
      const at = places[node - start];
      if (feature[node] === LEAF) {
        this.#writeNode(at, [this.#planes, LEAF_RANK], at);
        new DataView(this.#memory.buffer, at).setFloat64(NODE_BYTES, value[node], true);
      } else
        this.#writeNode(
          at,
          this.#questionOf(node, (rank) => rank),
          places[right[node] - start],
        );
    }
    return this.#writeWords(ends.map((node) => places[node - start]));
  }

  /** Addresses of the nodes of a tree that are walked, one behind another. */
  #placesOf(heights: Uint32Array, steps: number): Uint32Array {
    let bytes = 0;
    const places = heights.map((height) => {
      const place = bytes;
      if (height <= steps) bytes += height === 0 ? LEAF_BYTES : NODE_BYTES;
      return place;
    });
    const first = this.#take(bytes);
    return places.map((place) => first + place);
  }

  #writeNode(at: number, [plane, asked]: [number, number], right: number): void {
    new Int32Array(this.#memory.buffer, at, NODE_BYTES / 4).set([plane, asked, right]);
  }

  /** The first two words of a node: its plane, and its rank as `written`, or its set. */
  #questionOf(node: number, written: (rank: number) => number): [number, number] {
    const { flags } = this.#ensemble;
    const planes = this.#planes + this.#asked.columnOf[node] * 2 * PLANE_BYTES;
    if ((flags[node] & CATEGORICAL) !== 0) return [planes | CATEGORICAL_BIT, this.#writeSet(node)];
    const rank = this.#asked.rankOf[node] - RANK_OFFSET;
    // Where a missing value is the lowest rank, all others are one higher.
    return (flags[node] & MISSING_LEFT) !== 0
      ? [planes, written(rank + 1)]
      : [planes + PLANE_BYTES, written(rank)];
  }

  #writeSet(node: number): number {
    const { classes } = this.#asked.columns[this.#asked.columnOf[node]];
    const at = this.#take(SET_BYTES, SET_BYTES);
    const set = new Uint8Array(this.#memory.buffer, at, SET_BYTES);
    classes.forEach((found, code) => {
      if (goesLeft(this.#ensemble, node, code, this.#categoryCounts)) set[found >>> 3] |= 1 << (found & 7);
    });
    return at;
  }

  #writeWords(words: readonly number[]): number {
    const at = this.#take(words.length * 4);
    new Uint32Array(this.#memory.buffer, at, words.length).set(words);
    return at;
  }

  #take(bytes: number, alignment = PLANE_BYTES): number {
    const at = Math.ceil(this.#end / alignment) * alignment;
    this.#end = at + bytes;
    const missing = Math.ceil((this.#end - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
    return at;
  }
}

/** The key of a threshold, which is never -0, as the kernel makes it. */
function keyOf(value: number): bigint {
  const bits = new BigInt64Array(Float64Array.of(value).buffer)[0];
  return bits < 0n ? bits ^ HIGHEST_KEY : bits;
}

/** Whether an ensemble is small enough to be laid out: its nodes, and its category sets written out. */
export function fitsScorer(ensemble: Ensemble, columns: readonly ColumnSpecification[]): boolean {
  const { feature, flags } = ensemble;
  let entries = 0;
  for (let node = 0; node < feature.length && entries <= MAXIMUM_ENTRIES; node++) {
    if (feature[node] === LEAF) entries++;
    else entries += (flags[node] & CATEGORICAL) === 0 ? 1 : columns[feature[node]].categories.length + 1;
  }
  return entries <= MAXIMUM_ENTRIES;
}

let compiled: WasmModule | undefined;

function kernelModule(): WasmModule {
  compiled ??= compileWasm(decodeBase64(KERNEL_BASE64));
  return compiled;
}
