// orbweaver learners: which learners there are, and what can be set for each.

import type { Command } from "commander";
import type { LearnerFacts, ParameterSpecification, SearchRange } from "../../app/learners.ts";
import { jsonText } from "../json.ts";
import { examples, withShellOptions } from "../options.ts";
import type { Console } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { wrapped } from "../table.ts";

export function registerLearners(program: Command, shell: Shell): void {
  const command = program
    .command("learners")
    .summary("learners and their parameters")
    .description("List the learners, or show what can be set for some of them and where a search looks.")
    .argument("[ids...]", "ids of learners");
  withShellOptions(command, "as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        ["orbweaver learners", "Which learners there are"],
        ["orbweaver learners boosting", "Parameters of one: range, default, meaning"],
        [
          "orbweaver learners boosting --json | jq '.learners[].parameters[].name'",
          "Names of its parameters",
        ],
      ]),
    )
    .action((ids: string[], options: ShellOptions) =>
      shell.run(options, (console) => runLearners(console, ids, options)),
    );
}

async function runLearners(console: Console, ids: readonly string[], options: ShellOptions): Promise<number> {
  const { learnerFacts, listLearners } = await import("../../app/learners.ts");
  const learners = ids.length === 0 ? listLearners() : ids.map(learnerFacts);
  if (options.json) await console.line(jsonText({ type: "learners", learners }));
  else if (ids.length === 0)
    for (const line of learnerLines(learners, console.out.width)) await console.line(line);
  else {
    for (const [index, learner] of learners.entries())
      for (const line of parameterLines(console, learner, index)) await console.line(line);
  }
  return 0;
}

/** One line for each learner, its description broken to the width. */
export function learnerLines(learners: readonly LearnerFacts[], width: number): string[] {
  const indent = Math.max(0, ...learners.map(({ id }) => id.length)) + 4;
  return learners.flatMap(({ id, description }) => {
    const [first, ...others] = wrapped(description, Math.max(30, width - indent), "");
    return [`  ${id.padEnd(indent - 2)}${first}`, ...others.map((line) => " ".repeat(indent) + line)];
  });
}

/** Each parameter with its meaning, and below it what it can be. */
function parameterLines(
  console: Console,
  { id, task, description, parameters }: LearnerFacts,
  index: number,
): string[] {
  const { bold, dim } = console.colours;
  const { width } = console.out;
  const kind = task === "anomaly" ? ["Learns from benign rows only."] : [];
  const indent = Math.max(...parameters.map(({ name }) => name.length)) + 4;
  const told = parameters.flatMap((parameter) => {
    const { name, description: meaning, search } = parameter;
    const searched = search === undefined ? "" : `; searched: ${searchText(search)}`;
    const values = `${rangeText(parameter)}; default: ${parameter.default}${searched}`;
    const broken = (text: string): string[] => wrapped(text, Math.max(30, width - indent), "");
    const [first, ...others] = broken(meaning);
    const below = [...others, ...broken(values).map(dim)].map((line) => " ".repeat(indent) + line);
    return [`  ${name.padEnd(indent - 2)}${first}`, ...below];
  });
  return [
    ...(index === 0 ? [] : [""]),
    bold(id),
    ...[description, ...kind].flatMap((text) => wrapped(text, width - 2, "").map((line) => dim(`  ${line}`))),
    "",
    ...told,
  ];
}

function rangeText({ type, minimum, maximum, choices, form }: ParameterSpecification): string {
  if (type === "boolean") return "true, false";
  if (type === "choice") return (choices ?? []).join(", ");
  if (type === "text") return form ?? "a text";
  return `${minimum ?? "…"} to ${maximum ?? "…"}`;
}

/** As --grid reads it. */
function searchText(range: SearchRange): string {
  if ("values" in range) return range.values.join(",");
  return `${range.low}..${range.high}${range.scale === "log" ? ":log" : ""}`;
}
