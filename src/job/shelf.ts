// The jobs there are: asked for, listed, shown, told to stop, removed; their logs and their results. Runs nothing, so that the
// command line can look at jobs that a server runs.

import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { OrbweaverError } from "../base/errors.ts";
import type { Store } from "../store/contract.ts";
import {
  isEnded,
  type JobKind,
  type JobProgress,
  type JobRecord,
  type JobState,
  type JobStep,
  type Json,
} from "./contract.ts";
import { jobFolder } from "./folder.ts";
import { type LogPart, readLog } from "./log.ts";
import { JobRecords, newJobId } from "./records.ts";
import { readProgress, readSteps } from "./steps.ts";

/** A job as it is shown. */
export interface JobView extends Omit<JobRecord, "runner" | "inputs"> {
  progress?: JobProgress;
  /** What it has been through; told of one job, not of each in a list. */
  steps?: JobStep[];
}

export interface JobFilter {
  state?: JobState;
  kind?: string;
  owner?: string;
}

export interface ShelfOptions {
  store: Store;
  kinds: readonly JobKind[];
  /** Folder of all jobs. */
  jobs: string;
  /** Jobs that wait at the most. */
  queuedMax?: number;
  /** What a job may take, unless it asks for less. */
  memoryMegabytes?: number;
}

export const QUEUED_MAX = 100;
export const MEMORY_MEGABYTES = 2_048;
/** Bytes of a log that are given at once. */
export const LOG_BYTES_MAX = 1 << 18;

export class JobShelf {
  readonly records: JobRecords;
  readonly jobs: string;
  readonly kinds: readonly JobKind[];
  readonly #queuedMax: number;
  readonly #memoryMegabytes: number;

  constructor({ store, kinds, jobs, queuedMax, memoryMegabytes }: ShelfOptions) {
    this.records = new JobRecords(store);
    this.jobs = jobs;
    this.kinds = kinds;
    this.#queuedMax = queuedMax ?? QUEUED_MAX;
    this.#memoryMegabytes = memoryMegabytes ?? MEMORY_MEGABYTES;
  }

  /** Throws `job-kind-unknown`. */
  kind(id: string): JobKind {
    const found = this.kinds.find((kind) => kind.id === id);
    if (found !== undefined) return found;
    const known = this.kinds.map((kind) => kind.id).join(", ");
    throw new OrbweaverError(
      "job-kind-unknown",
      `there is no kind of job '${id.slice(0, 60)}', expected ${known}`,
    );
  }

  /** A record of a new job. Throws `job-kind-unknown`, `job-invalid`. */
  newRecord(kindId: string, request: unknown, owner?: string): JobRecord {
    const kind = this.kind(kindId);
    const found = kind.form.safeParse(request);
    if (!found.success) {
      const [issue] = found.error.issues;
      const place = issue.path.length === 0 ? "" : `${issue.path.map(String).join(".")}: `;
      throw new OrbweaverError("job-invalid", `request of a job ${kindId}: ${place}${issue.message}`);
    }
    const now = Date.now();
    return {
      id: newJobId(now),
      kind: kind.id,
      request: JSON.parse(JSON.stringify(found.data)) as Json,
      state: "queued",
      ...(owner === undefined ? {} : { owner }),
      created: new Date(now).toISOString(),
      attempt: 0,
      inputs: kind.inputs(found.data),
      results: [],
      memoryMegabytes: this.#memoryMegabytes,
    };
  }

  /** Puts a job into the queue. Throws `job-kind-unknown`, `job-invalid`, `jobs-full`. */
  async submit(kindId: string, request: unknown, owner?: string): Promise<JobView> {
    const record = this.newRecord(kindId, request, owner);
    const queued = (await this.records.list()).filter(({ state }) => state === "queued").length;
    if (queued >= this.#queuedMax)
      throw new OrbweaverError("jobs-full", `${queued} jobs wait already, as many as may wait`);
    await this.records.add(record);
    return this.view(record);
  }

  /** Newest first. */
  async list(
    filter: JobFilter,
    page: { offset: number; limit: number },
  ): Promise<{ total: number; jobs: JobView[] }> {
    const found = (await this.records.list())
      .reverse()
      .filter(
        ({ state, kind, owner }) =>
          (filter.state === undefined || state === filter.state) &&
          (filter.kind === undefined || kind === filter.kind) &&
          (filter.owner === undefined || owner === filter.owner),
      );
    const shown = found.slice(page.offset, page.offset + page.limit);
    return { total: found.length, jobs: await Promise.all(shown.map((record) => this.view(record))) };
  }

  /** Throws `job-unknown`. */
  async show(id: string): Promise<JobView> {
    const view = await this.view(await this.records.read(id));
    return { ...view, steps: await readSteps(jobFolder(this.jobs, id).path) };
  }

  /** Asks a job to stop; one that waits is cancelled at once. Throws `job-unknown`, `job-ended`. */
  async cancel(id: string): Promise<JobView> {
    const record = await this.records.alter(id, (before) => {
      if (isEnded(before.state)) {
        throw new OrbweaverError("job-ended", `job '${id}' has ended already: ${before.state}`);
      }
      if (before.state === "running") return { ...before, cancelAsked: true };
      return { ...before, state: "cancelled", cancelAsked: true, ended: new Date().toISOString() };
    });
    return this.view(record);
  }

  /** Removes a job that has ended, with its files. Throws `job-unknown`, `job-not-ended`. */
  async remove(id: string): Promise<void> {
    const { state } = await this.records.read(id);
    if (!isEnded(state)) throw new OrbweaverError("job-not-ended", `job '${id}' is ${state}`);
    await this.records.remove(id);
    await rm(jobFolder(this.jobs, id).path, { recursive: true, force: true });
  }

  /** A part of the log; its end unless `from` is given. Throws `job-unknown`. */
  async log(
    id: string,
    { from, bytes = LOG_BYTES_MAX }: { from?: number; bytes?: number },
  ): Promise<LogPart> {
    await this.records.read(id);
    return readLog(jobFolder(this.jobs, id).path, { from, bytesMax: Math.min(bytes, LOG_BYTES_MAX) });
  }

  /** Where a result lies. Throws `job-unknown`, `result-unknown`. */
  async result(id: string, name: string): Promise<{ path: string; result: JobRecord["results"][number] }> {
    const { results } = await this.records.read(id);
    const result = results.find((one) => one.name === name);
    if (result !== undefined) return { path: join(jobFolder(this.jobs, id).results, result.file), result };
    const known = results.map((one) => one.name).join(", ") || "none";
    throw new OrbweaverError(
      "result-unknown",
      `job '${id}' has no result '${name.slice(0, 60)}'; it has: ${known}`,
    );
  }

  /** Ids of the uploads and captures that jobs which have not ended read. */
  async inputsInUse(): Promise<Set<string>> {
    const open = (await this.records.list()).filter(({ state }) => !isEnded(state));
    return new Set(open.flatMap(({ inputs }) => inputs));
  }

  async view({ runner: _, inputs: __, ...shown }: JobRecord): Promise<JobView> {
    if (shown.state !== "running") return shown;
    const progress = await readProgress(jobFolder(this.jobs, shown.id).path);
    return progress === undefined ? shown : { ...shown, progress };
  }
}

export function readResult(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: 1 << 18 });
}
