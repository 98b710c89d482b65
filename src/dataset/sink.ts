// Where the bytes of row files go: a file that appears whole or not at all, or a stream.
//
// A file is written under a temporary name beside its target and renamed on `finish`, so that readers never meet half
// a file and a failed run leaves the old one. Devices and pipes (/dev/full, a FIFO) are written in place. Writing
// overlaps with computing: Pages hands pages to the system while the next one is being filled. Knows no formats.

import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Writable } from "node:stream";
import { writeError } from "./file-error.ts";

/** Takes bytes in order. One write at a time; the bytes may be reused when its promise resolves. */
export interface Target {
  readonly path: string;
  /** True once nobody reads the stream any more (EPIPE); further bytes are dropped. */
  readonly readerGone: boolean;
  write(bytes: Uint8Array): Promise<void>;
  /** Makes the file appear. Throws `file-write`. */
  finish(): Promise<void>;
  /** Removes what was written. Never throws. */
  abort(): Promise<void>;
}

let temporaryCount = 0;

/** A name beside `path` that no other run uses; hidden, so that shell patterns do not match it. */
export function temporaryName(path: string): string {
  temporaryCount++;
  return join(dirname(path), `.${basename(path)}.${process.pid}-${temporaryCount}.partial`);
}

/** Where `path` really lies when it is a symbolic link, and whether it may be replaced by renaming. */
export async function resolveTarget(path: string): Promise<{ path: string; regular: boolean }> {
  try {
    const real = await realpath(path);
    const facts = await stat(real);
    if (facts.isDirectory()) throw Object.assign(new Error("folder"), { code: "EISDIR" });
    return { path: real, regular: facts.isFile() };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return { path, regular: true };
    throw writeError(path, cause);
  }
}

/**
 * Opens a file for writing. Throws `file-write` at once when the folder is missing or may not be written.
 *
 * @param shown the path that messages name
 */
export async function openFileTarget(path: string, shown = path): Promise<Target> {
  const target = await resolveTarget(path);
  const written = target.regular ? temporaryName(target.path) : target.path;
  try {
    const handle = await open(written, target.regular ? "wx" : "w");
    return new FileTarget(shown, target.path, written, handle);
  } catch (cause) {
    throw writeError(shown, cause);
  }
}

class FileTarget implements Target {
  readonly path: string;
  readonly readerGone = false;
  readonly #final: string;
  readonly #written: string;
  readonly #handle: FileHandle;

  constructor(path: string, final: string, written: string, handle: FileHandle) {
    this.path = path;
    this.#final = final;
    this.#written = written;
    this.#handle = handle;
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        done += (await this.#handle.write(bytes, done, bytes.length - done)).bytesWritten;
      }
    } catch (cause) {
      throw writeError(this.path, cause);
    }
  }

  async finish(): Promise<void> {
    try {
      await this.#handle.close();
      if (this.#written !== this.#final) await rename(this.#written, this.#final);
    } catch (cause) {
      await this.abort();
      throw writeError(this.path, cause);
    }
  }

  async abort(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    if (this.#written !== this.#final) await rm(this.#written, { force: true }).catch(() => undefined);
  }
}

/** A target over a stream such as standard output. A reader that leaves (EPIPE) is no error. */
export function streamTarget(stream: Writable, path = "-"): Target {
  let gone = false;
  let failure: Error | undefined;
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") gone = true;
    else failure = writeError(path === "-" ? "standard output" : path, error);
  };
  stream.on("error", onError);
  const release = async (): Promise<void> => {
    // The error of a last write may still be on its way; listen until the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    stream.off("error", onError);
  };
  return {
    path,
    get readerGone() {
      return gone;
    },
    async write(bytes) {
      if (gone) return;
      await new Promise<void>((resolve) => stream.write(bytes, () => resolve()));
      if (failure !== undefined) throw failure;
    },
    async finish() {
      await release();
      if (failure !== undefined) throw failure;
    },
    abort: release,
  };
}

/** A page is handed on when it holds half of this many bytes. */
const PAGE_BYTES = 1 << 20;
/** Pages that may wait to be written: where all processors compute, one that has been handed on waits for its turn. */
const WAITING_MAX = 6;

/** Pages of bytes in turn: one is filled while others are written, one behind the other. Pages grow to hold what one batch needs. */
export class Pages {
  /** The page being filled; `length` bytes of it are used. */
  page: Buffer<ArrayBuffer> = Buffer.alloc(PAGE_BYTES);
  length = 0;
  /** Bytes handed to the target so far. */
  written = 0;
  readonly #target: Target;
  readonly #spare: Buffer<ArrayBuffer>[] = [];
  /** Those that have not ended, oldest first. They never fail. */
  readonly #writes: Promise<void>[] = [];
  #failure: unknown;

  constructor(target: Target) {
    this.#target = target;
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.page.length) return;
    const grown = Buffer.alloc(Math.max(this.page.length * 2, this.length + count));
    this.page.copy(grown, 0, 0, this.length);
    this.page = grown;
  }

  /** Hands the page on when it is full enough; wait for the promise, if there is one, before filling further. */
  flush(threshold = PAGE_BYTES / 2): void | Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.length < threshold || this.length === 0) return undefined;
    if (this.#writes.length === WAITING_MAX) return this.#writes[0].then(() => this.flush(threshold));
    const full = this.page;
    this.#writes.push(this.#write(full, full.subarray(0, this.length)));
    this.page = this.#spare.pop() ?? Buffer.alloc(PAGE_BYTES);
    this.written += this.length;
    this.length = 0;
    return undefined;
  }

  /** Writes what is left and makes the file appear; returns its size in bytes. */
  async finish(): Promise<number> {
    try {
      await this.flush(1);
      await this.#writes.at(-1);
      if (this.#failure !== undefined) throw this.#failure;
    } catch (failure) {
      await this.abort();
      throw failure;
    }
    await this.#target.finish();
    return this.written;
  }

  async abort(): Promise<void> {
    await this.#writes.at(-1);
    await this.#target.abort();
  }

  /** Writes a page behind those that were handed on before it; nothing more behind one that failed. */
  async #write(page: Buffer<ArrayBuffer>, bytes: Uint8Array): Promise<void> {
    const before = this.#writes.at(-1);
    if (before !== undefined) await before;
    try {
      if (this.#failure === undefined) await this.#target.write(bytes);
    } catch (failure) {
      this.#failure = failure;
    }
    this.#writes.shift();
    this.#spare.push(page);
  }
}
