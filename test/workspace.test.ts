// The scripts behind `npm start` and `npm test`: what they find out about a clone, and what they do about it.

import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { nodeVersionProblem, requiredNode } from "../scripts/support/node-version.mjs";
import { installReason, lockDifference, prepare, WorkspaceError } from "../scripts/support/workspace.mjs";
import { ROOT } from "./support/tidy/tree.ts";

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-workspace-"));
  folders.push(folder);
  return folder;
}

function write(root: string, path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
}

/** A workspace with two sources, no dependency but compiler and bundler, and these at hand. */
function smallWorkspace(): string {
  const root = temporaryFolder();
  write(root, "package-lock.json", { packages: {} });
  write(root, "node_modules/.package-lock.json", { packages: {} });
  for (const tool of ["typescript", "esbuild"]) {
    symlinkSync(join(ROOT, "node_modules", tool), join(root, "node_modules", tool), "junction");
  }
  write(root, "tsconfig.json", {});
  write(root, "tsconfig.build.json", {
    compilerOptions: {
      target: "ES2023",
      lib: ["ES2015"],
      module: "NodeNext",
      types: [],
      rootDir: "src",
      outDir: "dist",
      declaration: true,
      incremental: true,
      tsBuildInfoFile: "dist/.tsbuildinfo",
    },
    include: ["src"],
  });
  write(root, "src/kept.ts", "export const kept: number = 1;\n");
  write(root, "src/room/other.ts", "export const other: number = 2;\n");
  return root;
}

describe("the version of Node.js", () => {
  test.each(["v20.19.0", "v20.20.2", "v22.0.0", "v24.1.0"])("%s will do", (found) => {
    expect(nodeVersionProblem(found, "20.19")).toBe("");
  });

  test.each(["v20.18.3", "v18.20.0", "v9.99.0"])("%s will not, and the message says so", (found) => {
    const problem = nodeVersionProblem(found, "20.19");
    expect(problem).toContain("Node.js 20.19 or newer");
    expect(problem).toContain(found);
  });

  test("is asked for in package.json, in a form that is understood", () => {
    expect(requiredNode()).toMatch(/^\d+\.\d+$/);
  });
});

describe("whether dependencies must be installed", () => {
  const linux = { platform: "linux", arch: "x64" };
  const locked = {
    "": { version: "1.0.0" },
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/a-linux": {
      version: "1.0.0",
      integrity: "sha512-l",
      optional: true,
      os: ["linux"],
      cpu: ["x64"],
    },
    "node_modules/a-darwin": { version: "1.0.0", integrity: "sha512-d", optional: true, os: ["darwin"] },
  };
  const installed = {
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/a-linux": { version: "1.0.0", integrity: "sha512-l", os: ["linux"], cpu: ["x64"] },
  };

  test("not when all is as locked, without the optional packages of other platforms", () => {
    expect(lockDifference(locked, installed, linux)).toBe("");
  });

  test.each([
    ["one is missing", { "node_modules/a-linux": installed["node_modules/a-linux"] }, "a is not installed"],
    ["one has another version", { ...installed, "node_modules/a": { version: "1.0.1" } }, "a changed"],
    [
      "one has another hash",
      { ...installed, "node_modules/a": { version: "1.0.0", integrity: "x" } },
      "a changed",
    ],
    [
      "one is left over",
      { ...installed, "node_modules/a/node_modules/@b/c": { version: "1" } },
      "@b/c is no longer needed",
    ],
  ])("when %s", (_, found, reason) => {
    expect(lockDifference(locked, found, linux)).toBe(reason);
  });

  test("when they came with a copy from another platform", () => {
    const reason = "a-linux was installed for another platform";
    expect(lockDifference(locked, installed, { platform: "darwin", arch: "arm64" })).toBe(reason);
    expect(lockDifference(locked, installed, { platform: "linux", arch: "arm64" })).toBe(reason);
  });

  test("when there are none, or an installation was cut short", () => {
    const root = temporaryFolder();
    write(root, "package-lock.json", { packages: {} });
    expect(installReason(root)).toBe("no dependencies are installed yet");
    write(root, "node_modules/a/package.json", {});
    expect(installReason(root)).toBe("no dependencies are installed yet");
  });

  test("not in this repository, where the tests run", () => {
    expect(installReason(ROOT)).toBe("");
  });
});

describe("whether dist must be built", () => {
  test("once, and again when sources change, appear or go, or when outputs are missing", async () => {
    const root = smallWorkspace();
    expect(await prepare(root)).toBe(true);
    expect(existsSync(join(root, "dist/room/other.js"))).toBe(true);
    expect(await prepare(root)).toBe(false);
    write(root, "src/kept.test.ts", "export const untested: number = 3;\n");
    expect(await prepare(root)).toBe(false);

    write(root, "src/kept.ts", "export const kept: number = 3;\n");
    rmSync(join(root, "src/room/other.ts"));
    expect(await prepare(root)).toBe(true);
    expect(readFileSync(join(root, "dist/kept.js"), "utf8")).toContain("kept = 3");
    expect(existsSync(join(root, "dist/room/other.js"))).toBe(false);
    expect(existsSync(join(root, "dist/room/other.d.ts"))).toBe(false);

    rmSync(join(root, "dist/kept.js"));
    expect(await prepare(root)).toBe(true);
    expect(existsSync(join(root, "dist/kept.js"))).toBe(true);
  });

  test("and with a command line it is bundled, its work apart, and what an earlier bundle left goes", async () => {
    const root = smallWorkspace();
    const program = join(root, "dist/program");
    const chunks = (): string[] => readdirSync(program).filter((name) => /^kept-.*\.mjs$/.test(name));
    write(root, "src/cli/main.ts", 'export const main = async () => (await import("../kept.js")).kept;\n');
    expect(await prepare(root)).toBe(true);
    const { main } = (await import(pathToFileURL(join(program, "main.mjs")).href)) as {
      main: () => Promise<number>;
    };
    expect(await main()).toBe(1);
    const before = chunks();
    expect(before).toHaveLength(1);
    expect(readFileSync(join(program, "main.mjs"), "utf8")).not.toContain("kept =");
    expect(JSON.parse(readFileSync(join(program, `${before[0]}.map`), "utf8")).sources).toEqual([
      "../../src/kept.ts",
    ]);
    expect(await prepare(root)).toBe(false);

    write(root, "src/kept.ts", "export const kept: number = 3;\n");
    expect(await prepare(root)).toBe(true);
    expect(chunks()).toHaveLength(1);
    expect(chunks()).not.toEqual(before);

    rmSync(join(program, chunks()[0] ?? ""));
    expect(await prepare(root)).toBe(true);
    expect(chunks()).toHaveLength(1);
  });

  test("and sources that do not compile are told with the compiler's words, and never taken for built", async () => {
    const root = smallWorkspace();
    write(root, "src/kept.ts", 'export const kept: number = "one";\n');
    const failure = await prepare(root).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(WorkspaceError);
    expect(String(failure)).toContain("src/kept.ts(1,14): error TS2322");
    await expect(prepare(root)).rejects.toThrow("do not compile");
  });
});

describe("a program that is run", () => {
  /** Runs a program of one line through `run` in a process of its own; gives that process's end. */
  function runThrough(line: string): { status: number | null; signal: string | null; stdout: string } {
    const root = temporaryFolder();
    write(root, "program.mjs", line);
    const workspace = pathToFileURL(join(ROOT, "scripts/support/workspace.mjs")).href;
    const program = join(root, "program.mjs");
    write(
      root,
      "outer.mjs",
      `import { run } from ${JSON.stringify(workspace)};\n` +
        `process.exitCode = await run(${JSON.stringify(program)}, ["a b", "--c"], ${JSON.stringify(root)});\n`,
    );
    const { status, signal, stdout } = spawnSync(process.execPath, [join(root, "outer.mjs")], {
      encoding: "utf8",
    });
    return { status, signal, stdout };
  }

  test("gets its arguments as they are, and gives its exit status", () => {
    const end = runThrough("console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 20;");
    expect(end).toEqual({ status: 20, signal: null, stdout: '["a b","--c"]\n' });
  });

  test("that dies by a signal makes its caller die by it", () => {
    const end = runThrough('process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);');
    expect(end.signal).toBe("SIGKILL");
  });

  test("is told to stop when its caller is, and may end in its own way", () => {
    const end = runThrough(
      'process.on("SIGTERM", () => process.exit(7)); setInterval(() => {}, 1000); process.kill(process.ppid, "SIGTERM");',
    );
    expect(end.status).toBe(7);
  });

  test("is not told of an interrupt, which it has from the terminal, and is waited for", () => {
    const end = runThrough(
      'process.on("SIGINT", () => process.exit(8)); process.kill(process.ppid, "SIGINT"); setTimeout(() => process.exit(9), 300);',
    );
    expect(end.status).toBe(9);
  });
});
