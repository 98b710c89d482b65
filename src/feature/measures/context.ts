// Context: what else the two hosts of a flow were doing around it. Scans, floods and brute force show here, not in
// any single flow.
//
// The surroundings are looked at when the flow has been open for the settling time (the short window then spans the
// flow's opening) and again when its row is read; each measure is the larger of both. All of it follows packet time,
// so it is the same offline and live. Memory is bounded by three tables of host windows.

import { type Packet, PROTOCOL_TCP, TCP_RST } from "../../packet/packet.ts";
import type { MeasureGroup, MeasureReader } from "./contract.ts";
import { HostWindows, WINDOW_LONG, WINDOW_SHORT } from "./windows.ts";

/** Age of a flow at which its surroundings are looked at, µs. */
export const SETTLE_US = 5_000_000;

/** Hosts remembered as sources and as destinations. */
export const HOSTS_REMEMBERED = 16_384;
/** Pairs of hosts and service remembered. */
export const PAIRS_REMEMBERED = 65_536;

// Slots: three keys, three entries, whether answered, then readings.
const SOURCE_KEY = 0;
const DESTINATION_KEY = 1;
const PAIR_KEY = 2;
const SOURCE_ENTRY = 3;
const DESTINATION_ENTRY = 4;
const PAIR_ENTRY = 5;
const ANSWERED = 6;
const READINGS = 7;

/** Readings of one window, in slot order; the long window's follow the short one's. */
const READING_NAMES = [
  "source.connections",
  "source.destinations",
  "source.ports",
  "source.unanswered",
  "destination.connections",
  "destination.sources",
  "destination.ports",
  "destination.half_open",
  "pair.attempts",
  "pair.unanswered",
] as const;
const WINDOW_READINGS = READING_NAMES.length;

export class ContextGroup implements MeasureGroup {
  readonly id = "context";
  readonly version = 1;
  readonly slotCount = READINGS + 2 * WINDOW_READINGS;
  readonly measures = new Map<string, MeasureReader>(
    ["short", "long"].flatMap((window, index) =>
      READING_NAMES.map((name, reading): [string, MeasureReader] => {
        const slot = READINGS + index * WINDOW_READINGS + reading;
        return [`${name}.${window}`, slot];
      }),
    ),
  );

  readonly #sources = new HostWindows(HOSTS_REMEMBERED, 2);
  readonly #destinations = new HostWindows(HOSTS_REMEMBERED, 2);
  readonly #pairs = new HostWindows(PAIRS_REMEMBERED, 0);

  open(slots: Float64Array, base: number, packet: Packet, forward: boolean, continued: boolean): void {
    const sender = addressHash(packet.source0, packet.source1, packet.source2, packet.source3);
    const receiver = addressHash(
      packet.destination0,
      packet.destination1,
      packet.destination2,
      packet.destination3,
    );
    const source = forward ? sender : receiver;
    const destination = forward ? receiver : sender;
    const port = forward ? packet.destinationPort : packet.sourcePort;
    const service = scramble(Math.imul(port, 0x9e3779b1) ^ packet.protocol);
    const timeUs = packet.timestampUs;
    const sourceKey = wideKey(source, scramble(source ^ 0x5bd1e995));
    const destinationKey = wideKey(destination, scramble(destination ^ 0x5bd1e995));
    const pair = scramble(source ^ Math.imul(destination, 0x85ebca6b));
    const pairKey = wideKey(scramble(pair ^ service), scramble(destination ^ service ^ 0x2545f491));
    slots[base + SOURCE_KEY] = sourceKey;
    slots[base + DESTINATION_KEY] = destinationKey;
    slots[base + PAIR_KEY] = pairKey;
    slots[base + SOURCE_ENTRY] = this.#sources.entryFor(sourceKey, timeUs);
    slots[base + DESTINATION_ENTRY] = this.#destinations.entryFor(destinationKey, timeUs);
    slots[base + PAIR_ENTRY] = this.#pairs.entryFor(pairKey, timeUs);
    if (!continued) {
      this.#sources.connect(slots[base + SOURCE_ENTRY], timeUs, destination, service);
      this.#destinations.connect(slots[base + DESTINATION_ENTRY], timeUs, source, service);
      this.#pairs.connect(slots[base + PAIR_ENTRY], timeUs, 0, 0);
    }
    slots[base + ANSWERED] = continued ? 1 : 0;
    this.add(slots, base, packet, forward);
  }

  add(slots: Float64Array, base: number, packet: Packet, forward: boolean): void {
    if (forward || slots[base + ANSWERED] !== 0) return;
    if (packet.protocol === PROTOCOL_TCP && (packet.tcpFlags & TCP_RST) !== 0) return;
    slots[base + ANSWERED] = 1;
    const timeUs = packet.timestampUs;
    answer(this.#sources, slots[base + SOURCE_ENTRY], slots[base + SOURCE_KEY], timeUs);
    answer(this.#destinations, slots[base + DESTINATION_ENTRY], slots[base + DESTINATION_KEY], timeUs);
    answer(this.#pairs, slots[base + PAIR_ENTRY], slots[base + PAIR_KEY], timeUs);
  }

  settle(slots: Float64Array, base: number, atUs: number): void {
    for (let window = WINDOW_SHORT; window <= WINDOW_LONG; window++) {
      const at = base + READINGS + window * WINDOW_READINGS;
      this.#settleHost(this.#sources, slots, base + SOURCE_KEY, at, window, atUs);
      this.#settleHost(this.#destinations, slots, base + DESTINATION_KEY, at + 4, window, atUs);
      const entry = slots[base + PAIR_ENTRY];
      if (!this.#pairs.holds(entry, slots[base + PAIR_KEY])) continue;
      raise(slots, at + 8, this.#pairs.connections(entry, window, atUs));
      raise(slots, at + 9, this.#pairs.unanswered(entry, window, atUs));
    }
  }

  forget(): void {
    for (const hosts of [this.#sources, this.#destinations, this.#pairs]) hosts.forget();
  }

  ledger(): Record<string, number> {
    return {
      contextSourcesReplaced: this.#sources.replaced,
      contextDestinationsReplaced: this.#destinations.replaced,
      contextPairsReplaced: this.#pairs.replaced,
    };
  }

  /** Four readings of one host; the entry's slot lies three behind its key's. */
  #settleHost(
    hosts: HostWindows,
    slots: Float64Array,
    keySlot: number,
    at: number,
    window: number,
    atUs: number,
  ): void {
    const entry = slots[keySlot + 3];
    if (!hosts.holds(entry, slots[keySlot])) return;
    const connections = hosts.connections(entry, window, atUs);
    if (connections === 0) return;
    raise(slots, at, connections);
    raise(slots, at + 1, connections === 1 ? 1 : hosts.distinct(entry, window, atUs, 0));
    raise(slots, at + 2, connections === 1 ? 1 : hosts.distinct(entry, window, atUs, 1));
    raise(slots, at + 3, hosts.unanswered(entry, window, atUs));
  }
}

function raise(slots: Float64Array, slot: number, value: number): void {
  if (value > slots[slot]) slots[slot] = value;
}

function answer(hosts: HostWindows, entry: number, key: number, timeUs: number): void {
  if (hosts.holds(entry, key)) hosts.answer(entry, timeUs);
}

function addressHash(word0: number, word1: number, word2: number, word3: number): number {
  return scramble(scramble(scramble(scramble(word0) ^ word1) ^ word2) ^ word3);
}

/** Finaliser of MurmurHash3. */
function scramble(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** A whole number of 53 bits from two words. */
function wideKey(high: number, low: number): number {
  return (high >>> 0) * 2097152 + (low >>> 11);
}
