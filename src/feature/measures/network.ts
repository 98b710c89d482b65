// Network layer: time to live per direction, fragments, "don't fragment".

import type { Packet } from "../../packet/packet.ts";
import type { MeasureGroup, MeasureReader } from "./contract.ts";

const TTL_MIN = 0;
const TTL_MAX = 1;
const DIRECTION = 2;
const FRAGMENTS = 4;
const DONT_FRAGMENT = 5;
const PACKETS = 6;
const VERSION = 7;

export class NetworkGroup implements MeasureGroup {
  readonly id = "network";
  readonly version = 1;
  readonly slotCount = 8;
  readonly measures = new Map<string, MeasureReader>([
    ["forward.ttl.min", (slots, base) => orMissing(slots[base + TTL_MIN])],
    ["forward.ttl.max", (slots, base) => orMissing(slots[base + TTL_MAX])],
    ["backward.ttl.min", (slots, base) => orMissing(slots[base + DIRECTION + TTL_MIN])],
    ["backward.ttl.max", (slots, base) => orMissing(slots[base + DIRECTION + TTL_MAX])],
    ["fragments", (slots, base) => slots[base + FRAGMENTS]],
    ["dont_fragment.share", (slots, base) => slots[base + DONT_FRAGMENT] / slots[base + PACKETS]],
    ["ip.version", (slots, base) => slots[base + VERSION]],
  ]);

  open(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    for (let slot = TTL_MIN; slot < FRAGMENTS; slot++) slots[base + slot] = -1;
    slots[base + VERSION] = packet.ipVersion;
    this.add(slots, base, packet, forward);
  }

  add(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    const at = forward ? base : base + DIRECTION;
    const ttl = packet.ttl;
    if (slots[at + TTL_MAX] < 0) {
      slots[at + TTL_MIN] = ttl;
      slots[at + TTL_MAX] = ttl;
    } else if (ttl < slots[at + TTL_MIN]) slots[at + TTL_MIN] = ttl;
    else if (ttl > slots[at + TTL_MAX]) slots[at + TTL_MAX] = ttl;
    if (packet.fragmentOffset !== 0 || packet.moreFragments !== 0) slots[base + FRAGMENTS] += 1;
    slots[base + PACKETS] += 1;
    slots[base + DONT_FRAGMENT] += packet.dontFragment;
  }
}

function orMissing(ttl: number): number {
  return ttl < 0 ? Number.NaN : ttl;
}
