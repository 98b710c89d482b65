// What a profile says of a table: facts of each column, its classes, and what columns say of each other and of the class.
//
// Counts, quantiles, means and histograms are of all rows. Matrices are of all rows or of a seeded sample, as `sample`
// says. Knows no SQL and no page.

import type { Duck } from "../duck.ts";
import type { ColumnRole, TableFile } from "../store/contract.ts";

/** Quantiles that are told of a column, and those that are told by class. */
export const QUANTILE_SHARES = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1] as const;
export const CLASS_QUANTILE_SHARES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

/** Values listed as the most frequent ones of a column. */
export const TOP_VALUES = 10;
/** A label with more values than this is not broken down by class. */
export const CLASSES_MAX = 64;
/** Columns of a matrix; further ones are left out, and this is said. */
export const MATRIX_COLUMNS_MAX = 256;
/** Numbers held at once for the matrices: bounds the rows of the sample for wide tables. */
export const MATRIX_CELLS_MAX = 16_000_000;
/** Texts with more different values than this take no part in the matrix of categories. */
export const CATEGORIES_MAX = 1000;
/** Different texts that are counted exactly; more are estimated. */
export const DISTINCT_TEXTS_MAX = 1_000_000;
export const SAMPLE_ROWS_DEFAULT = 200_000;

export interface ProfileRequest {
  duck: Duck;
  table: TableFile;
  /** Class column; default: that of the table. */
  label?: string;
  /** Columns that are wanted; default: all. */
  columns?: readonly string[];
  /** Rows that the matrices are made of, where the table has more. */
  sampleRows?: number;
  seed?: number;
  onProgress?: (progress: { step: string; share: number }) => void;
}

export interface Profile {
  /** Of the table: "nsl@train", or a file. */
  name: string;
  rows: number;
  columns: ColumnProfile[];
  classes?: ClassesProfile;
  /** Rows that the matrices are of; `seed` is set where these are not all. */
  sample: { rows: number; seed?: number };
  /** Product-moment and rank correlation of numbers, -1 to 1; pairs of rows where both are finite. */
  pearson?: Matrix;
  spearman?: Matrix;
  /** Cramér's V of categories and the label, corrected for bias, 0 to 1. */
  cramersV?: Matrix;
  /** What each column says of the class, strongest first. */
  classTies: ClassTie[];
  /** What was left out, and why. */
  remarks: string[];
}

export interface ClassesProfile {
  column: string;
  /** Different classes. */
  count: number;
  /** Most rows first, up to CLASSES_MAX; `byClass` of histograms and values follows this order. */
  list: ClassProfile[];
  /** Rows without a class. */
  unlabelled: number;
  /** Rows of the largest class divided by those of the smallest. */
  imbalance: number;
  /** 1 where all classes are as large, towards 0 where nearly all rows are of one: entropy divided by its maximum. */
  evenness: number;
}

export interface ClassProfile {
  name: string;
  rows: number;
  share: number;
}

export type ColumnProfile = NumberColumn | TextColumn;

interface ColumnFacts {
  name: string;
  role: ColumnRole;
  unit: string;
  description: string;
  /** Rows without a value; NaN is none. */
  missing: number;
  /** Different values; `exact` is false where they were estimated (HyperLogLog, a few percent off). */
  distinct: { count: number; exact: boolean };
  /** The same in every row that has a value, or no row has one. */
  constant: boolean;
}

export interface NumberColumn extends ColumnFacts {
  /** Times are µs since 1970 UTC. */
  kind: "number" | "time";
  /** Every finite value is a whole number. */
  whole: boolean;
  infinite: number;
  zeros: number;
  negative: number;
  /** Absent where no value is finite; so are all that follow. They are of finite values. */
  mean?: number;
  /** With n - 1; absent where there are fewer than two values. */
  standardDeviation?: number;
  /** Linear between neighbours (type 7 of Hyndman and Fan, as numpy does). */
  quantiles?: Quantile[];
  histogram?: Histogram;
  /** Values that occur more than once, most rows first. */
  top: TopValue<number>[];
  byClass?: NumberOfClass[];
}

export interface TextColumn extends ColumnFacts {
  kind: "category" | "text";
  /** Most rows first. */
  top: TopValue<string>[];
  byClass?: { name: string; rows: number; missing: number }[];
}

export interface Quantile {
  share: number;
  value: number;
}

export interface TopValue<Value> {
  value: Value;
  rows: number;
  /** Rows of each class, in the order of the classes. Only of texts. */
  byClass?: number[];
}

export interface NumberOfClass {
  name: string;
  rows: number;
  missing: number;
  infinite: number;
  mean?: number;
  standardDeviation?: number;
  quantiles?: Quantile[];
}

/**
 * "values": one bin for each value, where there are few. "log": where values span three decades and more, and bins of equal
 * width would have most of them in one; zero has a bin of its own. "linear": bins of equal width.
 */
export type HistogramScale = "values" | "linear" | "log";

export interface Histogram {
  scale: HistogramScale;
  bins: HistogramBin[];
}

export interface HistogramBin {
  low: number;
  /** Not in the bin, save in the last one, and where it equals `low`. */
  high: number;
  rows: number;
  byClass?: number[];
}

export interface Matrix {
  columns: string[];
  /** NaN where it is not defined, such as for a constant. */
  values: number[][];
}

export interface ClassTie {
  column: string;
  /** Correlation ratio of numbers, Cramér's V of categories: both 0 (nothing) to 1 (everything). */
  measure: "correlation-ratio" | "cramers-v";
  value: number;
}
