// What a model of the same kind says of an attack that it never saw: each attack class is left out of the training rows in turn,
// the learner is fitted again as the model was, and the rows of the class that was left out are judged.

import { setImmediate } from "node:timers/promises";
import { OrbweaverError } from "../base/errors.ts";
import type { LeftOutClass } from "../evaluate/attack.ts";
import { atThreshold } from "../evaluate/curves.ts";
import { shareInterval } from "../evaluate/intervals.ts";
import { rankingOfAttacks } from "../evaluate/scored-rows.ts";
import type { LabelledTable } from "../feature/table.ts";
import type { FitContext } from "../learner/contract.ts";
import { LEARNERS } from "../learner/index.ts";
import { fitPipeline, type PipelineSpecification } from "../learner/pipeline.ts";
import { parseSelection } from "../learner/selection/steps.ts";
import type { Model, ModelManifest } from "../model/contract.ts";
import { workerPool } from "./worker-pool.ts";

export interface LeaveOneOutOptions {
  model: Model;
  training: LabelledTable;
  test: LabelledTable;
  isBenign: (name: string) => boolean;
  threshold: number;
  confidence: number;
  /** Classes to leave out in turn; every attack class of the training rows unless given. */
  classes?: readonly string[];
  signal?: AbortSignal;
  onClass?: (name: string, done: number, total: number) => void;
}

/** Throws `parameter-invalid` where nothing can be left out, `cancelled`, and what learners throw. */
export async function leaveOneAttackOut(options: LeaveOneOutOptions): Promise<LeftOutClass[]> {
  const { training, model } = options;
  const specification = specificationOf(model.manifest);
  const counts = training.classes.map(() => 0);
  for (const label of training.labels) counts[label]++;
  const attacks = training.classes.filter((name, index) => counts[index] > 0 && !options.isBenign(name));
  const wanted = options.classes ?? attacks;
  for (const name of wanted)
    if (!attacks.includes(name))
      throw new OrbweaverError(
        "parameter-invalid",
        `'${name}' is no attack class of the training rows; they have ${attacks.join(", ") || "none"}`,
      );
  if (attacks.length < 2)
    throw new OrbweaverError(
      "parameter-invalid",
      `the training rows have ${attacks.length === 1 ? `one attack class, '${attacks[0]}'` : "no attack class"}; leaving one out needs at least two`,
    );
  const found: LeftOutClass[] = [];
  for (const [done, name] of wanted.entries()) {
    options.onClass?.(name, done, wanted.length);
    found.push(await leftOut(name, specification, options));
  }
  return found;
}

/** How the model was fitted, as its manifest tells it. */
function specificationOf({ task, training }: ModelManifest): PipelineSpecification {
  if (task === "anomaly")
    throw new OrbweaverError(
      "parameter-invalid",
      "the model was trained on benign rows alone; it has seen no attack that could be left out",
    );
  const learner = LEARNERS.find(({ id }) => id === training.learner);
  if (learner === undefined)
    throw new OrbweaverError(
      "parameter-invalid",
      `the model was made by '${training.learner}', which is no learner here; it cannot be fitted again`,
    );
  const own = new Set(learner.parameters.map(({ name }) => name));
  const parameters = Object.fromEntries(
    Object.entries(training.parameters).filter(([name]) => own.has(name)),
  );
  const { select, calibrate } = training.parameters;
  return {
    learner,
    parameters,
    ...(typeof select === "string" && !own.has("select") ? { selection: parseSelection(select) } : {}),
    ...(typeof calibrate === "string" && !own.has("calibrate")
      ? { calibration: calibrate as PipelineSpecification["calibration"] }
      : {}),
  };
}

async function leftOut(
  name: string,
  specification: PipelineSpecification,
  { model, training, test, isBenign, threshold, confidence, signal }: LeaveOneOutOptions,
): Promise<LeftOutClass> {
  const context: FitContext = {
    seed: model.manifest.training.seed,
    parallel: workerPool(),
    benignClasses: training.classes.filter(isBenign),
    isCancelled: () => signal?.aborted ?? false,
    onProgress: async () => {
      await setImmediate();
    },
  };
  const started = performance.now();
  const isOfClass = (table: LabelledTable) => (row: number) => table.classes[table.labels[row]] === name;
  const without = rowsWhere(training, (row) => !isOfClass(training)(row));
  const fitted = await fitPipeline(without, specification, context);
  // Rows of the class in training are as new to the model as those in the test.
  const inTest = rowsWhere(test, isOfClass(test));
  const judged = inTest.rowCount > 0 ? inTest : rowsWhere(training, isOfClass(training));
  const point = pointOf(fitted, judged, isBenign, threshold);
  const benign = rowsWhere(test, (row) => isBenign(test.classes[test.labels[row]]));
  const alarms = pointOf(fitted, benign, isBenign, threshold);
  return {
    name,
    leftOutRows: training.rowCount - without.rowCount,
    rows: judged.rowCount,
    from: inTest.rowCount > 0 ? "test" : "training",
    flagged: point.hits,
    rate: point.detectionRate,
    interval: shareInterval(point.hits, judged.rowCount, confidence),
    falseAlarmRate: alarms.falseAlarmRate,
    seconds: (performance.now() - started) / 1000,
  };
}

function pointOf(model: Model, table: LabelledTable, isBenign: (name: string) => boolean, threshold: number) {
  const scores = new Float64Array(table.rowCount * model.manifest.classes.length);
  model.scoreTable(table, scores);
  return atThreshold(rankingOfAttacks({ model, table, scores, isBenign }), threshold);
}

function rowsWhere(table: LabelledTable, keeps: (row: number) => boolean): LabelledTable {
  const rows = Int32Array.from(table.labels.keys()).filter(keeps);
  const values = table.values.map((column) => {
    const taken =
      column instanceof Float32Array ? new Float32Array(rows.length) : new Float64Array(rows.length);
    for (let at = 0; at < rows.length; at++) taken[at] = column[rows[at]];
    return taken;
  });
  const labels = Int32Array.from(rows, (row) => table.labels[row]);
  return { ...table, rowCount: rows.length, values, labels };
}
