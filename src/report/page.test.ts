import { expect, test } from "vitest";
import { markup } from "./markup.ts";
import { type Block, type Figure, pageHtml } from "./page.ts";

const HOSTILE = `"><img src=x onerror=alert(1)><script>alert(2)</script>`;

const FIGURE: Figure = {
  type: "figure",
  title: HOSTILE,
  alternative: HOSTILE,
  svg: markup("<svg ></svg>"),
  key: [{ text: HOSTILE, colour: "accent", strength: 1 }],
  caption: HOSTILE,
};

/** Every kind of block, with a hostile text wherever text may be. */
const BLOCKS: readonly Block[] = [
  { type: "text", text: HOSTILE, tone: "remark" },
  { type: "facts", facts: [[HOSTILE, HOSTILE]] },
  {
    type: "table",
    columns: [{ title: HOSTILE }, { title: "n", isNumber: true }, { title: "" }],
    rows: [[HOSTILE, { text: HOSTILE, to: HOSTILE }, { svg: markup("<svg ></svg>"), alternative: HOSTILE }]],
  },
  FIGURE,
  { type: "cards", cards: [{ id: HOSTILE, title: HOSTILE, badges: [HOSTILE], blocks: [] }] },
  { type: "details", summary: HOSTILE, blocks: [{ type: "text", text: HOSTILE }] },
];

const page = (blocks: readonly Block[]): string =>
  pageHtml({
    title: HOSTILE,
    subtitle: HOSTILE,
    sections: [{ id: HOSTILE, title: HOSTILE, blocks }],
    footer: [HOSTILE],
  });

test("no text of strangers becomes an element or an attribute", () => {
  const html = page(BLOCKS);
  const tags = [...html.matchAll(/<([a-z0-9]+)/g)].map(([, tag]) => tag);
  expect(tags).not.toContain("script");
  expect(tags).not.toContain("img");
  expect(html.replaceAll(/"[^"]*"/g, "")).not.toMatch(/<[^>]*onerror/);
  expect(html.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(15);
});

test("what replacing gives a meaning has none in the words for a picture", () => {
  const html = page([{ ...FIGURE, alternative: "costs $& and $' and $`" }]);
  expect(html).toContain('aria-label="costs $&amp; and $&#39; and $`"');
});

test("a page asks for nothing, and says so to the browser", () => {
  const html = page(BLOCKS);
  expect(html).toContain("default-src &#39;none&#39;");
  expect(html).not.toMatch(/https?:|@import|url\(|<link|<iframe|<object|<base/);
});

test("a page is well formed: every element that is opened is closed", () => {
  const html = page(BLOCKS);
  const open: string[] = [];
  for (const [, end, tag] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
    if (tag === "meta") continue;
    if (end === "") open.push(tag);
    else expect(open.pop()).toBe(tag);
  }
  expect(open).toEqual([]);
});
