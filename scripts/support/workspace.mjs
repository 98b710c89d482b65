// Makes a clone ready to run: dependencies as package-lock.json says, `dist` as the sources say. Does nothing when
// nothing changed, and says in one line what it does when it does something.
//
// What it guarantees: decisions rest on contents, never on file times, so that a branch switched back and forth, a
// copied folder or a restored backup is judged rightly. Needs Node.js and npm, and no package: it runs before there is
// any. Install scripts of packages are never run; none is needed. The compiler and the bundler are used once they are
// installed, from the workspace that is built.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleProgram, bundlerVersion, isProgram, PROGRAM } from "./bundle.mjs";
import { filesBelow } from "./files-below.mjs";
import { buildPages, PAGES, pageFiles, pagesVersion } from "./pages.mjs";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A failure that is told in plain words; anything else is a defect. */
export class WorkspaceError extends Error {}

/**
 * Installs and builds as needed, and says whether it built. Throws WorkspaceError with what to do when that fails.
 */
export async function prepare(root = ROOT) {
  const reason = installReason(root);
  if (reason !== "") await install(root, reason);
  const digest = sourceDigest(root);
  if (isBuilt(root, digest)) return false;
  await build(root, digest);
  return true;
}

// --- dependencies -----------------------------------------------------------------------------------------

/** Why dependencies must be installed, or an empty text when they are what the lock file says. */
export function installReason(root) {
  const installed = readJson(join(root, "node_modules/.package-lock.json"));
  if (installed === undefined) return "no dependencies are installed yet";
  const locked = readJson(join(root, "package-lock.json"));
  if (locked === undefined) throw new WorkspaceError("package-lock.json is missing or damaged; restore it.");
  return lockDifference(locked.packages, installed.packages);
}

/**
 * The first difference between what is locked and what is installed.
 *
 * npm notes in node_modules/.package-lock.json what it installed, without optional packages for other platforms.
 *
 * @param {Record<string, any>} locked packages of the lock file by path
 * @param {Record<string, any>} installed packages that npm noted
 * @param {{ platform: string, arch: string }} platform where it runs
 */
export function lockDifference(locked, installed, platform = process) {
  for (const [path, entry] of Object.entries(locked)) {
    if (path === "") continue;
    const found = installed[path];
    if (found === undefined) {
      if (entry.optional !== true) return `${packageName(path)} is not installed`;
    } else if (found.version !== entry.version || found.integrity !== entry.integrity) {
      return `${packageName(path)} changed`;
    }
  }
  for (const [path, entry] of Object.entries(installed)) {
    if (locked[path] === undefined) return `${packageName(path)} is no longer needed`;
    if (!suits(entry.os, platform.platform) || !suits(entry.cpu, platform.arch)) {
      return `${packageName(path)} was installed for another platform`;
    }
  }
  return "";
}

/** Whether a list such as ["linux"] or ["!win32"] admits a name. */
function suits(list, name) {
  if (list === undefined || list.length === 0) return true;
  if (list.includes(`!${name}`)) return false;
  return list.every((item) => item.startsWith("!")) || list.includes(name);
}

function packageName(path) {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

async function install(root, reason) {
  const started = Date.now();
  say(`Installing dependencies with npm ci (${reason}) …`);
  const [command, ...first] = npmCommand();
  const outcome = await collect(
    command,
    [...first, "ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    root,
  );
  if (outcome.status !== 0) {
    throw new WorkspaceError(
      `${firstLines(outcome.output, 12)}\n` +
        "Installing the dependencies failed; npm's own words are above. Check that the package registry can be\n" +
        "reached (`npm ping`) and that this folder is writable, then try again, or run `npm ci` to see everything.",
    );
  }
  say(`Installed in ${seconds(started)}.`);
}

/** npm as it was called, so that the same npm installs; otherwise the npm on the path. */
function npmCommand() {
  const path = process.env.npm_execpath;
  if (path !== undefined && basename(path) === "npm-cli.js") return [process.execPath, path];
  return [process.platform === "win32" ? "npm.cmd" : "npm"];
}

// --- build ------------------------------------------------------------------------------------------------

const STAMP = "dist/.build.json";
/** How the bundle is made, beside the sources. */
const BUNDLING = fileURLToPath(new URL("./bundle.mjs", import.meta.url));

/** SHA-256 over everything that decides what the build gives. */
export function sourceDigest(root) {
  const hash = createHash("sha256");
  const compiler = readJson(join(root, "node_modules/typescript/package.json"));
  hash.update(`typescript ${compiler?.version}\n`);
  if (hasProgram(root)) hash.update(`esbuild ${bundlerVersion(root)}\n`).update(readFileSync(BUNDLING));
  const pages = pageFiles(root);
  if (pages.length > 0) hash.update(`vite ${pagesVersion(root)}\n`);
  for (const path of ["tsconfig.json", "tsconfig.build.json", ...sourceFiles(root), ...pages]) {
    hash
      .update(`${path}\n`)
      .update(readFileSync(join(root, path)))
      .update("\n");
  }
  return hash.digest("hex");
}

/** Source files that are compiled, as paths relative to the root with forward slashes, sorted. */
function sourceFiles(root) {
  return filesBelow(root, "src").filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));
}

function hasProgram(root) {
  return sourceFiles(root).some(isProgram);
}

function isBuilt(root, digest) {
  const stamp = readJson(join(root, STAMP));
  if (stamp?.digest !== digest) return false;
  return [...expectedOutputs(root), ...stamp.program].every((path) => existsSync(join(root, path)));
}

/** The JavaScript files that the compiler gives. Kernels in `assembly` folders have their own compiler. */
function expectedOutputs(root) {
  return sourceFiles(root)
    .filter((path) => !path.endsWith(".d.ts") && !path.includes("/assembly/"))
    .map((path) => path.replace(/^src\//, "dist/").replace(/\.ts$/, ".js"));
}

async function build(root, digest) {
  const started = Date.now();
  say("Building dist from src …");
  const dist = join(root, "dist");
  // What tsc keeps for incremental builds would let it believe in outputs that are gone.
  if (!expectedOutputs(root).every((path) => existsSync(join(root, path)))) {
    rmSync(join(dist, ".tsbuildinfo"), { force: true });
  }
  rmSync(join(root, STAMP), { force: true });
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const outcome = await collect(process.execPath, [compiler, "-p", "tsconfig.build.json"], root);
  if (outcome.status !== 0) {
    throw new WorkspaceError(
      `${firstLines(outcome.output, 40)}\nThe sources do not compile; the errors are above.`,
    );
  }
  removeLeftovers(root);
  mkdirSync(dist, { recursive: true });
  const program = hasProgram(root) ? await bundled(root) : [];
  if (pageFiles(root).length > 0) program.push(...(await builtPages(root)));
  writeFileSync(join(root, STAMP), `${JSON.stringify({ digest, program })}\n`);
  say(`Built in ${seconds(started)}.`);
}

async function bundled(root) {
  try {
    return await bundleProgram(root);
  } catch (failure) {
    throw new WorkspaceError(
      `${firstLines(failure.message, 40)}\nThe command line cannot be bundled; the reasons are above.`,
    );
  }
}

async function builtPages(root) {
  try {
    return await buildPages(root);
  } catch (failure) {
    throw new WorkspaceError(
      `${firstLines(failure.message, 40)}\nThe console cannot be built; the reasons are above.`,
    );
  }
}

/** Removes outputs whose source is gone, so that nothing runs that is not in the sources. The bundle has its own. */
function removeLeftovers(root) {
  const wanted = new Set(expectedOutputs(root).map((path) => path.replace(/\.js$/, "")));
  for (const path of filesBelow(root, "dist")) {
    if (path.startsWith(`${PROGRAM}/`) || path.startsWith(`${PAGES}/`)) continue;
    const stem = path.replace(/\.(d\.ts|js)$/, "");
    if (stem !== path && !wanted.has(stem)) rmSync(join(root, path));
  }
}

// --- helpers ----------------------------------------------------------------------------------------------

/** Runs a Node.js program in a folder and gives its exit status; Ctrl-C is the program's to handle. */
export function run(program, programArguments, folder = ROOT) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...programArguments], { stdio: "inherit", cwd: folder });
    // Ctrl-C reaches the whole group, so the child has it already; other signals may have been sent to this process only.
    const onInterrupt = () => {};
    const onTerminate = () => child.kill("SIGTERM");
    const onHangup = () => child.kill("SIGHUP");
    process.on("SIGINT", onInterrupt).on("SIGTERM", onTerminate).on("SIGHUP", onHangup);
    child.on("error", reject);
    child.on("exit", (status, signal) => {
      process.off("SIGINT", onInterrupt).off("SIGTERM", onTerminate).off("SIGHUP", onHangup);
      if (signal !== null) process.kill(process.pid, signal);
      else resolve(status);
    });
  });
}

/** Runs a command to its end and gives its status and everything it said. */
function collect(command, commandArguments, folder) {
  return new Promise((resolve) => {
    const child = spawn(command, commandArguments, {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      shell: command.endsWith(".cmd"),
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", (error) => resolve({ status: 1, output: `${command}: ${error.message}` }));
    child.on("close", (status) => resolve({ status: status ?? 1, output }));
  });
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** Blank lines, warnings and stack traces. */
const NOISE = /^(npm (error|ERR!))?\s*$|^npm (warn|WARN)|^(npm (error|ERR!))?\s+at /;

/** The first lines of what a command said, without noise. */
function firstLines(text, count) {
  const lines = text.split("\n").filter((line) => !NOISE.test(line));
  const more = lines.length > count ? [`… and ${lines.length - count} more lines`] : [];
  return [...lines.slice(0, count), ...more].join("\n");
}

function seconds(startedMs) {
  return `${((Date.now() - startedMs) / 1000).toFixed(1)} s`;
}

/** Says something on standard error, so that standard output stays the program's. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}
