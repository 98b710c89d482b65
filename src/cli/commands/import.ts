// orbweaver import: files of any known kind to a data set of the project.

import { type Command, InvalidArgumentError } from "commander";
import type { ImportDatasetResult, ImportProgress } from "../../app/import.ts";
import { bytesText, counted } from "../../base/number-text.ts";
import { classLines, sourceLines } from "../dataset-text.ts";
import { jsonText } from "../json.ts";
import { examples, withProjectOption, withShellOptions } from "../options.ts";
import { type Console, printable } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";

interface Options extends ShellOptions {
  as?: string;
  out?: string;
  label?: string;
  schema?: string;
  timezone?: string;
  measurement?: string;
  maxRejects?: number;
  force?: boolean;
  project?: string;
}

export function registerImport(program: Command, shell: Shell): void {
  const command = program
    .command("import")
    .summary("files of any known kind to a data set")
    .description(
      "Read files as they are published into a data set of the project: repaired, with one schema, and with a report of all that was odd. What a file is is told by its content.",
    )
    .argument(
      "<source...>",
      "files: CIC, KDD, NSL-KDD, APA-DDoS, AntiNex, UNSW-NB15, Zeek, EVE, Argus, CSV, Parquet, JSON lines, line protocol, captures; influx://…",
    )
    .option("--as <importer>", "what the files are, instead of telling it by their content")
    .option("-o, --out <name>", "name of the data set (default: from the first file's name)")
    .option("-l, --label <column>", "column that holds the class (default: the one called label or class)")
    .option(
      "--schema <id>",
      "schema of CICFlowMeter's tables (default: of the generation that made them), and of captures (default: flow)",
    )
    .option("--timezone <zone>", "zone of times that are told without one (default: UTC)")
    .option("--measurement <name>", "of line protocol with several measurements: the one that is meant")
    .option(
      "--max-rejects <share>",
      "share of rows that may be rejected before the import fails (default: 0.01)",
      share,
    )
    .option("--force", "replace a data set of that name");
  withProjectOption(command);
  withShellOptions(command, "the manifest as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        ["orbweaver import KDDTrain+.txt.gz KDDTest+.txt.gz --out nsl", "NSL-KDD, training and test rows"],
        ["orbweaver import Friday-02-03-2018.csv --timezone America/Halifax", "A day of CSE-CIC-IDS2018"],
        ["orbweaver import conn.log --as zeek --out office", "Connections of Zeek"],
      ]),
    )
    .action((sources: string[], options: Options) =>
      shell.run(options, (console, signal) => runImport(console, signal, sources, options)),
    );
}

async function runImport(
  console: Console,
  signal: AbortSignal,
  sources: string[],
  options: Options,
): Promise<number> {
  const { importDataset } = await import("../../app/import.ts");
  const result = await importDataset({
    sources,
    as: options.as,
    out: options.out,
    label: options.label,
    schema: options.schema,
    timezone: options.timezone,
    measurement: options.measurement,
    rejectShareMax: options.maxRejects,
    replace: options.force,
    project: options.project,
    signal,
    onProgress: (progress) => console.live(() => progressText(progress)),
  });
  console.clearLive();
  if (options.json) await console.line(jsonText({ type: "dataset", ...result }));
  else for (const line of resultLines(console, result)) await console.line(line);
  return 0;
}

function progressText({ source, share: done, rows }: ImportProgress): string {
  const far =
    done !== undefined
      ? `  ${(100 * done).toFixed(0)} %`
      : rows !== undefined
        ? `  ${counted(rows, "row")}`
        : "";
  return `reading ${source}${far}`;
}

function resultLines(console: Console, { manifest, rejects }: ImportDatasetResult): string[] {
  const { bold, yellow } = console.colours;
  const table = manifest.tables[manifest.table];
  const features = table.columns.filter(({ role }) => role === "feature").length;
  const schema = table.schema === undefined ? "columns of its own" : `schema ${table.schema.id}`;
  return [
    `${bold(printable(manifest.name))}: ${counted(table.rows, "row")}, ${counted(features, "feature")} (${schema}), ${bytesText(table.bytes)}`,
    ...sourceLines(manifest, console),
    ...(rejects === undefined
      ? []
      : [yellow(`  rejected ${counted(manifest.rejected, "row")}; they lie in ${printable(rejects)}`)]),
    ...classLines(table, bold, manifest.label),
  ];
}

function share(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("Expected a share from 0 to 1.");
}
