// Frames in, rows out, on several threads: the same rows as those of RowMeter, whatever the number of threads.
//
// This thread sorts frames to shards by their pair of hosts, puts the shards' journals together and hands rows out. Frames
// that lie in memory of its own are decoded by whoever meters them, others here. Shards are metered by whoever is free, this
// thread among them when it is far enough ahead. See assembly/conducting.ts for what is exact and why, and assembly/dispatch.ts
// for how work is dealt out. What differs from one thread: each shard has its share of the flow table and of the fragments that
// are remembered, so that which flows make room when it is full depends on the number of shards.

import { OrbweaverError } from "../base/errors.ts";
import {
  compileWasm,
  decodeBase64,
  instantiateWasm,
  sharedWasmMemory,
  type WasmMemory,
  type WasmModule,
} from "../base/wasm.ts";
import { METER_COUNTS, type MeterLedger, meterLedgerOf } from "../flow/counts.ts";
import { memoryRefused } from "../flow/meter.ts";
import { DecodeStatistics } from "../packet/statistics.ts";
import { batchOver, blocksOver, writePlaces } from "./engine.ts";
import { engineById } from "./engines/_index.ts";
import type { EngineDefinition, EngineOptions } from "./engines/contract.ts";
import type { ConductorKernels, DividedEngine, ShardKernels } from "./engines/divided.ts";
import { Lane, type LaneRecords, laneBytes } from "./lane.ts";
import type { RowBatch } from "./row.ts";
import { engineOptions, type RowLedger, type RowMeterOptions } from "./row-meter.ts";
import type { ShardCrew, ShardTask, StartShards } from "./shards.ts";

/** A piece of a journal. */
interface Piece {
  entries: number;
  rows: number;
  entryCount: number;
  last: boolean;
  /** Of a copy: how many pieces were written before it. */
  before: number;
}

const FRAME_BYTES = 65_536;
const SHARDS_MAXIMUM = 16;
/** Chunks of a shard in use at the same time, of which one is filled; STEPS of assembly/dispatch.ts. */
const CHUNKS = 4;
/** Pieces of a shard's journal; PIECES of assembly/dispatch.ts. */
const PIECES = 8;
/** Words of assembly/dispatch.ts: those of control, then those of each shard. */
const CONTROL = {
  signal: 0,
  dealt: 2,
  news: 3,
  end: 4,
  shards: 5,
  lane: 6,
  read: 7,
  chunkBytes: 8,
  head: 16,
} as const;
const SHARD = { written: 2, read: 3, state: 4, chunks: 6, pieces: 14, words: 48 } as const;
/** Room for the tables of a thread. */
const THREAD_BYTES = 1 << 20;
/** A block of capture fits behind whatever began the chunk, even one of the smallest frames. */
const CHUNK_CAPACITY = 16 << 20;
/** Packets in all chunks, and blocks that they lie in, after which they are handed on. */
const STEP_BYTES = 2 << 20;
const STEP_BLOCKS = 2;
/** Blocks of the lane: those of all steps, and some that are read. */
const LANE_BLOCKS = CHUNKS * STEP_BLOCKS + 3;
/** Bytes behind blocks that may be read with a frame's last ones. */
const BLOCK_SLACK = 128;
/** Looks, of some milliseconds each, for threads to leave the lane. */
const LEAVING_LOOKS = 100;
/** Figures of shards; see ShardKernels. */
const FIGURE_EARLY_ROWS = 0;
const FIGURE_ROWS = 1;
const FIGURE_FIRST = 2;
/** Entries and rows of a piece at the most. */
const ENTRY_BYTES = 48;
const JOURNAL_ENTRIES = 8192;
const JOURNAL_ROWS = 1024;

interface Modules {
  conductor: WasmModule;
  shard: WasmModule;
}

/** By the text of the shards' module: engines may have the same. */
const modules = new Map<string, Modules>();

function modulesOf(divided: DividedEngine): Modules {
  let found = modules.get(divided.shardKernel);
  if (found === undefined) {
    found = {
      conductor: compileWasm(decodeBase64(divided.conductorKernel)),
      shard: compileWasm(decodeBase64(divided.shardKernel)),
    };
    modules.set(divided.shardKernel, found);
  }
  return found;
}

/** Whether several threads can meter for a schema; rows of others need to know of all flows. */
export function isDivisible(engine: string): boolean {
  return engineById(engine).divided !== undefined;
}

export interface ConductorOptions extends RowMeterOptions {
  /** How many threads meter, beside the one that calls. */
  threads: number;
  /** Parts that flows are dealt to; more than threads, so that none waits for another. Twice all threads unless given, at most 16. */
  shards?: number;
  /** Bytes of packets after which `handOn` hands them on; changes no result. */
  stepBytes?: number;
  /** Bytes of a block of the lane (lane.ts); changes no result. */
  laneBlockBytes?: number;
  /**
   * Reads from a place of a file into a block; how many bytes there were, less at its end, -1 when it failed. Without it
   * `readRecords` reads nothing on this thread.
   */
  readBlock?: (descriptor: number, block: Uint8Array, position: number) => number;
  /** Asked before more rows are handed out; what it returns is waited for. */
  settled?: () => Promise<void> | undefined;
}

export class Conductor {
  /**
   * Of the blocks of `reserveBlocks`, so many before the one in use must stay as they are: one belongs to a step until that is read,
   * and a step may begin within one.
   */
  static readonly blocksKept = CHUNKS * STEP_BLOCKS;
  readonly batch: RowBatch;
  /** What was decoded here, and of each shard. */
  readonly #decoded: readonly DecodeStatistics[];
  readonly #engine: EngineDefinition;
  readonly #divided: DividedEngine;
  readonly #modules: Modules;
  readonly #kernels: ConductorKernels;
  readonly #memory: WasmMemory;
  readonly #count: number;
  readonly #stepBytes: number;
  readonly #crew: ShardCrew;
  readonly #rowCount: Int32Array;
  readonly #meter: ShardKernels;
  readonly #states: number[] = [];
  readonly #control: number;
  /** The shared memory as words, from the control words on. */
  readonly #words: Int32Array;
  /** The piece of each shard's journal that is being read. */
  readonly #reading: (Piece | undefined)[] = [];
  /** Copies of pieces that this thread wrote where no room was left, oldest first. */
  readonly #copies: Piece[][] = [];
  readonly #freeCopies: number[] = [];
  readonly #settled: (() => Promise<void> | undefined) | undefined;
  readonly #lane: Lane;
  /** Threads deal frames out by themselves. */
  #inLane = false;
  #rowsPending: Promise<void> | undefined;
  #failure: Error | undefined;
  #frameBytes: Uint8Array = new Uint8Array(0);
  #frameAddress = 0;
  #buffer: ArrayBufferLike;
  /** As in RowMeter. */
  readonly #takeFrame: ConductorKernels["frame"];
  #block: Uint8Array | undefined;
  #blockAddress: number | undefined;
  #blocksInStep = 0;

  /** Throws RangeError for a schema that cannot be divided. */
  constructor(options: ConductorOptions, start: StartShards) {
    this.#engine = engineById(options.schema.engine);
    const { divided } = this.#engine;
    if (divided === undefined) throw new RangeError(`engine ${this.#engine.id} cannot be divided`);
    this.#divided = divided;
    this.#modules = modulesOf(divided);
    const shards = options.shards ?? Math.min(SHARDS_MAXIMUM, 2 * (options.threads + 1));
    this.#stepBytes = options.stepBytes ?? STEP_BYTES;
    this.#settled = options.settled;
    this.#count = shards;
    this.#memory = sharedWasmMemory();
    this.#kernels = instantiateWasm<ConductorKernels>(this.#modules.conductor, this.#memory, {
      takeRows: () => {
        this.batch.count = this.#rowCount[0];
        options.onRows(this.batch);
        this.batch.clear();
      },
    });
    this.#meter = instantiateWasm<ShardKernels>(this.#modules.shard, this.#memory, {
      copyPiece: (...facts: number[]) => this.#copyPiece(facts),
      readBlock: (descriptor: number, address: number, bytes: number, position: number) =>
        options.readBlock?.(
          descriptor,
          new Uint8Array(this.#memory.buffer, address >>> 0, bytes),
          position,
        ) ?? -1,
    });
    const engine = engineOptions(options);
    const flows = Math.ceil(engine.maximumFlows / shards);
    this.#setup(engine, flows);
    this.#control = this.#reserve((CONTROL.head + SHARD.words * shards) * 4);
    const tasks = this.#tasks(options.threads);
    this.#setupShards(engine, flows, tasks[0]);
    const { buffer } = this.#memory;
    this.#words = new Int32Array(buffer, this.#control, CONTROL.head + SHARD.words * shards);
    this.#words[CONTROL.shards] = shards;
    this.#words[CONTROL.chunkBytes] = CHUNK_CAPACITY;
    for (const [shard, state] of this.#states.entries()) {
      this.#words[this.#shard(shard) + SHARD.state] = state;
      for (let step = 0; step < CHUNKS; step++)
        this.#words[this.#shard(shard) + SHARD.chunks + step * 2] = this.#reserve(CHUNK_CAPACITY);
    }
    this.#meter.join(this.#control, 1);
    this.#meter.adoptDealing(this.#kernels.dealingAddress());
    this.#lane = new Lane(this.#memory, this.#reserve(laneBytes(LANE_BLOCKS)), {
      dealing: this.#kernels.dealingAddress(),
      dealer: this.#kernels.dealerAddress(),
      stepBlocks: STEP_BLOCKS,
      stepBytes: this.#stepBytes,
      blocks: LANE_BLOCKS,
      blockBytes: options.laneBlockBytes,
    });
    this.#buffer = buffer;
    this.#takeFrame = this.#kernels.frame;
    const rows = this.#kernels.rowsAddress() >>> 0;
    const keys = this.#kernels.keysAddress && this.#kernels.keysAddress() >>> 0;
    this.#rowCount = new Int32Array(buffer, rows, 1);
    this.batch = batchOver(buffer, rows, options.schema, engine.batchRows, keys);
    const numbers = new Float64Array(buffer);
    const byShards = this.#states.map((state) => this.#meter.statisticsAddress(state));
    this.#decoded = [this.#kernels.statisticsAddress(), ...byShards].map(
      (address) => new DecodeStatistics(numbers, (address >>> 0) / 8),
    );
    this.#meter.openStep();
    this.#crew = start(tasks.slice(1), (cause) =>
      this.#fail(new OrbweaverError("internal", `a metering thread failed: ${cause.message}`, { cause })),
    );
  }

  /**
   * Memory to read captures into, so many blocks; see RowMeter. They are to be used in turn, as `blocksKept` tells, and
   * for something else only behind `release`.
   */
  reserveBlocks(bytes: number, count: number): Uint8Array[] {
    const address = this.#reserve(count * bytes + BLOCK_SLACK);
    this.#buffer = this.#memory.buffer;
    this.#block = undefined;
    return blocksOver(this.#buffer, address, bytes, count);
  }

  /** Takes a frame; see RowMeter. */
  frame(
    bytes: Uint8Array,
    start: number,
    captured: number,
    wire: number,
    timestampUs: number,
    linkType: number,
  ): void {
    if (bytes !== this.#block) {
      this.#block = bytes;
      this.#blockAddress = bytes.buffer === this.#buffer ? bytes.byteOffset : undefined;
    }
    let taken: number;
    if (this.#blockAddress !== undefined) {
      taken = this.#takeFrame(this.#blockAddress + start, captured, wire, timestampUs, linkType, 1);
    } else {
      const length = Math.max(0, Math.min(captured, bytes.length - start));
      this.#copy(bytes, start, length);
      taken = this.#takeFrame(this.#frameAddress, length, wire, timestampUs, linkType, 0);
    }
    if (taken === 0)
      throw new RangeError("a chunk of packets has no room; blocks are larger than they may be");
  }

  /**
   * To be called behind each block, or part of one: hands packets on to the shards when there are enough. What it returns is to be
   * waited for: shards may be far behind.
   */
  handOn(): Promise<void> | undefined {
    if (this.#inLane) return undefined;
    this.#blocksInStep++;
    if (this.#meter.packetBytes() < this.#stepBytes && this.#blocksInStep < STEP_BLOCKS) return undefined;
    return this.#closeStep();
  }

  /**
   * Reads and deals out ordinary records of a pcap file by all threads, from a place on where one begins, until one is not ordinary,
   * or the file ends, or cannot be read; where that is, and what was read. `pause` is called now and then, and says whether to
   * go on.
   */
  async readRecords(
    records: LaneRecords,
    pause: (so: LaneRecords) => boolean | Promise<boolean>,
  ): Promise<LaneRecords> {
    const lane = this.#lane;
    if (!lane.hasBlocks) lane.setBlocks(this.#reserve(lane.blocksBytes + BLOCK_SLACK));
    await this.release();
    lane.begin(records);
    this.#inLane = true;
    Atomics.store(this.#words, CONTROL.lane, lane.address);
    this.#call();
    try {
      while (lane.isRunning) {
        // No more than one step, however many are ready: others want to be heard meanwhile.
        const read = Atomics.load(this.#words, CONTROL.read);
        await this.#turn(() => Atomics.load(this.#words, CONTROL.read) !== read);
        if (!(await pause(lane.records(records)))) lane.stop();
      }
      await this.#until(() => !lane.isBusy);
    } finally {
      lane.stop();
      await this.#leave(lane);
      Atomics.store(this.#words, CONTROL.lane, 0);
      this.#inLane = false;
    }
    await this.#until(() => this.#meter.openStep() !== 0);
    return lane.records(records);
  }

  /** Waits for threads that are reading, but not for one that failed. */
  async #leave(lane: Lane): Promise<void> {
    for (let look = 0; look < LEAVING_LOOKS && lane.isBusy; look++) {
      const seen = Atomics.load(this.#words, CONTROL.news);
      if (lane.isBusy) await this.#crew.changed(this.#control + CONTROL.news * 4, seen);
    }
  }

  /** Resolves when nobody looks at blocks any more. */
  async release(): Promise<void> {
    await this.#closeStep();
    await this.#until(() => this.#stepsAhead === 0);
  }

  get #stepsAhead(): number {
    return Atomics.load(this.#words, CONTROL.dealt) - Atomics.load(this.#words, CONTROL.read);
  }

  /** Ends the input: resolves when all rows were handed out. */
  async end(): Promise<void> {
    await this.#closeStep();
    this.#words[CONTROL.end] = this.#words[CONTROL.dealt] + 1;
    this.#meter.dealStep();
    await this.#until(() => this.#stepsAhead === 0);
    this.#kernels.flush();
  }

  /** Ends the threads. To be called in any case. */
  async stop(): Promise<void> {
    await this.#crew.stop();
  }

  /** What was decoded so far, by all threads. */
  get statistics(): DecodeStatistics {
    const sum = new DecodeStatistics();
    for (const decoded of this.#decoded) sum.merge(decoded);
    return sum;
  }

  get nowUs(): number {
    return this.#kernels.figure(0);
  }

  get flowsOpened(): number {
    return this.#kernels.figure(3);
  }

  /** Complete after `end`. */
  ledger(): RowLedger {
    const sums = new Float64Array(METER_COUNTS);
    for (const state of this.#states) {
      const address = this.#meter.countsAddress(state) >>> 0;
      const counts = new Float64Array(this.#memory.buffer, address, METER_COUNTS);
      for (const [index, count] of counts.entries()) sums[index] += count;
    }
    const shards: MeterLedger = meterLedgerOf(sums);
    const { packets } = this.statistics;
    const withoutFlow = this.#kernels.figure(1) + shards.withoutFlow;
    return {
      ...shards,
      packets,
      withoutFlow,
      metered: packets - withoutFlow - shards.dropped - shards.held,
      // No time is announced to files.
      late: 0,
      clockResets: this.#kernels.figure(2),
      rows: this.#sum(FIGURE_ROWS),
      earlyRows: this.#sum(FIGURE_EARLY_ROWS),
      measures: Object.fromEntries(
        this.#engine.figures.map((name, index) => [name, this.#measureFigure(index)]),
      ),
    };
  }

  #measureFigure(index: number): number {
    if (this.#divided.figuresOfShards) return this.#sum(FIGURE_FIRST + index);
    return this.#kernels.measureFigure?.(index) ?? 0;
  }

  /** A figure of all shards. */
  #sum(figure: number): number {
    return this.#states.reduce((sum, state) => sum + this.#meter.figure(state, figure), 0);
  }

  #setup(options: EngineOptions, flows: number): void {
    const kernels = this.#kernels;
    const { schema } = options;
    const columns = schema.columns.length;
    const table = this.#divided.conductorTable();
    this.#write(table, kernels.tableAddress());
    const own = this.#divided.conductorNumbers(options);
    if (kernels.setup(this.#count, flows, options.tunnelDepth, options.batchRows, columns, ...own) === 0)
      throw memoryRefused(options.maximumFlows);
    for (let shard = 0; shard < this.#count; shard++) {
      this.#reading.push(undefined);
      this.#copies.push([]);
    }
    writePlaces(
      this.#memory.buffer,
      kernels.rowsAddress() >>> 0,
      schema,
      this.#engine,
      kernels.measureCount(),
    );
  }

  #write(table: ArrayBufferView, address: number): void {
    const bytes = new Uint8Array(table.buffer, table.byteOffset, table.byteLength);
    new Uint8Array(this.#memory.buffer).set(bytes, address >>> 0);
  }

  /** One for this thread, then one for each other. */
  #tasks(threads: number): ShardTask[] {
    const tables = this.#divided.shardTables();
    const { shard: module } = this.#modules;
    return Array.from({ length: threads + 1 }, () => {
      const from = this.#reserve(THREAD_BYTES);
      const to = from + THREAD_BYTES;
      return { module, tables, from, to, memory: this.#memory, control: this.#control };
    });
  }

  /** Sets all shards up, by the instance of this thread. */
  #setupShards(options: EngineOptions, flows: number, { tables, from, to }: ShardTask): void {
    const meter = this.#meter;
    meter.confine(from, to);
    for (const [index, table] of tables.entries()) this.#write(table, meter.tableAddress(index));
    const { hashSeed, earlyPackets, earlyAfterUs } = options;
    const journal = [PIECES, JOURNAL_ENTRIES, JOURNAL_ROWS] as const;
    const own = this.#divided.shardNumbers(options);
    const size = this.#kernels.shardBytes(...journal);
    for (let shard = 0; shard < this.#count; shard++) {
      const from = this.#reserve(size);
      meter.confine(from, from + size);
      const state = meter.setup(flows, hashSeed, ...journal, earlyPackets, earlyAfterUs, ...own);
      if (state === 0) throw memoryRefused(options.maximumFlows);
      this.#states.push(state);
    }
  }

  /** Place of a shard's words. */
  #shard(shard: number): number {
    return CONTROL.head + shard * SHARD.words;
  }

  async #closeStep(): Promise<void> {
    if (this.#meter.closeStep() === 0) throw new RangeError("a chunk of packets has no room for its end");
    this.#blocksInStep = 0;
    await this.#until(() => this.#meter.openStep() !== 0);
  }

  /** Calls those who wait for something to do. */
  #call(): void {
    Atomics.add(this.#words, CONTROL.signal, 1);
    Atomics.notify(this.#words, CONTROL.signal);
  }

  #readOnSafely(reached: () => boolean): void {
    if (this.#failure !== undefined) return;
    try {
      this.#readOn(reached);
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /**
   * Reads journals as far as there are pieces of all shards, and no further than to the end of the step by which enough is done: who
   * reads all that is there keeps pace with those who meter, and deals out nothing meanwhile.
   */
  #readOn(reached: () => boolean): void {
    while (!this.#waitsForRows()) {
      const wanted = this.#kernels.merge();
      if (wanted >= 0) {
        const piece = this.#nextPiece(wanted);
        if (piece === undefined) return;
        this.#reading[wanted] = piece;
        this.#kernels.setPiece(wanted, piece.entries, piece.entryCount, piece.rows);
        if (piece.last) this.#kernels.setComplete(wanted, 1);
        continue;
      }
      if (this.#stepsAhead === 0) return;
      for (let shard = 0; shard < this.#count; shard++) {
        this.#kernels.setComplete(shard, 0);
        this.#giveBack(shard);
      }
      Atomics.add(this.#words, CONTROL.read, 1);
      if (this.#inLane) this.#call();
      if (this.#stepsAhead === 0 || reached()) return;
    }
  }

  /** True while what takes rows is not ready for more. */
  #waitsForRows(): boolean {
    if (this.#rowsPending !== undefined) return true;
    this.#rowsPending = this.#settled?.()?.then(
      () => {
        this.#rowsPending = undefined;
      },
      (error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))),
    );
    return this.#rowsPending !== undefined;
  }

  /** The piece of a shard's journal behind the one that was read, if it is there. */
  #nextPiece(shard: number): Piece | undefined {
    this.#giveBack(shard);
    const words = this.#words;
    const at = this.#shard(shard);
    const read = Atomics.load(words, at + SHARD.read);
    if (this.#copies[shard][0]?.before === read) return this.#copies[shard].shift();
    if (read === Atomics.load(words, at + SHARD.written)) return undefined;
    const piece = at + SHARD.pieces + (read % PIECES) * 4;
    const [entries, rows, entryCount, last] = words.subarray(piece, piece + 4);
    return { entries, rows, entryCount, last: last === 1, before: -1 };
  }

  /** The shard may write again where the piece lies that was read. */
  #giveBack(shard: number): void {
    const piece = this.#reading[shard];
    if (piece === undefined) return;
    this.#reading[shard] = undefined;
    if (piece.before >= 0) {
      this.#freeCopies.push(piece.entries);
      return;
    }
    const read = this.#shard(shard) + SHARD.read;
    Atomics.add(this.#words, read, 1);
    Atomics.notify(this.#words, read);
    // At the end of the input shards are left alone while their journals have no room.
    if (this.#words[CONTROL.end] !== 0) this.#call();
  }

  /** Copies a piece that this thread wrote: it cannot wait for itself to read. There are as many copies as rows need at the most. */
  #copyPiece(facts: readonly number[]): void {
    const [record, entries, rows, entryCount, rowCount, last] = facts.map((fact) => fact >>> 0);
    const copy =
      this.#freeCopies.pop() ?? this.#reserve(this.#kernels.pieceBytes(JOURNAL_ENTRIES, JOURNAL_ROWS));
    const bytes = new Uint8Array(this.#memory.buffer);
    const copiedRows = copy + (rows - entries);
    bytes.copyWithin(copy, entries, entries + entryCount * ENTRY_BYTES);
    bytes.copyWithin(copiedRows, rows, rows + rowCount * this.#kernels.pieceRowBytes());
    const at = (record - this.#control) / 4;
    const before = Atomics.load(this.#words, at + SHARD.written);
    const shard = (at - CONTROL.head) / SHARD.words;
    this.#copies[shard].push({ entries: copy, rows: copiedRows, entryCount, last: last === 1, before });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
  }

  /** Reads, meters and waits, in this order, until enough is done. */
  async #until(reached: () => boolean): Promise<void> {
    for (;;) {
      this.#throwFailure();
      if (reached()) return;
      await this.#turn(reached);
    }
  }

  /** Reads until enough is done; meters, or takes part in the lane, where it is not; waits when there is nothing to do. */
  async #turn(reached = () => false): Promise<void> {
    this.#throwFailure();
    const seen = Atomics.load(this.#words, CONTROL.news);
    this.#readOnSafely(reached);
    if (reached() || this.#failure !== undefined) return;
    if (this.#rowsPending !== undefined) await this.#rowsPending;
    else if (this.#meter.help() === 0 && this.#meter.drive() === 0)
      await this.#crew.changed(this.#control + CONTROL.news * 4, seen);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #reserve(bytes: number): number {
    const address = this.#kernels.reserve(bytes) >>> 0;
    if (address === 0) throw new RangeError(`no memory for ${bytes} bytes`);
    return address;
  }

  #copy(bytes: Uint8Array, start: number, length: number): void {
    if (this.#frameBytes.length < length || this.#frameAddress === 0) {
      const size = Math.max(FRAME_BYTES, length);
      this.#frameAddress = this.#reserve(size);
      this.#frameBytes = new Uint8Array(this.#memory.buffer, this.#frameAddress, size);
    }
    this.#frameBytes.set(bytes.subarray(start, start + length));
  }
}
