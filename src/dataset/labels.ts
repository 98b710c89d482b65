// Labels for flows, from rules (YAML) or from records of what was recorded when (a table, such as `generate` writes).
//
// Both answer the same question: which label has this flow? Every answer is counted, so that what matched nothing, or
// matched twice, can be reported. See docs/guide/labels.md.

import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { OrbweaverError } from "../base/errors.ts";
import type { FlowIdentity, RowBatch } from "../feature/row.ts";
import { parseAddress } from "../flow/address.ts";
import { readError, requireReadable, shown } from "./file-error.ts";
import { askOfIdentity, askOfRow, type FlowQuestion, newQuestion, protocolNumber } from "./flow-question.ts";
import { LabelIndex, RECORDS_MAX, type RecordColumns } from "./label-index.ts";
import type { RuleSet } from "./label-rules.ts";
import type { BlockColumn } from "./orbrows.ts";
import { HEAD_BYTES, tellRowFile, textBytes } from "./row-format.ts";
import type { ExtraColumn } from "./row-layout.ts";
import { openRowSource } from "./row-reader.ts";
import type { RowSource, Selection } from "./row-source.ts";
import { stoppable } from "./stop.ts";

export interface FlowLabel {
  label: string;
  /** Further columns of the record or rule, by name; those without a value are absent. */
  extra: Readonly<Record<string, string>>;
}

export interface LabelFacts {
  /** How many rules or records there are. */
  entries: number;
  /** Flows that got a label from a rule or record. */
  matched: number;
  /** Flows that got the default label. */
  defaulted: number;
  /** Flows without a label. */
  unmatched: number;
  /** Flows that several records of different labels overlap; the longest overlap won. */
  conflicts: number;
  /** Rules or records that named no flow. */
  unusedEntries: number;
  /** Flows by label. */
  labels: Record<string, number>;
}

export interface LabelRules {
  readonly path: string;
  readonly kind: "rules" | "records";
  /** The columns that `columnsOf` gives values for, for a row writer: "label" first. */
  readonly columns: readonly ExtraColumn[];
  /** Label of a flow, or undefined. Counts the answer. */
  labelOf(identity: FlowIdentity): FlowLabel | undefined;
  /** The same for a row of a batch, without building texts. */
  labelOfRow(batch: RowBatch, row: number): FlowLabel | undefined;
  /** Values for `columns`; nulls without a label. */
  columnsOf(label: FlowLabel | undefined): (string | null)[];
  facts(): LabelFacts;
}

/**
 * Loads rules or records, told apart by content. Records may be many: `signal` ends reading them.
 *
 * @throws `labels-invalid`, naming the place in the file, `cancelled`, and the file errors
 */
export async function loadLabels(path: string, signal?: AbortSignal): Promise<LabelRules> {
  const size = await requireReadable(path);
  if (size === 0)
    throw new OrbweaverError("labels-invalid", `'${path}' is empty, expected label rules or records`);
  return (await isYaml(path)) ? loadRules(path, size) : stoppable(signal, () => loadRecords(path, signal));
}

async function isYaml(path: string): Promise<boolean> {
  if ([".yaml", ".yml"].includes(extname(path).toLowerCase())) return true;
  for await (const part of textBytes({ path, gzip: false })) {
    const lines = part.subarray(0, HEAD_BYTES).toString("latin1").split(/\r?\n/);
    const first = lines.find((line) => line.trim() !== "" && !line.startsWith("#") && line !== "---");
    return first !== undefined && /^(rules|default)\s*:/.test(first);
  }
  return false;
}

/** Shared by both kinds: counting and asking. */
abstract class CountedLabels implements LabelRules {
  readonly path: string;
  abstract readonly kind: "rules" | "records";
  readonly columns: readonly ExtraColumn[];
  readonly #question = newQuestion();
  readonly #counts = new Map<string, number>();
  #matched = 0;
  #defaulted = 0;
  #unmatched = 0;

  constructor(path: string, columns: readonly string[]) {
    this.path = path;
    this.columns = columns.map((name) => ({ name, kind: "text" }));
  }

  labelOf(identity: FlowIdentity): FlowLabel | undefined {
    return this.#answer(askOfIdentity(identity, this.#question));
  }

  labelOfRow(batch: RowBatch, row: number): FlowLabel | undefined {
    return this.#answer(askOfRow(batch, row, this.#question));
  }

  columnsOf(label: FlowLabel | undefined): (string | null)[] {
    if (label === undefined) return this.columns.map(() => null);
    return this.columns.map(({ name }, index) => (index === 0 ? label.label : (label.extra[name] ?? null)));
  }

  facts(): LabelFacts {
    return {
      ...this.entryFacts(),
      matched: this.#matched,
      defaulted: this.#defaulted,
      unmatched: this.#unmatched,
      labels: Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }

  #answer(question: FlowQuestion): FlowLabel | undefined {
    const found = this.find(question);
    if (found === undefined) {
      this.#unmatched++;
      return undefined;
    }
    if (found.byDefault) this.#defaulted++;
    else this.#matched++;
    this.#counts.set(found.label.label, (this.#counts.get(found.label.label) ?? 0) + 1);
    return found.label;
  }

  protected abstract find(question: FlowQuestion): { label: FlowLabel; byDefault: boolean } | undefined;
  protected abstract entryFacts(): { entries: number; conflicts: number; unusedEntries: number };
}

// --- rules --------------------------------------------------------------------------------------------------

const RULES_BYTES_MAX = 64 << 20;

async function loadRules(path: string, size: number): Promise<LabelRules> {
  if (size > RULES_BYTES_MAX) {
    throw new OrbweaverError(
      "labels-invalid",
      `'${path}' is ${size} bytes, expected rules of at most ${RULES_BYTES_MAX}`,
    );
  }
  // Records are read without YAML and the checks of its form, which take a tenth of a second to load.
  const { parseRules } = await import("./label-rules.ts");
  try {
    return new RuleLabels(path, parseRules(await readFile(path, "utf8"), path));
  } catch (cause) {
    throw readError(path, cause);
  }
}

class RuleLabels extends CountedLabels {
  readonly kind = "rules";
  readonly #set: RuleSet;
  readonly #answers: { label: FlowLabel; byDefault: boolean }[];
  readonly #default: { label: FlowLabel; byDefault: boolean } | undefined;
  readonly #used: Uint8Array;

  constructor(path: string, set: RuleSet) {
    const withScenario = set.rules.some((rule) => rule.scenario !== undefined);
    super(path, withScenario ? ["label", "scenario"] : ["label"]);
    this.#set = set;
    this.#used = new Uint8Array(set.rules.length);
    this.#answers = set.rules.map(({ label, scenario }) => {
      const extra: Record<string, string> = scenario === undefined ? {} : { scenario };
      return { label: { label, extra }, byDefault: false };
    });
    const { defaultLabel } = set;
    this.#default =
      defaultLabel === undefined ? undefined : { label: { label: defaultLabel, extra: {} }, byDefault: true };
  }

  protected override find(question: FlowQuestion): { label: FlowLabel; byDefault: boolean } | undefined {
    const rule = this.#set.rules.findIndex((candidate) => candidate.matches(question));
    if (rule < 0) return this.#default;
    this.#used[rule] = 1;
    return this.#answers[rule];
  }

  protected override entryFacts(): { entries: number; conflicts: number; unusedEntries: number } {
    const used = this.#used.reduce((sum, flag) => sum + flag, 0);
    return { entries: this.#used.length, conflicts: 0, unusedEntries: this.#used.length - used };
  }
}

// --- records ------------------------------------------------------------------------------------------------

const NUMBERS = ["start_us", "end_us", "source_port", "destination_port"] as const;
const TEXTS = ["protocol", "source_address", "destination_address", "label"] as const;
const REQUIRED: readonly string[] = [...NUMBERS, ...TEXTS];

async function loadRecords(path: string, signal: AbortSignal | undefined): Promise<LabelRules> {
  try {
    await tellRowFile(path);
    const source = await openRowSource(path, signal);
    try {
      return await readRecords(source);
    } finally {
      source.close();
    }
  } catch (cause) {
    if (cause instanceof OrbweaverError && cause.code.startsWith("rows-")) {
      throw new OrbweaverError("labels-invalid", cause.message, { cause });
    }
    throw cause;
  }
}

async function readRecords(source: RowSource): Promise<LabelRules> {
  const names = source.columns.map((column) => column.name);
  const missing = REQUIRED.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new OrbweaverError(
      "labels-invalid",
      `'${source.path}' has no column ${missing.map((name) => `'${name}'`).join(", ")}; label records have ` +
        `${REQUIRED.join(", ")}`,
    );
  }
  const extra = names.filter((name) => !REQUIRED.includes(name));
  const builder = new RecordBuilder(source.path, extra);
  const selection = [...REQUIRED, ...extra].map((name): Selection => {
    const column = names.indexOf(name);
    return { column, as: (NUMBERS as readonly string[]).includes(name) ? "number" : "text" };
  });
  await source.scan(selection, (rows, columns) => builder.take(rows, columns));
  return builder.finish();
}

/** Names in the order they were met, each once. */
class Names {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}

/** Gathers records into columns that double when full. */
class RecordBuilder {
  readonly #path: string;
  readonly #extra: readonly string[];
  readonly #labels = new Names();
  readonly #texts = new Names();
  #count = 0;
  #columns: RecordColumns & { labels: Uint32Array; extras: Uint32Array };

  constructor(path: string, extra: readonly string[]) {
    this.#path = path;
    this.#extra = extra;
    this.#texts.numberOf("");
    this.#columns = emptyColumns(1024, extra.length);
  }

  take(rows: number, columns: readonly BlockColumn[]): boolean {
    for (let row = 0; row < rows; row++) this.#add(columns, row);
    return true;
  }

  finish(): LabelRules {
    const { labels, extras, ...columns } = trimmed(this.#columns, this.#count, this.#extra.length);
    if (this.#count === 0)
      throw new OrbweaverError("labels-invalid", `'${this.#path}' holds no label records`);
    const index = new LabelIndex(columns, labels);
    const tables = { labels, extras, labelNames: this.#labels.texts, texts: this.#texts.texts };
    return new RecordLabels(this.#path, this.#extra, index, tables);
  }

  #add(columns: readonly BlockColumn[], row: number): void {
    const record = this.#count;
    if (record >= RECORDS_MAX) {
      throw new OrbweaverError(
        "labels-invalid",
        `'${this.#path}' holds more than ${RECORDS_MAX} label records`,
      );
    }
    if (record === this.#columns.protocols.length)
      this.#columns = trimmed(this.#columns, record * 2, this.#extra.length);
    const out = this.#columns;
    const [start, end, sourcePort, destinationPort] = NUMBERS.map((name, at) =>
      this.#number(columns[at][row] as number, name),
    );
    if (end < start) this.#refuse("end_us", String(end), `a time not before start_us (${start})`);
    const [protocol, source, destination, label] = TEXTS.map((_, at) => columns[NUMBERS.length + at][row]);
    out.starts[record] = start;
    out.ends[record] = end;
    out.ports[record] =
      ((this.#port(sourcePort, "source_port") << 16) | this.#port(destinationPort, "destination_port")) >>> 0;
    out.protocols[record] =
      protocolNumber(String(protocol)) ?? this.#refuse("protocol", protocol, "tcp, udp, icmp, …");
    out.words.set(this.#address(source, "source_address"), record * 8);
    out.words.set(this.#address(destination, "destination_address"), record * 8 + 4);
    out.labels[record] = this.#labels.numberOf(String(label ?? this.#refuse("label", label, "a name")));
    this.#extra.forEach((_, at) => {
      const text = columns[REQUIRED.length + at][row];
      out.extras[record * this.#extra.length + at] = this.#texts.numberOf(text === null ? "" : String(text));
    });
    this.#count++;
  }

  #number(value: number, name: string): number {
    return Number.isFinite(value) && value >= 0 ? value : this.#refuse(name, value, "a number of at least 0");
  }

  #port(value: number, name: string): number {
    return Number.isInteger(value) && value <= 65535
      ? value
      : this.#refuse(name, value, "a port of 0 to 65535");
  }

  #address(value: unknown, name: string): [number, number, number, number] {
    return parseAddress(String(value ?? "")) ?? this.#refuse(name, value, "an IPv4 or IPv6 address");
  }

  #refuse(column: string, found: unknown, expected: string): never {
    throw new OrbweaverError(
      "labels-invalid",
      `'${this.#path}' record ${this.#count + 1}, column '${column}': ` +
        `found '${shown(found)}', expected ${expected}`,
    );
  }
}

function emptyColumns(
  size: number,
  extras: number,
): RecordColumns & { labels: Uint32Array; extras: Uint32Array } {
  return {
    words: new Int32Array(size * 8),
    ports: new Uint32Array(size),
    protocols: new Uint8Array(size),
    starts: new Float64Array(size),
    ends: new Float64Array(size),
    labels: new Uint32Array(size),
    extras: new Uint32Array(size * extras),
  };
}

/** The same columns with room for `size` records, more or fewer. */
function trimmed(
  columns: RecordColumns & { labels: Uint32Array; extras: Uint32Array },
  size: number,
  extras: number,
): RecordColumns & { labels: Uint32Array; extras: Uint32Array } {
  const out = emptyColumns(size, extras);
  out.words.set(columns.words.subarray(0, size * 8));
  out.ports.set(columns.ports.subarray(0, size));
  out.protocols.set(columns.protocols.subarray(0, size));
  out.starts.set(columns.starts.subarray(0, size));
  out.ends.set(columns.ends.subarray(0, size));
  out.labels.set(columns.labels.subarray(0, size));
  out.extras.set(columns.extras.subarray(0, size * extras));
  return out;
}

interface RecordTables {
  labels: Uint32Array;
  /** As many entries a record as there are extra columns. */
  extras: Uint32Array;
  labelNames: readonly string[];
  texts: readonly string[];
}

class RecordLabels extends CountedLabels {
  readonly kind = "records";
  readonly #extra: readonly string[];
  readonly #index: LabelIndex;
  readonly #tables: RecordTables;

  constructor(path: string, extra: readonly string[], index: LabelIndex, tables: RecordTables) {
    super(path, ["label", ...extra]);
    this.#extra = extra;
    this.#index = index;
    this.#tables = tables;
  }

  protected override find(question: FlowQuestion): { label: FlowLabel; byDefault: boolean } | undefined {
    const record = this.#index.find(question);
    if (record < 0) return undefined;
    const { labels, extras, labelNames, texts } = this.#tables;
    const extra: Record<string, string> = {};
    this.#extra.forEach((name, at) => {
      const text = texts[extras[record * this.#extra.length + at]];
      if (text !== "") extra[name] = text;
    });
    return { label: { label: labelNames[labels[record]], extra }, byDefault: false };
  }

  protected override entryFacts(): { entries: number; conflicts: number; unusedEntries: number } {
    return {
      entries: this.#index.count,
      conflicts: this.#index.conflicts,
      unusedEntries: this.#index.unused,
    };
  }
}
