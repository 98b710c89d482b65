// Sliding windows over hosts: how many connections, answers and distinct partners a host had lately, in bounded memory.
//
// One entry per key, WAYS of them in a set chosen by the key; when a set is full the entry that was silent longest is
// replaced and counted. Every entry keeps two windows, each as a pair of buckets:
//
//   window   bucket   covers                entry: [ short now | short before | long now | long before ]
//   short      5 s    the last 5 to 10 s    bucket: connections, answered, two bitmaps of 256 bits
//   long      60 s    the last 60 to 120 s
//
// A reading sums the running bucket and the one before it. Distinct partners are counted linearly over the bitmap
// (Whang, Vander-Zanden and Taylor, A Linear-Time Probabilistic Counting Algorithm, ACM TODS 15(2), 1990):
// exact for a few, within some per cent to several hundred, saturating at DISTINCT_MAXIMUM of ../measures/windows.ts.
//
// Memory: key and newest event of each entry lie together, a set in one cache line; what is counted lies apart.

import { clear, reserve, touch } from "../../flow/assembly/arena";

const SHORT_BUCKET_US: f64 = 5_000_000;
const LONG_BUCKET_US: f64 = 60_000_000;
const WAYS: u32 = 4;
const BITMAP_WORDS: i32 = 8;
const BITMAP_BYTES: usize = 32;
const BITMAP_MASK: u32 = 255;
const TAG_BYTES: usize = 16;
/** Starts of the running short and long bucket, µs. */
const STARTS_BYTES: usize = 16;
const CONNECTIONS: usize = 0;
const ANSWERED: usize = 4;
const BITMAPS: usize = 8;
const NO_KEY: u64 = 0xffff_ffff_ffff_ffff;

export const WINDOW_SHORT: i32 = 0;
export const WINDOW_LONG: i32 = 1;

/** Distinct partners by the number of bits set, 257 words, written from outside. */
let distinctByBits: usize = 0;

export function distinctTable(): usize {
  if (distinctByBits == 0) distinctByBits = reserve(257 * 4);
  return distinctByBits;
}

@unmanaged
@final
export class HostWindows {
  /** Entries replaced because their set was full. */
  replaced: f64;
  entries: u32;
  /** Sets − 1. */
  mask: u32;
  bitmaps: u32;
  tags: usize;
  states: usize;
  stateBytes: usize;
  bucketBytes: usize;

  /** Takes memory for so many keys, a power of two, and sets of partners counted per key; false when it is refused. */
  setup(entries: u32, bitmaps: u32): bool {
    this.replaced = 0;
    this.entries = entries;
    this.mask = entries / WAYS - 1;
    this.bitmaps = bitmaps;
    this.bucketBytes = BITMAPS + <usize>bitmaps * BITMAP_BYTES;
    // Four buckets of a multiple of 8 bytes: the whole is a multiple of 16.
    this.stateBytes = STARTS_BYTES + 4 * this.bucketBytes;
    this.tags = reserve(<usize>entries * TAG_BYTES);
    this.states = reserve(<usize>entries * this.stateBytes);
    if (this.tags == 0 || this.states == 0) return false;
    this.forget();
    return true;
  }

  /** The entry of a key, made or taken over when there is none. `key` has up to 53 bits; the upper 32 choose the set. */
  entryFor(key: u64, timeUs: f64): u32 {
    const first = (<u32>(key >> 21) & this.mask) * WAYS;
    const tags = this.tags + <usize>first * TAG_BYTES;
    let oldest: u32 = 0;
    let oldestUs = load<f64>(tags, 8);
    for (let way: u32 = 0; way < WAYS; way++) {
      const tag = tags + <usize>way * TAG_BYTES;
      if (load<u64>(tag) == key) return first + way;
      const lastUs = load<f64>(tag, 8);
      if (lastUs < oldestUs) {
        oldest = way;
        oldestUs = lastUs;
      }
    }
    const tag = tags + <usize>oldest * TAG_BYTES;
    if (load<u64>(tag) != NO_KEY) this.replaced += 1;
    store<u64>(tag, key);
    store<f64>(tag, timeUs, 8);
    const state = this.stateOf(first + oldest);
    store<f64>(state, timeUs);
    store<f64>(state, timeUs, 8);
    clear(state + STARTS_BYTES, this.stateBytes - STARTS_BYTES);
    return first + oldest;
  }

  /** Has the set of a key fetched. */
  @inline
  touchSet(key: u64): void {
    touch(this.tags + <usize>((<u32>(key >> 21) & this.mask) * WAYS) * TAG_BYTES, TAG_BYTES);
  }

  /** Has the tag of an entry and what was counted for it fetched. */
  @inline
  touchEntry(entry: u32): void {
    touch(this.tags + <usize>entry * TAG_BYTES, TAG_BYTES);
    touch(this.stateOf(entry), this.stateBytes);
  }

  /** Forgets all keys. They were not replaced, so they are not counted as that. */
  forget(): void {
    for (let entry: u32 = 0; entry < this.entries; entry++) {
      const tag = this.tags + <usize>entry * TAG_BYTES;
      store<u64>(tag, NO_KEY);
      store<f64>(tag, -Infinity, 8);
    }
  }

  /** True while the entry still belongs to the key. */
  @inline
  holds(entry: u32, key: u64): bool {
    return load<u64>(this.tags + <usize>entry * TAG_BYTES) == key;
  }

  /** Counts a connection with partners known by their hashes (ignored without bitmaps). */
  connect(entry: u32, timeUs: f64, partner: u32, port: u32): void {
    this.rotate(entry, timeUs);
    const bucketBytes = this.bucketBytes;
    const short = this.stateOf(entry) + STARTS_BYTES;
    const long = short + 2 * bucketBytes;
    store<u32>(short, load<u32>(short) + 1);
    store<u32>(long, load<u32>(long) + 1);
    if (this.bitmaps == 0) return;
    setBit(short + BITMAPS, partner);
    setBit(long + BITMAPS, partner);
    setBit(short + BITMAPS + BITMAP_BYTES, port);
    setBit(long + BITMAPS + BITMAP_BYTES, port);
  }

  /** Counts an answer to a connection. */
  answer(entry: u32, timeUs: f64): void {
    this.rotate(entry, timeUs);
    const short = this.stateOf(entry) + STARTS_BYTES + ANSWERED;
    const long = short + 2 * this.bucketBytes;
    store<u32>(short, load<u32>(short) + 1);
    store<u32>(long, load<u32>(long) + 1);
  }

  connections(entry: u32, window: i32, atUs: f64): i32 {
    return this.sum(entry, window, atUs, CONNECTIONS);
  }

  /** Connections without an answer, as far as the window shows. */
  unanswered(entry: u32, window: i32, atUs: f64): i32 {
    return max(0, this.sum(entry, window, atUs, CONNECTIONS) - this.sum(entry, window, atUs, ANSWERED));
  }

  /** Distinct partners (bitmap 0) or ports (bitmap 1). */
  distinct(entry: u32, window: i32, atUs: f64, bitmap: usize): i32 {
    const age = this.age(entry, window, atUs);
    if (age >= 2) return 0;
    const now = this.bucketOf(entry, window) + BITMAPS + bitmap * BITMAP_BYTES;
    let low = v128.load(now);
    let high = v128.load(now, 16);
    if (age == 0) {
      low = v128.or(low, v128.load(now + this.bucketBytes));
      high = v128.or(high, v128.load(now + this.bucketBytes, 16));
    }
    const bits =
      popcnt(i64x2.extract_lane(low, 0)) +
      popcnt(i64x2.extract_lane(low, 1)) +
      popcnt(i64x2.extract_lane(high, 0)) +
      popcnt(i64x2.extract_lane(high, 1));
    return load<i32>(distinctByBits + (<usize>bits << 2));
  }

  private sum(entry: u32, window: i32, atUs: f64, counter: usize): i32 {
    const age = this.age(entry, window, atUs);
    if (age >= 2) return 0;
    const now = this.bucketOf(entry, window) + counter;
    return age == 0 ? load<i32>(now) + load<i32>(now + this.bucketBytes) : load<i32>(now);
  }

  @inline
  private stateOf(entry: u32): usize {
    return this.states + <usize>entry * this.stateBytes;
  }

  @inline
  private bucketOf(entry: u32, window: i32): usize {
    return this.stateOf(entry) + STARTS_BYTES + (window == WINDOW_SHORT ? 0 : 2 * this.bucketBytes);
  }

  /** How many buckets ago the running bucket of a window began to be over: 0, 1, or 2 and more. */
  private age(entry: u32, window: i32, atUs: f64): i32 {
    const elapsedUs = atUs - load<f64>(this.stateOf(entry) + ((<usize>window) << 3));
    const bucketUs = window == WINDOW_SHORT ? SHORT_BUCKET_US : LONG_BUCKET_US;
    if (elapsedUs < bucketUs) return 0;
    return elapsedUs < 2 * bucketUs ? 1 : 2;
  }

  private rotate(entry: u32, timeUs: f64): void {
    const last = this.tags + <usize>entry * TAG_BYTES;
    if (timeUs > load<f64>(last, 8)) store<f64>(last, timeUs, 8);
    for (let window = WINDOW_SHORT; window <= WINDOW_LONG; window++) {
      const age = this.age(entry, window, timeUs);
      if (age != 0) this.turn(entry, window, age, timeUs);
    }
  }

  /** Begins a new bucket of a window. */
  private turn(entry: u32, window: i32, age: i32, timeUs: f64): void {
    const now = this.bucketOf(entry, window);
    const before = now + this.bucketBytes;
    if (age == 1) memory.copy(before, now, this.bucketBytes);
    else memory.fill(before, 0, this.bucketBytes);
    memory.fill(now, 0, this.bucketBytes);
    const bucketUs = window == WINDOW_SHORT ? SHORT_BUCKET_US : LONG_BUCKET_US;
    const start = this.stateOf(entry) + ((<usize>window) << 3);
    store<f64>(start, age == 1 ? load<f64>(start) + bucketUs : timeUs);
  }
}

@inline
function setBit(bitmap: usize, hash: u32): void {
  const bit = hash & BITMAP_MASK;
  const byte = bitmap + <usize>(bit >>> 3);
  store<u8>(byte, <u8>(<u32>load<u8>(byte) | (1 << (bit & 7))));
}
