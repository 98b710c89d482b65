// orbweaver runs: what was trained and judged, with which settings, how well, and what it left.

import { type Command, Option } from "commander";
import type { Run, RunFilter } from "../../app/registry.ts";
import { bytesText, counted, durationText, groupedText, numberText } from "../../base/number-text.ts";
import { usageError } from "../failure.ts";
import { jsonText } from "../json.ts";
import { examples, wholeNumber, withProjectOption, withShellOptions } from "../options.ts";
import { type Console, printable, warningText } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines, wrapped } from "../table.ts";

interface Options extends ShellOptions, RunFilter {
  project?: string;
}

interface ExportOptions extends Options {
  tensorboard?: string;
  mlflow?: string | true;
  experiment?: string;
  artefact?: string;
  out?: string;
}

/** Runs that a table shows unless told otherwise; JSON has all. */
const SHOWN = 100;
/** Figure that is shown unless runs are sorted by another. */
const METRIC_SHOWN = "macroF1";
const KINDS = ["train", "evaluate"];
const STATES = ["running", "finished", "failed", "cancelled", "interrupted"];
const EXPERIMENT = "orbweaver";

export function registerRuns(program: Command, shell: Shell): void {
  const runs = program.command("runs").summary("what was trained and judged, and how well");
  runs.description(
    "List the runs of the project: every training and every evaluation, with settings and figures. Show, remove or export them.",
  );
  const child = (name: string, description: string): Command =>
    withShellOptions(
      withProjectOption(runs.command(name).description(description)),
      "as JSON on standard output",
    );
  const listing = (command: Command): Command => withFilter(command);
  listing(withShellOptions(withProjectOption(runs), "as JSON on standard output"))
    .addHelpText("after", RUNS_EXAMPLES)
    .action((options: Options) => shell.run(options, (console) => listAll(console, options)));
  listing(child("list", "List runs, newest first.")).action((_: Options, command: Command) => {
    const options = command.optsWithGlobals<Options>();
    return shell.run(options, (console) => listAll(console, options));
  });
  child("show", "Show what a run did and what it left.")
    .argument("<id>", "id of the run, or its beginning or end")
    .action((id: string, _: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      return shell.run(options, (console) => showOne(console, id, options));
    });
  child("compare", "Hold trainings beside each other, as `orbweaver compare` does.")
    .argument("<id...>", "ids of runs, or their beginnings or ends; records and models with one beside them")
    .option("--html <file>", "also write the comparison as a page")
    .action((ids: string[], _: Options, command: Command) => {
      const options = command.optsWithGlobals<Options & { html?: string }>();
      return shell.run(options, async (console) => {
        const { runCompare } = await import("./compare.ts");
        return runCompare(console, ids, options);
      });
    });
  child("remove", "Remove runs, and what they left where nothing else needs it.")
    .argument("<id...>", "ids of runs")
    .action((ids: string[], _: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      return shell.run(options, (console) => remove(console, ids, options));
    });
  child("export", "Bring a run elsewhere: as TensorBoard events, to MLflow, or one of its files.")
    .argument("<id>", "id of the run, or its beginning or end")
    .option("--tensorboard <folder>", "write event files that TensorBoard shows")
    .option("--mlflow [url]", "log it to an MLflow tracking server (default: MLFLOW_TRACKING_URI)")
    .option("--experiment <name>", `experiment of MLflow (default: ${EXPERIMENT})`)
    .option("--artefact <name>", "write a file that the run left, such as record.json")
    .option("-o, --out <file>", "where to write it")
    .action((id: string, _: ExportOptions, command: Command) => {
      const options = command.optsWithGlobals<ExportOptions>();
      return shell.run(options, (console, signal) => exportOne(console, signal, id, options));
    });
}

function withFilter(command: Command): Command {
  return command
    .addOption(new Option("--kind <kind>", "only trainings or evaluations").choices(KINDS))
    .addOption(new Option("--state <state>", "only runs in this state").choices(STATES))
    .option("--model <model>", "only runs of this model file or registered name")
    .option("--schema <id>", "only runs on rows of this schema")
    .option("--learner <id>", "only runs of this learner")
    .option("--sort <metric>", "best first by this figure, such as macroF1 or logLoss")
    .option("--limit <n>", "at most this many (default: 100 in a table, all in JSON)", wholeNumber(1));
}

const RUNS_EXAMPLES = examples([
  ["orbweaver runs", "The runs of the project, newest first"],
  ["orbweaver runs list --kind evaluate --sort macroF1 --limit 10", "The ten best evaluations"],
  ["orbweaver runs show 4c0f19aa", "One run, by the end of its id"],
  ["orbweaver runs compare 4c0f19aa 77ab01c2", "Two trainings beside each other"],
  ["orbweaver runs export 4c0f19aa --tensorboard events", "For `tensorboard --logdir events`"],
  ["orbweaver runs export 4c0f19aa --mlflow http://127.0.0.1:5000", "To a tracking server"],
]);

// --- list -------------------------------------------------------------------------------------------------------

async function listAll(console: Console, options: Options): Promise<number> {
  const { inStore, pageOfRuns } = await import("../../app/registry.ts");
  const { kind, state, model, schema, learner, sort } = options;
  const page = { offset: 0, limit: options.limit ?? (options.json ? Number.POSITIVE_INFINITY : SHOWN) };
  const { runs, total, root } = await inStore(options, async (store, place) => ({
    ...(await pageOfRuns(store, { kind, state, model, schema, learner, sort }, page)),
    root: place.root,
  }));
  if (options.json) await console.line(jsonText({ type: "runs", runs }));
  else if (runs.length === 0) await console.line(`No runs in ${printable(root)}.`);
  else {
    for (const line of listLines(console, runs, sort ?? METRIC_SHOWN)) await console.line(line);
    const more = options.limit === undefined ? total - runs.length : 0;
    if (more > 0) await console.line(`  and ${groupedText(more)} more; --limit ${total} shows them`);
  }
  return 0;
}

function listLines(console: Console, runs: readonly Run[], metric: string): string[] {
  const number = { align: "right" } as const;
  const columns = [
    { title: "RUN" },
    { title: "KIND" },
    { title: "STATE" },
    { title: "TOOK", ...number },
    { title: "LEARNER", maximum: 20 },
    { title: "MODEL", maximum: 30 },
    { title: "SCHEMA", maximum: 24 },
    { title: "ROWS", ...number },
    { title: metric.toUpperCase(), ...number },
  ];
  const rows = runs.map((run) => [
    run.id,
    run.kind,
    run.state,
    run.elapsedMs === undefined ? "-" : durationText(run.elapsedMs * 1000),
    printable(run.learner ?? "-"),
    printable(run.model ?? "-"),
    printable(run.schema?.id ?? "-"),
    run.data === undefined ? "-" : groupedText(run.data.rows),
    run.metrics?.[metric] === undefined ? "-" : numberText(run.metrics[metric]),
  ]);
  return tableLines(columns, rows, { titleStyle: console.colours.bold });
}

// --- show -------------------------------------------------------------------------------------------------------

async function showOne(console: Console, id: string, options: Options): Promise<number> {
  const { inStore, showRun } = await import("../../app/registry.ts");
  const { run, versions } = await inStore(options, (store) => showRun(store, id));
  const registered = versions.map(({ name, version }) => `${name}:${version}`);
  if (options.json) await console.line(jsonText({ type: "run", ...run, registered }));
  else for (const line of runLines(console, run, registered)) await console.line(line);
  return 0;
}

function runLines(console: Console, run: Run, registered: readonly string[]): string[] {
  const { bold } = console.colours;
  const took = run.elapsedMs === undefined ? "" : ` in ${durationText(run.elapsedMs * 1000)}`;
  const { failure, schema, data, artefacts = [], findings = {} } = run;
  const facts = [
    ["started", run.started],
    ["release", run.release],
    ...(run.by === undefined ? [] : [["by", run.by]]),
    ["rows", run.rows.join(", ")],
    ...(run.model === undefined ? [] : [["model", run.model]]),
    ...(registered.length === 0 ? [] : [["registered as", registered.join(", ")]]),
    ...(run.learner === undefined ? [] : [["learner", run.learner]]),
    ...(run.seed === undefined ? [] : [["seed", String(run.seed)]]),
    ...(schema === undefined ? [] : [["schema", `${schema.id} (${schema.fingerprint})`]]),
    ...(data === undefined ? [] : [["data", `${counted(data.rows, "row")}, ${data.fingerprint}`]]),
    ...Object.entries(findings).map(([severity, count]) => ["audit", `${severity}: ${count}`]),
    ...(failure === undefined ? [] : [["failure", `${failure.code}: ${failure.message}`]]),
  ];
  return [
    `${bold(run.id)}: ${run.kind}, ${run.state}${took}`,
    ...pairLines(console, facts),
    ...section(console, "Options", valuesOf(run.options)),
    ...section(console, "Parameters", valuesOf(run.parameters ?? {})),
    ...section(
      console,
      "Figures",
      Object.entries(run.metrics ?? {}).map(([name, value]) => [name, numberText(value)]),
    ),
    ...section(
      console,
      "Files",
      artefacts.map(({ name, bytes, object }) => [
        name,
        `${bytesText(bytes)}, sha256 ${object.slice(0, 16)}…`,
      ]),
    ),
  ];
}

function valuesOf(values: Readonly<Record<string, unknown>>): string[][] {
  return Object.entries(values).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : String(value),
  ]);
}

function section(console: Console, title: string, pairs: readonly (readonly string[])[]): string[] {
  return pairs.length === 0 ? [] : ["", console.colours.bold(title), ...pairLines(console, pairs)];
}

function pairLines(console: Console, pairs: readonly (readonly string[])[]): string[] {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.flatMap(([name, value]) => {
    const [first = "", ...rest] = wrapped(printable(value), Math.max(20, console.out.width - width - 4), "");
    const indent = " ".repeat(width + 4);
    return [`  ${printable(name).padEnd(width)}  ${first}`, ...rest.map((line) => `${indent}${line}`)];
  });
}

// --- remove, export ---------------------------------------------------------------------------------------------

async function remove(console: Console, ids: string[], options: Options): Promise<number> {
  const { inStore, removeRuns } = await import("../../app/registry.ts");
  const { logChanges } = await import("../../app/command-log.ts");
  const result = await inStore(options, async (store) => {
    const done = await removeRuns(store, ids);
    const changes = done.removed.map((target) => ({ what: "runs remove", target }));
    const warning = await logChanges(store, changes);
    if (warning !== undefined) console.note(warningText(console, warning));
    return done;
  });
  if (options.json) await console.line(jsonText({ type: "removed", ...result }));
  else await console.line(`removed ${result.removed.join(", ")}; ${bytesText(result.bytes)} are free`);
  return 0;
}

async function exportOne(
  console: Console,
  signal: AbortSignal,
  id: string,
  options: ExportOptions,
): Promise<number> {
  const { tensorboard, mlflow, artefact, out } = options;
  if ([tensorboard, mlflow, artefact].every((one) => one === undefined))
    throw usageError("nothing is asked for", "Name --tensorboard FOLDER, --mlflow URL or --artefact NAME.");
  if (artefact !== undefined && out === undefined)
    throw usageError("--artefact needs a file to write, and none is named", "Name it with --out FILE.");
  const { exportRun } = await import("../../app/export-run.ts");
  const { inStore } = await import("../../app/registry.ts");
  const result = await inStore(options, (store) =>
    exportRun(store, id, {
      tensorboard,
      ...(mlflow !== undefined && { mlflow: { url: mlflow === true ? undefined : mlflow } }),
      experiment: options.experiment ?? EXPERIMENT,
      ...(artefact !== undefined && out !== undefined && { artefact: { name: artefact, to: out } }),
      signal,
      onProgress: (step) => console.live(() => step, true),
    }),
  );
  console.clearLive();
  if (options.json) {
    await console.line(jsonText({ type: "exported", ...result }));
    return 0;
  }
  for (const { file, bytes } of result.files) await console.line(`${printable(file)}: ${bytesText(bytes)}`);
  if (result.mlflow !== undefined) {
    const { run, experiment, versions } = result.mlflow;
    await console.line(
      `run ${result.run} is ${run} in experiment ${printable(experiment)} of ${printable(result.mlflow.server)}`,
    );
    for (const { name, version } of versions)
      await console.line(`registered there as ${printable(name)} ${version}`);
  }
  return 0;
}
