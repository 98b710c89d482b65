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
import { CATEGORICAL, type Ensemble, LEAF, MISSING_LEFT } from "./trees.ts";

/** Rows that the kernel takes at a time. */
export const SCORER_ROWS = 64;
const GROUP_ROWS = 4;
/** Bytes of leaf bits of a chunk: with the values they stay in the first-level cache. */
const CHUNK_BITS_BYTES = 8_192;
/** Ensembles that would need more than this are walked instead. */
const MAXIMUM_ENTRIES = 4_000_000;

interface ScoreKernel {
  scoreChunk(chunk: number, groups: number, bits: number, raw: number, rowBytes: number): void;
}

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
}

export class TreeScorer {
  readonly #ensemble: Ensemble;
  readonly #memory: WasmMemory;
  readonly #kernel: ScoreKernel;
  readonly #chunks: number[] = [];
  /** Columns that some node asks, and the address of the values of each. */
  readonly #columns: Int32Array;
  readonly #values: number;
  readonly #bits: number;
  readonly #raw: number;
  readonly #numbers: Float64Array;
  #end = PAGE_BYTES;

  constructor(ensemble: Ensemble, columns: readonly ColumnSpecification[]) {
    this.#ensemble = ensemble;
    this.#memory = sharedWasmMemory();
    this.#kernel = instantiateWasm<ScoreKernel>(kernelModule(), this.#memory);
    const chunks = chunksOf(ensemble, columns);
    const used = new Set(chunks.flatMap((chunk) => [...chunk.columns.keys()]));
    this.#columns = Int32Array.from(used).sort();
    this.#values = this.#take(this.#columns.length * SCORER_ROWS * 8);
    this.#bits = this.#take(Math.max(...chunks.map((chunk) => chunk.bitsBytes), 0));
    this.#raw = this.#take(SCORER_ROWS * ensemble.outputs * 8);
    for (const chunk of chunks) this.#chunks.push(this.#writeChunk(chunk));
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
    const first = this.#raw / 8;
    for (let index = 0; index < count * outputs; index++) numbers[first + index] = baseline[index % outputs];
    const groups = Math.ceil(count / GROUP_ROWS);
    for (const chunk of this.#chunks)
      this.#kernel.scoreChunk(chunk, groups, this.#bits, this.#raw, outputs * 8);
    for (let index = 0; index < count * outputs; index++) raw[index] = numbers[first + index];
  }

  #writeChunk({ bitsBytes, columns, trees }: Chunk): number {
    const numeric: number[] = [];
    const categorical: number[] = [];
    for (const [column, lists] of columns) {
      const values = this.#values + this.#columns.indexOf(column) * SCORER_ROWS * 8;
      if (lists.byCode.length > 0)
        categorical.push(values, this.#writeCodes(lists.byCode), lists.byCode.length - 1);
      const { missingLeft, missingRight } = lists;
      if (missingLeft.length + missingRight.length === 0) continue;
      const [left, right] = [this.#writeNodes(missingLeft), this.#writeNodes(missingRight)];
      numeric.push(values, left, missingLeft.length, right, missingRight.length);
    }
    const records = trees.flatMap((tree) => [
      tree.place,
      tree.words,
      this.#writeNumbers(tree.values),
      tree.output * 8,
    ]);
    const parts = [
      this.#writeWords(numeric),
      numeric.length / 5,
      this.#writeWords(categorical),
      categorical.length / 3,
    ];
    return this.#writeWords([bitsBytes, ...parts, this.#writeWords(records), trees.length]);
  }

  #writeNodes(nodes: ClearedWord[]): number {
    nodes.sort((a, b) => (a.threshold < b.threshold ? -1 : a.threshold > b.threshold ? 1 : 0));
    const at = this.#take(nodes.length * 16);
    const view = new DataView(this.#memory.buffer, at, nodes.length * 16);
    nodes.forEach(({ threshold, place, bits }, index) => {
      view.setFloat64(index * 16, threshold, true);
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

function chunksOf(ensemble: Ensemble, columns: readonly ColumnSpecification[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (let tree = 0; tree < ensemble.treeCount; tree++) {
    let chunk = chunks.at(-1);
    if (!chunk || chunk.bitsBytes >= CHUNK_BITS_BYTES) {
      chunk = { bitsBytes: 0, columns: new Map(), trees: [] };
      chunks.push(chunk);
    }
    addTreeTo(chunk, ensemble, tree, columns);
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
