// Linear support vector machines over a matrix, one problem for each output:
//
//   minimise  ½ ‖(weights, bias)‖² + Σ cost_i max(0, 1 - y_i f(x_i))^p     with p = 1 (hinge) or 2 (squared hinge)
//
// where y is 1 for the rows of the output's label and -1 for the rest; the bias is penalised as a weight of an input that is
// always 1 (as in liblinear). Two solvers find the same minimum: Newton's method for the squared hinge of not too many
// inputs, and dual coordinate descent for everything.

import { Random } from "../../base/random.ts";
import { solvePositive } from "./cholesky.ts";
import { JOB, type LinearWorkspace } from "./kernels.ts";
import { dot } from "./lbfgs.ts";
import type { LinearMatrix } from "./matrix.ts";

export interface MarginOptions {
  /** Label of the positive class of each output. */
  labels: readonly number[];
  squared: boolean;
  tolerance: number;
  /** Most iterations of an output: Newton's steps, or passes over the rows. */
  iterations: number;
  seed: number;
  /** Called every now and then with how many outputs are done, and figures; may throw, or be awaited. */
  onStep: (done: number, metrics: Record<string, number>) => void | Promise<void>;
}

/** Solves all outputs for rows of given costs, 0 for rows that are left out; returns the most iterations of an output. */
export interface MarginSolver {
  /** Of each output the weights, then the bias: where the next call begins, and what the last one found. */
  readonly solutions: readonly Float64Array[];
  solve(costs: Float64Array): Promise<number>;
}

/** Most inputs for which Newton's method builds its matrix. */
export const NEWTON_INPUTS_MAX = 512;
const BLOCKS_MAX = 16;
const BLOCK_ROWS_MIN = 4_096;

function blocksOf(rows: number): { blockRows: number; blocks: number } {
  const blockRows = Math.max(BLOCK_ROWS_MIN, Math.ceil(rows / BLOCKS_MAX));
  return { blockRows, blocks: Math.ceil(rows / blockRows) };
}

/** Inner products of a matrix's rows with weights. Takes its room in the workspace once. */
export class Products {
  /** Where the products of the rows lie. */
  readonly outAt: number;
  readonly #workspace: LinearWorkspace;
  readonly #matrix: LinearMatrix;
  readonly #vectorAt: number;
  readonly #constantAt: number;

  constructor(workspace: LinearWorkspace, matrix: LinearMatrix) {
    this.#workspace = workspace;
    this.#matrix = matrix;
    this.#vectorAt = workspace.take(8 * Math.max(matrix.width, matrix.stride));
    this.#constantAt = workspace.take(8);
    this.outAt = workspace.take(8 * matrix.rows);
  }

  /** Products of all rows with weights, and a bias behind them; a view that lasts until the next call. */
  with(weights: Float64Array, squaresAt = 0): Float64Array {
    const { address, rows, width, base } = this.#matrix;
    this.#workspace.numbersAt(this.#vectorAt, width).set(weights.subarray(0, width));
    let constant = weights[width];
    for (let input = 0; input < width; input++) constant += weights[input] * base[input];
    this.#workspace.numbersAt(this.#constantAt, 1)[0] = constant;
    const { blockRows, blocks } = blocksOf(rows);
    const job = [address, this.#vectorAt, this.#constantAt, this.outAt, squaresAt, 0, blockRows];
    this.#workspace.run(JOB.product, job, blocks);
    return this.#workspace.numbersAt(this.outAt, rows);
  }
}

/**
 * Newton's method for the squared hinge (Mangasarian 2002; Keerthi and DeCoste 2005): the loss is piecewise quadratic, so
 * that, with an exact line search, few steps reach the minimum itself.
 */
export class NewtonSolver implements MarginSolver {
  readonly solutions: readonly Float64Array[];
  readonly #workspace: LinearWorkspace;
  readonly #matrix: LinearMatrix;
  readonly #options: MarginOptions;
  readonly #products: Products;
  readonly #decisionsAt: number;
  readonly #labelsAt: number;
  readonly #costsAt: number;
  readonly #stepAt: number;
  readonly #partialsAt: number;
  readonly #partialNumbers: number;
  readonly #length: number;

  constructor(workspace: LinearWorkspace, matrix: LinearMatrix, options: MarginOptions) {
    const { rows, width, stride } = matrix;
    this.#workspace = workspace;
    this.#matrix = matrix;
    this.#options = options;
    this.solutions = options.labels.map(() => new Float64Array(width + 1));
    this.#products = new Products(workspace, matrix);
    this.#decisionsAt = workspace.take(8 * rows);
    this.#labelsAt = workspace.take(4 * rows);
    workspace.wordsAt(this.#labelsAt, rows).set(matrix.labels);
    this.#costsAt = workspace.take(8 * rows);
    this.#stepAt = workspace.take(8);
    this.#length = Math.max(width, stride);
    this.#partialNumbers = (this.#length + 2) * this.#length + 3;
    this.#partialsAt = workspace.take(8 * blocksOf(rows).blocks * this.#partialNumbers);
  }

  async solve(costs: Float64Array): Promise<number> {
    const { rows, labels } = this.#matrix;
    const placed = this.#workspace.numbersAt(this.#costsAt, rows);
    for (let row = 0; row < rows; row++) placed[row] = 2 * costs[row];
    let most = 0;
    for (const [output, label] of this.#options.labels.entries()) {
      let rest = 0;
      let own = 0;
      for (let row = 0; row < rows; row++) {
        if (labels[row] === label) own += costs[row];
        else rest += costs[row];
      }
      const share = Math.min(own, rest) / (own + rest);
      most = Math.max(most, await this.#solveOne(output, Math.max(share, 1e-9)));
    }
    return most;
  }

  /** As liblinear, it stops at a gradient that is small beside the first one, more so for rare classes. */
  async #solveOne(output: number, share: number): Promise<number> {
    const { iterations, tolerance, onStep } = this.#options;
    const weights = this.solutions[output];
    const steepest = tolerance * share * this.#steepnessAtZero(output);
    this.#decisions().set(this.#products.with(weights));
    for (let iteration = 1; ; iteration++) {
      const { gradient, matrix, loss } = this.#derivatives(output);
      const steepness = Math.sqrt(dot(gradient, gradient));
      await onStep(output, { objective: loss + dot(weights, weights) / 2, steepness });
      if (steepness <= steepest || iteration > iterations) return iteration - 1;
      const direction = gradient.map((entry) => -entry);
      solvePositive(matrix, direction);
      const changes = this.#products.with(direction);
      const step = this.#search(output, direction, changes.length);
      if (step === 0) return iteration - 1;
      const decisions = this.#decisions();
      for (let row = 0; row < decisions.length; row++) decisions[row] += step * changes[row];
      for (let index = 0; index < weights.length; index++) weights[index] += step * direction[index];
    }
  }

  #decisions(): Float64Array {
    return this.#workspace.numbersAt(this.#decisionsAt, this.#matrix.rows);
  }

  #job(output: number, partialBytes: number, wanted = 1): number[] {
    const { address, rows } = this.#matrix;
    const { outAt } = this.#products;
    return [
      address,
      this.#decisionsAt,
      this.#labelsAt,
      this.#options.labels[output],
      this.#costsAt,
      outAt,
      blocksOf(rows).blockRows,
      this.#partialsAt,
      partialBytes,
      this.#stepAt,
      wanted,
    ];
  }

  #sumsOf(numbers: number): Float64Array {
    const sums = new Float64Array(numbers);
    const { blocks } = blocksOf(this.#matrix.rows);
    for (let block = 0; block < blocks; block++) {
      const partial = this.#workspace.numbersAt(this.#partialsAt + 8 * block * this.#partialNumbers, numbers);
      for (let index = 0; index < numbers; index++) sums[index] += partial[index];
    }
    return sums;
  }

  #steepnessAtZero(output: number): number {
    this.#decisions().fill(0);
    this.#workspace.run(JOB.hinge, this.#job(output, 8 * this.#partialNumbers, 0), this.#blocks());
    const sums = this.#sumsOf(this.#length + 3);
    const gradient = this.#gradientOf(sums, new Float64Array(this.#matrix.width + 1));
    return Math.sqrt(dot(gradient, gradient));
  }

  #blocks(): number {
    return blocksOf(this.#matrix.rows).blocks;
  }

  #gradientOf(sums: Float64Array, weights: Float64Array): Float64Array {
    const { width, base } = this.#matrix;
    const first = sums[this.#length];
    return weights.map((weight, index) =>
      index < width ? weight + sums[index] + base[index] * first : weight + first,
    );
  }

  /** Gradient, and the lower triangle of the generalised Hessian, by the encoded inputs and the bias. */
  #derivatives(output: number): { gradient: Float64Array; matrix: Float64Array; loss: number } {
    const { width, base } = this.#matrix;
    this.#workspace.run(JOB.hinge, this.#job(output, 8 * this.#partialNumbers), this.#blocks());
    const sums = this.#sumsOf(this.#partialNumbers);
    const gradient = this.#gradientOf(sums, this.solutions[output]);
    const second = sums[this.#length + 1];
    const crossAt = this.#length + 3;
    const squaresAt = crossAt + this.#length;
    const size = width + 1;
    const matrix = new Float64Array(size * size);
    for (let a = 0; a < width; a++) {
      const line = squaresAt + a * this.#length;
      for (let b = a; b < width; b++) {
        matrix[b * size + a] =
          sums[line + b] +
          base[a] * sums[crossAt + b] +
          sums[crossAt + a] * base[b] +
          second * base[a] * base[b];
      }
      matrix[a * size + a] += 1;
      matrix[width * size + a] = sums[crossAt + a] + base[a] * second;
    }
    matrix[width * size + width] = second + 1;
    return { gradient, matrix, loss: sums[this.#length + 2] };
  }

  /** The step at which the objective is least along a direction; 0 when there is none. */
  #search(output: number, direction: Float64Array, rows: number): number {
    const linear = dot(this.solutions[output], direction);
    const square = dot(direction, direction);
    const at = (step: number): { slope: number; curvature: number } => {
      this.#workspace.numbersAt(this.#stepAt, 1)[0] = step;
      const bytes = 8 * this.#partialNumbers;
      this.#workspace.run(JOB.line, this.#job(output, bytes), Math.ceil(rows / blocksOf(rows).blockRows));
      const [slope, curvature] = this.#sumsOf(2);
      return { slope: linear + step * square + slope, curvature: square + curvature };
    };
    const start = at(0).slope;
    if (!(start < 0)) return 0;
    let [low, high] = [0, Number.POSITIVE_INFINITY];
    let step = 1;
    for (let trial = 0; trial < 40; trial++) {
      const { slope, curvature } = at(step);
      if (Math.abs(slope) <= -1e-4 * start) return step;
      if (slope < 0) low = step;
      else high = step;
      const next = step - slope / curvature;
      const inside = next > low && next < high;
      step = inside ? next : high === Number.POSITIVE_INFINITY ? 2 * low : (low + high) / 2;
    }
    return step;
  }
}

/** Passes over the rows between two looks at whether to go on. */
const PASSES = 10;
const PROBLEM_BYTES = 96;

/** Dual coordinate descent (Hsieh et al. 2008); the outputs' problems are solved side by side. */
export class DualSolver implements MarginSolver {
  readonly solutions: readonly Float64Array[];
  readonly #workspace: LinearWorkspace;
  readonly #matrix: LinearMatrix;
  readonly #options: MarginOptions;
  readonly #problemsAt: number;
  readonly #costsAt: number;
  readonly #alphaAt: readonly number[];
  readonly #vectorAt: readonly number[];
  readonly #orderAt: readonly number[];
  readonly #length: number;
  #solved = 0;

  constructor(workspace: LinearWorkspace, matrix: LinearMatrix, options: MarginOptions) {
    const { rows, width, stride, base } = matrix;
    this.#workspace = workspace;
    this.#matrix = matrix;
    this.#options = options;
    this.solutions = options.labels.map(() => new Float64Array(width + 1));
    this.#length = Math.max(width, stride);
    const products = new Products(workspace, matrix);
    const squaresAt = workspace.take(8 * rows);
    const baseAt = workspace.take(8 * this.#length);
    workspace.numbersAt(baseAt, width).set(base);
    const labelsAt = workspace.take(4 * rows);
    workspace.wordsAt(labelsAt, rows).set(matrix.labels);
    this.#costsAt = workspace.take(8 * rows);
    const each = (bytes: number): number[] => options.labels.map(() => workspace.take(bytes));
    [this.#alphaAt, this.#vectorAt, this.#orderAt] = [
      each(8 * rows),
      each(8 * (this.#length + 1)),
      each(4 * rows),
    ];
    this.#problemsAt = workspace.take(PROBLEM_BYTES * options.labels.length);
    this.#squareRows(products, squaresAt);
    options.labels.forEach((label, output) => {
      const words = workspace.wordsAt(this.#problemsAt + PROBLEM_BYTES * output, PROBLEM_BYTES / 4);
      words.set([matrix.address, this.#alphaAt[output], this.#vectorAt[output], this.#orderAt[output]]);
      words.set([labelsAt, label, this.#costsAt, squaresAt, products.outAt], 4);
      words[14] = options.squared ? 1 : 0;
      words[15] = baseAt;
    });
  }

  async solve(costs: Float64Array): Promise<number> {
    const { rows } = this.#matrix;
    const { labels, iterations, onStep } = this.#options;
    this.#workspace.numbersAt(this.#costsAt, rows).set(costs);
    labels.forEach((_, output) => {
      this.#begin(output, costs);
    });
    const jobAt = [this.#problemsAt, 0];
    for (let passes = 0; passes < iterations; passes += PASSES) {
      await onStep(this.#done(), passes > 0 ? { violation: this.#violation() } : {});
      jobAt[1] = Math.min(PASSES, iterations - passes);
      this.#workspace.run(JOB.dual, jobAt, labels.length);
      if (this.#done() === labels.length) break;
    }
    let most = 0;
    labels.forEach((_, output) => {
      const { width } = this.#matrix;
      const vector = this.#workspace.numbersAt(this.#vectorAt[output], this.#length + 1);
      this.solutions[output].set(vector.subarray(0, width));
      this.solutions[output][width] = vector[this.#length];
      most = Math.max(most, this.#words(output)[13]);
    });
    return most;
  }

  /** Squares of the rows with their base and the bias's input, in place of the squares of what is kept. */
  #squareRows(products: Products, squaresAt: number): void {
    const { rows, width, base } = this.#matrix;
    const direction = Float64Array.from({ length: width + 1 }, (_, index) =>
      index < width ? base[index] : 0,
    );
    const baseSquare = dot(base, base);
    const withBase = products.with(direction, squaresAt);
    const squares = this.#workspace.numbersAt(squaresAt, rows);
    for (let row = 0; row < rows; row++) {
      withBase[row] -= baseSquare;
      squares[row] += 2 * withBase[row] + baseSquare + 1;
    }
  }

  #words(output: number): Uint32Array {
    return this.#workspace.wordsAt(this.#problemsAt + PROBLEM_BYTES * output, PROBLEM_BYTES / 4);
  }

  /** Largest violation of the conditions of the minimum in the last pass over any problem. */
  #violation(): number {
    const violations = this.#options.labels.map(
      (_, output) => this.#workspace.numbersAt(this.#problemsAt + PROBLEM_BYTES * output + 80, 1)[0],
    );
    return Math.max(...violations);
  }

  #done(): number {
    return this.#options.labels.filter((_, output) => this.#words(output)[12] === 1).length;
  }

  /** Rows that are left out weigh nothing; the others begin with what they weighed last, as far as their costs allow. */
  #begin(output: number, costs: Float64Array): void {
    const { rows } = this.#matrix;
    const alphas = this.#workspace.numbersAt(this.#alphaAt[output], rows);
    const order = this.#workspace.wordsAt(this.#orderAt[output], rows);
    let count = 0;
    for (let row = 0; row < rows; row++) {
      if (costs[row] > 0) order[count++] = row;
      else alphas[row] = 0;
      if (!this.#options.squared) alphas[row] = Math.min(alphas[row], costs[row]);
    }
    const words = this.#words(output);
    words[9] = count;
    words[10] = count;
    const random = new Random(this.#options.seed).fork(output).fork(this.#solved);
    words[11] = random.uint32() | 1;
    words[12] = 0;
    words[13] = 0;
    const numbers = this.#workspace.numbersAt(this.#problemsAt + PROBLEM_BYTES * output, PROBLEM_BYTES / 8);
    numbers[8] = Number.POSITIVE_INFINITY;
    numbers[9] = Number.NEGATIVE_INFINITY;
    numbers[10] = 0;
    numbers[11] = this.#options.tolerance;
    if (output === this.#options.labels.length - 1) this.#solved++;
  }
}
