// Kernels of learners of neural networks, in AssemblyScript: batches of rows forward, their losses, and the way back.
//
// All of them work on one imported memory whose layout src/learner/network/ decides; they allocate nothing and keep no
// state. A batch is dealt out twice: first in pieces of rows (expanded, forward, loss, deltas), then in blocks of weights
// (their gradients, summed over the batch's rows in order, and the step). No two items touch the same numbers and no sum
// is split, so the result does not depend on who does what.
//
// scripts/build-kernels.mjs compiles this file into src/learner/network-kernels.generated.ts.
//
// Layer (64 bytes): as in src/model/assembly/network.ts, and
//   40 first row of deltas, its rows as far apart as those of the outputs | 44 dropout threshold (0: none)
//   48 dropout scale f32 | 52 bytes from weights and biases to their first moments | 56 bytes to their second moments
//   60 1 where many of its inputs are 0
//
// Batch, words:
//    0 compact rows | 4 bytes of one | 8 columns | 12 how many | 16 row numbers, 0: as they come | 20 place of the first
//   24 rows | 28 expanded rows | 32 bytes of one | 36 layers | 40 how many | 44 loss | 48 labels of all rows, u32
//   52 weights of labels f32 | 56 sums of losses f64, one a piece | 60 scale of deltas f32 | 64 seed of dropout
//   68 blocks of weights | 72 step | 76 networks | 80 how many | 84 errors of the networks f32 | 88 bytes of a row of them
//
// Compact row: 4 bytes a column: a number f32, NaN where it is missing, or for categories the input that is 1, or -1.
// Column (16 bytes): 0 whether of categories | 4 input of the value or -1 | 8 input of missing or -1 | 12 fill f32
// Block of weights (12 bytes): layer | first input | inputs, a multiple of four
// Step (28 bytes): 0 whether Adam | f32: 4 rate | 8 first decay or momentum | 12 second decay | 16 epsilon | 20 l2
// Network (16 bytes): 0 layers | 4 how many | 8 scale of deltas f32

import { exponential, logarithm } from "./elementary";
import { runItems, sendHome, serveItems, Work } from "./gate";
import {
  forwardLayer, LAYER_BYTES, LINEAR, LOGISTIC, RELU, rootMeanSquares, tileBytes,
} from "../../model/assembly/network";

/** Rows of a piece. */
const PIECE_ROWS: u32 = 16;

/** Losses. */
const LOGISTIC_LOSS: u32 = 0;

/** Numbers nearer to 0 become 0: what decays without end would otherwise end among the slow ones. */
const TINY: f32 = 1e-30;

// --------------------------------------------------------------------------------------------------- rows

function expandRows(batch: usize, first: u32, rows: u32): void {
  const stride = <usize>load<u32>(batch, 4);
  const columns = <usize>load<u32>(batch, 8);
  const columnsEnd = columns + ((<usize>load<u32>(batch, 12)) << 4);
  const bytes = <usize>load<u32>(batch, 32);
  let x = <usize>load<u32>(batch, 28) + <usize>first * bytes;
  for (let row = first; row < first + rows; row++) {
    let cell = <usize>load<u32>(batch) + <usize>rowNumber(batch, row) * stride;
    memory.fill(x, 0, bytes);
    for (let column = columns; column < columnsEnd; column += 16) {
      const value = load<u32>(cell);
      const input = load<i32>(column, 4);
      if (load<u32>(column) != 0) {
        if (<i32>value >= 0) store<f32>(x + ((<usize>value) << 2), 1);
      } else if ((value & 0x7fffffff) > 0x7f800000) {
        const missing = load<i32>(column, 8);
        if (input >= 0) store<f32>(x + ((<usize>input) << 2), load<f32>(column, 12));
        if (missing >= 0) store<f32>(x + ((<usize>missing) << 2), 1);
      } else if (input >= 0) store<u32>(x + ((<usize>input) << 2), value);
      cell += 4;
    }
    x += bytes;
  }
}

// @ts-ignore: decorator
@inline
function rowNumber(batch: usize, row: u32): u32 {
  const numbers = <usize>load<u32>(batch, 16);
  const place = load<u32>(batch, 20) + row;
  return numbers == 0 ? place : load<u32>(numbers + ((<usize>place) << 2));
}

// ------------------------------------------------------------------------------------------------ forward

/** Bits that look drawn, from a number (Wellons 2018). */
// @ts-ignore: decorator
@inline
function mixed(value: u32): u32 {
  value ^= value >>> 16;
  value *= 0x7feb352d;
  value ^= value >>> 15;
  value *= 0x846ca68b;
  return value ^ (value >>> 16);
}

// @ts-ignore: decorator
@inline
function mixed4(value: v128): v128 {
  value = v128.xor(value, i32x4.shr_u(value, 16));
  value = i32x4.mul(value, i32x4.splat(0x7feb352d));
  value = v128.xor(value, i32x4.shr_u(value, 15));
  value = i32x4.mul(value, i32x4.splat(0x846ca68b));
  return v128.xor(value, i32x4.shr_u(value, 16));
}

/** Zeroes outputs by chance and scales the others (Srivastava et al. 2014), by the seed, the row's place and the output. */
function dropOut(layer: usize, index: u32, batch: usize, first: u32, rows: u32): void {
  const threshold = i32x4.splat(load<u32>(layer, 44));
  const scale = v128.load_splat<f32>(layer + 48);
  const stride = <usize>load<u32>(layer, 28);
  const outputs = load<u32>(layer, 12);
  const seed = mixed(load<u32>(batch, 64) + index);
  let y = <usize>load<u32>(layer, 24) + <usize>first * stride;
  for (let row = first; row < first + rows; row++) {
    const base = mixed(seed ^ (load<u32>(batch, 20) + row));
    let counter = i32x4.add(i32x4.splat(base), i32x4(0, 1, 2, 3));
    for (let output: u32 = 0; output < outputs; output += 4) {
      const at = y + ((<usize>output) << 2);
      const kept = i32x4.ge_u(mixed4(counter), threshold);
      v128.store(at, v128.and(f32x4.mul(v128.load(at), scale), kept));
      counter = i32x4.add(counter, i32x4.splat(4));
    }
    y += stride;
  }
}

function forwardRows(batch: usize, first: u32, rows: u32, scratch: usize, learning: bool): void {
  const count = load<u32>(batch, 40);
  let layer = <usize>load<u32>(batch, 36);
  for (let index: u32 = 0; index < count; index++) {
    forwardLayer(layer, first, rows, load<u32>(layer, 60) != 0 ? scratch : 0);
    if (learning && load<u32>(layer, 44) != 0) dropOut(layer, index, batch, first, rows);
    layer += LAYER_BYTES;
  }
}

/** Sum of weighted losses of rows whose outputs are there; their deltas too where wanted. */
function lossOfRows(batch: usize, first: u32, rows: u32, deltas: bool): f64 {
  const layer = <usize>load<u32>(batch, 36) + <usize>(load<u32>(batch, 40) - 1) * LAYER_BYTES;
  const stride = <usize>load<u32>(layer, 28);
  const outputs = load<u32>(layer, 36);
  const offset = <usize>first * stride;
  let y = <usize>load<u32>(layer, 24) + offset;
  let d = <usize>load<u32>(layer, 40) + offset;
  const labels = <usize>load<u32>(batch, 48);
  const weights = <usize>load<u32>(batch, 52);
  const scale = <f64>load<f32>(batch, 60);
  const logistic = load<u32>(batch, 44) == LOGISTIC_LOSS;
  let sum: f64 = 0;
  for (let row = first; row < first + rows; row++) {
    const label = load<u32>(labels + ((<usize>rowNumber(batch, row)) << 2));
    const weight = <f64>load<f32>(weights + ((<usize>label) << 2));
    const factor = weight * scale;
    if (logistic) {
      const score = <f64>load<f32>(y);
      const small = exponential(-abs(score));
      const margin = label == 1 ? score : -score;
      sum += weight * (max<f64>(0, -margin) + logarithm(1 + small));
      const p = score >= 0 ? 1 / (1 + small) : small / (1 + small);
      if (deltas) storeDelta(d, (p - <f64>label) * factor);
    } else {
      let top = load<f32>(y);
      for (let k: u32 = 1; k < outputs; k++) top = max<f32>(top, load<f32>(y + ((<usize>k) << 2)));
      let total: f64 = 0;
      for (let k: usize = 0; k < <usize>outputs; k++) {
        const term = exponential(<f64>(load<f32>(y + (k << 2)) - top));
        store<f32>(d + (k << 2), <f32>term);
        total += term;
      }
      sum += weight * (logarithm(total) - <f64>(load<f32>(y + ((<usize>label) << 2)) - top));
      if (deltas) {
        for (let k: usize = 0; k < <usize>outputs; k++) {
          const p = <f64>load<f32>(d + (k << 2)) / total;
          storeDelta(d + (k << 2), (p - (k == <usize>label ? 1.0 : 0.0)) * factor);
        }
      }
    }
    y += stride;
    d += stride;
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function storeDelta(at: usize, delta: f64): void {
  store<f32>(at, abs(delta) < 1e-30 ? 0 : <f32>delta);
}

// -------------------------------------------------------------------------------------------------- backward

/** Sums of the lanes of four vectors, as one. */
// @ts-ignore: decorator
@inline
function laneSums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** Deltas of the outputs of the layer below, from those of this one: through the weights and the activation's slope. */
function backwardLayer(layer: usize, first: u32, rows: u32): void {
  const below = layer - LAYER_BYTES;
  const inputs = <usize>load<u32>(layer, 8);
  const bytes = <usize>load<u32>(layer, 12) << 2;
  const stride = <usize>load<u32>(layer, 28);
  const belowStride = <usize>load<u32>(below, 28);
  const weights = <usize>load<u32>(layer);
  const tile = tileBytes(inputs);
  const deltas = <usize>load<u32>(layer, 40) + <usize>first * stride;
  if (bytes == 16) {
    backwardFew(layer, first, rows);
    return;
  }
  for (let input: usize = 0; input < inputs; input += 4) {
    const at = weights + (input << 5);
    const rest = weights + (bytes >>> 5) * tile + (input << 4);
    let d = deltas;
    let out = <usize>load<u32>(below, 40) + <usize>first * belowStride + (input << 2);
    let row: u32 = 0;
    for (; row + 2 <= rows; row += 2) {
      const e = d + stride;
      let a0 = f32x4.splat(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b0 = a0;
      let b1 = a0;
      let b2 = a0;
      let b3 = a0;
      let w = at;
      let offset: usize = 0;
      for (; offset + 32 <= bytes; offset += 32) {
        const dl = v128.load(d + offset);
        const el = v128.load(e + offset);
        const w0 = v128.load(w);
        a0 = f32x4.add(a0, f32x4.mul(dl, w0));
        b0 = f32x4.add(b0, f32x4.mul(el, w0));
        const w1 = v128.load(w, 32);
        a1 = f32x4.add(a1, f32x4.mul(dl, w1));
        b1 = f32x4.add(b1, f32x4.mul(el, w1));
        const w2 = v128.load(w, 64);
        a2 = f32x4.add(a2, f32x4.mul(dl, w2));
        b2 = f32x4.add(b2, f32x4.mul(el, w2));
        const w3 = v128.load(w, 96);
        a3 = f32x4.add(a3, f32x4.mul(dl, w3));
        b3 = f32x4.add(b3, f32x4.mul(el, w3));
        const dh = v128.load(d + offset, 16);
        const eh = v128.load(e + offset, 16);
        const v0 = v128.load(w, 16);
        a0 = f32x4.add(a0, f32x4.mul(dh, v0));
        b0 = f32x4.add(b0, f32x4.mul(eh, v0));
        const v1 = v128.load(w, 48);
        a1 = f32x4.add(a1, f32x4.mul(dh, v1));
        b1 = f32x4.add(b1, f32x4.mul(eh, v1));
        const v2 = v128.load(w, 80);
        a2 = f32x4.add(a2, f32x4.mul(dh, v2));
        b2 = f32x4.add(b2, f32x4.mul(eh, v2));
        const v3 = v128.load(w, 112);
        a3 = f32x4.add(a3, f32x4.mul(dh, v3));
        b3 = f32x4.add(b3, f32x4.mul(eh, v3));
        w += tile;
      }
      if (offset < bytes) {
        const dl = v128.load(d + offset);
        const el = v128.load(e + offset);
        const w0 = v128.load(rest);
        a0 = f32x4.add(a0, f32x4.mul(dl, w0));
        b0 = f32x4.add(b0, f32x4.mul(el, w0));
        const w1 = v128.load(rest, 16);
        a1 = f32x4.add(a1, f32x4.mul(dl, w1));
        b1 = f32x4.add(b1, f32x4.mul(el, w1));
        const w2 = v128.load(rest, 32);
        a2 = f32x4.add(a2, f32x4.mul(dl, w2));
        b2 = f32x4.add(b2, f32x4.mul(el, w2));
        const w3 = v128.load(rest, 48);
        a3 = f32x4.add(a3, f32x4.mul(dl, w3));
        b3 = f32x4.add(b3, f32x4.mul(el, w3));
      }
      v128.store(out, laneSums(a0, a1, a2, a3));
      v128.store(out + belowStride, laneSums(b0, b1, b2, b3));
      out += belowStride << 1;
      d = e + stride;
    }
    if (row < rows) {
      let a0 = f32x4.splat(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let w = at;
      let offset: usize = 0;
      for (; offset + 32 <= bytes; offset += 32) {
        const dl = v128.load(d + offset);
        a0 = f32x4.add(a0, f32x4.mul(dl, v128.load(w)));
        a1 = f32x4.add(a1, f32x4.mul(dl, v128.load(w, 32)));
        a2 = f32x4.add(a2, f32x4.mul(dl, v128.load(w, 64)));
        a3 = f32x4.add(a3, f32x4.mul(dl, v128.load(w, 96)));
        const dh = v128.load(d + offset, 16);
        a0 = f32x4.add(a0, f32x4.mul(dh, v128.load(w, 16)));
        a1 = f32x4.add(a1, f32x4.mul(dh, v128.load(w, 48)));
        a2 = f32x4.add(a2, f32x4.mul(dh, v128.load(w, 80)));
        a3 = f32x4.add(a3, f32x4.mul(dh, v128.load(w, 112)));
        w += tile;
      }
      if (offset < bytes) {
        const dl = v128.load(d + offset);
        a0 = f32x4.add(a0, f32x4.mul(dl, v128.load(rest)));
        a1 = f32x4.add(a1, f32x4.mul(dl, v128.load(rest, 16)));
        a2 = f32x4.add(a2, f32x4.mul(dl, v128.load(rest, 32)));
        a3 = f32x4.add(a3, f32x4.mul(dl, v128.load(rest, 48)));
      }
      v128.store(out, laneSums(a0, a1, a2, a3));
    }
  }
  throughActivation(below, first, rows);
}

/** As `backwardLayer`, for a layer of four outputs: the weights of four inputs are turned once for all rows. */
function backwardFew(layer: usize, first: u32, rows: u32): void {
  const below = layer - LAYER_BYTES;
  const inputs = <usize>load<u32>(layer, 8);
  const stride = <usize>load<u32>(layer, 28);
  const belowStride = <usize>load<u32>(below, 28);
  for (let input: usize = 0; input < inputs; input += 4) {
    const at = <usize>load<u32>(layer) + (input << 4);
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    const w0 = v128.shuffle<f32>(ab, cd, 0, 1, 4, 5);
    const w1 = v128.shuffle<f32>(ab, cd, 2, 3, 6, 7);
    const w2 = v128.shuffle<f32>(ef, gh, 0, 1, 4, 5);
    const w3 = v128.shuffle<f32>(ef, gh, 2, 3, 6, 7);
    let delta = <usize>load<u32>(layer, 40) + <usize>first * stride;
    let out = <usize>load<u32>(below, 40) + <usize>first * belowStride + (input << 2);
    for (let row: u32 = 0; row < rows; row++) {
      const low = f32x4.add(
        f32x4.mul(w0, v128.load_splat<f32>(delta)), f32x4.mul(w1, v128.load_splat<f32>(delta, 4)),
      );
      const high = f32x4.add(
        f32x4.mul(w2, v128.load_splat<f32>(delta, 8)), f32x4.mul(w3, v128.load_splat<f32>(delta, 12)),
      );
      v128.store(out, f32x4.add(low, high));
      delta += stride;
      out += belowStride;
    }
  }
  throughActivation(below, first, rows);
}

/** Multiplies the deltas of a layer's outputs by the slope of its activation, and by what dropout did. */
function throughActivation(layer: usize, first: u32, rows: u32): void {
  const kind = load<u32>(layer, 32);
  const dropped = load<u32>(layer, 44) != 0;
  const scale = dropped ? v128.load_splat<f32>(layer + 48) : f32x4.splat(1);
  const inverse = f32x4.div(f32x4.splat(1), scale);
  const stride = <usize>load<u32>(layer, 28);
  const bytes = <usize>load<u32>(layer, 12) << 2;
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const offset = <usize>first * stride;
  let y = <usize>load<u32>(layer, 24) + offset;
  let d = <usize>load<u32>(layer, 40) + offset;
  for (let row: u32 = 0; row < rows; row++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      const output = v128.load(y + at);
      let delta = f32x4.mul(v128.load(d + at), scale);
      if (kind == RELU) delta = v128.and(delta, f32x4.gt(output, zero));
      else {
        const value = f32x4.mul(output, inverse);
        if (kind == LOGISTIC) delta = f32x4.mul(delta, f32x4.mul(value, f32x4.sub(one, value)));
        else if (kind != LINEAR) delta = f32x4.mul(delta, f32x4.sub(one, f32x4.mul(value, value)));
        if (dropped) delta = v128.and(delta, f32x4.ne(output, zero));
      }
      v128.store(d + at, v128.and(delta, f32x4.gt(f32x4.abs(delta), f32x4.splat(TINY))));
    }
    y += stride;
    d += stride;
  }
}

// ---------------------------------------------------------------------------------------------------- steps

/** Numbers of a step, each in four lanes. */
// @ts-ignore: decorator
@inline
function stepNumber(step: usize, offset: usize): v128 {
  return v128.load_splat<f32>(step + offset);
}

/** Takes a step of four weights along their gradient: Adam (Kingma and Ba 2015) or Nesterov's momentum. */
// @ts-ignore: decorator
@inline
function stepWeights(at: usize, gradient: v128, step: usize, first: usize, second: usize, decays: bool, adam: bool): void {
  const weight = v128.load(at);
  const rate = stepNumber(step, 4);
  const tiny = f32x4.splat(TINY);
  if (decays) gradient = f32x4.add(gradient, f32x4.mul(weight, stepNumber(step, 20)));
  if (adam) {
    const one = f32x4.splat(1);
    const b1 = stepNumber(step, 8);
    const b2 = stepNumber(step, 12);
    let m = f32x4.add(f32x4.mul(v128.load(at + first), b1), f32x4.mul(gradient, f32x4.sub(one, b1)));
    m = v128.and(m, f32x4.gt(f32x4.abs(m), tiny));
    let v = f32x4.add(
      f32x4.mul(v128.load(at + second), b2), f32x4.mul(f32x4.mul(gradient, gradient), f32x4.sub(one, b2)),
    );
    v = v128.and(v, f32x4.gt(v, tiny));
    v128.store(at + first, m);
    v128.store(at + second, v);
    const length = f32x4.add(f32x4.sqrt(v), stepNumber(step, 16));
    v128.store(at, f32x4.sub(weight, f32x4.div(f32x4.mul(rate, m), length)));
  } else {
    const momentum = stepNumber(step, 8);
    const down = f32x4.mul(rate, gradient);
    let velocity = f32x4.sub(f32x4.mul(v128.load(at + first), momentum), down);
    velocity = v128.and(velocity, f32x4.gt(f32x4.abs(velocity), tiny));
    v128.store(at + first, velocity);
    v128.store(at, f32x4.add(weight, f32x4.sub(f32x4.mul(velocity, momentum), down)));
  }
}

/** Gradients of the weights of some inputs of a layer over all rows of a batch, and the step along them. */
function stepBlock(layer: usize, input: usize, inputs: usize, rows: u32, step: usize, scratch: usize): void {
  if (load<u32>(step) != 0) stepInputs(layer, input, inputs, rows, step, scratch, true);
  else stepInputs(layer, input, inputs, rows, step, scratch, false);
}

// @ts-ignore: decorator
@inline
function stepInputs(
  layer: usize, input: usize, inputs: usize, rows: u32, step: usize, scratch: usize, adam: bool,
): void {
  const xStride = <usize>load<u32>(layer, 20);
  const x = <usize>load<u32>(layer, 16);
  if (input == 0) stepBiases(layer, rows, step, adam);
  // Of every four inputs the rows in which one of them is not 0, as pairs of offsets: of the inputs, and of the deltas.
  const dStride = <usize>load<u32>(layer, 28);
  let list = scratch;
  for (let k: usize = 0; k < inputs; k += 4) {
    const from = x + ((input + k) << 2);
    let to = list + 4;
    let xAt: usize = 0;
    let dAt: usize = 0;
    for (let row: u32 = 0; row < rows; row++) {
      if (v128.any_true(i32x4.shl(v128.load(from + xAt), 1))) {
        store<u32>(to, <u32>xAt);
        store<u32>(to, <u32>dAt, 4);
        to += 8;
      }
      xAt += xStride;
      dAt += dStride;
    }
    store<u32>(list, <u32>to);
    list += 4 + ((<usize>rows) << 3);
  }
  // The deltas of a tile stay in the nearest cache while all inputs of the block pass over them.
  const outputs = <usize>load<u32>(layer, 12);
  for (let output: usize = 0; output < outputs; output += 8) {
    list = scratch;
    for (let k = input; k < input + inputs; k += 4) {
      stepTile(layer, k, output, x + (k << 2), list + 4, <usize>load<u32>(list), step, adam);
      list += 4 + ((<usize>rows) << 3);
    }
  }
}

// @ts-ignore: decorator
@inline
function stepTile(
  layer: usize, k: usize, output: usize, x: usize, list: usize, end: usize, step: usize, adam: bool,
): void {
  const all = <usize>load<u32>(layer, 8);
  const outputs = <usize>load<u32>(layer, 12);
  const first = <usize>load<u32>(layer, 52);
  const second = <usize>load<u32>(layer, 56);
  const d = <usize>load<u32>(layer, 40) + (output << 2);
  const tile = <usize>load<u32>(layer) + (output >>> 3) * tileBytes(all);
  let a0 = f32x4.splat(0);
  let b0 = a0;
  let c0 = a0;
  let d0 = a0;
  if (outputs - output >= 8) {
    let a1 = a0;
    let b1 = a0;
    let c1 = a0;
    let d1 = a0;
    for (let at = list; at < end; at += 8) {
      const row = x + <usize>load<u32>(at);
      const delta = d + <usize>load<u32>(at, 4);
      const low = v128.load(delta);
      const high = v128.load(delta, 16);
      const xa = v128.load_splat<f32>(row);
      a0 = f32x4.add(a0, f32x4.mul(xa, low));
      a1 = f32x4.add(a1, f32x4.mul(xa, high));
      const xb = v128.load_splat<f32>(row, 4);
      b0 = f32x4.add(b0, f32x4.mul(xb, low));
      b1 = f32x4.add(b1, f32x4.mul(xb, high));
      const xc = v128.load_splat<f32>(row, 8);
      c0 = f32x4.add(c0, f32x4.mul(xc, low));
      c1 = f32x4.add(c1, f32x4.mul(xc, high));
      const xd = v128.load_splat<f32>(row, 12);
      d0 = f32x4.add(d0, f32x4.mul(xd, low));
      d1 = f32x4.add(d1, f32x4.mul(xd, high));
    }
    const at = tile + (k << 5);
    stepWeights(at, a0, step, first, second, true, adam);
    stepWeights(at + 16, a1, step, first, second, true, adam);
    stepWeights(at + 32, b0, step, first, second, true, adam);
    stepWeights(at + 48, b1, step, first, second, true, adam);
    stepWeights(at + 64, c0, step, first, second, true, adam);
    stepWeights(at + 80, c1, step, first, second, true, adam);
    stepWeights(at + 96, d0, step, first, second, true, adam);
    stepWeights(at + 112, d1, step, first, second, true, adam);
  } else {
    for (let at = list; at < end; at += 8) {
      const row = x + <usize>load<u32>(at);
      const low = v128.load(d + <usize>load<u32>(at, 4));
      a0 = f32x4.add(a0, f32x4.mul(v128.load_splat<f32>(row), low));
      b0 = f32x4.add(b0, f32x4.mul(v128.load_splat<f32>(row, 4), low));
      c0 = f32x4.add(c0, f32x4.mul(v128.load_splat<f32>(row, 8), low));
      d0 = f32x4.add(d0, f32x4.mul(v128.load_splat<f32>(row, 12), low));
    }
    const at = tile + (k << 4);
    stepWeights(at, a0, step, first, second, true, adam);
    stepWeights(at + 16, b0, step, first, second, true, adam);
    stepWeights(at + 32, c0, step, first, second, true, adam);
    stepWeights(at + 48, d0, step, first, second, true, adam);
  }
}

// @ts-ignore: decorator
@inline
function stepBiases(layer: usize, rows: u32, step: usize, adam: bool): void {
  const bytes = <usize>load<u32>(layer, 12) << 2;
  const stride = <usize>load<u32>(layer, 28);
  const biases = <usize>load<u32>(layer, 4);
  const first = <usize>load<u32>(layer, 52);
  const second = <usize>load<u32>(layer, 56);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    let sum = f32x4.splat(0);
    let d = <usize>load<u32>(layer, 40) + offset;
    for (let row: u32 = 0; row < rows; row++) {
      sum = f32x4.add(sum, v128.load(d));
      d += stride;
    }
    stepWeights(biases + offset, sum, step, first, second, false, adam);
  }
}

// -------------------------------------------------------------------------------------------- autoencoders

/** One step of one network whose outputs are to be its inputs: mean squared error over the batch. */
function stepAutoencoder(network: usize, rows: u32, step: usize, scratch: usize): void {
  const layers = <usize>load<u32>(network);
  const count = <usize>load<u32>(network, 4);
  for (let index: usize = 0; index < count; index++) forwardLayer(layers + index * LAYER_BYTES, 0, rows, 0);
  const last = layers + (count - 1) * LAYER_BYTES;
  squareDeltas(layers, last, rows, v128.load_splat<f32>(network + 8));
  for (let layer = last; layer > layers; layer -= LAYER_BYTES) backwardLayer(layer, 0, rows);
  for (let index: usize = 0; index < count; index++) {
    const layer = layers + index * LAYER_BYTES;
    const inputs = <usize>load<u32>(layer, 8);
    for (let input: usize = 0; input < inputs; input += 16) {
      stepBlock(layer, input, min<usize>(16, inputs - input), rows, step, scratch);
    }
  }
}

/** Deltas of the outputs of the last layer: what they are more than the inputs of the first, scaled, and its slope. */
function squareDeltas(first: usize, last: usize, rows: u32, scale: v128): void {
  const xStride = <usize>load<u32>(first, 20);
  const stride = <usize>load<u32>(last, 28);
  const bytes = <usize>load<u32>(last, 12) << 2;
  let x = <usize>load<u32>(first, 16);
  let y = <usize>load<u32>(last, 24);
  let d = <usize>load<u32>(last, 40);
  for (let row: u32 = 0; row < rows; row++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(d + at, f32x4.mul(scale, f32x4.sub(v128.load(y + at), v128.load(x + at))));
    }
    x += xStride;
    y += stride;
    d += stride;
  }
  throughActivation(last, 0, rows);
}

/** Errors of one network on the rows of a batch, into its place in a table of errors by row. */
function judgeAutoencoder(batch: usize, network: usize, index: u32): void {
  const layers = <usize>load<u32>(network);
  const count = <usize>load<u32>(network, 4);
  const rows = load<u32>(batch, 24);
  for (let index: usize = 0; index < count; index++) forwardLayer(layers + index * LAYER_BYTES, 0, rows, 0);
  const bytes = load<u32>(batch, 88);
  const out = <usize>load<u32>(batch, 84) + <usize>load<u32>(batch, 20) * <usize>bytes + ((<usize>index) << 2);
  const last = layers + (count - 1) * LAYER_BYTES;
  rootMeanSquares(last, <usize>load<u32>(layers, 16), load<u32>(layers, 20), rows, out, bytes);
}

// ------------------------------------------------------------------------------------------------------- work

/** Kinds of jobs; the first word of each is the batch. */
const LEARN: u32 = 1;
const STEP: u32 = 2;
const JUDGE: u32 = 3;
const EXPAND: u32 = 4;
const STEP_AUTOENCODER: u32 = 5;
const JUDGE_AUTOENCODER: u32 = 6;

class NetworkWork extends Work {
  item(kind: u32, job: usize, item: u32, scratch: usize): void {
    const batch = <usize>load<u32>(job);
    if (kind == LEARN) learnPiece(batch, item, scratch);
    else if (kind == STEP) stepItem(batch, item, scratch);
    else if (kind == JUDGE) judgePiece(batch, item, scratch);
    else if (kind == EXPAND) expandRows(batch, item * PIECE_ROWS, pieceRows(batch, item));
    else if (kind == STEP_AUTOENCODER) {
      const network = <usize>load<u32>(batch, 76) + ((<usize>item) << 4);
      stepAutoencoder(network, load<u32>(batch, 24), <usize>load<u32>(batch, 72), scratch);
    } else if (kind == JUDGE_AUTOENCODER) {
      judgeAutoencoder(batch, <usize>load<u32>(batch, 76) + ((<usize>item) << 4), item);
    }
  }
}

// @ts-ignore: decorator
@inline
function pieceRows(batch: usize, piece: u32): u32 {
  return min<u32>(PIECE_ROWS, load<u32>(batch, 24) - piece * PIECE_ROWS);
}

function learnPiece(batch: usize, piece: u32, scratch: usize): void {
  const first = piece * PIECE_ROWS;
  const rows = pieceRows(batch, piece);
  expandRows(batch, first, rows);
  forwardRows(batch, first, rows, scratch, true);
  store<f64>(<usize>load<u32>(batch, 56) + ((<usize>piece) << 3), lossOfRows(batch, first, rows, true));
  const layers = <usize>load<u32>(batch, 36);
  let layer = layers + <usize>(load<u32>(batch, 40) - 1) * LAYER_BYTES;
  for (; layer > layers; layer -= LAYER_BYTES) backwardLayer(layer, first, rows);
}

function judgePiece(batch: usize, piece: u32, scratch: usize): void {
  const first = piece * PIECE_ROWS;
  const rows = pieceRows(batch, piece);
  expandRows(batch, first, rows);
  forwardRows(batch, first, rows, scratch, false);
  store<f64>(<usize>load<u32>(batch, 56) + ((<usize>piece) << 3), lossOfRows(batch, first, rows, false));
}

function stepItem(batch: usize, item: u32, scratch: usize): void {
  const block = <usize>load<u32>(batch, 68) + <usize>item * 12;
  const layer = <usize>load<u32>(block);
  const inputs = <usize>load<u32>(block, 8);
  stepBlock(layer, <usize>load<u32>(block, 4), inputs, load<u32>(batch, 24), <usize>load<u32>(batch, 72), scratch);
}

/** Runs all items of a job, with the help of whoever serves; returns when they are done. */
export function run(control: usize, kind: u32, job: usize, items: u32): void {
  runItems<NetworkWork>(control, kind, job, items);
}

/** Lends the calling thread to the jobs of `run` until `dismiss`. */
export function serve(control: usize, thread: u32): void {
  serveItems<NetworkWork>(control, thread);
}

/** Sends the serving threads home. */
export function dismiss(control: usize): void {
  sendHome(control);
}
