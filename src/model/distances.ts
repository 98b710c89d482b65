// The memory and the kernels of distances (src/model/assembly/distance.ts) of one model. Knows no model.

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
import { KERNEL_BASE64 } from "./distance-kernels.generated.ts";

/** Arguments are byte addresses unless named otherwise; see the source of the kernels. */
export interface DistanceKernels {
  squaredDistances(query: number, block: number, numbers: number, codes: number, out: number): void;
  absoluteDistances(query: number, block: number, numbers: number, codes: number, out: number): void;
  kernelSums(
    query: number,
    block: number,
    blocks: number,
    numbers: number,
    codes: number,
    gamma: number,
    coefficients: number,
    outputs: number,
    sums: number,
    scratch: number,
  ): void;
  search(index: number, state: number, most: number): number;
  scan(index: number, states: number, count: number): void;
}

let compiled: WasmModule | undefined;

function kernelModule(): WasmModule {
  compiled ??= compileWasm(decodeBase64(KERNEL_BASE64));
  return compiled;
}

const ALIGNMENT = 64;

/** A memory whose pieces are taken once, all at the same time: `sizes` bytes each. Views stay valid for its life. */
export class DistanceMemory {
  readonly kernels: DistanceKernels;
  readonly words: Uint32Array;
  readonly floats: Float32Array;
  readonly numbers: Float64Array;
  /** Address of each piece. */
  readonly pieces: readonly number[];

  constructor(sizes: readonly number[]) {
    const pieces: number[] = [];
    // Addresses below the first page stay unused: the kernels hold nothing there, but a compiler may.
    let end = PAGE_BYTES;
    for (const size of sizes) {
      pieces.push(end);
      end += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    }
    const pages = Math.ceil(end / PAGE_BYTES);
    const memory: WasmMemory = sharedWasmMemory(Math.min(MAXIMUM_PAGES, Math.max(2, pages)));
    memory.grow(pages - 1);
    this.kernels = instantiateWasm<DistanceKernels>(kernelModule(), memory);
    this.pieces = pieces;
    this.words = new Uint32Array(memory.buffer);
    this.floats = new Float32Array(memory.buffer);
    this.numbers = new Float64Array(memory.buffer);
  }
}
