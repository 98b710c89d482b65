// The contract between the conductor and the threads that meter with it. Knows no threads.

import type { WasmMemory, WasmModule } from "../base/wasm.ts";

/** What a thread needs to begin. Everything can be handed to other threads as it is. */
export interface ShardTask {
  /** One that meters shards (assembly/sharding.ts), compiled. */
  module: WasmModule;
  /** Tables that its instance needs, by their numbers, and the part of the memory that it may put them into. */
  tables: readonly ArrayBufferView[];
  from: number;
  to: number;
  /** The memory that all share, and the address of the control words in it (assembly/dispatch.ts). */
  memory: WasmMemory;
  control: number;
}

/** Threads at work. */
export interface ShardCrew {
  /** Resolves when the 32-bit word at the address is no longer `seen`, or after some milliseconds. */
  changed(address: number, seen: number): Promise<void>;
  stop(): Promise<void>;
}

/** Lent by the host: starts a thread for each task, which serves until it is stopped. */
export type StartShards = (tasks: readonly ShardTask[], onFailure: (error: Error) => void) => ShardCrew;
