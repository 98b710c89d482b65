// The contract of a store: small documents that change together, and large objects named by the digest of their bytes.
//
// What every driver guarantees: a commit is seen whole or not at all, by this process and by every other, and is there
// after the process or the machine died as soon as its promise resolved; revisions grow by one from commit to commit. Knows no
// runs, models, users or jobs: those are collections to it.

/** Anything that JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface StoredDocument<Body extends Json = Json> {
  id: string;
  /** Of the commit that wrote it last; greater than 0. */
  revision: number;
  /** Read when it is asked for first, so that those of a long list that nobody looks at cost nothing. */
  readonly body: Body;
}

export type Change = {
  collection: string;
  id: string;
  /** Revision that the document must have, 0 for one that must not be there; else the whole commit fails with `store-conflict`. */
  expected?: number;
} & ({ body: Json } | { removed: true });

/** What a commit changed, as others are told of it. */
export interface Committed {
  revision: number;
  changes: { collection: string; id: string }[];
}

export interface Store {
  /** Where it is, for messages; no secrets. */
  readonly place: string;
  /** Revision of the newest commit; 0 for none. */
  revision(): Promise<number>;
  read(collection: string, id: string): Promise<StoredDocument | undefined>;
  /** All documents of a collection, by id. Collections are bounded by what is kept in them. */
  list(collection: string): Promise<StoredDocument[]>;
  /**
   * Commits changes, all or none; durable when it resolves. Gives the new revision.
   *
   * @throws `store-conflict`, `store-busy` where another writer does not end, `store-unreachable`, `file-write`
   */
  commit(changes: readonly Change[]): Promise<number>;
  /** Tells of every commit behind `revision`, by whichever process, in order, within about a second, until stopped. */
  watch(revision: number, signal: AbortSignal): AsyncIterable<Committed>;
  /** Keeps bytes under their SHA-256, in hexadecimal. Bytes that are there already are kept once. */
  putObject(source: Uint8Array | AsyncIterable<Uint8Array>): Promise<{ object: string; bytes: number }>;
  /** The bytes. Throws `store-damaged` where they are not there or are others. */
  readObject(object: string): Promise<Uint8Array>;
  /** The bytes in pieces. */
  streamObject(object: string): AsyncIterable<Uint8Array>;
  /** Removes objects that no document names (any string of a body that is its digest) and that are older than an hour. */
  sweepObjects(): Promise<{ removed: number; bytes: number }>;
  close(): Promise<void>;
}
