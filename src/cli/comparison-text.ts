// A comparison of learners for a terminal: one table, best first, with what should be known beside the figures.

import type { ComparedEntry, ComparedFinding, Comparison } from "../app/train.ts";
import { bytesText, counted, durationText, groupedText } from "../base/number-text.ts";
import { type Console, printable } from "./output.ts";
import { type TableColumn, tableLines, wrapped } from "./table.ts";

/** Rows of the table; the page and JSON have all. */
const ENTRIES_MAX = 24;
/** Figures beside the one that the user named, those first that are left out last. */
const BESIDE = ["accuracy", "macroF1", "mcc", "rocAuc"];
const SHORT_TITLES: Readonly<Record<string, string>> = {
  accuracy: "ACCURACY",
  macroF1: "MACRO F1",
  mcc: "MCC",
  rocAuc: "ROC AUC",
};

export function comparisonLines(console: Console, comparison: Comparison): string[] {
  return [
    ...headLines(console, comparison),
    "",
    ...entryLines(console, comparison),
    ...failureLines(console, comparison),
    ...settingLines(console, comparison),
    ...findingLines(console, comparison.findings),
    ...remarkLines(console, comparison),
  ];
}

// --- how it was measured ----------------------------------------------------------------------------------------

function headLines(console: Console, comparison: Comparison): string[] {
  const { bold, dim } = console.colours;
  const { rows, view, search } = comparison;
  const rounds = search?.rounds ?? [];
  const facts = [
    ...(view === "attack" ? ["judged by attack or not, since some candidates know benign rows only"] : []),
    ...(rounds.length > 1
      ? [
          `halving: ${rounds.map((round) => `${round.candidates} on ${groupedText(round.rows)} rows`).join(", ")}`,
        ]
      : []),
    intervalText(comparison),
  ];
  return [
    `${bold("Comparison")} on ${counted(rows, "row")}, ${foldText(comparison)}, by ${comparison.metric.title}`,
    ...facts.map((fact) => dim(`  ${fact}`)),
  ];
}

export function foldText({ folds }: Pick<Comparison, "folds">): string {
  const by = folds.by === undefined ? "" : ` '${printable(folds.by)}'`;
  switch (folds.method) {
    case "holdout": {
      const share = folds.testShare / (1 + folds.testShare);
      return `${(share * 100).toFixed(0)} % held out${by === "" ? "" : ` by${by}`}`;
    }
    case "groups":
      return `${folds.count} folds by groups of${by}`;
    case "time":
      return `${folds.count} folds forward in time by${by}`;
    case "stratified":
      return `${folds.count} stratified folds`;
  }
}

export function intervalText({ folds }: Pick<Comparison, "folds">): string {
  return folds.count < 2
    ? "one part held out: no interval over folds"
    : "± half of the 95 % interval: corrected resampled t (Nadeau and Bengio 2003)";
}

// --- the table --------------------------------------------------------------------------------------------------

function entryLines(console: Console, comparison: Comparison): string[] {
  const { bold } = console.colours;
  const { entries, metric } = comparison;
  const sound = entries.filter(({ folds }) => folds > 0);
  const candidates = sound.filter(({ kind }) => kind === "candidate");
  const shown = [...candidates.slice(0, ENTRIES_MAX), ...sound.filter(({ kind }) => kind === "baseline")];
  const differentRows = new Set(shown.map(({ rows }) => rows)).size > 1;
  const widths = console.out.isTerminal ? console.out.width : Number.POSITIVE_INFINITY;
  const beside = BESIDE.filter((id) => id !== metric.id);
  const table = (ids: readonly string[]): string[] => {
    const right = (title: string): TableColumn => ({ title, align: "right" });
    const columns: TableColumn[] = [
      { title: "" },
      { title: "CANDIDATE" },
      { title: metric.title.toUpperCase() },
      ...ids.map((id) => right(SHORT_TITLES[id])),
      ...(differentRows ? [right("ROWS")] : []),
      right("FIT"),
      right("SCORE/ROW"),
      right("SIZE"),
    ];
    const rows = shown.map((entry) => [
      markOf(entry, comparison),
      entryName(entry, comparison),
      scoreText(entry, metric.id),
      ...ids.map((id) => figure(entry.scores[id]?.mean)),
      ...(differentRows ? [groupedText(entry.rows)] : []),
      spanText(entry.fitMs * 1000),
      spanText(entry.scoreUs),
      entry.bytes === 0 ? "-" : bytesText(entry.bytes),
    ]);
    return tableLines(columns, rows, { titleStyle: bold, indent: 0, gap: 2 });
  };
  let lines = table(beside);
  for (let count = beside.length - 1; count >= 0 && widest(lines) > widths; count--)
    lines = table(beside.slice(0, count));
  const left = candidates.length - ENTRIES_MAX;
  const key = shown.some((entry) => markOf(entry, comparison) === "=")
    ? ["* the best, = not told from it by these folds"]
    : [];
  return [
    ...lines,
    ...(left > 0 ? [`… ${counted(left, "more candidate")}: see --html or --json`] : []),
    ...key.map((text) => console.colours.dim(text)),
  ];
}

function widest(lines: readonly string[]): number {
  // Titles are styled: they are as wide as the rows below them.
  return Math.max(0, ...lines.slice(1).map((line) => line.length));
}

function markOf(entry: ComparedEntry, { best }: Comparison): string {
  if (entry.name === best && entry.kind === "candidate") return "*";
  const { difference } = entry;
  return difference !== undefined && difference.low <= 0 && difference.high >= 0 ? "=" : "";
}

function entryName(entry: ComparedEntry, { folds }: Comparison): string {
  return entry.folds < folds.count ? `${entry.name} (${entry.folds} of ${folds.count} folds)` : entry.name;
}

export function scoreText({ scores }: Pick<ComparedEntry, "scores">, id: string): string {
  const score = scores[id];
  if (score === undefined || Number.isNaN(score.mean)) return "-";
  return Number.isNaN(score.low)
    ? figure(score.mean)
    : `${figure(score.mean)} ±${figure((score.high - score.low) / 2)}`;
}

export function figure(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "-" : value.toFixed(4);
}

export function spanText(us: number): string {
  return Number.isNaN(us) ? "-" : durationText(us);
}

function failureLines(console: Console, { entries }: Comparison): string[] {
  const failed = entries.filter(({ failure }) => failure !== undefined);
  return failed.map(({ name, failure }) =>
    console.colours.yellow(`  ${name} failed: ${printable(failure ?? "")}`),
  );
}

// --- what differs, what is suspicious ---------------------------------------------------------------------------

function settingLines(console: Console, { entries }: Comparison): string[] {
  const varied = entries.filter((entry) => (entry.varied ?? []).length > 0).slice(0, ENTRIES_MAX);
  if (varied.length === 0) return [];
  const width = Math.max(...varied.map(({ name }) => name.length));
  return [
    "",
    console.colours.bold("Settings"),
    ...varied.flatMap((entry) => {
      const [first, ...others] = wrapped(settingsText(entry), console.out.width - width - 4, "");
      return [
        `  ${entry.name.padEnd(width)}  ${first}`,
        ...others.map((line) => " ".repeat(width + 4) + line),
      ];
    }),
  ];
}

function settingsText({ varied = [], parameters = {} }: ComparedEntry): string {
  return varied.map((name) => `${name}=${printable(String(parameters[name]))}`).join(" ");
}

export function findingLines(console: Console, findings: readonly ComparedFinding[]): string[] {
  const { bold, dim, red, yellow } = console.colours;
  const serious = findings.filter(({ severity }) => severity !== "info");
  const minor = findings.length - serious.length;
  if (findings.length === 0) return [];
  const told = serious.flatMap(({ code, severity, message }) => {
    const colour = severity === "error" ? red : yellow;
    const [first, ...others] = wrapped(`${code}: ${printable(message)}`, console.out.width - 13, "");
    return [`  ${colour(severity.padEnd(9))}${first}`, ...others.map((line) => `           ${line}`)];
  });
  return [
    "",
    bold("Audit of the rows"),
    ...told,
    ...(minor > 0 ? [dim(`  ${counted(minor, "remark")} more: orbweaver audit`)] : []),
  ];
}

function remarkLines(console: Console, { remarks }: Comparison): string[] {
  if (remarks.length === 0) return [];
  const lines = remarks.flatMap((text) => wrapped(`- ${printable(text)}`, console.out.width - 2, "  "));
  return ["", console.colours.bold("Remarks"), ...lines.map((line) => `  ${line}`)];
}
