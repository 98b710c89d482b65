// The step that reads times from text or numbers: formats, zones, 12-hour clocks. They become µs since 1970 UTC.

import * as z from "zod";
import { counted } from "../../../base/number-text.ts";
import { identifier, literal } from "../../duck.ts";
import { messageOf, shown } from "../../file-error.ts";
import type { DatasetColumn } from "../../store/contract.ts";
import { isText } from "../fit.ts";
import { defineStep, nameForm } from "../step.ts";
import {
  ask,
  columnOf,
  refused,
  type StepContext,
  sameValues,
  type Value,
  type Working,
  withValues,
  written,
} from "../working.ts";

const EPOCHS: Readonly<Record<string, number>> = { "epoch-s": 1e6, "epoch-ms": 1e3, "epoch-us": 1 };
const ISO = "iso";
/** Formats of DuckDB's strptime that `auto` tries. Which of day and month comes first is never guessed: both are tried. */
const AUTO: readonly string[] = [
  ISO,
  ...["%d/%m/%Y", "%m/%d/%Y"].flatMap((date) =>
    ["%I:%M:%S %p", "%I:%M %p", "%H:%M:%S.%n", "%H:%M:%S", "%H:%M"].map((clock) => `${date} ${clock}`),
  ),
  "%b %d, %Y %H:%M:%S.%n",
  "%d-%b %Y %H:%M:%S.%n",
  "%d/%b/%Y:%H:%M:%S %z",
  "%a %b %d %H:%M:%S %Y",
];

const OFFSET = /^([+-])(\d\d):?(\d\d)$/;

const zoneForm = z.string().refine(isZone, {
  error: (issue) =>
    `found '${String(issue.input)}', expected a zone such as America/Halifax, or an offset such as -04:00`,
});

const form = z.strictObject({
  column: nameForm,
  format: z
    .string()
    .min(1)
    .default("auto")
    .describe('auto, iso, epoch-s, epoch-ms, epoch-us, or a pattern such as "%d/%m/%Y %I:%M:%S %p".'),
  zone: zoneForm.default("UTC").describe("Zone of times that are told without one."),
  afternoon_before: z
    .int()
    .min(1)
    .max(12)
    .optional()
    .describe("A 12-hour clock without AM and PM: hours before this one are afternoon."),
  into: nameForm.optional().describe("Name of the column of times; default: the same, which is replaced."),
  otherwise: z.enum(["fail", "missing"]).default("fail").describe("What becomes of texts that are no time."),
});
type Options = z.output<typeof form>;

export const timeStep = defineStep({
  name: "time",
  summary: "reads times in a format and a zone; they become µs since 1970 UTC",
  form,
  describes: true,
  async apply(before, options, context) {
    const working = await written(before, context);
    const column = columnOf(working, options.column, context);
    const format = await formatOf(working, column, options, context);
    const { us, local } = timeSql(column, format, options);
    const bad = await badTimes(working, column, us, context);
    if (bad.count > 0 && options.otherwise === "fail") {
      throw refused(
        context,
        `column '${column.name}' holds '${shown(bad.example)}' (${counted(bad.count, "such row")}), expected a time of format ${format}; say 'otherwise: missing' to go on`,
        "rows-invalid",
      );
    }
    const skipped = local === undefined ? 0 : await skippedTimes(working, local, options.zone, context);
    return {
      working: withTime(working, column, us, options.into, context),
      what: `read times of ${column.name} (${format}, ${options.zone})`,
      facts: { format, zone: options.zone, unreadable: bad.count },
      remarks: [
        ...(bad.count > 0
          ? [{ what: `times of '${column.name}' that could not be read; missing`, count: bad.count }]
          : []),
        ...(skipped > 0
          ? [
              {
                what: `times of '${column.name}' that clocks of ${options.zone} skip; moved on by the hour`,
                count: skipped,
              },
            ]
          : []),
      ],
    };
  },
});

function isZone(zone: string): boolean {
  if (OFFSET.test(zone)) return true;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).format(0) !== "";
  } catch {
    return false;
  }
}

interface TimeSql {
  /** µs since 1970. */
  us: string;
  /** The time as clocks of the zone showed it; undefined where the text tells the zone. */
  local?: string;
}

function timeSql(column: DatasetColumn, format: string, { zone, afternoon_before: noon }: Options): TimeSql {
  const sql = identifier(column.name);
  const perUnit = EPOCHS[format];
  if (perUnit !== undefined) {
    return {
      us: isText(column.kind)
        ? `TRY_CAST(TRY_CAST(trim(${sql}) AS DECIMAL(38, 6)) * ${perUnit} AS BIGINT)`
        : `TRY_CAST(round(${sql}::DOUBLE * ${perUnit}) AS BIGINT)`,
    };
  }
  const text = `trim(${sql}::VARCHAR)`;
  if (format === ISO) {
    const isZoned = `regexp_matches(${text}, '\\d\\s*([Zz]|[+-]\\d\\d(:?\\d\\d)?)$') AND contains(${text}, ':')`;
    const local = afternoon(`TRY_CAST(CASE WHEN ${isZoned} THEN NULL ELSE ${text} END AS TIMESTAMP)`, noon);
    return {
      us: `CASE WHEN ${isZoned} THEN epoch_us(TRY_CAST(${text} AS TIMESTAMPTZ)) ELSE ${zonedSql(local, zone)} END`,
      local,
    };
  }
  const parsed = `try_strptime(${text}, ${literal(format)})`;
  if (/%[zZ]/.test(format)) return { us: `epoch_us(${parsed}::TIMESTAMPTZ)` };
  const local = afternoon(parsed, noon);
  return { us: zonedSql(local, zone), local };
}

function afternoon(local: string, noon: number | undefined): string {
  if (noon === undefined) return local;
  return `(${local} + CASE WHEN hour(${local}) < ${noon} THEN INTERVAL 12 HOUR ELSE INTERVAL 0 HOUR END)`;
}

function zonedSql(local: string, zone: string): string {
  const [, sign, hours, minutes] = OFFSET.exec(zone) ?? [];
  if (sign !== undefined) {
    const offsetUs = (Number(hours) * 60 + Number(minutes)) * 60_000_000 * (sign === "-" ? -1 : 1);
    return `(epoch_us(${local}) - (${offsetUs}))`;
  }
  return zone === "UTC" ? `epoch_us(${local})` : `epoch_us(timezone(${literal(zone)}, ${local}))`;
}

async function formatOf(
  working: Working,
  column: DatasetColumn,
  options: Options,
  context: StepContext,
): Promise<string> {
  const { format } = options;
  if (column.kind === "time") throw refused(context, `column '${column.name}' is a time already`);
  if (format in EPOCHS || format === ISO) return format;
  if (!isText(column.kind))
    throw refused(
      context,
      `column '${column.name}' holds numbers, expected format epoch-s, epoch-ms or epoch-us`,
    );
  if (format !== "auto") return checkedFormat(format, context);
  return toldFormat(working, column, options, context);
}

async function checkedFormat(format: string, context: StepContext): Promise<string> {
  try {
    await ask(context, `SELECT try_strptime('', ${literal(format)})`);
    return format;
  } catch (cause) {
    throw refused(context, `format '${shown(format)}': ${messageOf(cause).replace(/^.*Error: /, "")}`);
  }
}

/** The format that reads every text. Where two read them as different times, nobody but the user can tell. */
async function toldFormat(
  working: Working,
  column: DatasetColumn,
  options: Options,
  context: StepContext,
): Promise<string> {
  const times = AUTO.map((format) => timeSql(column, format, options).us);
  const present = hasText(column);
  const counts = times.map((us) => `count(*) FILTER (WHERE (${us}) IS NULL)`);
  const [found] = await ask(context, `SELECT ${counts.join(", ")} FROM ${working.from} WHERE ${present}`);
  const reading = AUTO.filter((_, at) => Number(found[at]) === 0);
  if (reading.length === 0) {
    const [[example] = [""]] = await ask(
      context,
      `SELECT ${identifier(column.name)} FROM ${working.from} WHERE ${present} LIMIT 1`,
    );
    throw refused(
      context,
      `no known format reads all times of column '${column.name}', such as '${shown(example)}'; name one under 'format'`,
    );
  }
  const [first, ...others] = reading;
  const own = times[AUTO.indexOf(first)];
  for (const other of others) {
    const differ = `${present} AND (${own}) <> (${times[AUTO.indexOf(other)]})`;
    const [[count]] = await ask(context, `SELECT count(*) FROM ${working.from} WHERE ${differ}`);
    if (Number(count) > 0)
      throw refused(
        context,
        `times of column '${column.name}' may be '${first}' or '${other}'; name the right one under 'format'`,
      );
  }
  return first;
}

function hasText({ name, kind }: DatasetColumn): string {
  const sql = identifier(name);
  return isText(kind) ? `trim(${sql}) <> ''` : `${sql} IS NOT NULL`;
}

async function badTimes(
  working: Working,
  column: DatasetColumn,
  us: string,
  context: StepContext,
): Promise<{ count: number; example: unknown }> {
  const [[count, example]] = await ask(
    context,
    `SELECT count(*), first(${identifier(column.name)}::VARCHAR) FROM ${working.from} WHERE ${hasText(column)} AND (${us}) IS NULL`,
  );
  return { count: Number(count), example };
}

/** Times that no clock of the zone showed, since it was put forward over them. */
async function skippedTimes(
  working: Working,
  local: string,
  zone: string,
  context: StepContext,
): Promise<number> {
  if (zone === "UTC" || OFFSET.test(zone)) return 0;
  const name = literal(zone);
  const [[count]] = await ask(
    context,
    `SELECT count(*) FROM ${working.from} WHERE timezone(${name}, timezone(${name}, ${local})) <> ${local}`,
  );
  return Number(count);
}

function withTime(
  working: Working,
  column: DatasetColumn,
  us: string,
  into: string | undefined,
  context: StepContext,
): Working {
  const name = into ?? column.name;
  const time: DatasetColumn = {
    ...column,
    name,
    kind: "time",
    unit: "us",
    role: column.role === "feature" ? "identity" : column.role,
  };
  const value: Value = { column: time, sql: us };
  const values = sameValues(working);
  if (into === undefined || into === column.name)
    return withValues(
      working,
      values.map((own) => (own.column.name === column.name ? value : own)),
    );
  if (working.columns.some((own) => own.name.toLowerCase() === name.toLowerCase()))
    throw refused(context, `there is a column '${name}' already`);
  return withValues(working, [...values, value]);
}
