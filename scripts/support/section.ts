// Writes generated text into a document, between two marks, and leaves the rest as a person wrote it.

import { readFileSync, writeFileSync } from "node:fs";

/** Replaces what stands between `<!-- NAME: generated -->` and `<!-- NAME: end -->`. Throws when the marks are missing. */
export function writeSection(path: string, name: string, text: string): void {
  const document = readFileSync(path, "utf8");
  const opening = `<!-- ${name}: generated -->`;
  const closing = `<!-- ${name}: end -->`;
  const start = document.indexOf(opening);
  const end = document.indexOf(closing);
  if (start < 0 || end < start)
    throw new Error(`${path}: no section '${name}' between ${opening} and ${closing}`);
  writeFileSync(path, `${document.slice(0, start + opening.length)}\n${text}\n${document.slice(end)}`);
}
