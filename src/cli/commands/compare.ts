// orbweaver compare: finished trainings side by side.

import type { Command } from "commander";
import type { ComparedRun, RunsComparison } from "../../app/compare.ts";
import { bytesText, groupedText } from "../../base/number-text.ts";
import { figure, foldText, intervalText, scoreText, spanText } from "../comparison-text.ts";
import { jsonText } from "../json.ts";
import { examples, withProjectOption, withShellOptions } from "../options.ts";
import { type Console, printable, warningText } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { type TableColumn, tableLines } from "../table.ts";

export interface CompareOptions extends ShellOptions {
  project?: string;
  html?: string;
}

/** Figures that are shown; the page and JSON have all. */
const METRICS = ["accuracy", "balancedAccuracy", "macroF1", "mcc", "rocAuc", "prAuc", "logLoss"];

export function registerCompare(program: Command, shell: Shell): void {
  const command = program
    .command("compare")
    .summary("finished trainings side by side")
    .description(
      "Hold the records of trainings beside each other: scores with intervals, settings that differ, and whether the scores may be compared.",
    )
    .argument(
      "<runs...>",
      "models with their record beside them, records (MODEL.run.json), or ids of runs, their beginnings or ends",
    )
    .option("--html <file>", "also write the comparison as a page");
  withShellOptions(withProjectOption(command), "the comparison as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        ["orbweaver compare first.orb second.orb", "Two models"],
        ["orbweaver compare 4c0f19aa 77ab01c2", "Two runs of `orbweaver runs`, by the ends of their ids"],
        ["orbweaver compare *.run.json --html runs.html", "All records of a folder, as a page"],
        ["orbweaver compare first.orb second.orb --json | jq '.runs[].scores.macro_f1.mean'", "For a script"],
      ]),
    )
    .action((runs: string[], options: CompareOptions) =>
      shell.run(options, (console) => runCompare(console, runs, options)),
    );
}

/** Also for `runs compare`. */
export async function runCompare(
  console: Console,
  runs: string[],
  { project, ...options }: CompareOptions,
): Promise<number> {
  const { compareRuns } = await import("../../app/compare.ts");
  const comparison = await compareRuns({ runs, html: options.html, place: { project } });
  if (!options.quiet) for (const warning of comparison.warnings) console.note(warningText(console, warning));
  if (options.json) await console.line(jsonText({ type: "runs", ...comparison }));
  else for (const line of comparisonLines(console, comparison)) await console.line(line);
  if (options.html !== undefined && !options.json)
    await console.line(`${printable(options.html)}: the comparison as a page`);
  return 0;
}

/** Widest cell of a run. */
const CELL_MAX = 28;

function comparisonLines(console: Console, comparison: RunsComparison): string[] {
  const { bold, dim } = console.colours;
  const { runs, metrics, differing } = comparison;
  const columns: TableColumn[] = [
    { title: "" },
    ...runs.map(({ name }) => ({ title: printable(name), align: "right", maximum: CELL_MAX }) as const),
  ];
  const facts = (title: string, of: (run: ComparedRun) => string): string[] => [title, ...runs.map(of)];
  const shown = metrics.filter(({ id }) => METRICS.includes(id));
  const rows = [
    facts("learner", ({ learner }) => learner),
    facts("rows", (run) => groupedText(run.data.rows)),
    facts("columns", (run) => groupedText(run.data.columns)),
    facts("judged on", (run) => (run.folds === undefined ? "-" : foldText({ folds: run.folds }))),
    ...shown.map(({ id, title }) => facts(title, (run) => scoreText(run, id))),
    ...baselineRows(comparison),
    facts("fit on all rows", ({ fitMs }) => spanText(fitMs * 1000)),
    facts("score, a row", ({ scoreUs }) => (scoreUs === undefined ? "-" : spanText(scoreUs))),
    facts("size", ({ bytes }) => bytesText(bytes)),
    facts("data", (run) => run.data.fingerprint.slice(0, 12)),
  ];
  const settings = differing.map((name) =>
    facts(name, (run) => printable(String(run.settings[name] ?? "-"))),
  );
  const folds = runs.find((run) => run.folds !== undefined && run.folds.count > 1)?.folds;
  return [
    ...tableLines(columns, rows, { titleStyle: bold }),
    ...(folds === undefined ? [] : [dim(`  ${intervalText({ folds })}`)]),
    "",
    bold(settings.length === 0 ? "All settings are the same." : "Settings that differ"),
    ...tableLines(
      columns.map(({ title, ...column }, index) => (index === 0 ? column : { ...column })),
      settings,
    ),
  ];
}

/** The best baseline of each run, by the metric that it was chosen by. */
function baselineRows({ runs }: RunsComparison): string[][] {
  const best = runs.map(({ baselines, chosenBy }) => {
    const scores = baselines.map(({ scores: one }) => one[chosenBy ?? ""]?.mean ?? Number.NaN);
    return Math.max(...scores.filter((score) => !Number.isNaN(score)));
  });
  if (!best.some(Number.isFinite)) return [];
  return [["best baseline", ...best.map((score) => (Number.isFinite(score) ? figure(score) : "-"))]];
}
