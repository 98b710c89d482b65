// Pieces of text about data sets that several commands print.

import type { DatasetManifest } from "../app/datasets.ts";
import { counted, groupedText } from "../base/number-text.ts";
import { type Console, printable } from "./output.ts";
import { tableLines, wrapped } from "./table.ts";

type Table = DatasetManifest["tables"][string];

/** "renamed 80 columns", or with the number of rows in front. */
export function remarkText({ what, count }: DatasetManifest["remarks"][number]): string {
  return printable(
    count === undefined ? what : `${groupedText(count)} ${count === 1 ? "row" : "rows"}: ${what}`,
  );
}

/** Sources, each with what is to be said of it; then what is to be said of all. */
export function sourceLines(manifest: DatasetManifest, console: Console): string[] {
  const { dim } = console.colours;
  const about = (source: string | undefined, indent: string): string[] =>
    manifest.remarks
      .filter((remark) => remark.source === source)
      .flatMap((remark) => wrapped(remarkText(remark), console.out.width - 6, "  "))
      .map((line) => `${indent}${line}`);
  const sources = manifest.sources.flatMap(({ name, importer, rows, sha256 }) => [
    `  ${printable(name)}: ${counted(rows, "row")}${importer === undefined ? "" : ` by importer ${importer}`}${sha256 === undefined ? "" : dim(`  sha256 ${sha256.slice(0, 16)}…`)}`,
    ...about(name, "    "),
  ]);
  return [...sources, ...about(undefined, "  ")];
}

/** Rows by class with their share, under a title; nothing where there is no label. */
export function classLines(
  table: Pick<Table, "classes" | "rows">,
  bold: (text: string) => string,
  label: string | undefined,
): string[] {
  if (table.classes === undefined || label === undefined) return ["", "No column of labels was found."];
  const number = { align: "right" } as const;
  const labelled = table.classes.reduce((sum, { rows }) => sum + rows, 0);
  const rows = table.classes.map((one) => [
    printable(one.name),
    groupedText(one.rows),
    share(one.rows, table.rows),
  ]);
  if (labelled < table.rows)
    rows.push(["(no label)", groupedText(table.rows - labelled), share(table.rows - labelled, table.rows)]);
  return ["", bold("Classes"), ...tableLines([{ maximum: 40 }, number, number], rows)];
}

export function share(part: number, whole: number): string {
  return whole === 0 ? "" : `${((100 * part) / whole).toFixed(2)} %`;
}
