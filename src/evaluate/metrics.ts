// Figures of a classifier, from true labels and class probabilities.
//
// Guarantees: every figure has scikit-learn's definition (checked against a golden of it), undefined ones are 0 for
// precision, recall and F1 (as zero_division=0) and NaN for areas. Knows no model and no file.

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
  macroF1: number;
  weightedF1: number;
  /** Matthews correlation coefficient for any number of classes (Gorodkin 2004). */
  mcc: number;
  logLoss: number;
  /** Two classes: of the second one. More: mean over the classes that occur, each against the rest. */
  rocAuc: number;
  prAuc: number;
  perClass: ClassReport[];
}

/**
 * @param labels true class of each row, an index into `classes`
 * @param probabilities row-major, `labels.length × classes.length`
 */
export function evaluateClassifier(
  classes: readonly string[],
  labels: Int32Array,
  probabilities: Float64Array,
): Metrics {
  const confusion = confusionMatrix(classes.length, labels, predictedClasses(classes.length, probabilities));
  const areas = classes.map((_, index) => areasOf(index, classes.length, labels, probabilities));
  const perClass = classes.map((name, index) => ({
    ...classReport(confusion, index, name),
    ...areas[index],
  }));
  return {
    rows: labels.length,
    classes,
    confusion,
    ...summaryOf(perClass, confusion, labels.length),
    logLoss: logLoss(classes.length, labels, probabilities),
    rocAuc: classes.length === 2 ? areas[1].rocAuc : meanOfDefined(areas.map((area) => area.rocAuc)),
    prAuc: classes.length === 2 ? areas[1].prAuc : meanOfDefined(areas.map((area) => area.prAuc)),
    perClass,
  };
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
export function confusionMatrix(classCount: number, labels: Int32Array, predicted: Int32Array): number[][] {
  const matrix = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (let row = 0; row < labels.length; row++) matrix[labels[row]][predicted[row]]++;
  return matrix;
}

/** Mean of -ln p(true class), with p held within the machine precision of 0 and 1, as scikit-learn does. */
export function logLoss(classCount: number, labels: Int32Array, probabilities: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    const probability = probabilities[row * classCount + labels[row]];
    sum -= Math.log(Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability)));
  }
  return sum / labels.length;
}

/** Figures of a confusion matrix alone: `confusion[truth][prediction]`, rows. */
export type ConfusionFigures = Pick<
  Metrics,
  "accuracy" | "balancedAccuracy" | "macroF1" | "weightedF1" | "mcc"
>;

export function confusionFigures(confusion: number[][]): ConfusionFigures {
  const perClass = confusion.map((_, index) => classReport(confusion, index, ""));
  return summaryOf(perClass, confusion, sumOf(confusion.map(sumOf)));
}

function classReport(confusion: number[][], index: number, name: string) {
  const support = sumOf(confusion[index]);
  const predicted = sumOf(confusion.map((row) => row[index]));
  const hits = confusion[index][index];
  const others = sumOf(confusion.map(sumOf)) - support;
  return {
    name,
    precision: ratio(hits, predicted),
    recall: ratio(hits, support),
    f1: ratio(2 * hits, support + predicted),
    falsePositiveRate: ratio(predicted - hits, others),
    support,
    predicted,
  };
}

/** Figures over the classes that occur in truth or prediction, as scikit-learn's `labels=None`. */
function summaryOf(
  perClass: readonly Omit<ClassReport, "rocAuc" | "prAuc">[],
  confusion: number[][],
  rows: number,
) {
  const hits = sumOf(confusion.map((row, index) => row[index]));
  const seen = perClass.filter((report) => report.support + report.predicted > 0);
  const occurring = perClass.filter((report) => report.support > 0);
  return {
    accuracy: ratio(hits, rows),
    balancedAccuracy: ratio(sumOf(occurring.map((report) => report.recall)), occurring.length),
    macroF1: ratio(sumOf(seen.map((report) => report.f1)), seen.length),
    weightedF1: ratio(sumOf(perClass.map((report) => report.f1 * report.support)), rows),
    mcc: matthews(perClass, hits, rows),
  };
}

function matthews(
  perClass: readonly Pick<ClassReport, "support" | "predicted">[],
  hits: number,
  rows: number,
): number {
  const joint = sumOf(perClass.map((report) => report.support * report.predicted));
  const predicted = rows * rows - sumOf(perClass.map((report) => report.predicted ** 2));
  const truth = rows * rows - sumOf(perClass.map((report) => report.support ** 2));
  return ratio(hits * rows - joint, Math.sqrt(predicted) * Math.sqrt(truth));
}

/** Areas under both curves of a class against the rest; NaN when only one side occurs. */
function areasOf(index: number, classCount: number, labels: Int32Array, probabilities: Float64Array) {
  const scores = Float64Array.from(labels, (_, row) => probabilities[row * classCount + index]);
  const positive = Uint8Array.from(labels, (label) => (label === index ? 1 : 0));
  return rankingAreas(scores, positive);
}

/**
 * ROC-AUC by the trapezoidal rule over distinct scores (equals the Mann-Whitney statistic), and PR-AUC as average
 * precision: the sum over distinct scores, falling, of the step in recall times the precision.
 */
export function rankingAreas(scores: Float64Array, positive: Uint8Array): { rocAuc: number; prAuc: number } {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
  const positives = sumOf(positive);
  const negatives = scores.length - positives;
  if (positives === 0 || negatives === 0) return { rocAuc: Number.NaN, prAuc: Number.NaN };
  let hits = 0;
  let alarms = 0;
  let rocArea = 0;
  let prArea = 0;
  for (let start = 0; start < order.length; ) {
    const before = hits;
    const falseBefore = alarms;
    let end = start;
    for (; end < order.length && scores[order[end]] === scores[order[start]]; end++) {
      if (positive[order[end]] === 1) hits++;
      else alarms++;
    }
    rocArea += ((alarms - falseBefore) * (hits + before)) / 2;
    prArea += ((hits - before) / positives) * (hits / (hits + alarms));
    start = end;
  }
  return { rocAuc: rocArea / (positives * negatives), prAuc: prArea };
}

function meanOfDefined(values: number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.length === 0 ? Number.NaN : sumOf(defined) / defined.length;
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index];
  return sum;
}

function ratio(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator;
}
