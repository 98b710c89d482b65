// Runs the built command line as a user would: bin/orbweaver in a process of its own.

import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const PROGRAM = join(ROOT, "bin", "orbweaver");

export interface CommandResult {
  status: number | null;
  out: string;
  err: string;
}

export interface CommandOptions {
  input?: Uint8Array | string;
  cwd?: string;
  environment?: Record<string, string>;
  /** Run as another user; only root may. */
  user?: number;
  /** Where the program lies, unless it is that of this repository. */
  program?: string;
}

/** Builds the command line when the sources are newer; throws when there is none in the end. */
export function buildCommand(): void {
  const built = spawnSync(process.execPath, [join(ROOT, "scripts", "build.mjs")], { encoding: "utf8" });
  if (built.status !== 0 && !existsSync(join(ROOT, "dist", "program", "main.mjs"))) {
    throw new Error(`building failed: ${built.stderr}${built.stdout}`);
  }
}

function environmentOf(added: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { NO_COLOR: _, FORCE_COLOR: __, ORBWEAVER_DEBUG: ___, ...environment } = process.env;
  return { ...environment, ...added };
}

/** Runs a command to its end. */
export function orbweaver(args: readonly string[], options: CommandOptions = {}): CommandResult {
  const run = spawnSync(process.execPath, [options.program ?? PROGRAM, ...args], {
    input: options.input ?? "",
    cwd: options.cwd,
    env: environmentOf(options.environment),
    uid: options.user,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { status: run.status, out: run.stdout, err: run.stderr };
}

export interface RunningCommand {
  process: ChildProcessByStdio<Writable, Readable, Readable>;
  /** What was written so far. */
  out: () => string;
  err: () => string;
  /** Resolves when standard output matches. */
  untilOut: (isEnough: (out: string) => boolean) => Promise<void>;
  ended: Promise<CommandResult>;
}

/** Starts a command whose standard input stays open. */
export function startOrbweaver(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: options.cwd,
    env: environmentOf(options.environment),
    stdio: ["pipe", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  const waiting: { isEnough: (out: string) => boolean; resolve: () => void }[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    for (const { isEnough, resolve } of waiting) if (isEnough(out)) resolve();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  // A command that stops early leaves its input unread; that is not this test's failure.
  child.stdin.on("error", () => undefined);
  return {
    process: child,
    out: () => out,
    err: () => err,
    untilOut: (isEnough) =>
      new Promise((resolve, reject) => {
        if (isEnough(out)) resolve();
        waiting.push({ isEnough, resolve });
        child.once("close", () => reject(new Error(`the command ended too soon: ${err}`)));
      }),
    ended: new Promise((resolve) => {
      child.once("close", (status) => resolve({ status, out, err }));
    }),
  };
}

/** Objects of JSON lines. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
