// The nearest of many points, exactly: lays points and the boxes around them out for the search of
// src/model/assembly/distance.ts. Knows no classes.
//
// Points stand in an order in which neighbours are near each other (src/learner/neighbours/arrange.ts); 16 of them have a
// box, 16 boxes have one, and so on: a tree with 16 branches that needs no pointers. Any order gives the same answers, a good
// one gives them soon.

import { DistanceMemory } from "./distances.ts";
import { BLOCK_POINTS, blocksBytes, type PointEncoder, type Points, writeBlocks } from "./points.ts";

export const METRICS = ["euclidean", "manhattan"] as const;
export type Metric = (typeof METRICS)[number];

/** Bytes of a found point: distance f32, point u32, rank u32, multiplicity u32. */
const FOUND_WORDS = 4;
const INDEX_BYTES = 256;
const STACK_ENTRY_BYTES = 8;

/** Boxes around runs of 16 points, or of 16 boxes. */
interface Boxes {
  count: number;
  /** `count × numbers`. */
  low: Float32Array;
  high: Float32Array;
  /** `count × codes`; 0 where the points of a box differ or have none. */
  categories: Uint16Array;
}

export interface SearchedPoints {
  points: Points;
  /** How many equal rows each point stands for. */
  multiplicities: Uint32Array;
  /** Who comes first among points that are equally far. */
  ranks: Uint32Array;
  metric: Metric;
  /** Rows to look for. */
  k: number;
}

export class NeighbourSearch {
  readonly #memory: DistanceMemory;
  readonly #index: number;
  readonly #query: number;
  readonly #found: number;
  readonly #k: number;
  readonly #isEuclidean: boolean;

  constructor({ points, multiplicities, ranks, metric, k }: SearchedPoints) {
    const levels = boxLevels(points);
    const { count, numbers, codes } = points;
    const [indexAt, query, found, scratch, stack, multiplicitiesAt, ranksAt, first] = [
      0, 1, 2, 3, 4, 5, 6, 7,
    ];
    const sizes = [
      INDEX_BYTES,
      (numbers + codes + 1) * 4,
      (Math.min(k, count) + 2) * FOUND_WORDS * 4,
      BLOCK_POINTS * 4,
      (levels.length + 1) * BLOCK_POINTS * STACK_ENTRY_BYTES,
      count * 4,
      count * 4,
      blocksBytes(count, points),
      ...levels.map((boxes) => nodeLength(points) * Math.ceil(boxes.count / BLOCK_POINTS) * 4),
    ];
    const memory = new DistanceMemory(sizes);
    const { pieces, words, floats } = memory;
    words.set(multiplicities, pieces[multiplicitiesAt] / 4);
    words.set(ranks, pieces[ranksAt] / 4);
    const everyPoint = Int32Array.from({ length: count }, (_, point) => point);
    writeBlocks(points, everyPoint, floats, pieces[first] / 4);
    levels.forEach((boxes, level) => {
      writeBoxes(boxes, points, floats, pieces[first + 1 + level] / 4);
    });
    const metricCode = METRICS.indexOf(metric);
    words.set(
      [
        metricCode,
        numbers,
        codes,
        levels.length,
        pieces[multiplicitiesAt],
        pieces[ranksAt],
        pieces[scratch],
        pieces[stack],
        pieces[found],
      ],
      pieces[indexAt] / 4,
    );
    [count, ...levels.map((boxes) => boxes.count)].forEach((children, level) => {
      words.set([pieces[first + level], children], pieces[indexAt] / 4 + 16 + 2 * level);
    });
    this.#memory = memory;
    this.#index = pieces[indexAt];
    this.#query = pieces[query];
    this.#found = pieces[found] / 4;
    this.#k = k;
    this.#isEuclidean = metric === "euclidean";
  }

  /** Looks for the neighbours of a row, `rows[at]` being its first value; returns how many points were found. */
  search(encoder: PointEncoder, rows: Float64Array, at: number): number {
    encoder.writeQuery(rows, at, this.#memory.floats, this.#query / 4);
    return this.#memory.kernels.search(this.#index, this.#query, this.#k);
  }

  /** Point that was found, the nearest being number 0. */
  point(number: number): number {
    return this.#memory.words[this.#found + number * FOUND_WORDS + 1];
  }

  distance(number: number): number {
    const distance = this.#memory.floats[this.#found + number * FOUND_WORDS];
    return this.#isEuclidean ? Math.sqrt(distance) : distance;
  }
}

/** Boxes of 16 points each, then of 16 boxes each, until 16 are left at most. */
function boxLevels(points: Points): Boxes[] {
  const levels: Boxes[] = [];
  let below: Boxes = {
    count: points.count,
    low: points.values,
    high: points.values,
    categories: points.categories,
  };
  while (below.count > BLOCK_POINTS) {
    below = boxesAround(below, points);
    levels.push(below);
  }
  return levels;
}

function boxesAround(below: Boxes, { numbers, codes }: Points): Boxes {
  const count = Math.ceil(below.count / BLOCK_POINTS);
  const boxes: Boxes = {
    count,
    low: new Float32Array(count * numbers).fill(Number.POSITIVE_INFINITY),
    high: new Float32Array(count * numbers).fill(Number.NEGATIVE_INFINITY),
    categories: new Uint16Array(count * codes),
  };
  for (let child = 0; child < below.count; child++) {
    const box = Math.floor(child / BLOCK_POINTS);
    for (let number = 0; number < numbers; number++) {
      const at = box * numbers + number;
      const from = child * numbers + number;
      if (below.low[from] < boxes.low[at]) boxes.low[at] = below.low[from];
      if (below.high[from] > boxes.high[at]) boxes.high[at] = below.high[from];
    }
    const isFirst = child % BLOCK_POINTS === 0;
    for (let code = 0; code < codes; code++) {
      const at = box * codes + code;
      const found = below.categories[child * codes + code];
      if (isFirst) boxes.categories[at] = found;
      else if (boxes.categories[at] !== found) boxes.categories[at] = 0;
    }
  }
  return boxes;
}

/** Numbers of a node. */
function nodeLength({ numbers, codes }: Points): number {
  return (2 * numbers + codes + (codes > 0 ? 1 : 0)) * BLOCK_POINTS;
}

function writeBoxes(boxes: Boxes, points: Points, out: Float32Array, at: number): void {
  const { numbers, codes } = points;
  for (let box = 0; box < boxes.count; box++) {
    const lane = box % BLOCK_POINTS;
    let to = at + ((box - lane) / BLOCK_POINTS) * nodeLength(points) + lane;
    for (let number = 0; number < numbers; number++, to += 2 * BLOCK_POINTS) {
      out[to] = boxes.low[box * numbers + number];
      out[to + BLOCK_POINTS] = boxes.high[box * numbers + number];
    }
    let known = 0;
    for (let code = 0; code < codes; code++, to += BLOCK_POINTS) {
      const found = boxes.categories[box * codes + code];
      out[to] = found === 0 ? Number.NaN : found;
      if (found !== 0) known++;
    }
    if (codes > 0) out[to] = known;
  }
}
