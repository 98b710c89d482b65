// The package as npm would publish it: what is in it, and what it gives to whoever imports it.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { requiredNode } from "../scripts/support/node-version.mjs";
import { ROOT, repositoryTree } from "./support/tidy/tree.ts";

beforeAll(() => {
  if (!existsSync(join(ROOT, "dist/program/main.mjs"))) throw new Error("dist is missing; run npm run build");
});

/** Runs a module in a process of its own, inside the package; gives what it prints. */
function runModule(text: string): string {
  return execFileSync(process.execPath, ["--input-type=module", "--eval", text], {
    cwd: ROOT,
    encoding: "utf8",
  });
}

describe("what is published", () => {
  let files: string[] = [];

  beforeAll(() => {
    const windows = process.platform === "win32";
    const output = execFileSync(
      windows ? "npm.cmd" : "npm",
      ["pack", "--dry-run", "--json", "--ignore-scripts"],
      {
        cwd: ROOT,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
        shell: windows,
      },
    );
    // npm 10 gives a list of packages, later ones a table by name.
    const [packed] = Object.values(JSON.parse(output) as Record<string, { files: { path: string }[] }>);
    files = packed?.files.map((file) => file.path) ?? [];
  });

  test("is the program, the compiled sources, the bundled files and the documents that npm shows", () => {
    const assets = repositoryTree().paths.filter((path) => path.startsWith("assets/"));
    const wanted = [
      "bin/orbweaver",
      "dist/program/main.mjs",
      "dist/program/main.mjs.map",
      "dist/program/LICENSES.txt",
      "dist/packet/decode.js",
      "dist/packet/decode.d.ts",
      "README.md",
      "LICENSE",
      ...assets,
    ];
    expect(files).toEqual(expect.arrayContaining(wanted));
  });

  test("is nothing else", () => {
    const kinds =
      /^(bin\/orbweaver|dist\/web\/.+\.(js|css|svg|html)(\.(br|gz))?|dist\/program\/([^/]+\.mjs(\.map)?|LICENSES\.txt)|dist\/(?!cli\/|program\/|web\/).+\.(js|d\.ts)|assets\/.+|README\.md|LICENSE|CHANGELOG\.md|package\.json)$/;
    expect(files.filter((path) => !kinds.test(path) || path.includes(".test."))).toEqual([]);
  });
});

describe("what is exported", () => {
  test("are the modules of the rooms", () => {
    const text =
      'const { Decoder } = await import("orbweaver/packet/decode"); const { ERRORS } = await import("orbweaver/base/errors");' +
      "console.log(typeof Decoder, ERRORS.usage.exit);";
    expect(runModule(text)).toBe("function 2\n");
  });

  test("is not the command line, whose insides are its own", () => {
    for (const folder of ["cli", "program"]) {
      const text = `await import("orbweaver/${folder}/main").catch((error) => console.log(error.code));`;
      expect(runModule(text), folder).toBe("ERR_PACKAGE_PATH_NOT_EXPORTED\n");
    }
  });
});

test("the version of Node.js that is needed is the same wherever it is written", () => {
  const tree = repositoryTree();
  const required = requiredNode();
  const [major, minor] = required.split(".");
  expect(tree.text(".nvmrc").trim()).toBe(required);
  expect(tree.text("bin/orbweaver")).toContain(`needs Node.js ${required} or newer`);
  expect(tree.text("bin/orbweaver")).toContain(
    `major < ${major} || (major === ${major} && minor < ${minor})`,
  );
  expect(tree.text("README.md")).toContain(`${required} or newer`);
  expect(tree.text("CONTRIBUTING.md")).toContain(`Node.js ${required} or newer`);
});
