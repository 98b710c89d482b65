// How a page of a report looks: one style sheet, with colours for light, dark and paper.

export const PAGE_STYLE = `
:root {
  --paper: #ffffff; --panel: #f6f7f9; --ink: #1b1f27; --soft: #5a6372; --line: #d9dde4;
  --accent: #1f6fb2; --against: #c4501b; --remark: #8a5a00; --remark-panel: #fff6e0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171c; --panel: #1c2027; --ink: #e6e9ef; --soft: #a3adbb; --line: #333a45;
    --accent: #5aa9e6; --against: #ee8a54; --remark: #f0c674; --remark-panel: #2b2616;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 1.5rem; max-width: 1320px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
h1 { margin: 0; font-size: 1.7rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); font-size: 1.25rem; }
h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; }
header p { margin: .3rem 0 .8rem; color: var(--soft); }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1rem; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; overflow-wrap: anywhere; }
p { margin: .5rem 0; max-width: 75ch; overflow-wrap: anywhere; }
.remark { padding: .45rem .75rem; border-left: 3px solid var(--remark); background: var(--remark-panel); color: var(--remark); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .6rem 1.2rem; margin: .75rem 0; }
dt { color: var(--soft); font-size: .8rem; }
dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
main > section > dl dd { font-size: 1.15rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .87rem; }
th, td { padding: .22rem .7rem .22rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: middle; white-space: nowrap; }
td:first-child { max-width: 22rem; overflow: hidden; text-overflow: ellipsis; }
th { color: var(--soft); font-weight: 600; }
.number { text-align: right; }
td svg { display: block; width: 120px; height: 22px; }
figure { margin: .75rem 0; max-width: 640px; }
figure.wide { max-width: none; }
figcaption { margin-bottom: .25rem; font-size: .87rem; font-weight: 600; }
figure svg { display: block; width: 100%; height: auto; font-family: inherit; }
section > figure:not(.wide) svg { min-width: 24rem; }
figure.wide svg { width: auto; max-width: none; }
.note { margin: .25rem 0 0; color: var(--soft); font-size: .82rem; }
.key { display: inline-flex; flex-wrap: wrap; gap: .2rem .8rem; margin-right: .8rem; }
.key span { display: inline-flex; align-items: center; gap: .3rem; }
.key i { display: inline-block; width: 1.1rem; height: .8rem; border-radius: 2px; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 380px), 1fr)); gap: 1rem; }
article { min-width: 0; padding: .9rem 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); scroll-margin-top: 1rem; }
article dl { grid-template-columns: repeat(auto-fill, minmax(3.7rem, 1fr)); gap: .35rem .4rem; margin: .5rem 0; font-size: .85rem; }
article dt { font-size: .74rem; }
article p { font-size: .87rem; }
article figcaption { font-weight: 400; color: var(--soft); }
article:target { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
.badges { display: flex; flex-wrap: wrap; gap: .3rem; margin: .3rem 0 .5rem; }
.badge { padding: 0 .5rem; border: 1px solid var(--line); border-radius: 999px; color: var(--soft); font-size: .75rem; }
details { margin: .5rem 0; }
summary { cursor: pointer; color: var(--soft); font-size: .87rem; }
footer { margin-top: 3rem; padding-top: .75rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .82rem; }
@media (max-width: 600px) { body { padding: 1rem .8rem; font-size: 14px; } h1 { font-size: 1.35rem; } h2 { margin-top: 2rem; } }
@media print {
  :root {
    --paper: #ffffff; --panel: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb;
    --accent: #1f6fb2; --against: #c4501b; --remark: #5a3d00; --remark-panel: #ffffff;
  }
  body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav { display: none; }
  h2, h3 { break-after: avoid; }
  article, figure, tr { break-inside: avoid; }
  .scroll { overflow: visible; }
  .cards { grid-template-columns: repeat(2, 1fr); }
  figure.wide svg { width: 100%; height: auto; }
}
`;
