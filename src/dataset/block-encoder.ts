// The features of rows, gathered into the columns of an .orbrows block, by WebAssembly: assembly/block.ts.
//
// Takes as many rows as a block has, then gives directory and columns as bytes to be copied. Knows no files.

import { compileWasm, decodeBase64, instantiateWasm, PAGE_BYTES, sharedWasmMemory } from "../base/wasm.ts";
import { KERNEL_BASE64 } from "./kernels.generated.ts";

interface Kernels {
  encode(values: number, rows: number, columns: number, work: number, directory: number, out: number): number;
}

/** Columns that are turned at a time. */
const TILE = 8;

export class BlockEncoder {
  readonly #kernels: Kernels;
  readonly #columns: number;
  readonly #values: Float64Array;
  readonly #bytes: Uint8Array;
  readonly #work: number;
  readonly #directory: number;
  readonly #out: number;

  constructor(columns: number, blockRows: number) {
    const memory = sharedWasmMemory();
    this.#columns = columns;
    const columnBytes = (blockRows + 1) * 8;
    const values = PAGE_BYTES;
    this.#work = values + columns * blockRows * 8;
    this.#directory = this.#work + (TILE + 1) * columnBytes;
    this.#out = this.#directory + columns * 8;
    const end = this.#out + columns * columnBytes + 64;
    memory.grow(Math.ceil(end / PAGE_BYTES));
    this.#kernels = instantiateWasm<Kernels>(compileWasm(decodeBase64(KERNEL_BASE64)), memory);
    this.#values = new Float64Array(memory.buffer, values, columns * blockRows);
    this.#bytes = new Uint8Array(memory.buffer);
  }

  /** Keeps rows of values that lie row by row, behind `row` rows kept before. */
  take(values: Float64Array, row: number): void {
    this.#values.set(values, row * this.#columns);
  }

  /** The block of the first `rows` rows: directory entries and columns; valid until the next call. */
  encode(rows: number): { directory: Uint8Array; columns: Uint8Array } {
    const length = this.#kernels.encode(
      this.#values.byteOffset,
      rows,
      this.#columns,
      this.#work,
      this.#directory,
      this.#out,
    );
    return {
      directory: this.#bytes.subarray(this.#directory, this.#directory + this.#columns * 8),
      columns: this.#bytes.subarray(this.#out, this.#out + length),
    };
  }
}
