// The folder of a job, and the small files by which the process of a job and the one that watches it tell each other what must
// outlive both.
//
//   jobs/ID/results/       files for people
//   jobs/ID/work/          what the job wants to find again when it is resumed; removed at its end
//   jobs/ID/log-….txt      see log.ts
//   jobs/ID/outcome.json   how it ended, written by the job's process as its last deed
//   jobs/ID/process.json   which process it is
//   jobs/ID/memory         it took more memory than it may

import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ProcessMark } from "../store/process-mark.ts";
import type { JobFailure, JobOutcome, JobResult } from "./contract.ts";

export interface JobFolder {
  path: string;
  results: string;
  work: string;
  /** Temporary files of the process; below `work`, so that they go with it. */
  temporary: string;
}

export type JobEnd = { outcome: JobOutcome } | { failure: JobFailure } | { cancelled: true };

export function jobFolder(jobs: string, id: string): JobFolder {
  const path = join(jobs, id);
  return {
    path,
    results: join(path, "results"),
    work: join(path, "work"),
    temporary: join(path, "work", "temporary"),
  };
}

/** Makes the folder; temporary files of an earlier attempt go. */
export async function makeJobFolder(folder: JobFolder): Promise<void> {
  await rm(folder.temporary, { recursive: true, force: true });
  for (const path of [folder.results, folder.temporary]) await mkdir(path, { recursive: true, mode: 0o700 });
  for (const name of [END, MARK, MEMORY]) rmSync(join(folder.path, name), { force: true });
}

const END = "outcome.json";
const MARK = "process.json";
const MEMORY = "memory";

export function writeEnd(folder: JobFolder, end: JobEnd): void {
  writeJson(join(folder.path, END), end);
}

/** Undefined where the process did not come so far. */
export function readEnd(folder: JobFolder): JobEnd | undefined {
  return readJson(join(folder.path, END)) as JobEnd | undefined;
}

export function writeMark(folder: JobFolder, mark: ProcessMark): void {
  writeJson(join(folder.path, MARK), mark);
}

export function readMark(folder: JobFolder): ProcessMark | undefined {
  return readJson(join(folder.path, MARK)) as ProcessMark | undefined;
}

/** Path of the file whose being there says that the process was ended for its memory. */
export function memoryPath(folder: JobFolder): string {
  return join(folder.path, MEMORY);
}

/** Results with their sizes, those that are there. */
export async function sizedResults(folder: JobFolder, results: JobOutcome["results"]): Promise<JobResult[]> {
  const sized = results.map(async (result) => {
    const facts = await stat(join(folder.results, result.file)).catch(() => undefined);
    return facts === undefined ? [] : [{ ...result, bytes: facts.size }];
  });
  return (await Promise.all(sized)).flat();
}

/** Bytes of all files below a folder. */
export async function folderBytes(path: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(path, { withFileTypes: true }).catch(() => [])) {
    const below = join(path, entry.name);
    if (entry.isDirectory()) bytes += await folderBytes(below);
    else bytes += (await stat(below).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
}

function writeJson(path: string, value: unknown): void {
  const temporary = `${path}.partial`;
  writeFileSync(temporary, JSON.stringify(value));
  renameSync(temporary, path);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
