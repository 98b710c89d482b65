// The digest that a generated kernel file holds: of the sources that it names, in their order.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const ROOT = new URL("../../", import.meta.url);

/** SHA-256 of the files' contents, one behind the other; paths are from the repository's root. */
export function digestOfSources(paths: readonly string[]): string {
  const digest = createHash("sha256");
  for (const path of paths) digest.update(readFileSync(new URL(path, ROOT)));
  return digest.digest("hex");
}
