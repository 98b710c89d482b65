// Sequential minimal optimisation (Platt 1998) with second-order choice of the pair (Fan, Chen and Lin 2005), as LIBSVM
// (Chang and Lin 2011), for coefficients within bounds whose sum stays.
//
// The dual is written in signed coefficients b_t = y_t α_t:  minimise ½ bᵀ K b - pᵀ b  with  lower_t <= b_t <= upper_t and
// a sum of b that is given. For classes p = y, lower and upper are 0 and C or -C and 0, the sum is 0; for one class p = 0,
// and the sum is ν. The error of t is p_t - (K b)_t; a pair (i, j) moves while some i that may rise has a larger error than
// some j that may fall. K is the radial basis function, 1 on the diagonal.
//
// Guarantees: the same problem gives the same bits, whatever the threads and the room for rows.

import type { VectorWorkspace } from "./kernels.ts";
import type { KernelMatrix } from "./matrix.ts";

/** Steps between pauses. */
const STEPS_BETWEEN_PAUSES = 512;

export interface Box {
  lower: Float64Array;
  upper: Float64Array;
}

export interface SolverOptions {
  /** Largest difference of errors that is left. */
  tolerance: number;
  stepsMaximum: number;
  /** Called and awaited now and then; may throw to stop. */
  pause: () => Promise<void>;
}

export interface Solution {
  coefficients: Float64Array;
  /** What is added to (K b)_t: the decision is their sum. */
  bias: number;
  steps: number;
  /** Whether the tolerance was reached within the steps. */
  converged: boolean;
}

/** The memory of one problem; solutions come one after another, each from where the one before left the errors. */
export class Solver {
  readonly matrix: KernelMatrix;
  readonly #workspace: VectorWorkspace;
  readonly #linear: Float64Array;
  readonly #errorsAt: number;
  readonly #riseAt: number;
  readonly #fallAt: number;
  readonly #resultAt: number;
  #coefficients: Float64Array;

  /** @param linear the p of each point */
  constructor(workspace: VectorWorkspace, matrix: KernelMatrix, linear: Float64Array) {
    this.matrix = matrix;
    this.#workspace = workspace;
    this.#linear = linear;
    this.#errorsAt = workspace.take(matrix.length * 8);
    this.#riseAt = workspace.take(matrix.length * 8);
    this.#fallAt = workspace.take(matrix.length * 8);
    this.#resultAt = workspace.take(32);
    this.#coefficients = new Float64Array(matrix.count);
    this.#errors().set(linear);
  }

  /**
   * Solves the problem within the box from the coefficients given, which must lie in it and have the right sum.
   */
  async solve(start: Float64Array, box: Box, options: SolverOptions): Promise<Solution> {
    await this.#move(start, options.pause);
    const { kernels } = this.#workspace;
    const length = this.matrix.length;
    const coefficients = this.#coefficients;
    const errors = this.#errors();
    const result = this.#workspace.numbersAt(this.#resultAt, 4);
    const places = this.#workspace.wordsAt(this.#resultAt, 8);
    const floats = new Float32Array(this.#workspace.bytes.buffer);
    const { rise, fall } = this.#openMasks(box);
    let firstRow = this.matrix.row(0);
    let secondRow = firstRow;
    let amount = 0;
    let steps = 0;
    for (; ; steps++) {
      kernels.stepPair(
        this.#errorsAt,
        firstRow,
        secondRow,
        amount,
        this.#riseAt,
        this.#fallAt,
        length,
        this.#resultAt,
      );
      const gap = result[0] - result[2];
      if (!(gap >= options.tolerance)) return this.#solution(steps, true, box);
      if (steps >= options.stepsMaximum) return this.#solution(steps, false, box);
      if (steps % STEPS_BETWEEN_PAUSES === 0) await options.pause();
      const first = places[2];
      const error = result[0];
      firstRow = this.matrix.row(first);
      kernels.chooseSecond(this.#errorsAt, firstRow, this.#fallAt, error, length, this.#resultAt);
      const second = places[2];
      secondRow = this.matrix.row(second);
      const curve = Math.max(1e-12, 2 - 2 * floats[firstRow / 4 + second]);
      const room = Math.min(box.upper[first] - coefficients[first], coefficients[second] - box.lower[second]);
      amount = Math.min(room, (error - errors[second]) / curve);
      coefficients[first] = Math.min(box.upper[first], coefficients[first] + amount);
      coefficients[second] = Math.max(box.lower[second], coefficients[second] - amount);
      for (const point of [first, second]) {
        rise[point] = coefficients[point] < box.upper[point] ? 0 : Number.NEGATIVE_INFINITY;
        fall[point] = coefficients[point] > box.lower[point] ? 0 : Number.POSITIVE_INFINITY;
      }
    }
  }

  /** The decision without bias of every point, (K b)_t, as the last solution left it. */
  sums(): Float64Array {
    const errors = this.#errors();
    return Float64Array.from(this.#linear, (linear, point) => linear - errors[point]);
  }

  #errors(): Float64Array {
    return this.#workspace.numbersAt(this.#errorsAt, this.matrix.length);
  }

  /** Makes the coefficients those given, and the errors fit. */
  async #move(start: Float64Array, pause: () => Promise<void>): Promise<void> {
    let moved = 0;
    for (let point = 0; point < start.length; point++) {
      const change = start[point] - this.#coefficients[point];
      if (change === 0) continue;
      const row = this.matrix.row(point);
      this.#workspace.kernels.subtractRow(this.#errorsAt, row, change, this.matrix.length);
      if (moved++ % STEPS_BETWEEN_PAUSES === 0) await pause();
    }
    this.#coefficients = start.slice();
  }

  #openMasks({ lower, upper }: Box): { rise: Float64Array; fall: Float64Array } {
    const rise = this.#workspace.numbersAt(this.#riseAt, this.matrix.length);
    const fall = this.#workspace.numbersAt(this.#fallAt, this.matrix.length);
    rise.fill(Number.NEGATIVE_INFINITY);
    fall.fill(Number.POSITIVE_INFINITY);
    for (let point = 0; point < this.matrix.count; point++) {
      if (this.#coefficients[point] < upper[point]) rise[point] = 0;
      if (this.#coefficients[point] > lower[point]) fall[point] = 0;
    }
    return { rise, fall };
  }

  /** The bias is the mean error of those that are free, or halfway between the errors that bound it. */
  #solution(steps: number, converged: boolean, { lower, upper }: Box): Solution {
    const errors = this.#errors();
    let sum = 0;
    let free = 0;
    let low = Number.NEGATIVE_INFINITY;
    let high = Number.POSITIVE_INFINITY;
    for (let point = 0; point < this.matrix.count; point++) {
      const value = this.#coefficients[point];
      const mayRise = value < upper[point];
      const mayFall = value > lower[point];
      if (mayRise && mayFall) {
        sum += errors[point];
        free++;
      } else if (mayRise) low = Math.max(low, errors[point]);
      else if (mayFall) high = Math.min(high, errors[point]);
    }
    const isBetween = Number.isFinite(low) && Number.isFinite(high);
    const bias = free > 0 ? sum / free : isBetween ? (low + high) / 2 : Number.isFinite(low) ? low : high;
    return { coefficients: this.#coefficients.slice(), bias, steps, converged };
  }
}
