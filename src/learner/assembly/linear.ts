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

// ------------------------------------------------------------------------------------- support vector machines

// Hinge job (words):  0 matrix | 4 decisions f64 of each row | 8 labels u32 of each row | 12 label of the positive class
//   16 costs f64 of each row (twice C times its weight; 0: left out) | 20 changes f64 of each row (`runLine`)
//   24 rows of a block | 28 partial sums | 32 bytes of a partial sum | 36 step f64 (pointer; `runLine`)
//   40 matrix of second derivatives wanted
// Partial sums of `runHinge`, for rows of n numbers:  gradient n | sums of first and second derivatives, loss: 3
//   second derivatives of bias and inputs n | of pairs of inputs n × n (upper triangle)

// @ts-ignore: decorator
@inline
function signOf(labels: usize, row: u32, label: u32): f64 {
  return load<u32>(labels + ((<usize>row) << 2)) == label ? 1 : -1;
}

/**
 * Squared hinge loss Σ cost / 2 × max(0, 1 - y f)²: gradient and generalised second derivatives by what the matrix keeps of
 * each row, from the rows that the loss touches. Scratch: four rows that wait, 16 bytes each.
 */
function runHinge(job: usize, block: u32, scratch: usize): void {
  const matrix = <usize>load<u32>(job);
  const stride = load<u32>(matrix, 8);
  const data = <usize>load<u32>(matrix, 12);
  const decisions = <usize>load<u32>(job, 4);
  const labels = <usize>load<u32>(job, 8);
  const label = load<u32>(job, 12);
  const costs = <usize>load<u32>(job, 16);
  const wanted = load<u32>(job, 40) != 0;
  const out = <usize>load<u32>(job, 28) + <usize>block * load<u32>(job, 32);
  const length = stride != 0 ? stride : load<u32>(matrix, 4);
  const sums = out + ((<usize>length) << 3);
  const cross = sums + 24;
  const squares = cross + ((<usize>length) << 3);
  memory.fill(out, 0, wanted ? <usize>load<u32>(job, 32) : cross - out);
  const end = endOf(job, block);
  let first: f64 = 0;
  let second: f64 = 0;
  let loss: f64 = 0;
  let waiting: u32 = 0;
  for (let row = firstOf(job, block); row < end; row++) {
    const offset = (<usize>row) << 3;
    const cost = load<f64>(costs + offset);
    const y = signOf(labels, row, label);
    const rest = y - load<f64>(decisions + offset);
    if (cost == 0 || y * rest <= 0) continue;
    const slope = -cost * rest;
    addRow(stride, data, row, slope, out);
    first += slope;
    second += cost;
    loss += 0.5 * cost * rest * rest;
    if (!wanted) continue;
    addRow(stride, data, row, cost, cross);
    if (stride == 0) {
      addSquares(data + offset, length, cost, squares);
      continue;
    }
    const place = scratch + ((<usize>waiting) << 4);
    store<u32>(place, <u32>(data + ((<usize>row * stride) << 3)));
    store<f64>(place, cost, 8);
    if (++waiting == 4) {
      addFourSquares(scratch, stride, squares);
      waiting = 0;
    }
  }
  if (waiting > 0) {
    for (let index = waiting; index < 4; index++) {
      store<u32>(scratch + ((<usize>index) << 4), load<u32>(scratch));
      store<f64>(scratch + ((<usize>index) << 4), 0, 8);
    }
    addFourSquares(scratch, stride, squares);
  }
  store<f64>(sums, first);
  store<f64>(sums, second, 8);
  store<f64>(sums, loss, 16);
}

/** Adds cost × row × rowᵀ of a sparse row. */
// @ts-ignore: decorator
@inline
function addSquares(entry: usize, length: u32, cost: f64, squares: usize): void {
  const values = <usize>load<u32>(entry);
  const count = <usize>load<u32>(entry, 4);
  const inputs = values + (count << 3);
  for (let a: usize = 0; a < count; a++) {
    const factor = cost * load<f64>(values + (a << 3));
    const line = squares + ((<usize>load<u32>(inputs + (a << 2)) * length) << 3);
    for (let b = a; b < count; b++) {
      const at = line + ((<usize>load<u32>(inputs + (b << 2))) << 3);
      store<f64>(at, load<f64>(at) + factor * load<f64>(values + (b << 3)));
    }
  }
}

/** Adds cost × row × rowᵀ of four dense rows, so that sums are loaded and stored once for all of them. */
function addFourSquares(waiting: usize, stride: u32, squares: usize): void {
  const a = <usize>load<u32>(waiting);
  const b = <usize>load<u32>(waiting, 16);
  const c = <usize>load<u32>(waiting, 32);
  const d = <usize>load<u32>(waiting, 48);
  const end = (<usize>stride) << 3;
  for (let first: usize = 0; first < end; first += 8) {
    const fa = f64x2.splat(load<f64>(waiting, 8) * load<f64>(a + first));
    const fb = f64x2.splat(load<f64>(waiting, 24) * load<f64>(b + first));
    const fc = f64x2.splat(load<f64>(waiting, 40) * load<f64>(c + first));
    const fd = f64x2.splat(load<f64>(waiting, 56) * load<f64>(d + first));
    for (let second = first & ~15; second < end; second += 16) {
      const at = squares + second;
      const near = f64x2.add(f64x2.mul(fa, v128.load(a + second)), f64x2.mul(fb, v128.load(b + second)));
      const far = f64x2.add(f64x2.mul(fc, v128.load(c + second)), f64x2.mul(fd, v128.load(d + second)));
      v128.store(at, f64x2.add(v128.load(at), f64x2.add(near, far)));
    }
    squares += end;
  }
}

/** Slope and curvature of the squared hinge loss at a step along changes of the decisions: two numbers a block. */
function runLine(job: usize, block: u32): void {
  const decisions = <usize>load<u32>(job, 4);
  const labels = <usize>load<u32>(job, 8);
  const label = load<u32>(job, 12);
  const costs = <usize>load<u32>(job, 16);
  const changes = <usize>load<u32>(job, 20);
  const step = load<f64>(<usize>load<u32>(job, 36));
  const end = endOf(job, block);
  let slope: f64 = 0;
  let curvature: f64 = 0;
  for (let row = firstOf(job, block); row < end; row++) {
    const offset = (<usize>row) << 3;
    const y = signOf(labels, row, label);
    const change = load<f64>(changes + offset);
    const rest = y - load<f64>(decisions + offset) - step * change;
    const cost = y * rest > 0 ? load<f64>(costs + offset) : 0;
    slope -= cost * rest * change;
    curvature += cost * change * change;
  }
  const out = <usize>load<u32>(job, 28) + <usize>block * load<u32>(job, 32);
  store<f64>(out, slope);
  store<f64>(out, curvature, 8);
}

// Product job (words):  0 matrix | 4 vector | 8 constant f64 (pointer) | 12 out f64 of each row
//   16 out f64 of each row: its square (0: not wanted) | 24 rows of a block

/** Inner products of rows and a vector, plus a constant; and of rows with themselves. */
function runProduct(job: usize, block: u32): void {
  const matrix = <usize>load<u32>(job);
  const stride = load<u32>(matrix, 8);
  const data = <usize>load<u32>(matrix, 12);
  const vector = <usize>load<u32>(job, 4);
  const constant = load<f64>(<usize>load<u32>(job, 8));
  const out = <usize>load<u32>(job, 12);
  const squares = <usize>load<u32>(job, 16);
  const end = endOf(job, block);
  for (let row = firstOf(job, block); row < end; row++) {
    const offset = (<usize>row) << 3;
    store<f64>(out + offset, constant + dotRow(stride, data, row, vector));
    if (squares != 0) store<f64>(squares + offset, squareOf(stride, data, row));
  }
}

// @ts-ignore: decorator
@inline
function squareOf(stride: u32, data: usize, row: u32): f64 {
  if (stride != 0) {
    const at = data + ((<usize>row * stride) << 3);
    return denseDot(at, stride, at);
  }
  const entry = data + ((<usize>row) << 3);
  const values = <usize>load<u32>(entry);
  const end = values + ((<usize>load<u32>(entry, 4)) << 3);
  let sum: f64 = 0;
  for (let at = values; at < end; at += 8) sum += load<f64>(at) * load<f64>(at);
  return sum;
}

// Dual job (words):  0 problems, 96 bytes each | 4 passes
// Problem:  0 matrix | 4 alpha f64 of each row | 8 vector | 12 order u32 of the rows that take part | 16 labels u32
//   20 label of the positive class | 24 costs f64 (C times the row's weight) | 28 squares f64 (of rows with base and bias)
//   32 base products f64 of each row | 36 rows that take part | 40 active ones of them | 44 random state, not 0
//   48 done | 52 passes done | 56 squared: 0 hinge, 1 squared hinge | 60 base (numbers of a row)
//   64 bound above f64 | 72 bound below f64 | 80 largest violation f64 | 88 tolerance f64

/**
 * Passes of dual coordinate descent over one problem (Hsieh et al. 2008, algorithm 3, with shrinking). A row is its
 * difference from the base, the base, and 1 for the bias:  weights = vector + scale × (base, 1),  where `vector` only
 * changes where a row differs from the base.
 */
function runDual(job: usize, item: u32): void {
  const problem = <usize>load<u32>(job) + <usize>item * 96;
  if (load<u32>(problem, 48) != 0) return;
  const matrix = <usize>load<u32>(problem);
  const stride = load<u32>(matrix, 8);
  const data = <usize>load<u32>(matrix, 12);
  const alphas = <usize>load<u32>(problem, 4);
  const vector = <usize>load<u32>(problem, 8);
  const order = <usize>load<u32>(problem, 12);
  const labels = <usize>load<u32>(problem, 16);
  const label = load<u32>(problem, 20);
  const costs = <usize>load<u32>(problem, 24);
  const squares = <usize>load<u32>(problem, 28);
  const products = <usize>load<u32>(problem, 32);
  const count = load<u32>(problem, 36);
  const squared = load<u32>(problem, 56) != 0;
  const base = <usize>load<u32>(problem, 60);
  const length = stride != 0 ? stride : load<u32>(matrix, 4);
  let active = load<u32>(problem, 40);
  let random = load<u32>(problem, 44);
  let above = load<f64>(problem, 64);
  let below = load<f64>(problem, 72);
  const tolerance = load<f64>(problem, 88);
  // The weights are summed anew from what the rows weigh: so rounding does not add up over many passes.
  memory.fill(vector, 0, (<usize>length) << 3);
  let scale: f64 = 0;
  for (let index: u32 = 0; index < count; index++) {
    const row = load<u32>(order + ((<usize>index) << 2));
    const alpha = load<f64>(alphas + ((<usize>row) << 3));
    if (alpha == 0) continue;
    const part = alpha * signOf(labels, row, label);
    addRow(stride, data, row, part, vector);
    scale += part;
  }
  let baseProduct: f64 = 0;
  let baseSquare: f64 = 1;
  for (let index: u32 = 0; index < length; index++) {
    const at = (<usize>index) << 3;
    baseProduct += load<f64>(vector + at) * load<f64>(base + at);
    baseSquare += load<f64>(base + at) * load<f64>(base + at);
  }
  let passes = load<u32>(job, 4);
  for (; passes > 0; passes--) {
    let largest: f64 = -Infinity;
    let smallest: f64 = Infinity;
    let index: u32 = 0;
    while (index < active) {
      // Fisher and Yates, on the way.
      random ^= random << 13;
      random ^= random >>> 17;
      random ^= random << 5;
      const place = order + ((<usize>index) << 2);
      const other = order + ((<usize>(index + <u32>(((<u64>random) * (active - index)) >>> 32))) << 2);
      const row = load<u32>(other);
      store<u32>(other, load<u32>(place));
      store<u32>(place, row);
      const offset = (<usize>row) << 3;
      const y = signOf(labels, row, label);
      const alpha = load<f64>(alphas + offset);
      const cost = load<f64>(costs + offset);
      const product = load<f64>(products + offset);
      const score = dotRow(stride, data, row, vector) + baseProduct + scale * (product + baseSquare);
      const diagonal = squared ? 0.5 / cost : 0;
      const gradient = y * score - 1 + alpha * diagonal;
      let violation = gradient;
      if (alpha == 0) {
        if (gradient > above) {
          active--;
          store<u32>(place, load<u32>(order + ((<usize>active) << 2)));
          store<u32>(order + ((<usize>active) << 2), row);
          continue;
        }
        violation = min<f64>(gradient, 0);
      } else if (!squared && alpha == cost) {
        if (gradient < below) {
          active--;
          store<u32>(place, load<u32>(order + ((<usize>active) << 2)));
          store<u32>(order + ((<usize>active) << 2), row);
          continue;
        }
        violation = max<f64>(gradient, 0);
      }
      largest = max(largest, violation);
      smallest = min(smallest, violation);
      if (abs(violation) > 1e-12) {
        const moved = max<f64>(alpha - gradient / (load<f64>(squares + offset) + diagonal), 0);
        const next = squared ? moved : min(moved, cost);
        store<f64>(alphas + offset, next);
        const part = (next - alpha) * y;
        addRow(stride, data, row, part, vector);
        scale += part;
        baseProduct += part * product;
      }
      index++;
    }
    store<u32>(problem, load<u32>(problem, 52) + 1, 52);
    const width = active == 0 ? 0 : largest - smallest;
    store<f64>(problem, width, 80);
    if (width <= tolerance) {
      if (active == count) {
        store<u32>(problem, 1, 48);
        break;
      }
      active = count;
      above = Infinity;
      below = -Infinity;
      continue;
    }
    above = largest <= 0 ? Infinity : largest;
    below = smallest >= 0 ? -Infinity : smallest;
  }
  for (let index: u32 = 0; index < length; index++) {
    const at = vector + ((<usize>index) << 3);
    store<f64>(at, load<f64>(at) + scale * load<f64>(base + ((<usize>index) << 3)));
  }
  store<f64>(vector + ((<usize>length) << 3), scale);
  store<u32>(problem, active, 40);
  store<u32>(problem, random, 44);
  store<f64>(problem, above, 64);
  store<f64>(problem, below, 72);
}

// ------------------------------------------------------------------------------------ stochastic gradient descent

// Descent job (words):  0 problems, 144 bytes each | 4 order u32: rows of the matrix | 8 rows in the order
// Problem:  0 matrix | 12 labels u32 of each row of the matrix
//   16 label of the positive class | 20 row weights f64 | 24 vector | 28 averaged part (0: no average) | 32 what the L1 penalty
//   took of each input (0: none) | 36 loss: 0 hinge, 1 log, 2 modified Huber | 40 schedule: 0 optimal, 1 constant
//   48 scale f64 | 56 bias f64 | 64 step f64 (from 1) | 72 L2 penalty f64 | 80 L1 penalty f64 | 88 rate f64: constant, or 1 / (first
//   rate × penalty) | 96 L1 penalty due so far f64 | 104 sum of step × scale f64 | 112 sum of step × bias f64 | 120 sum of losses f64
//   128 penalty f64 | 136 sum of the steps' numbers f64

/**
 * A part of an epoch of one problem: the weights are scale × vector. Averages weigh each step by its number (Lacoste-Julien, Schmidt
 * and Bach 2012). With the sum S of step × scale, and S × change added to `averaged` at each change of the vector, the sum
 * of step × weights is S × vector - averaged, without touching what does not change (as in Bottou 2012).
 */
function runDescent(job: usize, item: u32): void {
  const problem = <usize>load<u32>(job) + <usize>item * 144;
  const matrix = <usize>load<u32>(problem);
  const stride = load<u32>(matrix, 8);
  const data = <usize>load<u32>(matrix, 12);
  const order = <usize>load<u32>(job, 4);
  const count = load<u32>(job, 8);
  const labels = <usize>load<u32>(problem, 12);
  const label = load<u32>(problem, 16);
  const rowWeights = <usize>load<u32>(problem, 20);
  const vector = <usize>load<u32>(problem, 24);
  const averaged = <usize>load<u32>(problem, 28);
  const taken = <usize>load<u32>(problem, 32);
  const kind = load<u32>(problem, 36);
  const isConstant = load<u32>(problem, 40) != 0;
  const l2 = load<f64>(problem, 72);
  const l1 = load<f64>(problem, 80);
  const rate = load<f64>(problem, 88);
  const penalty = load<f64>(problem, 128);
  const length = stride != 0 ? stride : load<u32>(matrix, 4);
  let scale = load<f64>(problem, 48);
  let bias = load<f64>(problem, 56);
  let step = load<f64>(problem, 64);
  let due = load<f64>(problem, 96);
  let scales = load<f64>(problem, 104);
  let biases = load<f64>(problem, 112);
  let total = load<f64>(problem, 136);
  let losses = load<f64>(problem, 120);
  for (let index: u32 = 0; index < count; index++) {
    const row = load<u32>(order + ((<usize>index) << 2));
    const y = signOf(labels, row, label);
    const weight = load<f64>(rowWeights + ((<usize>row) << 3));
    const eta = isConstant ? rate : 1 / (penalty * (rate + step - 1));
    const margin = y * (scale * dotRow(stride, data, row, vector) + bias);
    let slope: f64 = 0;
    if (kind == 0) {
      if (margin < 1) {
        slope = 1;
        losses += weight * (1 - margin);
      }
    } else if (kind == 1) {
      const e = f64x2.extract_lane(exp2(f64x2.splat(-abs(margin))), 0);
      slope = margin >= 0 ? e / (1 + e) : 1 / (1 + e);
      losses += weight * (max<f64>(0, -margin) + f64x2.extract_lane(log2(f64x2.splat(1 + e)), 0));
    } else if (margin < 1) {
      slope = margin >= -1 ? 2 * (1 - margin) : 4;
      losses += weight * (margin >= -1 ? (1 - margin) * (1 - margin) : -4 * margin);
    }
    scale *= max<f64>(0, 1 - eta * l2);
    if (scale < 1e-9) {
      for (let input: u32 = 0; input < length; input++) {
        const at = vector + ((<usize>input) << 3);
        store<f64>(at, load<f64>(at) * scale);
      }
      if (scale > 0) {
        scales /= scale;
      } else {
        // Nothing is left of the vector, by a rate that only first steps have: averages begin anew.
        if (averaged != 0) memory.fill(averaged, 0, (<usize>length) << 3);
        scales = 0;
        biases = 0;
        total = 0;
      }
      scale = 1;
    }
    if (slope != 0) {
      const change = eta * weight * slope * y;
      addRow(stride, data, row, change / scale, vector);
      if (averaged != 0) addRow(stride, data, row, (scales * change) / scale, averaged);
      bias += change;
    }
    if (taken != 0) {
      due += eta * l1;
      penalise(stride, data, row, vector, averaged, taken, scale, scales, due);
    }
    scales += step * scale;
    biases += step * bias;
    total += step;
    step += 1;
  }
  if (taken != 0) {
    for (let input: u32 = 0; input < length; input++) {
      penaliseOne((<usize>input) << 3, vector, averaged, taken, scale, scales, due);
    }
  }
  store<f64>(problem, scale, 48);
  store<f64>(problem, bias, 56);
  store<f64>(problem, step, 64);
  store<f64>(problem, due, 96);
  store<f64>(problem, scales, 104);
  store<f64>(problem, biases, 112);
  store<f64>(problem, losses, 120);
  store<f64>(problem, total, 136);
}

/** Takes what is due of the L1 penalty from the inputs of a row (Tsuruoka, Tsujii and Ananiadou 2009). */
// @ts-ignore: decorator
@inline
function penalise(stride: u32, data: usize, row: u32, vector: usize, averaged: usize, taken: usize, scale: f64,
  scales: f64, due: f64): void {
  if (stride != 0) {
    const end = (<usize>stride) << 3;
    for (let at: usize = 0; at < end; at += 8) penaliseOne(at, vector, averaged, taken, scale, scales, due);
    return;
  }
  const entry = data + ((<usize>row) << 3);
  const count = <usize>load<u32>(entry, 4);
  const inputs = <usize>load<u32>(entry) + (count << 3);
  for (let index: usize = 0; index < count; index++) {
    const at = (<usize>load<u32>(inputs + (index << 2))) << 3;
    penaliseOne(at, vector, averaged, taken, scale, scales, due);
  }
}

// @ts-ignore: decorator
@inline
function penaliseOne(at: usize, vector: usize, averaged: usize, taken: usize, scale: f64, scales: f64, due: f64): void {
  const before = scale * load<f64>(vector + at);
  const had = load<f64>(taken + at);
  let after: f64 = 0;
  if (before > 0) after = max<f64>(0, before - (due + had));
  else if (before < 0) after = min<f64>(0, before + (due - had));
  if (after == before) return;
  const change = (after - before) / scale;
  store<f64>(taken + at, had + after - before);
  store<f64>(vector + at, load<f64>(vector + at) + change);
  if (averaged != 0) store<f64>(averaged + at, load<f64>(averaged + at) + scales * change);
}

// ------------------------------------------------------------------------------------------------------- work

class LinearWork extends Work {
  item(kind: u32, job: usize, item: u32, scratch: usize): void {
    if (kind == 1) runLogistic(job, item, scratch);
    else if (kind == 2) runSoftmax(job, item, scratch);
    else if (kind == 3) runHinge(job, item, scratch);
    else if (kind == 4) runLine(job, item);
    else if (kind == 5) runProduct(job, item);
    else if (kind == 6) runDual(job, item);
    else if (kind == 7) runDescent(job, item);
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
