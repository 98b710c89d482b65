// One writer at a time, among all processes of all machines that see a folder, whatever dies when.
//
// A process has a file of its own, `lock.ID`, that says which process it is, and holds the lock while that file is also
// called `lock` (a hard link, which exactly one can make). What a dead process left is removed by whoever first links its
// own file to `lock.dead-ID`: only that one may remove the name, and what it leaves when it dies too is removed the same way.
// An ID never comes back, so nobody ever removes the lock of one who lives. Of a holder on another machine, or before this one
// was started anew, nobody can say whether it lives: it counts as dead when its lock was seen not to change for LEASE_MS. A lock
// is held for milliseconds, and renewed where it is held longer.

import { randomBytes } from "node:crypto";
import { link, readdir, readFile, rm, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { OrbweaverError } from "../base/errors.ts";
import { systemCode, writeFailed } from "./failure.ts";
import { livenessOf, ownMark, type ProcessMark } from "./process-mark.ts";

const LEASE_MS = 20_000;
/** How long a writer waits for another one unless told otherwise. */
export const WAIT_MS = 30_000;
const PAUSE_MAX_MS = 20;
const NAME = "lock";
/** A file is written whole before it becomes a lock: one that is not whole is of before the machine went down. */
const UNREADABLE = "unreadable";

interface Holder extends ProcessMark {
  id: string;
}

export class WriterLock {
  readonly #folder: string;
  readonly #waitMs: number;
  readonly #id = randomBytes(12).toString("hex");
  #hasFile = false;
  #turn: Promise<unknown> = Promise.resolve();
  /** Locks of holders of whom nothing is known: what they were like, and since when. */
  readonly #watched = new Map<string, { like: string; sinceMs: number }>();

  constructor(folder: string, waitMs = WAIT_MS) {
    this.#folder = folder;
    this.#waitMs = waitMs;
  }

  /** Runs work while nobody else writes, in turn. Throws `store-busy` where another process does not end, `file-write`. */
  hold<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(() => this.#holdNow(work));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #holdNow<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#acquire();
    const started = performance.now();
    try {
      return await work();
    } finally {
      if (performance.now() - started < LEASE_MS / 2 || (await this.isHeld()))
        await unlink(join(this.#folder, NAME)).catch(() => undefined);
    }
  }

  /** Whether the lock is still held by this process; asked where it was held for long. */
  async isHeld(): Promise<boolean> {
    return (await this.#holder(NAME))?.id === this.#id;
  }

  /** Says that the holder lives, while it does something long. */
  async renew(): Promise<void> {
    await utimes(join(this.#folder, NAME), new Date(), new Date());
  }

  async close(): Promise<void> {
    if (this.#hasFile) await rm(this.#file(), { force: true }).catch(() => undefined);
    this.#hasFile = false;
  }

  async #acquire(): Promise<void> {
    const started = performance.now();
    for (let pauseMs = 1; ; pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2)) {
      const holder = await this.#tryFor(NAME);
      if (holder === undefined) return;
      if (performance.now() - started > this.#waitMs) throw this.#busy(holder);
      // Not in step with others who wait: chance decides who is next.
      await sleep(pauseMs * (0.5 + Math.random() / 2));
    }
  }

  /** Takes a name; gives who holds it where somebody does. */
  async #tryFor(name: string): Promise<Holder | undefined> {
    for (;;) {
      if (await this.#link(name)) return undefined;
      const holder = await this.#holder(name);
      if (holder === undefined) continue;
      if (!(await this.#isDead(name, holder))) return holder;
      const remover = await this.#removeDead(name, holder);
      if (remover !== undefined) return remover;
    }
  }

  async #link(name: string): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      try {
        if (!this.#hasFile) await this.#writeFile();
        await link(this.#file(), join(this.#folder, name));
        return true;
      } catch (cause) {
        const code = systemCode(cause);
        if (code === "EEXIST") return false;
        // Somebody tidied the folder: once more, with a new file.
        if (code !== "ENOENT" || attempt > 0) throw writeFailed(join(this.#folder, name), cause);
        this.#hasFile = false;
      }
    }
  }

  async #writeFile(): Promise<void> {
    await writeFile(this.#file(), JSON.stringify({ ...ownMark(), id: this.#id } satisfies Holder));
    this.#hasFile = true;
  }

  #file(): string {
    return join(this.#folder, `${NAME}.${this.#id}`);
  }

  /** Removes what a dead process left under a name; gives who is about to do so where somebody is. */
  async #removeDead(name: string, dead: Holder): Promise<Holder | undefined> {
    const marker = `${NAME}.dead-${dead.id}`;
    const other = await this.#tryFor(marker);
    if (other !== undefined) return other;
    try {
      if ((await this.#holder(name))?.id !== dead.id) return undefined;
      await unlink(join(this.#folder, name));
      await rm(join(this.#folder, `${NAME}.${dead.id}`), { force: true });
    } finally {
      await unlink(join(this.#folder, marker)).catch(() => undefined);
    }
    return undefined;
  }

  async #isDead(name: string, holder: Holder): Promise<boolean> {
    if (holder.id === UNREADABLE) return true;
    const liveness = holder.id === this.#id ? "alive" : livenessOf(holder);
    if (liveness !== "unknown") return liveness === "dead";
    const facts = await stat(join(this.#folder, name)).catch(() => undefined);
    const like = `${holder.id} ${facts?.ctimeMs} ${facts?.mtimeMs}`;
    const before = this.#watched.get(name);
    if (before?.like === like) return performance.now() - before.sinceMs > LEASE_MS;
    this.#watched.set(name, { like, sinceMs: performance.now() });
    return false;
  }

  /** Undefined where nobody holds a name. */
  async #holder(name: string): Promise<Holder | undefined> {
    let text: string;
    try {
      text = await readFile(join(this.#folder, name), "utf8");
    } catch (cause) {
      if (systemCode(cause) === "ENOENT") return undefined;
      throw writeFailed(join(this.#folder, name), cause);
    }
    return parsed(text) ?? { id: UNREADABLE, pid: 0, started: "", space: "" };
  }

  /** Removes files of processes that are gone; called by who holds the lock. */
  async tidy(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      if (!/^lock\.[0-9a-f]{24}$/.test(name)) continue;
      const holder = await this.#holder(name);
      if (holder !== undefined && holder.id !== this.#id && livenessOf(holder) === "dead")
        await rm(join(this.#folder, name), { force: true });
    }
  }

  #busy({ pid, space }: Holder): OrbweaverError {
    const where = space === ownMark().space ? "" : ` on ${space.split(" ", 1)[0] || "another machine"}`;
    return new OrbweaverError(
      "store-busy",
      `${this.#folder} is being written by process ${pid}${where}, and it did not end within ${Math.ceil(this.#waitMs / 1000)} s`,
    );
  }
}

function parsed(text: string): Holder | undefined {
  try {
    const found = JSON.parse(text) as Partial<Holder> | null;
    const { pid, started, space, id } = found ?? {};
    const isWhole =
      Number.isSafeInteger(pid) && [started, space, id].every((part) => typeof part === "string");
    return isWhole ? (found as Holder) : undefined;
  } catch {
    return undefined;
  }
}
