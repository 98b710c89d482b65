// The nearest of many points, exactly: lays points and the boxes around them out for the search of
// src/model/assembly/distance.ts. Knows no classes.
//
// Points stand in blocks of at most 16 that are near each other (src/learner/neighbours/arrange.ts), blocks in an order in
// which near ones are near. Each block has a box, 16 boxes have one, and so on: a tree with 16 branches that needs no pointers.
// Any blocks give the same answers, good ones give them soon.

import { DistanceMemory } from "./distances.ts";
import { BLOCK_POINTS, blocksBytes, type PointEncoder, type Points, writeBlocks } from "./points.ts";

export const METRICS = ["euclidean", "manhattan"] as const;
export type Metric = (typeof METRICS)[number];

/** Bytes of a found point: distance f32, point u32, rank u32, multiplicity u32. */
const FOUND_WORDS = 4;
const INDEX_BYTES = 256;
const STATE_BYTES = 32;
/** Rows that are searched for together, unless what they find would take more words than this. */
const GROUP_ROWS = 32;
const GROUP_WORDS = 1 << 21;
/** Fewer rows are searched for one by one. */
const SCAN_ROWS_MIN = 8;
/** A search in a group ends when it has looked at this part of the blocks, but not before it has looked at so many. */
const SEARCHED_PART = 16;
const LEAST_BLOCKS = 64;
/** Groups that are scanned before a search is tried again. */
const SCANNED_GROUPS = 15;
const ANY_NUMBER = 0xffffffff;
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
  /** First point of each block, then how many points there are. */
  blockStarts: Uint32Array;
  /** How many equal rows each point stands for. */
  multiplicities: Uint32Array;
  /** Who comes first among points that are equally far. */
  ranks: Uint32Array;
  metric: Metric;
  /** Rows to look for. */
  k: number;
}

export class NeighbourSearch {
  /** Rows that are searched for together at most. */
  readonly group: number;
  readonly #memory: DistanceMemory;
  readonly #index: number;
  /** First query, numbers from one to the next, and the search states. */
  readonly #queries: number;
  readonly #queryLength: number;
  readonly #states: number;
  /** First word of what the first search found, and words from one to the next. */
  readonly #found: number;
  readonly #foundLength: number;
  readonly #isEuclidean: boolean;
  /** Blocks that a search in a group may look at before it is left to a scan. */
  readonly #most: number;
  /** State of each row of the group. */
  readonly #stateOf: Int32Array;
  /** Groups that are scanned without a search before, as the last one needed it. */
  #scans = 0;

  constructor({ points, blockStarts, multiplicities, ranks, metric, k }: SearchedPoints) {
    const levels = boxLevels(points, blockStarts);
    const { count, numbers, codes } = points;
    const blocks = blockStarts.length - 1;
    this.#queryLength = numbers + codes + 1;
    this.#foundLength = (Math.min(k, count) + 2) * FOUND_WORDS;
    this.group = Math.max(1, Math.min(GROUP_ROWS, Math.floor(GROUP_WORDS / this.#foundLength)));
    const [indexAt, queries, states, found, scratch, stack, multiplicitiesAt, ranksAt, startsAt, first] =
      Array(10).keys();
    const memory = new DistanceMemory([
      INDEX_BYTES,
      this.group * this.#queryLength * 4,
      this.group * STATE_BYTES,
      this.group * this.#foundLength * 4,
      BLOCK_POINTS * 4,
      (levels.length + 1) * BLOCK_POINTS * STACK_ENTRY_BYTES,
      count * 4,
      count * 4,
      (blocks + 1) * 4,
      blocksBytes(blocks * BLOCK_POINTS, points),
      ...levels.map((boxes) => nodeLength(points) * Math.ceil(boxes.count / BLOCK_POINTS) * 4),
    ]);
    const { pieces, words, floats } = memory;
    words.set(multiplicities, pieces[multiplicitiesAt] / 4);
    words.set(ranks, pieces[ranksAt] / 4);
    words.set(blockStarts, pieces[startsAt] / 4);
    writeBlocks(points, placesOf(blockStarts), floats, pieces[first] / 4);
    levels.forEach((boxes, level) => {
      writeBoxes(boxes, points, floats, pieces[first + 1 + level] / 4);
    });
    const places = [multiplicitiesAt, ranksAt, scratch, stack].map((piece) => pieces[piece]);
    words.set(
      [METRICS.indexOf(metric), numbers, codes, levels.length, ...places, k, pieces[startsAt], blocks],
      pieces[indexAt] / 4,
    );
    [count, ...levels.map((boxes) => boxes.count)].forEach((children, level) => {
      words.set([pieces[first + level], children], pieces[indexAt] / 4 + 16 + 2 * level);
    });
    this.#memory = memory;
    this.#index = pieces[indexAt];
    this.#queries = pieces[queries];
    this.#states = pieces[states];
    this.#found = pieces[found] / 4;
    this.#isEuclidean = metric === "euclidean";
    this.#most = Math.max(LEAST_BLOCKS, Math.floor(blocks / SEARCHED_PART));
    this.#stateOf = new Int32Array(this.group);
  }

  /**
   * Looks for the neighbours of `count` rows, at most a group: `columns` values each, the first being `rows[at]`. What is found
   * stays until the next call, and is the same whatever rows stand beside a row.
   */
  search(encoder: PointEncoder, rows: Float64Array, at: number, columns: number, count: number): void {
    const { kernels, floats } = this.#memory;
    for (let row = 0; row < count; row++)
      encoder.writeQuery(rows, at + row * columns, floats, this.#queries / 4 + row * this.#queryLength);
    if (count < SCAN_ROWS_MIN) {
      for (let row = 0; row < count; row++) {
        this.#openState(row, row);
        kernels.search(this.#index, this.#stateAt(row), ANY_NUMBER);
      }
      return;
    }
    const left = this.#scans > 0 ? this.#leaveAll(count) : this.#searchWithin(count);
    // Where most rows have no near neighbours, looking for them first is a waste for a while.
    this.#scans = this.#scans > 0 ? this.#scans - 1 : left * 2 > count ? SCANNED_GROUPS : 0;
    if (left > 0) kernels.scan(this.#index, this.#states, left);
  }

  /** How many points were found for a row of the group. */
  found(row: number): number {
    return this.#memory.words[this.#stateAt(this.#stateOf[row]) / 4 + 2];
  }

  /** Point that was found for a row of the group, the nearest being number 0. */
  point(row: number, number: number): number {
    return this.#memory.words[this.#found + row * this.#foundLength + number * FOUND_WORDS + 1];
  }

  distance(row: number, number: number): number {
    const distance = this.#memory.floats[this.#found + row * this.#foundLength + number * FOUND_WORDS];
    return this.#isEuclidean ? Math.sqrt(distance) : distance;
  }

  /** Searches for each row; those that would take too long get the first states, whose number is returned. */
  #searchWithin(count: number): number {
    let left = 0;
    let last = count;
    for (let row = 0; row < count; row++) {
      this.#openState(row, left);
      if (this.#memory.kernels.search(this.#index, this.#stateAt(left), this.#most) === 0) left++;
      else this.#moveState(row, left, --last);
    }
    return left;
  }

  #leaveAll(count: number): number {
    for (let row = 0; row < count; row++) this.#openState(row, row);
    return count;
  }

  #stateAt(state: number): number {
    return this.#states + state * STATE_BYTES;
  }

  /** Makes a state that of a row: where its query is, where what it finds goes, no bound. */
  #openState(row: number, state: number): void {
    const { words, floats } = this.#memory;
    const at = this.#stateAt(state) / 4;
    words[at] = this.#queries + row * this.#queryLength * 4;
    words[at + 1] = (this.#found + row * this.#foundLength) * 4;
    floats[at + 3] = Number.POSITIVE_INFINITY;
    this.#stateOf[row] = state;
  }

  #moveState(row: number, from: number, to: number): void {
    const { words } = this.#memory;
    const source = this.#stateAt(from) / 4;
    words.copyWithin(this.#stateAt(to) / 4, source, source + STATE_BYTES / 4);
    this.#stateOf[row] = to;
  }
}

/** Point of each place in the blocks; where a block has fewer, its last one again, which is not looked at. */
function placesOf(blockStarts: Uint32Array): Int32Array {
  const places = new Int32Array((blockStarts.length - 1) * BLOCK_POINTS);
  for (let block = 0; block < blockStarts.length - 1; block++) {
    const last = blockStarts[block + 1] - 1;
    for (let lane = 0; lane < BLOCK_POINTS; lane++)
      places[block * BLOCK_POINTS + lane] = Math.min(last, blockStarts[block] + lane);
  }
  return places;
}

/** Boxes of the blocks, then of 16 boxes each, until there are 16 at most; none where there is a single block. */
function boxLevels(points: Points, blockStarts: Uint32Array): Boxes[] {
  if (blockStarts.length === 2) return [];
  const single = {
    count: points.count,
    low: points.values,
    high: points.values,
    categories: points.categories,
  };
  const levels = [boxesAround(single, blockStarts, points)];
  for (let below = levels[0]; below.count > BLOCK_POINTS; below = levels[levels.length - 1]) {
    const count = Math.ceil(below.count / BLOCK_POINTS);
    const starts = Uint32Array.from({ length: count + 1 }, (_, box) =>
      Math.min(below.count, box * BLOCK_POINTS),
    );
    levels.push(boxesAround(below, starts, points));
  }
  return levels;
}

/** A box around every run of boxes, from one start to the next. */
function boxesAround(below: Boxes, starts: Uint32Array, { numbers, codes }: Points): Boxes {
  const count = starts.length - 1;
  const boxes: Boxes = {
    count,
    low: new Float32Array(count * numbers).fill(Number.POSITIVE_INFINITY),
    high: new Float32Array(count * numbers).fill(Number.NEGATIVE_INFINITY),
    categories: new Uint16Array(count * codes),
  };
  for (let box = 0; box < count; box++) {
    for (let child = starts[box]; child < starts[box + 1]; child++) {
      for (let number = 0; number < numbers; number++) {
        const at = box * numbers + number;
        const from = child * numbers + number;
        if (below.low[from] < boxes.low[at]) boxes.low[at] = below.low[from];
        if (below.high[from] > boxes.high[at]) boxes.high[at] = below.high[from];
      }
      for (let code = 0; code < codes; code++) {
        const at = box * codes + code;
        const found = below.categories[child * codes + code];
        if (child === starts[box]) boxes.categories[at] = found;
        else if (boxes.categories[at] !== found) boxes.categories[at] = 0;
      }
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
