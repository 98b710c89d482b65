// Captures in, rows out: reads captures one behind the other as one input, decodes, meters, and tells what became of
// every packet.
//
// What it guarantees: memory flat in the length of the captures; a stop asked for through `signal` ends cleanly, with
// every open flow handed out. Prints nothing.

import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { CaptureSummary } from "../capture/contract.ts";
import { BLOCK_BYTES, readCapture } from "../capture/read.ts";
import type { RowBatch } from "../feature/row.ts";
import { RowMeter } from "../feature/row-meter.ts";
import type { Schema } from "../feature/schema.ts";
import { REASON_EARLY } from "../flow/reasons.ts";
import type { DecodeReport } from "../packet/statistics.ts";
import { type MeterLedger, meterLedger } from "./ledger.ts";
import { requirePasses, requireUnchanged } from "./passes.ts";

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
  flowsOpened: number;
  elapsedMs: number;
}

export interface MeterCapturesOptions extends MeterSettings {
  /** Paths; "-" is standard input. */
  captures: readonly string[];
  schema: Schema;
  /** Takes rows; the batch may be reused as soon as it returns. A promise is waited for before more is read. */
  onRows: (batch: RowBatch) => void | Promise<void>;
  onProgress?: (progress: CaptureProgress) => void;
  signal?: AbortSignal;
}

export interface MeterRun {
  captures: CaptureSummary[];
  decode: DecodeReport;
  ledger: MeterLedger;
  /** True when `signal` ended the run. */
  cancelled: boolean;
  elapsedMs: number;
}

/** Flows handed out between two pauses at the end of the input, so that what is written can keep up. */
const FLOWS_ENDED_AT_ONCE = 8192;

export async function meterCaptures(options: MeterCapturesOptions): Promise<MeterRun> {
  const started = performance.now();
  const rows = new RowGate(options);
  const meter = new RowMeter(rowMeterOptions(options, rows));
  const buffers = meter.reserveBlocks(BLOCK_BYTES);
  const readAll = () => readCaptures(options, { meter, rows, buffers, started });
  await requirePasses(options, meter.passes);
  const before = meter.passes > 1 ? await firstPass(meter, readAll) : undefined;
  const captures = options.signal?.aborted ? [] : await readAll();
  if (before !== undefined && !options.signal?.aborted) requireUnchanged(before, captures);
  while (!meter.end(FLOWS_ENDED_AT_ONCE)) await rows.settled();
  await rows.settled();
  const decode = meter.statistics.report();
  return {
    captures,
    decode,
    ledger: meterLedger(total(captures), lostBefore(captures), decode, meter.ledger(), {
      packetsInRows: rows.packets,
      rowOf: options.schema.rowOf,
    }),
    cancelled: options.signal?.aborted ?? false,
    elapsedMs: performance.now() - started,
  };
}

interface Metering {
  meter: RowMeter;
  rows: RowGate;
  buffers: [Uint8Array, Uint8Array];
  started: number;
}

/** Reads every capture once, and gives its frames to the meter. */
async function readCaptures(
  options: MeterCapturesOptions,
  { meter, rows, buffers, started }: Metering,
): Promise<CaptureSummary[]> {
  const captures: CaptureSummary[] = [];
  for (const [index, path] of options.captures.entries()) {
    if (options.signal?.aborted) break;
    const onBlock = async (block: { bytesRead: number; bytesTotal?: number }): Promise<void> => {
      // Rows do not wait for a full batch: a live source may be silent for long.
      meter.flush();
      await rows.settled();
      options.onProgress?.({
        path,
        index,
        captures: options.captures.length,
        bytesRead: block.bytesRead,
        bytesTotal: block.bytesTotal,
        frames: meter.statistics.packets,
        flowsOpened: meter.ledger().flowsOpened,
        elapsedMs: performance.now() - started,
      });
      await setImmediate();
    };
    captures.push(await readCapture(path, { onFrame: meter, onBlock, buffers, signal: options.signal }));
  }
  return captures;
}

/** The pass that gives no rows; the meter learns what is to come. */
async function firstPass(
  meter: RowMeter,
  readAll: () => Promise<CaptureSummary[]>,
): Promise<CaptureSummary[]> {
  const captures = await readAll();
  meter.rewind();
  return captures;
}

function rowMeterOptions(
  options: MeterCapturesOptions,
  rows: RowGate,
): ConstructorParameters<typeof RowMeter>[0] {
  const lifecycle: Record<string, number> = {};
  if (options.idleTimeoutS !== undefined) lifecycle["idleTimeoutUs"] = options.idleTimeoutS * 1e6;
  if (options.activeTimeoutS !== undefined) lifecycle["activeTimeoutUs"] = options.activeTimeoutS * 1e6;
  return {
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
  #pending: Promise<void> | undefined;

  constructor(options: MeterCapturesOptions) {
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
    const pending = this.#onRows(batch);
    if (pending === undefined) return;
    const before = this.#pending;
    this.#pending = before === undefined ? pending : Promise.all([before, pending]).then(() => undefined);
    this.#pending.catch(() => undefined);
  }

  async settled(): Promise<void> {
    const pending = this.#pending;
    this.#pending = undefined;
    await pending;
  }
}

function total(captures: readonly CaptureSummary[]): number {
  return captures.reduce((sum, capture) => sum + capture.frames, 0);
}

function lostBefore(captures: readonly CaptureSummary[]): number | null {
  const told = captures.filter((capture) => capture.droppedFrames !== undefined);
  return told.length === 0 ? null : told.reduce((sum, capture) => sum + (capture.droppedFrames ?? 0), 0);
}
