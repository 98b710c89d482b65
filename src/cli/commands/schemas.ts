// orbweaver schemas: columns, units, meaning.

import type { Command } from "commander";
import type { Schema } from "../../app/schemas.ts";
import { jsonText } from "../json.ts";
import { examples, withShellOptions } from "../options.ts";
import type { Console } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines, wrapped } from "../table.ts";

export function registerSchemas(program: Command, shell: Shell): void {
  const schemas = program.command("schemas").summary("columns, units, meaning");
  schemas.description("List the feature schemas, or show the columns of one.");
  withShellOptions(schemas, "as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        ["orbweaver schemas", "Which schemas there are"],
        ["orbweaver schemas show flow", "Every column of the schema `flow`"],
        ["orbweaver schemas show flow --json | jq -r '.columns[].name'", "Names of its columns"],
      ]),
    )
    .action((options: ShellOptions) => shell.run(options, (console) => listAll(console, options)));
  const show = schemas
    .command("show")
    .description("Show the columns of a schema: unit, kind, meaning.")
    .argument("<id>", "id of the schema");
  withShellOptions(show, "as JSON on standard output").action(
    (id: string, _options: ShellOptions, command: Command) => {
      const options = command.optsWithGlobals<ShellOptions>();
      return shell.run(options, (console) => showOne(console, id, options));
    },
  );
}

async function listAll(console: Console, options: ShellOptions): Promise<number> {
  const { listSchemas } = await import("../../app/schemas.ts");
  const schemas = listSchemas();
  if (options.json) {
    const facts = schemas.map(({ id, title, description, fingerprint, columns }) => ({
      id,
      title,
      description,
      fingerprint,
      columns: columns.length,
    }));
    await console.line(jsonText({ schemas: facts }));
    return 0;
  }
  const rows = schemas.map((schema) => [
    schema.id,
    String(schema.columns.length),
    schema.fingerprint.slice(0, 8),
    schema.description,
  ]);
  const columns = [
    { title: "ID" },
    { title: "COLUMNS", align: "right" },
    { title: "FINGERPRINT" },
    { title: "WHAT A ROW IS" },
  ] as const;
  for (const line of tableLines(columns, rows, { titleStyle: console.colours.bold }))
    await console.line(line);
  return 0;
}

async function showOne(console: Console, id: string, options: ShellOptions): Promise<number> {
  const { showSchema } = await import("../../app/schemas.ts");
  const schema = showSchema(id);
  if (options.json) await console.line(jsonText(schema));
  else for (const line of schemaLines(schema, console)) await console.line(line);
  return 0;
}

function schemaLines(schema: Schema, console: Console): string[] {
  const { bold, dim } = console.colours;
  const rows = schema.columns.map((column) => [
    column.name,
    column.kind === "categorical" ? `${column.categories.length} names` : column.unit,
    column.description,
  ]);
  return [
    `${bold(schema.id)}: ${schema.title}`,
    ...wrapped(schema.description, console.out.width - 1, ""),
    dim(`${schema.columns.length} columns, lifecycle ${schema.lifecycle}, fingerprint ${schema.fingerprint}`),
    "",
    ...tableLines([{ title: "COLUMN" }, { title: "UNIT" }, { title: "MEANING" }], rows, {
      indent: 0,
      titleStyle: bold,
    }),
  ];
}
