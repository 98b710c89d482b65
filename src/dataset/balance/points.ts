// Points whose distances are asked for: scaled numbers and categories, side by side. Pure.
//
// The distance is Euclid's over the numbers; every category that differs adds the same cost to its square, as SMOTE-NC has
// it (Chawla et al. 2002, section 6.1). What is missing is taken for the mean, which is 0.

export interface Points {
  count: number;
  /** Numbers of a point; row-major. All finite, and so small that squares of differences are. */
  width: number;
  numbers: Float64Array;
  /** Categories of a point, as codes; row-major. */
  categoryWidth: number;
  categories: Int32Array;
  /** What a category that differs adds to the square of a distance. */
  categoryCost: number;
}

/** Square of the distance of two points, as it is defined. */
export function squaredDistance(points: Points, a: number, b: number): number {
  const { width, numbers, categoryWidth, categories, categoryCost } = points;
  let sum = 0;
  for (let at = 0; at < width; at++) {
    const difference = numbers[a * width + at] - numbers[b * width + at];
    sum += difference * difference;
  }
  for (let at = 0; at < categoryWidth; at++)
    if (categories[a * categoryWidth + at] !== categories[b * categoryWidth + at]) sum += categoryCost;
  return sum;
}

/** Points that are equal in everything, found once. */
export interface Piles {
  count: number;
  /** Pile of each point; piles are numbered by their first point. */
  pileOf: Int32Array;
  /** First point of each pile. */
  first: Int32Array;
  /** Points of pile p: members[starts[p]] up to members[starts[p + 1] - 1], ascending. */
  starts: Int32Array;
  members: Int32Array;
}

export function pilesOf(points: Points): Piles {
  const { count } = points;
  let bits = 4;
  while (1 << bits < count * 2) bits++;
  const mask = (1 << bits) - 1;
  const slots = new Int32Array(1 << bits).fill(-1);
  const pileOf = new Int32Array(count);
  const first: number[] = [];
  const hash = hasher(points);
  for (let point = 0; point < count; point++) {
    let slot = hash(point) & mask;
    while (slots[slot] >= 0 && !same(points, point, first[slots[slot]])) slot = (slot + 1) & mask;
    if (slots[slot] < 0) {
      slots[slot] = first.length;
      first.push(point);
    }
    pileOf[point] = slots[slot];
  }
  const starts = new Int32Array(first.length + 1);
  for (const pile of pileOf) starts[pile + 1]++;
  for (let pile = 0; pile < first.length; pile++) starts[pile + 1] += starts[pile];
  const next = starts.slice(0, first.length);
  const members = new Int32Array(count);
  for (let point = 0; point < count; point++) members[next[pileOf[point]]++] = point;
  return { count: first.length, pileOf, first: Int32Array.from(first), starts, members };
}

function hasher({ width, numbers, categoryWidth, categories }: Points): (point: number) => number {
  const words = new Int32Array(numbers.buffer, numbers.byteOffset, numbers.length * 2);
  return (point) => {
    let hash = 0x811c9dc5;
    for (let at = point * width * 2; at < (point + 1) * width * 2; at++)
      hash = Math.imul(hash ^ (hash >>> 15) ^ words[at], 0x01000193);
    for (let at = point * categoryWidth; at < (point + 1) * categoryWidth; at++)
      hash = Math.imul(hash ^ (hash >>> 15) ^ categories[at], 0x01000193);
    return hash ^ (hash >>> 16);
  };
}

function same({ width, numbers, categoryWidth, categories }: Points, a: number, b: number): boolean {
  for (let at = 0; at < width; at++) if (numbers[a * width + at] !== numbers[b * width + at]) return false;
  for (let at = 0; at < categoryWidth; at++)
    if (categories[a * categoryWidth + at] !== categories[b * categoryWidth + at]) return false;
  return true;
}
