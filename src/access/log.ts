// The audit log: who changed what, when, and from where. Entries are only ever added, and the oldest leave by one rule.
//
// What it guarantees: an entry about users, keys or sessions is committed with the change that it tells of, so that neither is
// there without the other. Entries are cut to a bounded length and hold no secrets: callers give names, never values.

import type { Change, Store } from "../store/contract.ts";
import { bodyOf, COLLECTIONS, jsonOf, type LogEntry } from "./documents.ts";
import type { RandomBytes } from "./secrets.ts";

/** The rule: the newest so many, none older than so many days. */
export const LOG_BOUNDS = { entries: 10_000, days: 400 } as const;
/** Entries between two looks at the rule: the log may be longer by these. */
const SWEEP_EVERY = 250;
/** Entries that leave in one commit. */
const SWEEP_AT_ONCE = 1_000;
const DAY_MS = 86_400_000;
/** Characters of a field. */
const FIELD_MAX = 256;
/** Of milliseconds since 1970, so that ids sort by time until the year 5138. */
const TIME_DIGITS = 14;
const RANDOM_BYTES = 6;

/** Who does something, and from where; what entries begin with. */
export interface Actor {
  /** `ann`, `key:nightly`, `root at the command line`, `nobody`. */
  who: string;
  /** An address, or `command line`. */
  from: string;
}

export interface LogQuery {
  /** Most entries, the newest first. */
  limit: number;
  /** Entries before the one of this id. */
  before?: string;
  who?: string;
  what?: string;
}

export interface LoggedEntry extends LogEntry {
  id: string;
}

export interface AccessLog {
  /** The change that adds an entry, to be committed with what it tells of. */
  entry(actor: Actor, what: string, target: string, detail?: string): Change;
  /** Adds an entry of something that was committed elsewhere. */
  add(actor: Actor, what: string, target: string, detail?: string): Promise<void>;
  read(query: LogQuery): Promise<{ entries: LoggedEntry[]; next: string | undefined }>;
  /** Applies the rule; gives how many entries left. */
  sweep(): Promise<number>;
  /** Applies it where many entries came since. */
  sweepWhenDue(): Promise<void>;
}

export function accessLog(store: Store, now: () => number, randomBytes: RandomBytes): AccessLog {
  let sinceSweep = 0;
  const log: AccessLog = {
    entry(actor, what, target, detail) {
      const nowMs = now();
      const unique = Buffer.from(randomBytes(RANDOM_BYTES)).toString("hex");
      const id = `${String(nowMs).padStart(TIME_DIGITS, "0")}-${unique}`;
      const at = new Date(nowMs).toISOString();
      const body: LogEntry = {
        at,
        who: cut(actor.who),
        what: cut(what),
        target: cut(target),
        from: cut(actor.from),
      };
      if (detail !== undefined) body.detail = cut(detail);
      sinceSweep++;
      return { collection: COLLECTIONS.log, id, expected: 0, body: jsonOf(body) };
    },
    async add(...parts) {
      await store.commit([log.entry(...parts)]);
      await log.sweepWhenDue();
    },
    async read({ limit, before, who, what }) {
      const documents = await store.list(COLLECTIONS.log);
      const found: LoggedEntry[] = [];
      for (let index = documents.length - 1; index >= 0; index--) {
        const document = documents[index];
        if (before !== undefined && document.id >= before) continue;
        const entry = bodyOf("log", document);
        if ((who !== undefined && entry.who !== who) || (what !== undefined && entry.what !== what)) continue;
        if (found.length === limit) return { entries: found, next: found[limit - 1].id };
        found.push({ id: document.id, ...entry });
      }
      return { entries: found, next: undefined };
    },
    async sweep() {
      sinceSweep = 0;
      const ids = (await store.list(COLLECTIONS.log)).map(({ id }) => id);
      const oldest = String(Math.max(0, now() - LOG_BOUNDS.days * DAY_MS)).padStart(TIME_DIGITS, "0");
      const surplus = ids.length - LOG_BOUNDS.entries;
      const leaving = ids.filter((id, index) => index < surplus || id < oldest);
      for (let start = 0; start < leaving.length; start += SWEEP_AT_ONCE)
        await store.commit(
          leaving
            .slice(start, start + SWEEP_AT_ONCE)
            .map((id) => ({ collection: COLLECTIONS.log, id, removed: true as const })),
        );
      return leaving.length;
    },
    async sweepWhenDue() {
      if (sinceSweep >= SWEEP_EVERY) await log.sweep();
    },
  };
  return log;
}

/** Without control characters and halves of pairs, and of a bounded length. */
function cut(text: string): string {
  const plain = text.slice(0, FIELD_MAX * 4).replace(/[\p{Cc}\p{Surrogate}]/gu, " ");
  const characters = [...plain];
  return characters.length <= FIELD_MAX ? plain : `${characters.slice(0, FIELD_MAX - 1).join("")}…`;
}
