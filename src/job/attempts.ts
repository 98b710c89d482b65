// The attempts of a job, as its record tells them: one more when it is begun or gone on with, and how each ended. Touches no store.

import { ownMark } from "../store/process-mark.ts";
import type { JobAttempt, JobRecord } from "./contract.ts";

/** The record of a job that this process begins to run. */
export function claimed(record: JobRecord): JobRecord {
  const { pid, started: processStarted, space } = ownMark();
  const started = new Date().toISOString();
  return {
    ...record,
    state: "running",
    started,
    attempt: record.attempt + 1,
    attempts: [...(record.attempts ?? []), { started }],
    runner: { pid, started: processStarted, space },
  };
}

/** The attempts, the last of which has ended. */
export function endedAttempts(
  { attempts = [] }: JobRecord,
  end: NonNullable<JobAttempt["end"]>,
  ended: string,
): JobAttempt[] {
  const last = attempts.at(-1);
  return last === undefined ? attempts : [...attempts.slice(0, -1), { ...last, ended, end }];
}
