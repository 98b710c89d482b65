// How far a job is, and the steps that it has been through, in its folder: written by the process that watches it, read by any.
//
//   jobs/ID/progress.json   the newest that the job told
//   jobs/ID/steps.json      its steps with their times, the newest STEPS_MAX
//
// A step's name is what stands before its colon: "fitting: logLoss 0.31" is the step "fitting". Steps that follow each other more
// quickly than progress is handed on (work.ts) are told in part.

import { renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobProgress, JobStep } from "./contract.ts";

/** Steps that are kept of a job; the oldest make room. */
export const STEPS_MAX = 200;
const NAME_MAX = 200;

export function progressPath(folder: string): string {
  return join(folder, "progress.json");
}

function stepsPath(folder: string): string {
  return join(folder, "steps.json");
}

export class StepKeeper {
  readonly #path: string;
  readonly #steps: JobStep[] = [];

  /** Attempts before this one told steps of their own, which make room for its own. */
  constructor(folder: string) {
    this.#path = stepsPath(folder);
    this.#write();
  }

  take(told: string): void {
    const step = stepName(told);
    if (step === this.#steps.at(-1)?.step) return;
    this.#close();
    this.#steps.push({ step, started: new Date().toISOString() });
    if (this.#steps.length > STEPS_MAX) this.#steps.shift();
    this.#write();
  }

  end(): void {
    this.#close();
    this.#write();
  }

  #close(): void {
    const last = this.#steps.at(-1);
    if (last !== undefined) last.ended ??= new Date().toISOString();
  }

  #write(): void {
    try {
      writeFileSync(`${this.#path}.partial`, JSON.stringify(this.#steps));
      renameSync(`${this.#path}.partial`, this.#path);
    } catch {
      // A full disk: the steps are for people, and the job goes on without.
    }
  }
}

export function stepName(told: string): string {
  return (told.split(": ", 1)[0] ?? told).slice(0, NAME_MAX);
}

/** None where the job told none, or its folder has gone. */
export async function readSteps(folder: string): Promise<JobStep[]> {
  return ((await readJson(stepsPath(folder))) as JobStep[] | undefined) ?? [];
}

export async function readProgress(folder: string): Promise<JobProgress | undefined> {
  return (await readJson(progressPath(folder))) as JobProgress | undefined;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}
