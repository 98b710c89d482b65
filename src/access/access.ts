// Access as a whole: opens the documents of a store, and recognises whoever presents something. Writes nothing before
// something is changed. Knows no requests.

import { randomBytes as systemRandomBytes } from "node:crypto";
import { OrbweaverError } from "../base/errors.ts";
import type { Store } from "../store/contract.ts";
import type { Context } from "./context.ts";
import { openDirectory } from "./directory.ts";
import type { Identity } from "./identity.ts";
import { type Keys, keys } from "./keys.ts";
import { type AccessLog, accessLog } from "./log.ts";
import { type PasswordHasher, passwordHasher, type ScryptCosts } from "./passwords.ts";
import { type RandomBytes, SECRET_KINDS } from "./secrets.ts";
import { type Sessions, sessions } from "./sessions.ts";
import { type Users, users } from "./users.ts";

export interface Access {
  users: Users;
  keys: Keys;
  sessions: Sessions;
  log: AccessLog;
  hasher: PasswordHasher;
  /** Whether there is a user, or an API key that counts: whether anybody could be let in. */
  readonly isSetUp: boolean;
  /** Who presents an access token or an API key. Throws `access-refused`. */
  recognise(credential: string): Identity;
  /** Called behind every change of users, sessions and keys, by whichever process. */
  onChange(listener: () => void): void;
  /** Stops following; the store stays open. */
  close(): Promise<void>;
}

export interface AccessOptions {
  store: Store;
  /** Milliseconds since 1970; the system's clock unless given. */
  now?: () => number;
  randomBytes?: RandomBytes;
  costs?: ScryptCosts;
  /** Whether changes of other processes are followed: for servers. */
  follow?: boolean;
}

/** Throws errors of the store. */
export async function openAccess(options: AccessOptions): Promise<Access> {
  const { store, now = Date.now, randomBytes = systemRandomBytes, costs, follow = false } = options;
  const directory = await openDirectory(store, follow);
  const log = accessLog(store, now, randomBytes);
  const hasher = passwordHasher(randomBytes, costs);
  const context: Context = { directory, log, hasher, now, randomBytes };
  if (follow) await log.sweep();
  const people = users(context);
  const parts = { users: people, keys: keys(context), sessions: sessions(context, people.setPassword) };
  return {
    ...parts,
    log,
    hasher,
    get isSetUp() {
      return directory.snapshot.users.size > 0 || parts.keys.list().some(({ state }) => state === "usable");
    },
    recognise(credential) {
      if (credential.startsWith(`${SECRET_KINDS.key}_`)) return parts.keys.recognise(credential);
      if (credential.startsWith(`${SECRET_KINDS.refresh}_`))
        throw new OrbweaverError("access-refused", "a refresh token was given, expected an access token");
      return parts.sessions.recognise(credential);
    },
    onChange: directory.onChange,
    close: directory.close,
  };
}
