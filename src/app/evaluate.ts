// A model and labelled rows in, figures out.

import { setImmediate } from "node:timers/promises";
import { OrbweaverError } from "../base/errors.ts";
import type { ReadFacts, ReadOptions } from "../dataset/row-reader.ts";
import { audit, type Finding } from "../evaluate/audit.ts";
import { type Baselines, baselines } from "../evaluate/baselines.ts";
import { evaluateClassifier, type Metrics } from "../evaluate/metrics.ts";
import { SCHEMAS } from "../feature/schemas/_index.ts";
import type { LabelledTable } from "../feature/table.ts";
import type { Model, ModelManifest } from "../model/contract.ts";
import { THRESHOLD_DEFAULT } from "../verdict/verdict.ts";
import { readModel } from "./models.ts";
import { readNamedRows } from "./named-rows.ts";

export interface EvaluateOptions {
  model: string;
  rows: readonly string[];
  label: string;
  labelMap?: "kdd5" | ReadonlyMap<string, string>;
  /** The rows that the model was trained on: asks for simple rules to compare with, and for an audit of leaks. */
  training?: readonly string[];
  threshold?: number;
  limit?: number;
  /** A stop ends with `cancelled`. */
  signal?: AbortSignal;
}

/** How well attacks are told from the rest, whatever their class: the figures of `detect`. */
export interface AttackMetrics {
  threshold: number;
  attacks: number;
  benign: number;
  /** Attacks called an attack. */
  flagged: number;
  /** Benign rows called an attack. */
  falseAlarms: number;
  /** NaN where there is nothing to divide by. */
  detectionRate: number;
  falseAlarmRate: number;
}

export interface EvaluateResult {
  metrics: Metrics;
  attack: AttackMetrics;
  /** Classes of the rows that the model does not know. */
  unknownClasses: string[];
  /** What the simplest rules reach on the same rows; with `training` only. */
  baselines?: Baselines;
  /** What makes the figures doubtful: rows of the test in training, columns that tell the class alone. */
  findings?: Finding[];
  source: ReadFacts;
  manifest: ModelManifest;
  /** Rows scored per second. */
  rowsPerSecond: number;
}

export async function evaluate(options: EvaluateOptions): Promise<EvaluateResult> {
  const model = await readModel(options.model);
  const { manifest } = model;
  const reading = {
    label: options.label,
    labelMap: options.labelMap,
    schema: manifest.schema,
    knownSchemas: SCHEMAS,
    classes: manifest.classes,
    limit: options.limit,
    signal: options.signal,
  };
  const { table, source } = await readNamedRows(options.rows, reading);
  const started = performance.now();
  const scored = await scoredInSteps(model, table, options.signal);
  const seconds = (performance.now() - started) / 1000;
  const probabilities = widened(scored, table.rowCount, manifest.classes.length, table.classes.length);
  return {
    metrics: evaluateClassifier(table.classes, table.labels, probabilities),
    attack: attackMetrics(
      manifest,
      table.classes,
      table.labels,
      scored,
      options.threshold ?? THRESHOLD_DEFAULT,
    ),
    ...(options.training === undefined ? {} : await compared(table, options.training, reading)),
    unknownClasses: table.classes.slice(manifest.classes.length),
    source,
    manifest,
    rowsPerSecond: table.rowCount / Math.max(seconds, 1e-9),
  };
}

/** Rows scored between two moments at which a stop is heard. */
const ROWS_AT_ONCE = 1 << 16;

/** Probabilities of every row, row-major. Throws `cancelled`. */
async function scoredInSteps(
  model: Model,
  table: LabelledTable,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const classes = model.manifest.classes.length;
  const scored = new Float64Array(table.rowCount * classes);
  for (let start = 0; start < table.rowCount; start += ROWS_AT_ONCE) {
    await setImmediate();
    if (signal?.aborted) throw new OrbweaverError("cancelled", `judging was cancelled after ${start} rows`);
    const end = Math.min(start + ROWS_AT_ONCE, table.rowCount);
    const values = table.values.map((column) => column.subarray(start, end));
    const rows = { schema: table.schema, rowCount: end - start, values };
    model.scoreTable(rows, scored.subarray(start * classes, end * classes));
  }
  return scored;
}

/** Baselines and audit against the training rows. */
async function compared(
  test: LabelledTable,
  paths: readonly string[],
  reading: ReadOptions & { label: string },
): Promise<{ baselines: Baselines; findings: Finding[] }> {
  const { table } = await readNamedRows(paths, { ...reading, limit: undefined, classes: test.classes });
  return { baselines: baselines(table, test), findings: audit(table, test) };
}

/** The same probabilities with zeros for classes that the model does not know. */
function widened(scored: Float64Array, rows: number, from: number, to: number): Float64Array {
  if (from === to) return scored;
  const wide = new Float64Array(rows * to);
  for (let row = 0; row < rows; row++) wide.set(scored.subarray(row * from, (row + 1) * from), row * to);
  return wide;
}

function attackMetrics(
  manifest: ModelManifest,
  classes: readonly string[],
  labels: Int32Array,
  scored: Float64Array,
  threshold: number,
): AttackMetrics {
  const benign = new Set(manifest.benignClasses);
  const isAttack = manifest.classes.map((name) => !benign.has(name));
  const counts = { attacks: 0, benign: 0, flagged: 0, falseAlarms: 0 };
  for (let row = 0; row < labels.length; row++) {
    let attackProbability = 0;
    for (let index = 0; index < isAttack.length; index++) {
      if (isAttack[index]) attackProbability += scored[row * isAttack.length + index];
    }
    const flagged = attackProbability >= threshold ? 1 : 0;
    if (benign.has(classes[labels[row]])) {
      counts.benign++;
      counts.falseAlarms += flagged;
    } else {
      counts.attacks++;
      counts.flagged += flagged;
    }
  }
  return {
    threshold,
    ...counts,
    detectionRate: counts.flagged / counts.attacks,
    falseAlarmRate: counts.falseAlarms / counts.benign,
  };
}
