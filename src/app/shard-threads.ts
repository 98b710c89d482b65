// Threads that meter with a conductor (src/feature/shards.ts tells what they are given).
//
// The threads' code is a text, so that it is the same whether this file runs as TypeScript, compiled or bundled.

import { readSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { ShardCrew, StartShards } from "../feature/shards.ts";

const THREAD = `
const { workerData: { module, tables, from, to, memory, control } } = require("node:worker_threads");
const { readSync } = require("node:fs");
const readBlock = (descriptor, address, bytes, position) => {
  try {
    return readSync(descriptor, new Uint8Array(memory.buffer, address >>> 0, bytes), 0, bytes, position);
  } catch {
    return -1;
  }
};
const { exports } = new WebAssembly.Instance(module, { env: { memory, copyPiece: () => {}, readBlock } });
exports.confine(from, to);
const bytes = new Uint8Array(memory.buffer);
tables.forEach((table, index) => {
  bytes.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), exports.tableAddress(index) >>> 0);
});
exports.join(control, 0);
exports.serve();
`;

/** Of ECMAScript 2024; Node.js has had it since version 16. */
const { waitAsync } = Atomics as unknown as {
  waitAsync(
    words: Int32Array,
    index: number,
    seen: number,
    timeoutMs: number,
  ): { value: Promise<string> | string };
};

/** After this long the caller looks himself, whether or not he was told. */
const LOOK_MS = 20;

/** The same, for the thread that conducts. */
export function readBlock(descriptor: number, block: Uint8Array, position: number): number {
  try {
    return readSync(descriptor, block, 0, block.length, position);
  } catch {
    return -1;
  }
}

export const startShards: StartShards = (tasks, onFailure): ShardCrew => {
  let stopping = false;
  const workers = tasks.map((task) => {
    const worker = new Worker(THREAD, { eval: true, workerData: task, execArgv: [], env: {} });
    worker.on("error", onFailure);
    worker.on("exit", (status) => {
      if (!stopping) onFailure(new Error(`it ended with status ${status}`));
    });
    return worker;
  });
  return {
    changed: async (address, seen) => {
      const words = new Int32Array(tasks[0].memory.buffer, address, 1);
      await waitAsync(words, 0, seen, LOOK_MS).value;
    },
    stop: async () => {
      stopping = true;
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
};
