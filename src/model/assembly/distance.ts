// Distances between one row and many, kernels of them, and the search for the nearest, in AssemblyScript.
//
// Rows are points of numbers and codes (src/model/points.ts). A code stands for the inputs of one categorical column, one of
// which is 1: two points with different codes lie 2 apart there (in squares as in absolute values), with equal ones 0, and 1
// where one of them has no code. So a column of 70 categories costs one comparison instead of 70 differences.
//
// Points lie in blocks of 16, side by side, so that a number of the query meets that of 16 points at once:
//   block    numbers × 16 f32 | codes × 16 f32, NaN for none | how many codes each point has, 16 f32 (unless codes = 0)
//   query    numbers f32 | codes f32, NaN for none | how many codes f32
//   node     the boxes around 16 blocks or nodes: numbers × (16 f32 lowest, 16 f32 highest)
//            | codes × 16 f32, that of all points of a box, NaN where they differ | how many such codes, 16 f32
//
// The sums of a pair of points are taken in the same order whatever stands beside them, so a distance has the same bits alone
// and in any company. Boxes are summed in that order too, and rounding is monotonous: no distance is less than the box's, to
// the last bit. The search is exact.
//
// scripts/build-kernels.mjs compiles this file into src/model/distance-kernels.generated.ts; the learner's kernels use it too.

import { exponential4, upper } from "./lanes";

/** Numbers that are summed before a block is given up where a bound is known. */
const STRIDE: u32 = 8;

export const SQUARED: i32 = 0;
export const ABSOLUTE: i32 = 1;

// @ts-ignore: decorator
@inline
function term(difference: v128, metric: i32): v128 {
  return metric == SQUARED ? f32x4.mul(difference, difference) : f32x4.abs(difference);
}

/** Bytes of a block of points. */
// @ts-ignore: decorator
@inline
export function blockBytes(numbers: u32, codes: u32): usize {
  return ((<usize>(numbers + codes)) << 6) + (codes > 0 ? 64 : 0);
}

// @ts-ignore: decorator
@inline
function nodeBytes(numbers: u32, codes: u32): usize {
  return ((<usize>(2 * numbers + codes)) << 6) + (codes > 0 ? 64 : 0);
}

/** Adds what the codes of 16 points or boxes cost to the sums at `out`; `at` is the first code, `less` unknown codes. */
// @ts-ignore: decorator
@inline
function addCodes(query: usize, at: usize, codes: u32, known: f32, factor: f32, out: usize): void {
  let a = i32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  const end = at + ((<usize>codes) << 6);
  while (at < end) {
    const code = v128.load32_splat(query);
    a = i32x4.sub(a, f32x4.eq(v128.load(at), code));
    b = i32x4.sub(b, f32x4.eq(v128.load(at, 16), code));
    c = i32x4.sub(c, f32x4.eq(v128.load(at, 32), code));
    d = i32x4.sub(d, f32x4.eq(v128.load(at, 48), code));
    query += 4;
    at += 64;
  }
  const base = f32x4.splat(known);
  const times = f32x4.splat(factor);
  const two = f32x4.splat(2);
  const zero = f32x4.splat(0);
  const e = f32x4.sub(f32x4.add(f32x4.mul(v128.load(at), times), base), f32x4.mul(f32x4.convert_i32x4_s(a), two));
  const f = f32x4.sub(f32x4.add(f32x4.mul(v128.load(at, 16), times), base), f32x4.mul(f32x4.convert_i32x4_s(b), two));
  const g = f32x4.sub(f32x4.add(f32x4.mul(v128.load(at, 32), times), base), f32x4.mul(f32x4.convert_i32x4_s(c), two));
  const h = f32x4.sub(f32x4.add(f32x4.mul(v128.load(at, 48), times), base), f32x4.mul(f32x4.convert_i32x4_s(d), two));
  v128.store(out, f32x4.add(v128.load(out), f32x4.pmax(e, zero)));
  v128.store(out, f32x4.add(v128.load(out, 16), f32x4.pmax(f, zero)), 16);
  v128.store(out, f32x4.add(v128.load(out, 32), f32x4.pmax(g, zero)), 32);
  v128.store(out, f32x4.add(v128.load(out, 48), f32x4.pmax(h, zero)), 48);
}

/**
 * Distances between the query and the 16 points of a block, into 16 f32 at `out`. With `bounded`, gives up where all are
 * found to exceed the bound and returns false; `metric` and `bounded` are constants of the caller.
 */
// @ts-ignore: decorator
@inline
function distancesOf(
  query: usize, block: usize, numbers: u32, codes: u32, out: usize, metric: i32, bounded: bool, bound: f32,
): bool {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  const limit = f32x4.splat(bound);
  let left = numbers;
  while (left > 0) {
    const now = bounded ? min(left, STRIDE) : left;
    left -= now;
    const end = block + ((<usize>now) << 6);
    while (block < end) {
      const q = v128.load32_splat(query);
      a = f32x4.add(a, term(f32x4.sub(v128.load(block), q), metric));
      b = f32x4.add(b, term(f32x4.sub(v128.load(block, 16), q), metric));
      c = f32x4.add(c, term(f32x4.sub(v128.load(block, 32), q), metric));
      d = f32x4.add(d, term(f32x4.sub(v128.load(block, 48), q), metric));
      query += 4;
      block += 64;
    }
    if (bounded) {
      const least = f32x4.pmin(f32x4.pmin(a, b), f32x4.pmin(c, d));
      if (i32x4.all_true(f32x4.gt(least, limit))) return false;
    }
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
  if (codes > 0) addCodes(query, block, codes, load<f32>(query + ((<usize>codes) << 2)), 1, out);
  return true;
}

/** Squared distances between the query and the points of a block, into 16 f32 at `out`. */
export function squaredDistances(query: usize, block: usize, numbers: u32, codes: u32, out: usize): void {
  distancesOf(query, block, numbers, codes, out, SQUARED, false, 0);
}

/** Sums of absolute differences between the query and the points of a block, into 16 f32 at `out`. */
export function absoluteDistances(query: usize, block: usize, numbers: u32, codes: u32, out: usize): void {
  distancesOf(query, block, numbers, codes, out, ABSOLUTE, false, 0);
}

function squaredWithin(query: usize, block: usize, numbers: u32, codes: u32, out: usize, bound: f32): bool {
  return distancesOf(query, block, numbers, codes, out, SQUARED, true, bound);
}

function absoluteWithin(query: usize, block: usize, numbers: u32, codes: u32, out: usize, bound: f32): bool {
  return distancesOf(query, block, numbers, codes, out, ABSOLUTE, true, bound);
}

// @ts-ignore: decorator
@inline
function outside(at: usize, offset: usize, q: v128, metric: i32): v128 {
  const below = f32x4.sub(v128.load(at + offset), q);
  const above = f32x4.sub(q, v128.load(at + offset + 64));
  return term(f32x4.pmax(f32x4.pmax(below, above), f32x4.splat(0)), metric);
}

/** As `distancesOf`, between the query and 16 boxes. */
// @ts-ignore: decorator
@inline
function boxesOf(
  query: usize, node: usize, numbers: u32, codes: u32, out: usize, metric: i32, bound: f32,
): bool {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  const limit = f32x4.splat(bound);
  let left = numbers;
  while (left > 0) {
    const now = min(left, STRIDE);
    left -= now;
    const end = node + ((<usize>now) << 7);
    while (node < end) {
      const q = v128.load32_splat(query);
      a = f32x4.add(a, outside(node, 0, q, metric));
      b = f32x4.add(b, outside(node, 16, q, metric));
      c = f32x4.add(c, outside(node, 32, q, metric));
      d = f32x4.add(d, outside(node, 48, q, metric));
      query += 4;
      node += 128;
    }
    const least = f32x4.pmin(f32x4.pmin(a, b), f32x4.pmin(c, d));
    if (i32x4.all_true(f32x4.gt(least, limit))) return false;
  }
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
  if (codes > 0) {
    // Codes that all points of a box share cost 2 where the query has another, and at least 1 where it has none.
    const without = <f32>codes - load<f32>(query + ((<usize>codes) << 2));
    addCodes(query, node, codes, -without, 2, out);
  }
  return true;
}

function squaredBoxes(query: usize, node: usize, numbers: u32, codes: u32, out: usize, bound: f32): bool {
  return boxesOf(query, node, numbers, codes, out, SQUARED, bound);
}

function absoluteBoxes(query: usize, node: usize, numbers: u32, codes: u32, out: usize, bound: f32): bool {
  return boxesOf(query, node, numbers, codes, out, ABSOLUTE, bound);
}

// ------------------------------------------------------------------------------------------------------ kernels

/**
 * Sums of the radial basis function over the points of some blocks, times coefficients: for each of `outputs` outputs,
 * Σ coefficient × exp(-gamma × squared distance), into f64 at `sums`.
 *
 * @param coefficients block after block, outputs × 16 f64
 * @param scratch 64 bytes
 */
export function kernelSums(
  query: usize, block: usize, blocks: u32, numbers: u32, codes: u32, gamma: f32,
  coefficients: usize, outputs: u32, sums: usize, scratch: usize,
): void {
  const bytes = blockBytes(numbers, codes);
  const factor = f32x4.splat(-gamma);
  for (let output: u32 = 0; output < outputs; output++) store<f64>(sums + ((<usize>output) << 3), 0);
  for (let left = blocks; left > 0; left--) {
    squaredDistances(query, block, numbers, codes, scratch);
    block += bytes;
    const a = exponential4(f32x4.mul(v128.load(scratch), factor));
    const b = exponential4(f32x4.mul(v128.load(scratch, 16), factor));
    const c = exponential4(f32x4.mul(v128.load(scratch, 32), factor));
    const d = exponential4(f32x4.mul(v128.load(scratch, 48), factor));
    for (let output: u32 = 0; output < outputs; output++) {
      let first = f64x2.mul(f64x2.promote_low_f32x4(a), v128.load(coefficients));
      let second = f64x2.mul(f64x2.promote_low_f32x4(upper(a)), v128.load(coefficients, 16));
      first = f64x2.add(first, f64x2.mul(f64x2.promote_low_f32x4(b), v128.load(coefficients, 32)));
      second = f64x2.add(second, f64x2.mul(f64x2.promote_low_f32x4(upper(b)), v128.load(coefficients, 48)));
      first = f64x2.add(first, f64x2.mul(f64x2.promote_low_f32x4(c), v128.load(coefficients, 64)));
      second = f64x2.add(second, f64x2.mul(f64x2.promote_low_f32x4(upper(c)), v128.load(coefficients, 80)));
      first = f64x2.add(first, f64x2.mul(f64x2.promote_low_f32x4(d), v128.load(coefficients, 96)));
      second = f64x2.add(second, f64x2.mul(f64x2.promote_low_f32x4(upper(d)), v128.load(coefficients, 112)));
      const sum = f64x2.add(first, second);
      const at = sums + ((<usize>output) << 3);
      store<f64>(at, load<f64>(at) + (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
      coefficients += 128;
    }
  }
}

// ------------------------------------------------------------------------------------------------------- search

// Index, words:
//    0 metric | 4 numbers | 8 codes | 12 highest level | 16 points' multiplicities u32 | 20 points' ranks u32
//   24 scratch, 64 bytes | 28 stack | 32 rows to look for | 36 first point of each block, then how many points there are
//   40 blocks | 64 of each level: its first block or node | how many children its nodes have together
// Level 0 holds the points in blocks of at most 16; child c of a higher level has its box in node c / 16 there, and is block or
// node c of the level below.
// Stack entry, 8 bytes: least distance f32 | level (upper 4 bits), node.
// Search, of one query, words:
//    0 query | 4 found | 8 how many found | 12 bound f32 | 16 sum of their multiplicities u64
// Found, 16 bytes: distance f32 | point | rank | multiplicity.
//
// What a search finds are the nearest points by distance and then rank, the fewest whose multiplicities sum to the rows to look
// for, or more. That does not depend on the way to them.

/** Looks from box to box, the nearest first. Returns false when more than `most` blocks would have to be looked at. */
export function search(index: usize, state: usize, most: u32): bool {
  const metric = load<u32>(index);
  const numbers = load<u32>(index, 4);
  const codes = load<u32>(index, 8);
  const scratch = <usize>load<u32>(index, 24);
  const stack = <usize>load<u32>(index, 28);
  const query = <usize>load<u32>(state);
  let left = most;
  store<u32>(state, 0, 8);
  store<f32>(state, Infinity, 12);
  store<u64>(state, 0, 16);
  let top = stack;
  store<f32>(top, 0);
  store<u32>(top, load<u32>(index, 12) << 28, 4);
  top += 8;
  while (top > stack) {
    top -= 8;
    const bound = load<f32>(state, 12);
    if (load<f32>(top) > bound) continue;
    const level = load<u32>(top, 4) >> 28;
    const node = load<u32>(top, 4) & 0x0fffffff;
    const record = index + 64 + ((<usize>level) << 3);
    const base = <usize>load<u32>(record);
    if (level > 0) {
      const lanes = min<u32>(16, load<u32>(record, 4) - (node << 4));
      const at = base + <usize>node * nodeBytes(numbers, codes);
      const near = metric == SQUARED
        ? squaredBoxes(query, at, numbers, codes, scratch, bound)
        : absoluteBoxes(query, at, numbers, codes, scratch, bound);
      if (near) top = pushNearestLast(scratch, lanes, bound, top, ((level - 1) << 28) | (node << 4));
      continue;
    }
    if (left == 0) return false;
    left--;
    lookAt(index, state, base + <usize>node * blockBytes(numbers, codes), node);
  }
  return true;
}

/**
 * Looks at every block, for several searches at a time, so that a block is read from memory once. Searches begin with what
 * they found before: a bound that holds, and nothing else.
 */
export function scan(index: usize, states: usize, count: u32): void {
  const bytes = blockBytes(load<u32>(index, 4), load<u32>(index, 8));
  const blocks = load<u32>(index, 40);
  const end = states + ((<usize>count) << 5);
  for (let state = states; state < end; state += 32) {
    store<u32>(state, 0, 8);
    store<u64>(state, 0, 16);
  }
  let at = <usize>load<u32>(index, 64);
  for (let block: u32 = 0; block < blocks; block++) {
    for (let state = states; state < end; state += 32) lookAt(index, state, at, block);
    at += bytes;
  }
}

/** Takes the points of a block that are near enough into a search. */
function lookAt(index: usize, state: usize, at: usize, block: u32): void {
  const numbers = load<u32>(index, 4);
  const codes = load<u32>(index, 8);
  const scratch = <usize>load<u32>(index, 24);
  const query = <usize>load<u32>(state);
  let bound = load<f32>(state, 12);
  const near = load<u32>(index) == SQUARED
    ? squaredWithin(query, at, numbers, codes, scratch, bound)
    : absoluteWithin(query, at, numbers, codes, scratch, bound);
  if (!near) return;
  const k = <u64>load<u32>(index, 32);
  const found = <usize>load<u32>(state, 4);
  const starts = <usize>load<u32>(index, 36) + ((<usize>block) << 2);
  const first = load<u32>(starts);
  const lanes = load<u32>(starts, 4) - first;
  let count = load<u32>(state, 8);
  let total = load<u64>(state, 16);
  for (let lane: u32 = 0; lane < lanes; lane++) {
    const distance = load<f32>(scratch + ((<usize>lane) << 2));
    if (distance > bound) continue;
    const point = first + lane;
    const offset = (<usize>point) << 2;
    const multiplicity = load<u32>(<usize>load<u32>(index, 16) + offset);
    insert(found, count, distance, point, load<u32>(<usize>load<u32>(index, 20) + offset), multiplicity);
    count++;
    total += multiplicity;
    for (;;) {
      const last = <u64>load<u32>(found + ((<usize>count - 1) << 4), 12);
      if (total - last < k) break;
      total -= last;
      count--;
    }
    if (total >= k) bound = load<f32>(found + ((<usize>count - 1) << 4));
  }
  store<u32>(state, count, 8);
  store<f32>(state, bound, 12);
  store<u64>(state, total, 16);
}

/** Puts the children that may hold a point within the bound on the stack, the nearest on top; returns its new end. */
function pushNearestLast(distances: usize, lanes: u32, bound: f32, stack: usize, first: u32): usize {
  let end = stack;
  for (let lane: u32 = 0; lane < lanes; lane++) {
    const distance = load<f32>(distances + ((<usize>lane) << 2));
    if (distance > bound) continue;
    let at = end;
    while (at > stack && load<f32>(at - 8) <= distance) {
      store<u64>(at, load<u64>(at - 8));
      at -= 8;
    }
    store<f32>(at, distance);
    store<u32>(at, first + lane, 4);
    end += 8;
  }
  return end;
}

function insert(found: usize, count: u32, distance: f32, point: u32, rank: u32, multiplicity: u32): void {
  let at = found + ((<usize>count) << 4);
  while (at > found) {
    const before = at - 16;
    const other = load<f32>(before);
    if (other < distance || (other == distance && load<u32>(before, 8) < rank)) break;
    v128.store(at, v128.load(before));
    at = before;
  }
  store<f32>(at, distance);
  store<u32>(at, point, 4);
  store<u32>(at, rank, 8);
  store<u32>(at, multiplicity, 12);
}
