// How fast rows of the `flow` schema are written and read back, in every format.
//
//   npx tsx bench/rows.ts CAPTURE… [--rows 300000] [--format csv,jsonl,parquet,orbrows] [--folder DIR]
//
// The captures are metered once; their rows are then written over and over. Prints rows and megabytes per second, the
// CPU time used, and the peak memory of the process so far: name one format at a time to learn its memory.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { meterCaptures } from "../src/app/meter-capture.ts";
import { readTable } from "../src/dataset/row-reader.ts";
import { openRowWriter, ROW_FORMATS, type RowFormat } from "../src/dataset/row-writer.ts";
import { RowBatch } from "../src/feature/row.ts";
import { flowSchema } from "../src/feature/schemas/flow.ts";

const { values: flags, positionals: captures } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: "string", default: "300000" },
    format: { type: "string", default: ROW_FORMATS.join(",") },
    folder: { type: "string" },
  },
});
const ROWS_KEPT = 32_768;

const batch = await rowsOf(captures);
if (batch.count === 0) throw new Error("name captures that hold flows");
const folder = mkdtempSync(join(flags.folder ?? tmpdir(), "orbweaver-rows-"));
try {
  console.log(
    `${batch.count} distinct rows of ${flowSchema.columns.length} features, written again and again`,
  );
  for (const format of flags.format.split(",") as RowFormat[])
    await measureFormat(format, Number(flags.rows));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function rowsOf(paths: readonly string[]): Promise<RowBatch> {
  const kept = new RowBatch(flowSchema, ROWS_KEPT);
  await meterCaptures({ captures: paths, schema: flowSchema, onRows: (rows) => keep(rows, kept) });
  return kept;
}

function keep(rows: RowBatch, kept: RowBatch): void {
  const count = Math.min(rows.count, kept.capacity - kept.count);
  const at = kept.count;
  kept.values.set(rows.values.subarray(0, count * rows.columnCount), at * rows.columnCount);
  kept.addresses.set(rows.addresses.subarray(0, count * 8), at * 8);
  kept.ports.set(rows.ports.subarray(0, count * 2), at * 2);
  for (const name of ["flow", "startUs", "endUs", "protocol", "reason"] as const) {
    kept[name].set(rows[name].subarray(0, count), at);
  }
  kept.count += count;
}

async function measureFormat(format: RowFormat, rows: number): Promise<void> {
  const path = join(folder, `rows.${format}`);
  const write = await timed(async () => {
    const writer = await openRowWriter(path, flowSchema);
    for (let done = 0; done < rows; done += batch.count) await writer.write(batch);
    return writer.close();
  });
  report(`write ${format}`, write.result.rows, write.result.bytes, write);
  const read = await timed(() => readTable(path, { knownSchemas: [flowSchema] }));
  report(`read ${format}`, read.result.table.rowCount, write.result.bytes, read);
}

interface Timed<T> {
  result: T;
  wallMs: number;
  cpuMs: number;
}

async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const result = await work();
  const wallMs = performance.now() - started;
  const used = process.cpuUsage(cpu);
  return { result, wallMs, cpuMs: (used.user + used.system) / 1000 };
}

function report(what: string, rows: number, bytes: number, { wallMs, cpuMs }: Timed<unknown>): void {
  const perSecond = Math.round((rows / wallMs) * 1000);
  const memory = Math.round((rows * flowSchema.columns.length * 8) / wallMs / 1000);
  const file = Math.round(bytes / wallMs / 1000);
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `${what.padEnd(14)} ${String(perSecond).padStart(9)} rows/s  ${memory} MB/s of values  ${file} MB/s of file  ` +
      `${Math.round(bytes / rows)} bytes a row  CPU ${Math.round(cpuMs)} of ${Math.round(wallMs)} ms  peak ${peak} MiB`,
  );
}
