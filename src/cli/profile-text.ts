// A profile as text for a terminal: classes with bars, columns with small histograms, and what stands out.
//
// Fits 80 to 110 columns. Text of strangers passes `printable`. Knows no command.

import type { ColumnProfile, Histogram, Matrix, NumberColumn, Profile, TextColumn } from "../app/profile.ts";
import { counted, groupedText, momentText } from "../base/number-text.ts";
import { shareText, shortText } from "../base/short-number.ts";
import { type Colours, printable } from "./output.ts";
import { type TableColumn, tableLines, wrapped } from "./table.ts";

const WIDTH_MAX = 110;
const BAR_WIDTH = 24;
const SPARK_WIDTH = 16;
const CLASSES_LISTED = 12;
const COLUMNS_LISTED = 200;
const STANDOUTS_LISTED = 8;
/** Rank correlation from which two columns say nearly the same. */
const SAME_CORRELATION = 0.95;
const NUMBER: TableColumn = { align: "right" };

export function profileLines(profile: Profile, terminalWidth: number, colours: Colours): string[] {
  const { bold, yellow } = colours;
  const width = Math.min(terminalWidth, WIDTH_MAX);
  const shown = profile.columns.filter(({ constant }) => !constant).slice(0, COLUMNS_LISTED);
  const more = profile.columns.filter(({ constant }) => !constant).length - shown.length;
  const remarks = [
    ...profile.remarks,
    ...(more > 0 ? [`${counted(more, "further column")} not shown here; --json and --html have all`] : []),
  ];
  return [
    `${bold(printable(profile.name))}: ${counted(profile.rows, "row")}, ${rolesText(profile.columns)}`,
    ...remarks.flatMap((remark) =>
      wrapped(printable(remark), width - 2, "  ").map((line) => yellow(`  ${line}`)),
    ),
    ...classLines(profile, colours),
    ...timeLines(profile, shown, width, colours),
    ...numberLines(profile, shown, width, colours),
    ...textLines(profile, shown, width, colours),
    ...tieLines(profile, colours),
    ...pairLines(profile, colours),
  ];
}

function rolesText(columns: readonly ColumnProfile[]): string {
  const count = (role: string): number => columns.filter((column) => column.role === role).length;
  const features = count("feature");
  const others = columns.length - features - count("label");
  return [
    counted(features, "feature"),
    ...(count("label") > 0 ? ["a label"] : []),
    ...(others > 0 ? [counted(others, "other column")] : []),
  ].join(", ");
}

function heading(text: string, remark: string, { bold, dim }: Colours): string[] {
  return ["", remark === "" ? bold(text) : `${bold(text)}  ${dim(remark)}`];
}

// --- classes --------------------------------------------------------------------------------------------------

function classLines({ classes, rows }: Profile, colours: Colours): string[] {
  if (classes === undefined || classes.count === 0) return [];
  const largest = classes.list[0].rows;
  const listed = classes.list.slice(0, CLASSES_LISTED);
  const lines = tableLines(
    [{ maximum: 32 }, NUMBER, NUMBER, { style: colours.cyan }],
    listed.map(({ name, rows: count, share }) => [
      printable(name),
      groupedText(count),
      shareText(share, 1),
      bar(count / largest),
    ]),
  );
  const others = classes.count - listed.length;
  const ratio =
    classes.count < 2
      ? ""
      : `; the largest has ${shortText(classes.imbalance)} times the rows of the smallest`;
  return [
    ...heading(
      "Classes",
      `${printable(classes.column)}, ${counted(classes.count, "value")}${ratio}`,
      colours,
    ),
    ...lines,
    ...(others > 0 ? [colours.dim(`  … and ${groupedText(others)} more`)] : []),
    ...(classes.unlabelled > 0
      ? [colours.yellow(`  without a class: ${counted(classes.unlabelled, "row")} of ${groupedText(rows)}`)]
      : []),
  ];
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of a share of the full width; what is more than nothing is seen. */
function bar(share: number): string {
  const eighths = Math.max(1, Math.round(share * BAR_WIDTH * 8));
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

// --- columns --------------------------------------------------------------------------------------------------

function numberLines(
  profile: Profile,
  shown: readonly ColumnProfile[],
  width: number,
  colours: Colours,
): string[] {
  const columns = shown.filter((column): column is NumberColumn => column.kind === "number");
  if (columns.length === 0) return [];
  const { rows } = profile;
  const hasMissing = columns.some(({ missing }) => missing > 0);
  return [
    ...heading("Numbers", histogramRemark(columns), colours),
    ...columnTable(columns, width, colours, [
      ...(hasMissing ? [numberCell("MISSING", ({ missing }: NumberColumn) => shareText(missing, rows))] : []),
      numberCell("ZERO", ({ zeros }) => shareText(zeros, rows)),
      { ...numberCell("DISTINCT", ({ distinct }) => shortText(distinct.count)), isExtra: true },
      { ...numberCell("MIN", (column) => valueText(column, 0)), isExtra: true },
      numberCell("MEDIAN", (column) => valueText(column, 0.5)),
      numberCell("MAX", (column) => valueText(column, 1)),
      histogramCell(colours),
    ]),
  ];
}

function timeLines(
  profile: Profile,
  shown: readonly ColumnProfile[],
  width: number,
  colours: Colours,
): string[] {
  const columns = shown.filter((column): column is NumberColumn => column.kind === "time");
  if (columns.length === 0) return [];
  const hasMissing = columns.some(({ missing }) => missing > 0);
  return [
    ...heading("Times", "UTC", colours),
    ...columnTable(columns, width, colours, [
      ...(hasMissing
        ? [numberCell("MISSING", ({ missing }: NumberColumn) => shareText(missing, profile.rows))]
        : []),
      numberCell("FIRST", (column) => valueText(column, 0)),
      numberCell("LAST", (column) => valueText(column, 1)),
      histogramCell(colours),
    ]),
  ];
}

/** A column of a table of columns. */
interface Cells<Column> extends TableColumn {
  title: string;
  text: (column: Column) => string;
  /** Left out where there is no room for names. */
  isExtra?: true;
}

function numberCell(title: string, text: (column: NumberColumn) => string): Cells<NumberColumn> {
  return { title, text, ...NUMBER };
}

function histogramCell({ cyan }: Colours): Cells<NumberColumn> {
  return { title: "HISTOGRAM", text: ({ histogram }) => histogramText(histogram), style: cyan };
}

const NAME_WIDTH_MIN = 12;
/** Names are cut no shorter for what may be left out. */
const NAME_WIDTH_WANTED = 28;

/** A table with a line for each column, whose name gives way to what is told of it. */
function columnTable<Column extends ColumnProfile>(
  columns: readonly Column[],
  width: number,
  { bold }: Colours,
  cells: readonly Cells<Column>[],
): string[] {
  const names = columns.map(({ name }) => printable(name));
  const told = columns.map((column) => new Map(cells.map((cell) => [cell, cell.text(column)])));
  const roomBeside = (shown: readonly Cells<Column>[]): number =>
    shown.reduce(
      (room, cell) =>
        room - 2 - Math.max(cell.title.length, ...told.map((row) => (row.get(cell) ?? "").length)),
      width - 2,
    );
  const wanted = Math.min(NAME_WIDTH_WANTED, Math.max(...names.map((name) => name.length)));
  let shown = cells;
  while (roomBeside(shown) < wanted) {
    const extra = shown.findLast(({ isExtra }) => isExtra === true);
    if (extra === undefined) break;
    shown = shown.filter((cell) => cell !== extra);
  }
  const room = Math.max(NAME_WIDTH_MIN, roomBeside(shown));
  const rows = told.map((row, at) => [
    cutInside(names[at], room),
    ...shown.map((cell) => row.get(cell) ?? ""),
  ]);
  return tableLines([{ title: "COLUMN" }, ...shown], rows, { titleStyle: bold });
}

/** Cut in the middle, so that beginning and end tell names apart. */
function cutInside(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.floor((most - 1) / 2);
  return `${text.slice(0, most - 1 - end)}…${text.slice(text.length - end)}`;
}

function histogramRemark(columns: readonly NumberColumn[]): string {
  return columns.some(({ histogram }) => histogram?.scale === "log")
    ? "log: bins of equal ratio, zero apart"
    : "";
}

function valueText({ quantiles, kind }: NumberColumn, share: number): string {
  const value = quantiles?.find((quantile) => quantile.share === share)?.value;
  if (value === undefined) return "";
  return kind === "time" ? momentText(value).slice(0, 16) : shortText(value);
}

const HEIGHTS = "▁▂▃▄▅▆▇█";

function histogramText(histogram: Histogram | undefined): string {
  if (histogram === undefined) return "";
  const counts = gathered(histogram.bins.map(({ rows }) => rows));
  const most = Math.max(...counts);
  const line = counts.map((count) =>
    count === 0 ? " " : HEIGHTS[Math.ceil((count / most) * HEIGHTS.length) - 1],
  );
  return `${line.join("").padEnd(SPARK_WIDTH)}${histogram.scale === "log" ? " log" : ""}`;
}

/** Neighbouring bins added up, so that all fit. */
function gathered(counts: readonly number[]): number[] {
  if (counts.length <= SPARK_WIDTH) return [...counts];
  const sums = new Array<number>(SPARK_WIDTH).fill(0);
  for (const [bin, count] of counts.entries()) sums[Math.floor((bin * SPARK_WIDTH) / counts.length)] += count;
  return sums;
}

function textLines(
  profile: Profile,
  shown: readonly ColumnProfile[],
  width: number,
  colours: Colours,
): string[] {
  const columns = shown.filter(
    (column): column is TextColumn =>
      (column.kind === "category" || column.kind === "text") && column.role !== "label",
  );
  if (columns.length === 0) return [];
  const hasMissing = columns.some(({ missing }) => missing > 0);
  const distinct = ({ distinct: { count, exact } }: TextColumn): string =>
    `${exact ? "" : "~"}${shortText(count)}`;
  const first: Cells<TextColumn>[] = [
    ...(hasMissing
      ? [{ title: "MISSING", text: ({ missing }: TextColumn) => shareText(missing, profile.rows), ...NUMBER }]
      : []),
    { title: "DISTINCT", text: distinct, ...NUMBER },
  ];
  const names = Math.min(NAME_WIDTH_TEXT, Math.max(...columns.map(({ name }) => printable(name).length)));
  const room = width - 2 - names - first.reduce((sum, { title }) => sum + title.length + 2, 2);
  const frequent = (column: TextColumn): string =>
    frequentText(column, profile.rows - column.missing, room).padEnd(room);
  return [
    ...heading("Texts", "", colours),
    ...columnTable(columns, width, colours, [...first, { title: "MOST FREQUENT", text: frequent }]),
  ];
}

const NAME_WIDTH_TEXT = 26;

/** As many of the most frequent values as there is room for. */
function frequentText({ top }: TextColumn, rows: number, room: number): string {
  let text = "";
  for (const { value, rows: count } of top) {
    const next = `${text === "" ? "" : ", "}${value === "" ? "(empty)" : printable(value)} ${shareText(count, rows)}`;
    if (text !== "" && text.length + next.length > room) break;
    text += next;
  }
  return text.length > room ? `${text.slice(0, Math.max(0, room - 1))}…` : text;
}

// --- what stands out --------------------------------------------------------------------------------------------

const MEASURES = { "correlation-ratio": "correlation ratio", "cramers-v": "Cramér's V" } as const;

function tieLines({ classTies }: Profile, colours: Colours): string[] {
  if (classTies.length === 0) return [];
  return [
    ...heading("Tell most of the class", "0: nothing, 1: everything", colours),
    ...tableLines(
      [{ maximum: 40 }, NUMBER, { style: colours.dim }],
      classTies
        .slice(0, STANDOUTS_LISTED)
        .map(({ column, value, measure }) => [printable(column), value.toFixed(3), MEASURES[measure]]),
    ),
  ];
}

function pairLines({ spearman, pearson, sample, rows }: Profile, colours: Colours): string[] {
  if (spearman === undefined || pearson === undefined) return [];
  const pairs = strongPairs(spearman);
  const of =
    sample.seed === undefined
      ? ""
      : `, in a sample of ${groupedText(sample.rows)} of ${groupedText(rows)} rows (seed ${sample.seed})`;
  const lines = tableLines(
    [{ maximum: 32 }, { maximum: 32 }, NUMBER, NUMBER],
    pairs
      .slice(0, STANDOUTS_LISTED)
      .map(([a, b]) => [
        printable(spearman.columns[a]),
        printable(spearman.columns[b]),
        `ranks ${spearman.values[a][b].toFixed(3)}`,
        `values ${pearson.values[a][b].toFixed(3)}`,
      ]),
  );
  const more = pairs.length - STANDOUTS_LISTED;
  if (pairs.length === 0) return [];
  return [
    ...heading("Say nearly the same", `rank correlation of ${SAME_CORRELATION} and more${of}`, colours),
    ...lines,
    ...(more > 0 ? [colours.dim(`  … and ${counted(more, "more pair")}`)] : []),
  ];
}

/** Pairs of columns that rank rows alike, the strongest first. */
function strongPairs({ values }: Matrix): [number, number][] {
  const pairs = values.flatMap((row, a) =>
    row
      .slice(a + 1)
      .flatMap((value, at): [number, number][] =>
        Math.abs(value) >= SAME_CORRELATION ? [[a, a + 1 + at]] : [],
      ),
  );
  return pairs.sort(([a, b], [c, d]) => Math.abs(values[c][d]) - Math.abs(values[a][b]) || a - c || b - d);
}
