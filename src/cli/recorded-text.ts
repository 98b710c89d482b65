// What is told of the record that a command kept: the run, the version that was registered, and what went wrong with it.

import type { Recorded } from "../app/recording.ts";
import { reportFailure } from "./failure.ts";
import { type Console, printable, warningText } from "./output.ts";

/** Of the option --mlflow of commands that record. */
export const MLFLOW_HELP =
  "also log the run to this MLflow tracking server (default: MLFLOW_TRACKING_URI, where it is set)";

/** Lines for people, below a result. */
export function recordedLines(recorded: Recorded | undefined): string[] {
  const { run, version, mlflow } = recorded ?? {};
  if (run === undefined) return [];
  const registered =
    version === undefined ? "" : `; registered as ${printable(version.name)}:${version.version}`;
  const logged =
    mlflow === undefined
      ? []
      : [
          `logged to ${printable(mlflow.server)}: run ${printable(mlflow.run)}, experiment ${printable(mlflow.experiment)}`,
        ];
  return ["", `run ${run}${registered}`, ...logged];
}

/** For JSON. */
export function recordedFacts(
  recorded: Recorded | undefined,
): Pick<Recorded, "run" | "mlflow"> & { registered?: string } {
  const { run, version, mlflow } = recorded ?? {};
  return {
    ...(run !== undefined && { run }),
    ...(version && { registered: `${version.name}:${version.version}` }),
    ...(mlflow && { mlflow }),
  };
}

/** Says what was not recorded. Gives the exit status: that of a name that was asked for and is not registered, else 0. */
export function recordedExit(console: Console, recorded: Recorded | undefined, quiet?: boolean): number {
  if (!quiet) for (const warning of recorded?.warnings ?? []) console.note(warningText(console, warning));
  return recorded?.failure === undefined ? 0 : reportFailure(recorded.failure, console);
}
