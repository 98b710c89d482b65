// Values as people read them: names of code as words, lists in a line, and what is too much for a table counted.

import { figure } from "./format.ts";

/** "sampleRows" and "by_class" as words; names of others, with blanks or dots in them, as they are. */
export function nameInWords(name: string): string {
  if (!/^[a-z][A-Za-z0-9_]*$/.test(name)) return name;
  return name
    .replaceAll("_", " ")
    .replaceAll(
      /([a-z0-9])([A-Z])(?=[a-z])/g,
      (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`,
    );
}

export type Scalar = string | number | boolean | null;

export function isScalar(value: unknown): value is Scalar {
  return value === null || typeof value !== "object";
}

export function scalarText(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "number") return figure(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return String(value);
}

/** What stands in one cell: a scalar, or a list of nothing else. Undefined for what needs a table of its own. */
export function cellText(value: unknown, listMax = 30): string | undefined {
  if (isScalar(value)) return scalarText(value);
  if (!Array.isArray(value) || !value.every(isScalar)) return undefined;
  if (value.length === 0) return "none";
  const more = value.length > listMax ? `, and ${value.length - listMax} more` : "";
  return `${value.slice(0, listMax).map(scalarText).join(", ")}${more}`;
}

export interface FactLine {
  key: string;
  depth: number;
  name: string;
  /** Undefined for the heading of what stands further in. */
  text?: string;
}

const LINES_MAX = 200;
const DEPTH_MAX = 4;

/** A value as lines of names and values, those of what is nested behind a heading and further in. What is too much is counted. */
export function factLines(value: unknown): FactLine[] {
  const lines = linesOf(value, "", 0);
  if (lines.length <= LINES_MAX) return lines;
  const more = { key: "more", depth: 0, name: `and ${lines.length - LINES_MAX} more`, text: "" };
  return [...lines.slice(0, LINES_MAX), more];
}

function linesOf(value: unknown, path: string, depth: number): FactLine[] {
  const whole = cellText(value);
  if (whole !== undefined) return [{ key: path, depth, name: "", text: whole }];
  return Object.entries(value as object).flatMap(([name, part]): FactLine[] => {
    if (part === undefined) return [];
    const key = `${path}/${name}`;
    const line = { key, depth, name: Array.isArray(value) ? String(Number(name) + 1) : nameInWords(name) };
    const text = cellText(part) ?? (depth === DEPTH_MAX ? JSON.stringify(part) : undefined);
    if (text !== undefined) return [{ ...line, text }];
    const inner = linesOf(part, key, depth + 1);
    return inner.length === 0 ? [{ ...line, text: "none" }] : [line, ...inner];
  });
}
