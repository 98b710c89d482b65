// The house rules, held against the repository. Each rule is first shown to notice what breaks it.

import { describe, expect, test } from "vitest";
import { globalsUsed, importsOf, packageOf, resolveImport } from "./support/tidy/imports.ts";
import { RULES, TIDY_TREE } from "./support/tidy/rules.ts";
import { repositoryTree, treeOf, treeWith } from "./support/tidy/tree.ts";

const repository = repositoryTree();
const tidy = treeOf(TIDY_TREE);

describe.each(RULES)("$wants", ({ problems, broken }) => {
  test("notices what breaks it", () => {
    expect(problems(tidy)).toEqual([]);
    expect(problems(treeWith(tidy, broken.files))).toContain(broken.problem);
  });

  test("holds here", () => {
    expect(problems(repository).join("\n")).toBe("");
  });
});

describe("what a file asks for is read from its syntax tree", () => {
  test.each([
    ['import { a } from "./x.ts";', "static", false],
    ['import type { a } from "./x.ts";', "static", true],
    ['import * as a from "./x.ts";', "static", false],
    ['import "./x.ts";', "static", false],
    ['export { a } from "./x.ts";', "export", false],
    ['export * from "./x.ts";', "export", false],
    ['export type { a } from "./x.ts";', "export", true],
    ['const a = await import("./x.ts");', "dynamic", false],
    ["const a = await import(`./x.ts`);", "dynamic", false],
    ['const a = require("./x.ts");', "dynamic", false],
    ['let a: import("./x.ts").A;', "type", true],
    ['new Worker(new URL("./x.ts", import.meta.url));', "url", false],
  ])("%s", (text, form, typeOnly) => {
    const found = importsOf(treeOf({ "src/flow/a.ts": text }), "src/flow/a.ts");
    expect(found).toEqual([{ specifier: "./x.ts", line: 1, typeOnly, form }]);
  });

  test.each([
    '// import { a } from "./x.ts";',
    "const text = 'import { a } from \"./x.ts\"';",
    'new URL("./x.ts", base);',
  ])("not from %s", (text) => {
    expect(importsOf(treeOf({ "a.ts": text }), "a.ts")).toEqual([]);
  });

  test.each([
    ["src/flow/a.ts", "./b.ts", "src/flow/b.ts"],
    ["src/flow/a.ts", "../packet/b.ts", "src/packet/b.ts"],
    ["src/flow/a.ts", "../../package.json", "package.json"],
    ["src/flow/a.ts", "node:fs", undefined],
  ])("from %s, %s is %s", (from, specifier, path) => {
    expect(resolveImport(from, specifier)).toBe(path);
  });

  test.each([
    ["zod", "zod"],
    ["zod/v4", "zod"],
    ["@duckdb/node-api", "@duckdb/node-api"],
    ["@duckdb/node-api/lib/x.js", "@duckdb/node-api"],
    ["node:fs", undefined],
    ["./x.ts", undefined],
  ])("%s is of package %s", (specifier, name) => {
    expect(packageOf(specifier)).toBe(name);
  });

  test.each([
    ["Date.now();", "Date.now"],
    ['Date["now"]();', "Date.now"],
    ["const { now } = Date;", "Date"],
    ["const clock = () => new Date();", "new Date"],
    ["run(console);", "console"],
    ["const x = { console };", "console"],
  ])("%s uses %s", (text, name) => {
    expect(globalsUsed(treeOf({ "a.ts": text }), "a.ts").map((use) => use.name)).toContain(name);
  });

  test.each([
    "options.console.note();",
    "interface A { console: number }",
    "function f(console: Output) { console.note(); }",
    'import { console } from "./output.ts"; console.note();',
    "class A { console = 1; }",
    "// console.log()",
  ])("%s is no use of console", (text) => {
    expect(globalsUsed(treeOf({ "a.ts": text }), "a.ts").map((use) => use.name)).not.toContain("console");
  });
});
