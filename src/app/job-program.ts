// How processes of jobs are started: by the program itself, as `orbweaver jobs work`, from the built files or from the sources.

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { JobProgram } from "../job/process.ts";

const PACKAGE = new URL("../..", import.meta.url);
const PROGRAM = new URL("../../bin/orbweaver", import.meta.url);
/** Runs sources as they are; there only where there are sources. */
const LOADER = new URL("../../node_modules/tsx/dist/loader.mjs", import.meta.url);
const SOURCES = /\/src\/app\/[^/]+\.ts$/;

export function jobProgram(): JobProgram {
  const start = SOURCES.test(import.meta.url) ? fromSources() : [fileURLToPath(PROGRAM)];
  return {
    file: process.execPath,
    args: (memoryMegabytes) => [
      // Less than the whole, since tables lie outside of the heap.
      `--max-old-space-size=${Math.max(256, Math.floor(memoryMegabytes * 0.75))}`,
      "--enable-source-maps",
      ...start,
      "jobs",
      "work",
    ],
  };
}

function fromSources(): string[] {
  const main = pathToFileURL(join(fileURLToPath(PACKAGE), "src", "cli", "main.ts")).href;
  const code = `import(${JSON.stringify(main)}).then(async ({ main }) => { process.exitCode = await main(process.argv.slice(1)); });`;
  return ["--import", LOADER.href, "--input-type=module", "-e", code, "--"];
}
