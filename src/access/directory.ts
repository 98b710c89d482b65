// Users, sessions and API keys in memory, as the store has them: read without waiting, changed by commits.
//
// What it guarantees: a change of ours is seen here as soon as its promise resolved, one of another process within about a
// second; a change is made from what the store holds, or not at all, and made again where somebody else was quicker.

import { OrbweaverError } from "../base/errors.ts";
import type { Change, Committed, Store } from "../store/contract.ts";
import { BOUNDS, type Bodies, bodyOf, COLLECTIONS, jsonOf, type Kind, STATE_ID } from "./documents.ts";
import type { RandomBytes } from "./secrets.ts";
import { SIGNING_KEY_BYTES } from "./tokens.ts";

export interface Entry<Body> {
  id: string;
  revision: number;
  body: Body;
}

/** What is held, by id. */
export type Snapshot = { readonly [K in Kind]: ReadonlyMap<string, Entry<Bodies[K]>> };

/** One change of a document; `body` undefined removes it. */
export type Step = { [K in Kind]: { kind: K; id: string; body: Bodies[K] | undefined } }[Kind];

/** What a change is made of: documents, and what else is committed with them. */
export interface Plan {
  steps: Step[];
  /** Of documents that are not held here, such as entries of the log. */
  beside?: Change[];
}

export interface Directory {
  readonly snapshot: Snapshot;
  /**
   * Commits what `plan` makes of what is held; it is called again where another process changed one of its documents.
   * Nothing is committed for `undefined`, and nothing when it throws.
   */
  change(plan: (snapshot: Snapshot) => Plan | undefined): Promise<void>;
  /** Called behind every change, by whichever process. */
  onChange(listener: () => void): void;
  /** Stops following the store; does not close it. */
  close(): Promise<void>;
}

const KINDS: readonly Kind[] = ["users", "sessions", "keys", "state"];
const KIND_OF = new Map<string, Kind>(KINDS.map((kind) => [COLLECTIONS[kind], kind]));
/** Times that a change is made anew because others were quicker. */
const ATTEMPTS = 10;

type Held = { [K in Kind]: Map<string, Entry<Bodies[K]>> };

/** `follow`: changes of other processes are seen; a command that ends at once needs none of that. */
export async function openDirectory(store: Store, follow: boolean): Promise<Directory> {
  const held: Held = { users: new Map(), sessions: new Map(), keys: new Map(), state: new Map() };
  const listeners: (() => void)[] = [];
  const stop = new AbortController();
  const turn = inTurns();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  const load = async (): Promise<number> => {
    const revision = await store.revision();
    for (const kind of KINDS) await loadKind(store, held, kind);
    tell();
    return revision;
  };
  let seen = await load();

  const followed = async (committed: Committed): Promise<void> => {
    // A gap: what was removed in it may not be told.
    if (committed.revision > seen + 1) await load();
    else if (await applied(store, held, committed)) tell();
    seen = Math.max(seen, committed.revision);
  };
  const following = follow ? followStore(store, seen, stop.signal, turn, followed) : Promise.resolve();

  return {
    snapshot: held,
    change: (plan) =>
      turn(async () => {
        for (let attempt = 1; ; attempt++) {
          const made = plan(held);
          if (made === undefined) return;
          try {
            return await commit(store, held, made).then(tell);
          } catch (failure) {
            if (!isConflict(failure) || attempt === ATTEMPTS) throw failure;
            await load();
          }
        }
      }),
    onChange: (listener) => void listeners.push(listener),
    async close() {
      stop.abort();
      await following;
    },
  };
}

async function loadKind<K extends Kind>(store: Store, held: Held, kind: K): Promise<void> {
  const documents = await store.list(COLLECTIONS[kind]);
  const map = held[kind] as Map<string, Entry<unknown>>;
  map.clear();
  for (const document of documents)
    map.set(document.id, {
      id: document.id,
      revision: document.revision,
      body: bodyOf<Kind>(kind, document),
    });
}

/** Reads again what a commit changed; false where it is nothing of ours. */
async function applied(store: Store, held: Held, { changes }: Committed): Promise<boolean> {
  let isOurs = false;
  for (const { collection, id } of changes) {
    const kind = KIND_OF.get(collection);
    if (kind === undefined) continue;
    isOurs = true;
    const map = held[kind] as Map<string, Entry<unknown>>;
    const document = await store.read(collection, id);
    if (document === undefined) map.delete(id);
    else map.set(id, { id, revision: document.revision, body: bodyOf<Kind>(kind, document) });
  }
  return isOurs;
}

async function commit(store: Store, held: Held, { steps, beside = [] }: Plan): Promise<void> {
  const changes = steps.map(({ kind, id, body }): Change => {
    const place = { collection: COLLECTIONS[kind], id, expected: held[kind].get(id)?.revision ?? 0 };
    return body === undefined ? { ...place, removed: true } : { ...place, body: jsonOf(body) };
  });
  const revision = await store.commit([...changes, ...beside]);
  for (const { kind, id, body } of steps) {
    const map = held[kind] as Map<string, Entry<unknown>>;
    if (body === undefined) map.delete(id);
    else map.set(id, { id, revision, body });
  }
}

/** Hands on commits until it is stopped. What cannot be read keeps what was known, and is tried again with the next. */
async function followStore(
  store: Store,
  revision: number,
  signal: AbortSignal,
  turn: (work: () => Promise<void>) => Promise<void>,
  followed: (committed: Committed) => Promise<void>,
): Promise<void> {
  let seen = revision;
  while (!signal.aborted) {
    try {
      for await (const committed of store.watch(seen, signal)) {
        await turn(() => followed(committed));
        seen = committed.revision;
      }
    } catch {
      // The store could not be reached or read; what others changed meanwhile is told by the next watch.
    }
    if (!signal.aborted) await pause(signal);
  }
}

const PAUSE_MS = 1_000;

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, PAUSE_MS);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}

/** Runs pieces of work one behind the other. */
function inTurns(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}

function isConflict(failure: unknown): boolean {
  return failure instanceof OrbweaverError && failure.code === "store-conflict";
}

/**
 * A step that makes changes of users and keys follow one another, whichever process makes them. The first one also makes the
 * key of access tokens.
 */
export function serialised(snapshot: Snapshot, randomBytes: RandomBytes): Step {
  const { changes, signingKey } = snapshot.state.get(STATE_ID)?.body ?? {
    changes: 0,
    signingKey: Buffer.from(randomBytes(SIGNING_KEY_BYTES)).toString("base64url"),
  };
  return { kind: "state", id: STATE_ID, body: { changes: changes + 1, signingKey } };
}

/** Throws `access-full`. */
export function checkRoom(snapshot: Snapshot, kind: "users" | "keys", what: string): void {
  if (snapshot[kind].size < BOUNDS[kind]) return;
  throw new OrbweaverError("access-full", `there are ${BOUNDS[kind]} ${what} already, which is the most`);
}
