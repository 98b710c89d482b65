// Aligned columns of text for people. Numbers stand to the right. Knows no terminal but its width.

import { fitted } from "./output.ts";

export interface TableColumn {
  title?: string;
  /** "right" for numbers. */
  align?: "left" | "right";
  /** Columns wider than this are cut. */
  maximum?: number;
  /** Applied to each padded cell, so that colours do not count as width. */
  style?: (text: string) => string;
}

export interface TableOptions {
  indent?: number;
  gap?: number;
  /** Applied to the padded titles. */
  titleStyle?: (text: string) => string;
}

/** Lines of a table; the titles are left out when no column has one. */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string[] {
  const widths = columns.map((column, index) => {
    const widest = Math.max(column.title?.length ?? 0, ...rows.map((row) => row[index]?.length ?? 0));
    return Math.min(widest, column.maximum ?? widest);
  });
  const indent = " ".repeat(options.indent ?? 2);
  const gap = " ".repeat(options.gap ?? 2);
  const line = (cells: readonly string[], style: (index: number, text: string) => string): string => {
    const padded = columns.map((column, index) => {
      const text = fitted(cells[index] ?? "", widths[index]);
      const last = index === columns.length - 1;
      const aligned =
        column.align === "right" ? text.padStart(widths[index]) : last ? text : text.padEnd(widths[index]);
      return style(index, aligned);
    });
    return `${indent}${padded.join(gap)}`.trimEnd();
  };
  const lines = rows.map((row) => line(row, (index, text) => columns[index].style?.(text) ?? text));
  if (columns.every((column) => column.title === undefined)) return lines;
  const titles = columns.map((column) => column.title ?? "");
  return [line(titles, (_, text) => options.titleStyle?.(text) ?? text), ...lines];
}

/** Text broken at blanks into lines of at most `width` characters, the later ones indented. */
export function wrapped(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(line);
  return lines;
}
