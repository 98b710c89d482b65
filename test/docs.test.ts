// The documents, held against the repository: links, paths, commands, and pages that follow from tables.

import { describe, expect, test } from "vitest";
import { REFERENCE_PAGES } from "../scripts/support/reference.ts";
import { program } from "../src/cli/program.ts";
import { SCHEMAS } from "../src/feature/schemas/_index.ts";
import { SCENARIOS } from "../src/generate/scenarios/_index.ts";
import { LEARNERS } from "../src/learner/index.ts";
import { commandProblems, type KnownCommands } from "./support/docs/commands.ts";
import { readMarkdown } from "./support/docs/markdown.ts";
import { documentRules, TIDY_DOCUMENTS } from "./support/docs/rules.ts";
import { repositoryTree, treeOf, treeWith } from "./support/tidy/tree.ts";

const repository = repositoryTree();
const tidy = treeOf(TIDY_DOCUMENTS);

const HELP = ["-h", "--help"];

function knownCommands(): KnownCommands {
  const orbweaver = program();
  const names = (options: readonly { long?: string; short?: string }[]): string[] =>
    options.flatMap(({ long, short }) => [long, short]).filter((name) => name !== undefined);
  const commands = orbweaver.commands.map(
    (command) =>
      [
        command.name(),
        new Set([
          ...names(command.options),
          ...command.commands.flatMap((child) => names(child.options)),
          ...HELP,
        ]),
      ] as const,
  );
  const { scripts } = JSON.parse(repository.text("package.json")) as { scripts: Record<string, string> };
  return {
    orbweaver: new Map([...commands, ["help", new Set(HELP)]]),
    options: new Set([...names(orbweaver.options), ...HELP]),
    values: new Map([
      ["--scenario", new Set(SCENARIOS.map((scenario) => scenario.name))],
      ["--schema", new Set(SCHEMAS.map((schema) => schema.id))],
      ["--learner", new Set(LEARNERS.map((learner) => learner.id))],
    ]),
    scripts: new Set(Object.keys(scripts)),
  };
}

const known = knownCommands();

describe.each(documentRules(known))("$wants", ({ problems, broken }) => {
  test("notices what breaks it", () => {
    expect(problems(tidy)).toEqual([]);
    expect(problems(treeWith(tidy, broken.files))).toContain(broken.problem);
  });

  test("holds here", () => {
    expect(problems(repository).join("\n")).toBe("");
  });
});

test.each(REFERENCE_PAGES)("$path is what `npm run reference` writes", async ({ path, render }) => {
  expect(repository.text(path)).toBe(await render());
});

describe("commands are read as a shell would", () => {
  test.each([
    "orbweaver detect x.pcap --json",
    "$ bin/orbweaver detect -",
    "NO_COLOR=1 orbweaver detect x.pcap > out.txt 2>&1",
    "orbweaver COMMAND --help",
    "orbweaver --version",
    "npm run build # then orbweaver nonsense",
    "echo 'orbweaver nonsense'",
    "npm ci",
    "Usage: orbweaver nonsense",
  ])("%s is in order", (line) => {
    expect(commandProblems(line, known)).toEqual([]);
  });

  test.each([
    ["orbweaver nonsense x", "orbweaver has no command 'nonsense'"],
    ["cat x | orbweaver detect - --nonsense", "orbweaver detect has no option --nonsense"],
    ["orbweaver detect x --nonsense=1 && true", "orbweaver detect has no option --nonsense"],
    ["npx orbweaver detect -Z x", "orbweaver detect has no option -Z"],
    ["A=1 ./bin/orbweaver --nonsense", "orbweaver has no option --nonsense"],
    ["orbweaver train x --learner nonsense", "--learner knows no 'nonsense'"],
    ["npm run nonsense -- x", "package.json has no script 'nonsense'"],
    ["npm start -- --nonsense", "orbweaver up has no option --nonsense"],
    ["npm start -- x.pcap --nonsense", "orbweaver detect has no option --nonsense"],
  ])("%s is not", (line, problem) => {
    expect(commandProblems(line, known)).toEqual([problem]);
  });
});

test("pages are read with their links, headings and code", () => {
  const page = readMarkdown(
    [
      "# A `b`: c, d",
      "[x](a.md) and ![y](b/c.png#d) but not `[z](no.md)`",
      "```sh",
      "one \\",
      "  two",
      "[not](a-link)",
      "```",
      "# A `b`: c, d",
      "`span`",
    ].join("\n"),
  );
  expect(page.anchors).toEqual(new Set(["a-b-c-d", "a-b-c-d-1"]));
  expect(page.links).toEqual([
    { text: "a.md", line: 2 },
    { text: "b/c.png#d", line: 2 },
  ]);
  expect(page.code).toEqual([
    { text: "one  two", line: 4 },
    { text: "[not](a-link)", line: 6 },
  ]);
  expect(page.spans.map((span) => span.text)).toEqual(["b", "[z](no.md)", "b", "span"]);
});
