// What is generated must be current: the listing of learners and the compiled kernels.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { digestOfSources } from "../../test/support/kernel-digest.ts";
import { LEARNERS, learnerById } from "./index.ts";
import { KERNEL_SOURCES, KERNEL_SOURCES_SHA256 } from "./kernels.generated.ts";

const ROOT = new URL("../../", import.meta.url);

test("the listing holds every learner of the folder", () => {
  const files = readdirSync(new URL("learners/", import.meta.url))
    .filter((name) => name.endsWith(".ts") && !name.includes(".test.") && !name.startsWith("_"))
    .sort();
  const listed = readFileSync(new URL("learners/_index.generated.ts", import.meta.url), "utf8");
  expect([...listed.matchAll(/from "\.\/(.+)"/g)].map((match) => match[1])).toEqual(files);
  expect(LEARNERS).toHaveLength(files.length);
  for (const learner of LEARNERS) expect(learnerById(learner.id)).toBe(learner);
  expect(() => learnerById("none")).toThrow(/known are autoencoder, .*boosting/);
});

test("the kernels were compiled from the sources that are here", () => {
  expect(digestOfSources(KERNEL_SOURCES)).toBe(KERNEL_SOURCES_SHA256);
});

/** Compiling all of them takes minutes: those of the learners here, and what reads frames. `npm run kernels -- --check` does all. */
test("compiling again gives the same bytes", () => {
  const script = fileURLToPath(new URL("scripts/build-kernels.mjs", ROOT));
  const some = ["src/packet/", "src/learner/"];
  const said = execFileSync(process.execPath, [script, "--check", ...some], { encoding: "utf8" });
  expect(said).not.toContain("stale");
}, 600_000);
