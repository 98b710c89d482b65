// `npm run reference`: writes the pages of docs/reference that follow from tables in the sources.
//
//   npm run reference              write
//   npm run reference -- --check   compare; exit status 1 when a page is stale

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { REFERENCE_PAGES } from "./support/reference.ts";

const root = new URL("..", import.meta.url);
const isCheck = process.argv.includes("--check");

for (const { path, render } of REFERENCE_PAGES) {
  const file = fileURLToPath(new URL(path, root));
  const text = await render();
  if (!isCheck) {
    writeFileSync(file, text);
    console.log(`${path}: ${text.length} characters`);
  } else if (readOrNothing(file) === text) {
    console.log(`${path}: current`);
  } else {
    console.log(`${path}: stale; run npm run reference`);
    process.exitCode = 1;
  }
}

function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
