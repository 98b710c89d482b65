// Texts in YAML that have a form: read, checked as a whole, and every error names line and place. Knows no form.

import { isCollection, isScalar, LineCounter, parseDocument } from "yaml";
import type * as z from "zod";
import { type ErrorCode, OrbweaverError } from "../base/errors.ts";

export interface FormedText {
  text: string;
  /** For messages. */
  path: string;
  /** Code of the error where the text is not of the form. */
  code: ErrorCode;
}

/** Reads a text of a form. Throws an error of its code, naming line and place. */
export function parseFormed<Form extends z.ZodType>(form: Form, formed: FormedText): z.output<Form> {
  const { text, path, code } = formed;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  const invalid = (line: number | undefined, place: string, what: string): OrbweaverError => {
    const at = line === undefined ? "" : ` line ${line}`;
    return new OrbweaverError(code, `'${path}'${at}${place === "" ? "" : `, ${place}`}: ${what}`);
  };
  if (broken !== undefined) {
    const what = broken.message.split("\n")[0].replace(/:$/, "");
    throw invalid(lines.linePos(broken.pos[0]).line, "", what);
  }
  const found = form.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (found.success) return found.data;
  const issue = deepest(found.error.issues[0]);
  throw invalid(lineOf(document, issue.path, lines), placeText(issue.path), issue.message);
}

/** A union reports every branch; the branch that got furthest says what is wrong. */
function deepest(
  issue: z.core.$ZodIssue,
  above: PropertyKey[] = [],
): { path: PropertyKey[]; message: string } {
  const path = [...above, ...issue.path];
  if (issue.code !== "invalid_union") return { path, message: issue.message };
  const inner = issue.errors.map((issues) => deepest(issues[0], path));
  inner.sort(
    (a, b) => b.path.length - a.path.length || Number(isOurs(b.message)) - Number(isOurs(a.message)),
  );
  return inner[0];
}

function isOurs(message: string): boolean {
  return message.startsWith("found");
}

/** ["steps", 2, "missing"] as "steps[3].missing". */
function placeText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part + 1}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
}

function lineOf(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
  lines: LineCounter,
): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if ((isScalar(node) || isCollection(node)) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}
