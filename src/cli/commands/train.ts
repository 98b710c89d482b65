// orbweaver train: labelled rows to a model.

import { type Command, InvalidArgumentError } from "commander";
import type { LearnerFacts, ParameterSpecification } from "../../app/learners.ts";
import type { Progress, ReadFacts, TrainResult } from "../../app/train.ts";
import { bytesText, durationText, groupedText, numberText } from "../../base/number-text.ts";
import { usageError } from "../failure.ts";
import { jsonText } from "../json.ts";
import { examples, names, seed, several, wholeNumber, withShellOptions } from "../options.ts";
import { type Console, printable, warningText } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines } from "../table.ts";

interface Options extends ShellOptions {
  label: string;
  learner: string;
  out: string;
  set?: string[];
  seed: number;
  exclude?: string[];
  include?: string[];
  benign?: string[];
  labelMap?: string[];
  validation?: string[];
  limit?: number;
}

/** Learners as the help shows them. */
export type LearnerTable = readonly LearnerFacts[];

export function registerTrain(program: Command, shell: Shell, learners: LearnerTable): void {
  const command = program
    .command("train")
    .summary("labelled rows to a model")
    .description(
      "Train a model on labelled rows. The same rows, parameters and seed give the same file, byte for byte.",
    )
    .argument("<rows...>", "row files (.parquet, .csv, .jsonl, .orbrows, KDD), all of one schema")
    .option("-l, --label <column>", "column that holds the class", "label")
    .option("--learner <id>", "how to learn", "boosting")
    .requiredOption("-o, --out <file>", "model file to write")
    .option("--set <name=value>", "a parameter of the learner (several times)", several)
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
      "--validation <rows>",
      "rows to stop early on, instead of a share of the training rows (several times)",
      several,
    )
    .option("--limit <n>", "read at most this many rows", wholeNumber(1));
  withShellOptions(command, "the result as JSON on standard output")
    .addHelpText("after", () => `${parameterHelp(learners)}${TRAIN_EXAMPLES}`)
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
]);

async function runTrain(
  console: Console,
  signal: AbortSignal,
  rows: string[],
  options: Options,
): Promise<number> {
  const { train } = await import("../../app/train.ts");
  console.live(() => "reading rows", true);
  const result = await train({
    rows,
    label: options.label,
    learner: options.learner,
    parameters: namedValues(options.set ?? []),
    seed: options.seed,
    exclude: options.exclude,
    include: options.include,
    labelMap: labelMapOf(options.labelMap),
    benign: options.benign,
    validation: options.validation,
    limit: options.limit,
    out: options.out,
    signal,
    onRead: (facts) => {
      if (!options.quiet) for (const warning of facts.warnings) console.note(warningText(console, warning));
      console.live(() => `${groupedText(facts.rows)} rows read, training`, true);
    },
    onProgress: (progress) => console.live(() => trainingText(progress)),
  });
  console.clearLive();
  if (result.manifest.benignClasses.length === 0 && !options.quiet) {
    console.note(
      warningText(
        console,
        "no class is known to be benign, so every verdict will be an attack; name them with --benign",
      ),
    );
  }
  if (options.json) await console.line(jsonText({ type: "model", ...result }));
  else for (const line of resultLines(console, result)) await console.line(line);
  return 0;
}

function trainingText({ done, total, metrics }: Progress): string {
  const figures = Object.entries(metrics).map(([name, value]) => `${name} ${value.toFixed(5)}`);
  return [`round ${groupedText(done)} of at most ${groupedText(total)}`, ...figures].join("  ");
}

function resultLines(console: Console, result: TrainResult): string[] {
  const { manifest, source, elapsedMs } = result;
  const { bold } = console.colours;
  const { training, classes, benignClasses } = manifest;
  const figures = Object.entries(training.metrics).map(([name, value]) => `${name} ${numberText(value)}`);
  const counts = classes.map((name, index) => [
    printable(name),
    benignClasses.includes(name) ? "benign" : "attack",
    groupedText(training.classCounts[index]),
  ]);
  return [
    `${result.out}: ${bytesText(result.bytes)}, ${groupedText(training.iterations)} rounds in ${durationText(elapsedMs * 1000)}; ${figures.join(", ")}`,
    ...droppedLines(source),
    ...result.findings.map(({ message }) => `audit: ${printable(message)}`),
    "",
    bold("Classes"),
    ...tableLines([{}, {}, { align: "right" }], counts),
  ];
}

function droppedLines(source: ReadFacts): string[] {
  return source.dropped.map(({ reason, rows }) => `left out, ${reason}: ${groupedText(rows)} rows`);
}

/** "name=value" texts as a record. */
function namedValues(texts: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const text of texts) {
    const at = text.indexOf("=");
    if (at < 1) throw usageError(`--set is '${text}', expected NAME=VALUE such as iterations=500`);
    values[text.slice(0, at)] = text.slice(at + 1);
  }
  return values;
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

function parameterHelp(learners: LearnerTable): string {
  return learners
    .map(({ id, description, parameters }) => {
      const rows = parameters.map((parameter) => [
        parameter.name,
        rangeText(parameter),
        String(parameter.default),
        parameter.description,
      ]);
      const columns = [{ title: "NAME" }, { title: "RANGE" }, { title: "DEFAULT" }, { title: "MEANING" }];
      return `\nParameters of ${id} (--set NAME=VALUE): ${description}\n${tableLines(columns, rows).join("\n")}\n`;
    })
    .join("");
}

function rangeText({ type, minimum, maximum, choices, form }: ParameterSpecification): string {
  if (type === "boolean") return "true, false";
  if (type === "choice") return (choices ?? []).join(", ");
  if (type === "text") return form ?? "text";
  return `${minimum ?? "…"} to ${maximum ?? "…"}`;
}
