// orbweaver label: captures and labels to labelled rows.

import { type Command, Option } from "commander";
import type { LabelResult, Unmatched } from "../../app/label.ts";
import type { RowFormat } from "../../app/meter.ts";
import { bytesText, counted, groupedText } from "../../base/number-text.ts";
import { progressText, tellOfCaptures } from "../captures.ts";
import { usageError } from "../failure.ts";
import { cancelledExit } from "../interrupt.ts";
import { jsonText } from "../json.ts";
import { ledgerLines } from "../ledger-text.ts";
import {
  examples,
  type MeterOptionValues,
  meterSettings,
  withMeterOptions,
  withShellOptions,
} from "../options.ts";
import { type Console, printable } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines } from "../table.ts";

interface Options extends MeterOptionValues, ShellOptions {
  labels: string;
  unmatched: string;
  schema: string;
  out: string;
  format?: RowFormat;
}

export function registerLabel(program: Command, shell: Shell): void {
  const command = program
    .command("label")
    .summary("captures and labels to labelled rows")
    .description(
      "Meter captures and give every row the label that rules (YAML) or records (such as `generate --labels` writes) have for its flow.",
    )
    .argument("<capture...>", "pcap or pcapng files, plain or gzip; - for standard input")
    .requiredOption("-l, --labels <file>", "rules (.yaml) or records (.csv, .parquet)")
    .requiredOption("-o, --out <file>", "where rows go: .csv, .parquet, .jsonl, .orbrows, or -")
    .option(
      "--unmatched <what>",
      "rows that nothing names: keep (without a label), drop, or a label for them",
      "keep",
    )
    .option("--schema <id>", "which features (see `orbweaver schemas`)", "flow")
    .addOption(
      new Option("--format <format>", "instead of the ending of --out").choices([
        "csv",
        "parquet",
        "jsonl",
        "orbrows",
      ]),
    );
  withMeterOptions(command);
  withShellOptions(command, "a summary as JSON on standard output; needs --out FILE")
    .addHelpText(
      "after",
      examples([
        ["orbweaver label mix.pcap --labels mix.csv --out mix.parquet", "Labels of a generated capture"],
        [
          "orbweaver label day.pcap -l rules.yaml -o day.parquet --unmatched benign",
          "Everything else is benign",
        ],
      ]),
    )
    .action((captures: string[], options: Options) =>
      shell.run(options, (console, signal) => runLabel(console, signal, captures, options)),
    );
}

async function runLabel(
  console: Console,
  signal: AbortSignal,
  captures: string[],
  options: Options,
): Promise<number> {
  const toStandardOutput = options.out === "-";
  if (toStandardOutput && options.json) {
    throw usageError("--json needs --out FILE: standard output cannot carry both rows and a summary");
  }
  const { label } = await import("../../app/label.ts");
  const result = await label({
    ...meterSettings(options),
    captures,
    labels: options.labels,
    unmatched: unmatchedOf(options.unmatched),
    schema: options.schema,
    out: options.out,
    format: options.format,
    signal,
    onProgress: (progress) =>
      console.live((width) => progressText(progress, `${groupedText(progress.flowsOpened)} flows`, width)),
  });
  console.clearLive();
  const damage = tellOfCaptures(console, result.captures, options.quiet);
  if (options.json) await console.line(jsonText({ type: "summary", ...result }));
  else if (!toStandardOutput)
    for (const line of resultLines(console, result, options)) await console.line(line);
  return result.cancelled ? cancelledExit(console) : damage;
}

function unmatchedOf(text: string): Unmatched {
  if (text === "keep" || text === "drop") return text;
  if (text.trim() === "") throw usageError("--unmatched is empty, expected keep, drop or a label");
  return { label: text };
}

function resultLines(console: Console, result: LabelResult, options: Options): string[] {
  const { written, labels, unmatchedRows, ledger } = result;
  const { bold, dim } = console.colours;
  const rows = Object.entries(labels.labels)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => [printable(name), groupedText(count)]);
  if (unmatchedRows > 0) rows.push([unmatchedText(options.unmatched), groupedText(unmatchedRows)]);
  const remarks = [
    labels.unusedEntries > 0 ? `${counted(labels.unusedEntries, "rule or record")} named no flow` : "",
    labels.conflicts > 0 ? `${counted(labels.conflicts, "flow")} had records of several labels` : "",
  ].filter((remark) => remark !== "");
  return [
    `${result.cancelled ? "stopped; " : ""}${counted(written.rows, "row")}, ${bytesText(written.bytes)} in ${written.path}`,
    "",
    bold("Labels"),
    ...tableLines([{}, { align: "right" }], rows),
    ...remarks.map((remark) => dim(`  ${remark}`)),
    "",
    ...ledgerLines(ledger, console.colours),
  ];
}

function unmatchedText(unmatched: string): string {
  if (unmatched === "keep") return "(no label)";
  return unmatched === "drop" ? "(no label: left out)" : `${printable(unmatched)} (named by nothing)`;
}
