// orbweaver explain: why rows got their class, and which columns a model rests on.

import { type Command, InvalidArgumentError, Option } from "commander";
import type { ExplainMethod } from "../../app/explain.ts";
import { usageError } from "../failure.ts";
import { jsonText } from "../json.ts";
import { examples, names, probability, seed, several, wholeNumber, withShellOptions } from "../options.ts";
import { type Console, warningText } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { labelMapOf } from "./train.ts";

interface Options extends ShellOptions {
  label?: string;
  labelMap?: string[];
  row?: number;
  rows?: [number, number];
  limit?: number;
  class?: string;
  method: "auto" | ExplainMethod;
  background?: string[];
  top?: number;
  global?: boolean;
  sampleRows?: number;
  threshold?: number;
  seed?: number;
  html?: string;
}

const METHODS = ["auto", "shapley", "interventional", "path", "permutation"] as const;
const ROWS_MAX = 100_000;

export function registerExplain(program: Command, shell: Shell): void {
  const command = program
    .command("explain")
    .summary("why rows got their class, and which columns a model rests on")
    .description(
      "Say of rows how much every column spoke for their class or against it, and of a model which columns it rests on. For trees the amounts are exact Shapley values. Without rows, tell what the model itself finds important.",
    )
    .argument("<model>", "model file")
    .argument("[rows...]", "row files of the model's schema, or data sets of the project")
    .option("--row <n>", "explain this row, counted from 1", wholeNumber(1))
    .option("--rows <a-b>", "explain rows a to b", rowRange)
    .option("--limit <n>", "explain the first n rows (default: 3)", wholeNumber(1, ROWS_MAX))
    .option("--class <name>", "the class to explain (default: the one that each row got)")
    .addOption(
      new Option(
        "--method <how>",
        "how amounts are computed: exact Shapley values by training rows (shapley) or by background rows (interventional), along decision paths (path), by sampling (permutation)",
      )
        .choices(METHODS)
        .default("auto"),
    )
    .option("--background <rows>", "rows to compare with; at most 100 of them are drawn", several)
    .option("--top <n>", "columns to show for each row (default: 10)", wholeNumber(1, 16_384))
    .option("--global", "explain the model over a sample of all rows")
    .option("--sample-rows <n>", "rows of that sample (default: 1000)", wholeNumber(1, ROWS_MAX))
    .option("-l, --label <column>", "column that holds the true class, to show it beside")
    .option("--label-map <map>", "kdd5, or LABEL=CLASS,… to join labels into classes", names)
    .option(
      "--threshold <probability>",
      "summed attack probability that makes an attack (default: 0.5)",
      probability,
    )
    .option("--seed <n>", "chooses samples (default: 1)", seed)
    .option("--html <file>", "also write a page with plots");
  withShellOptions(command, "the explanation as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        ["orbweaver explain model.orb flows.parquet --row 17", "Why row 17 got its class"],
        ["orbweaver explain model.orb flows.parquet --class scan", "What speaks for and against a class"],
        [
          "orbweaver explain model.orb test.parquet --global --html explanation.html",
          "What the model rests on, with plots",
        ],
        ["orbweaver explain model.orb", "What the model itself finds important"],
        [
          "orbweaver explain model.orb test.parquet --row 1 --json | jq '.rows[0].contributions[0]'",
          "The strongest reason, for a script",
        ],
      ]),
    )
    .action((model: string, rows: string[], options: Options) =>
      shell.run(options, (console, signal) => runExplain(console, signal, model, rows, options)),
    );
}

async function runExplain(
  console: Console,
  signal: AbortSignal,
  model: string,
  rows: string[],
  options: Options,
): Promise<number> {
  const { explain } = await import("../../app/explain.ts");
  const { label, labelMap, background, top, sampleRows, threshold, html } = options;
  const [first, last] = rangeOf(options, rows.length > 0);
  const isGlobal = options.global === true;
  const result = await explain({
    ...{ model, rows, label, labelMap: labelMapOf(labelMap), className: options.class },
    ...{ first, last, background, top, sampleRows, threshold, html, signal },
    method: options.method === "auto" ? undefined : options.method,
    overall: isGlobal,
    seed: options.seed,
    onProgress: ({ step, share }) =>
      console.live(() => (share === undefined ? step : `${(share * 100).toFixed(0)} %  ${step}`)),
  });
  console.clearLive();
  if (!options.quiet)
    for (const warning of result.source?.warnings ?? []) console.note(warningText(console, warning));
  // Rows that nobody asked for would stand before what was asked for.
  const shown = isGlobal && first === undefined && last === undefined ? { ...result, rows: [] } : result;
  if (options.json) {
    const { manifest, source: _, ...rest } = shown;
    const schema = { id: manifest.schema.id, fingerprint: manifest.schema.fingerprint };
    await console.line(jsonText({ type: "explanation", schema, ...rest }));
  } else {
    const { explanationLines } = await import("../explanation-text.ts");
    for (const line of explanationLines(shown, console.out.width, console.colours)) await console.line(line);
  }
  if (html !== undefined && !options.quiet) console.note(`Wrote ${html}.`);
  return 0;
}

/** First and last row that were asked for, if any were. Throws `usage`. */
function rangeOf(
  { row, rows, limit, global: isGlobal, background }: Options,
  hasRows: boolean,
): (number | undefined)[] {
  const given = [row, rows, limit].filter((value) => value !== undefined).length;
  if (given > 1) throw usageError("--row, --rows and --limit exclude each other");
  if (!hasRows && (given > 0 || isGlobal || background !== undefined))
    throw usageError(
      "no rows were named, but --row, --rows, --limit, --global or --background asks for them",
    );
  if (row !== undefined) return [row, row];
  if (rows !== undefined) return rows;
  return limit === undefined ? [undefined, undefined] : [1, limit];
}

/** "5-9". */
function rowRange(text: string): [number, number] {
  const [, first, last] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  const range: [number, number] = [Number(first), Number(last)];
  if (range[0] >= 1 && range[1] >= range[0] && range[1] - range[0] < ROWS_MAX) return range;
  throw new InvalidArgumentError(`Expected two rows such as 5-9, at most ${ROWS_MAX} in all.`);
}
