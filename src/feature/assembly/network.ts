// Network layer: time to live per direction, fragments, "don't fragment".
//
// The measures, their order and the version are told in ../measures/network.ts.

import { Packet } from "../../packet/assembly/packet";
import { orMissing } from "./measured-flow";

export const NETWORK_MEASURES: i32 = 7;

@unmanaged
@final
class State {
  /** Least and greatest of the opener, then of the responder; -1 before the first packet. */
  forwardLeast: i16;
  forwardGreatest: i16;
  backwardLeast: i16;
  backwardGreatest: i16;
  version: u32;
  fragments: u32;
  dontFragment: u32;
  packets: u32;
}

export const NETWORK_BYTES: usize = (offsetof<State>() + 7) & ~7;

/** The state is zero before. */
export function networkOpen(at: usize, packet: Packet, forward: bool): void {
  const state = changetype<State>(at);
  store<u64>(at, 0xffff_ffff_ffff_ffff);
  state.version = packet.ipVersion;
  networkAdd(at, packet, forward);
}

@inline
export function networkAdd(at: usize, packet: Packet, forward: bool): void {
  const state = changetype<State>(at);
  const side = forward ? at : at + 4;
  const ttl = packet.ttl;
  if (<u32>ttl < <u32>load<u16>(side)) store<u16>(side, <u16>ttl);
  if (ttl > <i32>load<i16>(side, 2)) store<i16>(side, <i16>ttl, 2);
  if ((packet.fragmentOffset | packet.moreFragments) != 0) state.fragments += 1;
  state.packets += 1;
  state.dontFragment += packet.dontFragment;
}

/** Writes NETWORK_MEASURES numbers. */
export function networkWrite(at: usize, out: usize): void {
  const state = changetype<State>(at);
  store<f64>(out, orMissing(state.forwardLeast));
  store<f64>(out, orMissing(state.forwardGreatest), 1 * 8);
  store<f64>(out, orMissing(state.backwardLeast), 2 * 8);
  store<f64>(out, orMissing(state.backwardGreatest), 3 * 8);
  store<f64>(out, <f64>state.fragments, 4 * 8);
  store<f64>(out, <f64>state.dontFragment / <f64>state.packets, 5 * 8);
  store<f64>(out, <f64>state.version, 6 * 8);
}
