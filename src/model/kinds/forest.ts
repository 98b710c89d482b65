// The model kind "forest": trees whose leaves hold shares of classes, averaged. One tree is a forest of one.
//
// Guarantees: a row's probabilities depend on that row only, bit for bit, however rows are batched; the same model
// always gives the same bytes. Knows no learner.

import { requireSameSchema } from "../../feature/schema.ts";
import type { ColumnSpecification, FeatureTable } from "../../feature/table.ts";
import { type Container, encodeContainer, type SectionArray } from "../container.ts";
import type { Explanation, Model, ModelManifest } from "../contract.ts";
import { addPathChanges, checkLeaves, LeafSums, nodeMeans, type SumSink } from "../leaf-sums.ts";
import { rankedContributions } from "../permutation.ts";
import { requireClass, requireRoom } from "../scoring.ts";
import { requireFormat, sectionsOf } from "../sections.ts";
import {
  categoryCountsOf,
  checkActiveClasses,
  checkTrees,
  damaged,
  ENSEMBLE_LIMITS,
  requireIntact,
  type TreeArrays,
} from "../trees.ts";

export const FOREST_KIND = "forest";
export const FOREST_FORMAT_VERSION = 1;

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

export class ForestModel implements Model, SumSink {
  readonly manifest: ModelManifest;
  readonly forest: Forest;
  readonly #categoryCounts: Int32Array;
  readonly #columnCount: number;
  readonly #sums: LeafSums;
  /** Of the class that was asked for last. */
  #nodeShares: { classIndex: number; shares: Float64Array } | undefined;

  /** Checks the forest against the manifest; throws `model-corrupt` when they do not fit. */
  constructor(manifest: ModelManifest, forest: Forest) {
    checkForest(forest, manifest.schema.columns, manifest.classes.length);
    this.manifest = manifest;
    this.forest = forest;
    this.#columnCount = manifest.schema.columns.length;
    this.#categoryCounts = categoryCountsOf(manifest.schema.columns);
    const { distributions, activeClasses } = forest;
    this.#sums = new LeafSums(forest, manifest.schema.columns, distributions, activeClasses.length);
  }

  encode(): Uint8Array {
    const sections = new Map<string, SectionArray>();
    for (const [name, field] of SECTIONS) sections.set(name, this.forest[field]);
    return encodeContainer(this.manifest, sections);
  }

  score(rows: Float64Array, count: number, out: Float64Array): void {
    requireRoom(rows.length, count, this.#columnCount, this.manifest.classes.length, out);
    this.#sums.sumRows(rows, count, out, this);
  }

  scoreTable(table: FeatureTable, out: Float64Array): void {
    requireSameSchema(this.manifest.schema, table.schema, "the table");
    requireRoom(
      table.rowCount * this.#columnCount,
      table.rowCount,
      this.#columnCount,
      this.manifest.classes.length,
      out,
    );
    this.#sums.sumColumns(table.values, table.rowCount, out, this);
  }

  /** Sums over trees to means, each at the place of its class. */
  writeSums(sums: Float64Array, count: number, first: number, out: Float64Array): void {
    const { activeClasses, treeCount } = this.forest;
    const outputs = activeClasses.length;
    const classes = this.manifest.classes.length;
    const at = first * classes;
    if (outputs < classes) out.fill(0, at, at + count * classes);
    for (let row = 0; row < count; row++) {
      for (let k = 0; k < outputs; k++)
        out[at + row * classes + activeClasses[k]] = sums[row * outputs + k] / treeCount;
    }
  }

  explain(row: Float64Array, classIndex: number, limit: number): Explanation {
    const shares = this.nodeShares(classIndex);
    const amounts = new Float64Array(this.#columnCount);
    const bias = addPathChanges(this.forest, shares, row, this.#categoryCounts, amounts);
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
    requireClass(this.manifest, classIndex);
    if (this.#nodeShares?.classIndex !== classIndex)
      this.#nodeShares = { classIndex, shares: sharesOfNodes(this.forest, classIndex) };
    return this.#nodeShares.shares;
  }
}

function sharesOfNodes(forest: Forest, classIndex: number): Float64Array {
  const { activeClasses, distributions, feature } = forest;
  const active = activeClasses.indexOf(classIndex);
  if (active < 0) return new Float64Array(feature.length);
  return nodeMeans(forest, distributions, activeClasses.length, active);
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
  checkLeaves(forest, distributions.length / outputs);
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

/** The model in a container of this kind. Throws `model-corrupt` or `model-version`. */
export function decodeForest(manifest: ModelManifest, container: Container): ForestModel {
  requireFormat(manifest, "forest", FOREST_FORMAT_VERSION);
  const arrays = sectionsOf(container, SECTIONS);
  return new ForestModel(manifest, {
    ...arrays,
    treeCount: arrays["roots"].length - 1,
  } as unknown as Forest);
}
