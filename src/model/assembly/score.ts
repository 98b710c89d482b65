// Scores rows by an ensemble of trees, four rows at a time, without walking trees: QuickScorer (Lucchese et al. 2015) in
// its vectorised form (V-QuickScorer, Lucchese et al. 2016), with missing values and categories.
//
// Every leaf of a tree has a bit; all begin as 1. A node that a row leaves to the right clears the bits of the leaves
// to its left. When all such nodes have been seen, the lowest bit left is the row's leaf. Nodes of one column lie in
// order of their thresholds, so that those with smaller ones than the row's value are a beginning of the list.
//
// scripts/build-kernels.mjs compiles this file into src/model/kernels.generated.ts; src/model/scorer.ts decides what
// lies where in memory.
//
// Numbers are compared as signed 64-bit keys in the same order, so that a missing value can be a key too: above all
// others where it goes right, below all others where it goes left. There is a block of keys for either.
//
// Chunk (trees whose bits fit into the cache), words:
//    0 bytes of bits | 4 numeric columns, 12 bytes each: keys, nodes, how many | 8 how many
//   12 categorical columns, 12 bytes each: values, starts, categories | 16 how many
//   20 trees, 16 bytes each: place of its bits, words of them, leaf values, place of its output | 24 how many
// Numeric node (16 bytes):     key of the threshold i64 | place of the bits u32 | bits to clear u32
// Categorical entry (8 bytes): place of the bits u32 | bits to clear u32; entries of code c are those from starts[c] to
//   starts[c + 1], entries of missing and unknown codes follow those of the last code.
// Bits: 16 bytes a word of 32 leaves: that word of each of the four rows.
//
// Large trees are walked, in their own chunks: eight rows side by side, as many steps as the tree is deep.
// Tree (12 bytes):        root | depth | place of its output
// Walked node (16 bytes): key of the threshold i64 (categorical: set u32, categories u32)
//   keys (or values) of the column, with flags in the low bits u32 | right child u32; the left child follows
// Leaf (32 bytes):        a key below all others, any keys, itself as right child; then its value f64
//
// Values and keys: 8 bytes a row, 64 rows a column. Raw scores: 8 bytes, `outputs` a row.

/** Keys of missing values that go left and right; between them lie those of all numbers. */
const LOWEST: i64 = -0x7fffffffffffffff;
const HIGHEST: i64 = 0x7fffffffffffffff;

/** Keys of `count` numbers, an even number: with missing values below all others, and above. */
export function makeKeys(values: usize, count: u32, low: usize, high: usize): void {
  const zero = i64x2.splat(0);
  for (let left = count; left > 0; left -= 2) {
    // Adding 0 makes -0 equal to 0, as it must be.
    const value = f64x2.add(v128.load(values), f64x2.splat(0));
    const missing = f64x2.ne(value, value);
    const negative = i64x2.gt_s(zero, value);
    const key = v128.xor(value, v128.and(negative, i64x2.splat(HIGHEST)));
    v128.store(low, v128.bitselect(i64x2.splat(LOWEST), key, missing));
    v128.store(high, v128.bitselect(i64x2.splat(HIGHEST), key, missing));
    values += 16;
    low += 16;
    high += 16;
  }
}

/** Scores `groups` groups of four rows; adds to raw scores, whose rows are `rowBytes` apart. */
export function scoreChunk(chunk: usize, groups: u32, bits: usize, raw: usize, rowBytes: u32): void {
  const bytes = <usize>load<u32>(chunk);
  for (let group: u32 = 0; group < groups; group++) {
    const offset = (<usize>group) << 5;
    memory.fill(bits, 255, bytes);
    clearByCategory(chunk, offset, bits);
    clearByThreshold(chunk, offset, bits);
    addLeaves(chunk, bits, raw + <usize>(group * 4 * rowBytes), <usize>rowBytes);
  }
}

function clearByThreshold(chunk: usize, offset: usize, bits: usize): void {
  let column = <usize>load<u32>(chunk, 4);
  for (let left = load<u32>(chunk, 8); left > 0; left--) {
    const keys = <usize>load<u32>(column) + offset;
    const first = v128.load(keys);
    const second = v128.load(keys, 16);
    const nodes = <usize>load<u32>(column, 4);
    const end = nodes + ((<usize>load<u32>(column, 8)) << 4);
    for (let node = nodes; node < end; node += 16) {
      const threshold = v128.load_splat<i64>(node);
      const a = i64x2.gt_s(first, threshold);
      const b = i64x2.gt_s(second, threshold);
      const goes = i32x4.shuffle(a, b, 0, 2, 4, 6);
      if (!v128.any_true(goes)) break;
      clearBits(bits, node, goes);
    }
    column += 12;
  }
}

// @ts-ignore: decorator
@inline
function clearBits(bits: usize, node: usize, goes: v128): void {
  const at = bits + <usize>load<u32>(node, 8);
  v128.store(at, v128.andnot(v128.load(at), v128.and(goes, v128.load_splat<u32>(node, 12))));
}

function clearByCategory(chunk: usize, offset: usize, bits: usize): void {
  let column = <usize>load<u32>(chunk, 12);
  for (let left = load<u32>(chunk, 16); left > 0; left--) {
    const values = <usize>load<u32>(column) + offset;
    const starts = <usize>load<u32>(column, 4);
    const categories = load<u32>(column, 8);
    for (let row: usize = 0; row < 4; row++) {
      const value = load<f64>(values + (row << 3));
      const known = value >= 0 && value < <f64>categories && value == floor(value);
      const code = starts + ((<usize>(known ? <u32>value : categories)) << 2);
      const end = <usize>load<u32>(code, 4);
      for (let entry = <usize>load<u32>(code); entry < end; entry += 8) {
        const at = bits + <usize>load<u32>(entry) + (row << 2);
        store<u32>(at, load<u32>(at) & ~load<u32>(entry, 4));
      }
    }
    column += 12;
  }
}

function addLeaves(chunk: usize, bits: usize, raw: usize, rowBytes: usize): void {
  let tree = <usize>load<u32>(chunk, 20);
  for (let left = load<u32>(chunk, 24); left > 0; left--) {
    const at = bits + <usize>load<u32>(tree);
    const leaves = <usize>load<u32>(tree, 8);
    const output = raw + <usize>load<u32>(tree, 12);
    if (load<u32>(tree, 4) == 1) {
      add(output, leaves + ((<usize>ctz<u32>(load<u32>(at))) << 3));
      add(output + rowBytes, leaves + ((<usize>ctz<u32>(load<u32>(at, 4))) << 3));
      add(output + 2 * rowBytes, leaves + ((<usize>ctz<u32>(load<u32>(at, 8))) << 3));
      add(output + 3 * rowBytes, leaves + ((<usize>ctz<u32>(load<u32>(at, 12))) << 3));
    } else {
      for (let row: usize = 0; row < 4; row++) {
        let word = at + (row << 2);
        let first = leaves;
        // The row's leaf has its bit in one of the words.
        while (load<u32>(word) == 0) {
          word += 16;
          first += 256;
        }
        add(output + row * rowBytes, first + ((<usize>ctz<u32>(load<u32>(word))) << 3));
      }
    }
    tree += 16;
  }
}

// @ts-ignore: decorator
@inline
function add(sum: usize, value: usize): void {
  store<f64>(sum, load<f64>(sum) + load<f64>(value));
}

/** In the column word of a walked node, whose address is a multiple of eight. */
const MISSING_LEFT: u32 = 1;
const CATEGORICAL: u32 = 2;

/** As `scoreChunk`, for `count` trees that are walked: tree by tree, so that each stays in the cache for all rows. */
export function walkChunk(trees: usize, count: u32, groups: u32, raw: usize, rowBytes: u32): void {
  const row = <usize>rowBytes;
  for (let tree = trees; tree < trees + <usize>count * 12; tree += 12) {
    const root = <usize>load<u32>(tree);
    const depth = load<u32>(tree, 4);
    let output = raw + <usize>load<u32>(tree, 8);
    for (let group: u32 = 0; group < groups; group += 2) {
      walkRows(root, depth, (<usize>group) << 5, output, row);
      output += 8 * row;
    }
  }
}

/** Eight rows side by side: while one waits for memory the others go on. */
// @ts-ignore: decorator
@inline
function walkRows(root: usize, depth: u32, values: usize, output: usize, row: usize): void {
  let a = root;
  let b = root;
  let c = root;
  let d = root;
  let e = root;
  let f = root;
  let g = root;
  let h = root;
  for (; depth > 0; depth--) {
    a = step(a, values);
    b = step(b, values + 8);
    c = step(c, values + 16);
    d = step(d, values + 24);
    e = step(e, values + 32);
    f = step(f, values + 40);
    g = step(g, values + 48);
    h = step(h, values + 56);
  }
  add(output, a + 16);
  add(output + row, b + 16);
  add(output + 2 * row, c + 16);
  add(output + 3 * row, d + 16);
  add(output + 4 * row, e + 16);
  add(output + 5 * row, f + 16);
  add(output + 6 * row, g + 16);
  add(output + 7 * row, h + 16);
}

/** The child of a node that a row goes to; a leaf is its own. */
// @ts-ignore: decorator
@inline
function step(node: usize, row: usize): usize {
  const column = load<u32>(node, 8);
  const right = <usize>load<u32>(node, 12);
  if (column & CATEGORICAL) return goesRight(node, column, row) ? right : node + 16;
  return select<usize>(right, node + 16, load<i64>(<usize>column + row) > load<i64>(node));
}

function goesRight(node: usize, column: u32, row: usize): bool {
  const value = load<f64>(<usize>(column & ~7) + row);
  const categories = load<u32>(node, 4);
  const known = value >= 0 && value < <f64>categories && value == floor(value);
  if (!known) return (column & MISSING_LEFT) == 0;
  const code = <u32>value;
  return ((load<u32>(<usize>load<u32>(node) + ((<usize>(code >> 5)) << 2)) >> (code & 31)) & 1) == 0;
}
