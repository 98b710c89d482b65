// The command line: arguments in, exit status out.

import { CommanderError } from "commander";
import type { LearnerTable } from "./commands/train.ts";
import { reportFailure, usageError } from "./failure.ts";
import { program } from "./program.ts";
import { Shell } from "./shell.ts";

/** Runs one command. Never throws; the exit status is that of the error table, 0 when all went well. */
export async function main(argv: string[]): Promise<number> {
  const shell = new Shell();
  const quiet = { quiet: true, color: !argv.includes("--no-color") };
  try {
    const orbweaver = program(shell, asksForTrainHelp(argv) ? await learnerTable() : [], argv[0]);
    if (argv.length === 0) {
      orbweaver.outputHelp();
      return 0;
    }
    await orbweaver.parseAsync(argv, { from: "user" });
    return shell.exitCode;
  } catch (failure) {
    if (failure instanceof CommanderError) {
      if (failure.exitCode === 0) return 0;
      return reportFailure(
        usageError(usageText(failure.message), usageHint(failure, argv)),
        shell.console(quiet),
      );
    }
    return reportFailure(failure, shell.console(quiet));
  }
}

function asksForTrainHelp(argv: readonly string[]): boolean {
  const [first, ...others] = argv;
  if (first === "help") return others[0] === "train";
  return first === "train" && (others.includes("--help") || others.includes("-h"));
}

async function learnerTable(): Promise<LearnerTable> {
  const { listLearners } = await import("../app/learners.ts");
  return listLearners();
}

/** Commander's message on one line, without its own prefix. */
function usageText(message: string): string {
  return message.replace(/^error: /, "").replaceAll("\n", " ");
}

function usageHint(failure: CommanderError, argv: readonly string[]): string {
  const isCommand = failure.code !== "commander.unknownCommand" && argv[0]?.startsWith("-") === false;
  return `Run \`orbweaver${isCommand ? ` ${argv[0]}` : ""} --help\` to see what it takes.`;
}
