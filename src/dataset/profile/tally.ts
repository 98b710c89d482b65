// Everything that one pass over the sorted values of a column tells: mean, spread, quantiles, bins, repeats, by class.
//
// Values come in ascending order, each with its class and the number of rows that it stands for, so that sums are the same
// however the table was read, and memory does not grow with the rows. Knows no SQL.

import { binOf, binsOf, isCrowded, linearEdges, logEdges, withoutEmptyEnds } from "./bins.ts";
import {
  CLASS_QUANTILE_SHARES,
  type Histogram,
  QUANTILE_SHARES,
  type Quantile,
  TOP_VALUES,
  type TopValue,
} from "./contract.ts";
import type { Facts } from "./facts.ts";

/** Different values up to which each has a bin. */
const VALUES_MAX = 24;

/** Moments and order statistics of one group of values: all, or those of a class. */
interface Group {
  /** Values that are known to come. */
  total: number;
  seen: number;
  /** The first value; means are reckoned from it, so that small differences of large values keep their digits. */
  origin: number;
  mean: number;
  /** Sum of squared differences from the mean (Welford 1962). */
  squares: number;
  shares: readonly number[];
  /** Ascending ranks that quantiles need, two for each; `found` holds their values. */
  ranks: Float64Array;
  found: Float64Array;
  next: number;
}

interface Bins {
  edges: number[];
  /** Counts of each bin: without class, then of each class. */
  rows: Float64Array;
  /** The bin of the present value. */
  at: number;
}

export interface Tally {
  isTime: boolean;
  /** Counts a bin has: one without class, and one of each class. */
  width: number;
  all: Group;
  byClass: Group[];
  linear: Bins;
  log: Bins | undefined;
  /** Bins of the first different values. */
  values: Float64Array;
  valueRows: Float64Array;
  whole: boolean;
  zeros: number;
  negative: number;
  distinct: number;
  /** The value that comes now, and how often it came. */
  value: number;
  valueCount: number;
  top: TopValue<number>[];
}

/** A tally of values whose range and counts are known. */
export function newTally(facts: NonNullable<Facts["number"]>, isTime: boolean): Tally {
  const width = 1 + facts.finite.byClass.length;
  // Whether values are whole is not known yet: edges of whole numbers are taken where the range's ends are.
  const whole =
    Number.isInteger(facts.low) && Number.isInteger(facts.high) && Number.isInteger(facts.smallest ?? 0);
  const range = { low: facts.low, high: facts.high, smallest: facts.smallest, whole, isTime };
  const log = logEdges(range);
  return {
    isTime,
    width,
    all: newGroup(facts.finite.all, QUANTILE_SHARES),
    byClass: facts.finite.byClass.map((count) => newGroup(count, CLASS_QUANTILE_SHARES)),
    linear: newBins(linearEdges(range), width),
    log: log === undefined ? undefined : newBins(log, width),
    values: new Float64Array(VALUES_MAX),
    valueRows: new Float64Array(VALUES_MAX * width),
    whole: true,
    zeros: 0,
    negative: 0,
    distinct: 0,
    value: Number.NaN,
    valueCount: 0,
    top: [],
  };
}

function newGroup(total: number, shares: readonly number[]): Group {
  const ranks = shares.flatMap((share) => {
    const rank = (total - 1) * share;
    return [Math.floor(rank), Math.ceil(rank)];
  });
  return {
    total,
    seen: 0,
    origin: 0,
    mean: 0,
    squares: 0,
    shares,
    ranks: Float64Array.from(ranks),
    found: new Float64Array(ranks.length),
    next: 0,
  };
}

function newBins(edges: number[], width: number): Bins {
  return { edges, rows: new Float64Array((edges.length - 1) * width), at: 0 };
}

/** Takes the first `count` values: ascending, those of earlier calls before them. Classes are codes, -1 for none. */
export function tallyValues(
  tally: Tally,
  values: Float64Array,
  classes: Int32Array,
  rows: Float64Array,
  count: number,
): void {
  const { width, linear, log, valueRows } = tally;
  for (let index = 0; index < count; index++) {
    const value = values[index];
    const weight = rows[index];
    const code = classes[index] + 1;
    if (value !== tally.value) nextValue(tally, value);
    tally.valueCount += weight;
    linear.rows[linear.at * width + code] += weight;
    if (log !== undefined) log.rows[log.at * width + code] += weight;
    if (tally.distinct <= VALUES_MAX) valueRows[(tally.distinct - 1) * width + code] += weight;
    add(tally.all, value, weight);
    if (code > 0) add(tally.byClass[code - 1], value, weight);
  }
}

function nextValue(tally: Tally, value: number): void {
  endValue(tally);
  tally.value = value;
  tally.valueCount = 0;
  tally.distinct++;
  if (tally.distinct <= VALUES_MAX) tally.values[tally.distinct - 1] = value;
  if (tally.whole && !Number.isInteger(value)) tally.whole = false;
  advance(tally.linear, value);
  if (tally.log !== undefined) advance(tally.log, value);
}

function advance(bins: Bins, value: number): void {
  const last = bins.edges.length - 2;
  while (bins.at < last && value >= bins.edges[bins.at + 1]) bins.at++;
}

/** Keeps what is known of the value that came last. */
function endValue(tally: Tally): void {
  const { value, valueCount, top } = tally;
  if (valueCount === 0) return;
  if (value === 0) tally.zeros += valueCount;
  else if (value < 0) tally.negative += valueCount;
  if (valueCount < 2 || (top.length === TOP_VALUES && valueCount <= top[TOP_VALUES - 1].rows)) return;
  const place = top.findIndex(({ rows }) => rows < valueCount);
  top.splice(place < 0 ? top.length : place, 0, { value, rows: valueCount });
  if (top.length > TOP_VALUES) top.pop();
}

function add(group: Group, value: number, weight: number): void {
  if (group.seen === 0) group.origin = value;
  const seen = group.seen + weight;
  const shifted = value - group.origin;
  const difference = shifted - group.mean;
  group.mean += (difference * weight) / seen;
  group.squares += weight * difference * (shifted - group.mean);
  group.seen = seen;
  while (group.next < group.ranks.length && group.ranks[group.next] < seen) group.found[group.next++] = value;
}

export interface TallyResult {
  whole: boolean;
  zeros: number;
  negative: number;
  distinct: number;
  mean: number;
  standardDeviation: number | undefined;
  quantiles: Quantile[];
  histogram: Histogram;
  top: TopValue<number>[];
  byClass: (Moments | undefined)[];
  /** Share of the squared differences from the mean that lies between classes, as its root; NaN where not defined. */
  correlationRatio: number;
}

export interface Moments {
  mean: number;
  standardDeviation: number | undefined;
  quantiles: Quantile[];
}

/** What was found, once every value was taken; there must have been one. */
export function tallyResult(tally: Tally): TallyResult {
  endValue(tally);
  tally.valueCount = 0;
  const { whole, zeros, negative, distinct, top } = tally;
  return {
    whole,
    zeros,
    negative,
    distinct,
    ...momentsOf(tally.all),
    histogram: histogramOf(tally),
    top,
    byClass: tally.byClass.map((group) => (group.seen === 0 ? undefined : momentsOf(group))),
    correlationRatio: distinct < 2 ? Number.NaN : correlationRatio(tally.byClass),
  };
}

function momentsOf({ total, seen, origin, mean, squares, shares, found }: Group): Moments {
  const quantiles = shares.map((share, index) => {
    const [low, high] = [found[2 * index], found[2 * index + 1]];
    const rank = (total - 1) * share;
    return { share, value: low === high ? low : low + (high - low) * (rank - Math.floor(rank)) };
  });
  return {
    mean: origin + mean,
    standardDeviation: seen < 2 ? undefined : Math.sqrt(squares / (seen - 1)),
    quantiles,
  };
}

function histogramOf(tally: Tally): Histogram {
  const { width, distinct, values, valueRows, linear, log } = tally;
  if (distinct <= VALUES_MAX) {
    const bins = Array.from(values.subarray(0, distinct), (value, at) =>
      binOf(value, value, valueRows, at * width, width),
    );
    return { scale: "values", bins };
  }
  const even = binsOf(linear.edges, linear.rows, width);
  if (log === undefined || !isCrowded(even)) return { scale: "linear", bins: withoutEmptyEnds(even) };
  const bins = binsOf(log.edges, log.rows, width).map((bin) => (bin.low === 0 ? { ...bin, high: 0 } : bin));
  return { scale: "log", bins: withoutEmptyEnds(bins) };
}

/** Correlation ratio (Fisher 1925): the root of the sum of squares between classes divided by the whole one. */
function correlationRatio(groups: readonly Group[]): number {
  const origin = groups.find(({ seen }) => seen > 0)?.origin ?? 0;
  const meanOf = (group: Group): number => group.origin - origin + group.mean;
  let rows = 0;
  let mean = 0;
  for (const group of groups) {
    if (group.seen === 0) continue;
    rows += group.seen;
    mean += ((meanOf(group) - mean) * group.seen) / rows;
  }
  let between = 0;
  let within = 0;
  for (const group of groups) {
    between += group.seen * (meanOf(group) - mean) ** 2;
    within += group.squares;
  }
  const whole = between + within;
  return groups.length > 1 && whole > 0 && Number.isFinite(whole) ? Math.sqrt(between / whole) : Number.NaN;
}
