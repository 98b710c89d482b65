// The contract of an engine: a module of WebAssembly that turns frames into rows, and what it must be told to begin.
//
// All engines decode, meter and measure by themselves and export the functions of EngineKernels. What differs - which
// lifecycle, which measure groups, which constant tables - is theirs; see ../assembly, one entry file an engine.

import type { ConnectionOptions } from "../../flow/contract.ts";
import type { MeasureGroup } from "../measures/contract.ts";
import type { Schema } from "../schema.ts";
import type { DividedEngine } from "./divided.ts";

/** What every engine exports. Addresses are in bytes. */
export interface EngineKernels {
  /** Takes memory for good; 0 when it is refused. */
  reserve(bytes: number): number;
  /** Bytes that one flow takes. */
  flowBytes(): number;
  /** How many measures a row is made of; those of `EngineDefinition.groups`, in their order. */
  measureCount(): number;
  /** The batch (../assembly/rows.ts), the meter's counts (flow/counts.ts) and the decoder's (packet/statistics.ts). */
  rowsAddress(): number;
  countsAddress(): number;
  statisticsAddress(): number;
  /** 1 early rows, 2 rows of ended flows; from 3 on those that `EngineDefinition.figures` names. */
  figure(which: number): number;
  /** Where there is a byte for each row of the batch: 1 when the flow is known by the name of its destination first. */
  keysAddress?(): number;
  /** Decodes and meters a frame. */
  frame(start: number, captured: number, wireLength: number, timestampUs: number, linkType: number): void;
  /** Meters a decoded packet that lies in memory (packet/memory.ts). */
  push(packet: number): void;
  advance(nowUs: number): void;
  /** Where the schema has two passes: the first is over, and the same frames come once more. */
  rewind?(): void;
  /** Hands out about so many flows at the most, and the batch; 1 when none is left. */
  end(limit: number): number;
  flush(): void;
}

export interface EngineOptions {
  schema: Schema;
  lifecycle: ConnectionOptions;
  maximumFlows: number;
  hashSeed: number;
  /** How many tunnels in each other are entered. */
  tunnelDepth: number;
  batchRows: number;
  /** 0 for none. */
  earlyPackets: number;
  /** Negative for none, µs. */
  earlyAfterUs: number;
}

export interface EngineDefinition {
  readonly id: string;
  /** The module as base64 text. */
  readonly kernel: string;
  /** In the order in which the module writes their measures. */
  readonly groups: readonly MeasureGroup[];
  /** Names of the module's own figures, for the ledger. */
  readonly figures: readonly string[];
  /** Timeouts that differ from the common ones. */
  readonly lifecycle?: Partial<ConnectionOptions>;
  /** How it is divided among threads; undefined where it is not, since rows need to know of all flows. */
  readonly divided?: DividedEngine;
  /** Takes the engine's memory and writes its constant tables; false when memory is refused. */
  setup(kernels: EngineKernels, options: EngineOptions, buffer: () => ArrayBufferLike): boolean;
}
