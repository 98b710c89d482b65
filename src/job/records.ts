// Records of jobs in the store: added, read, changed without losing what others change, removed.

import { randomBytes } from "node:crypto";
import { OrbweaverError } from "../base/errors.ts";
import type { Json, Store } from "../store/contract.ts";
import type { JobRecord } from "./contract.ts";

export const JOB_COLLECTION = "jobs";
/** How often a change is tried again that met another one. */
const TRIES = 50;
const ID = /^[0-9a-z]{9}-[0-9a-f]{12}$/;

/** An id that later jobs come behind, by their text. */
export function newJobId(nowMs: number): string {
  return `${nowMs.toString(36).padStart(9, "0")}-${randomBytes(6).toString("hex")}`;
}

export function isJobId(text: string): boolean {
  return ID.test(text);
}

export class JobRecords {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async add(record: JobRecord): Promise<void> {
    await this.#store.commit([change(record, 0)]);
  }

  /** Throws `job-unknown`. */
  async read(id: string): Promise<JobRecord> {
    const found = await this.#found(id);
    if (found === undefined) throw unknown(id);
    return found.record;
  }

  /** By id, which is the order in which they were asked for. */
  async list(): Promise<JobRecord[]> {
    return (await this.#store.list(JOB_COLLECTION)).map(({ body }) => body as unknown as JobRecord);
  }

  /**
   * Changes a record; `alter` gives undefined to leave it as it is, and may be called again where somebody else was quicker.
   * Gives what the record is then.
   *
   * @throws `job-unknown`, what `alter` throws, and what the store throws
   */
  async alter(id: string, alter: (record: JobRecord) => JobRecord | undefined): Promise<JobRecord> {
    for (let attempt = 1; ; attempt++) {
      const found = await this.#found(id);
      if (found === undefined) throw unknown(id);
      const altered = alter(found.record);
      if (altered === undefined) return found.record;
      try {
        await this.#store.commit([change(altered, found.revision)]);
        return altered;
      } catch (failure) {
        const isConflict = failure instanceof OrbweaverError && failure.code === "store-conflict";
        if (!isConflict || attempt === TRIES) throw failure;
      }
    }
  }

  async remove(id: string): Promise<void> {
    await this.#store.commit([{ collection: JOB_COLLECTION, id, removed: true }]);
  }

  async #found(id: string): Promise<{ record: JobRecord; revision: number } | undefined> {
    if (!isJobId(id)) return undefined;
    const found = await this.#store.read(JOB_COLLECTION, id);
    return found && { record: found.body as unknown as JobRecord, revision: found.revision };
  }
}

function change(record: JobRecord, expected: number) {
  return { collection: JOB_COLLECTION, id: record.id, expected, body: record as unknown as Json };
}

function unknown(id: string): OrbweaverError {
  return new OrbweaverError("job-unknown", `there is no job '${id.slice(0, 60)}'`);
}
