// orbweaver models: models by name, with versions and the aliases that move between them.

import type { Command } from "commander";
import type { CommandChange } from "../../app/command-log.ts";
import type { Store } from "../../app/place.ts";
import type { AliasResult, ModelName, ModelVersion } from "../../app/registry.ts";
import { bytesText, numberText } from "../../base/number-text.ts";
import { usageError } from "../failure.ts";
import { jsonText } from "../json.ts";
import { examples, wholeNumber, withProjectOption, withShellOptions } from "../options.ts";
import { type Console, printable, warningText } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines } from "../table.ts";

interface Options extends ShellOptions {
  project?: string;
  as?: string;
  alias?: string;
  expected?: number;
  remove?: boolean;
  run?: string;
  out?: string;
}

interface Listed {
  name: ModelName;
  versions: ModelVersion[];
}

export function registerModels(program: Command, shell: Shell): void {
  const models = program.command("models").summary("models by name: versions, and aliases such as champion");
  models.description(
    "List the models of the registry. A name has numbered versions, and aliases that name one of them: promoting moves an alias, rolling back moves it to where it was.",
  );
  const child = (name: string, description: string): Command =>
    withShellOptions(
      withProjectOption(models.command(name).description(description)),
      "as JSON on standard output",
    );
  type Work = (console: Console, argument: string, options: Options) => Promise<number>;
  const acting =
    (work: Work) =>
    (argument: string, _: Options, command: Command): Promise<void> => {
      const options = command.optsWithGlobals<Options>();
      return shell.run(options, (console) => work(console, argument, options));
    };
  withShellOptions(withProjectOption(models), "as JSON on standard output")
    .addHelpText("after", MODELS_EXAMPLES)
    .action((options: Options) => shell.run(options, (console) => listAll(console, options)));
  child("list", "List the models of the registry.").action((_: Options, command: Command) => {
    const options = command.optsWithGlobals<Options>();
    return shell.run(options, (console) => listAll(console, options));
  });
  child("show", "Show the versions of a model, its aliases and what became of them.")
    .argument("<name>", "name of the model")
    .action(acting(showOne));
  child("register", "Register a model file as the next version of a name.")
    .argument("<file>", "model file")
    .requiredOption("--as <name>", "name of the model")
    .option("--run <id>", "run that made it")
    .action(acting(register));
  child("promote", "Let an alias name a version: who uses the alias uses it from then on.")
    .argument("<model>", "NAME:VERSION, NAME@ALIAS, or NAME for its newest version")
    .option("--alias <alias>", "the alias (default: champion)")
    .option("--expected <version>", "only while the alias names this version; 0 for none", wholeNumber(0))
    .action(acting(promote));
  child("rollback", "Let an alias name the version that it named before.")
    .argument("<name>", "name of the model")
    .option("--alias <alias>", "the alias (default: champion)")
    .option("--expected <version>", "only while the alias names this version", wholeNumber(1))
    .action(acting(rollBack));
  child("alias", "Show what an alias names, or take it away.")
    .argument("<name@alias>", "model and alias")
    .option("--remove", "take the alias away")
    .action(acting(alias));
  child("remove", "Remove versions, or names with all versions; none that an alias names.")
    .argument("<model...>", "NAME:VERSION, or NAME")
    .action((references: string[], _: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      return shell.run(options, (console) => remove(console, references, options));
    });
  child("export", "Write the model file of a version.")
    .argument("<model>", "NAME, NAME@ALIAS or NAME:VERSION")
    .requiredOption("-o, --out <file>", "file to write")
    .action(acting(exportOne));
}

const MODELS_EXAMPLES = examples([
  ["orbweaver models", "The models of the registry"],
  ["orbweaver models register model.orb --as office", "Register a file as the next version"],
  ["orbweaver models promote office:3", "Make version 3 the champion, which `office` alone means"],
  ["orbweaver models promote office:4 --alias challenger", "Let another alias name version 4"],
  ["orbweaver models rollback office", "Back to the champion before"],
  ["orbweaver detect office.pcap --model office@challenger", "Use it"],
]);

// --- list, show -------------------------------------------------------------------------------------------------

async function listAll(console: Console, options: Options): Promise<number> {
  const { inStore, listModels } = await import("../../app/registry.ts");
  const { models, root } = await inStore(options, async (store, place) => ({
    models: await listModels(store),
    root: place.root,
  }));
  if (options.json) {
    await console.line(jsonText({ type: "models", models: models.map(factsOf) }));
    return 0;
  }
  if (models.length === 0) await console.line(`No models in ${printable(root)}.`);
  else for (const line of listLines(console, models)) await console.line(line);
  return 0;
}

function factsOf({ name, versions }: Listed): object {
  const { versions: _, ...facts } = name;
  return { ...facts, versions };
}

function listLines(console: Console, models: readonly Listed[]): string[] {
  const rows = models.map(({ name: { name, aliases }, versions }) => {
    const newest = versions.at(-1);
    return [
      printable(name),
      String(versions.length),
      aliasText(aliases),
      newest?.learner ?? "-",
      printable(newest?.schema.id ?? "-"),
      newest === undefined ? "-" : String(newest.classes.length),
      newest === undefined ? "-" : `${newest.version}, ${newest.created.slice(0, 10)}`,
    ];
  });
  const number = { align: "right" } as const;
  const columns = [
    { title: "NAME", maximum: 40 },
    { title: "VERSIONS", ...number },
    { title: "ALIASES", maximum: 40 },
    { title: "LEARNER" },
    { title: "SCHEMA", maximum: 24 },
    { title: "CLASSES", ...number },
    { title: "NEWEST" },
  ];
  return tableLines(columns, rows, { titleStyle: console.colours.bold });
}

function aliasText(aliases: ModelName["aliases"]): string {
  const texts = Object.entries(aliases).map(([alias, { version }]) => `${printable(alias)} ${version}`);
  return texts.sort().join(", ") || "-";
}

async function showOne(console: Console, name: string, options: Options): Promise<number> {
  const { inStore, showModel } = await import("../../app/registry.ts");
  const model = await inStore(options, (store) => showModel(store, name));
  if (options.json) await console.line(jsonText({ type: "model", ...factsOf(model) }));
  else for (const line of modelLines(console, model)) await console.line(line);
  return 0;
}

function modelLines(console: Console, { name, versions }: Listed): string[] {
  const { bold } = console.colours;
  const number = { align: "right" } as const;
  const aliasesOf = (version: number): string =>
    Object.entries(name.aliases)
      .filter(([, alias]) => alias.version === version)
      .map(([alias]) => printable(alias))
      .sort()
      .join(", ");
  const rows = versions.map((version) => [
    String(version.version),
    aliasesOf(version.version) || "-",
    version.created.slice(0, 19).replace("T", " "),
    version.learner,
    printable(version.schema.id),
    bytesText(version.bytes),
    version.run ?? "-",
    figuresText(version.metrics),
  ]);
  const columns = [
    { title: "VERSION", ...number },
    { title: "ALIASES" },
    { title: "REGISTERED" },
    { title: "LEARNER" },
    { title: "SCHEMA", maximum: 24 },
    { title: "SIZE", ...number },
    { title: "RUN" },
    { title: "FIGURES", maximum: 60 },
  ];
  const history = name.history.map(({ at, how, alias, version, by }) => [
    at.slice(0, 19).replace("T", " "),
    how,
    printable(alias),
    version === undefined ? "-" : String(version),
    printable(by ?? ""),
  ]);
  return [
    bold(printable(name.name)),
    ...(rows.length === 0 ? ["  no versions"] : tableLines(columns, rows, { titleStyle: bold })),
    ...(history.length === 0
      ? []
      : ["", bold("Changes of aliases"), ...tableLines([{}, {}, {}, {}, {}], history)]),
  ];
}

/** The figures that say most, of those that there are. */
const FIGURES = ["macroF1", "mcc", "rocAuc", "validationLogLoss", "trainingLogLoss"];

function figuresText(metrics: ModelVersion["metrics"]): string {
  const found = FIGURES.filter((name) => metrics[name] !== undefined).slice(0, 2);
  return found.map((name) => `${name} ${numberText(metrics[name])}`).join(", ") || "-";
}

// --- changes ----------------------------------------------------------------------------------------------------

async function register(console: Console, file: string, options: Options): Promise<number> {
  const { inStore, registerModelFile, showRun } = await import("../../app/registry.ts");
  const { as: name = "", run } = options;
  const version = await inStore(options, async (store) => {
    const made = run === undefined ? undefined : (await showRun(store, run)).run.id;
    const registered = await registerModelFile(store, file, {
      name,
      ...(made !== undefined && { run: made }),
    });
    const target = `${name}:${registered.version}`;
    await logged(console, store, { what: "models register", target, detail: `sha256 ${registered.object}` });
    return registered;
  });
  if (options.json) await console.line(jsonText({ type: "version", ...version }));
  else await console.line(`${printable(file)} is registered as ${name}:${version.version}`);
  return 0;
}

async function promote(console: Console, reference: string, options: Options): Promise<number> {
  const { promoteModel } = await import("../../app/registry.ts");
  return moveAlias(console, options, "models promote", (store) => promoteModel(store, reference, options));
}

async function rollBack(console: Console, name: string, options: Options): Promise<number> {
  const { rollBackModel } = await import("../../app/registry.ts");
  return moveAlias(console, options, "models rollback", (store) => rollBackModel(store, name, options));
}

/** Moves an alias, and tells the audit log and MLflow, where a server is named there. */
async function moveAlias(
  console: Console,
  options: Options,
  what: string,
  move: (store: Store) => Promise<AliasResult>,
): Promise<number> {
  const [{ inStore }, { tellAliasToMlflow }] = await Promise.all([
    import("../../app/registry.ts"),
    import("../../app/mlflow.ts"),
  ]);
  const result = await inStore(options, async (store) => {
    const moved = await move(store);
    const { name, alias, version, before } = moved;
    const detail = `from ${before ?? "none"} to ${version ?? "none"}`;
    await logged(console, store, { what, target: `${name}@${alias}`, detail });
    const warning = await tellAliasToMlflow(store, moved);
    if (warning !== undefined) console.note(warningText(console, warning));
    return moved;
  });
  return tellAlias(console, result, options);
}

async function logged(console: Console, store: Store, ...changes: CommandChange[]): Promise<void> {
  const { logChanges } = await import("../../app/command-log.ts");
  const warning = await logChanges(store, changes);
  if (warning !== undefined) console.note(warningText(console, warning));
}

async function tellAlias(console: Console, result: AliasResult, { json }: Options): Promise<number> {
  const { name, alias, version, before } = result;
  const was = before === undefined || before === version ? "" : `, before it was ${before}`;
  if (json) await console.line(jsonText({ type: "alias", ...result }));
  else if (version === undefined)
    await console.line(`${name}@${alias} is taken away; it was version ${before}`);
  else if (before === version) await console.line(`${name}@${alias} is version ${version} already`);
  else await console.line(`${name}@${alias} is version ${version}${was}`);
  return 0;
}

async function alias(console: Console, reference: string, options: Options): Promise<number> {
  const { findVersion, inStore, removeModelAlias } = await import("../../app/registry.ts");
  const [name = "", named = ""] = reference.split("@");
  if (named === "") throw usageError(`'${reference}' names no alias, expected NAME@ALIAS`);
  if (options.remove)
    return moveAlias(console, options, "models alias --remove", (store) =>
      removeModelAlias(store, name, { alias: named }),
    );
  const version = await inStore(options, (store) => findVersion(store, reference));
  if (options.json) await console.line(jsonText({ type: "version", ...version }));
  else await console.line(`${printable(reference)} is version ${version.version}`);
  return 0;
}

async function remove(console: Console, references: string[], options: Options): Promise<number> {
  const { inStore, removeModels } = await import("../../app/registry.ts");
  const removed = await inStore(options, async (store) => {
    const done = await removeModels(store, references);
    await logged(console, store, ...done.map((target) => ({ what: "models remove", target })));
    return done;
  });
  if (options.json) await console.line(jsonText({ type: "removed", removed }));
  else await console.line(`removed ${removed.map(printable).join(", ")}`);
  return 0;
}

async function exportOne(console: Console, reference: string, options: Options): Promise<number> {
  const { exportModelFile, inStore } = await import("../../app/registry.ts");
  const { out = "" } = options;
  const version = await inStore(options, (store) => exportModelFile(store, reference, out));
  if (options.json) await console.line(jsonText({ type: "version", ...version, out }));
  else
    await console.line(`${printable(out)}: ${version.name}:${version.version}, ${bytesText(version.bytes)}`);
  return 0;
}
