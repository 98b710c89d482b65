// Fuzzes the decoder: over a million frames, damaged in every way that we could think of, over all link types.
//
// No frame may make it throw, step outside of the frame, leave a packet that contradicts itself, or take memory. A failure
// prints the batch's seed and the frame: put either into seeds.json, and it is tried first from then on. Another
// ORBWEAVER_FUZZ_SEED gives other batches; ORBWEAVER_FUZZ_BATCHES more of them.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { Random } from "../../src/base/random.ts";
import { compileWasm, decodeBase64, instantiateWasm, sharedWasmMemory } from "../../src/base/wasm.ts";
import { readCapture } from "../../src/capture/read.ts";
import { Decoder, type DecoderKernel, TUNNEL_DEPTH_MAX } from "../../src/packet/decode.ts";
import { KERNEL_BASE64 } from "../../src/packet/kernels.generated.ts";
import { LINK_ETHERNET, LINK_TYPES } from "../../src/packet/link.ts";
import { readPacket } from "../../src/packet/memory.ts";
import { Packet } from "../../src/packet/packet.ts";
import { CATALOGUE, type CatalogueFrame } from "../support/catalogue.ts";
import { sharedData, sharedFiles } from "../support/data.ts";
import { fromHex } from "../support/frames.ts";
import { violation } from "../support/invariants.ts";
import kept from "./seeds.json" with { type: "json" };

const BATCH_PACKETS = 10_000;
const BATCHES = Number(process.env["ORBWEAVER_FUZZ_BATCHES"] ?? 200);
const SEED = Number(process.env["ORBWEAVER_FUZZ_SEED"] ?? 1);
const FRAMES_PER_CAPTURE = 30;
const FRAME_BYTES_MAX = 2048;
const MARGIN = 64;
const AROUND_PACKETS = 100_000;

const LINK_NUMBERS = [...LINK_TYPES.map((type) => type.number), 4711, -1];
const TELLING_BYTES = [
  0, 1, 2, 3, 4, 5, 6, 0x0f, 0x11, 0x29, 0x2b, 0x2c, 0x2f, 0x32, 0x33, 0x3a, 0x3b, 0x3c, 0x3f, 0x40, 0x45,
  0x4f, 0x60, 0x7f, 0x80, 0x84, 0xaa, 0xc0, 0xf0, 0xff,
];
const TELLING_HALVES = [
  0, 1, 7, 8, 19, 20, 40, 53, 1500, 1501, 4789, 5353, 0x0800, 0x0806, 0x2000, 0x6558, 0x7fff, 0x8000, 0x8100,
  0x86dd, 0x8847, 0x8864, 0x88a8, 0x9100, 0xc021, 0xfff8, 0xffff,
];

interface Given {
  bytes: Uint8Array;
  start: number;
  captured: number;
  wire: number;
  linkType: number;
}

/** Makes damaged frames, in one block that is used again and again. */
class Mutator {
  readonly given: Given = {
    bytes: new Uint8Array(FRAME_BYTES_MAX + 2 * MARGIN),
    start: 0,
    captured: 0,
    wire: 0,
    linkType: 0,
  };
  readonly #random: Random;
  readonly #frames: readonly CatalogueFrame[];

  constructor(seed: number, frames: readonly CatalogueFrame[]) {
    this.#random = new Random(seed);
    this.#frames = frames;
  }

  next(): Given {
    const random = this.#random;
    const { given } = this;
    const frame = random.pick(this.#frames);
    given.linkType = random.chance(0.1) ? random.pick(LINK_NUMBERS) : frame.linkType;
    given.start = random.integer(0, MARGIN);
    given.captured = Math.min(frame.bytes.length, FRAME_BYTES_MAX);
    if (random.chance(0.03)) given.captured = random.integer(0, 200);
    for (let index = 0; index < given.captured; index++) {
      given.bytes[given.start + index] = index < frame.bytes.length ? frame.bytes[index] : random.uint32();
    }
    for (let count = random.integer(0, 6); count > 0; count--) this.#mutate();
    this.#lengths();
    return given;
  }

  #mutate(): void {
    const random = this.#random;
    const { given } = this;
    if (given.captured === 0) return;
    const reach = Math.min(given.captured, random.chance(0.9) ? 100 : FRAME_BYTES_MAX);
    const at = given.start + random.integer(0, reach - 1);
    const end = given.start + given.captured;
    switch (random.integer(0, 6)) {
      case 0:
        given.bytes[at] ^= 1 << random.integer(0, 7);
        break;
      case 1:
        given.bytes[at] = random.uint32();
        break;
      case 2:
        given.bytes[at] = random.pick(TELLING_BYTES);
        break;
      case 3: {
        const half = random.pick(TELLING_HALVES);
        given.bytes[at] = half >> 8;
        given.bytes[at + 1] = half;
        break;
      }
      case 4: // leave some out
        given.bytes.copyWithin(at, Math.min(end, at + random.integer(1, 20)), end);
        break;
      case 5: // repeat some
        given.bytes.copyWithin(Math.min(end, at + random.integer(1, 40)), at, end);
        break;
      case 6: // splice in another frame
        this.#splice(at, end);
    }
  }

  #splice(at: number, end: number): void {
    const { bytes } = this.#random.pick(this.#frames);
    const from = this.#random.integer(0, Math.min(bytes.length, 60));
    for (let index = from; index < bytes.length && at + index - from < end; index++) {
      this.given.bytes[at + index - from] = bytes[index];
    }
  }

  #lengths(): void {
    const random = this.#random;
    const { given } = this;
    given.wire = given.captured;
    if (random.chance(0.3)) given.captured = random.integer(0, given.captured);
    if (random.chance(0.1))
      given.wire = random.pick([
        0,
        1,
        given.captured + random.integer(0, 100),
        65_535,
        0x7fffffff,
        0xffffffff,
      ]);
    if (random.chance(0.02)) given.captured += random.integer(0, 4096); // beyond the block
  }
}

const decoders = [new Decoder(), new Decoder({ tunnels: true })];

/** Decodes with and without tunnels; what is wrong, or "". */
function wrong({ bytes, start, captured, wire, linkType }: Given): string {
  for (const decoder of decoders) {
    try {
      const found = violation(decoder.decode(bytes, start, captured, wire, 0, linkType));
      if (found !== "") return found;
    } catch (error) {
      return String(error);
    }
  }
  return "";
}

function describeFailure(
  found: string,
  { bytes, start, captured, wire, linkType }: Given,
  seed?: number,
): string {
  const hex = Buffer.from(bytes.subarray(start, start + captured)).toString("hex");
  const batch = seed === undefined ? "a kept frame" : `batch seed ${seed}`;
  return `${found}: ${batch}, ${JSON.stringify({ hex, captured, wire, linkType })}`;
}

function runBatch(seed: number, frames: readonly CatalogueFrame[]): number {
  const mutator = new Mutator(seed, frames);
  for (let count = 0; count < BATCH_PACKETS; count++) {
    const found = wrong(mutator.next());
    if (found !== "") expect.fail(describeFailure(found, mutator.given, seed));
  }
  return BATCH_PACKETS;
}

/** The first frames of every shared capture, where those are. */
async function sharedFrames(): Promise<CatalogueFrame[]> {
  const frames: CatalogueFrame[] = [];
  for (const file of [...sharedFiles("pcap"), ...sharedFiles("oracle/captures")]) {
    if (file.endsWith(".csv")) continue;
    await readCapture(sharedData(file), {
      maxFrames: FRAMES_PER_CAPTURE,
      onFrame: {
        frame: (bytes, start, captured, _wire, _timestampUs, linkType) => {
          frames.push({ linkType, bytes: bytes.slice(start, start + captured) });
        },
      },
    });
  }
  return frames;
}

const names = Object.keys(new Packet()).filter(
  (name) => name !== "bytes" && name !== "ordinal",
) as (keyof Packet)[];

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

test("kept frames decode", () => {
  for (const { hex, captured, wire, linkType } of kept.packet.frames as {
    hex: string;
    captured: number;
    wire: number;
    linkType: number;
  }[]) {
    const given = { bytes: fromHex(hex), start: 0, captured, wire, linkType };
    const found = wrong(given);
    if (found !== "") expect.fail(describeFailure(found, given));
  }
});

test("more than a million damaged frames decode, and memory does not grow", async () => {
  const frames = [...CATALOGUE, ...(await sharedFrames())];
  for (const seed of kept.packet.seeds as number[]) runBatch(seed, frames);
  const seeds = new Random(SEED);
  let packets = 0;
  let heapBytes = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    packets += runBatch(seeds.uint32(), frames);
    if (batch === BATCHES >> 2) {
      collectGarbage();
      heapBytes = process.memoryUsage().heapUsed;
    }
  }
  collectGarbage();
  const grownBytes = process.memoryUsage().heapUsed - heapBytes;
  expect(packets).toBeGreaterThanOrEqual(1_000_000);
  expect(grownBytes).toBeLessThan(1_000_000);
  const problems = decoders[1].statistics.report().problems.length;
  expect(problems).toBeGreaterThan(60); // the damage reaches nearly every corner
});

test("what lies around a damaged frame changes nothing", () => {
  const mutator = new Mutator(SEED, CATALOGUE);
  const alone = new Decoder({ tunnels: true });
  const within = new Decoder({ tunnels: true });
  // The decoder's own copy of a frame lies in what is left of a longer one: zeroes here, 0xff there.
  const zeroes = new Uint8Array(FRAME_BYTES_MAX + 4 * MARGIN);
  const ones = new Uint8Array(FRAME_BYTES_MAX + 4 * MARGIN).fill(0xff);
  for (let count = 0; count < AROUND_PACKETS; count++) {
    const { bytes, start, captured, wire, linkType } = mutator.next();
    const end = Math.min(start + captured, bytes.length);
    alone.decode(zeroes, 0, end - start + MARGIN, 0, 0, -1);
    within.decode(ones, 0, end - start + MARGIN, 0, 0, -1);
    const first = alone.decode(bytes.slice(0, end), start, end - start, wire, 0, linkType);
    bytes.fill(0xff, 0, start).fill(0xff, end, end + MARGIN);
    const second = within.decode(bytes, start, end - start, wire, 0, linkType);
    for (const name of names) {
      if (first[name] !== second[name]) expect.fail(describeFailure(`${name} differs`, mutator.given));
    }
  }
});

test("nothing behind a damaged frame is read: it may end where memory ends", () => {
  const mutator = new Mutator(SEED, CATALOGUE);
  const decoder = new Decoder({ tunnels: true });
  const memory = sharedWasmMemory(1);
  const kernel = instantiateWasm<DecoderKernel>(compileWasm(decodeBase64(KERNEL_BASE64)), memory);
  const own = new Uint8Array(memory.buffer);
  const words = new Int32Array(memory.buffer);
  const numbers = new Float64Array(memory.buffer);
  const second = new Packet();
  kernel.setup(0, TUNNEL_DEPTH_MAX);
  for (let count = 0; count < AROUND_PACKETS; count++) {
    const { bytes, start, captured, wire, linkType } = mutator.next();
    const length = Math.max(0, Math.min(captured, bytes.length - start));
    const address = own.length - length;
    own.set(bytes.subarray(start, start + length), address);
    const first = decoder.decode(bytes, start, captured, wire, 0, linkType);
    kernel.decode(0, address, length, wire, 0, linkType); // would trap
    readPacket(words, numbers, kernel.packetOffset(), second, start - address);
    for (const name of names) {
      if (first[name] !== second[name]) expect.fail(describeFailure(`${name} differs`, mutator.given));
    }
  }
});

test("decoding allocates nothing per frame", () => {
  const frames = CATALOGUE.filter((frame) => frame.linkType === LINK_ETHERNET).map(({ bytes }) => bytes);
  for (const tunnels of [false, true]) {
    const decoder = new Decoder({ tunnels });
    const decodeAll = (rounds: number): void => {
      for (let round = 0; round < rounds; round++) {
        for (let index = 0; index < frames.length; index++) {
          decoder.decode(
            frames[index],
            0,
            frames[index].length,
            frames[index].length,
            1_700_000_000_000_000,
            LINK_ETHERNET,
          );
        }
      }
    };
    decodeAll(2000);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    decodeAll(8000);
    const bytesPerFrame = (process.memoryUsage().heapUsed - before) / (8000 * frames.length);
    expect(bytesPerFrame).toBeLessThan(2);
  }
});
