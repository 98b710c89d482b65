// Which files of a tree are sources, and of which room.

import { type Import, importsOf, resolveImport } from "./imports.ts";
import type { Tree } from "./tree.ts";

/** Room of a path such as "src/flow/meter.ts", or undefined outside of the rooms. */
export function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/** Source files: everything in rooms that is compiled and no test. */
export function sourcesOf(tree: Tree): string[] {
  return tree.paths.filter((path) => isSource(path));
}

/** Sources of WebAssembly: they have a compiler of their own, and import each other without an ending. */
export function assemblyOf(tree: Tree): string[] {
  return tree.paths.filter((path) => /^src\/[^/]+\/(.*\/)?assembly\/.*\.ts$/.test(path));
}

export function isSource(path: string): boolean {
  return roomOf(path) !== undefined && path.endsWith(".ts") && !isTest(path) && !path.includes("/assembly/");
}

export function isTest(path: string): boolean {
  return path.endsWith(".test.ts");
}

/** Files of the tree that a file imports. A worker's file may be named with the ending that it has in dist. */
export function neighboursOf(
  tree: Tree,
  path: string,
  counts: (found: Import) => boolean = () => true,
): string[] {
  return importsOf(tree, path)
    .filter(counts)
    .map((found) => resolveImport(path, found.specifier) ?? "")
    .map((target) => (tree.has(target) ? target : target.replace(/\.js$/, ".ts")))
    .filter((target) => tree.has(target) && target.endsWith(".ts"));
}

/** One cycle for each way back that a walk in depth finds, as nodes with the first one repeated at the end. */
export function cyclesOf(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const trail: string[] = [];
  const cycles: string[][] = [];
  const visit = (node: string): void => {
    const seen = trail.indexOf(node);
    if (seen >= 0) cycles.push([...trail.slice(seen), node]);
    if (seen >= 0 || done.has(node)) return;
    trail.push(node);
    for (const next of edges.get(node) ?? []) visit(next);
    trail.pop();
    done.add(node);
  };
  for (const node of edges.keys()) visit(node);
  return cycles;
}
