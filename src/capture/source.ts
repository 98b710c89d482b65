// Where the bytes of a capture come from: a file, a pipe, standard input; a block at a time.
//
// Guarantees: a few fixed buffers for a file, read ahead while one is in use, so memory does not grow with the file;
// failures a user can meet are errors of the table, with the path, behind all that was read before them. Must not know
// capture formats.

import * as fs from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { type ErrorCode, OrbweaverError } from "../base/errors.ts";
import { ReadingChoice } from "./reading-choice.ts";

export const STANDARD_INPUT = "-";
const STANDARD_INPUT_DESCRIPTOR = 0;

const openFile = promisify(fs.open);
const readFile = promisify(fs.read);
const statFile = promisify(fs.fstat);
const closeFile = promisify(fs.close);

export interface ByteSource {
  /**
   * Lends a file to who reads it by himself, and gives from where on `next` is to go on. It is not closed before. To be called when
   * nobody looks at blocks any more; only where a file has places to read from.
   */
  lend?(read: (descriptor: number) => Promise<number>): Promise<void>;
  /** Bytes in all, where that is known. */
  readonly bytesTotal: number | undefined;
  /** The next bytes, valid until the call after, or longer where blocks are kept; undefined at the end, and after `close`. */
  next(): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

/** Memory that files are read into, in turn. */
export interface ReadBuffers {
  /** Of one length, and at least two more than are kept: one is in use, others are read ahead. */
  readonly blocks: readonly Uint8Array[];
  /** Of a file, so many blocks before the one in use stay as they are. */
  readonly kept: number;
  /** Files are read near rather than ahead (reading-choice.ts), unless that is slow: other threads work on what was read. */
  readonly near?: boolean;
}

/** So many are worth having: where the system has a file in memory, one reader copies slower than one thread meters. */
export const READ_BUFFERS = 6;

/**
 * Opens a path, or standard input for "-".
 * Throws file-missing, file-permission, file-is-directory, file-read.
 */
export async function openSource(path: string, buffers: ReadBuffers): Promise<ByteSource> {
  let descriptor = STANDARD_INPUT_DESCRIPTOR;
  try {
    if (path !== STANDARD_INPUT) descriptor = await openFile(path, "r");
    const stats = await statFile(descriptor);
    if (stats.isFile()) return new FileSource(descriptor, path, buffers, stats.size);
    if (stats.isDirectory()) {
      await closeUnlessStandard(descriptor);
      throw new OrbweaverError(
        "file-is-directory",
        `${sourceName(path)} is a directory, expected a capture file`,
      );
    }
    if (path === STANDARD_INPUT) return new StreamSource(process.stdin, path, buffers);
    // A blocking read of a pipe could not be called off; a socket's can.
    if (stats.isFIFO()) {
      return new StreamSource(new Socket({ fd: descriptor, writable: false }), path, buffers);
    }
    return new FileSource(descriptor, path, buffers, undefined);
  } catch (error) {
    throw readError(error, path);
  }
}

/** A block that is to be handed on. */
interface Coming {
  buffer: Uint8Array;
  /** Where it begins; null on a device, which has no places. */
  position: number | null;
  /** How many bytes were read; undefined where it is read when it is asked for. */
  reading: Promise<number> | undefined;
}

class FileSource implements ByteSource {
  readonly bytesTotal: number | undefined;
  readonly #descriptor: number;
  readonly #path: string;
  readonly #buffers: readonly Uint8Array[];
  readonly #kept: number;
  readonly #choice: ReadingChoice | undefined;
  #handedOnMs = performance.now();
  /** The buffer that is handed on next. */
  #turn = 0;
  /** Where the next read begins; a device has no places, and is read by one reader at a time. */
  #position = 0;
  readonly #coming: Coming[] = [];
  #ended = false;
  #closed = false;
  #failure: unknown;
  #lent: Promise<number> | undefined;

  constructor(descriptor: number, path: string, buffers: ReadBuffers, bytesTotal: number | undefined) {
    this.bytesTotal = bytesTotal;
    this.#descriptor = descriptor;
    this.#path = path;
    this.#buffers = bytesTotal === undefined ? buffers.blocks.slice(0, 2) : buffers.blocks;
    this.#kept = bytesTotal === undefined ? 0 : buffers.kept;
    if (bytesTotal !== undefined) this.#choice = new ReadingChoice(buffers.near === true);
    this.#beginAll();
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#closed || this.#ended) return undefined;
    const coming = this.#coming[0];
    const near = coming.reading === undefined;
    const startedMs = performance.now();
    const count = await (coming.reading ?? this.#fill(coming.buffer, coming.position, true));
    if (this.#closed) return undefined;
    this.#coming.shift();
    if (count === 0 && this.#failure !== undefined) throw readError(this.#failure, this.#path);
    const block = this.#buffers[this.#turn];
    // What a file that grows has behind its end is not read: there may be a gap before what was read there.
    this.#ended = count === 0 || (this.bytesTotal !== undefined && count < block.length);
    if (count === 0) return undefined;
    const free = this.#buffers.at(this.#turn - 1 - this.#kept)!;
    this.#turn = (this.#turn + 1) % this.#buffers.length;
    const nowMs = performance.now();
    this.#choice?.handedOn(near, nowMs - this.#handedOnMs, near ? nowMs - startedMs : undefined);
    this.#handedOnMs = nowMs;
    if (!this.#ended) this.#begin(free);
    return count === block.length ? block : block.subarray(0, count);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all(this.#coming.map(({ reading }) => reading));
    await this.#lent?.catch(() => undefined);
    await closeUnlessStandard(this.#descriptor);
  }

  async lend(read: (descriptor: number) => Promise<number>): Promise<void> {
    await Promise.all(this.#coming.map(({ reading }) => reading));
    if (this.#closed) return;
    const lent = read(this.#descriptor);
    this.#lent = lent;
    const position = await lent;
    if (this.#closed) return;
    this.#coming.length = 0;
    this.#failure = undefined;
    this.#ended = false;
    this.#turn = 0;
    this.#position = position;
    this.#beginAll();
  }

  /** Has as many blocks read as are not in use. */
  #beginAll(): void {
    for (const buffer of this.#buffers.slice(0, -1 - this.#kept)) this.#begin(buffer);
  }

  /** Has the next block read, now or when it is asked for. */
  #begin(buffer: Uint8Array): void {
    const position = this.bytesTotal === undefined ? null : this.#position;
    this.#position += buffer.length;
    const near = this.#choice?.next() ?? false;
    this.#coming.push({ buffer, position, reading: near ? undefined : this.#fill(buffer, position) });
  }

  /**
   * Gives how many bytes were read, by this thread and at once where they are to be near. Never rejects: nobody may be waiting for
   * a read ahead when it fails.
   */
  async #fill(buffer: Uint8Array, start: number | null, near = false): Promise<number> {
    let count = 0;
    try {
      // A file is read until the buffer is full; of a device what came is handed on.
      for (
        let read = -1;
        read !== 0 && count < buffer.length && (start !== null || count === 0);
        count += read
      ) {
        const position = start === null ? null : start + count;
        const place = [count, buffer.length - count, position] as const;
        read = near
          ? fs.readSync(this.#descriptor, buffer, ...place)
          : (await readFile(this.#descriptor, buffer, ...place)).bytesRead;
      }
    } catch (error) {
      this.#failure = error;
      return 0;
    }
    return count;
  }
}

/** A pipe or a socket: what came is handed on at once, however little it is. */
export class StreamSource implements ByteSource {
  readonly bytesTotal = undefined;
  readonly #stream: Readable;
  readonly #path: string;
  readonly #buffers: readonly Uint8Array[];
  readonly #blocks: AsyncIterator<Uint8Array>;
  #filling = 0;
  #closed = false;

  constructor(stream: Readable, path: string, buffers: ReadBuffers) {
    this.#stream = stream;
    this.#path = path;
    this.#buffers = buffers.blocks;
    this.#blocks = stream[Symbol.asyncIterator]();
  }

  async next(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.#blocks.next();
      if (done || this.#closed) return undefined;
      return this.#placed(value);
    } catch (error) {
      if (this.#closed) return undefined;
      throw readError(error, this.#path);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stream.destroy();
  }

  /** The bytes in one of the buffers, where frames need not be copied one by one. */
  #placed(value: Uint8Array): Uint8Array {
    const buffer = this.#buffers[this.#filling];
    if (value.length > buffer.length) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    this.#filling = 1 - this.#filling;
    buffer.set(value);
    return buffer.subarray(0, value.length);
  }
}

async function closeUnlessStandard(descriptor: number): Promise<void> {
  if (descriptor !== STANDARD_INPUT_DESCRIPTOR) await closeFile(descriptor);
}

/** A path for messages. */
export function sourceName(path: string): string {
  return path === STANDARD_INPUT ? "standard input" : path;
}

const READ_ERRORS: Record<string, { code: ErrorCode; found: string }> = {
  ENOENT: { code: "file-missing", found: "no such file" },
  ENOTDIR: { code: "file-missing", found: "no such file (a part of the path is not a directory)" },
  ELOOP: { code: "file-missing", found: "no such file (its links go in a circle)" },
  ENAMETOOLONG: { code: "file-missing", found: "no such file (the name is too long)" },
  EACCES: { code: "file-permission", found: "no permission to read it" },
  EPERM: { code: "file-permission", found: "no permission to read it" },
  EISDIR: { code: "file-is-directory", found: "is a directory, expected a capture file" },
};

/** An error of the table for one of the system; errors of the table pass. */
function readError(error: unknown, path: string): unknown {
  if (error instanceof OrbweaverError || !(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const known = READ_ERRORS[code];
  if (known !== undefined)
    return new OrbweaverError(known.code, `${sourceName(path)}: ${known.found}`, { cause: error });
  return new OrbweaverError("file-read", `${sourceName(path)}: reading failed (${error.message})`, {
    cause: error,
  });
}
