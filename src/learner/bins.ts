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
  /** Bin of every training row. */
  binOfRow: Uint8Array;
}

/** Columns of numbers and the rows of them to train on. */
export interface TrainingColumns {
  columns: readonly ColumnSpecification[];
  values: readonly (Float64Array | Float32Array)[];
  rows: Int32Array;
}

/** Bytes that the values of the columns binned at one time may take. */
const BATCH_BYTES = 128 * 2 ** 20;
/** Columns binned at one time, or two for each thread where these are more. */
const BATCH_COLUMNS = 8;
const BUCKET_BYTES = 2048 * 4;
const EDGE_BYTES = 256 * 8;
/** Record of a column, as the kernels have it. */
const COLUMN_BYTES = 48;

/** Bins every column that is not constant. `maxBins` is at most 255. */
export function binColumns(
  workspace: Workspace,
  table: TrainingColumns,
  maxBins: number,
  seed: number,
): Feature[] {
  const { columns, rows } = table;
  const found: (Feature | undefined)[] = columns.map((column, index) =>
    column.kind === "categorical"
      ? { ...binCategorical(table.values[index], rows, column.categories.length, maxBins), column: index }
      : undefined,
  );
  const numeric = [...columns.keys()].filter((index) => columns[index].kind === "numeric");
  const binner = new NumericBinner(workspace, table, numeric.length, maxBins, seed);
  for (let start = 0; start < numeric.length; start += binner.batch) {
    for (const feature of binner.bin(numeric.slice(start, start + binner.batch)))
      found[feature.column] = feature;
  }
  return found.filter(
    (feature) => feature !== undefined && feature.bins + (feature.hasMissing ? 1 : 0) > 1,
  ) as Feature[];
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
    this.#takesAll = table.rows.every((row, index) => row === index);
    const wanted = Math.max(BATCH_COLUMNS, 2 * (workspace.threads + 1));
    this.batch = Math.max(1, Math.min(columns, wanted, Math.floor(BATCH_BYTES / (rowCount * 8))));
    this.#records = workspace.take(this.batch * COLUMN_BYTES);
    for (let slot = 0; slot < this.batch; slot++)
      this.#takeSlot(this.#record(slot), rowCount, this.#sampleCount);
  }

  bin(columns: readonly number[]): Feature[] {
    columns.forEach((column, slot) => {
      this.#load(this.#table.values[column], this.#record(slot));
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
    const [edges, bins] = [workspace.take(EDGE_BYTES), workspace.take(rowCount)];
    const words = [values, rowCount, sample, sampleCount, scratch, buckets, counts, edges, bins];
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
      binOfRow: workspace.bytesAt(bins, rowCount).slice(),
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
  return value >>> 0 === value && value < categoryCount;
}
