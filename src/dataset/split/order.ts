// Orders and names rows by typed arrays, in time linear in their number. Pure.

const DIGIT_BITS = 16;
const DIGITS = 1 << DIGIT_BITS;

/** Stands in an assignment for a row that is in no part. */
export const NO_PART = 255;

/** Row numbers by ascending value; equal values keep the order of rows, and NaN comes last. */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const count = values.length;
  const words = sortableWords(values);
  let order = Uint32Array.from({ length: count }, (_, row) => row);
  let next = new Uint32Array(count);
  const starts = new Uint32Array(DIGITS + 1);
  for (let digit = 0; digit < 4; digit++) {
    const word = digit >> 1;
    const shift = (digit & 1) * DIGIT_BITS;
    starts.fill(0);
    for (let row = 0; row < count; row++) starts[((words[2 * row + word] >>> shift) & (DIGITS - 1)) + 1]++;
    if (starts.includes(count)) continue; // Every row has the same digit.
    for (let at = 1; at <= DIGITS; at++) starts[at] += starts[at - 1];
    for (let at = 0; at < count; at++) {
      const row = order[at];
      next[starts[(words[2 * row + word] >>> shift) & (DIGITS - 1)]++] = row;
    }
    [order, next] = [next, order];
  }
  return order;
}

/** Two words a value, the low one first, whose order as unsigned integers is that of the values. */
function sortableWords(values: Float64Array): Uint32Array {
  const words = new Uint32Array(values.length * 2);
  const cell = new DataView(new ArrayBuffer(8));
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    // Adding 0 makes one zero of both; the bits of NaN differ between machines.
    cell.setFloat64(0, Number.isNaN(value) ? Number.NaN : value + 0);
    let high = cell.getUint32(0);
    let low = cell.getUint32(4);
    if (Number.isNaN(value)) high = low = 0xffff_ffff;
    else if (high >>> 31 === 1) {
      high = ~high >>> 0;
      low = ~low >>> 0;
    } else high = (high | 0x8000_0000) >>> 0;
    words[2 * row] = low;
    words[2 * row + 1] = high;
  }
  return words;
}

/** Rows by code: those of code c are `rows[starts[c]]` up to `rows[starts[c + 1] - 1]`, in the order in which they were. */
export interface RowsByCode {
  starts: Uint32Array;
  rows: Uint32Array;
}

/** @param order row numbers in the order that is to be kept within a code; default: ascending */
export function rowsByCode(codes: Int32Array, codeCount: number, order?: Uint32Array): RowsByCode {
  const starts = new Uint32Array(codeCount + 1);
  for (const code of codes) starts[code + 1]++;
  for (let code = 0; code < codeCount; code++) starts[code + 1] += starts[code];
  const next = starts.slice(0, codeCount);
  const rows = new Uint32Array(codes.length);
  for (let at = 0; at < codes.length; at++) {
    const row = order === undefined ? at : order[at];
    rows[next[codes[row]]++] = row;
  }
  return { starts, rows };
}

/** Numbers keys of 64 bits from 0 by first appearance, so that the numbers do not depend on how keys are hashed. */
export interface Dictionary {
  count: number;
  code(high: number, low: number): number;
}

const SLOTS_FIRST = 1 << 12;

export function newDictionary(): Dictionary {
  let slots = new Int32Array(SLOTS_FIRST).fill(-1);
  let keys = new Uint32Array(SLOTS_FIRST);
  const place = (high: number, low: number): number => {
    const mask = slots.length - 1;
    let slot = (Math.imul(high, 0x9e3779b1) ^ low) & mask;
    for (;;) {
      const code = slots[slot];
      if (code < 0 || (keys[2 * code] === high && keys[2 * code + 1] === low)) return slot;
      slot = (slot + 1) & mask;
    }
  };
  const grow = (): void => {
    slots = new Int32Array(slots.length * 2).fill(-1);
    const longer = new Uint32Array(keys.length * 2);
    longer.set(keys);
    keys = longer;
    for (let code = 0; code < dictionary.count; code++)
      slots[place(keys[2 * code], keys[2 * code + 1])] = code;
  };
  const dictionary: Dictionary = {
    count: 0,
    code(high, low) {
      const slot = place(high, low);
      if (slots[slot] >= 0) return slots[slot];
      const code = dictionary.count++;
      keys[2 * code] = high;
      keys[2 * code + 1] = low;
      slots[slot] = code;
      if (dictionary.count * 2 >= slots.length) grow();
      return code;
    },
  };
  return dictionary;
}

/** Sets of numbers that are joined; the name of a set is its smallest number. */
export interface JoinedSets {
  join(a: number, b: number): void;
  root(a: number): number;
}

export function joinedSets(count: number): JoinedSets {
  const parent = Int32Array.from({ length: count }, (_, at) => at);
  const root = (a: number): number => {
    let at = a;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  };
  return {
    root,
    join(a, b) {
      const first = root(a);
      const second = root(b);
      if (first < second) parent[second] = first;
      else parent[first] = second;
    },
  };
}

/** Numbers codes anew, from 0 by first appearance. */
export function renumbered(codes: Int32Array, codeCount: number): { codes: Int32Array; count: number } {
  const names = new Int32Array(codeCount).fill(-1);
  let count = 0;
  const found = codes.map((code) => {
    if (names[code] < 0) names[code] = count++;
    return names[code];
  });
  return { codes: found, count };
}
