// The learner "svm": linear support vector machines, one class against the rest, with probabilities fitted to decisions.
//
// Guarantees: the same table, parameters and seed give the same model, bit for bit, for any number of threads and any
// order of the columns. See docs/reference/linear.md for the method, its sources and what each parameter does.

import { Random } from "../../base/random.ts";
import type { LabelledTable } from "../../feature/table.ts";
import type { Model } from "../../model/contract.ts";
import type { FitContext, Learner, ParameterSpecification, ParameterValues } from "../contract.ts";
import { ENCODING_PARAMETERS } from "../encoding.ts";
import { countFold, dealFolds } from "../linear/folds.ts";
import {
  DualSolver,
  type MarginOptions,
  type MarginSolver,
  NEWTON_INPUTS_MAX,
  NewtonSolver,
  Products,
} from "../linear/margin.ts";
import {
  BALANCE_PARAMETER,
  everyRow,
  type Found,
  linearModelOf,
  type Prepared,
  rowWeightsOf,
  withPrepared,
} from "../linear/prepare.ts";
import { Decisions } from "../linear/scale.ts";
import { completeParameters } from "../parameters.ts";
import { heedCancel } from "../training.ts";

const PARAMETERS: readonly ParameterSpecification[] = [
  {
    name: "C",
    type: "number",
    default: 1,
    minimum: 1e-9,
    maximum: 1e9,
    description: "What rows within the margin cost against its width; smaller values regularise more",
    search: { low: 0.01, high: 100, scale: "log" },
  },
  {
    name: "loss",
    type: "choice",
    default: "squaredHinge",
    choices: ["squaredHinge", "hinge"],
    description: "Cost of a row within the margin: the square of how far, or how far",
  },
  {
    name: "solver",
    type: "choice",
    default: "auto",
    choices: ["auto", "newton", "dual"],
    description:
      "Newton's method (squared hinge, up to 512 inputs), dual coordinate descent, or the first where it can be",
  },
  {
    name: "iterations",
    type: "integer",
    default: 1_000,
    minimum: 1,
    maximum: 1_000_000,
    description: "Most steps of Newton's method, or passes over the rows, for a class",
  },
  {
    name: "tolerance",
    type: "number",
    default: 1e-4,
    minimum: 1e-12,
    maximum: 1,
    description:
      "Largest violation of the conditions of the minimum, or slope beside the first, at which to stop",
  },
  BALANCE_PARAMETER,
  ...ENCODING_PARAMETERS,
];

const FOLDS = 5;
/** Rows up to which every fold is left out once; of more rows one fold is enough to fit two numbers. */
const CROSS_FITTED_ROWS = 20_000;

const STREAM = { folds: 1, passes: 2 } as const;

export const svm: Learner = {
  id: "svm",
  task: "classification",
  description: "Linear support vector machines, one class against the rest, with fitted probabilities",
  parameters: PARAMETERS,
  fit: fitSvm,
};

async function fitSvm(table: LabelledTable, given: ParameterValues, context: FitContext): Promise<Model> {
  const parameters = completeParameters(PARAMETERS, given);
  return withPrepared(
    table,
    () => everyRow(table),
    parameters,
    context,
    async (prepared) => {
      const { found, iterations, metrics } = await solve(prepared, parameters, context);
      return linearModelOf(table, context, prepared, found, {
        title: "Linear support vector machine",
        learner: "svm",
        parameters,
        trainingRows: table.rowCount,
        validationRows: 0,
        iterations,
        metrics,
      });
    },
  );
}

async function solve(prepared: Prepared, parameters: ParameterValues, context: FitContext) {
  const { workspace, matrix, classes, classWeights } = prepared;
  const classCount = classes.active.length;
  const labels = classCount === 2 ? [1] : [...classes.counts.keys()];
  const seeds = new Random(context.seed);
  const folds = matrix.rowOf.length <= CROSS_FITTED_ROWS ? FOLDS : 1;
  const total = (folds + 1) * labels.length;
  let [fits, metrics]: [number, Record<string, number>] = [0, {}];
  const solver = solverOf(prepared, parameters, {
    labels,
    squared: parameters["loss"] === "squaredHinge",
    tolerance: Number(parameters["tolerance"]),
    iterations: Number(parameters["iterations"]),
    seed: seeds.fork(STREAM.passes).uint32(),
    onStep: async (done, figures) => {
      metrics = figures;
      await context.onProgress?.({ done: fits * labels.length + done, total, metrics });
      heedCancel(context, () => `${fits * labels.length + done} of ${total} problems`);
    },
  });
  const products = new Products(workspace, matrix);
  const decisions = new Decisions(matrix, labels, classWeights);
  const costs = rowWeightsOf(prepared).map((weight) => weight * Number(parameters["C"]));
  const labelOfRow = Uint32Array.from(matrix.rowOf, (row) => matrix.labels[row]);
  const foldOf = dealFolds(labelOfRow, classCount, FOLDS, seeds.fork(STREAM.folds).uint32());
  for (; fits < folds; fits++) {
    const aside = countFold(foldOf, fits, matrix.rowOf, matrix.rows);
    await solver.solve(costs.map((cost, row) => cost * (1 - aside[row] / matrix.counts[row])));
    solver.solutions.forEach((solution, output) => {
      decisions.add(output, products.with(solution), aside);
    });
  }
  const iterations = await solver.solve(costs);
  const { width } = matrix;
  const found: Found = {
    weights: new Float64Array(labels.length * width),
    biases: Float64Array.from(solver.solutions, (solution) => solution[width]),
    ...decisions.fit(),
  };
  solver.solutions.forEach((solution, output) => {
    found.weights.set(solution.subarray(0, width), output * width);
  });
  await context.onProgress?.({ done: total, total, metrics });
  return { found, iterations, metrics };
}

function solverOf(
  { workspace, matrix }: Prepared,
  parameters: ParameterValues,
  options: MarginOptions,
): MarginSolver {
  workspace.takeScratch(64);
  const mayNewton = options.squared && matrix.width <= NEWTON_INPUTS_MAX;
  const isNewton = mayNewton && parameters["solver"] !== "dual";
  return isNewton ? new NewtonSolver(workspace, matrix, options) : new DualSolver(workspace, matrix, options);
}
