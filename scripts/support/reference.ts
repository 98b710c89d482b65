// The pages of docs/reference that follow from tables in the sources, as Markdown text, and what follows from the HTTP interface.
// Knows no files.

import { type LearnerFacts, listLearners, type ParameterSpecification } from "../../src/app/learners.ts";
import { ERRORS } from "../../src/base/errors.ts";
import { program } from "../../src/cli/program.ts";
import type { Schema, SchemaColumn } from "../../src/feature/schema.ts";
import { SCHEMAS } from "../../src/feature/schemas/_index.ts";
import type { ScenarioParameter } from "../../src/generate/contract.ts";
import { SCENARIOS } from "../../src/generate/scenarios/_index.ts";
import type { Scenario } from "../../src/generate/stage.ts";
import { clientTypesPage, openApiPage } from "./interface-pages.ts";

export interface ReferencePage {
  path: string;
  render: () => string | Promise<string>;
}

export const REFERENCE_PAGES: readonly ReferencePage[] = [
  { path: "docs/reference/commands.md", render: commandsPage },
  { path: "docs/reference/errors.md", render: errorsPage },
  { path: "docs/reference/learners.md", render: learnersPage },
  { path: "docs/reference/scenarios.md", render: scenariosPage },
  { path: "docs/reference/schemas.md", render: schemasPage },
  { path: "docs/reference/openapi.json", render: openApiPage },
  { path: "src/client/openapi.generated.ts", render: clientTypesPage },
];

/** Characters in a line of help. */
const HELP_WIDTH = 100;

function commandsPage(): string {
  const orbweaver = program(undefined, listLearners());
  orbweaver.configureHelp({ helpWidth: HELP_WIDTH });
  const sections = orbweaver.commands.map((command) => {
    command.configureHelp({ helpWidth: HELP_WIDTH });
    return `## orbweaver ${command.name()}\n\n${fenced(helpText(command))}`;
  });
  return page("Commands", "src/cli/commands", [
    "What `orbweaver --help` and `orbweaver COMMAND --help` print.",
    fenced(helpText(orbweaver)),
    ...sections,
  ]);
}

/** Everything that --help prints, with the examples, which commander adds behind its own text. */
function helpText(command: ReturnType<typeof program>): string {
  const parts: string[] = [];
  command.configureOutput({ writeOut: (text) => parts.push(text), getOutHasColors: () => false });
  command.outputHelp();
  return parts.join("").trimEnd();
}

function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(([code, entry]) => [
    `\`${code}\``,
    String(entry.exit),
    String(entry.http),
    entry.hint,
  ]);
  return page("Errors", "src/base/errors.ts", [
    "Every failure that a user can meet has a code of this table. The command line prints one line that says what was\n" +
      "found and what was expected, then the hint, and ends with the exit status. Exit status 0 means that all went well.",
    table(["Code", "Exit", "HTTP", "What to do"], rows),
  ]);
}

function learnersPage(): string {
  const learners = listLearners();
  const rows = learners.map(({ id, task, description }) => [`[\`${id}\`](#${id})`, task, description]);
  return page("Learners", "src/learner/learners", [
    "What `orbweaver train --learner ID` can learn with, and what `--set NAME=VALUE` can set. A learner of the task `anomaly`\n" +
      "learns from benign rows only; its models tell benign from anomaly. How each does beside scikit-learn is on\n" +
      "[a page of its own](learners-measured.md).",
    table(["Learner", "Task", "What it is"], rows),
    ...learners.map(learnerSection),
  ]);
}

function learnerSection({ id, description, parameters }: LearnerFacts): string {
  const rows = parameters.map((parameter) => [
    `\`${parameter.name}\``,
    rangeOf(parameter),
    `\`${String(parameter.default)}\``,
    parameter.description,
  ]);
  return [`## ${id}`, `${description}.`, table(["Parameter", "Values", "Default", "Meaning"], rows)].join(
    "\n\n",
  );
}

function rangeOf(parameter: ParameterSpecification): string {
  switch (parameter.type) {
    case "boolean":
      return "true, false";
    case "choice":
      return (parameter.choices ?? []).join(", ");
    case "text":
      return "text";
    default:
      return `${parameter.minimum ?? "…"} to ${parameter.maximum ?? "…"}`;
  }
}

function schemasPage(): string {
  return page("Schemas", "src/feature/schemas", [
    "A schema is a set of features: one row per flow, columns in this order. `orbweaver schemas show ID` prints the same.\n" +
      "The fingerprint is stamped into row files and models; where it differs, Orbweaver refuses to guess.",
    ...SCHEMAS.map(schemaSection),
  ]);
}

function schemaSection(schema: Schema): string {
  const rows = schema.columns.map((column, index) => [
    String(index + 1),
    `\`${column.name}\``,
    column.unit,
    meaning(column),
  ]);
  return [
    `## ${schema.id}: ${schema.title}`,
    schema.description,
    `Lifecycle \`${schema.lifecycle}\`, ${schema.columns.length} columns, fingerprint \`${schema.fingerprint}\`.`,
    table(["", "Column", "Unit", "Meaning"], rows),
  ].join("\n\n");
}

/** The description of a column, with the names of its categories unless these are numbers for the most part. */
function meaning(column: SchemaColumn): string {
  const named = column.categories.filter((name) => !/^\d+$/.test(name));
  if (named.length === 0) return column.description;
  const others = named.length < column.categories.length ? ", or the number" : "";
  return `${column.description}: ${named.map((name) => `\`${name}\``).join(", ")}${others}`;
}

function scenariosPage(): string {
  const attacks = SCENARIOS.filter((scenario) => scenario.attack);
  const others = SCENARIOS.filter((scenario) => !scenario.attack);
  return page("Scenarios", "src/generate/scenarios", [
    "What `orbweaver generate --scenario NAME` can make. Each run draws every parameter from its range by the seed. The\n" +
      "generator writes files and never opens a socket.",
    `## Attacks (${attacks.length})`,
    ...attacks.map(scenarioSection),
    `## Benign traffic (${others.length})`,
    ...others.map(scenarioSection),
  ]);
}

function scenarioSection(scenario: Scenario): string {
  const rows = scenario.parameters.map((parameter) => [
    `\`${parameter.name}\``,
    rangeText(parameter),
    parameter.description,
  ]);
  return [
    `### ${scenario.name}`,
    `${scenario.title}, class \`${scenario.label}\`. ${scenario.description}`,
    ...(rows.length > 0 ? [table(["Parameter", "Drawn from", "Meaning"], rows)] : []),
  ].join("\n\n");
}

function rangeText(parameter: ScenarioParameter): string {
  if ("choices" in parameter) {
    return Object.entries(parameter.choices)
      .map(([name, weight]) => `\`${name}\` (${weight})`)
      .join(", ");
  }
  const unit = parameter.unit === "" ? "" : ` ${parameter.unit}`;
  const scale = parameter.scale === "logarithmic" ? ", evenly in its logarithm" : "";
  return `${parameter.low} to ${parameter.high}${unit}${scale}`;
}

// --- Markdown ---------------------------------------------------------------------------------------------

function page(title: string, source: string, parts: readonly string[]): string {
  const note = `<!-- Generated from ${source} by \`npm run reference\`; do not edit. -->`;
  return `${[`# ${title}`, note, ...parts].join("\n\n")}\n`;
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cellText).join(" | ")} |`;
  return [line(headings), `|${headings.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

function cellText(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
