// What a running job tells, on its way: its log and how far it is into files, and all of it to whoever listens. Never fails: a
// full disk must not take the server with it; the job itself meets it, too.

import { renameSync, writeFileSync } from "node:fs";
import type { JobProgress } from "./contract.ts";
import type { EventRing } from "./event-ring.ts";
import type { JobEnd } from "./folder.ts";
import { JobLog } from "./log.ts";
import type { JobView } from "./shelf.ts";
import { progressPath, StepKeeper } from "./steps.ts";

export type JobEvent = JobView | JobProgress | { line: string; to: number };

const PROGRESS_FILE_MS = 1_000;

export class JobWatcher {
  readonly #log: JobLog;
  readonly #path: string;
  readonly #ring: EventRing<JobEvent>;
  readonly #steps: StepKeeper;
  #keptMs = Number.NEGATIVE_INFINITY;

  constructor(folder: string, ring: EventRing<JobEvent>) {
    this.#log = new JobLog(folder);
    this.#path = progressPath(folder);
    this.#steps = new StepKeeper(folder);
    this.#ring = ring;
  }

  begin(kind: string, attempt: number): void {
    this.line(attempt === 1 ? `begins: ${kind}` : `goes on: ${kind}, attempt ${attempt}`);
  }

  line(text: string): void {
    try {
      const line = this.#log.line(`${new Date().toISOString()} ${text}`);
      this.#ring.push("log", { line, to: this.#log.end });
    } catch {
      // See above.
    }
  }

  progress(progress: JobProgress): void {
    this.#steps.take(progress.step);
    this.#ring.push("progress", progress);
    if (performance.now() - this.#keptMs < PROGRESS_FILE_MS) return;
    this.#keptMs = performance.now();
    try {
      writeFileSync(`${this.#path}.partial`, JSON.stringify(progress));
      renameSync(`${this.#path}.partial`, this.#path);
    } catch {
      // See above.
    }
  }

  end(end: JobEnd): void {
    this.line(endText(end));
    this.#steps.end();
    this.#log.close();
  }
}

function endText(end: JobEnd): string {
  if ("outcome" in end) return "finished";
  return "failure" in end ? `failed: ${end.failure.message} (${end.failure.code})` : "stopped";
}
