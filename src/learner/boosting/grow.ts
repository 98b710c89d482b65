// Grows one tree at a time: best leaf first, histograms of the smaller child, the larger one's by subtraction.

import { CATEGORICAL, LEAF, MISSING_LEFT, type NodeSpecification, setWords } from "../../model/trees.ts";
import { type Dataset, HISTOGRAM_STRIDE, type PackedFeature, TILE_BYTES } from "./dataset.ts";
import type { Gradients, Terms } from "./gradients.ts";
import { JOB } from "./kernels.ts";

export interface GrowthRules {
  learningRate: number;
  maxLeaves: number;
  /** 0: any. */
  maxDepth: number;
  minLeafRows: number;
  minLeafHessian: number;
  l2: number;
  minGain: number;
  /** Largest |value| of a leaf before the learning rate; infinite for none. */
  maxStep: number;
  categorySmoothing: number;
  categoryL2: number;
  maxCategories: number;
}

const RULE_BYTES = 80;
/** Records of the kernels: a split, and a leaf whose value is to be added. */
const SPLIT_BYTES = 80;
const LEAF_BYTES = 16;
/** Scratch of the split search: the order of categories and a split, as the kernels have it. */
const SEARCH_BYTES = 3_200;

/** A leaf that may still be split. */
interface GrowingLeaf {
  node: NodeSpecification;
  depth: number;
  /** Its rows: a stretch of the row list. */
  start: number;
  count: number;
  gradient: bigint;
  hessianAndCount: bigint;
  /** Address of its histograms; 0 when it cannot be split. */
  histogram: number;
  gain: number;
  split: FoundSplit | undefined;
}

/** The best split of a leaf. */
interface FoundSplit {
  feature: number;
  bin: number;
  missingLeft: boolean;
  leftGradient: bigint;
  leftHessianAndCount: bigint;
  /** Categorical: bins that go left, a bit each. */
  bins: Uint8Array;
}

/** What a search over all tiles needs to know of one of the two leaves it looks at. */
interface Search {
  leaf: GrowingLeaf;
  sums: number;
  splits: number;
}

export class TreeGrower {
  readonly #dataset: Dataset;
  readonly #rules: GrowthRules;
  readonly #ranks: Uint32Array;
  readonly #rulesAt: number;
  readonly #rows: number;
  readonly #scratchRows: number;
  readonly #gathered: number;
  readonly #left: number;
  readonly #list: number;
  readonly #tileLists: number;
  readonly #sums: number;
  readonly #splits: number;
  readonly #leaves: number;
  readonly #freeHistograms: number[] = [];
  #allowed: readonly number[] = [];
  #terms: Terms = { at: 0, gradientUnit: 1, hessianUnit: 1, countBits: 0 };

  constructor(dataset: Dataset, rules: GrowthRules) {
    const { workspace, rowCount, tiles } = dataset;
    const half = Math.floor(rowCount / 2) + 1;
    this.#dataset = dataset;
    this.#rules = rules;
    this.#ranks = new Uint32Array(dataset.features.length);
    dataset.byName.forEach((feature, rank) => {
      this.#ranks[feature] = rank;
    });
    this.#rulesAt = workspace.take(RULE_BYTES);
    this.#rows = workspace.take(rowCount * 4);
    this.#scratchRows = workspace.take(rowCount * 4);
    this.#gathered = workspace.take(half * 16);
    this.#left = workspace.take(256);
    this.#list = workspace.take(dataset.features.length * 4);
    this.#tileLists = workspace.take(tiles * 8);
    this.#sums = workspace.take(32);
    this.#splits = workspace.take(2 * tiles * SPLIT_BYTES);
    this.#leaves = workspace.take(rules.maxLeaves * LEAF_BYTES);
    workspace.takeScratch(
      Math.max(half * TILE_BYTES, SEARCH_BYTES + mostMembers(dataset) * HISTOGRAM_STRIDE),
    );
  }

  /**
   * Grows a tree for an output and adds its values to the output's scores. `allowed` are the numbers of the features
   * it may use.
   */
  grow(gradients: Gradients, output: number, allowed: readonly number[]): NodeSpecification {
    this.#terms = gradients.terms(output);
    this.#writeRules();
    this.#listFeatures(allowed);
    const root = this.#plantRoot();
    const leaves = this.#split(root);
    this.#settle(leaves, gradients.scores + output * gradients.stride);
    return root.node;
  }

  #plantRoot(): GrowingLeaf {
    const { workspace, rowCount } = this.#dataset;
    workspace.kernels.listRows(this.#rows, rowCount);
    workspace.kernels.sumTerms(this.#terms.at, rowCount, this.#sums);
    const sums = this.#sums >>> 3;
    const root = this.#leaf(0, 0, rowCount, workspace.longs[sums], workspace.longs[sums + 1]);
    if (!this.#maySplit(root)) return root;
    root.histogram = this.#takeHistogram();
    this.#searchTiles(root, undefined);
    return root;
  }

  /** Splits the most promising leaf until there are enough, or none gains. */
  #split(root: GrowingLeaf): GrowingLeaf[] {
    const leaves = [root];
    while (leaves.length < this.#rules.maxLeaves) {
      let best = 0;
      for (let index = 1; index < leaves.length; index++)
        if (leaves[index].gain > leaves[best].gain) best = index;
      const { split } = leaves[best];
      if (!split) break;
      const [left, right] = this.#splitLeaf(leaves[best], split, leaves.length + 1 === this.#rules.maxLeaves);
      leaves[best] = left;
      leaves.push(right);
    }
    return leaves;
  }

  #splitLeaf(leaf: GrowingLeaf, split: FoundSplit, isLast: boolean): [GrowingLeaf, GrowingLeaf] {
    const feature = this.#dataset.features[split.feature];
    const sides = sidesOfBins(split, feature);
    const leftCount = this.#partition(leaf, feature, sides);
    const { start, count, depth, node } = leaf;
    const left = this.#leaf(depth + 1, start, leftCount, split.leftGradient, split.leftHessianAndCount);
    const right = this.#leaf(
      depth + 1,
      start + leftCount,
      count - leftCount,
      leaf.gradient - split.leftGradient,
      leaf.hessianAndCount - split.leftHessianAndCount,
    );
    becomeInner(node, split, feature, sides, left.node, right.node);
    if (isLast) this.#freeHistograms.push(leaf.histogram);
    else this.#searchChildren(leaf.histogram, left, right);
    return [left, right];
  }

  /** Gives both children histograms, the larger one the parent's in place, and looks for their splits. */
  #searchChildren(parent: number, left: GrowingLeaf, right: GrowingLeaf): void {
    const [small, large] = left.count <= right.count ? [left, right] : [right, left];
    const splitsLarge = this.#maySplit(large);
    if (!splitsLarge) this.#freeHistograms.push(parent);
    if (!splitsLarge && !this.#maySplit(small)) return;
    small.histogram = this.#takeHistogram();
    if (splitsLarge) large.histogram = parent;
    const { kernels } = this.#dataset.workspace;
    kernels.gather(this.#terms.at, this.#rows + small.start * 4, small.count, this.#gathered);
    this.#searchTiles(small, splitsLarge ? large : undefined);
  }

  /**
   * Sums the histograms of a leaf, tile by tile, takes them from the parent's to get the sibling's, and finds the best
   * splits of both.
   */
  #searchTiles(leaf: GrowingLeaf, sibling: GrowingLeaf | undefined): void {
    const { workspace, codes, rowCount, tileColumns, codeColumns, codeCounts, featureRecords, tiles } =
      this.#dataset;
    const isRoot = leaf.depth === 0;
    const own: Search = { leaf, sums: this.#sums, splits: this.#maySplit(leaf) ? this.#splits : 0 };
    const other = sibling && {
      leaf: sibling,
      sums: this.#sums + 16,
      splits: this.#splits + tiles * SPLIT_BYTES,
    };
    this.#writeSums(own);
    if (other) this.#writeSums(other);
    const table = [codes, rowCount, tileColumns, codeColumns, codeCounts, featureRecords];
    const rules = [this.#rulesAt, this.#tileLists];
    const rows = isRoot
      ? [0, rowCount, this.#terms.at]
      : [this.#rows + leaf.start * 4, leaf.count, this.#gathered];
    const histograms = [leaf.histogram, sibling?.histogram ?? 0];
    const searches = [own.sums, own.splits, other?.sums ?? 0, other?.splits ?? 0];
    workspace.run(JOB.tile, [...table, ...rules, ...rows, ...histograms, ...searches], tiles);
    this.#takeBest(own);
    if (other) this.#takeBest(other);
  }

  #writeSums({ leaf, sums }: Search): void {
    const { longs } = this.#dataset.workspace;
    longs[sums >>> 3] = leaf.gradient;
    longs[(sums >>> 3) + 1] = leaf.hessianAndCount;
  }

  /** Keeps the best split of all tiles; of equal ones that of the feature whose name comes first. */
  #takeBest({ leaf, splits }: Search): void {
    const { workspace, tiles } = this.#dataset;
    let best = 0;
    for (let tile = 0; tile < (splits === 0 ? 0 : tiles); tile++) {
      const at = splits + tile * SPLIT_BYTES;
      const gain = workspace.numbers[at >>> 3];
      if (!(gain > 0) || gain < leaf.gain) continue;
      if (gain === leaf.gain && this.#rankOf(at) > this.#rankOf(best)) continue;
      leaf.gain = gain;
      best = at;
    }
    if (best === 0) this.#dropHistogram(leaf);
    else leaf.split = this.#readSplit(best);
  }

  #rankOf(split: number): number {
    return this.#ranks[this.#dataset.workspace.words[(split + 24) >>> 2]];
  }

  #readSplit(at: number): FoundSplit {
    const { longs, words, bytes } = this.#dataset.workspace;
    return {
      leftGradient: longs[(at + 8) >>> 3],
      leftHessianAndCount: longs[(at + 16) >>> 3],
      feature: words[(at + 24) >>> 2],
      bin: words[(at + 28) >>> 2],
      missingLeft: words[(at + 32) >>> 2] === 1,
      bins: bytes.slice(at + 40, at + 72),
    };
  }

  /** Puts the rows that go left first; returns their number. */
  #partition(leaf: GrowingLeaf, feature: PackedFeature, sides: Uint8Array): number {
    const { workspace, codes, rowCount, tileColumns } = this.#dataset;
    for (let code = 0; code < 256; code++) {
      workspace.bytes[this.#left + code] = sides[feature.binOfPackedCode[code]];
    }
    const tile = Math.floor(feature.codeColumn / tileColumns);
    const column = codes + tile * rowCount * TILE_BYTES + (feature.codeColumn % tileColumns);
    const rows = this.#rows + leaf.start * 4;
    return workspace.kernels.partition(rows, leaf.count, column, this.#left, this.#scratchRows);
  }

  /** Gives the leaves their values and adds these to the scores of their rows. */
  #settle(leaves: readonly GrowingLeaf[], scores: number): void {
    const { workspace } = this.#dataset;
    leaves.forEach((leaf, index) => {
      leaf.node.value = this.#valueOf(leaf);
      const at = this.#leaves + index * LEAF_BYTES;
      workspace.numbers[at >>> 3] = leaf.node.value;
      workspace.words[(at + 8) >>> 2] = leaf.start;
      workspace.words[(at + 12) >>> 2] = leaf.count;
      this.#dropHistogram(leaf);
    });
    workspace.run(JOB.leaf, [scores, this.#rows, this.#leaves], leaves.length);
  }

  #leaf(depth: number, start: number, count: number, gradient: bigint, hessianAndCount: bigint): GrowingLeaf {
    const cover = Number(hessianAndCount & ((1n << BigInt(this.#terms.countBits)) - 1n));
    const node = { feature: LEAF, flags: 0, threshold: 0, cover, value: 0 };
    return { node, depth, start, count, gradient, hessianAndCount, histogram: 0, gain: 0, split: undefined };
  }

  #maySplit(leaf: GrowingLeaf): boolean {
    const { maxDepth, minLeafRows } = this.#rules;
    return (maxDepth === 0 || leaf.depth < maxDepth) && leaf.node.cover >= 2 * minLeafRows;
  }

  /** The Newton step of a leaf, limited, times the learning rate. */
  #valueOf(leaf: GrowingLeaf): number {
    const { l2, maxStep, learningRate, minLeafHessian } = this.#rules;
    const gradient = Number(leaf.gradient) * this.#terms.gradientUnit;
    const hessian = Number(leaf.hessianAndCount >> BigInt(this.#terms.countBits)) * this.#terms.hessianUnit;
    const step = -gradient / (Math.max(hessian, minLeafHessian) + l2);
    return learningRate * Math.max(-maxStep, Math.min(maxStep, step));
  }

  /** Lists the features of each tile, column by column, as the split search wants them. */
  #listFeatures(allowed: readonly number[]): void {
    if (allowed === this.#allowed) return;
    this.#allowed = allowed;
    const { workspace, features, tiles, tileColumns } = this.#dataset;
    const byColumn = [...allowed].sort((a, b) => features[a].codeColumn - features[b].codeColumn);
    workspace.wordsAt(this.#list, allowed.length).set(byColumn);
    let start = 0;
    for (let tile = 0; tile < tiles; tile++) {
      let end = start;
      const last = (tile + 1) * tileColumns;
      while (end < byColumn.length && features[byColumn[end]].codeColumn < last) end++;
      workspace.wordsAt(this.#tileLists + tile * 8, 2).set([this.#list + start * 4, end - start]);
      start = end;
    }
  }

  #writeRules(): void {
    const { workspace } = this.#dataset;
    const rules = this.#rules;
    const { gradientUnit, hessianUnit, countBits } = this.#terms;
    const numbers = [rules.l2, rules.minGain, rules.minLeafHessian, rules.maxStep, gradientUnit, hessianUnit];
    workspace.numbersAt(this.#rulesAt, 8).set([...numbers, rules.categorySmoothing, rules.categoryL2]);
    workspace.wordsAt(this.#rulesAt + 64, 3).set([countBits, rules.minLeafRows, rules.maxCategories]);
  }

  #takeHistogram(): number {
    const { workspace, codeColumns } = this.#dataset;
    return this.#freeHistograms.pop() ?? workspace.take(codeColumns * HISTOGRAM_STRIDE);
  }

  #dropHistogram(leaf: GrowingLeaf): void {
    if (leaf.histogram !== 0) this.#freeHistograms.push(leaf.histogram);
    leaf.histogram = 0;
  }
}

/** For each bin of a feature 1 when a split sends it left; the missing bin comes last. */
function sidesOfBins(split: FoundSplit, feature: PackedFeature): Uint8Array {
  const sides = new Uint8Array(256);
  for (let bin = 0; bin < feature.bins; bin++) {
    sides[bin] = feature.categorical ? (split.bins[bin >> 3] >> (bin & 7)) & 1 : bin <= split.bin ? 1 : 0;
  }
  sides[feature.bins] = split.missingLeft ? 1 : 0;
  return sides;
}

/** Turns a leaf's node into a question about raw values. */
function becomeInner(
  node: NodeSpecification,
  split: FoundSplit,
  feature: PackedFeature,
  sides: Uint8Array,
  left: NodeSpecification,
  right: NodeSpecification,
): void {
  node.feature = feature.column;
  node.flags = (split.missingLeft ? MISSING_LEFT : 0) | (feature.categorical ? CATEGORICAL : 0);
  node.left = left;
  node.right = right;
  if (feature.categorical) node.set = categorySet(feature, sides, split.missingLeft);
  else
    node.threshold = split.bin < feature.edges.length ? feature.edges[split.bin] : Number.POSITIVE_INFINITY;
}

/** How many features the fullest code column holds. */
function mostMembers({ features, codeColumns }: Dataset): number {
  const members = new Uint32Array(codeColumns);
  for (const feature of features) members[feature.codeColumn]++;
  return members.reduce((most, count) => Math.max(most, count), 0);
}

/** Category codes that go left; those unseen in training go where missing goes. */
function categorySet(feature: PackedFeature, sides: Uint8Array, missingLeft: boolean): Uint32Array {
  const set = new Uint32Array(setWords(feature.binOfCode.length));
  for (let code = 0; code < feature.binOfCode.length; code++) {
    const bin = feature.binOfCode[code];
    const left = bin < 0 ? missingLeft : sides[bin] === 1;
    if (left) set[code >>> 5] |= 1 << (code & 31);
  }
  return set;
}
