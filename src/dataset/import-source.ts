// Takes the rows of one source: reads them, sorts out those that cannot be taken, counts what is odd, and writes the rest as
// Parquet. A source is read once; a second time where its plan counts something, or rows were left out; and again where
// reading it shows that it is to be read in another way.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { OrbweaverError } from "../base/errors.ts";
import { counted } from "../base/number-text.ts";
import { writeAsUtf8 } from "./csv-text.ts";
import { type Duck, fileLiteral, identifier, literal } from "./duck.ts";
import { messageOf } from "./file-error.ts";
import type { ImportRequest } from "./import-contract.ts";
import { type Refused, type Relation, relationOf } from "./import-relation.ts";
import type { ImportColumn, Importer, ImportPlan, Probe } from "./importers/contract.ts";
import type { ReadableSource } from "./readable-source.ts";
import type { RejectFile } from "./reject-file.ts";
import type { DatasetColumn, DatasetRemark } from "./store/contract.ts";
import { copyTable, fromTable } from "./store/table-parquet.ts";

/** Says from which file a row came; rules and splits ask for it. */
export const SOURCE_COLUMN = "source_file";

/** A source, and what is to become of it. */
export interface Planned {
  source: ReadableSource;
  importer: Importer;
  /** Better known after the source was read. */
  plan: ImportPlan;
}

export interface Taken {
  rows: number;
  dropped: Map<string, number>;
  remarks: DatasetRemark[];
}

/** @throws `rows-invalid`, `import-rejects`, `file-write` */
export async function takeSource(
  request: ImportRequest,
  planned: Planned,
  out: string,
  rejects: RejectFile,
): Promise<Taken> {
  const { source, importer } = planned;
  const found = source.probe;
  let file = { path: found.path, gzip: found.gzip, header: found.records[0] ?? [] };
  let { plan } = planned;
  const notes = [...source.remarks, ...found.oddities.map((what) => ({ what }))];
  const options = { ...request.options, words: new Set<number>(), texts: new Set<number>() };
  for (;;) {
    const relation = relationOf(plan, file);
    const read = await readRelation(request, source, relation.from, out, plan, relation.drops);
    const refused = await relation.refused(request.duck);
    if (refused.encoding > 0 && file.path === found.path) {
      file = { ...file, path: await utf8Copy(request, found, out), gzip: false };
      notes.push({ what: "the file is not UTF-8; it was read as Windows-1252" });
      continue;
    }
    if (importer.learns && learnsFrom(refused, read.kept, request.rejectShareMax, options)) {
      plan = importer.plan(found, options);
      continue;
    }
    planned.plan = plan;
    return finishSource(request, planned, { relation, read, refused, notes }, rejects);
  }
}

/** Whether fields are to be read in another way, since words stand among their numbers; tells `options` which. */
function learnsFrom(
  refused: Refused,
  kept: number,
  shareMax: number,
  options: { words: Set<number>; texts: Set<number> },
): boolean {
  let learnt = false;
  for (const [field, { words, texts }] of refused.fields) {
    if (texts > shareMax * (kept + refused.rows.length) && !options.texts.has(field)) {
      options.texts.add(field);
      learnt = true;
    } else if (words > 0 && !options.words.has(field)) {
      options.words.add(field);
      learnt = true;
    }
  }
  return learnt;
}

interface ReadSource {
  relation: Relation;
  read: { seen: number; kept: number };
  refused: Refused;
  notes: DatasetRemark[];
}

async function finishSource(
  request: ImportRequest,
  { source, plan }: Planned,
  { relation, read, refused, notes }: ReadSource,
  rejects: RejectFile,
): Promise<Taken> {
  for (const row of refused.rows) rejects.add({ source: source.name, ...row });
  const dropped = new Map<string, number>();
  if (refused.headers > 0) dropped.set("repeated header", refused.headers);
  const looksAgain = read.seen > read.kept || plan.counts.length > 0;
  const facts = looksAgain
    ? await countRows(request, source, relation, plan, rejects)
    : { dropped: new Map<string, number>(), remarks: [], rejected: 0 };
  for (const [reason, rows] of facts.dropped) dropped.set(reason, (dropped.get(reason) ?? 0) + rows);
  requireFew(request, source, source.rejected + refused.rows.length + facts.rejected, read.kept);
  return { rows: read.kept, dropped, remarks: [...notes, ...plan.remarks, ...facts.remarks] };
}

/** Writes the rows that are kept; returns how many the reader gave, and how many were kept. */
async function readRelation(
  request: ImportRequest,
  source: ReadableSource,
  from: string,
  out: string,
  plan: ImportPlan,
  drops: ImportPlan["drops"],
): Promise<{ seen: number; kept: number }> {
  const { duck } = request;
  const values = plan.columns
    .filter(({ name }) => name !== SOURCE_COLUMN)
    .map(({ name, sql }) => `${sql} AS ${identifier(name)}`);
  const where = [...drops, ...plan.rejects].map(({ sql }) => `NOT coalesce((${sql}), false)`);
  const select =
    `SELECT ${values.join(", ")}, ${sourceSql(plan, source.name)} AS ${identifier(SOURCE_COLUMN)} FROM ${from}` +
    (where.length === 0 ? "" : ` WHERE ${where.join(" AND ")}`);
  const seen = await withProgress(request, source, () =>
    withScanCount(duck, () =>
      copyTable(duck, select, out, { columns: columnsOf(plan), schema: plan.schema }),
    ),
  ).catch((cause: unknown) => {
    throw readFailure(source, cause);
  });
  const kept = (
    await duck.connection.runAndReadAll(`SELECT count(*) FROM ${fromTable(out)}`)
  ).getRows()[0][0];
  return { seen, kept: Number(kept) };
}

/** A second look, at sources whose plan counts something, or of which rows were left out. */
async function countRows(
  request: ImportRequest,
  source: ReadableSource,
  relation: Relation,
  plan: ImportPlan,
  rejects: RejectFile,
): Promise<{ dropped: Map<string, number>; remarks: DatasetRemark[]; rejected: number }> {
  const { duck } = request;
  const { from, drops } = relation;
  const reasons = [...drops, ...plan.rejects];
  const cases = reasons.map(({ sql }, index) => `WHEN (${sql}) THEN ${index}`);
  const reason = cases.length === 0 ? "-1" : `CASE ${cases.join(" ")} ELSE -1 END`;
  const counts = plan.counts.map(
    ({ sql }) =>
      `count(*) FILTER (WHERE CASE WHEN reason = -1 THEN coalesce((${sql}), false) ELSE false END)`,
  );
  const dropCounts = reasons.map((_, index) => `count(*) FILTER (WHERE reason = ${index})`);
  const numbers = (
    await duck.connection.runAndReadAll(
      `SELECT ${[...dropCounts, ...counts, "count(*)"].join(", ")} FROM (SELECT *, ${reason} AS reason FROM ${from})`,
    )
  )
    .getRows()[0]
    .map(Number);
  const rejected = numbers.slice(drops.length, reasons.length).reduce((sum, count) => sum + count, 0);
  if (rejected > 0) await rejectRows(duck, source, relation, reason, drops.length, reasons, rejects);
  return {
    dropped: new Map(
      drops.flatMap((drop, index) => (numbers[index] > 0 ? [[drop.reason, numbers[index]] as const] : [])),
    ),
    remarks: plan.counts.flatMap(({ what }, index) => {
      const count = numbers[reasons.length + index];
      return count > 0 ? [{ what, count }] : [];
    }),
    rejected,
  };
}

/** Rows that SQL rejects: their place is that of a record, since DuckDB does not tell lines of these. */
async function rejectRows(
  duck: Duck,
  source: ReadableSource,
  { from, text }: Relation,
  reason: string,
  first: number,
  reasons: readonly { reason: string }[],
  rejects: RejectFile,
): Promise<void> {
  const result = await duck.connection.stream(
    `SELECT place, reason, text FROM (SELECT row_number() OVER () AS place, ${reason} AS reason, ${text} AS text FROM ${from} r) WHERE reason >= ${first}`,
  );
  for (
    let chunk = await result.fetchChunk();
    chunk !== null && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    for (const [place, index, text] of chunk.getRows()) {
      rejects.add({
        source: source.name,
        line: Number(place),
        reason: reasons[Number(index)].reason,
        text: String(text),
      });
    }
  }
}

function requireFew(request: ImportRequest, source: ReadableSource, rejected: number, kept: number): void {
  const total = rejected + kept;
  if (kept === 0 && rejected === 0)
    throw new OrbweaverError("rows-invalid", `'${source.name}' has no rows, expected some`);
  if (rejected <= request.rejectShareMax * total) return;
  const share = `${((100 * rejected) / total).toFixed(rejected === total ? 0 : 2)} %`;
  throw new OrbweaverError(
    "import-rejects",
    `'${source.name}': ${counted(rejected, "row")} of ${total} (${share}) could not be taken, at most ${100 * request.rejectShareMax} % may; they lie in '${request.rejects}'`,
  );
}

/** Columns of a plan's table: those of the plan, and the file that a row came from, unless the file tells that itself. */
export function columnsOf(plan: ImportPlan): DatasetColumn[] {
  const own = plan.columns
    .filter(({ name }) => name !== SOURCE_COLUMN)
    .map(({ sql: _, ...column }: ImportColumn): DatasetColumn => ({ ...column }));
  const description = "Name of the file that the row came from";
  return [...own, { name: SOURCE_COLUMN, role: "extra", kind: "category", unit: "", description }];
}

/** SQL of the file that a row came from. A file that was exported from a data set says it row by row. */
function sourceSql(plan: ImportPlan, name: string): string {
  const own = plan.columns.find((column) => column.name === SOURCE_COLUMN);
  const file = literal(basename(name));
  return own === undefined ? file : `coalesce((${own.sql})::VARCHAR, ${file})`;
}

// --- DuckDB -------------------------------------------------------------------------------------------------

/** Runs a query; returns how many rows its scan gave, from DuckDB's own figures. */
async function withScanCount(duck: Duck, run: () => Promise<void>): Promise<number> {
  const { connection } = duck;
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-"));
  const figures = join(folder, "profile.json");
  try {
    await connection.run(`SET enable_profiling = 'json'`);
    await connection.run(`SET profiling_output = ${literal(figures)}`);
    await run();
    await connection.run("PRAGMA disable_profiling");
    const text = await connection.runAndReadAll(`SELECT content FROM read_text(${fileLiteral(figures)})`);
    return scannedRows(JSON.parse(String(text.getRows()[0][0])) as PlanNode);
  } finally {
    await connection.run("PRAGMA disable_profiling").catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

interface PlanNode {
  operator_type?: string;
  operator_cardinality?: number;
  children?: PlanNode[];
}

function scannedRows(node: PlanNode): number {
  const own = node.operator_type === "TABLE_SCAN" ? (node.operator_cardinality ?? 0) : 0;
  return (node.children ?? []).reduce((sum, child) => sum + scannedRows(child), own);
}

/** How often progress is asked for, ms. */
const PROGRESS_INTERVAL_MS = 200;

async function withProgress<T>(
  { duck, onProgress }: ImportRequest,
  source: ReadableSource,
  run: () => Promise<T>,
): Promise<T> {
  if (onProgress === undefined) return run();
  const timer = setInterval(() => {
    const { percentage } = duck.connection.progress;
    onProgress({ source: source.name, ...(percentage >= 0 ? { share: percentage / 100 } : {}) });
  }, PROGRESS_INTERVAL_MS);
  try {
    return await run();
  } finally {
    clearInterval(timer);
  }
}

/** A copy of a text that is not UTF-8, as UTF-8. */
async function utf8Copy(request: ImportRequest, found: Probe, out: string): Promise<string> {
  const copy = `${out}.utf-8.csv`;
  await writeAsUtf8({ path: found.path, gzip: found.gzip, signal: request.signal }, copy);
  return copy;
}

function readFailure(source: ReadableSource, cause: unknown): unknown {
  if (cause instanceof OrbweaverError) return cause;
  if (cause instanceof TypeError || cause instanceof RangeError || cause instanceof ReferenceError)
    return cause;
  const message = messageOf(cause);
  if (/gzip|deflate|zlib|unexpected end|invalid block/i.test(message)) {
    return new OrbweaverError(
      "rows-invalid",
      `'${source.name}': its compressed data are damaged or end early`,
      {
        hint: "Copy the file again.",
        cause,
      },
    );
  }
  return new OrbweaverError(
    "rows-invalid",
    `'${source.name}': ${message.replace(/^[A-Z][\w ]*Error: /, "")}`,
    {
      cause,
    },
  );
}
