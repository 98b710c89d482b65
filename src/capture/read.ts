// Reads a capture from a path or standard input: plain or gzip, pcap or pcapng, all told by content.
//
// Guarantees: memory does not grow with the input; a cut or damaged input gives every frame before the place and says
// so in the summary; only a file that cannot be opened or read, or that is no capture, is an error. Must not know what
// the frames mean.

import { OrbweaverError } from "../base/errors.ts";
import type { CaptureSummary, FrameHandler, RecordReader } from "./contract.ts";
import { PROBLEM_KINDS } from "./contract.ts";
import { type GzipEnd, gunzip, isGzip } from "./gunzip.ts";
import { CaptureParser } from "./parse.ts";
import { type ByteSource, openSource, READ_BUFFERS, type ReadBuffers, sourceName } from "./source.ts";

/** Bytes of each of the two read buffers, unless told. */
export const BLOCK_BYTES = 1_048_576;
const GZIP_MAGIC_BYTES = 3;
/** Records are left to others where so much of a file is to come, and so often: where many are odd it is not worth it. */
const WORTH_LEAVING_BYTES = 4 * BLOCK_BYTES;
const LEFT_MAX = 64;
/** What programs hand on at a time when they are not told to hand on every frame: `tcpdump -w -` without -U. */
const STDIO_BLOCK_BYTES = 4096;

export interface ReadProgress {
  /** Bytes of the file taken in so far: compressed bytes for a compressed file. */
  bytesRead: number;
  /** Size of the file, where it is known. */
  bytesTotal?: number;
  frames: number;
  /**
   * True where what came of a pipe ends with a whole frame, so that silence means that nothing was captured. A program
   * that gathers its output in blocks nearly always cuts a frame.
   */
  settled: boolean;
}

export interface ReadOptions {
  onFrame: FrameHandler;
  /** Called after each block; a promise of it is awaited before the next block is parsed. */
  onBlock?: (progress: ReadProgress) => void | Promise<void>;
  /** Stops the reading at the next block boundary, also while a pipe is silent. */
  signal?: AbortSignal;
  blockSize?: number;
  /** Memory to read files into, instead of buffers of `blockSize` of its own. */
  buffers?: ReadBuffers;
  /** Stop after this many frames. */
  maxFrames?: number;
  /** Reads records of long pcap files by itself, where it can. */
  records?: RecordReader;
  /** Where so many bytes of it are to come; 4 MiB by default. */
  recordsFromBytes?: number;
  /** The source is known to hand on every frame at once, whole. */
  flushed?: boolean;
  /** Blocks are parsed in steps of so many bytes, with `onBlock` behind each; whole unless given. */
  stepBytes?: number;
}

/**
 * Reads a capture to its end and hands over every frame.
 *
 * @param path a path, or "-" for standard input
 * @throws OrbweaverError `capture-format`, `file-missing`, `file-is-directory`, `file-permission`, `file-read`;
 *   whatever `onFrame` and `onBlock` throw passes through
 */
export async function readCapture(path: string, options: ReadOptions): Promise<CaptureSummary> {
  const source = await openSource(path, options.buffers ?? newBuffers(options.blockSize ?? BLOCK_BYTES));
  return readSource(path, source, options);
}

/** Reads a capture from a source that is open, and closes it. `path` is its name. Throws as `readCapture` does. */
export async function readSource(
  path: string,
  source: ByteSource,
  options: ReadOptions,
): Promise<CaptureSummary> {
  const onAbort = () => {
    source.close().catch(() => {});
  };
  options.signal?.addEventListener("abort", onAbort);
  try {
    return await new Reading(path, source, options).run();
  } finally {
    options.signal?.removeEventListener("abort", onAbort);
    await source.close();
  }
}

function newBuffers(bytes: number): ReadBuffers {
  return { blocks: Array.from({ length: READ_BUFFERS }, () => new Uint8Array(bytes)), kept: 0 };
}

class Reading {
  readonly #path: string;
  /** For messages. */
  readonly #name: string;
  readonly #source: ByteSource;
  readonly #options: ReadOptions;
  #bytesRead = 0;
  #compressedInput = false;
  /** How often records were left to others. */
  #left = 0;
  #stoppedAt = 0;
  #parser: CaptureParser;

  constructor(path: string, source: ByteSource, options: ReadOptions) {
    this.#path = path;
    this.#name = sourceName(path);
    this.#source = source;
    this.#options = options;
    this.#parser = this.#newParser("");
  }

  async run(): Promise<CaptureSummary> {
    const next = await this.#peeked();
    if (next.gzip) return this.#compressed(next.block);
    for (let block = await next.block(); block !== undefined; block = await next.block()) {
      if (!(await this.#take(block))) break;
      await this.#leaveToOthers();
    }
    return this.#summary();
  }

  async #compressed(next: () => Promise<Uint8Array | undefined>): Promise<CaptureSummary> {
    this.#compressedInput = true;
    this.#parser = this.#newParser("gzip");
    const end = await gunzip(next, (output) => this.#take(output));
    if (this.#parser.bytesRead === 0 && (end.kind === "corrupt" || end.kind === "truncated")) {
      throw new OrbweaverError("capture-corrupt", `${this.#name}: ${end.message}`);
    }
    const summary = this.#summary();
    if (!summary.cancelled) addGzipEnd(summary, end);
    return summary;
  }

  /** Parses a block and reports; false when the reading is to stop. */
  async #take(block: Uint8Array): Promise<boolean> {
    const { stepBytes = block.length } = this.#options;
    if (block.length <= stepBytes) return this.#step(block);
    for (let at = 0; at < block.length; at += stepBytes)
      if (!(await this.#step(block.subarray(at, at + stepBytes)))) return false;
    return true;
  }

  async #step(block: Uint8Array): Promise<boolean> {
    if (this.#cancelled()) return false;
    this.#parser.push(block);
    const reported = this.#options.onBlock?.({
      bytesRead: this.#bytesRead,
      bytesTotal: this.#source.bytesTotal,
      frames: this.#parser.frames,
      settled: this.#settled(),
    });
    if (reported !== undefined) await reported;
    return !this.#parser.stopped && !this.#cancelled();
  }

  /** Has the next records read by others, if there is one who does, and goes on where that stopped. */
  async #leaveToOthers(): Promise<void> {
    const { records, recordsFromBytes = WORTH_LEAVING_BYTES, onBlock } = this.#options;
    const { bytesTotal } = this.#source;
    if (records === undefined || bytesTotal === undefined || this.#left > LEFT_MAX) return;
    const from = this.#parser.recordsSoFar();
    // What others stopped at must be passed first.
    if (from === undefined || from.offset <= this.#stoppedAt || bytesTotal - from.offset < recordsFromBytes)
      return;
    this.#left++;
    await this.#source.lend?.(async (descriptor) => {
      const so = await records({ ...from, descriptor }, async ({ offset, frames }) => {
        await onBlock?.({ bytesRead: offset, bytesTotal, frames, settled: false });
        return !this.#cancelled();
      });
      this.#parser.resume(so);
      this.#bytesRead = so.offset;
      this.#stoppedAt = so.offset;
      await onBlock?.({ bytesRead: so.offset, bytesTotal, frames: so.frames, settled: false });
      return so.offset;
    });
  }

  #summary(): CaptureSummary {
    const summary = this.#parser.end({ cancelled: this.#cancelled() });
    return { ...summary, path: this.#path };
  }

  #settled(): boolean {
    if (this.#source.bytesTotal !== undefined || this.#compressedInput || this.#parser.partial) return false;
    return this.#options.flushed === true || this.#bytesRead % STDIO_BLOCK_BYTES !== 0;
  }

  #cancelled(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  #newParser(container: string): CaptureParser {
    const { onFrame, maxFrames } = this.#options;
    return new CaptureParser(onFrame, { path: this.#name, container, maxFrames });
  }

  /** The blocks of the source, and whether they are gzip. A pipe may give its first bytes one at a time. */
  async #peeked(): Promise<{ gzip: boolean; block: () => Promise<Uint8Array | undefined> }> {
    let head = await this.#next();
    while (head !== undefined && head.length < GZIP_MAGIC_BYTES) {
      const start = head.slice();
      const more = await this.#next();
      if (more === undefined) {
        head = start;
        break;
      }
      head = new Uint8Array(start.length + more.length);
      head.set(start);
      head.set(more, start.length);
    }
    let first: Uint8Array | undefined = head;
    const block = async () => {
      const given = first;
      first = undefined;
      return given ?? this.#next();
    };
    return { gzip: head !== undefined && isGzip(head), block };
  }

  async #next(): Promise<Uint8Array | undefined> {
    const block = this.#cancelled() ? undefined : await this.#source.next();
    this.#bytesRead += block?.length ?? 0;
    return block;
  }
}

function addGzipEnd(summary: CaptureSummary, end: GzipEnd): void {
  if (end.kind === "whole" || end.kind === "stopped") return;
  const kind = `gzip-${end.kind}` as const;
  summary.problems.push({ kind, count: 1, message: end.message, firstOffset: summary.bytesRead });
  if (end.kind === "truncated") summary.truncated = true;
  if (PROBLEM_KINDS[kind].stops && end.kind !== "truncated") summary.complete = false;
}
