// Exact nearest neighbours among points, of which no two are equal. Pure; yields how far it is, so that who runs it can stop.
//
// A tree halves the points again and again along the dimension in which they spread most; each node has a box around its
// points. The points of a leaf look for neighbours together: nodes whose box is further than their worst neighbour are passed
// over, and a distance is given up once it is too large. Exact in every case; fast where points lie in clusters, and no worse
// than comparing all with all where they do not. Equal distances go by the number of the point, so the answer is one.

import type { Points } from "./points.ts";

/** Points of a leaf at most. */
const LEAF_POINTS = 32;
/** Dimensions that are summed before a distance is compared; widths are filled up to a multiple of it. */
const STEP = 8;
/** Nodes down to this depth are parted at the mean. */
const MEAN_DEPTH_MAX = 48;

interface Tree {
  points: Points;
  /** Point of each place; points of a node stand side by side. */
  order: Int32Array;
  /** Numbers by place, dimensions by falling spread, filled up with zeros. */
  width: number;
  numbers: Float64Array;
  /** Half the squares of the lengths of the points, less what rounding may add; infinite behind the last. */
  halfNorms: Float64Array;
  categories: Int32Array;
  /** Nodes: their places, their children (-1 in leaves), and their boxes. */
  start: Int32Array;
  end: Int32Array;
  left: Int32Array;
  right: Int32Array;
  low: Float64Array;
  high: Float64Array;
  categoryLow: Int32Array;
  categoryHigh: Int32Array;
  leaves: number[];
  /** How often points were held against the box of a leaf, and how often that spared them the leaf. Changes no result. */
  boxes: { visits: number; asked: number; passed: number };
}

export interface Neighbours {
  /** Neighbours of each point. */
  k: number;
  /** Points by rising distance, then number: point p has index[p * k] up to index[p * k + k - 1]; -1 where there are no more. */
  index: Int32Array;
  /** Squares of the distances; infinite where there are no more. */
  squares: Float64Array;
}

/** The k nearest other points of every point. Yields the share that is done. */
export function* nearestNeighbours(points: Points, k: number): Generator<number, Neighbours> {
  const tree = treeOf(points);
  const found: Neighbours = {
    k,
    index: new Int32Array(points.count * k).fill(-1),
    squares: new Float64Array(points.count * k).fill(Number.POSITIVE_INFINITY),
  };
  for (const [at, leaf] of tree.leaves.entries()) {
    search(tree, leaf, 0, found);
    yield (at + 1) / tree.leaves.length;
  }
  return found;
}

/**
 * Pairs of points that are nearest neighbours of each other, those at equal distance included; the lower number first.
 * Yields the share that is done.
 */
export function* mutualNeighbours(points: Points): Generator<number, [number, number][]> {
  const tree = treeOf(points);
  const found: Neighbours = {
    k: 1,
    index: new Int32Array(points.count).fill(-1),
    squares: new Float64Array(points.count).fill(Number.POSITIVE_INFINITY),
  };
  for (const [at, leaf] of tree.leaves.entries()) {
    search(tree, leaf, 0, found);
    yield (at + 1) / tree.leaves.length / 2;
  }
  const pairs: [number, number][] = [];
  for (const [at, leaf] of tree.leaves.entries()) {
    collectMutual(tree, leaf, 0, found.squares, pairs);
    yield (1 + (at + 1) / tree.leaves.length) / 2;
  }
  return pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

// --- searching ----------------------------------------------------------------------------------------------

/** The worst of the neighbours that the points of a leaf have so far. */
function worstOf({ start, end, order }: Tree, leaf: number, { k, squares }: Neighbours): number {
  let worst = 0;
  for (let place = start[leaf]; place < end[leaf]; place++) {
    const square = squares[order[place] * k + k - 1];
    if (square > worst) worst = square;
  }
  return worst;
}

function search(tree: Tree, leaf: number, node: number, found: Neighbours): void {
  if (tree.left[node] < 0) {
    searchLeaf(tree, leaf, node, found);
    return;
  }
  const [near, nearSquare, far, farSquare] = childrenByDistance(tree, leaf, node);
  if (nearSquare <= worstOf(tree, leaf, found)) search(tree, leaf, near, found);
  if (farSquare <= worstOf(tree, leaf, found)) search(tree, leaf, far, found);
}

function childrenByDistance(tree: Tree, leaf: number, node: number): [number, number, number, number] {
  const left = tree.left[node];
  const right = tree.right[node];
  const toLeft = boxSquare(tree, leaf, left);
  const toRight = boxSquare(tree, leaf, right);
  const isWithinRight = tree.start[leaf] >= tree.start[right] && tree.end[leaf] <= tree.end[right];
  if (toRight < toLeft || (toRight === toLeft && isWithinRight)) return [right, toRight, left, toLeft];
  return [left, toLeft, right, toRight];
}

/** Square of the distance between two boxes; never more than that of any two of their points. */
function boxSquare(tree: Tree, a: number, b: number): number {
  const { width, low, high } = tree;
  let sum = 0;
  for (let at = 0; at < width; at++) {
    const above = low[a * width + at] - high[b * width + at];
    const below = low[b * width + at] - high[a * width + at];
    const apart = above > below ? above : below;
    if (apart > 0) sum += apart * apart;
  }
  const { categoryWidth, categoryCost } = tree.points;
  for (let at = 0; at < categoryWidth; at++) {
    const p = a * categoryWidth + at;
    const q = b * categoryWidth + at;
    if (tree.categoryLow[p] > tree.categoryHigh[q] || tree.categoryLow[q] > tree.categoryHigh[p])
      sum += categoryCost;
  }
  return sum * BOX_SLACK;
}

/** The sums of boxes and of points are rounded in their own ways; a box must never seem further than a point within. */
const BOX_SLACK = 1 - 1e-12;

/** Square of the distance of the point at a place to a box, given up above a bound. */
function pointBoxSquare(tree: Tree, place: number, node: number, bound: number): number {
  const { width, numbers, low, high } = tree;
  const { categoryWidth, categoryCost } = tree.points;
  let sum = 0;
  for (let at = 0; at < categoryWidth; at++) {
    const code = tree.categories[place * categoryWidth + at];
    const box = node * categoryWidth + at;
    if (code < tree.categoryLow[box] || code > tree.categoryHigh[box]) sum += categoryCost;
  }
  for (let first = 0; first < width && sum * BOX_SLACK <= bound; first += STEP) {
    for (let at = first; at < first + STEP; at++) {
      const value = numbers[place * width + at];
      const below = low[node * width + at] - value;
      const above = value - high[node * width + at];
      const apart = below > above ? below : above;
      if (apart > 0) sum += apart * apart;
    }
  }
  return sum * BOX_SLACK;
}

/** Square of the distance of two places; some larger number once it is above the bound. */
function placeSquare(tree: Tree, a: number, b: number, bound: number): number {
  const { width, numbers } = tree;
  let sum = 0;
  let p = a * width;
  let q = b * width;
  for (const end = p + width; p < end; p += STEP, q += STEP) {
    const d0 = numbers[p] - numbers[q];
    const d1 = numbers[p + 1] - numbers[q + 1];
    const d2 = numbers[p + 2] - numbers[q + 2];
    const d3 = numbers[p + 3] - numbers[q + 3];
    const d4 = numbers[p + 4] - numbers[q + 4];
    const d5 = numbers[p + 5] - numbers[q + 5];
    const d6 = numbers[p + 6] - numbers[q + 6];
    const d7 = numbers[p + 7] - numbers[q + 7];
    sum += d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3) + (d4 * d4 + d5 * d5 + (d6 * d6 + d7 * d7));
    if (sum > bound) return sum;
  }
  const { categoryWidth, categoryCost } = tree.points;
  for (let at = 0; at < categoryWidth; at++)
    if (tree.categories[a * categoryWidth + at] !== tree.categories[b * categoryWidth + at])
      sum += categoryCost;
  return sum;
}

/** Places of the leaf that search, filled up to a multiple of four; and how close others must be to be measured. */
const searching = new Int32Array(LEAF_POINTS + 3);
const limits = new Float64Array(LEAF_POINTS + 3);
const closeness = new Float64Array(16);

/**
 * Looks for neighbours of a leaf's points in another leaf. What may be near is told from products of four by four points,
 * which are cheap to have and a little inexact, and then measured: |a - b|² <= bound is a·b - |b|²/2 >= (|a|² - bound)/2.
 */
function searchLeaf(tree: Tree, leaf: number, other: number, found: Neighbours): void {
  const { start, end, order, halfNorms } = tree;
  const { k, squares } = found;
  const { boxes } = tree;
  // Where boxes pass hardly any point over, asking them costs more than it saves: then only one leaf in a few does.
  boxes.visits++;
  const asks = leaf !== other && (boxes.passed * 8 >= boxes.asked || boxes.visits % 32 === 0);
  if (asks) boxes.asked += end[leaf] - start[leaf];
  let count = 0;
  for (let place = start[leaf]; place < end[leaf]; place++) {
    const bound = squares[order[place] * k + k - 1];
    if (asks && pointBoxSquare(tree, place, other, bound) > bound) {
      boxes.passed++;
      continue;
    }
    searching[count] = place;
    limits[count++] = halfNorms[place] - bound / 2;
  }
  if (count === 0) return;
  searching.fill(searching[count - 1], count, count + 3);
  limits.fill(Number.POSITIVE_INFINITY, count, count + 3);
  for (let block = start[other]; block < end[other]; block += 4) {
    for (let first = 0; first < count; first += 4) {
      if (anyClose(tree.numbers, tree.width, halfNorms, first, block))
        measureClose(tree, first, block, Math.min(4, end[other] - block), found);
    }
  }
}

/** Measures those of four by four points that may be near enough. */
function measureClose(tree: Tree, first: number, block: number, stop: number, found: Neighbours): void {
  const { order, halfNorms } = tree;
  const { k, squares } = found;
  for (let row = 0; row < 4; row++) {
    const place = searching[first + row];
    const last = order[place] * k + k - 1;
    for (let at = 0; at < stop; at++) {
      if (closeness[4 * row + at] < limits[first + row] || block + at === place) continue;
      const square = placeSquare(tree, place, block + at, squares[last]);
      if (square > squares[last]) continue;
      insert(found, order[place], order[block + at], square);
      limits[first + row] = halfNorms[place] - squares[last] / 2;
    }
  }
}

/** Sets `closeness` of four that search with four that stand side by side; false where none reaches its limit. */
function anyClose(x: Float64Array, width: number, half: Float64Array, first: number, block: number): boolean {
  let p0 = searching[first] * width;
  let p1 = searching[first + 1] * width;
  let p2 = searching[first + 2] * width;
  let p3 = searching[first + 3] * width;
  let q = block * width;
  const w2 = 2 * width;
  const w3 = 3 * width;
  let a0 = -half[block];
  let a1 = -half[block + 1];
  let a2 = -half[block + 2];
  let a3 = -half[block + 3];
  let b0 = -half[block];
  let b1 = -half[block + 1];
  let b2 = -half[block + 2];
  let b3 = -half[block + 3];
  let c0 = -half[block];
  let c1 = -half[block + 1];
  let c2 = -half[block + 2];
  let c3 = -half[block + 3];
  let d0 = -half[block];
  let d1 = -half[block + 1];
  let d2 = -half[block + 2];
  let d3 = -half[block + 3];
  for (const stop = q + width; q < stop; q++) {
    const u0 = x[p0++];
    const u1 = x[p1++];
    const u2 = x[p2++];
    const u3 = x[p3++];
    const v0 = x[q];
    const v1 = x[q + width];
    const v2 = x[q + w2];
    const v3 = x[q + w3];
    a0 += u0 * v0;
    a1 += u0 * v1;
    a2 += u0 * v2;
    a3 += u0 * v3;
    b0 += u1 * v0;
    b1 += u1 * v1;
    b2 += u1 * v2;
    b3 += u1 * v3;
    c0 += u2 * v0;
    c1 += u2 * v1;
    c2 += u2 * v2;
    c3 += u2 * v3;
    d0 += u3 * v0;
    d1 += u3 * v1;
    d2 += u3 * v2;
    d3 += u3 * v3;
  }
  const l0 = limits[first];
  const l1 = limits[first + 1];
  const l2 = limits[first + 2];
  const l3 = limits[first + 3];
  if (
    !(
      a0 >= l0 ||
      a1 >= l0 ||
      a2 >= l0 ||
      a3 >= l0 ||
      b0 >= l1 ||
      b1 >= l1 ||
      b2 >= l1 ||
      b3 >= l1 ||
      c0 >= l2 ||
      c1 >= l2 ||
      c2 >= l2 ||
      c3 >= l2 ||
      d0 >= l3 ||
      d1 >= l3 ||
      d2 >= l3 ||
      d3 >= l3
    )
  )
    return false;
  closeness[0] = a0;
  closeness[1] = a1;
  closeness[2] = a2;
  closeness[3] = a3;
  closeness[4] = b0;
  closeness[5] = b1;
  closeness[6] = b2;
  closeness[7] = b3;
  closeness[8] = c0;
  closeness[9] = c1;
  closeness[10] = c2;
  closeness[11] = c3;
  closeness[12] = d0;
  closeness[13] = d1;
  closeness[14] = d2;
  closeness[15] = d3;
  return true;
}

/** Puts a neighbour where it belongs, unless it comes behind all that are there. */
function insert({ k, index, squares }: Neighbours, point: number, other: number, square: number): void {
  const first = point * k;
  let at = first + k - 1;
  if (square === squares[at] && other > index[at] && index[at] >= 0) return;
  for (; at > first; at--) {
    const before = squares[at - 1];
    if (before < square || (before === square && index[at - 1] >= 0 && index[at - 1] < other)) break;
    squares[at] = before;
    index[at] = index[at - 1];
  }
  squares[at] = square;
  index[at] = other;
}

function collectMutual(
  tree: Tree,
  leaf: number,
  node: number,
  nearest: Float64Array,
  pairs: [number, number][],
): void {
  const { start, end, order, left } = tree;
  if (left[node] >= 0) {
    let worst = 0;
    for (let place = start[leaf]; place < end[leaf]; place++) worst = Math.max(worst, nearest[order[place]]);
    for (const child of [left[node], tree.right[node]])
      if (boxSquare(tree, leaf, child) <= worst) collectMutual(tree, leaf, child, nearest, pairs);
    return;
  }
  for (let place = start[leaf]; place < end[leaf]; place++) {
    const point = order[place];
    const bound = nearest[point];
    if (leaf !== node && pointBoxSquare(tree, place, node, bound) > bound) continue;
    for (let at = start[node]; at < end[node]; at++) {
      const other = order[at];
      if (other > point && nearest[other] === bound && placeSquare(tree, place, at, bound) === bound)
        pairs.push([point, other]);
    }
  }
}

// --- the tree -----------------------------------------------------------------------------------------------

function treeOf(points: Points): Tree {
  const { count } = points;
  const order = Int32Array.from({ length: count }, (_, point) => point);
  const dimensions = dimensionsBySpread(points);
  const width = Math.max(STEP, Math.ceil(dimensions.length / STEP) * STEP);
  const nodes = { start: [] as number[], end: [] as number[], left: [] as number[], right: [] as number[] };
  const leaves: number[] = [];
  grow(0, count, 0);
  const tree: Tree = {
    points,
    order,
    width,
    // Three points more, so that four can always be read.
    numbers: new Float64Array((count + 3) * width),
    halfNorms: new Float64Array(count + 3).fill(Number.POSITIVE_INFINITY, count),
    categories: new Int32Array(count * points.categoryWidth),
    start: Int32Array.from(nodes.start),
    end: Int32Array.from(nodes.end),
    left: Int32Array.from(nodes.left),
    right: Int32Array.from(nodes.right),
    low: new Float64Array(nodes.start.length * width),
    high: new Float64Array(nodes.start.length * width),
    categoryLow: new Int32Array(nodes.start.length * points.categoryWidth),
    categoryHigh: new Int32Array(nodes.start.length * points.categoryWidth),
    leaves,
    boxes: { visits: 0, asked: 0, passed: 0 },
  };
  for (let place = 0; place < count; place++) {
    const from = order[place];
    for (let at = 0; at < dimensions.length; at++) {
      const value = points.numbers[from * points.width + dimensions[at]];
      tree.numbers[place * width + at] = value;
      tree.halfNorms[place] += (value * value) / 2;
    }
    tree.halfNorms[place] *= 1 - 8 * (width + 8) * Number.EPSILON;
    for (let at = 0; at < points.categoryWidth; at++)
      tree.categories[place * points.categoryWidth + at] =
        points.categories[from * points.categoryWidth + at];
  }
  for (let node = nodes.start.length - 1; node >= 0; node--) setBox(tree, node);
  return tree;

  function grow(start: number, end: number, depth: number): number {
    const node = nodes.start.length;
    nodes.start.push(start);
    nodes.end.push(end);
    nodes.left.push(-1);
    nodes.right.push(-1);
    const middle = end - start <= LEAF_POINTS ? start : parted(points, order, start, end, depth);
    if (middle === start) {
      leaves.push(node);
      return node;
    }
    nodes.left[node] = grow(start, middle, depth + 1);
    nodes.right[node] = grow(middle, end, depth + 1);
    return node;
  }
}

/**
 * Orders the places of a node so that those with small values come first, in the dimension in which its points spread most;
 * returns where the others begin. The parting value is the mean, which sets far points apart; deep down it is the median,
 * which bounds the depth.
 */
function parted(points: Points, order: Int32Array, start: number, end: number, depth: number): number {
  const { keys, mean } = widestKeys(points, order, start, end);
  const places = order.slice(start, end);
  if (depth < MEAN_DEPTH_MAX) {
    let at = start;
    for (let place = 0; place < places.length; place++) if (keys[place] <= mean) order[at++] = places[place];
    const middle = at;
    for (let place = 0; place < places.length; place++)
      if (!(keys[place] <= mean)) order[at++] = places[place];
    if (middle > start && middle < end) return middle;
  }
  const sorted = Int32Array.from(places, (_, place) => place).sort((a, b) => keys[a] - keys[b] || a - b);
  sorted.forEach((place, at) => {
    order[start + at] = places[place];
  });
  return (start + end) >> 1;
}

/** Dimensions of numbers, those in which points spread most first, so that distances are given up early. */
function dimensionsBySpread({ count, width, numbers }: Points): number[] {
  const spread = Array.from({ length: width }, (_, at) => {
    let sum = 0;
    let squares = 0;
    for (let point = 0; point < count; point++) {
      const value = numbers[point * width + at];
      sum += value;
      squares += value * value;
    }
    return squares - (sum * sum) / Math.max(1, count);
  });
  return spread.map((_, at) => at).sort((a, b) => spread[b] - spread[a] || a - b);
}

/** Values of the points of a node in the dimension in which they spread most. */
function widestKeys(
  points: Points,
  order: Int32Array,
  start: number,
  end: number,
): { keys: Float64Array; mean: number } {
  const { width, numbers, categoryWidth, categories, categoryCost } = points;
  const count = end - start;
  let widest = -1;
  let most = 0;
  for (let at = 0; at < width; at++) {
    let sum = 0;
    let squares = 0;
    for (let place = start; place < end; place++) {
      const value = numbers[order[place] * width + at];
      sum += value;
      squares += value * value;
    }
    const spread = squares - (sum * sum) / count;
    if (spread > most) {
      most = spread;
      widest = at;
    }
  }
  for (let at = 0; at < categoryWidth; at++) {
    const counts = new Map<number, number>();
    for (let place = start; place < end; place++) {
      const code = categories[order[place] * categoryWidth + at];
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    let equal = 0;
    for (const rows of counts.values()) equal += (rows / count) ** 2;
    const spread = (categoryCost * count * (1 - equal)) / 2;
    if (spread > most) {
      most = spread;
      widest = width + at;
    }
  }
  const keys = Float64Array.from({ length: count }, (_, at) => {
    const point = order[start + at];
    if (widest < 0) return 0;
    return widest < width
      ? numbers[point * width + widest]
      : categories[point * categoryWidth + widest - width];
  });
  return { keys, mean: keys.reduce((sum, key) => sum + key, 0) / count };
}

function setBox(tree: Tree, node: number): void {
  const { width, points } = tree;
  setRange(tree, node, tree.numbers, width, tree.low, tree.high);
  setRange(tree, node, tree.categories, points.categoryWidth, tree.categoryLow, tree.categoryHigh);
}

function setRange<Values extends Float64Array | Int32Array>(
  { start, end, left, right }: Tree,
  node: number,
  values: Values,
  width: number,
  low: Values,
  high: Values,
): void {
  for (let at = 0; at < width; at++) {
    let least = Number.POSITIVE_INFINITY;
    let greatest = Number.NEGATIVE_INFINITY;
    if (left[node] < 0) {
      for (let place = start[node]; place < end[node]; place++) {
        const value = values[place * width + at];
        if (value < least) least = value;
        if (value > greatest) greatest = value;
      }
    } else {
      least = Math.min(low[left[node] * width + at], low[right[node] * width + at]);
      greatest = Math.max(high[left[node] * width + at], high[right[node] * width + at]);
    }
    low[node * width + at] = least;
    high[node * width + at] = greatest;
  }
}
