// Options of `serve` that bound the work which clients ask for.

import type { Command } from "commander";
import { positiveNumber, wholeNumber } from "./options.ts";

export interface WorkOptionValues {
  jobs?: number;
  jobMemory?: number;
  keepJobs?: number;
  uploadMax?: number;
}

const JOBS_MAX = 64;
const MEMORY_MIN = 256;
const GIGABYTE = 2 ** 30;

export function withWorkOptions(command: Command): Command {
  return command
    .option("--jobs <n>", "jobs that run at once (default: 1)", wholeNumber(1, JOBS_MAX))
    .option("--job-memory <MB>", "memory that a job may take (default: 2048)", wholeNumber(MEMORY_MIN))
    .option("--keep-jobs <days>", "how long jobs that have ended are kept (default: 30)", positiveNumber)
    .option("--upload-max <GB>", "size of a file that clients may send (default: 20)", positiveNumber);
}

export function workChoices({ jobs, jobMemory, keepJobs, uploadMax }: WorkOptionValues): {
  jobs: { concurrency?: number; memoryMegabytes?: number; keepDays?: number };
  files: { bytesMax?: number };
} {
  return {
    jobs: { concurrency: jobs, memoryMegabytes: jobMemory, keepDays: keepJobs },
    files: uploadMax === undefined ? {} : { bytesMax: Math.floor(uploadMax * GIGABYTE) },
  };
}
