// What becomes of jobs that ended, and of those whose server did.

import { rm } from "node:fs/promises";
import { OrbweaverError } from "../base/errors.ts";
import { isOfEarlierStart, livenessOf } from "../store/process-mark.ts";
import { endedAttempts } from "./attempts.ts";
import type { JobRecord, JobResult } from "./contract.ts";
import { type JobEnd, jobFolder, readEnd, sizedResults } from "./folder.ts";
import { endLeftProcess } from "./process.ts";
import type { JobShelf } from "./shelf.ts";

/** A job that takes its server down with it must not do so for ever. */
const ATTEMPTS_MAX = 5;

/**
 * Looks after a job that the store calls running: where its server is gone, what is left of it is ended, and the job is settled
 * as its process left it, put back into the queue, or marked interrupted. Gives what it is then.
 *
 * @param isGone true where that is known of its process
 */
export async function recoverJob(
  shelf: JobShelf,
  record: JobRecord,
  { isGone = false }: { isGone?: boolean } = {},
): Promise<JobRecord> {
  const { id, runner } = record;
  const isLeft = isGone || runner === undefined || livenessOf(runner) === "dead" || isOfEarlierStart(runner);
  if (!isLeft) return record;
  const folder = jobFolder(shelf.jobs, id);
  if (!(await endLeftProcess(folder))) return record;
  const end = readEnd(folder);
  if (end !== undefined && !("cancelled" in end)) {
    const results = "outcome" in end ? await sizedResults(folder, end.outcome.results) : [];
    return settled(shelf, id, end, results);
  }
  if (record.cancelAsked) return settled(shelf, id, { cancelled: true }, []);
  const recovery = shelf.kinds.find(({ id: kind }) => kind === record.kind)?.recovery ?? "never";
  if (recovery === "never" || record.attempt >= ATTEMPTS_MAX) return interrupted(shelf, record);
  if (recovery === "again") await rm(folder.work, { recursive: true, force: true });
  return shelf.records.alter(id, (before) => {
    if (before.state !== "running") return undefined;
    const { runner: _, ...rest } = before;
    const attempts = endedAttempts(before, "interrupted", new Date().toISOString());
    return { ...rest, state: "queued", attempts };
  });
}

async function interrupted(shelf: JobShelf, { id, attempt }: JobRecord): Promise<JobRecord> {
  const times = attempt > 1 ? ` (${attempt} times)` : "";
  const { message, hint } = new OrbweaverError(
    "job-interrupted",
    `the server ended while the job ran${times}`,
  );
  await dropWork(shelf, id);
  const ended = new Date().toISOString();
  return shelf.records.alter(id, (before) =>
    before.state !== "running"
      ? undefined
      : {
          ...before,
          state: "interrupted",
          ended,
          attempts: endedAttempts(before, "interrupted", ended),
          failure: { code: "job-interrupted", message, hint },
        },
  );
}

/** Writes down how a job ended. */
export async function settled(
  shelf: JobShelf,
  id: string,
  end: JobEnd,
  results: JobResult[],
): Promise<JobRecord> {
  await dropWork(shelf, id);
  const ended = new Date().toISOString();
  return shelf.records.alter(id, (before) => {
    if (before.state !== "running") return undefined;
    const state = "outcome" in end ? "finished" : "failure" in end ? "failed" : "cancelled";
    const after = { ...before, state, ended, attempts: endedAttempts(before, state, ended) } as const;
    if ("outcome" in end) return { ...after, results, summary: end.outcome.summary };
    return "failure" in end ? { ...after, failure: end.failure } : after;
  });
}

async function dropWork(shelf: JobShelf, id: string): Promise<void> {
  await rm(jobFolder(shelf.jobs, id).work, { recursive: true, force: true }).catch(() => undefined);
}
