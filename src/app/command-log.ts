// The audit log of what is changed at the command line: the same log that a server writes, in the same store.

import { randomBytes } from "node:crypto";
import { accessLog } from "../access/log.ts";
import type { Store } from "../store/contract.ts";
import { commandActor } from "./access.ts";
import { openPlace, type PlaceOptions } from "./place.ts";

export interface CommandChange {
  /** The command: "models promote". */
  what: string;
  /** To what: "office@champion". */
  target: string;
  detail?: string;
}

/** Adds an entry for each change. Gives a warning where that failed: the changes were made by then. */
export async function logChanges(
  store: Store,
  changes: readonly CommandChange[],
): Promise<string | undefined> {
  const log = accessLog(store, Date.now, randomBytes);
  const actor = commandActor();
  try {
    for (const { what, target, detail } of changes) await log.add(actor, what, target, detail);
    return undefined;
  } catch (failure) {
    const found = failure instanceof Error ? failure.message : String(failure);
    return `the change is made and not in the audit log: ${found}`;
  }
}

/** The same in the store of a place. */
export async function logChangesIn(
  options: PlaceOptions,
  changes: readonly CommandChange[],
): Promise<string | undefined> {
  const { store } = await openPlace(options);
  try {
    return await logChanges(store, changes);
  } finally {
    await store.close();
  }
}
