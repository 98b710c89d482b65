// Takes a capture apart as its bytes arrive: pcap and pcapng, told by their first bytes.
//
// Guarantees: the same bytes give the same frames and the same summary, however they are cut into blocks; a frame that
// lies whole in a pushed block is handed over in place, only one that crosses a cut is put together in a carry buffer;
// memory is bounded by the largest block that is read as a whole (16 MiB), not by what lengths in the file claim.
// Damage is in the summary; only input that is no capture at all is an error. Must not know files, clocks or Node.

import { OrbweaverError } from "../base/errors.ts";
import { CONTENT_BYTES, describeContent } from "./content.ts";
import type { CaptureSummary, FrameHandler, RecordsSoFar } from "./contract.ts";
import { type Decoder, Ledger } from "./ledger.ts";
import { PCAP_VARIANTS, PcapDecoder } from "./pcap.ts";
import { PcapngDecoder, SECTION_HEADER } from "./pcapng.ts";

const MAGIC_BYTES = 4;
const CARRY_BYTES_FIRST = 65_536;

export interface ParserOptions {
  /** Name for messages and the summary; "capture" by default. */
  path?: string;
  /** What the bytes were unpacked from, such as "gzip". */
  container?: string;
  /** Stop after this many frames; all by default. */
  maxFrames?: number;
}

export class CaptureParser {
  readonly #ledger: Ledger;
  readonly #path: string;
  readonly #container: string;
  #decoder: Decoder | undefined;
  #carry = new Uint8Array(CARRY_BYTES_FIRST);
  #carried = 0;
  /** Bytes that the unit at the start of the carry buffer needs. */
  #need = MAGIC_BYTES;
  #skip = 0;
  #read = 0;

  constructor(handler: FrameHandler, options: ParserOptions = {}) {
    this.#ledger = new Ledger(handler, options.maxFrames ?? Number.MAX_SAFE_INTEGER);
    this.#path = options.path ?? "capture";
    this.#container = options.container ?? "";
  }

  /** Frames handed over so far. */
  get frames(): number {
    return this.#ledger.frames;
  }

  /** Bytes of the capture taken in so far. */
  get bytesRead(): number {
    return this.#read;
  }

  /** True when the bytes taken in so far end inside a packet or block: more of it must be on its way. */
  get partial(): boolean {
    return this.#carried > 0 || this.#skip > 0;
  }

  /** True when further input would not be looked at: damage, or the frame limit. */
  get stopped(): boolean {
    return this.#ledger.stopped;
  }

  /**
   * Takes the next bytes and hands over every frame that they complete. The block may be reused afterwards.
   * Throws `capture-format` when the input is no capture; whatever the handler throws passes through.
   */
  push(block: Uint8Array): void {
    const blockOffset = this.#read;
    let position = 0;
    while (position < block.length && !this.#ledger.stopped) {
      if (this.#skip > 0) position += this.#passOver(block.length - position);
      else if (this.#carried > 0) position += this.#complete(block, position, blockOffset);
      else position = this.#direct(block, position, blockOffset);
      this.#read = blockOffset + position;
    }
  }

  /** Where others may read the next records of a file from, if they may; all frames so far are of this capture. */
  recordsSoFar(): Omit<RecordsSoFar, "descriptor"> | undefined {
    const ledger = this.#ledger;
    const records = this.#decoder?.records;
    if (records === undefined || this.#skip > 0 || ledger.stopped) return undefined;
    const { frames, bytes, wireBytes, firstUs, lastUs, previousUs, timesBackward } = ledger;
    const offset = this.#read - this.#carried;
    return {
      ...records,
      offset,
      ...{ frames, bytes, wireBytes, firstUs, lastUs, previousUs, timesBackward },
    };
  }

  /** Others read frames from there on: the bytes that are pushed next begin at `offset`. */
  resume(so: RecordsSoFar): void {
    this.#ledger.take(so);
    this.#carried = 0;
    this.#need = 0;
    this.#read = so.offset;
  }

  /**
   * The input ended, or the caller stopped it (`cancelled`). Throws `capture-format` when what came is no capture.
   */
  end(options: { cancelled?: boolean } = {}): CaptureSummary {
    const cancelled = options.cancelled ?? false;
    if (this.#decoder === undefined && !cancelled && !this.#ledger.stopped) throw this.#formatError();
    this.#drain();
    const stopped = this.#ledger.stopped;
    const partial = this.#decoder?.partial(this.#read, this.#carried);
    if (!stopped && !cancelled && partial !== undefined) {
      this.#ledger.note("truncated", partial.offset, () => partial.message);
    }
    return this.#summary(cancelled, !stopped && !cancelled);
  }

  #passOver(available: number): number {
    const count = Math.min(this.#skip, available);
    this.#skip -= count;
    return count;
  }

  /** Decodes in place; what is left of the last unit goes to the carry buffer. */
  #direct(block: Uint8Array, position: number, blockOffset: number): number {
    const next = this.#decode(block, position, block.length, blockOffset);
    if (this.#skip > 0 || this.#ledger.stopped) return next;
    this.#append(block, next, block.length);
    return block.length;
  }

  /** Adds what the carried unit lacks and decodes it when it is whole. Returns the bytes taken from the block. */
  #complete(block: Uint8Array, position: number, blockOffset: number): number {
    const count = Math.min(this.#need - this.#carried, block.length - position);
    this.#append(block, position, position + count);
    if (this.#carried === this.#need) this.#decodeCarry(blockOffset + position + count - this.#carried);
    return count;
  }

  #decodeCarry(origin: number): void {
    const used = this.#decode(this.#carry, 0, this.#carried, origin);
    this.#carry.copyWithin(0, used, this.#carried);
    this.#carried -= used;
  }

  #decode(bytes: Uint8Array, position: number, end: number, origin: number): number {
    this.#decoder ??= this.#recognise(bytes, position, end);
    const decoder = this.#decoder;
    if (decoder === undefined) return position;
    const next = decoder.decode(bytes, position, end, origin);
    this.#need = decoder.need;
    this.#skip = decoder.skip;
    decoder.skip = 0;
    return next;
  }

  #recognise(bytes: Uint8Array, position: number, end: number): Decoder | undefined {
    this.#need = MAGIC_BYTES;
    if (end - position < MAGIC_BYTES) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset + position, MAGIC_BYTES);
    if (view.getUint32(0) === SECTION_HEADER) return new PcapngDecoder(this.#ledger, this.#path);
    for (const variant of PCAP_VARIANTS) {
      for (const little of [true, false]) {
        if (view.getUint32(0, little) !== variant.magic) continue;
        return new PcapDecoder(this.#ledger, variant, little, this.#path);
      }
    }
    this.#need = CONTENT_BYTES;
    if (end - position < CONTENT_BYTES) return undefined;
    throw this.#formatError(bytes.subarray(position, end));
  }

  /** Lets a decoder that waited for more decide with what there is. */
  #drain(): void {
    if (this.#decoder === undefined || this.#carried === 0 || this.#ledger.stopped) return;
    this.#decoder.ending = true;
    this.#decodeCarry(this.#read - this.#carried);
  }

  #append(bytes: Uint8Array, start: number, end: number): void {
    const size = this.#carried + end - start;
    if (size > this.#carry.length) {
      const grown = new Uint8Array(Math.max(size, this.#carry.length * 2));
      grown.set(this.#carry.subarray(0, this.#carried));
      this.#carry = grown;
    }
    this.#carry.set(bytes.subarray(start, end), this.#carried);
    this.#carried = size;
  }

  #formatError(head: Uint8Array = this.#carry.subarray(0, this.#carried)): OrbweaverError {
    const container = this.#container === "" ? "" : `${this.#container} of `;
    const found = `${container}${describeContent(head)}`;
    return new OrbweaverError("capture-format", `${this.#path}: ${found}, expected a pcap or pcapng capture`);
  }

  #summary(cancelled: boolean, complete: boolean): CaptureSummary {
    const ledger = this.#ledger;
    const timed = ledger.firstUs !== Number.POSITIVE_INFINITY;
    const format = this.#decoder?.format ?? "unknown";
    return {
      path: this.#path,
      format: this.#container === "" ? format : `${format} in ${this.#container}`,
      frames: ledger.frames,
      bytes: ledger.bytes,
      wireBytes: ledger.wireBytes,
      firstUs: timed ? ledger.firstUs : 0,
      lastUs: timed ? ledger.lastUs : 0,
      timesBackward: ledger.timesBackward,
      linkTypes: [...ledger.linkTypes],
      interfaces: ledger.interfaces.map((entry) => ({ ...entry })),
      interfaceCount: ledger.interfaceCount,
      sections: ledger.sections,
      droppedFrames: ledger.droppedFrames(),
      truncated: ledger.has("truncated"),
      problems: ledger.problems(),
      skippedBlocks: ledger.skippedBlocks(),
      bytesRead: ledger.stopped ? this.#read - this.#carried : this.#read,
      complete,
      cancelled,
    };
  }
}
