// Threads for learners: each runs WebAssembly on the memory of one fit, as the learner's `Parallel` asks.
//
// Knows nothing of what the WebAssembly does. The threads' code is a text, so that it is the same whether this file
// runs as TypeScript or compiled.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Crew, Parallel, ThreadTask } from "../learner/contract.ts";

const THREAD = `
const { workerData: { module, memory, entry, argument, thread } } = require("node:worker_threads");
new WebAssembly.Instance(module, { env: { memory } }).exports[entry](argument, thread);
`;

/** So many threads beside the caller's; by default one for each further processor. */
export function workerPool(threads = availableParallelism() - 1): Parallel {
  return { threads, start: startCrew };
}

function startCrew(task: ThreadTask): Crew {
  const { module, memory, entry, argument, threads } = task;
  const workers = Array.from({ length: threads }, (_, index) => {
    const workerData = { module, memory, entry, argument, thread: index + 1 };
    // Without the options of this process: its loaders and profilers are of no use to a thread that only computes.
    const worker = new Worker(THREAD, { eval: true, workerData, execArgv: [], env: {} });
    worker.unref();
    // A thread that cannot start leaves its share of the work to the others.
    worker.on("error", () => {});
    return worker;
  });
  return {
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
