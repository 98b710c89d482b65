// Rules about documents, in the form of the house rules: what a page says exists, exists.

import type { Rule } from "../tidy/rule.ts";
import { folderOf, type Tree } from "../tidy/tree.ts";
import { commandProblems, type KnownCommands } from "./commands.ts";
import { type Located, type MarkdownPage, readMarkdown } from "./markdown.ts";

/** A small tree of documents that keeps every rule. */
export const TIDY_DOCUMENTS: Readonly<Record<string, string>> = {
  "README.md":
    "# Title\n\nSee [the index](docs/README.md), `src/base/errors.ts` and `orbweaver detect --json`.\n",
  "docs/README.md": "# Documents\n\n- [a guide](guide/labels.md#the-form)\n",
  "docs/guide/labels.md":
    "# Labels\n\n## The form\n\n```sh\nnpm start -- x.pcap --json | orbweaver detect -\n```\n",
  "src/base/errors.ts":
    '// The one table of errors; see docs/guide/labels.md.\nexport const hint = "Run `orbweaver detect`.";\n',
};

/** The rules, for the commands that there are. */
export function documentRules(known: KnownCommands): readonly Rule[] {
  return [
    {
      wants: "links lead to files and headings that exist",
      problems: linkProblems,
      broken: {
        files: { "docs/guide/labels.md": "# Labels\n\n## The forms\n" },
        problem: "docs/README.md:3: docs/guide/labels.md has no heading '#the-form'",
      },
    },
    {
      wants: "paths that pages and sources name exist",
      problems: pathProblems,
      broken: {
        files: { "README.md": "# Title\n\n[index](docs/README.md) `src/base/mistakes.ts:12`\n" },
        problem: "README.md:3: there is no src/base/mistakes.ts",
      },
    },
    {
      wants: "commands that pages and sources show exist, with their options",
      problems: (tree) => shownCommandProblems(tree, known),
      broken: {
        files: {
          "docs/guide/labels.md": "# Labels\n\n## The form\n\n```sh\norbweaver detect --jason x.pcap\n```\n",
        },
        problem: "docs/guide/labels.md:6: orbweaver detect has no option --jason",
      },
    },
    {
      wants: "every page of docs is in its index",
      problems: unlistedPages,
      broken: {
        files: { "docs/guide/hidden.md": "# Hidden\n" },
        problem: "docs/guide/hidden.md: docs/README.md does not lead to it",
      },
    },
  ];
}

function pagesOf(tree: Tree): { path: string; page: MarkdownPage }[] {
  return tree.paths
    .filter((path) => path.endsWith(".md"))
    .map((path) => ({ path, page: readMarkdown(tree.text(path)) }));
}

function exists(tree: Tree, path: string): boolean {
  const folder = path.endsWith("/") ? path : `${path}/`;
  return tree.has(path) || tree.paths.some((other) => other.startsWith(folder));
}

function linkProblems(tree: Tree): string[] {
  return pagesOf(tree).flatMap(({ path, page }) =>
    page.links
      .filter(({ text }) => !/^[a-z]+:/.test(text))
      .flatMap(({ text, line }) => {
        const [file = "", anchor] = text.split("#");
        const target = file === "" ? path : joined(folderOf(path), file);
        if (!exists(tree, target)) return [`${path}:${line}: there is no ${target}`];
        if (anchor === undefined || !target.endsWith(".md")) return [];
        if (readMarkdown(tree.text(target)).anchors.has(anchor)) return [];
        return [`${path}:${line}: ${target} has no heading '#${anchor}'`];
      }),
  );
}

/** A relative path, seen from a folder. */
function joined(folder: string, relative: string): string {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of relative.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

const OURS =
  /(?<![\w./-])((?:src|docs|test|scripts|bench|assets|\.ci)\/[\w./-]*[\w/]|[A-Z]{4,}\.md|bin\/orbweaver)(?![\w*{<…])/g;

function pathProblems(tree: Tree): string[] {
  return [...mentions(tree), ...sourceComments(tree)].flatMap(({ path, line, text }) =>
    [...text.matchAll(OURS)]
      .map(([named]) => named)
      .filter((named) => !exists(tree, named))
      .map((named) => `${path}:${line}: there is no ${named}`),
  );
}

interface Mention extends Located {
  path: string;
}

/** Code of the pages, in fences and in backticks. */
function mentions(tree: Tree): Mention[] {
  return pagesOf(tree).flatMap(({ path, page }) =>
    [...page.spans, ...page.code].map((located) => ({ path, ...located })),
  );
}

/** Lines of the sources that name documents or show commands: comments, hints and help. */
function sourceComments(tree: Tree): Mention[] {
  return tree.paths
    .filter((path) => /^src\/.*\.ts$/.test(path) && !path.endsWith(".test.ts"))
    .flatMap((path) =>
      tree
        .text(path)
        .split("\n")
        .map((text, index) => ({ path, line: index + 1, text }))
        .filter(({ text }) => /docs\/[\w/.-]+\.md/.test(text)),
    );
}

function shownCommandProblems(tree: Tree, known: KnownCommands): string[] {
  const hints = tree.has("src/base/errors.ts") ? hintsOf(tree) : [];
  return [...mentions(tree), ...hints].flatMap(({ path, line, text }) =>
    commandProblems(text, known).map((problem) => `${path}:${line}: ${problem}`),
  );
}

/** Commands in backticks in the table of errors, whose hints people follow. */
function hintsOf(tree: Tree): Mention[] {
  const path = "src/base/errors.ts";
  return tree
    .text(path)
    .split("\n")
    .flatMap((text, index) =>
      [...text.matchAll(/`([^`$]+)`/g)].map(([, span = ""]) => ({ path, line: index + 1, text: span })),
    );
}

function unlistedPages(tree: Tree): string[] {
  const index = readMarkdown(tree.text("docs/README.md"));
  const listed = new Set(index.links.map(({ text }) => joined("docs", text.split("#")[0] ?? "")));
  return tree.paths
    .filter((path) => /^docs\/.*\.md$/.test(path) && path !== "docs/README.md" && !listed.has(path))
    .map((path) => `${path}: docs/README.md does not lead to it`);
}
