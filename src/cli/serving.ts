// What the commands `serve` and `up` share: their options, and a server that runs until it is stopped.

import type { Command } from "commander";
import type { Started } from "../http/start.ts";
import { probability, several, wholeNumber, withProjectOption, withShellOptions } from "./options.ts";
import type { Console } from "./output.ts";
import { type SecurityOptionValues, securityChoices, withSecurityOptions } from "./security-options.ts";
import type { ShellOptions } from "./shell.ts";
import { type WorkOptionValues, withWorkOptions, workChoices } from "./work-options.ts";

export interface ServeOptions extends ShellOptions, SecurityOptionValues, WorkOptionValues {
  model?: string[];
  shadow?: string;
  host: string;
  port: number;
  threshold?: number;
  project?: string;
  log: boolean;
}

const PORT_DEFAULT = 8085;
const PORT_MAX = 65_535;

export function withServeOptions(command: Command): Command {
  command
    .option(
      "-m, --model <ref>",
      "model to serve: FILE, bundled, NAME, NAME@ALIAS, NAME:VERSION, or NAME=REF to name it; several may be given, the first is the main one (default: the only champion, else bundled)",
      several,
    )
    .option("--shadow <ref>", "challenger that scores a copy of the main model's rows, to be compared")
    .option("--host <host>", "address to listen on", "127.0.0.1")
    .option(
      "-p, --port <n>",
      "port to listen on, 0 for any that is free",
      wholeNumber(0, PORT_MAX),
      PORT_DEFAULT,
    )
    .option(
      "--threshold <probability>",
      "summed attack probability that makes an attack (default: 0.5)",
      probability,
    )
    .option("--no-log", "do not write the server's log on standard error");
  withWorkOptions(withSecurityOptions(withProjectOption(command)));
  return withShellOptions(command, "the address as JSON on standard output, once it listens");
}

export interface Serving {
  console: Console;
  signal: AbortSignal;
  options: ServeOptions;
  /** Whether browsers get pages. */
  hasConsole: boolean;
}

/** Serves until the signal comes. `told` is called once the server listens. */
export async function servedUntilStopped(
  { console, signal, options, hasConsole }: Serving,
  told: (started: Started) => Promise<void>,
): Promise<number> {
  const [{ startServing }, { openLog }] = await Promise.all([
    import("../http/start.ts"),
    import("../http/log.ts"),
  ]);
  const started = await startServing({
    host: options.host,
    port: options.port,
    models: options.model,
    shadow: options.shadow,
    threshold: options.threshold,
    place: { project: options.project },
    security: securityChoices(options),
    ...workChoices(options),
    pages: hasConsole,
    log: openLog({ level: options.log && !options.quiet ? "info" : "silent" }),
  });
  try {
    await told(started);
    await console.flush();
    process.on("SIGHUP", started.reload);
    await stopped(signal);
  } finally {
    process.off("SIGHUP", started.reload);
    await started.close();
  }
  return 0;
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
