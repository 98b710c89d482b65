// A file of rows and a model in, a table of verdicts out: read in blocks, judged, written in parts.
//
// What it guarantees: memory that does not grow with the rows; the same rows and model give the same table, also where the
// work was interrupted and goes on. Prints nothing.

import { open } from "node:fs/promises";
import { OrbweaverError } from "../../base/errors.ts";
import { withTotalsOf } from "../../dataset/apa.ts";
import type { BlockColumn } from "../../dataset/orbrows.ts";
import { type PlannedColumn, planTable } from "../../dataset/row-plan.ts";
import { openRowSource } from "../../dataset/row-reader.ts";
import type { RowSource, Selection } from "../../dataset/row-source.ts";
import { stoppable, stopWhenAsked } from "../../dataset/stop.ts";
import { SCHEMAS } from "../../feature/schemas/_index.ts";
import type { Model } from "../../model/contract.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { withNamesOf } from "./named-source.ts";
import { type BesideColumn, type VerdictCounts, VerdictTable } from "./verdict-table.ts";

export interface ScoreOptions {
  model: Model;
  threshold?: number;
  reasons: number;
  /** Folder of parts that are not brought together yet. */
  work: string;
  /** The table. */
  out: string;
  signal: AbortSignal;
  onProgress: (progress: { rows: number; share?: number }) => void;
  onResume?: (rows: number) => void;
}

export interface ScoreRowsOptions extends ScoreOptions {
  path: string;
  /** Columns of the file to write beside the verdicts. */
  keep: readonly string[];
}

export interface ScoreResult {
  counts: VerdictCounts;
  threshold: number;
  /** What the reader should know. */
  remarks: string[];
}

/** @throws what reading rows throws: `rows-format`, `rows-invalid`, `schema-mismatch`, `cancelled`; `file-write` */
export async function scoreRows(options: ScoreRowsOptions): Promise<ScoreResult> {
  return stoppable(options.signal, async () => {
    const opened = await openRowSource(options.path, options.signal);
    const { schema } = options.model.manifest;
    try {
      return await scoreSource(withNamesOf(schema, withTotalsOf(schema, opened)), options);
    } finally {
      opened.close();
    }
  });
}

async function scoreSource(source: RowSource, options: ScoreRowsOptions): Promise<ScoreResult> {
  const { model, work, out, signal, onProgress } = options;
  const plan = await planTable([source], { schema: model.manifest.schema, knownSchemas: SCHEMAS });
  const kept = options.keep.map((name) => keptColumn(source, name));
  const selection = [
    ...plan.columns.map((column) => selectionOf(source, column)),
    ...kept.map(({ wanted }) => wanted),
  ];
  const before = await readCheckpoint(work);
  if (before !== undefined) options.onResume?.(before.counts.rows);
  const table = new VerdictTable(
    { ...options, beside: kept.map(({ column }) => column), folder: work, parts: before?.parts ?? 0 },
    before?.counts,
  );
  const expected = await expectedRows(source);
  const rows = new RowMajor(plan.columns.length);
  let seen = 0;
  const takeRows = async (count: number, columns: readonly BlockColumn[]): Promise<boolean> => {
    const first = Math.max(0, Math.min(count, (before?.counts.rows ?? 0) - seen));
    seen += count;
    for (let at = first; at < count; ) {
      const some = Math.min(count - at, table.room());
      table.add(rows.of(columns, at, some), some, columns.slice(plan.columns.length), at);
      at += some;
      if (!table.isFull()) continue;
      stopWhenAsked(signal);
      await table.flush();
      await writeCheckpoint(work, { parts: table.parts, counts: table.counts });
    }
    onProgress({ rows: seen, share: expected === undefined ? undefined : Math.min(0.99, seen / expected) });
    return true;
  };
  const report = await source.scan(selection, takeRows);
  await table.finish(out);
  const dropped = [...report.dropped].map(([reason, count]) => `left out ${count} rows: ${reason}`);
  const unknown = plan.columns.flatMap(({ name }, index) =>
    report.unknown[index] > 0
      ? [`column ${name}: ${report.unknown[index]} values that the model does not know`]
      : [],
  );
  return {
    counts: table.counts,
    threshold: table.threshold,
    remarks: [...source.warnings, ...plan.warnings, ...dropped, ...unknown],
  };
}

function selectionOf(source: RowSource, { name, kind, categories }: PlannedColumn): Selection {
  const column = source.columns.findIndex((one) => one.name === name);
  return kind === "categorical" ? { column, as: "code", names: categories } : { column, as: "number" };
}

/** Throws `rows-invalid` for a column that the file does not have. */
function keptColumn(source: RowSource, name: string): { wanted: Selection; column: BesideColumn } {
  const index = source.columns.findIndex((column) => column.name === name);
  if (index < 0) throw new OrbweaverError("rows-invalid", `'${source.path}' has no column '${name}' to keep`);
  const isNumber = source.columns[index].kind === "number";
  return {
    wanted: { column: index, as: isNumber ? "number" : "text" },
    column: { name, kind: isNumber ? "number" : "text", role: "extra", description: "As in the input" },
  };
}

/** Rows of a block one behind the other, as models take them; reused. */
class RowMajor {
  readonly #columns: number;
  #values = new Float64Array(0);

  constructor(columns: number) {
    this.#columns = columns;
  }

  of(columns: readonly BlockColumn[], first: number, count: number): Float64Array {
    const width = this.#columns;
    if (this.#values.length < count * width) this.#values = new Float64Array(count * width);
    const values = this.#values;
    for (let column = 0; column < width; column++) {
      const from = columns[column] as Float64Array;
      for (let row = 0, at = column; row < count; row++, at += width) values[at] = from[first + row];
    }
    return values.subarray(0, count * width);
  }
}

/** Bytes that the length of lines is guessed from. */
const GUESS_BYTES = 1 << 16;

/** Rows of a text file by the length of its first lines; undefined where that tells nothing. */
async function expectedRows({ path, format, bytes }: RowSource): Promise<number | undefined> {
  if (format !== "csv" && format !== "jsonl" && format !== "kdd") return undefined;
  const handle = await open(path, "r");
  try {
    const start = Buffer.alloc(GUESS_BYTES);
    const { bytesRead } = await handle.read(start, 0, GUESS_BYTES, 0);
    // Compressed bytes have no lines to count.
    if (start[0] === 0x1f && start[1] === 0x8b) return undefined;
    const lines = start.subarray(0, bytesRead).reduce((count, byte) => count + Number(byte === 0x0a), 0);
    return lines === 0 ? undefined : (bytes / bytesRead) * lines;
  } finally {
    await handle.close();
  }
}
