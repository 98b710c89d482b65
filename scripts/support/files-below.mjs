// Lists files for scripts.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Every file below a folder, as paths relative to the root with forward slashes, sorted. */
export function filesBelow(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name).slice(root.length).replaceAll("\\", "/").replace(/^\//, ""),
    )
    .sort();
}
