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
// Chunk (trees whose bits fit into the cache), words:
//    0 bytes of bits | 4 numeric columns, 20 bytes each: values, (list, count) where missing goes left, and right
//    8 how many | 12 categorical columns, 12 bytes each: values, starts, categories | 16 how many
//   20 trees, 16 bytes each: place of its bits, words of them, leaf values, place of its output | 24 how many
// Numeric node (16 bytes):     threshold f64 | place of the bits u32 | bits to clear u32
// Categorical entry (8 bytes): place of the bits u32 | bits to clear u32; entries of code c are those from starts[c] to
//   starts[c + 1], entries of missing and unknown codes follow those of the last code.
// Bits: 16 bytes a word of 32 leaves: that word of each of the four rows.
// Values: 8 bytes a row, 64 rows a column. Raw scores: 8 bytes, `outputs` a row.

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
    const values = <usize>load<u32>(column) + offset;
    const first = v128.load(values);
    const second = v128.load(values, 16);
    let node = <usize>load<u32>(column, 4);
    let end = node + ((<usize>load<u32>(column, 8)) << 4);
    for (; node < end; node += 16) {
      const threshold = v128.load_splat<f64>(node);
      // A missing value is not greater: it goes left.
      const a = f64x2.gt(first, threshold);
      const b = f64x2.gt(second, threshold);
      const goes = i32x4.shuffle(a, b, 0, 2, 4, 6);
      if (!v128.any_true(goes)) break;
      clearBits(bits, node, goes);
    }
    node = <usize>load<u32>(column, 12);
    end = node + ((<usize>load<u32>(column, 16)) << 4);
    for (; node < end; node += 16) {
      const threshold = v128.load_splat<f64>(node);
      // A missing value is not less or equal: it goes right.
      const a = f64x2.le(first, threshold);
      const b = f64x2.le(second, threshold);
      const goes = v128.not(i32x4.shuffle(a, b, 0, 2, 4, 6));
      if (!v128.any_true(goes)) break;
      clearBits(bits, node, goes);
    }
    column += 20;
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
