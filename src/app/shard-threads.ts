// Threads for the shards of a conductor (src/feature/shards.ts tells what goes to and fro).
//
// The threads' code is a text, so that it is the same whether this file runs as TypeScript, compiled or bundled.

import { Worker } from "node:worker_threads";
import { JOURNAL_PIECES, type ShardCrew, type ShardPiece, type StartShards } from "../feature/shards.ts";
import { METER_COUNTS } from "../flow/counts.ts";

const THREAD = `
const { workerData, parentPort } = require("node:worker_threads");
const { task, countNumbers, pieces } = workerData;
const { memory } = task;
const shard = new WebAssembly.Instance(task.module, { env: { memory, takeJournal: () => take(false) } }).exports;
shard.confine(task.from, task.to);
if (shard.setup(...task.setup) === 0) throw new Error("memory for flows is refused");
const ahead = new Int32Array(task.piecesAhead);
const bytes = new Uint8Array(memory.buffer);
task.tables.forEach((table, index) => {
  bytes.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), shard.tableAddress(index));
});
const journal = new Uint32Array(memory.buffer, shard.journalAddress(), 8);

function take(last, counts) {
  const [entries, entryCount, , rows] = journal;
  let unread = Atomics.add(ahead, 0, 1) + 1;
  parentPort.postMessage({ entries, entryCount, rows, last, counts });
  for (; unread >= pieces; unread = Atomics.load(ahead, 0)) Atomics.wait(ahead, 0, unread);
  shard.turnJournal();
}

parentPort.on("message", (order) => {
  if (order.kind === "chunk") {
    shard.run(order.address, order.bytes);
    take(true);
    return;
  }
  while (shard.end(8192) === 0);
  const counts = new Float64Array(countNumbers + 2);
  counts.set(new Float64Array(memory.buffer, shard.countsAddress(), countNumbers));
  counts[countNumbers] = shard.figure(1);
  counts[countNumbers + 1] = shard.figure(2);
  take(true, counts);
});
`;

export const startShards: StartShards = (tasks, onPiece, onFailure): ShardCrew => {
  let stopping = false;
  const workers = tasks.map((task, shard) => {
    const workerData = { task, countNumbers: METER_COUNTS, pieces: JOURNAL_PIECES };
    const worker = new Worker(THREAD, { eval: true, workerData, execArgv: [], env: {} });
    worker.on("message", (piece: ShardPiece) => onPiece(shard, piece));
    worker.on("error", onFailure);
    worker.on("exit", (status) => {
      if (!stopping) onFailure(new Error(`it ended with status ${status}`));
    });
    return worker;
  });
  return {
    send: (shard, order) => workers[shard].postMessage(order),
    stop: async () => {
      stopping = true;
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
};
