// Says in one line when Node.js is too old. Written so that even Node.js 14 can read it: it must be imported, and asked,
// before anything newer is.

import { readFileSync } from "node:fs";

/** The lowest version that package.json asks for, such as "20.19". */
export function requiredNode() {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return manifest.engines.node.replace(/^>=\s*/, "");
}

/** A message when `found` is older than `required`, otherwise an empty text. */
export function nodeVersionProblem(found, required) {
  const have = found.replace(/^v/, "").split(".").map(Number);
  const need = required.split(".").map(Number);
  for (let index = 0; index < need.length; index++) {
    const difference = (have[index] || 0) - need[index];
    if (difference > 0) return "";
    if (difference < 0) {
      return `Orbweaver needs Node.js ${required} or newer; this is ${found}. See https://nodejs.org/en/download.`;
    }
  }
  return "";
}

/** Prints the problem with this Node.js, if there is one, and says whether all is well. */
export function checkNode() {
  const problem = nodeVersionProblem(process.version, requiredNode());
  if (problem === "") return true;
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
  return false;
}
