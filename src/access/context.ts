// What the parts of access work with: documents, the log, hashes, a clock and chance, all passed in. Does nothing itself.

import type { Directory, Entry, Plan, Snapshot } from "./directory.ts";
import type { UserBody } from "./documents.ts";
import type { AccessLog } from "./log.ts";
import type { PasswordHasher } from "./passwords.ts";
import type { RandomBytes } from "./secrets.ts";

export interface Context {
  directory: Directory;
  log: AccessLog;
  hasher: PasswordHasher;
  /** Milliseconds since 1970. */
  now: () => number;
  randomBytes: RandomBytes;
}

export function momentOf(nowMs: number): string {
  return new Date(nowMs).toISOString();
}

/** Commits a change, and applies the rule of the log where it is due. */
export async function committed(
  { directory, log }: Context,
  plan: (snapshot: Snapshot) => Plan | undefined,
): Promise<void> {
  await directory.change(plan);
  await log.sweepWhenDue();
}

/** The user of a name, where that is one. */
export function userOf(snapshot: Snapshot, name: string): Entry<UserBody> | undefined {
  return snapshot.users.get(name);
}
