// Reads files of rows into a table: CSV (also gzip), Parquet, JSON lines, .orbrows, KDD99 and NSL-KDD.
//
// The format is told by content. Rows of our own schemas keep their schema, and identity and labels never become
// features; tables of other origin get a schema from their columns (row-plan.ts says how). The table is held in memory
// by columns of 64-bit floats and is bounded: above the bound reading stops with `rows-too-large`. Memory at the end is
// 8 bytes a value and one more column while it is put together.

import { OrbweaverError } from "../base/errors.ts";
import type { FlowIdentity } from "../feature/row.ts";
import type { FeatureTable, LabelledTable } from "../feature/table.ts";
import { withTotalsOf } from "./apa.ts";
import type { BlockColumn } from "./orbrows.ts";
import { openOrbrowsSource } from "./orbrows-source.ts";
import { tellRowFile } from "./row-format.ts";
import { IDENTITY_NAMES } from "./row-layout.ts";
import { type Plan, type PlannedColumn, type PlanOptions, planTable } from "./row-plan.ts";
import type { RowFileFormat, RowSource, ScanReport, Selection } from "./row-source.ts";
import { stoppable } from "./stop.ts";

export interface ReadOptions extends PlanOptions {
  /** Read at most this many rows. */
  limit?: number;
  /** Most bytes of the table; default 4 GiB. */
  bytesMax?: number;
  /** Also give who the flows were. Costs about 400 bytes a row. */
  identity?: boolean;
  /** Columns to give beside the features, whether or not they are features. */
  beside?: readonly BesideRequest[];
  /** Ends reading with `cancelled`. */
  signal?: AbortSignal;
}

export interface ReadFacts {
  files: { path: string; format: RowFileFormat; bytes: number; rows: number }[];
  rows: number;
  bytes: number;
  /** Rows left out, by reason. */
  dropped: { reason: string; rows: number }[];
  /** Columns that are no features, and why. */
  unused: { column: string; reason: string }[];
  /** Values of categorical columns that the schema does not know; they are read as missing. */
  unknownCategories: { column: string; values: number }[];
  warnings: string[];
}

export interface ReadResult<T extends FeatureTable = FeatureTable> {
  table: T;
  /** In the order in which they were asked for, without optional ones that are not there. */
  beside: BesideColumn[];
  identity?: FlowIdentity[];
  source: ReadFacts;
}

/** A column that is wanted beside the features. */
export interface BesideRequest {
  name: string;
  /** Left out where a file lacks it, or where it is a feature. */
  isOptional?: boolean;
  /** Texts are an error. */
  isNumber?: boolean;
}

export interface BesideColumn {
  name: string;
  /** "text": the values are codes, equal ones for equal texts. */
  kind: "number" | "time" | "text";
  /** One for each row of the table; NaN where there is none. */
  values: Float64Array;
}

const BYTES_MAX = 4 * 2 ** 30;
const IDENTITY_BYTES = 400;
const DUCK_MEMORY = "2GB";

/**
 * Reads one or more files into one table.
 *
 * With `label` the table is a LabelledTable, and rows without a label are dropped and counted. With `schema` (of a
 * model) the file's columns are matched by name, categories by name too; a text that the schema does not know is
 * missing. Columns excluded from a schema of ours stay in it, as missing values, so that the model fits the meter.
 *
 * @throws `rows-format`, `rows-invalid`, `rows-too-large`, `schema-mismatch`, `parameter-invalid`, `cancelled`, and file
 *   errors
 */
export function readTable(
  paths: string | readonly string[],
  options: ReadOptions & { label: string | readonly string[] },
): Promise<ReadResult<LabelledTable>>;
export function readTable(paths: string | readonly string[], options?: ReadOptions): Promise<ReadResult>;
export async function readTable(
  paths: string | readonly string[],
  options: ReadOptions = {},
): Promise<ReadResult> {
  const list = typeof paths === "string" ? [paths] : paths;
  if (list.length === 0)
    throw new OrbweaverError("usage", "no file of rows was named, expected at least one");
  return stoppable(options.signal, async () => {
    const sources: RowSource[] = [];
    try {
      for (const path of list)
        sources.push(withTotalsOf(options.schema, await openRowSource(path, options.signal)));
      return await readSources(sources, options);
    } finally {
      for (const source of sources) source.close();
    }
  });
}

/** Opens one file, whatever its format. The caller closes it. Once `signal` is aborted, whatever is asked of it fails. */
export async function openRowSource(path: string, signal?: AbortSignal): Promise<RowSource> {
  const kind = await tellRowFile(path);
  if (kind.format === "orbrows") return openOrbrowsSource(path, signal);
  // DuckDB is loaded by those who need it only; see row-writer.ts.
  const { openDuckSource } = await import("./duck-source.ts");
  return openDuckSource(path, kind, { memoryLimit: DUCK_MEMORY, signal });
}

async function readSources(sources: readonly RowSource[], options: ReadOptions): Promise<ReadResult> {
  const plan = await planTable(sources, options);
  const beside = await planBeside(sources, plan, options.beside ?? []);
  const filler = new TableFiller(plan, beside, options);
  const facts: ReadFacts = {
    files: [],
    rows: 0,
    bytes: sources.reduce((sum, source) => sum + source.bytes, 0),
    dropped: [],
    unused: plan.unused,
    unknownCategories: [],
    warnings: [],
  };
  const dropped = new Map<string, number>();
  const unknown = new Map<string, number>();
  for (const source of sources) {
    const before = filler.rows;
    const selection = filler.selection(source);
    const report = await source.scan(selection, (rows, columns) => filler.take(source, rows, columns));
    addReport(report, plan, selection, dropped, unknown);
    facts.files.push({
      path: source.path,
      format: source.format,
      bytes: source.bytes,
      rows: filler.rows - before,
    });
  }
  if (filler.unlabelled > 0) dropped.set("no label", filler.unlabelled);
  facts.rows = filler.rows;
  facts.dropped = [...dropped].map(([reason, rows]) => ({ reason, rows }));
  facts.unknownCategories = [...unknown].map(([column, values]) => ({ column, values }));
  facts.warnings = [...sources.flatMap((source) => source.warnings), ...plan.warnings];
  return {
    table: filler.table(),
    beside: filler.beside(),
    ...(options.identity ? { identity: filler.identities } : {}),
    source: facts,
  };
}

function addReport(
  report: ScanReport,
  plan: Plan,
  selection: readonly Selection[],
  dropped: Map<string, number>,
  unknown: Map<string, number>,
): void {
  for (const [reason, rows] of report.dropped) dropped.set(reason, (dropped.get(reason) ?? 0) + rows);
  const used = plan.columns.filter((column) => !column.blank);
  used.forEach(({ name }, index) => {
    const values = selection[index].as === "code" ? report.unknown[index] : 0;
    if (values > 0) unknown.set(name, (unknown.get(name) ?? 0) + values);
  });
}

type PlannedBeside = Pick<BesideColumn, "name" | "kind">;

/** Which of the columns that are wanted beside are there, and what they hold. */
async function planBeside(
  sources: readonly RowSource[],
  plan: Plan,
  requests: readonly BesideRequest[],
): Promise<PlannedBeside[]> {
  const planned: PlannedBeside[] = [];
  for (const { name, isOptional, isNumber } of requests) {
    const lacking = sources.find(({ columns }) => !columns.some((column) => column.name === name));
    if (isOptional && (lacking !== undefined || plan.columns.some((column) => column.name === name)))
      continue;
    if (lacking !== undefined) {
      throw new OrbweaverError("rows-invalid", `'${lacking.path}' has no column '${name}'`, {
        hint: "Name a column of every file of rows.",
      });
    }
    planned.push({ name, kind: isNumber ? "number" : await kindOfAll(sources, name) });
  }
  return planned;
}

/** What a column holds in all files: numbers also where they are spelled. */
async function kindOfAll(sources: readonly RowSource[], name: string): Promise<BesideColumn["kind"]> {
  const kinds = new Set<BesideColumn["kind"]>();
  for (const source of sources) {
    const index = source.columns.findIndex((column) => column.name === name);
    const { kind } = source.columns[index];
    if (kind === "number" || kind === "time") kinds.add(kind);
    else if (kind === "other") kinds.add("text");
    else {
      const [{ present, numeric }] = await source.profile([index], 0, []);
      kinds.add(present === numeric ? "number" : "text");
    }
  }
  const [first] = kinds;
  return kinds.size === 1 ? first : "text";
}

/** Gathers blocks of rows into columns. */
class TableFiller {
  rows = 0;
  unlabelled = 0;
  readonly identities: FlowIdentity[] = [];
  readonly #plan: Plan;
  readonly #used: readonly PlannedColumn[];
  readonly #columns: GrowingColumn[];
  readonly #labels = new GrowingColumn();
  readonly #beside: readonly { planned: PlannedBeside; column: GrowingColumn; codes: Map<string, number> }[];
  readonly #options: ReadOptions;
  readonly #rowBytes: number;

  constructor(plan: Plan, beside: readonly PlannedBeside[], options: ReadOptions) {
    this.#plan = plan;
    this.#beside = beside.map((planned) => ({
      planned,
      column: new GrowingColumn(),
      codes: new Map<string, number>(),
    }));
    this.#options = options;
    this.#used = plan.columns.filter((column) => !column.blank);
    this.#columns = this.#used.map(() => new GrowingColumn());
    this.#rowBytes = 8 * (plan.columns.length + beside.length + 1) + (options.identity ? IDENTITY_BYTES : 0);
  }

  /** Features, then the label, then what is wanted beside, then identity. */
  selection(source: RowSource): Selection[] {
    const indexOf = (name: string): number => source.columns.findIndex((column) => column.name === name);
    const features = this.#used.map(
      ({ name, kind, categories }): Selection =>
        kind === "categorical"
          ? { column: indexOf(name), as: "code", names: categories }
          : { column: indexOf(name), as: "number" },
    );
    const { label } = this.#plan;
    if (label !== undefined) features.push({ column: indexOf(label.column), as: "code", names: label.texts });
    const beside = this.#beside.map(
      ({ planned: { name, kind } }): Selection => ({
        column: indexOf(name),
        as: kind === "text" ? "text" : "number",
      }),
    );
    const identity = this.#options.identity ? identitySelection(source) : [];
    return [...features, ...beside, ...identity];
  }

  take(source: RowSource, rows: number, columns: readonly BlockColumn[]): boolean {
    const count = this.#used.length;
    const labels = this.#plan.label === undefined ? undefined : (columns[count] as Float64Array);
    const kept = this.#kept(rows, labels);
    this.#requireRoom(source, kept.length);
    for (let column = 0; column < count; column++)
      this.#columns[column].add(columns[column] as Float64Array, kept);
    if (labels !== undefined) this.#labels.add(labels, kept);
    const besideFirst = labels === undefined ? count : count + 1;
    for (const [index, { planned, column, codes }] of this.#beside.entries()) {
      const found = columns[besideFirst + index];
      column.add(planned.kind === "text" ? codesOf(found, rows, codes) : (found as Float64Array), kept);
    }
    if (this.#options.identity) {
      const first = besideFirst + this.#beside.length;
      for (const row of kept) this.identities.push(identityOf(columns, first, row));
    }
    this.rows += kept.length;
    return this.rows < (this.#options.limit ?? Infinity);
  }

  table(): FeatureTable | LabelledTable {
    const rowCount = this.rows;
    let next = 0;
    const values = this.#plan.columns.map((column) =>
      column.blank ? new Float64Array(rowCount).fill(NaN) : this.#columns[next++].finish(),
    );
    const table = { schema: this.#plan.schema, rowCount, values };
    const { label } = this.#plan;
    if (label === undefined) return table;
    const labels = Int32Array.from(this.#labels.finish(), (code) => label.classOf[code]);
    return { ...table, classes: label.classes, labels };
  }

  beside(): BesideColumn[] {
    return this.#beside.map(({ planned, column }) => ({ ...planned, values: column.finish() }));
  }

  /** Rows of a block that have a label and are within the limit. */
  #kept(rows: number, labels: Float64Array | undefined): Int32Array {
    const room = Math.min(rows, (this.#options.limit ?? Infinity) - this.rows);
    const kept = new Int32Array(rows);
    let count = 0;
    for (let row = 0; row < rows && count < room; row++) {
      if (labels !== undefined && Number.isNaN(labels[row])) this.unlabelled++;
      else kept[count++] = row;
    }
    return kept.subarray(0, count);
  }

  #requireRoom(source: RowSource, rows: number): void {
    const bytesMax = this.#options.bytesMax ?? BYTES_MAX;
    const rowsMax = Math.floor(bytesMax / this.#rowBytes);
    if (this.rows + rows <= rowsMax) return;
    throw new OrbweaverError(
      "rows-too-large",
      `'${source.path}' holds more than ${rowsMax} rows of ${this.#plan.columns.length} columns, ` +
        `which fill ${Math.round(bytesMax / 2 ** 20)} MiB of memory`,
    );
  }
}

/** A number for each text, the same for equal ones; NaN where there is none. */
function codesOf(texts: BlockColumn, rows: number, codes: Map<string, number>): Float64Array {
  const found = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const text = texts[row];
    if (text === null || text === undefined || text === "") {
      found[row] = NaN;
      continue;
    }
    const code = codes.get(String(text)) ?? codes.size;
    codes.set(String(text), code);
    found[row] = code;
  }
  return found;
}

const CHUNK_VALUES = 1 << 16;

/** A column that grows by chunks and is put together once. */
class GrowingColumn {
  #chunks: Float64Array[] = [];
  #length = 0;

  /** Adds the values of these rows, which are in ascending order. */
  add(values: Float64Array, rows: Int32Array): void {
    const whole = rows.length === values.length;
    for (let done = 0; done < rows.length; ) {
      const offset = this.#length % CHUNK_VALUES;
      if (offset === 0) this.#chunks.push(new Float64Array(CHUNK_VALUES));
      const chunk = this.#chunks[this.#chunks.length - 1];
      const count = Math.min(CHUNK_VALUES - offset, rows.length - done);
      if (whole) chunk.set(values.subarray(done, done + count), offset);
      else for (let index = 0; index < count; index++) chunk[offset + index] = values[rows[done + index]];
      this.#length += count;
      done += count;
    }
  }

  finish(): Float64Array {
    const values = new Float64Array(this.#length);
    this.#chunks.forEach((chunk, index) => {
      const start = index * CHUNK_VALUES;
      values.set(chunk.subarray(0, Math.min(CHUNK_VALUES, this.#length - start)), start);
    });
    this.#chunks = [];
    return values;
  }
}

const NUMBER_NAMES = new Set(["flow", "start_us", "end_us", "source_port", "destination_port"]);

function identitySelection(source: RowSource): Selection[] {
  return IDENTITY_NAMES.map((name): Selection => {
    const column = source.columns.findIndex((found) => found.name === name);
    if (column < 0) {
      throw new OrbweaverError(
        "rows-invalid",
        `'${source.path}' has no column '${name}', which says who a flow was`,
      );
    }
    return { column, as: NUMBER_NAMES.has(name) ? "number" : "text" };
  });
}

function identityOf(columns: readonly BlockColumn[], first: number, row: number): FlowIdentity {
  const number = (index: number): number => columns[first + index][row] as number;
  const text = (index: number): string => String(columns[first + index][row] ?? "");
  return {
    flow: number(0),
    communityId: text(1),
    startUs: number(2),
    endUs: number(3),
    sourceAddress: text(4),
    sourcePort: number(5),
    destinationAddress: text(6),
    destinationPort: number(7),
    transport: text(8),
    endReason: text(9),
  };
}
