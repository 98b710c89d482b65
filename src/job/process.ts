// The process of one job, from without: started, given its order, listened to, and ended when it must.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { OrbweaverError } from "../base/errors.ts";
import { livenessOf } from "../store/process-mark.ts";
import type { JobProgress } from "./contract.ts";
import { type JobEnd, type JobFolder, memoryPath, readEnd, readMark } from "./folder.ts";
import type { FromWork, ToWork, WorkOrder } from "./work.ts";

/** How the processes of jobs are started. */
export interface JobProgram {
  file: string;
  /** For a process that may take so much memory. */
  args: (memoryMegabytes: number) => string[];
}

export interface JobProcess {
  program: JobProgram;
  order: WorkOrder;
  folder: JobFolder;
  /** Variables of its environment, beside those of this process. */
  environment?: Record<string, string>;
  /** Aborted: the job is asked to stop, and is stopped when it does not within `patienceMs`. */
  signal: AbortSignal;
  patienceMs: number;
  onProgress: (progress: JobProgress) => void;
  onLine: (line: string) => void;
}

/** Lines taken from a process's own output in a second; more are counted and left out. */
const LINES_PER_SECOND = 200;
const LINE_MAX = 8_192;
/** How long a process of an earlier server may take to be gone, ms. */
const GONE_MS = 10_000;

/** Runs the process to its end, however that comes. Never throws. */
export async function runJobProcess(job: JobProcess): Promise<JobEnd> {
  const { program, order, folder, signal } = job;
  const child = spawn(program.file, program.args(order.memoryMegabytes), {
    // Empty, and below the root: what is named in a request is never a file by chance.
    cwd: folder.temporary,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      ...process.env,
      ...job.environment,
      TMPDIR: folder.temporary,
      NO_COLOR: "1",
      ORBWEAVER_DEBUG: "",
    },
  });
  const lines = new LineGate(job.onLine);
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null) takeLines(stream, (line) => lines.take(line));
  const send = (message: ToWork): void => {
    child.send(message, () => undefined);
  };
  child.on("message", (message: FromWork) => {
    if (message.type === "ready") send({ type: "order", order });
    else if (message.type === "progress") job.onProgress(message.progress);
    else if (message.type === "line") lines.take(message.line);
  });
  let killer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    send({ type: "cancel" });
    killer ??= setTimeout(() => child.kill("SIGKILL"), job.patienceMs);
  };
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  const ended = await new Promise<string>((resolve) => {
    child.once("error", (failure) => resolve(`could not be started: ${failure.message}`));
    child.once("close", (status, name) =>
      resolve(name === null ? `ended with status ${status}` : `was ended by ${name}`),
    );
  });
  clearTimeout(killer);
  signal.removeEventListener("abort", stop);
  lines.end();
  return readEnd(folder) ?? lostEnd(job, ended);
}

/** What became of a process that could not say so itself. */
function lostEnd({ folder, order, signal }: JobProcess, ended: string): JobEnd {
  if (existsSync(memoryPath(folder))) {
    const message = `the job took more than the ${order.memoryMegabytes} MB of memory that it may`;
    return { failure: failure("job-memory", message) };
  }
  if (signal.aborted) return { cancelled: true };
  return { failure: failure("job-died", `the process of the job ${ended}`) };
}

function failure(code: "job-memory" | "job-died", message: string) {
  const { hint } = new OrbweaverError(code, message);
  return { code, message, hint };
}

/** Ends what an earlier server left running. True when nothing runs any more. */
export async function endLeftProcess(folder: JobFolder): Promise<boolean> {
  const mark = readMark(folder);
  if (mark === undefined) return true;
  for (let waitedMs = 0; waitedMs < GONE_MS; waitedMs += 50) {
    if (livenessOf(mark) !== "alive") return true;
    try {
      process.kill(mark.pid, "SIGKILL");
    } catch {
      // Gone meanwhile.
    }
    await sleep(50);
  }
  return false;
}

class LineGate {
  readonly #onLine: (line: string) => void;
  #second = 0;
  #lines = 0;
  #leftOut = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  take(line: string): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      this.end();
      this.#second = second;
      this.#lines = 0;
    }
    this.#lines++;
    if (this.#lines <= LINES_PER_SECOND) this.#onLine(line);
    else this.#leftOut++;
  }

  end(): void {
    if (this.#leftOut > 0) this.#onLine(`(${this.#leftOut} lines left out)`);
    this.#leftOut = 0;
  }
}

/** Lines of a stream; what is too long for one is cut into several. */
function takeLines(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") take(line);
    if (rest.length < LINE_MAX) return;
    take(rest);
    rest = "";
  });
  stream.on("end", () => {
    if (rest.trim() !== "") take(rest);
  });
}
