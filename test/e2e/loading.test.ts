// Commands load what they need and no more: help loads descriptions only; DuckDB, YAML and learners are loaded by
// whoever comes to need them. Read from the sources, and from the bundle that is run.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildCommand, orbweaver, ROOT } from "../support/command.ts";
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
  // Use cases of data sets ask DuckDB first of all; they are loaded when they run.
  const datasets =
    /^src\/app\/(import|export|prepare|profile|split|audit|datasets|audit-dataset|evaluation-audit)\.ts$/;
  // What a server and its jobs do is loaded with them, and checks what comes from anywhere.
  // The audit log is loaded where a command has changed something.
  const served =
    /^src\/app\/(access|command-log|dataset-form|dataset-rows|jobs|recipes|run-job|table-download|table-rows|work)\.ts$/;
  const found = tree.paths.filter(
    (path) => /^src\/app\/[^/]+(?<!\.test)\.ts$/.test(path) && !datasets.test(path) && !served.test(path),
  );
  expect(found.length).toBeGreaterThan(10);
  const early = found.flatMap((path) => {
    const loaded = loadedBy(path);
    return ["@duckdb/node-api", "yaml", "zod"]
      .filter((late) => loaded.has(late))
      .map((late) => `${path}: ${late}`);
  });
  expect(early).toEqual([]);
});

test("judging, metering, labelling and generating load no learner", () => {
  for (const useCase of ["detect", "models", "meter", "meter-capture", "label", "generate", "schemas"]) {
    const loaded = [...loadedBy(`src/app/${useCase}.ts`)];
    expect(loaded.filter((path) => path.startsWith("src/learner/"))).toEqual([]);
    expect(loaded.length).toBeGreaterThan(1);
  }
});

test("what draws charts is loaded only when a page is written", () => {
  expect(loadedBy("src/app/profile.ts").has("echarts")).toBe(false);
  expect(loadedBy("src/report/profile-page.ts").has("echarts")).toBe(true);
});

test("the walk sees what is loaded", () => {
  expect(loadedBy("src/dataset/duck-source.ts").has("@duckdb/node-api")).toBe(true);
  expect(loadedBy("src/dataset/label-rules.ts").has("zod")).toBe(true);
  expect(loadedBy("src/app/train.ts").has("src/learner/index.ts")).toBe(true);
});

test("the bundle begins with what describes the commands, in one folder, where bundled files are found from", () => {
  buildCommand();
  const folder = join(ROOT, "dist/program");
  const files = readdirSync(folder, { withFileTypes: true });
  expect(files.filter((file) => !file.isFile())).toEqual([]);
  const begun = new Set<string>();
  const load = (name: string): void => {
    if (begun.has(name)) return;
    begun.add(name);
    const text = readFileSync(join(folder, name), "utf8");
    const named = text.matchAll(/^(?:import|export|\}) ?(?:[^"']*\bfrom )?"([^"]+)";/gm);
    for (const [, specifier] of named) {
      if (specifier.startsWith("./")) load(specifier.slice(2));
      else expect(specifier).toMatch(/^node:/);
    }
  };
  const sourcesOf = (name: string): string[] =>
    (JSON.parse(readFileSync(join(folder, `${name}.map`), "utf8")) as { sources: string[] }).sources;
  load("main.mjs");
  const packages = (sources: string[]): string[] =>
    sources.flatMap((path) => /.*node_modules\/([^/]+)\//.exec(path)?.[1] ?? []);
  const begunSources = [...begun].flatMap(sourcesOf);
  expect([...new Set(packages(begunSources))].sort()).toEqual(["commander", "picocolors"]);
  const rooms = new Set(begunSources.map((path) => /\/src\/([^/]+)\//.exec(path)?.[1] ?? ""));
  expect([...rooms].sort()).toEqual(["", "app", "base", "cli"]);
  const all = files.map(({ name }) => name).filter((name) => name.endsWith(".mjs"));
  expect(new Set(packages(all.flatMap(sourcesOf)))).toEqual(
    new Set(["commander", "echarts", "picocolors", "tslib", "yaml", "zod", "zrender"]),
  );
  const licences = readFileSync(join(folder, "LICENSES.txt"), "utf8");
  for (const name of packages(all.flatMap(sourcesOf)))
    expect(licences).toMatch(new RegExp(`^${name} \\d`, "m"));
});

test("where stack traces are shown, they name the sources", () => {
  const { status, err } = orbweaver(["meter", "none.pcap"], { environment: { ORBWEAVER_DEBUG: "1" } });
  expect(status).toBe(3);
  expect(err).toContain(`${join("src", "app", "meter.ts")}:`);
});
