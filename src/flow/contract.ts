// The contracts of the flow room, and what the meter is bounded by.
//
// The meter itself runs in WebAssembly (assembly/meter.ts), and so do the lifecycles, which decide when flows start and end.
// A lifecycle there is a class with
//
//   classes()                         number of timeout classes, at most 12
//   timeoutUs(class)                  silence after which a flow of the class is handed out, µs
//   timeoutReason(class)              the reason given then (index into END_REASONS)
//   timeoutFixed(class)               whether a flow never leaves the class, and is handed out that long after it came in,
//                                     whatever comes
//   isReversed(packet)                whether the first packet's destination opened the flow
//   open(packet, forward)             state bits of a flow whose first packet is this
//   decide(flow, packet, nowUs)       what becomes of a packet of a known flow: an action of assembly/lifecycle.ts
//   reason(action)                    the reason to give for a flow that the action hands out
//   advance(bits, packet, forward)    state bits after the packet was added
//   timeoutClass(bits, packet)        timeout class of a flow with these bits
//
// and an observer there is one with the functions of FlowObserver, told of flows by their place in memory.

import type { Packet } from "../packet/packet.ts";

/** A step back in time larger than this starts a new clock: all flows are handed out first, µs. */
export const CLOCK_RESET_US = 600_000_000;

/** Flows in the table at the most, unless told. */
export const MAXIMUM_FLOWS_DEFAULT = 524_288;

/** First fragments remembered. */
export const FIRST_FRAGMENTS_REMEMBERED = 4096;
/** How long first fragments are remembered, and others wait for them, µs. */
export const FRAGMENT_TIMEOUT_US = 30_000_000;
/** Fragments held back at the most. */
export const HELD_MAXIMUM = 256;

/** Who is told of flows. Flows are known by numbers, which are used again. */
export interface FlowObserver {
  /** The first packet of a flow. `continued` when it continues one that was cut. */
  open(flow: number, packet: Packet, forward: boolean, continued: boolean): void;
  /** Every further packet. */
  add(flow: number, packet: Packet, forward: boolean): void;
  /** The flow has been open for `marksUs[mark]`; `atUs` is that moment. */
  mark(flow: number, mark: number, atUs: number): void;
  /** A new clock begins: no flow is open, and moments known so far must not be compared with those to come. */
  forget(): void;
  /** The flow is over; `atUs` is the packet time at which that was certain. The flow's number is free afterwards. */
  end(flow: number, reason: number, atUs: number): void;
}

/** The lifecycle of our own schema: see assembly/connection.ts. */
export interface ConnectionOptions {
  /** Silence that ends a flow, µs. */
  idleTimeoutUs: number;
  /** Silence that ends a TCP connection attempt that nobody answered, µs. */
  unansweredTimeoutUs: number;
  /** Age at which a flow is cut and continued, µs. */
  activeTimeoutUs: number;
  /** How long a closed connection still takes packets, µs. */
  lingerUs: number;
}

export const CONNECTION_DEFAULTS: ConnectionOptions = {
  idleTimeoutUs: 60_000_000,
  unansweredTimeoutUs: 30_000_000,
  activeTimeoutUs: 300_000_000,
  lingerUs: 5_000_000,
};
