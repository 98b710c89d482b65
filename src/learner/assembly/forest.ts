// Kernels of the learners that grow whole trees: drawing rows, searching splits, parting rows, writing nodes.
//
// All of them work on one imported linear memory whose layout `src/learner/forest/` decides; they allocate nothing, keep
// no state and hold no static data, so that many instances may share the memory. Rows of classes are counted as integers,
// so that sums do not depend on the order of rows; weights of classes are applied where impurity is computed.
//
// An item of a job is a slot: a place where one tree grows. A call grows it for as long as its budget of work lasts, and
// goes on where it stopped. What is drawn at a node depends on the tree's seed and the way to the node alone, so how trees
// are dealt out to slots, slots to threads and work to calls changes nothing.
//
// scripts/build-kernels.mjs compiles this file into src/learner/forest-kernels.generated.ts.

import { runColumn } from "./bins";
import { logarithm } from "./elementary";
import { runItems, sendHome, serveItems, Work } from "./gate";

// Table, the same for all slots:
//    0 codes by column | 4 bytes of a column | 8 codes by row | 12 bytes of a row | 16 features
//   20 records of features, 16 bytes each: bins u32 | has missing u32 | categorical u32 | edges (bins - 1 numbers)
//   24 labels u16 | 28 groups: rows told apart | 32 rows of each group u32 | 36 group of each row u32 (0: rows are groups)
//   40 rows | 44 classes | 48 votes u32, groups × classes (0: none are taken) | 52 x ln x of the numbers below LOGARITHMS
//   56 most questions on the way to a leaf | 60 fewest rows of a leaf | 64 fewest rows to be split | 68 features a split
//   72 entropy | 76 with replacement | 80 rows drawn | 84 random thresholds | 88 balance the weights of each tree
//   92 room for nodes | 96 room for sets | 100 room for counts of leaves | 104 least decrease of impurity f64
//
// Slot:
//    0 state | 4 seed u64 (unaligned) | 12 entries | 16 scratch | 20 aside | 24 drawn rows, a bit each (0: not wanted)
//   28 frames | 32 number of frames | 36 nodes written | 40 number of them | 44 nodes of the tree so far
//   48 sets written, 32 bytes each | 52 number | 56 counts of leaves written | 60 number
//   64 decrease of impurity by feature f64 | 68 dense histograms | 72 sparse histogram (zero between nodes)
//   76 counts of classes u32 (zero between nodes) | 80 classes present | 84 place of each class among those present
//   88 what is on the left, 32 bytes a class | 92 order of features | 96 weights of classes f64 | 100 bins present u8 | 104 order of bins u8
//  108 keys of bins f64 | 112 swaps of the order of features
//  120 weight of the tree's rows f64
//  128 best split: score f64 | 136 feature | 140 bin | 144 missing goes left | 148 rows on the left | 152 set, 32 bytes
//  192 bins touched, 32 bytes
//  224 classes present | 228 second class present | 232 rows of the node
//  240 weights of the two classes present f64 f64 | 256 counts of both: u32 | u32
//  264 random u64 | 272 split found in a column: score f64 | 280 its place in the order | 284 missing goes left
//  288 rows on the left | 292 tells both classes apart | 296 features of a block
//
// Entry:  row u32 | label (12 bits), weight (20 bits)      of rows aside:  row u32 | rows not drawn u32
// Frame:  first entry | entries | first aside | aside | depth | node whose right child it is | random u64
// Node:   column's number among the features, or LEAF | flags | rows | node whose right child it is
//         threshold f64 | leaf: label of all rows, or MIXED and number of the counts; category: number of the set | 0
// Counts: one for each class

const IDLE: u32 = 0;
const START: u32 = 1;
const GROWING: u32 = 2;
const FINISHED: u32 = 3;

const NONE: u32 = 0xffffffff;
const LEAF: u32 = 0xffff;
const MIXED: u32 = 0x80000000;
const MISSING_LEFT: u32 = 1;
const CATEGORICAL: u32 = 2;

const FRAME_BYTES: usize = 40;
const NODE_BYTES: usize = 32;
const SLOT_BYTES: usize = 320;
/** Stretches of rows that are drawn from at most: a word each fits into the frames. */
const STRETCHES: u32 = 8192;
/** No tree asks more questions on the way to a leaf. */
const DEEPEST: u32 = 1024;
const LABEL_BITS: u32 = 12;
const LABEL_MASK: u32 = 4095;
/** Heavier rows are several entries. */
const HEAVIEST: u32 = 0xfffff;
/** Nodes of at most so many entries are searched by the bins that they touch. */
const SPARSE_ENTRIES: u32 = 160;
/** Nodes with at least this share of all groups read codes by column, others by row. */
const SHARE_BY_COLUMN: u32 = 12;
/** Bytes of the histogram of one column with two classes. */
const PAIRS_BYTES: usize = 2048;
/** Classes whose shares order the categories of a node, at most. */
const ORDERING_CLASSES: u32 = 8;
/** Numbers below this have their x ln x in a table. */
const LOGARITHMS: f64 = 8192;

// ----------------------------------------------------------------------------------------------------- chance

/** SplitMix64 (Steele, Lea and Flood 2014). */
// @ts-ignore: decorator
@inline
function mix(state: u64): u64 {
  state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
  state = (state ^ (state >> 27)) * 0x94d049bb133111eb;
  return state ^ (state >> 31);
}

// @ts-ignore: decorator
@inline
function nextRandom(slot: usize): u64 {
  const state = load<u64>(slot, 264) + 0x9e3779b97f4a7c15;
  store<u64>(slot, state, 264);
  return mix(state);
}

/** A number below `count`. */
// @ts-ignore: decorator
@inline
function drawBelow(slot: usize, count: u32): u32 {
  return <u32>(((nextRandom(slot) >> 32) * <u64>count) >> 32);
}

// ------------------------------------------------------------------------------------------------------ packing

const BLOCK_ROWS: u32 = 512;

/** Writes a block of rows of codes from columns of them, and a hash of each row and its label. */
function packRows(job: usize, block: u32): void {
  const columns = <usize>load<u32>(job);
  const columnBytes = <usize>load<u32>(job, 4);
  const features = <usize>load<u32>(job, 12);
  const first = block * BLOCK_ROWS;
  const count = min<u32>(BLOCK_ROWS, load<u32>(job, 16) - first);
  const rows = <usize>load<u32>(job, 8) + <usize>first * features;
  for (let feature: usize = 0; feature < features; feature++) {
    const column = columns + feature * columnBytes + <usize>first;
    let to = rows + feature;
    for (let row: usize = 0; row < <usize>count; row++) {
      store<u8>(to, load<u8>(column + row));
      to += features;
    }
  }
  let hash = <usize>load<u32>(job, 20) + ((<usize>first) << 2);
  let label = <usize>load<u32>(job, 24) + ((<usize>first) << 1);
  for (let row = rows; row < rows + <usize>count * features; row += features) {
    let state = <u64>load<u16>(label);
    let at = row;
    for (; at + 8 <= row + features; at += 8) state = mix((state ^ load<u64>(at)) + 0x9e3779b97f4a7c15);
    for (; at < row + features; at++) state = (state ^ <u64>load<u8>(at)) * 0x9e3779b97f4a7c15;
    store<u32>(hash, <u32>(state >> 32));
    hash += 4;
    label += 2;
  }
}

/** Finds equal rows; groups come in the order of their first rows. Leaves the number of groups in the job. */
function mergeRows(job: usize): void {
  const features = <usize>load<u32>(job, 4);
  const rows = <usize>load<u32>(job);
  const count = load<u32>(job, 8);
  const hashes = <usize>load<u32>(job, 12);
  const labels = <usize>load<u32>(job, 16);
  const slots = <usize>load<u32>(job, 20);
  const mask = load<u32>(job, 24) - 1;
  const groupOfRow = <usize>load<u32>(job, 28);
  const representatives = <usize>load<u32>(job, 32);
  const counts = <usize>load<u32>(job, 36);
  memory.fill(slots, 255, (<usize>mask + 1) << 2);
  let groups: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    const hash = load<u32>(hashes + ((<usize>row) << 2));
    let slot = hash & mask;
    let group: u32 = NONE;
    for (;;) {
      group = load<u32>(slots + ((<usize>slot) << 2));
      if (group == NONE) break;
      const other = load<u32>(representatives + ((<usize>group) << 2));
      if (load<u32>(hashes + ((<usize>other) << 2)) == hash && areEqual(rows, labels, features, row, other)) break;
      slot = (slot + 1) & mask;
    }
    if (group == NONE) {
      group = groups;
      groups++;
      store<u32>(slots + ((<usize>slot) << 2), group);
      store<u32>(representatives + ((<usize>group) << 2), row);
      store<u32>(counts + ((<usize>group) << 2), 0);
    }
    const members = counts + ((<usize>group) << 2);
    store<u32>(members, load<u32>(members) + 1);
    store<u32>(groupOfRow + ((<usize>row) << 2), group);
  }
  store<u32>(job, groups, 40);
}

function areEqual(rows: usize, labels: usize, features: usize, a: u32, b: u32): bool {
  if (load<u16>(labels + ((<usize>a) << 1)) != load<u16>(labels + ((<usize>b) << 1))) return false;
  const first = rows + <usize>a * features;
  const second = rows + <usize>b * features;
  let at: usize = 0;
  for (; at + 8 <= features; at += 8) if (load<u64>(first + at) != load<u64>(second + at)) return false;
  for (; at < features; at++) if (load<u8>(first + at) != load<u8>(second + at)) return false;
  return true;
}

/** Keeps one row of each group: in one column, or, after the last of them, in the rows and labels. All move forwards. */
function keepGroups(job: usize, item: u32): void {
  const features = load<u32>(job, 12);
  const groups = load<u32>(job, 16);
  const representatives = <usize>load<u32>(job, 20);
  if (item < features) {
    const column = <usize>load<u32>(job) + <usize>item * <usize>load<u32>(job, 4);
    for (let group: u32 = 0; group < groups; group++) {
      const row = load<u32>(representatives + ((<usize>group) << 2));
      store<u8>(column + <usize>group, load<u8>(column + <usize>row));
    }
    return;
  }
  const rows = <usize>load<u32>(job, 8);
  const labels = <usize>load<u32>(job, 24);
  for (let group: u32 = 0; group < groups; group++) {
    const row = load<u32>(representatives + ((<usize>group) << 2));
    store<u16>(labels + ((<usize>group) << 1), load<u16>(labels + ((<usize>row) << 1)));
    memory.copy(rows + <usize>group * <usize>features, rows + <usize>row * <usize>features, <usize>features);
  }
}

// ------------------------------------------------------------------------------------------------------- rows

/** Draws the rows of a tree; what was not drawn is set aside where votes are taken. */
function drawRows(table: usize, slot: usize): void {
  const groups = load<u32>(table, 28);
  const counts = <usize>load<u32>(slot, 16);
  const share = load<u32>(table, 80) < load<u32>(table, 40);
  store<u64>(slot, mix(load<u64>(slot, 4)), 264);
  if (load<u32>(table, 76) != 0 || share) {
    memory.fill(counts, 0, (<usize>groups) << 2);
    if (load<u32>(slot, 24) != 0) {
      memory.fill(<usize>load<u32>(slot, 24), 0, <usize>((load<u32>(table, 40) + 7) >> 3));
      memory.fill(<usize>load<u32>(slot, 20) + ((<usize>groups) << 2), 0, (<usize>groups) << 2);
    }
    if (load<u32>(table, 76) != 0) drawWithReplacement(table, slot, counts);
    else drawShare(table, slot, counts);
  } else {
    memory.copy(counts, <usize>load<u32>(table, 32), (<usize>groups) << 2);
  }
  writeEntries(table, slot, counts);
}

/**
 * Draws stretches of rows first and rows of each stretch then, which is as likely as drawing rows at once and keeps what
 * is looked up in the cache. How often each stretch is drawn is counted where the frames will be.
 */
function drawWithReplacement(table: usize, slot: usize, counts: usize): void {
  const rows = load<u32>(table, 40);
  const draws = load<u32>(table, 80);
  const stretches = <usize>load<u32>(slot, 28);
  let shift: u32 = 12;
  while (rows >> shift > STRETCHES - 2) shift++;
  const last = (rows - 1) >> shift;
  memory.fill(stretches, 0, (<usize>last + 1) << 2);
  for (let draw: u32 = 0; draw < draws; draw++) {
    const at = stretches + ((<usize>(drawBelow(slot, rows) >> shift)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  for (let stretch: u32 = 0; stretch <= last; stretch++) {
    const first = stretch << shift;
    const size = <u64>min<u32>(<u32>1 << shift, rows - first);
    let wanted = load<u32>(stretches + ((<usize>stretch) << 2));
    for (; wanted >= 2; wanted -= 2) {
      const random = nextRandom(slot);
      takeRow(table, slot, counts, first + <u32>(((random >> 32) * size) >> 32));
      takeRow(table, slot, counts, first + <u32>(((random & 0xffffffff) * size) >> 32));
    }
    if (wanted != 0) takeRow(table, slot, counts, first + drawBelow(slot, <u32>size));
  }
}

/** Each set of so many rows is as likely (selection sampling; Fan, Muller and Rezucha 1962). */
function drawShare(table: usize, slot: usize, counts: usize): void {
  const rows = load<u32>(table, 40);
  let wanted = load<u32>(table, 80);
  for (let row: u32 = 0; wanted > 0; row++) {
    if (drawBelow(slot, rows - row) >= wanted) continue;
    takeRow(table, slot, counts, row);
    wanted--;
  }
}

// @ts-ignore: decorator
@inline
function takeRow(table: usize, slot: usize, counts: usize, row: u32): void {
  const groupOfRow = <usize>load<u32>(table, 36);
  const group = groupOfRow == 0 ? row : load<u32>(groupOfRow + ((<usize>row) << 2));
  const count = counts + ((<usize>group) << 2);
  store<u32>(count, load<u32>(count) + 1);
  const drawn = <usize>load<u32>(slot, 24);
  if (drawn == 0) return;
  const place = drawn + (row >> 3);
  const bits = <u32>load<u8>(place);
  const bit = row & 7;
  store<u8>(place, <u8>(bits | ((<u32>1) << bit)));
  // Different rows drawn of each group: in the second half of the room for rows aside, which is filled from its beginning.
  // Without a branch: whether a row was drawn before cannot be foreseen.
  const different = <usize>load<u32>(slot, 20) + ((<usize>(load<u32>(table, 28) + group)) << 2);
  store<u32>(different, load<u32>(different) + 1 - ((bits >> bit) & 1));
}

/** Entries of the rows drawn, rows aside, the weights of classes and of the tree, and the frame of the root. */
function writeEntries(table: usize, slot: usize, counts: usize): void {
  const groups = load<u32>(table, 28);
  const labels = <usize>load<u32>(table, 24);
  const rowsOfGroup = <usize>load<u32>(table, 32);
  const classCounts = <usize>load<u32>(slot, 76);
  const aside = <usize>load<u32>(slot, 20);
  const wantsAside = load<u32>(slot, 24) != 0;
  const different = aside + ((<usize>groups) << 2);
  const first = <usize>load<u32>(slot, 12);
  let entry = first;
  let left = aside;
  for (let group: u32 = 0; group < groups; group++) {
    const label = <u32>load<u16>(labels + ((<usize>group) << 1));
    let weight = load<u32>(counts + ((<usize>group) << 2));
    const total = classCounts + ((<usize>label) << 2);
    store<u32>(total, load<u32>(total) + weight);
    while (weight > 0) {
      const part = min<u32>(weight, HEAVIEST);
      store<u32>(entry, group);
      store<u32>(entry, label | (part << LABEL_BITS), 4);
      entry += 8;
      weight -= part;
    }
    if (!wantsAside) continue;
    const undrawn = load<u32>(rowsOfGroup + ((<usize>group) << 2)) - load<u32>(different + ((<usize>group) << 2));
    if (undrawn == 0) continue;
    store<u32>(left, group);
    store<u32>(left, undrawn, 4);
    left += 8;
  }
  weighClasses(table, slot);
  const frame = <usize>load<u32>(slot, 28);
  writeFrame(frame, 0, <u32>((entry - first) >> 3), 0, <u32>((left - aside) >> 3), 0, NONE, load<u64>(slot, 264));
  store<u32>(slot, 1, 32);
}

/** Weight of the tree's rows; with balance of each tree, weights of its classes before. Clears the counts of classes. */
function weighClasses(table: usize, slot: usize): void {
  const classes = load<u32>(table, 44);
  const counts = <usize>load<u32>(slot, 76);
  const weights = <usize>load<u32>(slot, 96);
  let present: u32 = 0;
  let rows: u32 = 0;
  for (let label: u32 = 0; label < classes; label++) {
    const count = load<u32>(counts + ((<usize>label) << 2));
    rows += count;
    present += u32(count > 0);
  }
  let total: f64 = 0;
  for (let label: u32 = 0; label < classes; label++) {
    const at = counts + ((<usize>label) << 2);
    const weight = weights + ((<usize>label) << 3);
    const count = <f64>load<u32>(at);
    if (load<u32>(table, 88) != 0 && count > 0) store<f64>(weight, <f64>rows / (<f64>present * count));
    total += count * load<f64>(weight);
    store<u32>(at, 0);
  }
  store<f64>(slot, total, 120);
}

// @ts-ignore: decorator
@inline
function writeFrame(
  frame: usize, first: u32, count: u32, asideFirst: u32, asideCount: u32, depth: u32, parent: u32, random: u64,
): void {
  store<u32>(frame, first);
  store<u32>(frame, count, 4);
  store<u32>(frame, asideFirst, 8);
  store<u32>(frame, asideCount, 12);
  store<u32>(frame, depth, 16);
  store<u32>(frame, parent, 20);
  store<u64>(frame, random, 24);
}

// --------------------------------------------------------------------------------------------------- impurity

// The score of a side is W times one minus its Gini impurity, or W times its negative entropy (in nats), W being its
// weight: what a split gains is the sum of the scores of its sides less the score of the node.

// @ts-ignore: decorator
@inline
function timesLogarithm(x: f64, logarithms: usize): f64 {
  if (x <= 0) return 0;
  if (x < LOGARITHMS && x == floor(x)) return load<f64>(logarithms + ((<usize>(<u32>x)) << 3));
  return x * logarithm(x);
}

/** Score of a side with weights a and b of two classes; `logarithms` 0 for Gini. */
// @ts-ignore: decorator
@inline
function scoreOfPair(a: f64, b: f64, logarithms: usize): f64 {
  if (logarithms == 0) return (a * a + b * b) / (a + b);
  return (
    timesLogarithm(a, logarithms) + timesLogarithm(b, logarithms) - timesLogarithm(a + b, logarithms)
  );
}

/** Score of the whole node. */
function scoreOfNode(slot: usize, logarithms: usize): f64 {
  const present = load<u32>(slot, 224);
  let sum: f64 = 0;
  let weight: f64 = 0;
  for (let place: u32 = 0; place < present; place++) {
    const x = weightOf(slot, load<u32>(<usize>load<u32>(slot, 80) + ((<usize>place) << 2)));
    weight += x;
    sum += logarithms == 0 ? x * x : timesLogarithm(x, logarithms);
  }
  return logarithms == 0 ? sum / weight : sum - timesLogarithm(weight, logarithms);
}

/** Weight of a class in the node. */
// @ts-ignore: decorator
@inline
function weightOf(slot: usize, label: u32): f64 {
  return (
    <f64>load<u32>(<usize>load<u32>(slot, 76) + ((<usize>label) << 2)) *
    load<f64>(<usize>load<u32>(slot, 96) + ((<usize>label) << 3))
  );
}

// -------------------------------------------------------------------------------------------------- histograms

// With two classes present a bin is 8 bytes: rows of the first u32 | rows of the second u32. With more it has one u32 for
// each class present. Codes lie at `column + row × step`, by column (step 1) or by row.

// @ts-ignore: decorator
@inline
function bumpPair(histogram: usize, code: usize, term: u64): void {
  const bin = histogram + (code << 3);
  store<u64>(bin, load<u64>(bin) + term);
}

// @ts-ignore: decorator
@inline
function termOf(entry: usize, second: u32): u64 {
  const load4 = load<u32>(entry, 4);
  return (<u64>(load4 >> LABEL_BITS)) << ((<u64>u32((load4 & LABEL_MASK) == second)) << 5);
}

/** Adds all entries to the histograms of `width` columns; `width` is a constant of the caller. */
// @ts-ignore: decorator
@inline
function sumPairs(
  first: usize, end: usize, second: u32, step: u32, a: usize, b: usize, c: usize, d: usize, histograms: usize, width: i32,
): void {
  for (let entry = first; entry < end; entry += 8) {
    const at = <usize>(load<u32>(entry) * step);
    const term = termOf(entry, second);
    bumpPair(histograms, load<u8>(a + at), term);
    if (width > 1) bumpPair(histograms + PAIRS_BYTES, load<u8>(b + at), term);
    if (width > 2) bumpPair(histograms + 2 * PAIRS_BYTES, load<u8>(c + at), term);
    if (width > 3) bumpPair(histograms + 3 * PAIRS_BYTES, load<u8>(d + at), term);
  }
}

/** Histograms of the features of a block, at most four, over all entries of a node with two classes. */
function densePairs(table: usize, slot: usize, first: usize, end: usize, block: u32, byColumn: bool): void {
  const second = load<u32>(slot, 228);
  const histograms = <usize>load<u32>(slot, 68);
  const step = byColumn ? 1 : load<u32>(table, 12);
  memory.fill(histograms, 0, <usize>block * PAIRS_BYTES);
  const a = columnAt(table, load<u32>(slot, 296), byColumn);
  const b = columnAt(table, load<u32>(slot, 300), byColumn);
  const c = columnAt(table, load<u32>(slot, 304), byColumn);
  const d = columnAt(table, load<u32>(slot, 308), byColumn);
  if (block == 4) sumPairs(first, end, second, step, a, b, c, d, histograms, 4);
  else if (block == 3) sumPairs(first, end, second, step, a, b, c, d, histograms, 3);
  else if (block == 2) sumPairs(first, end, second, step, a, b, c, d, histograms, 2);
  else sumPairs(first, end, second, step, a, b, c, d, histograms, 1);
}

// @ts-ignore: decorator
@inline
function columnAt(table: usize, feature: u32, byColumn: bool): usize {
  return byColumn
    ? <usize>load<u32>(table) + <usize>feature * <usize>load<u32>(table, 4)
    : <usize>load<u32>(table, 8) + <usize>feature;
}

/** Histogram of one feature over few entries with two classes, and which bins they touch. */
function sparsePairs(slot: usize, first: usize, end: usize, column: usize, step: u32): void {
  const second = load<u32>(slot, 228);
  const histogram = <usize>load<u32>(slot, 72);
  for (let entry = first; entry < end; entry += 8) {
    const code = <usize>load<u8>(column + <usize>(load<u32>(entry) * step));
    bumpPair(histogram, code, termOf(entry, second));
    touch(slot, code);
  }
}

// @ts-ignore: decorator
@inline
function touch(slot: usize, code: usize): void {
  const at = slot + ((code >> 6) << 3);
  store<u64>(at, load<u64>(at, 192) | ((<u64>1) << <u64>(code & 63)), 192);
}

/** As `sparsePairs`, with more than two classes. */
function sparseMany(slot: usize, first: usize, end: usize, column: usize, step: u32, histogram: usize): void {
  const places = <usize>load<u32>(slot, 84);
  const present = <usize>load<u32>(slot, 224);
  for (let entry = first; entry < end; entry += 8) {
    const code = <usize>load<u8>(column + <usize>(load<u32>(entry) * step));
    const payload = load<u32>(entry, 4);
    const place = <usize>load<u32>(places + ((<usize>(payload & LABEL_MASK)) << 2));
    const bin = histogram + ((code * present + place) << 2);
    store<u32>(bin, load<u32>(bin) + (payload >> LABEL_BITS));
    touch(slot, code);
  }
}

/** As `sparseMany`, for many entries: does not keep which bins they touch. */
function denseMany(slot: usize, first: usize, end: usize, column: usize, step: u32, histogram: usize): void {
  const places = <usize>load<u32>(slot, 84);
  const present = <usize>load<u32>(slot, 224);
  for (let entry = first; entry < end; entry += 8) {
    const code = <usize>load<u8>(column + <usize>(load<u32>(entry) * step));
    const payload = load<u32>(entry, 4);
    const place = <usize>load<u32>(places + ((<usize>(payload & LABEL_MASK)) << 2));
    const bin = histogram + ((code * present + place) << 2);
    store<u32>(bin, load<u32>(bin) + (payload >> LABEL_BITS));
  }
}

/** Lists the bins touched, ascending, and forgets them; returns how many. */
function listTouched(slot: usize): u32 {
  const bins = <usize>load<u32>(slot, 100);
  let count: u32 = 0;
  for (let word: usize = 0; word < 4; word++) {
    let bits = load<u64>(slot + (word << 3), 192);
    store<u64>(slot + (word << 3), 0, 192);
    while (bits != 0) {
      store<u8>(bins + count, <u8>((word << 6) + <usize>ctz<u64>(bits)));
      count++;
      bits &= bits - 1;
    }
  }
  return count;
}

/** Lists the bins of a dense histogram that have rows, ascending; returns how many. */
function listFilled(slot: usize, histogram: usize, binCount: u32): u32 {
  const bins = <usize>load<u32>(slot, 100);
  const present = load<u32>(slot, 224);
  let count: u32 = 0;
  if (present == 2) {
    for (let bin: u32 = 0; bin < binCount; bin++) {
      store<u8>(bins + count, <u8>bin);
      count += u32(load<u64>(histogram + ((<usize>bin) << 3)) != 0);
    }
    return count;
  }
  for (let bin: u32 = 0; bin < binCount; bin++) {
    const at = histogram + ((<usize>(bin * present)) << 2);
    for (let place: u32 = 0; place < present; place++) {
      if (load<u32>(at + ((<usize>place) << 2)) == 0) continue;
      store<u8>(bins + count, <u8>bin);
      count++;
      break;
    }
  }
  return count;
}

/** Clears the listed bins. */
function clearBins(slot: usize, histogram: usize, count: u32): void {
  const bins = <usize>load<u32>(slot, 100);
  const present = <usize>load<u32>(slot, 224);
  for (let index: u32 = 0; index < count; index++) {
    const bin = <usize>load<u8>(bins + index);
    if (present == 2) store<u64>(histogram + (bin << 3), 0);
    else memory.fill(histogram + ((bin * present) << 2), 0, present << 2);
  }
}

// ------------------------------------------------------------------------------------------------------- splits

/**
 * The best split of bins in an order into a beginning and a rest, by two classes. Bins of missing values, if any, are
 * `missing` and go to either side; with them, a beginning may be all of the order. `only` looks at one beginning (0: all).
 * The result is in the slot; false when no split is allowed.
 */
function scanPairs(
  table: usize, slot: usize, histogram: usize, order: usize, count: u32, missing: u64, only: u32, logarithms: usize,
): bool {
  const minimumRows = load<u32>(table, 60);
  if (only == 0 && logarithms == 0 && minimumRows < 2) return scanAllPairs(slot, histogram, order, count, missing);
  const total = load<u64>(slot, 256);
  const rows = load<u32>(slot, 232);
  const first = load<f64>(slot, 240);
  const second = load<f64>(slot, 248);
  let best = -Infinity;
  let left: u64 = 0;
  const last = missing == 0 ? count - 1 : count;
  for (let place: u32 = 1; place <= last; place++) {
    left += load<u64>(histogram + ((<usize>load<u8>(order + (place - 1))) << 3));
    if (only != 0 && place != only) continue;
    for (let side: u32 = 0; side < 2; side++) {
      // Missing on the right, then on the left.
      if (side == 1 && (missing == 0 || place == count)) break;
      const here = side == 1 ? left + missing : left;
      const rest = total - here;
      const leftRows = <u32>here + <u32>(here >> 32);
      if (leftRows < minimumRows || rows - leftRows < minimumRows) continue;
      const score =
        scoreOfPair(<f64>(<u32>here) * first, <f64>(<u32>(here >> 32)) * second, logarithms) +
        scoreOfPair(<f64>(<u32>rest) * first, <f64>(<u32>(rest >> 32)) * second, logarithms);
      if (!(score > best)) continue;
      best = score;
      store<u32>(slot, place, 280);
      store<u32>(slot, side, 284);
      store<u32>(slot, leftRows, 288);
      const apart = (<u32>here == 0 || <u32>(here >> 32) == 0) && (<u32>rest == 0 || <u32>(rest >> 32) == 0);
      store<u32>(slot, u32(apart), 292);
    }
  }
  store<f64>(slot, best, 272);
  return best > -Infinity;
}

/**
 * `scanPairs` over all beginnings by Gini's impurity, where no side can have too few rows. Two beginnings at a time; what
 * is made small is a b / (a + b) summed over the sides, from which the score differs by a factor and a constant.
 */
function scanAllPairs(slot: usize, histogram: usize, order: usize, count: u32, missing: u64): bool {
  const total = load<u64>(slot, 256);
  const weights = v128.load(slot, 240);
  const all = f64x2.mul(asNumbers(total), weights);
  const first = f64x2.splat(f64x2.extract_lane(all, 0));
  const second = f64x2.splat(f64x2.extract_lane(all, 1));
  const astray = f64x2.mul(asNumbers(missing), weights);
  const firstAstray = f64x2.splat(f64x2.extract_lane(astray, 0));
  const secondAstray = f64x2.splat(f64x2.extract_lane(astray, 1));
  const two = f64x2.splat(2);
  let best = f64x2.splat(Infinity);
  let bestPlace = f64x2.splat(0);
  let bestAstray = f64x2.splat(Infinity);
  let bestAstrayPlace = f64x2.splat(0);
  let places = f64x2.replace_lane(f64x2.splat(1), 1, 2);
  let left: u64 = 0;
  for (let index: u32 = 0; index + 1 < count; index += 2) {
    left += load<u64>(histogram + ((<usize>load<u8>(order + index)) << 3));
    const one = f64x2.mul(asNumbers(left), weights);
    // The last one alone is looked at twice, and the first of equals is taken.
    if (index + 2 < count) left += load<u64>(histogram + ((<usize>load<u8>(order + index, 1)) << 3));
    const other = f64x2.mul(asNumbers(left), weights);
    const a = i64x2.shuffle(one, other, 0, 2);
    const b = i64x2.shuffle(one, other, 1, 3);
    const impurity = impurityOfSides(a, b, first, second);
    const better = f64x2.lt(impurity, best);
    best = v128.bitselect(impurity, best, better);
    bestPlace = v128.bitselect(places, bestPlace, better);
    if (missing != 0) {
      const impurityAstray = impurityOfSides(f64x2.add(a, firstAstray), f64x2.add(b, secondAstray), first, second);
      const betterAstray = f64x2.lt(impurityAstray, bestAstray);
      bestAstray = v128.bitselect(impurityAstray, bestAstray, betterAstray);
      bestAstrayPlace = v128.bitselect(places, bestAstrayPlace, betterAstray);
    }
    places = f64x2.add(places, two);
  }
  let lowest = lowestOf(best);
  let place = placeOf(best, bestPlace);
  let side: u32 = 0;
  if (missing != 0) {
    if (lowestOf(bestAstray) < lowest) {
      lowest = lowestOf(bestAstray);
      place = placeOf(bestAstray, bestAstrayPlace);
      side = 1;
    }
    const present = f64x2.sub(all, astray);
    const a = f64x2.splat(f64x2.extract_lane(present, 0));
    const b = f64x2.splat(f64x2.extract_lane(present, 1));
    if (f64x2.extract_lane(impurityOfSides(a, b, first, second), 0) < lowest) {
      place = count;
      side = 0;
    }
  }
  let here: u64 = side == 1 ? missing : 0;
  for (let index: u32 = 0; index < place; index++)
    here += load<u64>(histogram + ((<usize>load<u8>(order + index)) << 3));
  const rest = total - here;
  const hereApart = <u32>here == 0 || <u32>(here >> 32) == 0;
  const restApart = <u32>rest == 0 || <u32>(rest >> 32) == 0;
  store<u32>(slot, place, 280);
  store<u32>(slot, side, 284);
  store<u32>(slot, <u32>here + <u32>(here >> 32), 288);
  store<u32>(slot, u32(hereApart && restApart), 292);
  const score =
    scoreOfPair(<f64>(<u32>here) * load<f64>(slot, 240), <f64>(<u32>(here >> 32)) * load<f64>(slot, 248), 0) +
    scoreOfPair(<f64>(<u32>rest) * load<f64>(slot, 240), <f64>(<u32>(rest >> 32)) * load<f64>(slot, 248), 0);
  store<f64>(slot, score, 272);
  return place > 0;
}

/** Both counts of a bin as numbers. */
// @ts-ignore: decorator
@inline
function asNumbers(pair: u64): v128 {
  return f64x2.convert_low_i32x4_u(i64x2.splat(pair));
}

/** a b / (a + b) of the left side and of the right one, summed, for two splits. */
// @ts-ignore: decorator
@inline
function impurityOfSides(a: v128, b: v128, first: v128, second: v128): v128 {
  const c = f64x2.sub(first, a);
  const d = f64x2.sub(second, b);
  const left = f64x2.add(a, b);
  const right = f64x2.add(c, d);
  return f64x2.div(
    f64x2.add(f64x2.mul(f64x2.mul(a, b), right), f64x2.mul(f64x2.mul(c, d), left)),
    f64x2.mul(left, right),
  );
}

// @ts-ignore: decorator
@inline
function lowestOf(pair: v128): f64 {
  return min<f64>(f64x2.extract_lane(pair, 0), f64x2.extract_lane(pair, 1));
}

/** Place of the lower of two impurities; of equal ones, the smaller place. */
// @ts-ignore: decorator
@inline
function placeOf(pair: v128, places: v128): u32 {
  const a = f64x2.extract_lane(pair, 0);
  const b = f64x2.extract_lane(pair, 1);
  const placeOfA = <u32>f64x2.extract_lane(places, 0);
  const placeOfB = <u32>f64x2.extract_lane(places, 1);
  if (a == b) return min<u32>(placeOfA, placeOfB);
  return a < b ? placeOfA : placeOfB;
}

/** As `scanPairs`, by more than two classes; `missing` is the address of the bin of missing values (0: none). */
function scanMany(
  table: usize, slot: usize, histogram: usize, order: usize, count: u32, missing: usize, only: u32, logarithms: usize,
): bool {
  const minimumRows = load<u32>(table, 60);
  if (logarithms == 0) return scanManyByGini(slot, histogram, order, count, missing, only, minimumRows);
  const present = load<u32>(slot, 224);
  const left = <usize>load<u32>(slot, 88);
  const size = (<usize>present) << 2;
  const rows = load<u32>(slot, 232);
  let best = -Infinity;
  memory.fill(left, 0, size);
  const last = missing == 0 ? count - 1 : count;
  for (let place: u32 = 1; place <= last; place++) {
    const bin = histogram + <usize>load<u8>(order + (place - 1)) * size;
    for (let at: usize = 0; at < size; at += 4) store<u32>(left + at, load<u32>(left + at) + load<u32>(bin + at));
    if (only != 0 && place != only) continue;
    for (let side: u32 = 0; side < 2; side++) {
      if (side == 1 && (missing == 0 || place == count)) break;
      const score = scoreOfSides(slot, left, side == 1 ? missing : 0, minimumRows, rows, logarithms);
      if (!(score > best)) continue;
      best = score;
      store<u32>(slot, place, 280);
      store<u32>(slot, side, 284);
      store<u32>(slot, load<u32>(slot, 292), 288);
    }
  }
  store<u32>(slot, 0, 292);
  store<f64>(slot, best, 272);
  return best > -Infinity;
}

/**
 * `scanMany` by Gini's impurity: sums of squares of both sides are kept up to date, so that a bin costs its rows' classes
 * alone. With l and r the weights of a class left and right and m that of its missing rows, moving these to the left makes
 * the sum of squares there the sum of l² + 2 l m + m².
 */
function scanManyByGini(
  slot: usize, histogram: usize, order: usize, count: u32, missing: usize, only: u32, minimumRows: u32,
): bool {
  const present = load<u32>(slot, 224);
  const labels = <usize>load<u32>(slot, 80);
  const weights = <usize>load<u32>(slot, 96);
  const left = <usize>load<u32>(slot, 88);
  const rows = load<u32>(slot, 232);
  let weight: f64 = 0;
  let leftWeight: f64 = 0;
  let astrayWeight: f64 = 0;
  let leftSquares: f64 = 0;
  let rightSquares: f64 = 0;
  let astraySquares: f64 = 0;
  let astrayAll: f64 = 0;
  let astrayLeft: f64 = 0;
  let astrayRows: u32 = 0;
  for (let place: usize = 0; place < <usize>present; place++) {
    const label = load<u32>(labels + (place << 2));
    // Of each class: weight of a row | weight on the left | weight of all | weight of those missing.
    const at = left + (place << 5);
    const own = load<f64>(weights + ((<usize>label) << 3));
    const all = weightOf(slot, label);
    const astray = missing == 0 ? 0 : <f64>load<u32>(missing + (place << 2)) * own;
    if (missing != 0) astrayRows += load<u32>(missing + (place << 2));
    store<f64>(at, own);
    store<f64>(at, 0, 8);
    store<f64>(at, all, 16);
    store<f64>(at, astray, 24);
    weight += all;
    rightSquares += all * all;
    astrayWeight += astray;
    astraySquares += astray * astray;
    astrayAll += all * astray;
  }
  let best = -Infinity;
  let leftRows: u32 = 0;
  const size = (<usize>present) << 2;
  const last = missing == 0 ? count - 1 : count;
  for (let place: u32 = 1; place <= last; place++) {
    const bin = histogram + <usize>load<u8>(order + (place - 1)) * size;
    for (let offset: usize = 0; offset < size; offset += 4) {
      const moved = load<u32>(bin + offset);
      if (moved == 0) continue;
      const at = left + (offset << 3);
      const x = <f64>moved * load<f64>(at);
      const here = load<f64>(at, 8);
      leftRows += moved;
      leftWeight += x;
      leftSquares += x * (2 * here + x);
      rightSquares += x * (x - 2 * (load<f64>(at, 16) - here));
      astrayLeft += x * load<f64>(at, 24);
      store<f64>(at, here + x, 8);
    }
    if (only != 0 && place != only) continue;
    if (leftRows >= minimumRows && rows - leftRows >= minimumRows) {
      const score = leftSquares / leftWeight + rightSquares / (weight - leftWeight);
      if (score > best) {
        best = score;
        store<u32>(slot, place, 280);
        store<u32>(slot, 0, 284);
        store<u32>(slot, leftRows, 288);
      }
    }
    if (missing == 0 || place == count) continue;
    const here = leftRows + astrayRows;
    if (here < minimumRows || rows - here < minimumRows) continue;
    const score =
      (leftSquares + 2 * astrayLeft + astraySquares) / (leftWeight + astrayWeight) +
      (rightSquares - 2 * (astrayAll - astrayLeft) + astraySquares) / (weight - leftWeight - astrayWeight);
    if (!(score > best)) continue;
    best = score;
    store<u32>(slot, place, 280);
    store<u32>(slot, 1, 284);
    store<u32>(slot, here, 288);
  }
  store<u32>(slot, 0, 292);
  store<f64>(slot, best, 272);
  return best > -Infinity;
}

/** Score of both sides of a split; minus infinity when one has too few rows. Leaves the rows on the left in the slot. */
function scoreOfSides(
  slot: usize, left: usize, missing: usize, minimumRows: u32, rows: u32, logarithms: usize,
): f64 {
  const present = load<u32>(slot, 224);
  const labels = <usize>load<u32>(slot, 80);
  const counts = <usize>load<u32>(slot, 76);
  const weights = <usize>load<u32>(slot, 96);
  let leftRows: u32 = 0;
  let leftSum: f64 = 0;
  let rightSum: f64 = 0;
  let leftWeight: f64 = 0;
  let rightWeight: f64 = 0;
  for (let place: usize = 0; place < <usize>present; place++) {
    const label = <usize>load<u32>(labels + (place << 2));
    let here = load<u32>(left + (place << 2));
    if (missing != 0) here += load<u32>(missing + (place << 2));
    leftRows += here;
    const weight = load<f64>(weights + (label << 3));
    const x = <f64>here * weight;
    const y = <f64>(load<u32>(counts + (label << 2)) - here) * weight;
    leftWeight += x;
    rightWeight += y;
    leftSum += logarithms == 0 ? x * x : timesLogarithm(x, logarithms);
    rightSum += logarithms == 0 ? y * y : timesLogarithm(y, logarithms);
  }
  store<u32>(slot, leftRows, 292);
  if (leftRows < minimumRows || rows - leftRows < minimumRows) return -Infinity;
  if (logarithms == 0) return leftSum / leftWeight + rightSum / rightWeight;
  return (
    leftSum - timesLogarithm(leftWeight, logarithms) + (rightSum - timesLogarithm(rightWeight, logarithms))
  );
}

/** Orders the listed bins by the share that the class at a place among those present has in them. */
function orderByShare(slot: usize, histogram: usize, count: u32, place: u32): void {
  const bins = <usize>load<u32>(slot, 100);
  const order = <usize>load<u32>(slot, 104);
  const keys = <usize>load<u32>(slot, 108);
  for (let index: u32 = 0; index < count; index++) {
    const bin = load<u8>(bins + index);
    const key = shareOfBin(slot, histogram, <u32>bin, place);
    let to = <usize>index;
    while (to > 0 && load<f64>(keys + ((to - 1) << 3)) > key) {
      store<f64>(keys + (to << 3), load<f64>(keys + ((to - 1) << 3)));
      store<u8>(order + to, load<u8>(order + to - 1));
      to--;
    }
    store<f64>(keys + (to << 3), key);
    store<u8>(order + to, bin);
  }
}

function shareOfBin(slot: usize, histogram: usize, bin: u32, wanted: u32): f64 {
  const present = load<u32>(slot, 224);
  if (present == 2) {
    const pair = load<u64>(histogram + ((<usize>bin) << 3));
    const a = <f64>(<u32>pair) * load<f64>(slot, 240);
    const b = <f64>(<u32>(pair >> 32)) * load<f64>(slot, 248);
    return b / (a + b);
  }
  const labels = <usize>load<u32>(slot, 80);
  const weights = <usize>load<u32>(slot, 96);
  const at = histogram + ((<usize>(bin * present)) << 2);
  let own: f64 = 0;
  let all: f64 = 0;
  for (let place: u32 = 0; place < present; place++) {
    const label = <usize>load<u32>(labels + ((<usize>place) << 2));
    const weight = <f64>load<u32>(at + ((<usize>place) << 2)) * load<f64>(weights + (label << 3));
    all += weight;
    if (place == wanted) own = weight;
  }
  return own / all;
}

/** Sends each listed bin left or right by chance, neither side empty; orders those of the left first. Returns how many. */
function orderByChance(slot: usize, count: u32): u32 {
  const bins = <usize>load<u32>(slot, 100);
  const order = <usize>load<u32>(slot, 104);
  let left: u32 = 0;
  while (left == 0 || left == count) {
    left = 0;
    let right = count;
    let random: u64 = 0;
    for (let index: u32 = 0; index < count; index++) {
      if ((index & 63) == 0) random = nextRandom(slot);
      const bin = load<u8>(bins + index);
      if (random & 1) {
        store<u8>(order + left, bin);
        left++;
      } else {
        right--;
        store<u8>(order + right, bin);
      }
      random >>= 1;
    }
  }
  return left;
}

/** Searches one feature, whose filled bins are listed, and keeps its best split if it is better than those before. */
function searchFeature(table: usize, slot: usize, feature: u32, histogram: usize, count: u32): void {
  const record = <usize>load<u32>(table, 20) + ((<usize>feature) << 4);
  const logarithms = load<u32>(table, 72) != 0 ? <usize>load<u32>(table, 52) : 0;
  if (load<u32>(record, 8) != 0) searchCategories(table, slot, feature, histogram, count, logarithms);
  else searchThresholds(table, slot, feature, histogram, count, logarithms);
}

function searchThresholds(
  table: usize, slot: usize, feature: u32, histogram: usize, count: u32, logarithms: usize,
): void {
  const bins = <usize>load<u32>(slot, 100);
  const missingBin = load<u32>(<usize>load<u32>(table, 20) + ((<usize>feature) << 4));
  const present = <usize>load<u32>(slot, 224);
  const missing = <u32>load<u8>(bins + (count - 1)) == missingBin;
  if (missing) count--;
  const low = <u32>load<u8>(bins);
  const high = <u32>load<u8>(bins + (count - 1));
  let only: u32 = 0;
  let bin: u32 = low;
  if (load<u32>(table, 84) != 0) {
    if (low < high) {
      bin = low + drawBelow(slot, high - low);
      while (only < count && <u32>load<u8>(bins + only) <= bin) only++;
    } else only = 1;
  }
  const found =
    present == 2
      ? scanPairs(
          table, slot, histogram, bins, count, missing ? load<u64>(histogram + ((<usize>missingBin) << 3)) : 0, only,
          logarithms,
        )
      : scanMany(
          table, slot, histogram, bins, count, missing ? histogram + ((<usize>missingBin * present) << 2) : 0, only,
          logarithms,
        );
  if (!found || !(load<f64>(slot, 272) > load<f64>(slot, 128))) return;
  const place = load<u32>(slot, 280);
  // The edge in the middle of those between which no row of the node lies; behind the last bin, all numbers go left.
  if (place == count) bin = missingBin - 1;
  else if (only == 0) bin = (<u32>load<u8>(bins + (place - 1)) + <u32>load<u8>(bins + place) - 1) >> 1;
  store<f64>(slot, load<f64>(slot, 272), 128);
  store<u32>(slot, feature, 136);
  store<u32>(slot, bin, 140);
  store<u32>(slot, load<u32>(slot, 288), 148);
  const moreLeft = load<u32>(slot, 288) >= load<u32>(slot, 232) - load<u32>(slot, 288);
  store<u32>(slot, missing ? load<u32>(slot, 284) : u32(moreLeft), 144);
}

function searchCategories(
  table: usize, slot: usize, feature: u32, histogram: usize, count: u32, logarithms: usize,
): void {
  const order = <usize>load<u32>(slot, 104);
  const present = load<u32>(slot, 224);
  if (load<u32>(table, 84) != 0) {
    const only = orderByChance(slot, count);
    if (scanOrder(table, slot, histogram, order, count, only, logarithms)) keepSet(table, slot, feature, count);
    return;
  }
  // By two classes the best set is a beginning of the order by the share of one; by more, each large one is tried.
  const last: u32 = present == 2 ? 1 : min<u32>(present, ORDERING_CLASSES);
  for (let turn: u32 = 0; turn < last; turn++) {
    orderByShare(slot, histogram, count, turn);
    if (scanOrder(table, slot, histogram, order, count, 0, logarithms)) keepSet(table, slot, feature, count);
  }
}

// @ts-ignore: decorator
@inline
function scanOrder(
  table: usize, slot: usize, histogram: usize, order: usize, count: u32, only: u32, logarithms: usize,
): bool {
  return load<u32>(slot, 224) == 2
    ? scanPairs(table, slot, histogram, order, count, 0, only, logarithms)
    : scanMany(table, slot, histogram, order, count, 0, only, logarithms);
}

/** Keeps a split by category if it is better; categories that the node lacks go with more rows, missing ones too. */
function keepSet(table: usize, slot: usize, feature: u32, count: u32): void {
  if (!(load<f64>(slot, 272) > load<f64>(slot, 128))) return;
  const order = <usize>load<u32>(slot, 104);
  const missingBin = load<u32>(<usize>load<u32>(table, 20) + ((<usize>feature) << 4));
  const place = load<u32>(slot, 280);
  const leftRows = load<u32>(slot, 288);
  const moreLeft = leftRows >= load<u32>(slot, 232) - leftRows;
  memory.fill(slot + 152, moreLeft ? 255 : 0, 32);
  for (let index: u32 = 0; index < count; index++) {
    const bin = <u32>load<u8>(order + index);
    const at = slot + <usize>(bin >> 3);
    const bit = <u32>1 << (bin & 7);
    const bits = <u32>load<u8>(at, 152);
    store<u8>(at, <u8>(index < place ? bits | bit : bits & ~bit), 152);
  }
  const missingLeft = (<u32>load<u8>(slot + <usize>(missingBin >> 3), 152) >> (missingBin & 7)) & 1;
  store<f64>(slot, load<f64>(slot, 272), 128);
  store<u32>(slot, feature, 136);
  store<u32>(slot, 0, 140);
  store<u32>(slot, missingLeft, 144);
  store<u32>(slot, leftRows, 148);
}

/** The next feature of a drawn order; `drawn` were drawn before. */
function drawFeature(slot: usize, drawn: u32, features: u32): u32 {
  const order = <usize>load<u32>(slot, 92);
  const other = drawn + drawBelow(slot, features - drawn);
  const at = order + ((<usize>drawn) << 2);
  const from = order + ((<usize>other) << 2);
  const feature = load<u32>(from);
  store<u32>(from, load<u32>(at));
  store<u32>(at, feature);
  store<u32>(<usize>load<u32>(slot, 112) + ((<usize>drawn) << 2), other);
  return feature;
}

/** Takes the swaps of `drawFeature` back, so that no node's draw depends on those before. */
function restoreOrder(slot: usize, drawn: u32): void {
  const order = <usize>load<u32>(slot, 92);
  const swaps = <usize>load<u32>(slot, 112);
  while (drawn-- > 0) {
    const at = order + ((<usize>drawn) << 2);
    const from = order + ((<usize>load<u32>(swaps + ((<usize>drawn) << 2))) << 2);
    const feature = load<u32>(at);
    store<u32>(at, load<u32>(from));
    store<u32>(from, feature);
  }
}

/**
 * Searches the node's features: as many as are wanted, and on until one has two values, as scikit-learn does; no further
 * when a split tells two classes apart, for none can be better. Returns how many were looked at.
 */
function searchNode(table: usize, slot: usize, first: usize, count: u32): u32 {
  const features = load<u32>(table, 16);
  const wanted = load<u32>(table, 68);
  const end = first + ((<usize>count) << 3);
  const sparse = count <= SPARSE_ENTRIES;
  const pairs = load<u32>(slot, 224) == 2;
  const byColumn = !sparse && <u64>count * SHARE_BY_COLUMN >= <u64>load<u32>(table, 28);
  const step = byColumn ? 1 : load<u32>(table, 12);
  const histogram = <usize>(sparse ? load<u32>(slot, 72) : load<u32>(slot, 68));
  let drawn: u32 = 0;
  let told = false;
  let apart = false;
  while (drawn < features && !(told && drawn >= wanted) && !apart) {
    const rest = drawn < wanted ? wanted - drawn : features - drawn;
    const block = pairs && !sparse ? min<u32>(4, rest) : 1;
    for (let index: u32 = 0; index < block; index++) {
      const feature = wanted < features ? drawFeature(slot, drawn, features) : drawn;
      store<u32>(slot + ((<usize>index) << 2), feature, 296);
      drawn++;
    }
    if (pairs && !sparse) densePairs(table, slot, first, end, block, byColumn);
    for (let index: u32 = 0; index < block; index++) {
      const feature = load<u32>(slot + ((<usize>index) << 2), 296);
      const record = <usize>load<u32>(table, 20) + ((<usize>feature) << 4);
      const bins = load<u32>(record) + load<u32>(record, 4);
      const own = pairs && !sparse ? histogram + <usize>index * PAIRS_BYTES : histogram;
      const column = columnAt(table, feature, byColumn);
      if (sparse) {
        if (pairs) sparsePairs(slot, first, end, column, step);
        else sparseMany(slot, first, end, column, step, own);
      } else if (!pairs) {
        memory.fill(own, 0, (<usize>(bins * load<u32>(slot, 224))) << 2);
        denseMany(slot, first, end, column, step, own);
      }
      const filled = sparse ? listTouched(slot) : listFilled(slot, own, bins);
      // Of a block drawn because none before had two values, the first that has is the last.
      if (filled > 1 && !(told && drawn > wanted && drawn - block >= wanted)) {
        told = true;
        searchFeature(table, slot, feature, own, filled);
        apart = load<u32>(slot, 292) != 0 && load<u32>(slot, 136) == feature;
      }
      if (sparse) clearBins(slot, own, filled);
      if (apart) break;
    }
  }
  if (wanted < features) restoreOrder(slot, drawn);
  return drawn;
}

// -------------------------------------------------------------------------------------------------------- nodes

/** Counts the classes of a node's entries; returns its rows. */
function countClasses(slot: usize, first: usize, end: usize): u32 {
  const counts = <usize>load<u32>(slot, 76);
  const labels = <usize>load<u32>(slot, 80);
  let present: u32 = 0;
  let rows: u32 = 0;
  for (let entry = first; entry < end; entry += 8) {
    const payload = load<u32>(entry, 4);
    const at = counts + ((<usize>(payload & LABEL_MASK)) << 2);
    const before = load<u32>(at);
    if (before == 0) {
      store<u32>(labels + ((<usize>present) << 2), payload & LABEL_MASK);
      present++;
    }
    store<u32>(at, before + (payload >> LABEL_BITS));
    rows += payload >> LABEL_BITS;
  }
  store<u32>(slot, present, 224);
  store<u32>(slot, rows, 232);
  return rows;
}

/** Puts the classes present in the order of their rows, and lays out what the search needs of them. */
function prepareSearch(slot: usize): void {
  const counts = <usize>load<u32>(slot, 76);
  const labels = <usize>load<u32>(slot, 80);
  const weights = <usize>load<u32>(slot, 96);
  const present = load<u32>(slot, 224);
  store<f64>(slot, -Infinity, 128);
  store<u32>(slot, NONE, 136);
  store<u32>(slot, 0, 292);
  if (present == 2) {
    const a = load<u32>(labels);
    const b = load<u32>(labels, 4);
    store<u32>(slot, b, 228);
    store<f64>(slot, load<f64>(weights + ((<usize>a) << 3)), 240);
    store<f64>(slot, load<f64>(weights + ((<usize>b) << 3)), 248);
    store<u32>(slot, load<u32>(counts + ((<usize>a) << 2)), 256);
    store<u32>(slot, load<u32>(counts + ((<usize>b) << 2)), 260);
    return;
  }
  const places = <usize>load<u32>(slot, 84);
  for (let index: u32 = 1; index < present; index++) {
    const label = load<u32>(labels + ((<usize>index) << 2));
    let to = <usize>index;
    while (to > 0 && comesBefore(counts, label, load<u32>(labels + ((to - 1) << 2)))) {
      store<u32>(labels + (to << 2), load<u32>(labels + ((to - 1) << 2)));
      to--;
    }
    store<u32>(labels + (to << 2), label);
  }
  for (let place: u32 = 0; place < present; place++)
    store<u32>(places + ((<usize>load<u32>(labels + ((<usize>place) << 2))) << 2), place);
}

/** More rows first; of as many, the lower label. */
// @ts-ignore: decorator
@inline
function comesBefore(counts: usize, a: u32, b: u32): bool {
  const rowsOfA = load<u32>(counts + ((<usize>a) << 2));
  const rowsOfB = load<u32>(counts + ((<usize>b) << 2));
  return rowsOfA > rowsOfB || (rowsOfA == rowsOfB && a < b);
}

/** Whether the rules let a node be split at all. */
function mayBeSplit(table: usize, present: u32, entries: u32, rows: u32, depth: u32): bool {
  if (present < 2 || entries < 2 || depth >= DEEPEST) return false;
  const deepest = load<u32>(table, 56);
  if (deepest != 0 && depth >= deepest) return false;
  return rows >= load<u32>(table, 64) && <u64>rows >= 2 * <u64>load<u32>(table, 60);
}

/** What the best split gains; below 0 when it is not worth it. */
function gainOfBest(table: usize, slot: usize): f64 {
  const logarithms = load<u32>(table, 72) != 0 ? <usize>load<u32>(table, 52) : 0;
  const gain = max<f64>(0, load<f64>(slot, 128) - scoreOfNode(slot, logarithms));
  const least = load<f64>(table, 104);
  // Entropy is told in bits.
  const decrease = (logarithms == 0 ? gain : gain * 1.4426950408889634) / load<f64>(slot, 120);
  return decrease + 2.220446049250313e-16 < least ? -1 : gain;
}

/** Grows one node: a leaf, or a question and two frames. Returns the work that it took. */
function growNode(table: usize, slot: usize): u64 {
  const frames = load<u32>(slot, 32) - 1;
  store<u32>(slot, frames, 32);
  const frame = <usize>load<u32>(slot, 28) + <usize>frames * FRAME_BYTES;
  const entries = load<u32>(frame, 4);
  const first = <usize>load<u32>(slot, 12) + ((<usize>load<u32>(frame)) << 3);
  const rows = countClasses(slot, first, first + ((<usize>entries) << 3));
  const present = load<u32>(slot, 224);
  const written = load<u32>(slot, 40);
  const node = <usize>load<u32>(slot, 36) + <usize>written * NODE_BYTES;
  store<u32>(slot, written + 1, 40);
  store<u32>(node, rows, 8);
  store<u32>(node, load<u32>(frame, 20), 12);
  let looked: u32 = 1;
  let gain: f64 = -1;
  if (mayBeSplit(table, present, entries, rows, load<u32>(frame, 16))) {
    prepareSearch(slot);
    store<u64>(slot, load<u64>(frame, 24), 264);
    looked += searchNode(table, slot, first, entries);
    if (load<u32>(slot, 136) != NONE) gain = gainOfBest(table, slot);
  }
  if (gain >= 0) {
    const decrease = <usize>load<u32>(slot, 64) + ((<usize>load<u32>(slot, 136)) << 3);
    store<f64>(decrease, load<f64>(decrease) + gain);
    splitNode(table, slot, node, frame);
  } else writeLeaf(table, slot, node, frame);
  store<u32>(slot, load<u32>(slot, 44) + 1, 44);
  const counts = <usize>load<u32>(slot, 76);
  const labels = <usize>load<u32>(slot, 80);
  for (let place: u32 = 0; place < present; place++)
    store<u32>(counts + ((<usize>load<u32>(labels + ((<usize>place) << 2))) << 2), 0);
  return <u64>looked * <u64>(entries + 16);
}

function writeLeaf(table: usize, slot: usize, node: usize, frame: usize): void {
  const classes = load<u32>(table, 44);
  const counts = <usize>load<u32>(slot, 76);
  let extra = load<u32>(<usize>load<u32>(slot, 80));
  let leading = extra;
  if (load<u32>(slot, 224) > 1) {
    const number = load<u32>(slot, 60);
    store<u32>(slot, number + 1, 60);
    extra = MIXED | number;
    memory.copy(<usize>load<u32>(slot, 56) + ((<usize>(number * classes)) << 2), counts, (<usize>classes) << 2);
    leading = leadingClass(slot);
  }
  store<u32>(node, LEAF);
  store<u32>(node, 0, 4);
  store<f64>(node, 0, 16);
  store<u32>(node, extra, 24);
  const votes = <usize>load<u32>(table, 48);
  if (votes == 0) return;
  const asideFirst = <usize>load<u32>(slot, 20) + ((<usize>load<u32>(frame, 8)) << 3);
  const asideEnd = asideFirst + ((<usize>load<u32>(frame, 12)) << 3);
  // Whole numbers: in whatever order trees add their votes, the sums are the same.
  for (let row = asideFirst; row < asideEnd; row += 8)
    atomic.add<u32>(votes + ((<usize>(load<u32>(row) * classes + leading)) << 2), load<u32>(row, 4));
}

/** The class with the most weight; of as many, the lowest label. */
function leadingClass(slot: usize): u32 {
  const present = load<u32>(slot, 224);
  const labels = <usize>load<u32>(slot, 80);
  let leading = load<u32>(labels);
  let most = weightOf(slot, leading);
  for (let place: u32 = 1; place < present; place++) {
    const label = load<u32>(labels + ((<usize>place) << 2));
    const weight = weightOf(slot, label);
    if (weight < most || (weight == most && label > leading)) continue;
    leading = label;
    most = weight;
  }
  return leading;
}

/** Writes the question of the best split, parts the rows, and leaves frames for both sides, the left one on top. */
function splitNode(table: usize, slot: usize, node: usize, frame: usize): void {
  const feature = load<u32>(slot, 136);
  const record = <usize>load<u32>(table, 20) + ((<usize>feature) << 4);
  const categorical = load<u32>(record, 8) != 0;
  const bin = load<u32>(slot, 140);
  const missingLeft = load<u32>(slot, 144);
  store<u32>(node, feature);
  store<u32>(node, (missingLeft != 0 ? MISSING_LEFT : 0) | (categorical ? CATEGORICAL : 0), 4);
  store<f64>(node, 0, 16);
  if (categorical) {
    const number = load<u32>(slot, 52);
    store<u32>(slot, number + 1, 52);
    store<u32>(node, number, 24);
    memory.copy(<usize>load<u32>(slot, 48) + ((<usize>number) << 5), slot + 152, 32);
  } else {
    const edges = <usize>load<u32>(record, 12);
    store<f64>(node, bin + 1 < load<u32>(record) ? load<f64>(edges + ((<usize>bin) << 3)) : Infinity, 16);
  }
  const missingBin = missingLeft != 0 ? load<u32>(record) : 0xffff;
  const sets = categorical ? slot + 152 : 0;
  const count = load<u32>(frame, 4);
  const byColumn = <u64>count * SHARE_BY_COLUMN >= <u64>load<u32>(table, 28);
  const column = columnAt(table, feature, byColumn);
  const step = byColumn ? 1 : load<u32>(table, 12);
  const scratch = <usize>load<u32>(slot, 16);
  const entriesFirst = load<u32>(frame);
  const entries = <usize>load<u32>(slot, 12) + ((<usize>entriesFirst) << 3);
  const left = part(entries, count, column, step, bin, missingBin, sets, scratch);
  const asideFirst = load<u32>(frame, 8);
  const asideCount = load<u32>(frame, 12);
  const aside = <usize>load<u32>(slot, 20) + ((<usize>asideFirst) << 3);
  const asideLeft = asideCount == 0 ? 0 : part(aside, asideCount, column, step, bin, missingBin, sets, scratch);
  const depth = load<u32>(frame, 16) + 1;
  const random = load<u64>(frame, 24);
  const here = load<u32>(slot, 44);
  const rightRandom = mix(random ^ 0xd1b54a32d192ed03);
  const leftRandom = mix(random ^ 0x8cb92ba72f3d8dd7);
  writeFrame(frame, entriesFirst + left, count - left, asideFirst + asideLeft, asideCount - asideLeft, depth, here, rightRandom);
  writeFrame(frame + FRAME_BYTES, entriesFirst, left, asideFirst, asideLeft, depth, NONE, leftRandom);
  store<u32>(slot, load<u32>(slot, 32) + 2, 32);
}

/**
 * Moves the entries that go left to the front, both sides in their old order; returns how many went left. Bins up to `bin`
 * go left and so does `missingBin`; with `set`, the bins of the set.
 */
function part(
  entries: usize, count: u32, column: usize, step: u32, bin: u32, missingBin: u32, set: usize, scratch: usize,
): u32 {
  const end = entries + ((<usize>count) << 3);
  let kept = entries;
  let moved = scratch;
  for (let entry = entries; entry < end; entry += 8) {
    const both = load<u64>(entry);
    const code = <u32>load<u8>(column + <usize>(<u32>both * step));
    const goes =
      set != 0
        ? (<usize>load<u8>(set + <usize>(code >> 3)) >> <usize>(code & 7)) & 1
        : <usize>(u32(code <= bin) | u32(code == missingBin));
    store<u64>(kept, both);
    store<u64>(moved, both);
    kept += goes << 3;
    moved += 8 - (goes << 3);
  }
  memory.copy(kept, scratch, moved - scratch);
  return <u32>((kept - entries) >> 3);
}

// --------------------------------------------------------------------------------------------- items and threads

// GROW     grows the trees of slots
//    0 table | 4 slots | 8 work of a call
// PACK     a block of rows
//    0 codes by column | 4 bytes of a column | 8 codes by row | 12 features | 16 rows | 20 hashes | 24 labels
// MERGE    one item: finds equal rows
//    0 codes by row | 4 features | 8 rows | 12 hashes | 16 labels | 20 slots | 24 number of them, a power of two
//   28 group of each row | 32 first row of each group | 36 rows of each group | 40 found: groups
// KEEP     one column, or the rows and labels
//    0 codes by column | 4 bytes of a column | 8 codes by row | 12 features | 16 groups | 20 first row of each | 24 labels
// COLUMN   edges and bins of one numeric column: see bins.ts
const GROW: u32 = 1;
const PACK: u32 = 2;
const MERGE: u32 = 3;
const KEEP: u32 = 4;
const COLUMN: u32 = 6;

/** Grows a slot's tree until it is finished, its work is done, or there is no room for more of it. */
function growSlot(table: usize, slot: usize, budget: u64): void {
  const state = load<u32>(slot);
  if (state == IDLE || state == FINISHED) return;
  if (state == START) {
    drawRows(table, slot);
    store<u32>(slot, GROWING);
  }
  let work: u64 = 0;
  while (load<u32>(slot, 32) > 0) {
    const full =
      load<u32>(slot, 40) >= load<u32>(table, 92) ||
      load<u32>(slot, 52) >= load<u32>(table, 96) ||
      load<u32>(slot, 60) >= load<u32>(table, 100);
    if (full || work >= budget) return;
    work += growNode(table, slot);
  }
  store<u32>(slot, FINISHED);
}

class ForestWork extends Work {
  @inline
  item(kind: u32, job: usize, item: u32, _scratch: usize): void {
    if (kind == GROW) {
      const slot = <usize>load<u32>(job, 4) + <usize>item * SLOT_BYTES;
      growSlot(<usize>load<u32>(job), slot, <u64>load<u32>(job, 8));
    } else if (kind == PACK) packRows(job, item);
    else if (kind == MERGE) mergeRows(job);
    else if (kind == KEEP) keepGroups(job, item);
    else if (kind == COLUMN) runColumn(job, item);
  }
}

/** Runs all items of a job, with the help of whoever serves; returns when they are done. */
export function run(control: usize, kind: u32, job: usize, items: u32): void {
  runItems<ForestWork>(control, kind, job, items);
}

/** Lends the calling thread to the jobs of `run` until `dismiss`. */
export function serve(control: usize, thread: u32): void {
  serveItems<ForestWork>(control, thread);
}

/** Sends the serving threads home. */
export function dismiss(control: usize): void {
  sendHome(control);
}
