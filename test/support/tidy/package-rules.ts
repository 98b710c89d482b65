// Rules about packages: declared, used, reasoned, and pinned by their hashes.

import { importsOf, packageOf } from "./imports.ts";
import type { Rule } from "./rule.ts";
import { sourcesOf } from "./sources.ts";
import type { Tree } from "./tree.ts";

export const PACKAGE_RULES: readonly Rule[] = [
  {
    wants: "src uses the packages of `dependencies`, all of them and no others",
    problems: packageProblems,
    broken: {
      files: { "src/app/extra.ts": '// Extra.\nimport { test } from "vitest";\nexport const t = test;\n' },
      problem: "src/app/extra.ts:2: 'vitest' is not in the dependencies of package.json",
    },
  },
  {
    wants: "every dependency has its reason in docs/decisions/dependencies.md",
    problems: unreasonedDependencies,
    broken: {
      files: { "docs/decisions/dependencies.md": "- `zod`: checks input.\n" },
      problem: "docs/decisions/dependencies.md: does not say why `vitest` is used",
    },
  },
  {
    wants: "the lock file pins every package by its hash and names no registry",
    problems: lockProblems,
    broken: {
      files: {
        "package-lock.json": JSON.stringify({
          packages: { "node_modules/zod": { version: "1", resolved: "x" } },
        }),
      },
      problem:
        "package-lock.json: node_modules/zod names a registry (`npm install` with the .npmrc of this repository)",
    },
  },
];

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

function manifestOf(tree: Tree): Manifest {
  return JSON.parse(tree.text("package.json")) as Manifest;
}

function packageProblems(tree: Tree): string[] {
  const declared = new Set(Object.keys(manifestOf(tree).dependencies ?? {}));
  const used = new Set<string>();
  const problems: string[] = [];
  for (const path of sourcesOf(tree)) {
    for (const found of importsOf(tree, path)) {
      const name = packageOf(found.specifier);
      if (name === undefined || found.form === "url") continue;
      used.add(name);
      if (!declared.has(name)) {
        problems.push(`${path}:${found.line}: '${name}' is not in the dependencies of package.json`);
      }
    }
  }
  const unused = [...declared].filter((name) => !used.has(name));
  return [...problems, ...unused.map((name) => `package.json: nothing in src uses the dependency '${name}'`)];
}

function unreasonedDependencies(tree: Tree): string[] {
  const { dependencies, devDependencies } = manifestOf(tree);
  const page = tree.text("docs/decisions/dependencies.md");
  return Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => !page.includes(`\`${name}\``))
    .map((name) => `docs/decisions/dependencies.md: does not say why \`${name}\` is used`);
}

function lockProblems(tree: Tree): string[] {
  type Entry = { resolved?: string; integrity?: string };
  const { packages } = JSON.parse(tree.text("package-lock.json")) as { packages: Record<string, Entry> };
  return Object.entries(packages).flatMap(([path, entry]) => {
    if (path === "") return [];
    if (entry.resolved !== undefined) {
      return [
        `package-lock.json: ${path} names a registry (\`npm install\` with the .npmrc of this repository)`,
      ];
    }
    return entry.integrity === undefined ? [`package-lock.json: ${path} has no hash`] : [];
  });
}
