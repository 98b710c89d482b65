// Frames in, feature rows out: the one feature path of the house. Training, detection, files and live traffic all go
// through this class and nothing else computes a feature.
//
// The work is done in WebAssembly (engine.ts): frames are decoded, metered and measured there. Rows leave in batches; a
// batch is valid during the call only. Rows come in the order in which flows end, which depends on the packets alone.

import { OrbweaverError } from "../base/errors.ts";
import { CONNECTION_DEFAULTS, type ConnectionOptions, MAXIMUM_FLOWS_DEFAULT } from "../flow/contract.ts";
import { type MeterLedger, meterLedgerOf, meterNowUs } from "../flow/counts.ts";
import { TUNNEL_DEPTH_MAX } from "../packet/decode.ts";
import { readPacket, writePacket } from "../packet/memory.ts";
import type { Packet } from "../packet/packet.ts";
import type { DecodeStatistics } from "../packet/statistics.ts";
import { blocksOver, Engine } from "./engine.ts";
import { engineById } from "./engines/_index.ts";
import type { EngineKernels, EngineOptions } from "./engines/contract.ts";
import type { RowBatch } from "./row.ts";
import type { Schema } from "./schema.ts";
import { SCHEMAS } from "./schemas/_index.ts";

export interface RowMeterOptions {
  schema: Schema;
  /** Takes a full batch, or what there is on `flush`. The batch is cleared when it returns. */
  onRows: (batch: RowBatch) => void;
  batchRows?: number;
  maximumFlows?: number;
  hashSeed?: number;
  lifecycle?: Partial<ConnectionOptions>;
  /** Look into IP-in-IP, 6in4, GRE and VXLAN. */
  tunnels?: boolean;
  /** Also hand out an early row when a flow has this many packets. */
  earlyPackets?: number;
  /** Also hand out an early row when a flow has been open this long, µs. */
  earlyAfterUs?: number;
}

export interface RowLedger extends MeterLedger {
  /** Rows handed out for ended flows; the sum of flowsEnded. */
  rows: number;
  earlyRows: number;
  /** Further figures of the measure groups. */
  measures: Record<string, number>;
}

const BATCH_ROWS = 256;
/** Changes no result. */
const HASH_SEED = 0x2545f491;
/** Figures that every engine has, and where its own begin. */
const FIGURE_EARLY_ROWS = 1;
const FIGURE_ROWS = 2;
const FIGURE_FIRST = 3;
/** Bytes kept for frames that lie outside of the engine's memory; more when one is longer. */
const FRAME_BYTES = 65_536;

/** The schema of an id; throws `schema-unknown`. */
export function schemaById(id: string): Schema {
  const schema = SCHEMAS.find((candidate) => candidate.id === id);
  if (schema !== undefined) return schema;
  throw new OrbweaverError(
    "schema-unknown",
    `no schema '${id}'; there are ${SCHEMAS.map((known) => known.id).join(", ")}`,
  );
}

/** What an engine is told; what was not asked for is as usual. */
export function engineOptions(options: RowMeterOptions): EngineOptions {
  return {
    schema: options.schema,
    lifecycle: {
      ...CONNECTION_DEFAULTS,
      ...engineById(options.schema.engine).lifecycle,
      ...options.lifecycle,
    },
    maximumFlows: Math.max(1, options.maximumFlows ?? MAXIMUM_FLOWS_DEFAULT),
    hashSeed: options.hashSeed ?? HASH_SEED,
    tunnelDepth: options.tunnels === true ? TUNNEL_DEPTH_MAX : 0,
    batchRows: options.batchRows ?? BATCH_ROWS,
    earlyPackets: options.earlyPackets ?? 0,
    earlyAfterUs: options.earlyAfterUs ?? -1,
  };
}

export class RowMeter {
  readonly batch: RowBatch;
  /** What was decoded. */
  readonly statistics: DecodeStatistics;
  readonly #engine: Engine;
  #frameBytes: Uint8Array = new Uint8Array(0);
  #frameAddress = 0;
  /** The memory as it was when blocks were taken; it may be longer by now, and then is another object. */
  #buffer: ArrayBufferLike;
  /** The export, which costs a search by its name for each frame otherwise. */
  readonly #takeFrame: EngineKernels["frame"];
  /** The bytes that the last frame lay in, and where they are in the engine's memory; undefined when they are not. */
  #block: Uint8Array | undefined;
  #blockAddress: number | undefined;

  constructor(options: RowMeterOptions) {
    this.#engine = new Engine(engineOptions(options), options.onRows);
    this.batch = this.#engine.batch;
    this.statistics = this.#engine.statistics;
    this.#buffer = this.#engine.buffer;
    this.#takeFrame = this.#engine.kernels.frame;
  }

  /**
   * Memory to read captures into, so many blocks. Frames that lie in it are metered where they are; others are copied
   * first. What it holds is not changed.
   */
  reserveBlocks(bytes: number, count: number): Uint8Array[] {
    const address = this.#reserve(count * bytes);
    this.#buffer = this.#engine.buffer;
    this.#block = undefined;
    return blocksOver(this.#buffer, address, bytes, count);
  }

  /**
   * Meters a frame of `captured` bytes at `start` of `bytes`, which was `wire` bytes long on the wire. `timestampUs` is µs
   * since 1970 UTC; `linkType` a LINKTYPE number. The bytes are read during the call only.
   */
  frame(
    bytes: Uint8Array,
    start: number,
    captured: number,
    wire: number,
    timestampUs: number,
    linkType: number,
  ): void {
    // Many frames lie in the same bytes, and to ask for their buffer costs as much as to find a flow.
    if (bytes !== this.#block) {
      this.#block = bytes;
      this.#blockAddress = bytes.buffer === this.#buffer ? bytes.byteOffset : undefined;
    }
    if (this.#blockAddress !== undefined) {
      this.#takeFrame(this.#blockAddress + start, captured, wire, timestampUs, linkType);
      return;
    }
    const length = Math.max(0, Math.min(captured, bytes.length - start));
    this.#copy(bytes, start, length);
    this.#takeFrame(this.#frameAddress, length, wire, timestampUs, linkType);
  }

  /** Meters a packet decoded elsewhere; it is read during the call only, and a later fragment is given its ports. */
  push(packet: Packet): void {
    const { kernels, packetAddress, buffer } = this.#engine;
    this.#copy(packet.bytes, packet.payloadOffset, packet.payloadCaptured);
    const words = new Int32Array(buffer);
    const numbers = new Float64Array(buffer);
    const base = packet.payloadOffset - this.#frameAddress;
    writePacket(packet, words, numbers, packetAddress, base);
    kernels.push(packetAddress);
    readPacket(words, numbers, packetAddress, packet, base);
  }

  /** Announces that no packet older than `nowUs` (packet time) will come; hands out what is due. */
  advance(nowUs: number): void {
    this.#engine.kernels.advance(nowUs);
  }

  /** Hands out the rows of the batch that is being filled. */
  flush(): void {
    this.#engine.kernels.flush();
  }

  /** How often the frames of the input must be given; 2 where rows know what comes after them. */
  get passes(): 1 | 2 {
    return this.batch.schema.passes ?? 1;
  }

  /** Between two passes: the frames that were given come once more, in the same order. */
  rewind(): void {
    this.#engine.kernels.rewind?.();
  }

  /** Ends the input: all flows are handed out, at most `limit` of them by one call; true when none is left. */
  end(limit = Number.POSITIVE_INFINITY): boolean {
    return this.#engine.kernels.end(limit) !== 0;
  }

  /** Bytes that one flow takes; they are taken when a flow opens for which none are left by one that ended. */
  get flowBytes(): number {
    return this.#engine.kernels.flowBytes();
  }

  /** Newest packet time seen, µs. */
  get nowUs(): number {
    return meterNowUs(this.#engine.counts);
  }

  ledger(): RowLedger {
    const { counts, definition, kernels } = this.#engine;
    return {
      ...meterLedgerOf(counts),
      rows: kernels.figure(FIGURE_ROWS),
      earlyRows: kernels.figure(FIGURE_EARLY_ROWS),
      measures: Object.fromEntries(
        definition.figures.map((name, index) => [name, kernels.figure(FIGURE_FIRST + index)]),
      ),
    };
  }

  #reserve(bytes: number): number {
    const address = this.#engine.kernels.reserve(bytes);
    if (address === 0) throw new RangeError(`no memory for a block of ${bytes} bytes`);
    return address;
  }

  /** Copies bytes to the engine's memory, behind each other with those of no other frame. */
  #copy(bytes: Uint8Array, start: number, length: number): void {
    if (this.#frameBytes.length < length || this.#frameAddress === 0) {
      const size = Math.max(FRAME_BYTES, length);
      this.#frameAddress = this.#reserve(size);
      this.#frameBytes = new Uint8Array(this.#engine.buffer, this.#frameAddress, size);
    }
    this.#frameBytes.set(bytes.subarray(start, start + length));
  }
}
