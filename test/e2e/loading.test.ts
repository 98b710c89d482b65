// Commands load what they need and no more: help loads descriptions only; DuckDB, YAML and learners are loaded by
// whoever comes to need them.

import { expect, test } from "vitest";
import { importsOf, packageOf, resolveImport } from "../support/tidy/imports.ts";
import { repositoryTree } from "../support/tidy/tree.ts";

const tree = repositoryTree();

/** Files and packages that a file loads when it is imported, however far away. */
function loadedBy(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { specifier, typeOnly, form } of importsOf(tree, path)) {
    if (typeOnly || (form !== "static" && form !== "export")) continue;
    const file = resolveImport(path, specifier);
    if (file !== undefined) loadedBy(file, seen);
    else seen.add(packageOf(specifier) ?? specifier);
  }
  return seen;
}

test("the list of commands loads descriptions and commander", () => {
  const loaded = [...loadedBy("src/cli/main.ts")];
  const rooms = new Set(loaded.filter((path) => path.startsWith("src/")).map((path) => path.split("/")[1]));
  expect([...rooms].sort()).toEqual(["app", "base", "cli"]);
  expect(loaded.filter((path) => path.startsWith("src/app/"))).toEqual(["src/app/ledger.ts"]);
});

test("no use case loads DuckDB, YAML or the checks of its form before it needs them", () => {
  const found = tree.paths.filter((path) => /^src\/app\/[^/]+(?<!\.test)\.ts$/.test(path));
  expect(found.length).toBeGreaterThan(10);
  for (const path of found) {
    const loaded = loadedBy(path);
    for (const late of ["@duckdb/node-api", "yaml", "zod"])
      expect(loaded.has(late), `${path}: ${late}`).toBe(false);
  }
});

test("judging, metering, labelling and generating load no learner", () => {
  for (const useCase of ["detect", "models", "meter", "meter-capture", "label", "generate", "schemas"]) {
    const loaded = [...loadedBy(`src/app/${useCase}.ts`)];
    expect(loaded.filter((path) => path.startsWith("src/learner/"))).toEqual([]);
    expect(loaded.length).toBeGreaterThan(1);
  }
});

test("the walk sees what is loaded", () => {
  expect(loadedBy("src/dataset/duck-source.ts").has("@duckdb/node-api")).toBe(true);
  expect(loadedBy("src/dataset/label-rules.ts").has("zod")).toBe(true);
  expect(loadedBy("src/app/train.ts").has("src/learner/index.ts")).toBe(true);
});
