// Rules about files: how they begin, what they are called, that they are used, and that what is generated is fresh.

import { createHash } from "node:crypto";
import ts from "typescript";
import { type Import, importsOf, lineOf, syntaxOf, walk } from "./imports.ts";
import type { Rule } from "./rule.ts";
import { cyclesOf, isSource, isTest, neighboursOf, sourcesOf } from "./sources.ts";
import { folderOf, nameOf, type Tree } from "./tree.ts";

/** Files from which everything in `src` must be reached: the command line, the client, and what builds the bundled files. */
const ENTRIES = /^src\/cli\/main\.ts$|^src\/client\/index\.ts$|^scripts\/[^/]+\.ts$/;

/** Bytes. Bundled files may be larger than sources, but every clone carries all their versions. */
const LARGEST_FILE = 2 << 20;
const LARGEST_ASSET = 8 << 20;
const CAPTURE_FOLDERS = ["assets/", "test/fixtures/"];
const CAPTURE_NAME = /\.(pcap|pcapng|cap|dump)(\.gz)?$/;

export const FILE_RULES: readonly Rule[] = [
  {
    wants: "a file begins with a comment that says what it is for",
    problems: missingHeaders,
    broken: {
      files: { "src/packet/extra.ts": 'import { x } from "./packet.ts";\nexport const z = x;\n' },
      problem: "src/packet/extra.ts: does not begin with a comment that says what it is for",
    },
  },
  {
    wants: "file and folder names are kebab-case",
    problems: unusualNames,
    broken: {
      files: { "src/app/extraThing.ts": "// Extra.\n" },
      problem: "src/app/extraThing.ts: 'extraThing.ts' is not kebab-case",
    },
  },
  {
    wants: "every file in src is reached from the command line or a script",
    problems: deadFiles,
    broken: {
      files: { "src/app/extra.ts": "// Extra.\n", "src/app/extra.test.ts": 'import "./extra.ts";\n' },
      problem: "src/app/extra.ts: nothing but tests reaches it; use it or delete it",
    },
  },
  {
    wants: "a unit test stands beside the source that it tests",
    problems: strayTests,
    broken: {
      files: { "src/flow/gone.test.ts": "" },
      problem:
        "src/flow/gone.test.ts: there is no src/flow/gone.ts to test; tests that cross rooms live in test/",
    },
  },
  {
    wants: "an _index file lists every file of its folder",
    problems: staleIndexes,
    broken: {
      files: {
        "src/flow/plugs/_index.ts": '// Plugs.\nexport { a } from "./a.ts";\n',
        "src/flow/plugs/a.ts": "// A.\n",
        "src/flow/plugs/b.ts": "// B.\n",
      },
      problem: "src/flow/plugs/_index.ts: does not list ./b.ts",
    },
  },
  {
    wants: "generated files that name the digest of their sources are fresh",
    problems: staleGenerated,
    broken: {
      files: {
        "src/flow/k.generated.ts":
          '// Generated.\nexport const KERNEL_SOURCES = [\n  "src/flow/meter.ts",\n];\nexport const KERNEL_SOURCES_SHA256 = "00";\n',
      },
      problem: "src/flow/k.generated.ts: stale; src/flow/meter.ts changed since (npm run kernels)",
    },
  },
  {
    wants: "names are exported, never a default",
    problems: defaultExports,
    broken: {
      files: { "src/app/extra.ts": "// Extra.\nexport default 1;\n" },
      problem: "src/app/extra.ts:2: default export; export it by name",
    },
  },
  {
    wants: "modules do not import each other in a circle",
    problems: importCycles,
    broken: {
      files: {
        "src/flow/a.ts": '// A.\nimport { b } from "./b.ts";\nexport const a = () => b;\n',
        "src/flow/b.ts": '// B.\nimport { a } from "./a.ts";\nexport const b = () => a;\n',
      },
      problem: "src/flow/a.ts → src/flow/b.ts → src/flow/a.ts: modules import each other in a circle",
    },
  },
  {
    wants: "a file beside a module is named so that it is found from src and from dist",
    problems: unbuiltUrls,
    broken: {
      files: {
        "src/app/extra.ts": '// Extra.\nexport const url = new URL("./worker.ts", import.meta.url);\n',
      },
      problem:
        "src/app/extra.ts:2: './worker.ts' is './worker.js' in dist, and new URL is not rewritten by the compiler",
    },
  },
  {
    wants: "files are small, and captures lie in assets or test/fixtures",
    problems: heavyFiles,
    broken: {
      files: { "docs/example.pcap": "x" },
      problem: "docs/example.pcap: captures are committed in assets/ or test/fixtures/ only",
    },
  },
  {
    wants: "test/fixtures/README.md states where every fixture comes from",
    problems: fixturesWithoutProvenance,
    broken: {
      files: { "test/fixtures/a.pcap": "x", "test/fixtures/README.md": "# Fixtures\n" },
      problem: "test/fixtures/a.pcap: test/fixtures/README.md does not state its origin and licence",
    },
  },
];

function missingHeaders(tree: Tree): string[] {
  const wanted = tree.paths.filter((path) => {
    if (path.startsWith("test/fixtures/")) return false;
    if (/^src\/[^/]+\.ts$/.test(path) || isSource(path) || path.includes("/assembly/")) return true;
    if (/^web\/.*\.tsx?$/.test(path) && !isTest(path)) return true;
    return /^(scripts|bench|test\/support)\/.*\.(ts|mjs|js)$/.test(path);
  });
  return wanted
    .filter((path) => !beginsWithComment(tree.text(path)))
    .map((path) => `${path}: does not begin with a comment that says what it is for`);
}

/** A comment of some words at the very start; what tools read is none. */
function beginsWithComment(text: string): boolean {
  const match = /^(?:\/\/ ?(.*)|\/\*\*?\s*(?:\* ?)?([^\n]*))/.exec(text.replace(/^#!.*\n/, ""));
  const words = (match?.[1] ?? match?.[2] ?? "").trim();
  return words.includes(" ") || words.endsWith(".") ? !/^(biome-|eslint|@ts-)/.test(words) : false;
}

function unusualNames(tree: Tree): string[] {
  const kebab = /^[._]?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
  const python = /^[a-z0-9]+(_[a-z0-9]+)*\.py$/;
  const document = /^([A-Z]+(_[A-Z]+)*)(\.md)?$/;
  const ours = tree.paths.filter((path) => !path.startsWith("test/fixtures/"));
  return ours.flatMap((path) => {
    const names = path.split("/");
    const odd = names.find((name) => !kebab.test(name) && !python.test(name) && !document.test(name));
    return odd === undefined ? [] : [`${path}: '${odd}' is not kebab-case`];
  });
}

function deadFiles(tree: Tree): string[] {
  const reached = new Set<string>();
  const waiting = tree.paths.filter((path) => ENTRIES.test(path));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    waiting.push(...neighboursOf(tree, path));
  }
  return sourcesOf(tree)
    .filter((path) => !reached.has(path))
    .map((path) => `${path}: nothing but tests reaches it; use it or delete it`);
}

function strayTests(tree: Tree): string[] {
  return tree.paths
    .filter((path) => isTest(path) && !path.startsWith("test/"))
    .flatMap((path) => {
      const sources = testedBy(path);
      if (/^(web\/)?src\//.test(path) && sources.some((source) => tree.has(source) || tree.has(`${source}x`)))
        return [];
      return [`${path}: there is no ${sources[0]} to test; tests that cross rooms live in test/`];
    });
}

/**
 * What a test may stand beside: `meter.test.ts` and `meter.speed.test.ts` both test `meter.ts`, or `assembly/meter.ts`, where
 * no test can be.
 */
function testedBy(path: string): string[] {
  const parts = path.replace(/\.test\.ts$/, "").split(".");
  const beside = parts.map((_, index) => `${parts.slice(0, parts.length - index).join(".")}.ts`);
  return [...beside, ...beside.map((source) => `${folderOf(source)}/assembly/${nameOf(source)}`)];
}

/** A file that the index does not list is a helper if another file of the folder uses it, otherwise it was forgotten. */
function staleIndexes(tree: Tree): string[] {
  const indexes = tree.paths.filter((path) => /^_index(\.generated)?\.ts$/.test(nameOf(path)));
  return indexes.flatMap((index) => {
    const folder = folderOf(index);
    const files = tree.paths.filter((path) => folderOf(path) === folder && isSource(path));
    const used = new Set(files.flatMap((path) => neighboursOf(tree, path)));
    return files
      .filter((path) => path !== index && !used.has(path))
      .map((path) => `${index}: does not list ./${nameOf(path)}`);
  });
}

function staleGenerated(tree: Tree): string[] {
  const generated = tree.paths.filter((path) => path.endsWith(".generated.ts"));
  return generated.flatMap((path) => {
    const list = /KERNEL_SOURCES = \[([^\]]*)\]/.exec(tree.text(path))?.[1];
    const digest = /KERNEL_SOURCES_SHA256 = "([^"]+)"/.exec(tree.text(path))?.[1];
    if (list === undefined || digest === undefined) return [];
    const sources = [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1]);
    const gone = sources.filter((source) => !tree.has(source));
    if (gone.length > 0) return [`${path}: its source ${gone[0]} is gone`];
    const found = createHash("sha256");
    for (const source of sources) found.update(tree.text(source));
    if (found.digest("hex") === digest) return [];
    const named = sources.length === 1 ? sources[0] : `${sources[0]} or what it imports`;
    return [`${path}: stale; ${named} changed since (npm run kernels)`];
  });
}

function defaultExports(tree: Tree): string[] {
  return sourcesOf(tree).flatMap((path) => {
    const file = syntaxOf(tree, path);
    const problems: string[] = [];
    walk(file, (node) => {
      const isDefault =
        (ts.isExportAssignment(node) && !node.isExportEquals) || node.kind === ts.SyntaxKind.DefaultKeyword;
      // `switch` has a default clause too, but that is a clause and no keyword node.
      if (isDefault) problems.push(`${path}:${lineOf(file, node)}: default export; export it by name`);
    });
    return problems;
  });
}

function importCycles(tree: Tree): string[] {
  // Types are gone after compiling, and a dynamic import runs when all is loaded.
  const counts = (found: Import) => !found.typeOnly && (found.form === "static" || found.form === "export");
  const edges = new Map(sourcesOf(tree).map((path) => [path, neighboursOf(tree, path, counts)]));
  return cyclesOf(edges).map((cycle) => `${cycle.join(" → ")}: modules import each other in a circle`);
}

function unbuiltUrls(tree: Tree): string[] {
  return sourcesOf(tree).flatMap((path) =>
    importsOf(tree, path)
      .filter((found) => found.form === "url" && found.specifier.endsWith(".ts"))
      .map(
        ({ specifier, line }) =>
          `${path}:${line}: '${specifier}' is '${specifier.replace(/\.ts$/, ".js")}' in dist, ` +
          "and new URL is not rewritten by the compiler",
      ),
  );
}

function heavyFiles(tree: Tree): string[] {
  return tree.paths.flatMap((path) => {
    if (CAPTURE_NAME.test(path) && !CAPTURE_FOLDERS.some((folder) => path.startsWith(folder))) {
      return [`${path}: captures are committed in ${CAPTURE_FOLDERS.join(" or ")} only`];
    }
    const size = tree.size(path);
    const most = path.startsWith("assets/") ? LARGEST_ASSET : LARGEST_FILE;
    return size > most ? [`${path}: ${size} bytes; the most is ${most}`] : [];
  });
}

function fixturesWithoutProvenance(tree: Tree): string[] {
  const fixtures = tree.paths.filter(
    (path) => path.startsWith("test/fixtures/") && nameOf(path) !== "README.md",
  );
  if (fixtures.length === 0) return [];
  const page = tree.has("test/fixtures/README.md") ? tree.text("test/fixtures/README.md") : "";
  return fixtures
    .filter((path) => !page.includes(path.slice("test/fixtures/".length)))
    .map((path) => `${path}: test/fixtures/README.md does not state its origin and licence`);
}
