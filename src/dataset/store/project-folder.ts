// Where a project lies: the nearest folder upwards with orbweaver.yaml. Reads nothing, so that it costs nothing to ask.

import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export const PROJECT_FILE = "orbweaver.yaml";

/** The folder, absolute; undefined where there is none. */
export function projectFolder(start: string, upwards = true): string | undefined {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (statSync(join(folder, PROJECT_FILE), { throwIfNoEntry: false })?.isFile()) return folder;
    if (!upwards || dirname(folder) === folder) return undefined;
  }
}
