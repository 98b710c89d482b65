// Splits a table into parts: reads the columns that the method needs, assigns every row, writes the assignment.
//
// What it guarantees: one byte a row in the order of the table, the same for the same table and options on every machine;
// memory of a few numbers a row, whatever the number of columns. Knows no project.

import { counted, groupedText, momentText, numberText } from "../../base/number-text.ts";
import { Random } from "../../base/random.ts";
import { PARQUET_CHUNK_ROWS, writeParquet } from "../parquet.ts";
import { stoppable, stopWhenAsked } from "../stop.ts";
import type { ClassCount, TableFile } from "../store/contract.ts";
import { assignByTime, assignGroups, assignRows, type Codes } from "./assign.ts";
import {
  NO_PART,
  type SplitContext,
  type SplitOptions,
  type SplitPart,
  type SplitResult,
} from "./contract.ts";
import {
  type GroupOptions,
  impossible,
  joinedGroups,
  readDuplicates,
  readGroups,
  secondsOf,
  timeColumn,
} from "./groups.ts";
import { type FileParts, patternParts, publishedParts } from "./official.ts";
import { type NamedCodes, type ReadContext, readNumbers, readTexts } from "./read-columns.ts";

export const SOURCE_FILE_COLUMN = "source_file";
const SOURCE_FILES_MAX = 10_000;
/** A class with fewer rows than this is told of: figures about it say nothing. */
const TINY_CLASS_ROWS = 10;
/** A part whose share is off by more than this part of what was asked is told of. */
const SHARE_TOLERANCE = 0.1;
/** Warnings of one kind that are told one by one. */
const WARNINGS_LISTED = 8;

interface Assigned {
  names: string[];
  parts: Uint8Array;
  /** What each part was to have, as a fraction; absent where nothing was asked. */
  shares?: number[];
  leftOut?: { reason: string; rows: number }[];
  warnings?: string[];
  facts?: Record<string, unknown>;
}

/** Throws `split-impossible`, `dataset-damaged`, `cancelled`, `file-write`. */
export function splitTable(
  table: TableFile,
  options: SplitOptions,
  context: SplitContext,
): Promise<SplitResult> {
  return stoppable(context.signal ?? context.duck.signal, () => splitRows(table, options, context));
}

async function splitRows(
  table: TableFile,
  options: SplitOptions,
  context: SplitContext,
): Promise<SplitResult> {
  if (table.rows === 0) throw impossible(table, "found no rows, expected some");
  const reading: ReadContext = { ...context, table };
  const labels =
    table.label === undefined ? undefined : await readTexts(reading, "reading labels", table.label);
  const assigned = await assign(reading, options, labels);
  stopWhenAsked(context.signal);
  const parts = countParts(assigned, labels);
  const empty = parts.find(({ rows }) => rows === 0);
  if (empty !== undefined)
    throw impossible(table, `part '${empty.name}' would have none of ${counted(table.rows, "row")}`);
  context.onProgress?.({ step: "writing" });
  await writeAssignment(context.out, assigned.parts);
  return {
    parts,
    leftOut: leftOutOf(assigned),
    warnings: [
      ...(assigned.warnings ?? []),
      ...shareWarnings(assigned, parts, table.rows),
      ...classWarnings(parts, labels),
    ],
    facts: assigned.facts ?? {},
  };
}

async function assign(
  reading: ReadContext,
  options: SplitOptions,
  labels: NamedCodes | undefined,
): Promise<Assigned> {
  switch (options.by) {
    case "random":
      return byChance(reading, sharesOf(options.parts), options, labels);
    case "time":
      return byTime(reading, sharesOf(options.parts), options);
    case "group":
      return byGroup(reading, sharesOf(options.parts), options, labels);
    case "official":
      return bySource(reading, options.sources);
    case "folds":
      return byFolds(reading, options, labels);
  }
}

// --- methods ------------------------------------------------------------------------------------------------

interface Shares {
  names: string[];
  shares: number[];
}

type Chance = Pick<Extract<SplitOptions, { by: "random" }>, "seed" | "stratify" | "duplicates">;

function sharesOf(parts: Readonly<Record<string, number>>): Shares {
  const used = Object.entries(parts).filter(([, share]) => share > 0);
  return { names: used.map(([name]) => name), shares: used.map(([, share]) => share / 100) };
}

function byFolds(
  reading: ReadContext,
  options: Extract<SplitOptions, { by: "folds" }>,
  labels: NamedCodes | undefined,
): Promise<Assigned> {
  const names = Array.from({ length: options.folds }, (_, fold) => `fold${fold + 1}`);
  const folds = { names, shares: names.map(() => 1 / names.length) };
  switch (options.of) {
    case "random":
      return byChance(reading, folds, options, labels);
    case "time":
      return byTime(reading, folds, options);
    case "group": {
      const { group } = options;
      if (group === undefined)
        throw impossible(reading.table, "found nothing to group folds by, expected a group");
      return byGroup(reading, folds, { ...options, group }, labels);
    }
  }
}

async function byChance(
  reading: ReadContext,
  { names, shares }: Shares,
  options: Chance,
  labels: NamedCodes | undefined,
): Promise<Assigned> {
  const { table } = reading;
  const strata = strataOf(table, labels, options.stratify);
  const random = new Random(options.seed);
  if (options.duplicates === "free") {
    requireAtLeast(table, table.rows, "row", names.length);
    return { names, shares, parts: assignRows(strata, shares, random) };
  }
  const duplicates = await readDuplicates(reading);
  requireAtLeast(table, duplicates.count, "distinct row", names.length);
  return {
    names,
    shares,
    parts: assignGroups(duplicates, strata, shares, random),
    facts: { distinctRows: duplicates.count },
  };
}

async function byGroup(
  reading: ReadContext,
  { names, shares }: Shares,
  options: Chance & GroupOptions,
  labels: NamedCodes | undefined,
): Promise<Assigned> {
  const { table } = reading;
  const found = await readGroups(reading, options);
  const together = options.duplicates === "together";
  const groups = together ? joinedGroups(found, await readDuplicates(reading)) : found;
  requireAtLeast(
    table,
    groups.count,
    together ? "group that shares no equal row with another" : "group",
    names.length,
  );
  const strata = strataOf(table, labels, options.stratify);
  const warnings: string[] = [];
  const largest = largestGroup(groups);
  if (largest > Math.min(...shares) * table.rows)
    warnings.push(
      `the largest group has ${percentText(largest / table.rows)} of all rows: shares are only roughly kept`,
    );
  if (found.missing > 0)
    warnings.push(`${counted(found.missing, "row")} without ${found.columns.join(", ")}: they are one group`);
  return {
    names,
    shares,
    parts: assignGroups(groups, strata, shares, new Random(options.seed)),
    warnings,
    facts: {
      columns: found.columns,
      groups: found.count,
      largestGroup: largest,
      ...(together ? { groupsWithoutEqualRows: groups.count } : {}),
    },
  };
}

async function byTime(
  reading: ReadContext,
  { names, shares }: Shares,
  options: Pick<Extract<SplitOptions, { by: "time" }>, "column" | "gap">,
): Promise<Assigned> {
  const { table } = reading;
  const column = timeColumn(table, options.column);
  const isTime = table.columns.find(({ name }) => name === column)?.kind === "time";
  const shown = (value: number): string => (isTime ? momentText(value) : numberText(value));
  const times = await readNumbers(reading, "reading times", column);
  const found = assignByTime(times, shares, options.gap * secondsOf(table, column));
  if (found === undefined)
    throw impossible(
      table,
      `column '${column}' has fewer different times than the ${names.length} parts need`,
    );
  const empty = found.spans.indexOf(undefined);
  if (empty >= 0)
    throw impossible(
      table,
      `the gap of ${options.gap} leaves part '${names[empty]}' no row of column '${column}'`,
    );
  return {
    names,
    shares,
    parts: found.parts,
    leftOut: [
      { reason: `no time in column '${column}'`, rows: found.missing },
      { reason: "in a gap between parts", rows: found.inGap },
    ],
    facts: {
      column,
      spans: found.spans.map((span, at) => ({
        part: names[at],
        from: shown(span?.first ?? Number.NaN),
        to: shown(span?.last ?? Number.NaN),
      })),
    },
  };
}

async function bySource(
  reading: ReadContext,
  sources: Readonly<Record<string, readonly string[]>> | undefined,
): Promise<Assigned> {
  const { table } = reading;
  if (!table.columns.some(({ name }) => name === SOURCE_FILE_COLUMN))
    throw impossible(table, `found no column '${SOURCE_FILE_COLUMN}' that tells which file a row came from`);
  const files = await readTexts(reading, "reading sources", SOURCE_FILE_COLUMN, SOURCE_FILES_MAX);
  const { title, parts: names, partOf, remarks } = fileParts(table, files.names, sources);
  const bytes = Uint8Array.from([...partOf, -1], (part) => (part < 0 ? NO_PART : part));
  const parts = Uint8Array.from(files.codes, (code) => bytes[code]);
  const unused = files.names.filter((_, at) => partOf[at] < 0);
  const reason = unused.length === 0 ? "no source file" : `of ${listed(unused)}`;
  return {
    names,
    parts,
    leftOut: [{ reason, rows: countOf(parts, NO_PART) }],
    warnings: remarks,
    facts: title === undefined ? {} : { published: title },
  };
}

function fileParts(
  table: TableFile,
  files: readonly string[],
  sources: Readonly<Record<string, readonly string[]>> | undefined,
): FileParts {
  const found = sources === undefined ? publishedParts(files) : patternParts(files, sources);
  if (found === undefined) {
    throw impossible(
      table,
      `${listed(files)}: found no published pair of training and test files; name the files with --train-source and --test-source`,
    );
  }
  if (typeof found === "string") throw impossible(table, found);
  return found;
}

// --- what is asked of tables ----------------------------------------------------------------------------------

function strataOf(table: TableFile, labels: NamedCodes | undefined, stratify: boolean): Codes {
  return stratify && labels !== undefined ? labels : { codes: new Int32Array(table.rows), count: 1 };
}

function requireAtLeast(table: TableFile, count: number, what: string, parts: number): void {
  if (count < parts)
    throw impossible(table, `found ${counted(count, what)}, expected at least ${parts}, one a part`);
}

function largestGroup({ codes, count }: Codes): number {
  const rows = new Float64Array(count);
  for (const code of codes) rows[code]++;
  return rows.reduce((most, size) => Math.max(most, size), 0);
}

// --- what came of it ------------------------------------------------------------------------------------------

function countParts({ names, parts }: Assigned, labels: NamedCodes | undefined): SplitPart[] {
  const width = (labels?.names.length ?? 0) + 1;
  const counts = new Float64Array((NO_PART + 1) * width);
  for (let row = 0; row < parts.length; row++) counts[parts[row] * width + (labels?.codes[row] ?? 0)]++;
  return names.map((name, part) => {
    const own = [...counts.subarray(part * width, (part + 1) * width)];
    const rows = own.reduce((sum, count) => sum + count, 0);
    if (labels === undefined) return { name, rows };
    const classes = labels.names.map((label, code): ClassCount => ({ name: label, rows: own[code] }));
    return { name, rows, classes };
  });
}

function leftOutOf({ parts, leftOut = [] }: Assigned): SplitResult["leftOut"] {
  const told = leftOut.filter(({ rows }) => rows > 0);
  const rest = countOf(parts, NO_PART) - told.reduce((sum, { rows }) => sum + rows, 0);
  return rest > 0 ? [...told, { reason: "in the share that no part was given", rows: rest }] : told;
}

function shareWarnings({ shares }: Assigned, parts: readonly SplitPart[], rows: number): string[] {
  return (shares ?? []).flatMap((share, at) => {
    const found = parts[at].rows / rows;
    if (Math.abs(found - share) <= SHARE_TOLERANCE * share) return [];
    return [
      `part '${parts[at].name}' has ${percentText(found)} of the rows, asked for were ${percentText(share)}`,
    ];
  });
}

function classWarnings(parts: readonly SplitPart[], labels: NamedCodes | undefined): string[] {
  if (labels === undefined) return ["the table has no label: shares of classes were not looked at"];
  const totals = labels.names.map((name, at) => ({
    name,
    rows: parts.reduce((sum, { classes }) => sum + (classes?.[at].rows ?? 0), 0),
    without: parts.filter(({ classes }) => classes?.[at].rows === 0).map((part) => part.name),
  }));
  const absent = totals
    .filter(({ without, rows }) => without.length > 0 && rows > 0)
    .map(
      ({ name, rows, without }) =>
        `class '${name}' (${counted(rows, "row")}) has none in ${without.join(", ")}`,
    );
  const tiny = totals.filter(({ rows }) => rows > 0 && rows < TINY_CLASS_ROWS).map(({ name }) => `'${name}'`);
  return [
    ...absent.slice(0, WARNINGS_LISTED),
    ...(absent.length > WARNINGS_LISTED
      ? [`${absent.length - WARNINGS_LISTED} more classes have no rows in some part`]
      : []),
    ...(tiny.length === 0
      ? []
      : [`fewer than ${TINY_CLASS_ROWS} rows in all, figures about them say nothing: ${listed(tiny)}`]),
  ];
}

function countOf(parts: Uint8Array, part: number): number {
  let count = 0;
  for (const value of parts) if (value === part) count++;
  return count;
}

function percentText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function listed(names: readonly string[], most = 6): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(", ")} and ${groupedText(more)} more` : names.join(", ");
}

// --- the assignment -------------------------------------------------------------------------------------------

async function writeAssignment(path: string, parts: Uint8Array): Promise<void> {
  let row = 0;
  await writeParquet(path, {
    columns: [{ name: "part", kind: "number", stored: (column) => `${column}::UTINYINT` }],
    metadata: {},
    next() {
      const rows = Math.min(PARQUET_CHUNK_ROWS, parts.length - row);
      if (rows === 0) return undefined;
      const values = Float64Array.from(parts.subarray(row, row + rows));
      row += rows;
      return { rows, columns: [values] };
    },
  });
}
