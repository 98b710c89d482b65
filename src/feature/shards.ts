// The contract between the conductor and the threads that its shards run on. Knows no threads.

import type { WasmMemory, WasmModule } from "../base/wasm.ts";

/** What a thread needs to begin. Everything can be handed to other threads as it is. */
export interface ShardTask {
  /** src/feature/assembly/flow-shard.ts, compiled. */
  module: WasmModule;
  /** Arguments of its `setup`, and the tables it needs, by their numbers. */
  setup: readonly number[];
  tables: readonly ArrayBufferView[];
  /** The memory that all share, and the part of it that is the shard's. */
  memory: WasmMemory;
  from: number;
  to: number;
  /** One word: pieces sent and not yet read. The thread waits while all but one are. */
  piecesAhead: SharedArrayBuffer;
}

/** Pieces that the journal of a shard has, which are written and read in turn. */
export const JOURNAL_PIECES = 8;

/** To a shard: meter the chunk at `address`; or end the input. */
export type ShardOrder = { kind: "chunk"; address: number; bytes: number } | { kind: "end" };

/** From a shard: a piece of its journal. The last one of an order says so, that of "end" with the final counts. */
export interface ShardPiece {
  /** Addresses. */
  entries: number;
  rows: number;
  entryCount: number;
  last: boolean;
  /** Counts of the meter (flow/counts.ts), then early rows and rows. */
  counts?: Float64Array;
}

/** Threads at work. */
export interface ShardCrew {
  send(shard: number, order: ShardOrder): void;
  stop(): Promise<void>;
}

/** Lent by the host: starts a thread for each task. */
export type StartShards = (
  tasks: readonly ShardTask[],
  onPiece: (shard: number, piece: ShardPiece) => void,
  onFailure: (error: Error) => void,
) => ShardCrew;
