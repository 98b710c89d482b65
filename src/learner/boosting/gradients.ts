// Scores of the training rows, and the gradients of the loss at them: logistic for two classes, softmax for more.
//
// Gradients become integers with a power-of-two scale chosen for each tree from their largest value and their sum, so
// that no sum overflows 64 bits and as many bits as possible are used (compare Shi et al. 2022, who use few).

import type { Dataset } from "./dataset.ts";

/** Rows per block of statistics: fixed, so that sums do not depend on threads. */
const BLOCK_ROWS = 8_192;
/** Rows that the training loss is measured on, spread evenly. */
const LOSS_ROWS = 4_096;
/** Largest power of two that a scaled term may reach: the rounding trick of the kernel ends at 2^51. */
const TERM_BITS = 50;
/** Largest power of two that a sum of scaled gradients may reach: sums become numbers by the same trick. */
const GRADIENT_SUM_BITS = 50;
/** The same for hessians and, below them, the row count. */
const HESSIAN_SUM_BITS = 61;

export interface Terms {
  /** Address of the integer terms, 16 bytes a row. */
  at: number;
  /** Value of one step of the integers. */
  gradientUnit: number;
  hessianUnit: number;
  countBits: number;
}

export class Gradients {
  readonly outputs: number;
  /** Address of the scores, output after output, `stride` bytes each. */
  readonly scores: number;
  readonly stride: number;
  readonly countBits: number;
  readonly #dataset: Dataset;
  readonly #labels: number;
  readonly #weights: number;
  readonly #counts: number;
  readonly #terms: number;
  readonly #exponentials: number;
  readonly #inverse: number;
  readonly #statistics: number;
  readonly #classWeights: Float64Array;

  /** `classWeights` and `baseline` are those of the active classes and outputs. */
  constructor(dataset: Dataset, classWeights: Float64Array, baseline: Float64Array) {
    const { workspace, evenCount, rowCount } = dataset;
    this.#dataset = dataset;
    this.#classWeights = classWeights;
    this.outputs = baseline.length;
    this.stride = evenCount * 8;
    this.scores = workspace.take(this.outputs * this.stride);
    this.#labels = workspace.take(this.stride);
    this.#weights = workspace.take(this.stride);
    this.#counts = workspace.take(evenCount * 4);
    this.#terms = workspace.take(evenCount * 16);
    this.#exponentials = workspace.take(this.outputs > 1 ? this.outputs * this.stride : 0);
    this.#inverse = workspace.take(this.outputs > 1 ? this.stride : 0);
    this.#statistics = workspace.take(Math.ceil(evenCount / BLOCK_ROWS) * 32);
    this.countBits = Math.ceil(Math.log2(dataset.totalRows + 1));
    for (let output = 0; output < this.outputs; output++) {
      workspace.numbers(this.scores + output * this.stride, evenCount).fill(baseline[output]);
    }
    workspace.numbers(this.#labels, rowCount).set(dataset.labels);
    this.weigh(dataset.counts);
  }

  /** Sets how many times each distinct row counts in the trees to come. */
  weigh(counts: Uint32Array): void {
    const { workspace, rowCount, labels } = this.#dataset;
    workspace.words(this.#counts, rowCount).set(counts);
    const weights = workspace.numbers(this.#weights, rowCount);
    for (let row = 0; row < rowCount; row++) weights[row] = counts[row] * this.#classWeights[labels[row]];
  }

  /** To be called once a round, before the terms of any output are asked for. */
  startRound(): void {
    if (this.outputs === 1) return;
    const { kernels } = this.#dataset.workspace;
    kernels.softmaxTerms(
      this.scores,
      this.stride,
      this.outputs,
      this.#dataset.evenCount,
      this.#exponentials,
      this.#inverse,
    );
  }

  /** Integer terms of an output's tree. They stay valid until the next call. */
  terms(output: number): Terms {
    const { kernels } = this.#dataset.workspace;
    const total = this.#statisticsOf(output);
    const gradientScale = scaleOf(total.largestGradient, total.gradientSum, GRADIENT_SUM_BITS);
    const hessianScale = scaleOf(
      total.largestHessian,
      total.hessianSum,
      Math.min(GRADIENT_SUM_BITS, HESSIAN_SUM_BITS - this.countBits),
    );
    const { evenCount } = this.#dataset;
    kernels.quantise(this.#terms, this.#counts, evenCount, gradientScale, hessianScale, this.countBits);
    return {
      at: this.#terms,
      gradientUnit: 1 / gradientScale,
      hessianUnit: 1 / hessianScale,
      countBits: this.countBits,
    };
  }

  /** Mean weighted log loss over a fixed sample of the training rows. */
  loss(): number {
    const { workspace, rowCount, labels, counts } = this.#dataset;
    const scores = workspace.numbers(this.scores, (this.outputs * this.stride) / 8);
    const step = Math.max(1, Math.floor(rowCount / LOSS_ROWS));
    let sum = 0;
    let weight = 0;
    for (let row = 0; row < rowCount; row += step) {
      const rowWeight = counts[row] * this.#classWeights[labels[row]];
      sum += rowWeight * rowLoss(scores, row, this.stride / 8, this.outputs, labels[row]);
      weight += rowWeight;
    }
    return sum / weight;
  }

  /** Largest values and sums of the gradients, block after block in a fixed order. */
  #statisticsOf(output: number) {
    const { workspace, evenCount } = this.#dataset;
    const blocks = Math.ceil(evenCount / BLOCK_ROWS);
    for (let block = 0; block < blocks; block++) this.#blockGradients(output, block);
    const numbers = workspace.numbers(this.#statistics, blocks * 4);
    const total = { largestGradient: 0, largestHessian: 0, gradientSum: 0, hessianSum: 0 };
    for (let at = 0; at < numbers.length; at += 4) {
      total.largestGradient = Math.max(total.largestGradient, numbers[at]);
      total.largestHessian = Math.max(total.largestHessian, numbers[at + 1]);
      total.gradientSum += numbers[at + 2];
      total.hessianSum += numbers[at + 3];
    }
    return total;
  }

  #blockGradients(output: number, block: number): void {
    const { workspace, evenCount } = this.#dataset;
    const start = block * BLOCK_ROWS;
    const count = Math.min(BLOCK_ROWS, evenCount - start);
    const offset = start * 8;
    const scores = this.scores + output * this.stride + offset;
    const labels = this.#labels + offset;
    const weights = this.#weights + offset;
    const pairs = this.#terms + start * 16;
    const statistics = this.#statistics + block * 32;
    const { kernels } = workspace;
    if (this.outputs === 1) {
      kernels.logisticGradients(scores, labels, weights, count, pairs, statistics);
      return;
    }
    const exponentials = this.#exponentials + output * this.stride + offset;
    const inverse = this.#inverse + offset;
    kernels.softmaxGradients(exponentials, inverse, labels, output, weights, count, pairs, statistics);
  }
}

/** A power of two that keeps each scaled term below 2^50 and their sum below 2^sumBits. */
function scaleOf(largest: number, sum: number, sumBits: number): number {
  if (!(largest > 0)) return 1;
  const exponent = Math.min(TERM_BITS - Math.ceil(Math.log2(largest)), sumBits - Math.ceil(Math.log2(sum)));
  return 2 ** Math.min(1000, exponent);
}

/** Log loss of one row: log of the sum of exponentials, less the score of the label. */
export function rowLoss(
  scores: Float64Array,
  at: number,
  stride: number,
  outputs: number,
  label: number,
): number {
  if (outputs === 1) {
    const margin = label === 1 ? scores[at] : -scores[at];
    return margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
  }
  let largest = scores[at];
  for (let k = 1; k < outputs; k++) largest = Math.max(largest, scores[at + k * stride]);
  let sum = 0;
  for (let k = 0; k < outputs; k++) sum += Math.exp(scores[at + k * stride] - largest);
  return largest + Math.log(sum) - scores[at + label * stride];
}
