// Scores rows by an ensemble of trees, 64 rows at a time: the upper part of every tree is asked about all of them, sixteen
// an instruction; what lies below it, if anything, is walked, four rows side by side.
//
// Nodes compare bytes. A row has its rank among the thresholds that a column is asked about, and goes right where that is
// above the threshold's. Of a column that is asked for categories it has the class of its own: categories of one class go
// the same way at every node.
//
// From left to right, an upper part has inner nodes 1, 2, … n and ends 0, 1, … n; end k lies next to the right of node k. A
// row may be at end k if it goes right at k and wherever the path to k does. It is at the last such end: where the path to
// a later one turns right and leaves the row's own, the row goes left. So nobody asks what goes left, and no question waits
// for the answer to another. (In a mirror this is QuickScorer, Lucchese et al. 2015; many rows at once: Lucchese et al.
// 2016.)
//
// scripts/build-kernels.mjs compiles this file into src/model/kernels.generated.ts; src/model/scorer.ts decides what
// lies where in memory.
//
// Plane (64 bytes, at a multiple of that): a byte a row. Every column has two:
//    numeric: rank, less 128, of missing values the lowest | the same, of missing values the highest
//    categorical: class >> 3 | 1 << (class & 7)
// Column (16 bytes), words: its index in a row
//    numeric: ascending keys i64 of 15 or 255 thresholds, behind one that is none; at a multiple of as many bytes | 15 or 255 | 0
//    categorical: classes, a byte a category, then that of missing and unknown ones | 0 | categories
// Tree (20 bytes), words: nodes of the upper part | how many | ends | steps from the farthest end to a leaf | raw scores
// Node (12 bytes), words: plane, plus CATEGORICAL
//    upper: rank, less 128, in every byte, or the set | place in the stack: 64 bytes, 255 for every row that goes right where
//       the path to the node does; it leaves those that go right here too in the next 64
//    walked: rank i32, less 128, or the set | right child; the left one follows
// Leaf that is walked to (20 bytes): any plane | a rank below all | itself | value f64
// Set (16 bytes): a bit for every class that goes left
// Ends: values f64; where there are steps, addresses u32
// Raw scores: 8 bytes a row, 64 rows an output

const PLANE: usize = 64;
const NODE: usize = 12;
const CATEGORICAL: usize = 1;

/** Key of what is missing, and of infinity. */
const HIGHEST: i64 = 0x7fffffffffffffff;
const INFINITE: i64 = 0x7ff0000000000000;

/**
 * Planes of `count` rows, a multiple of four. Values of a row are `columnBytes` apart, those of a column `rowBytes`.
 */
export function makePlanes(
  columns: usize, last: usize, values: usize, columnBytes: usize, rowBytes: usize, count: u32, planes: usize,
): void {
  for (; columns < last; columns += 16) {
    const first = values + <usize>load<u32>(columns) * columnBytes;
    const table = <usize>load<u32>(columns, 4);
    const most = load<u32>(columns, 8);
    if (most > 0) {
      rankNumbers(first, rowBytes, count, table, most > 15, planes);
      spreadRanks(planes, <i8>most);
    } else classCodes(first, rowBytes, count, table, <f64>load<u32>(columns, 12), planes);
    planes += 2 * PLANE;
  }
}

/** How many keys of a table are below those of the numbers; all for missing ones. Only the low bits count. */
function rankNumbers(values: usize, rowBytes: usize, count: u32, table: usize, large: bool, plane: usize): void {
  for (const last = plane + <usize>count; plane < last; plane++) {
    const key = keyOf(load<i64>(values));
    let at = table;
    if (large) {
      at = advance(at, 1024, key);
      at = advance(at, 512, key);
      at = advance(at, 256, key);
      at = advance(at, 128, key);
    }
    at = advance(at, 64, key);
    at = advance(at, 32, key);
    at = advance(at, 16, key);
    at = advance(at, 8, key);
    store<u8>(plane, <u8>(at >> 3));
    values += rowBytes;
  }
}

/** Signed integers in the order of the numbers, -0 next below 0; missing values are above all. */
// @ts-ignore: decorator
@inline
function keyOf(bits: i64): i64 {
  const key = bits ^ ((bits >> 63) & HIGHEST);
  return select<i64>(HIGHEST, key, key < ~INFINITE);
}

// @ts-ignore: decorator
@inline
function advance(at: usize, bytes: usize, key: i64): usize {
  const next = at + bytes;
  return select<usize>(next, at, load<i64>(next) < key);
}

/** Makes both planes of ranks; one higher, a missing value's becomes the lowest. */
function spreadRanks(planes: usize, most: i8): void {
  for (const last = planes + PLANE; planes < last; planes += 16) {
    const rank = v128.load(planes);
    const higher = i8x16.add(rank, i8x16.splat(1));
    v128.store(planes, signed(higher, most));
    v128.store(planes, signed(rank, most), PLANE);
  }
}

/** Ranks whose low bits count, as signed bytes in their order. */
// @ts-ignore: decorator
@inline
function signed(rank: v128, most: i8): v128 {
  return v128.xor(v128.and(rank, i8x16.splat(most)), i8x16.splat(-128));
}

function classCodes(
  values: usize, rowBytes: usize, count: u32, classes: usize, categories: f64, planes: usize,
): void {
  for (const end = planes + <usize>count; planes < end; planes++) {
    const value = load<f64>(values);
    const known = value >= 0 && value < categories && value == floor(value);
    const found = <u32>load<u8>(classes + <usize>(<i32>(known ? value : categories)));
    store<u8>(planes, <u8>(found >> 3));
    store<u8>(planes, <u8>(<u32>1 << (found & 7)), PLANE);
    values += rowBytes;
  }
}

/**
 * Adds what the trees say of `count` rows, a multiple of four, to their raw scores: tree by tree, so that each stays in the
 * cache for all of them. `found` has room for 64 bytes.
 */
export function addTrees(trees: usize, last: usize, count: u32, found: usize): void {
  for (; trees < last; trees += 20) {
    const nodes = <usize>load<u32>(trees);
    findEnds(nodes, nodes + <usize>load<u32>(trees, 4) * NODE, found);
    const ends = <usize>load<u32>(trees, 8);
    const steps = load<u32>(trees, 12);
    let raw = <usize>load<u32>(trees, 16);
    for (let row: usize = 0; row < <usize>count; row += 4, raw += 32) {
      if (steps == 0) addEnds(ends, found + row, raw);
      else walkRows(ends, found + row, steps, row, raw);
    }
  }
}

/** Finds which end of the upper part of a tree each of 64 rows reaches. */
function findEnds(node: usize, last: usize, found: usize): void {
  let end = i8x16.splat(0);
  let a = end;
  let b = end;
  let c = end;
  let d = end;
  for (; node < last; node += NODE) {
    const plane = <usize>load<u32>(node);
    let first: v128;
    let second: v128;
    let third: v128;
    let fourth: v128;
    if (plane & CATEGORICAL) {
      const set = v128.load(<usize>load<u32>(node, 4));
      const index = plane - CATEGORICAL;
      const bit = index + PLANE;
      first = outside(set, v128.load(index), v128.load(bit));
      second = outside(set, v128.load(index, 16), v128.load(bit, 16));
      third = outside(set, v128.load(index, 32), v128.load(bit, 32));
      fourth = outside(set, v128.load(index, 48), v128.load(bit, 48));
    } else {
      const rank = v128.load32_splat(node, 4);
      first = i8x16.gt_s(v128.load(plane), rank);
      second = i8x16.gt_s(v128.load(plane, 16), rank);
      third = i8x16.gt_s(v128.load(plane, 32), rank);
      fourth = i8x16.gt_s(v128.load(plane, 48), rank);
    }
    const place = <usize>load<u32>(node, 8);
    first = v128.and(first, v128.load(place));
    second = v128.and(second, v128.load(place, 16));
    third = v128.and(third, v128.load(place, 32));
    fourth = v128.and(fourth, v128.load(place, 48));
    v128.store(place, first, PLANE);
    v128.store(place, second, PLANE + 16);
    v128.store(place, third, PLANE + 32);
    v128.store(place, fourth, PLANE + 48);
    end = i8x16.sub(end, i8x16.splat(-1));
    a = i8x16.max_u(a, v128.and(first, end));
    b = i8x16.max_u(b, v128.and(second, end));
    c = i8x16.max_u(c, v128.and(third, end));
    d = i8x16.max_u(d, v128.and(fourth, end));
  }
  v128.store(found, a);
  v128.store(found, b, 16);
  v128.store(found, c, 32);
  v128.store(found, d, 48);
}

/** Whether the classes of sixteen rows, each a byte's index and a bit, are outside a set. */
// @ts-ignore: decorator
@inline
function outside(set: v128, index: v128, bit: v128): v128 {
  return i8x16.eq(v128.and(i8x16.swizzle(set, index), bit), i8x16.splat(0));
}

/** Adds the values of the ends of four rows. */
// @ts-ignore: decorator
@inline
function addEnds(ends: usize, found: usize, raw: usize): void {
  const a = ends + (<usize>load<u8>(found) << 3);
  const b = ends + (<usize>load<u8>(found, 1) << 3);
  const c = ends + (<usize>load<u8>(found, 2) << 3);
  const d = ends + (<usize>load<u8>(found, 3) << 3);
  v128.store(raw, f64x2.add(v128.load(raw), v128.load64_lane(b, v128.load64_zero(a), 1)));
  v128.store(raw, f64x2.add(v128.load(raw, 16), v128.load64_lane(d, v128.load64_zero(c), 1)), 16);
}

/** Walks four rows side by side from their ends: while one waits for memory the others go on. */
// @ts-ignore: decorator
@inline
function walkRows(ends: usize, found: usize, steps: u32, row: usize, raw: usize): void {
  let a = <usize>load<u32>(ends + (<usize>load<u8>(found) << 2));
  let b = <usize>load<u32>(ends + (<usize>load<u8>(found, 1) << 2));
  let c = <usize>load<u32>(ends + (<usize>load<u8>(found, 2) << 2));
  let d = <usize>load<u32>(ends + (<usize>load<u8>(found, 3) << 2));
  for (; steps > 0; steps--) {
    a = step(a, row);
    b = step(b, row + 1);
    c = step(c, row + 2);
    d = step(d, row + 3);
  }
  v128.store(raw, f64x2.add(v128.load(raw), v128.load64_lane(b, v128.load64_zero(a, NODE), 1, NODE)));
  v128.store(raw, f64x2.add(v128.load(raw, 16), v128.load64_lane(d, v128.load64_zero(c, NODE), 1, NODE)), 16);
}

/** The child of a node that a row goes to; a leaf is its own. */
// @ts-ignore: decorator
@inline
function step(node: usize, row: usize): usize {
  const plane = <usize>load<u32>(node);
  const right = <usize>load<u32>(node, 8);
  if (plane & CATEGORICAL) return isOutside(<usize>load<u32>(node, 4), plane - CATEGORICAL + row) ? right : node + NODE;
  return select<usize>(right, node + NODE, <i32>load<i8>(plane + row) > load<i32>(node, 4));
}

function isOutside(set: usize, index: usize): bool {
  return (load<u8>(set + <usize>load<u8>(index)) & load<u8>(index, PLANE)) == 0;
}
