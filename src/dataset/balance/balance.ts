// Balances the classes of a table of training rows: weights, rows left out, rows repeated, rows made between others.
//
// What it guarantees: rows that are kept stay as they are and in their order, and rows that are made stand behind them; the
// same table and options give the same bytes. Rows without a label are kept and never looked at. It sees the rows that it is
// given and no others: who calls it sees to it that they are for training.

import { rm } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { OrbweaverError } from "../../base/errors.ts";
import { groupedText } from "../../base/number-text.ts";
import { Random } from "../../base/random.ts";
import type { TableSchema } from "../../feature/table.ts";
import { fileLiteral, identifier, literal } from "../duck.ts";
import { PARQUET_CHUNK_ROWS, writeParquet } from "../parquet.ts";
import { PARQUET_SCHEMA_KEY } from "../parquet-writer.ts";
import { parseSchemaText } from "../row-layout.ts";
import { type NamedCodes, readTexts } from "../split/read-columns.ts";
import { stoppable, stopWhenAsked } from "../stop.ts";
import type { ClassCount, DatasetColumn, TableFile } from "../store/contract.ts";
import { copyInOrder, copyTable, fromTable } from "../store/table-parquet.ts";
import {
  type BalanceContext,
  type BalanceOptions,
  type BalanceResult,
  SYNTHETIC_COLUMN,
  WEIGHT_COLUMN,
} from "./contract.ts";
import { featuresOf, pointsOf, type Rows, readRows, readScale, requireCells, type Scale } from "./rows.ts";
import { between, evenTimes, type Synthetic, smote } from "./smote.ts";
import { tomekLinks } from "./tomek.ts";

/** Throws `training-data` where there is nothing to balance, `rows-too-large`, `cancelled`, `file-write`. */
export function balanceTable(
  table: TableFile,
  options: BalanceOptions,
  context: BalanceContext,
): Promise<BalanceResult> {
  return stoppable(context.signal ?? context.duck.signal, async () => {
    const task = await taskOf(table, options, context);
    try {
      return await METHODS[options.method](task);
    } finally {
      for (const path of [task.rowsFile, task.madeFile]) await rm(path, { force: true });
    }
  });
}

interface Task {
  table: TableFile;
  label: string;
  labels: NamedCodes;
  /** Rows of each class, in the order of `labels.names`: most first. */
  counts: number[];
  options: BalanceOptions;
  context: BalanceContext;
  random: Random;
  rowsFile: string;
  madeFile: string;
}

const METHODS: Readonly<Record<BalanceOptions["method"], (task: Task) => Promise<BalanceResult>>> = {
  weights,
  "random-over": randomOver,
  "random-under": randomUnder,
  smote: (task) => smoteAndTomek(task, false),
  tomek,
  "smote-tomek": (task) => smoteAndTomek(task, true),
};

async function taskOf(table: TableFile, options: BalanceOptions, context: BalanceContext): Promise<Task> {
  const { label } = table;
  if (label === undefined)
    throw new OrbweaverError(
      "training-data",
      `'${table.name}' has no label column, expected classes to balance`,
    );
  const labels = await readTexts({ ...context, table }, "reading labels", label);
  const counts = labels.names.map(() => 0);
  for (const code of labels.codes) if (code < counts.length) counts[code]++;
  if (counts.length < 2) {
    throw new OrbweaverError(
      "training-data",
      `'${table.name}' has ${counts.length === 0 ? "no class" : `only class '${labels.names[0]}'`}, expected at least two to balance`,
    );
  }
  requireKnownClasses(table, labels.names, options.target);
  return {
    table,
    label,
    labels,
    counts,
    options,
    context,
    random: new Random(options.seed),
    rowsFile: `${context.out}.rows.parquet`,
    madeFile: `${context.out}.made.parquet`,
  };
}

function requireKnownClasses(
  table: TableFile,
  names: readonly string[],
  target: BalanceOptions["target"],
): void {
  if (typeof target !== "object") return;
  const unknown = Object.keys(target).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new OrbweaverError(
    "training-data",
    `'${table.name}' has no class '${unknown}'; it has ${names.slice(0, 12).join(", ")}`,
    { hint: "Name classes of the label column under `target`." },
  );
}

// --- targets ------------------------------------------------------------------------------------------------

/** Rows that each class is to have. Over-sampling never takes rows away, and under-sampling never adds any. */
function targetsOf({ counts, labels, options, table }: Task, direction: "over" | "under"): number[] {
  const { target } = options;
  const largest = Math.max(...counts);
  const smallest = Math.min(...counts);
  const rowsOf = (value: number): number => (value <= 1 ? Math.max(1, Math.round(value * largest)) : value);
  const wanted = labels.names.map((name, code) => {
    if (target === "auto") return direction === "over" ? largest : smallest;
    if (typeof target === "number") return rowsOf(target);
    return Object.hasOwn(target, name) ? rowsOf(target[name]) : counts[code];
  });
  const limited = wanted.map((rows, code) =>
    direction === "over" ? Math.max(rows, counts[code]) : Math.min(rows, counts[code]),
  );
  const total = limited.reduce((sum, rows) => sum + rows, 0);
  if (direction === "over" && total > options.rows) {
    throw new OrbweaverError(
      "rows-too-large",
      `'${table.name}': balancing would give ${groupedText(total)} rows, at most ${groupedText(options.rows)} are allowed`,
      {
        hint: "Ask for less with `target`, such as a share of the largest class, or allow more with `rows`.",
      },
    );
  }
  return limited;
}

// --- methods ------------------------------------------------------------------------------------------------

async function weights(task: Task): Promise<BalanceResult> {
  const { counts, labels, table, label, context } = task;
  const labelled = counts.reduce((sum, rows) => sum + rows, 0);
  const values = counts.map((rows) => labelled / (counts.length * rows));
  const cases = labels.names.map((name, code) => `WHEN ${literal(name)} THEN ${sqlNumber(values[code])}`);
  const expression = `CASE ${identifier(label)}::VARCHAR ${cases.join(" ")} END::DOUBLE AS ${identifier(WEIGHT_COLUMN)}`;
  const kept = table.columns.filter(({ name }) => name !== WEIGHT_COLUMN);
  const columns: DatasetColumn[] = [
    ...kept,
    {
      name: WEIGHT_COLUMN,
      role: "extra",
      kind: "number",
      unit: "",
      description: "Weight of the row's class: inverse to its rows, 1 on average",
    },
  ];
  const select = `SELECT ${[...kept.map(({ name }) => identifier(name)), expression].join(", ")} FROM ${fromTable(table.path)}`;
  await copyTable(context.duck, select, context.out, { columns, schema: await schemaOf(task) });
  const classes = classCounts(task, counts);
  return {
    rowsBefore: table.rows,
    rowsAfter: table.rows,
    classesBefore: classes,
    classesAfter: classes,
    columns,
    remarks: [],
    facts: { weights: Object.fromEntries(labels.names.map((name, code) => [name, values[code]])) },
  };
}

async function randomUnder(task: Task): Promise<BalanceResult> {
  const targets = targetsOf(task, "under");
  const times = new Uint32Array(task.table.rows).fill(1);
  for (const [code, rows] of rowsOfClasses(task).entries()) {
    task.random.shuffle(rows);
    for (const row of rows.subarray(targets[code])) times[row] = 0;
  }
  return writeBalanced(task, { times, counts: targets });
}

async function randomOver(task: Task): Promise<BalanceResult> {
  const targets = targetsOf(task, "over");
  const times = new Uint32Array(task.table.rows).fill(1);
  for (const [code, rows] of rowsOfClasses(task).entries()) {
    const more = evenTimes(rows.length, targets[code] - rows.length, task.random);
    for (const [at, row] of rows.entries()) times[row] += more[at];
  }
  return writeBalanced(task, { times, counts: targets });
}

async function tomek(task: Task): Promise<BalanceResult> {
  const features = featuresOf(task.table);
  if (features.numbers.length + features.categories.length === 0) throw withoutFeatures(task, "features");
  const scale = await readScale({ ...task.context, table: task.table }, features);
  const rows = await readRows({ ...task.context, table: task.table }, features, labelledRows(task).length);
  const { links, removed } = await driven(
    task,
    "looking for Tomek links",
    tomekLinks(pointsOf(rows, scale), labelledCodes(task), task.options.remove ?? "majority"),
  );
  const times = new Uint32Array(task.table.rows).fill(1);
  const counts = [...task.counts];
  removeRows(task, removed, times, counts);
  return writeBalanced(task, {
    times,
    counts,
    facts: { links },
    remarks: [{ what: "Tomek links", count: links }],
  });
}

/** Rows that were made of a class. */
interface MadeRows {
  code: number;
  /** The rows of the class, which `synthetic` names by number. */
  rows: Rows;
  synthetic: Synthetic;
  /** 1 for those that are not written. */
  removed?: Uint8Array;
}

async function smoteAndTomek(task: Task, withTomek: boolean): Promise<BalanceResult> {
  const { table, context, options, counts: before, labels } = task;
  const features = featuresOf(table);
  if (features.numbers.length === 0) throw withoutFeatures(task, "features that are numbers");
  const targets = targetsOf(task, "over");
  const reading = { ...context, table };
  const scale = await readScale(reading, features);
  const all = withTomek ? await readRows(reading, features, labelledRows(task).length) : undefined;
  const made: MadeRows[] = [];
  const counts = [...before];
  const remarks: BalanceResult["remarks"] = [];
  for (const [code, name] of labels.names.entries()) {
    const wanted = targets[code] - before[code];
    if (wanted <= 0) continue;
    if (before[code] < 2) {
      remarks.push({
        what: `class '${name}' has one row, and nothing lies between one row and itself: left as it is`,
      });
      continue;
    }
    const rows =
      all === undefined
        ? await readRows(reading, features, before[code], name)
        : rowsOfCode(all, labelledCodes(task), code, before[code]);
    const making = smote(pointsOf(rows, scale), wanted, options.neighbours, task.random.fork(code));
    made.push({ code, rows, synthetic: await driven(task, `making rows of ${name}`, making) });
    counts[code] += wanted;
  }
  const times = new Uint32Array(table.rows).fill(1);
  const facts: Record<string, unknown> = {
    made: made.reduce((sum, { synthetic }) => sum + synthetic.count, 0),
  };
  if (all !== undefined) {
    const links = await removeLinks(task, all, scale, made, times, counts);
    facts["links"] = links;
    remarks.push({ what: "Tomek links", count: links });
  }
  return writeBalanced(task, { times, counts, made, facts, remarks });
}

/** Looks for links among all rows, those that were made too, and marks what is to go; returns how many there are. */
async function removeLinks(
  task: Task,
  all: Rows,
  scale: Scale,
  made: MadeRows[],
  times: Uint32Array,
  counts: number[],
): Promise<number> {
  const together = withMade(task.table, all, made);
  const codes = new Int32Array(together.count);
  codes.set(labelledCodes(task));
  let first = all.count;
  for (const { code, synthetic } of made) {
    codes.fill(code, first, first + synthetic.count);
    first += synthetic.count;
  }
  const { links, removed } = await driven(
    task,
    "looking for Tomek links",
    tomekLinks(pointsOf(together, scale), ranked(codes, counts), task.options.remove ?? "both"),
  );
  removeRows(task, removed, times, counts);
  first = all.count;
  for (const part of made) {
    part.removed = removed.subarray(first, first + part.synthetic.count);
    for (const gone of part.removed) counts[part.code] -= gone;
    first += part.synthetic.count;
  }
  return links;
}

/** Classes by the rows that they have now: a lower number for more rows, equal ones as before. */
function ranked(codes: Int32Array, counts: readonly number[]): Int32Array {
  const order = counts.map((_, code) => code).sort((a, b) => counts[b] - counts[a] || a - b);
  const rank = new Int32Array(counts.length);
  order.forEach((code, at) => {
    rank[code] = at;
  });
  return codes.map((code) => rank[code]);
}

// --- rows ---------------------------------------------------------------------------------------------------

/** Rows with a label, in the order of the table. */
function labelledRows({ labels, counts }: Task): Uint32Array {
  const rows = new Uint32Array(counts.reduce((sum, count) => sum + count, 0));
  let at = 0;
  labels.codes.forEach((code, row) => {
    if (code < counts.length) rows[at++] = row;
  });
  return rows;
}

function labelledCodes(task: Task): Int32Array {
  return Int32Array.from(labelledRows(task), (row) => task.labels.codes[row]);
}

function rowsOfClasses({ labels, counts }: Task): Uint32Array[] {
  const rows = counts.map((count) => new Uint32Array(count));
  const next = counts.map(() => 0);
  labels.codes.forEach((code, row) => {
    if (code < counts.length) rows[code][next[code]++] = row;
  });
  return rows;
}

function removeRows(task: Task, removed: Uint8Array, times: Uint32Array, counts: number[]): void {
  labelledRows(task).forEach((row, at) => {
    if (removed[at] === 0) return;
    times[row] = 0;
    counts[task.labels.codes[row]]--;
  });
}

function rowsOfCode(all: Rows, codes: Int32Array, code: number, count: number): Rows {
  const width = all.features.numbers.length;
  const categoryWidth = all.features.categories.length;
  const rows: Rows = {
    ...all,
    count,
    numbers: new Float64Array(count * width),
    categories: new Int32Array(count * categoryWidth),
  };
  let at = 0;
  for (let row = 0; row < all.count; row++) {
    if (codes[row] !== code) continue;
    rows.numbers.set(all.numbers.subarray(row * width, (row + 1) * width), at * width);
    rows.categories.set(
      all.categories.subarray(row * categoryWidth, (row + 1) * categoryWidth),
      at * categoryWidth,
    );
    at++;
  }
  return rows;
}

/** All rows, and behind them those that were made. */
function withMade(table: TableFile, all: Rows, made: readonly MadeRows[]): Rows {
  const width = all.features.numbers.length;
  const categoryWidth = all.features.categories.length;
  const count = made.reduce((sum, { synthetic }) => sum + synthetic.count, all.count);
  requireCells(table, count, width + categoryWidth);
  const numbers = new Float64Array(count * width);
  const categories = new Int32Array(count * categoryWidth);
  numbers.set(all.numbers);
  categories.set(all.categories);
  let row = all.count;
  for (const part of made) {
    categories.set(part.synthetic.categories, row * categoryWidth);
    for (let at = 0; at < part.synthetic.count; at++, row++)
      for (let column = 0; column < width; column++)
        numbers[row * width + column] = numberOf(part, at, column);
  }
  return { ...all, count, numbers, categories };
}

function numberOf({ rows, synthetic }: MadeRows, at: number, column: number): number {
  const width = rows.features.numbers.length;
  return between(
    rows.numbers[synthetic.base[at] * width + column],
    rows.numbers[synthetic.neighbour[at] * width + column],
    synthetic.gap[at],
  );
}

// --- writing ------------------------------------------------------------------------------------------------

interface Balanced {
  /** How often each row of the table is written: its first time in its place, its copies behind all rows. */
  times: Uint32Array;
  counts: readonly number[];
  made?: readonly MadeRows[];
  facts?: Record<string, unknown>;
  remarks?: BalanceResult["remarks"];
}

async function writeBalanced(
  task: Task,
  { times, counts, made = [], facts = {}, remarks = [] }: Balanced,
): Promise<BalanceResult> {
  const { table, context } = task;
  stopWhenAsked(context.signal);
  context.onProgress?.({ step: "writing" });
  await writeTimes(task.rowsFile, times);
  const kept = table.columns.filter(({ name }) => name !== SYNTHETIC_COLUMN);
  const before =
    kept.length < table.columns.length ? `coalesce(${identifier(SYNTHETIC_COLUMN)}::DOUBLE, 0)` : "0::DOUBLE";
  const names = kept.map(({ name }) => identifier(name));
  const count = freshName(table, "times_written");
  const copy = freshName(table, "copy_ordinal");
  const from = `${fromTable(table.path)} POSITIONAL JOIN (SELECT times AS ${count} FROM ${fromTable(task.rowsFile)})`;
  const selects = [
    `SELECT ${names.join(", ")}, ${before} AS ${SYNTHETIC_COLUMN} FROM ${from} WHERE ${count} > 0`,
  ];
  if (times.some((value) => value > 1)) {
    selects.push(
      `SELECT ${names.join(", ")}, 1::DOUBLE AS ${SYNTHETIC_COLUMN} FROM (SELECT *, unnest(range(${count} - 1)) AS ${copy} FROM ${from} WHERE ${count} > 1)`,
    );
  }
  if (made.some(({ synthetic }) => synthetic.count > 0)) {
    await writeMade(task, made);
    selects.push(
      `SELECT ${madeColumns(task, kept).join(", ")}, 1::DOUBLE AS ${SYNTHETIC_COLUMN} FROM ${fromTable(task.madeFile)}`,
    );
  }
  const columns: DatasetColumn[] = [
    ...kept,
    {
      name: SYNTHETIC_COLUMN,
      role: "extra",
      kind: "number",
      unit: "",
      description: "1 for rows that were made to balance classes, copies and synthetic ones; else 0",
    },
  ];
  await copyInOrder(task.context.duck, selects, task.context.out, { columns, schema: await schemaOf(task) });
  const unlabelled = table.rows - labelledRows(task).length;
  return {
    rowsBefore: table.rows,
    rowsAfter: counts.reduce((sum, rows) => sum + rows, unlabelled),
    classesBefore: classCounts(task, task.counts),
    classesAfter: classCounts(task, counts),
    columns,
    remarks: [...remarks],
    facts,
  };
}

async function writeTimes(path: string, times: Uint32Array): Promise<void> {
  let row = 0;
  await writeParquet(path, {
    columns: [{ name: "times", kind: "number", stored: (column) => `${column}::UINTEGER` }],
    metadata: {},
    next() {
      const rows = Math.min(PARQUET_CHUNK_ROWS, times.length - row);
      if (rows === 0) return undefined;
      row += rows;
      return { rows, columns: [Float64Array.from(times.subarray(row - rows, row))] };
    },
  });
}

/** Writes features and label of the rows that were made: numbers n0, n1, …, categories c0, c1, …, and `label`. */
async function writeMade(task: Task, made: readonly MadeRows[]): Promise<void> {
  const features = featuresOf(task.table);
  const rows = writtenRows(made);
  await writeParquet(task.madeFile, {
    columns: [
      ...features.numbers.map((_, at) => ({ name: `n${at}`, kind: "number" as const })),
      ...features.categories.map((_, at) => ({ name: `c${at}`, kind: "text" as const })),
      { name: "label", kind: "text" as const },
    ],
    metadata: {},
    next() {
      const block: { part: MadeRows; at: number }[] = [];
      while (block.length < PARQUET_CHUNK_ROWS) {
        const { value, done } = rows.next();
        if (done) break;
        block.push(value);
      }
      if (block.length === 0) return undefined;
      return {
        rows: block.length,
        columns: [
          ...features.numbers.map((_, column) =>
            Float64Array.from(block, ({ part, at }) => numberOf(part, at, column)),
          ),
          ...features.categories.map((_, column) => block.map(({ part, at }) => textOf(part, at, column))),
          block.map(({ part }) => task.labels.names[part.code]),
        ],
      };
    },
  });
}

function* writtenRows(made: readonly MadeRows[]): Generator<{ part: MadeRows; at: number }, undefined> {
  for (const part of made)
    for (let at = 0; at < part.synthetic.count; at++) if (part.removed?.[at] !== 1) yield { part, at };
  return undefined;
}

function textOf({ rows, synthetic }: MadeRows, at: number, column: number): string | null {
  return rows.texts[column][synthetic.categories[at * rows.features.categories.length + column]];
}

/** The columns of the table, of rows that were made: who they were and what else was known of them is missing. */
function madeColumns({ table, label }: Task, columns: readonly DatasetColumn[]): string[] {
  const { numbers, categories } = featuresOf(table);
  return columns.map((column) => {
    const number = numbers.indexOf(column);
    const category = categories.indexOf(column);
    const type = column.kind === "number" ? "DOUBLE" : column.kind === "time" ? "BIGINT" : "VARCHAR";
    const value =
      column.name === label
        ? "label"
        : number >= 0
          ? column.kind === "time"
            ? `round(n${number})`
            : `n${number}`
          : category >= 0
            ? `c${category}`
            : "NULL";
    return `(${value})::${type} AS ${identifier(column.name)}`;
  });
}

function freshName({ columns }: TableFile, wanted: string): string {
  let name = wanted;
  while (columns.some((column) => column.name.toLowerCase() === name)) name += "_";
  return name;
}

/** A number that SQL reads back as the same. */
function sqlNumber(value: number): string {
  return `${value.toExponential()}::DOUBLE`;
}

async function schemaOf({ context, table }: Task): Promise<TableSchema | undefined> {
  const reader = await context.duck.connection.runAndReadAll(
    `SELECT decode(value) FROM parquet_kv_metadata(${fileLiteral(table.path)}) WHERE decode(key) = ${literal(PARQUET_SCHEMA_KEY)}`,
  );
  const text = reader.getRows()[0]?.[0];
  return text === undefined ? undefined : parseSchemaText(String(text));
}

function classCounts({ labels }: Task, counts: readonly number[]): ClassCount[] {
  const found = labels.names.map((name, code) => ({ name, rows: counts[code] }));
  return found.sort((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1));
}

function withoutFeatures({ table, options }: Task, expected: string): OrbweaverError {
  return new OrbweaverError(
    "training-data",
    `'${table.name}' has no ${expected}, which ${options.method} needs`,
    {
      hint: "Use random-over, random-under or weights, which look at no feature.",
    },
  );
}

/** Runs what yields the share that is done; lets the process breathe, and stops when it is asked to. */
const TURN_MS = 50;

async function driven<Result>(
  { context }: Task,
  step: string,
  work: Generator<number, Result>,
): Promise<Result> {
  let turnAt = performance.now();
  for (;;) {
    const { value, done } = work.next();
    if (done) return value;
    if (performance.now() - turnAt < TURN_MS) continue;
    context.onProgress?.({ step, share: value });
    await nextTurn();
    stopWhenAsked(context.signal ?? context.duck.signal);
    turnAt = performance.now();
  }
}
