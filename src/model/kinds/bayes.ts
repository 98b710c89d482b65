// The model kind "bayes": naive Bayes over encoded columns. Within a class, numeric columns are normal and categorical ones have
// a probability for each category; columns are taken as independent. Missing values are left out of the product.
//
// Guarantees: a row's probabilities depend on that row only, bit for bit, however rows are batched; the same model
// always gives the same bytes. Knows no learner.

import { requireSameSchema } from "../../feature/schema.ts";
import type { FeatureTable } from "../../feature/table.ts";
import { type Container, encodeContainer, type SectionArray } from "../container.ts";
import type { Explanation, Model, ModelManifest } from "../contract.ts";
import {
  checkEncoding,
  decodeEncoding,
  type Encoding,
  encodingSections,
  INPUT,
  INPUT_NUMBERS,
  NUMBER,
  RowEncoder,
} from "../encoder.ts";
import { eachBlock, largestFirst, requireClass, requireRoom, sharesOf } from "../scoring.ts";
import { requireFormat, requireSound, sectionsOf } from "../sections.ts";

export const BAYES_KIND = "bayes";
export const BAYES_FORMAT_VERSION = 1;

/** Rows of a table that are brought together at a time. */
const BLOCK_ROWS = 64;
/** Smallest variance that a class may have, in the scale of the inputs; and largest number anywhere. */
export const BAYES_LIMITS = { variance: 1e-100, number: 1e100 } as const;

export interface BayesParts {
  encoding: Encoding;
  /** Indices of the classes seen in training, ascending; at least two. */
  activeClasses: Int32Array;
  /** Logarithm of each class's share. */
  priors: Float64Array;
  /**
   * Input after input, a number for each class: the mean of a value, the logarithm of a category's probability, 0 for an
   * input that tells of missing values, which are left out.
   */
  first: Float64Array;
  /** As `first`: the variance of a value, 0 for others. */
  second: Float64Array;
}

const SECTIONS = [
  ["CLAS", "activeClasses", Int32Array],
  ["PRIO", "priors", Float64Array],
  ["FIRS", "first", Float64Array],
  ["SECO", "second", Float64Array],
] as const;

export class BayesModel implements Model {
  readonly manifest: ModelManifest;
  readonly parts: BayesParts;
  readonly #encoder: RowEncoder;
  readonly #columnCount: number;
  readonly #isCategory: Uint8Array;
  /** Of values: 1 / (2 variance), and the logarithm of the density at the mean, up to a constant of all classes. */
  readonly #precision: Float64Array;
  readonly #height: Float64Array;
  readonly #encoded: Float64Array;
  readonly #sums: Float64Array;

  /** Checks the parts against the manifest; throws `model-corrupt` when they do not fit. */
  constructor(manifest: ModelManifest, parts: BayesParts) {
    const { columns } = manifest.schema;
    checkEncoding(parts.encoding, columns);
    checkParts(parts, manifest.classes.length);
    this.manifest = manifest;
    this.parts = parts;
    this.#columnCount = columns.length;
    this.#encoder = new RowEncoder(parts.encoding, columns);
    this.#isCategory = parts.encoding.kindOfInput.map((kind) =>
      kind === INPUT.category || kind === INPUT.other ? 1 : 0,
    );
    this.#precision = parts.second.map((variance) => (variance > 0 ? 0.5 / variance : 0));
    this.#height = parts.second.map((variance) => (variance > 0 ? -0.5 * Math.log(variance) : 0));
    this.#encoded = new Float64Array(this.#encoder.width);
    this.#sums = new Float64Array(parts.activeClasses.length);
  }

  encode(): Uint8Array {
    const sections = new Map<string, SectionArray>(encodingSections(this.parts.encoding));
    for (const [name, field] of SECTIONS) sections.set(name, this.parts[field]);
    return encodeContainer(this.manifest, sections);
  }

  score(rows: Float64Array, count: number, out: Float64Array): void {
    const classes = this.manifest.classes.length;
    requireRoom(rows.length, count, this.#columnCount, classes, out);
    for (let row = 0; row < count; row++) this.#scoreRow(rows, row * this.#columnCount, out, row * classes);
  }

  scoreTable(table: FeatureTable, out: Float64Array): void {
    requireSameSchema(this.manifest.schema, table.schema, "the table");
    const columns = this.#columnCount;
    const classes = this.manifest.classes.length;
    requireRoom(table.rowCount * columns, table.rowCount, columns, classes, out);
    eachBlock(table, BLOCK_ROWS, (block, size, start) => {
      for (let row = 0; row < size; row++) this.#scoreRow(block, row * columns, out, (start + row) * classes);
    });
  }

  /**
   * Exact: how much likelier each column's value is in the class than in the other one or, with more classes, than in their
   * geometric mean. The bias is the same of the classes' shares.
   */
  explain(row: Float64Array, classIndex: number, limit: number): Explanation {
    requireClass(this.manifest, classIndex);
    requireRoom(row.length, 1, this.#columnCount, 0, row);
    const { activeClasses, priors, encoding } = this.parts;
    const active = activeClasses.indexOf(classIndex);
    if (active < 0) return { bias: Number.NEGATIVE_INFINITY, scale: "log-odds", contributions: [] };
    const classes = activeClasses.length;
    // Beside the mean of two classes a class stands half as far as beside the other one.
    const factor = classes === 2 ? 2 : 1;
    const beside = (terms: Float64Array): number =>
      factor * (terms[active] - terms.reduce((sum, term) => sum + term, 0) / classes);
    const amounts = new Float64Array(this.#columnCount);
    const terms = new Float64Array(classes);
    this.#encoder.encode(row, 0, 1, this.#encoded);
    for (let input = 0; input < this.#encoded.length; input++) {
      const column = encoding.columnOfInput[input];
      if (!this.#counts(input, row[column])) continue;
      terms.fill(0);
      this.#addTerms(input, terms);
      amounts[column] += beside(terms);
    }
    return { bias: beside(priors), scale: "log-odds", contributions: largestFirst(amounts, limit) };
  }

  /**
   * What each column tells of the class, in terms of the model: the mean divergence (Kullback and Leibler 1951) of its
   * distribution in the classes from that in all rows, taken as normal for values.
   */
  importance(): Float64Array {
    const { encoding, priors, first, second } = this.parts;
    const classes = priors.length;
    const shares = priors.map(Math.exp);
    const amounts = new Float64Array(this.#columnCount);
    for (let input = 0; input < encoding.columnOfInput.length; input++) {
      if (encoding.kindOfInput[input] === INPUT.missing) continue;
      const from = input * classes;
      const means = first.subarray(from, from + classes);
      const amount =
        this.#isCategory[input] === 1
          ? categoryDivergence(means, shares)
          : normalDivergence(means, second.subarray(from, from + classes), shares);
      amounts[encoding.columnOfInput[input]] += Math.max(0, amount);
    }
    return sharesOf(amounts);
  }

  /** Whether an input has a part in the product, given the encoded row. */
  #counts(input: number, value: number): boolean {
    if (Number.isNaN(value)) return false;
    return this.#isCategory[input] === 1
      ? this.#encoded[input] === 1
      : this.#precision[input * this.#sums.length] > 0;
  }

  /** Adds the logarithms of an input's densities or probabilities in every class. */
  #addTerms(input: number, sums: Float64Array): void {
    const { first } = this.parts;
    const classes = sums.length;
    const from = input * classes;
    const value = this.#encoded[input];
    if (this.#isCategory[input] === 1) {
      for (let index = 0; index < classes; index++) sums[index] += first[from + index];
      return;
    }
    for (let index = 0; index < classes; index++) {
      const distance = value - first[from + index];
      sums[index] += this.#height[from + index] - distance * distance * this.#precision[from + index];
    }
  }

  #scoreRow(rows: Float64Array, at: number, out: Float64Array, to: number): void {
    const { activeClasses, priors, encoding } = this.parts;
    const sums = this.#sums;
    const { columnOfInput } = encoding;
    this.#encoder.encode(rows, at, 1, this.#encoded);
    sums.set(priors);
    for (let input = 0; input < columnOfInput.length; input++) {
      if (this.#counts(input, rows[at + columnOfInput[input]])) this.#addTerms(input, sums);
    }
    let largest = sums[0];
    for (let index = 1; index < sums.length; index++) largest = Math.max(largest, sums[index]);
    let total = 0;
    for (let index = 0; index < sums.length; index++) {
      sums[index] = Math.exp(sums[index] - largest);
      total += sums[index];
    }
    const classes = this.manifest.classes.length;
    if (activeClasses.length < classes) out.fill(0, to, to + classes);
    for (let index = 0; index < sums.length; index++) out[to + activeClasses[index]] = sums[index] / total;
  }
}

/** Σ share × p log(p / mean p) of one category. */
function categoryDivergence(logarithms: Float64Array, shares: Float64Array): number {
  const probabilities = logarithms.map(Math.exp);
  const mean = probabilities.reduce((sum, probability, index) => sum + shares[index] * probability, 0);
  return probabilities.reduce(
    (sum, probability, index) =>
      probability > 0 ? sum + shares[index] * probability * Math.log(probability / mean) : sum,
    0,
  );
}

/** Σ share × divergence of each normal distribution from the one with the mean and variance of their mixture. */
function normalDivergence(means: Float64Array, variances: Float64Array, shares: Float64Array): number {
  const mean = means.reduce((sum, value, index) => sum + shares[index] * value, 0);
  const variance = means.reduce(
    (sum, value, index) => sum + shares[index] * (variances[index] + (value - mean) ** 2),
    0,
  );
  if (!(variance > 0)) return 0;
  return shares.reduce((sum, share, index) => {
    const spread = (variances[index] + (means[index] - mean) ** 2) / variance;
    return sum + (share * (Math.log(variance / variances[index]) + spread - 1)) / 2;
  }, 0);
}

function checkParts(
  { encoding, activeClasses, priors, first, second }: BayesParts,
  classCount: number,
): void {
  const width = encoding.columnOfInput.length;
  const classes = activeClasses.length;
  requireSound(classes >= 2, "number of classes");
  for (let index = 0; index < classes; index++) {
    const least = index === 0 ? 0 : activeClasses[index - 1] + 1;
    requireSound(activeClasses[index] >= least && activeClasses[index] < classCount, "classes");
  }
  requireSound(priors.length === classes, "number of shares");
  requireSound(first.length === width * classes && second.length === width * classes, "number of inputs");
  const isUsable = (value: number): boolean => Math.abs(value) <= BAYES_LIMITS.number;
  requireSound(
    priors.every((value) => isUsable(value) && value <= 0),
    "share of a class",
  );
  requireSound(first.every(isUsable) && second.every(isUsable), "number that is not finite or too large");
  for (let index = 0; index < first.length; index++) {
    const kind = encoding.kindOfInput[Math.floor(index / classes)];
    const isValue = kind === INPUT.value || kind === INPUT.logarithm;
    requireSound(isValue ? second[index] >= BAYES_LIMITS.variance : second[index] === 0, "variance");
    requireSound(isValue || first[index] <= 0, "probability of a category");
    const at = Math.floor(index / classes) * INPUT_NUMBERS;
    const bounds = [encoding.numbers[at + NUMBER.floor], encoding.numbers[at + NUMBER.ceiling]];
    requireSound(bounds.every(isUsable), "bounds of an input");
  }
}

/** The model in a container of this kind. Throws `model-corrupt` or `model-version`. */
export function decodeBayes(manifest: ModelManifest, container: Container): BayesModel {
  requireFormat(manifest, "bayes", BAYES_FORMAT_VERSION);
  const arrays = sectionsOf(container, SECTIONS);
  const encoding = decodeEncoding(container, manifest.schema.columns);
  return new BayesModel(manifest, { ...arrays, encoding } as unknown as BayesParts);
}
