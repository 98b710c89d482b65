// A capture program as a child process: found, started, listened to, stopped.
//
// Guarantees: no child outlives this process's orderly end; what it says is kept in bounds; it is asked to stop before it
// is made to. Knows no capture formats.

import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { accessSync, closeSync, constants, existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { OrbweaverError } from "../base/errors.ts";
import {
  CAPTURE_PROGRAM_NAMES,
  type CaptureArguments,
  type CaptureInterfaceName,
  type CaptureProgram,
  type CaptureProgramName,
  captureProgram,
  failureOf,
  interfacesOf,
} from "./capture-program.ts";

/** Where system programs lie that the search path of plain users may not name. */
const SYSTEM_FOLDERS = ["/usr/sbin", "/sbin", "/usr/local/sbin"];
/** Characters kept of what a child says: the last ones. */
const SAID_MAX = 16_384;
/** How long a child may take to end when asked, ms. */
const STOP_MS = 3_000;
/** A running child is asked this often what it lost, ms. */
const STATISTICS_MS = 2_000;

export interface FoundProgram {
  program: CaptureProgram;
  path: string;
}

/**
 * The program asked for, or the first that is there and may be run. Throws `capture-program`, `capture-permission`.
 */
export function findCaptureProgram(wanted?: CaptureProgramName): FoundProgram {
  const names = wanted === undefined ? CAPTURE_PROGRAM_NAMES : [wanted];
  let forbidden: string | undefined;
  for (const name of names) {
    const path = pathOf(name);
    if (path === undefined) continue;
    if (isRunnable(path)) return { program: captureProgram(name), path };
    forbidden ??= path;
  }
  if (forbidden !== undefined) {
    throw new OrbweaverError("capture-permission", `no permission to run ${forbidden}`);
  }
  throw new OrbweaverError("capture-program", `found no ${names.join(" and no ")} to capture with`);
}

function pathOf(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...SYSTEM_FOLDERS];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The interfaces that can be captured on. Throws `capture-program`, `capture-permission`, `capture-stopped`. */
export async function listCaptureInterfaces(wanted?: CaptureProgramName): Promise<CaptureInterfaceName[]> {
  const { program, path } = findCaptureProgram(wanted);
  try {
    const { stdout } = await promisify(execFile)(path, [...program.listArguments], { env: plainWords() });
    return interfacesOf(stdout);
  } catch (error) {
    const { words } = failureOf((error as { stderr?: string }).stderr ?? String(error));
    throw new OrbweaverError("capture-stopped", `${program.name} lists no interfaces: ${words}`);
  }
}

/** What programs say is read by us, so it is asked for in one language. */
function plainWords(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: "C", LANGUAGE: "C" };
}

/**
 * A pipe of the kernel. What Node.js calls a pipe is a pair of sockets, which costs the capture program a quarter more for
 * its many small writes, and holds fewer frames. Undefined where there is no mkfifo; then that pair has to do.
 */
function kernelPipe(): { input: number; output: Readable } | undefined {
  let folder: string | undefined;
  let output: number | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), "orbweaver-pipe-"));
    const path = join(folder, "frames");
    execFileSync("mkfifo", ["-m", "600", path], { stdio: "ignore" });
    output = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const input = openSync(path, constants.O_WRONLY);
    return { input, output: new Socket({ fd: output, writable: false }) };
  } catch {
    if (output !== undefined) closeSync(output);
    return undefined;
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function required<T>(stream: T | null): T {
  if (stream === null) throw new Error("a child without a stream that was asked for");
  return stream;
}

export interface ChildEnd {
  /** Undefined when a signal ended it. */
  status: number | undefined;
  signal: string | undefined;
}

export class CaptureChild {
  readonly output: Readable;
  readonly ended: Promise<ChildEnd>;
  readonly #process: ChildProcess;
  readonly #program: CaptureProgram;
  readonly #killAtExit = (): void => {
    this.#process.kill("SIGKILL");
  };
  #said = "";
  #isOver = false;
  #isStopping = false;
  #timer: NodeJS.Timeout | undefined;

  constructor({ program, path }: FoundProgram, options: CaptureArguments) {
    this.#program = program;
    const pipe = kernelPipe();
    this.#process = spawn(path, program.arguments(options), {
      stdio: ["ignore", pipe?.input ?? "pipe", "pipe"],
      env: plainWords(),
    });
    if (pipe !== undefined) closeSync(pipe.input);
    this.output = pipe?.output ?? required(this.#process.stdout);
    const words = required(this.#process.stderr).setEncoding("utf8");
    words.on("data", (text: string) => {
      this.#said = (this.#said + text).slice(-SAID_MAX);
    });
    process.on("exit", this.#killAtExit);
    this.ended = new Promise((resolve) => {
      const over = (end: ChildEnd): void => {
        this.#isOver = true;
        clearTimeout(this.#timer);
        process.off("exit", this.#killAtExit);
        resolve(end);
      };
      this.#process.once("error", (error) => {
        this.#said += `\n${error.message}`;
        over({ status: undefined, signal: undefined });
      });
      this.#process.once("close", (status, signal) =>
        over({ status: status ?? undefined, signal: signal ?? undefined }),
      );
    });
  }

  /** What it wrote on standard error, the last part of it. */
  get said(): string {
    return this.#said;
  }

  /** Frames lost, as far as it told; undefined when it told nothing. */
  get lost(): number | undefined {
    return this.#program.lost(this.#said);
  }

  /** To be called when it captures: from now on it is asked for figures now and then, where it can be. */
  started(): void {
    const { statisticsSignal } = this.#program;
    if (statisticsSignal === undefined) return;
    const ask = (): void => {
      if (this.#isOver || this.#isStopping) return;
      this.#process.kill(statisticsSignal);
      this.#timer = setTimeout(ask, STATISTICS_MS).unref();
    };
    this.#timer = setTimeout(ask, STATISTICS_MS).unref();
  }

  /** Asks it to hand on what it holds and to end; makes it end when it does not. */
  stop(): void {
    if (this.#isOver || this.#isStopping) return;
    this.#isStopping = true;
    clearTimeout(this.#timer);
    this.#process.kill("SIGINT");
    this.#timer = setTimeout(() => this.#process.kill("SIGKILL"), STOP_MS);
  }
}
