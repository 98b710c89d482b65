// The first packets with payload: their sizes, signed by direction, and the gaps between them. What a flow is shows
// early (Bernaille et al., Early Application Identification, CoNEXT 2006).

import type { Packet } from "../../packet/packet.ts";
import type { MeasureGroup, MeasureReader } from "./contract.ts";

/** How many packets with payload are kept. */
export const EARLY_PACKETS = 6;

const COUNT = 0;
const LAST = 1;
const SIZES = 2;
const GAPS = SIZES + EARLY_PACKETS;

export class EarlyGroup implements MeasureGroup {
  readonly id = "early";
  readonly version = 1;
  readonly slotCount = GAPS + EARLY_PACKETS;
  readonly measures = new Map<string, MeasureReader>(
    Array.from({ length: EARLY_PACKETS }, (_, index): [string, MeasureReader][] => [
      [`early.size.${index + 1}`, SIZES + index],
      [`early.gap.${index + 1}`, GAPS + index],
    ]).flat(),
  );

  open(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    slots.fill(Number.NaN, base + SIZES, base + this.slotCount);
    this.add(slots, base, packet, forward);
  }

  add(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    const length = packet.payloadLength;
    if (length === 0) return;
    const count = slots[base + COUNT];
    if (count === EARLY_PACKETS) return;
    const gap = packet.timestampUs - slots[base + LAST];
    slots[base + SIZES + count] = forward ? length : -length;
    if (count > 0) slots[base + GAPS + count] = Math.max(gap, 0);
    slots[base + LAST] = packet.timestampUs;
    slots[base + COUNT] = count + 1;
  }
}
