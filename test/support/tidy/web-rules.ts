// Rules about the console in `web`: what it rests on, that all of it is used, and that no text becomes markup.

import { importsOf, packageOf, resolveImport } from "./imports.ts";
import type { Rule } from "./rule.ts";
import { isTest } from "./sources.ts";
import type { Tree } from "./tree.ts";

const ENTRY = "web/src/main.tsx";
/** All that the console knows of the rest of the house. */
const CLIENT = "src/client/index.ts";
/** Ways to write markup, or to run text, past React. */
const MARKUP =
  /\b(dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|eval|new Function)\b/i;

export const WEB_RULES: readonly Rule[] = [
  {
    wants: "the console imports itself, the client and packages, and nothing else of the house",
    problems: forbiddenImports,
    broken: {
      files: {
        "web/src/main.tsx":
          '// The console.\nimport { x } from "../../src/packet/packet.ts";\nexport const z = x;\n',
      },
      problem: "web/src/main.tsx:2: the console may not import 'src/packet/packet.ts'",
    },
  },
  {
    wants: "the console's packages are among the devDependencies: what browsers get is built",
    problems: undeclaredPackages,
    broken: {
      files: { "web/src/main.tsx": '// The console.\nimport { render } from "preact";\nrender();\n' },
      problem: "web/src/main.tsx:2: 'preact' is not in the devDependencies of package.json",
    },
  },
  {
    wants: "every file of the console is reached from its first one",
    problems: deadFiles,
    broken: {
      files: { "web/src/main.tsx": "// The console.\n", "web/src/extra.tsx": "// Extra.\n" },
      problem: "web/src/extra.tsx: the console does not reach it; use it or delete it",
    },
  },
  {
    wants: "no text becomes markup in the console",
    problems: markup,
    broken: {
      files: {
        "web/src/main.tsx":
          "// The console.\nexport const show = (place: Element, text: string) => {\n  place.innerHTML = text;\n};\n",
      },
      problem: "web/src/main.tsx:3: 'innerHTML' makes markup of text; let React write it",
    },
  },
];

function filesOf(tree: Tree): string[] {
  return tree.paths.filter((path) => /^web\/src\/.*\.tsx?$/.test(path) && !isTest(path));
}

function forbiddenImports(tree: Tree): string[] {
  return filesOf(tree).flatMap((path) =>
    importsOf(tree, path).flatMap(({ specifier, line }) => {
      const target = resolveImport(path, specifier);
      if (target === undefined || target === CLIENT || target.startsWith("web/src/")) return [];
      return [`${path}:${line}: the console may not import '${target}'`];
    }),
  );
}

function undeclaredPackages(tree: Tree): string[] {
  const { devDependencies = {}, dependencies = {} } = JSON.parse(tree.text("package.json")) as Record<
    string,
    Record<string, string> | undefined
  >;
  return filesOf(tree).flatMap((path) =>
    importsOf(tree, path).flatMap(({ specifier, line }) => {
      const name = packageOf(specifier);
      // What the server draws with, such as charts, the console may draw with too.
      if (name === undefined || name in devDependencies || name in dependencies) return [];
      return [`${path}:${line}: '${name}' is not in the devDependencies of package.json`];
    }),
  );
}

function deadFiles(tree: Tree): string[] {
  if (!tree.has(ENTRY)) return [];
  const reached = new Set<string>();
  const waiting = [ENTRY];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (const { specifier } of importsOf(tree, path)) {
      const target = resolveImport(path, specifier);
      if (target?.startsWith("web/") && tree.has(target) && /\.tsx?$/.test(target)) waiting.push(target);
    }
  }
  return filesOf(tree)
    .filter((path) => !reached.has(path))
    .map((path) => `${path}: the console does not reach it; use it or delete it`);
}

function markup(tree: Tree): string[] {
  return filesOf(tree).flatMap((path) =>
    tree
      .text(path)
      .split("\n")
      .flatMap((line, index) => {
        const found = line.trimStart().startsWith("//") ? null : MARKUP.exec(line);
        return found === null
          ? []
          : [`${path}:${index + 1}: '${found[1]}' makes markup of text; let React write it`];
      }),
  );
}
