// Training rows in the kernels' memory: codes by column and by row, labels, equal rows as one, and what a column's bins mean.

import { binStride, type Feature } from "../bins.ts";
import { FOREST_JOB, type ForestWorkspace, HEAVIEST_ENTRY, PACK_ROWS, RECORD_BYTES } from "./kernels.ts";

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

/**
 * Packs binned rows, in order of the columns' names as `binColumns` left them in the workspace. `labels`, numbered among the
 * classes that occur, belong to the rows of `features`.
 */
export function packForestDataset(
  workspace: ForestWorkspace,
  features: readonly Feature[],
  labels: Uint16Array,
  classCount: number,
): ForestDataset {
  const rowCount = labels.length;
  const codes = writeCodes(workspace, features, labels);
  const merged = mergeEqualRows(workspace, codes, rowCount, features.length);
  const groupCount = merged?.groupCount ?? rowCount;
  const rowsOfGroup = merged?.rowsOfGroup ?? written(workspace, new Uint32Array(rowCount).fill(1));
  const record = [
    codes.byColumn,
    codes.columnBytes,
    codes.byRow,
    features.length,
    features.length,
    writeFeatures(workspace, features),
    codes.labels,
    groupCount,
    rowsOfGroup,
    merged?.groupOfRow ?? 0,
    rowCount,
    classCount,
  ];
  return {
    workspace,
    columns: features.map(({ binOfRow: _, ...column }) => column),
    rowCount,
    groupCount,
    classCount,
    entryCount: groupCount + Math.ceil(rowCount / HEAVIEST_ENTRY),
    rowsOfGroup: workspace.wordsAt(rowsOfGroup, groupCount).slice(),
    labelOfGroup: merged ? labelsAt(workspace, codes.labels, groupCount) : labels,
    record,
  };
}

/** Addresses of codes by column and by row (large nodes read the former, small ones the latter), hashes and labels. */
interface WrittenCodes {
  byColumn: number;
  columnBytes: number;
  byRow: number;
  hashes: number;
  labels: number;
}

function writeCodes(
  workspace: ForestWorkspace,
  features: readonly Feature[],
  labels: Uint16Array,
): WrittenCodes {
  const rowCount = labels.length;
  const columnBytes = binStride(rowCount);
  const byColumn = features[0].binOfRow.byteOffset;
  const byRow = workspace.take(rowCount * features.length);
  const hashes = workspace.take(rowCount * 4);
  const labelsAt = written(workspace, labels);
  const job = [byColumn, columnBytes, byRow, features.length, rowCount, hashes, labelsAt];
  workspace.run(FOREST_JOB.pack, job, Math.ceil(rowCount / PACK_ROWS));
  return { byColumn, columnBytes, byRow, hashes, labels: labelsAt };
}

/** Rows and group of each row of the distinct rows, if they are few enough; then only these stay in the codes. */
function mergeEqualRows(
  workspace: ForestWorkspace,
  { byColumn, columnBytes, byRow, hashes, labels }: WrittenCodes,
  rowCount: number,
  columns: number,
): { groupCount: number; rowsOfGroup: number; groupOfRow: number } | undefined {
  const rowsOfGroup = workspace.take(rowCount * 4);
  const groupOfRow = workspace.take(rowCount * 4);
  return workspace.borrow(() => {
    let slotCount = 16;
    while (slotCount < rowCount * 2) slotCount *= 2;
    const [slots, firstRows] = [workspace.take(slotCount * 4), workspace.take(rowCount * 4)];
    const merge = [
      byRow,
      columns,
      rowCount,
      hashes,
      labels,
      slots,
      slotCount,
      groupOfRow,
      firstRows,
      rowsOfGroup,
    ];
    const groupCount = workspace.runOne(FOREST_JOB.merge, merge, 10);
    if (groupCount > rowCount * MERGE_AT_MOST) return undefined;
    const keep = [byColumn, columnBytes, byRow, columns, groupCount, firstRows, labels];
    workspace.run(FOREST_JOB.keep, keep, columns + 1);
    return { groupCount, rowsOfGroup, groupOfRow };
  });
}

function labelsAt({ bytes }: ForestWorkspace, at: number, count: number): Uint16Array {
  return new Uint16Array(bytes.slice(at, at + count * 2).buffer);
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
