// orbweaver key: API keys, for programs that use a server.

import { type Command, InvalidArgumentError } from "commander";
import type { ApiKey, Permission } from "../../app/access.ts";
import { jsonText } from "../json.ts";
import { examples, wholeNumber, withShellOptions } from "../options.ts";
import { type Console, printable } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines } from "../table.ts";
import { day, withAccess, withAccessOptions } from "./user.ts";

interface Options extends ShellOptions {
  project?: string;
  store?: string;
  scope?: Permission[];
  user?: string;
  days?: number;
}

const SCOPES = ["read", "predict", "write", "admin"] as const satisfies readonly Permission[];
const DAYS_MAX = 3_650;

export function registerKey(program: Command, shell: Shell): void {
  const key = program.command("key").summary("API keys, for programs that use a server");
  key.description(
    "Make, list and revoke API keys. A key is printed when it is made and cannot be had again; what is kept is its digest.",
  );
  withShellOptions(withAccessOptions(key), "as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        ["orbweaver key create nightly --scope predict", "A key that scores rows and nothing else"],
        ["orbweaver key create laptop --scope read,predict --user ann --days 90", "Ann's, for 90 days"],
        ["KEY=$(orbweaver key create ci --scope predict --quiet)", "For a script"],
        ["orbweaver key list", "All keys, with when each was last used"],
        ["orbweaver key revoke 1f2e3d4c5b6a7988", "Revoke one, by its id"],
      ]),
    )
    .action((options: Options) => shell.run(options, (console) => list(console, options)));
  const child = (name: string, description: string): Command =>
    withShellOptions(
      withAccessOptions(key.command(name).description(description)),
      "as JSON on standard output",
    );
  child("list", "List the API keys.").action((_: Options, command: Command) => {
    const options = command.optsWithGlobals<Options>();
    return shell.run(options, (console) => list(console, options));
  });
  child("create", "Make an API key, and print it this once.")
    .argument("<name>", "what it is called")
    .requiredOption("--scope <scopes>", `what it may do: ${SCOPES.join(", ")}`, scopes)
    .option("--user <name>", "user whose key it is; it ends with the user and may do no more than the user")
    .option("--days <n>", "days that it counts (default: for ever)", wholeNumber(1, DAYS_MAX))
    .action((name: string, _: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      return shell.run(options, (console) => create(console, options, name));
    });
  child("revoke", "Revoke an API key.")
    .argument("<id>", "id of the key, as `key list` tells it")
    .action((id: string, _: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      return shell.run(options, (console) => revoke(console, options, id));
    });
}

async function list(console: Console, options: Options): Promise<number> {
  const keys = await withAccess(options, async (access) => access.keys.list());
  if (options.json) await console.line(jsonText({ keys }));
  else if (keys.length === 0) await console.line("No API keys.");
  else
    for (const line of tableLines(
      [
        { title: "ID" },
        { title: "NAME" },
        { title: "SCOPES" },
        { title: "USER" },
        { title: "STATE" },
        { title: "MADE" },
        { title: "EXPIRES" },
        { title: "LAST USED" },
      ],
      keys.map(rowOf),
      { titleStyle: console.colours.bold },
    ))
      await console.line(line);
  return 0;
}

function rowOf({ id, name, scopes: may, owner, state, created, expires, used }: ApiKey): string[] {
  return [id, name, may.join(","), owner ?? "-", state, day(created), day(expires), day(used)];
}

async function create(console: Console, options: Options, name: string): Promise<number> {
  const { key, secret } = await withAccess(options, (access, actor) =>
    access.keys.create(actor, {
      name,
      scopes: options.scope ?? [],
      owner: options.user,
      days: options.days,
    }),
  );
  if (options.json) {
    await console.line(jsonText({ key, secret }));
    return 0;
  }
  if (!options.quiet) console.note(`Made the API key ${key.name} (${key.id}). It is shown this once:`);
  await console.line(secret);
  return 0;
}

async function revoke(console: Console, options: Options, id: string): Promise<number> {
  const key = await withAccess(options, (access, actor) => access.keys.revoke(actor, id));
  if (options.json) await console.line(jsonText({ key }));
  else await console.line(`Revoked ${key.name} (${key.id}).`);
  return 0;
}

function scopes(text: string, before: Permission[] = []): Permission[] {
  const found = text.split(",").map((one) => {
    const scope = SCOPES.find((known) => known === one.trim());
    if (scope !== undefined) return scope;
    throw new InvalidArgumentError(
      `Expected scopes of ${SCOPES.join(", ")}, found '${printable(one.trim())}'.`,
    );
  });
  return [...new Set([...before, ...found])];
}
