// orbweaver datasets: what a project holds.

import type { Command } from "commander";
import type { DatasetManifest } from "../../app/datasets.ts";
import { bytesText, counted, groupedText } from "../../base/number-text.ts";
import { classLines, sourceLines } from "../dataset-text.ts";
import { jsonText } from "../json.ts";
import { examples, withProjectOption, withShellOptions } from "../options.ts";
import { type Console, printable, warningText } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines, wrapped } from "../table.ts";

interface Options extends ShellOptions {
  project?: string;
}

export function registerDatasets(program: Command, shell: Shell): void {
  const datasets = program.command("datasets").summary("what a project holds");
  datasets.description("List the data sets of the project, show one, or remove some.");
  withShellOptions(withProjectOption(datasets), "as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        ["orbweaver datasets", "The data sets of the project"],
        ["orbweaver datasets show nsl", "What is in one, and where it came from"],
        ["orbweaver datasets rm nsl", "Remove one with its files"],
      ]),
    )
    .action((options: Options) => shell.run(options, (console) => listAll(console, options)));
  const child = (name: string, description: string): Command =>
    withShellOptions(
      withProjectOption(datasets.command(name).description(description)),
      "as JSON on standard output",
    );
  child("list", "List the data sets of the project.").action((_: Options, command: Command) => {
    const options = command.optsWithGlobals<Options>();
    return shell.run(options, (console) => listAll(console, options));
  });
  child("show", "Show what a data set holds and where it came from.")
    .argument("<name>", "name of the data set")
    .action((name: string, _: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      return shell.run(options, (console) => showOne(console, name, options));
    });
  child("rm", "Remove data sets, and their files where no other data set has them.")
    .argument("<name...>", "names of data sets")
    .action((names: string[], _: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      return shell.run(options, (console) => remove(console, names, options));
    });
}

async function listAll(console: Console, options: Options): Promise<number> {
  const { listDatasets } = await import("../../app/datasets.ts");
  const { project, datasets } = await listDatasets(options);
  if (options.json) {
    await console.line(jsonText({ project, datasets }));
    return 0;
  }
  const rows = datasets.map((manifest) => {
    const table = manifest.tables[manifest.table];
    return [
      printable(manifest.name),
      groupedText(table.rows),
      String(table.columns.filter(({ role }) => role === "feature").length),
      table.classes === undefined ? "-" : String(table.classes.length),
      table.schema?.id ?? "-",
      Object.keys(manifest.splits).join(", ") || "-",
      bytesText(table.bytes),
    ];
  });
  const number = { align: "right" } as const;
  const columns = [
    { title: "NAME" },
    { title: "ROWS", ...number },
    { title: "FEATURES", ...number },
    { title: "CLASSES", ...number },
    { title: "SCHEMA" },
    { title: "SPLITS" },
    { title: "SIZE", ...number },
  ];
  if (rows.length === 0) await console.line(`No data sets in ${printable(project)}.`);
  else
    for (const line of tableLines(columns, rows, { titleStyle: console.colours.bold }))
      await console.line(line);
  return 0;
}

async function showOne(console: Console, name: string, options: Options): Promise<number> {
  const { showDataset } = await import("../../app/datasets.ts");
  const manifest = await showDataset(name, options);
  if (options.json) await console.line(jsonText(manifest));
  else for (const line of manifestLines(manifest, console)) await console.line(line);
  return 0;
}

function manifestLines(manifest: DatasetManifest, console: Console): string[] {
  const { bold } = console.colours;
  const tables = Object.entries(manifest.tables);
  const main = manifest.tables[manifest.table];
  return [
    `${bold(printable(manifest.name))}: ${manifest.origin === "import" ? "imported" : "prepared"} ${manifest.created}`,
    ...tables.map(
      ([name, table]) =>
        `  table ${printable(name)}${name === manifest.table ? " (the one that is meant)" : ""}: ${counted(table.rows, "row")}, ${table.columns.length} columns, ${bytesText(table.bytes)}, ${table.schema === undefined ? "columns of its own" : `schema ${table.schema.id}`}`,
    ),
    "",
    bold("Sources"),
    ...sourceLines(manifest, console),
    ...section(
      "Steps",
      manifest.steps.map(
        ({ step, rowsBefore, rowsAfter }) =>
          `${printable(step)}: ${groupedText(rowsBefore)} → ${groupedText(rowsAfter)} rows`,
      ),
      console,
    ),
    ...section(
      "Splits",
      Object.entries(manifest.splits).map(
        ([name, split]) =>
          `${printable(name)} (${split.method}): ${split.parts.map((part) => `${printable(part.name)} ${groupedText(part.rows)}`).join(", ")}`,
      ),
      console,
    ),
    ...classLines(main, bold, manifest.label),
    "",
    bold("Columns"),
    ...tableLines(
      [
        { title: "NAME", maximum: 40 },
        { title: "ROLE" },
        { title: "KIND" },
        { title: "UNIT" },
        { title: "MEANING" },
      ],
      main.columns.map(({ name, role, kind, unit, description }) => [
        printable(name),
        role,
        kind,
        printable(unit),
        printable(description),
      ]),
      { titleStyle: bold },
    ),
  ];
}

function section(title: string, lines: readonly string[], console: Console): string[] {
  if (lines.length === 0) return [];
  const text = lines.flatMap((line) => wrapped(line, console.out.width - 4, "  ").map((part) => `  ${part}`));
  return ["", console.colours.bold(title), ...text];
}

async function remove(console: Console, names: string[], options: Options): Promise<number> {
  const { removeDatasets } = await import("../../app/datasets.ts");
  const { logChangesIn } = await import("../../app/command-log.ts");
  const result = await removeDatasets(names, options);
  const changes = result.removed.map((target) => ({ what: "datasets remove", target }));
  const warning = await logChangesIn({ project: options.project }, changes);
  if (warning !== undefined) console.note(warningText(console, warning));
  if (options.json) await console.line(jsonText(result));
  else
    await console.line(
      `removed ${result.removed.map(printable).join(", ")}; ${bytesText(result.bytes)} are free`,
    );
  return 0;
}
