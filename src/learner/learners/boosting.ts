// The learner "boosting": gradient-boosted trees over histograms (Friedman 2001; LightGBM, Ke et al. 2017).
//
// Guarantees: the same table, parameters and seed give the same model, bit for bit, for any number of threads and any
// order of the columns. See docs/reference/boosting.md for the method, its sources and what each parameter does.

import { exactLog } from "../../base/elementary.ts";
import { OrbweaverError } from "../../base/errors.ts";
import { Random } from "../../base/random.ts";
import { requireSameSchema } from "../../feature/schema.ts";
import type { LabelledTable } from "../../feature/table.ts";
import type { Model } from "../../model/contract.ts";
import { BOOSTING_FORMAT_VERSION, BOOSTING_KIND, BoostingModel } from "../../model/kinds/boosting.ts";
import { EnsembleBuilder, LEAF } from "../../model/trees.ts";
import { binColumns } from "../bins.ts";
import { type Dataset, packDataset } from "../boosting/dataset.ts";
import { Gradients } from "../boosting/gradients.ts";
import { type GrowthRules, TreeGrower } from "../boosting/grow.ts";
import { BOOSTING_KERNELS, type BoostingWorkspace } from "../boosting/kernels.ts";
import { ValidationRows } from "../boosting/validation.ts";
import { checkTrainingTable, requireFeatures } from "../check.ts";
import type { FitContext, Learner, ParameterSpecification, ParameterValues } from "../contract.ts";
import { completeParameters } from "../parameters.ts";
import {
  activeClassesOf,
  classWeightsOf,
  heedCancel,
  manifestOf,
  type Parted,
  partStratified,
} from "../training.ts";
import { Workspace } from "../workspace.ts";

const PARAMETERS: readonly ParameterSpecification[] = [
  {
    name: "iterations",
    type: "integer",
    default: 200,
    minimum: 1,
    maximum: 10_000,
    description: "Rounds of boosting; with early stopping the most there may be",
  },
  {
    name: "learningRate",
    type: "number",
    default: 0.1,
    minimum: 1e-4,
    maximum: 1,
    description: "Share of each tree's step that is taken",
    search: { low: 0.03, high: 0.3, scale: "log" },
  },
  {
    name: "maxLeaves",
    type: "integer",
    default: 31,
    minimum: 2,
    maximum: 1_024,
    description: "Most leaves of a tree",
    search: { values: [15, 31, 63] },
  },
  {
    name: "maxDepth",
    type: "integer",
    default: 0,
    minimum: 0,
    maximum: 64,
    description: "Most questions on the way to a leaf; 0 for any number",
  },
  {
    name: "minLeafRows",
    type: "integer",
    default: 20,
    minimum: 1,
    maximum: 1_000_000,
    description: "Fewest training rows in a leaf",
  },
  {
    name: "minLeafHessian",
    type: "number",
    default: 1e-3,
    minimum: 1e-9,
    maximum: 1e6,
    description: "Smallest sum of second derivatives in a leaf",
  },
  {
    name: "l2",
    type: "number",
    default: 1,
    minimum: 0,
    maximum: 1e6,
    description: "L2 penalty on the values of leaves",
    search: { low: 0.1, high: 10, scale: "log" },
  },
  {
    name: "minGain",
    type: "number",
    default: 0,
    minimum: 0,
    maximum: 1e6,
    description: "Gain that a split must exceed",
  },
  {
    name: "maxStep",
    type: "number",
    default: 4,
    minimum: 0,
    maximum: 1e6,
    description: "Largest value of a leaf before the learning rate; 0 for no limit",
  },
  {
    name: "maxBins",
    type: "integer",
    default: 255,
    minimum: 2,
    maximum: 255,
    description: "Most bins of a column, beside the one for missing values",
  },
  {
    name: "categorySmoothing",
    type: "number",
    default: 10,
    minimum: 0,
    maximum: 1e6,
    description:
      "Rows below which a category is not told apart in a split, and by which its mean is drawn to zero",
  },
  {
    name: "categoryL2",
    type: "number",
    default: 0,
    minimum: 0,
    maximum: 1e6,
    description: "L2 penalty added in splits by category",
  },
  {
    name: "maxCategories",
    type: "integer",
    default: 64,
    minimum: 1,
    maximum: 256,
    description: "Most categories that a split names on one side",
  },
  {
    name: "rowShare",
    type: "number",
    default: 1,
    minimum: 0.01,
    maximum: 1,
    description: "Share of the rows drawn anew for each round",
  },
  {
    name: "columnShare",
    type: "number",
    default: 1,
    minimum: 0.01,
    maximum: 1,
    description: "Share of the columns drawn anew for each tree",
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
    default: 10,
    minimum: 0,
    maximum: 1_000,
    description: "Rounds without a better validation loss after which to stop; 0 never stops early",
  },
  {
    name: "validationShare",
    type: "number",
    default: 0.1,
    minimum: 0.01,
    maximum: 0.5,
    description: "Share of each class kept aside for early stopping, unless a validation table is given",
  },
];

/** Parameters with their types. */
interface Settings {
  iterations: number;
  maxBins: number;
  rowShare: number;
  columnShare: number;
  balance: string;
  earlyStopping: number;
  validationShare: number;
  rules: GrowthRules;
}

/** Values of a table below which threads would cost more than they bring. */
const PARALLEL_CELLS = 500_000;

/** Streams of the seed. */
const STREAM = { validation: 1, sample: 2, rows: 3, columns: 4 } as const;

export const boosting: Learner = {
  id: "boosting",
  task: "classification",
  description:
    "Gradient-boosted trees over histograms: numeric and categorical columns, missing values, any classes",
  parameters: PARAMETERS,
  fit: fitBoosting,
};

async function fitBoosting(
  table: LabelledTable,
  given: ParameterValues,
  context: FitContext,
): Promise<Model> {
  const parameters = completeParameters(PARAMETERS, given);
  const settings = settingsOf(parameters);
  const classCounts = checkTrainingTable(table);
  if (context.validation) requireSameSchema(table.schema, context.validation.schema, "the validation table");
  const parted = partRows(table, settings, context);
  const classes = activeClassesOf(table, parted.training);
  const classWeights = classWeightsOf(table, settings.balance === "balanced", context, classes);
  const baseline = baselineOf(classes.counts, classWeights);
  const worthwhile = parted.training.length * table.schema.columns.length >= PARALLEL_CELLS;
  const workspace = new Workspace(BOOSTING_KERNELS, worthwhile ? context.parallel : undefined);
  try {
    const dataset = packTable(workspace, table, parted.training, classes.labelOf, settings, context.seed);
    const aside = { table, parted, labelOf: classes.labelOf, classWeights, baseline };
    const validation = validationRowsOf(workspace, aside, context, settings);
    const run = await boost(dataset, classes.active, classWeights, baseline, validation, settings, context);
    const manifest = manifestOf(table, context, {
      kind: BOOSTING_KIND,
      formatVersion: BOOSTING_FORMAT_VERSION,
      title: "Boosted trees",
      learner: "boosting",
      parameters,
      trainingRows: parted.training.length,
      validationRows: validation?.count ?? 0,
      classCounts,
      iterations: run.kept,
      metrics: run.metrics,
    });
    return new BoostingModel(manifest, run.builder.finish(run.kept * baseline.length));
  } finally {
    await workspace.close();
  }
}

function settingsOf(parameters: ParameterValues): Settings {
  const values = parameters as unknown as Settings & GrowthRules;
  const maxStep = values.maxStep === 0 ? Number.POSITIVE_INFINITY : values.maxStep;
  return { ...values, rules: { ...values, maxStep } };
}

function partRows(table: LabelledTable, settings: Settings, context: FitContext): Parted {
  const { labels, rowCount, classes } = table;
  const own = settings.earlyStopping > 0 && !context.validation;
  const seed = new Random(context.seed).fork(STREAM.validation).uint32();
  const share = own ? settings.validationShare : 0;
  return partStratified(labels, rowCount, classes.length, share, seed);
}

/** Log-odds, or centred logarithms, of the weighted class shares. */
function baselineOf(counts: readonly number[], classWeights: Float64Array): Float64Array {
  const logarithms = Float64Array.from(counts, (count, label) => exactLog(count * classWeights[label]));
  if (logarithms.length === 2) return Float64Array.of(logarithms[1] - logarithms[0]);
  const mean = logarithms.reduce((sum, value) => sum + value, 0) / logarithms.length;
  return logarithms.map((value) => value - mean);
}

function packTable(
  workspace: BoostingWorkspace,
  table: LabelledTable,
  rows: Int32Array,
  labelOf: Int32Array,
  settings: Settings,
  seed: number,
): Dataset {
  const { columns } = table.schema;
  const sampleSeed = new Random(seed).fork(STREAM.sample).uint32();
  const features = binColumns(
    workspace,
    { columns, values: table.values, rows },
    settings.maxBins,
    sampleSeed,
  );
  requireFeatures(features.length);
  const names = columns.map((column) => column.name);
  const labels = Int32Array.from(rows, (row) => labelOf[table.labels[row]]);
  return packDataset(workspace, features, names, labels);
}

/** What rows kept aside are weighed with. */
interface Aside {
  table: LabelledTable;
  parted: Parted;
  labelOf: Int32Array;
  classWeights: Float64Array;
  baseline: Float64Array;
}

function validationRowsOf(
  workspace: BoostingWorkspace,
  aside: Aside,
  context: FitContext,
  settings: Settings,
): ValidationRows | undefined {
  const { table, parted, labelOf, classWeights, baseline } = aside;
  const given = context.validation;
  if (settings.earlyStopping === 0) return undefined;
  if (!given) {
    if (parted.validation.length === 0) return undefined;
    return new ValidationRows(workspace, table, parted.validation, labelOf, classWeights, baseline);
  }
  const labelOfGiven = Int32Array.from(given.classes, (name) => labelOf[table.classes.indexOf(name)] ?? -1);
  const rows = Int32Array.from({ length: given.rowCount }, (_, row) => row);
  const validation = new ValidationRows(workspace, given, rows, labelOfGiven, classWeights, baseline);
  if (validation.count > 0) return validation;
  throw new OrbweaverError(
    "training-data",
    "the validation table has no row of a class that the training table has",
  );
}

interface Run {
  builder: EnsembleBuilder;
  /** Rounds kept. */
  kept: number;
  metrics: Record<string, number>;
}

async function boost(
  dataset: Dataset,
  active: Int32Array,
  classWeights: Float64Array,
  baseline: Float64Array,
  validation: ValidationRows | undefined,
  settings: Settings,
  context: FitContext,
): Promise<Run> {
  const builder = new EnsembleBuilder(active, baseline);
  const gradients = new Gradients(dataset, classWeights, baseline);
  const grower = new TreeGrower(dataset, settings.rules);
  const draw = drawsOf(dataset, settings, context.seed);
  let best: Run = { builder, kept: 0, metrics: {} };
  let bestLoss = Number.POSITIVE_INFINITY;
  for (let round = 1; round <= settings.iterations; round++) {
    heedCancel(context, () => `${round - 1} rounds`);
    const first = builder.ensemble.treeCount;
    if (draw.rows) gradients.weigh(draw.rows());
    gradients.startRound();
    let grown = false;
    for (let output = 0; output < baseline.length; output++) {
      const tree = grower.grow(gradients, output, draw.columns());
      builder.add(tree);
      grown ||= tree.feature !== LEAF;
    }
    const metrics: Record<string, number> = { trainingLogLoss: gradients.loss() };
    if (validation) metrics["validationLogLoss"] = validation.add(builder.ensemble, first);
    const loss = validation ? metrics["validationLogLoss"] : Number.NEGATIVE_INFINITY;
    if (!validation || loss < bestLoss) {
      best = { builder, kept: round, metrics };
      bestLoss = loss;
    }
    await context.onProgress?.({ done: round, total: settings.iterations, metrics });
    const stalled = validation !== undefined && round - best.kept >= settings.earlyStopping;
    if (stalled || (!grown && settings.rowShare === 1 && settings.columnShare === 1)) break;
  }
  return best;
}

/** Seeded draws of rows and columns; everything when the shares are 1. */
function drawsOf(dataset: Dataset, settings: Settings, seed: number) {
  const rowRandom = new Random(seed).fork(STREAM.rows);
  const columnRandom = new Random(seed).fork(STREAM.columns);
  const order = dataset.byName;
  const columnCount = Math.max(1, Math.round(order.length * settings.columnShare));
  const rows = (): Uint32Array => dataset.counts.map((count) => drawn(rowRandom, count, settings.rowShare));
  const columns = (): number[] => {
    if (columnCount === order.length) return order;
    const chosen = new Set(columnRandom.shuffle([...order.keys()]).slice(0, columnCount));
    return order.filter((_, index) => chosen.has(index));
  };
  return { rows: settings.rowShare < 1 ? rows : undefined, columns };
}

/** How many of `count` equal rows a draw of the given share takes. */
function drawn(random: Random, count: number, share: number): number {
  let taken = 0;
  for (let index = 0; index < count; index++) if (random.uniform() < share) taken++;
  return taken;
}
