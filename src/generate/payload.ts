// Payload bytes: pools from which bodies are cut, and the message that a sender sends. Knows no headers.
//
// A body is a window into one of a few fixed pools, so any part of any message can be written again, byte for byte,
// without being kept, and its checksum is a difference of prefix sums. The pools are the same for every seed.

import { Random } from "../base/random.ts";

/** "random" looks encrypted or compressed, "text" like markup and words, "binary" like records of small numbers. */
export const BODY_KINDS = ["random", "text", "binary", "zero"] as const;
export type BodyKind = (typeof BODY_KINDS)[number];

/** Bytes of a pool before it repeats, and of the repeated tail that spares reads from wrapping. */
const POOL_PERIOD = 131072;
const POOL_TAIL = 66000;
const POOL_SIZE = POOL_PERIOD + POOL_TAIL;

/** Bytes at the start of the arena in which frames are built. */
export const FRAME_AREA = 66000;

const WORDS = (
  "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which " +
  "one you were all her she there would their we him been has when who will no more if out so up said what its about " +
  "than into them can only other time new some could these two may first then do any like my now over such our man " +
  "me even most made after also did many off before must well back through years where much your way down should " +
  "because long each just state people those too mr how little good world make very year still see work life"
).split(" ");
const TAGS = [
  "<div>",
  "</div>",
  "<p>",
  "</p>",
  '<a href="/',
  '">',
  "</a>",
  "<li>",
  "</li>",
  '{"id":',
  ',"name":"',
  '"},',
  "\r\n",
  "  ",
  "<br/>",
];

let pools: Uint8Array | undefined;
let evenSums: Uint32Array | undefined;
let oddSums: Uint32Array | undefined;

export class PayloadArena {
  /** Frame area, then the pools. */
  readonly bytes: Uint8Array;
  readonly #evenSums: Uint32Array;
  readonly #oddSums: Uint32Array;

  constructor() {
    const source = sharedPools();
    this.bytes = new Uint8Array(FRAME_AREA + source.length);
    this.bytes.set(source, FRAME_AREA);
    this.#evenSums = evenSums!;
    this.#oddSums = oddSums!;
  }

  /** Where in the arena byte `offset` of a body begins; `span` bytes from there can be read. At most 66,000. */
  position(base: number, offset: number): number {
    const pool = Math.floor(base / POOL_PERIOD);
    return FRAME_AREA + pool * POOL_SIZE + ((base + offset) % POOL_PERIOD);
  }

  /** Sum of the big-endian 16-bit words of `length` pool bytes from `position`, the first being a high byte. */
  wordSum(position: number, length: number): number {
    const start = position - FRAME_AREA;
    const even = this.#evenSums[start + length] - this.#evenSums[start];
    const odd = this.#oddSums[start + length] - this.#oddSums[start];
    return start & 1 ? odd * 256 + even : even * 256 + odd;
  }
}

/** A place in the pools for a new body of a kind. */
export function bodyBase(random: Random, kind: BodyKind): number {
  return BODY_KINDS.indexOf(kind) * POOL_PERIOD + (random.uint32() & (POOL_PERIOD - 1));
}

function sharedPools(): Uint8Array {
  if (pools !== undefined) return pools;
  const random = new Random(0x6f726277);
  const bytes = new Uint8Array(POOL_SIZE * BODY_KINDS.length);
  BODY_KINDS.forEach((kind, index) => {
    const pool = bytes.subarray(index * POOL_SIZE, (index + 1) * POOL_SIZE);
    fillPool(pool.subarray(0, POOL_PERIOD), kind, random);
    pool.copyWithin(POOL_PERIOD, 0, POOL_TAIL);
  });
  evenSums = new Uint32Array(bytes.length + 1);
  oddSums = new Uint32Array(bytes.length + 1);
  for (let index = 0; index < bytes.length; index++) {
    evenSums[index + 1] = evenSums[index] + (index & 1 ? 0 : bytes[index]);
    oddSums[index + 1] = oddSums[index] + (index & 1 ? bytes[index] : 0);
  }
  pools = bytes;
  return bytes;
}

function fillPool(pool: Uint8Array, kind: BodyKind, random: Random): void {
  if (kind === "random")
    for (let index = 0; index < pool.length; index++) pool[index] = random.uint32() >>> 24;
  else if (kind === "binary") fillBinary(pool, random);
  else if (kind === "text") fillText(pool, random);
}

/** Records of 16 bytes: a counter, a small number, a float-like word, zeros. */
function fillBinary(pool: Uint8Array, random: Random): void {
  for (let index = 0; index < pool.length; index += 16) {
    const counter = index >> 4;
    pool.set([counter >> 8, counter & 0xff, 0, random.integer(0, 9), 0x41, random.integer(0, 255)], index);
    pool.set([random.uint32() >>> 24, random.uint32() >>> 24, 0, 1, 0, random.integer(0, 3)], index + 6);
  }
}

function fillText(pool: Uint8Array, random: Random): void {
  const encoder = new TextEncoder();
  let index = 0;
  while (index < pool.length) {
    const word = random.chance(0.12)
      ? random.pick(TAGS)
      : random.chance(0.05)
        ? String(random.integer(0, 99999))
        : `${random.pick(WORDS)} `;
    const bytes = encoder.encode(word);
    for (let at = 0; at < bytes.length && index < pool.length; at++) pool[index++] = bytes[at];
  }
}
