// The flow table and the host windows of the engine, each by itself, as classes.

import {
  compileWasm,
  decodeBase64,
  instantiateWasm,
  sharedWasmMemory,
  type WasmModule,
} from "../../src/base/wasm.ts";
import { distinctCounts } from "../../src/feature/measures/windows.ts";
import { icmpCounterparts } from "../../src/flow/icmp.ts";
import { PACKET_BYTES, writePacket } from "../../src/packet/memory.ts";
import type { Packet } from "../../src/packet/packet.ts";
import { KERNEL_BASE64 } from "./parts.generated.ts";

interface Kernels {
  reserve(bytes: number): number;
  icmpAddress(): number;
  distinctAddress(): number;
  tableSetup(maximum: number, seed: number): number;
  tableSize(): number;
  tableFind(packet: number): number;
  tableMatches(): number;
  tableInsert(packet: number, reversed: number): number;
  tableRemove(flow: number): void;
  hostsSetup(entries: number, bitmaps: number): number;
  hostsReplaced(): number;
  hostsEntryFor(high: number, low: number, timeUs: number): number;
  hostsHolds(entry: number, high: number, low: number): number;
  hostsForget(): void;
  hostsConnect(entry: number, timeUs: number, partner: number, port: number): void;
  hostsAnswer(entry: number, timeUs: number): void;
  hostsConnections(entry: number, window: number, atUs: number): number;
  hostsUnanswered(entry: number, window: number, atUs: number): number;
  hostsDistinct(entry: number, window: number, atUs: number, bitmap: number): number;
}

/** Enough for the tables of tests; each test makes many. */
const PAGES = 512;

let compiled: WasmModule | undefined;

function instance(): { kernels: Kernels; buffer: () => ArrayBufferLike } {
  compiled ??= compileWasm(decodeBase64(KERNEL_BASE64));
  const memory = sharedWasmMemory(PAGES);
  return { kernels: instantiateWasm<Kernels>(compiled, memory), buffer: () => memory.buffer };
}

export const NOT_FOUND = -1;

export class FlowTable {
  readonly #kernels: Kernels;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #packet: number;

  constructor({ maximum, hashSeed = 0 }: { maximum: number; hashSeed?: number }) {
    const { kernels, buffer } = instance();
    this.#kernels = kernels;
    if (kernels.tableSetup(maximum, hashSeed) === 0) throw new RangeError("no memory");
    this.#packet = kernels.reserve(PACKET_BYTES);
    const icmp = kernels.icmpAddress();
    this.#words = new Int32Array(buffer());
    this.#numbers = new Float64Array(buffer());
    new Int16Array(buffer(), icmp, 512).set(icmpCounterparts());
  }

  get size(): number {
    return this.#kernels.tableSize();
  }

  get matchesStoredDirection(): boolean {
    return this.#kernels.tableMatches() !== 0;
  }

  find(packet: Packet): number {
    writePacket(packet, this.#words, this.#numbers, this.#packet, 0);
    return this.#kernels.tableFind(this.#packet);
  }

  /** Adds the packet looked up last. */
  insert(reversed: boolean): number {
    return this.#kernels.tableInsert(this.#packet, reversed ? 1 : 0);
  }

  remove(flow: number): void {
    this.#kernels.tableRemove(flow);
  }
}

const HALF = 2 ** 32;

export class HostWindows {
  readonly #kernels: Kernels;

  constructor(entries: number, bitmaps: number) {
    const { kernels, buffer } = instance();
    this.#kernels = kernels;
    if (kernels.hostsSetup(entries, bitmaps) === 0) throw new RangeError("no memory");
    const address = kernels.distinctAddress();
    const counts = distinctCounts();
    new Int32Array(buffer(), address, counts.length).set(counts);
  }

  get replaced(): number {
    return this.#kernels.hostsReplaced();
  }

  entryFor(key: number, timeUs: number): number {
    return this.#kernels.hostsEntryFor(Math.floor(key / HALF), key % HALF, timeUs);
  }

  holds(entry: number, key: number): boolean {
    return this.#kernels.hostsHolds(entry, Math.floor(key / HALF), key % HALF) !== 0;
  }

  forget(): void {
    this.#kernels.hostsForget();
  }

  connect(entry: number, timeUs: number, partner: number, port: number): void {
    this.#kernels.hostsConnect(entry, timeUs, partner, port);
  }

  answer(entry: number, timeUs: number): void {
    this.#kernels.hostsAnswer(entry, timeUs);
  }

  connections(entry: number, window: number, atUs: number): number {
    return this.#kernels.hostsConnections(entry, window, atUs);
  }

  unanswered(entry: number, window: number, atUs: number): number {
    return this.#kernels.hostsUnanswered(entry, window, atUs);
  }

  distinct(entry: number, window: number, atUs: number, bitmap: number): number {
    return this.#kernels.hostsDistinct(entry, window, atUs, bitmap);
  }
}
