// orbweaver split: parts of a data set for training and testing.

import { type Command, InvalidArgumentError, Option } from "commander";
import type { SplitReport, SplitRequest } from "../../app/split.ts";
import { counted, groupedText } from "../../base/number-text.ts";
import { usageError } from "../failure.ts";
import { jsonText } from "../json.ts";
import { examples, names, seed, wholeNumber, withProjectOption, withShellOptions } from "../options.ts";
import { type Console, printable, warningText } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines } from "../table.ts";

const METHODS = ["random", "time", "group", "official", "folds"] as const;
type Method = (typeof METHODS)[number];
type FoldMethod = "random" | "time" | "group";

interface Options extends ShellOptions {
  by?: Method;
  train?: number;
  validation?: number;
  test?: number;
  groupBy?: string[];
  idle?: number;
  timeColumn?: string;
  gap?: number;
  trainSource?: string[];
  validationSource?: string[];
  testSource?: string[];
  folds?: number;
  foldsBy?: FoldMethod;
  stratify: boolean;
  keepDuplicatesTogether?: boolean;
  seed?: number;
  as?: string;
  project?: string;
}

/** Default shares, per cent. */
const SHARES = { train: 70, validation: 10, test: 20 };

export function registerSplit(program: Command, shell: Shell): void {
  const command = program
    .command("split")
    .summary("parts of a data set for training and testing")
    .description(
      "Put every row of a data set into one part, and record that in the data set. Afterwards NAME@train and NAME@test name the rows of the parts, wherever rows are named.",
    )
    .argument("<name>", "a data set, or NAME:TABLE")
    .addOption(
      new Option("--by <method>", "how rows are dealt out; official: as their authors published them")
        .choices(METHODS)
        .default("random"),
    )
    .option(
      "--train <percent>",
      "share of the rows to train on (default: what the others leave, 70)",
      percent,
    )
    .option("--validation <percent>", "share of the rows for choices while training (default: 10)", percent)
    .option("--test <percent>", "share of the rows to judge by (default: 20)", percent)
    .option(
      "--group-by <kind>",
      "keep rows together by host, pair, network, capture, session or day, or by columns",
      names,
    )
    .option("--idle <seconds>", "silence that ends a session (default: 1800)", positive)
    .option("--time-column <column>", "column of times (default: start_us, or the only one)")
    .option("--gap <seconds>", "with times: leave out rows this soon after the part before", notNegative)
    .option("--train-source <pattern>", "official: source files to train on, with * and ?", names)
    .option("--validation-source <pattern>", "official: source files for validation", names)
    .option("--test-source <pattern>", "official: source files to judge by", names)
    .option("--folds <k>", "number of folds (default: 5)", wholeNumber(2, 254))
    .addOption(
      new Option("--folds-by <method>", "how rows are dealt out to folds (default: random)").choices([
        "random",
        "time",
        "group",
      ]),
    )
    .option("--no-stratify", "do not keep the shares of classes")
    .option("--keep-duplicates-together", "put rows with equal features into the same part")
    .option("--seed <n>", "seed of chance (default: 1)", seed)
    .option("--as <split>", "name of the split (default: that of the method)");
  withProjectOption(command);
  withShellOptions(command, "the split as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        [
          "orbweaver split kdd",
          "70 % to train on, 10 % for validation, 20 % to judge by, classes in proportion",
        ],
        ["orbweaver split kdd --keep-duplicates-together", "The same, with no row on both sides"],
        [
          "orbweaver split week --by time --gap 3600",
          "The latest rows for the test, an hour after the others",
        ],
        ["orbweaver split week --by group --group-by host", "No host on both sides"],
        ["orbweaver split nsl --by official", "KDDTrain+ to train on, KDDTest+ to judge by"],
        [
          "orbweaver split week --by folds --folds 5 --folds-by group --group-by day",
          "Five folds of whole days",
        ],
      ]),
    )
    .action((name: string, options: Options) =>
      shell.run(options, (console, signal) => runSplit(console, signal, name, options)),
    );
}

async function runSplit(
  console: Console,
  signal: AbortSignal,
  reference: string,
  options: Options,
): Promise<number> {
  const request = requestOf(options);
  const { splitDataset } = await import("../../app/split.ts");
  const report = await splitDataset({
    reference,
    request,
    as: options.as,
    project: options.project,
    signal,
    onProgress: ({ step, share }) =>
      console.live(() => (share === undefined ? step : `${step}  ${Math.floor(100 * share)} %`)),
  });
  console.clearLive();
  if (options.json) await console.line(jsonText({ type: "split", ...report }));
  else for (const line of reportLines(console, report)) await console.line(line);
  if (!options.quiet) for (const warning of report.warnings) console.note(warningText(console, warning));
  return 0;
}

// --- what is asked for --------------------------------------------------------------------------------------

/** Options that only some methods have a use for. */
const USES: readonly (readonly [option: keyof Options, flag: string, methods: readonly string[]])[] = [
  ["train", "--train", ["random", "time", "group"]],
  ["validation", "--validation", ["random", "time", "group"]],
  ["test", "--test", ["random", "time", "group"]],
  ["groupBy", "--group-by", ["group", "folds by group"]],
  ["idle", "--idle", ["group", "folds by group"]],
  ["timeColumn", "--time-column", ["time", "folds by time", "group", "folds by group"]],
  ["gap", "--gap", ["time", "folds by time"]],
  ["trainSource", "--train-source", ["official"]],
  ["validationSource", "--validation-source", ["official"]],
  ["testSource", "--test-source", ["official"]],
  ["folds", "--folds", ["folds by random", "folds by time", "folds by group"]],
  ["foldsBy", "--folds-by", ["folds by random", "folds by time", "folds by group"]],
  [
    "keepDuplicatesTogether",
    "--keep-duplicates-together",
    ["random", "group", "folds by random", "folds by group"],
  ],
  ["seed", "--seed", ["random", "group", "folds by random", "folds by group"]],
];

function requestOf(options: Options): SplitRequest {
  const by = options.by ?? "random";
  const of = options.foldsBy ?? "random";
  const method = by === "folds" ? `folds by ${of}` : by;
  for (const [option, flag, methods] of USES) {
    if (options[option] === undefined || methods.includes(method)) continue;
    throw usageError(`${flag} has no use in a split by ${method}; it is for ${methods.join(", ")}`);
  }
  const chance = {
    stratify: options.stratify,
    duplicates: options.keepDuplicatesTogether ? ("together" as const) : ("free" as const),
    ...given({ seed: options.seed }),
  };
  const time = given({ column: options.timeColumn, gap: options.gap });
  const group = given({ group: options.groupBy, idle: options.idle, column: options.timeColumn });
  switch (by) {
    case "random":
      return { by, parts: partsOf(options), ...chance };
    case "time":
      return { by, parts: partsOf(options), ...time };
    case "group":
      return { by, parts: partsOf(options), ...chance, ...group, group: requireGroup(options) };
    case "official":
      return { by, ...sourcesOf(options) };
    case "folds":
      if (of === "group") requireGroup(options);
      return { by, of, ...chance, ...given({ folds: options.folds }), ...time, ...group };
  }
}

/** Without the properties that are not set. */
function given<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const set = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}

function requireGroup({ groupBy }: Options): string[] {
  if (groupBy !== undefined) return groupBy;
  throw usageError("a split by group needs --group-by", "Such as --group-by host, or a column.");
}

function partsOf({ train, validation, test }: Options): Record<string, number> {
  const other = {
    validation: validation ?? SHARES.validation,
    test: test ?? SHARES.test,
  };
  const rest = 100 - other.validation - other.test;
  const parts = { train: train ?? rest, ...other };
  const sum = parts.train + parts.validation + parts.test;
  if (rest < 0 || sum > 100 + 1e-9)
    throw usageError(
      `--train, --validation and --test sum to ${Math.max(sum, 100 - rest)} per cent, at most 100`,
    );
  return parts;
}

function sourcesOf(options: Options): { sources?: Record<string, string[]> } {
  const { trainSource: train, validationSource: validation, testSource: test } = options;
  const sources = given({ train, validation, test });
  if (Object.keys(sources).length === 0) return {};
  if (train === undefined || test === undefined)
    throw usageError("--train-source and --test-source belong together");
  return { sources: sources as Record<string, string[]> };
}

function percent(text: string): number {
  const value = numberOf(text);
  if (value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError("Expected a share in per cent, from 0 to 100.");
}

function notNegative(text: string): number {
  const value = numberOf(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("Expected seconds, 0 or more.");
}

function positive(text: string): number {
  const value = numberOf(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("Expected seconds, more than 0.");
}

function numberOf(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

// --- what is told -------------------------------------------------------------------------------------------

/** Parts that stand side by side; more of them are listed one below the other. */
const COLUMNS_MAX = 8;
const CLASSES_LISTED = 40;

function reportLines(console: Console, report: SplitReport): string[] {
  const { bold, dim } = console.colours;
  const { dataset, table, parts, rows, leftOut } = report;
  const names = parts.map((part) => `${dataset}@${part.name}`);
  const shown = names.length > 3 ? `${names[0]} to ${names.at(-1)}` : names.join(", ");
  const lines = [
    `${bold(printable(dataset))}: ${counted(rows, "row")} of table ${printable(table)} in ${counted(parts.length, "part")}, split '${report.split}' by ${methodText(report)}`,
    "",
    ...(parts.length <= COLUMNS_MAX ? partColumns(report, bold) : partRows(report, bold)),
  ];
  for (const { reason, rows: count } of leftOut)
    lines.push(`  in no part, ${printable(reason)}: ${counted(count, "row")}`);
  return [...lines, "", dim(`The parts are ${printable(shown)}.`)];
}

function methodText({ options }: SplitReport): string {
  switch (options.by) {
    case "group":
      return `group (${printable(options.group.join(", "))}), seed ${options.seed}`;
    case "random":
      return `chance, seed ${options.seed}`;
    case "folds":
      return options.of === "time" ? "time" : `${options.of}, seed ${options.seed}`;
    case "official":
      return "source file";
    case "time":
      return "time";
  }
}

/** A class a line, a part a column. */
function partColumns({ parts, rows }: SplitReport, titleStyle: (text: string) => string): string[] {
  const number = { align: "right" } as const;
  const columns = [
    { title: "CLASS", maximum: 36 },
    ...parts.map((part) => ({ title: printable(part.name).toUpperCase(), ...number })),
  ];
  const classes = parts[0].classes ?? [];
  const body = classes
    .slice(0, CLASSES_LISTED)
    .map(({ name }, at) => [
      printable(name),
      ...parts.map((part) => groupedText(part.classes?.[at].rows ?? 0)),
    ]);
  const more = classes.length - body.length;
  return tableLines(
    columns,
    [
      ...body,
      ...(more > 0 ? [[`… and ${more} more`]] : []),
      ["all rows", ...parts.map((part) => groupedText(part.rows))],
      ["share", ...parts.map((part) => `${((100 * part.rows) / rows).toFixed(1)} %`)],
    ],
    { titleStyle },
  );
}

function partRows({ parts, rows }: SplitReport, titleStyle: (text: string) => string): string[] {
  const number = { align: "right" } as const;
  return tableLines(
    [
      { title: "PART" },
      { title: "ROWS", ...number },
      { title: "SHARE", ...number },
      { title: "CLASSES", ...number },
    ],
    parts.map((part) => [
      printable(part.name),
      groupedText(part.rows),
      `${((100 * part.rows) / rows).toFixed(1)} %`,
      groupedText(part.classes?.filter((own) => own.rows > 0).length ?? 0),
    ]),
    { titleStyle },
  );
}
