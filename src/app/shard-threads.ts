// Threads for the shards of a conductor (src/feature/shards.ts tells what goes to and fro).
//
// The threads' code is a text, so that it is the same whether this file runs as TypeScript, compiled or bundled.

import { Worker } from "node:worker_threads";
import { PIECES_AHEAD, type ShardCrew, type ShardPiece, type StartShards } from "../feature/shards.ts";
import { METER_COUNTS } from "../flow/counts.ts";

const THREAD = `
const { workerData, parentPort } = require("node:worker_threads");
const { task, countNumbers, piecesMaximum } = workerData;
const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
const shard = new WebAssembly.Instance(task.module, { env: { memory, takeJournal: () => take(false) } }).exports;
const ahead = new Int32Array(task.piecesAhead);
if (shard.setup(...task.setup) === 0) throw new Error("memory for flows is refused");
const chunk = shard.reserve(task.chunkCapacity);
const places = task.tables.map((_, table) => shard.tableAddress(table));
const bytes = new Uint8Array(memory.buffer);
task.tables.forEach((table, index) => {
  bytes.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), places[index]);
});
const journal = new Uint32Array(memory.buffer, shard.journalAddress(), 8);

function take(last, counts) {
  const [entriesAt, entryCount, , rowsAt, rowCount, , rowBytes] = journal;
  const entries = bytes.slice(entriesAt, entriesAt + entryCount * 48);
  const rows = bytes.slice(rowsAt, rowsAt + rowCount * rowBytes);
  shard.emptyJournal();
  for (let count = Atomics.add(ahead, 0, 1) + 1; count > piecesMaximum; count = Atomics.load(ahead, 0)) {
    Atomics.wait(ahead, 0, count);
  }
  parentPort.postMessage({ entryCount, entries, rows, last, counts }, [entries.buffer, rows.buffer]);
}

parentPort.on("message", (order) => {
  if (order.kind === "chunk") {
    bytes.set(new Uint8Array(task.chunks, order.address, order.bytes), chunk);
    shard.run(chunk, order.bytes);
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
    const workerData = { task, countNumbers: METER_COUNTS, piecesMaximum: PIECES_AHEAD };
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
