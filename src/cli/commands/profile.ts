// orbweaver profile: what a table looks like, column by column.

import type { Command } from "commander";
import { jsonText } from "../json.ts";
import { examples, names, seed, wholeNumber, withProjectOption, withShellOptions } from "../options.ts";
import type { Console } from "../output.ts";
import { profileLines } from "../profile-text.ts";
import type { Shell, ShellOptions } from "../shell.ts";

interface Options extends ShellOptions {
  label?: string;
  columns?: string[];
  sampleRows?: number;
  seed?: number;
  html?: string;
  project?: string;
}

export function registerProfile(program: Command, shell: Shell): void {
  const command = program
    .command("profile")
    .summary("what a table looks like, column by column")
    .description(
      "Say of every column what is missing, how its values are distributed, and what it tells of the class; and which columns say the same.",
    )
    .argument("<table>", "NAME, NAME:TABLE, NAME@PART or a file of rows")
    .option("-l, --label <column>", "class column (default: that of the data set)")
    .option("--columns <names>", "only these columns, separated by commas", names)
    .option("--html <file>", "also write a page with plots")
    .option(
      "--sample-rows <n>",
      "rows that the matrices are made of, where there are more (default: 200000)",
      wholeNumber(100, 10_000_000),
    )
    .option("--seed <n>", "chooses the sample (default: 1)", seed);
  withProjectOption(command);
  withShellOptions(command, "the profile as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        ["orbweaver profile nsl", "A data set of the project"],
        ["orbweaver profile flows@train --html profile.html", "A part of its split, with plots"],
        ["orbweaver profile KDDTrain+.txt --columns duration,src_bytes", "Two columns of a file"],
        ["orbweaver profile nsl --json | jq '.class_ties[:5]'", "What tells most of the class"],
      ]),
    )
    .action((reference: string, options: Options) =>
      shell.run(options, (console, signal) => runProfile(console, signal, reference, options)),
    );
}

async function runProfile(
  console: Console,
  signal: AbortSignal,
  reference: string,
  options: Options,
): Promise<number> {
  const { profile } = await import("../../app/profile.ts");
  const { label, columns, sampleRows, html, project } = options;
  const found = await profile({
    reference,
    label,
    columns,
    sampleRows,
    seed: options.seed,
    html,
    project,
    signal,
    onProgress: ({ step, share }) =>
      console.live(() => (share === undefined ? step : `${(share * 100).toFixed(0)} %  ${step}`)),
  });
  console.clearLive();
  if (options.json) await console.line(jsonText({ type: "profile", ...found }));
  else for (const line of profileLines(found, console.out.width, console.colours)) await console.line(line);
  if (html !== undefined && !options.quiet) console.note(`Wrote ${html}.`);
  return 0;
}
