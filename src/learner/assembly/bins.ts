// Kernels that bin numeric columns: sorting, edges between bins, and the bin of every value. Shared by all learners of trees.

/** Numbers from which it pays to look whether few of them are distinct. */
const FEW_FROM: u32 = 16384;
/** Places of the table that counts them, a key and a count each, and how many of them may be taken. */
const FEW_SLOTS: u32 = 4096;
const FEW_MAX: u32 = 1024;

/**
 * As `sortDistinct`, for numbers of which few are distinct: counts them in a table, and sorts what it holds. Returns 0, and
 * leaves `values` alone, where more than FEW_MAX are distinct.
 */
function countFew(values: usize, count: u32, scratch: usize, counts: usize): u32 {
  // scratch: keys 4096 × 8 bytes | counts 4096 × 4 bytes | keys found 1024 × 8 bytes, of at least 16384 × 8 bytes.
  const slotCounts = scratch + FEW_SLOTS * 8;
  const found = slotCounts + FEW_SLOTS * 4;
  memory.fill(slotCounts, 0, FEW_SLOTS * 4);
  let distinct: u32 = 0;
  for (let index: u32 = 0; index < count; index++) {
    const key = orderedBits(load<f64>(values + ((<usize>index) << 3)));
    const slot = slotOf(scratch, slotCounts, key);
    const countAt = slotCounts + (slot << 2);
    const before = load<u32>(countAt);
    store<u32>(countAt, before + 1);
    if (before > 0) continue;
    if (distinct == FEW_MAX) return 0;
    store<u64>(scratch + (slot << 3), key);
    store<u64>(found + ((<usize>distinct) << 3), key);
    distinct++;
  }
  sortKeys(found, distinct);
  for (let index: u32 = 0; index < distinct; index++) {
    const key = load<u64>(found + ((<usize>index) << 3));
    store<u32>(counts + ((<usize>index) << 2), load<u32>(slotCounts + (slotOf(scratch, slotCounts, key) << 2)));
    store<f64>(values + ((<usize>index) << 3), fromOrderedBits(key));
  }
  return distinct;
}

/** Place of a key in the table, or the empty one where it belongs. */
// @ts-ignore: decorator
@inline
function slotOf(keys: usize, slotCounts: usize, key: u64): usize {
  let slot = <usize>((key * 0x9e3779b97f4a7c15) >> 52);
  while (load<u32>(slotCounts + (slot << 2)) > 0 && load<u64>(keys + (slot << 3)) != key)
    slot = (slot + 1) & (FEW_SLOTS - 1);
  return slot;
}

/** Sorts keys by insertion at shrinking distances (Shell 1959). */
function sortKeys(keys: usize, count: u32): void {
  for (let step: u32 = 301; step > 0; step = step > 4 ? (step * 4) / 9 : step > 1 ? 1 : 0) {
    for (let index = step; index < count; index++) {
      const key = load<u64>(keys + ((<usize>index) << 3));
      let place = index;
      while (place >= step) {
        const before = load<u64>(keys + ((<usize>(place - step)) << 3));
        if (before <= key) break;
        store<u64>(keys + ((<usize>place) << 3), before);
        place -= step;
      }
      store<u64>(keys + ((<usize>place) << 3), key);
    }
  }
}

/**
 * Sorts `count` numbers without NaN (least-significant-digit radix sort, 11 bits a pass), then writes the distinct
 * ones to `values` and how often each occurs to `counts`. `scratch` holds as many numbers; `buckets` 2048 words.
 * Returns the number of distinct values.
 */
function sortDistinct(values: usize, count: u32, scratch: usize, buckets: usize, counts: usize): u32 {
  if (count == 0) return 0;
  if (count >= FEW_FROM) {
    const few = countFew(values, count, scratch, counts);
    if (few > 0) return few;
  }
  for (let index: u32 = 0; index < count; index++) {
    const at = values + ((<usize>index) << 3);
    store<u64>(at, orderedBits(load<f64>(at)));
  }
  let from = values;
  let to = scratch;
  for (let shift: u64 = 0; shift < 64; shift += 11) {
    memory.fill(buckets, 0, 8192);
    for (let index: u32 = 0; index < count; index++) {
      const slot = buckets + (<usize>((load<u64>(from + ((<usize>index) << 3)) >> shift) & 2047) << 2);
      store<u32>(slot, load<u32>(slot) + 1);
    }
    const first = <usize>((load<u64>(from) >> shift) & 2047) << 2;
    if (load<u32>(buckets + first) == count) continue;
    let sum: u32 = 0;
    for (let slot = buckets; slot < buckets + 8192; slot += 4) {
      const size = load<u32>(slot);
      store<u32>(slot, sum);
      sum += size;
    }
    for (let index: u32 = 0; index < count; index++) {
      const key = load<u64>(from + ((<usize>index) << 3));
      const slot = buckets + (<usize>((key >> shift) & 2047) << 2);
      const place = load<u32>(slot);
      store<u32>(slot, place + 1);
      store<u64>(to + ((<usize>place) << 3), key);
    }
    const other = from;
    from = to;
    to = other;
  }
  let distinct: u32 = 0;
  let run: u32 = 0;
  for (let index: u32 = 0; index < count; index++) {
    const key = load<u64>(from + ((<usize>index) << 3));
    run++;
    if (index + 1 < count && load<u64>(from + ((<usize>(index + 1)) << 3)) == key) continue;
    store<u64>(values + ((<usize>distinct) << 3), key);
    store<u32>(counts + ((<usize>distinct) << 2), run);
    distinct++;
    run = 0;
  }
  for (let index: u32 = 0; index < distinct; index++) {
    const at = values + ((<usize>index) << 3);
    store<f64>(at, fromOrderedBits(load<u64>(at)));
  }
  return distinct;
}

/** Bits of a number, such that unsigned order of bits is order of numbers. Negative zero becomes zero. */
// @ts-ignore: decorator
@inline
function orderedBits(value: f64): u64 {
  const bits = reinterpret<u64>(value + 0.0);
  return bits ^ (<u64>(<i64>bits >> 63) | 0x8000000000000000);
}

// @ts-ignore: decorator
@inline
function fromOrderedBits(bits: u64): f64 {
  return reinterpret<f64>(bits & 0x8000000000000000 ? bits ^ 0x8000000000000000 : ~bits);
}

/**
 * Bins numbers: the bin is how many of the `edgeCount` ascending edges lie below the value; NaN gets the bin after the
 * last. `edges` has room for 255 numbers. Returns how many are missing.
 */
function binNumeric(values: usize, count: u32, edges: usize, edgeCount: u32, bins: usize): u32 {
  let half: u32 = 1;
  while (half * 2 - 1 < edgeCount) half *= 2;
  // Padding to 2^k - 1 edges makes every search take the same steps; no value lies above infinity.
  for (let edge = edgeCount; edge < half * 2 - 1; edge++) store<f64>(edges + ((<usize>edge) << 3), Infinity);
  const missingBin = edgeCount + 1;
  let missing: u32 = 0;
  let index: u32 = 0;
  // Four searches side by side: each waits for its own loads only.
  for (; index + 4 <= count; index += 4) {
    const a = load<f64>(values);
    const b = load<f64>(values, 8);
    const c = load<f64>(values, 16);
    const d = load<f64>(values, 24);
    let binOfA: u32 = 0;
    let binOfB: u32 = 0;
    let binOfC: u32 = 0;
    let binOfD: u32 = 0;
    for (let step = half; step > 0; step >>= 1) {
      const last = edges + ((<usize>(step - 1)) << 3);
      binOfA += select<u32>(step, 0, load<f64>(last + ((<usize>binOfA) << 3)) < a);
      binOfB += select<u32>(step, 0, load<f64>(last + ((<usize>binOfB) << 3)) < b);
      binOfC += select<u32>(step, 0, load<f64>(last + ((<usize>binOfC) << 3)) < c);
      binOfD += select<u32>(step, 0, load<f64>(last + ((<usize>binOfD) << 3)) < d);
    }
    store<u8>(bins, select<u32>(binOfA, missingBin, a == a));
    store<u8>(bins, select<u32>(binOfB, missingBin, b == b), 1);
    store<u8>(bins, select<u32>(binOfC, missingBin, c == c), 2);
    store<u8>(bins, select<u32>(binOfD, missingBin, d == d), 3);
    missing += u32(a != a) + u32(b != b) + u32(c != c) + u32(d != d);
    values += 32;
    bins += 4;
  }
  for (; index < count; index++) {
    const value = load<f64>(values);
    let bin: u32 = 0;
    for (let step = half; step > 0; step >>= 1)
      bin += select<u32>(step, 0, load<f64>(edges + ((<usize>(bin + step - 1)) << 3)) < value);
    store<u8>(bins, select<u32>(bin, missingBin, value == value));
    missing += u32(value != value);
    values += 8;
    bins++;
  }
  return missing;
}

/** A number t with low <= t < high: their middle, or low where there is none (neighbours, infinities). */
// @ts-ignore: decorator
@inline
function edgeBetween(low: f64, high: f64): f64 {
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}

/**
 * Edges between bins of ascending distinct values: every value its own bin when there are few; otherwise bins of
 * about equal weight, where a value that would fill a bin alone ends its bin, and begins it unless what came before is
 * too little for a bin (GreedyFindBin of LightGBM, Ke et al. 2017). Returns how many edges.
 */
function findEdges(values: usize, counts: usize, distinct: u32, total: u32, maxBins: u32, edges: usize): u32 {
  let found: u32 = 0;
  if (distinct <= maxBins) {
    for (let index: u32 = 1; index < distinct; index++) {
      const at = values + ((<usize>index) << 3);
      store<f64>(edges + ((<usize>found) << 3), edgeBetween(load<f64>(at - 8), load<f64>(at)));
      found++;
    }
    return found;
  }
  const big = <f64>total / <f64>maxBins;
  let restBins = <i32>maxBins;
  let rest = <f64>total;
  for (let index: u32 = 0; index < distinct; index++) {
    const size = <f64>load<u32>(counts + ((<usize>index) << 2));
    if (size < big) continue;
    restBins--;
    rest -= size;
  }
  let wanted = rest / <f64>max<i32>(1, restBins);
  let filled: f64 = 0;
  for (let index: u32 = 0; index + 1 < distinct && found + 1 < maxBins; index++) {
    const size = <f64>load<u32>(counts + ((<usize>index) << 2));
    const next = <f64>load<u32>(counts + ((<usize>index) << 2), 4);
    const isBig = size >= big;
    if (!isBig) rest -= size;
    filled += size;
    if (!isBig && filled < wanted && (next < big || filled < max<f64>(1, wanted * 0.5))) continue;
    const at = values + ((<usize>index) << 3);
    store<f64>(edges + ((<usize>found) << 3), edgeBetween(load<f64>(at), load<f64>(at, 8)));
    found++;
    filled = 0;
    if (isBig) continue;
    restBins--;
    wanted = rest / <f64>max<i32>(1, restBins);
  }
  return found;
}

/**
 * Copies the numbers at `count` places, or the first ones where no places are given; leaves missing ones out. Returns how
 * many were copied.
 */
function takeSample(values: usize, places: usize, count: u32, sample: usize): u32 {
  let to = sample;
  for (let index: u32 = 0; index < count; index++) {
    const place = places == 0 ? index : load<u32>(places + ((<usize>index) << 2));
    const value = load<f64>(values + ((<usize>place) << 3));
    store<f64>(to, value);
    to += select<usize>(8, 0, value == value);
  }
  return <u32>((to - sample) >> 3);
}

/**
 * A job of this kind: edges and bins of one numeric column.
 *    0 most bins | 4 columns: 48 bytes each, values u32 | count u32 | sample u32 (room for it) | numbers sampled u32
 *      | scratch u32 (as many numbers) | buckets u32 (2048 words) | counts u32 (a word a sample)
 *      | edges u32 (255 numbers) | bins u32 (a byte a value) | found: edges u32 | missing u32
 *    8 places of the sample u32 (0: all)
 */
export function runColumn(job: usize, index: u32): void {
  const column = <usize>load<u32>(job, 4) + <usize>index * 48;
  const values = <usize>load<u32>(column);
  const sample = <usize>load<u32>(column, 8);
  const size = takeSample(values, <usize>load<u32>(job, 8), load<u32>(column, 12), sample);
  const counts = <usize>load<u32>(column, 24);
  const edges = <usize>load<u32>(column, 28);
  const distinct = sortDistinct(sample, size, <usize>load<u32>(column, 16), <usize>load<u32>(column, 20), counts);
  const found = findEdges(sample, counts, distinct, size, load<u32>(job), edges);
  store<u32>(column, found, 36);
  const bins = <usize>load<u32>(column, 32);
  store<u32>(column, binNumeric(values, load<u32>(column, 4), edges, found, bins), 40);
}
