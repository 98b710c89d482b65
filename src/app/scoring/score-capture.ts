// A capture and a model in, a table of verdicts out, one row for each flow with who it was. As score-rows.ts does it for rows.

import { OrbweaverError } from "../../base/errors.ts";
import type { BlockColumn } from "../../dataset/orbrows.ts";
import { IDENTITY_COLUMNS, type RowBatch } from "../../feature/row.ts";
import { meteredSchema } from "../detect.ts";
import { checkLedger, type Ledger } from "../ledger.ts";
import { meterCaptures } from "../meter-capture.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import type { ScoreOptions, ScoreResult } from "./score-rows.ts";
import { type BesideColumn, VerdictTable } from "./verdict-table.ts";

export interface ScoreCaptureOptions extends ScoreOptions {
  capture: string;
}

const IDENTITY: readonly BesideColumn[] = IDENTITY_COLUMNS.map(
  (column): BesideColumn => ({ ...column, role: "identity" }),
);

/** @throws `schema-mismatch` for models that captures are not metered for, what reading captures throws, `cancelled` */
export async function scoreCapture(options: ScoreCaptureOptions): Promise<ScoreResult & { ledger: Ledger }> {
  const { model, capture, work, out, signal, onProgress } = options;
  const schema = meteredSchema(model.manifest);
  const before = await readCheckpoint(work);
  if (before !== undefined) options.onResume?.(before.counts.rows);
  const table = new VerdictTable(
    { ...options, beside: IDENTITY, folder: work, parts: before?.parts ?? 0 },
    before?.counts,
  );
  const done = before?.counts.rows ?? 0;
  let seen = 0;
  const takeRows = async (batch: Kept): Promise<void> => {
    for (let at = 0; at < batch.rows; ) {
      const some = Math.min(batch.rows - at, table.room());
      const values = batch.values.subarray(at * schema.columns.length, (at + some) * schema.columns.length);
      table.add(values, some, batch.identity, at);
      at += some;
      if (!table.isFull()) continue;
      await table.flush();
      await writeCheckpoint(work, { parts: table.parts, counts: table.counts });
    }
  };
  // The batch is reused, and parts are written one behind the other.
  let writing: Promise<void> = Promise.resolve();
  const run = await meterCaptures({
    captures: [capture],
    schema,
    signal,
    onRows: (batch) => {
      const first = Math.max(0, Math.min(batch.count, done - seen));
      seen += batch.count;
      if (first === batch.count) return;
      const kept = keptRows(batch, first);
      writing = writing.then(() => takeRows(kept));
      return writing;
    },
    onProgress: ({ bytesRead, bytesTotal }) =>
      onProgress({ rows: seen, share: bytesTotal ? Math.min(0.99, bytesRead / bytesTotal) : undefined }),
  });
  if (run.cancelled) throw new OrbweaverError("cancelled", "scoring was cancelled");
  await writing;
  await table.finish(out);
  const remarks = run.captures.flatMap(({ problems }) => problems.map(({ message }) => message));
  return {
    counts: table.counts,
    threshold: table.threshold,
    remarks: [...remarks, ...checkLedger(run.ledger)],
    ledger: run.ledger,
  };
}

interface Kept {
  rows: number;
  values: Float64Array;
  identity: BlockColumn[];
}

function keptRows(batch: RowBatch, first: number): Kept {
  const rows = batch.count - first;
  const found = Array.from({ length: rows }, (_, row) => batch.identity(first + row));
  return {
    rows,
    values: batch.values.slice(first * batch.columnCount, batch.count * batch.columnCount),
    identity: [
      Float64Array.from(found, ({ flow }) => flow),
      found.map(({ communityId }) => communityId),
      Float64Array.from(found, ({ startUs }) => startUs),
      Float64Array.from(found, ({ endUs }) => endUs),
      found.map(({ sourceAddress }) => sourceAddress),
      Float64Array.from(found, ({ sourcePort }) => sourcePort),
      found.map(({ destinationAddress }) => destinationAddress),
      Float64Array.from(found, ({ destinationPort }) => destinationPort),
      found.map(({ transport }) => transport),
      found.map(({ endReason }) => endReason),
    ],
  };
}
