// The lane that threads of a conductor read a pcap file in; assembly/lane.ts, which has its words, tells how.

import type { WasmMemory } from "../base/wasm.ts";

/** A place in a pcap file where a record begins, and what was read up to there. */
export interface LaneRecords {
  /** Of the open file. */
  descriptor: number;
  linkType: number;
  littleEndian: boolean;
  nanoseconds: boolean;
  /** Where the record begins in the file. */
  offset: number;
  frames: number;
  /** Captured bytes of all frames, and those on the wire. */
  bytes: number;
  wireBytes: number;
  /** As in a capture's ledger: ±Infinity before the first frame. */
  firstUs: number;
  lastUs: number;
  previousUs: number;
  timesBackward: number;
}

const WORD = {
  state: 0,
  claimed: 1,
  dealt: 2,
  blocks: 3,
  blockBytes: 4,
  firstBlock: 5,
  blockFront: 6,
  dealer: 7,
  dealing: 8,
  stepFilled: 9,
  stepBlocks: 10,
  stepBytes: 11,
  linkType: 12,
  bigEndian: 13,
  nanoseconds: 14,
  inside: 15,
  descriptor: 16,
  number: 17,
} as const;
/** From byte 72 on, 64-bit numbers. */
const NUMBER = {
  begin: 0,
  offset: 1,
  frames: 2,
  bytes: 3,
  wireBytes: 4,
  firstUs: 5,
  lastUs: 6,
  previousUs: 7,
  timesBackward: 8,
} as const;
/** Names that records have, too. */
const COUNTED = [
  "offset",
  "frames",
  "bytes",
  "wireBytes",
  "firstUs",
  "lastUs",
  "previousUs",
  "timesBackward",
] as const;
const NUMBERS_AT = 72;
const BLOCKS_AT = 144;

const STATE = { running: 1, stopped: 2 } as const;

/** Of a block unless given. */
const BLOCK_BYTES = 524_288;
/** In front of each block: longer beginnings of records are left to who reads captures. */
const BLOCK_FRONT = 65_536;

/** Bytes of a lane with so many blocks. */
export function laneBytes(blocks: number): number {
  return BLOCKS_AT + blocks * 4;
}

export class Lane {
  readonly address: number;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #blocks: number;
  readonly #blockBytes: number;

  constructor(
    { buffer }: WasmMemory,
    address: number,
    given: {
      dealing: number;
      dealer: number;
      stepBlocks: number;
      stepBytes: number;
      blocks: number;
      blockBytes?: number;
    },
  ) {
    this.address = address;
    this.#blocks = given.blocks;
    this.#blockBytes = given.blockBytes ?? BLOCK_BYTES;
    this.#words = new Int32Array(buffer, address, laneBytes(given.blocks) / 4);
    this.#numbers = new Float64Array(buffer, address + NUMBERS_AT, Object.keys(NUMBER).length);
    this.#words[WORD.dealing] = given.dealing;
    this.#words[WORD.dealer] = given.dealer;
    this.#words[WORD.stepBlocks] = given.stepBlocks;
    this.#words[WORD.stepBytes] = given.stepBytes;
    this.#words[WORD.blocks] = given.blocks;
    this.#words[WORD.blockBytes] = this.#blockBytes;
    this.#words[WORD.blockFront] = BLOCK_FRONT;
  }

  get isRunning(): boolean {
    return Atomics.load(this.#words, WORD.state) === STATE.running;
  }

  /** A thread is inside, and may be dealing still. */
  get isBusy(): boolean {
    return Atomics.load(this.#words, WORD.inside) !== 0;
  }

  /** Bytes of its blocks. */
  get blocksBytes(): number {
    return this.#blocks * (BLOCK_FRONT + this.#blockBytes);
  }

  get hasBlocks(): boolean {
    return this.#words[WORD.firstBlock] !== 0;
  }

  /** Gives it the memory of its blocks. */
  setBlocks(address: number): void {
    this.#words[WORD.firstBlock] = address + BLOCK_FRONT;
  }

  /** To be called when nobody looks at its blocks. */
  begin(records: LaneRecords): void {
    const words = this.#words;
    words[WORD.claimed] = 0;
    words[WORD.dealt] = 0;
    words[WORD.stepFilled] = 0;
    words[WORD.linkType] = records.linkType;
    words[WORD.bigEndian] = records.littleEndian ? 0 : 1;
    words[WORD.nanoseconds] = records.nanoseconds ? 1 : 0;
    words[WORD.descriptor] = records.descriptor;
    words[WORD.number]++;
    this.#numbers[NUMBER.begin] = records.offset;
    for (const name of COUNTED) this.#numbers[NUMBER[name]] = records[name];
    Atomics.store(words, WORD.state, STATE.running);
  }

  /** Nothing more is begun. */
  stop(): void {
    Atomics.store(this.#words, WORD.state, STATE.stopped);
  }

  /** How far it is: exact when nobody is inside. */
  records(records: LaneRecords): LaneRecords {
    const so = { ...records };
    for (const name of COUNTED) so[name] = this.#numbers[NUMBER[name]];
    return so;
  }
}
