// Path-dependent Shapley values of one tree for one row: products on the way down, sums of leaves on the way up.
//
// scripts/build-kernels.mjs compiles this file into src/model/shapley-kernels.generated.ts; src/model/shapley/path.ts says
// why this is right, and decides what lies where in memory.
//
// Node (32 bytes), in preorder, numbered from 0 within its tree:
//    0 parent i32 | 4 nearest node above of the same column i32, or -1
//    8 share of training rows that go this way at all questions of the column so far f64
//   16 the same at the last question alone f64
//   24 right child u32, 0 for a leaf | 28 place of the amount of the parent's column u32
// Rule: weights, points, 1 - points and -1 / (1 - points); `pairs` × 2 numbers each.
// Goes: a byte for each node, 1 where the row goes this way at its parent; on the way down it becomes 1 only where the row
//   goes this way at all questions of the column so far.
// Sums and inverses: `pairs` × 2 numbers for each node.

const NODE_BYTES: usize = 32;

/** Adds what the tree gives each column to `amounts`. */
export function explainTree(
  nodes: usize,
  count: u32,
  pairs: u32,
  rule: usize,
  goes: usize,
  sums: usize,
  inverses: usize,
  values: usize,
  factor: f64,
  amounts: usize,
): void {
  descend(nodes, count, <usize>pairs << 4, rule, goes, sums, inverses);
  ascend(nodes, count, <usize>pairs << 4, rule, goes, sums, inverses, values, factor, amounts);
}

function descend(
  nodes: usize,
  count: u32,
  bytes: usize,
  rule: usize,
  goes: usize,
  sums: usize,
  inverses: usize,
): void {
  memory.copy(sums, rule, bytes);
  const points = rule + bytes;
  const rests = points + bytes;
  for (let node: usize = 1; node < <usize>count; node++) {
    const record = nodes + node * NODE_BYTES;
    const above = load<i32>(record, 4);
    const from = sums + <usize>load<i32>(record) * bytes;
    const to = sums + node * bytes;
    if (above >= 0 && load<u8>(goes + <usize>above) == 0) {
      // The row has left the path at the same column above.
      store<u8>(goes + node, 0);
      const ratio = f64x2.splat(load<f64>(record, 16));
      for (let q: usize = 0; q < bytes; q += 16)
        v128.store(to + q, f64x2.mul(v128.load(from + q), ratio));
      continue;
    }
    const own = f64x2.splat(load<f64>(record, 8));
    const inverse = inverses + node * bytes;
    const old = inverses + <usize>(above < 0 ? 0 : above) * bytes;
    if (load<u8>(goes + node) == 0) {
      for (let q: usize = 0; q < bytes; q += 16) {
        let product = f64x2.mul(v128.load(from + q), f64x2.mul(own, v128.load(rests + q)));
        if (above >= 0) product = f64x2.mul(product, v128.load(old + q));
        v128.store(to + q, product);
      }
      continue;
    }
    for (let q: usize = 0; q < bytes; q += 16) {
      const term = f64x2.add(f64x2.mul(own, v128.load(rests + q)), v128.load(points + q));
      let product = f64x2.mul(v128.load(from + q), term);
      if (above >= 0) product = f64x2.mul(product, v128.load(old + q));
      v128.store(to + q, product);
      v128.store(inverse + q, f64x2.div(f64x2.splat(1), term));
    }
  }
}

function ascend(
  nodes: usize,
  count: u32,
  bytes: usize,
  rule: usize,
  goes: usize,
  sums: usize,
  inverses: usize,
  values: usize,
  factor: f64,
  amounts: usize,
): void {
  const against = rule + bytes * 3;
  for (let node: usize = <usize>count - 1; node > 0; node--) {
    const record = nodes + node * NODE_BYTES;
    const at = sums + node * bytes;
    const right = <usize>load<u32>(record, 24);
    if (right == 0) {
      const value = f64x2.splat(load<f64>(values + (node << 3)) * factor);
      for (let q: usize = 0; q < bytes; q += 16) v128.store(at + q, f64x2.mul(v128.load(at + q), value));
    } else {
      const other = sums + right * bytes;
      for (let q: usize = 0; q < bytes; q += 16)
        v128.store(at + q, f64x2.add(v128.load(at + bytes + q), v128.load(other + q)));
    }
    const above = load<i32>(record, 4);
    // A row that had left the path already adds the same here as above.
    if (above >= 0 && load<u8>(goes + <usize>above) == 0) continue;
    let amount: f64;
    if (load<u8>(goes + node) == 0) amount = product(at, against, bytes);
    else amount = product(at, inverses + node * bytes, bytes) * (1 - load<f64>(record, 8));
    if (above >= 0) {
      const old = load<f64>(nodes + <usize>above * NODE_BYTES, 8);
      amount -= product(at, inverses + <usize>above * bytes, bytes) * (1 - old);
    }
    const place = amounts + <usize>load<u32>(record, 28);
    store<f64>(place, load<f64>(place) + amount);
  }
}

/** Sum of products of two lists of numbers. */
// @ts-ignore: decorator
@inline
function product(a: usize, b: usize, bytes: usize): f64 {
  let sum = f64x2.splat(0);
  for (let q: usize = 0; q < bytes; q += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(a + q), v128.load(b + q)));
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
