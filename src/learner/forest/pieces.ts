// What the kernels wrote of trees, made into the arrays of a forest: nodes by tree, leaves' shares held once.

import { OrbweaverError } from "../../base/errors.ts";
import {
  CATEGORICAL,
  ENSEMBLE_LIMITS,
  LEAF,
  MISSING_LEFT,
  setWords,
  type TreeArrays,
} from "../../model/trees.ts";
import type { AskedColumn } from "./dataset.ts";
import { RECORD_BYTES } from "./kernels.ts";

/** In a node's last word: its leaf has rows of several classes, and the rest is the number of their counts. */
const MIXED = 0x80000000;
const NO_PARENT = 0xffffffff;
const FIRST_ROOM = 256;

/** The nodes of one tree, as they come. */
export class TreePiece {
  nodes = 0;
  /** Questions on the way to the deepest leaf. */
  depth = 0;
  feature = new Uint16Array(FIRST_ROOM);
  flags = new Uint8Array(FIRST_ROOM);
  threshold = new Float64Array(FIRST_ROOM);
  right = new Uint32Array(FIRST_ROOM);
  cover = new Uint32Array(FIRST_ROOM);
  sets = new Uint32Array(0);
  /** Shares of the classes in leaves with several, one row after another; `right` of such a leaf has the bit MIXED. */
  shares = new Float64Array(0);
  /** Decrease of impurity of each asked column. */
  decreases = new Float64Array(0);
  #depths = new Uint16Array(FIRST_ROOM);
  #setWords = 0;
  #shareCount = 0;

  /** Takes the nodes that were written since the last time. */
  take(written: WrittenNodes, columns: readonly AskedColumn[]): void {
    const firstShare = this.#shareCount;
    const { words, numbers, nodesAt, count } = written;
    this.#reserve(this.nodes + count);
    for (let index = 0; index < count; index++) {
      const at = (nodesAt + index * RECORD_BYTES.node) >>> 2;
      const node = this.nodes++;
      const parent = words[at + 3];
      const isRight = parent !== NO_PARENT;
      if (isRight) this.right[parent] = node;
      const depth = node === 0 ? 0 : this.#depths[isRight ? parent : node - 1] + 1;
      this.#depths[node] = depth;
      this.cover[node] = words[at + 2];
      const extra = words[at + 6];
      if (words[at] === LEAF) {
        this.depth = Math.max(this.depth, depth);
        this.feature[node] = LEAF;
        this.right[node] = extra >= MIXED ? (MIXED | (firstShare + (extra & ~MIXED))) >>> 0 : extra;
        continue;
      }
      const column = columns[words[at]];
      this.feature[node] = column.column;
      this.flags[node] = words[at + 1];
      this.threshold[node] =
        (words[at + 1] & CATEGORICAL) === 0
          ? numbers[(at + 4) >>> 1]
          : this.#takeSet(written, extra, column, (words[at + 1] & MISSING_LEFT) !== 0);
    }
    this.#takeShares(written);
  }

  /** The finished tree in arrays of exact length. */
  close(decreases: Float64Array<ArrayBuffer>): void {
    this.decreases = decreases;
    this.#depths = new Uint16Array(0);
    this.feature = this.feature.slice(0, this.nodes);
    this.flags = this.flags.slice(0, this.nodes);
    this.threshold = this.threshold.slice(0, this.nodes);
    this.right = this.right.slice(0, this.nodes);
    this.cover = this.cover.slice(0, this.nodes);
    this.sets = this.sets.slice(0, this.#setWords);
  }

  /** The set of category codes of a set of bins; codes without a bin go where missing goes. Returns its first word. */
  #takeSet(
    { words, setsAt }: WrittenNodes,
    number: number,
    column: AskedColumn,
    missingLeft: boolean,
  ): number {
    const first = this.#setWords;
    const bins = (setsAt + number * RECORD_BYTES.set) >>> 2;
    const { binOfCode } = column;
    this.#setWords += setWords(binOfCode.length);
    this.sets = roomy(this.sets, this.#setWords);
    for (let code = 0; code < binOfCode.length; code++) {
      const bin = binOfCode[code];
      const left = bin < 0 ? missingLeft : ((words[bins + (bin >>> 5)] >>> (bin & 31)) & 1) !== 0;
      if (left) this.sets[first + (code >>> 5)] |= 1 << (code & 31);
    }
    return first;
  }

  #takeShares({ words, numbers, leavesAt, leafCount, weightsAt, classCount }: WrittenNodes): void {
    const first = this.#shareCount;
    this.#shareCount += leafCount;
    this.shares = roomy(this.shares, this.#shareCount * classCount);
    for (let leaf = 0; leaf < leafCount; leaf++) {
      const from = (leavesAt >>> 2) + leaf * classCount;
      const to = (first + leaf) * classCount;
      let total = 0;
      for (let label = 0; label < classCount; label++)
        total += words[from + label] * numbers[weightsAt / 8 + label];
      for (let label = 0; label < classCount; label++)
        this.shares[to + label] = (words[from + label] * numbers[weightsAt / 8 + label]) / total;
    }
  }

  #reserve(nodes: number): void {
    this.feature = roomy(this.feature, nodes);
    this.flags = roomy(this.flags, nodes);
    this.threshold = roomy(this.threshold, nodes);
    this.right = roomy(this.right, nodes);
    this.cover = roomy(this.cover, nodes);
    this.#depths = roomy(this.#depths, nodes);
  }
}

/** Where a slot's nodes, sets and counts of leaves lie. */
export interface WrittenNodes {
  words: Uint32Array;
  numbers: Float64Array;
  nodesAt: number;
  count: number;
  setsAt: number;
  leavesAt: number;
  leafCount: number;
  weightsAt: number;
  classCount: number;
}

function roomy<
  T extends
    | Uint8Array<ArrayBuffer>
    | Uint16Array<ArrayBuffer>
    | Uint32Array<ArrayBuffer>
    | Float64Array<ArrayBuffer>,
>(array: T, length: number): T {
  if (length <= array.length) return array;
  const larger = new (array.constructor as new (length: number) => T)(
    Math.max(length, Math.ceil(array.length * 1.5)),
  );
  larger.set(array);
  return larger;
}

/** Rows of shares, each held once, numbered as they first appear. */
export class ShareTable {
  readonly #classCount: number;
  readonly #ofClass: Int32Array;
  #shares = new Float64Array(64);
  #words = new Uint32Array(this.#shares.buffer);
  #count = 0;
  /** Number of a row by its hash; -1: free. */
  #slots = new Int32Array(64).fill(-1);
  #hashes = new Int32Array(64);

  constructor(classCount: number) {
    this.#classCount = classCount;
    this.#ofClass = new Int32Array(classCount).fill(-1);
  }

  /** Number of the row where one class has everything. */
  numberOfClass(label: number): number {
    if (this.#ofClass[label] < 0) {
      const shares = new Float64Array(this.#classCount);
      shares[label] = 1;
      this.#ofClass[label] = this.numberOf(shares, 0);
    }
    return this.#ofClass[label];
  }

  /** Number of the row that begins at `at`. */
  numberOf(shares: Float64Array, at: number): number {
    const width = this.#classCount;
    this.#shares = roomy(this.#shares, (this.#count + 1) * width);
    this.#shares.set(shares.subarray(at, at + width), this.#count * width);
    if (this.#words.buffer !== this.#shares.buffer) this.#words = new Uint32Array(this.#shares.buffer);
    const hash = this.#hashOf(this.#count);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot];
      if (number < 0) return this.#keep(slot, hash);
      if (this.#hashes[number] === hash && this.#equal(number, this.#count)) return number;
    }
  }

  finish(): Float64Array {
    return this.#shares.slice(0, this.#count * this.#classCount);
  }

  #keep(slot: number, hash: number): number {
    const number = this.#count++;
    this.#slots[slot] = number;
    if (number >= this.#hashes.length) {
      const larger = new Int32Array(this.#hashes.length * 2);
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes[number] = hash;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return number;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#count; number++) {
      let slot = this.#hashes[number] & mask;
      while (this.#slots[slot] >= 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number;
    }
  }

  #equal(a: number, b: number): boolean {
    const width = this.#classCount * 2;
    for (let index = 0; index < width; index++)
      if (this.#words[a * width + index] !== this.#words[b * width + index]) return false;
    return true;
  }

  #hashOf(number: number): number {
    const width = this.#classCount * 2;
    let hash = 0;
    for (let index = number * width; index < (number + 1) * width; index++) {
      const mixed = Math.imul(hash ^ this.#words[index], 0x9e3779b1);
      hash = mixed ^ (mixed >>> 15);
    }
    return hash;
  }
}

/** Trees one behind another, in their order. */
export class ForestBuilder {
  readonly #pieces: TreePiece[] = [];
  readonly #shares: ShareTable;
  readonly #classCount: number;
  nodes = 0;
  depth = 0;
  #words = 0;

  constructor(classCount: number) {
    this.#classCount = classCount;
    this.#shares = new ShareTable(classCount);
  }

  get treeCount(): number {
    return this.#pieces.length;
  }

  /** Appends a closed tree. Throws `training-data` when the forest grows too large. */
  add(piece: TreePiece): void {
    for (let node = 0; node < piece.nodes; node++)
      if ((piece.flags[node] & CATEGORICAL) !== 0) piece.threshold[node] += this.#words;
    this.#numberShares(piece);
    this.nodes += piece.nodes;
    this.#words += piece.sets.length;
    this.depth = Math.max(this.depth, piece.depth);
    this.#pieces.push(piece);
    if (this.nodes <= ENSEMBLE_LIMITS.nodes) return;
    throw new OrbweaverError(
      "training-data",
      `the forest would have more than ${ENSEMBLE_LIMITS.nodes} nodes after ${this.treeCount} trees`,
      { hint: "Grow fewer trees, or smaller ones: maxDepth, minLeafRows." },
    );
  }

  /** Mean over trees of each asked column's share in the decrease of impurity, made to sum to 1 (Louppe et al. 2013). */
  importance(columnCount: number): Float64Array {
    const sums = new Float64Array(columnCount);
    for (const { decreases } of this.#pieces) {
      const total = decreases.reduce((sum, decrease) => sum + decrease, 0);
      if (total > 0)
        for (let index = 0; index < columnCount; index++) sums[index] += decreases[index] / total;
    }
    const total = sums.reduce((sum, share) => sum + share, 0);
    return total > 0 ? sums.map((share) => share / total) : sums;
  }

  /** Lays the trees together and forgets them. */
  finish(): TreeArrays & { distributions: Float64Array } {
    const pieces = this.#pieces;
    const roots = new Uint32Array(pieces.length + 1);
    pieces.forEach((piece, tree) => {
      roots[tree + 1] = roots[tree] + piece.nodes;
      for (let node = 0; node < piece.nodes; node++)
        if (piece.feature[node] !== LEAF) piece.right[node] += roots[tree];
    });
    return {
      treeCount: pieces.length,
      roots,
      feature: joined(pieces, "feature", new Uint16Array(this.nodes)),
      flags: joined(pieces, "flags", new Uint8Array(this.nodes)),
      threshold: joined(pieces, "threshold", new Float64Array(this.nodes)),
      right: joined(pieces, "right", new Uint32Array(this.nodes)),
      cover: joined(pieces, "cover", new Uint32Array(this.nodes)),
      sets: joined(pieces, "sets", new Uint32Array(this.#words)),
      distributions: this.#shares.finish(),
    };
  }

  #numberShares(piece: TreePiece): void {
    for (let node = 0; node < piece.nodes; node++) {
      if (piece.feature[node] !== LEAF) continue;
      const own = piece.right[node];
      piece.right[node] =
        own >= MIXED
          ? this.#shares.numberOf(piece.shares, (own & ~MIXED) * this.#classCount)
          : this.#shares.numberOfClass(own);
    }
    piece.shares = new Float64Array(0);
  }
}

type NodeField = "feature" | "flags" | "threshold" | "right" | "cover" | "sets";

/** One field of all trees; the trees' own arrays are let go, so that no more than one field is held twice. */
function joined<Field extends NodeField>(
  pieces: TreePiece[],
  field: Field,
  whole: TreePiece[Field],
): TreePiece[Field] {
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece[field] as never, at);
    at += piece[field].length;
    piece[field] = whole.subarray(0, 0) as TreePiece[Field];
  }
  return whole;
}
