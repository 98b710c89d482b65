// Where tests find the shared captures and tables, which are not part of the repository.
//
// They lie in the folder that ORBWEAVER_DATA names, or in `../shared/data` beside the repository. A test that needs
// them is declared with `dataTest`: it is skipped, and says why, where they are absent, and fails when CI=true.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DATA = process.env["ORBWEAVER_DATA"] || join(ROOT, "..", "shared", "data");
const ABSENT = `shared data not found at ${DATA}; set ORBWEAVER_DATA to its folder`;

export function hasSharedData(): boolean {
  return existsSync(join(DATA, "README.md"));
}

/** Path of a shared file, such as `sharedData("pcap/ndpi/ssh.pcap")`. */
export function sharedData(relative = ""): string {
  return join(DATA, relative);
}

/** Every file below a shared folder, as paths relative to the shared data, sorted. Empty where there is none. */
export function sharedFiles(folder: string): string[] {
  const top = sharedData(folder);
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(DATA.length)
        .replace(/^[/\\]/, ""),
    )
    .sort();
}

/** Declares a test that needs shared data. */
export function dataTest(name: string, run: () => void | Promise<void>, timeoutMs?: number): void {
  if (hasSharedData()) test(name, run, timeoutMs);
  else if (process.env["CI"] === "true") {
    test(name, () => {
      throw new Error(ABSENT);
    });
  } else test.skip(`${name} (skipped: ${ABSENT})`, () => {});
}
