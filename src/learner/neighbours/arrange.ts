// Arranges points in blocks of near ones, for the search of src/model/neighbour-search.ts.
//
// All points are parted in two again and again, until at most 16 are left: by the number and the threshold, or by the code, that
// take most from the sum of squared deviations, as estimated from some of the points. That cuts at gaps where there are any and
// sets outliers apart, so that the box around a block is small. (Parting at the median of the widest column, as k-d trees do,
// needs some hundred times as many blocks in a search of traffic: its columns hold few values many times, and some far off.)
//
// Guarantees: the same points give the same blocks; which they are changes no answer of the search, only its speed.

import { BLOCK_POINTS, type Points } from "../../model/points.ts";

/** Points of a part that the gain of a cut is estimated from. */
const SAMPLE_POINTS = 64;
/** Parts deeper than this are halved where they stand: a bound on the work where every cut takes a few points off. */
const DEPTH_MAXIMUM = 200;

export interface Arrangement {
  /** Points in their new order. */
  order: Int32Array;
  /** First place of each block, then how many places there are. */
  blockStarts: Uint32Array;
}

export function arrangePoints(points: Points): Arrangement {
  const order = Int32Array.from({ length: points.count }, (_, point) => point);
  const cutter = new Cutter(points, order);
  const starts: number[] = [];
  const parts = [{ start: 0, end: points.count, depth: 0 }];
  for (let part = parts.pop(); part; part = parts.pop()) {
    const { start, end, depth } = part;
    if (end - start <= BLOCK_POINTS) {
      starts.push(start);
      continue;
    }
    let middle = depth < DEPTH_MAXIMUM ? cutter.cut(start, end) : start;
    if (middle === start || middle === end) middle = (start + end) >> 1;
    parts.push({ start: middle, end, depth: depth + 1 }, { start, end: middle, depth: depth + 1 });
  }
  return { order, blockStarts: Uint32Array.from([...starts, points.count]) };
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

class Cutter {
  readonly #points: Points;
  readonly #order: Int32Array;
  readonly #sample = new Int32Array(SAMPLE_POINTS);
  readonly #values = new Float64Array(SAMPLE_POINTS);
  readonly #codes = new Int32Array(SAMPLE_POINTS);
  /** The best cut of the part at hand: what it gains, its column (codes behind numbers), and where it is. */
  #gain = 0;
  #column = 0;
  #place = 0;

  constructor(points: Points, order: Int32Array) {
    this.#points = points;
    this.#order = order;
  }

  /** Parts the points of the places from `start` to `end`; returns the first place of the second part. */
  cut(start: number, end: number): number {
    const { numbers, codes } = this.#points;
    const size = Math.min(SAMPLE_POINTS, end - start);
    for (let index = 0; index < size; index++)
      this.#sample[index] = this.#order[start + Math.floor(((index + 0.5) * (end - start)) / size)];
    this.#gain = 0;
    for (let number = 0; number < numbers; number++) this.#tryNumber(number, size);
    for (let code = 0; code < codes; code++) this.#tryCode(code, size);
    return this.#gain > 0 ? this.#partition(start, end) : start;
  }

  /** The threshold between two values of the sample that takes most from the squares. */
  #tryNumber(number: number, size: number): void {
    const { numbers, values } = this.#points;
    const found = this.#values;
    const first = values[this.#sample[0] * numbers + number];
    let sum = 0;
    let squares = 0;
    for (let index = 0; index < size; index++) {
      const value = values[this.#sample[index] * numbers + number] - first;
      found[index] = value;
      sum += value;
      squares += value * value;
    }
    const whole = (sum * sum) / size;
    // No cut takes more than all squares there are.
    if (squares - whole <= this.#gain) return;
    const sorted = found.subarray(0, size).sort();
    let below = 0;
    for (let index = 1; index < size; index++) {
      below += sorted[index - 1];
      if (sorted[index] === sorted[index - 1]) continue;
      const gain = (below * below) / index + (sum - below) ** 2 / (size - index) - whole;
      if (gain <= this.#gain) continue;
      this.#gain = gain;
      this.#column = number;
      this.#place = first + (sorted[index] + sorted[index - 1]) / 2;
    }
  }

  /** The most frequent code against all others: what that takes from the squares of the code's inputs. */
  #tryCode(code: number, size: number): void {
    const { codes, categories } = this.#points;
    const found = this.#codes;
    for (let index = 0; index < size; index++) found[index] = categories[this.#sample[index] * codes + code];
    const sorted = found.subarray(0, size).sort();
    let squares = 0;
    let most = 0;
    let usual = 0;
    for (let begin = 0; begin < size; ) {
      let end = begin;
      while (end < size && sorted[end] === sorted[begin]) end++;
      squares += (end - begin) ** 2;
      if (end - begin > most) {
        most = end - begin;
        usual = sorted[begin];
      }
      begin = end;
    }
    const rest = size - most;
    if (rest === 0) return;
    const gain = most + (squares - most * most) / rest - squares / size;
    if (gain <= this.#gain) return;
    this.#gain = gain;
    this.#column = this.#points.numbers + code;
    this.#place = usual;
  }

  #partition(start: number, end: number): number {
    const { numbers, codes, values, categories } = this.#points;
    const order = this.#order;
    const place = this.#place;
    const isNumber = this.#column < numbers;
    const column = isNumber ? this.#column : this.#column - numbers;
    let middle = start;
    for (let at = start; at < end; at++) {
      const point = order[at];
      const goesFirst = isNumber
        ? values[point * numbers + column] <= place
        : categories[point * codes + column] === place;
      if (!goesFirst) continue;
      order[at] = order[middle];
      order[middle++] = point;
    }
    return middle;
  }
}
