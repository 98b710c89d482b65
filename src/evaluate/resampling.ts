// The bootstrap over counts: how far a figure may be off that was computed from rows drawn by chance.
//
// Equal rows are one cell with a count. A resample gives each cell a Poisson count of that mean, which is what drawing rows
// with replacement comes to (Hanley and MacGibbon 2006), so that it costs as much as there are cells and not as there are
// rows. Intervals are BCa (Efron 1987): percentiles, corrected for bias and skew. Knows no metric. Same seed, same interval.

import { exactExp } from "../base/elementary.ts";
import type { Random } from "../base/random.ts";
import { normalProbability, normalQuantile } from "./normal.ts";

/** Means up to this are drawn by inversion, larger ones from a corrected normal. */
const TABLE_MAX = 32;
const TABLE_WIDTH = 2 * TABLE_MAX + 48;
const tables: (Float64Array | undefined)[] = [];

/** A Poisson number of this mean; exact for whole means up to 32, then of the right mean, variance and skew (Cornish-Fisher). */
export function poisson(mean: number, random: Random): number {
  if (mean <= 0) return 0;
  if (mean > TABLE_MAX || !Number.isInteger(mean)) {
    const normal = random.normal();
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal + (normal * normal - 1) / 6));
  }
  tables[mean] ??= poissonTable(mean);
  const table = tables[mean];
  const uniform = random.uniform();
  let value = 0;
  while (value < TABLE_WIDTH && uniform >= table[value]) value++;
  return value;
}

/** Probability of at most 0, 1, 2, ... */
function poissonTable(mean: number): Float64Array {
  const table = new Float64Array(TABLE_WIDTH);
  let term = exactExp(-mean);
  let sum = 0;
  for (let value = 0; value < TABLE_WIDTH; value++) {
    sum += term;
    table[value] = sum;
    term *= mean / (value + 1);
  }
  return table;
}

/** Fills `out` with a resample of the counts. */
export function resample(counts: Float64Array, random: Random, out: Float64Array): void {
  for (let cell = 0; cell < counts.length; cell++) out[cell] = poisson(counts[cell], random);
}

/** Where a figure probably lies. */
export interface FigureInterval {
  low: number;
  high: number;
  /** "wilson" for shares of rows, which needs no resampling; "bca" and "percentile" are of the bootstrap. */
  method: "wilson" | "bca" | "percentile";
}

export interface Draws {
  /** The figure as it was found. */
  estimate: number;
  /** The figure of every resample; NaN where it had none. */
  values: Float64Array;
  /** Skew of the figure's jackknife, divided by 6; see `acceleration`. */
  acceleration: number;
}

/** The interval that the draws give; undefined where the figure or too many of its resamples are no number. */
export function intervalOf(draws: Draws, confidence: number): FigureInterval | undefined {
  const { estimate, acceleration } = draws;
  const values = draws.values.filter((value) => !Number.isNaN(value)).sort();
  if (Number.isNaN(estimate) || values.length < draws.values.length / 2 || values.length < 2)
    return undefined;
  const tail = (1 - confidence) / 2;
  const bias = normalQuantile(shareBelow(values, estimate));
  if (!Number.isFinite(bias) || !Number.isFinite(acceleration))
    return { low: quantile(values, tail), high: quantile(values, 1 - tail), method: "percentile" };
  const corrected = (probability: number): number => {
    const shifted = bias + normalQuantile(probability);
    return normalProbability(bias + shifted / (1 - acceleration * shifted));
  };
  return {
    low: quantile(values, corrected(tail)),
    high: quantile(values, corrected(1 - tail)),
    method: "bca",
  };
}

/** Of ascending values; equal ones count half. */
function shareBelow(values: Float64Array, bound: number): number {
  const slack = 1e-12 * Math.max(1, Math.abs(bound));
  let below = 0;
  for (const value of values) below += value < bound - slack ? 1 : value <= bound + slack ? 0.5 : 0;
  return below / values.length;
}

/** Linear between neighbours. */
function quantile(values: Float64Array, share: number): number {
  const place = share * (values.length - 1);
  const low = Math.floor(place);
  const rest = place - low;
  return rest === 0 ? values[low] : values[low] * (1 - rest) + values[low + 1] * rest;
}

/**
 * The acceleration of BCa from what each cell's rows do to the figure: `influences` up to a common factor, each standing for
 * `counts` rows. 0 where nothing has any influence.
 */
export function accelerationOf(influences: ArrayLike<number>, counts: ArrayLike<number>): number {
  let rows = 0;
  let sum = 0;
  for (let cell = 0; cell < influences.length; cell++) {
    rows += counts[cell];
    sum += counts[cell] * influences[cell];
  }
  const mean = sum / rows;
  let squares = 0;
  let cubes = 0;
  for (let cell = 0; cell < influences.length; cell++) {
    const off = influences[cell] - mean;
    squares += counts[cell] * off * off;
    cubes += counts[cell] * off * off * off;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}

/** Draws of several figures of the same counts; `figures` may reuse what it returns. The jackknife leaves out one row of each cell in turn. */
export function drawFigures(
  counts: Float64Array,
  figures: (counts: Float64Array) => Float64Array,
  options: { resamples: number; random: Random },
): Draws[] {
  const estimates = figures(counts).slice();
  const scratch = new Float64Array(counts.length);
  const draws = Array.from(estimates, (estimate): Draws => {
    return { estimate, values: new Float64Array(options.resamples), acceleration: 0 };
  });
  for (let at = 0; at < options.resamples; at++) {
    resample(counts, options.random, scratch);
    const found = figures(scratch);
    draws.forEach((draw, index) => {
      draw.values[at] = found[index];
    });
  }
  const accelerations = jackknifed(counts, figures, estimates);
  return draws.map((draw, index) => ({ ...draw, acceleration: accelerations[index] }));
}

/** Cells whose rows are left out in turn; beyond, some of them tell enough. */
const JACKKNIFE_MAX = 2000;

function jackknifed(
  counts: Float64Array,
  figures: (counts: Float64Array) => Float64Array,
  estimates: Float64Array,
): number[] {
  const scratch = counts.slice();
  const cells = [...counts.keys()].filter((cell) => counts[cell] >= 1);
  const looked =
    cells.length <= JACKKNIFE_MAX
      ? cells
      : cells.filter((_, at) => at % Math.ceil(cells.length / JACKKNIFE_MAX) === 0);
  const influences = Array.from(estimates, () => new Float64Array(looked.length));
  for (const [at, cell] of looked.entries()) {
    scratch[cell] = counts[cell] - 1;
    const found = figures(scratch);
    scratch[cell] = counts[cell];
    influences.forEach((influence, index) => {
      influence[at] = estimates[index] - found[index];
    });
  }
  const share = cells.length / looked.length;
  const weights = looked.map((cell) => counts[cell] * share);
  return influences.map((influence) => accelerationOf(influence, weights));
}

/** Values of rows as cells: at most `most`, single rows at both ends and means of about as many rows each between them. */
export function valueCells(
  values: Float64Array,
  most: number,
): { values: Float64Array; counts: Float64Array } {
  const sorted = values.slice().sort();
  const ends = sorted.length <= most ? sorted.length : Math.floor(most / 4);
  const width = Math.max(1, (sorted.length - 2 * ends) / (most - 2 * ends));
  const cells: number[] = [];
  const counts: number[] = [];
  for (let start = 0, middle = 0; start < sorted.length; ) {
    const isEnd = start < ends || start >= sorted.length - ends;
    let end = start + 1;
    if (isEnd) while (end < sorted.length && sorted[end] === sorted[start]) end++;
    else end = Math.max(end, Math.min(sorted.length - ends, ends + Math.round(++middle * width)));
    let sum = 0;
    for (let at = start; at < end; at++) sum += sorted[at];
    cells.push(sum / (end - start));
    counts.push(end - start);
    start = end;
  }
  return { values: Float64Array.from(cells), counts: Float64Array.from(counts) };
}
