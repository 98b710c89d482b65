// Sliding windows over hosts: how many connections, answers and distinct partners a host had lately, in bounded memory.
//
// One entry per key, SLOTS_PER_SET of them in a set chosen by the key; when a set is full the entry that was silent
// longest is replaced and counted. Every entry keeps two windows, each as a pair of buckets:
//
//   window   bucket   covers                entry: [ short now | short before | long now | long before ]
//   short      5 s    the last 5 to 10 s    bucket: connections, answered, two bitmaps of 256 bits
//   long      60 s    the last 60 to 120 s
//
// A reading sums the running bucket and the one before it. Distinct partners are counted linearly over the bitmap
// (Whang, Vander-Zanden and Taylor, A Linear-Time Probabilistic Counting Algorithm, ACM TODS 15(2), 1990):
// exact for a few, within some per cent to several hundred, saturating at DISTINCT_MAXIMUM.

export const SHORT_BUCKET_US = 5_000_000;
export const LONG_BUCKET_US = 60_000_000;
export const WINDOW_SHORT = 0;
export const WINDOW_LONG = 1;

const SLOTS_PER_SET = 4;
const BITMAP_WORDS = 8;
const BITMAP_BITS = BITMAP_WORDS * 32;
/** What the linear count says of a full bitmap. */
export const DISTINCT_MAXIMUM = Math.round(BITMAP_BITS * Math.log(BITMAP_BITS));

const CONNECTIONS = 0;
const ANSWERED = 1;
const BITMAPS = 2;

// Distinct partners by the number of bits set.
const DISTINCT = Float64Array.from({ length: BITMAP_BITS + 1 }, (_, set) =>
  Math.round(BITMAP_BITS * Math.log(BITMAP_BITS / Math.max(1, BITMAP_BITS - set))),
);

export class HostWindows {
  /** Entries replaced because their set was full. */
  replaced = 0;
  readonly #mask: number;
  readonly #bitmaps: number;
  readonly #bucketWords: number;
  readonly #entryWords: number;
  readonly #keys: Float64Array;
  /** Three a key: start of the short bucket, of the long bucket, last event. */
  readonly #timesUs: Float64Array;
  readonly #counts: Int32Array;

  /** @param entries bound on the keys remembered, a power of two @param bitmaps sets of partners counted per key */
  constructor(entries: number, bitmaps: number) {
    this.#mask = entries / SLOTS_PER_SET - 1;
    this.#bitmaps = bitmaps;
    this.#bucketWords = BITMAPS + bitmaps * BITMAP_WORDS;
    this.#entryWords = this.#bucketWords * 4;
    this.#keys = new Float64Array(entries).fill(-1);
    this.#timesUs = new Float64Array(entries * 3).fill(Number.NEGATIVE_INFINITY);
    this.#counts = new Int32Array(entries * this.#entryWords);
  }

  /** The entry of a key, made or taken over when there is none. `key` is a whole number of up to 53 bits. */
  entryFor(key: number, timeUs: number): number {
    const keys = this.#keys;
    const first = ((key / 2097152) & this.#mask) * SLOTS_PER_SET; // the upper 32 bits choose the set
    let oldest = first;
    for (let entry = first; entry < first + SLOTS_PER_SET; entry++) {
      if (keys[entry] === key) return entry;
      if (this.#timesUs[entry * 3 + 2] < this.#timesUs[oldest * 3 + 2]) oldest = entry;
    }
    if (keys[oldest] >= 0) this.replaced++;
    keys[oldest] = key;
    this.#timesUs.fill(timeUs, oldest * 3, oldest * 3 + 3);
    this.#counts.fill(0, oldest * this.#entryWords, (oldest + 1) * this.#entryWords);
    return oldest;
  }

  /** Forgets all keys. They were not replaced, so they are not counted as that. */
  forget(): void {
    this.#keys.fill(-1);
    this.#timesUs.fill(Number.NEGATIVE_INFINITY);
  }

  /** True while the entry still belongs to the key. */
  holds(entry: number, key: number): boolean {
    return this.#keys[entry] === key;
  }

  /** Counts a connection with partners known by their hashes (ignored without bitmaps). */
  connect(entry: number, timeUs: number, partner: number, port: number): void {
    this.#rotate(entry, timeUs);
    const base = entry * this.#entryWords;
    const counts = this.#counts;
    for (let bucket = base; bucket < base + this.#entryWords; bucket += this.#bucketWords * 2) {
      counts[bucket + CONNECTIONS]++;
      if (this.#bitmaps === 0) continue;
      const bit = partner & (BITMAP_BITS - 1);
      counts[bucket + BITMAPS + (bit >>> 5)] |= 1 << (bit & 31);
      const portBit = port & (BITMAP_BITS - 1);
      counts[bucket + BITMAPS + BITMAP_WORDS + (portBit >>> 5)] |= 1 << (portBit & 31);
    }
  }

  /** Counts an answer to a connection. */
  answer(entry: number, timeUs: number): void {
    this.#rotate(entry, timeUs);
    const base = entry * this.#entryWords + ANSWERED;
    this.#counts[base]++;
    this.#counts[base + this.#bucketWords * 2]++;
  }

  connections(entry: number, window: number, atUs: number): number {
    return this.#sum(entry, window, atUs, CONNECTIONS);
  }

  /** Connections without an answer, as far as the window shows. */
  unanswered(entry: number, window: number, atUs: number): number {
    return Math.max(
      0,
      this.#sum(entry, window, atUs, CONNECTIONS) - this.#sum(entry, window, atUs, ANSWERED),
    );
  }

  /** Distinct partners (bitmap 0) or ports (bitmap 1). */
  distinct(entry: number, window: number, atUs: number, bitmap: number): number {
    const age = this.#age(entry, window, atUs);
    if (age >= 2) return 0;
    const counts = this.#counts;
    const now = entry * this.#entryWords + window * 2 * this.#bucketWords + BITMAPS + bitmap * BITMAP_WORDS;
    const before = now + this.#bucketWords;
    let bits = 0;
    for (let word = 0; word < BITMAP_WORDS; word++) {
      bits += ones(age === 0 ? counts[now + word] | counts[before + word] : counts[now + word]);
    }
    return DISTINCT[bits];
  }

  #sum(entry: number, window: number, atUs: number, counter: number): number {
    const age = this.#age(entry, window, atUs);
    if (age >= 2) return 0;
    const now = entry * this.#entryWords + window * 2 * this.#bucketWords + counter;
    return age === 0 ? this.#counts[now] + this.#counts[now + this.#bucketWords] : this.#counts[now];
  }

  /** How many buckets ago the running bucket of a window began to be over: 0, 1, or 2 and more. */
  #age(entry: number, window: number, atUs: number): number {
    const elapsedUs = atUs - this.#timesUs[entry * 3 + window];
    const bucketUs = window === WINDOW_SHORT ? SHORT_BUCKET_US : LONG_BUCKET_US;
    if (elapsedUs < bucketUs) return 0;
    return elapsedUs < 2 * bucketUs ? 1 : 2;
  }

  #rotate(entry: number, timeUs: number): void {
    const times = this.#timesUs;
    if (timeUs > times[entry * 3 + 2]) times[entry * 3 + 2] = timeUs;
    for (let window = WINDOW_SHORT; window <= WINDOW_LONG; window++) {
      const age = this.#age(entry, window, timeUs);
      if (age === 0) continue;
      const now = entry * this.#entryWords + window * 2 * this.#bucketWords;
      const before = now + this.#bucketWords;
      if (age === 1) this.#counts.copyWithin(before, now, before);
      else this.#counts.fill(0, before, before + this.#bucketWords);
      this.#counts.fill(0, now, before);
      const bucketUs = window === WINDOW_SHORT ? SHORT_BUCKET_US : LONG_BUCKET_US;
      times[entry * 3 + window] = age === 1 ? times[entry * 3 + window] + bucketUs : timeUs;
    }
  }
}

/** Bits set in a 32-bit word. */
function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
