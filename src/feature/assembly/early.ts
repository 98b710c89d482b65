// The first packets with payload: their sizes, signed by direction, and the gaps between them. What a flow is shows
// early (Bernaille et al., Early Application Identification, CoNEXT 2006).
//
// The measures, their order and the version are told in ../measures/early.ts.

import { Packet } from "../../packet/assembly/packet";

const EARLY_PACKETS: u32 = 6;
export const EARLY_MEASURES: i32 = 12;

@unmanaged
@final
class State {
  lastUs: f64;
  count: u32;
  // Behind it: gaps (f64 each, the first is never set), then sizes (i32 each).
}

const GAPS: usize = 16;
const SIZES: usize = GAPS + 6 * 8;
export const EARLY_BYTES: usize = SIZES + 6 * 4;

/** The state is zero before. */
export function earlyOpen(at: usize, packet: Packet, forward: bool): void {
  earlyAdd(at, packet, forward);
}

@inline
export function earlyAdd(at: usize, packet: Packet, forward: bool): void {
  if (changetype<State>(at).count < EARLY_PACKETS && packet.payloadLength != 0) keep(changetype<State>(at), packet, forward);
}

function keep(state: State, packet: Packet, forward: bool): void {
  const at = changetype<usize>(state);
  const count = state.count;
  const length = packet.payloadLength;
  const gap = packet.timestampUs - state.lastUs;
  store<i32>(at + SIZES + (<usize>count << 2), forward ? length : -length);
  store<f64>(at + GAPS + (<usize>count << 3), gap > 0 ? gap : 0);
  state.lastUs = packet.timestampUs;
  state.count = count + 1;
}

/** Writes EARLY_MEASURES numbers. */
export function earlyWrite(at: usize, out: usize): void {
  const count = changetype<State>(at).count;
  for (let index: u32 = 0; index < EARLY_PACKETS; index++) {
    const there = index < count;
    const size = there ? <f64>load<i32>(at + SIZES + (<usize>index << 2)) : NaN;
    const gap = there && index > 0 ? load<f64>(at + GAPS + (<usize>index << 3)) : NaN;
    store<f64>(out + (<usize>index << 4), size);
    store<f64>(out + (<usize>index << 4), gap, 8);
  }
}
