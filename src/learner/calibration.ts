// Fits calibrations (src/model/calibration.ts) to the probabilities of rows that the learner has not seen.
//
// Probabilities are rounded to 32-bit floats first, so that last bits, in which engines differ, decide nothing.

import { exactExp, exactLog } from "../base/elementary.ts";
import { OrbweaverError } from "../base/errors.ts";
import type { LabelledTable } from "../feature/table.ts";
import { type Calibration, calibrate, functionsOf, LOG_ODDS_LIMIT } from "../model/calibration.ts";
import { fitPlatt } from "./platt.ts";

export const CALIBRATION_METHODS = ["platt", "isotonic", "temperature"] as const;
export type CalibrationMethod = (typeof CALIBRATION_METHODS)[number];

export interface FittedCalibration {
  calibration: Calibration;
  /** Mean log loss on the rows that it was fitted to. */
  before: number;
  after: number;
}

/** Fewest rows that a calibration is fitted to. */
const ROWS_MIN = 20;

/**
 * @param probabilities row-major, `table.rowCount × table.classes.length`
 * @throws `training-data` when there are too few rows
 */
export function fitCalibration(
  method: CalibrationMethod,
  probabilities: Float64Array,
  table: Pick<LabelledTable, "rowCount" | "labels" | "classes">,
): FittedCalibration {
  const { rowCount, labels } = table;
  const classes = table.classes.length;
  if (rowCount < ROWS_MIN) {
    throw new OrbweaverError(
      "training-data",
      `${rowCount} rows are left to calibrate with, expected at least ${ROWS_MIN}`,
      { hint: "Give more rows, a larger share to calibrate with, or train without calibration." },
    );
  }
  const rounded = Float64Array.from(Float32Array.from(probabilities));
  const calibration = fitted(method, rounded, labels, rowCount, classes);
  const after = rounded.slice();
  calibrate(calibration, classes, rowCount, after, 0);
  return {
    calibration,
    before: meanLogLoss(rounded, labels, rowCount, classes),
    after: meanLogLoss(after, labels, rowCount, classes),
  };
}

function fitted(
  method: CalibrationMethod,
  probabilities: Float64Array,
  labels: Int32Array,
  rowCount: number,
  classes: number,
): Calibration {
  if (method === "temperature")
    return { method, temperature: fitTemperature(probabilities, labels, rowCount, classes) };
  const functions = functionsOf(classes);
  const column = (index: number): Float64Array =>
    Float64Array.from({ length: rowCount }, (_, row) => probabilities[row * classes + index]);
  const marks = (index: number): Uint8Array =>
    Uint8Array.from({ length: rowCount }, (_, row) => (labels[row] === index ? 1 : 0));
  // With two classes the one function is of the second.
  const classOf = (index: number): number => (functions === 1 ? 1 : index);
  const all = Array.from({ length: functions }, (_, index) => classOf(index));
  if (method === "platt") {
    const scales = all.map((index) => fitPlatt(column(index).map(exactLogOdds), marks(index)));
    return {
      method,
      slopes: Float64Array.from(scales, (scale) => scale.slope),
      offsets: Float64Array.from(scales, (scale) => scale.offset),
    };
  }
  const steps = all.map((index) => fitIsotonic(column(index), marks(index)));
  const starts = new Uint32Array(functions + 1);
  steps.forEach(({ from }, index) => {
    starts[index + 1] = starts[index] + from.length;
  });
  return {
    method,
    starts,
    from: Float64Array.from(steps.flatMap(({ from }) => from)),
    to: Float64Array.from(steps.flatMap(({ to }) => to.map((share) => held(share, rowCount)))),
  };
}

/** A share kept half a row from 0 and 1: so few rows can call nothing impossible. */
function held(share: number, rowCount: number): number {
  const least = 0.5 / (rowCount + 1);
  return Math.max(least, Math.min(1 - least, share));
}

function exactLogOdds(probability: number): number {
  if (!(probability > 0)) return -LOG_ODDS_LIMIT;
  if (probability >= 1) return LOG_ODDS_LIMIT;
  const value = exactLog(probability) - exactLog(1 - probability);
  return Math.max(-LOG_ODDS_LIMIT, Math.min(LOG_ODDS_LIMIT, value));
}

/**
 * The non-decreasing function of least squares, by pooling adjacent violators (Ayer et al. 1955): points to join by lines, at
 * the ends of each pool.
 */
export function fitIsotonic(values: Float64Array, positive: Uint8Array): { from: number[]; to: number[] } {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b] || a - b);
  const pools: { first: number; last: number; sum: number; count: number }[] = [];
  for (let index = 0; index < order.length; ) {
    const value = values[order[index]];
    const pool = { first: value, last: value, sum: 0, count: 0 };
    for (; index < order.length && values[order[index]] === value; index++) {
      pool.sum += positive[order[index]];
      pool.count++;
    }
    pools.push(pool);
    while (pools.length > 1) {
      const [before, last] = pools.slice(-2);
      if (before.sum * last.count < last.sum * before.count) break;
      pools.splice(-2, 2, {
        first: before.first,
        last: last.last,
        sum: before.sum + last.sum,
        count: before.count + last.count,
      });
    }
  }
  const [from, to]: [number[], number[]] = [[], []];
  for (const { first, last, sum, count } of pools) {
    for (const value of first === last ? [first] : [first, last]) {
      from.push(value);
      to.push(sum / count);
    }
  }
  return { from, to };
}

const TEMPERATURE = { low: 0.02, high: 50, steps: 60 } as const;

/** The temperature of least log loss, by golden sections over its logarithm: the loss has one valley. */
function fitTemperature(
  probabilities: Float64Array,
  labels: Int32Array,
  rowCount: number,
  classes: number,
): number {
  const logarithms = probabilities.map((value) => exactLog(Math.max(value, 1e-30)));
  const lossOf = (logarithm: number): number => {
    const inverse = exactExp(-logarithm);
    let loss = 0;
    for (let row = 0; row < rowCount; row++) {
      const at = row * classes;
      let top = Number.NEGATIVE_INFINITY;
      for (let index = 0; index < classes; index++) top = Math.max(top, logarithms[at + index]);
      let sum = 0;
      for (let index = 0; index < classes; index++) sum += exactExp((logarithms[at + index] - top) * inverse);
      loss += exactLog(sum) - (logarithms[at + labels[row]] - top) * inverse;
    }
    return loss;
  };
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [exactLog(TEMPERATURE.low), exactLog(TEMPERATURE.high)];
  let [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [leftLoss, rightLoss] = [lossOf(left), lossOf(right)];
  for (let step = 0; step < TEMPERATURE.steps && high - low > 1e-4; step++) {
    if (leftLoss <= rightLoss) {
      [high, right, rightLoss] = [right, left, leftLoss];
      left = high - ratio * (high - low);
      leftLoss = lossOf(left);
    } else {
      [low, left, leftLoss] = [left, right, rightLoss];
      right = low + ratio * (high - low);
      rightLoss = lossOf(right);
    }
  }
  return exactExp((low + high) / 2);
}

function meanLogLoss(
  probabilities: Float64Array,
  labels: Int32Array,
  rowCount: number,
  classes: number,
): number {
  let sum = 0;
  for (let row = 0; row < rowCount; row++)
    sum -= exactLog(Math.max(2 ** -52, Math.min(1, Math.fround(probabilities[row * classes + labels[row]]))));
  return sum / rowCount;
}
