// How much columns say of each other: correlations of numbers, and Cramér's V of categories. Knows no table.

/** Numbers of a column made ready for correlating. */
export interface Numbers {
  /** As found; what is not finite is missing, as NaN. */
  values: Float64Array;
  /** With mean 0 and squares that sum up to 1; undefined where they all are the same. Missing ones are 0. */
  scaled: Float64Array | undefined;
  /** The same of their ranks. */
  scaledRanks: Float64Array | undefined;
  /** Rows in ascending order of values, without the missing ones. */
  order: Int32Array;
  hasMissing: boolean;
}

export function numbersOf(values: Float64Array): Numbers {
  const present = new Int32Array(values.length);
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    if (Number.isFinite(values[row])) present[count++] = row;
    else values[row] = Number.NaN;
  }
  const order = present.subarray(0, count).sort((a, b) => values[a] - values[b] || a - b);
  const hasMissing = count < values.length;
  return {
    values,
    scaled: scaledOf(values),
    scaledRanks: scaledOf(ranksOf(values, order)),
    order,
    hasMissing,
  };
}

/** Ranks from 1 on, equal values sharing the mean of theirs; NaN for rows that are not in the order. */
export function ranksOf(values: Float64Array, order: Int32Array): Float64Array {
  const ranks = new Float64Array(values.length).fill(Number.NaN);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    const rank = (first + 1 + end) / 2;
    for (let at = first; at < end; at++) ranks[order[at]] = rank;
    first = end;
  }
  return ranks;
}

/** Undefined where fewer than two values differ. */
function scaledOf(values: Float64Array): Float64Array | undefined {
  let size = 0;
  let first = Number.NaN;
  let differs = false;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (count++ === 0) first = value;
    else if (value !== first) differs = true;
    size = Math.max(size, Math.abs(value));
  }
  if (!differs) return undefined;
  // A power of two loses no digit, and keeps squares of huge and tiny values in range.
  const scale = 2 ** -Math.max(-1000, Math.floor(Math.log2(size)));
  const scaled = values.map((value) => value * scale);
  // The second time takes off what the first one's rounding left.
  centre(scaled, count);
  centre(scaled, count);
  let squares = 0;
  for (let row = 0; row < scaled.length; row++) {
    if (Number.isNaN(scaled[row])) scaled[row] = 0;
    squares += scaled[row] * scaled[row];
  }
  const length = Math.sqrt(squares);
  if (!(length > 0)) return undefined;
  for (let row = 0; row < scaled.length; row++) scaled[row] /= length;
  return scaled;
}

function centre(values: Float64Array, count: number): void {
  let sum = 0;
  for (const value of values) if (!Number.isNaN(value)) sum += value;
  const mean = sum / count;
  for (let row = 0; row < values.length; row++) values[row] -= mean;
}

/** Product-moment correlation over the rows where both are there; NaN where it is not defined. */
export function pearson(a: Numbers, b: Numbers): number {
  if (a.scaled === undefined || b.scaled === undefined) return Number.NaN;
  if (!a.hasMissing && !b.hasMissing) return product(a.scaled, b.scaled);
  const [left, right] = bothThere(a.values, b.values);
  return ofScaled(scaledOf(left), scaledOf(right));
}

/** Spearman's rank correlation, ties averaged, over the rows where both are there; NaN where it is not defined. */
export function spearman(a: Numbers, b: Numbers): number {
  if (a.scaledRanks === undefined || b.scaledRanks === undefined) return Number.NaN;
  if (!a.hasMissing && !b.hasMissing) return product(a.scaledRanks, b.scaledRanks);
  const isThere = (row: number): boolean => !Number.isNaN(a.values[row]) && !Number.isNaN(b.values[row]);
  const left = ranksOf(a.values, a.order.filter(isThere));
  const right = ranksOf(b.values, b.order.filter(isThere));
  return ofScaled(scaledOf(left), scaledOf(right));
}

function bothThere(a: Float64Array, b: Float64Array): [Float64Array, Float64Array] {
  const left = new Float64Array(a.length).fill(Number.NaN);
  const right = new Float64Array(a.length).fill(Number.NaN);
  for (let row = 0; row < a.length; row++) {
    if (Number.isNaN(a[row]) || Number.isNaN(b[row])) continue;
    left[row] = a[row];
    right[row] = b[row];
  }
  return [left, right];
}

function ofScaled(a: Float64Array | undefined, b: Float64Array | undefined): number {
  return a === undefined || b === undefined ? Number.NaN : product(a, b);
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < a.length; row++) sum += a[row] * b[row];
  return Math.min(1, Math.max(-1, sum));
}

/** A column of categories: codes from 0, -1 for missing. */
export interface Categories {
  codes: Int32Array;
  count: number;
}

/**
 * Cramér's V corrected for bias (Bergsma 2013, A bias-correction for Cramér's V and Tschuprow's T), over the rows where both
 * are there. NaN where one of them has fewer than two categories in these.
 */
export function cramersV(a: Categories, b: Categories): number {
  const joint = new Float64Array(a.count * b.count);
  const [left, right] = [new Float64Array(a.count), new Float64Array(b.count)];
  let rows = 0;
  for (let row = 0; row < a.codes.length; row++) {
    const [x, y] = [a.codes[row], b.codes[row]];
    if (x < 0 || y < 0) continue;
    joint[x * b.count + y]++;
    left[x]++;
    right[y]++;
    rows++;
  }
  const [r, k] = [left.filter(Boolean).length, right.filter(Boolean).length];
  if (r < 2 || k < 2) return Number.NaN;
  let sum = 0;
  for (let x = 0; x < a.count; x++) {
    if (left[x] === 0) continue;
    for (let y = 0; y < b.count; y++) {
      const count = joint[x * b.count + y];
      if (count > 0) sum += (count / left[x]) * (count / right[y]);
    }
  }
  // Chi-square divided by the rows is this sum less one.
  const phi = Math.max(0, sum - 1 - ((r - 1) * (k - 1)) / (rows - 1));
  const [rowsSide, columnsSide] = [r - (r - 1) ** 2 / (rows - 1), k - (k - 1) ** 2 / (rows - 1)];
  const scale = Math.min(rowsSide, columnsSide) - 1;
  return scale > 0 ? Math.min(1, Math.sqrt(phi / scale)) : Number.NaN;
}
