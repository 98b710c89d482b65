// Which part each row goes to. Pure: typed arrays and a seeded source of chance in, one byte a row out.
//
// Shares are fractions of all rows, each above 0, one for each part; where they sum to less than 1, the rest of the rows is
// in no part. What is promised of the sizes stands beside each function and is held by property tests.

import type { Random } from "../../base/random.ts";
import { ascendingOrder, NO_PART, rowsByCode } from "./order.ts";

/** Rows of a class, or of all, by code; every code is below `count`. */
export interface Codes {
  codes: Int32Array;
  count: number;
}

/** Shares whose rest is smaller than this sum to one. */
const REST_SLACK = 1e-9;

/** The shares, and what is left over as one more where there is any. */
function withRest(shares: readonly number[]): number[] {
  const rest = 1 - shares.reduce((sum, share) => sum + share, 0);
  return rest > REST_SLACK ? [...shares, rest] : [...shares];
}

/** The byte that stands for a bin: the rest is in no part. */
function partOf(bin: number, shares: readonly number[]): number {
  return bin < shares.length ? bin : NO_PART;
}

// --- row by row ---------------------------------------------------------------------------------------------

/**
 * Deals rows out by chance. Of every stratum, each part gets its share rounded up or down; of all rows, each part gets its
 * share within as many rows as there are parts.
 */
export function assignRows(strata: Codes, shares: readonly number[], random: Random): Uint8Array {
  const parts = new Uint8Array(strata.codes.length);
  const { starts, rows } = rowsByCode(strata.codes, strata.count);
  const bins = withRest(shares);
  const owed = bins.map(() => 0);
  for (let stratum = 0; stratum < strata.count; stratum++) {
    const own = rows.subarray(starts[stratum], starts[stratum + 1]);
    random.shuffle(own);
    let at = 0;
    for (const [bin, count] of dealt(own.length, bins, owed).entries()) {
      fillRows(parts, own.subarray(at, at + count), partOf(bin, shares));
      at += count;
    }
  }
  return parts;
}

function fillRows(parts: Uint8Array, rows: Uint32Array, part: number): void {
  for (const row of rows) parts[row] = part;
}

/** Whole numbers of rows for each bin; `owed` is what earlier strata left over for each, and is brought forward. */
function dealt(count: number, bins: readonly number[], owed: number[]): number[] {
  const exact = bins.map((share) => share * count);
  const counts = exact.map((rows) => Math.floor(rows + REST_SLACK));
  let left = count - counts.reduce((sum, rows) => sum + rows, 0);
  bins.forEach((_, bin) => {
    owed[bin] += exact[bin] - counts[bin];
  });
  const open = new Set(bins.flatMap((_, bin) => (exact[bin] - counts[bin] > REST_SLACK ? [bin] : [])));
  for (; left > 0; left--) {
    let most = -1;
    for (const bin of open.size > 0 ? open : bins.keys()) if (most < 0 || owed[bin] > owed[most]) most = bin;
    open.delete(most);
    counts[most]++;
    owed[most]--;
  }
  return counts;
}

// --- group by group -----------------------------------------------------------------------------------------

/**
 * Deals whole groups out, the largest first, each to a part that is not full yet: of those, to the one that is emptiest
 * relative to its share, class by class, where rare classes weigh more.
 *
 * No part gets more than its share by as much as the largest group; where there are as many groups as parts, none is empty.
 */
export function assignGroups(
  groups: Codes,
  strata: Codes,
  shares: readonly number[],
  random: Random,
): Uint8Array {
  const bins = withRest(shares);
  const classes = classesOfGroups(groups, strata);
  const order = largestFirst(classes, groups.count, random);
  const rowsOfClass = new Float64Array(strata.count);
  for (const code of strata.codes) rowsOfClass[code]++;
  const total = groups.codes.length;
  const filled = new Float64Array(bins.length);
  const filledOf = bins.map(() => new Float64Array(strata.count));
  const binOf = new Uint8Array(groups.count);
  order.forEach((group, at) => {
    const emptyFirst = groups.count - at <= filled.filter((rows) => rows === 0).length;
    let best = -1;
    let bestCost = Number.POSITIVE_INFINITY;
    for (let bin = 0; bin < bins.length; bin++) {
      if (emptyFirst ? filled[bin] > 0 : filled[bin] >= bins[bin] * total) continue;
      const cost = costOf(group, bin);
      if (cost < bestCost) {
        bestCost = cost;
        best = bin;
      }
    }
    // Rounding may leave every bin full by a hair.
    const bin = best < 0 ? 0 : best;
    binOf[group] = bin;
    filled[bin] += classes.rows[group];
    for (let entry = classes.starts[group]; entry < classes.starts[group + 1]; entry++)
      filledOf[bin][classes.codes[entry]] += classes.counts[entry];
  });
  const parts = new Uint8Array(total);
  for (let row = 0; row < total; row++) parts[row] = partOf(binOf[groups.codes[row]], shares);
  return parts;

  /** How full the bin would be: the mean over the group's classes, weighted by what share of the class the group has. */
  function costOf(group: number, bin: number): number {
    const overall = (filled[bin] + classes.rows[group]) / (bins[bin] * total);
    let cost = 0;
    let weights = 0;
    for (let entry = classes.starts[group]; entry < classes.starts[group + 1]; entry++) {
      const code = classes.codes[entry];
      const weight = classes.counts[entry] / rowsOfClass[code];
      cost += (weight * (filledOf[bin][code] + classes.counts[entry])) / (bins[bin] * rowsOfClass[code]);
      weights += weight;
    }
    return cost / weights + overall;
  }
}

interface GroupClasses {
  /** Rows of each group. */
  rows: Float64Array;
  /** Entries of group g: starts[g] up to starts[g + 1] - 1, one for each of its classes. */
  starts: Uint32Array;
  codes: Int32Array;
  counts: Float64Array;
}

function classesOfGroups(groups: Codes, strata: Codes): GroupClasses {
  const sorted = rowsByCode(groups.codes, groups.count);
  const rows = new Float64Array(groups.count);
  const starts = new Uint32Array(groups.count + 1);
  const codes = new Int32Array(groups.codes.length);
  const counts = new Float64Array(groups.codes.length);
  const seen = new Int32Array(strata.count).fill(-1);
  let entries = 0;
  for (let group = 0; group < groups.count; group++) {
    starts[group] = entries;
    rows[group] = sorted.starts[group + 1] - sorted.starts[group];
    for (let at = sorted.starts[group]; at < sorted.starts[group + 1]; at++) {
      const code = strata.codes[sorted.rows[at]];
      if (seen[code] < starts[group]) {
        seen[code] = entries;
        codes[entries++] = code;
      }
      counts[seen[code]]++;
    }
  }
  starts[groups.count] = entries;
  return { rows, starts, codes: codes.subarray(0, entries), counts: counts.subarray(0, entries) };
}

/** Groups by falling size, equal ones in an order of chance. */
function largestFirst({ rows }: GroupClasses, count: number, random: Random): Uint32Array {
  const shuffled = random.shuffle(Uint32Array.from({ length: count }, (_, group) => group));
  const sizes = Float64Array.from(shuffled, (group) => -rows[group]);
  return ascendingOrder(sizes).map((at) => shuffled[at]);
}

// --- by time ------------------------------------------------------------------------------------------------

export interface TimeAssignment {
  parts: Uint8Array;
  /** First and last value of each part; empty where the gap left no row. */
  spans: ({ first: number; last: number } | undefined)[];
  /** Rows without a time, and rows that lie in a gap. */
  missing: number;
  inGap: number;
}

/**
 * Cuts rows by time, the earliest to the first part. A cut lies at the change of times that is nearest to the share, so
 * that rows of one time are never on two sides, and every part has some. Then, from each later part, rows are left out
 * that follow the last row of the parts before within `gap`. undefined where there are fewer times than parts.
 */
export function assignByTime(
  times: Float64Array,
  shares: readonly number[],
  gap: number,
): TimeAssignment | undefined {
  const order = ascendingOrder(times);
  let present = order.length;
  while (present > 0 && Number.isNaN(times[order[present - 1]])) present--;
  const bins = withRest(shares);
  const cuts = timeCuts(times, order.subarray(0, present), bins);
  if (cuts === undefined) return undefined;
  const parts = new Uint8Array(times.length).fill(NO_PART);
  const spans: TimeAssignment["spans"] = shares.map(() => undefined);
  let last = Number.NEGATIVE_INFINITY;
  let inGap = 0;
  for (let bin = 0; bin < shares.length; bin++) {
    const before = last;
    for (let at = cuts[bin]; at < cuts[bin + 1]; at++) {
      const time = times[order[at]];
      if (time - before < gap) {
        inGap++;
        continue;
      }
      parts[order[at]] = bin;
      last = time;
      spans[bin] = { first: spans[bin]?.first ?? time, last };
    }
  }
  return { parts, spans, missing: times.length - present, inGap };
}

/** Where bins begin in the order, and its end; undefined where times are too few. */
function timeCuts(times: Float64Array, order: Uint32Array, bins: readonly number[]): number[] | undefined {
  const changes: number[] = [];
  for (let at = 1; at < order.length; at++) if (times[order[at]] !== times[order[at - 1]]) changes.push(at);
  if (changes.length < bins.length - 1 || order.length === 0) return undefined;
  const chosen: number[] = [];
  let cumulative = 0;
  for (let bin = 0; bin + 1 < bins.length; bin++) {
    cumulative += bins[bin];
    const after = (chosen.at(-1) ?? -1) + 1;
    const most = changes.length - (bins.length - 1 - bin);
    chosen.push(Math.min(Math.max(nearest(changes, cumulative * order.length), after), most));
  }
  return [0, ...chosen.map((index) => changes[index]), order.length];
}

/** Index of the value of an ascending list that is nearest to a number; the lower one of two. */
function nearest(values: readonly number[], wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return 0;
  if (low === values.length) return low - 1;
  return wanted - values[low - 1] <= values[low] - wanted ? low - 1 : low;
}
