// What the meter itself keeps of a flow; whoever observes the flows keeps its own part behind it.
//
//   key: source (4 words) | destination (4) | ports | protocol | ICMP key | ICMP way
//
// Ports are source << 16 | destination. A flow is known by its address.

@unmanaged
export class Flow {
  source0: i32;
  source1: i32;
  source2: i32;
  source3: i32;
  destination0: i32;
  destination1: i32;
  destination2: i32;
  destination3: i32;
  ports: i32;
  protocol: i32;
  icmpKey: i32;
  icmpWay: i32;

  /** The lifecycle's own bits. */
  bits: u16;
  timeoutClass: u8;
  /** Marks that were handed out, a bit each. */
  marked: u8;
  hash: u32;
  /** Number of the flow's place in the table, from 0. */
  number: u32;
  /** While the place is free: the place that was freed before it, 0 when there is none. */
  nextFree: u32;
  /** Newest packet time seen by the meter when the flow opened, µs. */
  openedUs: f64;
  /** Newest packet time seen by the meter at the flow's last packet, µs. */
  touchedUs: f64;
  /** Which of several flows opened first, and which was touched first, at the same moment; see MeterCounts.order. */
  openedOrder: f64;
  touchedOrder: f64;
}
