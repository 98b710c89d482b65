// Walks rows down trees whose leaves hold shares of classes. Thresholds are ranks: a row's value is looked up once among
// all thresholds that the forest asks its column, and every question after that compares small whole numbers.
//
// scripts/build-kernels.mjs compiles this file into src/model/forest-kernels.generated.ts; src/model/forest-scorer.ts
// decides what lies where in memory.
//
// Ranks of a row: one u16 a column. Numeric: how many thresholds lie below the value. Categorical: the code. MISSING else.
// Node (8 bytes):   threshold's rank, or LEAF or CATEGORY i16 | column, and in the highest bit 1 where missing goes left
//                   right child u32; the left child follows
//   Where missing goes left, ranks and threshold are one higher, modulo MISSING + 1, which makes a missing value the lowest.
// Categorical node: set of codes u32 | 0 u32 behind it, then the left child
// Leaf (16 bytes):  LEAF, below all ranks | itself as right child; then the address of its shares u32 | 0 u32

const MISSING: u32 = 0x7fff;
const CATEGORY: i32 = -2;

/** Ranks of `count` numbers among `half * 2 - 1` ascending thresholds, padded with infinities; written `rowBytes` apart. */
export function rankNumbers(
  values: usize, count: u32, thresholds: usize, half: u32, ranks: usize, rowBytes: u32,
): void {
  for (let index: u32 = 0; index < count; index++) {
    const value = load<f64>(values);
    let rank: u32 = 0;
    for (let step = half; step > 0; step >>= 1)
      rank += select<u32>(step, 0, load<f64>(thresholds + ((<usize>(rank + step - 1)) << 3)) < value);
    store<u16>(ranks, <u16>select<u32>(rank, MISSING, value == value));
    values += 8;
    ranks += <usize>rowBytes;
  }
}

/** Codes of `count` categories of so many; what is no whole number in range is missing. */
export function rankCodes(values: usize, count: u32, categories: f64, ranks: usize, rowBytes: u32): void {
  for (let index: u32 = 0; index < count; index++) {
    const value = load<f64>(values);
    const known = value >= 0 && value < categories && value == floor(value);
    store<u16>(ranks, known ? <u16>(<u32>value) : <u16>MISSING);
    values += 8;
    ranks += <usize>rowBytes;
  }
}

/** The child of a node that a row goes to; a leaf is its own. */
// @ts-ignore: decorator
@inline
function step(node: usize, row: usize): usize {
  const word = load<u32>(node);
  const threshold = <i32>(<i16>word);
  const left = word >> 31;
  const rank = <u32>load<u16>(row + <usize>((word >> 15) & 0xfffe));
  if (threshold == CATEGORY) return stepCategory(node, rank, left);
  return select<usize>(<usize>load<u32>(node, 4), node + 8, <i32>((rank + left) & MISSING) > threshold);
}

function stepCategory(node: usize, code: u32, missingLeft: u32): usize {
  const goesLeft =
    code == MISSING
      ? missingLeft
      : (load<u32>(<usize>load<u32>(node, 8) + ((<usize>(code >> 5)) << 2)) >> (code & 31)) & 1;
  return goesLeft != 0 ? node + 16 : <usize>load<u32>(node, 4);
}

/** Adds the shares of a leaf to a row's sums. */
// @ts-ignore: decorator
@inline
function addShares(leaf: usize, sums: usize, shareBytes: usize): void {
  const shares = <usize>load<u32>(leaf, 8);
  for (let at: usize = 0; at < shareBytes; at += 8) store<f64>(sums + at, load<f64>(sums + at) + load<f64>(shares + at));
}

/**
 * Adds what the trees, whose roots are listed, say of `count` rows to their sums: tree by tree, so that each stays in the
 * cache for all rows, and eight rows side by side. `count` is a multiple of eight.
 */
export function walkRows(
  roots: usize, trees: u32, ranks: usize, rowBytes: u32, count: u32, sums: usize, shareBytes: u32,
): void {
  const row = <usize>rowBytes;
  const share = <usize>shareBytes;
  for (let tree: u32 = 0; tree < trees; tree++) {
    const root = <usize>load<u32>(roots + ((<usize>tree) << 2));
    let first = ranks;
    let sum = sums;
    for (let done: u32 = 0; done < count; done += 8) {
      let a = root;
      let b = root;
      let c = root;
      let d = root;
      let e = root;
      let f = root;
      let g = root;
      let h = root;
      let moved: usize = 1;
      while (moved != 0) {
        const a2 = step(a, first);
        const b2 = step(b, first + row);
        const c2 = step(c, first + 2 * row);
        const d2 = step(d, first + 3 * row);
        const e2 = step(e, first + 4 * row);
        const f2 = step(f, first + 5 * row);
        const g2 = step(g, first + 6 * row);
        const h2 = step(h, first + 7 * row);
        moved = (a ^ a2) | (b ^ b2) | (c ^ c2) | (d ^ d2) | (e ^ e2) | (f ^ f2) | (g ^ g2) | (h ^ h2);
        a = a2;
        b = b2;
        c = c2;
        d = d2;
        e = e2;
        f = f2;
        g = g2;
        h = h2;
      }
      addShares(a, sum, share);
      addShares(b, sum + share, share);
      addShares(c, sum + 2 * share, share);
      addShares(d, sum + 3 * share, share);
      addShares(e, sum + 4 * share, share);
      addShares(f, sum + 5 * share, share);
      addShares(g, sum + 6 * share, share);
      addShares(h, sum + 7 * share, share);
      first += 8 * row;
      sum += 8 * share;
    }
  }
}

/** As `walkRows` for one row: four trees side by side, their shares added in the order of the trees. */
export function walkTrees(roots: usize, trees: u32, ranks: usize, sums: usize, shareBytes: u32): void {
  const share = <usize>shareBytes;
  let tree: u32 = 0;
  for (; tree + 4 <= trees; tree += 4) {
    const at = roots + ((<usize>tree) << 2);
    let a = <usize>load<u32>(at);
    let b = <usize>load<u32>(at, 4);
    let c = <usize>load<u32>(at, 8);
    let d = <usize>load<u32>(at, 12);
    let moved: usize = 1;
    while (moved != 0) {
      const a2 = step(a, ranks);
      const b2 = step(b, ranks);
      const c2 = step(c, ranks);
      const d2 = step(d, ranks);
      moved = (a ^ a2) | (b ^ b2) | (c ^ c2) | (d ^ d2);
      a = a2;
      b = b2;
      c = c2;
      d = d2;
    }
    addShares(a, sums, share);
    addShares(b, sums, share);
    addShares(c, sums, share);
    addShares(d, sums, share);
  }
  for (; tree < trees; tree++) {
    let node = <usize>load<u32>(roots + ((<usize>tree) << 2));
    let next = step(node, ranks);
    while (next != node) {
      node = next;
      next = step(node, ranks);
    }
    addShares(node, sums, share);
  }
}
