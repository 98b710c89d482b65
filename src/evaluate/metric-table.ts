// The figures of a classifier by name: what each is called, which way is better, and how far it can go.
//
// One table for reports, for conditions on figures, and for choosing the best of several models. Knows no model.

import { OrbweaverError } from "../base/errors.ts";
import type { Metrics } from "./metrics.ts";

export interface MetricDescription {
  id: string;
  title: string;
  /** What it says, in one sentence. */
  meaning: string;
  greaterIsBetter: boolean;
  /** Value of a perfect classifier. */
  best: number;
  /** What it is computed from: verdicts alone, or the probabilities that they were taken from. */
  from: "verdicts" | "probabilities";
  of(metrics: Metrics): number;
}

function greater(
  id: keyof Metrics & string,
  title: string,
  from: MetricDescription["from"],
  meaning: string,
): MetricDescription {
  return { id, title, meaning, from, greaterIsBetter: true, best: 1, of: (metrics) => metrics[id] as number };
}

function lesser(id: keyof Metrics & string, title: string, meaning: string): MetricDescription {
  return {
    id,
    title,
    meaning,
    from: "probabilities",
    greaterIsBetter: false,
    best: 0,
    of: (metrics) => metrics[id] as number,
  };
}

/** In the order in which reports show them. */
export const METRICS: readonly MetricDescription[] = [
  greater("accuracy", "accuracy", "verdicts", "Share of the rows that were called what they are."),
  greater(
    "balancedAccuracy",
    "balanced accuracy",
    "verdicts",
    "Mean share of each class's rows that were called so.",
  ),
  greater(
    "macroF1",
    "macro F1",
    "verdicts",
    "Mean over classes of the harmonic mean of precision and recall.",
  ),
  greater("weightedF1", "weighted F1", "verdicts", "F1 of each class, weighted by its rows."),
  greater(
    "macroPrecision",
    "macro precision",
    "verdicts",
    "Mean share of the rows called a class that are of it.",
  ),
  greater(
    "macroRecall",
    "macro recall",
    "verdicts",
    "Mean share of the rows of a class that were called so.",
  ),
  greater(
    "weightedPrecision",
    "weighted precision",
    "verdicts",
    "Precision, each class weighted by its rows.",
  ),
  greater(
    "weightedRecall",
    "weighted recall",
    "verdicts",
    "Recall, each class weighted by its rows: equals accuracy.",
  ),
  greater(
    "mcc",
    "Matthews correlation",
    "verdicts",
    "Correlation of truth and verdict, from -1 to 1; 0 for guesses.",
  ),
  greater("kappa", "Cohen's kappa", "verdicts", "Agreement of truth and verdict beyond chance."),
  greater(
    "rocAuc",
    "ROC AUC",
    "probabilities",
    "Chance that a row of a class ranks above another's: mean over classes.",
  ),
  greater(
    "weightedRocAuc",
    "weighted ROC AUC",
    "probabilities",
    "ROC AUC of each class, weighted by its rows.",
  ),
  greater("prAuc", "PR AUC", "probabilities", "Average precision over all thresholds: mean over classes."),
  greater("weightedPrAuc", "weighted PR AUC", "probabilities", "PR AUC of each class, weighted by its rows."),
  lesser("logLoss", "log loss", "Mean of minus the logarithm of the true class's probability."),
  lesser("brier", "Brier score", "Mean squared error of the probabilities."),
];

/** The figure with an id. Throws `parameter-invalid` when there is none. */
export function metricById(id: string): MetricDescription {
  const found = METRICS.find((metric) => metric.id === id);
  if (found) return found;
  const known = METRICS.map((metric) => metric.id).join(", ");
  throw new OrbweaverError("parameter-invalid", `there is no metric '${id}'; there are ${known}`);
}

/** Every figure of the table by its id. */
export function headline(metrics: Metrics): Record<string, number> {
  return Object.fromEntries(METRICS.map((metric) => [metric.id, metric.of(metrics)]));
}

/** Whether the first value of a figure is better than the second; any number is better than none. */
export function isBetter({ greaterIsBetter }: MetricDescription, first: number, second: number): boolean {
  if (Number.isNaN(first)) return false;
  if (Number.isNaN(second)) return true;
  return greaterIsBetter ? first > second : first < second;
}
