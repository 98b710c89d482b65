// Training rows as points (src/model/points.ts), equal ones merged, and the bound on how many there may be.
//
// Guarantees: the order of the table's columns changes nothing but the place of columns; draws go by the order of rows.

import { Random } from "../base/random.ts";
import type { LabelledTable } from "../feature/table.ts";
import type { PointEncoder, Points } from "../model/points.ts";

/** Rows that are encoded at a time. */
const CHUNK_ROWS = 4_096;

export interface MergedPoints {
  /** No two are equal; in the order of the first row of each. */
  points: Points;
  /** Point of each listed row. */
  pointOfRow: Int32Array;
}

/** The points of the listed rows, each once. */
export function mergePoints(table: LabelledTable, rows: Int32Array, encoder: PointEncoder): MergedPoints {
  const found = new PointSet(encoder);
  const pointOfRow = new Int32Array(rows.length);
  const values = new Float32Array(CHUNK_ROWS * encoder.numbers);
  const categories = new Uint16Array(CHUNK_ROWS * encoder.codes);
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
    const chunk = rows.subarray(start, start + CHUNK_ROWS);
    encoder.encodeColumns(table.values, chunk, values, categories);
    for (let index = 0; index < chunk.length; index++)
      pointOfRow[start + index] = found.add(values, categories, index);
  }
  return { points: found.points(), pointOfRow };
}

/** Some of the points, in the order listed. */
export function takePoints(points: Points, chosen: ArrayLike<number>): Points {
  const { numbers, codes, values, categories } = points;
  const taken: Points = {
    count: chosen.length,
    numbers,
    codes,
    values: new Float32Array(chosen.length * numbers),
    categories: new Uint16Array(chosen.length * codes),
  };
  for (let index = 0; index < chosen.length; index++) {
    const from = chosen[index];
    for (let number = 0; number < numbers; number++)
      taken.values[index * numbers + number] = values[from * numbers + number];
    for (let code = 0; code < codes; code++)
      taken.categories[index * codes + code] = categories[from * codes + code];
  }
  return taken;
}

/** A growing set of points, found again by a hash of their bits. */
class PointSet {
  readonly #numbers: number;
  readonly #codes: number;
  #count = 0;
  #values: Float32Array;
  #categories: Uint16Array;
  /** Number of the point in each place of the hash table; -1 for none. */
  #places = new Int32Array(1 << 13).fill(-1);
  #hashes = new Int32Array(1 << 12);

  constructor({ numbers, codes }: { numbers: number; codes: number }) {
    this.#numbers = numbers;
    this.#codes = codes;
    this.#values = new Float32Array((1 << 12) * numbers);
    this.#categories = new Uint16Array((1 << 12) * codes);
  }

  /** The number of a point, which may be new. */
  add(values: Float32Array, categories: Uint16Array, index: number): number {
    const hash = this.#hash(values, categories, index);
    let place = hash & (this.#places.length - 1);
    for (;;) {
      const known = this.#places[place];
      if (known < 0) break;
      if (this.#hashes[known] === hash && this.#equals(known, values, categories, index)) return known;
      place = (place + 1) & (this.#places.length - 1);
    }
    if (this.#count === this.#hashes.length) {
      this.#grow();
      return this.add(values, categories, index);
    }
    const number = this.#count++;
    this.#places[place] = number;
    this.#hashes[number] = hash;
    const { numbers, codes } = { numbers: this.#numbers, codes: this.#codes };
    for (let at = 0; at < numbers; at++) this.#values[number * numbers + at] = values[index * numbers + at];
    for (let at = 0; at < codes; at++) this.#categories[number * codes + at] = categories[index * codes + at];
    return number;
  }

  points(): Points {
    return {
      count: this.#count,
      numbers: this.#numbers,
      codes: this.#codes,
      values: this.#values.slice(0, this.#count * this.#numbers),
      categories: this.#categories.slice(0, this.#count * this.#codes),
    };
  }

  #hash(values: Float32Array, categories: Uint16Array, index: number): number {
    const bits = bitsOf(values);
    let hash = 0x811c9dc5;
    const first = index * this.#numbers;
    for (let at = first; at < first + this.#numbers; at++) {
      hash = Math.imul(hash ^ bits[at], 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    const firstCode = index * this.#codes;
    for (let at = firstCode; at < firstCode + this.#codes; at++)
      hash = Math.imul(hash ^ categories[at], 0x85ebca6b) ^ (hash >>> 13);
    return hash;
  }

  #equals(known: number, values: Float32Array, categories: Uint16Array, index: number): boolean {
    const numbers = this.#numbers;
    for (let at = 0; at < numbers; at++)
      if (this.#values[known * numbers + at] !== values[index * numbers + at]) return false;
    const codes = this.#codes;
    for (let at = 0; at < codes; at++)
      if (this.#categories[known * codes + at] !== categories[index * codes + at]) return false;
    return true;
  }

  #grow(): void {
    const capacity = this.#hashes.length * 2;
    this.#hashes = grown(this.#hashes, new Int32Array(capacity));
    this.#values = grown(this.#values, new Float32Array(capacity * this.#numbers));
    this.#categories = grown(this.#categories, new Uint16Array(capacity * this.#codes));
    this.#places = new Int32Array(capacity * 2).fill(-1);
    for (let number = 0; number < this.#count; number++) {
      let place = this.#hashes[number] & (this.#places.length - 1);
      while (this.#places[place] >= 0) place = (place + 1) & (this.#places.length - 1);
      this.#places[place] = number;
    }
  }
}

let seenBits: { values: Float32Array; bits: Int32Array } | undefined;

/** The same memory as whole numbers; the view is kept, as one array is asked about again and again. */
function bitsOf(values: Float32Array): Int32Array {
  if (seenBits?.values !== values)
    seenBits = { values, bits: new Int32Array(values.buffer, values.byteOffset, values.length) };
  return seenBits.bits;
}

function grown<Numbers extends Float32Array | Int32Array | Uint16Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

export interface BoundedItems {
  /** Items that were chosen, ascending. */
  chosen: Int32Array;
  /** Of each class, what one of its items weighs so that the classes' shares stay as they were; about 1. */
  factors: Float64Array;
}

/**
 * At most `limit` items, drawn for the seed from each class in proportion to its items, of small classes more: each class keeps
 * `limit / (4 × classes)` of its items where it has them. Draws go by the order of the items.
 *
 * @param classOfItem class of each item, every class having one at least
 */
export function drawBounded(
  classOfItem: ArrayLike<number>,
  classes: number,
  limit: number,
  seed: number,
): BoundedItems {
  const count = classOfItem.length;
  const factors = new Float64Array(classes).fill(1);
  if (count <= limit) return { chosen: Int32Array.from({ length: count }, (_, item) => item), factors };
  const itemsOf: number[][] = Array.from({ length: classes }, () => []);
  for (let item = 0; item < count; item++) itemsOf[classOfItem[item]].push(item);
  const quotas = quotasOf(
    itemsOf.map((items) => items.length),
    limit,
  );
  const random = new Random(seed);
  const kept: number[] = [];
  itemsOf.forEach((items, index) => {
    random.shuffle(items);
    for (const item of items.slice(0, quotas[index])) kept.push(item);
    if (quotas[index] > 0) factors[index] = ((items.length / quotas[index]) * limit) / count;
  });
  return { chosen: Int32Array.from(kept).sort(), factors };
}

/** How many of each class: a floor for all, what is left in proportion to what is above it. Their sum is the limit. */
function quotasOf(counts: readonly number[], limit: number): number[] {
  const floor = Math.max(1, Math.floor(limit / (4 * counts.length)));
  const least = counts.map((count) => Math.min(count, floor));
  const above = counts.map((count, index) => count - least[index]);
  const total = above.reduce((sum, count) => sum + count, 0);
  let left = Math.max(0, limit - least.reduce((sum, count) => sum + count, 0));
  const share = left / total;
  const quotas = counts.map((_, index) => least[index] + Math.floor(above[index] * share));
  left -= above.reduce((sum, count) => sum + Math.floor(count * share), 0);
  for (let index = 0; left > 0 && index < counts.length; index++) {
    if (quotas[index] === counts[index]) continue;
    quotas[index]++;
    left--;
  }
  return quotas;
}
