// Captures in, a file of feature rows out.

import { openRowWriter, type RowFormat } from "../dataset/row-writer.ts";
import type { NameStyle } from "../feature/published.ts";
import { schemaById } from "../feature/row-meter.ts";
import {
  type CaptureProgress,
  type LiveEvent,
  type MeterRun,
  type MeterSettings,
  meterCaptures,
} from "./meter-capture.ts";

export { ROW_FORMATS, type RowFormat } from "../dataset/row-writer.ts";
export { NAME_STYLES, type NameStyle } from "../feature/published.ts";
export type { CaptureProgress, MeterRun, MeterSettings } from "./meter-capture.ts";

export interface MeterOptions extends MeterSettings {
  captures: readonly string[];
  /** Id of the schema. */
  schema: string;
  /** Row file, or "-" for standard output. */
  out: string;
  /** By the ending of `out` unless given. */
  format?: RowFormat;
  /** Names of the columns of CSV that is laid out as a public data set; default: those of that data set. */
  names?: NameStyle;
  /** Time zone of its times, by its IANA name; default: UTC. */
  timezone?: string;
  /** What stands for a missing value in CSV; nothing by default. */
  missing?: string;
  onProgress?: (progress: CaptureProgress) => void;
  onLive?: (event: LiveEvent) => void;
  signal?: AbortSignal;
}

export interface MeterResult extends MeterRun {
  written: { path: string; rows: number; bytes: number };
}

/** Meters captures into a row file. A stop through `signal` leaves a complete file of the rows so far. */
export async function meter(options: MeterOptions): Promise<MeterResult> {
  const schema = schemaById(options.schema);
  const { format, names, timezone, missing } = options;
  const writer = await openRowWriter(options.out, schema, { format, names, timezone, missing });
  try {
    const run = await meterCaptures({
      ...options,
      schema,
      onRows: (batch) => writer.write(batch),
      onPause: () => writer.flush?.(),
    });
    return { ...run, written: await writer.close() };
  } catch (failure) {
    await writer.abort();
    throw failure;
  }
}
