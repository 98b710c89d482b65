// How well attacks are told from the rest, whatever their class: detection and false alarms at a threshold, of each class,
// and what that means for a network of a given size in which attacks are rare.
//
// Follows Axelsson (The base-rate fallacy and its implications for the difficulty of intrusion detection, 1999): what a
// detector is worth is told by its false alarms in a day, and a test of few benign rows cannot measure few of them (the rule of
// three: none in n rows may still be 3 in n). Knows no model; takes probabilities.

import { Random } from "../base/random.ts";
import { atThreshold, type ThresholdPoint } from "./curves.ts";
import { completeSettings, type IntervalOptions, rankingDraws, shareInterval } from "./intervals.ts";
import { compressedRanking, type Ranking, rankingOfParts } from "./ranking.ts";
import { type FigureInterval, intervalOf, resample } from "./resampling.ts";

/** Whose verdicts these are, class by class as the rows' labels have it. */
export interface ClassDetection {
  name: string;
  isAttack: boolean;
  /** Whether training had rows of it. */
  isSeen: boolean;
  rows: number;
  /** Rows called an attack: hits where it is one, false alarms where it is not. */
  flagged: number;
  rate: number;
  interval: FigureInterval;
}

/** NaN where there is nothing to divide by. */
export interface AttackFigures {
  threshold: number;
  attacks: number;
  benign: number;
  /** Attacks called an attack. */
  flagged: number;
  /** Benign rows called an attack. */
  falseAlarms: number;
  detectionRate: number;
  falseAlarmRate: number;
  /** Share of the alarms that are attacks, in these rows. */
  precision: number;
  f1: number;
  rocAuc: number;
  prAuc: number;
  /** By the names of the figures above. */
  intervals: Record<string, FigureInterval>;
}

/** An attack class that a learner was fitted without, and what it then says of it. */
export interface LeftOutClass {
  name: string;
  /** Training rows that were left out. */
  leftOutRows: number;
  /** Rows judged: those of the test, or where it has none, those that were left out. */
  rows: number;
  from: "test" | "training";
  flagged: number;
  rate: number;
  interval: FigureInterval;
  /** Of that fit, on the benign rows of the test; NaN where there are none. */
  falseAlarmRate: number;
  seconds: number;
}

/** Rows in order of the summed probability of all attack classes. */
export function attackRanking(scores: Float64Array, isAttack: Uint8Array): Ranking {
  const attacks = scores.filter((_, row) => isAttack[row] === 1);
  const benign = scores.filter((_, row) => isAttack[row] === 0);
  return rankingOfParts(attacks, benign);
}

export function attackFigures(
  ranking: Ranking,
  threshold: number,
  options: IntervalOptions = {},
): AttackFigures {
  const settings = completeSettings(options);
  const { hits, alarms, detectionRate, falseAlarmRate } = atThreshold(ranking, threshold);
  const { positiveRows: attacks, negativeRows: benign } = ranking;
  const draws = rankingDraws(ranking, settings.resamples, new Random(settings.seed).fork(4));
  const intervals: Record<string, FigureInterval> = {
    detectionRate: shareInterval(hits, attacks, settings.confidence),
    falseAlarmRate: shareInterval(alarms, benign, settings.confidence),
    precision: shareInterval(hits, hits + alarms, settings.confidence),
  };
  for (const [name, drawn] of Object.entries(draws)) {
    const interval = intervalOf(drawn, settings.confidence);
    if (interval !== undefined) intervals[name] = { ...interval, high: Math.min(1, interval.high) };
  }
  return {
    threshold,
    attacks,
    benign,
    flagged: hits,
    falseAlarms: alarms,
    detectionRate,
    falseAlarmRate,
    precision: hits / (hits + alarms),
    f1: (2 * hits) / (hits + alarms + attacks),
    rocAuc: draws.rocAuc.estimate,
    prAuc: draws.prAuc.estimate,
    intervals,
  };
}

export interface DetectionRequest {
  classes: readonly string[];
  labels: Int32Array;
  /** Summed probability of all attack classes, of each row. */
  scores: Float64Array;
  threshold: number;
  isAttack: (name: string) => boolean;
  isSeen: (name: string) => boolean;
  confidence: number;
}

/** Of every class that has rows: how many of them are called an attack. */
export function detectionByClass(request: DetectionRequest): ClassDetection[] {
  const { classes, labels, scores, threshold } = request;
  const rows = new Float64Array(classes.length);
  const flagged = new Float64Array(classes.length);
  for (let row = 0; row < labels.length; row++) {
    rows[labels[row]]++;
    if (scores[row] >= threshold) flagged[labels[row]]++;
  }
  return classes.flatMap((name, index): ClassDetection[] => {
    if (rows[index] === 0) return [];
    return [
      {
        name,
        isAttack: request.isAttack(name),
        isSeen: request.isSeen(name),
        rows: rows[index],
        flagged: flagged[index],
        rate: flagged[index] / rows[index],
        interval: shareInterval(flagged[index], rows[index], request.confidence),
      },
    ];
  });
}

// --- operating points -------------------------------------------------------------------------------------------

/** The network that a detector is to watch. */
export interface Deployment {
  flowsPerDay: number;
  /** Share of the flows that are attacks. */
  baseRate: number;
  /** False alarms that somebody has time for, a day. */
  falseAlarmsPerDay: readonly number[];
}

/** The lowest threshold whose false alarm rate in the test is at most the wanted one. */
export interface OperatingPoint {
  /** What was asked for. */
  falseAlarmRate: number;
  falseAlarmsPerDay?: number;
  /** Infinite where the benign row of the highest score alone is too much. */
  threshold: number;
  detectionRate: number;
  /** Of the detection rate, with the threshold chosen anew for each resample. */
  detectionInterval?: FigureInterval;
  /** False alarms in the test at this threshold, and the rate that they are. */
  falseAlarms: number;
  measuredRate: number;
  measuredInterval: FigureInterval;
  /** Benign rows from which on such a rate can be measured (rule of three), and whether the test has as many. */
  benignRowsNeeded: number;
  isMeasurable: boolean;
  /** Share of the alarms that are attacks at the stated base rate, from the measured rates; with a deployment only. */
  precision?: number;
  /** From the worst ends of the intervals of both rates to their best. */
  precisionInterval?: { low: number; high: number };
  /** A day's alarms by the measured rates. */
  alarmsPerDay?: { true: number; false: number; falseHigh: number };
}

/** By the rule of three, no event in 3/r rows shows with 95 % that its rate is at most r. */
const RULE_OF_THREE = 3;

/** Operating points for false alarm rates, or for a deployment's false alarms a day. */
export function operatingPoints(
  ranking: Ranking,
  wanted: readonly number[] | Deployment,
  options: IntervalOptions = {},
): OperatingPoint[] {
  const settings = completeSettings(options);
  const deployment = "flowsPerDay" in wanted ? wanted : undefined;
  const rates = "flowsPerDay" in wanted ? ratesOf(wanted) : [...wanted];
  const intervals = detectionIntervals(ranking, rates, settings);
  return rates.map((rate, index) => {
    const point = pointForRate(ranking, rate);
    const interval = intervals[index];
    const found: OperatingPoint = {
      falseAlarmRate: rate,
      threshold: point.threshold,
      detectionRate: point.detectionRate,
      ...(interval === undefined ? {} : { detectionInterval: interval }),
      falseAlarms: point.alarms,
      measuredRate: point.falseAlarmRate,
      measuredInterval: shareInterval(point.alarms, ranking.negativeRows, settings.confidence),
      benignRowsNeeded: Math.ceil(RULE_OF_THREE / rate),
      isMeasurable: ranking.negativeRows * rate >= RULE_OF_THREE,
    };
    if (deployment === undefined) return found;
    const detection = shareInterval(point.hits, ranking.positiveRows, settings.confidence);
    return {
      ...found,
      falseAlarmsPerDay: deployment.falseAlarmsPerDay[index],
      ...inDeployment(found, detection, deployment),
    };
  });
}

function ratesOf({ flowsPerDay, baseRate, falseAlarmsPerDay }: Deployment): number[] {
  return falseAlarmsPerDay.map((alarms) => Math.min(1, alarms / (flowsPerDay * (1 - baseRate))));
}

function inDeployment(
  point: OperatingPoint,
  detection: FigureInterval,
  { flowsPerDay, baseRate }: Deployment,
): Partial<OperatingPoint> {
  const benignFlows = flowsPerDay * (1 - baseRate);
  const { detectionRate, measuredRate, measuredInterval } = point;
  return {
    precision: precisionAt(baseRate, detectionRate, measuredRate),
    precisionInterval: {
      low: precisionAt(baseRate, detection.low, measuredInterval.high),
      high: precisionAt(baseRate, detection.high, measuredInterval.low),
    },
    alarmsPerDay: {
      true: flowsPerDay * baseRate * detectionRate,
      false: benignFlows * measuredRate,
      falseHigh: benignFlows * measuredInterval.high,
    },
  };
}

/** Bayes' rule: how many alarms are attacks, where attacks are that rare. NaN where there are no alarms. */
export function precisionAt(baseRate: number, detectionRate: number, falseAlarmRate: number): number {
  const right = baseRate * detectionRate;
  return right / (right + (1 - baseRate) * falseAlarmRate);
}

/** The lowest score at which no more than that share of the other rows is flagged. */
export function pointForRate(
  ranking: Ranking,
  rate: number,
): ThresholdPoint & { hits: number; alarms: number } {
  // A hair more, so that 10 of 1000 are a rate of 0.01 whatever the last bit says.
  const allowed = Math.floor(rate * ranking.negativeRows * (1 + 1e-12));
  let alarms = 0;
  let threshold = Number.POSITIVE_INFINITY;
  for (let at = 0; at < ranking.scores.length; at++) {
    alarms += ranking.negatives[at];
    if (alarms > allowed) break;
    threshold = ranking.scores[at];
  }
  return atThreshold(ranking, threshold);
}

/** Steps of the ranking that are resampled. */
const STEPS_MAX = 4096;

/** Of the detection rate at each false alarm rate, with thresholds chosen anew in every resample: percentiles. */
function detectionIntervals(
  ranking: Ranking,
  rates: readonly number[],
  { resamples, seed, confidence }: Required<IntervalOptions>,
): (FigureInterval | undefined)[] {
  const random = new Random(seed).fork(5);
  const { scores, positives, negatives } = compressedRanking(ranking, STEPS_MAX);
  const drawn = { positives: new Float64Array(scores.length), negatives: new Float64Array(scores.length) };
  const values = rates.map(() => new Float64Array(resamples));
  for (let at = 0; at < resamples; at++) {
    resample(positives, random, drawn.positives);
    resample(negatives, random, drawn.negatives);
    const detected = detectionAtRates(drawn.positives, drawn.negatives, rates);
    detected.forEach((rate, index) => {
      values[index][at] = rate;
    });
  }
  return values.map((list, index) => {
    const estimate = pointForRate(ranking, rates[index]).detectionRate;
    return percentiles({ estimate, values: list, acceleration: Number.NaN }, confidence);
  });
}

/** A threshold is a choice, not a mean: its interval is of plain percentiles. */
const percentiles = intervalOf;

function detectionAtRates(
  positives: Float64Array,
  negatives: Float64Array,
  rates: readonly number[],
): number[] {
  let [attacks, benign] = [0, 0];
  for (let step = 0; step < positives.length; step++) {
    attacks += positives[step];
    benign += negatives[step];
  }
  return rates.map((rate) => {
    const allowed = Math.floor(rate * benign * (1 + 1e-12));
    let [hits, alarms] = [0, 0];
    for (let step = 0; step < positives.length; step++) {
      alarms += negatives[step];
      if (alarms > allowed) break;
      hits += positives[step];
    }
    return attacks === 0 ? Number.NaN : hits / attacks;
  });
}
