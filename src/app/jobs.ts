// Jobs of a place: the shelf to look at them, and the queue that runs them.

import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { JobRecord } from "../job/contract.ts";
import { jobFolder } from "../job/folder.ts";
import { JobQueue } from "../job/queue.ts";
import { JobShelf } from "../job/shelf.ts";
import { jobProgram } from "./job-program.ts";
import { type FitCurve, readFitCurves } from "./jobs/fit-figures.ts";
import { JOB_KINDS } from "./jobs/kinds.ts";
import type { Place, Store } from "./place.ts";

export { isEnded, JOB_STATES, type JobProgress, type JobResult, type JobState } from "../job/contract.ts";
export type { Dropped, RingEvent } from "../job/event-ring.ts";
export type { LogPart } from "../job/log.ts";
export type { JobEvent, JobQueue } from "../job/queue.ts";
export { type JobFilter, type JobShelf, type JobView, readResult } from "../job/shelf.ts";
export type { FitCurve } from "./jobs/fit-figures.ts";
export { JOB_KINDS } from "./jobs/kinds.ts";
export type JobKindId = JobRecord["kind"];

export interface JobSettings {
  /** Jobs at once; default 1. */
  concurrency?: number;
  /** What each may take. */
  memoryMegabytes?: number;
  /** Jobs that wait at the most. */
  queuedMax?: number;
  keepDays?: number;
}

const JOBS_FOLDER = "jobs";
const DAY_MS = 24 * 3_600_000;

/** Jobs as they are kept, without running any. */
export async function openJobShelf(
  place: Place,
  store: Store,
  settings: JobSettings = {},
): Promise<JobShelf> {
  const jobs = join(place.root, JOBS_FOLDER);
  await mkdir(jobs, { recursive: true, mode: 0o700 });
  return new JobShelf({ store, kinds: JOB_KINDS, jobs, ...settings });
}

/** The queue; it runs nothing before it is started. */
export async function openJobQueue(
  place: Place,
  store: Store,
  settings: JobSettings = {},
): Promise<JobQueue> {
  const shelf = await openJobShelf(place, store, settings);
  const root = await realpath(place.root);
  return new JobQueue({
    store,
    shelf,
    program: jobProgram(),
    root,
    environment: { ORBWEAVER_STORE: place.store },
    hidden: [...new Set([root, place.root])],
    concurrency: settings.concurrency,
    keeping: settings.keepDays === undefined ? {} : { ageMs: settings.keepDays * DAY_MS },
  });
}

/** Curves of the fits of a training, also while it runs. Throws `job-unknown`. */
export async function jobCurves(shelf: JobShelf, id: string): Promise<FitCurve[]> {
  await shelf.show(id);
  return readFitCurves(jobFolder(shelf.jobs, id).results);
}

/** Runs the job that this process was started for. Never comes back. */
export async function workOnJob(): Promise<never> {
  const { work } = await import("../job/work.ts");
  return work(JOB_KINDS);
}
