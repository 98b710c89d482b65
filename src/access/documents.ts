// The documents of access as they lie in a store: forms, collections and bounds. Knows no rules about who may do what.
//
// No document holds a password, a token or a key: only scrypt hashes of the first and SHA-256 of the others. The one secret
// in clear text is the key that access tokens are signed with, which every server of the store needs.

import { z } from "zod";
import { OrbweaverError } from "../base/errors.ts";
import type { Json, StoredDocument } from "../store/contract.ts";
import { PERMISSIONS, ROLE_NAMES } from "./roles.ts";

const moment = z.iso.datetime();
const digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

const userForm = z.strictObject({
  name: z.string(),
  role: z.enum(ROLE_NAMES),
  /** By scrypt. */
  password: z.string(),
  /** Grows with password and role: what was issued for an earlier one counts no more. */
  version: z.int().min(1),
  created: moment,
  changed: moment,
});

const sessionForm = z.strictObject({
  user: z.string(),
  /** Of the user, when it began. */
  version: z.int().min(1),
  /** Of the one refresh token that counts. */
  digest,
  /** Of those that it replaced, the newest last. */
  used: z.array(digest),
  created: moment,
  refreshed: moment,
  /** Whatever is refreshed. */
  expires: moment,
});

const keyForm = z.strictObject({
  name: z.string(),
  scopes: z.array(z.enum(PERMISSIONS)).min(1),
  /** Without one it belongs to the machine. */
  owner: z.string().optional(),
  digest,
  created: moment,
  createdBy: z.string(),
  expires: moment.optional(),
  /** At the grain of USED_GRAIN_MS. */
  used: moment.optional(),
  revoked: moment.optional(),
});

const entryForm = z.strictObject({
  at: moment,
  who: z.string(),
  what: z.string(),
  target: z.string(),
  from: z.string(),
  detail: z.string().optional(),
});

const stateForm = z.strictObject({
  /** Changes of users and keys so far: what serialises them. */
  changes: z.int().min(0),
  /** Of access tokens, in base64url. */
  signingKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});

export type UserBody = z.infer<typeof userForm>;
export type SessionBody = z.infer<typeof sessionForm>;
export type KeyBody = z.infer<typeof keyForm>;
/** Who did what to what, when, and from where. */
export type LogEntry = z.infer<typeof entryForm>;
export type StateBody = z.infer<typeof stateForm>;

export interface Bodies {
  users: UserBody;
  sessions: SessionBody;
  keys: KeyBody;
  state: StateBody;
}
export type Kind = keyof Bodies;

export const COLLECTIONS: Readonly<Record<Kind | "log", string>> = {
  users: "access-users",
  sessions: "access-sessions",
  keys: "access-keys",
  state: "access-state",
  log: "access-log",
};

const FORMS: { [K in Kind | "log"]: z.ZodType<K extends Kind ? Bodies[K] : LogEntry> } = {
  users: userForm,
  sessions: sessionForm,
  keys: keyForm,
  state: stateForm,
  log: entryForm,
};

/** The only document of `state`. */
export const STATE_ID = "access";

/** What there may be of each; more is refused with `access-full`, and of sessions the oldest is ended. */
export const BOUNDS = { users: 1_000, keys: 1_000, sessionsOfUser: 20, usedTokens: 100 } as const;

/** The body of a document. Throws `store-damaged`, naming the place and nothing of its content. */
export function bodyOf<K extends Kind | "log">(
  kind: K,
  document: StoredDocument,
): K extends Kind ? Bodies[K] : LogEntry {
  const parsed = FORMS[kind].safeParse(document.body);
  if (parsed.success) return parsed.data as K extends Kind ? Bodies[K] : LogEntry;
  const [{ path }] = parsed.error.issues;
  const where = [COLLECTIONS[kind], document.id, ...path.map(String)].join("/");
  throw new OrbweaverError("store-damaged", `${where} is not as Orbweaver writes it`);
}

/** A body as the store takes it: without what is undefined. */
export function jsonOf(body: Bodies[Kind] | LogEntry): Json {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Json;
}
