// Volume: packets, bytes and payload lengths, per direction and together. Lengths are whole numbers, so sums and sums
// of squares are exact and every statistic of both directions together follows from those of each.

import type { Packet } from "../../packet/packet.ts";
import type { MeasureGroup, MeasureReader } from "./contract.ts";
import { perSecond } from "./units.ts";

// Slots of one direction.
const PACKETS = 0;
const WIRE = 1;
const PAYLOAD = 2;
const DATA_PACKETS = 3;
const HEADER = 4;
const SHORTEST = 5;
const LONGEST = 6;
const SQUARES = 7;
const DIRECTION = 8;
// Slots of the flow, behind the two directions.
const FIRST = 16;
const LAST = 17;

export class VolumeGroup implements MeasureGroup {
  readonly id = "volume";
  readonly version = 2;
  readonly slotCount = 18;
  readonly measures = new Map<string, MeasureReader>([
    ["duration", (slots, base) => slots[base + LAST] - slots[base + FIRST]],
    ...directionMeasures("forward", 0),
    ...directionMeasures("backward", DIRECTION),
    ["packets", (slots, base) => total(slots, base, PACKETS)],
    ["wire.bytes", (slots, base) => total(slots, base, WIRE)],
    ["payload.bytes", (slots, base) => total(slots, base, PAYLOAD)],
    ["payload.min", (slots, base) => smaller(slots[base + SHORTEST], slots[base + DIRECTION + SHORTEST])],
    ["payload.max", (slots, base) => larger(slots[base + LONGEST], slots[base + DIRECTION + LONGEST])],
    ["payload.mean", (slots, base) => total(slots, base, PAYLOAD) / total(slots, base, PACKETS)],
    [
      "payload.std",
      (slots, base) =>
        deviation(total(slots, base, PACKETS), total(slots, base, PAYLOAD), total(slots, base, SQUARES)),
    ],
    ["packets.rate", (slots, base) => rate(slots, base, total(slots, base, PACKETS))],
    ["wire.rate", (slots, base) => rate(slots, base, total(slots, base, WIRE))],
    ["packets.ratio", (slots, base) => ratio(slots, base, PACKETS)],
    ["payload.ratio", (slots, base) => ratio(slots, base, PAYLOAD)],
  ]);

  open(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    slots[base + FIRST] = packet.timestampUs;
    slots[base + LAST] = packet.timestampUs;
    slots[base + SHORTEST] = Number.NaN;
    slots[base + LONGEST] = Number.NaN;
    slots[base + DIRECTION + SHORTEST] = Number.NaN;
    slots[base + DIRECTION + LONGEST] = Number.NaN;
    this.add(slots, base, packet, forward);
  }

  add(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    const at = forward ? base : base + DIRECTION;
    const length = packet.payloadLength;
    if (packet.timestampUs > slots[base + LAST]) slots[base + LAST] = packet.timestampUs;
    else if (packet.timestampUs < slots[base + FIRST]) slots[base + FIRST] = packet.timestampUs;
    slots[at + PACKETS] += 1;
    slots[at + WIRE] += packet.wireLength;
    slots[at + HEADER] += packet.ipHeaderLength + packet.transportHeaderLength;
    // Written so that NaN, which compares false, gives way to the first length.
    if (!(length >= slots[at + SHORTEST])) slots[at + SHORTEST] = length;
    if (!(length <= slots[at + LONGEST])) slots[at + LONGEST] = length;
    if (length === 0) return;
    slots[at + PAYLOAD] += length;
    slots[at + DATA_PACKETS] += 1;
    slots[at + SQUARES] += length * length;
  }
}

function directionMeasures(name: string, at: number): [string, MeasureReader][] {
  return [
    [`${name}.packets`, at + PACKETS],
    [`${name}.wire.bytes`, at + WIRE],
    [`${name}.payload.bytes`, at + PAYLOAD],
    [`${name}.payload.packets`, at + DATA_PACKETS],
    [`${name}.payload.min`, at + SHORTEST],
    [`${name}.payload.max`, at + LONGEST],
    [`${name}.payload.mean`, (slots, base) => slots[base + at + PAYLOAD] / slots[base + at + PACKETS]],
    [
      `${name}.payload.std`,
      (slots, base) =>
        deviation(slots[base + at + PACKETS], slots[base + at + PAYLOAD], slots[base + at + SQUARES]),
    ],
    [`${name}.header.mean`, (slots, base) => slots[base + at + HEADER] / slots[base + at + PACKETS]],
    [`${name}.packets.rate`, (slots, base) => rate(slots, base, slots[base + at + PACKETS])],
    [`${name}.wire.rate`, (slots, base) => rate(slots, base, slots[base + at + WIRE])],
  ];
}

function total(slots: Float64Array, base: number, slot: number): number {
  return slots[base + slot] + slots[base + DIRECTION + slot];
}

/** Backward per forward; missing, not infinite, where the opener sent none. */
function ratio(slots: Float64Array, base: number, slot: number): number {
  const forward = slots[base + slot];
  return forward === 0 ? Number.NaN : slots[base + DIRECTION + slot] / forward;
}

/** The smaller of two numbers, of which at most one is missing. */
function smaller(one: number, other: number): number {
  return one < other || Number.isNaN(other) ? one : other;
}

function larger(one: number, other: number): number {
  return one > other || Number.isNaN(other) ? one : other;
}

/** Per second; missing for a flow without duration. */
function rate(slots: Float64Array, base: number, amount: number): number {
  return perSecond(amount, slots[base + LAST] - slots[base + FIRST]);
}

/**
 * Population standard deviation from count, sum and sum of squares of whole numbers. It is taken about the whole number
 * next to the mean: up to there everything is whole and exact (below 2^53), so that lengths that hardly differ keep
 * their digits, however many there are.
 */
function deviation(count: number, sum: number, squares: number): number {
  if (count === 0) return Number.NaN;
  const centre = Math.round(sum / count);
  const aside = (sum - centre * count) / count;
  const about = squares - centre * (2 * sum - centre * count);
  return Math.sqrt(Math.max(0, about / count - aside * aside));
}
