// The log loss of linear scores over a matrix, with an L2 penalty: what logistic regression minimises.
//
//   (1 / W) (Σ w_i loss_i + ‖weights‖² / (2 C)),   W = Σ w_i; the biases are not penalised.
//
// Points are biases, then the weights of each output in turn, in coordinates in which the function is about as curved in
// every direction: inputs are taken from their mean, and weights times their inputs' deviations.

import type { LinearWorkspace } from "./kernels.ts";
import { JOB, STRIP } from "./kernels.ts";
import type { LinearMatrix } from "./matrix.ts";

/** Most blocks that sums are taken in, and fewest rows of a block. */
const BLOCKS_MAX = 64;
const BLOCK_ROWS_MIN = 2_048;
/** Bias of the class that only fills a pair. */
const NO_CLASS = -1e300;

export interface LinearWeights {
  /** Output after output, `width` each; of the inputs as they are encoded. */
  weights: Float64Array;
  biases: Float64Array;
}

/** Rows of a block so that there are few enough blocks; whole strips. */
export function blockRowsOf(rows: number): number {
  return Math.max(BLOCK_ROWS_MIN, Math.ceil(rows / BLOCKS_MAX / STRIP) * STRIP);
}

export class LogLoss {
  /** Numbers of a point. */
  readonly size: number;
  readonly outputs: number;
  readonly #workspace: LinearWorkspace;
  readonly #matrix: LinearMatrix;
  readonly #scales: Float64Array;
  /** Mean of what is kept of each input. */
  readonly #shift: Float64Array;
  readonly #totalWeight: number;
  readonly #penalty: number;
  readonly #lanes: number;
  readonly #weightsAt: number;
  readonly #biasAt: number;
  readonly #partialsAt: number;
  readonly #partialNumbers: number;
  readonly #blocks: number;
  readonly #job: readonly number[];

  /** @param rowWeights weight of each row of the matrix */
  constructor(
    workspace: LinearWorkspace,
    matrix: LinearMatrix,
    classes: number,
    rowWeights: Float64Array,
    cost: number,
  ) {
    const { rows, width, stride } = matrix;
    this.#workspace = workspace;
    this.#matrix = matrix;
    this.outputs = classes === 2 ? 1 : classes;
    this.size = this.outputs * (width + 1);
    this.#totalWeight = rowWeights.reduce((sum, weight) => sum + weight, 0);
    this.#penalty = 1 / (cost * this.#totalWeight);
    this.#scales = matrix.deviations.map((deviation) => Math.sqrt(deviation * deviation + 4 * this.#penalty));
    this.#shift = matrix.means.map((mean, input) => mean - matrix.base[input]);
    const pairs = Math.ceil(this.outputs / 2);
    const isBinary = this.outputs === 1;
    this.#lanes = isBinary ? 1 : 2 * pairs;
    const numbers = isBinary ? Math.max(width, stride) : width * this.#lanes;
    this.#weightsAt = workspace.take(8 * numbers);
    this.#biasAt = workspace.take(8 * this.#lanes);
    const labelsAt = workspace.take(4 * rows);
    workspace.wordsAt(labelsAt, rows).set(matrix.labels);
    const rowWeightsAt = workspace.take(8 * rows);
    workspace.numbersAt(rowWeightsAt, rows).set(rowWeights);
    const blockRows = blockRowsOf(rows);
    this.#blocks = Math.ceil(rows / blockRows);
    this.#partialNumbers = numbers + this.#lanes + 2;
    this.#partialsAt = workspace.take(8 * this.#blocks * this.#partialNumbers);
    workspace.takeScratch(8 * (STRIP + 2) * (this.#lanes + 1));
    this.#job = [
      matrix.address,
      this.#weightsAt,
      this.#biasAt,
      pairs,
      labelsAt,
      rowWeightsAt,
      blockRows,
      this.#partialsAt,
      8 * this.#partialNumbers,
    ];
  }

  /** Value and gradient at a point. */
  readonly objective = (point: Float64Array, gradient: Float64Array): number => {
    this.#placeWeights(point);
    this.#workspace.run(this.outputs === 1 ? JOB.logistic : JOB.softmax, this.#job, this.#blocks);
    return this.#gather(point, gradient);
  };

  /** Largest entry of a gradient in terms of the weights of the encoded inputs, from their mean. */
  steepness(gradient: Float64Array): number {
    const { width } = this.#matrix;
    let largest = 0;
    for (let index = 0; index < this.size; index++) {
      const scale = index < this.outputs ? 1 : this.#scales[(index - this.outputs) % width];
      largest = Math.max(largest, Math.abs(gradient[index] * scale));
    }
    return largest;
  }

  /** The part of a value that is the mean loss. */
  lossOf(value: number, point: Float64Array): number {
    let squares = 0;
    for (let index = this.outputs; index < this.size; index++) squares += this.#weightAt(point, index) ** 2;
    return value - (this.#penalty * squares) / 2;
  }

  weightsOf(point: Float64Array): LinearWeights {
    const { width, means } = this.#matrix;
    const weights = Float64Array.from({ length: this.outputs * width }, (_, index) =>
      this.#weightAt(point, this.outputs + index),
    );
    const biases = Float64Array.from({ length: this.outputs }, (_, output) => {
      let bias = point[output];
      for (let input = 0; input < width; input++) bias -= weights[output * width + input] * means[input];
      return bias;
    });
    return { weights, biases };
  }

  #weightAt(point: Float64Array, index: number): number {
    return point[index] / this.#scales[(index - this.outputs) % this.#matrix.width];
  }

  #placeWeights(point: Float64Array): void {
    const { width } = this.#matrix;
    const lanes = this.#lanes;
    const placed = this.#workspace.numbersAt(this.#weightsAt, width * lanes);
    const biases = this.#workspace.numbersAt(this.#biasAt, lanes).fill(NO_CLASS);
    for (let output = 0; output < this.outputs; output++) {
      let bias = point[output];
      const from = this.outputs + output * width;
      for (let input = 0; input < width; input++) {
        const weight = point[from + input] / this.#scales[input];
        placed[input * lanes + output] = weight;
        bias -= weight * this.#shift[input];
      }
      biases[output] = bias;
    }
  }

  /** Sums the blocks in order. */
  #gather(point: Float64Array, gradient: Float64Array): number {
    const { width } = this.#matrix;
    const lanes = this.#lanes;
    const partials = this.#workspace.numbersAt(this.#partialsAt, this.#blocks * this.#partialNumbers);
    const sums = new Float64Array(this.#partialNumbers);
    for (let block = 0; block < this.#blocks; block++) {
      const from = block * this.#partialNumbers;
      for (let index = 0; index < sums.length; index++) sums[index] += partials[from + index];
    }
    const biasesAt = this.#partialNumbers - lanes - 2;
    let squares = 0;
    for (let output = 0; output < this.outputs; output++) {
      const biasGradient = sums[biasesAt + output];
      gradient[output] = biasGradient / this.#totalWeight;
      const from = this.outputs + output * width;
      for (let input = 0; input < width; input++) {
        const scale = this.#scales[input];
        const weight = point[from + input] / scale;
        const slope = (sums[input * lanes + output] - this.#shift[input] * biasGradient) / this.#totalWeight;
        gradient[from + input] = (slope + this.#penalty * weight) / scale;
        squares += weight * weight;
      }
    }
    return sums[biasesAt + lanes] / this.#totalWeight + (this.#penalty * squares) / 2;
  }
}
