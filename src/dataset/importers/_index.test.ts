import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { IMPORTERS, importerById } from "./_index.ts";

test("an importer is found by its id, and one that is none is refused by name", () => {
  for (const importer of IMPORTERS) expect(importerById(importer.id)).toBe(importer);
  expect(new Set(IMPORTERS.map(({ id }) => id)).size).toBe(IMPORTERS.length);
  expect(() => importerById("pcap")).toThrow(/there is no importer 'pcap'; there are cic, kdd/);
});

test("the reference lists every importer", () => {
  const page = readFileSync("docs/reference/importers.md", "utf8");
  const listed = [...page.matchAll(/^\| `([a-z][a-z-]*)` \|/gm)].map((match) => match[1]);
  expect(listed.toSorted()).toEqual(IMPORTERS.map(({ id }) => id).toSorted());
});
