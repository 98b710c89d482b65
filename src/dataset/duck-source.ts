// Rows read through DuckDB: CSV and KDD text, JSON lines, Parquet.
//
// Text files are read as text and typed by us, so that the same file gives the same table on every machine: a column is
// numeric when every value that is not missing is a number. Damaged compressed files, ragged rows and wrong values are
// errors that name the line; blank rows and repeated headers are dropped and counted.

import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBDataChunk } from "@duckdb/node-api";
import { OrbweaverError } from "../base/errors.ts";
import type { TableSchema } from "../feature/table.ts";
import { ANTINEX_SCHEMA, ANTINEX_WARNING, absentFeatures, isAntinex, isAntinexFeature } from "./antinex.ts";
import { apaTimeColumn, brokenTimesText, isBrokenTime } from "./apa.ts";
import {
  columnNamesOf,
  firstRecords,
  isDataRecord,
  isUtf8Text,
  nthRecord,
  tellDelimiter,
  writeAsUtf8,
} from "./csv-text.ts";
import {
  type Duck,
  type DuckOptions,
  doubles,
  fileLiteral,
  identifier,
  kindOf,
  literal,
  openDuck,
} from "./duck.ts";
import { messageOf, shown } from "./file-error.ts";
import { KDD_LABEL, kddColumns } from "./kdd.ts";
import type { BlockColumn } from "./orbrows.ts";
import { PARQUET_SCHEMA_KEY } from "./parquet-writer.ts";
import type { RowFileKind, TextFile } from "./row-format.ts";
import { parseSchemaText } from "./row-layout.ts";
import {
  type ColumnProfile,
  MISSING_TEXTS,
  type RowFileFormat,
  type RowSource,
  type ScanReport,
  type Selection,
  type SourceColumn,
  type TakeRows,
} from "./row-source.ts";
import { stopWhenAsked } from "./stop.ts";
import { PARQUET_COLUMNS_KEY, parseColumns } from "./store/table-parquet.ts";

/** Stands in a column of numbers for a text that is none; no measured value equals it. */
const NO_NUMBER = -1.234567890123456e300;
const NO_NUMBER_SQL = "(-1.234567890123456e300)::DOUBLE";
const NAN_SQL = "'nan'::DOUBLE";

const DROP_REASONS = ["", "blank row", "repeated header"] as const;
/** Stands in the place of the drop reason in a row behind the last one, which says that nothing is missing. */
const END_OF_ROWS = -1;

/** What is to be known about a file before DuckDB reads it. */
interface Relation {
  format: RowFileFormat;
  view: View;
  schema?: TableSchema;
  warnings: string[];
  /** The same view with text columns parsed as numbers at once, which is faster and fails on anything else. */
  typed?: (numbers: ReadonlySet<number>) => View;
  /** Columns that are numbers at the start of the file. */
  likelyNumbers?: ReadonlySet<number>;
  /** Where a record of the text stands; for messages. */
  locate?: (row: number) => Promise<string | undefined>;
  /** Removes what was made for reading. */
  close?: () => void;
}

/** How the file is seen by SQL. */
interface View {
  /** May stand behind FROM. */
  from: string;
  columns: RelationColumn[];
  /** SQL of an index into DROP_REASONS. */
  drop: string;
}

interface RelationColumn extends SourceColumn {
  /** SQL that gives the value: a text for "text", a number for "number" and "time". */
  sql: string;
  /** The same before blanks were cut off, which casting to a number does by itself. */
  raw: string;
}

export async function openDuckSource(
  path: string,
  kind: RowFileKind,
  options: DuckOptions,
): Promise<RowSource> {
  const duck = await openDuck(options);
  try {
    const relation = await RELATIONS[kind.format as keyof typeof RELATIONS](path, kind, duck);
    await tellOfTimes(relation, duck);
    return new DuckSource(path, kind.bytes, relation, duck);
  } catch (cause) {
    duck.close();
    throw duckError(path, cause);
  }
}

const RELATIONS = { csv: csvRelation, jsonl: jsonLinesRelation, parquet: parquetRelation };

// --- CSV and KDD --------------------------------------------------------------------------------------------

async function csvRelation(path: string, kind: RowFileKind, { signal }: Duck): Promise<Relation> {
  const file = { path, gzip: kind.gzip, signal };
  if (await isUtf8Text(file)) return utf8Relation(file, kind.head);
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, "utf-8.csv");
    await writeAsUtf8(file, copy);
    const relation = utf8Relation({ path: copy, gzip: false, signal }, kind.head);
    relation.warnings.push(`'${path}' is not UTF-8; it was read as Windows-1252`);
    return { ...relation, close: remove };
  } catch (cause) {
    remove();
    throw cause;
  }
}

/** Records that are looked at to guess which columns are numbers. */
const GUESS_RECORDS = 200;

function utf8Relation(file: TextFile, head: Buffer): Relation {
  const text = head.toString("utf8").replace(/^\ufeff/, "");
  const delimiter = tellDelimiter(text);
  const records = firstRecords(text, delimiter, GUESS_RECORDS).map((record) => record.fields);
  const first = records[0] ?? [];
  const kdd = kddColumns(first);
  const headless = kdd !== undefined || isDataRecord(first);
  const names = kdd ?? columnNamesOf(headless ? first.map(() => "") : first);
  const options = [
    "auto_detect = false",
    "hive_partitioning = false",
    `header = ${!headless}`,
    `delim = ${literal(delimiter)}`,
    "quote = '\"'",
    "escape = '\"'",
    `compression = ${file.gzip ? "'gzip'" : "'none'"}`,
  ].join(", ");
  const header = headless ? undefined : first;
  const antinex = !headless && isAntinex(names);
  const typed = (numbers: ReadonlySet<number>): View => {
    const view = csvView(file.path, options, names, { header, kdd, numbers });
    return antinex ? antinexView(view) : view;
  };
  return {
    format: kdd === undefined ? "csv" : "kdd",
    ...(antinex ? { schema: ANTINEX_SCHEMA } : {}),
    view: typed(new Set()),
    typed,
    likelyNumbers: likelyNumbers(records.slice(headless ? 0 : 1), names.length),
    warnings: [
      ...(headless && kdd === undefined ? ["the file has no header; its columns are numbered"] : []),
      ...(antinex ? [ANTINEX_WARNING] : []),
    ],
    locate: async (row) => {
      const record = await nthRecord(file, delimiter, headless ? row : row + 1);
      return record === undefined ? undefined : `line ${record.line}`;
    },
  };
}

function likelyNumbers(records: readonly (readonly string[])[], columns: number): Set<number> {
  const isNumber = (field: string): boolean => field.trim() === "" || !Number.isNaN(Number(field));
  const likely = Array.from({ length: columns }, (_, index) => index).filter(
    (index) =>
      records.some((fields) => (fields[index] ?? "").trim() !== "") &&
      records.every((fields) => isNumber(fields[index] ?? "")),
  );
  return new Set(likely);
}

interface CsvFacts {
  header: readonly string[] | undefined;
  kdd: readonly string[] | undefined;
  numbers: ReadonlySet<number>;
}

function csvView(path: string, options: string, names: readonly string[], facts: CsvFacts): View {
  const columns = names.map((name, index): RelationColumn => {
    const raw = `c${index}`;
    if (facts.numbers.has(index)) return { name, kind: "number", sql: raw, raw };
    const label = facts.kdd !== undefined && name === KDD_LABEL;
    return { name, kind: "text", sql: label ? `rtrim(trim(${raw}), '.')` : `trim(${raw})`, raw };
  });
  const types = columns.map(({ kind }, index) => `c${index}: '${kind === "number" ? "DOUBLE" : "VARCHAR"}'`);
  return {
    from: `read_csv(${fileLiteral(path)}, ${options}, columns = {${types.join(", ")}})`,
    columns,
    drop: dropExpression(columns, facts.header),
  };
}

/** Most columns that a repeated header is told by. */
const HEADER_COLUMNS = 8;

/** Blank rows have no value in any column; a repeated header equals the header in its first texts. */
function dropExpression(columns: readonly RelationColumn[], header: readonly string[] | undefined): string {
  if (header === undefined) return "0";
  const cases: string[] = [];
  if (columns.length > 1) {
    const every = columns.map(({ raw }) => raw).join(", ");
    cases.push(`WHEN c0 IS NULL AND c1 IS NULL AND concat(${every}) = '' THEN 1`);
  }
  const same = header.flatMap((name, index) =>
    columns[index].kind === "text" ? [`coalesce(c${index}, '') = ${literal(name)}`] : [],
  );
  // Where numbers are parsed at once, a repeated header is no number and ends that.
  if (same.length > 0) cases.push(`WHEN ${same.slice(0, HEADER_COLUMNS).join(" AND ")} THEN 2`);
  return cases.length === 0 ? "0" : `CASE ${cases.join(" ")} ELSE 0 END`;
}

// --- public files of packets --------------------------------------------------------------------------------

/** Counts the broken times of the APA-DDoS file. */
async function tellOfTimes({ format, view, warnings }: Relation, duck: Duck): Promise<void> {
  const place = format === "csv" ? apaTimeColumn(view.columns.map(({ name }) => name)) : -1;
  if (place < 0) return;
  const broken = isBrokenTime(view.columns[place].raw);
  const result = await duck.connection.runAndReadAll(`SELECT count(*) FILTER (${broken}) FROM ${view.from}`);
  const count = Number(result.getRows()[0][0]);
  if (count > 0) warnings.push(brokenTimesText(count));
}

/** An AntiNex file as rows of its schema: -1 is missing, and so are the columns that it lacks. */
function antinexView(view: View): View {
  const names = view.columns.map(({ name }) => name);
  const columns = view.columns.map((column): RelationColumn => {
    if (!isAntinexFeature(column.name)) return column;
    const { kind, raw, sql } = column;
    if (kind === "number") return { ...column, sql: `nullif(${sql}, -1)` };
    return { ...column, raw: `nullif(nullif(${raw}, '-1'), '-1.0')`, sql };
  });
  const absent = absentFeatures(names).map(
    (name): RelationColumn => ({ name, kind: "number", sql: NAN_SQL, raw: NAN_SQL }),
  );
  return { ...view, columns: [...columns, ...absent] };
}

// --- JSON lines and Parquet ---------------------------------------------------------------------------------

async function jsonLinesRelation(path: string, kind: RowFileKind, duck: Duck): Promise<Relation> {
  await isUtf8Text({ path, gzip: kind.gzip, signal: duck.signal });
  const shared = `format = 'newline_delimited', records = true, hive_partitioning = false, compression = ${kind.gzip ? "'gzip'" : "'uncompressed'"}`;
  const found = await describe(
    duck,
    `read_json(${fileLiteral(path)}, ${shared}, sample_size = -1, maximum_depth = 1, convert_strings_to_integers = false)`,
  );
  const types = found.map(
    ({ name, type }) => `${identifier(name)}: '${kindOf(type) === "number" ? type : "VARCHAR"}'`,
  );
  return {
    format: "jsonl",
    view: {
      from: `read_json(${fileLiteral(path)}, ${shared}, columns = {${types.join(", ")}})`,
      columns: found.map(({ name, type }) => {
        const raw = identifier(name);
        const number = kindOf(type) === "number";
        return { name, kind: number ? "number" : "text", sql: number ? `${raw}::DOUBLE` : raw, raw };
      }),
      drop: "0",
    },
    warnings: [],
  };
}

async function parquetRelation(path: string, _kind: RowFileKind, duck: Duck): Promise<Relation> {
  const from = `read_parquet(${fileLiteral(path)}, hive_partitioning = false)`;
  const found = await describe(duck, from);
  const schema = parseMetadata(await parquetText(path, PARQUET_SCHEMA_KEY, duck), parseSchemaText);
  const told = parseMetadata(await parquetText(path, PARQUET_COLUMNS_KEY, duck), parseColumns);
  const roles = new Map(told?.map(({ name, role }) => [name, role]));
  const columns = found.map(({ name, type }) => {
    const role = roles.get(name);
    return { ...parquetColumn(name, type), ...(role === undefined ? {} : { role }) };
  });
  return {
    format: "parquet",
    view: { from, columns, drop: "0" },
    ...(schema === undefined ? {} : { schema }),
    warnings: [],
  };
}

function parquetColumn(name: string, type: string): RelationColumn {
  const kind = kindOf(type);
  const raw = identifier(name);
  const sql =
    kind === "number" ? `${raw}::DOUBLE` : kind === "time" ? `epoch_us(${raw}::TIMESTAMP)::DOUBLE` : raw;
  return kind === "other" ? { name, kind, sql, raw, detail: type } : { name, kind, sql, raw };
}

async function parquetText(path: string, key: string, duck: Duck): Promise<string | undefined> {
  const reader = await duck.connection.runAndReadAll(
    `SELECT decode(value) FROM parquet_kv_metadata(${fileLiteral(path)}) WHERE decode(key) = ${literal(key)}`,
  );
  const text: unknown = reader.getRows()[0]?.[0];
  return typeof text === "string" ? text : undefined;
}

function parseMetadata<T>(text: string | undefined, parse: (text: string) => T | undefined): T | undefined {
  return text === undefined ? undefined : parse(text);
}

async function describe(duck: Duck, from: string): Promise<{ name: string; type: string }[]> {
  const reader = await duck.connection.runAndReadAll(`DESCRIBE FROM ${from}`);
  return reader.getRows().map((row) => ({ name: String(row[0]), type: String(row[1]) }));
}

// --- reading ------------------------------------------------------------------------------------------------

class DuckSource implements RowSource {
  readonly path: string;
  readonly bytes: number;
  readonly format: RowFileFormat;
  readonly columns: readonly SourceColumn[];
  readonly schema: TableSchema | undefined;
  readonly warnings: readonly string[];
  readonly #relation: Relation;
  readonly #duck: Duck;

  constructor(path: string, bytes: number, relation: Relation, duck: Duck) {
    this.path = path;
    this.bytes = bytes;
    this.format = relation.format;
    this.columns = relation.view.columns;
    this.schema = relation.schema;
    this.warnings = relation.warnings;
    this.#relation = relation;
    this.#duck = duck;
  }

  async profile(
    columns: readonly number[],
    valuesMax: number,
    always: readonly number[],
  ): Promise<ColumnProfile[]> {
    if (columns.length === 0) return [];
    const counts = await this.#counts(columns);
    const texts = columns.filter((column, index) => {
      const { present, numeric } = counts[index];
      return always.includes(column) || present !== numeric;
    });
    const values = await this.#values(texts, valuesMax);
    return columns.map((column, index) => ({ ...counts[index], values: values.get(column) }));
  }

  async scan(selection: readonly Selection[], take: TakeRows): Promise<ScanReport> {
    const report: ScanReport = { dropped: new Map(), unknown: selection.map(() => 0) };
    const progress = { row: 0 };
    const { view, typed } = this.#relation;
    const numbers = this.#numbersOnly(selection);
    try {
      if (typed === undefined || numbers.size === 0)
        await this.#scanView(view, selection, take, report, progress);
      else await this.#scanTyped(typed(numbers), selection, take, report, progress);
    } catch (cause) {
      throw duckError(this.path, cause);
    }
    return report;
  }

  /** Goes on with the text view from the first block that holds something else than numbers. */
  async #scanTyped(
    typed: View,
    selection: readonly Selection[],
    take: TakeRows,
    report: ScanReport,
    progress: { row: number },
  ): Promise<void> {
    try {
      await this.#scanView(typed, selection, take, report, progress);
    } catch (cause) {
      if (!isConversion(cause)) throw cause;
      await this.#scanView(this.#relation.view, selection, take, report, progress);
    }
  }

  async #scanView(
    view: View,
    selection: readonly Selection[],
    take: TakeRows,
    report: ScanReport,
    progress: { row: number },
  ): Promise<void> {
    const expressions = selection.map((wanted) => expressionOf(view.columns[wanted.column], wanted));
    const result = await this.#duck.connection.stream(scanStatement(view, expressions, progress.row));
    for (;;) {
      const chunk = await result.fetchChunk();
      stopWhenAsked(this.#duck.signal);
      if (chunk === null || chunk.rowCount === 0) return this.#failStream(view, expressions);
      const reasons = doubles(chunk, 0);
      const ended = reasons[reasons.length - 1] === END_OF_ROWS;
      const kept = keptRows(reasons, report);
      const values = selection.map((wanted, index) => columnOf(chunk, index + 1, wanted, kept));
      await this.#check(view, selection, values, kept, progress.row, report);
      progress.row += chunk.rowCount;
      const isWanted = take(kept?.length ?? chunk.rowCount, values);
      if (!(typeof isWanted === "boolean" ? isWanted : await isWanted) || ended) return;
    }
  }

  /** A stream that fails ends like one that is done, but without the last row. Asking again tells why it failed. */
  async #failStream(view: View, expressions: readonly string[]): Promise<never> {
    const greatest = ["count(*)", ...expressions.map((expression) => `max(${expression})`)];
    await this.#duck.connection.runAndReadAll(`SELECT ${greatest.join(", ")} FROM ${view.from}`);
    throw new Error("reading stopped before the end of the file");
  }

  /** Text columns that are wanted as numbers and as nothing else. */
  #numbersOnly(selection: readonly Selection[]): Set<number> {
    const texts = new Set(selection.flatMap((wanted) => (wanted.as === "number" ? [] : [wanted.column])));
    const numbers = selection.filter(
      ({ as, column }) => as === "number" && !texts.has(column) && this.columns[column].kind === "text",
    );
    return new Set(numbers.map(({ column }) => column));
  }

  close(): void {
    this.#duck.close();
    this.#relation.close?.();
  }

  async #counts(columns: readonly number[]): Promise<{ present: number; numeric: number }[]> {
    const { typed, likelyNumbers, view } = this.#relation;
    if (typed === undefined || likelyNumbers === undefined || likelyNumbers.size === 0) {
      return this.#countsOf(view, columns);
    }
    try {
      return await this.#countsOf(typed(likelyNumbers), columns);
    } catch (cause) {
      if (cause instanceof Error && isConversion(cause.cause)) return this.#countsOf(view, columns);
      throw cause;
    }
  }

  async #countsOf(view: View, columns: readonly number[]): Promise<{ present: number; numeric: number }[]> {
    const counts = columns.map((column) => {
      const { kind, sql, raw } = view.columns[column];
      if (kind !== "text") return `count(${sql}), 0`;
      return `count(TRY_CAST(${raw} AS DOUBLE)), count(*) FILTER (${isWord(raw, sql)})`;
    });
    const row = (
      await this.#rows(`SELECT ${counts.join(", ")} FROM ${view.from} WHERE (${view.drop}) = 0`)
    )[0];
    return columns.map((_, index) => {
      const numeric = Number(row[index * 2]);
      return { numeric, present: numeric + Number(row[index * 2 + 1]) };
    });
  }

  /** The distinct texts of columns, for those that have at most `valuesMax`. */
  async #values(columns: readonly number[], valuesMax: number): Promise<Map<number, string[]>> {
    const values = new Map<number, string[]>();
    if (columns.length === 0) return values;
    const { from, drop, columns: all } = this.#relation.view;
    const texts = columns.map((column) => `${textOf(all[column])} AS t${column}`);
    await this.#rows(
      `CREATE OR REPLACE TEMP TABLE texts AS SELECT ${texts.join(", ")} FROM ${from} WHERE (${drop}) = 0`,
    );
    for (const column of columns) {
      const name = `t${column}`;
      const rows = await this.#rows(
        `SELECT DISTINCT ${name} FROM texts WHERE ${name} IS NOT NULL AND ${name} <> '' LIMIT ${valuesMax + 1}`,
      );
      if (rows.length <= valuesMax) values.set(column, rows.map((row) => String(row[0])).sort());
    }
    await this.#rows("DROP TABLE texts");
    return values;
  }

  async #rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    stopWhenAsked(this.#duck.signal);
    try {
      return (await this.#duck.connection.runAndReadAll(sql)).getRows();
    } catch (cause) {
      throw duckError(this.path, cause);
    }
  }

  /** Counts unknown names, and fails on the first text that is no number. */
  async #check(
    view: View,
    selection: readonly Selection[],
    values: readonly BlockColumn[],
    kept: Int32Array | undefined,
    firstRow: number,
    report: ScanReport,
  ): Promise<void> {
    for (let index = 0; index < selection.length; index++) {
      const wanted = selection[index];
      const column = values[index];
      if (!(column instanceof Float64Array) || view.columns[wanted.column].kind !== "text") continue;
      for (let at = column.indexOf(NO_NUMBER); at >= 0; at = column.indexOf(NO_NUMBER, at + 1)) {
        if (wanted.as === "number") await this.#refuse(wanted.column, firstRow + (kept?.[at] ?? at));
        column[at] = NaN;
        report.unknown[index]++;
      }
    }
  }

  /** @param row of the file, from 0, header and blank lines not counted */
  async #refuse(column: number, row: number): Promise<never> {
    const { columns, from } = this.#relation.view;
    const { name, sql } = columns[column];
    const rows = await this.#rows(`SELECT ${sql} FROM ${from} LIMIT 1 OFFSET ${row}`);
    const place = (await this.#relation.locate?.(row + 1)) ?? `row ${row + 1}`;
    const found = shown(rows[0]?.[0]);
    throw new OrbweaverError(
      "rows-invalid",
      `'${this.path}' ${place}, column '${shown(name)}': found '${found}', expected a number`,
    );
  }
}

/** Numbers of the rows of a chunk that are kept; undefined when all are. */
function keptRows(reasons: Float64Array, report: ScanReport): Int32Array | undefined {
  if (reasons.every((reason) => reason === 0)) return undefined;
  const kept: number[] = [];
  reasons.forEach((reason, row) => {
    const name = DROP_REASONS[reason];
    if (reason === 0) kept.push(row);
    else if (reason !== END_OF_ROWS) report.dropped.set(name, (report.dropped.get(name) ?? 0) + 1);
  });
  return Int32Array.from(kept);
}

function columnOf(
  chunk: DuckDBDataChunk,
  index: number,
  wanted: Selection,
  kept: Int32Array | undefined,
): BlockColumn {
  if (wanted.as === "text") {
    const texts = chunk.getColumnValues(index).map((value) => (value === null ? null : String(value)));
    return kept === undefined ? texts : Array.from(kept, (row) => texts[row]);
  }
  const values = doubles(chunk, index);
  return kept === undefined ? values : Float64Array.from(kept, (row) => values[row]);
}

// --- SQL ----------------------------------------------------------------------------------------------------

/** Rows from `skip` on with their drop reason first, and the row that ends them. */
function scanStatement(view: View, expressions: readonly string[], skip: number): string {
  const named = expressions.map((expression, index) => `${expression} AS s${index}`);
  const rows = `SELECT (${view.drop})::DOUBLE AS dropped, ${named.join(", ")} FROM ${view.from}`;
  const end = [`(${END_OF_ROWS})::DOUBLE`, ...expressions.map(() => "NULL")].join(", ");
  return `(${rows}${skip === 0 ? "" : ` OFFSET ${skip}`}) UNION ALL SELECT ${end}`;
}

function expressionOf(column: RelationColumn, wanted: Selection): string {
  if (wanted.as === "text") return textOf(column);
  if (wanted.as === "code") return codeOf(textOf(column), wanted.names);
  if (column.kind !== "text") return `coalesce(${column.sql}, ${NAN_SQL})`;
  const { raw, sql } = column;
  return `coalesce(TRY_CAST(${raw} AS DOUBLE), if(${isWord(raw, sql)}, ${NO_NUMBER_SQL}, ${NAN_SQL}))`;
}

/** The value as text; whole numbers without a decimal point. */
function textOf(column: RelationColumn): string {
  if (column.kind === "text") return `${column.sql}::VARCHAR`;
  if (column.kind !== "number") return `${column.sql}::VARCHAR`;
  const value = column.sql;
  return `if(abs(${value}) < 1e15 AND ${value} = trunc(${value}), TRY_CAST(${value} AS BIGINT)::VARCHAR, ${value}::VARCHAR)`;
}

function codeOf(text: string, names: readonly string[]): string {
  const unknown = `if(coalesce(${text}, '') = '', ${NAN_SQL}, ${NO_NUMBER_SQL})`;
  if (names.length === 0) return unknown;
  const type = `ENUM(${names.map(literal).join(", ")})`;
  return `coalesce(enum_code(TRY_CAST(${text} AS ${type}))::DOUBLE, ${unknown})`;
}

/** True for a text that is neither a number nor missing. The dear comparison comes last. */
function isWord(raw: string, text: string): string {
  const missing = MISSING_TEXTS.map(literal).join(", ");
  return `(${raw} IS NOT NULL AND TRY_CAST(${raw} AS DOUBLE) IS NULL AND lower(${text}) NOT IN (${missing}))`;
}

// --- errors -------------------------------------------------------------------------------------------------

/** True when a text could not be parsed as the number that a typed view expects. */
function isConversion(cause: unknown): boolean {
  return (
    cause instanceof Error && /Could not convert string|Error when converting column/.test(cause.message)
  );
}

/** What DuckDB says, in one line of ours; a defect of our own stays what it is. */
function duckError(path: string, cause: unknown): Error {
  if (cause instanceof OrbweaverError) return cause;
  if (cause instanceof TypeError || cause instanceof RangeError || cause instanceof ReferenceError)
    return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1] ?? /in line (\d+)/.exec(message)?.[1];
  const place = line === undefined ? `'${path}'` : `'${path}' line ${line}`;
  return new OrbweaverError("rows-invalid", `${place}: ${duckReason(message)}`, { cause });
}

function duckReason(message: string): string {
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  if (counts !== null) return `found ${counts[2]} columns, expected ${counts[1]}`;
  if (/unterminated quote/i.test(message)) return "found a quote that is not closed";
  if (/state machine reached an invalid state/i.test(message)) {
    return "found a quote inside a field, expected quotes around whole fields and doubled within";
  }
  const json = /Malformed JSON.*?: (.*?)\.?\s*$/m.exec(message);
  if (json !== null) return `found text that is no JSON (${json[1]}), expected one object a line`;
  return messageOf(message).replace(/^[A-Z][\w ]*Error: /, "");
}
