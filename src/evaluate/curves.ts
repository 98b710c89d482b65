// Curves of a ranking: receiver operating characteristic, precision over recall, and what every threshold gives; and how far
// probabilities are what they say.
//
// Curves are thinned to where they move, so that they stay small for any number of rows; areas and figures are always of all
// rows, never of the thinned points. Knows no model.

import { areasOfRanking, type Ranking } from "./ranking.ts";

/** What is flagged at a threshold: every row whose score is at least that. */
export interface ThresholdPoint {
  /** Infinite where nothing is flagged. */
  threshold: number;
  /** Share of the rows of the class that are flagged: recall, true positive rate. */
  detectionRate: number;
  /** Share of the other rows that are flagged: false positive rate. */
  falseAlarmRate: number;
  /** Share of the flagged rows that are of the class; 1 where nothing is flagged, as scikit-learn has it. */
  precision: number;
}

export interface Curves {
  rocAuc: number;
  prAuc: number;
  /** From the highest threshold to the lowest: false alarm rate and detection rate rise. */
  roc: ThresholdPoint[];
  /** From the highest threshold to the lowest: recall (the detection rate) rises. */
  precisionRecall: ThresholdPoint[];
}

/** Curves move by at least this before a point is kept. */
const STEP_DEFAULT = 1 / 250;
/** And by this many powers of ten of the false alarm rate, for those who look at small rates. */
const STEP_DECADES = 1 / 15;

/** Both curves of a ranking; empty where only one side occurs. */
export function curvesOf(ranking: Ranking, step = STEP_DEFAULT): Curves {
  const areas = areasOfRanking(ranking);
  if (ranking.positiveRows === 0 || ranking.negativeRows === 0)
    return { ...areas, roc: [], precisionRecall: [] };
  return {
    ...areas,
    roc: keptPoints(
      ranking,
      (point, kept) =>
        point.detectionRate - kept.detectionRate >= step ||
        point.falseAlarmRate - kept.falseAlarmRate >= step ||
        decades(kept.falseAlarmRate, point.falseAlarmRate) >= STEP_DECADES,
    ),
    precisionRecall: keptPoints(
      ranking,
      (point, kept) =>
        point.detectionRate - kept.detectionRate >= step ||
        Math.abs(point.precision - kept.precision) >= step,
    ),
  };
}

function decades(from: number, to: number): number {
  if (to <= from) return 0;
  return from === 0 ? Number.POSITIVE_INFINITY : Math.log10(to / from);
}

/** First, last, and those points before and after which the curve moves. */
function keptPoints(
  ranking: Ranking,
  moves: (point: ThresholdPoint, kept: ThresholdPoint) => boolean,
): ThresholdPoint[] {
  const first = pointAt(ranking, Number.POSITIVE_INFINITY, 0, 0);
  const points = [first];
  let kept = first;
  let before = first;
  let hits = 0;
  let alarms = 0;
  for (let at = 0; at < ranking.scores.length; at++) {
    hits += ranking.positives[at];
    alarms += ranking.negatives[at];
    const point = pointAt(ranking, ranking.scores[at], hits, alarms);
    if (moves(point, kept)) {
      // The corner before a long step, too: without it the step would become a slope.
      if (before !== kept && moves(point, before)) points.push(before);
      points.push(point);
      kept = point;
    }
    before = point;
  }
  if (before !== kept) points.push(before);
  return points;
}

function pointAt(ranking: Ranking, threshold: number, hits: number, alarms: number): ThresholdPoint {
  return {
    threshold,
    detectionRate: hits / ranking.positiveRows,
    falseAlarmRate: alarms / ranking.negativeRows,
    precision: hits + alarms === 0 ? 1 : hits / (hits + alarms),
  };
}

/** What a ranking gives at a threshold. */
export function atThreshold(
  ranking: Ranking,
  threshold: number,
): ThresholdPoint & { hits: number; alarms: number } {
  let hits = 0;
  let alarms = 0;
  for (let at = 0; at < ranking.scores.length && ranking.scores[at] >= threshold; at++) {
    hits += ranking.positives[at];
    alarms += ranking.negatives[at];
  }
  return { ...pointAt(ranking, threshold, hits, alarms), hits, alarms };
}

/** Steps of the threshold curve between 0 and 1. */
const THRESHOLD_STEPS = 200;

/** What thresholds from 0 to 1 give, in steps of 0.005. */
export function thresholdCurve(ranking: Ranking): ThresholdPoint[] {
  const points: ThresholdPoint[] = [];
  let at = 0;
  let hits = 0;
  let alarms = 0;
  for (let step = THRESHOLD_STEPS; step >= 0; step--) {
    const threshold = step / THRESHOLD_STEPS;
    for (; at < ranking.scores.length && ranking.scores[at] >= threshold; at++) {
      hits += ranking.positives[at];
      alarms += ranking.negatives[at];
    }
    points.push(pointAt(ranking, threshold, hits, alarms));
  }
  return points.reverse();
}

// --- calibration ------------------------------------------------------------------------------------------------

/** Rows whose probability lies from `low` to `high` (the first bin with its lower end, all with their upper one). */
export interface CalibrationBin {
  low: number;
  high: number;
  rows: number;
  /** Mean probability that was said. */
  said: number;
  /** Share of the rows of which it was true. */
  found: number;
}

export interface Calibration {
  /** Bins with rows. */
  bins: CalibrationBin[];
  /** Expected calibration error: mean distance of what was said and what was found (Naeini et al. 2015; Guo et al. 2017). */
  expectedError: number;
  /** The largest such distance of any bin. */
  maximumError: number;
}

export const CALIBRATION_BINS = 15;

/** Of a probability and whether it came true, in bins of equal width, as scikit-learn's `calibration_curve` has them. */
export function calibrationOf(ranking: Ranking, binCount = CALIBRATION_BINS): Calibration {
  const rows = new Float64Array(binCount);
  const said = new Float64Array(binCount);
  const found = new Float64Array(binCount);
  for (let at = 0; at < ranking.scores.length; at++) {
    const score = ranking.scores[at];
    const bin = Math.min(binCount - 1, Math.max(0, Math.ceil(score * binCount) - 1));
    const count = ranking.positives[at] + ranking.negatives[at];
    rows[bin] += count;
    said[bin] += count * score;
    found[bin] += ranking.positives[at];
  }
  const bins = Array.from(rows, (count, bin): CalibrationBin => {
    return {
      low: bin / binCount,
      high: (bin + 1) / binCount,
      rows: count,
      said: said[bin] / count,
      found: found[bin] / count,
    };
  }).filter((bin) => bin.rows > 0);
  const total = ranking.positiveRows + ranking.negativeRows;
  const distances = bins.map((bin) => Math.abs(bin.said - bin.found));
  return {
    bins,
    expectedError: bins.reduce((sum, bin, at) => sum + (distances[at] * bin.rows) / total, 0),
    maximumError: Math.max(0, ...distances),
  };
}
