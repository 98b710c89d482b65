// A memory for one fit, the compiled kernels that work on it, and the threads that may help. Knows no learner's algorithm.

import { OrbweaverError } from "../base/errors.ts";
import {
  compileWasm,
  decodeBase64,
  instantiateWasm,
  MAXIMUM_PAGES,
  PAGE_BYTES,
  sharedWasmMemory,
  type WasmMemory,
  type WasmModule,
} from "../base/wasm.ts";
import type { Crew, Parallel } from "./contract.ts";

/** What every module of kernels exports, by means of src/learner/assembly/gate.ts. */
export interface SharedKernels {
  run(control: number, kind: number, job: number, items: number): void;
  dismiss(control: number): void;
}

/** Kernels that were compiled into a text; the type says what they export beside `run`, `serve` and `dismiss`. */
export class KernelModule<Kernels extends SharedKernels> {
  readonly #base64: string;
  #compiled: WasmModule | undefined;

  constructor(base64: string) {
    this.#base64 = base64;
  }

  /** Compiled when first asked for. */
  get module(): WasmModule {
    this.#compiled ??= compileWasm(decodeBase64(this.#base64));
    return this.#compiled;
  }

  instantiate(memory: WasmMemory): Kernels {
    return instantiateWasm<Kernels>(this.module, memory);
  }
}

const ALIGNMENT = 64;
const CONTROL_BYTES = 512;
const JOB_BYTES = 128;
/** Most threads beside the caller's: the control block has room for their scratch, and the gate for their number. */
const MAXIMUM_THREADS = 63;

/** A memory from which pieces are taken; it lives as long as one fit. */
export class Workspace<Kernels extends SharedKernels = SharedKernels> {
  readonly kernels: Kernels;
  /** The whole memory, seen as bytes, words, 64-bit integers and numbers; renewed when it grows. */
  bytes: Uint8Array;
  words: Uint32Array;
  longs: BigInt64Array;
  numbers: Float64Array;
  /** Threads beside the caller's that may join in. */
  readonly threads: number;
  readonly #memory: WasmMemory;
  readonly #control: number;
  readonly #job: number;
  #crew: Crew | undefined;
  #end = PAGE_BYTES;
  /** Bytes before it may have been written to. */
  #used = PAGE_BYTES;

  constructor(module: KernelModule<Kernels>, parallel?: Parallel) {
    this.#memory = sharedWasmMemory();
    this.kernels = module.instantiate(this.#memory);
    this.bytes = new Uint8Array(this.#memory.buffer);
    this.words = new Uint32Array(this.#memory.buffer);
    this.longs = new BigInt64Array(this.#memory.buffer);
    this.numbers = new Float64Array(this.#memory.buffer);
    this.threads = Math.min(MAXIMUM_THREADS, parallel?.threads ?? 0);
    this.#control = this.take(CONTROL_BYTES);
    this.#job = this.take(JOB_BYTES);
    this.words[(this.#control + 24) >>> 2] = this.threads;
    if (parallel && this.threads > 0) {
      this.#crew = parallel.start({
        module: module.module,
        memory: this.#memory,
        entry: "serve",
        argument: this.#control,
        threads: this.threads,
      });
    }
  }

  /** Takes zeroed bytes; returns their address. Throws `training-data` beyond 4 GiB. */
  take(bytes: number): number {
    const at = this.#end;
    this.#end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    const missing = Math.ceil((this.#end - this.bytes.length) / PAGE_BYTES);
    if (missing > 0) this.#grow(missing);
    if (at < this.#used) this.bytes.fill(0, at, Math.min(this.#end, this.#used));
    return at;
  }

  /** Runs work whose pieces are given back at its end. */
  borrow<Result>(work: () => Result): Result {
    const start = this.#end;
    const result = work();
    this.#used = Math.max(this.#used, this.#end);
    this.#end = start;
    return result;
  }

  /** As `borrow`, for work that pauses; nobody else may take pieces meanwhile. */
  async borrowWhile<Result>(work: () => Promise<Result>): Promise<Result> {
    const start = this.#end;
    const result = await work();
    this.#used = Math.max(this.#used, this.#end);
    this.#end = start;
    return result;
  }

  /** Gives every thread scratch; to be called once, before the first job that needs it (of tiles). */
  takeScratch(bytes: number): void {
    for (let thread = 0; thread <= this.threads; thread++) {
      this.words[(this.#control + 64 + thread * 4) >>> 2] = this.take(bytes);
    }
  }

  /** Runs the items of a job, on as many threads as come; returns when all are done. */
  run(kind: number, job: readonly number[], items: number): void {
    this.words.set(job, this.#job >>> 2);
    this.kernels.run(this.#control, kind, this.#job, items);
  }

  /** Runs a job of one item; returns the word of the job that holds what was found. */
  runOne(kind: number, job: readonly number[], found: number): number {
    this.run(kind, job, 1);
    return this.words[(this.#job >>> 2) + found];
  }

  /** Sends the threads home. The workspace must not be used after. */
  async close(): Promise<void> {
    if (!this.#crew) return;
    this.kernels.dismiss(this.#control);
    await this.#crew.stop();
    this.#crew = undefined;
  }

  wordsAt(at: number, length: number): Uint32Array {
    return this.words.subarray(at >>> 2, (at >>> 2) + length);
  }

  numbersAt(at: number, length: number): Float64Array {
    return this.numbers.subarray(at / 8, at / 8 + length);
  }

  bytesAt(at: number, length: number): Uint8Array {
    return this.bytes.subarray(at, at + length);
  }

  #grow(pages: number): void {
    const present = this.bytes.length / PAGE_BYTES;
    const needed = present + pages;
    // Grow by halves: growing is slow, and address space is free.
    const wanted = Math.min(MAXIMUM_PAGES, Math.max(needed, Math.ceil(needed * 1.5)));
    if (needed > MAXIMUM_PAGES || !this.#grown(wanted - present)) {
      throw new OrbweaverError(
        "training-data",
        `the table needs ${Math.ceil((needed * PAGE_BYTES) / 2 ** 20)} MiB of memory to train on, more than there is`,
        { hint: "Train on fewer rows or columns, or with fewer leaves." },
      );
    }
    this.bytes = new Uint8Array(this.#memory.buffer);
    this.words = new Uint32Array(this.#memory.buffer);
    this.longs = new BigInt64Array(this.#memory.buffer);
    this.numbers = new Float64Array(this.#memory.buffer);
  }

  /** Whether the platform gave the memory. */
  #grown(pages: number): boolean {
    try {
      this.#memory.grow(pages);
      return true;
    } catch {
      return false;
    }
  }
}
