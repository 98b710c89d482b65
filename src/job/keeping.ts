// How long jobs that have ended are kept: by age, by number, and by the bytes of their files. The oldest go first.

import { readdir, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { OrbweaverError } from "../base/errors.ts";
import { isEnded } from "./contract.ts";
import { folderBytes, jobFolder } from "./folder.ts";
import { isJobId } from "./records.ts";
import type { JobShelf } from "./shelf.ts";

export interface KeepingBounds {
  ageMs: number;
  jobsMax: number;
  bytesMax: number;
}

export const KEEPING_BOUNDS: KeepingBounds = {
  ageMs: 30 * 24 * 3_600_000,
  jobsMax: 5_000,
  bytesMax: 50 * 2 ** 30,
};
/** Folders without a record that are younger than this may be of a job that is being asked for. */
const STRAY_AGE_MS = 3_600_000;

export async function sweepJobs(shelf: JobShelf, given: Partial<KeepingBounds> = {}): Promise<void> {
  const bounds = { ...KEEPING_BOUNDS, ...given };
  const records = await shelf.records.list();
  const ended = records.filter(({ state }) => isEnded(state)).reverse();
  const oldest = Date.now() - bounds.ageMs;
  let bytes = 0;
  for (const [index, { id, ended: moment, created }] of ended.entries()) {
    bytes += await folderBytes(jobFolder(shelf.jobs, id).path);
    const isOld = Date.parse(moment ?? created) < oldest;
    if (isOld || index >= bounds.jobsMax || bytes > bounds.bytesMax)
      await shelf.remove(id).catch(() => undefined);
  }
  await removeStrays(shelf, new Set(records.map(({ id }) => id)));
}

async function removeStrays(shelf: JobShelf, known: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(shelf.jobs).catch(() => [])) {
    if (!isJobId(name) || known.has(name)) continue;
    const path = join(shelf.jobs, name);
    const facts = await stat(path).catch(() => undefined);
    if (facts !== undefined && Date.now() - facts.mtimeMs > STRAY_AGE_MS)
      await rm(path, { recursive: true, force: true });
  }
}

/** Throws `disk-full` where a file system has less room than that. */
export async function requireRoom(folder: string, bytes: number): Promise<void> {
  const facts = await statfs(folder).catch(() => undefined);
  if (facts === undefined) return;
  const free = facts.bavail * facts.bsize;
  if (free >= bytes) return;
  const megabytes = (count: number): string => `${Math.floor(count / 2 ** 20)} MB`;
  throw new OrbweaverError(
    "disk-full",
    `the disk has ${megabytes(free)} left, expected at least ${megabytes(bytes)}`,
  );
}
