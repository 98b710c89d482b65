// The command line: arguments in, exit status out.

import { CommanderError } from "commander";
import { reportFailure, usageError } from "./failure.ts";
import { program } from "./program.ts";
import { Shell } from "./shell.ts";

/** Runs one command. Never throws; the exit status is that of the error table, 0 when all went well. */
export async function main(argv: string[]): Promise<number> {
  const shell = new Shell();
  const quiet = { quiet: true, color: !argv.includes("--no-color") };
  try {
    const orbweaver = program(shell);
    if (argv.length === 0) {
      orbweaver.outputHelp();
      return 0;
    }
    await orbweaver.parseAsync(argv, { from: "user" });
    return shell.exitCode;
  } catch (failure) {
    if (failure instanceof CommanderError) {
      if (failure.exitCode === 0) return 0;
      return reportFailure(usageError(usageText(failure.message), usageHint(argv)), shell.console(quiet));
    }
    return reportFailure(failure, shell.console(quiet));
  }
}

/** Commander's message on one line, without its own prefix. */
function usageText(message: string): string {
  return message.replace(/^error: /, "").replaceAll("\n", " ");
}

function usageHint(argv: readonly string[]): string {
  const command = argv[0]?.startsWith("-") ? "" : ` ${argv[0] ?? ""}`;
  return `Run \`orbweaver${command} --help\` to see what it takes.`;
}
