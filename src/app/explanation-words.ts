// Contributions and decisions in words that a person can check: names of columns, values with units, questions with
// answers. Knows no model's arithmetic.

import type { ColumnSpecification } from "../feature/table.ts";
import type { Decision, DecisionPaths } from "../model/decisions.ts";
import { valueText } from "../verdict/measure-text.ts";

/** How much one column moved what is explained. */
export interface ColumnAmount {
  column: string;
  /** What the model saw: a number, the name of a category, or null when missing. */
  value: number | string | null;
  unit: string;
  /** The value in words: "812 packets". */
  text: string;
  /** Signed, on the scale of the explanation. */
  amount: number;
}

export interface DecisionText {
  /** "packets ≤ 12", "service is http or dns". */
  question: string;
  /** The row's value in words. */
  value: string;
  answer: "yes" | "no";
  /** Expected share or score after the answer. */
  after: number;
  /** Training rows that went this way. */
  rows: number;
}

export interface PathText {
  /** Number of the tree among those of the class, from 1. */
  tree: number;
  before: number;
  decisions: DecisionText[];
  after: number;
}

export interface PathsText {
  /** "probability": shares of the class in the tree's nodes; "log-odds": what the tree adds to the score. */
  scale: DecisionPaths["scale"];
  /** Trees that the class's score has; those shown are the most influential. */
  trees: number;
  paths: PathText[];
}

/** Categories that a question names at most. */
const CATEGORIES_NAMED = 4;

export function columnAmount(
  { name, kind, unit, categories }: ColumnSpecification,
  value: number,
  amount: number,
): ColumnAmount {
  const found = kind === "categorical" ? (categories[value] ?? null) : value;
  const text = valueText({ name, kind, unit, categories, description: "" }, value);
  return { column: name, value: Number.isNaN(value) ? null : found, unit, text, amount };
}

export function pathsText(columns: readonly ColumnSpecification[], found: DecisionPaths): PathsText {
  const paths = found.paths.map(({ tree, before, decisions, after }) => ({
    tree: tree + 1,
    before,
    decisions: decisions.map((decision) => decisionText(columns[decision.column], decision)),
    after,
  }));
  return { scale: found.scale, trees: found.trees, paths };
}

function decisionText(column: ColumnSpecification, decision: Decision): DecisionText {
  const { question, value, after, rows } = decision;
  const rest = { value: valueText(column, value), after, rows };
  if ("atMost" in question) {
    const text = `${column.name} ≤ ${thresholdText(column, question.atMost, value)}`;
    return { question: text, answer: decision.yes ? "yes" : "no", ...rest };
  }
  // A set that holds more than half of the categories is told by those that it lacks.
  const isLarge = question.among.length > column.categories.length / 2;
  const told = isLarge
    ? [...column.categories.keys()].filter((code) => !question.among.includes(code))
    : question.among;
  const text = `${column.name} is ${listed(told.map((code) => column.categories[code]))}`;
  return { question: text, answer: decision.yes !== isLarge ? "yes" : "no", ...rest };
}

/** A threshold in words, unless they would be those of the value that it tells from others. */
function thresholdText(column: ColumnSpecification, threshold: number, value: number): string {
  const text = valueText(column, threshold);
  if (text !== valueText(column, value) || threshold === value) return text;
  return `${Number(threshold.toPrecision(9))}${column.unit === "" ? "" : ` ${column.unit}`}`;
}

/** Names of categories, the first of them where they are many. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return "any known category";
  if (names.length === 1) return names[0];
  if (names.length <= CATEGORIES_NAMED) return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
  const shown = names.slice(0, CATEGORIES_NAMED - 1);
  return `${shown.join(", ")} or one of ${names.length - shown.length} others`;
}
