// What an import is asked for, and what it tells.

import type { TableSchema } from "../feature/table.ts";
import type { Duck } from "./duck.ts";
import type { ImportOptions } from "./importers/contract.ts";
import type { ClassCount, DatasetColumn, DatasetRemark, DatasetSource } from "./store/contract.ts";

export interface ImportRequest {
  /** Files, and addresses of servers (influx://…). */
  sources: readonly string[];
  /** Id of an importer; told by content where absent. */
  as?: string;
  options: ImportOptions;
  /** The import fails when a greater share of the rows of a source cannot be taken. */
  rejectShareMax: number;
  /** Parquet file to write; it appears whole or not at all. */
  out: string;
  /** Where rows go that cannot be taken; the file appears only when there are some. */
  rejects: string;
  duck: Duck;
  /** Turns a capture into a file of rows; without it, captures are refused. Returns what to say of it. */
  meterCapture?: MeterCapture;
  /** Where secrets of servers are looked for. */
  environment?: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal;
  onProgress?: (progress: ImportProgress) => void;
}

/** Meters a capture into the row file `out` (.orbrows). */
export type MeterCapture = (capture: string, out: string) => Promise<DatasetRemark[]>;

export interface ImportProgress {
  source: string;
  /** From 0 to 1, of this source; undefined where it is not known. */
  share?: number;
  /** Rows so far, of sources whose length is not known. */
  rows?: number;
}

export interface ImportResult {
  columns: DatasetColumn[];
  schema?: TableSchema;
  label?: string;
  rows: number;
  classes?: ClassCount[];
  sources: DatasetSource[];
  remarks: DatasetRemark[];
  /** Rows left out, by reason. */
  dropped: { reason: string; rows: number }[];
  rejected: number;
}
