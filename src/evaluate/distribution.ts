// Whether two samples come from the same distribution, and how far a share that was counted may be off.
//
// Every statistic has scipy's definition (checked against a golden of it). An effect size says how much two samples
// differ, a probability only whether chance alone could do it: with many rows everything is "significant". Knows no
// columns and no files.

import { exactExp, exactLog } from "../base/elementary.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;
const SQRT_TWO_PI = 2.5066282746310002;
const PI_SQUARED = 9.869604401089358;
/** Normal quantile of 0.975, for intervals of 95 %. */
export const Z_95 = 1.959963984540054;

export interface TwoSampleTest {
  statistic: number;
  /** Probability of a statistic at least this large where both samples come from one distribution. */
  probability: number;
}

/**
 * Two-sample Kolmogorov-Smirnov test of ascending samples without NaN: the largest distance of their distribution functions,
 * and its asymptotic probability (Smirnov 1948). NaN where a sample is empty.
 */
export function kolmogorovSmirnov(a: Float64Array, b: Float64Array): TwoSampleTest {
  if (a.length === 0 || b.length === 0) return { statistic: Number.NaN, probability: Number.NaN };
  let statistic = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const value = Math.min(a[i], b[j]);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    statistic = Math.max(statistic, Math.abs(i / a.length - j / b.length));
  }
  const rows = (a.length / (a.length + b.length)) * b.length;
  return { statistic, probability: kolmogorovTail(Math.sqrt(rows) * statistic) };
}

/** Probability that the limit distribution of Kolmogorov exceeds a value. */
export function kolmogorovTail(value: number): number {
  if (!(value > 0)) return 1;
  if (value < 1.18) {
    let sum = 0;
    for (let odd = 1; odd <= 7; odd += 2) sum += exactExp((-odd * odd * PI_SQUARED) / (8 * value * value));
    return 1 - (SQRT_TWO_PI / value) * sum;
  }
  let sum = 0;
  for (let term = 1; term <= 6; term++) sum += (term % 2 === 1 ? 2 : -2) * exactExp(-2 * (term * value) ** 2);
  return Math.min(1, Math.max(0, sum));
}

export interface ChiSquareTest extends TwoSampleTest {
  /** Categories that occur, less one. */
  degrees: number;
  /** Cramér's V: 0 where both samples have the same shares, 1 where they share no category. */
  cramersV: number;
}

/** Chi-square test of homogeneity of the counts of two samples by category, without continuity correction. */
export function chiSquare(a: ArrayLike<number>, b: ArrayLike<number>): ChiSquareTest {
  const [rowsA, rowsB] = [sumOf(a), sumOf(b)];
  const rows = rowsA + rowsB;
  let statistic = 0;
  let categories = 0;
  for (let category = 0; category < a.length; category++) {
    const both = a[category] + b[category];
    if (both === 0) continue;
    categories++;
    const [expectedA, expectedB] = [(both * rowsA) / rows, (both * rowsB) / rows];
    if (expectedA > 0) statistic += (a[category] - expectedA) ** 2 / expectedA;
    if (expectedB > 0) statistic += (b[category] - expectedB) ** 2 / expectedB;
  }
  const degrees = Math.max(0, categories - 1);
  const isTest = degrees > 0 && rowsA > 0 && rowsB > 0;
  return {
    statistic: isTest ? statistic : 0,
    degrees,
    probability: isTest ? chiSquareTail(statistic, degrees) : 1,
    cramersV: isTest ? Math.sqrt(statistic / rows) : 0,
  };
}

/** Probability that a chi-square variable with `degrees` degrees of freedom exceeds a value. */
export function chiSquareTail(value: number, degrees: number): number {
  return value <= 0 ? 1 : upperGamma(degrees / 2, value / 2);
}

/** Shares that are none are taken for this many rows, so that the index stays finite. */
const PSI_ROWS = 0.5;

/** Population stability index of the counts of two samples by bin: the sum of (p - q) ln(p / q). */
export function stabilityIndex(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [rowsA, rowsB] = [sumOf(a), sumOf(b)];
  if (rowsA === 0 || rowsB === 0) return Number.NaN;
  let sum = 0;
  for (let bin = 0; bin < a.length; bin++) {
    if (a[bin] + b[bin] === 0) continue;
    const p = Math.max(a[bin], PSI_ROWS) / rowsA;
    const q = Math.max(b[bin], PSI_ROWS) / rowsB;
    sum += (p - q) * exactLog(p / q);
  }
  return sum;
}

/** Half the sum of the differences of shares: 0 for equal distributions, 1 for those that share nothing. */
export function totalVariation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [rowsA, rowsB] = [sumOf(a), sumOf(b)];
  if (rowsA === 0 || rowsB === 0) return Number.NaN;
  let sum = 0;
  for (let bin = 0; bin < a.length; bin++) sum += Math.abs(a[bin] / rowsA - b[bin] / rowsB);
  return sum / 2;
}

export interface Interval {
  low: number;
  high: number;
}

/** Wilson's score interval of a share (1927), 95 % unless `z` says otherwise. */
export function wilsonInterval(hits: number, rows: number, z = Z_95): Interval {
  if (rows === 0) return { low: 0, high: 1 };
  const share = hits / rows;
  const scale = 1 + (z * z) / rows;
  const centre = (share + (z * z) / (2 * rows)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / rows + (z * z) / (4 * rows * rows));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

// --- the gamma function ---------------------------------------------------------------------------------------

const TERMS_MAX = 10_000;
const PRECISION = 1e-16;
const TINY = 1e-300;

/** Regularised upper incomplete gamma function Q(a, x): series below a + 1, Lentz's continued fraction above. */
function upperGamma(a: number, x: number): number {
  const front = exactExp(a * exactLog(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < TERMS_MAX && term > sum * PRECISION; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return Math.max(0, 1 - front * sum);
  }
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < TERMS_MAX; n++) {
    const step = -n * (n - a);
    b += 2;
    d = 1 / nonZero(step * d + b);
    c = nonZero(b + step / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < PRECISION * 4) break;
  }
  return front * fraction;
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** ln Γ(x) for x > 0: Stirling's series from 12 on, the recurrence below. */
function logGamma(x: number): number {
  let shift = 0;
  let value = x;
  for (; value < 12; value++) shift += exactLog(value);
  const inverse = 1 / value;
  const square = inverse * inverse;
  const series =
    inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  return (value - 0.5) * exactLog(value) - value + HALF_LOG_TWO_PI + series - shift;
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index];
  return sum;
}
