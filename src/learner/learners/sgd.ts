// The learner "sgd": linear models by stochastic gradient descent, one class against the rest.
//
// Guarantees: the same table, parameters and seed give the same model, bit for bit, for any number of threads and any
// order of the columns. See docs/reference/linear.md for the method, its sources and what each parameter does.

import { exactExp, exactLog } from "../../base/elementary.ts";
import { OrbweaverError } from "../../base/errors.ts";
import { Random } from "../../base/random.ts";
import type { LabelledTable } from "../../feature/table.ts";
import type { Model } from "../../model/contract.ts";
import { LINK } from "../../model/kinds/linear.ts";
import type { FitContext, Learner, ParameterSpecification, ParameterValues } from "../contract.ts";
import { ENCODING_PARAMETERS } from "../encoding.ts";
import { DESCENT_LOSSES, Descent, type DescentLoss } from "../linear/descent.ts";
import { Products } from "../linear/margin.ts";
import { encodeMatrix, type LinearMatrix } from "../linear/matrix.ts";
import {
  BALANCE_PARAMETER,
  type Found,
  linearModelOf,
  type Prepared,
  withPrepared,
} from "../linear/prepare.ts";
import { Decisions } from "../linear/scale.ts";
import { completeParameters } from "../parameters.ts";
import { heedCancel, type Parted, partStratified } from "../training.ts";

const PARAMETERS: readonly ParameterSpecification[] = [
  {
    name: "loss",
    type: "choice",
    default: "hinge",
    choices: DESCENT_LOSSES,
    description:
      "What is minimised: hinge (a support vector machine), log (logistic regression), or the smoothed square of the hinge",
    search: { values: ["hinge", "log"] },
  },
  {
    name: "penalty",
    type: "choice",
    default: "l2",
    choices: ["l2", "l1", "elasticnet"],
    description: "Penalty on weights: their squares, their sizes (many become 0), or both",
  },
  {
    name: "alpha",
    type: "number",
    default: 1e-4,
    minimum: 1e-12,
    maximum: 1e3,
    description: "Strength of the penalty; with the optimal schedule also how soon steps become small",
    search: { low: 1e-6, high: 1e-2, scale: "log" },
  },
  {
    name: "l1Ratio",
    type: "number",
    default: 0.15,
    minimum: 0,
    maximum: 1,
    description: "Share of the sizes in the penalty elasticnet",
  },
  {
    name: "learningRate",
    type: "number",
    default: 0,
    minimum: 0,
    maximum: 1e3,
    description: "Length of a step; 0 for the optimal schedule, 1 / (alpha (t0 + t))",
  },
  {
    name: "epochs",
    type: "integer",
    default: 20,
    minimum: 1,
    maximum: 100_000,
    description: "Most passes over the rows",
  },
  {
    name: "average",
    type: "boolean",
    default: true,
    description: "Whether weights are averaged over the steps, later ones weighing more",
  },
  {
    name: "earlyStopping",
    type: "integer",
    default: 5,
    minimum: 0,
    maximum: 10_000,
    description:
      "Passes without a loss on rows kept aside that is better by the tolerance, after which to stop; 0 never stops",
  },
  {
    name: "tolerance",
    type: "number",
    default: 1e-3,
    minimum: 0,
    maximum: 1,
    description: "Share of the loss by which a pass must be better",
  },
  {
    name: "validationShare",
    type: "number",
    default: 0.1,
    minimum: 0.01,
    maximum: 0.5,
    description:
      "Share of each class kept aside for early stopping and Platt's scaling, unless a validation table is given",
  },
  BALANCE_PARAMETER,
  ...ENCODING_PARAMETERS,
];

const STREAM = { validation: 1, order: 2 } as const;

export const sgd: Learner = {
  id: "sgd",
  task: "classification",
  description: "Linear models by stochastic gradient descent, one class against the rest: hinge or log loss",
  parameters: PARAMETERS,
  fit: fitSgd,
};

async function fitSgd(table: LabelledTable, given: ParameterValues, context: FitContext): Promise<Model> {
  const parameters = completeParameters(PARAMETERS, given);
  let parted: Parted = { training: new Int32Array(0), validation: new Int32Array(0) };
  const rowsOf = (): Int32Array => {
    const seed = new Random(context.seed).fork(STREAM.validation).uint32();
    const share = context.validation ? 0 : Number(parameters["validationShare"]);
    parted = partStratified(table.labels, table.rowCount, table.classes.length, share, seed);
    return parted.training;
  };
  return withPrepared(table, rowsOf, parameters, context, async (prepared) => {
    const aside = encodeAside(prepared, table, parted.validation, context);
    const { found, epochs, metrics } = await descend(prepared, aside, parameters, context);
    return linearModelOf(table, context, prepared, found, {
      title: "Linear model by stochastic gradient descent",
      learner: "sgd",
      parameters,
      trainingRows: parted.training.length,
      validationRows: aside?.rowOf.length ?? 0,
      iterations: epochs,
      metrics,
    });
  });
}

/** The rows kept aside, or those of the validation table that are of classes of the training rows. */
function encodeAside(
  { workspace, encoding, classes }: Prepared,
  table: LabelledTable,
  validation: Int32Array,
  context: FitContext,
): LinearMatrix | undefined {
  const given = context.validation;
  if (!given) {
    if (validation.length === 0) return undefined;
    return encodeMatrix(workspace, table, validation, classes.labelOf, encoding);
  }
  const labelOf = Int32Array.from(
    given.classes,
    (name) => classes.labelOf[table.classes.indexOf(name)] ?? -1,
  );
  const rows = Int32Array.from({ length: given.rowCount }, (_, row) => row);
  const known = rows.filter((row) => labelOf[given.labels[row]] >= 0);
  if (known.length > 0) return encodeMatrix(workspace, given, known, labelOf, encoding);
  throw new OrbweaverError(
    "training-data",
    "the validation table has no row of a class that the training table has",
  );
}

/** The solution of every output after an epoch. */
type Solutions = readonly Float64Array[];

async function descend(
  prepared: Prepared,
  aside: LinearMatrix | undefined,
  parameters: ParameterValues,
  context: FitContext,
) {
  const { workspace, matrix, classes, classWeights } = prepared;
  const classCount = classes.active.length;
  const labels = classCount === 2 ? [1] : [...classes.counts.keys()];
  const loss = parameters["loss"] as DescentLoss;
  const l1Shares: Record<string, number> = { l1: 1, l2: 0, elasticnet: Number(parameters["l1Ratio"]) };
  const descent = new Descent(workspace, matrix, {
    labels,
    loss,
    alpha: Number(parameters["alpha"]),
    l1Share: l1Shares[String(parameters["penalty"])],
    rate: Number(parameters["learningRate"]),
    average: parameters["average"] === true,
    classWeights,
    seed: new Random(context.seed).fork(STREAM.order).uint32(),
  });
  const [most, patience, tolerance] = ["epochs", "earlyStopping", "tolerance"].map((name) =>
    Number(parameters[name]),
  );
  const judge = aside && new Judge(prepared, aside, labels, loss);
  let best:
    | { solutions: Solutions; epochs: number; metrics: Record<string, number>; loss: number }
    | undefined;
  // The last epoch that was clearly better than the one before it in this role.
  let mark = { loss: Number.POSITIVE_INFINITY, epoch: 0 };
  heedCancel(context, () => "0 epochs");
  for (let epoch = 1; epoch <= most; epoch++) {
    const metrics: Record<string, number> = { trainingLoss: descent.epoch() };
    const solutions = labels.map((_, output) => descent.solution(output));
    if (judge) metrics["validationLoss"] = judge.loss(solutions);
    const reached = judge ? metrics["validationLoss"] : metrics["trainingLoss"];
    if (!best || reached < best.loss || patience === 0)
      best = { solutions, epochs: epoch, metrics, loss: reached };
    if (reached < mark.loss * (1 - tolerance)) mark = { loss: reached, epoch };
    await context.onProgress?.({ done: epoch, total: most, metrics });
    heedCancel(context, () => `${epoch} epochs`);
    if (patience > 0 && epoch - mark.epoch >= patience) break;
  }
  const { solutions, epochs, metrics } = best as NonNullable<typeof best>;
  const { width } = matrix;
  const found: Found = {
    link: LINK.oneVersusRest,
    weights: new Float64Array(labels.length * width),
    biases: Float64Array.from(solutions, (solution) => solution[width]),
  };
  solutions.forEach((solution, output) => {
    found.weights.set(solution.subarray(0, width), output * width);
  });
  if (loss !== "log") Object.assign(found, scaled(prepared, aside, labels, solutions));
  return { found, epochs, metrics };
}

/** Platt's scales by the rows kept aside; with those of training where a class has none there. */
function scaled(
  { workspace, matrix, classes, classWeights }: Prepared,
  aside: LinearMatrix | undefined,
  labels: readonly number[],
  solutions: Solutions,
) {
  const seen = new Set(aside?.labels);
  const parts = aside && seen.size === classes.active.length ? [aside] : aside ? [aside, matrix] : [matrix];
  const decisions = parts.map((part) => {
    const products = new Products(workspace, part);
    const gathered = new Decisions(part, labels, classWeights);
    solutions.forEach((solution, output) => {
      gathered.add(output, products.with(solution), part.counts);
    });
    return gathered;
  });
  for (const more of decisions.slice(1)) decisions[0].join(more);
  return decisions[0].fit();
}

/** The mean loss on the rows kept aside. */
class Judge {
  readonly #aside: LinearMatrix;
  readonly #labels: readonly number[];
  readonly #loss: DescentLoss;
  readonly #products: Products;
  readonly #weights: Float64Array;

  constructor(
    { workspace, classWeights }: Prepared,
    aside: LinearMatrix,
    labels: readonly number[],
    loss: DescentLoss,
  ) {
    this.#aside = aside;
    this.#labels = labels;
    this.#loss = loss;
    this.#products = new Products(workspace, aside);
    this.#weights = aside.counts.map((count, row) => count * classWeights[aside.labels[row]]);
  }

  loss(solutions: Solutions): number {
    const { labels } = this.#aside;
    const lossOf = LOSSES[this.#loss];
    let sum = 0;
    let total = 0;
    for (const weight of this.#weights) total += weight;
    solutions.forEach((solution, output) => {
      const decisions = this.#products.with(solution);
      for (let row = 0; row < labels.length; row++) {
        const margin = labels[row] === this.#labels[output] ? decisions[row] : -decisions[row];
        sum += this.#weights[row] * lossOf(margin);
      }
    });
    return sum / total;
  }
}

/** Losses by the margin, y × f. */
const LOSSES: Record<DescentLoss, (margin: number) => number> = {
  hinge: (margin) => Math.max(0, 1 - margin),
  log: (margin) => Math.max(0, -margin) + exactLog(1 + exactExp(-Math.abs(margin))),
  modifiedHuber: (margin) => (margin >= 1 ? 0 : margin >= -1 ? (1 - margin) ** 2 : -4 * margin),
};
