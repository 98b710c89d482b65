// Reads sources of any known kind into one table of a data set.
//
// What it guarantees: every row of a source is kept, or counted as dropped with a reason, or lies in the reject file with
// its line and the reason; the sums agree. The same sources give the same bytes. Memory is bounded whatever the sources'
// size. Importers say what becomes of rows; this reads, counts, rejects and writes. Knows no project.

import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { OrbweaverError } from "../base/errors.ts";
import { counted } from "../base/number-text.ts";
import type { TableSchema } from "../feature/table.ts";
import { writeAsUtf8 } from "./csv-text.ts";
import { type Duck, fileLiteral, identifier, literal } from "./duck.ts";
import { messageOf } from "./file-error.ts";
import { IMPORTERS, importerById } from "./importers/_index.ts";
import type { ImportColumn, Importer, ImportOptions, ImportPlan, Probe } from "./importers/contract.ts";
import { type Refused, type Relation, relationOf } from "./importers/relation.ts";
import { listed } from "./listed.ts";
import { type ReadableSource, readableSource } from "./readable-source.ts";
import { RejectFile } from "./reject-file.ts";
import { stoppable } from "./stop.ts";
import type { ClassCount, DatasetColumn, DatasetRemark, DatasetSource } from "./store/contract.ts";
import { sha256OfFile } from "./store/sets.ts";
import { classCounts, copyTable, fromTable } from "./store/table-parquet.ts";

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
  /** Where secrets of servers are looked for. */
  environment?: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal;
  onProgress?: (progress: ImportProgress) => void;
}

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

/** Says from which file a row came; rules and splits ask for it. */
export const SOURCE_COLUMN = "source_file";
/** Name of the column of classes in every imported table. */
export const LABEL_COLUMN = "label";

/** @throws `rows-format`, `rows-invalid`, `import-rejects`, `schema-mismatch`, `cancelled`, and the file errors */
export async function importFiles(request: ImportRequest): Promise<ImportResult> {
  return stoppable(request.signal, async () => {
    const folder = await mkdtemp(join(tmpdir(), "orbweaver-import-"));
    const rejects = new RejectFile(request.rejects);
    try {
      const result = await importAll(request, folder, rejects);
      rejects.finish();
      return result;
    } catch (failure) {
      // What could not be taken is what a person needs to see when the import fails for it.
      const isRejects = failure instanceof OrbweaverError && failure.code === "import-rejects";
      if (isRejects) rejects.finish();
      else rejects.discard();
      throw failure;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** A source, and what is to become of it. */
interface Planned {
  source: ReadableSource;
  importer: Importer;
  plan: ImportPlan;
}

interface Part {
  planned: Planned;
  path: string;
  rows: number;
}

async function importAll(request: ImportRequest, folder: string, rejects: RejectFile): Promise<ImportResult> {
  const planned = await planAll(request, folder, rejects);
  const dropped = new Map<string, number>();
  const remarks: DatasetRemark[] = [];
  const parts: Part[] = [];
  for (const [index, one] of planned.entries()) {
    request.onProgress?.({ source: one.source.name, share: 0 });
    const path = join(folder, `part-${index}.parquet`);
    const taken = await takeSource(request, one, path, rejects);
    parts.push({ planned: one, path, rows: taken.rows });
    for (const [reason, rows] of taken.dropped) dropped.set(reason, (dropped.get(reason) ?? 0) + rows);
    for (const remark of taken.remarks) remarks.push({ ...remark, source: one.source.name });
  }
  const { columns, schema } = await joinParts(request, parts, remarks);
  const from = fromTable(request.out);
  const label = columns.find((column) => column.role === "label")?.name;
  if (schema !== undefined) remarks.push(...(await unknownCategories(request.duck, from, schema)));
  const sources: DatasetSource[] = [];
  for (const { planned: one, rows } of parts) {
    const { name, file, probe: found } = one.source;
    const identity = file === undefined ? {} : { sha256: await sha256OfFile(file), bytes: found.bytes };
    sources.push({ name, ...identity, importer: one.importer.id, rows });
  }
  return {
    columns,
    ...(schema === undefined ? {} : { schema }),
    ...(label === undefined ? {} : { label, classes: await classCounts(request.duck, from, label) }),
    rows: parts.reduce((sum, part) => sum + part.rows, 0),
    sources,
    remarks,
    dropped: [...dropped].map(([reason, rows]) => ({ reason, rows })),
    rejected: rejects.rows,
  };
}

// --- planning -----------------------------------------------------------------------------------------------

/** Plans every source. Where they are of several schemas, the one with the fewest columns is asked of all. */
async function planAll(request: ImportRequest, folder: string, rejects: RejectFile): Promise<Planned[]> {
  const planned: Planned[] = [];
  for (const source of request.sources) planned.push(await planOne(request, source, folder, rejects));
  const schemas = planned.flatMap(({ plan }) => (plan.schema === undefined ? [] : [plan.schema]));
  const narrowest = schemas.reduce<TableSchema | undefined>(
    (least, schema) => (least === undefined || schema.columns.length < least.columns.length ? schema : least),
    undefined,
  );
  if (narrowest === undefined || schemas.every(({ id }) => id === narrowest.id)) return planned;
  const options = { ...request.options, schema: narrowest.id };
  return planned.map((one) =>
    one.plan.schema?.id === narrowest.id
      ? one
      : { ...one, plan: one.importer.plan(one.source.probe, options) },
  );
}

async function planOne(
  request: ImportRequest,
  named: string,
  folder: string,
  rejects: RejectFile,
): Promise<Planned> {
  const { as, duck, signal, environment, onProgress } = request;
  const source = await readableSource({
    name: named,
    folder,
    as,
    measurement: request.options.measurement,
    environment: environment ?? {},
    rejects,
    duck,
    signal,
    onRows: (rows) => onProgress?.({ source: basename(named), rows }),
  });
  const wanted = source.importer ?? as;
  const importer =
    wanted === undefined ? IMPORTERS.find((one) => one.recognises(source.probe)) : importerById(wanted);
  if (importer === undefined) {
    throw new OrbweaverError("rows-format", `'${source.name}' is of no known kind of rows, expected a table`);
  }
  return { source, importer, plan: importer.plan(source.probe, request.options) };
}

// --- taking rows --------------------------------------------------------------------------------------------

interface Taken {
  rows: number;
  dropped: Map<string, number>;
  remarks: DatasetRemark[];
}

async function takeSource(
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
    ? await countRows(request, source, relation.from, plan, relation.drops, rejects)
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
  const values = plan.columns.map(({ name, sql }) => `${sql} AS ${identifier(name)}`);
  const where = [...drops, ...plan.rejects].map(({ sql }) => `NOT coalesce((${sql}), false)`);
  const select =
    `SELECT ${values.join(", ")}, ${literal(basename(source.name))} AS ${identifier(SOURCE_COLUMN)} FROM ${from}` +
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
  from: string,
  plan: ImportPlan,
  drops: ImportPlan["drops"],
  rejects: RejectFile,
): Promise<{ dropped: Map<string, number>; remarks: DatasetRemark[]; rejected: number }> {
  const { duck } = request;
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
  if (rejected > 0) await rejectRows(duck, source, from, reason, drops.length, reasons, rejects);
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
  from: string,
  reason: string,
  first: number,
  reasons: readonly { reason: string }[],
  rejects: RejectFile,
): Promise<void> {
  const result = await duck.connection.stream(
    `SELECT place, reason, text FROM (SELECT row_number() OVER () AS place, ${reason} AS reason, to_json(r)::VARCHAR AS text FROM ${from} r) WHERE reason >= ${first}`,
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

// --- putting parts together ---------------------------------------------------------------------------------

/** Writes the parts as one table. Columns that a part lacks are missing there. */
async function joinParts(
  request: ImportRequest,
  parts: readonly Part[],
  remarks: DatasetRemark[],
): Promise<{ columns: DatasetColumn[]; schema?: TableSchema }> {
  const first = parts[0].planned.plan;
  if (parts.length === 1) {
    await rename(parts[0].path, request.out).catch(async () => {
      await copyTable(request.duck, `FROM ${fromTable(parts[0].path)}`, request.out, {
        columns: columnsOf(first),
        schema: first.schema,
      });
    });
    return { columns: columnsOf(first), ...(first.schema === undefined ? {} : { schema: first.schema }) };
  }
  const columns: DatasetColumn[] = [];
  for (const { planned } of parts) {
    for (const column of columnsOf(planned.plan)) addColumn(columns, column, planned.source, remarks);
  }
  const source = columns.findIndex(({ name }) => name === SOURCE_COLUMN);
  columns.push(...columns.splice(source, 1));
  const schema = parts.every(({ planned }) => planned.plan.schema?.id === first.schema?.id)
    ? first.schema
    : undefined;
  const selects = parts.map(({ path, planned }) => {
    const own = new Map(columnsOf(planned.plan).map((column) => [column.name, column]));
    const values = columns.map(
      (column) => `${columnSql(own.get(column.name), column)} AS ${identifier(column.name)}`,
    );
    return `SELECT ${values.join(", ")} FROM ${fromTable(path)}`;
  });
  await copyTable(request.duck, selects.join(" UNION ALL "), request.out, { columns, schema });
  for (const { planned } of parts) {
    const own = new Set(planned.plan.columns.map(({ name }) => name));
    const lacked = columns.filter(({ name }) => name !== SOURCE_COLUMN && !own.has(name));
    if (lacked.length === 0) continue;
    remarks.push({
      source: planned.source.name,
      what: `lacks ${lacked.length === 1 ? "a column" : `${lacked.length} columns`} of the others, missing there: ${listed(lacked.map(({ name }) => name))}`,
    });
  }
  return { columns, ...(schema === undefined ? {} : { schema }) };
}

/** A column of a part among those of all; where one part has numbers and another text, all are text. */
function addColumn(
  columns: DatasetColumn[],
  column: DatasetColumn,
  source: ReadableSource,
  remarks: DatasetRemark[],
): void {
  const at = columns.findIndex(({ name }) => name === column.name);
  if (at < 0) columns.push(column);
  else if (columns[at].kind !== column.kind) {
    remarks.push({
      source: source.name,
      what: `column '${column.name}' is of another kind than in the others; text in all`,
    });
    columns[at] = { ...columns[at], kind: columns[at].role === "feature" ? "category" : "text" };
  }
}

function columnSql(own: DatasetColumn | undefined, wanted: DatasetColumn): string {
  const type = wanted.kind === "number" ? "DOUBLE" : wanted.kind === "time" ? "BIGINT" : "VARCHAR";
  return own === undefined ? `NULL::${type}` : `${identifier(own.name)}::${type}`;
}

function columnsOf(plan: ImportPlan): DatasetColumn[] {
  const own = plan.columns.map(({ sql: _, ...column }: ImportColumn): DatasetColumn => ({ ...column }));
  return [
    ...own,
    {
      name: SOURCE_COLUMN,
      role: "extra",
      kind: "category",
      unit: "",
      description: "Name of the file that the row came from",
    },
  ];
}

/** Values of categorical features that the schema does not know: models read them as missing. */
async function unknownCategories(duck: Duck, from: string, schema: TableSchema): Promise<DatasetRemark[]> {
  const columns = schema.columns.filter(({ kind }) => kind === "categorical");
  if (columns.length === 0) return [];
  const counts = columns.map(
    ({ name, categories }) =>
      `count(*) FILTER (WHERE ${identifier(name)} NOT IN (${categories.map(literal).join(", ")}))`,
  );
  const rows = (await duck.connection.runAndReadAll(`SELECT ${counts.join(", ")} FROM ${from}`)).getRows()[0];
  return columns.flatMap(({ name }, index) => {
    const count = Number(rows[index]);
    return count > 0
      ? [
          {
            what: `values of '${name}' that schema ${schema.id} does not know; models read them as missing`,
            count,
          },
        ]
      : [];
  });
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
