// The pages of docs/reference that follow from tables in the sources, as Markdown text. Knows no files.

import { ERRORS } from "../../src/base/errors.ts";
import { program } from "../../src/cli/program.ts";
import type { Schema, SchemaColumn } from "../../src/feature/schema.ts";
import { SCHEMAS } from "../../src/feature/schemas/_index.ts";

export interface ReferencePage {
  path: string;
  render: () => string;
}

export const REFERENCE_PAGES: readonly ReferencePage[] = [
  { path: "docs/reference/commands.md", render: commandsPage },
  { path: "docs/reference/errors.md", render: errorsPage },
  { path: "docs/reference/schemas.md", render: schemasPage },
];

/** Characters in a line of help. */
const HELP_WIDTH = 100;

function commandsPage(): string {
  const orbweaver = program();
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
