// Scores of the training rows, and the gradients of the loss at them: logistic for two classes, softmax for more.
//
// Gradients become integers with a power-of-two scale chosen for each tree from their largest value and their sum, so
// that no sum overflows 64 bits and as many bits as possible are used (compare Shi et al. 2022, who use few).

import type { Dataset } from "./dataset.ts";
import { BLOCK_ROWS, JOB } from "./kernels.ts";

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
  readonly #scales: number;
  readonly #blocks: number;
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
    this.#blocks = Math.ceil(evenCount / BLOCK_ROWS);
    this.#statistics = workspace.take(this.#blocks * 32);
    this.#scales = workspace.take(16);
    this.countBits = exponentAbove(dataset.totalRows);
    for (let output = 0; output < this.outputs; output++) {
      workspace.numbersAt(this.scores + output * this.stride, evenCount).fill(baseline[output]);
    }
    workspace.numbersAt(this.#labels, rowCount).set(dataset.labels);
    this.weigh(dataset.counts);
  }

  /** Sets how many times each distinct row counts in the trees to come. */
  weigh(counts: Uint32Array): void {
    const { workspace, rowCount, labels } = this.#dataset;
    workspace.wordsAt(this.#counts, rowCount).set(counts);
    const weights = workspace.numbersAt(this.#weights, rowCount);
    for (let row = 0; row < rowCount; row++) weights[row] = counts[row] * this.#classWeights[labels[row]];
  }

  /** To be called once a round, before the terms of any output are asked for. */
  startRound(): void {
    if (this.outputs === 1) return;
    const { workspace, evenCount } = this.#dataset;
    const job = [this.scores, this.stride, this.outputs, evenCount, this.#exponentials, this.#inverse];
    workspace.run(JOB.softmax, job, this.#blocks);
  }

  /** Integer terms of an output's tree. They stay valid until the next call. */
  terms(output: number): Terms {
    const { workspace, evenCount } = this.#dataset;
    const total = this.#statisticsOf(output);
    const hessianBits = Math.min(GRADIENT_SUM_BITS, HESSIAN_SUM_BITS - this.countBits);
    const gradientScale = scaleOf(total.largestGradient, total.gradientSum, GRADIENT_SUM_BITS);
    const hessianScale = scaleOf(total.largestHessian, total.hessianSum, hessianBits);
    workspace.numbersAt(this.#scales, 2).set([gradientScale, hessianScale]);
    const job = [this.#terms, this.#counts, evenCount, this.#scales, this.countBits];
    workspace.run(JOB.quantise, job, this.#blocks);
    return {
      at: this.#terms,
      gradientUnit: 1 / gradientScale,
      hessianUnit: 1 / hessianScale,
      countBits: this.countBits,
    };
  }

  /** Mean weighted log loss over a fixed sample of the training rows. */
  loss(): number {
    const { workspace, rowCount } = this.#dataset;
    const step = Math.max(1, Math.floor(rowCount / LOSS_ROWS));
    const { kernels, numbers } = workspace;
    const { scores, stride, outputs } = this;
    const sum = kernels.logLoss(scores, stride, 8, outputs, this.#labels, this.#weights, rowCount, step);
    let weight = 0;
    for (let row = 0; row < rowCount; row += step) weight += numbers[this.#weights / 8 + row];
    return sum / weight;
  }

  /** Computes gradients; returns their largest values and sums, block after block in a fixed order. */
  #statisticsOf(output: number) {
    const { workspace, evenCount } = this.#dataset;
    const scores = this.scores + output * this.stride;
    const exponentials = this.outputs === 1 ? 0 : this.#exponentials + output * this.stride;
    const rows = [scores, this.#labels, this.#weights, this.#terms, this.#statistics, evenCount];
    workspace.run(JOB.gradient, [...rows, exponentials, this.#inverse, output], this.#blocks);
    const numbers = workspace.numbersAt(this.#statistics, this.#blocks * 4);
    const total = { largestGradient: 0, largestHessian: 0, gradientSum: 0, hessianSum: 0 };
    for (let at = 0; at < numbers.length; at += 4) {
      total.largestGradient = Math.max(total.largestGradient, numbers[at]);
      total.largestHessian = Math.max(total.largestHessian, numbers[at + 1]);
      total.gradientSum += numbers[at + 2];
      total.hessianSum += numbers[at + 3];
    }
    return total;
  }
}

/** A power of two that keeps each scaled term below 2^50 and their sum below 2^sumBits. */
function scaleOf(largest: number, sum: number, sumBits: number): number {
  if (!(largest > 0)) return 1;
  const exponent = Math.min(TERM_BITS - exponentAbove(largest), sumBits - exponentAbove(sum));
  return powerOfTwo(Math.max(-1000, Math.min(1000, exponent)));
}

const BITS = new Float64Array(1);
const HALVES = new Uint32Array(BITS.buffer);
/** Which half of a number holds its exponent: the second on little-endian machines. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0];

/** A whole number e with value < 2^e, the least but for powers of two. */
function exponentAbove(value: number): number {
  BITS[0] = value;
  return ((HALVES[HIGH] >>> 20) & 0x7ff) - 1022;
}

function powerOfTwo(exponent: number): number {
  BITS[0] = 0;
  HALVES[HIGH] = (exponent + 1023) << 20;
  return BITS[0];
}
