// Bins of a histogram, chosen by the range of the values alone. Knows no values.
//
// Bins are told by where they begin. Edges are round numbers, so that people can read them.

import type { HistogramBin } from "./contract.ts";

export interface Range {
  low: number;
  high: number;
  /** Smallest absolute value that is not zero; undefined where all are zero. */
  smallest: number | undefined;
  whole: boolean;
  /** Values are µs since 1970. */
  isTime: boolean;
}

/** Bins wanted of equal width. */
const LINEAR_BINS = 30;
const LOG_BINS_MAX = 36;
/** Decades told apart; smaller values share the first bin. */
const DECADES_MAX = 18;
/** The last power of ten that is a number. */
const DECADE_MAX = 308;
/** Steps within a decade, from the finest: nearly even on a logarithmic scale. */
const MANTISSAS: readonly (readonly number[])[] = [[1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]];
/** Spans that are finer, beside the values or as such, are not divided. */
const FINEST = 1e-12;
const SPAN_MIN = 1e-290;
const STEPS = [1, 2, 2.5, 5, 10];
const [SECOND, MINUTE, HOUR, DAY] = [1e6, 60e6, 3600e6, 86_400e6];
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((step) => step * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((step) => step * MINUTE),
  ...[1, 2, 3, 6, 12].map((step) => step * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((step) => step * DAY),
];

/** Edges of bins of equal width, one more than there are bins; the first and the last hold all values between them. */
export function linearEdges(range: Range): number[] {
  const { low, high } = range;
  const span = high - low;
  // Where the values hardly differ for their size, steps between them could not be told apart.
  if (
    !(span > Math.max(SPAN_MIN, FINEST * Math.max(Math.abs(low), Math.abs(high)))) ||
    !Number.isFinite(span)
  )
    return [low, high];
  const step = stepOf(span / LINEAR_BINS, range);
  const first = Math.floor(low / step);
  const edges: number[] = [];
  for (let index = first; edges.length < 2 || edges[edges.length - 1] < high; index++)
    edges.push(rounded(index * step));
  // Rounding may have moved the first edge by its last digit.
  edges[0] = Math.min(edges[0], low);
  return edges;
}

/** The round step at or above a width. */
function stepOf(width: number, { whole, isTime }: Range): number {
  if (isTime && width > SECOND / 2) {
    const found = TIME_STEPS.find((step) => step >= width);
    if (found !== undefined) return found;
  }
  const power = 10 ** Math.floor(Math.log10(width));
  const step = rounded((STEPS.find((each) => rounded(each * power) >= width) ?? 10) * power);
  return whole ? Math.ceil(Math.max(1, step)) : step;
}

/** Edges on a logarithmic scale, mirrored for negative values. The bin that begins at 0 holds zeros alone. Undefined below three decades. */
export function logEdges(range: Range): number[] | undefined {
  const { low, high, smallest, whole, isTime } = range;
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (isTime || smallest === undefined || largest / smallest < 1000) return undefined;
  const top = Math.min(DECADE_MAX, Math.ceil(Math.log10(largest)));
  const bottom = Math.max(Math.floor(Math.log10(smallest)), top - DECADES_MAX);
  const sides = (low < 0 ? 1 : 0) + (high > 0 ? 1 : 0);
  const mantissas =
    MANTISSAS.find((steps) => steps.length * (top - bottom) * sides <= LOG_BINS_MAX) ?? MANTISSAS[3];
  const sizes: number[] = [];
  for (let decade = bottom; decade <= top; decade++)
    for (const mantissa of decade === top ? [1] : mantissas) {
      const size = rounded(mantissa * 10 ** decade);
      if (!whole || Number.isInteger(size)) sizes.push(size);
    }
  sizes[0] = Math.min(sizes[0], smallest);
  const negative =
    low < 0
      ? trimmed(sizes, -low)
          .reverse()
          .map((size) => -size)
      : [];
  const positive = high > 0 ? trimmed(sizes, high) : [];
  return [...negative, 0, ...(positive.length > 0 ? positive : [0])];
}

/** Sizes up to the first that is above the largest. */
function trimmed(sizes: readonly number[], largest: number): number[] {
  const end = sizes.findIndex((size) => size > largest);
  return end < 0
    ? [...sizes.slice(0, -1), Math.max(sizes[sizes.length - 1], largest)]
    : sizes.slice(0, end + 1);
}

/** Bins of edges, with the counts of their rows; `rows` has `width` counts a bin: without class, then of each class. */
export function binsOf(edges: readonly number[], rows: Float64Array, width: number): HistogramBin[] {
  return edges.slice(0, -1).map((low, bin) => binOf(low, edges[bin + 1], rows, bin * width, width));
}

/** A bin whose counts begin at `start`. */
export function binOf(
  low: number,
  high: number,
  rows: Float64Array,
  start: number,
  width: number,
): HistogramBin {
  const counts = rows.subarray(start, start + width);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return { low, high, rows: total, ...(width > 1 ? { byClass: Array.from(counts.subarray(1)) } : {}) };
}

/** Without the empty bins at both ends. */
export function withoutEmptyEnds(bins: readonly HistogramBin[]): HistogramBin[] {
  const first = bins.findIndex(({ rows }) => rows > 0);
  const last = bins.findLastIndex(({ rows }) => rows > 0);
  return first < 0 ? [] : bins.slice(first, last + 1);
}

/** Share of the rows in one bin of equal width from which on a logarithmic scale says more. */
const CROWDED_SHARE = 0.8;

/** Whether one bin of equal width holds so much that a logarithmic scale says more. */
export function isCrowded(linear: readonly HistogramBin[]): boolean {
  const total = linear.reduce((sum, { rows }) => sum + rows, 0);
  return linear.some(({ rows }) => rows >= CROWDED_SHARE * total);
}

/** Without the digits that multiplying made. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(14));
}
