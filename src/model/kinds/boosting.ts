// The model kind "boosting": an ensemble of trees over raw column values, scored without allocation per row.
//
// Guarantees: a row's probabilities depend on that row only, bit for bit, however rows are batched; the same model
// always gives the same bytes. Knows no learner.

import { requireSameSchema } from "../../feature/schema.ts";
import type { FeatureTable } from "../../feature/table.ts";
import { type Container, encodeContainer, type SectionArray } from "../container.ts";
import type { Contribution, Explanation, Model, ModelManifest } from "../contract.ts";
import { splitImportance } from "../importance.ts";
import { fitsScorer, SCORER_ROWS, TreeScorer } from "../scorer.ts";
import { eachBlock, requireClass, requireRoom } from "../scoring.ts";
import { requireFormat, sectionsOf } from "../sections.ts";
import { categoryCountsOf, checkEnsemble, type Ensemble, LEAF, leafOf } from "../trees.ts";

export const BOOSTING_KIND = "boosting";
export const BOOSTING_FORMAT_VERSION = 1;

/** Rows that are scored together: their values stay in the cache while tree after tree passes over them. */
const BLOCK_ROWS = SCORER_ROWS;
/** Rows in one call from which laying the trees out for the fast scorer is worth its memory. */
const FAST_ROWS = 16;

/** Node arrays and the names of their sections. */
const SECTIONS = [
  ["CLAS", "activeClasses", Int32Array],
  ["BASE", "baseline", Float64Array],
  ["ROOT", "roots", Uint32Array],
  ["FEAT", "feature", Uint16Array],
  ["FLAG", "flags", Uint8Array],
  ["THRE", "threshold", Float64Array],
  ["RGHT", "right", Uint32Array],
  ["VALU", "value", Float64Array],
  ["COVR", "cover", Uint32Array],
  ["SETS", "sets", Uint32Array],
] as const;

export class BoostingModel implements Model {
  readonly manifest: ModelManifest;
  readonly ensemble: Ensemble;
  readonly #categoryCounts: Int32Array;
  readonly #columnCount: number;
  readonly #raw: Float64Array;
  /** Made when first needed; null when the ensemble is too large for it. */
  #scorer: TreeScorer | null | undefined;

  /** Checks the ensemble against the manifest; throws `model-corrupt` when they do not fit. */
  constructor(manifest: ModelManifest, ensemble: Ensemble) {
    checkEnsemble(ensemble, manifest.schema.columns, manifest.classes.length);
    this.manifest = manifest;
    this.ensemble = ensemble;
    this.#columnCount = manifest.schema.columns.length;
    this.#categoryCounts = categoryCountsOf(manifest.schema.columns);
    this.#raw = new Float64Array(BLOCK_ROWS * ensemble.outputs);
  }

  encode(): Uint8Array {
    const sections = new Map<string, SectionArray>();
    for (const [name, field] of SECTIONS) sections.set(name, this.ensemble[field]);
    return encodeContainer(this.manifest, sections);
  }

  score(rows: Float64Array, count: number, out: Float64Array): void {
    const columns = this.#columnCount;
    const classes = this.manifest.classes.length;
    requireRoom(rows.length, count, columns, classes, out);
    const scorer = this.#scorerFor(count);
    for (let start = 0; start < count; start += BLOCK_ROWS) {
      const size = Math.min(BLOCK_ROWS, count - start);
      if (scorer) scorer.score(rows, start * columns, size, this.#raw);
      else addTrees(this.ensemble, rows, start * columns, columns, size, this.#raw, this.#categoryCounts);
      this.#writeProbabilities(size, out, start * classes);
    }
  }

  scoreTable(table: FeatureTable, out: Float64Array): void {
    requireSameSchema(this.manifest.schema, table.schema, "the table");
    const columns = this.#columnCount;
    const classes = this.manifest.classes.length;
    requireRoom(table.rowCount * columns, table.rowCount, columns, classes, out);
    const scorer = this.#scorerFor(table.rowCount);
    if (!scorer) {
      eachBlock(table, BLOCK_ROWS, (block, size, start) => {
        addTrees(this.ensemble, block, 0, columns, size, this.#raw, this.#categoryCounts);
        this.#writeProbabilities(size, out, start * classes);
      });
      return;
    }
    for (let start = 0; start < table.rowCount; start += BLOCK_ROWS) {
      const size = Math.min(BLOCK_ROWS, table.rowCount - start);
      scorer.scoreColumns(table.values, start, size, this.#raw);
      this.#writeProbabilities(size, out, start * classes);
    }
  }

  explain(row: Float64Array, classIndex: number, limit: number): Explanation {
    const { activeClasses, outputs } = this.ensemble;
    requireClass(this.manifest, classIndex);
    const active = activeClasses.indexOf(classIndex);
    if (active < 0) return { bias: Number.NEGATIVE_INFINITY, scale: "log-odds", contributions: [] };
    const amounts = new Float64Array(this.#columnCount);
    const sign = outputs === 1 && active === 0 ? -1 : 1;
    const bias = this.#walkPaths(row, outputs === 1 ? 0 : active, sign, amounts);
    const contributions: Contribution[] = [];
    for (let column = 0; column < amounts.length; column++) {
      if (amounts[column] !== 0) contributions.push({ column, amount: amounts[column] });
    }
    contributions.sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount) || a.column - b.column);
    return { bias, scale: "log-odds", contributions: contributions.slice(0, limit) };
  }

  importance(): Float64Array {
    return splitImportance(this.ensemble, this.#columnCount);
  }

  /** Raw scores of one row, in the order of the active classes (two classes: log-odds of the second). */
  rawScores(row: Float64Array): Float64Array {
    const raw = new Float64Array(this.ensemble.outputs);
    addTrees(this.ensemble, row, 0, this.#columnCount, 1, raw, this.#categoryCounts);
    return raw;
  }

  /** Adds each step's change of expected value to its column's amount; returns the value at the roots. */
  #walkPaths(row: Float64Array, output: number, sign: number, amounts: Float64Array): number {
    const { treeCount, outputs, roots, value, feature, baseline } = this.ensemble;
    let bias = baseline[output];
    for (let tree = output; tree < treeCount; tree += outputs) {
      const leaf = leafOf(this.ensemble, tree, row, 0, this.#categoryCounts);
      let node = roots[tree];
      bias += value[node];
      while (feature[node] !== LEAF) {
        const right = this.ensemble.right[node];
        const next = leaf < right ? node + 1 : right;
        amounts[feature[node]] += sign * (value[next] - value[node]);
        node = next;
      }
    }
    return sign * bias;
  }

  /** The fast scorer, where so many rows make it worth having. */
  #scorerFor(count: number): TreeScorer | undefined {
    if (count < FAST_ROWS) return undefined;
    if (this.#scorer === undefined) {
      const { columns } = this.manifest.schema;
      this.#scorer = fitsScorer(this.ensemble, columns) ? new TreeScorer(this.ensemble, columns) : null;
    }
    return this.#scorer ?? undefined;
  }

  #writeProbabilities(count: number, out: Float64Array, at: number): void {
    const { activeClasses, outputs } = this.ensemble;
    const classes = this.manifest.classes.length;
    if (activeClasses.length < classes) out.fill(0, at, at + count * classes);
    if (outputs === 1) writeLogistic(this.#raw, count, out, at, classes, activeClasses[0], activeClasses[1]);
    else writeSoftmax(this.#raw, count, out, at, classes, activeClasses);
  }
}

/** Raw scores of `count` rows: baseline, then every tree in order. `rows[at]` is the first value of the first row. */
export function addTrees(
  ensemble: Ensemble,
  rows: Float64Array,
  at: number,
  columnCount: number,
  count: number,
  raw: Float64Array,
  categoryCounts: Int32Array,
): void {
  const { outputs, baseline, treeCount } = ensemble;
  for (let index = 0; index < count * outputs; index++) raw[index] = baseline[index % outputs];
  for (let tree = 0; tree < treeCount; tree++) {
    addTree(ensemble, tree, rows, at, columnCount, count, raw, categoryCounts);
  }
}

/** Adds one tree to the raw scores of `count` rows. */
export function addTree(
  ensemble: Ensemble,
  tree: number,
  rows: Float64Array,
  at: number,
  columnCount: number,
  count: number,
  raw: Float64Array,
  categoryCounts: Int32Array,
): void {
  const { outputs, value } = ensemble;
  const output = tree % outputs;
  for (let row = 0; row < count; row++) {
    raw[row * outputs + output] +=
      value[leafOf(ensemble, tree, rows, at + row * columnCount, categoryCounts)];
  }
}

function writeLogistic(
  raw: Float64Array,
  count: number,
  out: Float64Array,
  at: number,
  classes: number,
  first: number,
  second: number,
): void {
  for (let row = 0; row < count; row++) {
    const base = at + row * classes;
    out[base + first] = 1 / (1 + Math.exp(raw[row]));
    out[base + second] = 1 / (1 + Math.exp(-raw[row]));
  }
}

function writeSoftmax(
  raw: Float64Array,
  count: number,
  out: Float64Array,
  at: number,
  classes: number,
  activeClasses: Int32Array,
): void {
  const outputs = activeClasses.length;
  for (let row = 0; row < count; row++) {
    const from = row * outputs;
    let largest = raw[from];
    for (let k = 1; k < outputs; k++) largest = Math.max(largest, raw[from + k]);
    let sum = 0;
    for (let k = 0; k < outputs; k++) {
      raw[from + k] = Math.exp(raw[from + k] - largest);
      sum += raw[from + k];
    }
    const base = at + row * classes;
    for (let k = 0; k < outputs; k++) out[base + activeClasses[k]] = raw[from + k] / sum;
  }
}

/** The model in a container of this kind. Throws `model-corrupt` or `model-version`. */
export function decodeBoosting(manifest: ModelManifest, container: Container): BoostingModel {
  requireFormat(manifest, "boosting", BOOSTING_FORMAT_VERSION);
  const arrays = sectionsOf(container, SECTIONS);
  const ensemble = {
    ...arrays,
    outputs: arrays["baseline"].length,
    treeCount: arrays["roots"].length - 1,
  } as unknown as Ensemble;
  return new BoostingModel(manifest, ensemble);
}
