// Runs ONNX files for models: onnxruntime in a thread of its own, asked from here as if it answered at once.
//
// A model scores synchronously, and onnxruntime does not: so its session lives in a worker thread, and the caller's thread
// sleeps (Atomics.wait) until the answer is there or the time is up. The thread starts with the first row, keeps no process
// alive, and is gone for good when it fails or is too slow.
//
// Files are untrusted: they are checked (src/onnx/check.ts) before any runtime sees them, and the file is handed to the
// thread as bytes, so that nothing beside it can be read. Rows come in bounded batches; the caller sees to that.

import { createRequire } from "node:module";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { OrbweaverError } from "../base/errors.ts";
import type { OnnxHost, OnnxRunner, OnnxTensor } from "../model/kinds/onnx.ts";
import { checkOnnx } from "../onnx/check.ts";
import { readOnnx } from "../onnx/read.ts";

/** Packages that can run files, the quicker one first. */
const PACKAGES = ["onnxruntime-node", "onnxruntime-web"] as const;

/** Longest that starting, and that one batch, may take. */
const START_MS = 120_000;
const BATCH_MS = 60_000;

export interface OnnxHostOptions {
  /** Packages to look for. */
  packages?: readonly string[];
  startMs?: number;
  batchMs?: number;
}

export function onnxHost(options: OnnxHostOptions = {}): OnnxHost {
  return {
    open(file, output) {
      checkOnnx(readOnnx(file));
      let session: Session | undefined;
      return {
        run(inputs) {
          session ??= new Session(file, output, options);
          return session.run(inputs);
        },
      } satisfies OnnxRunner;
    },
  };
}

// The thread's code is a text, so that it is the same whether this file runs as TypeScript, compiled or bundled.
const THREAD = `
const { workerData } = require("node:worker_threads");
const { file, output, path, port, signal } = workerData;
const TYPES = { float: "float32", double: "float64", int64: "int64", int32: "int32", bool: "bool", text: "string" };
const reply = (message) => {
  port.postMessage(message);
  Atomics.add(signal, 0, 1);
  Atomics.notify(signal, 0);
};
const failed = (failure) => reply({ failure: String((failure && failure.message) || failure) });
process.on("uncaughtException", failed);
process.on("unhandledRejection", failed);
let runtime;
const session = (async () => {
  runtime = require(path);
  if (runtime.env.wasm) {
    runtime.env.wasm.numThreads = 1;
    runtime.env.wasm.proxy = false;
  }
  runtime.env.logLevel = "fatal";
  const executionProviders = path.includes("onnxruntime-web") ? ["wasm"] : ["cpu"];
  return runtime.InferenceSession.create(file, { executionProviders, intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4 });
})();
session.then(() => reply({}), failed);
port.on("message", async (inputs) => {
  try {
    const feeds = {};
    for (const { name, element, dimensions, data } of inputs)
      feeds[name] = new runtime.Tensor(TYPES[element], data, dimensions);
    const found = (await (await session).run(feeds, [output]))[output];
    if (found.type !== "float32" && found.type !== "float64") throw new Error("the output holds " + found.type);
    reply({ data: found.data.slice() });
  } catch (failure) {
    failed(failure);
  }
});
`;

interface Reply {
  data?: Float32Array | Float64Array;
  failure?: string;
}

/** One file in one thread. */
class Session {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  /** Counts the replies. */
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  readonly #batchMs: number;
  #replies = 0;
  #failure: OrbweaverError | undefined;

  /** Throws `onnx-runtime` where no package is found, `onnx-failed` where the file does not load. */
  constructor(file: Uint8Array, output: string, options: OnnxHostOptions) {
    const { packages = PACKAGES, startMs = START_MS, batchMs = BATCH_MS } = options;
    const path = runtimePath(packages);
    const { port1, port2 } = new MessageChannel();
    this.#batchMs = batchMs;
    this.#port = port1;
    this.#worker = new Worker(THREAD, {
      eval: true,
      workerData: { file, output, path, port: port2, signal: this.#signal },
      transferList: [port2],
      // Without the options of this process: its loaders and profilers are of no use there.
      execArgv: [],
      env: {},
    });
    this.#worker.unref();
    this.#worker.on("error", () => {});
    port1.unref();
    this.#answer(startMs, "start");
  }

  run(inputs: readonly OnnxTensor[]): ArrayLike<number> {
    if (this.#failure) throw this.#failure;
    this.#port.postMessage(inputs);
    return this.#answer(this.#batchMs, "score").data ?? [];
  }

  /** What the thread replied. Throws `onnx-failed` where that is a failure, or nothing within the time. */
  #answer(limitMs: number, what: string): Reply {
    const { failure, ...reply } = this.#reply(limitMs, what);
    this.#replies++;
    if (failure !== undefined)
      throw this.#end(`the ONNX model cannot ${what}: ${firstLine(failure)}`, failure);
    return reply;
  }

  /** Sleeps until the thread has replied. The signal may be seen a moment before the message: then it is asked again. */
  #reply(limitMs: number, what: string): Reply {
    const end = performance.now() + limitMs;
    for (;;) {
      const received = receiveMessageOnPort(this.#port);
      if (received !== undefined) return received.message as Reply;
      const left = end - performance.now();
      if (left <= 0 || Atomics.wait(this.#signal, 0, this.#replies, left) === "timed-out")
        throw this.#end(`the ONNX model did not ${what} within ${limitMs / 1000} s`);
    }
  }

  #end(message: string, cause?: string): OrbweaverError {
    this.#failure = new OrbweaverError("onnx-failed", message, cause === undefined ? {} : { cause });
    void this.#worker.terminate();
    this.#port.close();
    return this.#failure;
  }
}

/** Where a runtime lies: beside this package, never in the folder that one happens to work in. */
function runtimePath(packages: readonly string[]): string {
  const { resolve } = createRequire(import.meta.url);
  for (const name of packages) {
    try {
      return resolve(name);
    } catch {
      // The next one may be there.
    }
  }
  throw new OrbweaverError(
    "onnx-runtime",
    `a model imported from ONNX needs ${packages.join(" or ")}, and neither is installed`,
  );
}

/** Messages of runtimes go on about their source files. */
function firstLine(text: string): string {
  const [line] = text.trim().split("\n", 1);
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
