// A flow as rows know it: the meter's part, then who and when, then the parts of the measure groups.

import { Flow } from "../../flow/assembly/flow";

@unmanaged
export class MeasuredFlow extends Flow {
  /** Times of the oldest and the newest packet, µs. */
  startUs: f64;
  endUs: f64;
  /** Number of the flow in its run, from 1. */
  ordinal: f64;
  packets: u32;
  /** ICMP type and code, in two bytes, as the opener sends them. */
  icmp: u32;
}

/** A count or length as a measure; missing when negative. */
@inline
export function orMissing(value: i32): f64 {
  return value < 0 ? NaN : <f64>value;
}

/** `amount` per second over `spanUs` microseconds; NaN for an empty span. */
@inline
export function perSecond(amount: f64, spanUs: f64): f64 {
  return spanUs > 0 ? (amount * 1e6) / spanUs : NaN;
}
