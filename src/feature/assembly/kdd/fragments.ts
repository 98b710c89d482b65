// Which fragments are wrong: those that overlap others of their datagram, and those that reach beyond the longest one.
//
// A table remembers which bytes of a fragmented datagram have come, as up to RANGES ranges. A repeat of the fragment before
// is not wrong. Bounds: SETS × WAYS datagrams, that which began longest ago in its set is forgotten first; when a datagram
// has more ranges, the last of them is widened no more.

import { clear, reserve } from "../../../flow/assembly/arena";
import { Flow } from "../../../flow/assembly/flow";
import { Packet } from "../../../packet/assembly/packet";

const SETS: u32 = 256;
const WAYS: u32 = 4;
const RANGES: u32 = 12;
const DATAGRAM_MAX: i32 = 65_535;

@unmanaged
@final
class Datagram {
  /** When it was begun, counted in datagrams; 0 for an unused place. */
  begun: f64;
  flow: u32;
  /** Ordinal of the flow, since places of flows are used again. */
  ordinal: f64;
  identification: i32;
  forward: i32;
  lastStart: i32;
  lastEnd: i32;
  ranges: u32;
  reserved: u32;
  // Behind it: RANGES times first byte and end.
}

const RANGES_AT: usize = (offsetof<Datagram>() + 15) & ~15;
const DATAGRAM_BYTES: usize = (RANGES_AT + 12 * 8 + 15) & ~15;

@unmanaged
@final
export class KddFragments {
  datagrams: usize;
  begun: f64;

  setup(): bool {
    this.datagrams = reserve(<usize>(SETS * WAYS) * DATAGRAM_BYTES);
    return this.datagrams != 0;
  }

  /** Whether a fragment of the flow is wrong. Sees every fragment once. */
  isWrong(flow: Flow, ordinal: f64, packet: Packet, forward: bool, length: i32): bool {
    const start = packet.fragmentOffset;
    const end = start + length;
    if (end > DATAGRAM_MAX) return true;
    const datagram = this.find(flow, ordinal, packet, forward);
    if (start == datagram.lastStart && end == datagram.lastEnd) return false;
    datagram.lastStart = start;
    datagram.lastEnd = end;
    return take(datagram, start, end);
  }

  private find(flow: Flow, ordinal: f64, packet: Packet, forward: bool): Datagram {
    const set = ((flow.hash ^ (<u32>packet.fragmentIdentification * 0x85ebca6b)) >>> 8) & (SETS - 1);
    let at = this.datagrams + <usize>(set * WAYS) * DATAGRAM_BYTES;
    let oldest = at;
    for (let way: u32 = 0; way < WAYS; way++, at += DATAGRAM_BYTES) {
      const known = changetype<Datagram>(at);
      if (
        known.begun != 0 &&
        known.flow == flow.number &&
        known.ordinal == ordinal &&
        known.identification == packet.fragmentIdentification &&
        known.forward == <i32>forward
      ) {
        return known;
      }
      if (known.begun < changetype<Datagram>(oldest).begun) oldest = at;
    }
    clear(oldest, DATAGRAM_BYTES);
    const fresh = changetype<Datagram>(oldest);
    this.begun += 1;
    fresh.begun = this.begun;
    fresh.flow = flow.number;
    fresh.ordinal = ordinal;
    fresh.identification = packet.fragmentIdentification;
    fresh.forward = <i32>forward;
    fresh.lastStart = -1;
    return fresh;
  }
}

/** Adds the bytes to those that came; true when some of them had come before. */
function take(datagram: Datagram, start: i32, end: i32): bool {
  let overlaps = false;
  let joined = false;
  const ranges = changetype<usize>(datagram) + RANGES_AT;
  for (let range: u32 = 0; range < datagram.ranges; range++) {
    const at = ranges + (<usize>range << 3);
    const first = load<i32>(at);
    const last = load<i32>(at, 4);
    if (start < last && end > first) overlaps = true;
    if (!joined && start <= last && end >= first) {
      store<i32>(at, min(start, first));
      store<i32>(at, max(end, last), 4);
      joined = true;
    }
  }
  if (!joined && datagram.ranges < RANGES) {
    const at = ranges + (<usize>datagram.ranges << 3);
    store<i32>(at, start);
    store<i32>(at, end, 4);
    datagram.ranges++;
  }
  return overlaps;
}
