// Rows of a table as lines of line protocol, made by DuckDB: which columns are tags, which are fields, what the time is.
//
// What InfluxDB cannot hold is told before anything is written: line ends and odd backslashes in tags, columns called
// "time", and rows that would replace each other because their time and tags are the same. Rows of one time and the same
// tags get times that differ by nanoseconds, up to 1,000 of them: read back in µs they are the same again.

import { OrbweaverError } from "../../base/errors.ts";
import { counted, groupedText } from "../../base/number-text.ts";
import { type Duck, fileLiteral, identifier, literal } from "../duck.ts";
import { numberSql } from "../export-text.ts";
import { shown } from "../file-error.ts";
import type { DatasetColumn, TableFile } from "../store/contract.ts";
import { TIME_NAME } from "./point-spool.ts";

export interface LineOptions {
  measurement: string;
  /** Columns that become tags, by their names in the table; default: the label, if there is one. */
  tags?: readonly string[];
  /** What the label is called, as tag and as field; default: its name. */
  labelName?: string;
  /** Column of µs that gives the time; default: one called "time"; without it, times count up by row. */
  time?: string;
  /** µs of the first row, where times count up; default 0. */
  startUs?: number;
  /** Between rows, where times count up; default 1,000. */
  stepUs?: number;
}

export interface LinePlan {
  /** SELECT of `line` (NULL for a row that has no value) and `row`, which counts from 1, in the order of the table. */
  select: string;
  tags: string[];
  /** Where the times come from, in words. */
  timeText: string;
  /** Numbers that InfluxDB cannot hold (infinite, no number), left out. */
  unstorable: number;
}

const STEP_US = 1000;
const NS_OF_US = 1000;
const MEASUREMENT_SPECIALS = [",", " "];
const KEY_SPECIALS = [",", "=", " "];

/**
 * Decides, and looks through the table for what InfluxDB cannot hold.
 *
 * @throws `usage` for columns that are not there, `rows-invalid` for what cannot be stored
 */
export async function planLines(duck: Duck, table: TableFile, options: LineOptions): Promise<LinePlan> {
  const time = timeColumn(table, options);
  const tags = tagColumns(table, options, time);
  const fields = table.columns.filter(
    (column) => column !== time && (column.name === table.label || !tags.includes(column)),
  );
  const nameOf = (column: DatasetColumn): string =>
    column.name === table.label ? (options.labelName ?? column.name) : column.name;
  requireKeys(table, [...tags, ...fields].map(nameOf));
  if (fields.length === 0)
    throw new OrbweaverError("usage", "every column would be a tag or the time; a point needs a field");
  await requireStorableTags(duck, table, tags);
  const from = `read_parquet(${fileLiteral(table.path)}, hive_partitioning = false, file_row_number = true)`;
  const tagSql = [...tags]
    .map((column) => ({ key: escapedKey(nameOf(column)), column }))
    // The order in which InfluxDB keeps them; it takes them faster.
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, column }) => `coalesce(${literal(`,${key}=`)} || ${escapedTag(column)}, '')`);
  const fieldSql = fields.map((column) => fieldText(escapedKey(nameOf(column)), column));
  const order = await timeSql(duck, table, { ...options, time, tags });
  const head = [literal(escaped(options.measurement, MEASUREMENT_SPECIALS)), ...tagSql].join(" || ");
  const body = `concat_ws(',', ${fieldSql.join(", ")})`;
  return {
    select:
      `SELECT CASE WHEN f = '' THEN NULL ELSE h || ' ' || f || ' ' || t END AS line, row FROM ` +
      `(SELECT ${head} AS h, ${body} AS f, (${order.sql})::VARCHAR AS t, file_row_number + 1 AS row FROM ${from})${order.isWindow ? " ORDER BY row" : ""}`,
    tags: tags.map(nameOf),
    timeText: order.text,
    unstorable: await unstorableNumbers(duck, table, fields),
  };
}

function timeColumn(table: TableFile, options: LineOptions): DatasetColumn | undefined {
  const wanted = options.time ?? TIME_NAME;
  const found = table.columns.find(({ name }) => name === wanted);
  if (found?.kind === "time") return found;
  if (options.time === undefined) return undefined;
  const there = table.columns.filter(({ kind }) => kind === "time").map(({ name }) => name);
  const known = there.length === 0 ? "it has no column of times" : `its times are ${there.join(", ")}`;
  throw new OrbweaverError("usage", `'${table.name}' has no column of times '${shown(wanted)}'; ${known}`, {
    hint: "Leave it out: times then count up by row.",
  });
}

function tagColumns(
  table: TableFile,
  options: LineOptions,
  time: DatasetColumn | undefined,
): DatasetColumn[] {
  const names = options.tags ?? (table.label === undefined ? [] : [table.label]);
  return [...new Set(names)].map((name) => {
    const asked = name === options.labelName ? (table.label ?? name) : name;
    const column = table.columns.find((other) => other.name === asked);
    if (column === undefined || column === time) {
      throw new OrbweaverError("usage", `'${table.name}' has no column '${shown(name)}' to make a tag of`);
    }
    return column;
  });
}

function requireKeys(table: TableFile, names: readonly string[]): void {
  for (const name of names) {
    if (name.toLowerCase() === TIME_NAME) {
      throw new OrbweaverError(
        "rows-invalid",
        `'${table.name}' has a column '${name}', which InfluxDB keeps for the time of a point`,
        { hint: "Name it with --time, or rename it first (`orbweaver prepare`)." },
      );
    }
    if (/[\n\r]|\\($|[,= \\])/.test(name) || name === "") {
      throw new OrbweaverError("rows-invalid", `InfluxDB can have no column called '${shown(name)}'`);
    }
  }
}

/** Line ends, and backslashes where the next character would be taken with them, cannot be written in tags. */
async function requireStorableTags(
  duck: Duck,
  table: TableFile,
  tags: readonly DatasetColumn[],
): Promise<void> {
  for (const { name, kind } of tags) {
    if (kind === "number" || kind === "time") continue;
    const column = identifier(name);
    const reader = await duck.connection.runAndReadAll(
      `SELECT count(*), min(${column}) FROM read_parquet(${fileLiteral(table.path)}) ` +
        `WHERE regexp_matches(${column}, '[\\n\\r]|\\\\($|[,= \\\\])')`,
    );
    const [[count, example]] = reader.getRows();
    if (Number(count) === 0) continue;
    throw new OrbweaverError(
      "rows-invalid",
      `${counted(Number(count), "value")} of column '${shown(name)}' cannot be a tag of InfluxDB, such as '${shown(example)}'`,
      {
        hint: "Tags hold neither line ends nor backslashes before ',', '=', ' ' or the end. Leave it out of --tags.",
      },
    );
  }
}

interface TimeChoice extends LineOptions {
  time?: string | undefined;
}

async function timeSql(
  duck: Duck,
  table: TableFile,
  options: Omit<TimeChoice, "time" | "tags"> & {
    time: DatasetColumn | undefined;
    tags: readonly DatasetColumn[];
  },
): Promise<{ sql: string; text: string; isWindow: boolean }> {
  const { time } = options;
  if (time === undefined) {
    const startUs = options.startUs ?? 0;
    const stepUs = options.stepUs ?? STEP_US;
    return {
      sql: `(${startUs} + file_row_number * ${stepUs}) * ${NS_OF_US}`,
      text: `times count up by ${groupedText(stepUs)} us from ${new Date(startUs / 1000).toISOString()}`,
      isWindow: false,
    };
  }
  const column = identifier(time.name);
  const keys = [column, ...options.tags.map(({ name }) => identifier(name))];
  const reader = await duck.connection.runAndReadAll(
    `SELECT count(*) FILTER (WHERE ${column} IS NULL) OVER (), max(n) OVER () FROM ` +
      `(SELECT ${column}, count(*) AS n FROM read_parquet(${fileLiteral(table.path)}) GROUP BY ${[...new Set(keys)].join(", ")}) LIMIT 1`,
  );
  const [[missing, most]] = reader.getRows();
  if (Number(missing) > 0) {
    throw new OrbweaverError(
      "rows-invalid",
      `'${table.name}' has rows without a time in column '${time.name}'`,
      {
        hint: "Leave --time out, or drop these rows first (`orbweaver prepare`).",
      },
    );
  }
  const text = `the time is column '${time.name}'`;
  if (Number(most) <= 1) return { sql: `${column} * ${NS_OF_US}`, text, isWindow: false };
  if (Number(most) > NS_OF_US) {
    throw new OrbweaverError(
      "rows-invalid",
      `${groupedText(Number(most))} rows have one time and the same tags; InfluxDB would keep the last of them`,
      {
        hint: `At most ${groupedText(NS_OF_US)} can be told apart. Make more columns tags, or name another column of times.`,
      },
    );
  }
  const ordinal = `row_number() OVER (PARTITION BY ${[...new Set(keys)].join(", ")} ORDER BY file_row_number) - 1`;
  return {
    sql: `${column} * ${NS_OF_US} + ${ordinal}`,
    text: `${text}, with nanoseconds that tell rows of one time apart`,
    isWindow: true,
  };
}

async function unstorableNumbers(
  duck: Duck,
  table: TableFile,
  fields: readonly DatasetColumn[],
): Promise<number> {
  const numbers = fields.filter(({ kind }) => kind === "number").map(({ name }) => identifier(name));
  if (numbers.length === 0) return 0;
  const sums = numbers.map((column) => `count(*) FILTER (WHERE NOT isfinite(${column}))`);
  const reader = await duck.connection.runAndReadAll(
    `SELECT ${sums.join(" + ")} FROM read_parquet(${fileLiteral(table.path)})`,
  );
  return Number(reader.getRows()[0][0]);
}

function fieldText(key: string, { name, kind }: DatasetColumn): string {
  const column = identifier(name);
  const lead = literal(`${key}=`);
  switch (kind) {
    case "number":
      return `${lead} || CASE WHEN isfinite(${column}) THEN ${numberSql(column)} END`;
    case "time":
      return `${lead} || ${column}::VARCHAR || 'i'`;
    case "category":
    case "text":
      return `${lead} || '"' || replace(replace(${column}, '\\', '\\\\'), '"', '\\"') || '"'`;
  }
}

/** The value of a tag; NULL where there is none, since a tag cannot be empty. */
function escapedTag({ name, kind }: DatasetColumn): string {
  const column = identifier(name);
  if (kind === "number") return numberSql(column);
  if (kind === "time") return `${column}::VARCHAR`;
  const text = KEY_SPECIALS.reduce(
    (sql, special) => `replace(${sql}, ${literal(special)}, ${literal(`\\${special}`)})`,
    column,
  );
  return `nullif(${text}, '')`;
}

function escapedKey(name: string): string {
  return escaped(name, KEY_SPECIALS);
}

function escaped(text: string, specials: readonly string[]): string {
  return specials.reduce((result, special) => result.replaceAll(special, `\\${special}`), text);
}
