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
import { PointEncoder } from "../../model/points.ts";
import { benignRowsOf, keepAside } from "../benign.ts";
import type { FitContext, Learner, ParameterSpecification, ParameterValues } from "../contract.ts";
import { ENCODING_PARAMETERS, fitEncoding, type Scaling } from "../encoding.ts";
import { completeParameters } from "../parameters.ts";
import { drawBounded, mergePoints, takePoints } from "../points.ts";
import { drawRowSample } from "../row-sample.ts";
import { heedCancel, manifestOf } from "../training.ts";
import { type BoundaryProblem, solveBoundary } from "../vectors/boundary.ts";
import {
  CACHE_PARAMETER,
  GAMMA_PARAMETER,
  gammaOf,
  STEPS_PARAMETER,
  TOLERANCE_PARAMETER,
} from "../vectors/gamma.ts";

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
  const problem: BoundaryProblem = {
    points: takePoints(points, chosen),
    weights: Float64Array.from(chosen, (point) => multiplicities[point]),
    nu: Number(parameters["nu"]),
    gamma: gammaOf(String(parameters["gamma"]), points, multiplicities, encoding.columnOfInput.length),
    seed: stream("start"),
  };
  const found = await solveBoundary(problem, parameters, context);
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
