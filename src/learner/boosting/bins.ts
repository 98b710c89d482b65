// Values to bins: numeric columns by quantiles or distinct values, categorical ones by category, missing apart.
//
// A numeric bin ends at an edge: a raw value between the largest training value of the bin and the smallest of the
// next. The edge is what the model's trees ask, so that training on bins and serving raw values agree bit for bit.

import { Random } from "../../base/random.ts";
import type { ColumnSpecification } from "../../feature/table.ts";
import type { Workspace } from "./kernels.ts";

/** Rows that edges are estimated from; more are sampled, seeded. */
const SAMPLE_ROWS = 200_000;

/** One column that can split rows. */
export interface Feature {
  /** Index in the schema. */
  column: number;
  categorical: boolean;
  /** Bins without the one of missing values, which is bin number `bins`. */
  bins: number;
  hasMissing: boolean;
  /** Numeric: upper edges of all bins but the last. */
  edges: Float64Array;
  /** Categorical: bin of each category code; -1 for categories unseen in training. */
  binOfCode: Int16Array;
  /** Bin of every training row. */
  binOfRow: Uint8Array;
}

/** Columns of numbers and the rows of them to train on. */
export interface TrainingColumns {
  columns: readonly ColumnSpecification[];
  values: readonly (Float64Array | Float32Array)[];
  rows: Int32Array;
}

/** Bins every column that is not constant. `maxBins` is at most 255. */
export function binColumns(
  workspace: Workspace,
  table: TrainingColumns,
  maxBins: number,
  seed: number,
): Feature[] {
  const sample = sampledRows(table.rows, seed);
  const buffers = takeBuffers(workspace, table.rows.length, sample.length);
  const features: Feature[] = [];
  for (let column = 0; column < table.columns.length; column++) {
    const values = table.values[column];
    const feature =
      table.columns[column].kind === "categorical"
        ? binCategorical(values, table.rows, table.columns[column].categories.length, maxBins)
        : binNumeric(workspace, buffers, values, table.rows, sample, maxBins);
    const distinct = feature.bins + (feature.hasMissing ? 1 : 0);
    if (distinct > 1) features.push({ ...feature, column });
  }
  return features;
}

interface Buffers {
  values: number;
  scratch: number;
  buckets: number;
  counts: number;
  edges: number;
  bins: number;
}

function takeBuffers(workspace: Workspace, rowCount: number, sampleCount: number): Buffers {
  return {
    values: workspace.take(rowCount * 8),
    scratch: workspace.take(sampleCount * 8),
    buckets: workspace.take(2048 * 4),
    counts: workspace.take(sampleCount * 4),
    edges: workspace.take(256 * 8),
    bins: workspace.take(rowCount),
  };
}

function sampledRows(rows: Int32Array, seed: number): Int32Array {
  if (rows.length <= SAMPLE_ROWS) return rows;
  const random = new Random(seed);
  const sample = new Int32Array(SAMPLE_ROWS);
  let taken = 0;
  for (let index = 0; taken < SAMPLE_ROWS; index++) {
    if (random.uniform() * (rows.length - index) < SAMPLE_ROWS - taken) sample[taken++] = rows[index];
  }
  return sample;
}

function binNumeric(
  workspace: Workspace,
  buffers: Buffers,
  values: Float64Array | Float32Array,
  rows: Int32Array,
  sample: Int32Array,
  maxBins: number,
): Omit<Feature, "column"> {
  const edges = numericEdges(workspace, buffers, values, sample, maxBins);
  const bins = edges.length + 1;
  const padded = workspace.numbersAt(buffers.edges, 255);
  padded.fill(Number.POSITIVE_INFINITY);
  padded.set(edges);
  const copied = workspace.numbersAt(buffers.values, rows.length);
  let missing = 0;
  for (let index = 0; index < rows.length; index++) {
    const value = values[rows[index]];
    copied[index] = value;
    if (Number.isNaN(value)) missing++;
  }
  let half = 1;
  while (half * 2 - 1 < edges.length) half *= 2;
  workspace.kernels.binNumeric(buffers.values, rows.length, buffers.edges, half, bins, buffers.bins);
  const binOfRow = workspace.bytesAt(buffers.bins, rows.length).slice();
  const present = missing < rows.length ? bins : 0;
  return {
    categorical: false,
    bins: present,
    hasMissing: missing > 0,
    edges,
    binOfCode: new Int16Array(0),
    binOfRow,
  };
}

function numericEdges(
  workspace: Workspace,
  buffers: Buffers,
  values: Float64Array | Float32Array,
  sample: Int32Array,
  maxBins: number,
): Float64Array {
  const copied = workspace.numbersAt(buffers.values, sample.length);
  let count = 0;
  for (const row of sample) {
    const value = values[row];
    if (!Number.isNaN(value)) copied[count++] = value;
  }
  const { values: at, scratch, buckets, counts: countsAt } = buffers;
  const distinct = workspace.kernels.sortDistinct(at, count, scratch, buckets, countsAt);
  return edgesOf(copied.subarray(0, distinct), workspace.wordsAt(countsAt, distinct), count, maxBins);
}

/**
 * Edges between bins of ascending distinct values: every value its own bin when there are few; otherwise bins of
 * about equal weight, where a value that would fill a bin alone ends its bin, and begins it unless what came before is
 * too little for a bin (GreedyFindBin of LightGBM, Ke et al. 2017).
 */
export function edgesOf(
  distinct: Float64Array,
  counts: Uint32Array,
  total: number,
  maxBins: number,
): Float64Array {
  const last = distinct.length - 1;
  const edges: number[] = [];
  if (distinct.length <= maxBins) {
    for (let index = 0; index < last; index++) edges.push(edgeBetween(distinct[index], distinct[index + 1]));
    return Float64Array.from(edges);
  }
  const isBig = (index: number): boolean => counts[index] * maxBins >= total;
  let restBins = maxBins;
  let rest = total;
  for (let index = 0; index <= last; index++) {
    if (!isBig(index)) continue;
    restBins--;
    rest -= counts[index];
  }
  let wanted = rest / Math.max(1, restBins);
  let filled = 0;
  for (let index = 0; index < last && edges.length < maxBins - 1; index++) {
    const big = isBig(index);
    if (!big) rest -= counts[index];
    filled += counts[index];
    const full = big || filled >= wanted || (isBig(index + 1) && filled >= Math.max(1, wanted * 0.5));
    if (!full) continue;
    edges.push(edgeBetween(distinct[index], distinct[index + 1]));
    filled = 0;
    if (!big) {
      restBins--;
      wanted = rest / Math.max(1, restBins);
    }
  }
  return Float64Array.from(edges);
}

/** A number t with low <= t < high: their middle, or low where there is none (neighbours, infinities). */
function edgeBetween(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}

/**
 * Bins of a categorical column: the most frequent categories have their own, the rest share the last one. Codes that
 * are no whole number in range count as missing.
 */
function binCategorical(
  values: Float64Array | Float32Array,
  rows: Int32Array,
  categoryCount: number,
  maxBins: number,
): Omit<Feature, "column"> {
  const counts = new Uint32Array(categoryCount);
  let missing = 0;
  for (const row of rows) {
    const code = values[row];
    if (isCode(code, categoryCount)) counts[code]++;
    else missing++;
  }
  const seen = [...counts.keys()]
    .filter((code) => counts[code] > 0)
    .sort((a, b) => counts[b] - counts[a] || a - b);
  const bins = Math.min(seen.length, maxBins);
  const binOfCode = new Int16Array(categoryCount).fill(-1);
  for (let rank = 0; rank < seen.length; rank++) binOfCode[seen[rank]] = Math.min(rank, bins - 1);
  const binOfRow = new Uint8Array(rows.length);
  for (let index = 0; index < rows.length; index++) {
    const code = values[rows[index]];
    binOfRow[index] = isCode(code, categoryCount) ? binOfCode[code] : bins;
  }
  return {
    categorical: true,
    bins,
    hasMissing: missing > 0,
    edges: new Float64Array(0),
    binOfCode,
    binOfRow,
  };
}

function isCode(value: number, categoryCount: number): boolean {
  return value >= 0 && value < categoryCount && value === Math.floor(value);
}
