// Writes captures as pcap: little-endian, Ethernet and microseconds unless told.
//
// Guarantees: the same frames give the same bytes; a file appears under its name only when it is complete (it is
// written beside it and renamed), memory is two fixed buffers for a file; a full disk or a missing permission is
// `file-write`. It is a FrameHandler, so what is read can be written. Must not know protocols.
//
//     offset  file header (24 bytes)                   offset  record header (16 bytes)
//       0     a1b2c3d4 (µs) or a1b23c4d (ns)             0     seconds
//       4     2, 4: version                              4     microseconds or nanoseconds
//       8     0: zone, 0: accuracy                       8     captured length
//      16     snapshot length                           12     wire length
//      20     link type

import * as fs from "node:fs";
import { dirname, join } from "node:path";
import type { Writable } from "node:stream";
import { OrbweaverError } from "../base/errors.ts";
import type { FrameHandler } from "./contract.ts";
import { FRAME_BYTES_MAX } from "./ledger.ts";

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const FILE_HEADER_BYTES = 24;
const RECORD_BYTES = 16;
const SECOND_US = 1_000_000;
const SECONDS_MAX = 0xffffffff;
const LINK_TYPE_ETHERNET = 1;
const BUFFER_BYTES = 1_048_576;
/** Below this a byte loop beats a call of `set`. */
const SMALL_FRAME_BYTES = 48;
/** Most bytes that may wait in a stream whose reader is slow and whose writer never awaits `flushIfNeeded`. */
const WAITING_BYTES_MAX = 67_108_864;

export interface WriterOptions {
  /** LINKTYPE_ number; Ethernet (1) by default. */
  linkType?: number;
  /** Frames are cut to this many bytes; 262,144 by default, and at most. */
  snapLength?: number;
  /** Write times in nanoseconds (whole microseconds still). */
  nanoseconds?: boolean;
}

/** Where written bytes go. */
interface Target {
  /** Takes the bytes at once, or copies them: the buffer is reused. */
  write(bytes: Uint8Array): void;
  /** A promise when the target wants a pause. */
  drained(): Promise<void> | undefined;
  /** Makes what was written visible under its name. */
  finish(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): void;
}

export class CaptureWriter implements FrameHandler {
  readonly #target: Target;
  readonly #linkType: number;
  readonly #snapLength: number;
  readonly #nanoseconds: boolean;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #view = new DataView(this.#buffer.buffer);
  #used = 0;
  #closed = false;
  #frames = 0;
  #bytesWritten = 0;

  private constructor(target: Target, options: WriterOptions) {
    this.#target = target;
    this.#linkType = options.linkType ?? LINK_TYPE_ETHERNET;
    this.#snapLength = Math.min(options.snapLength ?? FRAME_BYTES_MAX, FRAME_BYTES_MAX);
    this.#nanoseconds = options.nanoseconds ?? false;
    this.#fileHeader();
  }

  /**
   * Opens a target: a path (replaced on `close`, whole), "-" for standard output, or a stream, which is not ended.
   * A path that names a device or a pipe is written in place. Throws `file-write`.
   */
  static open(target: string | Writable, options: WriterOptions = {}): CaptureWriter {
    if (target === "-")
      return new CaptureWriter(new StreamTarget(process.stdout, "standard output"), options);
    if (typeof target !== "string") return new CaptureWriter(new StreamTarget(target, "stream"), options);
    return new CaptureWriter(new FileTarget(target), options);
  }

  /** Frames written so far. */
  get frames(): number {
    return this.#frames;
  }

  /** Bytes of the file so far, headers included. */
  get bytesWritten(): number {
    return this.#bytesWritten + this.#used;
  }

  /**
   * Adds a frame. `timestampUs`: whole µs since 1970-01-01 UTC, from 0 to 2^32 s. `wireLength` is the length of the
   * frame where it is longer than its bytes. Throws `file-write`.
   */
  write(timestampUs: number, frame: Uint8Array, wireLength = frame.length): void {
    this.frame(frame, 0, frame.length, wireLength, timestampUs, this.#linkType);
  }

  /** As FrameHandler: bytes[start, start + capturedLength) is a frame. Throws `file-write`. */
  frame(
    bytes: Uint8Array,
    start: number,
    capturedLength: number,
    wireLength: number,
    timestampUs: number,
    linkType: number,
  ): void {
    if (linkType !== this.#linkType) throw this.#linkTypeError(linkType);
    const seconds = Math.floor(timestampUs / SECOND_US);
    if (!(seconds >= 0 && seconds <= SECONDS_MAX)) throw timeError(timestampUs);
    const length = Math.min(capturedLength, this.#snapLength);
    if (this.#used + RECORD_BYTES + length > BUFFER_BYTES) this.#flush();
    const view = this.#view;
    const at = this.#used;
    const fractionUs = Math.floor(timestampUs - seconds * SECOND_US);
    view.setUint32(at, seconds, true);
    view.setUint32(at + 4, this.#nanoseconds ? fractionUs * 1000 : fractionUs, true);
    view.setUint32(at + 8, length, true);
    view.setUint32(at + 12, Math.max(wireLength, capturedLength), true);
    copy(bytes, start, length, this.#buffer, at + RECORD_BYTES);
    this.#used = at + RECORD_BYTES + length;
    this.#frames++;
  }

  /** Waits where the target is slower than the writer. Files never wait. Throws `file-write`. */
  async flushIfNeeded(): Promise<void> {
    await this.#target.drained();
  }

  /** Writes what is left and gives the file its name. Throws `file-write`; then nothing is left behind. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#flush();
      await this.#target.finish();
    } catch (error) {
      this.#target.discard();
      throw error;
    }
  }

  /** Gives up: the file of this name stays as it was. */
  discard(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#target.discard();
  }

  #fileHeader(): void {
    const view = this.#view;
    view.setUint32(0, this.#nanoseconds ? MAGIC_NANOSECONDS : MAGIC_MICROSECONDS, true);
    view.setUint16(4, 2, true);
    view.setUint16(6, 4, true);
    view.setUint32(16, this.#snapLength, true);
    view.setUint32(20, this.#linkType, true);
    this.#used = FILE_HEADER_BYTES;
  }

  /** After a failure there is nothing to go on with: the unfinished file goes at once. */
  #flush(): void {
    try {
      this.#target.write(this.#buffer.subarray(0, this.#used));
    } catch (error) {
      this.#closed = true;
      this.#target.discard();
      throw error;
    }
    this.#bytesWritten += this.#used;
    this.#used = 0;
  }

  #linkTypeError(found: number): OrbweaverError {
    const message = `frame of link type ${found} for a pcap file of link type ${this.#linkType}`;
    return new OrbweaverError("file-write", message, {
      hint: "A pcap file holds one link type; write one file per link type.",
    });
  }
}

function copy(from: Uint8Array, start: number, length: number, to: Uint8Array, at: number): void {
  if (length > SMALL_FRAME_BYTES) {
    to.set(from.subarray(start, start + length), at);
    return;
  }
  for (let index = 0; index < length; index++) to[at + index] = from[start + index];
}

function timeError(timestampUs: number): OrbweaverError {
  const message = `time ${timestampUs} µs does not fit a pcap file, which holds 0 to 2^32 seconds`;
  return new OrbweaverError("file-write", message, {
    hint: "Shift the capture's times into the years 1970 to 2106.",
  });
}

/** A file, written beside its name and renamed; a device or pipe in place. Writing is synchronous: nothing queues. */
class FileTarget implements Target {
  readonly #path: string;
  /** Where the bytes go until the end; the same as #path for devices. */
  readonly #temporary: string;
  readonly #descriptor: number;
  #open = true;

  constructor(path: string) {
    this.#path = path;
    try {
      const target = settle(path);
      this.#path = target.path;
      const opened = target.inPlace
        ? { name: target.path, descriptor: fs.openSync(target.path, "w") }
        : openBeside(target.path);
      this.#temporary = opened.name;
      this.#descriptor = opened.descriptor;
    } catch (error) {
      throw writeError(error, path);
    }
  }

  write(bytes: Uint8Array): void {
    try {
      for (let written = 0; written < bytes.length; ) {
        written += fs.writeSync(this.#descriptor, bytes, written, bytes.length - written);
      }
    } catch (error) {
      throw writeError(error, this.#path);
    }
  }

  drained(): undefined {
    return undefined;
  }

  async finish(): Promise<void> {
    try {
      this.#open = false;
      fs.closeSync(this.#descriptor);
      if (this.#temporary !== this.#path) fs.renameSync(this.#temporary, this.#path);
    } catch (error) {
      throw writeError(error, this.#path);
    }
  }

  discard(): void {
    if (this.#open) fs.closeSync(this.#descriptor);
    this.#open = false;
    if (this.#temporary !== this.#path) fs.rmSync(this.#temporary, { force: true });
  }
}

/** The file behind links, and whether it is something that a rename must not replace. */
function settle(path: string): { path: string; inPlace: boolean } {
  const stats = fs.statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { path, inPlace: false };
  if (stats.isDirectory())
    throw new OrbweaverError("file-write", `${path} is a directory, expected a file name`);
  return { path: fs.realpathSync(path), inPlace: !stats.isFile() };
}

/** A new file in the same folder; never one that exists. */
function openBeside(path: string): { name: string; descriptor: number } {
  for (let attempt = 0; ; attempt++) {
    const name = join(dirname(path), `.orbweaver-${process.pid}-${attempt}.partial`);
    try {
      return { name, descriptor: fs.openSync(name, "wx") };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

class StreamTarget implements Target {
  readonly #stream: Writable;
  readonly #name: string;
  #failure: Error | undefined;

  constructor(stream: Writable, name: string) {
    this.#stream = stream;
    this.#name = name;
    stream.once("error", (error) => {
      this.#failure = error;
    });
  }

  write(bytes: Uint8Array): void {
    this.#check();
    if (this.#stream.writableLength > WAITING_BYTES_MAX) {
      throw new OrbweaverError(
        "file-write",
        `${this.#name}: ${WAITING_BYTES_MAX} bytes are waiting for a slow reader`,
      );
    }
    this.#stream.write(bytes.slice());
  }

  drained(): Promise<void> | undefined {
    this.#check();
    if (!this.#stream.writableNeedDrain) return undefined;
    return new Promise((resolve, reject) => {
      const onDrain = () => {
        this.#stream.off("error", onError);
        resolve();
      };
      const onError = (error: Error) => {
        this.#stream.off("drain", onDrain);
        reject(writeError(error, this.#name));
      };
      this.#stream.once("drain", onDrain);
      this.#stream.once("error", onError);
    });
  }

  /** Waits until all is handed on; the stream itself belongs to the caller. */
  async finish(): Promise<void> {
    this.#check();
    await new Promise<void>((resolve, reject) => {
      this.#stream.write(new Uint8Array(0), (error) => {
        if (error) reject(writeError(error, this.#name));
        else resolve();
      });
    });
  }

  discard(): void {}

  #check(): void {
    if (this.#failure !== undefined) throw writeError(this.#failure, this.#name);
  }
}

const WRITE_ERRORS: Record<string, string> = {
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would become too large for the disk",
  EACCES: "no permission to write it",
  EPERM: "no permission to write it",
  EROFS: "the disk is read-only",
  ENOENT: "its folder does not exist",
  ENOTDIR: "a part of the path is not a directory",
  EISDIR: "is a directory, expected a file name",
  EPIPE: "the reader went away",
};

function writeError(error: unknown, path: string): unknown {
  if (error instanceof OrbweaverError || !(error instanceof Error)) return error;
  const found =
    WRITE_ERRORS[(error as NodeJS.ErrnoException).code ?? ""] ?? `writing failed (${error.message})`;
  return new OrbweaverError("file-write", `${path}: ${found}`, { cause: error });
}
