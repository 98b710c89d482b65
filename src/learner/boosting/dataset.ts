// Training rows in the kernels' memory: code tiles, labels, weights, counts, and the buffers of one tree.

import type { Feature } from "../bins.ts";
import type { BoostingWorkspace } from "./kernels.ts";
import { type CodeColumn, mergeRows, packColumns } from "./packing.ts";

/** Most columns of a tile; a row of a tile is one eight-byte word. */
export const TILE_BYTES = 8;
/** Fewest columns of a tile, so that many threads do not make many small ones. */
const MINIMUM_TILE_COLUMNS = 3;
/** Bytes of a column's histogram, as the kernels have it. */
export const HISTOGRAM_STRIDE = 4160;
const FEATURE_BYTES = 32;
/** Merging must save this share of the rows to be worth scattered reads. */
const MERGE_AT_MOST = 0.9;

/** Where a feature's bins are found in the codes. */
export interface PackedFeature extends Feature {
  /** Code column that holds it. */
  codeColumn: number;
  /** Bin of each code of that column. */
  binOfPackedCode: Uint8Array;
}

export interface Dataset {
  workspace: BoostingWorkspace;
  features: PackedFeature[];
  /** Numbers of the features in order of their columns' names: draws are made in this order. */
  byName: number[];
  /** Distinct rows, and those they stand for. */
  rowCount: number;
  totalRows: number;
  /** `rowCount` made even: kernels take pairs of rows. */
  evenCount: number;
  codeColumns: number;
  /** Tiles and their columns; how columns are dealt out changes no result. */
  tiles: number;
  tileColumns: number;
  /** Address of the tiles. */
  codes: number;
  /** Addresses of how many codes each column has, and of the feature records. */
  codeCounts: number;
  featureRecords: number;
  /** Label (index of the active class) and count of each distinct row. */
  labels: Int32Array;
  counts: Uint32Array;
}

/** Packs binned rows into memory. `labels` belong to the rows of `features`. */
export function packDataset(
  workspace: BoostingWorkspace,
  features: Feature[],
  columnNames: readonly string[],
  labels: Int32Array,
): Dataset {
  const columns = packColumns(features);
  const tileColumns = columnsOfTile(columns.length, workspace.threads + 1);
  const merged = mergedOrAll(columns, labels);
  const rowCount = merged.representatives.length;
  const packed: PackedFeature[] = features.map((feature) => ({
    ...feature,
    codeColumn: 0,
    binOfPackedCode: new Uint8Array(),
  }));
  columns.forEach((column, codeColumn) => {
    for (const { feature, binOfCode } of column.members) {
      packed[feature].codeColumn = codeColumn;
      packed[feature].binOfPackedCode = binOfCode;
    }
  });
  const byName = [...features.keys()].sort((a, b) =>
    columnNames[features[a].column] < columnNames[features[b].column] ? -1 : 1,
  );
  return {
    workspace,
    features: packed,
    byName,
    rowCount,
    totalRows: labels.length,
    evenCount: rowCount + (rowCount & 1),
    codeColumns: columns.length,
    tiles: Math.ceil(columns.length / tileColumns),
    tileColumns,
    codes: writeTiles(workspace, columns, tileColumns, merged.representatives),
    codeCounts: writeCodeCounts(workspace, columns),
    featureRecords: writeFeatures(workspace, packed, columns, byName),
    labels: Int32Array.from(merged.representatives, (row) => labels[row]),
    counts: merged.counts,
  };
}

function mergedOrAll(columns: readonly CodeColumn[], labels: Int32Array) {
  const merged = mergeRows(columns, labels);
  if (merged.representatives.length <= labels.length * MERGE_AT_MOST) return merged;
  return {
    representatives: Int32Array.from(labels, (_, row) => row),
    counts: new Uint32Array(labels.length).fill(1),
  };
}

/** As many columns as a tile can hold, or fewer so that each thread gets as many tiles as the others. */
function columnsOfTile(columns: number, threads: number): number {
  const tiles = Math.ceil(columns / (TILE_BYTES * threads)) * threads;
  return Math.min(TILE_BYTES, Math.max(MINIMUM_TILE_COLUMNS, Math.ceil(columns / tiles)));
}

function writeTiles(
  workspace: BoostingWorkspace,
  columns: readonly CodeColumn[],
  tileColumns: number,
  rows: Int32Array,
): number {
  const tileBytes = rows.length * TILE_BYTES;
  const at = workspace.take(Math.ceil(columns.length / tileColumns) * tileBytes);
  const { bytes } = workspace;
  columns.forEach(({ codeOfRow }, index) => {
    let slot = at + Math.floor(index / tileColumns) * tileBytes + (index % tileColumns);
    for (let row = 0; row < rows.length; row++, slot += TILE_BYTES) bytes[slot] = codeOfRow[rows[row]];
  });
  return at;
}

function writeCodeCounts(workspace: BoostingWorkspace, columns: readonly CodeColumn[]): number {
  const at = workspace.take(columns.length * 4);
  workspace.wordsAt(at, columns.length).set(columns.map((column) => column.codes));
  return at;
}

function writeFeatures(
  workspace: BoostingWorkspace,
  features: PackedFeature[],
  columns: readonly CodeColumn[],
  byName: readonly number[],
): number {
  const at = workspace.take(features.length * FEATURE_BYTES);
  features.forEach((feature, index) => {
    const shared = columns[feature.codeColumn].members.length > 1;
    let decode = 0;
    if (shared) {
      decode = workspace.take(256);
      workspace.bytesAt(decode, 256).set(feature.binOfPackedCode);
    }
    workspace
      .wordsAt(at + index * FEATURE_BYTES, 7)
      .set([
        feature.codeColumn,
        decode,
        feature.bins,
        feature.hasMissing ? 1 : 0,
        feature.categorical ? 1 : 0,
        columns[feature.codeColumn].codes,
        byName.indexOf(index),
      ]);
  });
  return at;
}
