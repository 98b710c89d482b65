// The part of a profile's page about classes: how many rows each has, and which columns go with them.

import { groupedText } from "../base/number-text.ts";
import { shareText, shortText } from "../base/short-number.ts";
import { CLASSES_MAX, type Profile } from "../dataset/profile/contract.ts";
import { barChart } from "./bars.ts";
import { visible } from "./markup.ts";
import type { Block, Section } from "./page.ts";
import type { Fact } from "./profile-words.ts";

const CLASSES_DRAWN = 24;
const TIES_DRAWN = 20;
/** Imbalance from which rows by class are drawn on a logarithmic scale. */
const LOG_IMBALANCE = 50;

export function classesSection({ classes, rows }: Profile): Section | undefined {
  if (classes === undefined || classes.count === 0) return undefined;
  const drawn = classes.list.slice(0, CLASSES_DRAWN);
  const scale = classes.imbalance >= LOG_IMBALANCE ? "log" : "linear";
  const svg = barChart({
    names: drawn.map(({ name }) => name || "(empty)"),
    values: drawn.map((each) => each.rows),
    texts: drawn.map(({ rows: count, share }) => `${groupedText(count)} (${shareText(share, 1)})`),
    unit: "rows",
    scale,
  });
  const facts: Fact[] = [
    ["Label", visible(classes.column)],
    ["Classes", groupedText(classes.count)],
    ["Largest to smallest", classes.count < 2 ? "–" : `${shortText(classes.imbalance)} : 1`],
    ["Evenness, 0 to 1", Number.isNaN(classes.evenness) ? "–" : classes.evenness.toFixed(2)],
    [
      "Rows without a class",
      `${groupedText(classes.unlabelled)}${classes.unlabelled > 0 ? ` (${shareText(classes.unlabelled, rows)})` : ""}`,
    ],
  ];
  const hidden = classes.list.slice(CLASSES_DRAWN);
  const unlisted = classes.count - Math.min(classes.count, CLASSES_MAX);
  return {
    id: "classes",
    title: "Classes",
    blocks: [
      { type: "facts", facts },
      {
        type: "figure",
        title: `Rows by class${scale === "log" ? ", on a logarithmic scale" : ""}`,
        alternative: `Bar chart of the rows of ${drawn.length} classes; the largest is ${drawn[0].name} with ${groupedText(drawn[0].rows)} rows.`,
        svg,
      },
      ...(hidden.length === 0
        ? []
        : ([
            {
              type: "details",
              summary: `${groupedText(hidden.length)} smaller ones`,
              blocks: [
                {
                  type: "table",
                  columns: [
                    { title: "Class" },
                    { title: "Rows", isNumber: true },
                    { title: "Share", isNumber: true },
                  ],
                  rows: hidden.map(({ name, rows: count, share }) => [
                    name || "(empty)",
                    groupedText(count),
                    shareText(share, 1),
                  ]),
                },
              ],
            },
          ] satisfies Block[])),
      ...(unlisted > 0
        ? [{ type: "text", text: `${groupedText(unlisted)} more classes are not listed.` } as const]
        : []),
    ],
  };
}

export function tiesSection({ classTies }: Profile): Section | undefined {
  if (classTies.length === 0) return undefined;
  const drawn = classTies.slice(0, TIES_DRAWN);
  const measure = (kind: string): string => (kind === "cramers-v" ? "V" : "η");
  return {
    id: "ties",
    title: "What tells the class",
    blocks: [
      {
        type: "text",
        text: "How far each column alone goes with the class: the correlation ratio η of numbers, Cramér's V of texts. A feature near 1 all but gives the class away; ask whether it would in real traffic.",
      },
      {
        type: "figure",
        title:
          classTies.length > drawn.length
            ? `The ${drawn.length} features that go with the class most`
            : "Features that go with the class",
        alternative: `Bar chart; the first is ${drawn[0].column} with ${drawn[0].value.toFixed(3)}.`,
        svg: barChart({
          names: drawn.map(({ column }) => column),
          values: drawn.map(({ value }) => value),
          texts: drawn.map((tie) => `${measure(tie.measure)} ${tie.value.toFixed(3)}`),
          unit: "η or V, 0: nothing, 1: everything",
          scale: "linear",
          maximum: 1,
        }),
      },
    ],
  };
}
