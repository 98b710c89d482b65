// What trees ask of columns, put so that a row answers with a byte: its rank among at most 254 thresholds, or the class of
// its category, of at most 128. Categories of one class go the same way at every node.
//
// Columns that are asked about more thresholds, or about sets that tell more classes apart, are here more than once.

import type { ColumnSpecification } from "../feature/table.ts";
import { CATEGORICAL, categoryCountsOf, goesLeft, LEAF, type TreeArrays } from "./trees.ts";

/** Ranks are from 0 to this; one more is left for missing values. */
const MOST_THRESHOLDS = 254;
/** A set of them is one register. */
const MOST_CLASSES = 128;

export interface ByteColumn {
  /** Index in the schema. */
  column: number;
  /** Numeric: the different ones, ascending, and 0 for -0. */
  thresholds: Float64Array;
  /** Categorical: by code, then of missing and unknown codes; empty else. */
  classes: Uint8Array;
}

export interface ByteColumns {
  columns: ByteColumn[];
  /** Which of them a node asks. */
  columnOf: Uint32Array;
  /** Numeric nodes: how many of that column's thresholds are below the node's. */
  rankOf: Uint8Array;
}

export function byteColumns(trees: TreeArrays, columns: readonly ColumnSpecification[]): ByteColumns {
  const nodes = trees.feature.length;
  const found = { columns: [], columnOf: new Uint32Array(nodes), rankOf: new Uint8Array(nodes) };
  const counts = categoryCountsOf(columns);
  const numeric: number[][] = columns.map(() => []);
  const categorical: number[][] = columns.map(() => []);
  for (let node = 0; node < nodes; node++) {
    if (trees.feature[node] === LEAF) continue;
    const asking = (trees.flags[node] & CATEGORICAL) === 0 ? numeric : categorical;
    asking[trees.feature[node]].push(node);
  }
  for (let column = 0; column < columns.length; column++) {
    addNumeric(found, trees, column, numeric[column]);
    addCategorical(found, trees, column, categorical[column], counts);
  }
  return found;
}

function addNumeric(
  { columns, columnOf, rankOf }: ByteColumns,
  { threshold }: TreeArrays,
  column: number,
  nodes: readonly number[],
): void {
  // In a set, and in a map, -0 is 0.
  const all = Float64Array.from(new Set(nodes.map((node) => threshold[node]))).sort();
  const places = new Map(Array.from(all, (number, place) => [number, place]));
  const first = columns.length;
  for (let start = 0; start < all.length; start += MOST_THRESHOLDS) {
    const thresholds = all.subarray(start, start + MOST_THRESHOLDS);
    columns.push({ column, thresholds, classes: new Uint8Array() });
  }
  for (const node of nodes) {
    const place = places.get(threshold[node])!;
    columnOf[node] = first + Math.floor(place / MOST_THRESHOLDS);
    rankOf[node] = place % MOST_THRESHOLDS;
  }
}

function addCategorical(
  { columns, columnOf }: ByteColumns,
  trees: TreeArrays,
  column: number,
  nodes: readonly number[],
  counts: Int32Array,
): void {
  const left = new Uint8Array(counts[column] + 1);
  let classes: Uint8Array | undefined;
  for (const node of nodes) {
    for (let code = 0; code < left.length; code++) left[code] = goesLeft(trees, node, code, counts) ? 1 : 0;
    if (!classes || !partClasses(classes, left)) {
      classes = left.slice();
      columns.push({ column, thresholds: new Float64Array(), classes });
    }
    columnOf[node] = columns.length - 1;
  }
}

/** Parts classes whose codes do not all go the same way; false, with nothing done, where that makes too many. */
function partClasses(classes: Uint8Array, left: Uint8Array): boolean {
  const parted = new Uint8Array(classes.length);
  const numbers = new Int16Array(2 * MOST_CLASSES).fill(-1);
  let count = 0;
  for (let code = 0; code < classes.length; code++) {
    const place = 2 * classes[code] + left[code];
    if (numbers[place] < 0) {
      if (count === MOST_CLASSES) return false;
      numbers[place] = count++;
    }
    parted[code] = numbers[place];
  }
  classes.set(parted);
  return true;
}
