// API keys: made, listed, revoked, and recognised. A key is shown once, when it is made; what is kept is its SHA-256.
//
// What it guarantees: a key may do what its scopes say, never more than the role of its owner, and nothing once it is revoked or
// has expired, or its owner is gone. When it was last used is known to the hour, at one commit an hour for each key.

import { OrbweaverError } from "../base/errors.ts";
import { type Context, committed, momentOf, userOf } from "./context.ts";
import { checkRoom, type Entry, type Snapshot, serialised } from "./directory.ts";
import type { KeyBody } from "./documents.ts";
import type { Identity } from "./identity.ts";
import type { Actor } from "./log.ts";
import { checkName } from "./names.ts";
import { keyPermissions, type Permission } from "./roles.ts";
import { newSecret, parseSecret, sameText } from "./secrets.ts";

/** What may be told of a key. */
export interface ApiKey {
  id: string;
  name: string;
  scopes: readonly Permission[];
  owner: string | undefined;
  created: string;
  createdBy: string;
  expires: string | undefined;
  /** Last use, to the hour. */
  used: string | undefined;
  revoked: string | undefined;
  state: "usable" | "expired" | "revoked";
}

export interface NewKey {
  name: string;
  scopes: readonly Permission[];
  /** User whose key it is; without one it is the machine's. */
  owner?: string;
  /** Days that it counts; for ever without. */
  days?: number;
}

export interface Keys {
  list(): ApiKey[];
  /** The key, and its text, which cannot be had again. Throws `access-key-invalid`, `user-unknown`, `access-full`. */
  create(actor: Actor, key: NewKey): Promise<{ key: ApiKey; secret: string }>;
  /** Revokes by id. Throws `access-key-unknown`. */
  revoke(actor: Actor, id: string): Promise<ApiKey>;
  /** Who presents a key. Throws `access-refused`. */
  recognise(text: string): Identity;
}

export const KEY_DAYS_MAX = 3_650;
/** Grain of the moment of last use. */
export const USED_GRAIN_MS = 3_600_000;
/** Revoked and expired keys are forgotten behind so many days; the log still tells of them. */
const FORGOTTEN_DAYS = 90;
const DAY_MS = 86_400_000;

export function keys(context: Context): Keys {
  const { directory, log, now, randomBytes } = context;
  const { snapshot } = directory;
  return {
    list: () =>
      [...snapshot.keys.values()]
        .sort((left, right) => Date.parse(left.body.created) - Date.parse(right.body.created))
        .map((entry) => told(entry, now())),
    async create(actor, key) {
      checkKey(snapshot, key);
      const secret = newSecret("key", randomBytes);
      const body = keyBody(key, secret.digest, actor.who, now());
      await committed(context, (held) => {
        checkKey(held, key);
        const forgotten = forgettable(held, now());
        if (forgotten.length === 0) checkRoom(held, "keys", "API keys");
        return {
          steps: [
            { kind: "keys", id: secret.id, body },
            ...forgotten.map((id) => ({ kind: "keys", id, body: undefined }) as const),
            serialised(held, context.randomBytes),
          ],
          beside: [log.entry(actor, "key.create", `${key.name} (${secret.id})`, detailOf(body))],
        };
      });
      return { key: told(known(snapshot, secret.id), now()), secret: secret.text };
    },
    async revoke(actor, id) {
      await committed(context, (held) => {
        const { body } = known(held, id);
        if (body.revoked !== undefined) return undefined;
        const revoked = momentOf(now());
        return {
          steps: [{ kind: "keys", id, body: { ...body, revoked } }, serialised(held, context.randomBytes)],
          beside: [log.entry(actor, "key.revoke", `${body.name} (${id})`)],
        };
      });
      return told(known(snapshot, id), now());
    },
    recognise(text) {
      const secret = parseSecret("key", text);
      const entry = secret === undefined ? undefined : snapshot.keys.get(secret.id);
      // Said alike for what is no key, no key of ours, and another secret of a key of ours.
      if (secret === undefined || entry === undefined || !sameText(entry.body.digest, secret.digest))
        throw refused("is not known here");
      const identity = identityOf(snapshot, entry, now());
      noteUse(context, entry);
      return identity;
    },
  };
}

function identityOf(snapshot: Snapshot, { id, body }: Entry<KeyBody>, nowMs: number): Identity {
  const state = stateOf(body, nowMs);
  if (state !== "usable") throw refused(state === "revoked" ? "was revoked" : "has expired");
  const owner = body.owner === undefined ? undefined : userOf(snapshot, body.owner);
  if (body.owner !== undefined && owner === undefined) throw refused("belongs to a user who is gone");
  const permissions = new Set(keyPermissions(body.scopes, owner?.body.role));
  return { kind: "key", name: body.name, id, owner: body.owner, permissions };
}

/** Commits that a key was used, once an hour and beside the request; a store that cannot take it is no reason to refuse. */
function noteUse(context: Context, { id, body }: Entry<KeyBody>): void {
  const nowMs = context.now();
  const hour = nowMs - (nowMs % USED_GRAIN_MS);
  if (body.used !== undefined && Date.parse(body.used) >= hour) return;
  const used = momentOf(hour);
  // At once here, so that the requests until the commit is through ask for no other.
  (context.directory.snapshot.keys.get(id) as Entry<KeyBody>).body = { ...body, used };
  context.directory
    .change((held) => {
      const entry = held.keys.get(id);
      return entry === undefined
        ? undefined
        : { steps: [{ kind: "keys", id, body: { ...entry.body, used } }] };
    })
    .catch(() => undefined);
}

function checkKey(snapshot: Snapshot, { name, scopes, owner, days }: NewKey): void {
  const code = "access-key-invalid";
  checkName(name, "an API key", code);
  if (scopes.length === 0) throw new OrbweaverError(code, "an API key needs at least one scope");
  if (days !== undefined && !(Number.isInteger(days) && days >= 1 && days <= KEY_DAYS_MAX))
    throw new OrbweaverError(code, `an API key counts ${days} days, expected 1 to ${KEY_DAYS_MAX}`);
  if (owner === undefined) return;
  const user = userOf(snapshot, owner);
  if (user === undefined)
    throw new OrbweaverError("user-unknown", `there is no user '${owner.slice(0, 64)}'`);
  const allowed = keyPermissions(scopes, user.body.role);
  const refusedScopes = scopes.filter((scope) => !allowed.includes(scope));
  if (refusedScopes.length > 0)
    throw new OrbweaverError(
      code,
      `the role ${user.body.role} of '${owner}' does not have ${refusedScopes.join(", ")}`,
    );
}

function keyBody(
  { name, scopes, owner, days }: NewKey,
  digest: string,
  createdBy: string,
  nowMs: number,
): KeyBody {
  return {
    name,
    scopes: [...new Set(scopes)],
    owner,
    digest,
    created: momentOf(nowMs),
    createdBy,
    expires: days === undefined ? undefined : momentOf(nowMs + days * DAY_MS),
  };
}

function detailOf({ scopes, owner, expires }: KeyBody): string {
  return `scopes ${scopes.join(",")}; ${owner === undefined ? "of the machine" : `of ${owner}`}; ${expires === undefined ? "for ever" : `until ${expires}`}`;
}

function forgettable(snapshot: Snapshot, nowMs: number): string[] {
  return [...snapshot.keys.values()]
    .filter(({ body: { revoked, expires } }) => {
      const ended = Math.min(
        ...[revoked, expires].flatMap((at) => (at === undefined ? [] : [Date.parse(at)])),
      );
      return nowMs - ended > FORGOTTEN_DAYS * DAY_MS;
    })
    .map(({ id }) => id);
}

function known(snapshot: Snapshot, id: string): Entry<KeyBody> {
  const key = snapshot.keys.get(id);
  if (key === undefined)
    throw new OrbweaverError("access-key-unknown", `there is no API key '${id.slice(0, 64)}'`);
  return key;
}

function stateOf({ revoked, expires }: KeyBody, nowMs: number): ApiKey["state"] {
  if (revoked !== undefined) return "revoked";
  return expires !== undefined && Date.parse(expires) <= nowMs ? "expired" : "usable";
}

function told({ id, body }: Entry<KeyBody>, nowMs: number): ApiKey {
  const { name, scopes, owner, created, createdBy, expires, used, revoked } = body;
  return {
    id,
    name,
    scopes,
    owner,
    created,
    createdBy,
    expires,
    used,
    revoked,
    state: stateOf(body, nowMs),
  };
}

function refused(found: string): OrbweaverError {
  return new OrbweaverError("access-refused", `the API key ${found}`);
}
