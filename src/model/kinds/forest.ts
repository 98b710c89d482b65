// The model kind "forest": trees whose leaves hold shares of classes, averaged. One tree is a forest of one.
//
// Guarantees: a row's probabilities depend on that row only, bit for bit, however rows are batched; the same model
// always gives the same bytes. Knows no learner.

import { OrbweaverError } from "../../base/errors.ts";
import { requireSameSchema } from "../../feature/schema.ts";
import type { ColumnSpecification, FeatureTable } from "../../feature/table.ts";
import { type Container, encodeContainer, type SectionArray } from "../container.ts";
import type { Explanation, Model, ModelManifest } from "../contract.ts";
import { FOREST_BLOCK_ROWS, ForestScorer, fitsForestScorer } from "../forest-scorer.ts";
import { rankedContributions } from "../permutation.ts";
import {
  categoryCountsOf,
  checkActiveClasses,
  checkTrees,
  damaged,
  ENSEMBLE_LIMITS,
  LEAF,
  leafOf,
  requireIntact,
  type TreeArrays,
} from "../trees.ts";

export const FOREST_KIND = "forest";
export const FOREST_FORMAT_VERSION = 1;

/** Rows that are walked together in the arrays of the model: tree after tree passes over them. */
const BLOCK_ROWS = 64;
/** Rows after which laying the trees out for the fast scorer is worth its time and memory. */
const FAST_ROWS = 1_000;
/** How far from 1 the shares of a leaf may sum to. */
const SHARE_TOLERANCE = 1e-9;

/** Trees that vote: a row's probabilities are the mean of the shares of its leaves. */
export interface Forest extends TreeArrays {
  /** Indices into the model's classes that were seen in training, ascending; at least two. */
  activeClasses: Int32Array;
  /**
   * Shares of the active classes, `activeClasses.length` numbers a row, each row summing to 1. A leaf's row is
   * `right[leaf]`; leaves with equal shares have one row together.
   */
  distributions: Float64Array;
  /** Share of each column of the schema in the decrease of impurity; sums to 1, or all 0. */
  importance: Float64Array;
}

/** Fields of a forest and the names of their sections. */
const SECTIONS = [
  ["CLAS", "activeClasses", Int32Array],
  ["ROOT", "roots", Uint32Array],
  ["FEAT", "feature", Uint16Array],
  ["FLAG", "flags", Uint8Array],
  ["THRE", "threshold", Float64Array],
  ["RGHT", "right", Uint32Array],
  ["COVR", "cover", Uint32Array],
  ["SETS", "sets", Uint32Array],
  ["DIST", "distributions", Float64Array],
  ["IMPO", "importance", Float64Array],
] as const;

export class ForestModel implements Model {
  readonly manifest: ModelManifest;
  readonly forest: Forest;
  readonly #categoryCounts: Int32Array;
  readonly #columnCount: number;
  readonly #sums: Float64Array;
  /** Made when enough rows have been scored; null when the forest is too large for it. */
  #scorer: ForestScorer | null | undefined;
  /** Rows that were asked for until now. */
  #rows = 0;
  /** Of the class that was asked for last. */
  #nodeShares: { classIndex: number; shares: Float64Array } | undefined;

  /** Checks the forest against the manifest; throws `model-corrupt` when they do not fit. */
  constructor(manifest: ModelManifest, forest: Forest) {
    checkForest(forest, manifest.schema.columns, manifest.classes.length);
    this.manifest = manifest;
    this.forest = forest;
    this.#columnCount = manifest.schema.columns.length;
    this.#categoryCounts = categoryCountsOf(manifest.schema.columns);
    this.#sums = new Float64Array(BLOCK_ROWS * forest.activeClasses.length);
  }

  encode(): Uint8Array {
    const sections = new Map<string, SectionArray>();
    for (const [name, field] of SECTIONS) sections.set(name, this.forest[field]);
    return encodeContainer(this.manifest, sections);
  }

  score(rows: Float64Array, count: number, out: Float64Array): void {
    this.#requireRoom(rows.length, count, out);
    const columns = this.#columnCount;
    const classes = this.manifest.classes.length;
    const scorer = this.#scorerFor(count);
    const size = scorer ? FOREST_BLOCK_ROWS : BLOCK_ROWS;
    for (let start = 0; start < count; start += size) {
      const taken = Math.min(size, count - start);
      if (scorer) {
        scorer.scoreRows(rows, start * columns, columns, taken);
        this.#writeMeans(scorer.sums, taken, out, start * classes);
      } else this.#scoreBlock(rows, start * columns, taken, out, start * classes);
    }
  }

  scoreTable(table: FeatureTable, out: Float64Array): void {
    requireSameSchema(this.manifest.schema, table.schema, "the table");
    this.#requireRoom(table.rowCount * this.#columnCount, table.rowCount, out);
    const classes = this.manifest.classes.length;
    const scorer = this.#scorerFor(table.rowCount);
    if (!scorer) {
      this.#walkTable(table, out);
      return;
    }
    for (let start = 0; start < table.rowCount; start += FOREST_BLOCK_ROWS) {
      const taken = Math.min(FOREST_BLOCK_ROWS, table.rowCount - start);
      scorer.scoreColumns(table.values, start, taken);
      this.#writeMeans(scorer.sums, taken, out, start * classes);
    }
  }

  /** What each question on the row's way through the trees changed of the expected share (Saabas 2014), averaged. */
  explain(row: Float64Array, classIndex: number, limit: number): Explanation {
    const shares = this.nodeShares(classIndex);
    const { treeCount, roots, feature, right } = this.forest;
    const amounts = new Float64Array(this.#columnCount);
    let bias = 0;
    for (let tree = 0; tree < treeCount; tree++) {
      const leaf = leafOf(this.forest, tree, row, 0, this.#categoryCounts);
      let node = roots[tree];
      bias += shares[node] / treeCount;
      while (feature[node] !== LEAF) {
        const next = leaf < right[node] ? node + 1 : right[node];
        amounts[feature[node]] += (shares[next] - shares[node]) / treeCount;
        node = next;
      }
    }
    return { bias, scale: "probability", contributions: rankedContributions(amounts, limit) };
  }

  importance(): Float64Array {
    return this.forest.importance.slice();
  }

  /**
   * The share of a class at every node: of leaves their own, of inner nodes the mean of their leaves, weighted by
   * training rows. Kept until another class is asked for. Throws `usage` when the model has no such class.
   */
  nodeShares(classIndex: number): Float64Array {
    if (!(classIndex in this.manifest.classes)) {
      const count = this.manifest.classes.length;
      throw new OrbweaverError("usage", `class ${classIndex} does not exist; the model has ${count}`);
    }
    if (this.#nodeShares?.classIndex !== classIndex)
      this.#nodeShares = { classIndex, shares: sharesOfNodes(this.forest, classIndex) };
    return this.#nodeShares.shares;
  }

  /** The fast scorer, where so many more rows make it worth having. */
  #scorerFor(count: number): ForestScorer | undefined {
    this.#rows += count;
    if (this.#scorer === undefined && this.#rows >= FAST_ROWS) {
      const { columns } = this.manifest.schema;
      const { distributions, activeClasses } = this.forest;
      this.#scorer = fitsForestScorer(this.forest, columns, distributions)
        ? new ForestScorer(this.forest, columns, distributions, activeClasses.length)
        : null;
    }
    return this.#scorer ?? undefined;
  }

  #walkTable(table: FeatureTable, out: Float64Array): void {
    const columns = this.#columnCount;
    const block = new Float64Array(BLOCK_ROWS * columns);
    for (let start = 0; start < table.rowCount; start += BLOCK_ROWS) {
      const size = Math.min(BLOCK_ROWS, table.rowCount - start);
      for (let column = 0; column < columns; column++) {
        const values = table.values[column];
        for (let row = 0; row < size; row++) block[row * columns + column] = values[start + row];
      }
      this.#scoreBlock(block, 0, size, out, start * this.manifest.classes.length);
    }
  }

  #scoreBlock(rows: Float64Array, at: number, count: number, out: Float64Array, outAt: number): void {
    const { activeClasses, treeCount, right, distributions } = this.forest;
    const outputs = activeClasses.length;
    const sums = this.#sums;
    sums.fill(0, 0, count * outputs);
    for (let tree = 0; tree < treeCount; tree++) {
      for (let row = 0; row < count; row++) {
        const leaf = leafOf(this.forest, tree, rows, at + row * this.#columnCount, this.#categoryCounts);
        const from = right[leaf] * outputs;
        for (let k = 0; k < outputs; k++) sums[row * outputs + k] += distributions[from + k];
      }
    }
    this.#writeMeans(sums, count, out, outAt);
  }

  /** Sums over trees to means, each at the place of its class. */
  #writeMeans(sums: Float64Array, count: number, out: Float64Array, outAt: number): void {
    const { activeClasses, treeCount } = this.forest;
    const outputs = activeClasses.length;
    const classes = this.manifest.classes.length;
    if (outputs < classes) out.fill(0, outAt, outAt + count * classes);
    for (let row = 0; row < count; row++) {
      for (let k = 0; k < outputs; k++)
        out[outAt + row * classes + activeClasses[k]] = sums[row * outputs + k] / treeCount;
    }
  }

  #requireRoom(valueCount: number, count: number, out: Float64Array): void {
    const classes = this.manifest.classes.length;
    if (valueCount >= count * this.#columnCount && out.length >= count * classes) return;
    throw new OrbweaverError(
      "schema-mismatch",
      `${count} rows need ${this.#columnCount} values and ${classes} probabilities each, ` +
        `found ${valueCount} and room for ${out.length}`,
    );
  }
}

/** Children come after their parents, so going backwards meets them first. */
function sharesOfNodes(forest: Forest, classIndex: number): Float64Array {
  const { feature, right, cover, activeClasses, distributions } = forest;
  const shares = new Float64Array(feature.length);
  const active = activeClasses.indexOf(classIndex);
  if (active < 0) return shares;
  for (let node = shares.length - 1; node >= 0; node--) {
    const other = right[node];
    shares[node] =
      feature[node] === LEAF
        ? distributions[other * activeClasses.length + active]
        : (shares[node + 1] * cover[node + 1] + shares[other] * cover[other]) / cover[node];
  }
  return shares;
}

/** Throws `model-corrupt` unless the forest is sound: see docs/reference/trees.md. */
export function checkForest(
  forest: Forest,
  columns: readonly ColumnSpecification[],
  classCount: number,
): void {
  const { activeClasses, treeCount, distributions, importance } = forest;
  checkActiveClasses(activeClasses, classCount);
  requireIntact(treeCount >= 1, "number of trees");
  checkTrees(forest, columns);
  const outputs = activeClasses.length;
  requireIntact(
    distributions.length % outputs === 0 && distributions.length <= ENSEMBLE_LIMITS.nodes * 4,
    "number of class shares",
  );
  checkShares(distributions, outputs);
  checkCovers(forest, distributions.length / outputs);
  requireIntact(importance.length === columns.length, "number of importances");
  requireIntact(
    importance.every((share) => share >= 0 && share <= 1 + SHARE_TOLERANCE),
    "importances",
  );
}

function checkShares(distributions: Float64Array, outputs: number): void {
  for (let start = 0; start < distributions.length; start += outputs) {
    let sum = 0;
    for (let index = start; index < start + outputs; index++) {
      if (!(distributions[index] >= 0)) damaged(`class shares ${start / outputs}`);
      sum += distributions[index];
    }
    if (!(Math.abs(sum - 1) <= SHARE_TOLERANCE)) damaged(`class shares ${start / outputs}`);
  }
}

/** Every leaf has rows and shares; the rows of an inner node are those of its children. */
function checkCovers({ feature, right, cover }: Forest, distributionCount: number): void {
  for (let node = 0; node < feature.length; node++) {
    const other = right[node];
    if (feature[node] === LEAF) {
      if (cover[node] === 0) damaged(`rows of node ${node}`);
      if (other >= distributionCount) damaged(`class shares of node ${node}`);
    } else if (cover[node] !== cover[node + 1] + cover[other]) damaged(`rows of node ${node}`);
  }
}

/** The model in a container of this kind. Throws `model-corrupt` or `model-version`. */
export function decodeForest(manifest: ModelManifest, container: Container): ForestModel {
  if (manifest.formatVersion !== FOREST_FORMAT_VERSION) {
    throw new OrbweaverError(
      "model-version",
      `the model has forest format ${manifest.formatVersion}, this release reads ${FOREST_FORMAT_VERSION}`,
    );
  }
  const arrays: Record<string, SectionArray> = {};
  for (const [name, field, type] of SECTIONS) {
    const section = container.sections.get(name);
    if (!(section instanceof type)) {
      throw new OrbweaverError(
        "model-corrupt",
        `the model file is damaged: section '${name}' is missing or of another type`,
      );
    }
    arrays[field] = section;
  }
  return new ForestModel(manifest, {
    ...arrays,
    treeCount: arrays["roots"].length - 1,
  } as unknown as Forest);
}
