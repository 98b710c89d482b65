// Stochastic gradient descent over a matrix, one problem for each output (one class against the rest), epoch by epoch.
//
// The problems share the order of the rows, drawn anew for each epoch. Rows that are equal take their steps one by one, as if
// they had not been merged.

import { Random } from "../../base/random.ts";
import { JOB, type LinearWorkspace } from "./kernels.ts";
import type { LinearMatrix } from "./matrix.ts";

export const DESCENT_LOSSES = ["hinge", "log", "modifiedHuber"] as const;
export type DescentLoss = (typeof DESCENT_LOSSES)[number];

export interface DescentOptions {
  /** Label of the positive class of each output. */
  labels: readonly number[];
  loss: DescentLoss;
  /** Strength of the penalty, and the share of it that is L1. */
  alpha: number;
  l1Share: number;
  /** Constant rate; 0 for the schedule of Bottou's that scikit-learn calls "optimal". */
  rate: number;
  average: boolean;
  /** Weight of each class. */
  classWeights: Float64Array;
  seed: number;
}

const PROBLEM_BYTES = 144;
/** Rows that all problems take their steps for before the next ones: their numbers stay in the cache meanwhile. */
const PART_ROWS = 1_024;

export class Descent {
  readonly #workspace: LinearWorkspace;
  readonly #matrix: LinearMatrix;
  readonly #options: DescentOptions;
  readonly #random: Random;
  readonly #order: Uint32Array;
  readonly #orderAt: number;
  readonly #vectorAt: readonly number[];
  readonly #averagedAt: readonly number[];
  readonly #problemsAt: number;
  readonly #length: number;
  readonly #rows: number;

  constructor(workspace: LinearWorkspace, matrix: LinearMatrix, options: DescentOptions) {
    this.#workspace = workspace;
    this.#matrix = matrix;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#length = Math.max(matrix.width, matrix.stride);
    this.#rows = matrix.rowOf.length;
    this.#order = Uint32Array.from(matrix.rowOf);
    this.#orderAt = workspace.take(4 * this.#rows);
    const labelsAt = workspace.take(4 * matrix.rows);
    workspace.wordsAt(labelsAt, matrix.rows).set(matrix.labels);
    const weightsAt = workspace.take(8 * matrix.rows);
    const weights = Float64Array.from(matrix.labels, (label) => options.classWeights[label]);
    workspace.numbersAt(weightsAt, matrix.rows).set(weights);
    const vectors = (wanted: boolean): number[] =>
      options.labels.map(() => (wanted ? workspace.take(8 * this.#length) : 0));
    this.#vectorAt = vectors(true);
    this.#averagedAt = vectors(options.average);
    const takenAt = vectors(options.l1Share > 0);
    this.#problemsAt = workspace.take(PROBLEM_BYTES * options.labels.length);
    for (const [output, label] of options.labels.entries()) {
      const at = this.#problemsAt + PROBLEM_BYTES * output;
      const loss = DESCENT_LOSSES.indexOf(options.loss);
      const words = [matrix.address, 0, 0, labelsAt, label, weightsAt];
      words.push(this.#vectorAt[output], this.#averagedAt[output], takenAt[output], loss);
      words.push(options.rate > 0 ? 1 : 0);
      workspace.wordsAt(at, words.length).set(words);
      const { alpha, l1Share } = options;
      const numbers = [1, 0, 1, alpha * (1 - l1Share), alpha * l1Share, this.#rate(), 0, 0, 0, 0, alpha, 0];
      workspace.numbersAt(at + 48, numbers.length).set(numbers);
    }
  }

  /** Takes a step for every row of every problem; returns the mean loss met on the way, summed over the problems. */
  epoch(): number {
    this.#random.shuffle(this.#order);
    this.#workspace.wordsAt(this.#orderAt, this.#rows).set(this.#order);
    const { labels } = this.#options;
    for (const output of labels.keys()) this.#numbers(output)[9] = 0;
    for (let start = 0; start < this.#rows; start += PART_ROWS) {
      const count = Math.min(PART_ROWS, this.#rows - start);
      this.#workspace.run(JOB.descent, [this.#problemsAt, this.#orderAt + 4 * start, count], labels.length);
    }
    let losses = 0;
    for (const output of labels.keys()) losses += this.#numbers(output)[9];
    return losses / this.#rows;
  }

  /** Weights of an output, then its bias: the mean over all steps, each weighed by its number, or those at the end. */
  solution(output: number): Float64Array {
    const { width, base } = this.#matrix;
    const [scale, bias, , , , , , scales, biases, , , total] = this.#numbers(output);
    const vector = this.#workspace.numbersAt(this.#vectorAt[output], width);
    const solution = new Float64Array(width + 1);
    if (this.#options.average) {
      const averaged = this.#workspace.numbersAt(this.#averagedAt[output], width);
      for (let input = 0; input < width; input++)
        solution[input] = (scales * vector[input] - averaged[input]) / total;
      solution[width] = biases / total;
    } else {
      for (let input = 0; input < width; input++) solution[input] = scale * vector[input];
      solution[width] = bias;
    }
    // The bias was that of the base.
    for (let input = 0; input < width; input++) solution[width] -= solution[input] * base[input];
    return solution;
  }

  /**
   * Of the optimal schedule 1 / (α (t0 + t)), where the first rate moves a typical weight, √(1 / √α), by its own size
   * (Bottou 2012, as in scikit-learn): t0.
   */
  #rate(): number {
    const { rate, alpha, loss } = this.#options;
    if (rate > 0) return rate;
    const typical = Math.sqrt(1 / Math.sqrt(alpha));
    // Largest slope of the loss at minus the typical weight, where it is more than 1.
    const slope = loss !== "modifiedHuber" ? 1 : typical > 1 ? 4 : 2 * (1 + typical);
    return 1 / ((typical / slope) * alpha);
  }

  #numbers(output: number): Float64Array {
    return this.#workspace.numbersAt(this.#problemsAt + PROBLEM_BYTES * output + 48, 12);
  }
}
