// Layers of neural networks, in AssemblyScript: many rows through dense layers and their activations, 32-bit numbers.
//
// Every number of a layer's result is its bias, then the inputs' products added in the order of the inputs, whatever
// rows are beside it: a row's result depends on that row only, bit for bit. Allocates nothing, keeps no state.
//
// scripts/build-kernels.mjs compiles this file into src/model/network-kernels.generated.ts; src/model/network.ts decides
// what lies where. The learner's kernels (src/learner/assembly/network.ts) are built on it.
//
// Layer (64 bytes), words; what lies behind is the learner's:
//    0 weights | 4 biases | 8 inputs | 12 outputs | 16 first row of inputs | 20 bytes from row to row
//   24 first row of outputs | 28 bytes from row to row | 32 activation | 36 outputs that are not padding
// Inputs and outputs are multiples of four; what is padding has weights, biases and values of 0.
// Weights: tile after tile of eight outputs (the last may have four), in each the inputs in order, eight numbers each.
// Lists: for each group of four rows the inputs that are not 0 in all of them, as offsets in bytes, behind their number.

import { exp4 } from "./exponential";

export const LAYER_BYTES: usize = 64;
export const LINEAR: u32 = 0;
export const RELU: u32 = 1;
export const TANH: u32 = 2;
export const LOGISTIC: u32 = 3;

/** Bytes of the weights of one tile. */
// @ts-ignore: decorator
@inline
export function tileBytes(inputs: usize): usize {
  return inputs << 5;
}

/**
 * Rows `first` to `first + rows` through a layer. `lists` is room for 4 (inputs + 1) bytes for each group of four rows,
 * where many inputs are 0, or 0.
 */
export function forwardLayer(layer: usize, first: u32, rows: u32, lists: usize): void {
  const inputs = <usize>load<u32>(layer, 8);
  const outputs = <usize>load<u32>(layer, 12);
  const inputStride = <usize>load<u32>(layer, 20);
  const x = <usize>load<u32>(layer, 16) + <usize>first * inputStride;
  if (lists != 0) listInputs(x, inputStride, inputs, rows, lists);
  for (let output: usize = 0; output < outputs; output += 8) {
    const wide = outputs - output >= 8;
    if (lists != 0) {
      if (wide) forwardTile(layer, first, rows, output, x, lists, true, true);
      else forwardTile(layer, first, rows, output, x, lists, true, false);
    } else if (wide) forwardTile(layer, first, rows, output, x, lists, false, true);
    else forwardTile(layer, first, rows, output, x, lists, false, false);
  }
  activate(layer, first, rows);
}

function listInputs(x: usize, stride: usize, inputs: usize, rows: u32, lists: usize): void {
  for (let row: u32 = 0; row < rows; row += 4) {
    const a = x + <usize>row * stride;
    const b = row + 1 < rows ? a + stride : a;
    const c = row + 2 < rows ? b + stride : a;
    const d = row + 3 < rows ? c + stride : a;
    let to = lists + 4;
    for (let offset: usize = 0; offset < inputs << 2; offset += 16) {
      const some = v128.or(
        v128.or(v128.load(a + offset), v128.load(b + offset)), v128.or(v128.load(c + offset), v128.load(d + offset)),
      );
      // The sign of a 0 is no reason to multiply by it.
      let mask = i32x4.bitmask(i32x4.ne(i32x4.shl(some, 1), i32x4.splat(0)));
      while (mask != 0) {
        store<u32>(to, <u32>offset + (ctz<i32>(mask) << 2));
        to += 4;
        mask &= mask - 1;
      }
    }
    store<u32>(lists, <u32>(to - lists - 4));
    lists += (inputs + 1) << 2;
  }
}

/** One tile of outputs, of which `wide` says whether there are eight; `sparse` and `wide` are constants of the caller. */
// @ts-ignore: decorator
@inline
function forwardTile(
  layer: usize, first: u32, rows: u32, output: usize, x: usize, lists: usize, sparse: bool, wide: bool,
): void {
  const inputs = <usize>load<u32>(layer, 8);
  const inputStride = <usize>load<u32>(layer, 20);
  const outputStride = <usize>load<u32>(layer, 28);
  const weights = <usize>load<u32>(layer) + (output >>> 3) * tileBytes(inputs);
  const biases = <usize>load<u32>(layer, 4) + (output << 2);
  let y = <usize>load<u32>(layer, 24) + <usize>first * outputStride + (output << 2);
  const low = v128.load(biases);
  const high = wide ? v128.load(biases, 16) : low;
  let row: u32 = 0;
  for (; row + 4 <= rows; row += 4) {
    const x1 = x + inputStride;
    const x2 = x1 + inputStride;
    const x3 = x2 + inputStride;
    let a0 = low;
    let a1 = high;
    let b0 = low;
    let b1 = high;
    let c0 = low;
    let c1 = high;
    let d0 = low;
    let d1 = high;
    let from: usize = sparse ? lists + 4 : 0;
    const end = sparse ? from + <usize>load<u32>(lists) : inputs << 2;
    for (; from < end; from += 4) {
      const offset = sparse ? <usize>load<u32>(from) : from;
      const weight = weights + (wide ? offset << 3 : offset << 2);
      const w0 = v128.load(weight);
      const xa = v128.load_splat<f32>(x + offset);
      a0 = f32x4.add(a0, f32x4.mul(xa, w0));
      const xb = v128.load_splat<f32>(x1 + offset);
      b0 = f32x4.add(b0, f32x4.mul(xb, w0));
      const xc = v128.load_splat<f32>(x2 + offset);
      c0 = f32x4.add(c0, f32x4.mul(xc, w0));
      const xd = v128.load_splat<f32>(x3 + offset);
      d0 = f32x4.add(d0, f32x4.mul(xd, w0));
      if (wide) {
        const w1 = v128.load(weight, 16);
        a1 = f32x4.add(a1, f32x4.mul(xa, w1));
        b1 = f32x4.add(b1, f32x4.mul(xb, w1));
        c1 = f32x4.add(c1, f32x4.mul(xc, w1));
        d1 = f32x4.add(d1, f32x4.mul(xd, w1));
      }
    }
    v128.store(y, a0);
    if (wide) v128.store(y, a1, 16);
    y += outputStride;
    v128.store(y, b0);
    if (wide) v128.store(y, b1, 16);
    y += outputStride;
    v128.store(y, c0);
    if (wide) v128.store(y, c1, 16);
    y += outputStride;
    v128.store(y, d0);
    if (wide) v128.store(y, d1, 16);
    y += outputStride;
    x = x3 + inputStride;
    if (sparse) lists += (inputs + 1) << 2;
  }
  for (; row < rows; row++) {
    let a0 = low;
    let a1 = high;
    let from: usize = sparse ? lists + 4 : 0;
    const end = sparse ? from + <usize>load<u32>(lists) : inputs << 2;
    for (; from < end; from += 4) {
      const offset = sparse ? <usize>load<u32>(from) : from;
      const weight = weights + (wide ? offset << 3 : offset << 2);
      const xa = v128.load_splat<f32>(x + offset);
      a0 = f32x4.add(a0, f32x4.mul(xa, v128.load(weight)));
      if (wide) a1 = f32x4.add(a1, f32x4.mul(xa, v128.load(weight, 16)));
    }
    v128.store(y, a0);
    if (wide) v128.store(y, a1, 16);
    y += outputStride;
    x += inputStride;
  }
}

/** 1 / (1 + e^-x). */
// @ts-ignore: decorator
@inline
function logistic4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

/** The activation of a layer, in place. */
function activate(layer: usize, first: u32, rows: u32): void {
  const kind = load<u32>(layer, 32);
  if (kind == LINEAR) return;
  const stride = <usize>load<u32>(layer, 28);
  const outputs = <usize>load<u32>(layer, 12);
  const bytes = outputs << 2;
  const used = <usize>load<u32>(layer, 36) << 2;
  let y = <usize>load<u32>(layer, 24) + <usize>first * stride;
  const zero = f32x4.splat(0);
  for (let row: u32 = 0; row < rows; row++) {
    if (kind == RELU) {
      for (let at: usize = 0; at < bytes; at += 16) v128.store(y + at, f32x4.pmax(zero, v128.load(y + at)));
    } else {
      for (let at: usize = 0; at < bytes; at += 16) {
        const value = v128.load(y + at);
        if (kind == LOGISTIC) v128.store(y + at, logistic4(value));
        else {
          const twice = logistic4(f32x4.add(value, value));
          v128.store(y + at, f32x4.sub(f32x4.add(twice, twice), f32x4.splat(1)));
        }
      }
      for (let at = used; at < bytes; at += 4) store<f32>(y + at, 0);
    }
    y += stride;
  }
}

/** All layers in order, on rows from 0 on; `lists` as in `forwardLayer`, for the first of them. */
export function forward(layers: usize, count: u32, rows: u32, lists: usize): void {
  for (let index: u32 = 0; index < count; index++) {
    forwardLayer(layers + <usize>index * LAYER_BYTES, 0, rows, index == 0 ? lists : 0);
  }
}

/**
 * Copies rows of 64-bit numbers, `width` each, to rows of 32-bit ones of `stride` bytes, each number to the offset that
 * `places` has for it; what is too large becomes the largest.
 */
export function narrow(from: usize, width: u32, rows: u32, to: usize, stride: u32, places: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    for (let index: usize = 0; index < <usize>width; index++) {
      const value = <f32>min<f64>(max<f64>(load<f64>(from), -3e38), 3e38);
      store<f32>(to + <usize>load<u32>(places + (index << 2)), value);
      from += 8;
    }
    to += <usize>stride;
  }
}

/** Root of the mean squared difference of the outputs of a layer and other rows, a number for each row, `step` bytes apart. */
export function rootMeanSquares(
  layer: usize, targets: usize, targetStride: u32, rows: u32, out: usize, step: u32,
): void {
  const stride = <usize>load<u32>(layer, 28);
  const bytes = <usize>load<u32>(layer, 12) << 2;
  const used = <f32>load<u32>(layer, 36);
  let y = <usize>load<u32>(layer, 24);
  for (let row: u32 = 0; row < rows; row++) {
    let sum = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      const difference = f32x4.sub(v128.load(y + at), v128.load(targets + at));
      sum = f32x4.add(sum, f32x4.mul(difference, difference));
    }
    const total =
      f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3);
    store<f32>(out, sqrt<f32>(total / used));
    y += stride;
    targets += <usize>targetStride;
    out += <usize>step;
  }
}
