// SMOTE: rows between rows of a class and their neighbours in it (Chawla, Bowyer, Hall and Kegelmeyer, "SMOTE: Synthetic
// Minority Over-sampling Technique", JAIR 16, 2002); with categories, SMOTE-NC of its section 6.1. Pure.
//
// A synthetic row is told by its base, a neighbour of it, and how far it lies between them: one gap for all features, so that
// it lies on the segment. Every row is base as often as any other, give or take one.

import type { Random } from "../../base/random.ts";
import { type Neighbours, nearestNeighbours } from "./neighbours.ts";
import { type Piles, type Points, pilesOf } from "./points.ts";

export interface Synthetic {
  count: number;
  base: Int32Array;
  neighbour: Int32Array;
  /** From 0, at the base, up to 1, at the neighbour. */
  gap: Float64Array;
  /** Row-major codes of the categories, as in the points. */
  categories: Int32Array;
}

/**
 * Makes rows of a class of at least two rows. Yields the share that is done.
 *
 * @param points the rows of the class; only they are neighbours
 * @param k neighbours to choose from; fewer where the class has fewer other rows
 */
export function* smote(
  points: Points,
  wanted: number,
  k: number,
  random: Random,
): Generator<number, Synthetic> {
  const { categoryWidth } = points;
  const neighboursOf = yield* rowNeighbours(points, Math.min(k, points.count - 1));
  const times = evenTimes(points.count, wanted, random);
  const made: Synthetic = {
    count: wanted,
    base: new Int32Array(wanted),
    neighbour: new Int32Array(wanted),
    gap: new Float64Array(wanted),
    categories: new Int32Array(wanted * categoryWidth),
  };
  let at = 0;
  for (let base = 0; base < points.count; base++) {
    if (times[base] === 0) continue;
    const neighbours = neighboursOf(base);
    const categories = commonCategories(points, base, neighbours);
    for (let time = 0; time < times[base]; time++, at++) {
      made.base[at] = base;
      made.neighbour[at] = random.pick(neighbours);
      made.gap[at] = random.uniform();
      made.categories.set(categories, at * categoryWidth);
    }
  }
  return made;
}

/** How often each of `count` rows is taken to make `wanted`: as often as any other, give or take one, chosen by chance. */
export function evenTimes(count: number, wanted: number, random: Random): Int32Array {
  const times = new Int32Array(count).fill(Math.floor(wanted / count));
  const order = random.shuffle(Int32Array.from({ length: count }, (_, row) => row));
  for (let at = 0; at < wanted % count; at++) times[order[at]]++;
  return times;
}

/**
 * The k nearest other rows of a row, equal rows among them: by distance, then by number.
 *
 * Equal rows are one point for the search. The k nearest points, each with all its rows, hold the k nearest rows, since each
 * of them has a first row that comes no later than any row of points behind.
 */
export function* rowNeighbours(points: Points, k: number): Generator<number, (row: number) => number[]> {
  const piles = pilesOf(points);
  const distinct = pileFirsts(points, piles);
  const found = yield* nearestNeighbours(distinct, Math.min(k, Math.max(1, piles.count - 1)));
  return (row) => nearestRows(row, k, piles, found);
}

function nearestRows(row: number, k: number, piles: Piles, found: Neighbours): number[] {
  const { pileOf, starts, members } = piles;
  const pile = pileOf[row];
  const near: { other: number; square: number }[] = [];
  const add = (from: number, square: number): void => {
    for (let at = starts[from], taken = 0; at < starts[from + 1] && taken < k; at++) {
      if (members[at] === row) continue;
      near.push({ other: members[at], square });
      taken++;
    }
  };
  add(pile, 0);
  for (let at = pile * found.k; at < (pile + 1) * found.k && found.index[at] >= 0; at++) {
    // Points at one distance are taken together: their rows stand in the order of rows.
    if (near.length >= k && found.squares[at] > near[near.length - 1].square) break;
    add(found.index[at], found.squares[at]);
  }
  near.sort((a, b) => a.square - b.square || a.other - b.other);
  return near.slice(0, k).map(({ other }) => other);
}

/** The first row of every pile. */
export function pileFirsts(points: Points, { first, count }: Piles): Points {
  const { width, numbers, categoryWidth, categories } = points;
  if (count === points.count) return points;
  const distinct: Points = {
    ...points,
    count,
    numbers: new Float64Array(count * width),
    categories: new Int32Array(count * categoryWidth),
  };
  for (let pile = 0; pile < count; pile++) {
    const row = first[pile];
    distinct.numbers.set(numbers.subarray(row * width, (row + 1) * width), pile * width);
    distinct.categories.set(
      categories.subarray(row * categoryWidth, (row + 1) * categoryWidth),
      pile * categoryWidth,
    );
  }
  return distinct;
}

/** Of every category, the value that most of the neighbours have; of those that as many have, the base's, then the nearest's. */
function commonCategories(points: Points, base: number, neighbours: readonly number[]): Int32Array {
  const { categoryWidth, categories } = points;
  return Int32Array.from({ length: categoryWidth }, (_, at) => {
    const counts = new Map<number, number>();
    for (const row of neighbours) {
      const code = categories[row * categoryWidth + at];
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    const own = categories[base * categoryWidth + at];
    let best = own;
    let most = counts.get(own) ?? 0;
    for (const [code, count] of counts) {
      if (count > most) {
        most = count;
        best = code;
      }
    }
    return best;
  });
}

/**
 * A number of a synthetic row. Where either end is missing or infinite, there is nothing between them: it is that of the base.
 */
export function between(base: number, neighbour: number, gap: number): number {
  const value = base + gap * (neighbour - base);
  if (!Number.isFinite(value)) return base;
  // Rounding must not lead past an end.
  return base <= neighbour
    ? Math.min(Math.max(value, base), neighbour)
    : Math.max(Math.min(value, base), neighbour);
}
