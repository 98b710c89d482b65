// Finds training rows that are equal, label included: one row with their number stands for them. Traffic repeats itself.

/** Rows of a table, merged. */
export interface MergedRows {
  /** The first row of the table of each group of equal ones, ascending. */
  first: Int32Array;
  /** How many rows each group has. */
  counts: Float64Array;
  /** Group of each of the rows given. */
  groupOf: Int32Array;
}

/**
 * Merges rows with the same label and the same values, bit for bit, in the listed columns. Groups come in the order of
 * their first rows.
 *
 * @param labels label of each row of the table
 */
export function mergeRows(
  values: readonly (Float64Array | Float32Array)[],
  columns: Iterable<number>,
  rows: Int32Array,
  labels: Int32Array,
): MergedRows {
  const words = Array.from(columns, (column) => wordsOf(values[column])).flat();
  const hashes = hashRows(words, rows, labels);
  let size = 1024;
  while (size < 2 * rows.length) size *= 2;
  const table = new Int32Array(size).fill(-1);
  const groupOf = new Int32Array(rows.length);
  const first = new Int32Array(rows.length);
  const counts = new Float64Array(rows.length);
  let groups = 0;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    let slot = hashes[index] & (size - 1);
    for (;;) {
      const group = table[slot];
      if (group < 0) {
        table[slot] = groups;
        first[groups] = row;
        groupOf[index] = groups++;
        break;
      }
      if (labels[first[group]] === labels[row] && areEqual(words, first[group], row)) {
        groupOf[index] = group;
        break;
      }
      slot = (slot + 1) & (size - 1);
    }
    counts[groupOf[index]]++;
  }
  return { first: first.slice(0, groups), counts: counts.slice(0, groups), groupOf };
}

/** Words of a column that differ where its values do. */
interface Words {
  bits: Uint32Array;
  step: number;
  offset: number;
}

function wordsOf(values: Float64Array | Float32Array): Words[] {
  const step = values.BYTES_PER_ELEMENT / 4;
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length * step);
  return Array.from({ length: step }, (_, offset) => ({ bits, step, offset }));
}

function hashRows(words: readonly Words[], rows: Int32Array, labels: Int32Array): Int32Array {
  const hashes = Int32Array.from(rows, (row) => labels[row]);
  for (const { bits, step, offset } of words) {
    for (let index = 0; index < rows.length; index++) {
      const mixed = Math.imul(hashes[index] ^ bits[rows[index] * step + offset], 0x9e3779b1);
      hashes[index] = mixed ^ (mixed >>> 15);
    }
  }
  return hashes;
}

function areEqual(words: readonly Words[], first: number, second: number): boolean {
  for (const { bits, step, offset } of words) {
    if (bits[first * step + offset] !== bits[second * step + offset]) return false;
  }
  return true;
}
