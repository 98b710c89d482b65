// Many rows by trees whose leaves hold shares, fast: lays the trees out for the kernel of src/model/assembly/forest.ts.
//
// Guarantees: sums equal those of walking the trees, bit for bit: the same leaves, added in the same order.

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
import { KERNEL_BASE64 } from "./forest-kernels.generated.ts";
import { CATEGORICAL, LEAF, MISSING_LEFT, type TreeArrays } from "./trees.ts";

/** Rows that are walked together: their ranks and a tree stay in the second-level cache. */
export const FOREST_BLOCK_ROWS = 512;
const GROUP_ROWS = 8;
/** Ranks lie below the one of missing values, one more than which must still be one. */
const MOST_RANKS = 0x7ffd;
const MISSING_LEFT_BIT = 0x80000000;
const LEAF_RANK = -1;
const CATEGORY_RANK = -2;
/** Larger forests are walked in their own arrays. */
const MAXIMUM_BYTES = 2 ** 31;

interface ForestKernel {
  rankNumbers(
    values: number,
    count: number,
    thresholds: number,
    half: number,
    ranks: number,
    rowBytes: number,
  ): void;
  rankCodes(values: number, count: number, categories: number, ranks: number, rowBytes: number): void;
  walkRows(
    roots: number,
    trees: number,
    ranks: number,
    rowBytes: number,
    count: number,
    sums: number,
    shareBytes: number,
  ): void;
  walkTrees(roots: number, trees: number, ranks: number, sums: number, shareBytes: number): void;
}

/** A column that some node asks, for a number or for a category. */
interface AskedColumn {
  column: number;
  /** 0 where it is asked for a number. */
  categories: number;
  thresholds: Float64Array;
  /** Address and search width of the thresholds, padded to 2 × half - 1. */
  at: number;
  half: number;
}

export class ForestScorer {
  readonly #memory: WasmMemory;
  readonly #kernel: ForestKernel;
  readonly #asked: AskedColumn[];
  readonly #treeCount: number;
  readonly #outputs: number;
  readonly #roots: number;
  readonly #values: number;
  readonly #ranks: number;
  readonly #rowBytes: number;
  readonly #sums: number;
  readonly #numbers: Float64Array;
  /** What the last call summed: `outputs` numbers a row. */
  readonly sums: Float64Array;
  #end = PAGE_BYTES;

  /** @param shares rows of `outputs` numbers; the row of a leaf is `trees.right[leaf]` */
  constructor(
    trees: TreeArrays,
    columns: readonly ColumnSpecification[],
    shares: Float64Array,
    outputs: number,
  ) {
    this.#memory = sharedWasmMemory();
    this.#kernel = instantiateWasm<ForestKernel>(kernelModule(), this.#memory);
    this.#asked = askedColumns(trees, columns);
    this.#treeCount = trees.treeCount;
    this.#outputs = outputs;
    this.#rowBytes = Math.max(2, this.#asked.length * 2);
    for (const asked of this.#asked) this.#writeThresholds(asked);
    this.#values = this.#take(FOREST_BLOCK_ROWS * 8);
    this.#ranks = this.#take(FOREST_BLOCK_ROWS * this.#rowBytes);
    this.#sums = this.#take(FOREST_BLOCK_ROWS * outputs * 8);
    this.#roots = this.#writeTrees(trees, this.#writeNumbers(shares));
    this.#numbers = new Float64Array(this.#memory.buffer);
    const first = this.#sums / 8;
    this.sums = this.#numbers.subarray(first, first + FOREST_BLOCK_ROWS * outputs);
  }

  /** Sums of at most FOREST_BLOCK_ROWS rows; `rows[at]` is the first value of the first row. */
  scoreRows(rows: Float64Array, at: number, columnCount: number, count: number): void {
    const numbers = this.#numbers;
    const first = this.#values / 8;
    for (let slot = 0; slot < this.#asked.length; slot++) {
      const asked = this.#asked[slot];
      let from = at + asked.column;
      for (let row = 0; row < count; row++, from += columnCount) numbers[first + row] = rows[from];
      this.#rank(asked, slot, count);
    }
    this.#walk(count);
  }

  /** As `scoreRows`, for rows of columns from `start` on. */
  scoreColumns(values: readonly (Float64Array | Float32Array)[], start: number, count: number): void {
    this.#asked.forEach((asked, slot) => {
      this.#numbers.set(values[asked.column].subarray(start, start + count), this.#values / 8);
      this.#rank(asked, slot, count);
    });
    this.#walk(count);
  }

  #rank({ categories, at, half }: AskedColumn, slot: number, count: number): void {
    const ranks = this.#ranks + slot * 2;
    if (categories > 0) this.#kernel.rankCodes(this.#values, count, categories, ranks, this.#rowBytes);
    else this.#kernel.rankNumbers(this.#values, count, at, half, ranks, this.#rowBytes);
  }

  #walk(count: number): void {
    const shareBytes = this.#outputs * 8;
    const groups = Math.ceil(count / GROUP_ROWS);
    this.sums.fill(0, 0, groups * GROUP_ROWS * this.#outputs);
    if (count === 1)
      this.#kernel.walkTrees(this.#roots, this.#treeCount, this.#ranks, this.#sums, shareBytes);
    else {
      const rows = groups * GROUP_ROWS;
      this.#kernel.walkRows(
        this.#roots,
        this.#treeCount,
        this.#ranks,
        this.#rowBytes,
        rows,
        this.#sums,
        shareBytes,
      );
    }
  }

  #writeThresholds(asked: AskedColumn): void {
    while (asked.half * 2 - 1 < asked.thresholds.length) asked.half *= 2;
    const padded = new Float64Array(asked.half * 2 - 1).fill(Number.POSITIVE_INFINITY);
    padded.set(asked.thresholds);
    asked.at = this.#writeNumbers(padded);
  }

  /** Address of the list of roots. */
  #writeTrees(trees: TreeArrays, sharesAt: number): number {
    const { treeCount, roots, feature } = trees;
    const slotOf = new Int32Array(2 * LEAF);
    this.#asked.forEach(({ column, categories }, slot) => {
      slotOf[column * 2 + (categories > 0 ? 1 : 0)] = slot;
    });
    const setsAt = this.#take(trees.sets.byteLength);
    const places = placesOf(trees);
    const nodes = feature.length;
    const at = this.#take(places[nodes]);
    const rootsAt = this.#take(treeCount * 4);
    const words = new Uint32Array(this.#memory.buffer);
    words.set(trees.sets, setsAt >>> 2);
    for (let tree = 0; tree < treeCount; tree++) words[(rootsAt >>> 2) + tree] = at + places[roots[tree]];
    for (let node = 0; node < nodes; node++) {
      const to = (at + places[node]) >>> 2;
      if (feature[node] === LEAF) {
        words[to] = LEAF_RANK & 0xffff;
        words[to + 1] = at + places[node];
        words[to + 2] = sharesAt + trees.right[node] * this.#outputs * 8;
        continue;
      }
      const left = (trees.flags[node] & MISSING_LEFT) !== 0 ? 1 : 0;
      const categorical = (trees.flags[node] & CATEGORICAL) !== 0;
      const slot = slotOf[feature[node] * 2 + (categorical ? 1 : 0)];
      const rank = categorical
        ? CATEGORY_RANK
        : placeOf(this.#asked[slot].thresholds, trees.threshold[node]) + left;
      words[to] = (rank & 0xffff) | (slot << 16) | (left * MISSING_LEFT_BIT);
      words[to + 1] = at + places[trees.right[node]];
      if (categorical) words[to + 2] = setsAt + trees.threshold[node] * 4;
    }
    return rootsAt;
  }

  #writeNumbers(numbers: Float64Array): number {
    const at = this.#take(numbers.byteLength);
    new Float64Array(this.#memory.buffer, at, numbers.length).set(numbers);
    return at;
  }

  #take(bytes: number): number {
    const at = this.#end;
    this.#end += Math.ceil(bytes / 64) * 64;
    const missing = Math.ceil((this.#end - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
    return at;
  }
}

/** Whether the scorer can hold the trees: their bytes, and the thresholds and categories of each column. */
export function fitsForestScorer(
  trees: TreeArrays,
  columns: readonly ColumnSpecification[],
  shares: Float64Array,
): boolean {
  if (trees.feature.length * 16 + trees.sets.byteLength + shares.byteLength > MAXIMUM_BYTES) return false;
  return askedColumns(trees, columns).every(
    ({ categories, thresholds }) => categories <= MOST_RANKS && thresholds.length <= MOST_RANKS,
  );
}

/** Offset of each node from the first, and of the end: leaves and categorical nodes take the room of two. */
function placesOf({ feature, flags }: TreeArrays): Uint32Array {
  const places = new Uint32Array(feature.length + 1);
  for (let node = 0; node < feature.length; node++) {
    const double = feature[node] === LEAF || (flags[node] & CATEGORICAL) !== 0;
    places[node + 1] = places[node] + (double ? 16 : 8);
  }
  return places;
}

/** The columns that are asked, and their different thresholds, ascending. */
function askedColumns(trees: TreeArrays, columns: readonly ColumnSpecification[]): AskedColumn[] {
  const { feature, threshold, flags } = trees;
  const found: (Set<number> | undefined)[] = new Array(columns.length * 2).fill(undefined);
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] === LEAF) continue;
    const categorical = (flags[node] & CATEGORICAL) !== 0;
    const place = feature[node] * 2 + (categorical ? 1 : 0);
    let thresholds = found[place];
    if (!thresholds) {
      thresholds = new Set();
      found[place] = thresholds;
    }
    // -0 and 0 are one in a set.
    if (!categorical) thresholds.add(threshold[node]);
  }
  return found.flatMap((thresholds, place) => {
    if (!thresholds) return [];
    const column = place >>> 1;
    const categories = (place & 1) === 1 ? columns[column].categories.length : 0;
    return [{ column, categories, thresholds: Float64Array.from(thresholds).sort(), at: 0, half: 1 }];
  });
}

function placeOf(thresholds: Float64Array, wanted: number): number {
  let [low, high] = [0, thresholds.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (thresholds[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

let compiled: WasmModule | undefined;

function kernelModule(): WasmModule {
  compiled ??= compileWasm(decodeBase64(KERNEL_BASE64));
  return compiled;
}
