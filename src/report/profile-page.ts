// The page of a profile: overview, classes, what tells the class, which columns say the same, and a card for each column.
//
// Knows no SQL; what it shows is in the profile.

import { counted, groupedText } from "../base/number-text.ts";
import { shareText } from "../base/short-number.ts";
import type { Profile } from "../dataset/profile/contract.ts";
import { type Block, pageHtml, type Section } from "./page.ts";
import { classesSection, tiesSection } from "./profile-classes.ts";
import { cardsSection, tableSection } from "./profile-columns.ts";
import { categoriesSection, numbersSection } from "./profile-matrices.ts";
import { type Fact, numbersOf } from "./profile-words.ts";

export function profilePage(profile: Profile): string {
  const sections = [
    overview(profile),
    classesSection(profile),
    tiesSection(profile),
    numbersSection(profile),
    categoriesSection(profile),
    tableSection(profile),
    cardsSection(profile),
  ];
  return pageHtml({
    title: `Profile of ${profile.name}`,
    subtitle: `${counted(profile.rows, "row")}, ${counted(profile.columns.length, "column")}`,
    sections: sections.filter((section) => section !== undefined),
    footer: footer(profile),
  });
}

// --- overview ---------------------------------------------------------------------------------------------------

function overview({ rows, columns, classes, sample, remarks }: Profile): Section {
  const roles = (role: string): string =>
    groupedText(columns.filter((column) => column.role === role).length);
  const missing = columns.reduce((sum, column) => sum + column.missing, 0);
  const infinite = numbersOf(columns).reduce((sum, column) => sum + column.infinite, 0);
  const facts: Fact[] = [
    ["Rows", groupedText(rows)],
    ["Features", roles("feature")],
    ["Identity columns", roles("identity")],
    ["Other columns", roles("extra")],
    [
      "Missing values",
      `${groupedText(missing)}${missing === 0 ? "" : ` (${shareText(missing, rows * columns.length)})`}`,
    ],
    ["Infinite values", groupedText(infinite)],
    ["Constant columns", groupedText(columns.filter(({ constant }) => constant).length)],
    ...(classes === undefined ? [] : [["Classes", groupedText(classes.count)] satisfies Fact]),
    ["Rows in matrices", groupedText(sample.rows)],
  ];
  return {
    id: "overview",
    title: "Overview",
    blocks: [
      { type: "facts", facts },
      ...remarks.map((text): Block => ({ type: "text", text: `${sentence(text)}.`, tone: "remark" })),
    ],
  };
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function footer({ sample, rows }: Profile): string[] {
  const of =
    sample.seed === undefined
      ? "Matrices are of all rows."
      : `Matrices are of a sample of ${groupedText(sample.rows)} of ${groupedText(rows)} rows, drawn with seed ${sample.seed}; everything else is of all rows.`;
  return [
    of,
    "Means, deviations, quantiles and histograms are of finite values. The standard deviation is that of a sample (n - 1); quantiles are linear between neighbours. Bins hold their lower edge and not their upper one, save the last.",
    "Correlations are of the rows where both columns are finite; ranks of equal values are averaged. Cramér's V is corrected for bias (Bergsma 2013). The correlation ratio is the root of the share of a column's variance that lies between classes.",
  ];
}
