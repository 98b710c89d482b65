// Rules about rooms: who imports whom, and what pure rooms may use. The table is layers.json.

import { globalsUsed, importsOf, methodsCalled, resolveImport } from "./imports.ts";
import type { Rule } from "./rule.ts";
import { assemblyOf, cyclesOf, roomOf, sourcesOf } from "./sources.ts";
import type { Tree } from "./tree.ts";

/** What breaks determinism or needs a host, by the name that is used, with what to do instead. */
const BANNED_IN_PURE_ROOMS: Readonly<Record<string, string>> = {
  "Date.now": "take the time as a parameter",
  "new Date": "take the time as a parameter, in whole microseconds",
  "Date.parse": "time zones differ between machines; parse the text yourself",
  "Math.random": "use src/base/random.ts with a seed",
  performance: "take the time as a parameter",
  process: "pass in what is needed",
  Buffer: "use Uint8Array",
  console: "return what is to be said; only the command line prints",
  setTimeout: "pure rooms do not wait",
  setInterval: "pure rooms do not wait",
  setImmediate: "pure rooms do not wait",
  queueMicrotask: "pure rooms do not wait",
  fetch: "pass in the data",
  crypto: "use src/base/random.ts or src/base/hash.ts",
  Intl: "output must not depend on the locale; use src/base/number-text.ts",
};

/** Methods whose result depends on the machine's locale or time zone. */
const BANNED_METHODS = new Set([
  "toLocaleString",
  "toLocaleDateString",
  "toLocaleTimeString",
  "toLocaleLowerCase",
  "toLocaleUpperCase",
  "localeCompare",
]);

export const ROOM_RULES: readonly Rule[] = [
  {
    wants: "a room imports only the rooms that layers.json allows",
    problems: forbiddenImports,
    broken: {
      files: {
        "src/flow/extra.ts":
          '// Extra.\nimport type { y } from "../cli/main.ts";\nexport type Y = typeof y;\n',
      },
      problem: "src/flow/extra.ts:2: 'flow' may not import 'cli'",
    },
  },
  {
    wants: "assembly imports nothing but assembly, and of the rooms that layers.json allows",
    problems: forbiddenAssembly,
    broken: {
      files: {
        "src/cli/assembly/print.ts": "// Prints.\nexport const y: i32 = 1;\n",
        "src/flow/assembly/extra.ts": '// Extra.\nimport { y } from "../../cli/assembly/print";\n',
      },
      problem: "src/flow/assembly/extra.ts:2: 'flow' may not import 'cli'",
    },
  },
  {
    wants: "layers.json has no cycles, and pure rooms rest on pure rooms",
    problems: layerProblems,
    broken: {
      files: {
        "layers.json": JSON.stringify({
          pure: ["base", "flow"],
          rooms: { base: [], flow: ["app"], app: ["flow"] },
        }),
      },
      problem: "layers.json: flow → app → flow is a cycle",
    },
  },
  {
    wants: "tsconfig.pure.json compiles exactly the pure rooms",
    problems: pureConfigProblems,
    broken: {
      files: {
        "tsconfig.pure.json": JSON.stringify({ include: ["src/ambient.d.ts", "src/base", "src/packet"] }),
      },
      problem: "tsconfig.pure.json: does not include src/flow",
    },
  },
  {
    wants: "ARCHITECTURE.md shows the table of layers.json",
    problems: architectureProblems,
    broken: {
      files: {
        "ARCHITECTURE.md":
          "| Room | May import |\n|---|---|\n| packet | – |\n| flow | – |\n| app | packet, flow |\n| cli | app |\n",
      },
      problem: "ARCHITECTURE.md: the row of 'flow' says '–', layers.json says 'packet'",
    },
  },
  {
    wants: "pure rooms import no Node module and no package",
    problems: impureImports,
    broken: {
      files: { "src/packet/extra.ts": '// Extra.\nexport const fs = await import("node:fs");\n' },
      problem: "src/packet/extra.ts:2: 'packet' is a pure room and may not import 'node:fs'",
    },
  },
  {
    wants: "pure rooms use no clock, no chance, no host and no locale",
    problems: bannedUses,
    broken: {
      files: { "src/packet/extra.ts": "// Extra.\nexport const now = (): number => Date.now();\n" },
      problem:
        "src/packet/extra.ts:2: 'packet' is a pure room and may not use Date.now: take the time as a parameter",
    },
  },
  {
    wants: "only the command line prints",
    problems: prints,
    broken: {
      files: { "src/app/extra.ts": '// Extra.\nconsole.log("x");\n' },
      problem: "src/app/extra.ts:2: prints with console; only 'cli' prints",
    },
  },
];

interface Layers {
  pure: string[];
  rooms: Record<string, string[]>;
}

function layersOf(tree: Tree): Layers {
  return JSON.parse(tree.text("layers.json")) as Layers;
}

function pureSourcesOf(tree: Tree): { path: string; room: string }[] {
  const pure = new Set(layersOf(tree).pure);
  return sourcesOf(tree)
    .map((path) => ({ path, room: roomOf(path) ?? "" }))
    .filter(({ room }) => pure.has(room));
}

function forbiddenImports(tree: Tree): string[] {
  return sourcesOf(tree).flatMap((path) => forbiddenIn(tree, path));
}

function forbiddenAssembly(tree: Tree): string[] {
  return assemblyOf(tree).flatMap((path) => {
    const strangers = importsOf(tree, path).filter(({ specifier }) => {
      const target = `${resolveImport(path, specifier) ?? specifier}.ts`;
      return !target.includes("/assembly/") || !tree.has(target);
    });
    return [
      ...strangers.map(({ specifier, line }) => `${path}:${line}: '${specifier}' is no assembly file`),
      ...forbiddenIn(tree, path),
    ];
  });
}

function forbiddenIn(tree: Tree, path: string): string[] {
  const { rooms } = layersOf(tree);
  const room = roomOf(path) ?? "";
  const allowed = rooms[room];
  if (allowed === undefined) return [`${path}: layers.json knows no room '${room}'`];
  const may = new Set([room, "base", ...allowed]);
  return importsOf(tree, path).flatMap((found) => {
    const target = resolveImport(path, found.specifier);
    if (target === undefined) return [];
    const other = roomOf(target);
    if (other !== undefined && may.has(other)) return [];
    // package.json is data that the shells may read; nothing else outside of src is.
    if (other === undefined && found.form === "url" && !target.startsWith("src/")) return [];
    return [`${path}:${found.line}: '${room}' may not import '${other ?? target}'`];
  });
}

function layerProblems(tree: Tree): string[] {
  const { pure, rooms } = layersOf(tree);
  const problems: string[] = [];
  for (const [room, allowed] of Object.entries(rooms)) {
    for (const other of allowed) {
      if (rooms[other] === undefined)
        problems.push(`layers.json: '${room}' names an unknown room '${other}'`);
      if (pure.includes(room) && !pure.includes(other)) {
        problems.push(`layers.json: '${room}' is pure and may not rest on '${other}', which is not`);
      }
    }
  }
  for (const room of pure) {
    if (rooms[room] === undefined) problems.push(`layers.json: pure names an unknown room '${room}'`);
  }
  const edges = new Map(Object.entries(rooms));
  return [...problems, ...cyclesOf(edges).map((cycle) => `layers.json: ${cycle.join(" → ")} is a cycle`)];
}

function pureConfigProblems(tree: Tree): string[] {
  const { include } = JSON.parse(tree.text("tsconfig.pure.json")) as { include: string[] };
  const wanted = ["src/ambient.d.ts", ...layersOf(tree).pure.map((room) => `src/${room}`)];
  return [
    ...wanted
      .filter((path) => !include.includes(path))
      .map((path) => `tsconfig.pure.json: does not include ${path}`),
    ...include
      .filter((path) => !wanted.includes(path))
      .map((path) => `tsconfig.pure.json: ${path} is no pure room`),
  ];
}

/** Reads the table headed "| Room | May import |": rooms separated by commas, "–" for none. */
function architectureProblems(tree: Tree): string[] {
  const lines = tree.text("ARCHITECTURE.md").split("\n");
  const start = lines.findIndex((line) => /^\|\s*Room\s*\|\s*May import\s*\|/.test(line));
  if (start < 0) return ["ARCHITECTURE.md: has no table headed '| Room | May import |'"];
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  const rows = new Map<string, string>();
  for (const line of lines.slice(start + 2, end < 0 ? undefined : end)) {
    const [room = "", allowed = ""] = line
      .split("|")
      .slice(1)
      .map((cell) => cell.replaceAll("`", "").trim());
    rows.set(room, allowed);
  }
  const problems: string[] = [];
  for (const [room, allowed] of Object.entries(layersOf(tree).rooms)) {
    if (room === "base") continue;
    const wanted = allowed.length === 0 ? "–" : allowed.join(", ");
    const found = rows.get(room);
    rows.delete(room);
    if (found === undefined) problems.push(`ARCHITECTURE.md: has no row for '${room}'`);
    else if (found !== wanted) {
      problems.push(`ARCHITECTURE.md: the row of '${room}' says '${found}', layers.json says '${wanted}'`);
    }
  }
  return [
    ...problems,
    ...[...rows.keys()].map((room) => `ARCHITECTURE.md: layers.json knows no room '${room}'`),
  ];
}

function impureImports(tree: Tree): string[] {
  return pureSourcesOf(tree).flatMap(({ path, room }) =>
    importsOf(tree, path)
      .filter((found) => !found.specifier.startsWith("."))
      .map(
        (found) => `${path}:${found.line}: '${room}' is a pure room and may not import '${found.specifier}'`,
      ),
  );
}

function bannedUses(tree: Tree): string[] {
  return pureSourcesOf(tree).flatMap(({ path, room }) => {
    const uses = globalsUsed(tree, path).filter((use) => Object.hasOwn(BANNED_IN_PURE_ROOMS, use.name));
    const methods = methodsCalled(tree, path).filter((use) => BANNED_METHODS.has(use.name));
    return [
      ...uses.map(({ name, line }) => ({ name, line, instead: BANNED_IN_PURE_ROOMS[name] })),
      ...methods.map(({ name, line }) => ({ name, line, instead: "output must not depend on the locale" })),
    ].map(
      ({ name, line, instead }) =>
        `${path}:${line}: '${room}' is a pure room and may not use ${name}: ${instead}`,
    );
  });
}

function prints(tree: Tree): string[] {
  return sourcesOf(tree)
    .filter((path) => roomOf(path) !== "cli")
    .flatMap((path) =>
      globalsUsed(tree, path)
        .filter((use) => use.name === "console")
        .map((use) => `${path}:${use.line}: prints with console; only 'cli' prints`),
    );
}
