// The command line as a table of commands. Loads only what describes them: each command loads its work when it runs.

import { readFileSync } from "node:fs";
import { Command } from "commander";
import { registerAnonymise } from "./commands/anonymise.ts";
import { registerAudit } from "./commands/audit.ts";
import { registerCompare } from "./commands/compare.ts";
import { registerDatasets } from "./commands/datasets.ts";
import { registerDetect } from "./commands/detect.ts";
import { registerEvaluate } from "./commands/evaluate.ts";
import { registerExplain } from "./commands/explain.ts";
import { registerExport } from "./commands/export.ts";
import { registerGenerate } from "./commands/generate.ts";
import { registerImport } from "./commands/import.ts";
import { registerImportModel } from "./commands/import-model.ts";
import { registerInspect } from "./commands/inspect.ts";
import { registerJobs } from "./commands/jobs.ts";
import { registerKey } from "./commands/key.ts";
import { registerLabel } from "./commands/label.ts";
import { registerLearners } from "./commands/learners.ts";
import { registerMeter } from "./commands/meter.ts";
import { registerModels } from "./commands/models.ts";
import { registerPrepare } from "./commands/prepare.ts";
import { registerProfile } from "./commands/profile.ts";
import { registerRuns } from "./commands/runs.ts";
import { registerSchemas } from "./commands/schemas.ts";
import { registerServe } from "./commands/serve.ts";
import { registerSplit } from "./commands/split.ts";
import { type LearnerTable, registerTrain } from "./commands/train.ts";
import { registerUp } from "./commands/up.ts";
import { registerUser } from "./commands/user.ts";
import { Shell } from "./shell.ts";

/** In the order in which the help lists them. */
const COMMANDS: Readonly<Record<string, (program: Command, shell: Shell, learners: LearnerTable) => void>> = {
  meter: registerMeter,
  generate: registerGenerate,
  label: registerLabel,
  import: registerImport,
  datasets: registerDatasets,
  prepare: registerPrepare,
  profile: registerProfile,
  split: registerSplit,
  audit: registerAudit,
  export: registerExport,
  train: registerTrain,
  learners: registerLearners,
  compare: registerCompare,
  runs: registerRuns,
  models: registerModels,
  evaluate: registerEvaluate,
  explain: registerExplain,
  detect: registerDetect,
  up: registerUp,
  serve: registerServe,
  jobs: registerJobs,
  inspect: registerInspect,
  "import-model": registerImportModel,
  anonymise: registerAnonymise,
  schemas: registerSchemas,
  user: registerUser,
  key: registerKey,
};

/**
 * All commands, or the one that was `asked` for by name; `shell` keeps the exit status of the one that runs. `learners` is
 * what the help of `train` tells about parameters. What nobody asks for is left out, since it takes time.
 */
export function program(shell: Shell = new Shell(), learners: LearnerTable = [], asked = ""): Command {
  const orbweaver = new Command("orbweaver")
    .description("Turns network captures into verdicts that a person can check.")
    .version(packageVersion(), "-V, --version")
    .helpCommand("help [command]", "help for a command")
    .addHelpText(
      "after",
      "\nStart with `orbweaver detect CAPTURE`; each command has examples in its --help.\n",
    );
  const wanted = Object.hasOwn(COMMANDS, asked) ? [COMMANDS[asked]] : Object.values(COMMANDS);
  for (const register of wanted) register(orbweaver, shell, learners);
  configure(orbweaver);
  return orbweaver;
}

/** Failures are thrown instead of ending the process; the help is as wide as the terminal, up to 110. */
function configure(command: Command): void {
  command.exitOverride();
  command.configureOutput({ writeErr: () => undefined });
  command.configureHelp({
    helpWidth: Math.min(process.stdout.columns ?? 100, 110),
    showGlobalOptions: false,
  });
  for (const child of command.commands) configure(child as Command);
}

function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
