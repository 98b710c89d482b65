// Content, as far as it shows without reading it: entropy and printable share of the first payload bytes per
// direction, and the shape of DNS questions. No byte of payload is kept.
//
// Entropy is Shannon's, in bits per byte, over at most ENTROPY_BYTES captured bytes of the first packet with payload.
// The measures, their order and the version are told in ../measures/content.ts.

import { reserve } from "../../flow/assembly/arena";
import { LAYER_DNS, Packet } from "../../packet/assembly/packet";
import { orMissing } from "./measured-flow";

export const CONTENT_MEASURES: i32 = 7;
const ENTROPY_BYTES: i32 = 64;

@unmanaged
@final
class State {
  /** Of opener and responder; read only where sampled. */
  forwardEntropy: f64;
  forwardPrintable: f64;
  backwardEntropy: f64;
  backwardPrintable: f64;
  nameSum: f64;
  questions: u32;
  /** Longest name and one; 0 before the first. */
  nameLongest: u32;
  /** Bit 0: the opener's payload was sampled; bit 1: the responder's. */
  sampled: u32;
}

export const CONTENT_BYTES: usize = (offsetof<State>() + 7) & ~7;

/** n × log2(n) for n up to ENTROPY_BYTES, written from outside. */
let products: usize = 0;
/** How often each byte was met, 256 of them; zero between samples. */
let counts: usize = 0;

export function entropyTable(): usize {
  if (products == 0) {
    products = reserve(65 * 8);
    counts = reserve(256);
  }
  return products;
}

/** The state is zero before. */
export function contentOpen(at: usize, packet: Packet, forward: bool): void {
  contentAdd(at, packet, forward);
}

@inline
export function contentAdd(at: usize, packet: Packet, forward: bool): void {
  if (packet.payloadCaptured == 0) return;
  const state = changetype<State>(at);
  const side: u32 = forward ? 1 : 2;
  if ((state.sampled & side) == 0 && packet.hasTransport != 0) sample(state, packet, forward);
  if ((packet.layers & LAYER_DNS) != 0 && packet.dnsFlags < 0x8000) question(state, packet.dnsNameLength);
}

function sample(state: State, packet: Packet, forward: bool): void {
  const length = min(packet.payloadCaptured, ENTROPY_BYTES);
  const start = <usize>packet.payloadOffset;
  const end = start + <usize>length;
  let printable = 0;
  for (let at = start; at < end; at++) {
    const byte = <u32>load<u8>(at);
    const count = counts + <usize>byte;
    store<u8>(count, load<u8>(count) + 1);
    printable += i32(byte - 0x20 < 0x5f || byte - 0x09 < 5);
  }
  // Σ over distinct bytes of n·log2 n; each count is taken once and cleared.
  let sum: f64 = 0;
  for (let at = start; at < end; at++) {
    const count = counts + <usize>load<u8>(at);
    sum += load<f64>(products + (<usize>load<u8>(count) << 3));
    store<u8>(count, 0);
  }
  const entropy = load<f64>(products + (<usize>length << 3)) / <f64>length - sum / <f64>length;
  const share = <f64>printable / <f64>length;
  if (forward) {
    state.forwardEntropy = entropy;
    state.forwardPrintable = share;
  } else {
    state.backwardEntropy = entropy;
    state.backwardPrintable = share;
  }
  state.sampled |= forward ? 1 : 2;
}

function question(state: State, nameLength: i32): void {
  state.questions += 1;
  state.nameSum += <f64>nameLength;
  state.nameLongest = max(state.nameLongest, <u32>nameLength + 1);
}

/** Writes CONTENT_MEASURES numbers. */
export function contentWrite(at: usize, out: usize): void {
  const state = changetype<State>(at);
  const forward = (state.sampled & 1) != 0;
  const backward = (state.sampled & 2) != 0;
  store<f64>(out, forward ? state.forwardEntropy : NaN);
  store<f64>(out, backward ? state.backwardEntropy : NaN, 1 * 8);
  store<f64>(out, forward ? state.forwardPrintable : NaN, 2 * 8);
  store<f64>(out, backward ? state.backwardPrintable : NaN, 3 * 8);
  store<f64>(out, <f64>state.questions, 4 * 8);
  store<f64>(out, state.nameSum / <f64>state.questions, 5 * 8);
  store<f64>(out, orMissing(<i32>state.nameLongest - 1), 6 * 8);
}
