// Kernels of the boosting learner, in AssemblyScript: sorting, binning, gradients, histograms, split search, partition.
//
// All of them work on one imported linear memory whose layout `src/learner/boosting/` decides; they allocate nothing,
// keep no state and hold no static data, so that many instances may share the memory. Gradients are summed as 64-bit
// integers: the sum of a bin is the same in whatever order, and by however many threads, its rows are added.
//
// One histogram bin is 16 bytes:   [ gradient i64 | hessian (upper bits) and row count (lower `countBits`) i64 ]
// One tile is eight code columns:  row r of tile t at  codes + (t × rows + r) × 8
//
// Work is dealt out in items (a tile, a block of rows, a leaf) that do not depend on each other: see `run` and `serve`.
//
// scripts/build-kernels.mjs compiles this file into src/learner/kernels.generated.ts.

import { runColumn } from "./bins";
import { exp2, exponential, logarithm } from "./elementary";
import { runItems, sendHome, serveItems, Work } from "./gate";

/** Bytes between the histograms of two neighbouring columns: 256 bins and one cache line, against set conflicts. */
const HISTOGRAM_STRIDE: usize = 4160;

// -------------------------------------------------------------------------------------------------- gradients

/** Keeps the largest and the sum of |g| and of h of a block, from which the scales of `quantise` are made. */
// @ts-ignore: decorator
@inline
function storeStatistics(at: usize, maximum: v128, sum: v128): void {
  v128.store(at, maximum);
  v128.store(at, sum, 16);
}

/**
 * Logistic loss: gradient w (p - y) and hessian w p (1 - p) of `count` rows (an even number), as pairs of numbers.
 * `targets` holds 0 or 1 as numbers. Statistics of the block, 32 bytes: max |g|, max h, sum |g|, sum h.
 */
function logisticGradients(
  scores: usize, targets: usize, weights: usize, count: u32, pairs: usize, statistics: usize,
): void {
  const one = f64x2.splat(1);
  let maximum = f64x2.splat(0);
  let sum = f64x2.splat(0);
  for (let index: u32 = 0; index < count; index += 2) {
    const p = f64x2.div(one, f64x2.add(one, exp2(f64x2.neg(v128.load(scores)))));
    const w = v128.load(weights);
    const g = f64x2.mul(w, f64x2.sub(p, v128.load(targets)));
    const h = f64x2.mul(w, f64x2.mul(p, f64x2.sub(one, p)));
    const first = i64x2.shuffle(g, h, 0, 2);
    const second = i64x2.shuffle(g, h, 1, 3);
    v128.store(pairs, first);
    v128.store(pairs, second, 16);
    const firstSize = f64x2.abs(first);
    const secondSize = f64x2.abs(second);
    maximum = f64x2.pmax(maximum, f64x2.pmax(firstSize, secondSize));
    sum = f64x2.add(sum, f64x2.add(firstSize, secondSize));
    scores += 16;
    targets += 16;
    weights += 16;
    pairs += 32;
  }
  storeStatistics(statistics, maximum, sum);
}

/**
 * Softmax of every row (an even number): exp(score - largest) of each class, class after class as the scores, and
 * 1 / their sum. Classes lie `classStride` bytes apart.
 */
function softmaxTerms(
  scores: usize, classStride: usize, classes: u32, count: u32, exponentials: usize, inverse: usize,
): void {
  for (let index: u32 = 0; index < count; index += 2) {
    let top = v128.load(scores);
    for (let k: u32 = 1; k < classes; k++) top = f64x2.pmax(top, v128.load(scores + <usize>k * classStride));
    let sum = f64x2.splat(0);
    for (let k: u32 = 0; k < classes; k++) {
      const term = exp2(f64x2.sub(v128.load(scores + <usize>k * classStride), top));
      v128.store(exponentials + <usize>k * classStride, term);
      sum = f64x2.add(sum, term);
    }
    v128.store(inverse, f64x2.div(f64x2.splat(1), sum));
    scores += 16;
    exponentials += 16;
    inverse += 16;
  }
}

/**
 * Softmax loss of one class: as `logisticGradients`, the target being whether `labels` equals `label`, from the
 * class's exponentials and the inverse sums of `softmaxTerms`.
 */
function softmaxGradients(
  exponentials: usize, inverse: usize, labels: usize, label: f64, weights: usize, count: u32, pairs: usize,
  statistics: usize,
): void {
  const one = f64x2.splat(1);
  const wanted = f64x2.splat(label);
  let maximum = f64x2.splat(0);
  let sum = f64x2.splat(0);
  for (let index: u32 = 0; index < count; index += 2) {
    const p = f64x2.mul(v128.load(exponentials), v128.load(inverse));
    const y = v128.and(one, f64x2.eq(v128.load(labels), wanted));
    const w = v128.load(weights);
    const g = f64x2.mul(w, f64x2.sub(p, y));
    const h = f64x2.mul(w, f64x2.mul(p, f64x2.sub(one, p)));
    const first = i64x2.shuffle(g, h, 0, 2);
    const second = i64x2.shuffle(g, h, 1, 3);
    v128.store(pairs, first);
    v128.store(pairs, second, 16);
    const firstSize = f64x2.abs(first);
    const secondSize = f64x2.abs(second);
    maximum = f64x2.pmax(maximum, f64x2.pmax(firstSize, secondSize));
    sum = f64x2.add(sum, f64x2.add(firstSize, secondSize));
    exponentials += 16;
    inverse += 16;
    labels += 16;
    weights += 16;
    pairs += 32;
  }
  storeStatistics(statistics, maximum, sum);
}

/**
 * Turns pairs (g, h) into bins' terms in place: g × gradientScale rounded, and (h × hessianScale rounded) shifted
 * left by `countBits` plus the row's count. Scaled values must stay below 2^51.
 */
function quantise(
  pairs: usize, counts: usize, count: u32, gradientScale: f64, hessianScale: f64, countBits: i32,
): void {
  const scale = f64x2.replace_lane(f64x2.splat(gradientScale), 1, hessianScale);
  const magic = f64x2.splat(6755399441055744);
  const upper = i64x2.replace_lane(i64x2.splat(0), 1, -1);
  for (let index: u32 = 0; index < count; index++) {
    const fixed = i64x2.sub(f64x2.add(f64x2.mul(v128.load(pairs), scale), magic), magic);
    const shifted = v128.bitselect(i64x2.shl(fixed, countBits), fixed, upper);
    v128.store(pairs, i64x2.add(shifted, i64x2.replace_lane(i64x2.splat(0), 1, load<u32>(counts))));
    pairs += 16;
    counts += 4;
  }
}

/**
 * Sum over every `step`-th row of weight times log loss. Scores of a row lie `classStride` bytes apart, rows
 * `rowStride`; one score is the log-odds of label 1. The same bits everywhere, unlike Math.log and Math.exp.
 */
export function logLoss(
  scores: usize, classStride: usize, rowStride: usize, classes: u32, labels: usize, weights: usize, count: u32,
  step: u32,
): f64 {
  let sum: f64 = 0;
  for (let row: u32 = 0; row < count; row += step) {
    const at = scores + <usize>row * rowStride;
    const label = load<f64>(labels + ((<usize>row) << 3));
    let loss: f64;
    if (classes == 1) {
      const margin = label == 1 ? load<f64>(at) : -load<f64>(at);
      loss = max<f64>(0, -margin) + logarithm(1 + exponential(-abs(margin)));
    } else {
      let top = load<f64>(at);
      for (let k: u32 = 1; k < classes; k++) top = max(top, load<f64>(at + <usize>k * classStride));
      let total: f64 = 0;
      for (let k: u32 = 0; k < classes; k++) total += exponential(load<f64>(at + <usize>k * classStride) - top);
      loss = top + logarithm(total) - load<f64>(at + <usize>label * classStride);
    }
    sum += load<f64>(weights + ((<usize>row) << 3)) * loss;
  }
  return sum;
}

// ------------------------------------------------------------------------------------------------- histograms

/** Copies the terms of the listed rows one after another. */
export function gather(terms: usize, rows: usize, count: u32, out: usize): void {
  for (let index: u32 = 0; index < count; index++) {
    v128.store(out, v128.load(terms + ((<usize>load<u32>(rows)) << 4)));
    rows += 4;
    out += 16;
  }
}

// @ts-ignore: decorator
@inline
function bump(at: usize, code: usize, term: v128): void {
  const bin = at + (code << 4);
  v128.store(bin, i64x2.add(v128.load(bin), term));
}

/** Adds one row's term to the histograms of a tile's first `width` columns; `width` is a constant of the caller. */
// @ts-ignore: decorator
@inline
function bumpTile(codes: usize, term: v128, histogram: usize, width: i32): void {
  bump(histogram, load<u8>(codes), term);
  if (width > 1) bump(histogram + HISTOGRAM_STRIDE, load<u8>(codes, 1), term);
  if (width > 2) bump(histogram + 2 * HISTOGRAM_STRIDE, load<u8>(codes, 2), term);
  if (width > 3) bump(histogram + 3 * HISTOGRAM_STRIDE, load<u8>(codes, 3), term);
  if (width > 4) bump(histogram + 4 * HISTOGRAM_STRIDE, load<u8>(codes, 4), term);
  if (width > 5) bump(histogram + 5 * HISTOGRAM_STRIDE, load<u8>(codes, 5), term);
  if (width > 6) bump(histogram + 6 * HISTOGRAM_STRIDE, load<u8>(codes, 6), term);
  if (width > 7) bump(histogram + 7 * HISTOGRAM_STRIDE, load<u8>(codes, 7), term);
}

// @ts-ignore: decorator
@inline
function sumAll(codes: usize, count: u32, terms: usize, histogram: usize, width: i32): void {
  for (let index: u32 = 0; index < count; index++) {
    bumpTile(codes, v128.load(terms), histogram, width);
    codes += 8;
    terms += 16;
  }
}

/** Histograms of a tile's first `width` columns over all `count` rows, added to what is there. */
function histogramAll(codes: usize, count: u32, terms: usize, histogram: usize, width: i32): void {
  if (width == 8) sumAll(codes, count, terms, histogram, 8);
  else if (width == 7) sumAll(codes, count, terms, histogram, 7);
  else if (width == 6) sumAll(codes, count, terms, histogram, 6);
  else if (width == 5) sumAll(codes, count, terms, histogram, 5);
  else if (width == 4) sumAll(codes, count, terms, histogram, 4);
  else if (width == 3) sumAll(codes, count, terms, histogram, 3);
  else if (width == 2) sumAll(codes, count, terms, histogram, 2);
  else sumAll(codes, count, terms, histogram, 1);
}

/**
 * As `histogramAll`, over the listed rows only; `terms` are theirs, gathered. Their codes are gathered into `buffer`
 * (eight bytes a row) first: scattered reads between the read-modify-writes of the sums would cost half as much again.
 */
function histogramRows(
  codes: usize, rows: usize, count: u32, terms: usize, histogram: usize, width: i32, buffer: usize,
): void {
  let to = buffer;
  for (let index: u32 = 0; index < count; index++) {
    store<u64>(to, load<u64>(codes + ((<usize>load<u32>(rows)) << 3)));
    rows += 4;
    to += 8;
  }
  histogramAll(buffer, count, terms, histogram, width);
}

/** Empties the histograms of `columns` columns; `sizes` holds how many codes each has. */
function clear(histogram: usize, columns: u32, sizes: usize): void {
  for (let column: u32 = 0; column < columns; column++) {
    memory.fill(histogram, 0, (<usize>load<u32>(sizes)) << 4);
    histogram += HISTOGRAM_STRIDE;
    sizes += 4;
  }
}

/** Takes the histograms of a child away from its parent's, in place: what is left is the other child's. */
function subtract(parent: usize, child: usize, columns: u32, sizes: usize): void {
  for (let column: u32 = 0; column < columns; column++) {
    const bytes = (<usize>load<u32>(sizes)) << 4;
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(parent + at, i64x2.sub(v128.load(parent + at), v128.load(child + at)));
    }
    parent += HISTOGRAM_STRIDE;
    child += HISTOGRAM_STRIDE;
    sizes += 4;
  }
}

// ----------------------------------------------------------------------------------------------- split search

// Rules of one fit (bytes):  0 l2 f64 | 8 minGain f64 | 16 minHessian f64 | 24 maxStep f64 (infinite: none)
//   32 gradientUnit f64 | 40 hessianUnit f64 (value of one integer step) | 48 smoothing f64 | 56 categoryL2 f64
//   64 countBits i32 | 68 minRows u32 | 72 maxCategories u32
// Feature (32 bytes):        0 column u32 | 4 decode u32 (pointer to the bin of each code; 0: they are equal)
//   8 bins u32 (without the missing one) | 12 missing u32 (1: bin number `bins` is for missing) | 16 categorical u32
//   20 codes u32 (codes of the column) | 24 rank u32 (of equally good splits the lowest rank wins)
// Split (80 bytes):          0 gain f64 (0: none) | 8 left gradient i64 | 16 left hessian and count i64
//   24 feature u32 | 28 bin u32 | 32 missingLeft u32 | 40 set of bins that go left, 32 bytes (categorical)

/**
 * The best split of a leaf over the listed features, which come column by column. `sums` are the leaf's gradient and
 * hessian-and-count. `search` is room for the order of categories (3072 bytes) and a split; `unpacked` for the
 * histograms of the features of one column. Writes a split to `out`.
 */
function findSplit(
  histogram: usize, sums: usize, features: usize, list: usize, count: u32, rules: usize, search: usize,
  unpacked: usize, out: usize,
): void {
  const found = search + 3072;
  let bestRank: u32 = 0xffffffff;
  store<f64>(out, 0);
  for (let first: u32 = 0; first < count; ) {
    const column = load<u32>(featureAt(features, list, first));
    let end = first + 1;
    while (end < count && load<u32>(featureAt(features, list, end)) == column) end++;
    const packed = histogram + <usize>column * HISTOGRAM_STRIDE;
    const shared = load<u32>(featureAt(features, list, first), 4) != 0;
    if (shared) unpack(packed, features, list, first, end, unpacked);
    for (let index = first; index < end; index++) {
      const feature = featureAt(features, list, index);
      const bins = shared ? unpacked + <usize>(index - first) * HISTOGRAM_STRIDE : packed;
      // What gains clearly less than another feature need not be looked at closely; near ties must be, for the rank.
      const floor = load<f64>(out) * (1 - 1e-9);
      if (load<u32>(feature, 16)) findCategorical(bins, sums, feature, rules, floor, search, found);
      else findNumeric(bins, sums, feature, rules, floor, found);
      const gain = load<f64>(found);
      const rank = load<u32>(feature, 24);
      if (gain > load<f64>(out) || (gain > 0 && gain == load<f64>(out) && rank < bestRank)) {
        memory.copy(out, found, 80);
        store<u32>(out, load<u32>(list + ((<usize>index) << 2)), 24);
        bestRank = rank;
      }
    }
    first = end;
  }
}

// @ts-ignore: decorator
@inline
function featureAt(features: usize, list: usize, index: u32): usize {
  return features + ((<usize>load<u32>(list + ((<usize>index) << 2))) << 5);
}

/** Histograms of the features that share a column: each code's bin is added to the bin of each feature. */
function unpack(packed: usize, features: usize, list: usize, first: u32, end: u32, unpacked: usize): void {
  let to = unpacked;
  for (let index = first; index < end; index++) {
    const feature = featureAt(features, list, index);
    memory.fill(to, 0, <usize>(load<u32>(feature, 8) + 1) << 4);
    to += HISTOGRAM_STRIDE;
  }
  const codes = load<u32>(featureAt(features, list, first), 20);
  for (let code: u32 = 0; code < codes; code++) {
    const bin = packed + ((<usize>code) << 4);
    if (load<i64>(bin, 8) == 0) continue;
    const term = v128.load(bin);
    to = unpacked;
    for (let index = first; index < end; index++) {
      bump(to, load<u8>(<usize>load<u32>(featureAt(features, list, index), 4) + code), term);
      to += HISTOGRAM_STRIDE;
    }
  }
}

/** Gain of one side that takes its best step, or the longest allowed one. */
// @ts-ignore: decorator
@inline
function sideGain(gradient: f64, hessian: f64, maxStep: f64): f64 {
  const size = abs(gradient);
  if (size <= maxStep * hessian) return gradient * gradient / hessian;
  return maxStep * (2 * size - maxStep * hessian);
}

/** Whole numbers of both lanes, |n| < 2^51, as floating-point numbers. */
// @ts-ignore: decorator
@inline
function toNumbers(integers: v128): v128 {
  const magic = f64x2.splat(6755399441055744);
  return f64x2.sub(i64x2.add(integers, magic), magic);
}

/**
 * The best threshold of a numeric feature. Candidates are weighed in pairs: with missing values, one threshold with
 * them right and left; without, two thresholds. Of equal gains the lower bin wins, and missing right before left.
 */
function findNumeric(
  bins: usize, sums: usize, feature: usize, rules: usize, floor: f64, out: usize,
): void {
  const minHessian = load<f64>(rules, 16);
  const countBits = load<i32>(rules, 64);
  const totalG = load<i64>(sums);
  const totalH = load<i64>(sums, 8);
  const hessian = <f64>(totalH >> countBits) * load<f64>(rules, 40);
  store<f64>(out, 0);
  if (!(hessian >= 2 * minHessian)) return;
  const gradient = <f64>totalG * load<f64>(rules, 32);
  const l2 = load<f64>(rules);
  const parent = sideGain(gradient, hessian + l2, load<f64>(rules, 24));
  const gradientUnit = f64x2.splat(load<f64>(rules, 32));
  const hessianUnit = f64x2.splat(load<f64>(rules, 40));
  const allGradient = f64x2.splat(gradient);
  const allHessian = f64x2.splat(hessian + 2 * l2);
  const penalty = f64x2.splat(l2);
  const binCount = load<u32>(feature, 8);
  const missingAt = bins + ((<usize>binCount) << 4);
  const hasMissing = load<u32>(feature, 12) != 0 && v128.any_true(v128.load(missingAt));
  const missing = hasMissing ? v128.load(missingAt) : i64x2.splat(0);
  let best = parent + max(floor, load<f64>(rules, 8));
  let bestPair = f64x2.splat(best);
  let sum = i64x2.splat(0);
  let other = i64x2.splat(0);
  let otherBin: u32 = 0;
  let waiting = false;
  for (let bin: u32 = 0; bin < binCount; bin++) {
    const term = v128.load(bins + ((<usize>bin) << 4));
    if (v128.any_true(term)) sum = i64x2.add(sum, term);
    else if (!waiting || bin + 1 < binCount) continue;
    if (hasMissing) other = i64x2.add(sum, missing);
    else if (!waiting && bin + 1 < binCount) {
      other = sum;
      otherBin = bin;
      waiting = true;
      continue;
    }
    waiting = false;
    // Lane 0 is the candidate at hand, lane 1 the other one. Products decide, without division, and without the limit
    // on steps, which can only make a gain smaller.
    const g = i64x2.shuffle(sum, other, 0, 2);
    const h = i64x2.shr_u(i64x2.shuffle(sum, other, 1, 3), countBits);
    const leftG = f64x2.mul(toNumbers(g), gradientUnit);
    const a = f64x2.add(f64x2.mul(toNumbers(h), hessianUnit), penalty);
    const rightG = f64x2.sub(allGradient, leftG);
    const b = f64x2.sub(allHessian, a);
    const gain = f64x2.add(f64x2.mul(f64x2.mul(leftG, leftG), b), f64x2.mul(f64x2.mul(rightG, rightG), a));
    const better = i64x2.bitmask(f64x2.gt(gain, f64x2.mul(bestPair, f64x2.mul(a, b))));
    if (better == 0) continue;
    if (hasMissing) {
      if (better & 1) best = weigh(sum, bin, 0, sums, parent, best, rules, out);
      if (better & 2) best = weigh(other, bin, 1, sums, parent, best, rules, out);
    } else {
      if (better & 2) best = weigh(other, otherBin, 2, sums, parent, best, rules, out);
      if (better & 1) best = weigh(sum, bin, 2, sums, parent, best, rules, out);
    }
    bestPair = f64x2.splat(best);
  }
}

/**
 * Takes a candidate that keeps the rules and gains more than `best`; returns the best gain. `missing` is where
 * missing values go: 0 right, 1 left, 2 with more rows (there are none).
 */
function weigh(
  sum: v128, bin: u32, missing: u32, sums: usize, parent: f64, best: f64, rules: usize, out: usize,
): f64 {
  const g = i64x2.extract_lane(sum, 0);
  const hc = i64x2.extract_lane(sum, 1);
  const totalG = load<i64>(sums);
  const totalH = load<i64>(sums, 8);
  const l2 = load<f64>(rules);
  const minHessian = load<f64>(rules, 16);
  const maxStep = load<f64>(rules, 24);
  const gradientUnit = load<f64>(rules, 32);
  const hessianUnit = load<f64>(rules, 40);
  const countBits = <i64>load<i32>(rules, 64);
  const minRows = <i64>load<u32>(rules, 68);
  const mask = (<i64>1 << countBits) - 1;
  const rows = hc & mask;
  const totalRows = totalH & mask;
  if (rows < minRows || totalRows - rows < minRows) return best;
  const leftH = <f64>(hc >> countBits) * hessianUnit;
  const rightH = <f64>((totalH >> countBits) - (hc >> countBits)) * hessianUnit;
  if (leftH < minHessian || rightH < minHessian) return best;
  const gain =
    sideGain(<f64>g * gradientUnit, leftH + l2, maxStep) +
    sideGain(<f64>(totalG - g) * gradientUnit, rightH + l2, maxStep);
  if (gain <= best) return best;
  store<f64>(out, gain - parent);
  store<i64>(out, g, 8);
  store<i64>(out, hc, 16);
  store<u32>(out, bin, 28);
  store<u32>(out, missing == 2 ? <u32>(rows * 2 >= totalRows) : missing, 32);
  return gain;
}

/**
 * Categories in order of gradient over hessian (smoothed by `smoothing` rows of mean hessian), then the best of the
 * sets that are a beginning or an end of that order (Fisher 1958; LightGBM, Ke et al. 2017). Categories with fewer
 * rows than `smoothing` stay with the rest. `scratch`: 256 × (f64 key, u32 bin).
 */
function findCategorical(
  bins: usize, sums: usize, feature: usize, rules: usize, floor: f64, scratch: usize, out: usize,
): void {
  const l2 = load<f64>(rules);
  const minHessian = load<f64>(rules, 16);
  const maxStep = load<f64>(rules, 24);
  const gradientUnit = load<f64>(rules, 32);
  const hessianUnit = load<f64>(rules, 40);
  const smoothing = load<f64>(rules, 48);
  const categoryL2 = load<f64>(rules, 56);
  const countBits = <i64>load<i32>(rules, 64);
  const minRows = <i64>load<u32>(rules, 68);
  const mask = (<i64>1 << countBits) - 1;
  const totalG = load<i64>(sums);
  const totalH = load<i64>(sums, 8);
  const totalRows = totalH & mask;
  const hessian = <f64>(totalH >> countBits) * hessianUnit;
  store<f64>(out, 0);
  if (!(hessian >= 2 * minHessian)) return;
  const parent = sideGain(<f64>totalG * gradientUnit, hessian + l2, maxStep);
  const binCount = load<u32>(feature, 8) + load<u32>(feature, 12);
  const missingBin = load<u32>(feature, 12) ? load<u32>(feature, 8) : 0xffffffff;
  const order = scratch + 2048;
  let used: u32 = 0;
  for (let bin: u32 = 0; bin < binCount; bin++) {
    const at = bins + ((<usize>bin) << 4);
    const term = load<i64>(at, 8);
    if ((term & mask) == 0 || <f64>(term & mask) < smoothing) continue;
    const smoothed = <f64>(term >> countBits) * hessianUnit + smoothing * hessian / <f64>totalRows;
    const key = <f64>load<i64>(at) * gradientUnit / max<f64>(smoothed, 1e-300);
    let place = used;
    while (place > 0 && load<f64>(scratch + ((<usize>(place - 1)) << 3)) > key) {
      store<f64>(scratch + ((<usize>place) << 3), load<f64>(scratch + ((<usize>(place - 1)) << 3)));
      store<u32>(order + ((<usize>place) << 2), load<u32>(order + ((<usize>(place - 1)) << 2)));
      place--;
    }
    store<f64>(scratch + ((<usize>place) << 3), key);
    store<u32>(order + ((<usize>place) << 2), bin);
    used++;
  }
  const limit = min<u32>(used, load<u32>(rules, 72));
  let best = parent + max(floor, load<f64>(rules, 8));
  let bestSize: u32 = 0;
  let bestFromEnd = false;
  for (let pass = 0; pass < 2; pass++) {
    let g: i64 = 0;
    let hc: i64 = 0;
    for (let size: u32 = 1; size <= limit; size++) {
      const bin = load<u32>(order + ((<usize>(pass ? used - size : size - 1)) << 2));
      const at = bins + ((<usize>bin) << 4);
      g += load<i64>(at);
      hc += load<i64>(at, 8);
      const rows = hc & mask;
      if (rows < minRows) continue;
      if (totalRows - rows < minRows) break;
      const leftH = <f64>(hc >> countBits) * hessianUnit;
      const rightH = <f64>((totalH >> countBits) - (hc >> countBits)) * hessianUnit;
      if (leftH < minHessian) continue;
      if (rightH < minHessian) break;
      const gain =
        sideGain(<f64>g * gradientUnit, leftH + l2 + categoryL2, maxStep) +
        sideGain(<f64>(totalG - g) * gradientUnit, rightH + l2 + categoryL2, maxStep);
      if (gain <= best) continue;
      best = gain;
      bestSize = size;
      bestFromEnd = pass == 1;
      store<f64>(out, gain - parent);
      store<i64>(out, g, 8);
      store<i64>(out, hc, 16);
    }
  }
  if (bestSize == 0) return;
  memory.fill(out + 40, 0, 32);
  let missingLeft = false;
  let missingPlaced = false;
  for (let size: u32 = 1; size <= bestSize; size++) {
    const bin = load<u32>(order + ((<usize>(bestFromEnd ? used - size : size - 1)) << 2));
    const at = out + 40 + (bin >> 3);
    store<u8>(at, <u8>(<u32>load<u8>(at) | (<u32>1 << (bin & 7))));
    if (bin == missingBin) missingLeft = true;
  }
  if (missingBin != 0xffffffff) {
    const missingRows = load<i64>(bins + ((<usize>missingBin) << 4), 8) & mask;
    missingPlaced = missingRows > 0;
  }
  const leftRows = load<i64>(out, 16) & mask;
  if (!missingPlaced) missingLeft = leftRows * 2 >= totalRows;
  store<u32>(out, missingLeft ? 1 : 0, 32);
}

// ---------------------------------------------------------------------------------------- partition and update

/**
 * Moves the rows that go left to the front, both sides in their old order. `codes` points to the split's column in
 * its tile; `left` has one byte, 0 or 1, a code; `scratch` holds as many rows. Returns how many went left.
 */
export function partition(rows: usize, count: u32, codes: usize, left: usize, scratch: usize): u32 {
  let kept = rows;
  let moved = scratch;
  for (let at = rows; at < rows + ((<usize>count) << 2); at += 4) {
    const row = load<u32>(at);
    const goes = <usize>load<u8>(left + <usize>load<u8>(codes + ((<usize>row) << 3))) << 2;
    store<u32>(kept, row);
    store<u32>(moved, row);
    kept += goes;
    moved += 4 - goes;
  }
  memory.copy(kept, scratch, moved - scratch);
  return <u32>((kept - rows) >> 2);
}

/** Adds the terms of `count` rows, listed one after another: gradient and hessian-and-count at `out`. */
export function sumTerms(terms: usize, count: u32, out: usize): void {
  let sum = i64x2.splat(0);
  for (let index: u32 = 0; index < count; index++) {
    sum = i64x2.add(sum, v128.load(terms));
    terms += 16;
  }
  v128.store(out, sum);
}

/** Adds a leaf's value to the scores of its rows. */
function addValue(scores: usize, rows: usize, count: u32, value: f64): void {
  for (let index: u32 = 0; index < count; index++) {
    const at = scores + ((<usize>load<u32>(rows)) << 3);
    store<f64>(at, load<f64>(at) + value);
    rows += 4;
  }
}

/** The numbers 0, 1, 2, ... as row list. */
export function listRows(rows: usize, count: u32): void {
  for (let index: u32 = 0; index < count; index++) {
    store<u32>(rows, index);
    rows += 4;
  }
}

// --------------------------------------------------------------------------------------------- items and threads

// A job is a list of words; its items are numbered from 0 and touch no common bytes, save the job itself.
//
// TILE       clears, sums and subtracts the histograms of one tile, and finds the best splits of its features
//    0 codes | 4 rows in a tile | 8 tile width | 12 code columns | 16 code counts | 20 features | 24 rules
//   28 (list, count) of the features of each tile | 32 row list (0: all) | 36 count | 40 terms, gathered
//   44 histograms of the rows | 48 histograms of the parent, to become the sibling's (0: none)
//   52 sums of the rows | 56 splits of the rows, one a tile (0: do not look) | 60 sums of the sibling | 64 its splits
// GRADIENT   pairs and statistics of one block of rows
//    0 scores | 4 labels | 8 weights | 12 pairs | 16 statistics | 20 rows | 24 exponentials (0: logistic)
//   28 inverse sums | 32 label
// QUANTISE   terms of one block of rows
//    0 pairs | 4 counts | 8 rows | 12 scales (two numbers) | 16 count bits
// SOFTMAX    exponentials of one block of rows
//    0 scores | 4 class stride | 8 classes | 12 rows | 16 exponentials | 20 inverse sums
// LEAF       adds one leaf's value
//    0 scores | 4 rows | 8 leaves: 16 bytes each, value f64 | first row u32 | count u32
const TILE: u32 = 1;
const GRADIENT: u32 = 2;
const QUANTISE: u32 = 3;
const SOFTMAX: u32 = 4;
// COLUMN     edges and bins of one numeric column: see bins.ts
const LEAF: u32 = 5;
const COLUMN: u32 = 6;

/** Rows of a block; even, and fixed, so that sums do not depend on threads. */
const BLOCK_ROWS: u32 = 8192;
/**
 * A thread's scratch holds either the codes of a tile's listed rows (8 bytes each), or the order of categories and a
 * split (this many bytes) and then the unpacked histograms of a column's features.
 */
const SEARCH_BYTES: usize = 3200;

class BoostingWork extends Work {
  @inline
  item(kind: u32, job: usize, item: u32, scratch: usize): void {
    if (kind == TILE) runTile(job, item, scratch);
    else if (kind == GRADIENT) runGradient(job, item);
    else if (kind == QUANTISE) runQuantise(job, item);
    else if (kind == SOFTMAX) runSoftmax(job, item);
    else if (kind == LEAF) runLeaf(job, item);
    else if (kind == COLUMN) runColumn(job, item);
  }
}

function runTile(job: usize, tile: u32, scratch: usize): void {
  const rowsInTile = load<u32>(job, 4);
  const tileWidth = load<u32>(job, 8);
  const first = tile * tileWidth;
  const width = min<u32>(tileWidth, load<u32>(job, 12) - first);
  const codes = <usize>load<u32>(job) + ((<usize>tile * rowsInTile) << 3);
  const sizes = <usize>load<u32>(job, 16) + ((<usize>first) << 2);
  const rows = <usize>load<u32>(job, 32);
  const count = load<u32>(job, 36);
  const terms = <usize>load<u32>(job, 40);
  const own = <usize>load<u32>(job, 44);
  const parent = <usize>load<u32>(job, 48);
  const offset = <usize>first * HISTOGRAM_STRIDE;
  clear(own + offset, width, sizes);
  if (rows == 0) histogramAll(codes, count, terms, own + offset, width);
  else histogramRows(codes, rows, count, terms, own + offset, width, scratch);
  if (parent != 0) subtract(parent + offset, own + offset, width, sizes);
  searchTile(job, tile, own, <usize>load<u32>(job, 52), <usize>load<u32>(job, 56), scratch);
  if (parent != 0) searchTile(job, tile, parent, <usize>load<u32>(job, 60), <usize>load<u32>(job, 64), scratch);
}

function searchTile(job: usize, tile: u32, histogram: usize, sums: usize, splits: usize, scratch: usize): void {
  if (splits == 0) return;
  const listed = <usize>load<u32>(job, 28) + ((<usize>tile) << 3);
  const features = <usize>load<u32>(job, 20);
  const rules = <usize>load<u32>(job, 24);
  const unpacked = scratch + SEARCH_BYTES;
  const out = splits + <usize>tile * 80;
  findSplit(histogram, sums, features, load<u32>(listed), load<u32>(listed, 4), rules, scratch, unpacked, out);
}

/** Rows of a block that has none behind it may be fewer. */
// @ts-ignore: decorator
@inline
function blockRows(block: u32, rows: u32): u32 {
  return min<u32>(BLOCK_ROWS, rows - block * BLOCK_ROWS);
}

function runGradient(job: usize, block: u32): void {
  const count = blockRows(block, load<u32>(job, 20));
  const offset = (<usize>(block * BLOCK_ROWS)) << 3;
  const labels = <usize>load<u32>(job, 4) + offset;
  const weights = <usize>load<u32>(job, 8) + offset;
  const pairs = <usize>load<u32>(job, 12) + 2 * offset;
  const statistics = <usize>load<u32>(job, 16) + ((<usize>block) << 5);
  const exponentials = <usize>load<u32>(job, 24);
  if (exponentials == 0) {
    logisticGradients(<usize>load<u32>(job) + offset, labels, weights, count, pairs, statistics);
  } else {
    const inverse = <usize>load<u32>(job, 28) + offset;
    const label = <f64>load<u32>(job, 32);
    softmaxGradients(exponentials + offset, inverse, labels, label, weights, count, pairs, statistics);
  }
}

function runQuantise(job: usize, block: u32): void {
  const first = <usize>(block * BLOCK_ROWS);
  const scales = <usize>load<u32>(job, 12);
  const pairs = <usize>load<u32>(job) + (first << 4);
  const counts = <usize>load<u32>(job, 4) + (first << 2);
  const count = blockRows(block, load<u32>(job, 8));
  quantise(pairs, counts, count, load<f64>(scales), load<f64>(scales, 8), load<u32>(job, 16));
}

function runSoftmax(job: usize, block: u32): void {
  const offset = (<usize>(block * BLOCK_ROWS)) << 3;
  const count = blockRows(block, load<u32>(job, 12));
  const scores = <usize>load<u32>(job) + offset;
  const exponentials = <usize>load<u32>(job, 16) + offset;
  softmaxTerms(scores, load<u32>(job, 4), load<u32>(job, 8), count, exponentials, <usize>load<u32>(job, 20) + offset);
}

function runLeaf(job: usize, index: u32): void {
  const leaf = <usize>load<u32>(job, 8) + ((<usize>index) << 4);
  const rows = <usize>load<u32>(job, 4) + ((<usize>load<u32>(leaf, 8)) << 2);
  addValue(<usize>load<u32>(job), rows, load<u32>(leaf, 12), load<f64>(leaf));
}

/** Runs all items of a job, with the help of whoever serves; returns when they are done. */
export function run(control: usize, kind: u32, job: usize, items: u32): void {
  runItems<BoostingWork>(control, kind, job, items);
}

/** Lends the calling thread to the jobs of `run` until `dismiss`. */
export function serve(control: usize, thread: u32): void {
  serveItems<BoostingWork>(control, thread);
}

/** Sends the serving threads home. */
export function dismiss(control: usize): void {
  sendHome(control);
}
