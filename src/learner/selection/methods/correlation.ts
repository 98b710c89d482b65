// The method "correlation": of columns that say nearly the same, the one that says most of the label stays.
//
// Columns are taken in the order of what they say of the label, ties by name; one that is alike to one that stays goes.

import { descending } from "../choose.ts";
import { type Codes, codesOf, labelCodes, type Numbers, numbersOf } from "../columns.ts";
import type { ColumnVerdict, SelectionInput, SelectionMethod } from "../contract.ts";
import { seedOf } from "../fitting.ts";
import { sampledRows } from "../sample.ts";
import { categoricalRelation, cramersV, numericRelation, pearson } from "../statistics.ts";

/** Rows that pairs are compared on; more are sampled by class. */
const ROWS = 100_000;

export const correlation: SelectionMethod = {
  id: "correlation",
  description:
    "Drops columns that are nearly a copy of another: |Pearson| of numbers, Cramér's V of categories",
  score: "share of the column's variance that lies between classes, from 0 to 1",
  needsClasses: false,
  parameters: [
    {
      name: "threshold",
      type: "number",
      default: 0.95,
      minimum: 0,
      maximum: 1,
      description: "Likeness above which only one of two columns stays",
    },
  ],
  async select(input, { threshold }, context) {
    const rows = sampledRows(input.table, input.rows, ROWS, seedOf(context, 1));
    return dropAlike(candidatesOf({ ...input, rows }), threshold as number);
  },
};

interface Candidate {
  column: number;
  score: number;
  numbers?: Numbers;
  codes?: Codes;
}

/** Columns with their relation to the label, strongest first. */
function candidatesOf({ table, rows, columns }: SelectionInput): Candidate[] {
  const labels = labelCodes(table, rows);
  const candidates = Array.from(columns, (column): Candidate => {
    const { kind, categories } = table.schema.columns[column];
    if (kind === "categorical") {
      const codes = codesOf(table.values[column], rows, categories.length);
      return { column, score: rounded(categoricalRelation(codes, labels).share), codes };
    }
    const numbers = numbersOf(table.values[column], rows);
    return { column, score: rounded(numericRelation(numbers, labels).share), numbers };
  });
  return candidates
    .map((candidate, place) => ({ candidate, place }))
    .sort((a, b) => descending(a.candidate.score, b.candidate.score) || a.place - b.place)
    .map(({ candidate }) => candidate);
}

/** Copies in another unit differ in the last digits of their scores; the name is to decide between them. */
function rounded(share: number): number {
  return Math.round(share * 1e9) / 1e9;
}

function dropAlike(candidates: readonly Candidate[], threshold: number): ColumnVerdict[] {
  const kept: Candidate[] = [];
  return candidates.map((candidate) => {
    const { column, score } = candidate;
    for (const other of kept) {
      const value = likeness(candidate, other);
      if (Math.abs(value) > threshold)
        return { column, score, kept: false, like: { column: other.column, value } };
    }
    kept.push(candidate);
    return { column, score, kept: true };
  });
}

/** NaN where it is not defined: between a number and a category, and with a constant. */
function likeness(a: Candidate, b: Candidate): number {
  if (a.numbers && b.numbers)
    return a.numbers.range === 0 || b.numbers.range === 0 ? Number.NaN : pearson(a.numbers, b.numbers);
  return a.codes && b.codes ? cramersV(a.codes, b.codes) : Number.NaN;
}
