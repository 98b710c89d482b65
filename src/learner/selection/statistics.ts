// How much a column says of the label, and two columns of each other: sums over rows. Knows no method.
//
// Rows where one of the two is missing are left out. Only operations whose every bit ECMAScript fixes are used.

import type { Codes, Numbers } from "./columns.ts";

/** Two relations of a column to the label. */
export interface LabelRelation {
  /** F of the test that all classes have the same mean; infinite where the column tells the classes exactly. */
  f: number;
  /** Share of the column's variance that lies between classes, from 0 to 1. */
  share: number;
}

const UNRELATED: LabelRelation = { f: 0, share: 0 };

/**
 * One-way analysis of variance of a numeric column by class: F = (between / (k - 1)) / (within / (n - k)), from deviations
 * of class means, not from differences of large sums.
 */
export function numericRelation(numbers: Numbers, labels: Codes): LabelRelation {
  const { values } = numbers;
  const { codes, count } = labels;
  if (numbers.range === 0) return UNRELATED;
  const rows = new Float64Array(count);
  const means = new Float64Array(count);
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (Number.isNaN(value)) continue;
    rows[codes[index]]++;
    means[codes[index]] += value;
  }
  let [classes, total] = [0, 0];
  for (let label = 0; label < count; label++) {
    if (rows[label] === 0) continue;
    classes++;
    total += means[label];
    means[label] /= rows[label];
  }
  if (classes < 2 || numbers.present <= classes) return UNRELATED;
  const mean = total / numbers.present;
  let between = 0;
  for (let label = 0; label < count; label++) between += rows[label] * (means[label] - mean) ** 2;
  let within = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (Number.isNaN(value)) continue;
    const deviation = value - means[codes[index]];
    within += deviation * deviation;
  }
  const f = between / (classes - 1) / (within / (numbers.present - classes));
  return { f, share: between / (between + within) };
}

/** Chi-square of the table of two columns of codes divided by its rows, with the numbers of categories that occur in it. */
export interface Association {
  phiSquared: number;
  rows: number;
  left: number;
  right: number;
}

/** Rows are grouped by the left code first, so that memory grows with categories and not with their product. */
export function association(left: Codes, right: Codes): Association {
  const groups = new Int32Array(left.count + 1);
  const rightRows = new Float64Array(right.count);
  let rows = 0;
  for (let index = 0; index < left.codes.length; index++) {
    if (left.codes[index] < 0 || right.codes[index] < 0) continue;
    groups[left.codes[index] + 1]++;
    rightRows[right.codes[index]]++;
    rows++;
  }
  for (let code = 0; code < left.count; code++) groups[code + 1] += groups[code];
  const grouped = new Int32Array(rows);
  const next = groups.slice();
  for (let index = 0; index < left.codes.length; index++) {
    if (left.codes[index] < 0 || right.codes[index] < 0) continue;
    grouped[next[left.codes[index]]++] = right.codes[index];
  }
  let sum = 0;
  let leftSeen = 0;
  const joint = new Float64Array(right.count);
  for (let code = 0; code < left.count; code++) {
    const leftRows = groups[code + 1] - groups[code];
    if (leftRows === 0) continue;
    leftSeen++;
    for (let at = groups[code]; at < groups[code + 1]; at++) joint[grouped[at]]++;
    for (let other = 0; other < right.count; other++) {
      if (joint[other] === 0) continue;
      sum += (joint[other] / leftRows) * (joint[other] / rightRows[other]);
      joint[other] = 0;
    }
  }
  const rightSeen = rightRows.reduce((seen, count) => seen + (count > 0 ? 1 : 0), 0);
  return { phiSquared: Math.max(0, sum - 1), rows, left: leftSeen, right: rightSeen };
}

/**
 * The relation of a categorical column to the label on the scale of F: the column is taken as the indicators of its
 * categories, and F is the usual approximation for Pillai's trace of their multivariate analysis of variance (Pillai 1955),
 * a trace that is chi-square divided by the rows. For two categories it is the F of the column of zeros and ones.
 */
export function categoricalRelation(column: Codes, labels: Codes): LabelRelation {
  const { phiSquared, rows, left, right } = association(column, labels);
  const [variates, effects, error] = [left - 1, right - 1, rows - right];
  if (variates < 1 || effects < 1 || error <= variates) return UNRELATED;
  const roots = Math.min(variates, effects);
  const first = (Math.abs(variates - effects) - 1) / 2;
  const second = (error - variates - 1) / 2;
  // Rounding leaves a perfect relation a little off; Pillai's trace is at most the number of roots.
  const trace = roots - phiSquared < 1e-12 * roots ? roots : phiSquared;
  const f = ((2 * second + roots + 1) / (2 * first + roots + 1)) * (trace / (roots - trace));
  return { f, share: trace / roots };
}

/** Cramér's V corrected for bias (Bergsma 2013), 0 to 1; NaN where one of the two has fewer than two categories. */
export function cramersV(a: Codes, b: Codes): number {
  const { phiSquared, rows, left, right } = association(a, b);
  if (left < 2 || right < 2) return Number.NaN;
  const phi = Math.max(0, phiSquared - ((left - 1) * (right - 1)) / (rows - 1));
  const sides = [left, right].map((count) => count - (count - 1) ** 2 / (rows - 1));
  const scale = Math.min(...sides) - 1;
  return scale > 0 ? Math.min(1, Math.sqrt(phi / scale)) : Number.NaN;
}

/** Product-moment correlation over the rows where both have a value; NaN where it is not defined. */
export function pearson(a: Numbers, b: Numbers): number {
  const rows = a.values.length;
  if (a.present < rows || b.present < rows) return pairwisePearson(a.values, b.values);
  const product = productOf(a.values, b.values);
  return correlationOf(rows, [a.sum, a.squares], [b.sum, b.squares], product);
}

/** Four sums side by side, which need not wait for each other. */
function productOf(x: Float64Array, y: Float64Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const even = x.length - (x.length % 4);
  for (let index = 0; index < even; index += 4) {
    first += x[index] * y[index];
    second += x[index + 1] * y[index + 1];
    third += x[index + 2] * y[index + 2];
    fourth += x[index + 3] * y[index + 3];
  }
  for (let index = even; index < x.length; index++) first += x[index] * y[index];
  return first + second + (third + fourth);
}

function pairwisePearson(x: Float64Array, y: Float64Array): number {
  let [count, sumX, sumY, squareX, squareY, product] = [0, 0, 0, 0, 0, 0];
  for (let index = 0; index < x.length; index++) {
    const left = x[index];
    const right = y[index];
    if (Number.isNaN(left + right)) continue;
    count++;
    sumX += left;
    sumY += right;
    squareX += left * left;
    squareY += right * right;
    product += left * right;
  }
  return correlationOf(count, [sumX, squareX], [sumY, squareY], product);
}

/** Sums and sums of squares of two columns, and the sum of their products. */
function correlationOf(
  count: number,
  [sumX, squareX]: [number, number],
  [sumY, squareY]: [number, number],
  product: number,
): number {
  const varianceX = squareX - (sumX / count) * sumX;
  const varianceY = squareY - (sumY / count) * sumY;
  // Where both are there, one of them may be constant; rounding leaves such a variance a little above zero.
  if (!(varianceX > 1e-12 * squareX && varianceY > 1e-12 * squareY)) return Number.NaN;
  const correlation = (product - (sumX / count) * sumY) / Math.sqrt(varianceX * varianceY);
  return Math.min(1, Math.max(-1, correlation));
}
