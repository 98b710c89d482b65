// Everything that is told of a model judged on labelled rows: the contract between judging and its reports, and the judging
// itself, in steps that a caller may pause between. Knows no file.

import type { Model, ModelManifest } from "../model/contract.ts";
import {
  type AttackFigures,
  attackFigures,
  type ClassDetection,
  type Deployment,
  detectionByClass,
  type OperatingPoint,
  operatingPoints,
} from "./attack.ts";
import { type JudgedBaseline, judgeBaseline, majorityBaseline } from "./baselines.ts";
import {
  type Calibration,
  type Curves,
  calibrationOf,
  curvesOf,
  type ThresholdPoint,
  thresholdCurve,
} from "./curves.ts";
import { type DoubtFigures, doubtOf } from "./doubt.ts";
import { type IntervalOptions, type MetricIntervals, metricIntervals } from "./intervals.ts";
import { classRanking, evaluateClassifier, type Metrics, predictedClasses } from "./metrics.ts";
import { type Ranking, rankingOf } from "./ranking.ts";
import {
  attackScores,
  type JudgedRows,
  judgedRows,
  judgedTable,
  type OriginalLabels,
  rankingOfAttacks,
  type ScoredRows,
} from "./scored-rows.ts";

export interface EvaluatedModel {
  title: string;
  kind: string;
  learner: string;
  task: "classification" | "anomaly";
  schema: { id: string; fingerprint: string };
  classes: string[];
  benignClasses: string[];
  trainingRows: number;
}

export interface ClassCurves extends Curves {
  name: string;
  calibration: Calibration;
}

export interface AttackCurves extends Curves {
  calibration: Calibration;
  thresholds: ThresholdPoint[];
}

export interface Evaluation {
  model: EvaluatedModel;
  /** Of models of the task "anomaly": rows are benign or an anomaly, whatever attack they are. */
  metrics: Metrics;
  intervals: MetricIntervals;
  /** Where both attacks and benign rows occur, or at least one of them. */
  attack: AttackFigures;
  /** Of every label of the rows, as they are spelled there, before they are joined into classes. */
  detection: ClassDetection[];
  /** Over the rows whose label training had, where others occur too. */
  seen?: { rows: number; metrics: Metrics; attack: { detectionRate: number; attacks: number } };
  deployment?: Deployment;
  operatingPoints: OperatingPoint[];
  curves: { attack: AttackCurves; classes: ClassCurves[] };
  /** Of the probability of the class that was called. */
  confidence: Calibration;
  baselines: JudgedBaseline[];
  doubt?: DoubtFigures;
  /** Columns that matter to the model, most first. */
  importance: { column: string; share: number }[];
  timing: { rows: number; seconds: number; rowsPerSecond: number; microsecondsPerRow: number };
}

/** False alarm rates at which detection is told where no deployment is. */
const RATES_DEFAULT: readonly number[] = [0.1, 0.01, 0.001, 0.0001];
/** Curves of single classes are drawn small. */
const CLASS_CURVE_STEP = 1 / 100;

export interface JudgeOptions extends IntervalOptions {
  /** Summed attack probability that makes an attack. */
  threshold: number;
  deployment?: Deployment;
  /** What is held beside; of the training's classes alone unless given. */
  baselines?: JudgedBaseline[];
  seconds: number;
  /** Awaited between steps, so that a stop is heard. */
  pause: () => Promise<void>;
}

/** All figures of scored rows. */
export async function judge(rows: ScoredRows, options: JudgeOptions): Promise<Evaluation> {
  const { model, table, scores } = rows;
  const { manifest } = model;
  const judged = judgedRows(rows);
  await options.pause();
  const metrics = evaluateClassifier(judged.classes, judged.labels, judged.probabilities);
  await options.pause();
  const intervals = metricIntervals(metrics, judged.labels, judged.probabilities, options);
  await options.pause();
  const ranking = rankingOfAttacks(rows);
  const attack = attackFigures(ranking, options.threshold, options);
  const { original } = rows;
  const detection = detectionByClass({
    classes: original.names,
    labels: original.labels,
    scores: attackScores(manifest, scores),
    threshold: options.threshold,
    isAttack: (name) => !original.isBenign(name),
    isSeen: original.isSeen,
    confidence: intervals.confidence,
  });
  await options.pause();
  const points = bothOccur(ranking)
    ? operatingPoints(ranking, options.deployment ?? RATES_DEFAULT, options)
    : [];
  await options.pause();
  const curves = { attack: attackCurves(ranking), classes: await classCurves(judged, options.pause) };
  const seen = manifest.task === "anomaly" ? undefined : seenFigures(judged, original, detection);
  const doubt = await doubtOf(rows, judged, intervals.confidence, options.pause);
  return {
    model: facts(manifest),
    metrics,
    intervals,
    attack,
    detection,
    ...(seen === undefined ? {} : { seen }),
    ...(options.deployment === undefined ? {} : { deployment: options.deployment }),
    operatingPoints: points,
    curves,
    confidence: calibrationOf(confidenceRanking(judged)),
    baselines: options.baselines ?? [majorityOf(rows, options.threshold)],
    ...(doubt === undefined ? {} : { doubt }),
    importance: importanceOf(model),
    timing: timingOf(table.rowCount, options.seconds),
  };
}

function facts(manifest: ModelManifest): EvaluatedModel {
  const { kind, classes, benignClasses, schema, training, card } = manifest;
  return {
    title: card.title,
    kind,
    learner: training.learner,
    task: manifest.task ?? "classification",
    schema: { id: schema.id, fingerprint: schema.fingerprint },
    classes,
    benignClasses,
    trainingRows: training.trainingRows,
  };
}

function bothOccur({ positiveRows, negativeRows }: Ranking): boolean {
  return positiveRows > 0 && negativeRows > 0;
}

function attackCurves(ranking: Ranking): AttackCurves {
  return {
    ...curvesOf(ranking),
    calibration: calibrationOf(ranking),
    thresholds: bothOccur(ranking) ? thresholdCurve(ranking) : [],
  };
}

/** Of the classes that have rows. */
async function classCurves(
  { classes, labels, probabilities }: JudgedRows,
  pause: () => Promise<void>,
): Promise<ClassCurves[]> {
  const found: ClassCurves[] = [];
  for (const [index, name] of classes.entries()) {
    const ranking = classRanking(index, classes.length, labels, probabilities);
    if (!bothOccur(ranking)) continue;
    found.push({ name, ...curvesOf(ranking, CLASS_CURVE_STEP), calibration: calibrationOf(ranking) });
    await pause();
  }
  return found;
}

function confidenceRanking({ classes, labels, probabilities }: JudgedRows): Ranking {
  const called = predictedClasses(classes.length, probabilities);
  const confidence = Float64Array.from(called, (index, row) => probabilities[row * classes.length + index]);
  return rankingOf(
    confidence,
    Uint8Array.from(called, (index, row) => (index === labels[row] ? 1 : 0)),
  );
}

function seenFigures(
  { classes, labels, probabilities }: JudgedRows,
  original: OriginalLabels,
  detection: readonly ClassDetection[],
): Evaluation["seen"] {
  const isSeen = original.names.map(original.isSeen);
  const kept = [...labels.keys()].filter((row) => isSeen[original.labels[row]]);
  if (kept.length === labels.length || kept.length === 0) return undefined;
  const width = classes.length;
  const part = new Float64Array(kept.length * width);
  kept.forEach((row, at) => {
    part.set(probabilities.subarray(row * width, (row + 1) * width), at * width);
  });
  const attacks = detection.filter((one) => one.isAttack && one.isSeen);
  const rows = attacks.reduce((sum, one) => sum + one.rows, 0);
  return {
    rows: kept.length,
    metrics: evaluateClassifier(
      classes,
      Int32Array.from(kept, (row) => labels[row]),
      part,
    ),
    attack: { attacks: rows, detectionRate: attacks.reduce((sum, one) => sum + one.flagged, 0) / rows },
  };
}

/** The majority of the training rows, which the manifest of every model knows. */
function majorityOf({ model, table, isBenign }: ScoredRows, threshold: number): JudgedBaseline {
  const { classes, training } = model.manifest;
  return judgeBaseline(majorityBaseline(classes, training.classCounts), judgedTable(model, table, isBenign), {
    isAttack: (name) => !isBenign(name),
    threshold,
  });
}

function importanceOf(model: Model): Evaluation["importance"] {
  return [...model.importance()]
    .map((share, column) => ({ column: model.manifest.schema.columns[column].name, share }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
}

function timingOf(rows: number, seconds: number): Evaluation["timing"] {
  const held = Math.max(seconds, 1e-9);
  return { rows, seconds, rowsPerSecond: rows / held, microsecondsPerRow: (held / Math.max(1, rows)) * 1e6 };
}
