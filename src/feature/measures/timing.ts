// Timing: inter-arrival times per direction and together, and active and idle periods.
//
// Mean and variance by Welford's method (Technometrics 4(3), 1962). A packet older than the one before it counts as
// arriving at the same moment. A silence longer than IDLE_THRESHOLD_US ends an active period.

import type { Packet } from "../../packet/packet.ts";
import type { MeasureGroup, MeasureReader } from "./contract.ts";

/** Silence that separates two active periods, µs; 5 s as in the public flow feature sets. */
export const IDLE_THRESHOLD_US = 5_000_000;

// Slots of one series of arrivals: together, forward, backward.
const SEEN = 0;
const LAST = 1;
const MEAN = 2;
const SPREAD = 3;
const SHORTEST = 4;
const LONGEST = 5;
const SERIES = 6;
const FORWARD = SERIES;
const BACKWARD = 2 * SERIES;
// Slots of periods.
const ACTIVE_START = 18;
const ACTIVE_SUM = 19;
const ACTIVE_LONGEST = 20;
const IDLE_COUNT = 21;
const IDLE_SUM = 22;
const IDLE_LONGEST = 23;

export class TimingGroup implements MeasureGroup {
  readonly id = "timing";
  readonly version = 1;
  readonly slotCount = 24;
  readonly measures = new Map<string, MeasureReader>([
    ...seriesMeasures("iat", 0),
    ...seriesMeasures("forward.iat", FORWARD),
    ...seriesMeasures("backward.iat", BACKWARD),
    ["idle.count", IDLE_COUNT],
    ["idle.mean", (slots, base) => slots[base + IDLE_SUM] / slots[base + IDLE_COUNT]],
    ["idle.max", IDLE_LONGEST],
    [
      "active.mean",
      (slots, base) => (slots[base + ACTIVE_SUM] + lastActive(slots, base)) / (slots[base + IDLE_COUNT] + 1),
    ],
    ["active.max", (slots, base) => Math.max(slots[base + ACTIVE_LONGEST], lastActive(slots, base))],
  ]);

  open(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    const timeUs = packet.timestampUs;
    for (let at = base; at <= base + BACKWARD; at += SERIES) {
      slots[at + MEAN] = Number.NaN;
      slots[at + SHORTEST] = Number.NaN;
      slots[at + LONGEST] = Number.NaN;
    }
    slots[base + IDLE_LONGEST] = Number.NaN;
    slots[base + SEEN] = 1;
    slots[base + LAST] = timeUs;
    slots[base + ACTIVE_START] = timeUs;
    arrive(slots, forward ? base + FORWARD : base + BACKWARD, timeUs);
  }

  add(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    const timeUs = packet.timestampUs;
    const gap = timeUs - slots[base + LAST];
    if (gap > IDLE_THRESHOLD_US) {
      const active = slots[base + LAST] - slots[base + ACTIVE_START];
      slots[base + ACTIVE_SUM] += active;
      if (active > slots[base + ACTIVE_LONGEST]) slots[base + ACTIVE_LONGEST] = active;
      slots[base + IDLE_COUNT] += 1;
      slots[base + IDLE_SUM] += gap;
      if (!(gap <= slots[base + IDLE_LONGEST])) slots[base + IDLE_LONGEST] = gap;
      slots[base + ACTIVE_START] = timeUs;
    }
    arrive(slots, base, timeUs);
    arrive(slots, forward ? base + FORWARD : base + BACKWARD, timeUs);
  }
}

function arrive(slots: Float64Array, at: number, timeUs: number): void {
  const seen = slots[at + SEEN];
  slots[at + SEEN] = seen + 1;
  if (seen === 0) {
    slots[at + LAST] = timeUs;
    return;
  }
  let gap = timeUs - slots[at + LAST];
  if (gap < 0) gap = 0;
  else slots[at + LAST] = timeUs;
  if (seen === 1) {
    slots[at + MEAN] = gap;
    slots[at + SHORTEST] = gap;
    slots[at + LONGEST] = gap;
    return;
  }
  const difference = gap - slots[at + MEAN];
  const mean = slots[at + MEAN] + difference / seen;
  slots[at + MEAN] = mean;
  slots[at + SPREAD] += difference * (gap - mean);
  if (gap < slots[at + SHORTEST]) slots[at + SHORTEST] = gap;
  else if (gap > slots[at + LONGEST]) slots[at + LONGEST] = gap;
}

function seriesMeasures(name: string, at: number): [string, MeasureReader][] {
  return [
    [`${name}.mean`, at + MEAN],
    [
      `${name}.std`,
      (slots, base) => {
        const seen = slots[base + at + SEEN];
        return seen > 1 ? Math.sqrt(slots[base + at + SPREAD] / (seen - 1)) : Number.NaN;
      },
    ],
    [`${name}.min`, at + SHORTEST],
    [`${name}.max`, at + LONGEST],
  ];
}

function lastActive(slots: Float64Array, base: number): number {
  return slots[base + LAST] - slots[base + ACTIVE_START];
}
