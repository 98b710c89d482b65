// Reads .orbrows files block by block, in bounded memory. See orbrows.ts for the bytes.
//
// A file cut short gives its whole blocks and says in `truncated` what is missing; a damaged one throws `rows-invalid`
// with the place of the damage.

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { OrbweaverError } from "../base/errors.ts";
import { readError } from "./file-error.ts";
import {
  BLOCK_BYTES,
  type Block,
  decodeBlock,
  decodeHeader,
  decodeMark,
  END_BYTES,
  HEADER_BYTES,
  headerBytes,
  OrbrowsDamage,
  type OrbrowsHeader,
} from "./orbrows.ts";

export class OrbrowsReader {
  readonly path: string;
  readonly header: OrbrowsHeader;
  readonly size: number;
  /** What is missing at the end, once `next` has returned undefined; undefined for a whole file. */
  truncated: string | undefined;
  readonly #file: number;
  #offset = 0;
  #blocks = 0;
  #rows = 0;
  #ended = false;
  #buffer = Buffer.alloc(1 << 16);

  /** Throws `rows-invalid` for a damaged header, and the file errors. */
  constructor(path: string) {
    this.path = path;
    try {
      this.#file = openSync(path, "r");
    } catch (cause) {
      throw readError(path, cause);
    }
    try {
      this.size = fstatSync(this.#file).size;
      this.header = this.#checked(() => decodeHeader(this.#read(headerBytes(this.#read(HEADER_BYTES)))));
      this.#offset = headerBytes(this.#buffer);
    } catch (failure) {
      closeSync(this.#file);
      throw failure;
    }
  }

  /** Rows given so far. */
  get rows(): number {
    return this.#rows;
  }

  /** The next block, or undefined at the end of what can be read. */
  next(): Block | undefined {
    if (this.#ended) return undefined;
    const mark = this.#read(END_BYTES);
    const found = this.#checked(() => decodeMark(mark));
    if (found === undefined) return this.#cut("its end mark");
    if (found.kind === "end") return this.#end(found.rows);
    const length = BLOCK_BYTES + found.body;
    if (length > this.size - this.#offset) return this.#cut(`block ${this.#blocks + 1}`);
    const bytes = this.#read(length);
    const block = this.#checked(() => decodeBlock(bytes, this.header));
    this.#offset += length;
    this.#blocks++;
    this.#rows += block.rows;
    return block;
  }

  close(): void {
    closeSync(this.#file);
  }

  #end(rows: number): undefined {
    this.#ended = true;
    if (rows !== this.#rows) this.#damaged(`the end mark counts ${rows} rows, found ${this.#rows}`);
    return undefined;
  }

  #cut(what: string): undefined {
    this.#ended = true;
    this.truncated = `the file ends before ${what}; the ${this.#rows} rows before it were read`;
    return undefined;
  }

  /** Bytes from the current offset on; fewer where the file ends. Valid until the next read. */
  #read(length: number): Buffer {
    if (length > this.#buffer.length) {
      const available = Math.max(0, this.size - this.#offset);
      this.#buffer = Buffer.alloc(Math.max(this.#buffer.length, Math.min(length, available)));
    }
    const wanted = Math.min(length, this.#buffer.length);
    let done = 0;
    while (done < wanted) {
      const count = this.#readSome(done, wanted - done);
      if (count === 0) break;
      done += count;
    }
    return this.#buffer.subarray(0, done);
  }

  #readSome(at: number, length: number): number {
    try {
      return readSync(this.#file, this.#buffer, at, length, this.#offset + at);
    } catch (cause) {
      throw readError(this.path, cause);
    }
  }

  #checked<T>(decode: () => T): T {
    try {
      return decode();
    } catch (failure) {
      if (failure instanceof OrbrowsDamage) return this.#damaged(failure.message, failure);
      throw failure;
    }
  }

  #damaged(what: string, cause?: unknown): never {
    throw new OrbweaverError("rows-invalid", `'${this.path}' is damaged at byte ${this.#offset}: ${what}`, {
      hint: "Write the rows again, or copy the file again.",
      cause,
    });
  }
}
