// Splits of a table by one column into two sides, found over bins of its values. For the rules that scores are held against.
//
// A number is split at a threshold, with missing values on the better side; a category is split from the rest. Knows no tree.

import type { ColumnSpecification, LabelledTable } from "../feature/table.ts";
import { type BinEdges, binEdges, binOf } from "./column-trees.ts";

/** Rows that splits are chosen on; larger tables are thinned evenly. */
const ROWS_MAX = 100_000;
/** Bins of a column of numbers, each of which may end at a threshold. */
const BINS_MAX = 254;

export interface BinnedColumn {
  specification: ColumnSpecification;
  /** Of numbers. */
  edges: BinEdges;
  /** Of each row. Bin 0 is that of missing values, and of categories that the schema does not know. */
  bins: Uint16Array;
  binCount: number;
}

export interface BinnedTable {
  classes: readonly string[];
  labels: Int32Array;
  columns: readonly BinnedColumn[];
}

export interface Split {
  column: number;
  /** Of each bin: 1 where it goes left. */
  left: Uint8Array;
  /** Of numbers: the largest value that goes left, and whether missing ones do. */
  threshold: number;
  isMissingLeft: boolean;
  /** Of categories: the code that goes left; -1 for the unknown ones. Undefined for numbers. */
  category?: number;
  /** Accuracy: rows of the larger class of each side. Gini: sum over sides of squared class counts over rows. */
  worth: number;
}

export type Criterion = "accuracy" | "gini";

export function binnedTable(table: LabelledTable): BinnedTable {
  const step = Math.max(1, Math.ceil(table.rowCount / ROWS_MAX));
  const rows = Math.ceil(table.rowCount / step);
  const thinned = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: rows }, (_, at) => values[at * step]);
  return {
    classes: table.classes,
    labels: Int32Array.from({ length: rows }, (_, at) => table.labels[at * step]),
    columns: table.schema.columns.map((specification, column) =>
      specification.kind === "categorical"
        ? binnedCategories(specification, thinned(table.values[column]))
        : binnedNumbers(specification, thinned(table.values[column])),
    ),
  };
}

function binnedNumbers(specification: ColumnSpecification, values: Float64Array): BinnedColumn {
  const edges = binEdges(values, BINS_MAX);
  const bins = Uint16Array.from(values, (value) => binOf(edges, value));
  return { specification, edges, bins, binCount: edges.length + 2 };
}

function binnedCategories(specification: ColumnSpecification, values: Float64Array): BinnedColumn {
  const most = specification.categories.length;
  const bins = Uint16Array.from(values, (value) =>
    Number.isInteger(value) && value >= 0 && value < most ? value + 1 : 0,
  );
  return { specification, edges: new Float64Array(0), bins, binCount: most + 1 };
}

/** Rows by bin and class: `bin * classes + class`. */
export function tallyColumn({ classes, labels, columns }: BinnedTable, column: number): Float64Array {
  const { bins, binCount } = columns[column];
  const tally = new Float64Array(binCount * classes.length);
  for (let row = 0; row < bins.length; row++) tally[bins[row] * classes.length + labels[row]]++;
  return tally;
}

/** The best split of a column; undefined where all its rows go to one side. */
export function bestSplit(
  binned: BinnedTable,
  column: number,
  tally: Float64Array,
  criterion: Criterion,
): Split | undefined {
  return binned.columns[column].specification.kind === "categorical"
    ? bestCategory(binned, column, tally, criterion)
    : bestThreshold(binned, column, tally, criterion);
}

function bestThreshold(
  { classes, columns }: BinnedTable,
  column: number,
  tally: Float64Array,
  criterion: Criterion,
): Split | undefined {
  const { edges, binCount } = columns[column];
  const missing = tally.subarray(0, classes.length);
  const present = totals(tally.subarray(classes.length), classes.length);
  const hasMissing = missing.some((rows) => rows > 0);
  const below = new Float64Array(classes.length);
  let best = { worth: 0, cut: 0, isMissingLeft: false };
  for (let bin = 1; bin + 1 < binCount; bin++) {
    for (let index = 0; index < classes.length; index++) below[index] += tally[bin * classes.length + index];
    const above = difference(present, below);
    for (const isMissingLeft of hasMissing ? [false, true] : [false]) {
      const left = isMissingLeft ? sum(below, missing) : below;
      const right = isMissingLeft ? above : sum(above, missing);
      if (isEmpty(left) || isEmpty(right)) continue;
      const worth = worthOf(left, criterion) + worthOf(right, criterion);
      if (worth > best.worth) best = { worth, cut: bin, isMissingLeft };
    }
  }
  if (best.cut === 0) return undefined;
  const left = Uint8Array.from({ length: binCount }, (_, bin) =>
    bin === 0 ? Number(best.isMissingLeft) : Number(bin <= best.cut),
  );
  return { column, left, threshold: edges[best.cut - 1], ...best };
}

function bestCategory(
  { classes, columns }: BinnedTable,
  column: number,
  tally: Float64Array,
  criterion: Criterion,
): Split | undefined {
  const { binCount } = columns[column];
  const all = totals(tally, classes.length);
  let best = { worth: 0, bin: -1 };
  for (let bin = 0; bin < binCount; bin++) {
    const own = tally.subarray(bin * classes.length, (bin + 1) * classes.length);
    const others = difference(all, own);
    if (isEmpty(own) || isEmpty(others)) continue;
    const worth = worthOf(own, criterion) + worthOf(others, criterion);
    if (worth > best.worth) best = { worth, bin };
  }
  if (best.bin < 0) return undefined;
  const left = Uint8Array.from({ length: binCount }, (_, bin) => Number(bin === best.bin));
  const category = best.bin - 1;
  return { column, left, threshold: Number.NaN, isMissingLeft: category < 0, category, worth: best.worth };
}

/** Rows of the majority class of each bin: what a table of categories tells at most. */
export function lookupWorth(tally: Float64Array, classes: number): number {
  let worth = 0;
  for (let at = 0; at < tally.length; at += classes)
    worth += worthOf(tally.subarray(at, at + classes), "accuracy");
  return worth;
}

function worthOf(counts: Float64Array, criterion: Criterion): number {
  if (criterion === "accuracy") return counts[largest(counts)];
  let rows = 0;
  let squares = 0;
  for (const count of counts) {
    rows += count;
    squares += count * count;
  }
  return squares / rows;
}

/** Whether a row of a table, column by column, goes left. */
export function applySplit(split: Split, values: readonly ArrayLike<number>[], row: number): boolean {
  const value = values[split.column][row];
  if (split.category === undefined)
    return Number.isNaN(value) ? split.isMissingLeft : value <= split.threshold;
  if (split.category >= 0) return value === split.category;
  return !(Number.isInteger(value) && value >= 0 && value < split.left.length - 1);
}

/** "size <= 40", "size <= 40 or missing", "service is http". */
export function splitText({ columns }: BinnedTable, split: Split): string {
  const { name, categories } = columns[split.column].specification;
  if (split.category === undefined)
    return `${name} <= ${split.threshold}${split.isMissingLeft ? " or missing" : ""}`;
  return split.category < 0 ? `${name} is unknown` : `${name} is ${categories[split.category]}`;
}

export function countClasses(labels: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label]++;
  return counts;
}

/** Index of the largest number; ties go to the first. */
export function largest(counts: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < counts.length; index++) if (counts[index] > counts[best]) best = index;
  return best;
}

function totals(tally: Float64Array, classes: number): Float64Array {
  const found = new Float64Array(classes);
  for (let at = 0; at < tally.length; at++) found[at % classes] += tally[at];
  return found;
}

function sum(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, index) => value + b[index]);
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, index) => value - b[index]);
}

function isEmpty(counts: Float64Array): boolean {
  return counts.every((rows) => rows === 0);
}
