// Writes frames to capture files of bounded size and age, and keeps the newest ones.
//
// Guarantees: every frame that is given is in exactly one file, in order; each file appears under its name when it is
// complete; a file that is removed because of `keep` is one that this writer made. A file holds one link type, so another
// one begins a new file. Must not know protocols.
//
//     without bounds   office.pcap
//     with bounds      office_00001_20261125T213000Z.pcap: number, and the time of its first frame, UTC

import { rmSync } from "node:fs";
import { extname } from "node:path";
import { OrbweaverError } from "../base/errors.ts";
import type { FrameHandler } from "./contract.ts";
import { CaptureWriter } from "./write.ts";

/** Bytes that a record adds to its frame. */
const RECORD_BYTES = 16;
const NUMBER_DIGITS = 5;

export interface RotationOptions {
  /** A file may have this many bytes; a frame that would go beyond begins the next. */
  sizeBytes?: number;
  /** Time between the first frame of a file and that of the next, µs. */
  ageUs?: number;
  /** Files kept; older ones are removed. All by default. */
  keep?: number;
  snapLength?: number;
}

export interface WrittenCaptures {
  /** Files that are there, oldest first. */
  paths: string[];
  /** Files that were removed because of `keep`. */
  removed: number;
  frames: number;
  bytes: number;
}

export class RotatingWriter implements FrameHandler {
  readonly #path: string;
  readonly #options: RotationOptions;
  readonly #rotates: boolean;
  #writer: CaptureWriter | undefined;
  #name = "";
  #linkType = -1;
  #startUs = 0;
  #number = 0;
  #paths: string[] = [];
  #removed = 0;
  #frames = 0;
  #bytes = 0;
  #closing: Promise<void> | undefined;

  constructor(path: string, options: RotationOptions = {}) {
    this.#path = path;
    this.#options = options;
    this.#rotates = options.sizeBytes !== undefined || options.ageUs !== undefined;
    // A folder that cannot be written to is told now, not at the first frame.
    if (!this.#rotates) this.#open(path, 1);
  }

  /** Throws `file-write`. */
  frame(
    bytes: Uint8Array,
    start: number,
    capturedLength: number,
    wireLength: number,
    timestampUs: number,
    linkType: number,
  ): void {
    if (this.#writer === undefined || this.#mustTurn(capturedLength, timestampUs, linkType)) {
      this.#turn(timestampUs, linkType);
    }
    this.#writer?.frame(bytes, start, capturedLength, wireLength, timestampUs, linkType);
    this.#frames++;
  }

  /** Completes a file that is due by this time, also when no frame comes. Throws `file-write` later, in `settled`. */
  advance(nowUs: number): void {
    const { ageUs } = this.#options;
    if (this.#writer !== undefined && ageUs !== undefined && nowUs - this.#startUs >= ageUs) this.#end();
  }

  /** Waits for files that are being completed. Throws `file-write`. */
  async settled(): Promise<void> {
    await this.#closing;
  }

  /** Completes the last file. Throws `file-write`. */
  async close(): Promise<WrittenCaptures> {
    this.#end();
    await this.#closing;
    return { paths: [...this.#paths], removed: this.#removed, frames: this.#frames, bytes: this.#bytes };
  }

  /** Gives up the file that is being written; complete ones stay. */
  discard(): void {
    this.#writer?.discard();
    this.#writer = undefined;
  }

  #mustTurn(captured: number, timestampUs: number, linkType: number): boolean {
    const { sizeBytes, ageUs } = this.#options;
    const writer = this.#writer;
    if (writer === undefined) return true;
    if (linkType !== this.#linkType) return this.#rotates || writer.frames === 0;
    if (writer.frames === 0) return false;
    if (sizeBytes !== undefined && writer.bytesWritten + RECORD_BYTES + captured > sizeBytes) return true;
    return ageUs !== undefined && timestampUs - this.#startUs >= ageUs;
  }

  #turn(timestampUs: number, linkType: number): void {
    if (this.#rotates) {
      this.#end();
      this.#open(this.#numbered(timestampUs), linkType);
    } else {
      // The first frame tells the link type; an empty file was begun with a guess.
      this.#writer?.discard();
      this.#open(this.#path, linkType);
    }
    this.#startUs = timestampUs;
  }

  #open(name: string, linkType: number): void {
    this.#name = name;
    this.#linkType = linkType;
    this.#writer = CaptureWriter.open(name, { linkType, snapLength: this.#options.snapLength });
  }

  /** Completes the file, and removes the oldest when there are too many. */
  #end(): void {
    const writer = this.#writer;
    if (writer === undefined) return;
    this.#writer = undefined;
    const name = this.#name;
    const close = async (before: Promise<void> | undefined): Promise<void> => {
      await before;
      await writer.close();
      this.#bytes += writer.bytesWritten;
      this.#paths.push(name);
      while (this.#paths.length > (this.#options.keep ?? Number.POSITIVE_INFINITY)) this.#removeOldest();
    };
    this.#closing = close(this.#closing);
    this.#closing.catch(() => undefined);
  }

  #removeOldest(): void {
    const oldest = this.#paths.shift();
    if (oldest === undefined) return;
    rmSync(oldest, { force: true });
    this.#removed++;
  }

  #numbered(timestampUs: number): string {
    this.#number++;
    const ending = extname(this.#path);
    const stem = ending === "" ? this.#path : this.#path.slice(0, -ending.length);
    const number = String(this.#number).padStart(NUMBER_DIGITS, "0");
    return `${stem}_${number}_${timeStamp(timestampUs)}${ending}`;
  }
}

/** "20261125T213000Z" */
function timeStamp(timestampUs: number): string {
  const text = new Date(timestampUs / 1000).toISOString();
  return `${text.slice(0, 19).replace(/[-:]/g, "")}Z`;
}

/** A size or an age without a bound makes no sense to keep files by. Throws `usage`. */
export function requireRotation(options: RotationOptions): void {
  if (options.keep === undefined || options.sizeBytes !== undefined || options.ageUs !== undefined) return;
  throw new OrbweaverError("usage", "--keep needs --rotate-size or --rotate-time", {
    hint: "Say when a new file begins; --keep N then keeps the newest N.",
  });
}
