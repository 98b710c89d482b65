// The client runs where there is no Node.js: bundled for browsers it asks for nothing else.

import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { ROOT } from "../support/command.ts";

test("bundles for browsers, with nothing of Node.js in it", async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(ROOT, "src", "client", "index.ts")],
    absWorkingDir: ROOT,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const text = outputFiles[0].text;
  expect(text).toContain("createClient");
  expect(text).not.toMatch(/\bBuffer\b|\brequire\(|["']node:/);
  const others = Object.keys(metafile.inputs).filter((path) => !path.startsWith("src/client/"));
  expect(others.every((path) => path.includes("node_modules/openapi-fetch/"))).toBe(true);
});
