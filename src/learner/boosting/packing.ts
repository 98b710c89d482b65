// Less to sum, same sums: columns with few joint values share one code column, and equal rows become one.
//
// Joining is exact: the histogram of a joint code column, summed over the codes of a bin, is the histogram of the bin,
// since integer sums do not depend on the order. (LightGBM bundles columns that exclude each other; a dictionary of
// observed combinations also joins those that do not.) Merging: rows with equal codes and label have equal gradients
// for ever; one row with their number as its weight and count stands for them, exact up to the rounding of gradients.

import type { Feature } from "../bins.ts";

/** Codes in a column; a byte. */
const CODE_LIMIT = 256;
/** How many columns a feature tries to join before it gets its own. */
const JOIN_ATTEMPTS = 8;

/** A code column and the features that can be read from it. */
export interface CodeColumn {
  codes: number;
  codeOfRow: Uint8Array;
  members: { feature: number; binOfCode: Uint8Array }[];
}

/** Joins features into as few code columns as a quick search finds. */
export function packColumns(features: readonly Feature[]): CodeColumn[] {
  const order = [...features.keys()].sort((a, b) => binCount(features[a]) - binCount(features[b]) || a - b);
  const columns: CodeColumn[] = [];
  const scratch = { codeOfPair: new Int16Array(CODE_LIMIT * CODE_LIMIT), pairs: new Int32Array(CODE_LIMIT) };
  for (const index of order) {
    const joined = columns
      .slice(-JOIN_ATTEMPTS)
      .some((column) => join(column, features[index], index, scratch));
    if (!joined) columns.push(ownColumn(features[index], index));
  }
  return columns;
}

function binCount(feature: Feature): number {
  return feature.bins + (feature.hasMissing ? 1 : 0);
}

function ownColumn(feature: Feature, index: number): CodeColumn {
  const codes = feature.bins + 1;
  const binOfCode = new Uint8Array(CODE_LIMIT);
  for (let code = 0; code < CODE_LIMIT; code++) binOfCode[code] = code;
  return { codes, codeOfRow: feature.binOfRow, members: [{ feature: index, binOfCode }] };
}

interface JoinScratch {
  codeOfPair: Int16Array;
  /** Pairs of old code and bin, in order of their new codes. */
  pairs: Int32Array;
}

/** Puts a feature into a column when their observed combinations fit into a byte; otherwise changes nothing. */
function join(column: CodeColumn, feature: Feature, index: number, scratch: JoinScratch): boolean {
  const bins = feature.bins + 1;
  const count = numberPairs(column, feature, bins, scratch);
  if (count === 0) return false;
  const { codeOfPair, pairs } = scratch;
  const codeOfRow = new Uint8Array(column.codeOfRow.length);
  const [oldCodes, oldBins] = [column.codeOfRow, feature.binOfRow];
  for (let row = 0; row < codeOfRow.length; row++)
    codeOfRow[row] = codeOfPair[oldCodes[row] * bins + oldBins[row]];
  for (const member of column.members) {
    const old = member.binOfCode;
    member.binOfCode = new Uint8Array(CODE_LIMIT);
    for (let code = 0; code < count; code++) member.binOfCode[code] = old[Math.floor(pairs[code] / bins)];
  }
  const binOfCode = new Uint8Array(CODE_LIMIT);
  for (let code = 0; code < count; code++) binOfCode[code] = pairs[code] % bins;
  column.members.push({ feature: index, binOfCode });
  column.codes = count;
  column.codeOfRow = codeOfRow;
  return true;
}

/** Numbers the observed pairs of code and bin; returns how many there are, or 0 when there are too many. */
function numberPairs(column: CodeColumn, feature: Feature, bins: number, scratch: JoinScratch): number {
  const { codeOfPair, pairs } = scratch;
  codeOfPair.fill(-1, 0, column.codes * bins);
  const [oldCodes, oldBins] = [column.codeOfRow, feature.binOfRow];
  let count = 0;
  for (let row = 0; row < oldCodes.length; row++) {
    const pair = oldCodes[row] * bins + oldBins[row];
    if (codeOfPair[pair] >= 0) continue;
    if (count === CODE_LIMIT) return 0;
    codeOfPair[pair] = count;
    pairs[count++] = pair;
  }
  return count;
}

/** Distinct rows: one representative of each, in order of first appearance, and how many rows it stands for. */
export interface MergedRows {
  representatives: Int32Array;
  counts: Uint32Array;
}

/** Merges rows that have equal codes in all columns and equal labels. */
export function mergeRows(columns: readonly CodeColumn[], labels: Int32Array): MergedRows {
  const hashes = hashRows(columns, labels);
  const rowCount = labels.length;
  let slots = 16;
  while (slots < rowCount * 2) slots *= 2;
  const groupOfSlot = new Int32Array(slots).fill(-1);
  const representatives = new Int32Array(rowCount);
  const counts = new Uint32Array(rowCount);
  let groups = 0;
  for (let row = 0; row < rowCount; row++) {
    let slot = hashes[row] & (slots - 1);
    for (;;) {
      const group = groupOfSlot[slot];
      if (group < 0) {
        groupOfSlot[slot] = groups;
        representatives[groups] = row;
        counts[groups++] = 1;
        break;
      }
      const other = representatives[group];
      if (hashes[other] === hashes[row] && equalRows(columns, labels, other, row)) {
        counts[group]++;
        break;
      }
      slot = (slot + 1) & (slots - 1);
    }
  }
  return { representatives: representatives.slice(0, groups), counts: counts.slice(0, groups) };
}

function hashRows(columns: readonly CodeColumn[], labels: Int32Array): Int32Array {
  const hashes = Int32Array.from(labels);
  for (const { codeOfRow } of columns) {
    for (let row = 0; row < hashes.length; row++) {
      const mixed = Math.imul(hashes[row] ^ codeOfRow[row], 0x9e3779b1);
      hashes[row] = mixed ^ (mixed >>> 15);
    }
  }
  return hashes;
}

function equalRows(columns: readonly CodeColumn[], labels: Int32Array, a: number, b: number): boolean {
  if (labels[a] !== labels[b]) return false;
  for (const { codeOfRow } of columns) if (codeOfRow[a] !== codeOfRow[b]) return false;
  return true;
}
