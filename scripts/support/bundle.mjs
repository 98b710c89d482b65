// Bundles the command line: `src/cli/main.ts` and what it loads become a few files in `dist/program`, split where a
// command loads its work. A hundred modules of their own take longer to find and link than a small capture to meter.
//
// What it guarantees: every file lies directly in `dist/program`, two folders below the package, as every module of
// `src/ROOM` and `dist/ROOM` does, so `new URL("../../assets/…", import.meta.url)` means the same in all three. Packages
// stay what they are, modules in node_modules. Source maps lead stack traces back to `src` (see bin/orbweaver).

import { readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export const PROGRAM = "dist/program";
const ENTRY = "src/cli/main.ts";

/** Whether a file of the sources is where the bundle begins. */
export function isProgram(path) {
  return path === ENTRY;
}

/** Version of the bundler that is installed; part of what decides the build. */
export function bundlerVersion(root) {
  return createRequire(join(root, "package.json"))("esbuild/package.json").version;
}

/** Writes the bundle, removes what an earlier one left, and gives the paths of its files. Throws what esbuild found. */
export async function bundleProgram(root) {
  const { build } = createRequire(join(root, "package.json"))("esbuild");
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { main: ENTRY },
    outdir: PROGRAM,
    // Names of one folder: see above.
    entryNames: "[name]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20.19",
    sourcemap: "linked",
    sourcesContent: false,
    metafile: true,
    logLevel: "silent",
  });
  const written = Object.keys(metafile.outputs).sort();
  for (const name of readdirSync(join(root, PROGRAM))) {
    if (!written.includes(`${PROGRAM}/${name}`)) rmSync(join(root, PROGRAM, name));
  }
  return written;
}
