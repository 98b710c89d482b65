// The learner "logistic": logistic regression, for more than two classes multinomial, with an L2 penalty.
//
// Guarantees: the same table, parameters and seed give the same model, bit for bit, for any number of threads and any
// order of the columns. See docs/reference/linear.md for the method, its sources and what each parameter does.

import type { LabelledTable } from "../../feature/table.ts";
import type { Model } from "../../model/contract.ts";
import { LINK } from "../../model/kinds/linear.ts";
import type { FitContext, Learner, ParameterSpecification, ParameterValues } from "../contract.ts";
import { ENCODING_PARAMETERS } from "../encoding.ts";
import { minimise } from "../linear/lbfgs.ts";
import { LogLoss } from "../linear/loss.ts";
import {
  BALANCE_PARAMETER,
  everyRow,
  linearModelOf,
  type Prepared,
  rowWeightsOf,
  withPrepared,
} from "../linear/prepare.ts";
import { completeParameters } from "../parameters.ts";
import { heedCancel } from "../training.ts";

const PARAMETERS: readonly ParameterSpecification[] = [
  {
    name: "C",
    type: "number",
    default: 1,
    minimum: 1e-9,
    maximum: 1e9,
    description: "What errors cost against large weights; smaller values regularise more",
    search: { low: 0.01, high: 100, scale: "log" },
  },
  {
    name: "iterations",
    type: "integer",
    default: 200,
    minimum: 1,
    maximum: 100_000,
    description: "Most iterations of L-BFGS",
  },
  {
    name: "tolerance",
    type: "number",
    default: 1e-6,
    minimum: 0,
    maximum: 1,
    description: "Steepest slope of the mean loss at which to stop",
  },
  BALANCE_PARAMETER,
  ...ENCODING_PARAMETERS,
];

/** Relative decrease of the loss in an iteration below which there is nothing left to gain. */
const DECREASE = 1e-10;

export const logistic: Learner = {
  id: "logistic",
  task: "classification",
  description: "Logistic regression: linear log-odds, multinomial for more than two classes",
  parameters: PARAMETERS,
  fit: fitLogistic,
};

async function fitLogistic(
  table: LabelledTable,
  given: ParameterValues,
  context: FitContext,
): Promise<Model> {
  const parameters = completeParameters(PARAMETERS, given);
  return withPrepared(
    table,
    () => everyRow(table),
    parameters,
    context,
    async (prepared) => {
      const { loss, point, iterations, metrics } = await minimiseLoss(prepared, parameters, context);
      const found = { ...loss.weightsOf(point), link: LINK.softmax };
      return linearModelOf(table, context, prepared, found, {
        title: "Logistic regression",
        learner: "logistic",
        parameters,
        trainingRows: table.rowCount,
        validationRows: 0,
        iterations,
        metrics,
      });
    },
  );
}

async function minimiseLoss(prepared: Prepared, parameters: ParameterValues, context: FitContext) {
  const { workspace, matrix, classes } = prepared;
  const [cost, most, tolerance] = ["C", "iterations", "tolerance"].map((name) => Number(parameters[name]));
  const loss = new LogLoss(workspace, matrix, classes.active.length, rowWeightsOf(prepared), cost);
  const point = new Float64Array(loss.size);
  heedCancel(context, () => "0 iterations");
  let metrics: Record<string, number> = {};
  const { iterations } = await minimise(loss.objective, point, {
    iterations: most,
    decrease: DECREASE,
    isFlat: (gradient) => loss.steepness(gradient) <= tolerance,
    onIteration: async (iteration, value) => {
      metrics = { trainingLogLoss: loss.lossOf(value, point) };
      await context.onProgress?.({ done: iteration, total: most, metrics });
      heedCancel(context, () => `${iteration} iterations`);
    },
  });
  return { loss, point, iterations, metrics };
}
