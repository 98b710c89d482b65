// The contract of a measure group: what is accumulated per packet, and the measures that can be read from it.
//
// A group owns `slotCount` consecutive numbers per flow, zeroed before `open`. It is told of every packet and must
// not allocate. Reading a measure changes nothing, so a row can be read early and again at the end.

import type { Packet } from "../../packet/packet.ts";

/**
 * How one measure is read from a group's slots, NaN when there is nothing to say: the number of the slot that holds it
 * as it is (most do, which makes rows cheap), or a function of several.
 */
export type MeasureReader = number | ((slots: Float64Array, base: number) => number);

export interface MeasureGroup {
  readonly id: string;
  /** Raised whenever a measure changes its meaning; part of every fingerprint that uses the group. */
  readonly version: number;
  readonly slotCount: number;
  /** Measures by name, in a stable order. */
  readonly measures: ReadonlyMap<string, MeasureReader>;
  /** The first packet of a flow (which may run backward); `continued` when the flow goes on from one that was cut. */
  open(slots: Float64Array, base: number, packet: Packet, forward: boolean, continued: boolean): void;
  /** Every further packet. */
  add(slots: Float64Array, base: number, packet: Packet, forward: boolean): void;
  /** The flow has been open for the settling time, or is about to be read: look at the surroundings as of `atUs`. */
  settle?(slots: Float64Array, base: number, atUs: number): void;
  /** A new clock begins: moments known so far must not be compared with those to come. */
  forget?(): void;
  /** Figures of the group's own memory, for the ledger. */
  ledger?(): Record<string, number>;
}
