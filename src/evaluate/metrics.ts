// Figures of a classifier, from true labels and class probabilities.
//
// Guarantees: every figure has scikit-learn's definition (checked against a golden of it), undefined ones are 0 for
// precision, recall and F1 (as zero_division=0) and NaN for areas. Knows no model and no file.

import { areasOfRanking, type Ranking, rankingOf } from "./ranking.ts";

export { rankingAreas } from "./ranking.ts";

export interface ClassReport {
  name: string;
  precision: number;
  recall: number;
  f1: number;
  /** Share of the rows of other classes that were called this one. */
  falsePositiveRate: number;
  /** Rows that truly are of the class. */
  support: number;
  /** Rows that were called the class. */
  predicted: number;
  /** Areas under the receiver operating characteristic and the precision-recall curve, the class against the rest. */
  rocAuc: number;
  prAuc: number;
}

export interface Metrics {
  rows: number;
  classes: readonly string[];
  /** `confusion[truth][prediction]`, rows. */
  confusion: number[][];
  accuracy: number;
  /** Mean recall of the classes that occur. */
  balancedAccuracy: number;
  /** Means over the classes that occur in truth or verdict. */
  macroPrecision: number;
  macroRecall: number;
  macroF1: number;
  /** Means weighted by the rows that truly are of a class. */
  weightedPrecision: number;
  weightedRecall: number;
  weightedF1: number;
  /** Matthews correlation coefficient for any number of classes (Gorodkin 2004). */
  mcc: number;
  /** Agreement beyond chance (Cohen 1960). */
  kappa: number;
  logLoss: number;
  /** Mean squared error of the probabilities (Brier 1950): summed over classes, from 0 to 2; halved for two classes, from 0 to 1. */
  brier: number;
  /** Two classes: of the second one. More: mean over the classes that occur, each against the rest. */
  rocAuc: number;
  prAuc: number;
  /** Two classes: of the second one. More: mean weighted by the rows of each class. */
  weightedRocAuc: number;
  weightedPrAuc: number;
  perClass: ClassReport[];
}

/**
 * @param labels true class of each row, an index into `classes`
 * @param probabilities row-major, `labels.length × classes.length`
 * @param weights for how many rows each row stands; one unless given
 */
export function evaluateClassifier(
  classes: readonly string[],
  labels: Int32Array,
  probabilities: Float64Array,
  weights?: Float64Array,
): Metrics {
  const predicted = predictedClasses(classes.length, probabilities);
  const confusion = confusionMatrix(classes.length, labels, predicted, weights);
  const areas = classes.map((_, index) =>
    areasOfRanking(classRanking(index, classes.length, labels, probabilities, weights)),
  );
  const perClass = classReports(confusion, classes).map((report, index) => ({ ...report, ...areas[index] }));
  return {
    rows: sumOf(confusion.map(sumOf)),
    classes,
    confusion,
    ...summaryOf(perClass, confusion),
    logLoss: logLoss(classes.length, labels, probabilities, weights),
    brier: brierScore(classes.length, labels, probabilities, weights),
    ...joinedAreas(perClass),
    perClass,
  };
}

/** The areas of all classes as one figure each. */
function joinedAreas(perClass: readonly ClassReport[]) {
  const [, second] = perClass;
  if (perClass.length === 2)
    return {
      rocAuc: second.rocAuc,
      prAuc: second.prAuc,
      weightedRocAuc: second.rocAuc,
      weightedPrAuc: second.prAuc,
    };
  const defined = perClass.filter((report) => !Number.isNaN(report.rocAuc));
  const rows = sumOf(defined.map((report) => report.support));
  const mean = (of: (report: ClassReport) => number): number =>
    defined.length === 0 ? Number.NaN : sumOf(defined.map(of)) / defined.length;
  const weighted = (of: (report: ClassReport) => number): number =>
    defined.length === 0 ? Number.NaN : sumOf(defined.map((report) => of(report) * report.support)) / rows;
  return {
    rocAuc: mean((report) => report.rocAuc),
    prAuc: mean((report) => report.prAuc),
    weightedRocAuc: weighted((report) => report.rocAuc),
    weightedPrAuc: weighted((report) => report.prAuc),
  };
}

/** The rows in order of the probability of one class. */
export function classRanking(
  index: number,
  classCount: number,
  labels: Int32Array,
  probabilities: Float64Array,
  weights?: Float64Array,
): Ranking {
  const scores = new Float64Array(labels.length);
  const positive = new Uint8Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    scores[row] = probabilities[row * classCount + index];
    positive[row] = labels[row] === index ? 1 : 0;
  }
  return rankingOf(scores, positive, weights);
}

/** The most probable class of each row; ties go to the first. */
export function predictedClasses(classCount: number, probabilities: Float64Array): Int32Array {
  const predicted = new Int32Array(probabilities.length / classCount);
  for (let row = 0; row < predicted.length; row++) {
    const at = row * classCount;
    let best = 0;
    for (let k = 1; k < classCount; k++) if (probabilities[at + k] > probabilities[at + best]) best = k;
    predicted[row] = best;
  }
  return predicted;
}

/** `matrix[truth][prediction]`, rows. */
export function confusionMatrix(
  classCount: number,
  labels: Int32Array,
  predicted: Int32Array,
  weights?: Float64Array,
): number[][] {
  const matrix = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (let row = 0; row < labels.length; row++)
    matrix[labels[row]][predicted[row]] += weights === undefined ? 1 : weights[row];
  return matrix;
}

/** Mean of -ln p(true class), with p held within the machine precision of 0 and 1, as scikit-learn does. */
export function logLoss(
  classCount: number,
  labels: Int32Array,
  probabilities: Float64Array,
  weights?: Float64Array,
): number {
  return meanLoss(labels.length, weights, (row) => rowLogLoss(probabilities[row * classCount + labels[row]]));
}

export function rowLogLoss(probability: number): number {
  return -Math.log(Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability)));
}

/** Brier score; see Metrics. */
export function brierScore(
  classCount: number,
  labels: Int32Array,
  probabilities: Float64Array,
  weights?: Float64Array,
): number {
  return meanLoss(labels.length, weights, (row) =>
    rowBrier(probabilities, row * classCount, classCount, labels[row]),
  );
}

/** Squared error of the probabilities that begin at `at`. */
export function rowBrier(probabilities: Float64Array, at: number, classCount: number, truth: number): number {
  let sum = 0;
  for (let index = 0; index < classCount; index++)
    sum += (probabilities[at + index] - (index === truth ? 1 : 0)) ** 2;
  return classCount === 2 ? sum / 2 : sum;
}

function meanLoss(rows: number, weights: Float64Array | undefined, lossOf: (row: number) => number): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    sum += weight * lossOf(row);
    total += weight;
  }
  return sum / total;
}

/** Figures of a confusion matrix alone: `confusion[truth][prediction]`, rows. */
export type ConfusionFigures = Pick<
  Metrics,
  | "accuracy"
  | "balancedAccuracy"
  | "macroPrecision"
  | "macroRecall"
  | "macroF1"
  | "weightedPrecision"
  | "weightedRecall"
  | "weightedF1"
  | "mcc"
  | "kappa"
>;

export function confusionFigures(confusion: number[][]): ConfusionFigures {
  return summaryOf(
    classReports(
      confusion,
      confusion.map(() => ""),
    ),
    confusion,
  );
}

/** Figures of each class from a confusion matrix. */
export function classReports(confusion: number[][], names: readonly string[]): CountReport[] {
  const supports = confusion.map(sumOf);
  const predictions = new Array<number>(confusion.length).fill(0);
  for (const row of confusion)
    for (let index = 0; index < row.length; index++) predictions[index] += row[index];
  const rows = sumOf(supports);
  return confusion.map((row, index) => {
    const [support, predicted, hits] = [supports[index], predictions[index], row[index]];
    return {
      name: names[index],
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, support + predicted),
      falsePositiveRate: ratio(predicted - hits, rows - support),
      support,
      predicted,
    };
  });
}

export type CountReport = Omit<ClassReport, "rocAuc" | "prAuc">;

/** Figures over the classes that occur in truth or prediction, as scikit-learn's `labels=None`. */
export function summaryOf(perClass: readonly CountReport[], confusion: number[][]): ConfusionFigures {
  const rows = sumOf(perClass.map((report) => report.support));
  const hits = sumOf(confusion.map((row, index) => row[index]));
  const seen = perClass.filter((report) => report.support + report.predicted > 0);
  const occurring = perClass.filter((report) => report.support > 0);
  const mean = (reports: readonly CountReport[], of: (report: CountReport) => number): number =>
    ratio(sumOf(reports.map(of)), reports.length);
  const weighted = (of: (report: CountReport) => number): number =>
    ratio(sumOf(perClass.map((report) => of(report) * report.support)), rows);
  return {
    accuracy: ratio(hits, rows),
    balancedAccuracy: mean(occurring, (report) => report.recall),
    macroPrecision: mean(seen, (report) => report.precision),
    macroRecall: mean(seen, (report) => report.recall),
    macroF1: mean(seen, (report) => report.f1),
    weightedPrecision: weighted((report) => report.precision),
    weightedRecall: weighted((report) => report.recall),
    weightedF1: weighted((report) => report.f1),
    ...agreement(perClass, hits, rows),
  };
}

/** Figures that ask how far truth and verdicts agree beyond chance: 1 wholly, 0 not at all; 0 where chance alone says all. */
function agreement(perClass: readonly CountReport[], hits: number, rows: number) {
  const joint = sumOf(perClass.map((report) => report.support * report.predicted));
  const predicted = rows * rows - sumOf(perClass.map((report) => report.predicted ** 2));
  const truth = rows * rows - sumOf(perClass.map((report) => report.support ** 2));
  const beyond = hits * rows - joint;
  return {
    mcc: ratio(beyond, Math.sqrt(predicted) * Math.sqrt(truth)),
    kappa: ratio(beyond, rows * rows - joint),
  };
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index];
  return sum;
}

function ratio(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator;
}
