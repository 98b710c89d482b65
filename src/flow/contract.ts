// The contracts of the flow room: a lifecycle decides when flows start and end; an observer is told of every packet.

import type { Packet } from "../packet/packet.ts";

/** What a lifecycle says to a packet of a known flow. */
export const ACTION_ADD = 0; // the packet belongs to the flow
export const ACTION_CUT = 1; // hand the flow out; this packet opens its continuation, same direction
export const ACTION_RENEW = 2; // hand the flow out; this packet opens a new flow in its own direction
export const ACTION_DROP = 3; // the packet belongs to no flow
export const ACTION_ADD_AND_END = 4; // the packet is the flow's last one; hand it out at once

/** What a lifecycle may look at and change of one flow. Held as arrays, indexed by flow. */
export interface FlowStates {
  /** The lifecycle's own bits. */
  bits: Uint16Array;
  /** Newest packet time seen by the meter when the flow opened, µs. */
  openedUs: Float64Array;
  /** Newest packet time seen by the meter at the flow's last packet, µs. */
  touchedUs: Float64Array;
}

export interface Lifecycle {
  readonly id: string;
  /** Silence after which a flow is handed out, per timeout class, µs. */
  readonly timeoutsUs: readonly number[];
  /** Per class: the reason given when its time is up (index into END_REASONS). */
  readonly timeoutReasons: readonly number[];
  /** Per class: 1 when a flow never leaves it, and is handed out that long after it came in, whatever comes. */
  readonly timeoutFixed: readonly number[];
  /** True when the first packet's destination opened the flow. */
  isReversed(packet: Packet): boolean;
  /** State bits of a flow whose first packet is this. */
  open(packet: Packet, forward: boolean): number;
  /** Decides over a packet of a known flow. `nowUs` is the newest packet time. */
  decide(states: FlowStates, flow: number, packet: Packet, nowUs: number): number;
  /** Reason to give for a flow handed out by ACTION_CUT, ACTION_RENEW or ACTION_ADD_AND_END. */
  reason(action: number): number;
  /** State bits after the packet was added. */
  advance(bits: number, packet: Packet, forward: boolean): number;
  /** Timeout class of a flow with these bits. */
  timeoutClass(bits: number, packet: Packet): number;
}

export interface FlowObserver {
  /** The table grew: flows up to `capacity` may come. */
  resize(capacity: number): void;
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
