// The repository as the house rules see it: paths and texts. A rule is tested on a small tree held in memory, and then
// asked about the real one.

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Tree {
  /** Paths relative to the root, with forward slashes, sorted. */
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** Text of a file. Throws when there is none. */
  text(path: string): string;
  /** Bytes of a file. */
  size(path: string): number;
}

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Folders that .gitignore names. */
const NEVER_COMMITTED = new Set([".git", "node_modules", "dist", "build", "coverage", ".orbweaver", "tmp"]);

/** Everything that is or would be committed: tracked files and new ones that are not ignored. */
export function repositoryTree(root = ROOT): Tree {
  const listed = filesByGit(root) ?? filesByWalking(root);
  const paths = [...new Set(listed)].filter((path) => isFile(join(root, path))).sort();
  const known = new Set(paths);
  const texts = new Map<string, string>();
  return {
    paths,
    has: (path) => known.has(path),
    text: (path) => {
      const kept = texts.get(path);
      if (kept !== undefined) return kept;
      const text = readFileSync(join(root, path), "utf8");
      texts.set(path, text);
      return text;
    },
    size: (path) => statSync(join(root, path)).size,
  };
}

function filesByGit(root: string): string[] | undefined {
  const found = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  return found.status === 0 ? found.stdout.split("\0").filter((path) => path !== "") : undefined;
}

/** For copies without git, such as an unpacked archive. */
function filesByWalking(root: string, folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return NEVER_COMMITTED.has(entry.name) ? [] : filesByWalking(root, path);
  });
}

/** A tree held in memory. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  return {
    paths: Object.keys(files).sort(),
    has: (path) => Object.hasOwn(files, path),
    text: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error(`no file ${path} in this tree`);
      return text;
    },
    size: (path) => Buffer.byteLength(files[path] ?? ""),
  };
}

/** The tree with some files put in or replaced. */
export function treeWith(tree: Tree, files: Readonly<Record<string, string>>): Tree {
  const added = treeOf(files);
  return {
    paths: [...new Set([...tree.paths, ...added.paths])].sort(),
    has: (path) => added.has(path) || tree.has(path),
    text: (path) => (added.has(path) ? added.text(path) : tree.text(path)),
    size: (path) => (added.has(path) ? added.size(path) : tree.size(path)),
  };
}

/** A file that was deleted but is still in git's index is no file. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Folder of a path, "" at the top. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** Name of a path without its folders. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
