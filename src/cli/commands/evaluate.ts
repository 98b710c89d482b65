// orbweaver evaluate: a model against labelled rows.

import { type Command, InvalidArgumentError } from "commander";
import type { Deployment, Requirement } from "../../app/evaluate.ts";
import { ERRORS, OrbweaverError } from "../../base/errors.ts";
import { evaluationLines } from "../evaluation-text.ts";
import { usageError } from "../failure.ts";
import { jsonText } from "../json.ts";
import {
  examples,
  names,
  probability,
  type RecordOptionValues,
  seed,
  several,
  wholeNumber,
  withRecordOptions,
  withShellOptions,
} from "../options.ts";
import { type Console, warningText } from "../output.ts";
import { MLFLOW_HELP, recordedExit, recordedFacts, recordedLines } from "../recorded-text.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { labelMapOf } from "./train.ts";

interface Options extends ShellOptions, RecordOptionValues {
  mlflow?: string;
  label: string;
  labelMap?: string[];
  training?: string[];
  threshold?: number;
  flowsPerDay?: number;
  baseRate?: number;
  falseAlarms?: number[];
  leaveOneAttackOut?: true | string[];
  resamples?: number;
  seed?: number;
  audit: boolean;
  require?: string[];
  html?: string;
  limit?: number;
}

const BASE_RATE_DEFAULT = 0.001;
const FALSE_ALARMS_DEFAULT = [10, 100, 1000];

export function registerEvaluate(program: Command, shell: Shell): void {
  const command = program
    .command("evaluate")
    .summary("metrics, intervals, baselines and audit of a model on labelled rows")
    .description(
      "Judge a model on labelled rows that it has not seen: every figure with its interval and beside it what simple rules reach, detection at false alarms a day, attacks that training never saw, and what makes the figures doubtful.",
    )
    .argument("<model>", "model file, or a model of the registry: NAME, NAME@ALIAS, NAME:VERSION")
    .argument("<rows...>", "labelled rows of the model's schema: files, or data sets (NAME, NAME@PART)")
    .option("-l, --label <column>", "column that holds the class", "label")
    .option("--label-map <map>", "kdd5, or LABEL=CLASS,… to join labels into classes", names)
    .option(
      "--training <rows>",
      "the rows it was trained on, for simple rules to compare with and the audit of leaks (default: those of its record)",
      several,
    )
    .option(
      "--threshold <probability>",
      "summed attack probability that makes an attack (default: 0.5)",
      probability,
    )
    .option("--flows-per-day <n>", "flows that the network to be watched has a day", wholeNumber(1))
    .option("--base-rate <share>", "share of those flows that are attacks (default: 0.001)", share)
    .option(
      "--false-alarms <n,…>",
      "false alarms a day at which detection is told (default: 10,100,1000)",
      counts,
    )
    .option(
      "--leave-one-attack-out [classes]",
      "fit the learner again without each attack class (or these) and judge it on that class",
      names,
    )
    .option("--resamples <n>", "resamples of the bootstrap (default: 1000)", wholeNumber(100, 100_000))
    .option("--seed <n>", "of the bootstrap and the audit's sample (default: 1)", seed)
    .option("--no-audit", "leave the audit out")
    .option(
      "--require <condition>",
      `exit with ${ERRORS["requirement-unmet"].exit} unless it is met: macroF1>=0.9, accuracy.low>=0.95 (end of the interval)`,
      several,
    )
    .option("--mlflow <url>", MLFLOW_HELP)
    .option("--html <file>", "also write everything, with curves, as a page")
    .option("--limit <n>", "read at most this many rows", wholeNumber(1));
  withShellOptions(withRecordOptions(command), "all figures and curves as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        ["orbweaver evaluate model.orb test.parquet", "Figures of a model"],
        [
          "orbweaver evaluate kdd.orb KDDTest+.txt.gz --label-map kdd5",
          "On the official test rows of NSL-KDD",
        ],
        [
          "orbweaver evaluate model.orb flows@test --training flows@train --html report.html",
          "With all there is, as a page",
        ],
        [
          "orbweaver evaluate model.orb test.parquet --flows-per-day 1000000 --base-rate 0.001 --false-alarms 10,100",
          "What it would find in a network, for how many false alarms",
        ],
        [
          "orbweaver evaluate model.orb test.parquet --training train.parquet --leave-one-attack-out",
          "How it would do on attacks that are new to it",
        ],
        [
          "orbweaver evaluate model.orb test.parquet --json | jq .metrics.macro_f1",
          "One figure for a script",
        ],
        [
          "orbweaver evaluate model.orb test.parquet --require 'macroF1>=0.9' --quiet",
          "A gate for a pipeline",
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
  const { evaluate, METRICS, parseRequirement, unmetRequirements } = await import("../../app/evaluate.ts");
  const requirements: Requirement[] = (options.require ?? []).map(parseRequirement);
  const { project } = options;
  if (options.mlflow !== undefined && options.record === false)
    throw usageError("--mlflow logs the run that is recorded, and --no-record keeps none");
  const { recorded, ...report } = await evaluate({
    model,
    place: { project },
    ...(options.record !== false && { record: { project, mlflow: { url: options.mlflow, signal } } }),
    rows,
    label: options.label,
    labelMap: labelMapOf(options.labelMap),
    training: options.training,
    threshold: options.threshold,
    deployment: deploymentOf(options),
    leaveOneOut: options.leaveOneAttackOut,
    resamples: options.resamples,
    seed: options.seed,
    audit: options.audit,
    html: options.html,
    limit: options.limit,
    signal,
    onProgress: (step) => console.live(() => step, true),
  });
  console.clearLive();
  if (!options.quiet) {
    for (const warning of report.source.warnings) console.note(warningText(console, warning));
  }
  if (options.json)
    await console.line(jsonText({ type: "evaluation", ...report, ...recordedFacts(recorded) }));
  else
    for (const line of [...evaluationLines(console, report, METRICS), ...recordedLines(recorded)])
      await console.line(line);
  recordedExit(console, recorded, options.quiet);
  if (options.html !== undefined && !options.quiet) console.note(`Wrote ${options.html}.`);
  const unmet = unmetRequirements(report, requirements);
  for (const { text, value } of unmet)
    console.note(`Not met: ${text}; it is ${Number.isNaN(value) ? "not defined" : value.toFixed(4)}.`);
  return unmet.length > 0 ? ERRORS["requirement-unmet"].exit : 0;
}

function deploymentOf({ flowsPerDay, baseRate, falseAlarms }: Options): Deployment | undefined {
  if (flowsPerDay !== undefined)
    return {
      flowsPerDay,
      baseRate: baseRate ?? BASE_RATE_DEFAULT,
      falseAlarmsPerDay: falseAlarms ?? FALSE_ALARMS_DEFAULT,
    };
  if (baseRate === undefined && falseAlarms === undefined) return undefined;
  throw new OrbweaverError(
    "usage",
    "--base-rate and --false-alarms are of a network, but its size is not told",
    {
      hint: "Say how many flows it has a day with --flows-per-day.",
    },
  );
}

/** A share above 0 and below 1. */
function share(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError("Expected a share above 0 and below 1.");
}

/** Numbers above 0, separated by commas. */
function counts(text: string): number[] {
  const found = text.split(",").map((one) => (one.trim() === "" ? Number.NaN : Number(one)));
  if (found.every((value) => value > 0 && Number.isFinite(value))) return found.sort((a, b) => a - b);
  throw new InvalidArgumentError("Expected numbers above 0, separated by commas.");
}
