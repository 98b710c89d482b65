// Frames in, rows out, on several threads: the same rows as those of RowMeter, whatever the number of threads.
//
// This thread decodes frames, sorts packets to shards by their pair of hosts, puts the shards' journals together and hands
// rows out; the shards meter and measure. See assembly/flow-conductor.ts for what is exact and why. What differs from one
// thread: each shard has its share of the flow table and of the fragments that are remembered, so that which flows make
// room when it is full depends on the number of shards; and rows of flows that end in the same microsecond may change
// places.

import { OrbweaverError } from "../base/errors.ts";
import {
  compileWasm,
  decodeBase64,
  instantiateWasm,
  sharedWasmMemory,
  type WasmMemory,
  type WasmModule,
} from "../base/wasm.ts";
import { CONNECTION_DEFAULTS, MAXIMUM_FLOWS_DEFAULT } from "../flow/contract.ts";
import { METER_COUNTS, type MeterLedger, meterLedgerOf } from "../flow/counts.ts";
import { icmpCounterparts } from "../flow/icmp.ts";
import { memoryRefused } from "../flow/meter.ts";
import { TUNNEL_DEPTH_MAX } from "../packet/decode.ts";
import { DecodeStatistics } from "../packet/statistics.ts";
import { KERNEL_BASE64 as CONDUCTOR_BASE64 } from "./conductor.generated.ts";
import { batchOver, writePlaces } from "./engine.ts";
import { flowEngine } from "./engines/flow.ts";
import { entropyProducts } from "./measures/content.ts";
import { HOSTS_REMEMBERED, PAIRS_REMEMBERED, SETTLE_US } from "./measures/context.ts";
import { serviceCodes } from "./measures/service.ts";
import { distinctCounts } from "./measures/windows.ts";
import type { RowBatch } from "./row.ts";
import type { RowLedger, RowMeterOptions } from "./row-meter.ts";
import { KERNEL_BASE64 as SHARD_BASE64 } from "./shard.generated.ts";
import {
  JOURNAL_PIECES,
  type ShardCrew,
  type ShardPiece,
  type ShardTask,
  type StartShards,
} from "./shards.ts";

/** What assembly/flow-conductor.ts exports. */
interface Kernels {
  reserve(bytes: number): number;
  setup(
    count: number,
    flowsPerShard: number,
    tunnelDepth: number,
    batchRows: number,
    columns: number,
    hosts: number,
    pairs: number,
  ): number;
  shardBytes(flows: number, pieces: number, entries: number, rows: number): number;
  measureCount(): number;
  tableAddress(): number;
  rowsAddress(): number;
  statisticsAddress(): number;
  figure(which: number): number;
  setChunk(shard: number, address: number, capacity: number): void;
  chunkBytes(shard: number): number;
  frame(start: number, captured: number, wireLength: number, timestampUs: number, linkType: number): number;
  advanceAll(toUs: number): number;
  closeChunks(): number;
  setPiece(shard: number, entries: number, count: number, rows: number): void;
  setComplete(shard: number, complete: number): void;
  merge(): number;
  flush(): void;
}

const BATCH_ROWS = 256;
const FRAME_BYTES = 65_536;
/** Chunks in use at the same time, per shard: one is filled, others are metered. */
const CHUNKS = 4;
/** A block of capture fits behind whatever began the chunk, even one of the smallest frames. */
const CHUNK_CAPACITY = 24 << 20;
/** Packets in all chunks after which they are handed on. */
const STEP_BYTES = 2 << 20;
/** Entries and rows of a piece at the most. */
const JOURNAL_ENTRIES = 8192;
const JOURNAL_ROWS = 1024;

let modules: { conductor: WasmModule; shard: WasmModule } | undefined;

export interface ConductorOptions extends RowMeterOptions {
  /** How many threads meter, beside the one that calls. */
  shards: number;
  /** Bytes of packets after which `handOn` hands them on; changes no result. */
  stepBytes?: number;
  /** Asked before more rows are handed out; what it returns is waited for. */
  settled?: () => Promise<void> | undefined;
}

export class Conductor {
  readonly batch: RowBatch;
  /** What was decoded. */
  readonly statistics: DecodeStatistics;
  readonly #kernels: Kernels;
  readonly #memory: WasmMemory;
  readonly #count: number;
  readonly #stepBytes: number;
  readonly #crew: ShardCrew;
  readonly #rowCount: Int32Array;
  /** Addresses by step, then shard. */
  readonly #chunks: number[][] = [];
  /** Whether a piece of the shard's journal is being read. */
  readonly #reading: boolean[] = [];
  readonly #queues: ShardPiece[][] = [];
  readonly #piecesAhead: Int32Array[] = [];
  readonly #finalCounts: Float64Array[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #settled: (() => Promise<void> | undefined) | undefined;
  #rowsPending = false;
  #filling = 0;
  #stepsAhead = 0;
  #failure: Error | undefined;
  #frameBytes: Uint8Array = new Uint8Array(0);
  #frameAddress = 0;
  #buffer: ArrayBufferLike;
  /** As in RowMeter. */
  readonly #takeFrame: Kernels["frame"];
  #block: Uint8Array | undefined;
  #blockAddress: number | undefined;

  constructor(options: ConductorOptions, start: StartShards) {
    const { shards } = options;
    this.#stepBytes = options.stepBytes ?? STEP_BYTES;
    this.#settled = options.settled;
    modules ??= {
      conductor: compileWasm(decodeBase64(CONDUCTOR_BASE64)),
      shard: compileWasm(decodeBase64(SHARD_BASE64)),
    };
    this.#count = shards;
    this.#memory = sharedWasmMemory();
    this.#kernels = instantiateWasm<Kernels>(modules.conductor, this.#memory, {
      takeRows: () => {
        this.batch.count = this.#rowCount[0];
        options.onRows(this.batch);
        this.batch.clear();
      },
    });
    const flows = Math.ceil(Math.max(1, options.maximumFlows ?? MAXIMUM_FLOWS_DEFAULT) / shards);
    this.#setup(options, flows);
    const { buffer } = this.#memory;
    this.#buffer = buffer;
    this.#takeFrame = this.#kernels.frame;
    this.#rowCount = new Int32Array(buffer, this.#kernels.rowsAddress(), 1);
    this.batch = batchOver(buffer, this.#kernels.rowsAddress(), options.schema, this.#batchRows(options));
    this.statistics = new DecodeStatistics(new Float64Array(buffer), this.#kernels.statisticsAddress() / 8);
    this.#openStep();
    this.#crew = start(
      this.#tasks(options, flows),
      (shard, piece) => this.#take(shard, piece),
      (error) => this.#fail(error),
    );
  }

  /** Memory to read captures into, two blocks; see RowMeter. */
  reserveBlocks(bytes: number): [Uint8Array, Uint8Array] {
    const address = this.#reserve(2 * bytes);
    this.#buffer = this.#memory.buffer;
    this.#block = undefined;
    return [
      new Uint8Array(this.#buffer, address, bytes),
      new Uint8Array(this.#buffer, address + bytes, bytes),
    ];
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
    let address: number;
    let length = captured;
    if (this.#blockAddress !== undefined) address = this.#blockAddress + start;
    else {
      length = Math.max(0, Math.min(captured, bytes.length - start));
      this.#copy(bytes, start, length);
      address = this.#frameAddress;
    }
    const taken = this.#takeFrame(address, length, wire, timestampUs, linkType);
    if (taken === 0)
      throw new RangeError("a chunk of packets has no room; blocks are larger than they may be");
  }

  /** To be called behind each block: hands packets on to the shards, and waits where they are far behind. */
  async handOn(): Promise<void> {
    let bytes = 0;
    for (let shard = 0; shard < this.#count; shard++) bytes += this.#kernels.chunkBytes(shard);
    if (bytes < this.#stepBytes) return;
    await this.#closeStep();
  }

  /** Ends the input: resolves when all rows were handed out. */
  async end(): Promise<void> {
    await this.#closeStep();
    this.#stepsAhead++;
    for (let shard = 0; shard < this.#count; shard++) this.#crew.send(shard, { kind: "end" });
    await this.#until(() => this.#stepsAhead === 0);
    this.#kernels.flush();
  }

  /** Ends the threads. To be called in any case. */
  async stop(): Promise<void> {
    await this.#crew.stop();
  }

  get nowUs(): number {
    return this.#kernels.figure(0);
  }

  get flowsOpened(): number {
    return this.#kernels.figure(7);
  }

  /** Complete after `end`. */
  ledger(): RowLedger {
    const sums = new Float64Array(METER_COUNTS + 2);
    for (const counts of this.#finalCounts) {
      for (const [index, count] of counts.entries()) sums[index] += count;
    }
    const shards: MeterLedger = meterLedgerOf(sums.subarray(0, METER_COUNTS));
    const { packets } = this.statistics;
    const withoutFlow = this.#kernels.figure(1);
    return {
      ...shards,
      packets,
      withoutFlow,
      metered: packets - withoutFlow - shards.dropped - shards.held,
      late: this.#kernels.figure(2),
      clockResets: this.#kernels.figure(3),
      rows: sums[METER_COUNTS + 1],
      earlyRows: sums[METER_COUNTS],
      measures: Object.fromEntries(
        flowEngine.figures.map((name, index) => [name, this.#kernels.figure(4 + index)]),
      ),
    };
  }

  #batchRows(options: RowMeterOptions): number {
    return options.batchRows ?? BATCH_ROWS;
  }

  #setup(options: RowMeterOptions, flows: number): void {
    const kernels = this.#kernels;
    const { schema } = options;
    const done = kernels.setup(
      this.#count,
      flows,
      options.tunnels === true ? TUNNEL_DEPTH_MAX : 0,
      this.#batchRows(options),
      schema.columns.length,
      HOSTS_REMEMBERED,
      PAIRS_REMEMBERED,
    );
    if (done === 0) throw memoryRefused(flows * this.#count);
    for (let shard = 0; shard < this.#count; shard++) {
      this.#reading.push(false);
      this.#queues.push([]);
      this.#piecesAhead.push(new Int32Array(new SharedArrayBuffer(4)));
    }
    for (let step = 0; step < CHUNKS; step++) {
      this.#chunks.push(Array.from({ length: this.#count }, () => this.#reserve(CHUNK_CAPACITY)));
    }
    const table = kernels.tableAddress();
    const { buffer } = this.#memory;
    const distinct = distinctCounts();
    new Int32Array(buffer, table, distinct.length).set(distinct);
    writePlaces(buffer, kernels.rowsAddress(), schema, flowEngine, kernels.measureCount());
  }

  #tasks(options: RowMeterOptions, flows: number): ShardTask[] {
    const lifecycle = { ...CONNECTION_DEFAULTS, ...options.lifecycle };
    const setup = [
      flows,
      options.hashSeed ?? 0x2545f491,
      lifecycle.idleTimeoutUs,
      lifecycle.unansweredTimeoutUs,
      lifecycle.activeTimeoutUs,
      lifecycle.lingerUs,
      SETTLE_US,
      options.earlyPackets ?? 0,
      options.earlyAfterUs ?? -1,
      JOURNAL_PIECES,
      JOURNAL_ENTRIES,
      JOURNAL_ROWS,
    ];
    const bytes = this.#kernels.shardBytes(flows, JOURNAL_PIECES, JOURNAL_ENTRIES, JOURNAL_ROWS);
    const tables = [icmpCounterparts(), serviceCodes(), entropyProducts()];
    return Array.from({ length: this.#count }, (_, shard) => {
      const from = this.#reserve(bytes);
      const piecesAhead = this.#piecesAhead[shard].buffer as SharedArrayBuffer;
      return {
        module: modules!.shard,
        setup,
        tables,
        memory: this.#memory,
        from,
        to: from + bytes,
        piecesAhead,
      };
    });
  }

  #openStep(): void {
    for (const [shard, address] of this.#chunks[this.#filling].entries()) {
      this.#kernels.setChunk(shard, address, CHUNK_CAPACITY);
    }
  }

  async #closeStep(): Promise<void> {
    const kernels = this.#kernels;
    if (kernels.closeChunks() === 0) throw new RangeError("a chunk of packets has no room for its end");
    this.#stepsAhead++;
    for (const [shard, address] of this.#chunks[this.#filling].entries()) {
      this.#crew.send(shard, { kind: "chunk", address, bytes: kernels.chunkBytes(shard) });
    }
    this.#filling = (this.#filling + 1) % CHUNKS;
    // The chunks to be filled next were used CHUNKS steps ago.
    await this.#until(() => this.#stepsAhead < CHUNKS);
    this.#openStep();
  }

  /** A piece arrived: reads on as far as there are pieces of all shards. */
  #take(shard: number, piece: ShardPiece): void {
    this.#queues[shard].push(piece);
    this.#readOnSafely();
  }

  #readOnSafely(): void {
    if (this.#failure !== undefined) return;
    try {
      this.#readOn();
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #readOn(): void {
    while (!this.#waitsForRows()) {
      const wanted = this.#kernels.merge();
      if (wanted >= 0) {
        const piece = this.#queues[wanted].shift();
        if (piece === undefined) return;
        this.#read(wanted, piece);
        continue;
      }
      for (let shard = 0; shard < this.#count; shard++) {
        this.#kernels.setComplete(shard, 0);
        this.#giveBack(shard);
      }
      this.#stepsAhead--;
      this.#wake();
      if (this.#stepsAhead === 0) return;
    }
  }

  /** True while what takes rows is not ready for more; reading goes on when it is. */
  #waitsForRows(): boolean {
    if (this.#rowsPending) return true;
    const pending = this.#settled?.();
    if (pending === undefined) return false;
    this.#rowsPending = true;
    pending.then(
      () => {
        this.#rowsPending = false;
        this.#readOnSafely();
      },
      (error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))),
    );
    return true;
  }

  #read(shard: number, piece: ShardPiece): void {
    this.#giveBack(shard);
    this.#reading[shard] = true;
    this.#kernels.setPiece(shard, piece.entries, piece.entryCount, piece.rows);
    if (piece.last) this.#kernels.setComplete(shard, 1);
    if (piece.counts !== undefined) this.#finalCounts.push(piece.counts);
  }

  /** The shard may write again where the piece lies that was read. */
  #giveBack(shard: number): void {
    if (!this.#reading[shard]) return;
    this.#reading[shard] = false;
    Atomics.sub(this.#piecesAhead[shard], 0, 1);
    Atomics.notify(this.#piecesAhead[shard], 0);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake();
  }

  #wake(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }

  async #until(reached: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure !== undefined) {
        throw this.#failure instanceof OrbweaverError
          ? this.#failure
          : new OrbweaverError("internal", `a metering thread failed: ${this.#failure.message}`, {
              cause: this.#failure,
            });
      }
      if (reached()) return;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #reserve(bytes: number): number {
    const address = this.#kernels.reserve(bytes);
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
