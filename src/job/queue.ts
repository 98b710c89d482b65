// The queue of jobs: runs them in processes of their own, so many at once and in the order in which they were asked for.
//
// What it guarantees: what the store says of a job is true or is made true at the next start, whatever was killed when; no job
// runs twice at once, also where several servers share a store; no process of a job outlives its server.

import { setTimeout as sleep } from "node:timers/promises";
import { OrbweaverError } from "../base/errors.ts";
import type { Store } from "../store/contract.ts";
import { claimed } from "./attempts.ts";
import { isEnded, type JobRecord } from "./contract.ts";
import { type Dropped, EventRing, type RingEvent } from "./event-ring.ts";
import { type JobEnd, type JobFolder, jobFolder, makeJobFolder, sizedResults } from "./folder.ts";
import { type KeepingBounds, requireRoom, sweepJobs } from "./keeping.ts";
import { type JobProgram, runJobProcess } from "./process.ts";
import { JOB_COLLECTION } from "./records.ts";
import { recoverJob, settled } from "./recover.ts";
import type { JobShelf, JobView } from "./shelf.ts";
import { type JobEvent, JobWatcher } from "./watcher.ts";

export type { JobEvent } from "./watcher.ts";

export interface QueueOptions {
  store: Store;
  shelf: JobShelf;
  program: JobProgram;
  /** Folder that everything lies in. */
  root: string;
  /** Variables of the environment of jobs, beside those of this process. */
  environment?: Record<string, string>;
  /** Folders that are left out of what jobs tell. */
  hidden: string[];
  /** Jobs at once. */
  concurrency?: number;
  /** How long a job may take to stop when it is asked to, ms. */
  patienceMs?: number;
  keeping?: Partial<KeepingBounds>;
}

const PATIENCE_MS = 10_000;
const SWEEP_MS = 3_600_000;
/** Bytes that are free on the disk before a job begins. */
const FREE_MIN = 256 << 20;
/** Events of a job that a listener can have missed. */
const EVENTS_KEPT = 512;
/** Jobs whose events are kept. */
const RINGS_MAX = 200;

interface Running {
  cancelling: AbortController;
  ended: Promise<void>;
}

export class JobQueue {
  readonly shelf: JobShelf;
  readonly #options: QueueOptions;
  readonly #waiting: string[] = [];
  readonly #running = new Map<string, Running>();
  readonly #rings = new Map<string, EventRing<JobEvent>>();
  readonly #stopping = new AbortController();
  #watching: Promise<void> = Promise.resolve();
  #sweeper: NodeJS.Timeout | undefined;
  #isStarted = false;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.shelf = options.shelf;
  }

  /** Takes up what an earlier server left, and begins to run what waits. */
  async start(): Promise<void> {
    const revision = await this.#options.store.revision();
    for (const record of await this.shelf.records.list()) {
      if (record.state === "running") await recoverJob(this.shelf, record);
    }
    for (const { id, state } of await this.shelf.records.list()) if (state === "queued") this.#enqueue(id);
    this.#watching = this.#watch(revision);
    await this.sweep();
    this.#sweeper = setInterval(() => void this.sweep().catch(() => undefined), SWEEP_MS);
    this.#sweeper.unref();
    this.#isStarted = true;
    this.#next();
  }

  /** Ends running jobs as a death of the server would: those that can go on wait for the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#sweeper);
    for (const { cancelling } of this.#running.values()) cancelling.abort();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
    await this.#watching;
    for (const ring of this.#rings.values()) ring.end();
  }

  counts(): { queued: number; running: number } {
    return { queued: this.#waiting.length, running: this.#running.size };
  }

  async submit(kind: string, request: unknown, owner?: string): Promise<JobView> {
    const view = await this.shelf.submit(kind, request, owner);
    this.#enqueue(view.id);
    return view;
  }

  async cancel(id: string): Promise<JobView> {
    const view = await this.shelf.cancel(id);
    this.#changed(view);
    return view;
  }

  /** Runs a job here and now, beside the queue; gives its id at once. */
  async runHere(
    kind: string,
    request: unknown,
    owner?: string,
  ): Promise<{ id: string; ended: Promise<JobView> }> {
    const record = claimed(this.shelf.newRecord(kind, request, owner));
    await this.shelf.records.add(record);
    return { id: record.id, ended: this.#start(record) };
  }

  /** Removes what is kept longer or larger than it may be. */
  sweep(): Promise<void> {
    return sweepJobs(this.shelf, this.#options.keeping);
  }

  /**
   * Events of a job from `lastId` on: "state" (first what it is now, where `lastId` does not tell), "progress", "log", until it
   * has ended. Throws `job-unknown`.
   */
  async *events(
    id: string,
    lastId: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<RingEvent<JobEvent> | Dropped> {
    const ring = this.#ring(id);
    const begins = ring.newest;
    const isKnown = ring.knows(lastId);
    const view = await this.shelf.show(id);
    if (!isKnown) yield { id: begins, event: "state", data: view };
    if (isEnded(view.state) && !this.#running.has(id)) ring.end();
    yield* ring.follow(isKnown ? lastId : begins, signal);
  }

  // --- scheduling -----------------------------------------------------------------------------------------------

  #enqueue(id: string): void {
    if (!this.#waiting.includes(id) && !this.#running.has(id)) this.#waiting.push(id);
    this.#next();
  }

  #next(): void {
    const { concurrency = 1 } = this.#options;
    while (this.#isStarted && !this.#stopping.signal.aborted && this.#running.size < concurrency) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      const cancelling = new AbortController();
      const ended = this.#take(id, cancelling).catch(() => undefined);
      this.#running.set(id, { cancelling, ended });
      void ended.then(() => {
        this.#running.delete(id);
        this.#next();
      });
    }
  }

  /** Claims a job that waits; where another server was quicker, nothing is to be done. */
  async #take(id: string, cancelling: AbortController): Promise<void> {
    let isOurs = false;
    const record = await this.shelf.records.alter(id, (before) => {
      isOurs = before.state === "queued";
      return isOurs ? claimed(before) : undefined;
    });
    if (isOurs) await this.#runOrFail(record, cancelling);
    else this.#changed(await this.shelf.view(record));
  }

  #start(record: JobRecord): Promise<JobView> {
    const cancelling = new AbortController();
    const ended = this.#runOrFail(record, cancelling);
    this.#running.set(record.id, { cancelling, ended: ended.then(() => undefined) });
    return ended.finally(() => this.#running.delete(record.id));
  }

  /** Where a job cannot be started, for want of room on the disk or anything else, that is how it ends. */
  async #runOrFail(record: JobRecord, cancelling: AbortController): Promise<JobView> {
    try {
      return await this.#run(record, cancelling);
    } catch (cause) {
      const found = cause instanceof OrbweaverError ? cause : new OrbweaverError("job-died", String(cause));
      const { code, message, hint } = found;
      const view = await this.shelf.view(
        await settled(this.shelf, record.id, { failure: { code, message, hint } }, []),
      );
      this.#changed(view);
      return view;
    }
  }

  async #run(record: JobRecord, cancelling: AbortController): Promise<JobView> {
    const { id, kind, request, attempt, memoryMegabytes } = record;
    const { program, root, hidden, environment, patienceMs = PATIENCE_MS } = this.#options;
    const { jobs } = this.shelf;
    const folder = jobFolder(jobs, id);
    this.#changed(await this.shelf.view(record));
    await requireRoom(jobs, FREE_MIN);
    await makeJobFolder(folder);
    const watcher = new JobWatcher(folder.path, this.#ring(id));
    watcher.begin(kind, attempt);
    const end = await runJobProcess({
      program,
      order: {
        id,
        kind,
        request,
        attempt,
        jobs,
        memoryMegabytes,
        root,
        hidden: [folder.temporary, ...hidden],
      },
      folder,
      environment,
      signal: cancelling.signal,
      patienceMs,
      onProgress: (progress) => watcher.progress(progress),
      onLine: (line) => watcher.line(line),
    });
    watcher.end(end);
    const view = await this.#settle(record, folder, end);
    this.#changed(view);
    return view;
  }

  async #settle(record: JobRecord, folder: JobFolder, end: JobEnd): Promise<JobView> {
    // A job that stops because its server does was not cancelled by anybody.
    if (this.#stopping.signal.aborted && "cancelled" in end) {
      const left = await this.shelf.records.read(record.id);
      return this.shelf.view(await recoverJob(this.shelf, left, { isGone: true }));
    }
    const results = "outcome" in end ? await sizedResults(folder, end.outcome.results) : [];
    return this.shelf.view(await settled(this.shelf, record.id, end, results));
  }

  // --- what others do -------------------------------------------------------------------------------------------

  /** Commits of all processes: jobs that were asked for elsewhere, and those that are to stop. */
  async #watch(revision: number): Promise<void> {
    const { signal } = this.#stopping;
    for (let from = revision; !signal.aborted; ) {
      try {
        for await (const { revision: seen, changes } of this.#options.store.watch(from, signal)) {
          from = seen;
          for (const { collection, id } of changes) if (collection === JOB_COLLECTION) await this.#look(id);
        }
      } catch {
        // The store could not be reached for a while; what happened meanwhile comes behind `from`.
        await sleep(1_000, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #look(id: string): Promise<void> {
    const record = await this.shelf.records.read(id).catch((failure: unknown) => {
      if (failure instanceof OrbweaverError && failure.code === "job-unknown") return undefined;
      throw failure;
    });
    if (record === undefined) this.#rings.delete(id);
    else if (record.state === "queued") this.#enqueue(id);
    else if (!this.#running.has(id) || record.cancelAsked) this.#changed(await this.shelf.view(record));
  }

  /** Tells listeners, and stops what is to stop. */
  #changed(view: JobView): void {
    const running = this.#running.get(view.id);
    if (view.cancelAsked && running !== undefined && !running.cancelling.signal.aborted)
      running.cancelling.abort();
    const ring = this.#ring(view.id);
    ring.push("state", view);
    if (!isEnded(view.state)) return;
    ring.end();
    const at = this.#waiting.indexOf(view.id);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  #ring(id: string): EventRing<JobEvent> {
    const found = this.#rings.get(id);
    if (found !== undefined) return found;
    const ring = new EventRing<JobEvent>(EVENTS_KEPT);
    this.#rings.set(id, ring);
    for (const [other, { listeners }] of this.#rings) {
      if (this.#rings.size <= RINGS_MAX) break;
      if (listeners === 0 && !this.#running.has(other) && other !== id) this.#rings.delete(other);
    }
    return ring;
  }
}
