// Grows one tree at a time: best leaf first, histograms of the smaller child, the larger one's by subtraction.

import { CATEGORICAL, LEAF, MISSING_LEFT, type NodeSpecification, setWords } from "../../model/trees.ts";
import { type Dataset, HISTOGRAM_STRIDE, type PackedFeature, TILE_COLUMNS } from "./dataset.ts";
import type { Gradients, Terms } from "./gradients.ts";

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
const SPLIT_BYTES = 80;
/** Scratch of the split search: the order of categories, a split. */
const SEARCH_BYTES = 3_072 + SPLIT_BYTES;

/** A leaf that may still be split. */
interface GrowingLeaf {
  node: NodeSpecification;
  depth: number;
  /** Its rows: a stretch of the row list. */
  start: number;
  count: number;
  gradient: bigint;
  hessianAndCount: bigint;
  /** Address of its histograms, and of its best split; 0 when it cannot be split. */
  histogram: number;
  split: number;
  gain: number;
}

export class TreeGrower {
  readonly #dataset: Dataset;
  readonly #rules: GrowthRules;
  readonly #rulesAt: number;
  readonly #rows: number;
  readonly #scratchRows: number;
  readonly #gathered: number;
  readonly #buffer: number;
  readonly #search: number;
  readonly #unpacked: number;
  readonly #left: number;
  readonly #list: number;
  readonly #sums: number;
  readonly #freeHistograms: number[] = [];
  readonly #freeSplits: number[] = [];
  #listed = 0;
  #terms: Terms = { at: 0, gradientUnit: 1, hessianUnit: 1, countBits: 0 };

  constructor(dataset: Dataset, rules: GrowthRules) {
    const { workspace, rowCount } = dataset;
    this.#dataset = dataset;
    this.#rules = rules;
    this.#rulesAt = workspace.take(RULE_BYTES);
    this.#rows = workspace.take(rowCount * 4);
    this.#scratchRows = workspace.take(rowCount * 4);
    this.#gathered = workspace.take((Math.floor(rowCount / 2) + 1) * 16);
    this.#buffer = workspace.take((Math.floor(rowCount / 2) + 1) * TILE_COLUMNS);
    this.#search = workspace.take(SEARCH_BYTES);
    this.#unpacked = workspace.take(mostMembers(dataset) * HISTOGRAM_STRIDE);
    this.#left = workspace.take(256);
    this.#list = workspace.take(dataset.features.length * 4);
    this.#sums = workspace.take(16);
  }

  /**
   * Grows a tree for an output and adds its values to the output's scores. `allowed` are the numbers of the features
   * it may use.
   */
  grow(gradients: Gradients, output: number, allowed: readonly number[]): NodeSpecification {
    const { workspace } = this.#dataset;
    this.#terms = gradients.terms(output);
    this.#writeRules();
    this.#listFeatures(allowed);
    const leaves = this.#split(this.#plantRoot());
    for (const leaf of leaves) {
      leaf.node.value = this.#valueOf(leaf);
      const scores = gradients.scores + output * gradients.stride;
      workspace.kernels.addValue(scores, this.#rows + leaf.start * 4, leaf.count, leaf.node.value);
      this.#release(leaf);
    }
    return leaves.root;
  }

  #plantRoot(): GrowingLeaf {
    const { workspace, rowCount, codeColumns, codeCounts } = this.#dataset;
    const { kernels } = workspace;
    kernels.listRows(this.#rows, rowCount);
    kernels.sumTerms(this.#terms.at, rowCount, this.#sums);
    const [gradient, hessianAndCount] = workspace.longs(this.#sums, 2);
    const root = this.#leaf(0, 0, rowCount, gradient, hessianAndCount);
    if (!this.#maySplit(root)) return root;
    root.histogram = this.#takeHistogram();
    kernels.clear(root.histogram, codeColumns, codeCounts);
    this.#eachTile((codes, histogram, width) => {
      kernels.histogramAll(codes, rowCount, this.#terms.at, root.histogram + histogram, width);
    });
    this.#findSplit(root);
    return root;
  }

  /** Splits the most promising leaf until there are enough, or none gains. */
  #split(root: GrowingLeaf): GrowingLeaf[] & { root: NodeSpecification } {
    const leaves = [root];
    while (leaves.length < this.#rules.maxLeaves) {
      let best = 0;
      for (let index = 1; index < leaves.length; index++)
        if (leaves[index].gain > leaves[best].gain) best = index;
      if (!(leaves[best].gain > 0)) break;
      const [left, right] = this.#splitLeaf(leaves[best], leaves.length + 1 === this.#rules.maxLeaves);
      leaves[best] = left;
      leaves.push(right);
    }
    return Object.assign(leaves, { root: root.node });
  }

  #splitLeaf(leaf: GrowingLeaf, isLast: boolean): [GrowingLeaf, GrowingLeaf] {
    const { workspace, features } = this.#dataset;
    const [gradient, hessianAndCount] = workspace.longs(leaf.split + 8, 2);
    const feature = features[workspace.words(leaf.split + 24, 1)[0]];
    const leftCount = this.#partition(leaf, feature);
    const { start, count, depth, node } = leaf;
    const left = this.#leaf(depth + 1, start, leftCount, gradient, hessianAndCount);
    const right = this.#leaf(
      depth + 1,
      start + leftCount,
      count - leftCount,
      leaf.gradient - gradient,
      leaf.hessianAndCount - hessianAndCount,
    );
    this.#becomeInner(node, leaf.split, feature, left.node, right.node);
    this.#freeSplits.push(leaf.split);
    if (isLast) this.#freeHistograms.push(leaf.histogram);
    else this.#searchChildren(leaf.histogram, left, right);
    return [left, right];
  }

  /** Gives both children histograms, the larger one the parent's in place, and looks for their splits. */
  #searchChildren(parent: number, left: GrowingLeaf, right: GrowingLeaf): void {
    const { workspace, codeColumns, codeCounts } = this.#dataset;
    const { kernels } = workspace;
    const [small, large] = left.count <= right.count ? [left, right] : [right, left];
    const splitsLarge = this.#maySplit(large);
    if (!splitsLarge && !this.#maySplit(small)) {
      this.#freeHistograms.push(parent);
      return;
    }
    small.histogram = this.#takeHistogram();
    this.#sumRows(small);
    if (splitsLarge) {
      kernels.subtract(parent, small.histogram, codeColumns, codeCounts);
      large.histogram = parent;
      this.#findSplit(large);
    } else {
      this.#freeHistograms.push(parent);
    }
    if (this.#maySplit(small)) this.#findSplit(small);
    else this.#dropHistogram(small);
  }

  #sumRows(leaf: GrowingLeaf): void {
    const { workspace, codeColumns, codeCounts } = this.#dataset;
    const { kernels } = workspace;
    const rows = this.#rows + leaf.start * 4;
    kernels.clear(leaf.histogram, codeColumns, codeCounts);
    kernels.gather(this.#terms.at, rows, leaf.count, this.#gathered);
    this.#eachTile((codes, histogram, width) => {
      kernels.histogramRows(
        codes,
        rows,
        leaf.count,
        this.#gathered,
        leaf.histogram + histogram,
        width,
        this.#buffer,
      );
    });
  }

  #eachTile(visit: (codes: number, histogramOffset: number, width: number) => void): void {
    const { codeColumns, codes, rowCount } = this.#dataset;
    for (let column = 0; column < codeColumns; column += TILE_COLUMNS) {
      const width = Math.min(TILE_COLUMNS, codeColumns - column);
      visit(codes + column * rowCount, column * HISTOGRAM_STRIDE, width);
    }
  }

  #findSplit(leaf: GrowingLeaf): void {
    const { workspace, featureRecords } = this.#dataset;
    workspace.longs(this.#sums, 2).set([leaf.gradient, leaf.hessianAndCount]);
    leaf.split = this.#freeSplits.pop() ?? workspace.take(SPLIT_BYTES);
    const { kernels } = workspace;
    kernels.findSplit(
      leaf.histogram,
      this.#sums,
      featureRecords,
      this.#list,
      this.#listed,
      this.#rulesAt,
      this.#search,
      this.#unpacked,
      leaf.split,
    );
    leaf.gain = workspace.numbers(leaf.split, 1)[0];
    if (!(leaf.gain > 0)) this.#dropHistogram(leaf);
  }

  /** Puts the rows that go left first; returns their number. */
  #partition(leaf: GrowingLeaf, feature: PackedFeature): number {
    const { workspace, codes, rowCount } = this.#dataset;
    const goesLeft = this.#sideOfBins(leaf.split, feature);
    const left = workspace.bytes(this.#left, 256);
    for (let code = 0; code < 256; code++) left[code] = goesLeft[feature.binOfPackedCode[code]];
    const tile = Math.floor(feature.codeColumn / TILE_COLUMNS);
    const column = codes + tile * rowCount * TILE_COLUMNS + (feature.codeColumn % TILE_COLUMNS);
    const rows = this.#rows + leaf.start * 4;
    return workspace.kernels.partition(rows, leaf.count, column, this.#left, this.#scratchRows);
  }

  /** For each bin of a feature 1 when a split sends it left; the missing bin comes last. */
  #sideOfBins(split: number, feature: PackedFeature): Uint8Array {
    const { workspace } = this.#dataset;
    const [, lastBin, missingLeft] = workspace.words(split + 24, 3);
    const set = workspace.bytes(split + 40, 32);
    const sides = new Uint8Array(256);
    for (let bin = 0; bin < feature.bins; bin++) {
      sides[bin] = feature.categorical ? (set[bin >> 3] >> (bin & 7)) & 1 : bin <= lastBin ? 1 : 0;
    }
    sides[feature.bins] = missingLeft;
    return sides;
  }

  /** Turns a leaf's node into a question about raw values. */
  #becomeInner(
    node: NodeSpecification,
    split: number,
    feature: PackedFeature,
    left: NodeSpecification,
    right: NodeSpecification,
  ): void {
    const [, bin, missingLeft] = this.#dataset.workspace.words(split + 24, 3);
    node.feature = feature.column;
    node.flags = (missingLeft ? MISSING_LEFT : 0) | (feature.categorical ? CATEGORICAL : 0);
    node.left = left;
    node.right = right;
    if (feature.categorical) node.set = categorySet(feature, this.#sideOfBins(split, feature), missingLeft);
    else node.threshold = bin < feature.edges.length ? feature.edges[bin] : Number.POSITIVE_INFINITY;
  }

  #leaf(depth: number, start: number, count: number, gradient: bigint, hessianAndCount: bigint): GrowingLeaf {
    const cover = Number(hessianAndCount & ((1n << BigInt(this.#terms.countBits)) - 1n));
    const node = { feature: LEAF, flags: 0, threshold: 0, cover, value: 0 };
    return { node, depth, start, count, gradient, hessianAndCount, histogram: 0, split: 0, gain: 0 };
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

  /** The split search wants features column by column. */
  #listFeatures(allowed: readonly number[]): void {
    const { workspace, features } = this.#dataset;
    const byColumn = [...allowed].sort((a, b) => features[a].codeColumn - features[b].codeColumn);
    workspace.words(this.#list, allowed.length).set(byColumn);
    this.#listed = allowed.length;
  }

  #writeRules(): void {
    const { workspace } = this.#dataset;
    const rules = this.#rules;
    const { gradientUnit, hessianUnit, countBits } = this.#terms;
    const numbers = [rules.l2, rules.minGain, rules.minLeafHessian, rules.maxStep, gradientUnit, hessianUnit];
    workspace.numbers(this.#rulesAt, 8).set([...numbers, rules.categorySmoothing, rules.categoryL2]);
    workspace.words(this.#rulesAt + 64, 3).set([countBits, rules.minLeafRows, rules.maxCategories]);
  }

  #takeHistogram(): number {
    const { workspace, codeColumns } = this.#dataset;
    return this.#freeHistograms.pop() ?? workspace.take(codeColumns * HISTOGRAM_STRIDE);
  }

  #dropHistogram(leaf: GrowingLeaf): void {
    this.#freeHistograms.push(leaf.histogram);
    leaf.histogram = 0;
  }

  #release(leaf: GrowingLeaf): void {
    if (leaf.histogram !== 0) this.#dropHistogram(leaf);
    if (leaf.split !== 0) this.#freeSplits.push(leaf.split);
    leaf.split = 0;
  }
}

/** How many features the fullest code column holds. */
function mostMembers({ features, codeColumns }: Dataset): number {
  const members = new Uint32Array(codeColumns);
  for (const feature of features) members[feature.codeColumn]++;
  return members.reduce((most, count) => Math.max(most, count), 0);
}

/** Category codes that go left; those unseen in training go where missing goes. */
function categorySet(feature: PackedFeature, sides: Uint8Array, missingLeft: number): Uint32Array {
  const set = new Uint32Array(setWords(feature.binOfCode.length));
  for (let code = 0; code < feature.binOfCode.length; code++) {
    const bin = feature.binOfCode[code];
    const left = bin < 0 ? missingLeft : sides[bin];
    if (left) set[code >>> 5] |= 1 << (code & 31);
  }
  return set;
}
