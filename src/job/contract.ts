// The contract of long work: what a kind of job is, what it is given, and what is kept of each job.
//
// A kind is a form of requests and a function; it knows no queue, no process and no store. What a job makes are files in the
// folder that it is given. Knows none of the kinds.

import type * as z from "zod";
import type { Json } from "../store/contract.ts";

export type { Json } from "../store/contract.ts";

/** "interrupted": the server ended while it ran, and the kind cannot go on or begin again by itself. */
export const JOB_STATES = ["queued", "running", "finished", "failed", "cancelled", "interrupted"] as const;
export type JobState = (typeof JOB_STATES)[number];

/** States that a job stays in. */
export function isEnded(state: JobState): boolean {
  return state !== "queued" && state !== "running";
}

export interface JobProgress {
  /** What is being done, in words. */
  step: string;
  /** Of the step, from 0 to 1, where that is known. */
  share?: number;
  /** Rows, frames, rounds: what `unit` says. */
  done?: number;
  total?: number;
  unit?: string;
}

export interface JobResult {
  /** Name to ask for it by: "verdicts". */
  name: string;
  /** Name of the file in the job's folder of results. */
  file: string;
  /** Media type. */
  type: string;
  bytes: number;
  description: string;
  /** Rows of a table. */
  rows?: number;
}

export interface JobContext {
  /** Aborted when the job is to stop, or the server has gone. */
  readonly signal: AbortSignal;
  /** Cheap: at most some of what is told is handed on. */
  progress(progress: JobProgress): void;
  /** One line for people. */
  log(line: string): void;
  /** Where results go. It is there, and empty at the first attempt. */
  readonly results: string;
  /** Where anything else goes that the job wants to find again when it is resumed; removed when it ends. */
  readonly work: string;
  /** Folder that everything lies in: data sets, uploads, captures. */
  readonly root: string;
  /** 1 at first; more where the job was interrupted and goes on. */
  readonly attempt: number;
}

export interface JobOutcome {
  /** What was found, in a few figures. */
  summary: Json;
  /** Without sizes, which are those of the files. */
  results: Omit<JobResult, "bytes">[];
}

/**
 * What becomes of a job whose server died. "resume": it goes on from what lies in `work`; "again": it changes nothing outside
 * its folder and begins again; "never": it is marked interrupted.
 */
export type Recovery = "resume" | "again" | "never";

export interface JobKind<Request = unknown> {
  id: string;
  description: string;
  recovery: Recovery;
  /** Checks requests, whoever sent them. */
  form: z.ZodType<Request>;
  /** Ids of uploads and captures that it reads: these are not removed while it is queued or runs. */
  inputs(request: Request): string[];
  run(request: Request, context: JobContext): Promise<JobOutcome>;
}

export interface JobFailure {
  code: string;
  message: string;
  hint: string;
}

/** One time that a job was begun, or gone on with. */
export interface JobAttempt {
  started: string;
  /** When it was known that it had ended. */
  ended?: string;
  end?: Exclude<JobState, "queued" | "running">;
}

/** A step that a job told, without the figures behind its colon. */
export interface JobStep {
  step: string;
  started: string;
  ended?: string;
}

/** What is kept of a job. */
export interface JobRecord {
  id: string;
  kind: string;
  request: Json;
  state: JobState;
  /** Who asked for it, where that is known. */
  owner?: string;
  /** Moments in UTC, ISO 8601. */
  created: string;
  started?: string;
  ended?: string;
  attempt: number;
  /** All of them, the last one being that of `attempt`. */
  attempts?: JobAttempt[];
  /** Uploads and captures that it reads. */
  inputs: string[];
  /** Somebody wants it to stop. */
  cancelAsked?: boolean;
  /** The process that runs it. */
  runner?: { pid: number; started: string; space: string };
  failure?: JobFailure;
  summary?: Json;
  results: JobResult[];
  /** Megabytes that it may take. */
  memoryMegabytes: number;
}
