// Bundles the command line: `src/cli/main.ts` and what it loads become a few files in `dist/program`, split where a
// command loads its work. A hundred modules of their own take longer to find and link than a small capture to meter.
//
// What it guarantees: every file lies directly in `dist/program`, two folders below the package, as every module of
// `src/ROOM` and `dist/ROOM` does, so `new URL("../../assets/…", import.meta.url)` means the same in all three. Packages
// of JavaScript go into the bundle, with their licences beside it; native ones stay in node_modules, and so do those of the server
// and runtimes of ONNX, which users may have installed. Source maps lead stack traces back to `src` (see bin/orbweaver).

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export const PROGRAM = "dist/program";
const ENTRY = "src/cli/main.ts";
const NATIVE = ["@duckdb/*", "onnxruntime-node", "onnxruntime-web"];
/** Those of the server and the database: some look for files beside themselves, and only commands that serve wait for them. */
const SERVER = ["fastify", "@fastify/*", "fastify-type-provider-zod", "pino", "prom-client", "pg"];
const LICENCES = `${PROGRAM}/LICENSES.txt`;

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
    // What kind of module it is need not be looked up in package.json, file by file.
    outExtension: { ".js": ".mjs" },
    // Packages of CommonJS ask for Node's own modules by `require`, which modules do not have. Under a name of its own: our
    // sources may import the same function.
    banner: {
      js: 'import { createRequire as requireFor } from "node:module"; const require = requireFor(import.meta.url);',
    },
    bundle: true,
    splitting: true,
    external: [...NATIVE, ...SERVER],
    format: "esm",
    platform: "node",
    target: "node20.19",
    sourcemap: "linked",
    sourcesContent: false,
    metafile: true,
    logLevel: "silent",
  });
  writeFileSync(join(root, LICENCES), licencesText(root, Object.keys(metafile.inputs)));
  const written = [...Object.keys(metafile.outputs), LICENCES].sort();
  for (const name of readdirSync(join(root, PROGRAM))) {
    if (!written.includes(`${PROGRAM}/${name}`)) rmSync(join(root, PROGRAM, name));
  }
  return written;
}

/** The licences of the packages that are in the bundle. */
function licencesText(root, inputs) {
  const folders = inputs.flatMap(
    (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path) ?? [],
  );
  return [...new Set(folders)]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
      const file = readdirSync(join(root, folder)).find((found) => /^licen[cs]e/i.test(found));
      if (file === undefined)
        throw new Error(`the package ${name} is bundled and has no file with its licence`);
      return `${name} ${version} (${license})\n\n${readFileSync(join(root, folder, file), "utf8").trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
