// The learner "mlp": a multi-layer perceptron, dense layers learnt by stochastic gradient descent (Rumelhart et al. 1986).
//
// Guarantees: the same table, parameters and seed give the same model, bit for bit, for any number of threads and any
// order of the columns. See docs/reference/networks.md for the method, its sources and what each parameter does.

import { exactExp } from "../../base/elementary.ts";
import { OrbweaverError } from "../../base/errors.ts";
import { Random } from "../../base/random.ts";
import { requireSameSchema } from "../../feature/schema.ts";
import type { LabelledTable } from "../../feature/table.ts";
import type { Model, ModelManifest } from "../../model/contract.ts";
import type { Encoding } from "../../model/encoder.ts";
import { NETWORK_FORMAT_VERSION, NETWORK_KIND, NetworkModel } from "../../model/kinds/network.ts";
import { ACTIVATION, type Network } from "../../model/network.ts";
import { checkTrainingTable } from "../check.ts";
import type { FitContext, Learner, ParameterSpecification, ParameterValues } from "../contract.ts";
import { encodingParameters, fitEncoding, type Scaling } from "../encoding.ts";
import { shuffledImportance } from "../network/importance.ts";
import { floatsAt, LOSS, NETWORK_KERNELS, type NetworkWorkspace } from "../network/kernels.ts";
import {
  drawNetwork,
  INITIALISATIONS,
  type Initialisation,
  type PlacedNetwork,
  type Plan,
  placeNetwork,
  readNetwork,
} from "../network/layers.ts";
import { usualRow } from "../network/reference.ts";
import { compactRows } from "../network/rows.ts";
import {
  type LabelledRows,
  NetworkTrainer,
  type Optimiser,
  parameterCountOf,
  scratchBytes,
  takeInputs,
} from "../network/trainer.ts";
import { completeParameters } from "../parameters.ts";
import {
  type ActiveClasses,
  activeClassesOf,
  classWeightsOf,
  heedCancel,
  manifestOf,
  partStratified,
} from "../training.ts";
import { Workspace } from "../workspace.ts";

const PARAMETERS: readonly ParameterSpecification[] = [
  {
    name: "layers",
    type: "text",
    default: "64-32",
    pattern: "none|[1-9]\\d{0,3}(?:[,-][1-9]\\d{0,3}){0,7}",
    form: "widths of 1 to 8 hidden layers such as 64-32 or 64,32, or none",
    description: "Hidden layers from the inputs on, each of 1 to 9999 units",
    search: { values: ["32", "64-32", "128-64"] },
  },
  {
    name: "activation",
    type: "choice",
    default: "relu",
    choices: ["relu", "tanh", "logistic"],
    description: "What the units of hidden layers make of their sums",
  },
  {
    name: "output",
    type: "choice",
    default: "auto",
    choices: ["auto", "softmax"],
    description: "One logistic unit for two classes and softmax for more, or softmax always",
  },
  {
    name: "initialisation",
    type: "choice",
    default: "auto",
    choices: INITIALISATIONS,
    description: "First weights: He for relu and else Glorot, one of the two, or uniform within 0.05",
  },
  {
    name: "dropout",
    type: "number",
    default: 0,
    minimum: 0,
    maximum: 0.9,
    description: "Share of the hidden units that is left out of each row while learning",
    search: { values: [0, 0.1, 0.3] },
  },
  {
    name: "epochs",
    type: "integer",
    default: 50,
    minimum: 1,
    maximum: 10_000,
    description: "Passes over the training rows; with early stopping the most there may be",
  },
  {
    name: "batchSize",
    type: "integer",
    default: 0,
    minimum: 0,
    maximum: 65_536,
    description:
      "Rows from which each step is taken; 0 for 16 to 256, a power of two near a 64th of the rows",
  },
  {
    name: "optimiser",
    type: "choice",
    default: "adam",
    choices: ["adam", "sgd"],
    description: "How steps are taken: Adam, or gradient descent with Nesterov's momentum",
  },
  {
    name: "learningRate",
    type: "number",
    default: 1e-3,
    minimum: 1e-7,
    maximum: 10,
    description: "Length of a step",
    search: { low: 3e-4, high: 1e-2, scale: "log" },
  },
  {
    name: "momentum",
    type: "number",
    default: 0.9,
    minimum: 0,
    maximum: 0.999,
    description: "Share of the last step that is taken again; Adam's decay of the mean gradient",
  },
  {
    name: "l2",
    type: "number",
    default: 1e-4,
    minimum: 0,
    maximum: 1e6,
    description: "L2 penalty on the weights, for each batch as a whole",
    search: { low: 1e-5, high: 1e-1, scale: "log" },
  },
  {
    name: "balance",
    type: "choice",
    default: "none",
    choices: ["none", "balanced"],
    description: "Weights of classes: all equal, or inverse to their rows",
  },
  {
    name: "earlyStopping",
    type: "integer",
    default: 5,
    minimum: 0,
    maximum: 1_000,
    description: "Epochs without a better validation loss after which to stop; 0 never stops early",
  },
  {
    name: "validationShare",
    type: "number",
    default: 0.1,
    minimum: 0.01,
    maximum: 0.5,
    description: "Share of each class kept aside for early stopping, unless a validation table is given",
  },
  ...encodingParameters("log"),
];

/** Parameters with their types. */
interface Settings {
  layers: string;
  activation: "relu" | "tanh" | "logistic";
  output: "auto" | "softmax";
  initialisation: Initialisation;
  dropout: number;
  epochs: number;
  batchSize: number;
  optimiser: "adam" | "sgd";
  learningRate: number;
  momentum: number;
  l2: number;
  balance: string;
  earlyStopping: number;
  validationShare: number;
  scaling: Scaling;
}

/** Products of an epoch below which threads would cost more than they bring. */
const PARALLEL_PRODUCTS = 50_000_000;
/** Most weights of a network: what a model file may hold. */
const MAXIMUM_WEIGHTS = 1 << 26;
/** Products between two looks at whether to go on: well under a second. */
const BREATH_PRODUCTS = 2_000_000_000;
/** Share of inputs that belong to categories from which the zeros among them are worth looking for. */
const SPARSE_SHARE = 0.3;

/** Bounds of the batches of a table whose size decides about them, and steps that an epoch should have. */
const AUTOMATIC = { least: 16, most: 256, steps: 64 } as const;

/** Streams of the seed. */
const STREAM = { validation: 1, weights: 2, order: 3, dropout: 4, importance: 5 } as const;

export const mlp: Learner = {
  id: "mlp",
  task: "classification",
  description:
    "Multi-layer perceptron: a neural network of dense layers, for numeric and categorical columns",
  parameters: PARAMETERS,
  fit: fitMlp,
};

/** What a fit knows before it learns. */
interface Prepared {
  workspace: NetworkWorkspace;
  settings: Settings;
  batchRows: number;
  plan: Plan;
  placed: PlacedNetwork;
  trainer: NetworkTrainer;
  training: LabelledRows;
  validation: ValidationRows | undefined;
}

interface ValidationRows extends LabelledRows {
  /** Sum of the weights of its rows. */
  weight: number;
}

async function fitMlp(table: LabelledTable, given: ParameterValues, context: FitContext): Promise<Model> {
  const parameters = completeParameters(PARAMETERS, given);
  const settings = parameters as unknown as Settings;
  const classCounts = checkTrainingTable(table);
  if (context.validation) requireSameSchema(table.schema, context.validation.schema, "the validation table");
  const parted = partRows(table, settings, context);
  const classes = activeClassesOf(table, parted.training);
  const encoding = fitEncoding(table, parted.training, { scaling: settings.scaling });
  const plan = planOf(settings, encoding, classes.active.length);
  const isLarge = parted.training.length * parameterCountOf(plan.widths) >= PARALLEL_PRODUCTS;
  const workspace = new Workspace(NETWORK_KERNELS, isLarge ? context.parallel : undefined);
  try {
    const labelWeights = labelWeightsOf(table, settings, context, classes);
    const rows = { table, parted, encoding, labelWeights };
    const prepared = prepare(workspace, settings, plan, classes, rows, context);
    const run = await learn(prepared, context);
    const manifest = manifestOf(table, context, {
      kind: NETWORK_KIND,
      formatVersion: NETWORK_FORMAT_VERSION,
      title: "Multi-layer perceptron",
      learner: "mlp",
      parameters,
      trainingRows: parted.training.length,
      validationRows: prepared.validation?.count ?? 0,
      classCounts,
      iterations: run.kept,
      metrics: run.metrics,
    });
    return modelOf(manifest, run.network, { ...rows, active: classes.active }, context.seed);
  } finally {
    await workspace.close();
  }
}

function partRows(table: LabelledTable, settings: Settings, context: FitContext) {
  const own = settings.earlyStopping > 0 && !context.validation;
  const seed = new Random(context.seed).fork(STREAM.validation).uint32();
  const share = own ? settings.validationShare : 0;
  return partStratified(table.labels, table.rowCount, table.classes.length, share, seed);
}

function planOf(settings: Settings, encoding: Encoding, classes: number): Plan {
  const { layers, activation, output, initialisation, dropout } = settings;
  const hidden = layers === "none" ? [] : layers.split(/[,-]/).map(Number);
  const inputs = encoding.columnOfInput.length;
  const widths = [inputs, ...hidden, classes === 2 && output === "auto" ? 1 : classes];
  const count = parameterCountOf(widths);
  if (count > MAXIMUM_WEIGHTS) {
    throw new OrbweaverError(
      "parameter-invalid",
      `layers '${layers}' make ${count} weights with ${inputs} inputs, at most ${MAXIMUM_WEIGHTS} are allowed`,
      { hint: "Name fewer or narrower layers." },
    );
  }
  const ofCategories = encoding.codeOfInput.filter((code) => code >= 0).length;
  return {
    widths,
    hidden: ACTIVATION[activation],
    output: ACTIVATION.linear,
    initialisation,
    dropout,
    sparse: ofCategories >= inputs * SPARSE_SHARE,
  };
}

/** Weight of each active class, such that those of the training rows have the mean 1: the length of steps keeps its meaning. */
function labelWeightsOf(
  table: LabelledTable,
  settings: Settings,
  context: FitContext,
  classes: ActiveClasses,
): Float64Array {
  const weights = classWeightsOf(table, settings.balance === "balanced", context, classes);
  const rows = classes.counts.reduce((sum, count) => sum + count, 0);
  const total = classes.counts.reduce((sum, count, label) => sum + count * weights[label], 0);
  return weights.map((weight) => (weight * rows) / total);
}

interface Rows {
  table: LabelledTable;
  parted: { training: Int32Array; validation: Int32Array };
  encoding: Encoding;
  labelWeights: Float64Array;
}

function prepare(
  workspace: NetworkWorkspace,
  settings: Settings,
  plan: Plan,
  classes: ActiveClasses,
  { table, parted, encoding, labelWeights }: Rows,
  context: FitContext,
): Prepared {
  const batchRows = batchRowsOf(settings.batchSize, parted.training.length);
  workspace.takeScratch(scratchBytes(plan.widths[0], batchRows));
  const pack = (from: LabelledTable, rows: Int32Array, labelOf: Int32Array): LabelledRows => {
    const slots = Int32Array.from(encoding.columnOfInput, (_, input) => input);
    const labels = workspace.take(rows.length * 4);
    workspace.wordsAt(labels, rows.length).set(rows.map((row) => labelOf[from.labels[row]]));
    return { ...compactRows(workspace, from, rows, encoding, slots), labels };
  };
  const training = pack(table, parted.training, classes.labelOf);
  const aside = validationRowsOf(table, parted.validation, classes, settings, context);
  const validation = aside && {
    ...pack(aside.table, aside.rows, aside.labelOf),
    weight: aside.rows.reduce((sum, row) => sum + labelWeights[aside.labelOf[aside.table.labels[row]]], 0),
  };
  const inputs = takeInputs(workspace, plan.widths[0], batchRows);
  const drawn = drawNetwork(plan, new Random(context.seed).fork(STREAM.weights));
  const placed = placeNetwork(workspace, plan, drawn, inputs);
  const loss = plan.widths[plan.widths.length - 1] === 1 ? LOSS.logistic : LOSS.softmax;
  const parts = { network: placed, inputs, training, loss, labelWeights, optimiser: optimiserOf(settings) };
  const trainer = new NetworkTrainer(workspace, parts);
  return { workspace, settings, batchRows, plan, placed, trainer, training, validation };
}

/** Rows of a batch. */
function batchRowsOf(batchSize: number, rows: number): number {
  let automatic: number = AUTOMATIC.least;
  while (automatic < AUTOMATIC.most && automatic * 2 * AUTOMATIC.steps <= rows) automatic *= 2;
  return Math.min(batchSize === 0 ? automatic : batchSize, rows);
}

function optimiserOf({ optimiser, learningRate, momentum, l2 }: Settings): Optimiser {
  return { kind: optimiser, learningRate, first: momentum, second: 0.999, epsilon: 1e-8, l2 };
}

/** Rows to stop early on, and the label of each of their table's classes; none where nothing is stopped early. */
function validationRowsOf(
  table: LabelledTable,
  aside: Int32Array,
  { labelOf }: ActiveClasses,
  settings: Settings,
  context: FitContext,
): { table: LabelledTable; rows: Int32Array; labelOf: Int32Array } | undefined {
  const given = context.validation;
  if (settings.earlyStopping === 0) return undefined;
  if (!given) return aside.length > 0 ? { table, rows: aside, labelOf } : undefined;
  const labelOfGiven = Int32Array.from(given.classes, (name) => labelOf[table.classes.indexOf(name)] ?? -1);
  const all = Int32Array.from({ length: given.rowCount }, (_, row) => row);
  const rows = all.filter((row) => labelOfGiven[given.labels[row]] >= 0);
  if (rows.length > 0) return { table: given, rows, labelOf: labelOfGiven };
  throw new OrbweaverError(
    "training-data",
    "the validation table has no row of a class that the training table has",
  );
}

interface Run {
  network: Network;
  /** Epochs kept. */
  kept: number;
  metrics: Record<string, number>;
}

async function learn(prepared: Prepared, context: FitContext): Promise<Run> {
  const { workspace, settings, placed, trainer, validation } = prepared;
  const seeds = new Random(context.seed);
  const [orders, dropouts] = [seeds.fork(STREAM.order), seeds.fork(STREAM.dropout)];
  const weights = floatsAt(workspace, placed.parameters, placed.parameterCount);
  let best = { kept: 0, loss: Number.POSITIVE_INFINITY, weights: weights.slice(), metrics: {} };
  for (let epoch = 1; epoch <= settings.epochs; epoch++) {
    orders.shuffle(trainer.order);
    const trainingLogLoss = await learnEpoch(prepared, epoch, dropouts.uint32(), context);
    requireFinite(trainingLogLoss, epoch);
    const metrics: Record<string, number> = { trainingLogLoss };
    if (validation) metrics["validationLogLoss"] = trainer.judge(validation) / validation.weight;
    const loss = metrics["validationLogLoss"] ?? Number.NEGATIVE_INFINITY;
    if (!validation || loss < best.loss) {
      best = { kept: epoch, loss, weights: validation ? weights.slice() : best.weights, metrics };
    }
    await context.onProgress?.({ done: epoch, total: settings.epochs, metrics });
    if (validation && epoch - best.kept >= settings.earlyStopping) break;
  }
  if (validation) weights.set(best.weights);
  requireFinite(weights.every(Number.isFinite) ? best.kept : Number.NaN, best.kept);
  return { network: readNetwork(workspace, placed), kept: best.kept, metrics: best.metrics };
}

/** Mean loss of the epoch's batches, each before its step. */
async function learnEpoch(
  { trainer, training, settings, batchRows, plan }: Prepared,
  epoch: number,
  dropoutSeed: number,
  context: FitContext,
): Promise<number> {
  const breathRows = Math.ceil(BREATH_PRODUCTS / parameterCountOf(plan.widths));
  let sum = 0;
  let told = 0;
  for (let place = 0; place < training.count; place += batchRows) {
    heedCancel(context, () => `${epoch - 1} epochs`);
    if (place - told >= breathRows) {
      told = place;
      const metrics = { trainingLogLoss: sum / place };
      await context.onProgress?.({ done: epoch - 1, total: settings.epochs, metrics });
    }
    sum += trainer.learn(place, Math.min(batchRows, training.count - place), dropoutSeed);
  }
  return sum / training.count;
}

function requireFinite(figure: number, epoch: number): void {
  if (Number.isFinite(figure)) return;
  throw new OrbweaverError("training-data", `the training left the range of numbers in epoch ${epoch}`, {
    hint: "Take shorter steps with a smaller learningRate, or another scaling, such as standard.",
  });
}

function modelOf(
  manifest: ModelManifest,
  network: Network,
  { table, parted, encoding, active }: Rows & { active: Int32Array },
  seed: number,
): NetworkModel {
  const { columns } = table.schema;
  const reference = usualRow(table, parted.training);
  const parts = { encoding, network, activeClasses: active, reference };
  const bare = new NetworkModel(manifest, { ...parts, importance: new Float64Array(columns.length) });
  const said = (rows: Float64Array, count: number): Float64Array => {
    const out = new Float64Array(count * active.length);
    bare.rawScores(rows, count, out);
    turnToShares(out, active.length);
    return out;
  };
  const drawn = new Random(seed).fork(STREAM.importance).uint32();
  const importance = shuffledImportance(table, parted.training, said, drawn);
  return new NetworkModel(manifest, { ...parts, importance });
}

/** Raw scores to probabilities in place, with the same bits on every machine. */
function turnToShares(raw: Float64Array, outputs: number): void {
  for (let at = 0; at < raw.length; at += outputs) {
    const scores = raw.subarray(at, at + outputs);
    // Two raw scores are a log-odds and its negative: half the difference of what a softmax takes.
    const factor = outputs === 2 ? 0.5 : 1;
    const largest = scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (let index = 0; index < outputs; index++) {
      scores[index] = exactExp(factor * (scores[index] - largest));
      sum += scores[index];
    }
    for (let index = 0; index < outputs; index++) scores[index] /= sum;
  }
}
