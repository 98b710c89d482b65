// A report as one file: a page that needs no script and asks nothing of anybody, for screens of any width and for paper.
//
// A page is data: sections of blocks. Text is escaped here, once, for all reports; charts come as SVG of drawing.ts. The same
// page gives the same bytes. Knows no table and no model.

import { escaped, type Markup, markup } from "./markup.ts";
import { PAGE_STYLE } from "./page-style.ts";

export interface Page {
  title: string;
  /** A line below the title. */
  subtitle: string;
  sections: readonly Section[];
  /** Says how the figures were made. */
  footer: readonly string[];
}

export interface Section {
  /** Name of the place on the page: letters, digits and hyphens. */
  id: string;
  title: string;
  blocks: readonly Block[];
}

export type Block =
  | { type: "text"; text: string; tone?: "plain" | "remark" }
  | { type: "facts"; facts: readonly (readonly [name: string, value: string])[] }
  | { type: "table"; columns: readonly TableColumn[]; rows: readonly (readonly Cell[])[] }
  | Figure
  | { type: "cards"; cards: readonly Card[] }
  /** Shown when it is asked for. */
  | { type: "details"; summary: string; blocks: readonly Block[] };

export interface Figure {
  type: "figure";
  title: string;
  /** What is seen, for those who cannot see it. */
  alternative: string;
  svg: Markup;
  /** Shown at its own size, and scrolled where there is no room, instead of shrunk. */
  isWide?: boolean;
  /** What the colours mean. */
  key?: readonly KeyEntry[];
  caption?: string;
}

export interface KeyEntry {
  text: string;
  colour: ThemeColour;
  /** From 0, not seen, to 1. */
  strength: number;
}

/** Colours that the page defines for light and dark. */
export type ThemeColour = "accent" | "against" | "soft";

export interface TableColumn {
  title: string;
  isNumber?: boolean;
}

/** Text, text that leads to a place on the page, or a chart as small as a word. */
export type Cell = string | { text: string; to: string } | { svg: Markup; alternative: string };

export interface Card {
  id: string;
  title: string;
  /** A few words each. */
  badges: readonly string[];
  blocks: readonly Block[];
}

/** Nothing but the page itself: no script, no picture, no request. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export function pageHtml(page: Page): string {
  const links = page.sections.map(({ id, title }) => `<a href="#${escaped(id)}">${escaped(title)}</a>`);
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(POLICY)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escaped(page.title)}</title>`,
    `<style>${PAGE_STYLE}</style>`,
    "</head>",
    "<body>",
    `<header><h1>${escaped(page.title)}</h1><p>${escaped(page.subtitle)}</p><nav>${links.join("")}</nav></header>`,
    "<main>",
    ...page.sections.map(sectionHtml),
    "</main>",
    `<footer>${page.footer.map((text) => `<p>${escaped(text)}</p>`).join("")}</footer>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function sectionHtml({ id, title, blocks }: Section): Markup {
  return markup(`<section id="${escaped(id)}"><h2>${escaped(title)}</h2>\n${blocksHtml(blocks)}</section>`);
}

function blocksHtml(blocks: readonly Block[]): Markup {
  return markup(blocks.map((block) => `${blockHtml(block)}\n`).join(""));
}

function blockHtml(block: Block): Markup {
  switch (block.type) {
    case "text":
      return markup(`<p${block.tone === "remark" ? ' class="remark"' : ""}>${escaped(block.text)}</p>`);
    case "facts":
      return markup(
        `<dl>${block.facts.map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`).join("")}</dl>`,
      );
    case "table":
      return tableHtml(block.columns, block.rows);
    case "figure":
      return figureHtml(block);
    case "cards":
      return markup(`<div class="cards">\n${block.cards.map(cardHtml).join("\n")}\n</div>`);
    case "details":
      return markup(
        `<details><summary>${escaped(block.summary)}</summary>\n${blocksHtml(block.blocks)}</details>`,
      );
  }
}

function tableHtml(columns: readonly TableColumn[], rows: readonly (readonly Cell[])[]): Markup {
  const kind = (at: number): string => (columns[at].isNumber ? ' class="number"' : "");
  const head = columns.map(({ title }, at) => `<th scope="col"${kind(at)}>${escaped(title)}</th>`).join("");
  const body = rows.map(
    (row) => `<tr>${row.map((cell, at) => `<td${kind(at)}>${cellHtml(cell)}</td>`).join("")}</tr>`,
  );
  return markup(
    `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table></div>`,
  );
}

function cellHtml(cell: Cell): Markup {
  if (typeof cell === "string") return escaped(cell);
  if ("to" in cell) return markup(`<a href="#${escaped(cell.to)}">${escaped(cell.text)}</a>`);
  return picture(cell.svg, cell.alternative);
}

function figureHtml({ title, alternative, svg, isWide, key, caption }: Figure): Markup {
  const notes = [
    ...(key === undefined ? [] : [`<span class="key">${key.map(keyHtml).join("")}</span>`]),
    ...(caption === undefined ? [] : [escaped(caption)]),
  ];
  return markup(
    `<figure${isWide ? ' class="wide"' : ""}><figcaption>${escaped(title)}</figcaption>` +
      `<div class="scroll">${picture(svg, alternative)}</div>` +
      `${notes.length === 0 ? "" : `<p class="note">${notes.join(" ")}</p>`}</figure>`,
  );
}

function keyHtml({ text, colour, strength }: KeyEntry): Markup {
  return markup(
    `<span><i style="background:var(--${colour});opacity:${strength}"></i>${escaped(text)}</span>`,
  );
}

function picture(svg: Markup, alternative: string): Markup {
  // By a function: in a text, "$&" would stand for what was found.
  return markup(svg.replace("<svg ", () => `<svg role="img" aria-label="${escaped(alternative)}" `));
}

function cardHtml({ id, title, badges, blocks }: Card): Markup {
  const marks = badges.map((badge) => `<span class="badge">${escaped(badge)}</span>`).join("");
  return markup(
    `<article id="${escaped(id)}"><h3>${escaped(title)}</h3><p class="badges">${marks}</p>\n${blocksHtml(blocks)}</article>`,
  );
}
