// Captures in, a file of feature rows out.

import { openRowWriter, type RowFormat } from "../dataset/row-writer.ts";
import { schemaById } from "../feature/row-meter.ts";
import { type CaptureProgress, type MeterRun, type MeterSettings, meterCaptures } from "./meter-capture.ts";

export { ROW_FORMATS, type RowFormat } from "../dataset/row-writer.ts";
export type { CaptureProgress, MeterRun, MeterSettings } from "./meter-capture.ts";

export interface MeterOptions extends MeterSettings {
  captures: readonly string[];
  /** Id of the schema. */
  schema: string;
  /** Row file, or "-" for standard output. */
  out: string;
  /** By the ending of `out` unless given. */
  format?: RowFormat;
  onProgress?: (progress: CaptureProgress) => void;
  signal?: AbortSignal;
}

export interface MeterResult extends MeterRun {
  written: { path: string; rows: number; bytes: number };
}

/** Meters captures into a row file. A stop through `signal` leaves a complete file of the rows so far. */
export async function meter(options: MeterOptions): Promise<MeterResult> {
  const schema = schemaById(options.schema);
  const writer = await openRowWriter(options.out, schema, { format: options.format });
  try {
    const run = await meterCaptures({ ...options, schema, onRows: (batch) => writer.write(batch) });
    return { ...run, written: await writer.close() };
  } catch (failure) {
    await writer.abort();
    throw failure;
  }
}
