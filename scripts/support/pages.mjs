// Builds the console: `web` becomes a few files in `dist/web` (see web/vite.config.ts).

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { filesBelow } from "./files-below.mjs";

export const PAGES = "dist/web";
const SOURCES = "web";
const CONFIG = "web/vite.config.ts";

/** What the console is built from, as paths relative to the root with forward slashes, sorted; none where there is no console. */
export function pageFiles(root) {
  if (!existsSync(join(root, CONFIG))) return [];
  return filesBelow(root, SOURCES).filter((path) => !path.includes(".test."));
}

/** Version of the builder that is installed; part of what decides the build. */
export function pagesVersion(root) {
  return createRequire(join(root, "package.json"))("vite/package.json").version;
}

/** Builds the console and gives the paths of its files. Throws what the builder found. */
export async function buildPages(root) {
  const manifest = createRequire(join(root, "package.json")).resolve("vite/package.json");
  const { build } = await import(pathToFileURL(join(manifest, "../dist/node/index.js")).href);
  // Also where a test builds: people get what is meant for people.
  const { NODE_ENV: before } = process.env;
  process.env.NODE_ENV = "production";
  try {
    await build({ configFile: join(root, CONFIG), logLevel: "error" });
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
  return filesBelow(root, PAGES);
}
