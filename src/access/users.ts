// Users: added, listed, given roles and passwords, removed. Each change is committed with its entry of the log.
//
// What it guarantees: as long as there are users, one of them is an admin; whatever was issued to a user - sessions, access
// tokens, API keys - ends with the user, and sessions and access tokens end with a change of password or role.

import { OrbweaverError } from "../base/errors.ts";
import { type Context, committed, momentOf, userOf } from "./context.ts";
import { checkRoom, type Entry, type Plan, type Snapshot, type Step, serialised } from "./directory.ts";
import type { UserBody } from "./documents.ts";
import type { Actor } from "./log.ts";
import { checkName, checkPassword } from "./names.ts";
import { type Permission, ROLES, type Role } from "./roles.ts";

/** What may be told of a user. */
export interface User {
  name: string;
  role: Role;
  permissions: readonly Permission[];
  created: string;
  changed: string;
}

export interface Users {
  list(): User[];
  /** Throws `user-unknown`. */
  get(name: string): User;
  /** Throws `user-invalid`, `user-exists`, `access-full`, `user-needed` for a first user who is no admin. */
  add(actor: Actor, user: { name: string; role: Role; password: string }): Promise<User>;
  /** Throws `user-unknown`, `user-needed` for the last admin. */
  setRole(actor: Actor, name: string, role: Role): Promise<User>;
  /** Throws `user-unknown`, `user-invalid`. */
  setPassword(actor: Actor, name: string, password: string): Promise<User>;
  /** Throws `user-unknown`, `user-needed` for the last admin among others. */
  remove(actor: Actor, name: string): Promise<void>;
}

export function users(context: Context): Users {
  const { directory, log, hasher, now } = context;
  const { snapshot } = directory;
  const get = (name: string): User => told(known(snapshot, name).body);
  return {
    list: () => [...snapshot.users.values()].map(({ body }) => told(body)).sort(byName),
    get,
    async add(actor, { name, role, password }) {
      checkName(name, "a user", "user-invalid");
      checkPassword(password, name);
      checkNew(snapshot, name);
      checkFirst(snapshot, role);
      const at = momentOf(now());
      const body = {
        name,
        role,
        password: await hasher.hash(password),
        version: 1,
        created: at,
        changed: at,
      };
      await committed(context, (held) => {
        checkNew(held, name);
        checkFirst(held, role);
        checkRoom(held, "users", "users");
        return {
          steps: [{ kind: "users", id: name, body }, serialised(held, context.randomBytes)],
          beside: [log.entry(actor, "user.add", name, `role ${role}`)],
        };
      });
      return get(name);
    },
    async setRole(actor, name, role) {
      await committed(context, (held) => {
        const { body } = known(held, name);
        if (body.role === role) return undefined;
        if (role !== "admin") checkNotLast(held, name, "keep the role admin");
        const entry = log.entry(actor, "user.role", name, `from ${body.role} to ${role}`);
        return {
          steps: [...changed(context, held, name, { role }), serialised(held, context.randomBytes)],
          beside: [entry],
        };
      });
      return get(name);
    },
    async setPassword(actor, name, password) {
      known(snapshot, name);
      checkPassword(password, name);
      const hash = await hasher.hash(password);
      await committed(context, (held) => ({
        steps: [...changed(context, held, name, { password: hash }), serialised(held, context.randomBytes)],
        beside: [log.entry(actor, "user.password", name)],
      }));
      return get(name);
    },
    remove: (actor, name) => committed(context, (held) => removal(context, held, actor, name)),
  };
}

/** Steps that give a user something else, and end what was issued for the version before. */
function changed(
  { now }: Context,
  snapshot: Snapshot,
  name: string,
  change: Partial<Pick<UserBody, "role" | "password">>,
): Step[] {
  const { body } = known(snapshot, name);
  const next = { ...body, ...change, version: body.version + 1, changed: momentOf(now()) };
  return [{ kind: "users", id: name, body: next }, ...endedSessions(snapshot, name)];
}

function removal(context: Context, snapshot: Snapshot, actor: Actor, name: string): Plan {
  const { log, now } = context;
  known(snapshot, name);
  if (snapshot.users.size > 1) checkNotLast(snapshot, name, "stay");
  const revoked = momentOf(now());
  const keys = [...snapshot.keys.values()]
    .filter(({ body }) => body.owner === name && body.revoked === undefined)
    .map(({ id, body }): Step => ({ kind: "keys", id, body: { ...body, revoked } }));
  return {
    steps: [
      { kind: "users", id: name, body: undefined },
      ...endedSessions(snapshot, name),
      ...keys,
      serialised(snapshot, context.randomBytes),
    ],
    beside: [log.entry(actor, "user.remove", name, `${keys.length} API keys revoked`)],
  };
}

/** Steps that end the sessions of a user. */
function endedSessions(snapshot: Snapshot, name: string): Step[] {
  return [...snapshot.sessions.values()]
    .filter(({ body }) => body.user === name)
    .map(({ id }) => ({ kind: "sessions", id, body: undefined }));
}

function known(snapshot: Snapshot, name: string): Entry<UserBody> {
  const user = userOf(snapshot, name);
  if (user === undefined) throw new OrbweaverError("user-unknown", `there is no user '${name.slice(0, 64)}'`);
  return user;
}

function checkNew(snapshot: Snapshot, name: string): void {
  if (snapshot.users.has(name))
    throw new OrbweaverError("user-exists", `there is a user '${name}' already, expected a new name`);
}

function checkFirst(snapshot: Snapshot, role: Role): void {
  if (snapshot.users.size > 0 || role === "admin") return;
  throw new OrbweaverError("user-needed", `the first user has the role ${role}, expected admin`, {
    hint: "Add somebody with the role admin first, so that there is somebody who can manage the rest.",
  });
}

function checkNotLast(snapshot: Snapshot, name: string, what: string): void {
  const isOtherAdmin = [...snapshot.users.values()].some(
    ({ id, body }) => id !== name && body.role === "admin",
  );
  if (!isOtherAdmin) throw new OrbweaverError("user-needed", `'${name}' is the last admin and must ${what}`);
}

function told({ name, role, created, changed: at }: UserBody): User {
  return { name, role, permissions: ROLES[role].permissions, created, changed: at };
}

function byName(left: { name: string }, right: { name: string }): number {
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}
