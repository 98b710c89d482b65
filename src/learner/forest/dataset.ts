// Training rows in the kernels' memory: codes by column and by row, labels, equal rows as one, and what a column's bins mean.

import type { Feature } from "../bins.ts";
import { type MergedRows, mergeRows, packColumns } from "../boosting/packing.ts";
import { type ForestWorkspace, HEAVIEST_ENTRY, RECORD_BYTES } from "./kernels.ts";

/** A column that can be asked, without the bins of its rows. */
export type AskedColumn = Omit<Feature, "binOfRow">;

export interface ForestDataset {
  workspace: ForestWorkspace;
  /** In order of the columns' names: draws are made in this order. */
  columns: AskedColumn[];
  /** Rows of the table, and those of them that are told apart. */
  rowCount: number;
  groupCount: number;
  /** Classes that occur. */
  classCount: number;
  /** Entries that a tree's list of rows may have. */
  entryCount: number;
  /** Rows and label of each group. */
  rowsOfGroup: Uint32Array;
  labelOfGroup: Uint16Array;
  /** First words of the record of the table, as the kernels have it. */
  record: number[];
}

/** Merging must save this share of the rows to be worth scattered reads. */
const MERGE_AT_MOST = 0.9;

/** Packs binned rows into memory. `labels`, numbered among the classes that occur, belong to the rows of `features`. */
export function packForestDataset(
  workspace: ForestWorkspace,
  features: readonly Feature[],
  columnNames: readonly string[],
  labels: Int32Array,
  classCount: number,
): ForestDataset {
  const nameOf = (feature: Feature): string => columnNames[feature.column];
  const ordered = [...features].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const merged = mergedRows(features, labels);
  const groupCount = merged?.representatives.length ?? labels.length;
  const rows = merged?.representatives ?? Int32Array.from(labels, (_, row) => row);
  const labelOfGroup = Uint16Array.from(rows, (row) => labels[row]);
  const rowsOfGroup = merged?.counts ?? new Uint32Array(labels.length).fill(1);
  const record = [
    ...writeCodes(workspace, ordered, rows),
    ordered.length,
    writeFeatures(workspace, ordered),
    written(workspace, labelOfGroup),
    groupCount,
    written(workspace, rowsOfGroup),
    merged ? written(workspace, merged.groupOfRow) : 0,
    labels.length,
    classCount,
  ];
  return {
    workspace,
    columns: ordered.map(({ binOfRow: _, ...column }) => column),
    rowCount: labels.length,
    groupCount,
    classCount,
    entryCount: groupCount + Math.ceil(labels.length / HEAVIEST_ENTRY),
    rowsOfGroup,
    labelOfGroup,
    record,
  };
}

function mergedRows(features: readonly Feature[], labels: Int32Array): MergedRows | undefined {
  const merged = mergeRows(packColumns(features), labels);
  return merged.representatives.length <= labels.length * MERGE_AT_MOST ? merged : undefined;
}

/** Codes by column and by row: large nodes read the former, small ones the latter. */
function writeCodes(workspace: ForestWorkspace, features: readonly Feature[], rows: Int32Array): number[] {
  const columnBytes = Math.ceil(rows.length / 64) * 64;
  const byColumn = workspace.take(columnBytes * features.length);
  const byRow = workspace.take(rows.length * features.length);
  const { bytes } = workspace;
  features.forEach(({ binOfRow }, index) => {
    const column = byColumn + index * columnBytes;
    let at = byRow + index;
    for (let row = 0; row < rows.length; row++, at += features.length) {
      const bin = binOfRow[rows[row]];
      bytes[column + row] = bin;
      bytes[at] = bin;
    }
  });
  return [byColumn, columnBytes, byRow, features.length];
}

function writeFeatures(workspace: ForestWorkspace, features: readonly Feature[]): number {
  const at = workspace.take(features.length * RECORD_BYTES.feature);
  features.forEach(({ bins, hasMissing, categorical, edges }, index) => {
    const edgesAt = workspace.take(edges.byteLength);
    workspace.numbersAt(edgesAt, edges.length).set(edges);
    workspace
      .wordsAt(at + index * RECORD_BYTES.feature, 4)
      .set([bins, hasMissing ? 1 : 0, categorical ? 1 : 0, edgesAt]);
  });
  return at;
}

function written(workspace: ForestWorkspace, array: Uint16Array | Uint32Array): number {
  const at = workspace.take(array.byteLength);
  workspace
    .bytesAt(at, array.byteLength)
    .set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return at;
}
