// Unpacks gzip (RFC 1952) member by member, as the compressed bytes arrive.
//
// Guarantees: whatever was packed before a cut or before damage comes out; members behind one another make one output;
// sum and length of every member are checked; memory is bounded, since a slice of SLICE_BYTES unpacks to at most 1032
// times that (the limit of deflate), however large the whole becomes. Must not know captures or files.
//
// The platform inflates. Members are taken apart here because its gunzip throws away good output when a member is cut
// short or when bytes of something else follow it.

import { crc32, createInflateRaw, type InflateRaw } from "node:zlib";

/** Compressed bytes that are unpacked at a time. Damage costs at most what this many bytes unpack to. */
export const SLICE_BYTES = 32_768;
const OUTPUT_BYTES = 262_144;
const TRAILER_BYTES = 8;

const MAGIC = [0x1f, 0x8b, 8];
const FLAG_HEADER_CHECK = 0x02;
const FLAG_EXTRA = 0x04;
const FLAG_NAME = 0x08;
const FLAG_COMMENT = 0x10;
const FLAGS_RESERVED = 0xe0;

export type NextBlock = () => Promise<Uint8Array | undefined>;

/** Takes output in order; answers false to stop. A promise of it is awaited before more is handed over. */
export type TakeOutput = (output: Uint8Array) => boolean | Promise<boolean>;

export interface GzipEnd {
  kind: "whole" | "stopped" | "truncated" | "corrupt" | "garbage";
  /** What was found, where it was not "whole". */
  message: string;
}

/** True for the first three bytes of a gzip member with the only known method, deflate. */
export function isGzip(head: Uint8Array): boolean {
  return head.length >= MAGIC.length && startsLikeGzip(head);
}

function startsLikeGzip(head: Uint8Array): boolean {
  return MAGIC.every((byte, index) => index >= head.length || head[index] === byte);
}

/** Unpacks the blocks of `next` (undefined at the end; each valid until the next call) and hands the output to `take`. */
export async function gunzip(next: NextBlock, take: TakeOutput): Promise<GzipEnd> {
  const input = new Input(next);
  for (let member = 1; ; member++) {
    if (member > 1 && (await input.atEnd())) return { kind: "whole", message: "" };
    const end = (await readHeader(input, member)) ?? (await unpackMember(input, member, take));
    if (end !== undefined) return end;
  }
}

async function readHeader(input: Input, member: number): Promise<GzipEnd | undefined> {
  const fixed = await input.take(10);
  if (!startsLikeGzip(fixed)) return foreign(member);
  if (fixed.length < 10) return truncated(member, "header");
  const flags = fixed[3];
  if ((flags & FLAGS_RESERVED) !== 0) return corrupt(member, `header flags ${flags}, expected less than 32`);
  if (flags & FLAG_EXTRA) {
    const size = await input.take(2);
    if (size.length < 2) return truncated(member, "header");
    await input.take(size[0] | (size[1] << 8));
  }
  if (flags & FLAG_NAME) await input.passZero();
  if (flags & FLAG_COMMENT) await input.passZero();
  if (flags & FLAG_HEADER_CHECK) await input.take(2);
  return (await input.atEnd()) ? truncated(member, "header") : undefined;
}

async function unpackMember(input: Input, member: number, take: TakeOutput): Promise<GzipEnd | undefined> {
  const inflater = new Inflater();
  let sum = 0;
  let size = 0;
  try {
    for (let coming = startNext(input, inflater); ; ) {
      const result = await coming;
      if (result === undefined) return truncated(member, "data");
      input.giveBack(result.left);
      // The next slice is unpacked by another thread while this one's output is in use.
      if (!result.ended && result.failure === undefined) coming = startNext(input, inflater);
      for (const output of result.outputs) {
        sum = crc32(output, sum);
        size = (size + output.length) >>> 0;
        if (!(await take(output))) return { kind: "stopped", message: "" };
      }
      if (result.failure !== undefined) return corrupt(member, result.failure);
      if (result.ended) break;
    }
  } finally {
    await inflater.close();
  }
  const trailer = await input.take(TRAILER_BYTES);
  if (trailer.length < TRAILER_BYTES) return truncated(member, "checksum");
  const view = new DataView(trailer.buffer, trailer.byteOffset, TRAILER_BYTES);
  if (view.getUint32(0, true) !== sum) return corrupt(member, "checksum does not match the data");
  if (view.getUint32(4, true) !== size) return corrupt(member, "length does not match the data");
  return undefined;
}

/**
 * Sets the next slice to work, at once where its bytes are there. Undefined at the end of the input. A failure to read
 * waits until somebody asks.
 */
function startNext(input: Input, inflater: Inflater): Promise<Unpacked | undefined> {
  const ready = input.readySlice();
  if (ready !== undefined) return inflater.unpack(ready);
  const coming = input.slice().then((slice) => (slice === undefined ? undefined : inflater.unpack(slice)));
  coming.catch(() => {});
  return coming;
}

function truncated(member: number, part: string): GzipEnd {
  return {
    kind: "truncated",
    message: `gzip ends inside the ${part} of member ${member}; what it held before was used`,
  };
}

function corrupt(member: number, found: string): GzipEnd {
  return { kind: "corrupt", message: `gzip member ${member}: ${found}; what it held before was used` };
}

function foreign(member: number): GzipEnd {
  return {
    kind: "garbage",
    message: `bytes behind gzip member ${member - 1} are no gzip member; they were not read`,
  };
}

interface Unpacked {
  outputs: Uint8Array[];
  /** Input bytes behind the end of the deflate data. */
  left: number;
  ended: boolean;
  failure: string | undefined;
}

/** The platform's inflate, a slice at a time. */
class Inflater {
  readonly #stream: InflateRaw;
  #outputs: Uint8Array[] = [];
  #failure: string | undefined;
  #settle: (() => void) | undefined;
  #pending: Promise<unknown> = Promise.resolve();

  constructor() {
    this.#stream = createInflateRaw({ chunkSize: OUTPUT_BYTES });
    this.#stream.on("data", (chunk: Uint8Array) => {
      this.#outputs.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    });
    this.#stream.on("error", (error: Error) => {
      this.#failure = error.message;
      this.#settle?.();
    });
  }

  unpack(slice: Uint8Array): Promise<Unpacked> {
    const unpacked = this.#unpack(slice);
    this.#pending = unpacked;
    return unpacked;
  }

  /** Waits for a slice at work, whose bytes must stay as they are until then. */
  async close(): Promise<void> {
    await this.#pending;
    this.#stream.destroy();
  }

  async #unpack(slice: Uint8Array): Promise<Unpacked> {
    const before = this.#stream.bytesWritten;
    await new Promise<void>((resolve) => {
      this.#settle = resolve;
      this.#stream.write(slice, () => resolve());
    });
    while (this.#stream.readableLength > 0 && this.#failure === undefined) this.#stream.read();
    const left = slice.length - (this.#stream.bytesWritten - before);
    const outputs = this.#outputs;
    this.#outputs = [];
    return { outputs, left, ended: left > 0 && this.#failure === undefined, failure: this.#failure };
  }
}

/** Compressed bytes, block after block, with a position. */
class Input {
  readonly #next: NextBlock;
  #block = new Uint8Array(0) as Uint8Array;
  #position = 0;
  #ended = false;

  constructor(next: NextBlock) {
    this.#next = next;
  }

  async atEnd(): Promise<boolean> {
    while (this.#position === this.#block.length && !this.#ended) {
      const block = await this.#next();
      if (block === undefined) this.#ended = true;
      else {
        this.#block = block;
        this.#position = 0;
      }
    }
    return this.#ended;
  }

  /** A copy of the next bytes, fewer at the end. `count` is at most 65,535. */
  async take(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    let size = 0;
    while (size < count && !(await this.atEnd())) {
      const part = this.#block.subarray(this.#position, this.#position + count - size);
      bytes.set(part, size);
      size += part.length;
      this.#position += part.length;
    }
    return bytes.subarray(0, size);
  }

  /** Passes over everything up to and including the next zero byte. */
  async passZero(): Promise<void> {
    while (!(await this.atEnd())) {
      const found = this.#block.indexOf(0, this.#position);
      this.#position = found === -1 ? this.#block.length : found + 1;
      if (found !== -1) return;
    }
  }

  /** The next slice in place, undefined at the end. Valid until the next call of any method but `giveBack`. */
  async slice(): Promise<Uint8Array | undefined> {
    await this.atEnd();
    return this.readySlice();
  }

  /** As `slice`, but undefined also when the next block must be awaited. */
  readySlice(): Uint8Array | undefined {
    if (this.#position === this.#block.length) return undefined;
    const slice = this.#block.subarray(this.#position, this.#position + SLICE_BYTES);
    this.#position += slice.length;
    return slice;
  }

  giveBack(count: number): void {
    this.#position -= count;
  }
}
