// Fits rules for what is unknown (src/model/unknown.ts) to rows that the learner has not seen.
//
// The bar of a class is the lowest but (1 - coverage) × (rows + 1) of its rows' scores (split conformal prediction: Vovk,
// Gammerman, Shafer 2005; Bates et al. 2023 for outliers), so that of new rows like them at least the coverage reaches it.

import { exactLog } from "../base/elementary.ts";
import { OrbweaverError } from "../base/errors.ts";
import type { ColumnSpecification, LabelledTable } from "../feature/table.ts";
import type { Caution } from "../model/contract.ts";
import { binOf, binsOf, type DensityRule, densitiesOf, type UnknownRule } from "../model/unknown.ts";

export interface UnknownFit {
  rule: UnknownRule;
  /** What was measured on the rows: share called unknown, and for sets the share that hold the class and their mean size. */
  figures: Record<string, number>;
}

/** Bins of a numeric column between the quantiles of the training rows. */
const BINS = 32;
/** Rows that quantiles are taken from: every n-th beyond. */
const SAMPLE_ROWS = 100_000;
/** Added to the rows of each bin, so that no value is impossible. */
const SMOOTHING = 0.5;
/** A class with fewer rows has no bar of its own: its rows are too few to say what is usual. */
const CLASS_ROWS_MIN = 5;

/**
 * @param training rows that densities are taken from
 * @param aside rows that bars are taken from; seen by nothing else
 * @param probabilities of the rows aside, row-major
 * @throws `training-data` when there are no rows aside
 */
export function fitUnknown(
  { method, coverage }: { method: Caution["method"]; coverage: number },
  training: LabelledTable,
  aside: LabelledTable,
  probabilities: Float64Array,
): UnknownFit {
  if (aside.rowCount === 0) {
    throw new OrbweaverError("training-data", "no rows are left to tell what is unknown", {
      hint: "Give more rows, a larger share to calibrate with, or train without --unknown.",
    });
  }
  const classes = aside.classes.length;
  if (method === "conformal") {
    const bars = barsOf(
      aside,
      coverage,
      (row, index) => Math.fround(probabilities[row * classes + index]),
      2,
    );
    return { rule: { method, coverage, bars }, figures: conformalFigures(aside, probabilities, bars) };
  }
  const rule = densityOf(training, coverage);
  const scores = densityScores(rule, aside);
  const bars = barsOf(
    aside,
    coverage,
    (row, index) => scores[row * classes + index],
    Number.POSITIVE_INFINITY,
  );
  const fitted = { ...rule, bars };
  const unknown = shareOf(aside.rowCount, (row) =>
    bars.every((bar, index) => scores[row * classes + index] < bar),
  );
  return { rule: fitted, figures: { unknownShare: unknown } };
}

/** The bar of each class; `never` for classes without training rows. */
function barsOf(
  aside: LabelledTable,
  coverage: number,
  scoreOf: (row: number, index: number) => number,
  never: number,
): Float64Array {
  return Float64Array.from(aside.classes, (_, index) => {
    const scores: number[] = [];
    for (let row = 0; row < aside.rowCount; row++) {
      if (aside.labels[row] === index) scores.push(scoreOf(row, index));
    }
    if (scores.length === 0) return never;
    scores.sort((a, b) => a - b);
    // With few rows no bar can promise the coverage: then the lowest score is the bar that promises most.
    const below = scores.length < CLASS_ROWS_MIN ? 0 : Math.floor((1 - coverage) * (scores.length + 1)) - 1;
    return scores[Math.max(0, below)];
  });
}

function conformalFigures(aside: LabelledTable, probabilities: Float64Array, bars: Float64Array) {
  const classes = bars.length;
  const holds = (row: number, index: number): boolean =>
    Math.fround(probabilities[row * classes + index]) >= bars[index];
  let members = 0;
  for (let row = 0; row < aside.rowCount; row++)
    for (let index = 0; index < classes; index++) if (holds(row, index)) members++;
  return {
    setCoverage: shareOf(aside.rowCount, (row) => holds(row, aside.labels[row])),
    setSizeMean: members / aside.rowCount,
    unknownShare: shareOf(aside.rowCount, (row) => bars.every((_, index) => !holds(row, index))),
  };
}

function shareOf(rows: number, has: (row: number) => boolean): number {
  let count = 0;
  for (let row = 0; row < rows; row++) if (has(row)) count++;
  return count / rows;
}

function densityOf(table: LabelledTable, coverage: number): DensityRule {
  const { columns } = table.schema;
  const classes = table.classes.length;
  const edgesOf = columns.map((column, index) =>
    column.kind === "categorical" ? [] : quantileEdges(table.values[index], table.rowCount),
  );
  const edgeStarts = startsOf(edgesOf.map((edges) => edges.length));
  const binStarts = startsOf(columns.map((column, index) => binsOf(column, edgesOf[index].length) + 1));
  const edges = Float64Array.from(edgesOf.flat());
  const bins = binStarts[columns.length];
  const counts = new Float64Array(classes * bins).fill(SMOOTHING);
  columns.forEach((column, index) => {
    const [first, end] = [edgeStarts[index], edgeStarts[index + 1]];
    for (let row = 0; row < table.rowCount; row++) {
      const bin = binStarts[index] + binOf(column, edges, first, end, table.values[index][row]);
      counts[table.labels[row] * bins + bin]++;
    }
  });
  const logarithms = logarithmsOf(counts, columns, binStarts, classes);
  return {
    method: "density",
    coverage,
    bars: new Float64Array(classes),
    edgeStarts,
    edges,
    binStarts,
    logarithms,
  };
}

/** Logarithm of each bin's share among the bins of its column and class. */
function logarithmsOf(
  counts: Float64Array,
  columns: readonly ColumnSpecification[],
  binStarts: Uint32Array,
  classes: number,
): Float64Array {
  const bins = binStarts[columns.length];
  const logarithms = new Float64Array(counts.length);
  for (let index = 0; index < classes; index++) {
    columns.forEach((_, column) => {
      const [first, end] = [index * bins + binStarts[column], index * bins + binStarts[column + 1]];
      let sum = 0;
      for (let bin = first; bin < end; bin++) sum += counts[bin];
      for (let bin = first; bin < end; bin++) logarithms[bin] = exactLog(counts[bin] / sum);
    });
  }
  return logarithms;
}

/** Distinct edges at about equal shares of the rows; the lowest and the highest value are edges, so that what lies beyond is told apart. */
function quantileEdges(values: Float64Array | Float32Array, rowCount: number): number[] {
  const step = Math.max(1, Math.ceil(rowCount / SAMPLE_ROWS));
  const sample: number[] = [];
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < rowCount; row++) {
    const value = values[row];
    if (Number.isNaN(value)) continue;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
    if (row % step === 0) sample.push(value);
  }
  if (highest < lowest) return [];
  const sorted = Float64Array.from(sample).sort();
  const below = previousNumber(lowest);
  const edges = new Set<number>([below]);
  for (let bin = 1; bin < BINS && sorted.length > 0; bin++)
    edges.add(sorted[Math.floor((bin * (sorted.length - 1)) / BINS)]);
  edges.add(highest);
  return [...edges].sort((a, b) => a - b);
}

/** The largest number below a number, so that the number itself lies above it. */
function previousNumber(value: number): number {
  if (value === Number.NEGATIVE_INFINITY) return value;
  if (value === Number.POSITIVE_INFINITY) return Number.MAX_VALUE;
  if (value === 0) return -Number.MIN_VALUE;
  const bits = new BigInt64Array(Float64Array.of(value).buffer);
  bits[0] += value > 0 ? -1n : 1n;
  return new Float64Array(bits.buffer)[0];
}

function startsOf(lengths: readonly number[]): Uint32Array {
  const starts = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, index) => {
    starts[index + 1] = starts[index] + length;
  });
  return starts;
}

function densityScores(rule: DensityRule, table: LabelledTable): Float64Array {
  const columns = table.schema.columns;
  const classes = table.classes.length;
  const row = new Float64Array(columns.length);
  const sums = new Float64Array(classes);
  const out = new Float64Array(table.rowCount * classes);
  for (let index = 0; index < table.rowCount; index++) {
    for (let column = 0; column < columns.length; column++) row[column] = table.values[column][index];
    densitiesOf(rule, columns, row, 0, sums);
    out.set(sums, index * classes);
  }
  return out;
}
