// Compiles the AssemblyScript kernels of the rooms into committed TypeScript files (WebAssembly as base64 text).
//
//   node scripts/build-kernels.mjs           compile and write
//   node scripts/build-kernels.mjs --check   compile and compare; exit status 1 when a file is stale
//   node scripts/build-kernels.mjs TEXT …    only those whose target has one of the texts in its path
//
// The generated file lists its sources, the entry and all that it imports, and holds the SHA-256 of their contents in that
// order, so that a plain test can tell that it is stale.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const COMPILER = join(ROOT, "node_modules/assemblyscript/bin/asc.js");
const SHARED = ["--enable", "threads", "--sharedMemory"];

/** What is compiled: the entry, the target, and options of the compiler beside those below. */
const KERNELS = [
  { source: "src/packet/assembly/index.ts", target: "src/packet/kernels.generated.ts", options: SHARED },
  { source: "src/flow/assembly/traced.ts", target: "src/flow/kernels.generated.ts", options: SHARED },
  {
    source: "src/feature/assembly/flow-engine.ts",
    target: "src/feature/kernels.generated.ts",
    options: SHARED,
  },
  {
    source: "src/feature/assembly/flow-conductor.ts",
    target: "src/feature/conductor.generated.ts",
    options: SHARED,
  },
  {
    source: "src/feature/assembly/flow-shard.ts",
    target: "src/feature/shard.generated.ts",
    options: SHARED,
  },
  {
    source: "src/feature/assembly/cic/conductor.ts",
    target: "src/feature/cic-conductor.generated.ts",
    options: SHARED,
  },
  {
    source: "src/feature/assembly/cic/shard.ts",
    target: "src/feature/cic-shard.generated.ts",
    options: SHARED,
  },
  {
    source: "src/feature/assembly/kdd/kdd-engine.ts",
    target: "src/feature/kdd-kernels.generated.ts",
    options: SHARED,
  },
  {
    source: "src/feature/assembly/kdd/extractor-engine.ts",
    target: "src/feature/kdd-extractor-kernels.generated.ts",
    options: SHARED,
  },
  {
    source: "src/feature/assembly/apa-engine.ts",
    target: "src/feature/apa-kernels.generated.ts",
    options: SHARED,
  },
  {
    source: "src/feature/assembly/cic/engine.ts",
    target: "src/feature/cic-kernels.generated.ts",
    options: SHARED,
  },
  {
    source: "src/feature/assembly/antinex-engine.ts",
    target: "src/feature/antinex-kernels.generated.ts",
    options: SHARED,
  },
  {
    source: "test/support/assembly/parts.ts",
    target: "test/support/parts.generated.ts",
    options: SHARED,
  },
  { source: "src/dataset/assembly/block.ts", target: "src/dataset/kernels.generated.ts", options: SHARED },
  { source: "src/learner/assembly/boosting.ts", target: "src/learner/kernels.generated.ts", options: SHARED },
  {
    source: "src/learner/assembly/linear.ts",
    target: "src/learner/linear-kernels.generated.ts",
    options: SHARED,
  },
  {
    source: "src/learner/assembly/distance.ts",
    target: "src/learner/distance-kernels.generated.ts",
    options: SHARED,
  },
  {
    source: "src/learner/assembly/forest.ts",
    target: "src/learner/forest-kernels.generated.ts",
    options: SHARED,
  },
  {
    source: "src/model/assembly/forest.ts",
    target: "src/model/forest-kernels.generated.ts",
    options: SHARED,
  },
  { source: "src/model/assembly/score.ts", target: "src/model/kernels.generated.ts", options: SHARED },
  {
    source: "src/model/assembly/shapley.ts",
    target: "src/model/shapley-kernels.generated.ts",
    options: SHARED,
  },
  {
    source: "src/model/assembly/network.ts",
    target: "src/model/network-kernels.generated.ts",
    options: SHARED,
  },
  {
    source: "src/learner/assembly/network.ts",
    target: "src/learner/network-kernels.generated.ts",
    options: SHARED,
  },
  {
    source: "src/model/assembly/distance.ts",
    target: "src/model/distance-kernels.generated.ts",
    options: SHARED,
  },
];

const OPTIONS = [
  "--runtime",
  "stub",
  "-O3",
  "--noAssert",
  "--uncheckedBehavior",
  "always",
  "--enable",
  "simd",
  "--importMemory",
  "--initialMemory",
  "1",
  "--maximumMemory",
  "65536",
];

function compile(source, options) {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-kernels-"));
  try {
    const out = join(folder, "kernel.wasm");
    execFileSync(process.execPath, [COMPILER, join(ROOT, source), "-o", out, ...OPTIONS, ...options], {
      stdio: ["ignore", "inherit", "inherit"],
      cwd: ROOT,
    });
    return readFileSync(out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The source and all that it imports, directly or not; sorted, the source itself first. */
function sourcesOf(source) {
  const found = new Set([source]);
  for (const path of found) {
    const text = readFileSync(join(ROOT, path), "utf8");
    for (const [, name] of text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "(\.[^"]+)";/gm)) {
      found.add(posix.join(posix.dirname(path), `${name}.ts`));
    }
  }
  return [source, ...[...found].filter((path) => path !== source).sort()];
}

function render(source, wasm) {
  const sources = sourcesOf(source);
  const digest = createHash("sha256");
  for (const path of sources) digest.update(readFileSync(join(ROOT, path)));
  const lines = wasm.toString("base64").match(/.{1,116}/g) ?? [];
  return [
    `// Generated by scripts/build-kernels.mjs from ${source}; do not edit.`,
    "",
    "export const KERNEL_SOURCES = [",
    ...sources.map((path) => `  "${path}",`),
    "];",
    `export const KERNEL_SOURCES_SHA256 = "${digest.digest("hex")}";`,
    `export const KERNEL_BASE64 =`,
    ...lines.map((line, index) => `  "${line}"${index === lines.length - 1 ? ";" : " +"}`),
    "",
  ].join("\n");
}

const texts = process.argv.slice(2).filter((argument) => argument !== "--check");
const wanted = KERNELS.filter(
  ({ target }) => texts.length === 0 || texts.some((text) => target.includes(text)),
);
let stale = 0;
for (const { source, target, options } of wanted) {
  const text = render(source, compile(source, options));
  const path = join(ROOT, target);
  if (process.argv.includes("--check")) {
    const same = readFileSync(path, "utf8") === text;
    if (!same) stale++;
    console.log(`${target}: ${same ? "current" : `stale; run node scripts/build-kernels.mjs`}`);
  } else {
    writeFileSync(path, text);
    console.log(`${target}: ${text.length} characters`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;
