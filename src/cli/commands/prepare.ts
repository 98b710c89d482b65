// orbweaver prepare: sources and a recipe, or flags that build one, to a prepared data set.

import { type Command, InvalidArgumentError, Option } from "commander";
import type { GivenRecipe, PrepareProgress, PrepareResult } from "../../app/prepare.ts";
import { bytesText, counted, groupedText } from "../../base/number-text.ts";
import { classLines, remarkText } from "../dataset-text.ts";
import { usageError } from "../failure.ts";
import { jsonText } from "../json.ts";
import { examples, names, seed, several, withProjectOption, withShellOptions } from "../options.ts";
import { type Console, printable, warningText } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines } from "../table.ts";

interface Options extends ShellOptions {
  label?: string;
  columns?: "union" | "common";
  keep?: string[];
  drop?: string[];
  filter?: string[];
  sample?: number;
  infinite?: string;
  missing?: string;
  duplicates?: string;
  group?: string;
  constant?: string;
  encode?: string;
  split?: string;
  balance?: string;
  seed?: number;
  out?: string;
  export?: string;
  format: "parquet" | "csv";
  printRecipe?: boolean;
  force?: boolean;
  project?: string;
}

/** Options that build a recipe, and so cannot stand beside one. */
const BUILDING: readonly (keyof Options)[] = [
  "label",
  "columns",
  "keep",
  "drop",
  "filter",
  "sample",
  "infinite",
  "missing",
  "duplicates",
  "group",
  "constant",
  "encode",
  "split",
  "balance",
  "seed",
];

export function registerPrepare(program: Command, shell: Shell): void {
  const command = program
    .command("prepare")
    .summary("merge, repair, label, split and balance rows by a recipe")
    .description(
      "Make a data set of others, or of files, by a recipe: a list of steps in YAML, or flags that build one. What is fitted and what is resampled touches training rows only. The same recipe and sources give the same bytes.",
    )
    .argument("<source...>", "a recipe (.yaml), then sources in the place of its own; or data sets and files")
    .option("-l, --label <column>", "column that holds the class")
    .addOption(
      new Option("--columns <which>", "of sources with different columns: those of any, or of all").choices([
        "union",
        "common",
      ]),
    )
    .option("--keep <columns>", "keep these features only; * stands for any characters", names)
    .option("--drop <columns>", "leave these columns out; * stands for any characters", names)
    .option("--filter <expression>", "keep rows for which it is true; may be given several times", several)
    .option("--sample <n>", "keep so many rows by chance, or below 1 that share", amount)
    .addOption(
      new Option("--infinite <strategy>", "what becomes of infinite values").choices([
        "missing",
        "drop",
        "largest",
      ]),
    )
    .addOption(
      new Option(
        "--duplicates <what>",
        "drop repeated rows; drop-contradictory: those with several labels too",
      ).choices(["drop", "drop-contradictory"]),
    )
    .addOption(new Option("--group <by>", "group labels").choices(["kdd5", "binary"]))
    .addOption(
      new Option("--split <by>", "put rows into parts: 70 % train, 10 % validation, 20 % test").choices([
        "random",
        "time",
        "official",
      ]),
    )
    .option(
      "--missing <strategy>",
      "missing values: drop, mean, median, most-frequent, or a constant such as 0",
    )
    .addOption(new Option("--constant <what>", "features with one value in all rows").choices(["drop"]))
    .addOption(
      new Option("--encode <method>", "make numbers of categories").choices([
        "ordinal",
        "one-hot",
        "frequency",
      ]),
    )
    .addOption(
      new Option("--balance <method>", "balance the classes of the training rows; needs --split").choices([
        "weights",
        "random-over",
        "random-under",
        "smote",
        "tomek",
        "smote-tomek",
      ]),
    )
    .option("--seed <n>", "seed of chance (default: 1)", seed)
    .option("-o, --out <name>", "name of the data set (default: the recipe's)")
    .option("--export <folder>", "also write the tables and metadata.json there")
    .addOption(
      new Option("--format <format>", "of exported tables").choices(["parquet", "csv"]).default("parquet"),
    )
    .option("--print-recipe", "print the recipe that the flags build, and do nothing")
    .option("--force", "replace a data set of that name");
  withProjectOption(command);
  withShellOptions(command, "the manifest as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        [
          "orbweaver prepare nsl --duplicates drop --group kdd5 --split official --missing median --balance smote --out nsl-clean",
          "NSL-KDD in five groups, balanced for training",
        ],
        ["orbweaver prepare kdd.yaml", "By a recipe"],
        ["orbweaver prepare kdd.yaml corrected.gz --out kdd-test", "The same with another source"],
        [
          "orbweaver prepare week --filter 'bytes > 0 and not label = \"unknown\"' --out busy",
          "Some rows only",
        ],
        ["orbweaver prepare nsl --drop 'dst_host_*' --print-recipe > nsl.yaml", "A recipe to go on from"],
      ]),
    )
    .action((sources: string[], options: Options) =>
      shell.run(options, (console, signal) => runPrepare(console, signal, sources, options)),
    );
}

async function runPrepare(
  console: Console,
  signal: AbortSignal,
  sources: string[],
  options: Options,
): Promise<number> {
  const asked = requestOf(sources, options);
  const { prepareDataset, printedRecipe } = await import("../../app/prepare.ts");
  if (options.printRecipe) {
    await console.line((await printedRecipe({ ...asked, out: options.out })).trimEnd());
    return 0;
  }
  const result = await prepareDataset({
    ...asked,
    out: options.out,
    replace: options.force,
    ...(options.export === undefined ? {} : { export: { folder: options.export, format: options.format } }),
    project: options.project,
    signal,
    onProgress: (progress) => console.live(() => progressText(progress)),
  });
  console.clearLive();
  if (options.json) await console.line(jsonText({ type: "dataset", ...result }));
  else for (const line of resultLines(console, result)) await console.line(line);
  if (!options.quiet)
    for (const remark of result.manifest.remarks) console.note(warningText(console, remarkText(remark)));
  return 0;
}

function progressText({ step, steps, name, share }: PrepareProgress): string {
  const far = share === undefined ? "" : `  ${Math.floor(100 * Math.min(1, share))} %`;
  return step === 0 || step > steps ? `${name}${far}` : `step ${step} of ${steps}: ${name}${far}`;
}

// --- what is asked for --------------------------------------------------------------------------------------

function requestOf(
  sources: readonly string[],
  options: Options,
): { recipe: { path: string } | GivenRecipe; sources: string[] } {
  const [first, ...rest] = sources;
  if (!/\.ya?ml$/i.test(first)) return { recipe: builtRecipe(options), sources: [...sources] };
  const flag = BUILDING.find((name) => options[name] !== undefined);
  if (flag !== undefined) throw usageError(`--${flag} builds a recipe and cannot change the one of ${first}`);
  return { recipe: { path: first }, sources: rest };
}

/** Common steps in the order that keeps what is fitted behind the split. */
function builtRecipe(options: Options): GivenRecipe {
  const { seed: chance } = options;
  const seeded = chance === undefined ? {} : { seed: chance };
  const step = (name: string, value: unknown): object[] => (value === undefined ? [] : [{ [name]: value }]);
  return {
    ...(options.label === undefined ? {} : { label: options.label }),
    ...(options.columns === undefined ? {} : { columns: options.columns }),
    steps: [
      ...step("keep", options.keep),
      ...step("drop", options.drop),
      ...(options.filter ?? []).map((where) => ({ filter: where })),
      ...step(
        "sample",
        options.sample === undefined ? undefined : { ...amountOf(options.sample), ...seeded },
      ),
      ...(options.infinite === "largest" ? [] : step("infinite", options.infinite)),
      ...step(
        "duplicates",
        options.duplicates === "drop-contradictory" ? { contradictory: "drop" } : options.duplicates,
      ),
      ...step("group", options.group),
      ...step("split", splitOf(options, seeded)),
      ...(options.infinite === "largest" ? step("infinite", "largest") : []),
      ...step("missing", missingOf(options.missing)),
      ...step("constant", options.constant),
      ...step("encode", options.encode),
      ...step("balance", options.balance === undefined ? undefined : { method: options.balance, ...seeded }),
    ],
  };
}

function splitOf({ split }: Options, seeded: object): object | undefined {
  if (split === undefined) return undefined;
  return split === "random" ? { by: split, ...seeded } : { by: split };
}

const STRATEGIES = ["drop", "mean", "median", "most-frequent"];

function missingOf(text: string | undefined): unknown {
  if (text === undefined || STRATEGIES.includes(text)) return text;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return { strategy: "constant", value };
  throw usageError(`--missing ${text}: expected ${STRATEGIES.join(", ")}, or a number`);
}

function amount(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text.replaceAll("_", ""));
  if (value > 0 && (value < 1 || Number.isSafeInteger(value))) return value;
  throw new InvalidArgumentError("Expected a whole number of rows, or a share below 1.");
}

function amountOf(value: number): object {
  return value < 1 ? { share: value } : { rows: value };
}

// --- what is told -------------------------------------------------------------------------------------------

function resultLines(console: Console, { manifest, files }: PrepareResult): string[] {
  const { bold, dim } = console.colours;
  const table = manifest.tables[manifest.table];
  const features = table.columns.filter(({ role }) => role === "feature").length;
  const schema = table.schema === undefined ? "columns of its own" : `schema ${table.schema.id}`;
  const number = { align: "right" } as const;
  const steps = manifest.steps.map(({ step, rowsAfter }) => [printable(step), groupedText(rowsAfter)]);
  return [
    `${bold(printable(manifest.name))}: ${counted(table.rows, "row")}, ${counted(features, "feature")} (${schema}), ${bytesText(table.bytes)}`,
    "",
    ...tableLines(
      [
        { title: "STEP", maximum: Math.max(40, console.out.width - 14) },
        { title: "ROWS", ...number },
      ],
      steps,
      {
        titleStyle: bold,
      },
    ),
    ...partLines(manifest, bold),
    ...classLines(table, bold, manifest.label),
    ...files.map(({ path, bytes }) => dim(`  wrote ${printable(path)}, ${bytesText(bytes)}`)),
  ];
}

function partLines(manifest: PrepareResult["manifest"], bold: (text: string) => string): string[] {
  const split = manifest.split === undefined ? undefined : manifest.splits[manifest.split];
  if (split === undefined) return [];
  const rows = split.parts.map(({ name, rows: count }) => [
    `${printable(manifest.name)}@${printable(name)}`,
    groupedText(count),
  ]);
  return ["", bold("Parts"), ...tableLines([{}, { align: "right" }], rows)];
}
