// Volume: packets, bytes and payload lengths, per direction and together. Lengths are whole numbers, so sums and sums
// of squares are exact and every statistic of both directions together follows from those of each.
//
// The measures, their order and the version are told in ../measures/volume.ts.

import { Packet } from "../../packet/assembly/packet";
import { MeasuredFlow, orMissing, perSecond } from "./measured-flow";

export const VOLUME_MEASURES: i32 = 34;

@unmanaged
@final
class Direction {
  wire: f64;
  payload: f64;
  header: f64;
  squares: f64;
  packets: u32;
  dataPackets: u32;
  /** Shortest and longest payload; -1 before the first packet. */
  shortest: i32;
  longest: i32;
}

export const VOLUME_BYTES: usize = 2 * offsetof<Direction>();

@inline
function direction(at: usize, forward: bool): Direction {
  return changetype<Direction>(forward ? at : at + offsetof<Direction>());
}

/** The state is zero before. */
export function volumeOpen(at: usize, packet: Packet, forward: bool): void {
  for (let side = 0; side < 2; side++) {
    const state = direction(at, side == 0);
    state.shortest = -1;
    state.longest = -1;
  }
  volumeAdd(at, packet, forward);
}

@inline
export function volumeAdd(at: usize, packet: Packet, forward: bool): void {
  const state = direction(at, forward);
  const length = packet.payloadLength;
  state.packets += 1;
  state.wire += <f64>packet.wireLength;
  state.header += <f64>(packet.ipHeaderLength + packet.transportHeaderLength);
  if (<u32>length < <u32>state.shortest) state.shortest = length;
  if (length > state.longest) state.longest = length;
  if (length == 0) return;
  const bytes = <f64>length;
  state.payload += bytes;
  state.dataPackets += 1;
  state.squares += bytes * bytes;
}

/** Writes VOLUME_MEASURES numbers. */
export function volumeWrite(at: usize, flow: MeasuredFlow, out: usize): void {
  const forward = direction(at, true);
  const backward = direction(at, false);
  const spanUs = flow.endUs - flow.startUs;
  store<f64>(out, spanUs);
  writeDirection(forward, spanUs, out + 1 * 8);
  writeDirection(backward, spanUs, out + 12 * 8);
  const packets = <f64>forward.packets + <f64>backward.packets;
  const wire = forward.wire + backward.wire;
  const payload = forward.payload + backward.payload;
  const shortest = <i32>min(<u32>forward.shortest, <u32>backward.shortest);
  store<f64>(out, packets, 23 * 8);
  store<f64>(out, wire, 24 * 8);
  store<f64>(out, payload, 25 * 8);
  store<f64>(out, orMissing(shortest), 26 * 8);
  store<f64>(out, orMissing(max(forward.longest, backward.longest)), 27 * 8);
  store<f64>(out, payload / packets, 28 * 8);
  store<f64>(out, deviation(packets, payload, forward.squares + backward.squares), 29 * 8);
  store<f64>(out, perSecond(packets, spanUs), 30 * 8);
  store<f64>(out, perSecond(wire, spanUs), 31 * 8);
  store<f64>(out, ratio(<f64>forward.packets, <f64>backward.packets), 32 * 8);
  store<f64>(out, ratio(forward.payload, backward.payload), 33 * 8);
}

function writeDirection(state: Direction, spanUs: f64, out: usize): void {
  const packets = <f64>state.packets;
  store<f64>(out, packets);
  store<f64>(out, state.wire, 1 * 8);
  store<f64>(out, state.payload, 2 * 8);
  store<f64>(out, <f64>state.dataPackets, 3 * 8);
  store<f64>(out, orMissing(state.shortest), 4 * 8);
  store<f64>(out, orMissing(state.longest), 5 * 8);
  store<f64>(out, state.payload / packets, 6 * 8);
  store<f64>(out, deviation(packets, state.payload, state.squares), 7 * 8);
  store<f64>(out, state.header / packets, 8 * 8);
  store<f64>(out, perSecond(packets, spanUs), 9 * 8);
  store<f64>(out, perSecond(state.wire, spanUs), 10 * 8);
}

/** Backward per forward; missing, not infinite, where the opener sent none. */
function ratio(forward: f64, backward: f64): f64 {
  return forward == 0 ? NaN : backward / forward;
}

/**
 * Population standard deviation from count, sum and sum of squares of whole numbers. It is taken about the whole number
 * next to the mean: up to there everything is whole and exact (below 2^53), so that lengths that hardly differ keep
 * their digits, however many there are.
 */
function deviation(count: f64, sum: f64, squares: f64): f64 {
  if (count == 0) return NaN;
  const centre = NativeMath.round(sum / count);
  const aside = (sum - centre * count) / count;
  const about = squares - centre * (2 * sum - centre * count);
  return sqrt(max(0.0, about / count - aside * aside));
}
