// Training rows, encoded and laid out for the kernels: equal rows once, with their number; zeros left out where it pays.
//
// Traffic is full of columns that mostly have one value. What is kept of a row in a sparse matrix is the difference of its
// inputs from those of the base, which holds the most frequent value of each input:  x = base + z.  Where most differences
// are not 0, rows are kept whole (dense), and the base is 0.

import type { LabelledTable } from "../../feature/table.ts";
import { type Encoding, RowEncoder } from "../../model/encoder.ts";
import type { LinearWorkspace } from "./kernels.ts";
import { mergeRows } from "./merge.ts";

export interface LinearMatrix {
  /** Where the matrix lies in the workspace; the kernels' source draws it. */
  address: number;
  /** Rows, equal ones merged. */
  rows: number;
  width: number;
  /** Numbers of a row of a dense matrix; 0 for a sparse one. */
  stride: number;
  base: Float64Array;
  /** How many rows of the table each row stands for, and its label. */
  counts: Float64Array;
  labels: Uint32Array;
  /** Row of the matrix of each of the table's rows that were given. */
  rowOf: Int32Array;
  /** Mean and standard deviation of every input over the table's rows. */
  means: Float64Array;
  deviations: Float64Array;
}

/** Numbers that are encoded at a time. */
const BLOCK_NUMBERS = 1 << 17;
/** Numbers that the base and the kind of the matrix are decided by, and most rows of them. */
const SAMPLE = { numbers: 1 << 20, rows: 4_096 } as const;
/** Share of differences from the base above which rows are kept whole. */
const DENSE_SHARE = 0.4;

/**
 * Encodes rows of a table into the workspace.
 *
 * @param rows training rows, ascending
 * @param labelOf label of each class of the table
 */
export function encodeMatrix(
  workspace: LinearWorkspace,
  table: LabelledTable,
  rows: Int32Array,
  labelOf: Int32Array,
  encoding: Encoding,
): LinearMatrix {
  const encoder = new RowEncoder(encoding, table.schema.columns);
  const merged = mergeRows(table.values, new Set(encoding.columnOfInput), rows, table.labels);
  const { width } = encoder;
  const { base, isDense } = baseOf(encoder, table, merged.first);
  const stride = isDense ? width + (width & 1) : 0;
  const count = merged.first.length;
  const address = workspace.take(16);
  const bytes = isDense ? 8 * stride : 8;
  // A row more than there are, so that pairs may be read at the end.
  const data = workspace.take((count + 1) * bytes);
  workspace.wordsAt(address, 4).set([count, width, stride, data]);
  const matrix: LinearMatrix = {
    address,
    rows: count,
    width,
    stride,
    base,
    counts: merged.counts,
    labels: Uint32Array.from(merged.first, (row) => labelOf[table.labels[row]]),
    rowOf: merged.groupOf,
    means: new Float64Array(width),
    deviations: new Float64Array(width),
  };
  const blockRows = Math.max(16, Math.floor(BLOCK_NUMBERS / width));
  const block = new Float64Array(blockRows * width);
  const sums = new Float64Array(2 * width);
  for (let start = 0; start < count; start += blockRows) {
    const size = Math.min(blockRows, count - start);
    encoder.encodeColumns(table.values, start, size, block, merged.first);
    addMoments(block, size, width, base, merged.counts, start, sums);
    if (isDense) keepWhole(workspace, data, stride, block, start, size, width);
    else keepDifferences(workspace, data, base, block, start, size);
  }
  finishMoments(matrix, sums, rows.length);
  return matrix;
}

/** Most frequent value of every input, and whether too many values differ from it. */
function baseOf(
  encoder: RowEncoder,
  table: LabelledTable,
  rows: Int32Array,
): { base: Float64Array; isDense: boolean } {
  const { width } = encoder;
  const most = Math.min(SAMPLE.rows, Math.max(16, Math.floor(SAMPLE.numbers / width)));
  const size = Math.min(most, rows.length);
  const sample = Int32Array.from(
    { length: size },
    (_, index) => rows[Math.floor((index * rows.length) / size)],
  );
  const base = new Float64Array(width);
  const one = new Float64Array(size);
  let differences = 0;
  const encoded = new Float64Array(size * width);
  encoder.encodeColumns(table.values, 0, size, encoded, sample);
  for (let input = 0; input < width; input++) {
    for (let row = 0; row < size; row++) one[row] = encoded[row * width + input];
    const { value, count } = mostFrequent(one.sort());
    base[input] = value;
    differences += size - count;
  }
  const isDense = differences > DENSE_SHARE * size * width;
  return { base: isDense ? base.fill(0) : base, isDense };
}

function mostFrequent(sorted: Float64Array): { value: number; count: number } {
  let best = { value: 0, count: 0 };
  for (let start = 0; start < sorted.length; ) {
    let end = start + 1;
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    if (end - start > best.count) best = { value: sorted[start], count: end - start };
    start = end;
  }
  return best;
}

function keepWhole(
  workspace: LinearWorkspace,
  data: number,
  stride: number,
  block: Float64Array,
  start: number,
  size: number,
  width: number,
): void {
  const out = workspace.numbersAt(data + 8 * stride * start, size * stride);
  if (stride === width) {
    out.set(block.subarray(0, size * width));
    return;
  }
  for (let row = 0; row < size; row++) out.set(block.subarray(row * width, (row + 1) * width), row * stride);
}

/** Writes what differs from the base: for each row values, then inputs, at a multiple of 8. */
function keepDifferences(
  workspace: LinearWorkspace,
  data: number,
  base: Float64Array,
  block: Float64Array,
  start: number,
  size: number,
): void {
  const width = base.length;
  const entries = new Uint32Array(size);
  let bytes = 0;
  for (let row = 0; row < size; row++) {
    for (let input = 0; input < width; input++)
      if (block[row * width + input] !== base[input]) entries[row]++;
    bytes += 12 * entries[row] + 4 * (entries[row] & 1);
  }
  let address = workspace.take(bytes);
  const { words, numbers } = workspace;
  for (let row = 0; row < size; row++) {
    const place = (data >>> 2) + 2 * (start + row);
    words[place] = address;
    words[place + 1] = entries[row];
    let value = address >>> 3;
    let input = (address >>> 2) + 2 * entries[row];
    for (let index = 0; index < width; index++) {
      const difference = block[row * width + index] - base[index];
      if (block[row * width + index] === base[index]) continue;
      numbers[value++] = difference;
      words[input++] = index;
    }
    address += 12 * entries[row] + 4 * (entries[row] & 1);
  }
}

/** Adds a block's differences from the base, and their squares. */
function addMoments(
  block: Float64Array,
  size: number,
  width: number,
  base: Float64Array,
  counts: Float64Array,
  start: number,
  sums: Float64Array,
): void {
  for (let row = 0; row < size; row++) {
    const weight = counts[start + row];
    for (let input = 0; input < width; input++) {
      const difference = block[row * width + input] - base[input];
      if (difference === 0) continue;
      sums[input] += weight * difference;
      sums[width + input] += weight * difference * difference;
    }
  }
}

function finishMoments(matrix: LinearMatrix, sums: Float64Array, total: number): void {
  const { width, base, means, deviations } = matrix;
  for (let input = 0; input < width; input++) {
    const mean = sums[input] / total;
    means[input] = base[input] + mean;
    deviations[input] = Math.sqrt(Math.max(0, sums[width + input] / total - mean * mean));
  }
}
