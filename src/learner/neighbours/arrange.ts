// Arranges points so that those that stand side by side are near each other, for the search of src/model/neighbour-search.ts.
//
// All points are parted in two again and again, at the median of the number or code in which they differ most, until 16 are
// left (Bentley 1975, as k-d trees do). Parts are cut at places where boxes begin, so that each box holds a whole part.
//
// Guarantees: the same points give the same order; which order changes no answer of the search, only its speed.

import { BLOCK_POINTS, type Points } from "../../model/points.ts";

/** Points of a part that its spread is estimated from. */
const SPREAD_POINTS = 64;

/** Places of the points in their new order. */
export function arrangePoints(points: Points): Int32Array {
  const order = Int32Array.from({ length: points.count }, (_, point) => point);
  const keys = new Float64Array(points.count);
  const parts = [0, points.count];
  while (parts.length > 0) {
    const end = parts.pop() ?? 0;
    const start = parts.pop() ?? 0;
    if (end - start <= BLOCK_POINTS) continue;
    const column = widestOf(points, order, start, end);
    if (column < 0) continue;
    const middle = start + middleOf(end - start);
    for (let at = start; at < end; at++) keys[order[at]] = keyOf(points, order[at], column);
    selectMiddle(order, keys, start, end - 1, middle);
    parts.push(start, middle, middle, end);
  }
  return order;
}

/** Where to cut so many points: near the half, at a multiple of the largest box that is smaller than all of them. */
function middleOf(count: number): number {
  let unit = BLOCK_POINTS;
  while (unit * BLOCK_POINTS < count) unit *= BLOCK_POINTS;
  const units = Math.ceil(count / unit);
  return Math.floor(units / 2) * unit;
}

/** Order of the numbers in which their sums soon tell near from far: the most spread first. */
export function numbersBySpread({ count, numbers, values }: Points): Int32Array {
  const step = Math.max(1, Math.floor(count / 10_000));
  const spreads = Float64Array.from({ length: numbers }, (_, number) => {
    let sum = 0;
    let squares = 0;
    let seen = 0;
    for (let point = 0; point < count; point += step, seen++) {
      const value = values[point * numbers + number];
      sum += value;
      squares += value * value;
    }
    return squares / seen - (sum / seen) ** 2;
  });
  return Int32Array.from(spreads.keys()).sort((a, b) => spreads[b] - spreads[a] || a - b);
}

/** The number, or behind them the code, with the largest variance; -1 when all are alike in what was looked at and beyond. */
function widestOf(points: Points, order: Int32Array, start: number, end: number): number {
  const { numbers, codes, values, categories } = points;
  const step = Math.max(1, Math.floor((end - start) / SPREAD_POINTS));
  let widest = -1;
  let largest = 0;
  for (let number = 0; number < numbers; number++) {
    const first = values[order[start] * numbers + number];
    let sum = 0;
    let squares = 0;
    let seen = 0;
    for (let at = start; at < end; at += step, seen++) {
      const value = values[order[at] * numbers + number] - first;
      sum += value;
      squares += value * value;
    }
    const variance = squares / seen - (sum / seen) ** 2;
    if (variance > largest) {
      largest = variance;
      widest = number;
    }
  }
  for (let code = 0; code < codes; code++) {
    const variance = categories.length > 0 ? codeVariance(points, order, start, end, step, code) : 0;
    if (variance > largest) {
      largest = variance;
      widest = numbers + code;
    }
  }
  return widest >= 0 || step === 1 ? widest : 0;
}

/** The variance of the code's inputs: 1 less the sum of the squared shares of its values. */
function codeVariance(
  { codes, categories }: Points,
  order: Int32Array,
  start: number,
  end: number,
  step: number,
  code: number,
): number {
  const counts = new Map<number, number>();
  let seen = 0;
  for (let at = start; at < end; at += step, seen++) {
    const value = categories[order[at] * codes + code];
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  let squares = 0;
  for (const count of counts.values()) squares += count * count;
  return 1 - squares / (seen * seen);
}

function keyOf({ numbers, codes, values, categories }: Points, point: number, column: number): number {
  return column < numbers ? values[point * numbers + column] : categories[point * codes + column - numbers];
}

/** Reorders so that no key before the middle is larger than one behind it (Hoare's selection; equal keys by point). */
function selectMiddle(
  order: Int32Array,
  keys: Float64Array,
  first: number,
  last: number,
  middle: number,
): void {
  let low = first;
  let high = last;
  while (low < high) {
    const pivot = order[(low + high) >> 1];
    const key = keys[pivot];
    let i = low;
    let j = high;
    while (i <= j) {
      while (keys[order[i]] < key || (keys[order[i]] === key && order[i] < pivot)) i++;
      while (keys[order[j]] > key || (keys[order[j]] === key && order[j] > pivot)) j--;
      if (i > j) break;
      const kept = order[i];
      order[i++] = order[j];
      order[j--] = kept;
    }
    if (middle <= j) high = j;
    else if (middle >= i) low = i;
    else return;
  }
}
