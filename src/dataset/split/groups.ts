// Which rows belong together: by address, pair, network, file, session, day, by columns, or because their features are equal.

import { OrbweaverError } from "../../base/errors.ts";
import { nameMeaning, plainName } from "../column-names.ts";
import { identifier } from "../duck.ts";
import type { DatasetColumn, TableFile } from "../store/contract.ts";
import { fromTable } from "../store/table-parquet.ts";
import type { Codes } from "./assign.ts";
import { GROUP_KINDS, type GroupKind } from "./contract.ts";
import { ascendingOrder, joinedSets, renumbered, rowsByCode } from "./order.ts";
import { keyOf, type ReadContext, readKeys, readNumbers } from "./read-columns.ts";

const DAY_US = 86_400_000_000;
const SECOND_US = 1_000_000;
const SOURCE_ADDRESS = /^(s|src|source|orig|client|ip_src|ipv6_src|id_orig)/;
const CAPTURE = /^(source_file|capture|pcap|file|file_?name)$/;
const SESSION = /^session(_?id)?$/;

export interface GroupOptions {
  group: readonly string[];
  idle: number;
  /** Name of the column of times, where it was given. */
  column?: string;
}

export interface Groups extends Codes {
  /** What the groups were made of, for the manifest and messages. */
  columns: string[];
  /** Rows that have no value in any of the columns; they are one group. */
  missing: number;
}

/** Throws `split-impossible` where the table lacks what the groups are told by. */
export async function readGroups(context: ReadContext, options: GroupOptions): Promise<Groups> {
  const { table } = context;
  const [first, ...others] = options.group;
  if (others.length > 0 || !Object.hasOwn(GROUP_KINDS, first) || hasColumn(table, first))
    return byColumns(context, options.group);
  switch (first as GroupKind) {
    case "host":
      return byColumns(context, [addressColumns(table).source]);
    case "pair":
      return byPair(context);
    case "network":
      return byNetwork(context);
    case "capture":
      return byColumns(context, [columnLike(table, CAPTURE, "capture", "a column such as source_file")]);
    case "session":
      return bySession(context, options);
    case "day":
      return byDay(context, timeColumn(table, options.column));
  }
}

/** The column of times. Throws `split-impossible` where there is none, or several and none is called start_us. */
export function timeColumn(table: TableFile, asked: string | undefined): string {
  if (asked !== undefined) {
    const column = table.columns.find(({ name }) => name === asked);
    if (column !== undefined && (column.kind === "time" || column.kind === "number")) return asked;
    const found = column === undefined ? "no such column" : `a column of kind ${column.kind}`;
    throw impossible(table, `found ${found} '${asked}', expected one of times or numbers`);
  }
  const times = table.columns.filter(({ kind }) => kind === "time").map(({ name }) => name);
  if (times.includes("start_us")) return "start_us";
  if (times.length === 1) return times[0];
  const found = times.length === 0 ? "no column of times" : `the columns of times ${times.join(", ")}`;
  throw impossible(table, `found ${found}, expected one; name it with --time-column`);
}

/** Rows whose features are all equal. */
export async function readDuplicates(context: ReadContext): Promise<Codes> {
  const features = context.table.columns.filter(({ role }) => role === "feature");
  if (features.length === 0) throw impossible(context.table, "found no features to tell duplicates by");
  const { codes, count } = await readKeys(context, "comparing rows", [
    keyOf(features.map(({ name }) => identifier(name))),
  ]);
  return { codes: codes[0], count };
}

/** Groups that are as coarse as needed for both to hold. */
export function joinedGroups(a: Codes, b: Codes): Codes {
  const sets = joinedSets(a.count + b.count);
  for (let row = 0; row < a.codes.length; row++) sets.join(a.codes[row], a.count + b.codes[row]);
  return renumbered(
    a.codes.map((code) => sets.root(code)),
    a.count,
  );
}

// --- kinds --------------------------------------------------------------------------------------------------

async function byColumns(context: ReadContext, columns: readonly string[]): Promise<Groups> {
  const { table } = context;
  for (const name of columns) {
    if (hasColumn(table, name)) continue;
    const kinds = Object.keys(GROUP_KINDS).join(", ");
    throw impossible(table, `found no column '${name}', expected one of its columns, or one of ${kinds}`);
  }
  const { codes, count } = await readKeys(context, "reading groups", [keyOf(columns.map(identifier))]);
  return { codes: codes[0], count, columns: [...columns], missing: await missingRows(context, columns) };
}

async function byPair(context: ReadContext): Promise<Groups> {
  const { source, destination } = addressColumns(context.table);
  const [a, b] = [`${identifier(source)}::VARCHAR`, `${identifier(destination)}::VARCHAR`];
  const { codes, count } = await readKeys(context, "reading addresses", [
    keyOf([`least(${a}, ${b})`, `greatest(${a}, ${b})`]),
  ]);
  const columns = [source, destination];
  return { codes: codes[0], count, columns, missing: await missingRows(context, columns) };
}

async function byNetwork(context: ReadContext): Promise<Groups> {
  const { source, destination } = addressColumns(context.table);
  const { codes, count } = await readKeys(
    context,
    "reading addresses",
    [source, destination].map((name) => keyOf([`${identifier(name)}::VARCHAR`])),
  );
  const sets = joinedSets(count);
  for (let row = 0; row < codes[0].length; row++) sets.join(codes[0][row], codes[1][row]);
  const joined = renumbered(
    codes[0].map((code) => sets.root(code)),
    count,
  );
  const columns = [source, destination];
  return { ...joined, columns, missing: await missingRows(context, columns) };
}

async function bySession(context: ReadContext, options: GroupOptions): Promise<Groups> {
  const { table } = context;
  const named = table.columns.find(({ name }) => SESSION.test(plainName(name)));
  if (named !== undefined) return byColumns(context, [named.name]);
  const column = timeColumn(table, options.column);
  const pairs = await byPair(context);
  const times = await readNumbers(context, "reading times", column);
  const idle = options.idle * secondsOf(table, column);
  const { starts, rows } = rowsByCode(pairs.codes, pairs.count, ascendingOrder(times));
  const codes = new Int32Array(times.length);
  let session = -1;
  for (let pair = 0; pair < pairs.count; pair++) {
    session++;
    for (let at = starts[pair]; at < starts[pair + 1]; at++) {
      // Rows without a time come last, and are one session with what is before them: NaN is never above.
      if (at > starts[pair] && times[rows[at]] - times[rows[at - 1]] > idle) session++;
      codes[rows[at]] = session;
    }
  }
  return {
    ...renumbered(codes, session + 1),
    columns: [...pairs.columns, column],
    missing: pairs.missing,
  };
}

async function byDay(context: ReadContext, column: string): Promise<Groups> {
  const { table } = context;
  if (columnNamed(table, column)?.kind !== "time")
    throw impossible(table, `column '${column}' holds numbers, expected times`);
  const { codes, count } = await readKeys(context, "reading days", [
    keyOf([`floor(${identifier(column)}::DOUBLE / ${DAY_US})`]),
  ]);
  return { codes: codes[0], count, columns: [column], missing: await missingRows(context, [column]) };
}

// --- columns ------------------------------------------------------------------------------------------------

/** What a second is in the values of a column of times; a column of numbers is taken as it is. */
export function secondsOf(table: TableFile, column: string): number {
  return columnNamed(table, column)?.kind === "time" ? SECOND_US : 1;
}

function addressColumns(table: TableFile): { source: string; destination: string } {
  const all = table.columns.filter(({ name }) => nameMeaning(name) === "address").map(({ name }) => name);
  const pick = (wanted: string, isSource: boolean): string | undefined =>
    all.includes(wanted)
      ? wanted
      : all.find((name) => SOURCE_ADDRESS.test(plainName(name)) === isSource && !/mac|eth/i.test(name));
  const source = pick("source_address", true);
  const destination = pick("destination_address", false);
  if (source === undefined || destination === undefined) {
    throw impossible(table, "found no columns of addresses, expected source_address and destination_address");
  }
  return { source, destination };
}

function columnLike(table: TableFile, pattern: RegExp, kind: string, expected: string): string {
  const found = table.columns.find(({ name }) => pattern.test(plainName(name)));
  if (found === undefined) throw impossible(table, `found nothing to group by ${kind}, expected ${expected}`);
  return found.name;
}

function columnNamed(table: TableFile, name: string): DatasetColumn | undefined {
  return table.columns.find((column) => column.name === name);
}

function hasColumn(table: TableFile, name: string): boolean {
  return columnNamed(table, name) !== undefined;
}

async function missingRows({ duck, table }: ReadContext, columns: readonly string[]): Promise<number> {
  const none = columns.map((name) => `${identifier(name)} IS NULL`).join(" AND ");
  const reader = await duck.connection.runAndReadAll(
    `SELECT count(*) FILTER (${none}) FROM ${fromTable(table.path)}`,
  );
  return Number(reader.getRows()[0][0]);
}

export function impossible(table: TableFile, message: string): OrbweaverError {
  return new OrbweaverError("split-impossible", `'${table.name}': ${message}`);
}
