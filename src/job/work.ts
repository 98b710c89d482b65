// The process of one job, from within: takes its order from the process that started it, runs the kind, and writes how it
// ended.
//
// What it guarantees: it does not outlive the process that started it (the channel to it closes, and a thread looks besides,
// which a long computation cannot hold up); it does not take more memory than it may; what it tells names no folder of the
// server.

import { Worker } from "node:worker_threads";
import { OrbweaverError } from "../base/errors.ts";
import { ownMark } from "../store/process-mark.ts";
import type { JobContext, JobFailure, JobKind, JobOutcome, JobProgress, Json } from "./contract.ts";
import { type JobEnd, jobFolder, memoryPath, writeEnd, writeMark } from "./folder.ts";

export interface WorkOrder {
  id: string;
  kind: string;
  request: Json;
  attempt: number;
  /** Folder of all jobs. */
  jobs: string;
  memoryMegabytes: number;
  root: string;
  /** Folders that are left out of what is told. */
  hidden: string[];
}

export type ToWork = { type: "order"; order: WorkOrder } | { type: "cancel" };
export type FromWork =
  | { type: "ready" }
  | { type: "progress"; progress: JobProgress }
  | { type: "line"; line: string }
  | { type: "done" };

/** Progress is handed on this often at the most, ms. */
const PROGRESS_MS = 200;
/** How often the thread looks, ms. */
const WATCH_MS = 250;

const WATCH = `
const { workerData: { parent, bytesMax, path, intervalMs } } = require("node:worker_threads");
const { writeFileSync } = require("node:fs");
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  const { rss } = process.memoryUsage();
  if (rss <= bytesMax) return;
  try { writeFileSync(path, String(rss)); } catch {}
  process.kill(process.pid, "SIGKILL");
}, intervalMs);
`;

/** Runs the one job that this process is for, and ends the process. Throws `usage` where nobody started it. */
export async function work(kinds: readonly JobKind[]): Promise<never> {
  if (process.send === undefined)
    throw new OrbweaverError("usage", "`jobs work` is started by the queue of jobs, not by hand");
  const parent = process.ppid;
  const cancelling = new AbortController();
  const cancel = (): void => cancelling.abort();
  // Ctrl-C reaches all processes of a terminal; the one that started this one decides what becomes of it.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", cancel);
  process.on("disconnect", () => process.exit(1));
  const order = await new Promise<WorkOrder>((resolve) => {
    process.on("message", (message: ToWork) => {
      if (message.type === "order") resolve(message.order);
      else cancel();
    });
    tell({ type: "ready" });
  });
  const folder = jobFolder(order.jobs, order.id);
  writeMark(folder, ownMark());
  const watch = new Worker(WATCH, {
    eval: true,
    execArgv: [],
    workerData: {
      parent,
      bytesMax: order.memoryMegabytes * 2 ** 20,
      path: memoryPath(folder),
      intervalMs: WATCH_MS,
    },
  });
  watch.unref();
  writeEnd(folder, await endOf(kinds, order, cancelling.signal));
  await told();
  process.exit(0);
}

async function endOf(kinds: readonly JobKind[], order: WorkOrder, signal: AbortSignal): Promise<JobEnd> {
  const hide = hider(order.hidden);
  const folder = jobFolder(order.jobs, order.id);
  const progress = new ProgressTeller(hide);
  const context: JobContext = {
    signal,
    progress: (told) => progress.tell(told),
    log: (line) => tell({ type: "line", line: hide(line) }),
    results: folder.results,
    work: folder.work,
    root: order.root,
    attempt: order.attempt,
  };
  try {
    const outcome = await run(kinds, order, context);
    progress.flush();
    return { outcome: hideIn(outcome, hide) };
  } catch (failure) {
    if (signal.aborted) return { cancelled: true };
    return { failure: failureOf(failure, context, hide) };
  }
}

async function run(kinds: readonly JobKind[], order: WorkOrder, context: JobContext): Promise<JobOutcome> {
  const kind = kinds.find(({ id }) => id === order.kind);
  if (kind === undefined)
    throw new OrbweaverError("job-kind-unknown", `there is no kind of job '${order.kind}'`);
  return kind.run(kind.form.parse(order.request), context);
}

function failureOf(failure: unknown, context: JobContext, hide: (text: string) => string): JobFailure {
  if (failure instanceof OrbweaverError)
    return { code: failure.code, message: hide(failure.message), hint: hide(failure.hint) };
  const stack = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  for (const line of stack.split("\n").slice(0, 20)) context.log(line);
  const { hint } = new OrbweaverError("internal", "");
  const message = failure instanceof Error ? failure.message : String(failure);
  return { code: "internal", message: hide(message.split("\n", 1)[0]), hint };
}

/** Leaves the folders of the server out of a text. */
function hider(hidden: readonly string[]): (text: string) => string {
  return (text) => hidden.reduce((left, folder) => left.replaceAll(`${folder}/`, ""), text);
}

function hideIn(outcome: JobOutcome, hide: (text: string) => string): JobOutcome {
  const hideAll = (value: Json): Json => {
    if (typeof value === "string") return hide(value);
    if (Array.isArray(value)) return value.map(hideAll);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, hideAll(part as Json)]));
  };
  return { ...outcome, summary: hideAll(outcome.summary) };
}

/** Hands on the newest progress, not all of it. */
class ProgressTeller {
  readonly #hide: (text: string) => string;
  #latest: JobProgress | undefined;
  #toldMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(hide: (text: string) => string) {
    this.#hide = hide;
  }

  tell(progress: JobProgress): void {
    this.#latest = progress;
    const due = this.#toldMs + PROGRESS_MS - performance.now();
    if (due <= 0) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), due);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#latest === undefined) return;
    tell({ type: "progress", progress: { ...this.#latest, step: this.#hide(this.#latest.step) } });
    this.#latest = undefined;
    this.#toldMs = performance.now();
  }
}

/** Resolves when everything that was told and printed is on its way. */
async function told(): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>((resolve) => stream.write("", () => resolve()));
  await new Promise<void>((resolve) =>
    process.send?.({ type: "done" }, undefined, undefined, () => resolve()),
  );
}

function tell(message: FromWork): void {
  // Nobody listens any more: the process ends soon.
  process.send?.(message, undefined, undefined, () => undefined);
}
