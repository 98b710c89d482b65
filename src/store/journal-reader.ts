// Follows a journal: what is in it becomes documents in memory, and what is added since is added to them.
//
// The journal is one file of records (record.ts, journal-form.ts): a head, what was there when it was written anew, what the newest
// commits until then changed, and groups of commits.
//
// A file that was written anew has another inode, which the open handle keeps from being given again. What is at the end and not
// whole is left alone: somebody writes it, or died doing so. What is broken before the end is `store-damaged`.

import type { BigIntStats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { OrbweaverError } from "../base/errors.ts";
import { readFailed, systemCode } from "./failure.ts";
import { JOURNAL_VERSION, type JournalRecord, type KeptCommit, recordIn } from "./journal-form.ts";
import { isRecordBehind, recordAt } from "./record.ts";
import { StoreState } from "./state.ts";

/** Bytes read at once; bodies stay in them until they are asked for. */
const PIECE = 2 ** 20;
/** Reading again when something looks broken, since a writer may have cut and written between two reads. */
const ATTEMPTS = 3;
const ATTEMPT_PAUSE_MS = 20;

export class JournalReader {
  readonly #path: string;
  #handle: FileHandle | undefined;
  #facts: BigIntStats | undefined;
  /** What is told; a journal that was written anew is told when it was read to its end. */
  #state = new StoreState();
  #loading = this.#state;
  #offset = 0;
  #baseEnd = 0;
  #version = JOURNAL_VERSION;
  /** Where something was not whole, and how long the file was. */
  #torn = "";
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get state(): StoreState {
    return this.#state;
  }

  /** Bytes of whole records. */
  get end(): number {
    return this.#offset;
  }

  /** Bytes of what was there when the journal was written anew. */
  get baseEnd(): number {
    return this.#baseEnd;
  }

  /** Whether it has the form of an earlier release, in which nothing is written any more. */
  get isOld(): boolean {
    return this.#version < JOURNAL_VERSION;
  }

  /**
   * Takes in everything that was committed before the call. Calls at the same time share the work.
   *
   * @throws `store-damaged`, `store-version`, `file-permission`, `file-read`
   */
  refresh(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#start();
      });
    return this.#next;
  }

  #start(): Promise<void> {
    const running = this.#refreshed().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #refreshed(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#follow();
        return;
      } catch (failure) {
        await this.forget();
        const isBroken = failure instanceof OrbweaverError && failure.code === "store-damaged";
        if (!isBroken || attempt === ATTEMPTS) throw readFailed(this.#path, failure);
        await sleep(ATTEMPT_PAUSE_MS);
      }
    }
  }

  async #follow(): Promise<void> {
    const facts = await factsOf(this.#path);
    if (facts === undefined) {
      await this.forget();
      this.#state = this.#loading;
      return;
    }
    if (this.#handle !== undefined && !this.#isSame(facts)) await this.forget();
    const isAnew = this.#handle === undefined;
    const size = isAnew ? await this.#open() : Number(facts.size);
    await this.#readTo(size);
    const torn = this.#offset === size ? "" : `${this.#offset} of ${size}`;
    // A writer that could not make its record durable takes it back: who saw it stands within what came instead.
    if (torn !== "" && torn !== this.#torn && !isAnew) {
      await this.forget();
      await this.#readTo(await this.#open());
    }
    this.#torn = torn;
    this.#state = this.#loading;
  }

  #isSame({ ino, dev, size }: BigIntStats): boolean {
    return ino === this.#facts?.ino && dev === this.#facts.dev && Number(size) >= this.#offset;
  }

  /** Gives the size. */
  async #open(): Promise<number> {
    this.#handle = await open(this.#path, "r");
    this.#facts = await this.#handle.stat({ bigint: true });
    return Number(this.#facts.size);
  }

  async #readTo(size: number): Promise<void> {
    if (size === 0) throw this.#damaged(0, "nothing at all");
    let wanted = PIECE;
    while (this.#offset < size) {
      const from = this.#offset;
      const length = Math.min(wanted, size - from);
      const bytes = await this.#bytes(from, Buffer.allocUnsafe(length));
      // Meanwhile this process may have written, and so taken in what it wrote.
      if (this.#offset !== from) continue;
      const { end, needs } = this.#takeIn(bytes);
      this.#offset = from + end;
      if (end > 0) {
        wanted = PIECE;
        continue;
      }
      if (needs !== undefined && needs <= size - from) {
        wanted = Math.max(PIECE, needs);
        continue;
      }
      const rest =
        bytes.length === size - from ? bytes : await this.#bytes(from, Buffer.allocUnsafe(size - from));
      if (isRecordBehind(rest, 0) || from === 0) throw this.#damaged(from, "no whole record");
      return;
    }
  }

  async #bytes(from: number, bytes: Buffer): Promise<Buffer> {
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await this.#handle!.read(bytes, filled, bytes.length - filled, from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  }

  /** Takes in the whole records at the start of the bytes. */
  #takeIn(bytes: Buffer): { end: number; needs?: number } {
    let end = 0;
    while (end < bytes.length) {
      const found = recordAt(bytes, end);
      if (found === undefined) return { end };
      if ("needs" in found) return { end, needs: found.needs };
      this.#fold(recordIn(found.content), this.#offset + end);
      end = found.end;
      if (!this.#hasCommits) this.#baseEnd = this.#offset + end;
    }
    return { end };
  }

  #hasCommits = false;

  #fold(record: JournalRecord, at: number): void {
    const state = this.#loading;
    if ("store" in record) {
      if (at !== 0) throw this.#damaged(at, "a second head");
      if (!(record.store >= 1 && record.store <= JOURNAL_VERSION))
        throw new OrbweaverError(
          "store-version",
          `${this.#path} has form ${record.store}, expected ${JOURNAL_VERSION}`,
        );
      this.#version = record.store;
      state.revision = record.revision;
    } else if (at === 0) throw this.#damaged(at, "no head");
    else if ("d" in record) for (const document of record.d) state.put(document);
    else if ("h" in record)
      for (const [revision, changes] of record.h)
        state.remember({ revision, changes: changes.map(([collection, id]) => ({ collection, id })) });
    else for (const commit of record.t) this.#commit(commit, at);
  }

  #commit(commit: KeptCommit, at: number): void {
    this.#hasCommits = true;
    if (commit[0] !== this.#loading.revision + 1)
      throw this.#damaged(at, `commit ${commit[0]} after ${this.#loading.revision}`);
    this.#loading.apply(commit);
  }

  #damaged(at: number, found: string): OrbweaverError {
    return new OrbweaverError("store-damaged", `${this.#path} is damaged at byte ${at}: ${found}`);
  }

  /** Takes in what this process has written behind the end and made durable. */
  appended(start: number, bytes: number, commits: readonly KeptCommit[]): void {
    if (this.#offset !== start || this.#handle === undefined) return;
    for (const commit of commits) this.#commit(commit, start);
    this.#offset += bytes;
  }

  /** Reads everything anew the next time. */
  async forget(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#facts = undefined;
    this.#offset = 0;
    this.#baseEnd = 0;
    this.#hasCommits = false;
    this.#version = JOURNAL_VERSION;
    this.#loading = new StoreState();
    await handle?.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#running?.catch(() => undefined);
    await this.forget();
  }
}

async function factsOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw readFailed(path, cause);
  }
}
