// Kernels of the linear learners, in AssemblyScript: losses and gradients, Newton's method and dual coordinate descent of
// support vector machines, stochastic gradient descent.
//
// All of them work on one imported linear memory whose layout `src/learner/linear/` decides; they allocate nothing, keep
// no state and hold no static data, so that many instances may share the memory. Sums over rows are taken in blocks
// whose size does not depend on the number of threads, each in the order of its rows.
//
// Matrix (bytes):  0 rows u32 | 4 width u32 | 8 stride u32 (numbers of a dense row, even; 0: sparse) | 12 data
//   dense:  `data` is the first row, rows lie one after another
//   sparse: `data` is a table of 8 bytes a row [ address u32 | entries u32 ]; at the address lie the entries' values (f64),
//           then their inputs (u32), ascending
//
// scripts/build-kernels.mjs compiles this file into src/learner/linear-kernels.generated.ts.

import { exp2 } from "./elementary";
import { runItems, sendHome, serveItems, Work } from "./gate";

/** Rows whose scores are kept between the way forward and the way back. */
const STRIP: u32 = 32;

// --------------------------------------------------------------------------------------------------- products

// @ts-ignore: decorator
@inline
function sparseDot(row: usize, count: u32, vector: usize): f64 {
  let inputs = row + ((<usize>count) << 3);
  let even: f64 = 0;
  let odd: f64 = 0;
  let index: u32 = 0;
  for (; index + 1 < count; index += 2) {
    even += load<f64>(row) * load<f64>(vector + ((<usize>load<u32>(inputs)) << 3));
    odd += load<f64>(row, 8) * load<f64>(vector + ((<usize>load<u32>(inputs, 4)) << 3));
    row += 16;
    inputs += 8;
  }
  if (index < count) even += load<f64>(row) * load<f64>(vector + ((<usize>load<u32>(inputs)) << 3));
  return even + odd;
}

// @ts-ignore: decorator
@inline
function sparseAdd(row: usize, count: u32, factor: f64, vector: usize): void {
  let inputs = row + ((<usize>count) << 3);
  for (let index: u32 = 0; index < count; index++) {
    const at = vector + ((<usize>load<u32>(inputs)) << 3);
    store<f64>(at, load<f64>(at) + factor * load<f64>(row));
    row += 8;
    inputs += 4;
  }
}

// @ts-ignore: decorator
@inline
function denseDot(row: usize, stride: u32, vector: usize): f64 {
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  let c = f64x2.splat(0);
  let d = f64x2.splat(0);
  let left = stride;
  while (left >= 8) {
    a = f64x2.add(a, f64x2.mul(v128.load(row), v128.load(vector)));
    b = f64x2.add(b, f64x2.mul(v128.load(row, 16), v128.load(vector, 16)));
    c = f64x2.add(c, f64x2.mul(v128.load(row, 32), v128.load(vector, 32)));
    d = f64x2.add(d, f64x2.mul(v128.load(row, 48), v128.load(vector, 48)));
    row += 64;
    vector += 64;
    left -= 8;
  }
  while (left > 0) {
    a = f64x2.add(a, f64x2.mul(v128.load(row), v128.load(vector)));
    row += 16;
    vector += 16;
    left -= 2;
  }
  const sum = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

// @ts-ignore: decorator
@inline
function denseAdd(row: usize, stride: u32, factor: f64, vector: usize): void {
  const by = f64x2.splat(factor);
  for (let index: u32 = 0; index < stride; index += 2) {
    v128.store(vector, f64x2.add(v128.load(vector), f64x2.mul(by, v128.load(row))));
    row += 16;
    vector += 16;
  }
}

/** Inner product of a matrix's row and a vector (of `stride` numbers where the matrix is dense). */
// @ts-ignore: decorator
@inline
function dotRow(stride: u32, data: usize, row: u32, vector: usize): f64 {
  if (stride != 0) return denseDot(data + ((<usize>row * stride) << 3), stride, vector);
  const entry = data + ((<usize>row) << 3);
  return sparseDot(<usize>load<u32>(entry), load<u32>(entry, 4), vector);
}

/** Adds a multiple of a matrix's row to a vector. */
// @ts-ignore: decorator
@inline
function addRow(stride: u32, data: usize, row: u32, factor: f64, vector: usize): void {
  if (stride != 0) {
    denseAdd(data + ((<usize>row * stride) << 3), stride, factor, vector);
    return;
  }
  const entry = data + ((<usize>row) << 3);
  sparseAdd(<usize>load<u32>(entry), load<u32>(entry, 4), factor, vector);
}

// ---------------------------------------------------------------------------------------------------- functions

/** Natural logarithms of two normal numbers above 0: ln m = 2 artanh((m - 1) / (m + 1)) by its series. */
// @ts-ignore: decorator
@inline
function log2(x: v128): v128 {
  // Adding what takes √½ to 1 carries mantissas above √2 into the next exponent.
  const shifted = i64x2.add(x, i64x2.splat(0x00095f619980c433));
  const exponent = i64x2.shr_u(shifted, 52);
  const mantissa = i64x2.sub(x, i64x2.shl(i64x2.sub(exponent, i64x2.splat(1023)), 52));
  // 2^52 + exponent, as a number; its low bits are the exponent.
  const number = f64x2.sub(v128.or(exponent, i64x2.splat(0x4330000000000000)), f64x2.splat(4503599627371519));
  const one = f64x2.splat(1);
  const ratio = f64x2.div(f64x2.sub(mantissa, one), f64x2.add(mantissa, one));
  const q = f64x2.mul(ratio, ratio);
  let sum = f64x2.splat(0.047619047619047616);
  sum = f64x2.add(f64x2.mul(sum, q), f64x2.splat(0.05263157894736842));
  sum = f64x2.add(f64x2.mul(sum, q), f64x2.splat(0.058823529411764705));
  sum = f64x2.add(f64x2.mul(sum, q), f64x2.splat(0.06666666666666667));
  sum = f64x2.add(f64x2.mul(sum, q), f64x2.splat(0.07692307692307693));
  sum = f64x2.add(f64x2.mul(sum, q), f64x2.splat(0.09090909090909091));
  sum = f64x2.add(f64x2.mul(sum, q), f64x2.splat(0.1111111111111111));
  sum = f64x2.add(f64x2.mul(sum, q), f64x2.splat(0.14285714285714285));
  sum = f64x2.add(f64x2.mul(sum, q), f64x2.splat(0.2));
  sum = f64x2.add(f64x2.mul(sum, q), f64x2.splat(0.3333333333333333));
  const twice = f64x2.add(ratio, ratio);
  const low = f64x2.add(twice, f64x2.mul(f64x2.mul(twice, q), sum));
  return f64x2.add(f64x2.mul(number, f64x2.splat(0.6931471805599453)), low);
}

// ---------------------------------------------------------------------------------------------- logistic losses

// Loss job (words):  0 matrix | 4 weights (one f64 an input; for softmax `pairs` v128) | 8 bias | 12 pairs
//   16 labels u32 of each row | 20 row weights f64 | 24 rows of a block | 28 partial sums | 32 bytes of a partial sum
// Partial sums of a block: gradient of the weights, laid out as they are; gradient of the bias; loss (v128)

// @ts-ignore: decorator
@inline
function firstOf(job: usize, block: u32): u32 {
  return block * load<u32>(job, 24);
}

// @ts-ignore: decorator
@inline
function endOf(job: usize, block: u32): u32 {
  return min<u32>(load<u32>(<usize>load<u32>(job)), (block + 1) * load<u32>(job, 24));
}

/** Logistic loss of two classes. Scratch: scores of a strip. */
function runLogistic(job: usize, block: u32, scratch: usize): void {
  const matrix = <usize>load<u32>(job);
  const stride = load<u32>(matrix, 8);
  const data = <usize>load<u32>(matrix, 12);
  const vector = <usize>load<u32>(job, 4);
  const bias = load<f64>(<usize>load<u32>(job, 8));
  const labels = <usize>load<u32>(job, 16);
  const rowWeights = <usize>load<u32>(job, 20);
  const out = <usize>load<u32>(job, 28) + <usize>block * load<u32>(job, 32);
  const length = stride != 0 ? stride : load<u32>(matrix, 4);
  memory.fill(out, 0, (<usize>length) << 3);
  const end = endOf(job, block);
  const one = f64x2.splat(1);
  let loss = f64x2.splat(0);
  let biasGradient = f64x2.splat(0);
  for (let start = firstOf(job, block); start < end; start += STRIP) {
    const count = min<u32>(STRIP, end - start);
    for (let index: u32 = 0; index < count; index++) {
      store<f64>(scratch + ((<usize>index) << 3), bias + dotRow(stride, data, start + index, vector));
    }
    if (count & 1) store<f64>(scratch + ((<usize>count) << 3), 0);
    for (let index: u32 = 0; index < count; index += 2) {
      const at = scratch + ((<usize>index) << 3);
      const row = start + index;
      const hasTwo = index + 1 < count;
      const labelsAt = labels + ((<usize>row) << 2);
      const weightsAt = rowWeights + ((<usize>row) << 3);
      const y = f64x2.replace_lane(
        f64x2.splat(<f64>load<u32>(labelsAt)), 1, hasTwo ? <f64>load<u32>(labelsAt, 4) : 0,
      );
      const w = f64x2.replace_lane(f64x2.splat(load<f64>(weightsAt)), 1, hasTwo ? load<f64>(weightsAt, 8) : 0);
      const score = v128.load(at);
      // With e = exp(-|s|): the probability of the likelier class is 1 / (1 + e).
      const e = exp2(f64x2.neg(f64x2.abs(score)));
      const inverse = f64x2.div(one, f64x2.add(one, e));
      const isNegative = f64x2.lt(score, f64x2.splat(0));
      const p = v128.bitselect(f64x2.mul(e, inverse), inverse, isNegative);
      // log(1 + exp(s)) - y s
      const soft = f64x2.add(f64x2.pmax(score, f64x2.splat(0)), log2(f64x2.add(one, e)));
      loss = f64x2.add(loss, f64x2.mul(w, f64x2.sub(soft, f64x2.mul(y, score))));
      const g = f64x2.mul(w, f64x2.sub(p, y));
      biasGradient = f64x2.add(biasGradient, g);
      v128.store(at, g);
    }
    for (let index: u32 = 0; index < count; index++) {
      addRow(stride, data, start + index, load<f64>(scratch + ((<usize>index) << 3)), out);
    }
  }
  const rest = out + ((<usize>length) << 3);
  store<f64>(rest, f64x2.extract_lane(biasGradient, 0) + f64x2.extract_lane(biasGradient, 1));
  store<f64>(rest, f64x2.extract_lane(loss, 0) + f64x2.extract_lane(loss, 1), 8);
}

/** Adds value × weights of one input to up to four pairs of scores; `pairs` is a constant of the caller. */
// @ts-ignore: decorator
@inline
function sparseScores(row: usize, count: u32, vector: usize, bytes: usize, bias: usize, out: usize, pairs: i32): void {
  let inputs = row + ((<usize>count) << 3);
  let a = v128.load(bias);
  let b = pairs > 1 ? v128.load(bias, 16) : a;
  let c = pairs > 2 ? v128.load(bias, 32) : a;
  let d = pairs > 3 ? v128.load(bias, 48) : a;
  for (let index: u32 = 0; index < count; index++) {
    const value = v128.load64_splat(row);
    const at = vector + <usize>load<u32>(inputs) * bytes;
    a = f64x2.add(a, f64x2.mul(value, v128.load(at)));
    if (pairs > 1) b = f64x2.add(b, f64x2.mul(value, v128.load(at, 16)));
    if (pairs > 2) c = f64x2.add(c, f64x2.mul(value, v128.load(at, 32)));
    if (pairs > 3) d = f64x2.add(d, f64x2.mul(value, v128.load(at, 48)));
    row += 8;
    inputs += 4;
  }
  v128.store(out, a);
  if (pairs > 1) v128.store(out, b, 16);
  if (pairs > 2) v128.store(out, c, 32);
  if (pairs > 3) v128.store(out, d, 48);
}

// @ts-ignore: decorator
@inline
function sparseSpread(row: usize, count: u32, factors: usize, vector: usize, bytes: usize, pairs: i32): void {
  let inputs = row + ((<usize>count) << 3);
  const a = v128.load(factors);
  const b = pairs > 1 ? v128.load(factors, 16) : a;
  const c = pairs > 2 ? v128.load(factors, 32) : a;
  const d = pairs > 3 ? v128.load(factors, 48) : a;
  for (let index: u32 = 0; index < count; index++) {
    const value = v128.load64_splat(row);
    const at = vector + <usize>load<u32>(inputs) * bytes;
    v128.store(at, f64x2.add(v128.load(at), f64x2.mul(value, a)));
    if (pairs > 1) v128.store(at, f64x2.add(v128.load(at, 16), f64x2.mul(value, b)), 16);
    if (pairs > 2) v128.store(at, f64x2.add(v128.load(at, 32), f64x2.mul(value, c)), 32);
    if (pairs > 3) v128.store(at, f64x2.add(v128.load(at, 48), f64x2.mul(value, d)), 48);
    row += 8;
    inputs += 4;
  }
}

/** As `sparseScores`, for two dense rows at once: their sums do not wait for each other. */
// @ts-ignore: decorator
@inline
function denseScores(row: usize, other: usize, width: u32, vector: usize, bytes: usize, bias: usize, out: usize,
  outOther: usize, pairs: i32): void {
  let a = v128.load(bias);
  let b = pairs > 1 ? v128.load(bias, 16) : a;
  let c = pairs > 2 ? v128.load(bias, 32) : a;
  let d = pairs > 3 ? v128.load(bias, 48) : a;
  let e = a;
  let f = b;
  let g = c;
  let h = d;
  for (let index: u32 = 0; index < width; index++) {
    const first = v128.load64_splat(row);
    const second = v128.load64_splat(other);
    const p = v128.load(vector);
    a = f64x2.add(a, f64x2.mul(first, p));
    e = f64x2.add(e, f64x2.mul(second, p));
    if (pairs > 1) {
      const q = v128.load(vector, 16);
      b = f64x2.add(b, f64x2.mul(first, q));
      f = f64x2.add(f, f64x2.mul(second, q));
    }
    if (pairs > 2) {
      const q = v128.load(vector, 32);
      c = f64x2.add(c, f64x2.mul(first, q));
      g = f64x2.add(g, f64x2.mul(second, q));
    }
    if (pairs > 3) {
      const q = v128.load(vector, 48);
      d = f64x2.add(d, f64x2.mul(first, q));
      h = f64x2.add(h, f64x2.mul(second, q));
    }
    row += 8;
    other += 8;
    vector += bytes;
  }
  v128.store(out, a);
  v128.store(outOther, e);
  if (pairs > 1) {
    v128.store(out, b, 16);
    v128.store(outOther, f, 16);
  }
  if (pairs > 2) {
    v128.store(out, c, 32);
    v128.store(outOther, g, 32);
  }
  if (pairs > 3) {
    v128.store(out, d, 48);
    v128.store(outOther, h, 48);
  }
}

/** As `sparseSpread`, for two dense rows at once. */
// @ts-ignore: decorator
@inline
function denseSpread(row: usize, other: usize, width: u32, factors: usize, factorsOther: usize, vector: usize,
  bytes: usize, pairs: i32): void {
  const a = v128.load(factors);
  const b = pairs > 1 ? v128.load(factors, 16) : a;
  const c = pairs > 2 ? v128.load(factors, 32) : a;
  const d = pairs > 3 ? v128.load(factors, 48) : a;
  const e = v128.load(factorsOther);
  const f = pairs > 1 ? v128.load(factorsOther, 16) : e;
  const g = pairs > 2 ? v128.load(factorsOther, 32) : e;
  const h = pairs > 3 ? v128.load(factorsOther, 48) : e;
  for (let index: u32 = 0; index < width; index++) {
    const first = v128.load64_splat(row);
    const second = v128.load64_splat(other);
    v128.store(vector, f64x2.add(f64x2.add(v128.load(vector), f64x2.mul(first, a)), f64x2.mul(second, e)));
    if (pairs > 1) {
      v128.store(
        vector, f64x2.add(f64x2.add(v128.load(vector, 16), f64x2.mul(first, b)), f64x2.mul(second, f)), 16,
      );
    }
    if (pairs > 2) {
      v128.store(
        vector, f64x2.add(f64x2.add(v128.load(vector, 32), f64x2.mul(first, c)), f64x2.mul(second, g)), 32,
      );
    }
    if (pairs > 3) {
      v128.store(
        vector, f64x2.add(f64x2.add(v128.load(vector, 48), f64x2.mul(first, d)), f64x2.mul(second, h)), 48,
      );
    }
    row += 8;
    other += 8;
    vector += bytes;
  }
}

/** Scores of a strip of rows, `pairs` v128 each, in groups of up to four pairs. */
function stripScores(matrix: usize, start: u32, count: u32, vector: usize, bias: usize, pairs: u32, out: usize): void {
  const bytes = (<usize>pairs) << 4;
  for (let done: u32 = 0; done < pairs; done += 4) {
    const offset = (<usize>done) << 4;
    const group = min<u32>(4, pairs - done);
    if (group == 4) scoreGroup(matrix, start, count, vector + offset, bytes, bias + offset, out + offset, 4);
    else if (group == 3) scoreGroup(matrix, start, count, vector + offset, bytes, bias + offset, out + offset, 3);
    else if (group == 2) scoreGroup(matrix, start, count, vector + offset, bytes, bias + offset, out + offset, 2);
    else scoreGroup(matrix, start, count, vector + offset, bytes, bias + offset, out + offset, 1);
  }
}

// @ts-ignore: decorator
@inline
function scoreGroup(matrix: usize, start: u32, count: u32, vector: usize, bytes: usize, bias: usize, out: usize,
  pairs: i32): void {
  const stride = load<u32>(matrix, 8);
  const data = <usize>load<u32>(matrix, 12);
  if (stride == 0) {
    for (let index: u32 = 0; index < count; index++) {
      const entry = data + ((<usize>(start + index)) << 3);
      sparseScores(<usize>load<u32>(entry), load<u32>(entry, 4), vector, bytes, bias, out, pairs);
      out += bytes;
    }
    return;
  }
  const width = load<u32>(matrix, 4);
  for (let index: u32 = 0; index < count; index += 2) {
    const row = data + ((<usize>(start + index) * stride) << 3);
    // A last row without a second one is computed twice.
    const hasTwo = index + 1 < count;
    const other = hasTwo ? row + ((<usize>stride) << 3) : row;
    denseScores(row, other, width, vector, bytes, bias, out, hasTwo ? out + bytes : out, pairs);
    out += 2 * bytes;
  }
}

/** Adds each row of a strip, times its factors, to the gradient. An odd dense strip needs zeros behind its factors. */
function stripSpread(matrix: usize, start: u32, count: u32, factors: usize, vector: usize, pairs: u32): void {
  const bytes = (<usize>pairs) << 4;
  for (let done: u32 = 0; done < pairs; done += 4) {
    const offset = (<usize>done) << 4;
    const group = min<u32>(4, pairs - done);
    if (group == 4) spreadGroup(matrix, start, count, factors + offset, vector + offset, bytes, 4);
    else if (group == 3) spreadGroup(matrix, start, count, factors + offset, vector + offset, bytes, 3);
    else if (group == 2) spreadGroup(matrix, start, count, factors + offset, vector + offset, bytes, 2);
    else spreadGroup(matrix, start, count, factors + offset, vector + offset, bytes, 1);
  }
}

// @ts-ignore: decorator
@inline
function spreadGroup(matrix: usize, start: u32, count: u32, factors: usize, vector: usize, bytes: usize,
  pairs: i32): void {
  const stride = load<u32>(matrix, 8);
  const data = <usize>load<u32>(matrix, 12);
  if (stride == 0) {
    for (let index: u32 = 0; index < count; index++) {
      const entry = data + ((<usize>(start + index)) << 3);
      sparseSpread(<usize>load<u32>(entry), load<u32>(entry, 4), factors, vector, bytes, pairs);
      factors += bytes;
    }
    return;
  }
  const width = load<u32>(matrix, 4);
  for (let index: u32 = 0; index < count; index += 2) {
    const row = data + ((<usize>(start + index) * stride) << 3);
    const other = index + 1 < count ? row + ((<usize>stride) << 3) : row;
    denseSpread(row, other, width, factors, factors + bytes, vector, bytes, pairs);
    factors += 2 * bytes;
  }
}

/**
 * Softmax loss of `pairs` × 2 classes (the last may be none: its bias is very small). Scratch: scores of a strip and one
 * row, then sums of a strip.
 */
function runSoftmax(job: usize, block: u32, scratch: usize): void {
  const matrix = <usize>load<u32>(job);
  const stride = load<u32>(matrix, 8);
  const vector = <usize>load<u32>(job, 4);
  const bias = <usize>load<u32>(job, 8);
  const pairs = load<u32>(job, 12);
  const labels = <usize>load<u32>(job, 16);
  const rowWeights = <usize>load<u32>(job, 20);
  const out = <usize>load<u32>(job, 28) + <usize>block * load<u32>(job, 32);
  const bytes = (<usize>pairs) << 4;
  const length = <usize>(load<u32>(matrix, 4)) * bytes;
  const biasGradient = out + length;
  memory.fill(out, 0, length + bytes + 16);
  const sums = scratch + (<usize>STRIP + 1) * bytes;
  const end = endOf(job, block);
  let loss = f64x2.splat(0);
  for (let start = firstOf(job, block); start < end; start += STRIP) {
    const count = min<u32>(STRIP, end - start);
    stripScores(matrix, start, count, vector, bias, pairs, scratch);
    for (let index: u32 = 0; index < count; index++) {
      const row = start + index;
      const at = scratch + <usize>index * bytes;
      const label = load<u32>(labels + ((<usize>row) << 2));
      let top = v128.load(at);
      for (let pair: usize = 16; pair < bytes; pair += 16) top = f64x2.pmax(top, v128.load(at + pair));
      top = f64x2.pmax(top, i64x2.shuffle(top, top, 1, 0));
      const own = load<f64>(at + ((<usize>label) << 3)) - f64x2.extract_lane(top, 0);
      let total = f64x2.splat(0);
      for (let pair: usize = 0; pair < bytes; pair += 16) {
        const term = exp2(f64x2.sub(v128.load(at + pair), top));
        v128.store(at + pair, term);
        total = f64x2.add(total, term);
      }
      total = f64x2.add(total, i64x2.shuffle(total, total, 1, 0));
      store<f64>(sums + ((<usize>index) << 3), f64x2.extract_lane(total, 0));
      const weight = load<f64>(rowWeights + ((<usize>row) << 3));
      loss = f64x2.replace_lane(loss, 1, f64x2.extract_lane(loss, 1) - weight * own);
      const factor = f64x2.div(f64x2.splat(weight), total);
      for (let pair: usize = 0; pair < bytes; pair += 16) {
        v128.store(at + pair, f64x2.mul(v128.load(at + pair), factor));
      }
      const ownAt = at + ((<usize>label) << 3);
      store<f64>(ownAt, load<f64>(ownAt) - weight);
      for (let pair: usize = 0; pair < bytes; pair += 16) {
        const to = biasGradient + pair;
        v128.store(to, f64x2.add(v128.load(to), v128.load(at + pair)));
      }
    }
    if (count & 1) {
      store<f64>(sums + ((<usize>count) << 3), 1);
      memory.fill(scratch + <usize>count * bytes, 0, bytes);
    }
    for (let index: u32 = 0; index < count; index += 2) {
      const weightsAt = rowWeights + ((<usize>(start + index)) << 3);
      const w = f64x2.replace_lane(
        f64x2.splat(load<f64>(weightsAt)), 1, index + 1 < count ? load<f64>(weightsAt, 8) : 0,
      );
      const part = f64x2.mul(w, log2(v128.load(sums + ((<usize>index) << 3))));
      loss = f64x2.replace_lane(
        loss, 0, f64x2.extract_lane(loss, 0) + f64x2.extract_lane(part, 0) + f64x2.extract_lane(part, 1),
      );
    }
    stripSpread(matrix, start, count, scratch, out, pairs);
  }
  store<f64>(biasGradient + bytes, f64x2.extract_lane(loss, 0) + f64x2.extract_lane(loss, 1));
}

// ------------------------------------------------------------------------------------------------------- work

class LinearWork extends Work {
  item(kind: u32, job: usize, item: u32, scratch: usize): void {
    if (kind == 1) runLogistic(job, item, scratch);
    else if (kind == 2) runSoftmax(job, item, scratch);
  }
}

/** Runs all items of a job, with the help of whoever serves; returns when they are done. */
export function run(control: usize, kind: u32, job: usize, items: u32): void {
  runItems<LinearWork>(control, kind, job, items);
}

/** Lends the calling thread to the jobs of `run` until `dismiss`. */
export function serve(control: usize, thread: u32): void {
  serveItems<LinearWork>(control, thread);
}

/** Sends the serving threads home. */
export function dismiss(control: usize): void {
  sendHome(control);
}
