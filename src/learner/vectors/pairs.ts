// Decisions between pairs of classes, each with the sigmoid that makes it a probability.
//
// The sigmoid of a pair is fitted on decisions of rows that the decision was not fitted on: the rows are parted into folds,
// and for each fold the problem is solved again with the fold's coefficients held at 0, beginning from the solution over all
// rows (as DeCoste and Wagstaff 2000 seed theirs). The matrix stays, and the fold's decisions fall off as sums.

import { Random } from "../../base/random.ts";
import { BLOCK_POINTS, type Points } from "../../model/points.ts";
import { fitPlatt } from "../platt.ts";
import type { VectorWorkspace } from "./kernels.ts";
import { KernelMatrix, type RowStore } from "./matrix.ts";
import { Solver, type SolverOptions } from "./solver.ts";

export interface PairProblem {
  points: Points;
  /** Points of the first class, then those of the second, as they stand in `points`. */
  rows: Int32Array;
  firstCount: number;
  /** Bound of each row's coefficient, C times its weight; and the weight alone. */
  bounds: Float64Array;
  weights: Float64Array;
  gamma: number;
  folds: number;
  seed: number;
}

export interface PairSolution {
  /** Signed coefficient of each row. */
  coefficients: Float64Array;
  bias: number;
  slope: number;
  offset: number;
  steps: number;
  converged: boolean;
}

/** Solves a pair: over all rows, then fold by fold. `solved` is awaited after each. */
export async function solvePair(
  workspace: VectorWorkspace,
  store: RowStore,
  problem: PairProblem,
  options: SolverOptions,
  solved: (steps: number) => Promise<void>,
): Promise<PairSolution> {
  const { points, rows, firstCount, bounds, gamma } = problem;
  const matrix = new KernelMatrix(workspace, points, rows, gamma, store);
  const isFirst = Uint8Array.from(rows, (_, row) => (row < firstCount ? 1 : 0));
  const linear = Float64Array.from(isFirst, (first) => (first === 1 ? 1 : -1));
  const solver = new Solver(workspace, matrix, linear);
  const whole = {
    lower: bounds.map((bound, row) => (isFirst[row] === 1 ? 0 : -bound)),
    upper: bounds.map((bound, row) => (isFirst[row] === 1 ? bound : 0)),
  };
  const solution = await solver.solve(new Float64Array(rows.length), whole, options);
  const { coefficients, bias } = solution;
  const decisions = solver.sums().map((sum) => sum + bias);
  let { steps, converged } = solution;
  await solved(steps);
  const foldOf = dealFolds(firstCount, rows.length, problem.folds, problem.seed);
  for (let fold = 0; fold < foldOf.folds; fold++) {
    const isOut = (row: number) => foldOf.foldOfRow[row] === fold;
    const box = {
      lower: whole.lower.map((bound, row) => (isOut(row) ? 0 : bound)),
      upper: whole.upper.map((bound, row) => (isOut(row) ? 0 : bound)),
    };
    const start = balanced(coefficients.map((value, row) => (isOut(row) ? 0 : value)));
    const left = await solver.solve(start, box, options);
    const sums = solver.sums();
    for (let row = 0; row < rows.length; row++) if (isOut(row)) decisions[row] = sums[row] + left.bias;
    steps += left.steps;
    converged &&= left.converged;
    await solved(steps);
  }
  const { slope, offset } = fitPlatt(decisions, isFirst, problem.weights);
  return { coefficients, bias, slope, offset, steps, converged };
}

/** Bytes of the rows of the largest problem's matrix, if all were kept. */
export function matrixBytes(rows: number): number {
  const length = Math.ceil(rows / BLOCK_POINTS) * BLOCK_POINTS;
  return length * 4 * Math.max(2, rows);
}

/**
 * Fold of each row, both classes dealt out evenly by chance for the seed. Where a class has a single row, there are none: its
 * decision cannot be had from a problem without it.
 */
function dealFolds(
  firstCount: number,
  count: number,
  wanted: number,
  seed: number,
): { folds: number; foldOfRow: Int32Array } {
  const folds = Math.min(wanted, firstCount, count - firstCount);
  const foldOfRow = new Int32Array(count);
  if (folds < 2) return { folds: 0, foldOfRow };
  const random = new Random(seed);
  for (const [start, end] of [
    [0, firstCount],
    [firstCount, count],
  ]) {
    const rows = random.shuffle(Int32Array.from({ length: end - start }, (_, index) => start + index));
    rows.forEach((row, index) => {
      foldOfRow[row] = index % folds;
    });
  }
  return { folds, foldOfRow };
}

/** Shrinks the coefficients of the heavier sign until their sum is 0. */
function balanced(coefficients: Float64Array): Float64Array {
  let positive = 0;
  let negative = 0;
  for (const value of coefficients) {
    if (value > 0) positive += value;
    else negative -= value;
  }
  if (positive === negative) return coefficients;
  const [rise, fall] = positive > negative ? [negative / positive, 1] : [1, positive / negative];
  return coefficients.map((value) => (value > 0 ? value * rise : value * fall));
}
