// orbweaver user: who may use a server, and as what.

import { type Command, Option } from "commander";
import type { Access, Actor, Role, User } from "../../app/access.ts";
import { usageError } from "../failure.ts";
import { jsonText } from "../json.ts";
import { examples, withProjectOption, withShellOptions } from "../options.ts";
import { type Console, printable } from "../output.ts";
import { readNewPassword } from "../secret-input.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines } from "../table.ts";

interface Options extends ShellOptions {
  project?: string;
  store?: string;
  role?: Role;
  generate?: boolean;
}

const ROLES = ["viewer", "analyst", "admin"] as const satisfies readonly Role[];

export function registerUser(program: Command, shell: Shell): void {
  const user = program.command("user").summary("who may use a server, and as what");
  user.description(
    "Add, list and remove the users of a server, and change their roles and passwords. A password is typed at the terminal or read from standard input; it is never an argument.",
  );
  withShellOptions(withAccessOptions(user), "as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        ["orbweaver user add ann --role admin", "The first user; asks for a password"],
        ["orbweaver user add ann --role admin --generate", "With a new password, printed this once"],
        ["orbweaver user add bob --role analyst < password.txt", "With the password of a file's first line"],
        ["orbweaver user role bob viewer", "Another role; ends bob's sessions"],
        ["orbweaver user password bob", "Another password; ends bob's sessions"],
        ["orbweaver user remove bob", "Remove one, with sessions and API keys"],
        ["orbweaver user list", "All users"],
      ]),
    )
    .action((options: Options) => shell.run(options, (console) => list(console, options)));
  child(user, shell, "list", "List the users.", [], (console, options) => list(console, options));
  child(user, shell, "add", "Add a user.", ["name"], add, (command) =>
    command
      .addOption(new Option("--role <role>", "what the user may do").choices(ROLES).default("viewer"))
      .option("--generate", "make a password and print it, this once"),
  );
  child(user, shell, "role", "Give a user another role.", ["name", "role"], role);
  child(user, shell, "password", "Give a user another password.", ["name"], password, (command) =>
    command.option("--generate", "make a password and print it, this once"),
  );
  child(user, shell, "remove", "Remove a user, with sessions and API keys.", ["name"], remove);
}

type Work = (console: Console, options: Options, ...given: string[]) => Promise<number>;

function child(
  parent: Command,
  shell: Shell,
  name: string,
  description: string,
  given: readonly string[],
  work: Work,
  more: (command: Command) => Command = (command) => command,
): void {
  const command = withShellOptions(
    withAccessOptions(more(parent.command(name).description(description))),
    "as JSON on standard output",
  );
  for (const one of given) command.argument(`<${one}>`);
  command.action((...args: unknown[]) => {
    const options = (args.at(-1) as Command).optsWithGlobals<Options>();
    return shell.run(options, (console) =>
      work(console, options, ...(args.slice(0, given.length) as string[])),
    );
  });
}

/** --project and --store. */
export function withAccessOptions(command: Command): Command {
  return withProjectOption(command).option(
    "--store <place>",
    "folder or postgres:// URL where users and keys are kept (default: that of the project)",
  );
}

/** Does work with the access of the options' place, as whoever works at the command line. */
export async function withAccess<Result>(
  options: { project?: string; store?: string },
  work: (access: Access, actor: Actor) => Promise<Result>,
): Promise<Result> {
  const { commandActor, inAccess } = await import("../../app/access.ts");
  return inAccess(options, (access) => work(access, commandActor()));
}

async function list(console: Console, options: Options): Promise<number> {
  const users = await withAccess(options, async (access) => access.users.list());
  if (options.json) await console.line(jsonText({ users }));
  else if (users.length === 0)
    await console.line("No users. Add the first: orbweaver user add NAME --role admin");
  else
    for (const line of tableLines(
      [{ title: "NAME" }, { title: "ROLE" }, { title: "ADDED" }, { title: "CHANGED" }],
      users.map((user) => [user.name, user.role, day(user.created), day(user.changed)]),
      { titleStyle: console.colours.bold },
    ))
      await console.line(line);
  return 0;
}

async function add(console: Console, options: Options, name: string): Promise<number> {
  const { addUser } = await import("../../app/access.ts");
  const typed = options.generate ? undefined : await readNewPassword(console, printable(name));
  const result = await withAccess(options, (access, actor) =>
    addUser(access, actor, { name, role: options.role ?? "viewer", password: typed }),
  );
  return told(console, options, result, `Added ${result.user.name}, ${result.user.role}.`);
}

async function password(console: Console, options: Options, name: string): Promise<number> {
  const { changePassword } = await import("../../app/access.ts");
  // Asked before anything is typed, so that nobody types a password for a wrong name.
  await withAccess(options, async (access) => access.users.get(name));
  const typed = options.generate ? undefined : await readNewPassword(console, printable(name));
  const result = await withAccess(options, (access, actor) => changePassword(access, actor, name, typed));
  return told(console, options, result, `Changed the password of ${name}; its sessions have ended.`);
}

async function role(console: Console, options: Options, name: string, wanted: string): Promise<number> {
  const user = await withAccess(options, (access, actor) =>
    access.users.setRole(actor, name, roleOf(wanted)),
  );
  return told(console, options, { user, generated: undefined }, `${user.name} is ${user.role} now.`);
}

async function remove(console: Console, options: Options, name: string): Promise<number> {
  await withAccess(options, (access, actor) => access.users.remove(actor, name));
  if (options.json) await console.line(jsonText({ removed: name }));
  else await console.line(`Removed ${name}, with sessions and API keys.`);
  return 0;
}

/** Tells what was done; a generated password goes to standard output, alone on its line, and nowhere else. */
async function told(
  console: Console,
  options: Options,
  { user, generated }: { user: User; generated: string | undefined },
  text: string,
): Promise<number> {
  if (options.json) await console.line(jsonText({ user, password: generated }));
  else if (generated === undefined) await console.line(text);
  else {
    if (!options.quiet) console.note(`${text} The password, which is shown this once:`);
    await console.line(generated);
  }
  return 0;
}

function roleOf(text: string): Role {
  const found = ROLES.find((one) => one === text);
  if (found !== undefined) return found;
  throw usageError(`there is no role '${text}', expected ${ROLES.join(", ")}`);
}

/** The day of a moment. */
export function day(moment: string | undefined): string {
  return moment === undefined ? "-" : moment.slice(0, 10);
}
