// Writes test/golden/generated.json: digests of a short capture of every scenario. Run it when the generator is meant to
// give other captures, and look at what else follows from that: the bundled model is trained on them.
//
//   npx tsx scripts/golden-generated.ts

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { SCENARIOS } from "../src/generate/scenarios/_index.ts";
import { generated } from "../test/support/generated.ts";
import { GOLDEN_OPTIONS } from "../test/support/generated-golden.ts";

const digests = SCENARIOS.map(({ name }) => [name, generated(GOLDEN_OPTIONS(name)).digest]);
const path = fileURLToPath(new URL("../test/golden/generated.json", import.meta.url));
writeFileSync(path, `${JSON.stringify(Object.fromEntries(digests), null, 2)}\n`);
console.log(`${path}: ${digests.length} scenarios`);
