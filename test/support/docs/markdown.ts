// What a Markdown page holds that can be checked: links, headings, code. Reads the common form of GitHub, line by line;
// knows no files.

export interface MarkdownPage {
  /** Targets of links and images, as written. */
  links: Located[];
  /** Texts between backticks, outside of fenced blocks. */
  spans: Located[];
  /** Lines of fenced blocks. A line that ends in a backslash is joined with the next. */
  code: Located[];
  /** Anchors of the headings. */
  anchors: Set<string>;
}

export interface Located {
  text: string;
  /** Line of the page, from 1. */
  line: number;
}

export function readMarkdown(text: string): MarkdownPage {
  const page: MarkdownPage = { links: [], spans: [], code: [], anchors: new Set() };
  let fence: string | undefined;
  let continued = false;
  for (const [index, content] of text.split("\n").entries()) {
    const line = index + 1;
    const mark = /^\s*(```+|~~~+)/.exec(content)?.[1];
    if (fence === undefined && mark !== undefined) fence = mark;
    else if (fence !== undefined && mark?.startsWith(fence)) fence = undefined;
    else if (fence !== undefined) {
      if (continued) (page.code.at(-1) as Located).text += ` ${content.trim().replace(/\\$/, "")}`;
      else page.code.push({ text: content.trim().replace(/\\$/, ""), line });
      continued = content.endsWith("\\");
    } else readProse(page, content, line);
  }
  return page;
}

function readProse(page: MarkdownPage, content: string, line: number): void {
  const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(content)?.[1];
  if (heading !== undefined) page.anchors.add(anchorOf(heading, page.anchors));
  const withoutCode = content.replaceAll(/`([^`]+)`/g, (_, span: string) => {
    page.spans.push({ text: span, line });
    return "";
  });
  for (const match of withoutCode.matchAll(/\]\(([^()\s]+(?:\([^()\s]*\))?[^()\s]*)(?:\s+"[^"]*")?\)/g)) {
    page.links.push({ text: match[1] ?? "", line });
  }
}

/** The anchor that GitHub gives a heading; a repeated one gets a number. */
function anchorOf(heading: string, taken: ReadonlySet<string>): string {
  const plain = heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
  let anchor = plain;
  for (let count = 1; taken.has(anchor); count++) anchor = `${plain}-${count}`;
  return anchor;
}
