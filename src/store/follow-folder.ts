// Says when a folder may have changed: at once where the system tells, and every half second in any case.

import { type FSWatcher, watch } from "node:fs";
import { turns } from "./turns.ts";

/** Gives a first turn at once, and then one for whatever may have happened, until stopped. */
export async function* followFolder(folder: string, signal: AbortSignal): AsyncGenerator<undefined> {
  let watcher: FSWatcher | undefined;
  try {
    yield* turns(signal, (due) => {
      watcher ??= watcherOf(folder, due);
    });
  } finally {
    watcher?.close();
  }
}

/** Undefined where the folder is not there yet, or the system cannot tell. */
function watcherOf(folder: string, due: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => {
      if (name === null || name.startsWith("journal")) due();
    });
    watcher.on("error", () => undefined);
    return watcher;
  } catch {
    return undefined;
  }
}
