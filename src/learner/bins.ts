// Values to bins: numeric columns by quantiles or distinct values, categorical ones by category, missing apart.
//
// A numeric bin ends at an edge: a raw value between the largest training value of the bin and the smallest of the
// next. The edge is what the model's trees ask, so that training on bins and serving raw values agree bit for bit.

import { Random } from "../base/random.ts";
import type { ColumnSpecification } from "../feature/table.ts";
import type { Workspace } from "./workspace.ts";

/** The kind of job that bins a column, in every module of kernels that has `runColumn` of assembly/bins.ts. */
export const COLUMN_JOB = 6;

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
  /** Bin of every training row, in the workspace's memory. */
  binOfRow: Uint8Array;
}

/** Bytes from one column's bins to the next one's. */
export function binStride(rowCount: number): number {
  return Math.ceil(rowCount / 64) * 64;
}

/** Columns of numbers and the rows of them to train on. */
export interface TrainingColumns {
  columns: readonly ColumnSpecification[];
  values: readonly (Float64Array | Float32Array)[];
  rows: Int32Array;
}

/** Bytes that the values of the columns binned at one time may take. */
const BATCH_BYTES = 128 * 2 ** 20;
/** Columns binned at one time for each thread. More share the work better, and memory that is new costs time. */
const BATCH_COLUMNS = 2;
const BUCKET_BYTES = 2048 * 4;
const EDGE_BYTES = 256 * 8;
/** Record of a column, as the kernels have it. */
const COLUMN_BYTES = 48;

/**
 * Bins every column that is not constant. `maxBins` is at most 255. The bins of the features lie one after another in a piece of
 * the workspace that stays taken, `binStride` bytes apart.
 */
export function binColumns(
  workspace: Workspace,
  table: TrainingColumns,
  maxBins: number,
  seed: number,
): Feature[] {
  const { columns, rows } = table;
  const stride = binStride(rows.length);
  const start = workspace.take(columns.length * stride);
  return workspace.borrow(() => {
    const found: (Feature | undefined)[] = columns.map((column, index) =>
      column.kind === "categorical"
        ? binCategorical(table, index, maxBins, workspace.bytesAt(start + index * stride, rows.length))
        : undefined,
    );
    const numeric = [...columns.keys()].filter((index) => columns[index].kind === "numeric");
    const binner = new NumericBinner(workspace, table, numeric.length, maxBins, seed);
    for (let first = 0; first < numeric.length; first += binner.batch) {
      for (const feature of binner.bin(numeric.slice(first, first + binner.batch), start))
        found[feature.column] = feature;
    }
    const kept = found.filter(
      (feature) => feature !== undefined && feature.bins + (feature.hasMissing ? 1 : 0) > 1,
    ) as Feature[];
    kept.forEach((feature, place) => {
      moveBins(workspace, feature, start + place * stride);
    });
    return kept;
  });
}

function moveBins(workspace: Workspace, feature: Feature, to: number): void {
  const { byteOffset, length } = feature.binOfRow;
  if (byteOffset === to) return;
  workspace.bytes.copyWithin(to, byteOffset, byteOffset + length);
  feature.binOfRow = workspace.bytesAt(to, length);
}

/** Bins numeric columns, some at a time, each on whatever thread comes. */
class NumericBinner {
  /** Columns binned at a time. */
  readonly batch: number;
  readonly #workspace: Workspace;
  readonly #table: TrainingColumns;
  /** Numbers sampled of each column, and the address of their places among the rows; 0 for all. */
  readonly #sampleCount: number;
  readonly #places: number;
  readonly #maxBins: number;
  readonly #records: number;
  /** Whether the rows are the first of the table, in their order. */
  readonly #takesAll: boolean;

  constructor(workspace: Workspace, table: TrainingColumns, columns: number, maxBins: number, seed: number) {
    const rowCount = table.rows.length;
    this.#workspace = workspace;
    this.#table = table;
    this.#maxBins = maxBins;
    const places = sampledPlaces(rowCount, seed);
    this.#sampleCount = places?.length ?? rowCount;
    this.#places = places ? workspace.take(places.byteLength) : 0;
    if (places) workspace.wordsAt(this.#places, places.length).set(places);
    this.#takesAll = isEveryRow(table.rows);
    const wanted = BATCH_COLUMNS * (workspace.threads + 1);
    this.batch = Math.max(1, Math.min(columns, wanted, Math.floor(BATCH_BYTES / (rowCount * 8))));
    this.#records = workspace.take(this.batch * COLUMN_BYTES);
    for (let slot = 0; slot < this.batch; slot++)
      this.#takeSlot(this.#record(slot), rowCount, this.#sampleCount);
  }

  /** Bins columns, each to its place behind `start`. */
  bin(columns: readonly number[], start: number): Feature[] {
    const stride = binStride(this.#table.rows.length);
    columns.forEach((column, slot) => {
      this.#load(this.#table.values[column], this.#record(slot));
      this.#workspace.words[this.#record(slot) + 8] = start + column * stride;
    });
    this.#workspace.run(COLUMN_JOB, [this.#maxBins, this.#records, this.#places], columns.length);
    return columns.map((column, slot) => this.#feature(column, this.#record(slot)));
  }

  #record(slot: number): number {
    return (this.#records + slot * COLUMN_BYTES) >>> 2;
  }

  #takeSlot(record: number, rowCount: number, sampleCount: number): void {
    const workspace = this.#workspace;
    const values = workspace.take(rowCount * 8);
    const [sample, scratch] = [workspace.take(sampleCount * 8), workspace.take(sampleCount * 8)];
    const [buckets, counts] = [workspace.take(BUCKET_BYTES), workspace.take(sampleCount * 4)];
    const words = [
      values,
      rowCount,
      sample,
      sampleCount,
      scratch,
      buckets,
      counts,
      workspace.take(EDGE_BYTES),
    ];
    workspace.words.set(words, record);
  }

  #load(values: Float64Array | Float32Array, record: number): void {
    const { words, numbers } = this.#workspace;
    const { rows } = this.#table;
    const to = words[record] / 8;
    if (this.#takesAll) numbers.set(values.subarray(0, rows.length), to);
    else for (let index = 0; index < rows.length; index++) numbers[to + index] = values[rows[index]];
  }

  #feature(column: number, record: number): Feature {
    const workspace = this.#workspace;
    const rowCount = this.#table.rows.length;
    const [edges, bins, found, missing] = workspace.words.subarray(record + 7, record + 11);
    return {
      column,
      categorical: false,
      bins: missing < rowCount ? found + 1 : 0,
      hasMissing: missing > 0,
      edges: workspace.numbersAt(edges, found).slice(),
      binOfCode: new Int16Array(0),
      binOfRow: workspace.bytesAt(bins, rowCount),
    };
  }
}

/** Places of the rows that are sampled, ascending; none where all are. */
function sampledPlaces(rowCount: number, seed: number): Uint32Array | undefined {
  if (rowCount <= SAMPLE_ROWS) return undefined;
  const random = new Random(seed);
  const places = new Uint32Array(SAMPLE_ROWS);
  let taken = 0;
  for (let place = 0; taken < SAMPLE_ROWS; place++) {
    if (random.uniform() * (rowCount - place) < SAMPLE_ROWS - taken) places[taken++] = place;
  }
  return places;
}

function isEveryRow(rows: Int32Array): boolean {
  for (let index = 0; index < rows.length; index++) if (rows[index] !== index) return false;
  return true;
}

/**
 * Bins of a categorical column: the most frequent categories have their own, the rest share the last one. Codes that
 * are no whole number in range count as missing.
 */
function binCategorical(
  { columns, values: all, rows }: TrainingColumns,
  column: number,
  maxBins: number,
  binOfRow: Uint8Array,
): Feature {
  const values = all[column];
  const categoryCount = columns[column].categories.length;
  const counts = new Uint32Array(categoryCount);
  let missing = 0;
  for (let index = 0; index < rows.length; index++) {
    const code = values[rows[index]];
    if (isCode(code, categoryCount)) counts[code]++;
    else missing++;
  }
  const seen = [...counts.keys()]
    .filter((code) => counts[code] > 0)
    .sort((a, b) => counts[b] - counts[a] || a - b);
  const bins = Math.min(seen.length, maxBins);
  const binOfCode = new Int16Array(categoryCount).fill(-1);
  for (let rank = 0; rank < seen.length; rank++) binOfCode[seen[rank]] = Math.min(rank, bins - 1);
  for (let index = 0; index < rows.length; index++) {
    const code = values[rows[index]];
    binOfRow[index] = isCode(code, categoryCount) ? binOfCode[code] : bins;
  }
  return {
    column,
    categorical: true,
    bins,
    hasMissing: missing > 0,
    edges: new Float64Array(0),
    binOfCode,
    binOfRow,
  };
}

function isCode(value: number, categoryCount: number): boolean {
  return value >>> 0 === value && value < categoryCount;
}
