// The learner "one-class": a boundary around the benign rows, as a support vector machine draws it (Schölkopf et al. 2001).
//
// Guarantees: the same table, parameters and seed give the same model, bit for bit, for any number of threads and any
// order of the columns. See docs/reference/kernels.md for the method, its sources and its bounds.

import { Random } from "../../base/random.ts";
import { requireSameSchema } from "../../feature/schema.ts";
import type { LabelledTable } from "../../feature/table.ts";
import { AnomalyScale } from "../../model/anomaly.ts";
import type { Model } from "../../model/contract.ts";
import {
  SUPPORT_VECTORS_FORMAT_VERSION,
  SUPPORT_VECTORS_KIND,
  SupportVectorModel,
  type SupportVectors,
} from "../../model/kinds/support-vectors.ts";
import { PointEncoder, type Points } from "../../model/points.ts";
import { benignRowsOf, keepAside } from "../benign.ts";
import type { FitContext, Learner, ParameterSpecification, ParameterValues } from "../contract.ts";
import { ENCODING_PARAMETERS, fitEncoding, type Scaling } from "../encoding.ts";
import { completeParameters } from "../parameters.ts";
import { drawBounded, mergePoints, takePoints } from "../points.ts";
import { drawRowSample } from "../row-sample.ts";
import { heedCancel, manifestOf } from "../training.ts";
import {
  CACHE_PARAMETER,
  GAMMA_PARAMETER,
  gammaOf,
  STEPS_PARAMETER,
  TOLERANCE_PARAMETER,
} from "../vectors/gamma.ts";
import { VECTOR_KERNELS } from "../vectors/kernels.ts";
import { KernelMatrix } from "../vectors/matrix.ts";
import { matrixBytes } from "../vectors/pairs.ts";
import { Solver } from "../vectors/solver.ts";
import { Workspace } from "../workspace.ts";

const PARAMETERS: readonly ParameterSpecification[] = [
  {
    name: "nu",
    type: "number",
    default: 0.01,
    minimum: 1e-4,
    maximum: 0.99,
    description: "Share of training rows that may lie outside the boundary, and of support vectors at least",
    search: { low: 1e-3, high: 0.2, scale: "log" },
  },
  GAMMA_PARAMETER,
  {
    name: "contamination",
    type: "number",
    default: 0.01,
    minimum: 1e-6,
    maximum: 0.5,
    description: "Share of benign rows whose probability of being an anomaly is 0.5 or more",
  },
  {
    name: "maxRows",
    type: "integer",
    default: 20_000,
    minimum: 10,
    maximum: 100_000,
    description: "Most distinct rows to learn from; of more, a draw. Time grows with their square",
  },
  TOLERANCE_PARAMETER,
  STEPS_PARAMETER,
  CACHE_PARAMETER,
  ...ENCODING_PARAMETERS,
];

/** Streams of the seed. */
const STREAM = { rows: 1, start: 2, sample: 3, aside: 4 } as const;
/** Share of the benign rows, and most of them, that scores are judged by. */
const ASIDE_SHARE = 0.2;
const JUDGED_ROWS = 10_000;
/** Fewest rows kept aside that tell more than those learnt from. */
const JUDGED_ROWS_MIN = 20;
/** Numbers of a row of the matrix from which threads pay. */
const THREADED_NUMBERS = 100_000;

export const oneClass: Learner = {
  id: "one-class",
  task: "anomaly",
  description: "One-class support vector machine (RBF): a boundary around benign rows",
  parameters: PARAMETERS,
  fit: fitOneClass,
};

async function fitOneClass(
  table: LabelledTable,
  given: ParameterValues,
  context: FitContext,
): Promise<Model> {
  const parameters = completeParameters(PARAMETERS, given);
  const { rows, classes } = benignRowsOf(table, context);
  if (context.validation) requireSameSchema(table.schema, context.validation.schema, "the validation table");
  heedCancel(context, () => "0 steps");
  const stream = (name: keyof typeof STREAM) => new Random(context.seed).fork(STREAM[name]).uint32();
  const { training, aside } = keepAside(rows, ASIDE_SHARE, stream("aside"));
  const encoding = fitEncoding(table, training, { scaling: parameters["scaling"] as Scaling });
  const { points, pointOfRow } = mergePoints(
    table,
    training,
    new PointEncoder(encoding, table.schema.columns),
  );
  const multiplicities = new Float64Array(points.count);
  for (const point of pointOfRow) multiplicities[point]++;
  const { chosen } = drawBounded(
    new Int32Array(points.count),
    1,
    Number(parameters["maxRows"]),
    stream("rows"),
  );
  const problem: Problem = {
    points: takePoints(points, chosen),
    weights: Float64Array.from(chosen, (point) => multiplicities[point]),
    nu: Number(parameters["nu"]),
    gamma: gammaOf(String(parameters["gamma"]), points, multiplicities, encoding.columnOfInput.length),
    seed: stream("start"),
  };
  const found = await solved(problem, parameters, context);
  const vectors: SupportVectors = {
    encoding,
    activeClasses: Int32Array.of(0),
    points: found.points,
    classPoints: Uint32Array.of(found.points.count),
    coefficients: found.coefficients,
    biases: Float64Array.of(found.bias),
    sigmoids: new Float64Array(0),
    gamma: problem.gamma,
    sample: drawRowSample(table, rows, stream("sample")),
  };
  const manifest = manifestOf(table, context, {
    kind: SUPPORT_VECTORS_KIND,
    formatVersion: SUPPORT_VECTORS_FORMAT_VERSION,
    title: "One-class support vector machine",
    learner: "one-class",
    parameters,
    trainingRows: problem.weights.reduce((sum, weight) => sum + weight, 0),
    validationRows: aside.length,
    classCounts: [rows.length, 0],
    iterations: found.steps,
    metrics: {
      distinctRows: problem.points.count,
      supportVectors: found.points.count,
      gamma: problem.gamma,
      unconverged: found.converged ? 0 : 1,
    },
    anomaly: { classes },
  });
  heedCancel(context, () => `${found.steps} steps`);
  const judged = aside.length >= JUDGED_ROWS_MIN ? aside : training;
  const scores = scoresOf(new SupportVectorModel(manifest, vectors), table, judged);
  const anomaly = AnomalyScale.fit(scores, Number(parameters["contamination"]));
  return new SupportVectorModel(manifest, { ...vectors, anomaly });
}

interface Problem {
  points: Points;
  /** Rows that each point stands for. */
  weights: Float64Array;
  nu: number;
  gamma: number;
  seed: number;
}

/** The support vectors and their coefficients, which sum to ν times the rows. */
async function solved(problem: Problem, parameters: ParameterValues, context: FitContext) {
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
function startOf({ weights, nu, seed }: Problem): Float64Array {
  const start = new Float64Array(weights.length);
  let left = nu * weights.reduce((sum, weight) => sum + weight, 0);
  for (const point of new Random(seed).shuffle(Int32Array.from(weights.keys()))) {
    start[point] = Math.min(weights[point], left);
    left -= start[point];
    if (left <= 0) break;
  }
  return start;
}

/** Scores of rows, at most so many of them, evenly spread: the negated decisions. */
function scoresOf(model: SupportVectorModel, table: LabelledTable, rows: Int32Array): Float64Array {
  const step = Math.ceil(rows.length / JUDGED_ROWS);
  const row = new Float64Array(table.values.length);
  return Float64Array.from(
    rows.filter((_, index) => index % step === 0),
    (index) => {
      for (let column = 0; column < row.length; column++) row[column] = table.values[column][index];
      return -model.decisions(row)[0];
    },
  );
}
