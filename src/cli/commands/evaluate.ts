// orbweaver evaluate: a model against labelled rows.

import type { Command } from "commander";
import type { EvaluateResult } from "../../app/evaluate.ts";
import { groupedText } from "../../base/number-text.ts";
import { jsonText } from "../json.ts";
import { examples, names, probability, several, wholeNumber, withShellOptions } from "../options.ts";
import { type Console, fitted, printable, warningText } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines } from "../table.ts";
import { labelMapOf } from "./train.ts";

interface Options extends ShellOptions {
  label: string;
  labelMap?: string[];
  training?: string[];
  threshold?: number;
  limit?: number;
}

const CLASS_WIDTH = 18;

export function registerEvaluate(program: Command, shell: Shell): void {
  const command = program
    .command("evaluate")
    .summary("metrics and confusion matrix of a model on labelled rows")
    .description("Judge a model on labelled rows that it has not seen.")
    .argument("<model>", "model file")
    .argument("<rows...>", "labelled row files of the model's schema")
    .option("-l, --label <column>", "column that holds the class", "label")
    .option("--label-map <map>", "kdd5, or LABEL=CLASS,… to join labels into classes", names)
    .option(
      "--threshold <probability>",
      "summed attack probability that makes an attack (default: 0.5)",
      probability,
    )
    .option(
      "--training <rows>",
      "the rows it was trained on, to compare with simple rules and look for leaks",
      several,
    )
    .option("--limit <n>", "read at most this many rows", wholeNumber(1));
  withShellOptions(command, "all figures as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        ["orbweaver evaluate model.orb test.parquet", "Figures of a model"],
        [
          "orbweaver evaluate kdd.orb KDDTest+.txt.gz --label-map kdd5",
          "On the official test rows of NSL-KDD",
        ],
        [
          "orbweaver evaluate model.orb test.parquet --json | jq .metrics.macro_f1",
          "One figure for a script",
        ],
      ]),
    )
    .action((model: string, rows: string[], options: Options) =>
      shell.run(options, (console, signal) => runEvaluate(console, signal, model, rows, options)),
    );
}

async function runEvaluate(
  console: Console,
  signal: AbortSignal,
  model: string,
  rows: string[],
  options: Options,
): Promise<number> {
  const { evaluate } = await import("../../app/evaluate.ts");
  console.live(() => "reading and scoring rows", true);
  const result = await evaluate({
    model,
    rows,
    label: options.label,
    labelMap: labelMapOf(options.labelMap),
    training: options.training,
    threshold: options.threshold,
    limit: options.limit,
    signal,
  });
  console.clearLive();
  if (!options.quiet) {
    for (const warning of result.source.warnings) console.note(warningText(console, warning));
  }
  if (options.json) {
    const { manifest, ...rest } = result;
    const schema = { id: manifest.schema.id, fingerprint: manifest.schema.fingerprint };
    await console.line(jsonText({ type: "evaluation", model, schema, ...rest }));
    return 0;
  }
  for (const line of reportLines(console, result)) await console.line(line);
  return 0;
}

function reportLines(console: Console, result: EvaluateResult): string[] {
  return [
    ...summaryLines(console, result),
    "",
    ...classLines(console, result),
    "",
    ...confusionLines(console, result),
    ...remarkLines(result),
  ];
}

function summaryLines(console: Console, { metrics, attack, rowsPerSecond }: EvaluateResult): string[] {
  const figures: [string, number][] = [
    ["accuracy", metrics.accuracy],
    ["balanced accuracy", metrics.balancedAccuracy],
    ["macro F1", metrics.macroF1],
    ["weighted F1", metrics.weightedF1],
    ["Matthews correlation", metrics.mcc],
    ["log loss", metrics.logLoss],
    ["ROC AUC", metrics.rocAuc],
    ["PR AUC", metrics.prAuc],
  ];
  const rows = figures.map(([name, value]) => [name, figure(value)]);
  const detection = [
    [
      "attacks flagged",
      figure(attack.detectionRate),
      `${groupedText(attack.flagged)} of ${groupedText(attack.attacks)}`,
    ],
    [
      "benign rows flagged",
      figure(attack.falseAlarmRate),
      `${groupedText(attack.falseAlarms)} of ${groupedText(attack.benign)}`,
    ],
  ];
  const columns = [{}, { align: "right" }, {}] as const;
  return [
    `${console.colours.bold("Figures")} ${console.colours.dim(`on ${groupedText(metrics.rows)} rows, scored at ${groupedText(rowsPerSecond)}/s`)}`,
    ...tableLines(columns, rows),
    "",
    `${console.colours.bold("Attack or not")} ${console.colours.dim(`at threshold ${attack.threshold}`)}`,
    ...tableLines(columns, detection),
  ];
}

function classLines(console: Console, { metrics }: EvaluateResult): string[] {
  const rows = metrics.perClass.map((report) => [
    printable(report.name),
    figure(report.precision),
    figure(report.recall),
    figure(report.f1),
    groupedText(report.support),
    groupedText(report.predicted),
  ]);
  const right = (title: string) => ({ title, align: "right" }) as const;
  const columns = [
    { title: "CLASS" },
    right("PRECISION"),
    right("RECALL"),
    right("F1"),
    right("ROWS"),
    right("CALLED SO"),
  ];
  return tableLines(columns, rows, { titleStyle: console.colours.bold });
}

/** Truth in lines, verdicts in columns; the classes that occur only. */
function confusionLines(console: Console, { metrics }: EvaluateResult): string[] {
  const seen = metrics.perClass.flatMap((report, index) =>
    report.support + report.predicted > 0 ? [index] : [],
  );
  const columns = [
    { title: "TRUTH \\ CALLED" },
    ...seen.map((_, place) => ({ title: String(place + 1), align: "right" }) as const),
  ];
  const rows = seen.map((truth, place) => [
    fitted(`${place + 1} ${printable(metrics.classes[truth])}`, CLASS_WIDTH),
    ...seen.map((called) => {
      const count = metrics.confusion[truth][called];
      return count === 0 ? "." : groupedText(count);
    }),
  ]);
  return tableLines(columns, rows, { titleStyle: console.colours.bold });
}

function remarkLines({ unknownClasses, source, baselines, findings }: EvaluateResult): string[] {
  const lines: string[] = [];
  if (baselines !== undefined) {
    const { majority, bestColumn } = baselines;
    lines.push(
      "",
      `Always ${printable(majority.className)} would have accuracy ${figure(majority.accuracy)}`,
    );
    if (bestColumn !== undefined) {
      lines.push(`The rule "${printable(bestColumn.rule)}" alone ${figure(bestColumn.accuracy)}`);
    }
  }
  for (const { message } of findings ?? []) lines.push(`Audit: ${printable(message)}`);
  if (unknownClasses.length > 0) {
    lines.push("", `Classes that the model does not know: ${unknownClasses.map(printable).join(", ")}`);
  }
  for (const { reason, rows } of source.dropped) lines.push(`Left out, ${reason}: ${groupedText(rows)} rows`);
  return lines;
}

function figure(value: number): string {
  return Number.isNaN(value) ? "-" : value.toFixed(4);
}
