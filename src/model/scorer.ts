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
import { KERNEL_BASE64 } from "./kernels.generated.ts";
import { CATEGORICAL, type Ensemble, LEAF, MISSING_LEFT, setWords } from "./trees.ts";

/** Rows that the kernel takes at a time. */
export const SCORER_ROWS = 64;
const GROUP_ROWS = 4;
/** Bytes of leaf bits of a chunk: with the values they stay in the first-level cache. */
const CHUNK_BITS_BYTES = 8_192;
/** Trees with more leaves are walked: clearing bits costs as the nodes of a tree, walking as its depth. */
const MAXIMUM_LEAVES = 64;
/** Ensembles that would need more than this are walked instead. */
const MAXIMUM_ENTRIES = 4_000_000;

interface ScoreKernel {
  makeKeys(values: number, count: number, low: number, high: number): void;
  scoreChunk(chunk: number, groups: number, bits: number, raw: number, rowBytes: number): void;
  walkChunk(trees: number, count: number, groups: number, raw: number, rowBytes: number): void;
}

/** Flags of a walked node, as the kernel has them. */
const WALKED = { missingLeft: 1, categorical: 2 } as const;
const NODE_BYTES = 16;
const COLUMN_BYTES = SCORER_ROWS * 8;
/** Below the keys of all numbers and of missing values. */
const BELOW_ALL_KEYS = -(2n ** 63n);

/** A node that a row can leave to the right: where its tree's bits are, and which to clear. */
interface ClearedWord {
  threshold: number;
  place: number;
  bits: number;
}

interface ColumnLists {
  missingLeft: ClearedWord[];
  missingRight: ClearedWord[];
  /** Categorical: by code, then of missing and unknown codes. */
  byCode: ClearedWord[][];
}

interface TreeRecord {
  place: number;
  words: number;
  values: number[];
  output: number;
}

interface Chunk {
  bitsBytes: number;
  columns: Map<number, ColumnLists>;
  trees: TreeRecord[];
  /** Trees that are walked; then there are none of the others. */
  walked: number[];
}

/** Where a chunk lies in memory. */
interface WrittenChunk {
  at: number;
  /** Trees to walk; 0 for a chunk of bits. */
  walked: number;
}

export class TreeScorer {
  readonly #ensemble: Ensemble;
  readonly #memory: WasmMemory;
  readonly #kernel: ScoreKernel;
  readonly #chunks: WrittenChunk[] = [];
  /** Columns that some node asks; addresses of their values, and of their keys where missing is low and high. */
  readonly #columns: Int32Array;
  readonly #values: number;
  readonly #low: number;
  readonly #high: number;
  readonly #bits: number;
  readonly #raw: number;
  readonly #numbers: Float64Array;
  #end = PAGE_BYTES;

  constructor(ensemble: Ensemble, columns: readonly ColumnSpecification[]) {
    this.#ensemble = ensemble;
    this.#memory = sharedWasmMemory();
    this.#kernel = instantiateWasm<ScoreKernel>(kernelModule(), this.#memory);
    const chunks = chunksOf(ensemble, columns);
    const used = new Set(ensemble.feature);
    used.delete(LEAF);
    this.#columns = Int32Array.from(used).sort();
    this.#values = this.#take(this.#columns.length * COLUMN_BYTES);
    this.#low = this.#take(this.#columns.length * COLUMN_BYTES);
    this.#high = this.#take(this.#columns.length * COLUMN_BYTES);
    this.#bits = this.#take(Math.max(...chunks.map((chunk) => chunk.bitsBytes), 0));
    this.#raw = this.#take(SCORER_ROWS * ensemble.outputs * 8);
    for (const chunk of chunks) {
      const walked = chunk.walked.length;
      const at = walked > 0 ? this.#writeWalked(chunk.walked, columns) : this.#writeChunk(chunk);
      this.#chunks.push({ at, walked });
    }
    this.#numbers = new Float64Array(this.#memory.buffer);
  }

  /** Raw scores of at most SCORER_ROWS rows; `rows[at]` is the first value of the first row. */
  score(rows: Float64Array, at: number, columnCount: number, count: number, raw: Float64Array): void {
    const numbers = this.#numbers;
    const { outputs, baseline } = this.#ensemble;
    for (let index = 0; index < this.#columns.length; index++) {
      const to = this.#values / 8 + index * SCORER_ROWS;
      let from = at + this.#columns[index];
      for (let row = 0; row < count; row++, from += columnCount) numbers[to + row] = rows[from];
    }
    this.#kernel.makeKeys(this.#values, this.#columns.length * SCORER_ROWS, this.#low, this.#high);
    const first = this.#raw / 8;
    for (let index = 0; index < count * outputs; index++) numbers[first + index] = baseline[index % outputs];
    const groups = Math.ceil(count / GROUP_ROWS);
    for (const { at: chunk, walked } of this.#chunks) {
      if (walked > 0) this.#kernel.walkChunk(chunk, walked, groups, this.#raw, outputs * 8);
      else this.#kernel.scoreChunk(chunk, groups, this.#bits, this.#raw, outputs * 8);
    }
    for (let index = 0; index < count * outputs; index++) raw[index] = numbers[first + index];
  }

  #writeChunk({ bitsBytes, columns, trees }: Chunk): number {
    const numeric: number[] = [];
    const categorical: number[] = [];
    for (const [column, { missingLeft, missingRight, byCode }] of columns) {
      const offset = this.#columns.indexOf(column) * COLUMN_BYTES;
      if (byCode.length > 0)
        categorical.push(this.#values + offset, this.#writeCodes(byCode), byCode.length - 1);
      if (missingLeft.length > 0)
        numeric.push(this.#low + offset, this.#writeNodes(missingLeft), missingLeft.length);
      if (missingRight.length > 0)
        numeric.push(this.#high + offset, this.#writeNodes(missingRight), missingRight.length);
    }
    const records = trees.flatMap((tree) => [
      tree.place,
      tree.words,
      this.#writeNumbers(tree.values),
      tree.output * 8,
    ]);
    const parts = [
      this.#writeWords(numeric),
      numeric.length / 3,
      this.#writeWords(categorical),
      categorical.length / 3,
    ];
    return this.#writeWords([bitsBytes, ...parts, this.#writeWords(records), trees.length]);
  }

  #writeWalked(trees: readonly number[], columns: readonly ColumnSpecification[]): number {
    const { outputs } = this.#ensemble;
    const records = trees.flatMap((tree) => [...this.#writeTree(tree, columns), (tree % outputs) * 8]);
    return this.#writeWords(records);
  }

  /** Address of the root, and the depth of the tree. */
  #writeTree(tree: number, columns: readonly ColumnSpecification[]): [number, number] {
    const { roots, feature, flags, threshold, right, value } = this.#ensemble;
    const [start, end] = [roots[tree], roots[tree + 1]];
    const places = this.#placesOf(start, end);
    const depths = new Uint32Array(end - start);
    for (let node = start; node < end; node++) {
      const at = places[node - start];
      if (feature[node] === LEAF) {
        this.#writeNode(at, BELOW_ALL_KEYS, this.#low, at);
        new Float64Array(this.#memory.buffer, at + NODE_BYTES, 1)[0] = value[node];
        continue;
      }
      const missingLeft = (flags[node] & MISSING_LEFT) !== 0;
      const offset = this.#columns.indexOf(feature[node]) * COLUMN_BYTES;
      const next = places[right[node] - start];
      if ((flags[node] & CATEGORICAL) !== 0) {
        const asked = WALKED.categorical | (missingLeft ? WALKED.missingLeft : 0);
        this.#writeNode(at, this.#writeSet(node, columns), (this.#values + offset) | asked, next);
      } else
        this.#writeNode(at, keyOf(threshold[node]), (missingLeft ? this.#low : this.#high) + offset, next);
      depths[node + 1 - start] = depths[node - start] + 1;
      depths[right[node] - start] = depths[node - start] + 1;
    }
    return [places[0], depths.reduce((deepest, depth) => Math.max(deepest, depth), 0)];
  }

  /** Addresses of the nodes of a tree, one behind another; a leaf takes the room of two. */
  #placesOf(start: number, end: number): Uint32Array {
    const places = new Uint32Array(end - start);
    let bytes = 0;
    for (let node = start; node < end; node++) {
      places[node - start] = bytes;
      bytes += this.#ensemble.feature[node] === LEAF ? 2 * NODE_BYTES : NODE_BYTES;
    }
    const root = this.#take(bytes);
    return places.map((place) => root + place);
  }

  #writeNode(at: number, key: bigint, column: number, right: number): void {
    const view = new DataView(this.#memory.buffer, at, NODE_BYTES);
    view.setBigInt64(0, key, true);
    view.setUint32(8, column, true);
    view.setUint32(12, right, true);
  }

  /** What a categorical node has for a key: the address of its set, and above it the number of categories. */
  #writeSet(node: number, columns: readonly ColumnSpecification[]): bigint {
    const { feature, threshold, sets } = this.#ensemble;
    const { categories } = columns[feature[node]];
    const first = threshold[node];
    const at = this.#writeWords([...sets.subarray(first, first + setWords(categories.length))]);
    return BigInt(at) | (BigInt(categories.length) << 32n);
  }

  #writeNodes(nodes: ClearedWord[]): number {
    nodes.sort((a, b) => (a.threshold < b.threshold ? -1 : a.threshold > b.threshold ? 1 : 0));
    const at = this.#take(nodes.length * 16);
    const view = new DataView(this.#memory.buffer, at, nodes.length * 16);
    nodes.forEach(({ threshold, place, bits }, index) => {
      view.setBigInt64(index * 16, keyOf(threshold), true);
      view.setUint32(index * 16 + 8, place, true);
      view.setUint32(index * 16 + 12, bits, true);
    });
    return at;
  }

  #writeCodes(byCode: ClearedWord[][]): number {
    const starts: number[] = [];
    for (const entries of byCode) starts.push(this.#writeEntries(entries));
    return this.#writeWords([...starts, this.#end]);
  }

  /** Entries of one code directly behind those of the code before. */
  #writeEntries(entries: ClearedWord[]): number {
    const at = this.#take(entries.length * 8, 8);
    const words = new Uint32Array(this.#memory.buffer, at, entries.length * 2);
    entries.forEach(({ place, bits }, index) => {
      words[index * 2] = place;
      words[index * 2 + 1] = bits;
    });
    return at;
  }

  #writeWords(words: readonly number[]): number {
    const at = this.#take(words.length * 4);
    new Uint32Array(this.#memory.buffer, at, words.length).set(words);
    return at;
  }

  #writeNumbers(numbers: readonly number[]): number {
    const at = this.#take(numbers.length * 8);
    new Float64Array(this.#memory.buffer, at, numbers.length).set(numbers);
    return at;
  }

  #take(bytes: number, alignment = 16): number {
    const at = Math.ceil(this.#end / alignment) * alignment;
    this.#end = at + bytes;
    const missing = Math.ceil((this.#end - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
    return at;
  }
}

/** The key of a number, as the kernel makes it: signed integers in the order of the numbers. */
function keyOf(value: number): bigint {
  const bits = new BigInt64Array(Float64Array.of(value + 0).buffer)[0];
  return bits < 0n ? bits ^ 0x7fffffffffffffffn : bits;
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

/** Trees in their order, parted where bits would overflow the cache, or where the way of scoring changes. */
function chunksOf(ensemble: Ensemble, columns: readonly ColumnSpecification[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (let tree = 0; tree < ensemble.treeCount; tree++) {
    // A tree of n nodes has (n + 1) / 2 leaves.
    const walks = (ensemble.roots[tree + 1] - ensemble.roots[tree] + 1) / 2 > MAXIMUM_LEAVES;
    let chunk = chunks.at(-1);
    if (!chunk || chunk.bitsBytes >= CHUNK_BITS_BYTES || walks !== chunk.walked.length > 0) {
      chunk = { bitsBytes: 0, columns: new Map(), trees: [], walked: [] };
      chunks.push(chunk);
    }
    if (walks) chunk.walked.push(tree);
    else addTreeTo(chunk, ensemble, tree, columns);
  }
  return chunks;
}

function addTreeTo(
  chunk: Chunk,
  ensemble: Ensemble,
  tree: number,
  columns: readonly ColumnSpecification[],
): void {
  const [start, end] = [ensemble.roots[tree], ensemble.roots[tree + 1]];
  // Leaves before each node: in preorder the leaves of the left subtree of n are those from n + 1 up to its right child.
  const leavesBefore = new Uint32Array(end - start + 1);
  const values: number[] = [];
  for (let node = start; node < end; node++) {
    const isLeaf = ensemble.feature[node] === LEAF;
    if (isLeaf) values.push(ensemble.value[node]);
    leavesBefore[node - start + 1] = leavesBefore[node - start] + (isLeaf ? 1 : 0);
  }
  const words = (values.length + 31) >>> 5;
  const place = chunk.bitsBytes;
  chunk.bitsBytes += words * 16;
  chunk.trees.push({ place, words, values, output: tree % ensemble.outputs });
  for (let node = start; node < end; node++) {
    if (ensemble.feature[node] === LEAF) continue;
    const first = leavesBefore[node + 1 - start];
    const last = leavesBefore[ensemble.right[node] - start];
    addNodeTo(chunk, ensemble, node, columns, clearedWords(ensemble.threshold[node], place, first, last));
  }
}

/** The words that hold leaves `first` to `last` (excluded), and their bits there. */
function clearedWords(threshold: number, place: number, first: number, last: number): ClearedWord[] {
  const cleared: ClearedWord[] = [];
  for (let word = first >>> 5; word * 32 < last; word++) {
    const low = Math.max(first - word * 32, 0);
    const high = Math.min(last - word * 32, 32);
    const below = high === 32 ? 0xffffffff : (1 << high) - 1;
    cleared.push({ threshold, place: place + word * 16, bits: (below & ~((1 << low) - 1)) >>> 0 });
  }
  return cleared;
}

function addNodeTo(
  chunk: Chunk,
  ensemble: Ensemble,
  node: number,
  columns: readonly ColumnSpecification[],
  cleared: ClearedWord[],
): void {
  const column = ensemble.feature[node];
  const missingLeft = (ensemble.flags[node] & MISSING_LEFT) !== 0;
  const lists = chunk.columns.get(column) ?? { missingLeft: [], missingRight: [], byCode: [] };
  chunk.columns.set(column, lists);
  if ((ensemble.flags[node] & CATEGORICAL) === 0) {
    (missingLeft ? lists.missingLeft : lists.missingRight).push(...cleared);
    return;
  }
  const categories = columns[column].categories.length;
  if (lists.byCode.length === 0) lists.byCode = Array.from({ length: categories + 1 }, () => []);
  for (let code = 0; code <= categories; code++) {
    const word = code < categories ? ensemble.sets[ensemble.threshold[node] + (code >>> 5)] : 0;
    const left = code < categories ? ((word >>> (code & 31)) & 1) === 1 : missingLeft;
    if (!left) lists.byCode[code].push(...cleared);
  }
}

let compiled: WasmModule | undefined;

function kernelModule(): WasmModule {
  compiled ??= compileWasm(decodeBase64(KERNEL_BASE64));
  return compiled;
}
