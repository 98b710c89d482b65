// Commands load what they need and no more: help loads descriptions only, and judging neither DuckDB nor a learner.

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

test("judging, metering and generating load neither DuckDB nor a learner", () => {
  for (const useCase of ["detect", "models", "meter-capture", "generate", "schemas", "learners"]) {
    const loaded = loadedBy(`src/app/${useCase}.ts`);
    expect(loaded.has("@duckdb/node-api"), useCase).toBe(false);
    if (useCase !== "learners")
      expect([...loaded].filter((path) => path.startsWith("src/learner/"))).toEqual([]);
  }
});

test("the walk sees what is loaded", () => {
  expect(loadedBy("src/app/train.ts").has("@duckdb/node-api")).toBe(true);
});
