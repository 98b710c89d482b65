// A store in a folder: a journal of commits (journal-reader.ts, journal-writer.ts), a lock for the one who writes, and objects.
//
//     FOLDER/journal      lock, lock.ID      objects/ab/SHA-256
//
// What it guarantees: a commit is one checked record that is durable before its promise resolves, so that it is there whole or
// not at all, whenever who wrote it died. Readers take no lock, and see what is committed as soon as they ask. Commits
// that come at the same time are written together. The folder is made by the first commit; reading needs no right to write.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CHANGES_MAX, conflict, objectsNamed, type TextChange, textChanges } from "../check.ts";
import type { Change, Committed, Store, StoredDocument } from "../contract.ts";
import { writeFailed } from "../failure.ts";
import { followFolder } from "../follow-folder.ts";
import { bodyValue, contentOf, type KeptChange, type KeptCommit } from "../journal-form.ts";
import { JournalReader } from "../journal-reader.ts";
import { appendTo, BATCH_BYTES, isWorthRewriting, writeAnew } from "../journal-writer.ts";
import { putObjectFile, readObjectFile, streamObjectFile, sweepObjectFiles } from "../object-files.ts";
import { recordOf } from "../record.ts";
import type { StoreState } from "../state.ts";
import { WriterLock } from "../writer-lock.ts";

export interface FileStoreOptions {
  /** How long to wait for another writer, ms. */
  waitMs?: number;
}

interface Pending {
  changes: TextChange[];
  bytes: number;
  resolve: (revision: number) => void;
  reject: (failure: unknown) => void;
}

/** Opens the store of a folder, which need not be there yet. */
export function openFileStore(folder: string, options: FileStoreOptions = {}): Store {
  return new FileStore(folder, options);
}

class FileStore implements Store {
  readonly place: string;
  readonly #journal: string;
  readonly #reader: JournalReader;
  readonly #lock: WriterLock;
  readonly #closed = new AbortController();
  #pending: Pending[] = [];
  #writing: Promise<void> | undefined;
  /** Length from which writing the journal anew is tried again, where it failed. */
  #triedAt = 0;

  constructor(folder: string, { waitMs }: FileStoreOptions) {
    this.place = folder;
    this.#journal = join(folder, "journal");
    this.#reader = new JournalReader(this.#journal);
    this.#lock = new WriterLock(folder, waitMs);
  }

  async revision(): Promise<number> {
    return (await this.#current()).revision;
  }

  async read(collection: string, id: string): Promise<StoredDocument | undefined> {
    return (await this.#current()).get(collection, id);
  }

  async list(collection: string): Promise<StoredDocument[]> {
    return (await this.#current()).list(collection);
  }

  async #current(): Promise<StoreState> {
    await this.#reader.refresh();
    return this.#reader.state;
  }

  // --- commits ------------------------------------------------------------------------------------------------

  commit(changes: readonly Change[]): Promise<number> {
    return new Promise((resolve, reject) => {
      const checked = textChanges(changes);
      const bytes = checked.reduce((sum, { text = "" }) => sum + text.length, 0);
      this.#pending.push({ changes: checked, bytes, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  /** Writes what is pending, group by group, until nothing is. */
  async #write(): Promise<void> {
    // What is committed in the same turn of the loop goes together.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      let group: Pending[] = [];
      try {
        await this.#makeFolder();
        await this.#lock.hold(async () => {
          group = this.#nextGroup();
          await this.#writeGroup(group);
        });
      } catch (failure) {
        if (group.length === 0) group = this.#nextGroup();
        for (const { reject } of group) reject(failure);
      }
    }
    this.#writing = undefined;
  }

  /** As many as one record is meant to hold; a commit that is larger has one of its own. */
  #nextGroup(): Pending[] {
    let bytes = 0;
    let changes = 0;
    let count = 0;
    for (const pending of this.#pending) {
      bytes += pending.bytes;
      changes += pending.changes.length;
      if (count > 0 && (bytes > BATCH_BYTES || changes > CHANGES_MAX)) break;
      count++;
    }
    return this.#pending.splice(0, count);
  }

  async #makeFolder(): Promise<void> {
    try {
      await mkdir(this.place, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw writeFailed(this.place, cause);
    }
  }

  async #writeGroup(group: readonly Pending[]): Promise<void> {
    const reader = this.#reader;
    await reader.refresh();
    if (reader.end === 0 || reader.isOld) {
      await this.#lock.tidy();
      await writeAnew(this.#journal, reader.state);
      await reader.refresh();
    }
    const { commits, answers } = judged(group, reader.state);
    if (commits.length > 0) await this.#append(commits);
    for (const answer of answers) answer();
    if (isWorthRewriting(reader) && reader.end > this.#triedAt) await this.#rewrite();
  }

  async #append(commits: KeptCommit[]): Promise<void> {
    const start = this.#reader.end;
    const bytes = recordOf(contentOf({ t: commits }));
    try {
      await appendTo(this.#journal, start, bytes);
    } catch (failure) {
      await this.#reader.forget();
      throw failure;
    }
    this.#reader.appended(start, bytes.length, commits);
  }

  /** What cannot be written anew now goes on as it is. */
  async #rewrite(): Promise<void> {
    let renewedMs = performance.now();
    const alive = async (): Promise<void> => {
      if (performance.now() - renewedMs < 1_000) return;
      renewedMs = performance.now();
      await this.#lock.renew();
    };
    await this.#lock.tidy().catch(() => undefined);
    await writeAnew(this.#journal, this.#reader.state, alive).catch(() => {
      this.#triedAt = 2 * this.#reader.end;
    });
  }

  // --- watching -----------------------------------------------------------------------------------------------

  async *watch(revision: number, signal: AbortSignal): AsyncGenerator<Committed> {
    const stop = AbortSignal.any([signal, this.#closed.signal]);
    let told = revision;
    for await (const _ of followFolder(this.place, stop)) {
      for (const committed of (await this.#current()).since(told)) {
        if (stop.aborted) return;
        told = committed.revision;
        yield committed;
      }
    }
  }

  // --- objects ------------------------------------------------------------------------------------------------

  async putObject(
    source: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<{ object: string; bytes: number }> {
    await this.#makeFolder();
    return putObjectFile(this.place, source, (work) => this.#lock.hold(work));
  }

  readObject(object: string): Promise<Uint8Array> {
    return readObjectFile(this.place, object);
  }

  streamObject(object: string): AsyncIterable<Uint8Array> {
    return streamObjectFile(this.place, object);
  }

  async sweepObjects(): Promise<{ removed: number; bytes: number }> {
    await this.#makeFolder();
    return this.#lock.hold(async () => {
      const named = new Set<string>();
      for (const [, , , body] of (await this.#current()).documents()) objectsNamed(bodyValue(body), named);
      return sweepObjectFiles(this.place, named);
    });
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#writing;
    await this.#lock.close();
    await this.#reader.close();
  }
}

/** Which of the commits hold, and what to answer to each when they are durable. */
function judged(
  group: readonly Pending[],
  state: StoreState,
): { commits: KeptCommit[]; answers: (() => void)[] } {
  const commits: KeptCommit[] = [];
  const answers: (() => void)[] = [];
  const written = new Map<string, number>();
  const revisionOf = ({ collection, id }: TextChange): number =>
    written.get(`${collection}\n${id}`) ?? state.revisionOf(collection, id);
  for (const { changes, resolve, reject } of group) {
    const broken = changes.find(
      (change) => change.expected !== undefined && change.expected !== revisionOf(change),
    );
    if (broken !== undefined) {
      const failure = conflict(broken, revisionOf(broken));
      answers.push(() => reject(failure));
      continue;
    }
    const revision = state.revision + commits.length + 1;
    for (const { collection, id, text } of changes)
      written.set(`${collection}\n${id}`, text === undefined ? 0 : revision);
    commits.push([revision, changes.map(keptChange)]);
    answers.push(() => resolve(revision));
  }
  return { commits, answers };
}

function keptChange({ collection, id, text }: TextChange): KeptChange {
  return text === undefined ? [collection, id] : [collection, id, Buffer.from(text)];
}
