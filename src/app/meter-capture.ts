// Captures in, rows out: reads captures one behind the other as one input, decodes, meters, and tells what became of
// every packet.
//
// What it guarantees: memory flat in the length of the captures; a stop asked for through `signal` ends cleanly, with
// every open flow handed out. Where the source is live, rows come when they are due, also when nothing more is
// captured; what they hold is decided by the packets alone. Prints nothing.

import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { Anonymiser } from "../capture/anonymise.ts";
import type { CaptureSummary, FrameHandler } from "../capture/contract.ts";
import type { CryptoPan } from "../capture/crypto-pan.ts";
import { ownEndpoints } from "../capture/endpoint.ts";
import { type LiveSettings, type LiveSummary, readLive } from "../capture/live.ts";
import { BLOCK_BYTES, type ReadProgress, readCapture } from "../capture/read.ts";
import { RotatingWriter, type RotationOptions, type WrittenCaptures } from "../capture/rotate.ts";
import { READ_BUFFERS, type ReadBuffers } from "../capture/source.ts";
import type { RowBatch } from "../feature/row.ts";
import type { Schema } from "../feature/schema.ts";
import { REASON_EARLY } from "../flow/reasons.ts";
import type { DecodeReport } from "../packet/statistics.ts";
import { type KeySource, readCipher } from "./anonymise-key.ts";
import { type MeterLedger, meterLedger } from "./ledger.ts";
import { type Metering, type MeteringOptions, startMetering } from "./metering.ts";
import { isStream, requirePasses, requireUnchanged } from "./passes.ts";
import { SilenceClock } from "./silence-clock.ts";

export type { LiveSettings, LiveSummary, WrittenCaptures };

/** How flows are cut out of captures; shared by every use case that meters. */
export interface MeterSettings {
  /** Look into IP-in-IP, 6in4, GRE and VXLAN. */
  tunnels?: boolean;
  /** Silence that ends a flow, seconds. */
  idleTimeoutS?: number;
  /** Age at which a flow is cut and continued, seconds. */
  activeTimeoutS?: number;
  /** Also hand out a row when a flow has this many packets. */
  earlyPackets?: number;
  /** Also hand out a row when a flow has been open this long, seconds. */
  earlyAfterS?: number;
  /** Flows in the table at the most. */
  maximumFlows?: number;
  /** Threads that meter, at the most; files of the schemas `flow`, `cic` and `cic-…`, others are metered on one. Default 1. */
  threads?: number;
  /** Captures on an interface instead of reading captures. */
  live?: LiveSettings;
  /** Ends behind this many frames. */
  maxFrames?: number;
  /** How late a frame of a live source may come, seconds; silence counts from then on. */
  latenessS?: number;
  /** Replaces addresses in rows, verdicts, alerts and written captures; the key is that of the file or the environment. */
  anonymise?: KeySource;
  /** Also writes the frames to this capture file, or files. */
  write?: { path: string } & RotationOptions;
}

export interface CaptureProgress {
  /** Capture being read, as named, and its place among all, from 0. */
  path: string;
  index: number;
  captures: number;
  /** Bytes of this capture read, and in all where that is known. */
  bytesRead: number;
  bytesTotal: number | undefined;
  /** Over all captures. */
  frames: number;
  /** On the wire. */
  wireBytes: number;
  flowsOpened: number;
  elapsedMs: number;
  /**
   * What became of every packet so far; rows that wait are handed out first. To be called between two blocks, also later; undefined
   * in the first pass of two.
   */
  ledger: () => MeterLedger | undefined;
}

export interface MeterCapturesOptions extends MeterSettings {
  /** Paths; "-" is standard input. Empty where `live` is given. */
  captures: readonly string[];
  schema: Schema;
  /** Takes rows; the batch may be reused as soon as it returns. A promise is waited for before more is read. */
  onRows: (batch: RowBatch) => void | Promise<void>;
  /** Called when a source that gives its frames bit by bit has given rows: nobody should wait for more to come. */
  onPause?: () => void | Promise<void>;
  onProgress?: (progress: CaptureProgress) => void;
  /**
   * Called with the packet time that was reached, µs, every few packets of a file; a promise of it is waited for, so that a capture
   * can be played at a pace.
   */
  onTime?: (nowUs: number) => void | Promise<void>;
  /** Called when capturing on an interface begins, and when it is interrupted. */
  onLive?: (event: LiveEvent) => void;
  signal?: AbortSignal;
}

export type LiveEvent =
  | { kind: "started"; program: string; interface: string }
  | { kind: "interrupted"; words: string };

export interface MeterRun {
  captures: CaptureSummary[];
  decode: DecodeReport;
  ledger: MeterLedger;
  /** Of a capture on an interface. */
  live?: LiveSummary;
  /** Capture files written on the way. */
  writtenCaptures?: WrittenCaptures;
  /** Threads that metered. */
  threads: number;
  /** True when `signal` ended the run. */
  cancelled: boolean;
  elapsedMs: number;
}

/** In rows of packets without an IP header; their addresses are all 0. */
const PROTOCOL_NONE = 255;
/** Between two pauses of the reading of a file, in which progress is told and others have their turn, ms. */
const PAUSE_MS = 10;
/** Rows of a source that gives its frames bit by bit wait no longer than this, ms. */
const HAND_OUT_MS = 100;
/** Bytes of a file between two calls of `onTime`: some ten packets. */
const TIME_STEP_BYTES = 4_096;
/** Frames come through kernel, capture program and pipe within this, unless told, s. */
export const LATENESS_DEFAULT_S = 2;

export async function meterCaptures(options: MeterCapturesOptions): Promise<MeterRun> {
  const cipher = options.anonymise && (await readCipher(options.anonymise));
  const threads = (await isDivisible(options)) ? (options.threads ?? 1) : 1;
  const run = new MeterCapture({ ...options, threads }, cipher);
  try {
    return await run.result();
  } catch (failure) {
    run.discard();
    throw failure;
  } finally {
    await run.stop();
  }
}

/** One run: a meter, what feeds it, and what it feeds. */
class MeterCapture {
  readonly #options: MeterCapturesOptions;
  readonly #startedMs = performance.now();
  readonly #rows: RowGate;
  readonly #meter: Metering;
  readonly #clock: SilenceClock;
  readonly #writer: RotatingWriter | undefined;
  readonly #onFrame: FrameHandler;
  /** Ends the reading: the caller's wish, or a failure between two blocks. */
  readonly #ending = new AbortController();
  #failure: unknown;
  #isInBlock = false;
  #isInTick = false;
  #handedOutMs = 0;
  #pausedMs = 0;
  #lastProgress: { path: string; index: number; bytesRead: number; bytesTotal?: number } | undefined;
  #isFirstPass = false;
  /** Frames read, of the captures before and of this one, which count anew. */
  #framesBefore = 0;
  #framesOfThis = 0;

  constructor(options: MeterCapturesOptions, cipher: CryptoPan | undefined) {
    this.#options = options;
    this.#rows = new RowGate(options, cipher);
    this.#meter = startMetering(meteringOptions(options, this.#rows));
    this.#clock = new SilenceClock((options.latenessS ?? LATENESS_DEFAULT_S) * 1e6);
    this.#writer = options.write && new RotatingWriter(options.write.path, options.write);
    this.#onFrame = this.#meter.onFrame;
    if (this.#writer === undefined) return;
    const written = cipher === undefined ? this.#writer : new Anonymiser(cipher, this.#writer);
    this.#onFrame = both(this.#meter.onFrame, written);
  }

  async result(): Promise<MeterRun> {
    const { signal } = this.#options;
    const onAbort = (): void => this.#ending.abort();
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) onAbort();
    const timer = setInterval(() => this.#tick(), HAND_OUT_MS);
    try {
      const { captures, live } = await this.#read();
      clearInterval(timer);
      if (this.#failure !== undefined) throw this.#failure;
      return await this.#finish(captures, live);
    } finally {
      clearInterval(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Leaves no capture file behind that is not complete. */
  discard(): void {
    this.#writer?.discard();
  }

  /** Ends the threads. */
  stop(): Promise<void> {
    return this.#meter.stop();
  }

  async #read(): Promise<{ captures: CaptureSummary[]; live?: LiveSummary }> {
    const buffers = this.#meter.reserveBlocks(BLOCK_BYTES, READ_BUFFERS);
    const { live } = this.#options;
    await requirePasses(this.#options, this.#meter.passes);
    if (live !== undefined) return this.#readInterface(live, buffers);
    if (this.#meter.passes < 2) return this.#readFiles(buffers);
    const before = await this.#firstPass(buffers);
    const second = await this.#readFiles(buffers);
    if (!this.#ending.signal.aborted) requireUnchanged(before, second.captures);
    return second;
  }

  /** The pass that gives no rows and writes no capture; the meter learns what is to come. */
  async #firstPass(buffers: ReadBuffers): Promise<CaptureSummary[]> {
    const { captures: paths, maxFrames } = this.#options;
    const captures: CaptureSummary[] = [];
    let left = maxFrames;
    this.#isFirstPass = true;
    for (const [index, path] of paths.entries()) {
      if (this.#ending.signal.aborted || left === 0) break;
      const { signal } = this.#ending;
      const onBlock = ({ bytesRead, bytesTotal }: ReadProgress): Promise<void> => {
        this.#lastProgress = { path, index, bytesRead, bytesTotal };
        this.#tellProgress();
        return setImmediate();
      };
      const capture = await readCapture(path, {
        onFrame: this.#meter.onFrame,
        onBlock,
        buffers,
        maxFrames: left,
        signal,
      });
      if (left !== undefined) left -= capture.frames;
      captures.push(capture);
    }
    this.#meter.rewind();
    this.#isFirstPass = false;
    return captures;
  }

  async #readFiles(buffers: ReadBuffers): Promise<{ captures: CaptureSummary[] }> {
    const { captures: paths, maxFrames, onTime } = this.#options;
    const captures: CaptureSummary[] = [];
    let left = maxFrames;
    for (const [index, path] of paths.entries()) {
      if (this.#ending.signal.aborted || left === 0) break;
      const capture = await readCapture(path, {
        onFrame: this.#onFrame,
        onBlock: (progress) => this.#afterBlock(path, index, progress),
        buffers,
        maxFrames: left,
        signal: this.#ending.signal,
        ...(onTime === undefined ? {} : { stepBytes: TIME_STEP_BYTES }),
        records: this.#seesAll || left !== undefined ? undefined : this.#meter.readRecords,
      });
      if (left !== undefined) left -= capture.frames;
      captures.push(capture);
      await this.#meter.release();
      this.#nextCapture();
      this.#clock.stop();
    }
    return { captures };
  }

  /** Somebody but the meter must see frames, or be told of time. */
  get #seesAll(): boolean {
    return this.#writer !== undefined || this.#options.onTime !== undefined;
  }

  async #readInterface(
    settings: LiveSettings,
    buffers: ReadBuffers,
  ): Promise<{ captures: CaptureSummary[]; live: LiveSummary }> {
    const { onLive, maxFrames } = this.#options;
    const { interface: name } = settings;
    const { captures, summary } = await readLive({
      ...settings,
      exclude: [...(settings.exclude ?? []), ...ownEndpoints.list()],
      onFrame: this.#onFrame,
      onBlock: (progress) => this.#afterBlock(name, 0, progress),
      onStart: (program) => {
        this.#nextCapture();
        onLive?.({ kind: "started", program, interface: name });
      },
      onGap: (words) => onLive?.({ kind: "interrupted", words }),
      buffers,
      maxFrames,
      signal: this.#ending.signal,
    });
    return { captures, live: summary };
  }

  #afterBlock(path: string, index: number, progress: ReadProgress): Promise<void> | undefined {
    const { bytesRead, bytesTotal } = progress;
    this.#lastProgress = { path, index, bytesRead, bytesTotal };
    this.#framesOfThis = progress.frames;
    if (bytesTotal === undefined) return this.#afterPart(progress.settled);
    // Blocks of a file may be small: nothing is waited for that need not be, and nothing told that nobody could follow.
    const handedOn = this.#meter.handOn();
    const isPlayed = this.#options.onTime !== undefined;
    const isPause = isPlayed || bytesRead >= bytesTotal || performance.now() - this.#pausedMs >= PAUSE_MS;
    const waits = handedOn !== undefined || this.#rows.arePending || this.#writer !== undefined;
    if (!isPause && !waits) return undefined;
    return this.#afterBlockOfFile(handedOn, isPause);
  }

  async #afterBlockOfFile(handedOn: Promise<void> | undefined, isPause: boolean): Promise<void> {
    await handedOn;
    await this.#rows.settled();
    await this.#writer?.settled();
    if (isPause) this.#tellProgress();
    await this.#options.onTime?.(this.#meter.nowUs);
    if (!isPause) return;
    await setImmediate();
    this.#pausedMs = performance.now();
  }

  /** A pipe or an interface may give one frame at a time; its rows wait for the next tick. */
  async #afterPart(isSettled: boolean): Promise<void> {
    this.#isInBlock = true;
    const isLive = this.#options.live !== undefined;
    this.#clock.heard(this.#meter.nowUs, isSettled, isLive ? undefined : Date.now() * 1000);
    if (performance.now() - this.#handedOutMs >= HAND_OUT_MS) await this.#handOut();
    await this.#rows.settled();
    await this.#writer?.settled();
    this.#tellProgress();
    await setImmediate();
    this.#isInBlock = false;
  }

  #nextCapture(): void {
    this.#framesBefore += this.#framesOfThis;
    this.#framesOfThis = 0;
  }

  /** Between the blocks of a pipe or a live capture: silence moves the meter on, and rows are handed out. */
  async #tick(): Promise<void> {
    if (this.#isInBlock || this.#isInTick || this.#ending.signal.aborted) return;
    if (this.#lastProgress === undefined || this.#lastProgress.bytesTotal !== undefined) return;
    this.#isInTick = true;
    try {
      const nowUs = this.#clock.announcedUs();
      if (nowUs !== undefined) {
        this.#meter.advance(nowUs);
        this.#writer?.advance(nowUs);
      }
      await this.#handOut();
      await this.#writer?.settled();
      this.#tellProgress();
    } catch (failure) {
      this.#failure = failure;
      this.#ending.abort();
    }
    this.#isInTick = false;
  }

  async #handOut(): Promise<void> {
    this.#handedOutMs = performance.now();
    this.#meter.flush();
    await this.#rows.settled();
    await this.#options.onPause?.();
  }

  #tellProgress(): void {
    if (this.#lastProgress === undefined) return;
    const { packets, bytes } = this.#meter.statistics;
    this.#options.onProgress?.({
      ...this.#lastProgress,
      bytesTotal: this.#lastProgress.bytesTotal,
      captures: Math.max(1, this.#options.captures.length),
      frames: packets,
      wireBytes: bytes,
      flowsOpened: this.#meter.flowsOpened,
      elapsedMs: performance.now() - this.#startedMs,
      ledger: () => this.#ledgerSoFar(),
    });
  }

  #ledgerSoFar(): MeterLedger | undefined {
    if (this.#isFirstPass) return undefined;
    this.#meter.flush();
    const decode = this.#meter.statistics.report();
    return this.#ledger(this.#framesBefore + this.#framesOfThis, null, decode);
  }

  #ledger(frames: number, lost: number | null, decode: DecodeReport): MeterLedger {
    return meterLedger(frames, lost, decode, this.#meter.ledger(), {
      packetsInRows: this.#rows.packets,
      rowOf: this.#options.schema.rowOf,
    });
  }

  async #finish(captures: CaptureSummary[], live: LiveSummary | undefined): Promise<MeterRun> {
    const meter = this.#meter;
    await meter.end();
    const writtenCaptures = await this.#writer?.close();
    const decode = meter.statistics.report();
    const ledger = this.#ledger(total(captures), lostBefore(captures), decode);
    return {
      captures,
      decode,
      ledger: live === undefined ? ledger : { ...ledger, gaps: live.gapCount, gapUs: live.gapUs },
      ...(live === undefined ? {} : { live }),
      ...(writtenCaptures === undefined ? {} : { writtenCaptures }),
      threads: meter.threads,
      cancelled: this.#options.signal?.aborted ?? false,
      elapsedMs: performance.now() - this.#startedMs,
    };
  }
}

/** Whether the input never falls silent, so that other threads need not be told of the time. */
async function isDivisible({ live, captures }: MeterCapturesOptions): Promise<boolean> {
  if (live !== undefined) return false;
  const streams = await Promise.all(captures.map(isStream));
  return !streams.includes(true);
}

/** Gives every frame to two, one behind the other. */
function both(one: FrameHandler, other: FrameHandler): FrameHandler {
  return {
    frame(bytes, start, captured, wire, timestampUs, linkType) {
      one.frame(bytes, start, captured, wire, timestampUs, linkType);
      other.frame(bytes, start, captured, wire, timestampUs, linkType);
    },
  };
}

function meteringOptions(options: MeterCapturesOptions, rows: RowGate): MeteringOptions {
  const lifecycle: Record<string, number> = {};
  if (options.idleTimeoutS !== undefined) lifecycle["idleTimeoutUs"] = options.idleTimeoutS * 1e6;
  if (options.activeTimeoutS !== undefined) lifecycle["activeTimeoutUs"] = options.activeTimeoutS * 1e6;
  return {
    threads: options.threads ?? 1,
    settled: () => rows.pending(),
    schema: options.schema,
    tunnels: options.tunnels,
    onRows: (batch) => rows.take(batch),
    maximumFlows: options.maximumFlows,
    // Secret, so that hostile traffic cannot aim at the table; it changes no result.
    hashSeed: randomBytes(4).readInt32LE(),
    lifecycle,
    earlyPackets: options.earlyPackets,
    earlyAfterUs: options.earlyAfterS === undefined ? undefined : options.earlyAfterS * 1e6,
  };
}

/** Hands rows on, counts the packets they tell of, and remembers what is still being written. */
class RowGate {
  #packets = 0;
  readonly #onRows: (batch: RowBatch) => void | Promise<void>;
  readonly #packetColumn: number;
  readonly #cipher: CryptoPan | undefined;
  #pending: Promise<void> | undefined;

  constructor(options: MeterCapturesOptions, cipher: CryptoPan | undefined) {
    this.#cipher = cipher;
    this.#onRows = options.onRows;
    this.#packetColumn = options.schema.columns.findIndex((column) => column.measure === "packets");
  }

  /** Packets that the rows of ended flows told of; null where the schema does not count packets. */
  get packets(): number | null {
    return this.#packetColumn < 0 ? null : this.#packets;
  }

  take(batch: RowBatch): void {
    for (let row = 0; row < batch.count && this.#packetColumn >= 0; row++) {
      if (batch.reason[row] === REASON_EARLY) continue;
      this.#packets += batch.values[row * batch.columnCount + this.#packetColumn];
    }
    if (this.#cipher !== undefined) replaceAddresses(batch, this.#cipher);
    const pending = this.#onRows(batch);
    if (pending === undefined) return;
    const before = this.#pending;
    this.#pending = before === undefined ? pending : Promise.all([before, pending]).then(() => undefined);
    this.#pending.catch(() => undefined);
  }

  get arePending(): boolean {
    return this.#pending !== undefined;
  }

  /** What is still being written, if anything. */
  pending(): Promise<void> | undefined {
    return this.arePending ? this.settled() : undefined;
  }

  async settled(): Promise<void> {
    const pending = this.#pending;
    this.#pending = undefined;
    await pending;
  }
}

/** The Community ID of a row is that of its addresses, so it is another one, too. */
function replaceAddresses({ addresses, count, protocol }: RowBatch, cipher: CryptoPan): void {
  for (let row = 0; row < count; row++) {
    const words = addresses.subarray(row * 8, row * 8 + 8);
    if (protocol[row] === PROTOCOL_NONE && words.every((word) => word === 0)) continue;
    cipher.replace(words, 0);
    cipher.replace(words, 4);
  }
}

function total(captures: readonly CaptureSummary[]): number {
  return captures.reduce((sum, capture) => sum + capture.frames, 0);
}

function lostBefore(captures: readonly CaptureSummary[]): number | null {
  const told = captures.filter((capture) => capture.droppedFrames !== undefined);
  return told.length === 0 ? null : told.reduce((sum, capture) => sum + (capture.droppedFrames ?? 0), 0);
}
