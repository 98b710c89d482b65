// Who asks: a user with a session, an API key, or anybody where nothing is asked for.

import { PERMISSIONS, type Permission } from "./roles.ts";

export type Identity = { permissions: ReadonlySet<Permission> } & (
  | { kind: "user"; name: string; session: string }
  | { kind: "key"; name: string; id: string; owner: string | undefined }
  | { kind: "anybody"; name: "anybody" }
);

/** Whoever reaches a server that asks for nothing. */
export const ANYBODY: Identity = { kind: "anybody", name: "anybody", permissions: new Set(PERMISSIONS) };

/** As the log names somebody. */
export function whoOf(identity: Identity): string {
  if (identity.kind !== "key") return identity.name;
  return identity.owner === undefined ? `key:${identity.name}` : `${identity.owner} by key:${identity.name}`;
}
