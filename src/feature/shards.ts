// The contract between the conductor and the threads that its shards run on. Knows no threads.

import type { WasmModule } from "../base/wasm.ts";

/** What a thread needs to begin. Everything can be handed to other threads as it is. */
export interface ShardTask {
  /** src/feature/assembly/flow-shard.ts, compiled. */
  module: WasmModule;
  /** Arguments of its `setup`, and the tables it needs, by their numbers. */
  setup: readonly number[];
  tables: readonly ArrayBufferView[];
  /** The conductor's memory, where chunks lie. */
  chunks: SharedArrayBuffer;
  /** Bytes that a chunk takes at the most. */
  chunkCapacity: number;
  /** One word: pieces sent and not yet read. The thread waits while there are PIECES_AHEAD of them. */
  piecesAhead: SharedArrayBuffer;
}

/** Pieces of a journal that lie unread at the most, per shard. */
export const PIECES_AHEAD = 8;

/** To a shard: meter the chunk at `address`; or end the input. */
export type ShardOrder = { kind: "chunk"; address: number; bytes: number } | { kind: "end" };

/** From a shard: a piece of its journal. The last one of an order says so, that of "end" with the final counts. */
export interface ShardPiece {
  entryCount: number;
  entries: Uint8Array;
  rows: Uint8Array;
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
