// orbweaver export: a data set to a file, to standard output or to InfluxDB; a model to ONNX.

import { type Command, InvalidArgumentError, Option } from "commander";
import type { ExportFormat, ExportResult } from "../../app/export.ts";
import type { ModelExportResult } from "../../app/export-model.ts";
import { bytesText, counted, groupedText } from "../../base/number-text.ts";
import { usageError } from "../failure.ts";
import { jsonText } from "../json.ts";
import { examples, names, wholeNumber, withProjectOption, withShellOptions } from "../options.ts";
import { type Console, printable, warningText } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";

interface Options extends ShellOptions {
  to?: string;
  onnx?: string;
  inputs?: "features" | "columns";
  numbers?: "double" | "float";
  format?: ExportFormat;
  measurement?: string;
  /** False for --no-tags. */
  tags?: string[] | false;
  labelAs?: string;
  time?: string;
  start?: number;
  step?: number;
  project?: string;
}

/** As in src/app/export.ts, which is loaded only when the command runs. */
const FORMATS: readonly ExportFormat[] = ["csv", "parquet", "jsonl", "line-protocol"];

export function registerExport(program: Command, shell: Shell): void {
  const command = program
    .command("export")
    .summary("a data set to a file or to InfluxDB; a model to ONNX")
    .description(
      "Write a table of a data set, or a part of its split, to a file, to standard output, or as points to InfluxDB; or a model as ONNX. Files appear whole or not at all.",
    )
    .argument("<name>", "data set: NAME, NAME:TABLE, NAME@PART; a file of rows; or a model file")
    .option("--onnx <file>", "write a model as ONNX to this file")
    .addOption(
      new Option("--inputs <form>", "inputs of the ONNX model: one matrix, or one input a column").choices([
        "features",
        "columns",
      ]),
    )
    .addOption(
      new Option("--numbers <type>", "element type of its numeric inputs (default: double)").choices([
        "double",
        "float",
      ]),
    )
    .option(
      "--to <where>",
      "a file (.csv, .parquet, .jsonl, .lp), - for standard output, or influx://HOST:PORT/DATABASE",
    )
    .addOption(new Option("--format <format>", "instead of the ending of --to").choices(FORMATS))
    .option("--measurement <name>", "of points (default: that of the address, or the data set's name)")
    .option("--tags <columns>", "columns that become tags of points (default: the label)", names)
    .option("--no-tags", "make no column a tag, not even the label")
    .option("--label-as <name>", "what the label is called in points (default: as in the table)")
    .option(
      "--time <column>",
      "column that gives the time of points (default: one called time; else times count up by row)",
    )
    .option(
      "--start <time>",
      "time of the first row, where times count up (default: 1970-01-01T00:00:00Z)",
      moment,
    )
    .option("--step <us>", "microseconds between rows, where times count up (default: 1000)", wholeNumber(1));
  withProjectOption(command);
  withShellOptions(command, "a summary as JSON on standard output; needs a file or a server to write to")
    .addHelpText(
      "after",
      examples([
        ["orbweaver export nsl@train --to train.csv", "The training rows of a split"],
        [
          'orbweaver export kdd --to influx://localhost:8086/traffic --label-as "Attack Type"',
          'Points that can be counted by "Attack Type"',
        ],
        ["orbweaver export kdd --to - --format jsonl | head", "The first rows as JSON"],
        ["orbweaver export model.orb --onnx model.onnx", "A model for ONNX runtimes"],
      ]),
    )
    .action((name: string, options: Options) =>
      shell.run(options, (console, signal) => runExport(console, signal, name, options)),
    );
}

async function runExport(
  console: Console,
  signal: AbortSignal,
  name: string,
  options: Options,
): Promise<number> {
  if (options.onnx !== undefined) return runExportModel(console, name, options, options.onnx);
  const { to } = options;
  if (to === undefined) throw usageError("where to is missing: expected --to for rows, --onnx for a model");
  for (const option of ["inputs", "numbers"] as const)
    if (options[option] !== undefined) throw usageError(`--${option} is for models: it needs --onnx`);
  const toStandardOutput = to === "-";
  if (toStandardOutput && options.json) {
    throw usageError("--json needs --to FILE: standard output cannot carry both rows and a summary");
  }
  const { exportRows } = await import("../../app/export.ts");
  const result = await exportRows({
    reference: name,
    to,
    format: options.format,
    measurement: options.measurement,
    tags: options.tags === false ? [] : options.tags,
    labelName: options.labelAs,
    time: options.time,
    startUs: options.start,
    stepUs: options.step,
    project: options.project,
    signal,
    onProgress: ({ rows, total }) => console.live(() => `${groupedText(rows)} of ${counted(total, "row")}`),
  });
  console.clearLive();
  if (!options.quiet) for (const warning of warningsOf(result)) console.note(warningText(console, warning));
  if (options.json) await console.line(jsonText({ type: "export", ...result }));
  else if (!toStandardOutput) for (const line of resultLines(console, result)) await console.line(line);
  return 0;
}

async function runExportModel(
  console: Console,
  model: string,
  options: Options,
  to: string,
): Promise<number> {
  for (const option of ["to", "format", "measurement", "tags", "labelAs", "time", "start", "step"] as const)
    if (options[option] !== undefined)
      throw usageError(`--${option} is for rows: it cannot be given with --onnx`);
  const { exportModel } = await import("../../app/export-model.ts");
  const result = await exportModel({ model, to, inputs: options.inputs, numbers: options.numbers });
  if (options.json) await console.line(jsonText({ type: "export-model", ...result }));
  else for (const line of modelLines(console, result)) await console.line(line);
  return 0;
}

function modelLines(console: Console, result: ModelExportResult): string[] {
  const { dim } = console.colours;
  const inputs = result.inputs === "features" ? `features [rows, ${result.columns}]` : "one input a column";
  return [
    `${printable(result.kind)} model, ${bytesText(result.bytes)} in ${printable(result.to)}`,
    dim(
      `  inputs: ${inputs}, ${result.numbers}; outputs: label [rows], probabilities [rows, ${result.classes}]`,
    ),
    dim(`  ONNX IR ${result.versions.ir}, ai.onnx ${result.versions.onnx}, ai.onnx.ml ${result.versions.ml}`),
  ];
}

function resultLines(console: Console, { to, rows, bytes, points }: ExportResult): string[] {
  const { dim } = console.colours;
  const head = `${counted(rows, "row")}, ${bytesText(bytes)} in ${printable(to)}`;
  if (points === undefined) return [head];
  const tags = points.tags.length === 0 ? "no tags" : `tags ${points.tags.map(printable).join(", ")}`;
  return [head, dim(`  measurement ${printable(points.measurement)}; ${tags}; ${printable(points.time)}`)];
}

function warningsOf({ skipped, points }: ExportResult): string[] {
  return [
    ...(skipped > 0 ? [`left out ${counted(skipped, "row")} without any value`] : []),
    ...(points !== undefined && points.unstorable > 0
      ? [`left out ${counted(points.unstorable, "infinite value")}, which points cannot hold`]
      : []),
  ];
}

/** µs since 1970 of a date and time with its zone. */
function moment(text: string): number {
  const ms = /(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms * 1000;
  throw new InvalidArgumentError("Expected a date and time with its zone, such as 2024-03-04T09:00:00Z.");
}
