// An isolation forest (Liu, Ting and Zhou 2008) over benign rows: docs/reference/trees.md says how it grows and scores.
//
// Guarantees: the same table, parameters and seed give the same model, bit for bit, for any order of the columns.

import { Random } from "../../base/random.ts";
import { requireSameSchema } from "../../feature/schema.ts";
import type { LabelledTable } from "../../feature/table.ts";
import { AnomalyScale } from "../../model/anomaly.ts";
import type { Model, ModelManifest } from "../../model/contract.ts";
import {
  averagePath,
  DRAWN_ROWS_MAX,
  ISOLATION_FOREST_FORMAT_VERSION,
  ISOLATION_FOREST_KIND,
  type IsolationForest,
  IsolationForestModel,
} from "../../model/kinds/isolation-forest.ts";
import { LeafSums } from "../../model/leaf-sums.ts";
import { EnsembleBuilder, LEAF } from "../../model/trees.ts";
import { benignRowsOf } from "../benign.ts";
import { requireFeatures } from "../check.ts";
import type { FitContext, Learner, ParameterSpecification, ParameterValues } from "../contract.ts";
import { growIsolationTree, type IsolationTable } from "../forest/isolate.ts";
import { trees } from "../forest/parameters.ts";
import { completeParameters } from "../parameters.ts";
import { heedCancel, manifestOf } from "../training.ts";

const PARAMETERS: readonly ParameterSpecification[] = [
  trees(100),
  {
    name: "drawnRows",
    type: "integer",
    default: 256,
    minimum: 2,
    maximum: DRAWN_ROWS_MAX,
    description: "Rows that each tree is grown from, drawn without replacement; all where there are fewer",
    search: { values: [64, 256, 1024] },
  },
  {
    name: "contamination",
    type: "number",
    default: 0.01,
    minimum: 1e-6,
    maximum: 0.5,
    description: "Share of benign rows whose probability of being an anomaly is 0.5 or more",
  },
];

/** Rows that scores are judged by, at most: every so many-th. */
const JUDGED_ROWS = 16_384;

/** Streams of the seed. */
const STREAM = { trees: 1 } as const;

export const isolationForest: Learner = {
  id: "isolation-forest",
  task: "anomaly",
  description: "Isolation forest: rows that random questions soon leave alone are anomalies",
  parameters: PARAMETERS,
  fit: fitIsolationForest,
};

async function fitIsolationForest(
  table: LabelledTable,
  given: ParameterValues,
  context: FitContext,
): Promise<Model> {
  const parameters = completeParameters(PARAMETERS, given);
  const { rows, classes } = benignRowsOf(table, context);
  if (context.validation) requireSameSchema(table.schema, context.validation.schema, "the validation table");
  const forest = await growTrees(table, rows, parameters, context);
  const scores = scoresOf(forest, table, rows);
  const manifest: ModelManifest = manifestOf(table, context, {
    kind: ISOLATION_FOREST_KIND,
    formatVersion: ISOLATION_FOREST_FORMAT_VERSION,
    title: "Isolation forest",
    learner: "isolation-forest",
    parameters,
    trainingRows: rows.length,
    validationRows: 0,
    classCounts: [rows.length, 0],
    iterations: forest.treeCount,
    metrics: { nodes: forest.feature.length, judgedRows: scores.length },
    anomaly: { classes },
  });
  const anomaly = AnomalyScale.fit(scores, Number(parameters["contamination"]));
  return new IsolationForestModel(manifest, forest, anomaly);
}

async function growTrees(
  table: LabelledTable,
  rows: Int32Array,
  parameters: ParameterValues,
  context: FitContext,
): Promise<IsolationForest> {
  const total = Number(parameters["trees"]);
  const drawnRows = Math.max(2, Math.min(Number(parameters["drawnRows"]), rows.length));
  const maxDepth = Math.max(1, 32 - Math.clz32(drawnRows - 1));
  const random = new Random(context.seed).fork(STREAM.trees);
  const isolation = tableOf(table);
  const builder = new EnsembleBuilder(Int32Array.of(0, 1), Float64Array.of(0));
  const order = rows.slice();
  let asks = false;
  for (let tree = 0; tree < total; tree++) {
    heedCancel(context, () => `${tree} trees`);
    const root = growIsolationTree(isolation, drawRows(order, drawnRows, random), maxDepth, random);
    asks ||= root.feature !== LEAF;
    builder.add(root);
    await context.onProgress?.({ done: tree + 1, total, metrics: {} });
  }
  requireFeatures(asks ? 1 : 0);
  return forestOf(builder, drawnRows);
}

function tableOf({ schema, values }: LabelledTable): IsolationTable {
  const { columns } = schema;
  const byName = [...columns.keys()].sort((a, b) => (columns[a].name < columns[b].name ? -1 : 1));
  return { columns, values, byName };
}

/** Different rows, drawn by moving them to the front of the list. */
function drawRows(order: Int32Array, count: number, random: Random): Int32Array {
  const taken = Math.min(count, order.length);
  for (let index = 0; index < taken; index++) {
    const other = random.integer(index, order.length - 1);
    [order[index], order[other]] = [order[other], order[index]];
  }
  return order.slice(0, taken);
}

/** Leaves' depths and what would come after them, each length held once. */
function forestOf(builder: EnsembleBuilder, drawnRows: number): IsolationForest {
  const { treeCount } = builder.ensemble;
  const { roots, feature, flags, threshold, right, cover, sets, value } = builder.finish(treeCount);
  const rest = new Map<number, number>();
  const numbers = new Map<number, number>();
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] !== LEAF) continue;
    const rows = cover[node];
    if (!rest.has(rows)) rest.set(rows, averagePath(rows));
    const path = value[node] + (rest.get(rows) ?? 0);
    if (!numbers.has(path)) numbers.set(path, numbers.size);
    right[node] = numbers.get(path) ?? 0;
  }
  const paths = Float64Array.from(numbers.keys());
  return { treeCount, roots, feature, flags, threshold, right, cover, sets, paths, drawnRows };
}

/** Scores of the rows, or of every so many-th of them. */
function scoresOf(forest: IsolationForest, table: LabelledTable, rows: Int32Array): Float64Array {
  const step = Math.ceil(rows.length / JUDGED_ROWS);
  const judged = rows.filter((_, index) => index % step === 0);
  const values = table.values.map((column) => Float64Array.from(judged, (row) => column[row]));
  const unit = averagePath(forest.drawnRows) * forest.treeCount;
  const scores = new Float64Array(judged.length);
  new LeafSums(forest, table.schema.columns, forest.paths, 1).sumColumns(values, judged.length, scores, {
    writeSums: (sums, count, first, out) => {
      for (let row = 0; row < count; row++) out[first + row] = -sums[row] / unit;
    },
  });
  return scores;
}
