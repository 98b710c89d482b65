// Content, as far as it shows without reading it: entropy and printable share of the first payload bytes per
// direction, and the shape of DNS questions. No byte of payload is kept.
//
// Entropy is Shannon's, in bits per byte, over at most ENTROPY_BYTES captured bytes of the first packet with payload.

import { LAYER_DNS, type Packet } from "../../packet/packet.ts";
import type { MeasureGroup, MeasureReader } from "./contract.ts";

export const ENTROPY_BYTES = 64;

const ENTROPY = 0;
const PRINTABLE = 1;
const DIRECTION = 2;
const QUESTIONS = 4;
const NAME_SUM = 5;
const NAME_MAX = 6;

// n × log2(n) for n up to ENTROPY_BYTES, so that sums are the same everywhere.
const N_LOG_N = Float64Array.from({ length: ENTROPY_BYTES + 1 }, (_, n) => (n === 0 ? 0 : n * Math.log2(n)));
const counts = new Uint8Array(256);

export class ContentGroup implements MeasureGroup {
  readonly id = "content";
  readonly version = 1;
  readonly slotCount = 7;
  readonly measures = new Map<string, MeasureReader>([
    ["forward.entropy", ENTROPY],
    ["backward.entropy", DIRECTION + ENTROPY],
    ["forward.printable", PRINTABLE],
    ["backward.printable", DIRECTION + PRINTABLE],
    ["dns.questions", QUESTIONS],
    ["dns.name.mean", (slots, base) => slots[base + NAME_SUM] / slots[base + QUESTIONS]],
    ["dns.name.max", NAME_MAX],
  ]);

  open(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    slots[base + ENTROPY] = Number.NaN;
    slots[base + PRINTABLE] = Number.NaN;
    slots[base + DIRECTION + ENTROPY] = Number.NaN;
    slots[base + DIRECTION + PRINTABLE] = Number.NaN;
    slots[base + NAME_MAX] = Number.NaN;
    this.add(slots, base, packet, forward);
  }

  add(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    if (packet.payloadCaptured === 0) return;
    const at = forward ? base : base + DIRECTION;
    if (Number.isNaN(slots[at + ENTROPY]) && packet.hasTransport !== 0) sample(slots, at, packet);
    if ((packet.layers & LAYER_DNS) !== 0 && packet.dnsFlags < 0x8000)
      question(slots, base, packet.dnsNameLength);
  }
}

function sample(slots: Float64Array, at: number, packet: Packet): void {
  const bytes = packet.bytes;
  const length = Math.min(packet.payloadCaptured, ENTROPY_BYTES);
  const start = packet.payloadOffset;
  const end = start + length;
  let printable = 0;
  for (let index = start; index < end; index++) {
    const byte = bytes[index];
    counts[byte]++;
    if ((byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d)) printable++;
  }
  // Σ over distinct bytes of n·log2 n; each count is taken once and cleared.
  let sum = 0;
  for (let index = start; index < end; index++) {
    const byte = bytes[index];
    sum += N_LOG_N[counts[byte]];
    counts[byte] = 0;
  }
  slots[at + ENTROPY] = N_LOG_N[length] / length - sum / length;
  slots[at + PRINTABLE] = printable / length;
}

function question(slots: Float64Array, base: number, nameLength: number): void {
  slots[base + QUESTIONS] += 1;
  slots[base + NAME_SUM] += nameLength;
  if (!(nameLength <= slots[base + NAME_MAX])) slots[base + NAME_MAX] = nameLength;
}
