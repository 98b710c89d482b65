// Rows, gathered into the columns of an .orbrows block, by WebAssembly: assembly/block.ts.
//
// Takes as many rows as a block has, then gives directory and columns as bytes to be copied: those of RAW_IDENTITY, then the
// features. Knows no files.

import { compileWasm, decodeBase64, instantiateWasm, PAGE_BYTES, sharedWasmMemory } from "../base/wasm.ts";
import type { RowBatch } from "../feature/row.ts";
import { KERNEL_BASE64 } from "./kernels.generated.ts";
import { RAW_IDENTITY } from "./orbrows.ts";

interface Kernels {
  takeIdentity(from: number, rows: number, to: number, columnBytes: number): void;
  takeValues(from: number, rows: number, columns: number, to: number, columnBytes: number): void;
  encode(
    numbers: number,
    columnBytes: number,
    rows: number,
    columns: number,
    words: number,
    directory: number,
    out: number,
  ): number;
}

/** Rows that are taken at a time; they and their columns fit into the cache of a processor. */
const ROWS_AT_ONCE = 256;
/** Of a row: three numbers, eight address words, two ports, protocol and reason. */
const IDENTITY_BYTES = 3 * 8 + 8 * 4 + 2 * 2 + 2;

export class BlockEncoder {
  readonly #kernels: Kernels;
  readonly #features: number;
  readonly #columns: number;
  readonly #columnBytes: number;
  readonly #memory: ArrayBufferLike;
  readonly #bytes: Uint8Array;
  // Addresses: rows that are being taken, columns of numbers, and what `encode` writes.
  readonly #rows = PAGE_BYTES;
  readonly #numbers: number;
  readonly #words: number;
  readonly #directory: number;
  readonly #out: number;

  /** @param features columns beside those of the identity */
  constructor(features: number, blockRows: number) {
    const memory = sharedWasmMemory();
    this.#features = features;
    this.#columns = RAW_IDENTITY.length + features;
    // Whole vectors, and one more row where the last one is odd.
    this.#columnBytes = (blockRows + (blockRows % 2) + 2) * 8;
    this.#numbers = aligned(this.#rows + ROWS_AT_ONCE * (IDENTITY_BYTES + features * 8));
    this.#words = this.#numbers + this.#columns * this.#columnBytes;
    this.#directory = this.#words + this.#columnBytes;
    this.#out = this.#directory + this.#columns * 8;
    const end = this.#out + this.#columns * this.#columnBytes + 64;
    memory.grow(Math.ceil(end / PAGE_BYTES));
    this.#kernels = instantiateWasm<Kernels>(compileWasm(decodeBase64(KERNEL_BASE64)), memory);
    this.#memory = memory.buffer;
    this.#bytes = new Uint8Array(memory.buffer);
  }

  /** Keeps `count` rows of a batch, from its row `first` on, behind `kept` rows kept before. */
  take(batch: RowBatch, first: number, count: number, kept: number): void {
    for (let done = 0; done < count; done += ROWS_AT_ONCE) {
      const rows = Math.min(ROWS_AT_ONCE, count - done);
      const to = this.#numbers + (kept + done) * 8;
      this.#takeIdentity(batch, first + done, rows, to);
      this.#takeValues(batch, first + done, rows, to + RAW_IDENTITY.length * this.#columnBytes);
    }
  }

  /** The block of the first `rows` rows: directory entries and columns; valid until the next call. */
  encode(rows: number): { directory: Uint8Array; columns: Uint8Array } {
    const length = this.#kernels.encode(
      this.#numbers,
      this.#columnBytes,
      rows,
      this.#columns,
      this.#words,
      this.#directory,
      this.#out,
    );
    return {
      directory: this.#bytes.subarray(this.#directory, this.#directory + this.#columns * 8),
      columns: this.#bytes.subarray(this.#out, this.#out + length),
    };
  }

  #takeIdentity(batch: RowBatch, first: number, rows: number, to: number): void {
    const end = first + rows;
    const memory = this.#memory;
    let at = this.#rows;
    for (const numbers of [batch.flow, batch.startUs, batch.endUs]) {
      new Float64Array(memory, at, rows).set(numbers.subarray(first, end));
      at += rows * 8;
    }
    new Int32Array(memory, at, rows * 8).set(batch.addresses.subarray(first * 8, end * 8));
    at += rows * 32;
    new Uint16Array(memory, at, rows * 2).set(batch.ports.subarray(first * 2, end * 2));
    at += rows * 4;
    this.#bytes.set(batch.protocol.subarray(first, end), at);
    this.#bytes.set(batch.reason.subarray(first, end), at + rows);
    this.#kernels.takeIdentity(this.#rows, rows, to, this.#columnBytes);
  }

  #takeValues(batch: RowBatch, first: number, rows: number, to: number): void {
    const columns = this.#features;
    const values = batch.values.subarray(first * columns, (first + rows) * columns);
    new Float64Array(this.#memory, this.#rows, values.length).set(values);
    this.#kernels.takeValues(this.#rows, rows, columns, to, this.#columnBytes);
  }
}

function aligned(address: number): number {
  return (address + 15) & ~15;
}
