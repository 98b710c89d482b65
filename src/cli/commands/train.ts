// orbweaver train: labelled rows to a model, of one learner or of the best of many.

import { type Command, InvalidArgumentError, Option } from "commander";
import type { LearnerFacts } from "../../app/learners.ts";
import type { CompareProgress, Preset, Progress, SavedModel, TrainResult } from "../../app/train.ts";
import { bytesText, durationText, groupedText, numberText } from "../../base/number-text.ts";
import { comparisonLines, figure } from "../comparison-text.ts";
import { usageError } from "../failure.ts";
import { cancelledExit } from "../interrupt.ts";
import { jsonText } from "../json.ts";
import {
  examples,
  names,
  type RecordOptionValues,
  seed,
  several,
  wholeNumber,
  withRecordOptions,
  withShellOptions,
} from "../options.ts";
import { type Console, printable, warningText } from "../output.ts";
import { MLFLOW_HELP, recordedExit, recordedFacts, recordedLines } from "../recorded-text.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines, wrapped } from "../table.ts";
import { learnerLines } from "./learners.ts";

interface Options extends ShellOptions, RecordOptionValues {
  mlflow?: string;
  name?: string;
  label?: string;
  learner?: string[];
  out?: string;
  set?: string[];
  seed: number;
  exclude?: string[];
  include?: string[];
  benign?: string[];
  labelMap?: string[];
  weights?: string;
  validation?: string[];
  limit?: number;
  select?: string;
  calibrate?: string;
  unknown?: string;
  coverage?: number;
  search?: string;
  trials?: number;
  grid?: string[];
  cv?: number;
  cvBy?: string;
  holdout?: number;
  metric?: string;
  html?: string;
  preset?: string;
  presets?: boolean;
}

/** Learners as the help shows them. */
export type LearnerTable = readonly LearnerFacts[];

export function registerTrain(program: Command, shell: Shell, learners: LearnerTable): void {
  const command = program
    .command("train")
    .summary("labelled rows to a model")
    .description(
      "Train a model on labelled rows: of one learner, or of the best of several and of many parameters, compared by cross-validation. The same rows, parameters and seed give the same file, byte for byte.",
    )
    .argument(
      "[rows...]",
      "row files (.parquet, .csv, .jsonl, .orbrows, KDD) of one schema, or data sets: NAME, NAME@PART",
    )
    .option("-l, --label <column>", "column that holds the class (default: label)")
    .option("--learner <ids>", "how to learn; several are compared (default: boosting)", names)
    .option("-o, --out <file>", "model file to write; its record is written beside it")
    .option("--set <name=value>", "a parameter, or LEARNER.NAME=VALUE (several times)", several)
    .option("--seed <n>", "seed of everything that is drawn", seed, 1)
    .option("--exclude <columns>", "columns that must not be learnt from", names)
    .option("--include <columns>", "columns to use although they look like identifiers", names)
    .option(
      "--benign <classes>",
      "classes that are no attack (default: benign, normal, background, … by name)",
      names,
    )
    .option("--label-map <map>", "kdd5, or LABEL=CLASS,… to join labels into classes", names)
    .option(
      "--weights <column>",
      "column with one weight for each class, or none (default: `weight` where a data set has it)",
    )
    .option(
      "--validation <rows>",
      "rows to stop early on, instead of a share of the training rows (several times)",
      several,
    )
    .option("--limit <n>", "read at most this many rows", wholeNumber(1))
    .option("--select <steps>", "choose columns first, such as variance:0,correlation:0.95,anova:10")
    .addOption(
      new Option("--calibrate <method>", "calibrate probabilities on rows kept aside").choices([
        "platt",
        "isotonic",
        "temperature",
      ]),
    )
    .addOption(
      new Option("--unknown <method>", "learn to say that a row is like nothing seen").choices([
        "conformal",
        "density",
      ]),
    )
    .option("--coverage <share>", "share of known rows that is to be called known (default: 0.99)", share)
    .addOption(
      new Option("--search <method>", "look for good parameters, where each learner says").choices([
        "grid",
        "random",
        "halving",
      ]),
    )
    .option(
      "--trials <n>",
      "random, halving: parameters drawn for each learner (default: 16)",
      wholeNumber(1, 512),
    )
    .option(
      "--grid <name=values>",
      "search these instead: NAME=a,b,c or NAME=LOW..HIGH[:log] (several times)",
      several,
    )
    .option("--cv <folds>", "judge candidates on this many folds (default: 5)", wholeNumber(2, 100))
    .option("--cv-by <column>", "keep rows of a group in one fold; of a time column, judge forward in time")
    .option("--holdout <share>", "judge on one share held out instead of folds", share)
    .option("--metric <id>", "what the best is chosen by (default: macroF1; rocAuc with anomaly learners)")
    .option("--html <file>", "also write the comparison as a page")
    .option("--mlflow <url>", MLFLOW_HELP)
    .option("--name <model>", "register the model under this name, as its next version")
    .option("--preset <name>", "a classic recipe of a public data set; see --presets")
    .option("--presets", "list the recipes");
  withShellOptions(withRecordOptions(command), "the result as JSON on standard output")
    .addHelpText("after", () => `${learnerHelp(learners)}${TRAIN_EXAMPLES}`)
    .action((rows: string[], options: Options) =>
      shell.run(options, (console, signal) => runTrain(console, signal, rows, options)),
    );
}

const TRAIN_EXAMPLES = examples([
  ["orbweaver train rows.parquet --label label --out model.orb", "Train with the defaults"],
  [
    "orbweaver train rows.parquet --out model.orb --set iterations=500 --set earlyStopping=20",
    "More rounds, stop early",
  ],
  ["orbweaver train KDDTrain+.txt.gz --label-map kdd5 --out kdd.orb", "NSL-KDD in its five groups"],
  [
    "orbweaver train nsl@train --learner boosting,logistic --metric mcc --html compared.html --out best.orb",
    "Compare learners on five folds and keep the better one",
  ],
  [
    "orbweaver train nsl@train --search random --trials 20 --cv 3 --out tuned.orb",
    "Draw parameters where the learner says",
  ],
  [
    "orbweaver train nsl@train --grid maxLeaves=15,31,63 --grid learningRate=0.05,0.1 --out tuned.orb",
    "Try a grid of one's own",
  ],
  [
    "orbweaver train nsl@train --select variance:0,correlation:0.95,anova:10 --calibrate isotonic --out small.orb",
    "Ten columns, calibrated",
  ],
  [
    "orbweaver train rows.parquet --out model.orb --name office",
    "Register what was learnt: `orbweaver detect --model office` takes it from then on",
  ],
  ["orbweaver train KDDTrain+.txt.gz --preset kdd5 --out kdd.orb", "A classic recipe"],
]);

/** A number above 0 and below 1. */
function share(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError("Expected a number above 0 and below 1.");
}

async function runTrain(
  console: Console,
  signal: AbortSignal,
  rows: string[],
  options: Options,
): Promise<number> {
  const { train, PRESETS } = await import("../../app/train.ts");
  if (options.presets) return listPresets(console, PRESETS, options);
  if (rows.length === 0) throw usageError("missing required argument 'rows'");
  if (options.out === undefined) throw usageError("required option '-o, --out <file>' not specified");
  for (const text of options.set ?? []) {
    if (text.indexOf("=") < 1)
      throw usageError(`--set is '${text}', expected NAME=VALUE such as iterations=500`);
  }
  console.live(() => "reading rows", true);
  const { learner, labelMap, out, name, record, project, mlflow, ...others } = options;
  if (mlflow !== undefined && record === false)
    throw usageError("--mlflow logs the run that is recorded, and --no-record keeps none");
  if (name !== undefined && record === false)
    throw usageError("--name registers a model with its run, and --no-record keeps none");
  const result = await train({
    ...others,
    project,
    ...(record !== false && { record: { project, name, mlflow: { url: mlflow, signal } } }),
    rows,
    out,
    learners: learner,
    labelMap: labelMapOf(labelMap),
    signal,
    onRead: (facts) => {
      if (!options.quiet) for (const warning of facts.warnings) console.note(warningText(console, warning));
      console.live(() => `${groupedText(facts.rows)} rows read`, true);
    },
    onAudit: ({ step }) => console.live(() => `auditing the rows: ${step}`),
    onCompare: (progress) => console.live(() => comparingText(progress)),
    onProgress: (progress) => console.live(() => trainingText(progress)),
  });
  console.clearLive();
  warnOfBenign(console, result, options);
  if (options.json) await console.line(jsonOf(result));
  else for (const line of resultLines(console, result)) await console.line(line);
  if (result.model === undefined) return cancelledExit(console);
  return recordedExit(console, result.recorded, options.quiet);
}

function warnOfBenign(console: Console, { model }: TrainResult, { quiet }: Options): void {
  if (model === undefined || model.manifest.benignClasses.length > 0 || quiet) return;
  console.note(
    warningText(
      console,
      "no class is known to be benign, so every verdict will be an attack; name them with --benign",
    ),
  );
}

function jsonOf({ model, elapsedMs, recorded, ...given }: TrainResult): string {
  const facts = { ...given, ...recordedFacts(recorded) };
  if (model === undefined) return jsonText({ type: "comparison", ...facts, elapsedMs });
  const { manifest, ...saved } = model;
  return jsonText({ type: "model", ...saved, ...facts, manifest, elapsedMs });
}

// --- progress ---------------------------------------------------------------------------------------------------

function trainingText({ done, total, metrics }: Progress): string {
  const figures = Object.entries(metrics).map(([name, value]) => `${name} ${value.toFixed(5)}`);
  return [`round ${groupedText(done)} of at most ${groupedText(total)}`, ...figures].join("  ");
}

function comparingText({ name, ordinal, count, fold, folds, round, best, fit }: CompareProgress): string {
  return [
    ...(round === undefined ? [] : [`round ${round.ordinal} of ${round.count}`]),
    `${name} (${ordinal} of ${count})`,
    `fold ${fold} of ${folds}`,
    ...(fit === undefined ? [] : [`${groupedText(fit.done)} of at most ${groupedText(fit.total)}`]),
    ...(best === undefined ? [] : [`best so far: ${best.name} ${figure(best.score)}`]),
  ].join(", ");
}

// --- results ----------------------------------------------------------------------------------------------------

function resultLines(console: Console, result: TrainResult): string[] {
  const { comparison, model, html } = result;
  const page = html === undefined ? [] : [`${printable(html)}: the comparison as a page`];
  if (comparison === undefined)
    return model === undefined
      ? []
      : [...modelLines(console, model, result, true), ...recordedLines(result.recorded)];
  const { bold } = console.colours;
  const best = comparison.entries.find(({ name }) => name === comparison.best);
  const saved =
    model === undefined
      ? [bold("Stopped: no model was written.")]
      : [
          bold(
            `${best?.name} is the best by ${comparison.metric.title}: fitted on all ${groupedText(totalRows(model))} rows and saved`,
          ),
          ...modelLines(console, model, result, false),
        ];
  return [...comparisonLines(console, comparison), "", ...saved, ...page, ...recordedLines(result.recorded)];
}

/** Rows of all classes. */
function totalRows({ manifest }: SavedModel): number {
  return manifest.training.classCounts.reduce((sum, rows) => sum + rows, 0);
}

function modelLines(
  console: Console,
  { out, bytes, manifest, fitMs }: SavedModel,
  { source, findings, classWeights, notAbout }: TrainResult,
  withFindings: boolean,
): string[] {
  const { bold } = console.colours;
  const { training, classes, benignClasses } = manifest;
  const figures = Object.entries(training.metrics).map(([name, value]) => `${name} ${numberText(value)}`);
  const counts = classes.map((name, index) => [
    printable(name),
    benignClasses.includes(name) ? "benign" : "attack",
    groupedText(training.classCounts[index]),
    ...(classWeights === undefined ? [] : [`weight ${numberText(classWeights.weights[name] ?? Number.NaN)}`]),
  ]);
  const end = figures.length === 0 ? "" : `; ${figures.join(", ")}`;
  return [
    `${out}: ${bytesText(bytes)}, ${groupedText(training.iterations)} rounds in ${durationText(fitMs * 1000)}${end}`,
    ...source.dropped.map(({ reason, rows }) => `left out, ${reason}: ${groupedText(rows)} rows`),
    ...(notAbout ? [`left out, of classes that the preset is not about: ${groupedText(notAbout)} rows`] : []),
    ...(withFindings ? findings.map(({ message }) => `audit: ${printable(message)}`) : []),
    ...(classWeights === undefined
      ? []
      : [`classes are weighed by column '${printable(classWeights.column)}'`]),
    "",
    bold("Classes"),
    ...tableLines(
      [{}, {}, { align: "right" }, { align: "right" }].slice(0, counts[0]?.length ?? 3) as [],
      counts,
    ),
  ];
}

async function listPresets(console: Console, presets: readonly Preset[], { json }: Options): Promise<number> {
  if (json) {
    const facts = presets.map(({ classes, ...preset }) => ({
      ...preset,
      ...(classes && { classRules: classes.map(({ pattern, name }) => ({ pattern: pattern.source, name })) }),
    }));
    await console.line(jsonText({ type: "presets", presets: facts }));
    return 0;
  }
  const { bold, dim } = console.colours;
  for (const [index, preset] of presets.entries()) {
    const { id, data, title, remark, learners, select, set = [], metric } = preset;
    const asked = [
      `--learner ${learners.join(",")}`,
      ...(select === undefined ? [] : [`--select ${select}`]),
      ...set.map((text) => `--set ${text}`),
      ...(preset.labelMap === undefined ? [] : [`--label-map ${preset.labelMap}`]),
      ...(preset.exclude ?? []).map((column) => `--exclude ${column}`),
      ...(preset.cv === undefined ? [] : [`--cv ${preset.cv}`]),
      ...(preset.holdout === undefined ? [] : [`--holdout ${preset.holdout}`]),
      `--metric ${metric}`,
    ].join(" ");
    if (index > 0) await console.line();
    await console.line(`${bold(id)}  ${data}`);
    for (const text of [`${title}.`, asked])
      for (const line of indented(console, text)) await console.line(line);
    for (const line of indented(console, remark)) await console.line(dim(line));
  }
  return 0;
}

function indented(console: Console, text: string): string[] {
  return wrapped(text, console.out.width - 4, "").map((line) => `    ${line}`);
}

/** The label map of --label-map; shared with `evaluate`. */
export function labelMapOf(
  texts: readonly string[] | undefined,
): "kdd5" | ReadonlyMap<string, string> | undefined {
  if (texts === undefined) return undefined;
  if (texts.length === 1 && texts[0] === "kdd5") return "kdd5";
  const map = new Map<string, string>();
  for (const text of texts) {
    const at = text.lastIndexOf("=");
    if (at < 1) throw new InvalidArgumentError(`--label-map names '${text}', expected kdd5 or LABEL=CLASS.`);
    map.set(text.slice(0, at), text.slice(at + 1));
  }
  return map;
}

const HELP_WIDTH = 96;

function learnerHelp(learners: LearnerTable): string {
  if (learners.length === 0) return "";
  const lines = learnerLines(learners, HELP_WIDTH);
  return `\nLearners (\`orbweaver learners ID\` lists parameters):\n${lines.join("\n")}\n`;
}
