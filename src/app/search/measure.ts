// One fold of one candidate: fits on some rows, scores others, and says what came out and what it cost.
//
// Keeps no model: what was fitted is dropped with its figures.

import { setImmediate } from "node:timers/promises";
import { OrbweaverError } from "../../base/errors.ts";
import { headline } from "../../evaluate/metric-table.ts";
import { evaluateClassifier } from "../../evaluate/metrics.ts";
import { type LabelledTable, takeRows } from "../../feature/table.ts";
import type { Fold } from "./folds.ts";

/** Something that was fitted. */
export interface Fitted {
  /** Classes of its probabilities. */
  classes: readonly string[];
  benignClasses: readonly string[];
  /** Writes `rowCount × classes` probabilities, row-major. */
  scoreTable(table: LabelledTable, out: Float64Array): void;
  /** Size of the model, 0 for what has none. */
  bytes: number;
}

export type Fit = (training: LabelledTable) => Promise<Fitted>;

/** What is judged: the classes as they are, or whether a row is an attack. */
export type View = "classes" | "attack";

export interface FoldFigures {
  /** By id of the table of metrics; NaN where a figure is not defined. */
  metrics: Record<string, number>;
  fitMs: number;
  scoreUs: number;
  bytes: number;
}

/** Rows scored between two moments at which a stop is heard. */
const ROWS_AT_ONCE = 1 << 13;
/** Times that the median of scoring is taken of, at least; small tables are scored again for it, up to so many ms. */
const TIMES_LEAST = 5;
const AGAIN_MS = 100;

/** Throws what the fit throws, and `cancelled`. */
export async function measureFold(
  table: LabelledTable,
  fold: Fold,
  view: { kind: View; benignClasses: readonly string[] },
  learn: Fit,
  signal?: AbortSignal,
): Promise<FoldFigures> {
  const training = takeRows(table, fold.training);
  const fitStarted = performance.now();
  const fitted = await learn(training);
  const fitMs = performance.now() - fitStarted;
  const test = takeRows(table, fold.test);
  const { probabilities, rowUs } = await scored(fitted, test, signal);
  return {
    metrics: figuresOf(test, fitted, probabilities, view),
    fitMs,
    scoreUs: rowUs,
    bytes: fitted.bytes,
  };
}

/** Probabilities of all rows, and the median time of a row: the first ones and those that were held up by others do not count. */
async function scored(fitted: Fitted, table: LabelledTable, signal: AbortSignal | undefined) {
  const width = fitted.classes.length;
  const probabilities = new Float64Array(table.rowCount * width);
  const timesUs: number[] = [];
  const scorePart = (start: number): number => {
    const end = Math.min(start + ROWS_AT_ONCE, table.rowCount);
    const values = table.values.map((column) => column.subarray(start, end));
    const started = performance.now();
    fitted.scoreTable(
      { ...table, rowCount: end - start, values },
      probabilities.subarray(start * width, end * width),
    );
    const elapsedMs = performance.now() - started;
    timesUs.push((elapsedMs * 1000) / (end - start));
    return elapsedMs;
  };
  for (let start = 0; start < table.rowCount; start += ROWS_AT_ONCE) {
    await setImmediate();
    if (signal?.aborted) throw new OrbweaverError("cancelled", "scoring was cancelled");
    scorePart(start);
  }
  for (let againMs = 0; table.rowCount > 0 && timesUs.length < TIMES_LEAST && againMs < AGAIN_MS; )
    againMs += scorePart(0);
  return { probabilities, rowUs: medianOf(timesUs) };
}

function medianOf(values: number[]): number {
  return values.length === 0 ? Number.NaN : values.sort((a, b) => a - b)[values.length >> 1];
}

function figuresOf(
  test: LabelledTable,
  fitted: Fitted,
  probabilities: Float64Array,
  view: { kind: View; benignClasses: readonly string[] },
): Record<string, number> {
  if (view.kind === "classes") return headline(evaluateClassifier(test.classes, test.labels, probabilities));
  const isAttack = test.classes.map((name) => (view.benignClasses.includes(name) ? 0 : 1));
  const labels = Int32Array.from(test.labels, (label) => isAttack[label]);
  return headline(
    evaluateClassifier(["benign", "attack"], labels, attackProbabilities(fitted, probabilities)),
  );
}

/** Sums over benign classes and over the others. */
function attackProbabilities({ classes, benignClasses }: Fitted, probabilities: Float64Array): Float64Array {
  const width = classes.length;
  const side = classes.map((name) => (benignClasses.includes(name) ? 0 : 1));
  const joined = new Float64Array((probabilities.length / width) * 2);
  for (let index = 0; index < probabilities.length; index++) {
    joined[Math.floor(index / width) * 2 + side[index % width]] += probabilities[index];
  }
  return joined;
}
