// orbweaver generate: labelled synthetic captures.

import type { Command } from "commander";
import type {
  GenerateResult,
  PresetFacts,
  ScenarioFacts,
  ScenarioParameter,
  ScenarioRequest,
} from "../../app/generate.ts";
import { bytesText, counted, groupedText, numberText } from "../../base/number-text.ts";
import { spanText } from "../captures.ts";
import { usageError } from "../failure.ts";
import { cancelledExit } from "../interrupt.ts";
import { jsonText } from "../json.ts";
import { examples, positiveNumber, seed, several, wholeNumber, withShellOptions } from "../options.ts";
import type { Console } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines, wrapped } from "../table.ts";

interface Options extends ShellOptions {
  scenario?: string[];
  list?: boolean;
  seed: number;
  out?: string;
  labels?: string;
  preset?: string;
  duration?: number;
  packets?: number;
}

const SECOND_US = 1e6;
/** Settings that every scenario takes; all others are parameters of its own. */
const COMMON_SETTINGS = ["intensity", "start", "duration"] as const;

export function registerGenerate(program: Command, shell: Shell): void {
  const command = program
    .command("generate")
    .summary("labelled synthetic captures")
    .description(
      "Write a capture of everyday traffic and attacks, and the label of every flow. The same scenarios and seed give the same bytes. Nothing is ever sent.",
    )
    .option("-s, --scenario <name[:key=value,…]>", "what goes on (several times): see --list", several)
    .option("--preset <name>", "a named mix of scenarios instead: see --list")
    .option("--list", "list the scenarios; with --scenario, what can be set")
    .option("--seed <n>", "seed of everything that is drawn", seed, 1)
    .option("-o, --out <file>", "capture to write (pcap); - for standard output")
    .option("--labels <file>", "label file to write (CSV)")
    .option("--duration <seconds>", "length of the capture (default: 60, or the preset's)", positiveNumber)
    .option("--packets <n>", "end after this many packets", wholeNumber(1));
  withShellOptions(command, "the result as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        ["orbweaver generate --list", "Which scenarios there are"],
        ["orbweaver generate --list --scenario syn-flood", "What can be set for one"],
        [
          "orbweaver generate -s web -s dns -s syn-flood:start=20,duration=10 --seed 7 -o mix.pcap --labels mix.csv",
          "A minute of everyday traffic with a flood in it",
        ],
        [
          "orbweaver generate -s mixed-office:intensity=3 -o - | orbweaver detect -",
          "Straight into another command",
        ],
      ]),
    )
    .action((options: Options) =>
      shell.run(options, (console, signal) => runGenerate(console, signal, options)),
    );
}

async function runGenerate(console: Console, signal: AbortSignal, options: Options): Promise<number> {
  const { generate, listPresets, listScenarios, presetOptions } = await import("../../app/generate.ts");
  if (options.list) return list(console, options, listScenarios(), listPresets());
  const preset = options.preset === undefined ? undefined : presetOptions(options.preset);
  const named = options.scenario?.map(scenarioRequest) ?? [];
  const scenarios = [...(preset?.scenarios ?? []), ...named];
  if (scenarios.length === 0) {
    throw usageError(
      "no scenario was named",
      "Name some with --scenario; `orbweaver generate --list` shows them.",
    );
  }
  if (options.out === undefined) throw usageError("--out is missing, expected the capture to write");
  if (options.out === "-" && options.json) {
    throw usageError("--json needs --out FILE: standard output cannot carry both a capture and JSON");
  }
  const result = await generate({
    ...preset,
    scenarios,
    seed: options.seed,
    ...(options.duration === undefined ? {} : { durationUs: options.duration * SECOND_US }),
    ...(options.packets === undefined ? {} : { packets: options.packets }),
    out: options.out,
    labels: options.labels,
    signal,
    onProgress: (packets) => console.live(() => `${counted(packets, "packet")}`),
  });
  console.clearLive();
  if (options.json) await console.line(jsonText({ type: "generated", seed: options.seed, ...result }));
  else if (options.out !== "-") for (const line of resultLines(console, result)) await console.line(line);
  return result.cancelled ? cancelledExit(console) : 0;
}

/** "syn-flood:start=20,duration=10" */
export function scenarioRequest(text: string): ScenarioRequest {
  const [name, settings] = splitOnce(text, ":");
  const request: ScenarioRequest & { parameters: Record<string, number | string> } = { name, parameters: {} };
  if (settings === undefined) return request;
  for (const setting of settings.split(",")) {
    const [key, value] = splitOnce(setting, "=");
    if (key === "" || value === undefined || value === "") {
      throw usageError(`scenario '${text}': found '${setting}', expected KEY=VALUE`);
    }
    const number = Number(value);
    if (!(COMMON_SETTINGS as readonly string[]).includes(key)) {
      request.parameters[key] = Number.isNaN(number) ? value : number;
      continue;
    }
    if (!(number >= 0)) throw usageError(`scenario '${text}': ${key} is '${value}', expected a number`);
    if (key === "intensity") request.intensity = number;
    if (key === "start") request.startOffsetUs = number * SECOND_US;
    if (key === "duration") request.durationUs = number * SECOND_US;
  }
  return request;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text.trim(), undefined] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

function resultLines(console: Console, { out, bytes, labels, summary, cancelled }: GenerateResult): string[] {
  const { bold } = console.colours;
  const number = { align: "right" } as const;
  const table = (counts: Record<string, { flows: number; packets: number }>): string[] =>
    tableLines(
      [{}, number, number],
      Object.entries(counts).map(([name, { flows, packets }]) => [
        name,
        counted(flows, "flow"),
        counted(packets, "packet"),
      ]),
    );
  const state = cancelled ? "stopped; " : "";
  return [
    `${state}${out}: ${counted(summary.packets, "packet")}, ${bytesText(bytes)}, ${spanText(summary.firstUs, summary.lastUs)}`,
    ...(labels === null ? [] : [`${labels}: the label of every flow`]),
    ...(summary.stoppedByPackets ? ["ended by --packets before --duration was over"] : []),
    "",
    bold("Classes"),
    ...table(summary.classes),
    "",
    bold("Scenarios"),
    ...table(summary.scenarios),
  ];
}

// --- lists --------------------------------------------------------------------------------------------------

async function list(
  console: Console,
  options: Options,
  scenarios: readonly ScenarioFacts[],
  presets: readonly PresetFacts[],
): Promise<number> {
  const asked = options.scenario?.map((text) => scenarioRequest(text).name) ?? [];
  for (const name of asked) {
    if (scenarios.some((scenario) => scenario.name === name)) continue;
    throw usageError(
      `there is no scenario '${name}'`,
      "Run `orbweaver generate --list` to see the scenarios.",
    );
  }
  const chosen = asked.length === 0 ? scenarios : scenarios.filter(({ name }) => asked.includes(name));
  if (options.json) await console.line(jsonText({ type: "scenarios", list: chosen, presets }));
  else if (asked.length === 0)
    for (const line of overviewLines(console, chosen, presets)) await console.line(line);
  else
    for (const scenario of chosen)
      for (const line of scenarioLines(console, scenario)) await console.line(line);
  return 0;
}

function overviewLines(
  console: Console,
  scenarios: readonly ScenarioFacts[],
  presets: readonly PresetFacts[],
): string[] {
  const columns = [{ title: "SCENARIO" }, { title: "LABEL" }, { title: "WHAT GOES ON" }];
  const sorted = [...scenarios].sort((a, b) => Number(a.attack) - Number(b.attack));
  return [
    ...tableLines(
      columns,
      sorted.map(({ name, label, title }) => [name, label, title]),
      { titleStyle: console.colours.bold },
    ),
    "",
    ...tableLines(
      [{ title: "PRESET" }, { title: "WHAT GOES ON" }],
      presets.map(({ name, title }) => [name, title]),
      { titleStyle: console.colours.bold },
    ),
    "",
    console.colours.dim("  What can be set: orbweaver generate --list --scenario NAME"),
  ];
}

function scenarioLines(console: Console, scenario: ScenarioFacts): string[] {
  const { bold, dim } = console.colours;
  const rows = scenario.parameters.map((parameter) => [
    parameter.name,
    rangeText(parameter),
    parameter.description,
  ]);
  return [
    `${bold(scenario.name)}: ${scenario.title}, labelled ${scenario.label}`,
    ...wrapped(scenario.description, console.out.width - 3, "").map((line) => `  ${line}`),
    dim("  Drawn by the seed unless set; besides: intensity (factor), start and duration (seconds)."),
    ...tableLines([{ title: "SETTING" }, { title: "RANGE" }, { title: "MEANING" }], rows, {
      titleStyle: bold,
    }),
    "",
  ];
}

function rangeText(parameter: ScenarioParameter): string {
  if ("choices" in parameter) return Object.keys(parameter.choices).join(", ");
  const { low, high, unit } = parameter;
  const range =
    low >= 10_000
      ? `${groupedText(low)} to ${groupedText(high)}`
      : `${numberText(low)} to ${numberText(high)}`;
  return unit === "" ? range : `${range} ${unit}`;
}
