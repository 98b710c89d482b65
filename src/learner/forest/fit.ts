// A fit of whole trees: what the learners tree, forest and extra-trees share.

import { Random } from "../../base/random.ts";
import { requireSameSchema } from "../../feature/schema.ts";
import type { LabelledTable } from "../../feature/table.ts";
import type { Model } from "../../model/contract.ts";
import { FOREST_FORMAT_VERSION, FOREST_KIND, type Forest, ForestModel } from "../../model/kinds/forest.ts";
import { binColumns } from "../bins.ts";
import { checkTrainingTable, requireFeatures } from "../check.ts";
import type { FitContext, ParameterSpecification, ParameterValues } from "../contract.ts";
import { completeParameters } from "../parameters.ts";
import { type ActiveClasses, activeClassesOf, classWeightsOf, heedCancel, manifestOf } from "../training.ts";
import { Workspace } from "../workspace.ts";
import { type ForestDataset, packForestDataset } from "./dataset.ts";
import { type ForestRules, type GrownForest, growForest } from "./grow.ts";
import { FOREST_KERNELS, type ForestWorkspace } from "./kernels.ts";
import { countColumns } from "./parameters.ts";

/** What one learner of trees is. */
export interface TreeLearner {
  id: string;
  title: string;
  parameters: readonly ParameterSpecification[];
  randomThresholds: boolean;
}

/** Every parameter there is; a learner without one has the value that leaves it out. */
interface Settings {
  trees: number;
  criterion: string;
  maxDepth: number;
  minLeafRows: number;
  minSplitRows: number;
  minImpurityDecrease: number;
  columnsPerSplit: string;
  bootstrap: boolean;
  rowShare: number;
  balance: string;
  maxBins: number;
  outOfBag: boolean;
}

const LEFT_OUT = { trees: 1, bootstrap: false, rowShare: 1, outOfBag: false } as const;

/** Values of a table below which threads would cost more than they bring. */
const PARALLEL_CELLS = 500_000;

/** Streams of the seed. */
const STREAM = { sample: 1, trees: 2 } as const;

export async function fitTrees(
  learner: TreeLearner,
  table: LabelledTable,
  given: ParameterValues,
  context: FitContext,
): Promise<Model> {
  const parameters = completeParameters(learner.parameters, given);
  const settings = { ...LEFT_OUT, ...parameters } as unknown as Settings;
  const classCounts = checkTrainingTable(table);
  if (context.validation) requireSameSchema(table.schema, context.validation.schema, "the validation table");
  heedCancel(context, () => "0 trees");
  const rows = new Int32Array(table.rowCount);
  for (let row = 0; row < rows.length; row++) rows[row] = row;
  const classes = activeClassesOf(table, rows);
  const classWeights = classWeightsOf(table, settings.balance === "balanced", context, classes);
  const worthwhile = table.rowCount * table.schema.columns.length >= PARALLEL_CELLS;
  const workspace = new Workspace(FOREST_KERNELS, worthwhile ? context.parallel : undefined);
  try {
    const dataset = packTable(workspace, table, rows, classes, settings.maxBins, context.seed);
    heedCancel(context, () => "0 trees");
    const rules = rulesOf(settings, dataset, classWeights, learner, context);
    const seed = new Random(context.seed).fork(STREAM.trees).uint32();
    const grown = await growForest(dataset, rules, seed, settings.outOfBag, (done, { nodes, depth }) => {
      heedCancel(context, () => `${done} trees`);
      return context.onProgress?.({ done, total: rules.trees, metrics: { nodes, depth } });
    });
    const manifest = manifestOf(table, context, {
      kind: FOREST_KIND,
      formatVersion: FOREST_FORMAT_VERSION,
      title: learner.title,
      learner: learner.id,
      parameters,
      trainingRows: table.rowCount,
      validationRows: 0,
      classCounts,
      iterations: rules.trees,
      metrics: metricsOf(grown),
    });
    return new ForestModel(manifest, forestOf(grown, dataset, classes.active, table.schema.columns.length));
  } finally {
    await workspace.close();
  }
}

function packTable(
  workspace: ForestWorkspace,
  table: LabelledTable,
  rows: Int32Array,
  { active, labelOf }: ActiveClasses,
  maxBins: number,
  seed: number,
): ForestDataset {
  const { columns } = table.schema;
  const sampleSeed = new Random(seed).fork(STREAM.sample).uint32();
  const byName = [...columns.keys()].sort((a, b) => (columns[a].name < columns[b].name ? -1 : 1));
  const ordered = {
    columns: byName.map((column) => columns[column]),
    values: byName.map((column) => table.values[column]),
    rows,
  };
  const features = binColumns(workspace, ordered, maxBins, sampleSeed);
  for (const feature of features) feature.column = byName[feature.column];
  requireFeatures(features.length);
  const labels = new Uint16Array(rows.length);
  for (let row = 0; row < labels.length; row++) labels[row] = labelOf[table.labels[row]];
  return packForestDataset(workspace, features, labels, active.length);
}

function rulesOf(
  settings: Settings,
  { columns, rowCount }: ForestDataset,
  classWeights: Float64Array,
  learner: TreeLearner,
  context: FitContext,
): ForestRules {
  return {
    trees: settings.trees,
    maxDepth: settings.maxDepth,
    minLeafRows: settings.minLeafRows,
    minSplitRows: settings.minSplitRows,
    columnsPerSplit: countColumns(settings.columnsPerSplit, columns.length),
    entropy: settings.criterion === "entropy",
    bootstrap: settings.bootstrap,
    drawnRows: Math.max(1, Math.round(rowCount * settings.rowShare)),
    randomThresholds: learner.randomThresholds,
    balanceTrees: settings.balance === "balanced-trees" && !context.classWeights,
    minImpurityDecrease: settings.minImpurityDecrease,
    classWeights,
  };
}

function metricsOf({ builder, outOfBag }: GrownForest): Record<string, number> {
  return {
    nodes: builder.nodes,
    depth: builder.depth,
    ...(outOfBag && { outOfBagAccuracy: outOfBag.accuracy, outOfBagRows: outOfBag.rows }),
  };
}

function forestOf(
  { builder }: GrownForest,
  { columns }: ForestDataset,
  activeClasses: Int32Array,
  columnCount: number,
): Forest {
  const importance = new Float64Array(columnCount);
  builder.importance(columns.length).forEach((share, index) => {
    importance[columns[index].column] = share;
  });
  return { ...builder.finish(), activeClasses, importance };
}
