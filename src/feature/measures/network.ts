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
    ["forward.ttl.min", TTL_MIN],
    ["forward.ttl.max", TTL_MAX],
    ["backward.ttl.min", DIRECTION + TTL_MIN],
    ["backward.ttl.max", DIRECTION + TTL_MAX],
    ["fragments", FRAGMENTS],
    ["dont_fragment.share", (slots, base) => slots[base + DONT_FRAGMENT] / slots[base + PACKETS]],
    ["ip.version", VERSION],
  ]);

  open(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    for (let slot = TTL_MIN; slot < FRAGMENTS; slot++) slots[base + slot] = Number.NaN;
    slots[base + VERSION] = packet.ipVersion;
    this.add(slots, base, packet, forward);
  }

  add(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    const at = forward ? base : base + DIRECTION;
    const ttl = packet.ttl;
    if (!(ttl >= slots[at + TTL_MIN])) slots[at + TTL_MIN] = ttl;
    if (!(ttl <= slots[at + TTL_MAX])) slots[at + TTL_MAX] = ttl;
    if (packet.fragmentOffset !== 0 || packet.moreFragments !== 0) slots[base + FRAGMENTS] += 1;
    slots[base + PACKETS] += 1;
    slots[base + DONT_FRAGMENT] += packet.dontFragment;
  }
}
