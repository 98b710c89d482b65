// A flow as CICFlowMeter's measures see it: the meter's part, who and when, and one compact state for all measures.

import { MeasuredFlow } from "../measured-flow";
import { Series } from "./series";

/** One direction's bulks. */
@unmanaged
@final
export class Bulk {
  startUs: f64;
  lastUs: f64;
  size: f64;
  bytes: f64;
  durationUs: f64;
  packets: u32;
  bulks: u32;
  count: u32;
  unused: u32;
}

@unmanaged
export class CicFlow extends MeasuredFlow {
  activeStartUs: f64;
  activeEndUs: f64;
  /** Time of the newest packet of each direction, µs. */
  forwardLastUs: f64;
  backwardLastUs: f64;
  /** Start of the first flow of those that this one continues, µs, and what knows its retransmissions. */
  connectionStartUs: f64;
  connection: f64;
  forwardPackets: u32;
  backwardPackets: u32;
  forwardHeaderBytes: u32;
  backwardHeaderBytes: u32;
  forwardPushes: u32;
  backwardPushes: u32;
  forwardUrgents: u32;
  backwardUrgents: u32;
  forwardResets: u32;
  backwardResets: u32;
  fins: u32;
  syns: u32;
  resets: u32;
  pushes: u32;
  acknowledgments: u32;
  urgents: u32;
  reductions: u32;
  echoes: u32;
  forwardWindow: i32;
  backwardWindow: i32;
  forwardData: u32;
  backwardData: u32;
  forwardHeaderLeast: i32;
  backwardHeaderLeast: i32;
  subflowGaps: u32;
  /** Behind the highest sequence number that each direction has sent. */
  forwardNext: i32;
  backwardNext: i32;
  forwardRetransmissions: u32;
  backwardRetransmissions: u32;
  /** ICMP type and code of the first packet, in two bytes; -1 for none. */
  firstIcmp: i32;
  /** 1 when the flow is stored under its destination's name. */
  keyReversed: u32;
  /** Bits of HAS_…. */
  has: u32;
}

/** The direction's window, or shortest header, was set. */
export const HAS_FORWARD: u32 = 1;
export const HAS_BACKWARD: u32 = 2;
/** Its sequence numbers are known. */
export const HAS_FORWARD_NEXT: u32 = 4;
export const HAS_BACKWARD_NEXT: u32 = 8;

const SERIES: usize = offsetof<Series>();
/** Offsets of the parts behind the fields. */
export const LENGTHS: usize = (offsetof<CicFlow>() + 15) & ~15;
export const FORWARD_LENGTHS: usize = LENGTHS + SERIES;
export const BACKWARD_LENGTHS: usize = FORWARD_LENGTHS + SERIES;
export const GAPS: usize = BACKWARD_LENGTHS + SERIES;
export const FORWARD_GAPS: usize = GAPS + SERIES;
export const BACKWARD_GAPS: usize = FORWARD_GAPS + SERIES;
export const ACTIVE: usize = BACKWARD_GAPS + SERIES;
export const IDLE: usize = ACTIVE + SERIES;
export const FORWARD_BULK: usize = IDLE + SERIES;
export const BACKWARD_BULK: usize = FORWARD_BULK + offsetof<Bulk>();
/** Bytes of a flow, whole cache lines. */
export const FLOW_BYTES: usize = (BACKWARD_BULK + offsetof<Bulk>() + 63) & ~63;

@inline
export function seriesOf(flow: CicFlow, part: usize): Series {
  return changetype<Series>(changetype<usize>(flow) + part);
}
