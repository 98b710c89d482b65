// Intervals of all figures of a classifier, by the bootstrap over equal outcomes.
//
// Figures of verdicts come from resampled confusion matrices, losses from resampled losses, areas from resampled rankings; each
// is compressed as far as its figure allows, so that time is bounded for any number of rows. Shares of rows have Wilson's
// interval, which is honest where nothing went wrong too. Same rows, same seed, same intervals.

import { Random } from "../base/random.ts";
import { wilsonInterval } from "./distribution.ts";
import { METRICS } from "./metric-table.ts";
import {
  type ClassReport,
  classRanking,
  classReports,
  type Metrics,
  rowBrier,
  rowLogLoss,
  summaryOf,
} from "./metrics.ts";
import { normalQuantile } from "./normal.ts";
import { areaInfluences, areasOfRanking, compressedRanking, type Ranking, stepOf } from "./ranking.ts";
import {
  accelerationOf,
  type Draws,
  drawFigures,
  type FigureInterval,
  intervalOf,
  poisson,
  valueCells,
} from "./resampling.ts";

export interface IntervalOptions {
  /** Resamples of each figure; default 1000. */
  resamples?: number;
  /** Default 1. */
  seed?: number;
  /** Share of repetitions whose interval holds the true figure; default 0.95. */
  confidence?: number;
}

export interface ClassIntervals {
  precision: FigureInterval;
  recall: FigureInterval;
  f1?: FigureInterval;
}

export interface MetricIntervals {
  resamples: number;
  seed: number;
  confidence: number;
  /** By the ids of METRICS; figures without an interval are absent. */
  figures: Record<string, FigureInterval>;
  /** In class order. */
  perClass: ClassIntervals[];
}

export const RESAMPLES_DEFAULT = 1000;
const SEED_DEFAULT = 1;
const CONFIDENCE_DEFAULT = 0.95;
/** Cells of losses and steps of rankings that are resampled. */
export const CELLS_MAX = 2048;
/** Rows × classes × resamples up to which areas of several classes are computed anew for each resample of rows. */
const EXACT_WORK = 4e7;

/** Arguments as of `evaluateClassifier`, and what it gave. */
export function metricIntervals(
  metrics: Metrics,
  labels: Int32Array,
  probabilities: Float64Array,
  options: IntervalOptions = {},
): MetricIntervals {
  const settings = completeSettings(options);
  const random = new Random(settings.seed);
  const outcome = { metrics, labels, probabilities, classCount: metrics.classes.length };
  const verdicts = verdictDraws(metrics.confusion, settings.resamples, random.fork(1));
  const losses = lossDraws(outcome, settings.resamples, random.fork(2));
  const areas = areaDraws(outcome, settings.resamples, random.fork(3));
  const drawn: Record<string, Draws | undefined> = { ...verdicts.figures, ...losses, ...areas };
  const figures: Record<string, FigureInterval> = {};
  for (const { id, best } of METRICS) {
    const share = SHARES.includes(id);
    const interval = share
      ? shareInterval(metrics.accuracy * metrics.rows, metrics.rows, settings.confidence)
      : heldInterval(drawn[id], settings.confidence, best);
    if (interval !== undefined) figures[id] = interval;
  }
  return {
    ...settings,
    figures,
    perClass: classIntervals(metrics.perClass, verdicts.f1, settings.confidence),
  };
}

/** Figures that are a share of the rows. */
const SHARES: readonly string[] = ["accuracy", "weightedRecall"];

export function completeSettings(options: IntervalOptions): Required<IntervalOptions> {
  return {
    resamples: options.resamples ?? RESAMPLES_DEFAULT,
    seed: options.seed ?? SEED_DEFAULT,
    confidence: options.confidence ?? CONFIDENCE_DEFAULT,
  };
}

export function shareInterval(hits: number, rows: number, confidence: number): FigureInterval {
  return { ...wilsonInterval(hits, rows, normalQuantile((1 + confidence) / 2)), method: "wilson" };
}

/** An interval that does not reach beyond what is possible. */
function heldInterval(
  draws: Draws | undefined,
  confidence: number,
  best: number,
): FigureInterval | undefined {
  const interval = draws && intervalOf(draws, confidence);
  if (interval === undefined) return undefined;
  return best === 0
    ? { ...interval, low: Math.max(0, interval.low), high: Math.max(0, interval.high) }
    : { ...interval, low: Math.min(best, interval.low), high: Math.min(best, interval.high) };
}

function classIntervals(
  perClass: readonly ClassReport[],
  f1: readonly Draws[],
  confidence: number,
): ClassIntervals[] {
  return perClass.map(({ precision, recall, support, predicted }, index) => {
    const interval = support === 0 ? undefined : intervalOf(f1[index], confidence);
    return {
      precision: shareInterval(precision * predicted, predicted, confidence),
      recall: shareInterval(recall * support, support, confidence),
      ...(interval === undefined ? {} : { f1: interval }),
    };
  });
}

// --- verdicts ---------------------------------------------------------------------------------------------------

const VERDICT_IDS = METRICS.filter(({ from }) => from === "verdicts").map(({ id }) => id);

function verdictDraws(
  confusion: number[][],
  resamples: number,
  random: Random,
): { figures: Record<string, Draws>; f1: Draws[] } {
  const places = confusion.flatMap((row, truth) =>
    row.flatMap((rows, called) => (rows > 0 ? [{ truth, called, rows }] : [])),
  );
  const drawn = confusion.map((row) => new Array<number>(row.length).fill(0));
  const names = confusion.map(() => "");
  const found = new Float64Array(VERDICT_IDS.length + confusion.length);
  const figures = (counts: Float64Array): Float64Array => {
    places.forEach(({ truth, called }, cell) => {
      drawn[truth][called] = counts[cell];
    });
    const reports = classReports(drawn, names);
    const summary: Record<string, number> = { ...summaryOf(reports, drawn) };
    VERDICT_IDS.forEach((id, index) => {
      found[index] = summary[id];
    });
    reports.forEach(({ f1 }, index) => {
      found[VERDICT_IDS.length + index] = f1;
    });
    return found;
  };
  const draws = drawFigures(
    Float64Array.from(places, ({ rows }) => rows),
    figures,
    { resamples, random },
  );
  return {
    figures: Object.fromEntries(VERDICT_IDS.map((id, index) => [id, draws[index]])),
    f1: draws.slice(VERDICT_IDS.length),
  };
}

// --- losses -----------------------------------------------------------------------------------------------------

interface Outcome {
  metrics: Metrics;
  labels: Int32Array;
  probabilities: Float64Array;
  classCount: number;
}

function lossDraws(outcome: Outcome, resamples: number, random: Random): Record<string, Draws> {
  const { metrics, labels, probabilities, classCount } = outcome;
  const logLosses = Float64Array.from(labels, (truth, row) =>
    rowLogLoss(probabilities[row * classCount + truth]),
  );
  const errors = Float64Array.from(labels, (truth, row) =>
    rowBrier(probabilities, row * classCount, classCount, truth),
  );
  return {
    logLoss: meanDraws(logLosses, metrics.logLoss, resamples, random),
    brier: meanDraws(errors, metrics.brier, resamples, random),
  };
}

/** Draws of the mean of values. */
function meanDraws(values: Float64Array, mean: number, resamples: number, random: Random): Draws {
  const cells = valueCells(values, CELLS_MAX);
  const draws = new Float64Array(resamples);
  for (let at = 0; at < resamples; at++) {
    let sum = 0;
    let rows = 0;
    for (let cell = 0; cell < cells.values.length; cell++) {
      const count = poisson(cells.counts[cell], random);
      sum += count * cells.values[cell];
      rows += count;
    }
    draws[at] = sum / rows;
  }
  return { estimate: mean, values: draws, acceleration: accelerationOf(cells.values, cells.counts) };
}

// --- areas ------------------------------------------------------------------------------------------------------

function areaDraws(outcome: Outcome, resamples: number, random: Random): Record<string, Draws> {
  const { metrics, labels, probabilities, classCount } = outcome;
  if (classCount === 2) {
    const { rocAuc, prAuc } = rankingDraws(classRanking(1, 2, labels, probabilities), resamples, random);
    return { rocAuc, prAuc, weightedRocAuc: rocAuc, weightedPrAuc: prAuc };
  }
  const work = labels.length * classCount * resamples;
  const draws = work <= EXACT_WORK ? exactAreaDraws(outcome, resamples, random) : undefined;
  const influences = rowInfluences(outcome);
  return Object.fromEntries(
    AREA_IDS.map((id) => {
      const estimate = metrics[id];
      const values = draws?.[id] ?? linearDraws(influences[id], estimate, resamples, random);
      const ones = new Float64Array(labels.length).fill(1);
      return [id, { estimate, values, acceleration: accelerationOf(influences[id], ones) }];
    }),
  );
}

const AREA_IDS = ["rocAuc", "prAuc", "weightedRocAuc", "weightedPrAuc"] as const;
type AreaValues = Record<(typeof AREA_IDS)[number], Float64Array>;

function areaValues(length: number): AreaValues {
  return {
    rocAuc: new Float64Array(length),
    prAuc: new Float64Array(length),
    weightedRocAuc: new Float64Array(length),
    weightedPrAuc: new Float64Array(length),
  };
}

/** Draws of both areas of one ranking. What compressing it changed is taken back. */
export function rankingDraws(
  ranking: Ranking,
  resamples: number,
  random: Random,
): { rocAuc: Draws; prAuc: Draws } {
  const exact = areasOfRanking(ranking);
  const { positives, negatives } = compressedRanking(ranking, CELLS_MAX);
  const steps = positives.length;
  const counts = new Float64Array(2 * steps);
  counts.set(positives);
  counts.set(negatives, steps);
  const found = new Float64Array(2);
  const [rocAuc, prAuc] = drawFigures(
    counts,
    (drawn) => {
      const areas = areasOfRanking({ positives: drawn.subarray(0, steps), negatives: drawn.subarray(steps) });
      found[0] = areas.rocAuc;
      found[1] = areas.prAuc;
      return found;
    },
    { resamples, random },
  );
  return { rocAuc: movedTo(rocAuc, exact.rocAuc), prAuc: movedTo(prAuc, exact.prAuc) };
}

function movedTo(draws: Draws, estimate: number): Draws {
  const shift = estimate - draws.estimate;
  return { ...draws, estimate, values: draws.values.map((value) => value + shift) };
}

/** The areas of every class, computed anew for resamples of the rows, and their means. */
function exactAreaDraws(
  { labels, probabilities, classCount }: Outcome,
  resamples: number,
  random: Random,
): AreaValues {
  const orders = Array.from({ length: classCount }, (_, index) =>
    orderedRows(index, classCount, labels.length, probabilities),
  );
  const weights = new Uint16Array(labels.length);
  const values = areaValues(resamples);
  const support = new Float64Array(classCount);
  for (let at = 0; at < resamples; at++) {
    support.fill(0);
    for (let row = 0; row < weights.length; row++) {
      weights[row] = poisson(1, random);
      support[labels[row]] += weights[row];
    }
    const areas = orders.map((order, index) => weightedAreas(order, labels, index, weights));
    const defined = [...areas.keys()].filter((index) => !Number.isNaN(areas[index].rocAuc));
    const rows = defined.reduce((sum, index) => sum + support[index], 0);
    for (const index of defined) {
      const { rocAuc, prAuc } = areas[index];
      values.rocAuc[at] += rocAuc / defined.length;
      values.prAuc[at] += prAuc / defined.length;
      values.weightedRocAuc[at] += (rocAuc * support[index]) / rows;
      values.weightedPrAuc[at] += (prAuc * support[index]) / rows;
    }
    if (defined.length === 0) for (const id of AREA_IDS) values[id][at] = Number.NaN;
  }
  return values;
}

interface RowOrder {
  /** Rows by falling score. */
  rows: Uint32Array;
  /** 1 where the next row in order has a lower score. */
  ends: Uint8Array;
}

function orderedRows(
  index: number,
  classCount: number,
  rowCount: number,
  probabilities: Float64Array,
): RowOrder {
  const scoreOf = (row: number): number => probabilities[row * classCount + index];
  const rows = Uint32Array.from({ length: rowCount }, (_, row) => row).sort(
    (a, b) => scoreOf(b) - scoreOf(a),
  );
  const ends = Uint8Array.from(rows, (row, at) =>
    at + 1 === rowCount || scoreOf(rows[at + 1]) < scoreOf(row) ? 1 : 0,
  );
  return { rows, ends };
}

/** Areas of one class; see `areasOfRanking`. */
function weightedAreas({ rows, ends }: RowOrder, labels: Int32Array, wanted: number, weights: Uint16Array) {
  let hits = 0;
  let alarms = 0;
  let newHits = 0;
  let newAlarms = 0;
  let rocArea = 0;
  let prArea = 0;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at];
    if (labels[row] === wanted) newHits += weights[row];
    else newAlarms += weights[row];
    if (ends[at] === 0) continue;
    rocArea += newAlarms * (hits + newHits / 2);
    hits += newHits;
    alarms += newAlarms;
    if (newHits > 0) prArea += (newHits * hits) / (hits + alarms);
    newHits = 0;
    newAlarms = 0;
  }
  if (hits === 0 || alarms === 0) return { rocAuc: Number.NaN, prAuc: Number.NaN };
  return { rocAuc: rocArea / (hits * alarms), prAuc: prArea / hits };
}

/** What one more row like each row does to the areas. */
function rowInfluences({ metrics, labels, probabilities, classCount }: Outcome): AreaValues {
  const values = areaValues(labels.length);
  const defined = metrics.perClass.flatMap(({ rocAuc }, index) => (Number.isNaN(rocAuc) ? [] : [index]));
  const rows = defined.reduce((sum, index) => sum + metrics.perClass[index].support, 0);
  for (const index of defined) {
    const { support, rocAuc, prAuc } = metrics.perClass[index];
    const ranking = classRanking(index, classCount, labels, probabilities);
    const influences = areaInfluences(ranking);
    const share = support / rows;
    for (let row = 0; row < labels.length; row++) {
      const step = stepOf(ranking, probabilities[row * classCount + index]);
      const isOfClass = labels[row] === index;
      const roc = (isOfClass ? influences.rocPositive : influences.rocNegative)[step];
      const pr = (isOfClass ? influences.prPositive : influences.prNegative)[step];
      values.rocAuc[row] += roc / defined.length;
      values.prAuc[row] += pr / defined.length;
      // The weight of the class itself grows with its rows.
      values.weightedRocAuc[row] += roc * share + (isOfClass ? (rocAuc - metrics.weightedRocAuc) / rows : 0);
      values.weightedPrAuc[row] += pr * share + (isOfClass ? (prAuc - metrics.weightedPrAuc) / rows : 0);
    }
  }
  return values;
}

/** Draws of a figure by what each row does to it: as good as computing it anew where there are many rows. */
function linearDraws(
  influences: Float64Array,
  estimate: number,
  resamples: number,
  random: Random,
): Float64Array {
  const cells = valueCells(influences, CELLS_MAX);
  return Float64Array.from({ length: resamples }, () => {
    let moved = 0;
    for (let cell = 0; cell < cells.values.length; cell++)
      moved += (poisson(cells.counts[cell], random) - cells.counts[cell]) * cells.values[cell];
    return estimate + moved;
  });
}
