// The model kind "linear": encoded columns, weights and a link to probabilities. Logistic regression, linear support vector
// machines and what stochastic gradient descent finds are all of this kind.
//
// Each output has a score f = bias + Σ weight × input, and t = slope × f + offset. Two classes share one output, and the
// second one's probability is 1 / (1 + exp(-t)). More classes have one output each and, by the link, the softmax of all t
// or, one against the rest, 1 / (1 + exp(-t)) divided by their sum.
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

export const LINEAR_KIND = "linear";
export const LINEAR_FORMAT_VERSION = 1;

/** How scores become probabilities, in section LINK. With two classes there is no difference. */
export const LINK = { softmax: 0, oneVersusRest: 1 } as const;

/** Rows of a table that are brought together at a time. */
const BLOCK_ROWS = 64;

export interface LinearParts {
  encoding: Encoding;
  link: number;
  /** Indices of the classes seen in training, ascending; at least two. */
  activeClasses: Int32Array;
  /** Output after output (one for two classes, else one a class), a weight for each input. */
  weights: Float64Array;
  /** One for each output, as the three below it. */
  biases: Float64Array;
  slopes: Float64Array;
  offsets: Float64Array;
  /** Mean and standard deviation of each input in training. */
  means: Float64Array;
  deviations: Float64Array;
}

/** What a model holds beside its encoding and link, and the names of the sections. */
const SECTIONS = [
  ["CLAS", "activeClasses", Int32Array],
  ["WEIG", "weights", Float64Array],
  ["BIAS", "biases", Float64Array],
  ["SLOP", "slopes", Float64Array],
  ["OFFS", "offsets", Float64Array],
  ["MEAN", "means", Float64Array],
  ["DEVI", "deviations", Float64Array],
] as const;

export class LinearModel implements Model {
  readonly manifest: ModelManifest;
  readonly parts: LinearParts;
  readonly outputs: number;
  readonly #encoder: RowEncoder;
  readonly #columnCount: number;
  /** Slope × weight, input after input: the outputs of an input lie together. */
  readonly #weights: Float64Array;
  /** Slope × bias + offset. */
  readonly #biases: Float64Array;
  readonly #inputs: Int32Array;
  readonly #values: Float64Array;
  readonly #scores: Float64Array;

  /** Checks the parts against the manifest; throws `model-corrupt` when they do not fit. */
  constructor(manifest: ModelManifest, parts: LinearParts) {
    const { columns } = manifest.schema;
    checkEncoding(parts.encoding, columns);
    checkParts(parts, manifest.classes.length);
    this.manifest = manifest;
    this.parts = parts;
    this.outputs = parts.biases.length;
    this.#encoder = new RowEncoder(parts.encoding, columns);
    this.#columnCount = columns.length;
    const { width } = this.#encoder;
    const { weights, biases, slopes, offsets } = parts;
    this.#weights = new Float64Array(weights.length);
    for (let output = 0; output < this.outputs; output++) {
      for (let input = 0; input < width; input++)
        this.#weights[input * this.outputs + output] = slopes[output] * weights[output * width + input];
    }
    this.#biases = biases.map((bias, output) => slopes[output] * bias + offsets[output]);
    this.#inputs = new Int32Array(width);
    this.#values = new Float64Array(width);
    this.#scores = new Float64Array(this.outputs);
  }

  encode(): Uint8Array {
    const sections = new Map<string, SectionArray>(encodingSections(this.parts.encoding));
    sections.set("LINK", Uint8Array.of(this.parts.link));
    for (const [name, field] of SECTIONS) sections.set(name, this.parts[field]);
    return encodeContainer(this.manifest, sections);
  }

  score(rows: Float64Array, count: number, out: Float64Array): void {
    const classes = this.manifest.classes.length;
    requireRoom(rows.length, count, this.#columnCount, classes, out);
    for (let row = 0; row < count; row++) {
      this.#scoreRow(rows, row * this.#columnCount);
      this.#writeProbabilities(out, row * classes);
    }
  }

  scoreTable(table: FeatureTable, out: Float64Array): void {
    requireSameSchema(this.manifest.schema, table.schema, "the table");
    const columns = this.#columnCount;
    const classes = this.manifest.classes.length;
    requireRoom(table.rowCount * columns, table.rowCount, columns, classes, out);
    eachBlock(table, BLOCK_ROWS, (block, size, start) => {
      for (let row = 0; row < size; row++) {
        this.#scoreRow(block, row * columns);
        this.#writeProbabilities(out, (start + row) * classes);
      }
    });
  }

  /**
   * Exact: each column's part of t against that of the mean training row, whose score is the bias. One against the rest with
   * more than two classes, log(1 / (1 + exp(-t))) is shared out in the proportions of t, which is its integral along the
   * line from the mean row (Aumann and Shapley 1974).
   */
  explain(row: Float64Array, classIndex: number, limit: number): Explanation {
    requireClass(this.manifest, classIndex);
    requireRoom(row.length, 1, this.#columnCount, 0, row);
    const { activeClasses, means, link, encoding } = this.parts;
    const active = activeClasses.indexOf(classIndex);
    if (active < 0) return { bias: Number.NEGATIVE_INFINITY, scale: "log-odds", contributions: [] };
    const output = this.outputs === 1 ? 0 : active;
    const sign = this.outputs === 1 && active === 0 ? -1 : 1;
    const encoded = new Float64Array(this.#encoder.width);
    this.#encoder.encode(row, 0, 1, encoded);
    const amounts = new Float64Array(this.#columnCount);
    let bias = this.#biases[output];
    let change = 0;
    for (let input = 0; input < encoded.length; input++) {
      const weight = this.#weights[input * this.outputs + output];
      const amount = weight * (encoded[input] - means[input]);
      bias += weight * means[input];
      change += amount;
      amounts[encoding.columnOfInput[input]] += sign * amount;
    }
    if (this.outputs === 1 || link === LINK.softmax)
      return { bias: sign * bias, scale: "log-odds", contributions: largestFirst(amounts, limit) };
    const start = logLogistic(bias);
    const isFlat = Math.abs(change) < 1e-9;
    const share = isFlat ? 1 / (1 + Math.exp(bias)) : (logLogistic(bias + change) - start) / change;
    const contributions = largestFirst(
      amounts.map((amount) => amount * share),
      limit,
    );
    return { bias: start, scale: "log-odds", contributions };
  }

  /** Weight times deviation of the inputs of each column, over all outputs. */
  importance(): Float64Array {
    const { encoding, deviations } = this.parts;
    const amounts = new Float64Array(this.#columnCount);
    for (let input = 0; input < deviations.length; input++) {
      for (let output = 0; output < this.outputs; output++) {
        const weight = this.#weights[input * this.outputs + output];
        amounts[encoding.columnOfInput[input]] += Math.abs(weight) * deviations[input];
      }
    }
    return sharesOf(amounts);
  }

  #scoreRow(rows: Float64Array, at: number): void {
    const { outputs } = this;
    const [inputs, values, scores, weights] = [this.#inputs, this.#values, this.#scores, this.#weights];
    const count = this.#encoder.encodeSparse(rows, at, inputs, values);
    if (outputs === 1) {
      let sum = this.#biases[0];
      for (let index = 0; index < count; index++) sum += values[index] * weights[inputs[index]];
      scores[0] = sum;
      return;
    }
    scores.set(this.#biases);
    for (let index = 0; index < count; index++) {
      const value = values[index];
      const from = inputs[index] * outputs;
      for (let output = 0; output < outputs; output++) scores[output] += value * weights[from + output];
    }
  }

  #writeProbabilities(out: Float64Array, at: number): void {
    const { activeClasses, link } = this.parts;
    const classes = this.manifest.classes.length;
    const scores = this.#scores;
    if (activeClasses.length < classes) out.fill(0, at, at + classes);
    if (this.outputs === 1) {
      out[at + activeClasses[0]] = 1 / (1 + Math.exp(scores[0]));
      out[at + activeClasses[1]] = 1 / (1 + Math.exp(-scores[0]));
      return;
    }
    if (link === LINK.oneVersusRest)
      for (let output = 0; output < scores.length; output++) scores[output] = logLogistic(scores[output]);
    let largest = scores[0];
    for (let output = 1; output < scores.length; output++) largest = Math.max(largest, scores[output]);
    let sum = 0;
    for (let output = 0; output < scores.length; output++) {
      scores[output] = Math.exp(scores[output] - largest);
      sum += scores[output];
    }
    for (let output = 0; output < scores.length; output++)
      out[at + activeClasses[output]] = scores[output] / sum;
  }
}

/** log(1 / (1 + exp(-t))), exact on both sides. */
function logLogistic(t: number): number {
  return Math.min(0, t) - Math.log1p(Math.exp(-Math.abs(t)));
}

function checkParts(parts: LinearParts, classCount: number): void {
  const { encoding, link, activeClasses, weights, biases, slopes, offsets, means, deviations } = parts;
  const width = encoding.columnOfInput.length;
  requireSound(link === LINK.softmax || link === LINK.oneVersusRest, "link");
  requireSound(activeClasses.length >= 2, "number of classes");
  for (let index = 0; index < activeClasses.length; index++) {
    const least = index === 0 ? 0 : activeClasses[index - 1] + 1;
    requireSound(activeClasses[index] >= least && activeClasses[index] < classCount, "classes");
  }
  const outputs = activeClasses.length === 2 ? 1 : activeClasses.length;
  requireSound(
    [biases, slopes, offsets].every((array) => array.length === outputs),
    "number of outputs",
  );
  requireSound(weights.length === outputs * width, "number of weights");
  requireSound(means.length === width && deviations.length === width, "number of means");
  const numbers = [weights, biases, slopes, offsets, means, deviations];
  requireSound(
    numbers.every((array) => array.every(Number.isFinite)),
    "weight that is not finite",
  );
  requireSound(
    deviations.every((deviation) => deviation >= 0),
    "deviation below zero",
  );
  for (let output = 0; output < outputs; output++) checkReach(parts, output);
}

/** No row can make a score overflow, or the scores of classes could not be compared. */
function checkReach(
  { encoding, weights, biases, slopes, offsets, means }: LinearParts,
  output: number,
): void {
  const width = encoding.columnOfInput.length;
  let reach = Math.abs(biases[output]);
  for (let input = 0; input < width; input++) {
    const at = input * INPUT_NUMBERS;
    const isValue = encoding.kindOfInput[input] < INPUT.missing;
    const farthest = isValue
      ? Math.max(-encoding.numbers[at + NUMBER.floor], encoding.numbers[at + NUMBER.ceiling], 1)
      : 1;
    reach += Math.abs(weights[output * width + input]) * Math.max(farthest, Math.abs(means[input]));
  }
  const largest = reach * Math.max(1, Math.abs(slopes[output])) + Math.abs(offsets[output]);
  requireSound(largest * 4 < Number.MAX_VALUE, "weight that is too large");
}

/** The model in a container of this kind. Throws `model-corrupt` or `model-version`. */
export function decodeLinear(manifest: ModelManifest, container: Container): LinearModel {
  requireFormat(manifest, "linear", LINEAR_FORMAT_VERSION);
  const arrays = sectionsOf(container, SECTIONS);
  const link = container.sections.get("LINK");
  requireSound(
    link instanceof Uint8Array && link.length === 1,
    "section 'LINK' is missing or of another type",
  );
  const encoding = decodeEncoding(container, manifest.schema.columns);
  return new LinearModel(manifest, { ...arrays, encoding, link: link[0] } as unknown as LinearParts);
}
