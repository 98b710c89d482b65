// The learner "autoencoder": an ensemble of small autoencoders for anomalies, as KitNET has it (Mirsky et al. 2018).
//
// Guarantees: the same table, parameters and seed give the same model, bit for bit, for any number of threads and any
// order of the columns. See docs/reference/networks.md for the method, its sources and what each parameter does.

import { OrbweaverError } from "../../base/errors.ts";
import { Random } from "../../base/random.ts";
import { requireSameSchema } from "../../feature/schema.ts";
import type { LabelledTable } from "../../feature/table.ts";
import { AnomalyScale } from "../../model/anomaly.ts";
import type { Model, ModelManifest } from "../../model/contract.ts";
import type { Encoding } from "../../model/encoder.ts";
import {
  AUTOENCODER_FORMAT_VERSION,
  AUTOENCODER_KIND,
  AutoencoderModel,
  type AutoencoderParts,
  COMBINATION,
  scaledError,
} from "../../model/kinds/autoencoder.ts";
import { ACTIVATION, type Network, slotsOf } from "../../model/network.ts";
import { benignRowsOf, keepAside } from "../benign.ts";
import type { FitContext, Learner, ParameterSpecification, ParameterValues } from "../contract.ts";
import { encodeRows, encodingParameters, fitEncoding, type Scaling } from "../encoding.ts";
import { AutoencoderTrainer, plainRows, productsOf } from "../network/autoencoders.ts";
import { clusterInputs, clusterRows } from "../network/clusters.ts";
import { shuffledImportance } from "../network/importance.ts";
import { floatsAt, NETWORK_KERNELS, type NetworkWorkspace } from "../network/kernels.ts";
import type { Plan } from "../network/layers.ts";
import { usualRow } from "../network/reference.ts";
import { type CompactRows, compactRows } from "../network/rows.ts";
import { scratchBytes } from "../network/trainer.ts";
import { completeParameters } from "../parameters.ts";
import { heedCancel, manifestOf } from "../training.ts";
import { Workspace } from "../workspace.ts";

const PARAMETERS: readonly ParameterSpecification[] = [
  {
    name: "groupInputs",
    type: "integer",
    default: 10,
    minimum: 1,
    maximum: 256,
    description: "Most inputs of one autoencoder of the ensemble",
    search: { values: [5, 10, 20] },
  },
  {
    name: "hiddenShare",
    type: "number",
    default: 0.75,
    minimum: 0.05,
    maximum: 1,
    description: "Hidden units of an autoencoder for each of its inputs, rounded up",
    search: { values: [0.3, 0.5, 0.75] },
  },
  {
    name: "combine",
    type: "choice",
    default: "surprise",
    choices: ["surprise", "autoencoder"],
    description:
      "How errors become one: by how unusual each of them is, or by one more autoencoder as in KitNET",
  },
  {
    name: "epochs",
    type: "integer",
    default: 20,
    minimum: 1,
    maximum: 10_000,
    description:
      "Passes over the training rows, of the ensemble and then of the autoencoder of its errors where there is one",
  },
  {
    name: "batchSize",
    type: "integer",
    default: 64,
    minimum: 1,
    maximum: 8_192,
    description: "Rows from which each step is taken",
  },
  {
    name: "learningRate",
    type: "number",
    default: 3e-3,
    minimum: 1e-7,
    maximum: 10,
    description: "Length of a step (Adam)",
  },
  {
    name: "contamination",
    type: "number",
    default: 0.01,
    minimum: 1e-6,
    maximum: 0.5,
    description: "Share of benign rows whose probability of being an anomaly is 0.5 or more",
  },
  {
    name: "asideShare",
    type: "number",
    default: 0.1,
    minimum: 0.01,
    maximum: 0.5,
    description: "Share of the benign rows kept aside, from whose scores probabilities are made",
  },
  ...encodingParameters("log"),
];

/** Parameters with their types. */
interface Settings {
  groupInputs: number;
  hiddenShare: number;
  combine: keyof typeof COMBINATION;
  epochs: number;
  batchSize: number;
  learningRate: number;
  contamination: number;
  asideShare: number;
  scaling: Scaling;
}

/** Products of an epoch below which threads would cost more than they bring. */
const PARALLEL_PRODUCTS = 50_000_000;
/** Products between two looks at whether to go on: well under a second. */
const BREATH_PRODUCTS = 500_000_000;
/** Fewest rows kept aside that tell more than those learnt from. */
const ASIDE_ROWS = 20;
/** Smallest deviation of a group's errors: numbers of 32 bits are not more exact. */
const LEAST_DEVIATION = 1e-6;
/** Rows whose errors are told after every epoch, at most. */
const TOLD_ROWS = 4_096;

/** Streams of the seed. */
const STREAM = { aside: 1, weights: 2, order: 3, importance: 4 } as const;

export const autoencoder: Learner = {
  id: "autoencoder",
  task: "anomaly",
  description: "Ensemble of small autoencoders (KitNET): what benign rows do not look like",
  parameters: PARAMETERS,
  fit: fitAutoencoder,
};

async function fitAutoencoder(
  table: LabelledTable,
  given: ParameterValues,
  context: FitContext,
): Promise<Model> {
  const parameters = completeParameters(PARAMETERS, given);
  const settings = parameters as unknown as Settings;
  const { rows, classes } = benignRowsOf(table, context);
  if (context.validation) requireSameSchema(table.schema, context.validation.schema, "the validation table");
  const stream = (name: keyof typeof STREAM) => new Random(context.seed).fork(STREAM[name]);
  const { training, aside } = keepAside(rows, settings.asideShare, stream("aside").uint32());
  const encoding = fitEncoding(table, training, { scaling: settings.scaling });
  const groups = groupsOf(table, training, encoding, settings.groupInputs);
  const plans = groups.map((inputs) => planOf(inputs.length, settings));
  const isLarge = training.length * productsOf(plans) >= PARALLEL_PRODUCTS;
  const workspace = new Workspace(NETWORK_KERNELS, isLarge ? context.parallel : undefined);
  try {
    const learnt = await learn(workspace, { table, training, encoding, groups, plans, settings }, context);
    const manifest = manifestOf(table, context, {
      kind: AUTOENCODER_KIND,
      formatVersion: AUTOENCODER_FORMAT_VERSION,
      title: "Ensemble of autoencoders",
      learner: "autoencoder",
      parameters,
      trainingRows: training.length,
      validationRows: aside.length,
      classCounts: [rows.length, 0],
      iterations: settings.epochs,
      metrics: { ...learnt.metrics, autoencoders: groups.length },
      anomaly: { classes },
    });
    const bare = {
      ...learnt.parts,
      encoding,
      inputs: Int32Array.from(groups.flatMap((inputs) => [...inputs])),
      reference: usualRow(table, training),
      importance: new Float64Array(table.schema.columns.length),
    };
    const judged = judgedRows(table, training, aside, context);
    return completed(manifest, bare, table, training, judged, settings.contamination, context.seed);
  } finally {
    await workspace.close();
  }
}

/** Groups of inputs that go together in the training rows. */
function groupsOf(
  table: LabelledTable,
  training: Int32Array,
  encoding: Encoding,
  most: number,
): Int32Array[] {
  const width = encoding.columnOfInput.length;
  const step = Math.ceil(training.length / clusterRows(width));
  const looked = training.filter((_, index) => index % step === 0);
  return clusterInputs(encodeRows(table, looked, encoding), width, most);
}

/** One hidden layer of logistic units; outputs that are logistic too where all inputs lie between 0 and 1. */
function planOf(inputs: number, { hiddenShare, scaling }: Settings): Plan {
  return {
    widths: [inputs, Math.max(1, Math.ceil(inputs * hiddenShare)), inputs],
    hidden: ACTIVATION.logistic,
    output: scaling === "minmax" ? ACTIVATION.logistic : ACTIVATION.linear,
    initialisation: "glorot",
    dropout: 0,
    sparse: false,
  };
}

interface Task {
  table: LabelledTable;
  training: Int32Array;
  encoding: Encoding;
  groups: Int32Array[];
  plans: Plan[];
  settings: Settings;
}

interface Learnt {
  parts: Pick<AutoencoderParts, "combination" | "networks" | "lows" | "spans">;
  metrics: Record<string, number>;
}

async function learn(workspace: NetworkWorkspace, task: Task, context: FitContext): Promise<Learnt> {
  const { table, training, encoding, groups, plans, settings } = task;
  const batchRows = Math.min(settings.batchSize, training.length);
  const slots = slotsOf(groups, encoding.columnOfInput.length);
  workspace.takeScratch(scratchBytes(slots.width, batchRows));
  const rows = compactRows(workspace, table, training, encoding, slots.slotOf);
  const optimiser = {
    kind: "adam" as const,
    learningRate: settings.learningRate,
    first: 0.9,
    second: 0.999,
    epsilon: 1e-8,
    l2: 0,
  };
  const random = new Random(context.seed).fork(STREAM.weights);
  const order = new Random(context.seed).fork(STREAM.order);
  const shared = { batchRows, optimiser };
  const ensemble = new AutoencoderTrainer(
    workspace,
    { ...shared, rows, width: slots.width, starts: slots.starts, plans },
    random,
  );
  const errors = workspace.take(training.length * groups.length * 4);
  const total = settings.combine === "autoencoder" ? 2 * settings.epochs : settings.epochs;
  const progress = { workspace, errors, order, settings, context, total };
  const metrics = { groupError: await learnEpochs(ensemble, { ...progress, rows, plans, before: 0 }) };
  ensemble.judge(rows, errors);
  const found = floatsAt(workspace, errors, training.length * groups.length);
  const combination = COMBINATION[settings.combine];
  if (settings.combine === "surprise") {
    const parts = { combination, networks: finite(ensemble.networks), ...momentsOf(found, groups.length) };
    return { parts, metrics };
  }
  const scaling = scaleErrors(found, groups.length);
  const plan = planOf(groups.length, { ...settings, scaling: "minmax" });
  const errorRows = plainRows(workspace, errors, groups.length, training.length);
  const judge = new AutoencoderTrainer(
    workspace,
    { ...shared, rows: errorRows, width: groups.length, starts: [0], plans: [plan] },
    random,
  );
  const told = workspace.take(Math.min(training.length, TOLD_ROWS) * 4);
  const second = { ...progress, errors: told, rows: errorRows, plans: [plan], before: settings.epochs };
  const outputError = await learnEpochs(judge, second);
  const networks = finite([...ensemble.networks, ...judge.networks]);
  return { parts: { combination, networks, ...scaling }, metrics: { ...metrics, outputError } };
}

function finite(networks: Network[]): Network[] {
  requireFinite(networks.flat().every(({ weights }) => weights.every(Number.isFinite)));
  return networks;
}

/** Mean and deviation of each group's errors; of errors that are all alike a deviation that leaves what is unlike them visible. */
function momentsOf(errors: Float32Array, groups: number): { lows: Float64Array; spans: Float64Array } {
  const rows = errors.length / groups;
  const lows = new Float64Array(groups);
  const spans = new Float64Array(groups);
  for (let at = 0; at < errors.length; at++) lows[at % groups] += errors[at] / rows;
  for (let at = 0; at < errors.length; at++) {
    const distance = errors[at] - lows[at % groups];
    spans[at % groups] += (distance * distance) / rows;
  }
  return { lows, spans: spans.map((variance) => Math.max(Math.sqrt(variance), LEAST_DEVIATION)) };
}

interface Epochs {
  workspace: NetworkWorkspace;
  /** Room for the errors of the rows that are told of. */
  errors: number;
  order: Random;
  settings: Settings;
  context: FitContext;
  rows: CompactRows;
  plans: readonly Plan[];
  /** Epochs that were done before, and all that there will be. */
  before: number;
  total: number;
}

/** Learns all epochs; returns the mean error of the rows that are told of, after the last. */
async function learnEpochs(trainer: AutoencoderTrainer, epochs: Epochs): Promise<number> {
  const { workspace, errors, order, settings, context, rows, plans, before, total } = epochs;
  const told = { ...rows, count: Math.min(rows.count, TOLD_ROWS) };
  const breathRows = Math.ceil(BREATH_PRODUCTS / productsOf(plans));
  let error = Number.NaN;
  for (let epoch = 1; epoch <= settings.epochs; epoch++) {
    order.shuffle(trainer.order);
    for (let place = 0, breath = breathRows; place < rows.count; ) {
      heedCancel(context, () => `${before + epoch - 1} epochs`);
      if (place >= breath) {
        breath += breathRows;
        await context.onProgress?.({ done: before + epoch - 1, total, metrics: {} });
      }
      place += trainer.learn(place);
    }
    trainer.judge(told, errors);
    error = meanOf(floatsAt(workspace, errors, told.count * plans.length));
    requireFinite(Number.isFinite(error));
    const metrics: Record<string, number> = before === 0 ? { groupError: error } : { outputError: error };
    await context.onProgress?.({ done: before + epoch, total, metrics });
  }
  return error;
}

function meanOf(numbers: Float32Array): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum / numbers.length;
}

/** Brings each group's errors, in place, to 0 to 1 over the rows; returns what that takes. */
function scaleErrors(errors: Float32Array, groups: number): { lows: Float64Array; spans: Float64Array } {
  const lows = new Float64Array(groups).fill(Number.POSITIVE_INFINITY);
  const highs = new Float64Array(groups).fill(Number.NEGATIVE_INFINITY);
  for (let at = 0; at < errors.length; at++) {
    const group = at % groups;
    if (errors[at] < lows[group]) lows[group] = errors[at];
    if (errors[at] > highs[group]) highs[group] = errors[at];
  }
  // Errors that are all alike say nothing; a span of 1 leaves what is unlike them visible.
  const spans = highs.map((high, group) => (high > lows[group] ? high - lows[group] : 1));
  for (let at = 0; at < errors.length; at++) {
    const group = at % groups;
    errors[at] = scaledError(errors[at], lows[group], spans[group]);
  }
  return { lows, spans };
}

/** Rows whose scores make the scale: those of a validation table, those kept aside, or where they are few those learnt from. */
function judgedRows(
  table: LabelledTable,
  training: Int32Array,
  aside: Int32Array,
  context: FitContext,
): { table: LabelledTable; rows: Int32Array } {
  if (context.validation) {
    const { rows } = benignRowsOf(context.validation, context);
    if (rows.length >= ASIDE_ROWS) return { table: context.validation, rows };
  }
  return { table, rows: aside.length >= ASIDE_ROWS ? aside : training };
}

/** The model with its scale and its importance. */
function completed(
  manifest: ModelManifest,
  bare: Omit<AutoencoderParts, "scale">,
  table: LabelledTable,
  training: Int32Array,
  judged: { table: LabelledTable; rows: Int32Array },
  contamination: number,
  seed: number,
): AutoencoderModel {
  const passing = AnomalyScale.fit(Float64Array.of(0), contamination);
  const scores = scoresOf(new AutoencoderModel(manifest, { ...bare, scale: passing }), judged);
  const parts = { ...bare, scale: AnomalyScale.fit(scores, contamination) };
  const model = new AutoencoderModel(manifest, parts);
  const said = (rows: Float64Array, count: number): Float64Array => {
    const out = new Float64Array(count);
    model.rawScores(rows, count, out);
    return out.map((score) => parts.scale.probability(score));
  };
  const drawn = new Random(seed).fork(STREAM.importance).uint32();
  return new AutoencoderModel(manifest, {
    ...parts,
    importance: shuffledImportance(table, training, said, drawn),
  });
}

/** Scores of rows of a table. */
function scoresOf(model: AutoencoderModel, { table, rows }: { table: LabelledTable; rows: Int32Array }) {
  const width = table.schema.columns.length;
  const block = new Float64Array(1_024 * width);
  const scores = new Float64Array(rows.length);
  for (let start = 0; start < rows.length; start += 1_024) {
    const count = Math.min(1_024, rows.length - start);
    for (let column = 0; column < width; column++) {
      const values = table.values[column];
      for (let row = 0; row < count; row++) block[row * width + column] = values[rows[start + row]];
    }
    model.rawScores(block, count, scores.subarray(start));
  }
  return scores;
}

function requireFinite(holds: boolean): void {
  if (holds) return;
  throw new OrbweaverError("training-data", "the training left the range of numbers", {
    hint: "Take shorter steps with a smaller learningRate, or another scaling, such as minmax.",
  });
}
