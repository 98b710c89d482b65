// Kernels of the learners that measure distances, in AssemblyScript: rows of the kernel matrix, and the passes of sequential
// minimal optimisation over all training rows.
//
// They work on one imported memory whose layout `src/learner/vectors/` decides; they allocate nothing, keep no state and
// hold no static data, so that many instances may share the memory. Rows of the matrix are computed in items that do not
// depend on each other: the same bits on any number of threads.
//
// Points lie in blocks of 16, as src/model/assembly/distance.ts has them. Places behind the last point of a problem have a
// mask that keeps them from being chosen.
//
// scripts/build-kernels.mjs compiles this file into src/learner/distance-kernels.generated.ts.

import { blockBytes, squaredDistances } from "../../model/assembly/distance";
import { exponential4, upper } from "../../model/assembly/lanes";
import { runItems, sendHome, serveItems, Work } from "./gate";

/** Blocks of an item. */
const ITEM_BLOCKS: u32 = 32;

/**
 * exp(-gamma × squared distance) between the query and the points of an item's blocks. Words of the job:
 *   0 first block | 4 blocks | 8 numbers | 12 codes | 16 query | 20 gamma f32 | 24 out, f32
 */
function kernelItem(job: usize, item: u32): void {
  const numbers = load<u32>(job, 8);
  const codes = load<u32>(job, 12);
  const query = <usize>load<u32>(job, 16);
  const factor = f32x4.splat(-load<f32>(job, 20));
  const first = item * ITEM_BLOCKS;
  const bytes = blockBytes(numbers, codes);
  let block = <usize>load<u32>(job) + <usize>first * bytes;
  let out = <usize>load<u32>(job, 24) + ((<usize>first) << 6);
  for (let left = min(ITEM_BLOCKS, load<u32>(job, 4) - first); left > 0; left--) {
    squaredDistances(query, block, numbers, codes, out);
    v128.store(out, exponential4(f32x4.mul(v128.load(out), factor)));
    v128.store(out, exponential4(f32x4.mul(v128.load(out, 16), factor)), 16);
    v128.store(out, exponential4(f32x4.mul(v128.load(out, 32), factor)), 32);
    v128.store(out, exponential4(f32x4.mul(v128.load(out, 48), factor)), 48);
    block += bytes;
    out += 64;
  }
}

class KernelWork extends Work {
  item(kind: u32, job: usize, item: u32, scratch: usize): void {
    kernelItem(job, item);
  }
}

export function run(control: usize, kind: u32, job: usize, items: u32): void {
  runItems<KernelWork>(control, kind, job, items);
}

export function serve(control: usize, thread: u32): void {
  serveItems<KernelWork>(control, thread);
}

export function dismiss(control: usize): void {
  sendHome(control);
}

/** Copies point `index` of the blocks at `first` to the query at `out`. */
export function copyPoint(first: usize, index: u32, numbers: u32, codes: u32, out: usize): void {
  let from = first + <usize>(index >> 4) * blockBytes(numbers, codes) + ((<usize>(index & 15)) << 2);
  for (let left = numbers + codes; left > 0; left--) {
    store<f32>(out, load<f32>(from));
    from += 64;
    out += 4;
  }
  store<f32>(out, codes > 0 ? load<f32>(from) : 0);
}

/** errors -= amount × row: `count` numbers, a multiple of 16; the row is f32. */
export function subtractRow(errors: usize, row: usize, amount: f64, count: u32): void {
  const times = f64x2.splat(amount);
  for (let left = count; left > 0; left -= 4) {
    const k = v128.load(row);
    const low = f64x2.mul(times, f64x2.promote_low_f32x4(k));
    const high = f64x2.mul(times, f64x2.promote_low_f32x4(upper(k)));
    v128.store(errors, f64x2.sub(v128.load(errors), low));
    v128.store(errors, f64x2.sub(v128.load(errors, 16), high), 16);
    errors += 32;
    row += 16;
  }
}

/**
 * One step of the pair (first, second): errors -= amount × (first row - second row); and chooses the next first.
 *
 * Masks are 0 where a coefficient may rise (`rise`) or fall (`fall`), and minus or plus infinity where it may not. Result, at
 * `result`: largest error of those that may rise f64 | its place u32 | smallest error of those that may fall f64 (at 16).
 * Among equals the first is chosen.
 */
export function stepPair(
  errors: usize, firstRow: usize, secondRow: usize, amount: f64, rise: usize, fall: usize, count: u32, result: usize,
): void {
  const times = f64x2.splat(amount);
  let best = f64x2.splat(-Infinity);
  let bestB = best;
  let place = i64x2.splat(0);
  let placeB = place;
  let least = f64x2.splat(Infinity);
  let leastB = least;
  for (let index: u32 = 0; index < count; index += 4) {
    const difference = f32x4.sub(v128.load(firstRow), v128.load(secondRow));
    const here = i64x2.splat(index);
    const a = f64x2.sub(v128.load(errors), f64x2.mul(times, f64x2.promote_low_f32x4(difference)));
    const b = f64x2.sub(v128.load(errors, 16), f64x2.mul(times, f64x2.promote_low_f32x4(upper(difference))));
    v128.store(errors, a);
    v128.store(errors, b, 16);
    const up = f64x2.add(a, v128.load(rise));
    const upB = f64x2.add(b, v128.load(rise, 16));
    const better = f64x2.gt(up, best);
    const betterB = f64x2.gt(upB, bestB);
    best = v128.bitselect(up, best, better);
    bestB = v128.bitselect(upB, bestB, betterB);
    place = v128.bitselect(here, place, better);
    placeB = v128.bitselect(here, placeB, betterB);
    least = f64x2.pmin(least, f64x2.add(a, v128.load(fall)));
    leastB = f64x2.pmin(leastB, f64x2.add(b, v128.load(fall, 16)));
    errors += 32;
    firstRow += 16;
    secondRow += 16;
    rise += 32;
    fall += 32;
  }
  let largest = f64x2.extract_lane(best, 0);
  let at = i64x2.extract_lane(place, 0);
  choose(f64x2.extract_lane(best, 1), i64x2.extract_lane(place, 1) + 1, largest, at, result);
  largest = load<f64>(result);
  at = load<i64>(result, 8);
  choose(f64x2.extract_lane(bestB, 0), i64x2.extract_lane(placeB, 0) + 2, largest, at, result);
  largest = load<f64>(result);
  at = load<i64>(result, 8);
  choose(f64x2.extract_lane(bestB, 1), i64x2.extract_lane(placeB, 1) + 3, largest, at, result);
  const smallest = f64x2.pmin(least, leastB);
  store<f64>(result, min(f64x2.extract_lane(smallest, 0), f64x2.extract_lane(smallest, 1)), 16);
}

/** Writes the larger number and its place; of equals the one with the lower place. */
// @ts-ignore: decorator
@inline
function choose(value: f64, place: i64, largest: f64, at: i64, result: usize): void {
  const wins = value > largest || (value == largest && place < at);
  store<f64>(result, wins ? value : largest);
  store<i64>(result, wins ? place : at, 8);
}

/**
 * The second of a pair by second-order information (Fan, Chen and Lin 2005): among those that may fall, with errors below
 * `error`, the one with the largest (error - its error)² / (2 - 2 × kernel). Result: that quotient f64 | its place i64;
 * the quotient is 0 where there is none.
 */
export function chooseSecond(
  errors: usize, row: usize, fall: usize, error: f64, count: u32, result: usize,
): void {
  const top = f64x2.splat(error);
  const two = f64x2.splat(2);
  const tiny = f64x2.splat(1e-12);
  const zero = f64x2.splat(0);
  let best = zero;
  let bestB = zero;
  let place = i64x2.splat(0);
  let placeB = place;
  for (let index: u32 = 0; index < count; index += 4) {
    const k = v128.load(row);
    const here = i64x2.splat(index);
    const low = f64x2.promote_low_f32x4(k);
    const high = f64x2.promote_low_f32x4(upper(k));
    // Infinite where it may not fall: the difference is then minus infinity, and taken as 0.
    const a = f64x2.pmax(zero, f64x2.sub(top, f64x2.add(v128.load(errors), v128.load(fall))));
    const b = f64x2.pmax(zero, f64x2.sub(top, f64x2.add(v128.load(errors, 16), v128.load(fall, 16))));
    const curve = f64x2.pmax(tiny, f64x2.sub(two, f64x2.add(low, low)));
    const curveB = f64x2.pmax(tiny, f64x2.sub(two, f64x2.add(high, high)));
    const gain = f64x2.div(f64x2.mul(a, a), curve);
    const gainB = f64x2.div(f64x2.mul(b, b), curveB);
    const better = f64x2.gt(gain, best);
    const betterB = f64x2.gt(gainB, bestB);
    best = v128.bitselect(gain, best, better);
    bestB = v128.bitselect(gainB, bestB, betterB);
    place = v128.bitselect(here, place, better);
    placeB = v128.bitselect(here, placeB, betterB);
    errors += 32;
    row += 16;
    fall += 32;
  }
  let largest = f64x2.extract_lane(best, 0);
  let at = i64x2.extract_lane(place, 0);
  choose(f64x2.extract_lane(best, 1), i64x2.extract_lane(place, 1) + 1, largest, at, result);
  largest = load<f64>(result);
  at = load<i64>(result, 8);
  choose(f64x2.extract_lane(bestB, 0), i64x2.extract_lane(placeB, 0) + 2, largest, at, result);
  largest = load<f64>(result);
  at = load<i64>(result, 8);
  choose(f64x2.extract_lane(bestB, 1), i64x2.extract_lane(placeB, 1) + 3, largest, at, result);
}
