// What a store holds, in memory: documents by collection, and what the newest commits changed. A body is parsed when somebody asks for
// it: of ten thousand runs that were begun and ended, each once. Knows no files.

import type { Committed, StoredDocument } from "./contract.ts";
import { bodyValue, type KeptBody, type KeptCommit, type KeptDocument } from "./journal-form.ts";
import { lazyDocument } from "./lazy-document.ts";

/** Commits whose changes are remembered one by one. */
export const HISTORY_MAX = 4_096;

interface Entry {
  revision: number;
  body: KeptBody;
  /** Where somebody has asked for it. */
  document: StoredDocument | undefined;
}

export class StoreState {
  revision = 0;
  documentCount = 0;
  readonly #collections = new Map<string, Map<string, Entry>>();
  /** Lists that were asked for and have not changed since. */
  readonly #lists = new Map<string, StoredDocument[]>();
  #history: Committed[] = [];

  get(collection: string, id: string): StoredDocument | undefined {
    const entry = this.#collections.get(collection)?.get(id);
    return entry && documentOf(id, entry);
  }

  /** Revision of a document; 0 where it is not there. */
  revisionOf(collection: string, id: string): number {
    return this.#collections.get(collection)?.get(id)?.revision ?? 0;
  }

  /** All of a collection by id, by code units. */
  list(collection: string): StoredDocument[] {
    let listed = this.#lists.get(collection);
    if (listed === undefined) {
      listed = Array.from(this.#collections.get(collection) ?? [], ([id, entry]) => documentOf(id, entry));
      listed.sort(byId);
      this.#lists.set(collection, listed);
    }
    return [...listed];
  }

  apply([revision, changes]: KeptCommit): void {
    for (const [collection, id, body] of changes) {
      if (body === undefined) this.#remove(collection, id);
      else this.put([collection, id, revision, body]);
    }
    this.remember({ revision, changes: changes.map(([collection, id]) => ({ collection, id })) });
  }

  put([collection, id, revision, body]: KeptDocument): void {
    let documents = this.#collections.get(collection);
    if (documents === undefined) {
      documents = new Map();
      this.#collections.set(collection, documents);
    }
    if (!documents.has(id)) this.documentCount++;
    documents.set(id, { revision, body, document: undefined });
    this.#lists.delete(collection);
  }

  #remove(collection: string, id: string): void {
    if (this.#collections.get(collection)?.delete(id)) this.documentCount--;
    this.#lists.delete(collection);
  }

  /** Adds to what is known of the newest commits; the oldest is forgotten where they are too many. */
  remember(committed: Committed): void {
    this.#history.push(committed);
    this.revision = committed.revision;
    if (this.#history.length > 2 * HISTORY_MAX) this.#history = this.#history.slice(-HISTORY_MAX);
  }

  /** Of the newest commits, oldest first. */
  history(): readonly Committed[] {
    return this.#history.slice(-HISTORY_MAX);
  }

  *documents(): IterableIterator<KeptDocument> {
    for (const [collection, documents] of this.#collections)
      for (const [id, { revision, body }] of documents) yield [collection, id, revision, body];
  }

  /**
   * The commits behind `revision`, in order. Of those that are older than what is remembered, what is still there is told under
   * the commit that wrote it: documents that were removed or written again since are not.
   */
  since(revision: number): Committed[] {
    const first = this.#history[0]?.revision ?? this.revision + 1;
    if (revision + 1 >= first) return this.#history.slice(Math.max(0, revision + 1 - first));
    return [...olderCommits(this.documents(), revision, first), ...this.#history];
  }
}

/** What documents tell of the commits behind `revision` and before `end`. */
export function olderCommits(
  documents: Iterable<readonly [collection: string, id: string, revision: number, ...rest: unknown[]]>,
  revision: number,
  end: number,
): Committed[] {
  const found = new Map<number, Committed>();
  for (const [collection, id, written] of documents) {
    if (written <= revision || written >= end) continue;
    const commit = found.get(written) ?? { revision: written, changes: [] };
    commit.changes.push({ collection, id });
    found.set(written, commit);
  }
  return [...found.values()].sort((a, b) => a.revision - b.revision);
}

function documentOf(id: string, entry: Entry): StoredDocument {
  entry.document ??= lazyDocument(id, entry.revision, () => {
    const value = bodyValue(entry.body);
    // Its bytes are not needed any more.
    entry.body = { value };
    return value;
  });
  return entry.document;
}

export function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
