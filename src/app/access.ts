// Use cases of access: users, API keys, logins, and who may do what, in the store of a place. Each takes an open access, so
// that a server keeps one; `inAccess` opens that of a place for one piece of work.

import { randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import { type Access, openAccess } from "../access/access.ts";
import type { Actor } from "../access/log.ts";
import type { ScryptCosts as PasswordCosts } from "../access/passwords.ts";
import type { RandomBytes } from "../access/secrets.ts";
import type { User } from "../access/users.ts";
import type { Store } from "../store/contract.ts";
import { openPlace, type PlaceOptions } from "./place.ts";

export type { Access, AccessOptions } from "../access/access.ts";
export type { LogEntry } from "../access/documents.ts";
export { ANYBODY, type Identity, whoOf } from "../access/identity.ts";
export { type ApiKey, KEY_DAYS_MAX, type NewKey } from "../access/keys.ts";
export { type Actor, LOG_BOUNDS, type LoggedEntry } from "../access/log.ts";
export { NAME_LENGTH, NAME_PATTERN, NAME_RULE, PASSWORD_LENGTH } from "../access/names.ts";
export type { ScryptCosts as PasswordCosts } from "../access/passwords.ts";
export {
  PERMISSION_MEANINGS,
  PERMISSIONS,
  type Permission,
  ROLE_NAMES,
  ROLES,
  type Role,
} from "../access/roles.ts";
export type { Tokens } from "../access/sessions.ts";
export { perMinute, type Throttle, throttle } from "../access/throttle.ts";
export type { User } from "../access/users.ts";

/** Opens the access of a server: it follows what other processes change. The store stays the caller's. */
export function openServerAccess(store: Store, costs?: PasswordCosts): Promise<Access> {
  return openAccess({ store, follow: true, costs });
}

/** Does work with the access of a place, and closes it. */
export async function inAccess<Result>(
  options: PlaceOptions,
  work: (access: Access) => Promise<Result>,
): Promise<Result> {
  const { store } = await openPlace(options);
  try {
    const access = await openAccess({ store });
    return await work(access).finally(() => access.close());
  } finally {
    await store.close();
  }
}

/** Adds an administrator with a new password where there is no user yet. */
export async function addFirstUser(
  access: Access,
  actor: Actor,
  name: string,
): Promise<{ name: string; password: string } | undefined> {
  if (access.users.list().length > 0) return undefined;
  const password = newPassword();
  await access.users.add(actor, { name, role: "admin", password });
  return { name, password };
}

/** Who works at the command line: whoever may write the store's files. */
export function commandActor(): Actor {
  return { who: `${systemUser()} at the command line`, from: "command line" };
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have a number and no name.
    return `user ${process.getuid?.() ?? "without a name"}`;
  }
}

/** Adds a user; without a password with a new one, which is given this once. */
export async function addUser(
  access: Access,
  actor: Actor,
  { password, ...user }: { name: string; role: User["role"]; password?: string },
): Promise<{ user: User; generated: string | undefined }> {
  const generated = password === undefined ? newPassword() : undefined;
  const added = await access.users.add(actor, { ...user, password: password ?? (generated as string) });
  return { user: added, generated };
}

/** Gives a user a password; without one a new one, which is given this once. */
export async function changePassword(
  access: Access,
  actor: Actor,
  name: string,
  password: string | undefined,
): Promise<{ user: User; generated: string | undefined }> {
  const generated = password === undefined ? newPassword() : undefined;
  const user = await access.users.setPassword(actor, name, password ?? (generated as string));
  return { user, generated };
}

/** Letters and digits that are not taken for one another: 2^5, so that 5 bits choose one without favour. */
const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
const GROUPS = 5;
const GROUP_LETTERS = 5;

/** A password of 25 letters, 125 bits: xxxxx-xxxxx-xxxxx-xxxxx-xxxxx. */
export function newPassword(random: RandomBytes = randomBytes): string {
  const letters = Array.from(random(GROUPS * GROUP_LETTERS), (byte) => LETTERS[byte % LETTERS.length]);
  return Array.from({ length: GROUPS }, (_, index) =>
    letters.slice(index * GROUP_LETTERS, (index + 1) * GROUP_LETTERS).join(""),
  ).join("-");
}
