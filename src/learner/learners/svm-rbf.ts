// The learner "svm-rbf": support vector machines with a radial basis function, one for each pair of classes.
//
// Guarantees: the same table, parameters and seed give the same model, bit for bit, for any number of threads and any
// order of the columns. See docs/reference/kernels.md for the method, its sources and its bounds.

import { Random } from "../../base/random.ts";
import { requireSameSchema } from "../../feature/schema.ts";
import type { LabelledTable } from "../../feature/table.ts";
import type { Model } from "../../model/contract.ts";
import { pairIndex } from "../../model/coupling.ts";
import type { Encoding } from "../../model/encoder.ts";
import {
  SUPPORT_VECTORS_FORMAT_VERSION,
  SUPPORT_VECTORS_KIND,
  SupportVectorModel,
} from "../../model/kinds/support-vectors.ts";
import { PointEncoder, type Points } from "../../model/points.ts";
import { checkTrainingTable } from "../check.ts";
import type { FitContext, Learner, ParameterSpecification, ParameterValues } from "../contract.ts";
import { encodingParameters, fitEncoding, type Scaling } from "../encoding.ts";
import { completeParameters } from "../parameters.ts";
import { drawBounded, mergePoints, takePoints } from "../points.ts";
import { drawRowSample } from "../row-sample.ts";
import { type ActiveClasses, activeClassesOf, classWeightsOf, heedCancel, manifestOf } from "../training.ts";
import {
  CACHE_PARAMETER,
  GAMMA_PARAMETER,
  gammaOf,
  STEPS_PARAMETER,
  TOLERANCE_PARAMETER,
} from "../vectors/gamma.ts";
import { THREADED_NUMBERS, VECTOR_KERNELS, type VectorWorkspace } from "../vectors/kernels.ts";
import { matrixBytes, type PairSolution, solvePair } from "../vectors/pairs.ts";
import { Workspace } from "../workspace.ts";

const PARAMETERS: readonly ParameterSpecification[] = [
  {
    name: "C",
    type: "number",
    default: 1,
    minimum: 1e-6,
    maximum: 1e6,
    description: "What errors cost against a smooth boundary; smaller values regularise more",
    search: { low: 0.01, high: 1_000, scale: "log" },
  },
  GAMMA_PARAMETER,
  {
    name: "balance",
    type: "boolean",
    default: false,
    description: "Weigh classes by the inverse of their rows",
  },
  {
    name: "maxRows",
    type: "integer",
    default: 20_000,
    minimum: 10,
    maximum: 100_000,
    description: "Most distinct rows to learn from; of more, a stratified draw. Time grows with their square",
  },
  {
    name: "folds",
    type: "integer",
    default: 5,
    minimum: 2,
    maximum: 20,
    description: "Folds whose decisions, each by the other folds, probabilities are fitted to",
  },
  TOLERANCE_PARAMETER,
  STEPS_PARAMETER,
  CACHE_PARAMETER,
  ...encodingParameters("log"),
];

/** Streams of the seed. */
const STREAM = { rows: 1, folds: 2, sample: 3 } as const;

export const svmRbf: Learner = {
  id: "svm-rbf",
  task: "classification",
  description: "Kernel support vector machine (RBF), one against one, with fitted probabilities",
  parameters: PARAMETERS,
  fit: fitSvm,
};

/** Distinct rows of a class to learn from, classes one after another. */
interface TrainingPoints {
  points: Points;
  /** First point of each active class, then how many there are. */
  starts: Int32Array;
  /** What each point weighs: rows, the weight of its class, and how its class was drawn. */
  weights: Float64Array;
  /** Rows that the points stand for. */
  rows: number;
  gamma: number;
}

async function fitSvm(table: LabelledTable, given: ParameterValues, context: FitContext): Promise<Model> {
  const parameters = completeParameters(PARAMETERS, given);
  const classCounts = checkTrainingTable(table);
  if (context.validation) requireSameSchema(table.schema, context.validation.schema, "the validation table");
  heedCancel(context, () => "0 problems");
  const rows = Int32Array.from({ length: table.rowCount }, (_, row) => row);
  const encoding = fitEncoding(table, rows, { scaling: parameters["scaling"] as Scaling });
  const classes = activeClassesOf(table, rows);
  const training = trainingPoints(table, rows, encoding, classes, parameters, context);
  const pairs = await solvePairs(training, classes.active.length, parameters, context);
  const found = collected(training, pairs, classes.active.length);
  const manifest = manifestOf(table, context, {
    kind: SUPPORT_VECTORS_KIND,
    formatVersion: SUPPORT_VECTORS_FORMAT_VERSION,
    title: "Kernel support vector machine",
    learner: "svm-rbf",
    parameters,
    trainingRows: training.rows,
    validationRows: 0,
    classCounts,
    iterations: pairs.reduce((sum, pair) => sum + pair.steps, 0),
    metrics: {
      distinctRows: training.points.count,
      supportVectors: found.points.count,
      gamma: training.gamma,
      unconverged: pairs.filter((pair) => !pair.converged).length,
    },
  });
  return new SupportVectorModel(manifest, {
    encoding,
    activeClasses: classes.active,
    ...found,
    gamma: training.gamma,
    sample: drawRowSample(table, rows, new Random(context.seed).fork(STREAM.sample).uint32()),
  });
}

/** Merges equal rows of a class, draws where they are too many, and brings the classes in order. */
function trainingPoints(
  table: LabelledTable,
  rows: Int32Array,
  encoding: Encoding,
  classes: ActiveClasses,
  parameters: ParameterValues,
  context: FitContext,
): TrainingPoints {
  const encoder = new PointEncoder(encoding, table.schema.columns);
  const { points, pointOfRow } = mergePoints(table, rows, encoder);
  const count = classes.active.length;
  const items = itemsOf(table, pointOfRow, classes, points.count);
  const classOfItem = items.map(({ label }) => label);
  const seed = new Random(context.seed).fork(STREAM.rows).uint32();
  const { chosen, factors } = drawBounded(classOfItem, count, Number(parameters["maxRows"]), seed);
  const ordered = Array.from(chosen, (item) => items[item]).sort((a, b) => a.label - b.label);
  const classWeights = classWeightsOf(table, parameters["balance"] === true, context, classes);
  const multiplicities = new Float64Array(points.count);
  for (const point of pointOfRow) multiplicities[point]++;
  const starts = new Int32Array(count + 1);
  for (const { label } of ordered) starts[label + 1]++;
  for (let label = 0; label < count; label++) starts[label + 1] += starts[label];
  return {
    points: takePoints(
      points,
      ordered.map(({ point }) => point),
    ),
    starts,
    weights: Float64Array.from(ordered, ({ label, rows }) => rows * classWeights[label] * factors[label]),
    rows: ordered.reduce((sum, item) => sum + item.rows, 0),
    gamma: gammaOf(String(parameters["gamma"]), points, multiplicities, encoding.columnOfInput.length),
  };
}

/** A point and the rows of one class that it stands for. */
interface Item {
  point: number;
  label: number;
  rows: number;
}

/** Every point once for each class that has rows there, in the order of the first of these rows. */
function itemsOf(
  { labels }: LabelledTable,
  pointOfRow: Int32Array,
  { active, labelOf }: ActiveClasses,
  pointCount: number,
): Item[] {
  const items: Item[] = [];
  const itemAt = new Int32Array(pointCount * active.length).fill(-1);
  for (let row = 0; row < pointOfRow.length; row++) {
    const label = labelOf[labels[row]];
    const place = pointOfRow[row] * active.length + label;
    if (itemAt[place] < 0) {
      itemAt[place] = items.length;
      items.push({ point: pointOfRow[row], label, rows: 0 });
    }
    items[itemAt[place]].rows++;
  }
  return items;
}

async function solvePairs(
  training: TrainingPoints,
  classes: number,
  parameters: ParameterValues,
  context: FitContext,
): Promise<PairSolution[]> {
  const { points, starts } = training;
  const sizes = Array.from({ length: classes }, (_, label) => starts[label + 1] - starts[label]);
  const [larger, smaller] = sizes.toSorted((a, b) => b - a);
  const pays = (larger + smaller) * (points.numbers + points.codes) >= THREADED_NUMBERS;
  const workspace: VectorWorkspace = new Workspace(VECTOR_KERNELS, pays ? context.parallel : undefined);
  try {
    return await solveAll(workspace, training, larger + smaller, classes, parameters, context);
  } finally {
    await workspace.close();
  }
}

async function solveAll(
  workspace: VectorWorkspace,
  { points, starts, weights, gamma }: TrainingPoints,
  largest: number,
  classes: number,
  parameters: ParameterValues,
  context: FitContext,
): Promise<PairSolution[]> {
  const room = Math.max(Number(parameters["cacheMegabytes"]) * 2 ** 20, largest * 4 * 16);
  const bytes = Math.min(room, matrixBytes(largest));
  const store = { at: workspace.take(bytes), bytes };
  const pairs = (classes * (classes - 1)) / 2;
  const folds = Number(parameters["folds"]);
  const total = pairs * (1 + folds);
  const pairSeeds = new Random(context.seed).fork(STREAM.folds);
  const solutions: PairSolution[] = [];
  let done = 0;
  const pause = async (): Promise<void> => {
    heedCancel(context, () => `${done} of ${total} problems`);
    await context.onProgress?.({ done, total, metrics: {} });
  };
  for (let first = 0; first < classes; first++) {
    for (let second = first + 1; second < classes; second++) {
      const rows = Int32Array.from([...places(starts, first), ...places(starts, second)]);
      const weightsHere = Float64Array.from(rows, (row) => weights[row]);
      const problem = {
        points,
        rows,
        firstCount: starts[first + 1] - starts[first],
        bounds: weightsHere.map((weight) => weight * Number(parameters["C"])),
        weights: weightsHere,
        gamma,
        folds,
        seed: pairSeeds.uint32(),
      };
      const options = {
        tolerance: Number(parameters["tolerance"]),
        stepsMaximum: Number(parameters["maxSteps"]),
        pause,
      };
      const solution = await workspace.borrowWhile(() =>
        solvePair(workspace, store, problem, options, async (steps) => {
          done++;
          await context.onProgress?.({ done, total, metrics: { steps } });
        }),
      );
      solutions.push(solution);
      done = solutions.length * (1 + folds);
    }
  }
  return solutions;
}

function* places(starts: Int32Array, label: number): Generator<number> {
  for (let place = starts[label]; place < starts[label + 1]; place++) yield place;
}

/** Points with a coefficient in any pair, and what the pairs found, as the model holds them. */
function collected({ points, starts }: TrainingPoints, pairs: readonly PairSolution[], classes: number) {
  const outputs = Math.max(1, classes - 1);
  const dense = new Float64Array(points.count * outputs);
  for (let first = 0; first < classes; first++) {
    for (let second = first + 1; second < classes; second++) {
      const { coefficients } = pairs[pairIndex(first, second, classes)];
      let at = 0;
      for (const place of places(starts, first)) dense[place * outputs + second - 1] = coefficients[at++];
      for (const place of places(starts, second)) dense[place * outputs + first] = coefficients[at++];
    }
  }
  const kept: number[] = [];
  const classPoints = new Uint32Array(classes);
  for (let label = 0; label < classes; label++) {
    for (const place of places(starts, label)) {
      const row = dense.subarray(place * outputs, (place + 1) * outputs);
      if (row.every((value) => value === 0)) continue;
      kept.push(place);
      classPoints[label]++;
    }
  }
  const coefficients = new Float64Array(kept.length * outputs);
  kept.forEach((place, index) => {
    coefficients.set(dense.subarray(place * outputs, (place + 1) * outputs), index * outputs);
  });
  return {
    points: takePoints(points, kept),
    classPoints,
    coefficients,
    biases: Float64Array.from(pairs, (pair) => pair.bias),
    sigmoids: Float64Array.from(pairs.flatMap(({ slope, offset }) => [slope, offset])),
  };
}
