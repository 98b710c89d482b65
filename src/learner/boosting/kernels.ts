// The compiled kernels and the memory they work on. Knows no learner's algorithm.

import { OrbweaverError } from "../../base/errors.ts";
import {
  compileWasm,
  decodeBase64,
  instantiateWasm,
  MAXIMUM_PAGES,
  PAGE_BYTES,
  sharedWasmMemory,
  type WasmMemory,
  type WasmModule,
} from "../../base/wasm.ts";
import { KERNEL_BASE64 } from "../kernels.generated.ts";

/** The kernels of src/learner/assembly/boosting.ts; arguments are byte addresses unless named otherwise. */
export interface Kernels {
  sortDistinct(values: number, count: number, scratch: number, buckets: number, counts: number): number;
  binNumeric(
    values: number,
    count: number,
    edges: number,
    half: number,
    missingBin: number,
    bins: number,
  ): void;
  logisticGradients(
    scores: number,
    targets: number,
    weights: number,
    count: number,
    pairs: number,
    statistics: number,
  ): void;
  softmaxTerms(
    scores: number,
    classStride: number,
    classes: number,
    count: number,
    exponentials: number,
    inverse: number,
  ): void;
  softmaxGradients(
    exponentials: number,
    inverse: number,
    labels: number,
    label: number,
    weights: number,
    count: number,
    pairs: number,
    statistics: number,
  ): void;
  quantise(
    pairs: number,
    counts: number,
    count: number,
    gradientScale: number,
    hessianScale: number,
    countBits: number,
  ): void;
  gather(terms: number, rows: number, count: number, out: number): void;
  histogramAll(codes: number, count: number, terms: number, histogram: number, width: number): void;
  histogramRows(
    codes: number,
    rows: number,
    count: number,
    terms: number,
    histogram: number,
    width: number,
    buffer: number,
  ): void;
  clear(histogram: number, columns: number, sizes: number): void;
  subtract(parent: number, child: number, columns: number, sizes: number): void;
  findSplit(
    histogram: number,
    sums: number,
    features: number,
    list: number,
    count: number,
    rules: number,
    search: number,
    unpacked: number,
    out: number,
  ): void;
  partition(rows: number, count: number, codes: number, left: number, scratch: number): number;
  sumTerms(terms: number, count: number, out: number): void;
  addValue(scores: number, rows: number, count: number, value: number): void;
  listRows(rows: number, count: number): void;
}

const ALIGNMENT = 64;

/** A memory from which pieces are taken, never given back; it lives as long as one fit. */
export class Workspace {
  readonly memory: WasmMemory;
  readonly kernels: Kernels;
  #end = PAGE_BYTES;

  constructor() {
    this.memory = sharedWasmMemory();
    this.kernels = instantiateWasm<Kernels>(kernelModule(), this.memory);
  }

  /** Takes zeroed bytes; returns their address. Throws `training-data` beyond 4 GiB. */
  take(bytes: number): number {
    const at = this.#end;
    this.#end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
    const missing = Math.ceil((this.#end - this.memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#grow(missing);
    return at;
  }

  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at, length);
  }

  words(at: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, at, length);
  }

  longs(at: number, length: number): BigInt64Array {
    return new BigInt64Array(this.memory.buffer, at, length);
  }

  numbers(at: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, at, length);
  }

  #grow(pages: number): void {
    const needed = this.memory.buffer.byteLength / PAGE_BYTES + pages;
    // Grow by halves: growing is slow, and address space is free.
    const wanted = Math.min(MAXIMUM_PAGES, Math.max(needed, Math.ceil(needed * 1.5)));
    try {
      if (needed <= MAXIMUM_PAGES) {
        this.memory.grow(wanted - this.memory.buffer.byteLength / PAGE_BYTES);
        return;
      }
    } catch {
      // Falls through: the platform refused the memory.
    }
    throw new OrbweaverError(
      "training-data",
      `the table needs ${Math.ceil((needed * PAGE_BYTES) / 2 ** 20)} MiB of memory to train on, more than there is`,
      { hint: "Train on fewer rows or columns, or with fewer leaves." },
    );
  }
}

let compiled: WasmModule | undefined;

/** The compiled kernels; threads that join in instantiate them on the same memory. */
export function kernelModule(): WasmModule {
  compiled ??= compileWasm(decodeBase64(KERNEL_BASE64));
  return compiled;
}
