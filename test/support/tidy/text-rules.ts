// Rules about text: nothing left undone, nothing of one machine.

import type { Rule } from "./rule.ts";
import type { Tree } from "./tree.ts";

const TEXT_NAME =
  /\.(ts|mts|mjs|js|json|md|yaml|yml|toml|py|sh|csv|txt|html|css)$|^\.ci\/run$|^bin\/|(^|\/)\.[a-z]+$/;

export const TEXT_RULES: readonly Rule[] = [
  {
    wants: "no work is left as a note in the text",
    problems: leftovers,
    broken: {
      files: { "src/app/extra.ts": `// Extra.\n// ${"TO"}${"DO"}: finish this\n` },
      problem: `src/app/extra.ts:2: '${"TO"}${"DO"}' in committed text; do it, or open an issue`,
    },
  },
  {
    wants: "no text names a folder of someone's machine or a package registry",
    problems: machineNames,
    broken: {
      files: { "docs/extra.md": `See ${"/ho"}me/someone/file.\n` },
      problem: `docs/extra.md:1: '${"/ho"}me/' names a folder of one machine`,
    },
  },
];

function leftovers(tree: Tree): string[] {
  const marks = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"].join("|")})\\b`);
  return linesOf(tree, (path) => path !== "package-lock.json").flatMap(({ path, line, text }) => {
    const found = marks.exec(text)?.[1];
    return found === undefined
      ? []
      : [`${path}:${line}: '${found}' in committed text; do it, or open an issue`];
  });
}

function linesOf(
  tree: Tree,
  counts: (path: string) => boolean,
): { path: string; line: number; text: string }[] {
  return tree.paths
    .filter((path) => TEXT_NAME.test(path) && !path.startsWith("test/fixtures/") && counts(path))
    .flatMap((path) =>
      tree
        .text(path)
        .split("\n")
        .map((text, index) => ({ path, line: index + 1, text })),
    );
}

function machineNames(tree: Tree): string[] {
  const folders = new RegExp(
    `(?<![\\w.)\\]}])(${["work", "home", "root", "Users"].map((name) => `/${name}/`).join("|")})`,
  );
  const registries = new RegExp(`https?://registry\\.|${"npmjs"}\\.org|${"yarnpkg"}\\.com`);
  return linesOf(tree, () => true).flatMap(({ path, line, text }) => {
    const folder = folders.exec(text)?.[1];
    if (folder !== undefined) return [`${path}:${line}: '${folder}' names a folder of one machine`];
    const registry = registries.exec(text)?.[0];
    return registry === undefined ? [] : [`${path}:${line}: '${registry}' names a package registry`];
  });
}
