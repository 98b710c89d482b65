// The boundary around rows of one class (Schölkopf et al. 2001): coefficients from 0 to each point's rows whose sum is ν times
// the rows, with the least norm.

import { Random } from "../../base/random.ts";
import type { Points } from "../../model/points.ts";
import type { FitContext, ParameterValues } from "../contract.ts";
import { takePoints } from "../points.ts";
import { heedCancel } from "../training.ts";
import { Workspace } from "../workspace.ts";
import { THREADED_NUMBERS, VECTOR_KERNELS } from "./kernels.ts";
import { KernelMatrix } from "./matrix.ts";
import { matrixBytes } from "./pairs.ts";
import { Solver } from "./solver.ts";

export interface BoundaryProblem {
  points: Points;
  /** Rows that each point stands for. */
  weights: Float64Array;
  nu: number;
  gamma: number;
  seed: number;
}

/** The support vectors and their coefficients, which sum to ν times the rows. */
export async function solveBoundary(
  problem: BoundaryProblem,
  parameters: ParameterValues,
  context: FitContext,
) {
  const { points, weights, gamma } = problem;
  const pays = points.count * (points.numbers + points.codes) >= THREADED_NUMBERS;
  const workspace = new Workspace(VECTOR_KERNELS, pays ? context.parallel : undefined);
  try {
    const room = Math.max(Number(parameters["cacheMegabytes"]) * 2 ** 20, points.count * 4 * 16);
    const bytes = Math.min(room, matrixBytes(points.count));
    const store = { at: workspace.take(bytes), bytes };
    const everyPoint = Int32Array.from({ length: points.count }, (_, point) => point);
    const matrix = new KernelMatrix(workspace, points, everyPoint, gamma, store);
    const solver = new Solver(workspace, matrix, new Float64Array(points.count));
    const stepsMaximum = Number(parameters["maxSteps"]);
    let pauses = 0;
    const pause = async (): Promise<void> => {
      heedCancel(context, () => `${pauses} pauses`);
      // The number of steps is not known before they are done: what is told is how often there was a pause.
      await context.onProgress?.({ done: ++pauses, total: pauses, metrics: {} });
    };
    const solution = await solver.solve(
      startOf(problem),
      { lower: new Float64Array(points.count), upper: weights },
      { tolerance: Number(parameters["tolerance"]), stepsMaximum, pause },
    );
    const kept = everyPoint.filter((point) => solution.coefficients[point] > 0);
    return {
      ...solution,
      points: takePoints(points, kept),
      coefficients: Float64Array.from(kept, (point) => solution.coefficients[point]),
    };
  } finally {
    await workspace.close();
  }
}

/** Coefficients to begin with: points in a drawn order are filled until their sum is ν times the rows, as LIBSVM fills the first. */
function startOf({ weights, nu, seed }: BoundaryProblem): Float64Array {
  const start = new Float64Array(weights.length);
  let left = nu * weights.reduce((sum, weight) => sum + weight, 0);
  for (const point of new Random(seed).shuffle(Int32Array.from(weights.keys()))) {
    start[point] = Math.min(weights[point], left);
    left -= start[point];
    if (left <= 0) break;
  }
  return start;
}
