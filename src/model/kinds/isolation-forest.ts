// The model kind "isolation-forest": trees that part rows by chance; rows that are soon alone are odd (Liu, Ting and Zhou
// 2008).
//
// Guarantees: a row's probabilities depend on that row only, bit for bit, however rows are batched; the same model
// always gives the same bytes. Knows no learner.

import { requireSameSchema } from "../../feature/schema.ts";
import type { ColumnSpecification, FeatureTable } from "../../feature/table.ts";
import { ANOMALY_SECTION, AnomalyScale } from "../anomaly.ts";
import { type Container, encodeContainer, type SectionArray } from "../container.ts";
import type { Explanation, Model, ModelManifest } from "../contract.ts";
import { splitImportance } from "../importance.ts";
import { addPathChanges, checkLeaves, LeafSums, nodeMeans, type SumSink } from "../leaf-sums.ts";
import { rankedContributions } from "../permutation.ts";
import { requireClass, requireRoom } from "../scoring.ts";
import { requireFormat, sectionsOf } from "../sections.ts";
import { categoryCountsOf, checkTrees, requireIntact, type TreeArrays } from "../trees.ts";

export const ISOLATION_FOREST_KIND = "isolation-forest";
export const ISOLATION_FOREST_FORMAT_VERSION = 1;

/** Trees that isolate; a row's score is minus the mean of its leaves' paths, over that of a search tree without luck. */
export interface IsolationForest extends TreeArrays {
  /**
   * Lengths of paths: that of a leaf is `paths[right[leaf]]`, its depth and what would have come after it
   * (`averagePath` of its rows). Equal ones are held once.
   */
  paths: Float64Array;
  /** Rows that each tree was grown from; their `averagePath` is the unit of scores. */
  drawnRows: number;
}

/** Fields of a forest and the names of their sections. */
const SECTIONS = [
  ["ROOT", "roots", Uint32Array],
  ["FEAT", "feature", Uint16Array],
  ["FLAG", "flags", Uint8Array],
  ["THRE", "threshold", Float64Array],
  ["RGHT", "right", Uint32Array],
  ["COVR", "cover", Uint32Array],
  ["SETS", "sets", Uint32Array],
  ["PATH", "paths", Float64Array],
] as const;

/** Most rows that a tree is grown from. */
export const DRAWN_ROWS_MAX = 65_536;

/** Mean length of the paths of unsuccessful searches in a binary search tree of so many rows: 2 H(n - 1) - 2 (n - 1) / n. */
export function averagePath(rows: number): number {
  if (rows < 2) return 0;
  let harmonic = 0;
  for (let index = 1; index < rows; index++) harmonic += 1 / index;
  return 2 * harmonic - (2 * (rows - 1)) / rows;
}

export class IsolationForestModel implements Model, SumSink {
  readonly manifest: ModelManifest;
  readonly forest: IsolationForest;
  /** From the score of a row to its probability. */
  readonly anomaly: AnomalyScale;
  readonly #categoryCounts: Int32Array;
  readonly #columnCount: number;
  readonly #sums: LeafSums;
  readonly #unit: number;
  #nodePaths: Float64Array | undefined;

  /** Checks the forest against the manifest; throws `model-corrupt` when they do not fit. */
  constructor(manifest: ModelManifest, forest: IsolationForest, anomaly: AnomalyScale) {
    const { columns } = manifest.schema;
    requireIntact(manifest.task === "anomaly" && manifest.classes.length === 2, "classes of an anomaly");
    checkIsolationForest(forest, columns);
    this.manifest = manifest;
    this.forest = forest;
    this.anomaly = anomaly;
    this.#columnCount = columns.length;
    this.#categoryCounts = categoryCountsOf(columns);
    this.#sums = new LeafSums(forest, columns, forest.paths, 1);
    this.#unit = averagePath(forest.drawnRows) * forest.treeCount;
  }

  encode(): Uint8Array {
    const sections = new Map<string, SectionArray>();
    for (const [name, field] of SECTIONS) sections.set(name, this.forest[field]);
    sections.set("DRAW", Uint32Array.of(this.forest.drawnRows));
    sections.set(ANOMALY_SECTION, this.anomaly.encode());
    return encodeContainer(this.manifest, sections);
  }

  score(rows: Float64Array, count: number, out: Float64Array): void {
    requireRoom(rows.length, count, this.#columnCount, 2, out);
    this.#sums.sumRows(rows, count, out, this);
  }

  scoreTable(table: FeatureTable, out: Float64Array): void {
    requireSameSchema(this.manifest.schema, table.schema, "the table");
    requireRoom(table.rowCount * this.#columnCount, table.rowCount, this.#columnCount, 2, out);
    this.#sums.sumColumns(table.values, table.rowCount, out, this);
  }

  /** Sums of paths to probabilities. */
  writeSums(sums: Float64Array, count: number, first: number, out: Float64Array): void {
    for (let row = 0; row < count; row++) this.anomaly.write(-sums[row] / this.#unit, out, (first + row) * 2);
  }

  /**
   * What each question on the row's way changed of the expected path (Saabas 2014), brought to log-odds: the map from
   * scores to log-odds bends, so all changes are multiplied with its mean slope between the expected score and the row's.
   */
  explain(row: Float64Array, classIndex: number, limit: number): Explanation {
    requireClass(this.manifest, classIndex);
    const amounts = new Float64Array(this.#columnCount);
    const unit = averagePath(this.forest.drawnRows);
    const paths = this.nodePaths();
    const expected = addPathChanges(this.forest, paths, row, this.#categoryCounts, amounts);
    const path = amounts.reduce((sum, amount) => sum + amount, expected);
    const [from, to] = [-expected / unit, -path / unit];
    const sign = classIndex === 1 ? 1 : -1;
    const bias = sign * this.anomaly.logOdds(from);
    const slope = from === to ? 0 : (sign * this.anomaly.logOdds(to) - bias) / (to - from);
    const scaled = amounts.map((amount) => (-amount / unit) * slope);
    return { bias, scale: "log-odds", contributions: rankedContributions(scaled, limit) };
  }

  /** The columns whose questions part paths that are long from those that are short. */
  importance(): Float64Array {
    return splitImportance({ ...this.forest, value: this.nodePaths() }, this.#columnCount);
  }

  /** The expected path at every node: of leaves their own, of inner nodes the mean of their leaves by training rows. */
  nodePaths(): Float64Array {
    this.#nodePaths ??= nodeMeans(this.forest, this.forest.paths, 1, 0);
    return this.#nodePaths;
  }
}

/** Throws `model-corrupt` unless the forest is sound: see docs/reference/trees.md. */
function checkIsolationForest(forest: IsolationForest, columns: readonly ColumnSpecification[]): void {
  const { treeCount, paths, drawnRows } = forest;
  requireIntact(treeCount >= 1, "number of trees");
  requireIntact(drawnRows >= 2 && drawnRows <= DRAWN_ROWS_MAX, "rows of each tree");
  checkTrees(forest, columns);
  // No path is longer than the nodes of a tree, and what comes after a leaf is less than 2 ln of its rows.
  requireIntact(
    paths.every((path) => path >= 0 && path <= 2 * DRAWN_ROWS_MAX),
    "paths",
  );
  checkLeaves(forest, paths.length);
}

/** The model in a container of this kind. Throws `model-corrupt` or `model-version`. */
export function decodeIsolationForest(manifest: ModelManifest, container: Container): IsolationForestModel {
  requireFormat(manifest, "isolation forest", ISOLATION_FOREST_FORMAT_VERSION);
  const arrays = sectionsOf(container, [...SECTIONS, ["DRAW", "drawn", Uint32Array] as const]);
  const { drawn, ...fields } = arrays;
  requireIntact(drawn.length === 1, "rows of each tree");
  const forest = { ...fields, treeCount: arrays["roots"].length - 1, drawnRows: drawn[0] };
  const anomaly = AnomalyScale.decode(container.sections.get(ANOMALY_SECTION));
  return new IsolationForestModel(manifest, forest as unknown as IsolationForest, anomaly);
}
