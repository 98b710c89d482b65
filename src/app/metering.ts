// How captures are metered: on this thread by a RowMeter, or by a Conductor with others. The same rows either way.

import type { FrameHandler, RecordReader } from "../capture/contract.ts";
import type { ReadBuffers } from "../capture/source.ts";
import { Conductor, isDivisible } from "../feature/conductor.ts";
import { type RowLedger, RowMeter, type RowMeterOptions } from "../feature/row-meter.ts";
import type { DecodeStatistics } from "../packet/statistics.ts";
import { readBlock, startShards } from "./shard-threads.ts";

export interface Metering {
  readonly onFrame: FrameHandler;
  /** How many threads meter. */
  readonly threads: number;
  /** How often the captures are read. */
  readonly passes: number;
  readonly statistics: DecodeStatistics;
  /** Newest packet time seen, µs. */
  readonly nowUs: number;
  readonly flowsOpened: number;
  /** Memory to read captures into: so many blocks beside those that are kept, none of more bytes. */
  reserveBlocks(bytes: number, count: number): ReadBuffers;
  /** To be called behind each block of a file. */
  handOn(): Promise<void> | undefined;
  /** Reads records of long files by itself; undefined where it does not. */
  readonly readRecords?: RecordReader;
  /** To be called before the blocks are used for another file. */
  release(): void | Promise<void>;
  advance(nowUs: number): void;
  flush(): void;
  /** Begins the next pass. */
  rewind(): void;
  /** Ends the input; resolves when all rows were handed out. */
  end(): Promise<void>;
  /** Complete after `end`. */
  ledger(): RowLedger;
  /** To be called in any case. */
  stop(): Promise<void>;
}

export interface MeteringOptions extends RowMeterOptions {
  /** At the most. */
  threads: number;
  /** Resolves when the rows that were handed out are written; undefined when they are. */
  settled: () => Promise<void> | undefined;
}

export function startMetering(options: MeteringOptions): Metering {
  const { threads, schema } = options;
  if (threads > 1 && isDivisible(schema.engine)) return new ManyThreads(options);
  return new OneThread(options);
}

/** Flows handed out between two pauses at the end of the input, so that what is written can keep up. */
const FLOWS_ENDED_AT_ONCE = 8192;

class OneThread implements Metering {
  readonly threads = 1;
  readonly onFrame: RowMeter;
  readonly #settled: () => Promise<void> | undefined;

  constructor(options: MeteringOptions) {
    this.onFrame = new RowMeter(options);
    this.#settled = options.settled;
  }

  get passes(): number {
    return this.onFrame.passes;
  }

  get statistics(): DecodeStatistics {
    return this.onFrame.statistics;
  }

  get nowUs(): number {
    return this.onFrame.nowUs;
  }

  get flowsOpened(): number {
    return this.onFrame.ledger().flowsOpened;
  }

  reserveBlocks(bytes: number, count: number): ReadBuffers {
    return { blocks: this.onFrame.reserveBlocks(bytes, count), kept: 0 };
  }

  handOn(): undefined {
    this.onFrame.flush();
  }

  release(): void {}

  advance(nowUs: number): void {
    this.onFrame.advance(nowUs);
  }

  flush(): void {
    this.onFrame.flush();
  }

  rewind(): void {
    this.onFrame.rewind();
  }

  async end(): Promise<void> {
    while (!this.onFrame.end(FLOWS_ENDED_AT_ONCE)) await this.#settled();
    await this.#settled();
  }

  ledger(): RowLedger {
    return this.onFrame.ledger();
  }

  async stop(): Promise<void> {}
}

/**
 * One thread of those asked for is this one: it deals frames out and hands rows out. Many blocks are in use at a time, and smaller
 * ones stay in the caches of the cores until they are metered.
 */
class ManyThreads implements Metering {
  readonly threads: number;
  readonly passes = 1;
  readonly onFrame: Conductor;
  readonly #settled: () => Promise<void> | undefined;

  constructor(options: MeteringOptions) {
    this.threads = options.threads;
    this.#settled = options.settled;
    this.onFrame = new Conductor({ ...options, threads: options.threads - 1, readBlock }, startShards);
  }

  readonly readRecords: RecordReader = (from, goesOn) => this.onFrame.readRecords(from, goesOn);

  get statistics(): DecodeStatistics {
    return this.onFrame.statistics;
  }

  get nowUs(): number {
    return this.onFrame.nowUs;
  }

  get flowsOpened(): number {
    return this.onFrame.flowsOpened;
  }

  reserveBlocks(bytes: number, count: number): ReadBuffers {
    const kept = Conductor.blocksKept;
    return { blocks: this.onFrame.reserveBlocks(bytes / 2, count + kept), kept, near: true };
  }

  handOn(): Promise<void> | undefined {
    return this.onFrame.handOn();
  }

  release(): Promise<void> {
    return this.onFrame.release();
  }

  /** Pipes and interfaces, which may fall silent, are metered on one thread. */
  advance(): void {}

  flush(): void {}

  rewind(): void {}

  async end(): Promise<void> {
    await this.onFrame.end();
    await this.#settled();
  }

  ledger(): RowLedger {
    return this.onFrame.ledger();
  }

  stop(): Promise<void> {
    return this.onFrame.stop();
  }
}
