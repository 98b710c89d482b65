// An honest look at the data behind a score: repeats, shortcuts, constants, and classes that training never saw.
//
// Findings are facts with figures; whether they matter is for people to say. Knows no model.

import type { LabelledTable } from "../feature/table.ts";
import { bestSplit, binnedTable, lookupWorth, tallyColumn } from "./splits.ts";

/** A column alone this far from the majority class (0) to perfect (1) is a shortcut. */
const SHORTCUT_SHARE = 0.95;

export type FindingCode =
  | "shared-rows"
  | "contradicting-rows"
  | "shortcut-column"
  | "constant-column"
  | "unseen-class";

export interface Finding {
  code: FindingCode;
  message: string;
  /** Rows or columns concerned, by the code. */
  count: number;
}

/** Audits training rows, and test rows that share their schema and classes when given. */
export function audit(training: LabelledTable, test?: LabelledTable): Finding[] {
  const findings = [...constantColumns(training), ...shortcutColumns(training)];
  if (test) findings.push(...sharedRows(training, test), ...unseenClasses(training, test));
  return findings;
}

function constantColumns(table: LabelledTable): Finding[] {
  const constant = table.schema.columns.filter((_, column) => {
    const values = table.values[column];
    for (let row = 1; row < table.rowCount; row++) if (!Object.is(values[row], values[0])) return false;
    return true;
  });
  if (constant.length === 0) return [];
  const names = constant.map((column) => column.name).join(", ");
  return [{ code: "constant-column", count: constant.length, message: `constant in training: ${names}` }];
}

function shortcutColumns(table: LabelledTable): Finding[] {
  const majority = Math.max(...countLabels(table)) / table.rowCount;
  if (majority === 1) return [];
  const binned = binnedTable(table);
  return binned.columns.flatMap(({ specification }, column): Finding[] => {
    const tally = tallyColumn(binned, column);
    const hits =
      specification.kind === "categorical"
        ? lookupWorth(tally, table.classes.length)
        : (bestSplit(binned, column, tally, "accuracy")?.worth ?? 0);
    const accuracy = hits / binned.labels.length;
    if ((accuracy - majority) / (1 - majority) < SHORTCUT_SHARE) return [];
    return [
      {
        code: "shortcut-column",
        count: 1,
        message:
          `'${specification.name}' alone tells ${percent(accuracy)} of the training rows, ` +
          `the majority class ${percent(majority)}`,
      },
    ];
  });
}

function unseenClasses(training: LabelledTable, test: LabelledTable): Finding[] {
  const seen = new Set(training.classes.filter((_, index) => countLabels(training)[index] > 0));
  const counts = countLabels(test);
  return test.classes.flatMap((name, index): Finding[] =>
    counts[index] === 0 || seen.has(name)
      ? []
      : [
          {
            code: "unseen-class",
            count: counts[index],
            message: `${counts[index]} test rows of '${name}', which training never saw`,
          },
        ],
  );
}

/** Test rows whose every value occurs in a training row, and those of them whose class never goes with it there. */
function sharedRows(training: LabelledTable, test: LabelledTable): Finding[] {
  const index = new RowIndex(training);
  let shared = 0;
  let contradicting = 0;
  for (let row = 0; row < test.rowCount; row++) {
    const classes = index.classesOf(test, row);
    if (classes.size === 0) continue;
    shared++;
    if (!classes.has(test.classes[test.labels[row]])) contradicting++;
  }
  const findings: Finding[] = [];
  const share = percent(shared / Math.max(1, test.rowCount));
  if (shared > 0)
    findings.push({
      code: "shared-rows",
      count: shared,
      message: `${shared} test rows (${share}) also occur in training`,
    });
  if (contradicting > 0) {
    findings.push({
      code: "contradicting-rows",
      count: contradicting,
      message: `${contradicting} test rows occur in training, but only with other classes`,
    });
  }
  return findings;
}

/** Finds equal rows by hash, then by value: an open-addressed table of row numbers. Missing equals missing. */
class RowIndex {
  readonly #table: LabelledTable;
  readonly #slots: Int32Array;
  readonly #hashes: Int32Array;
  readonly #number = new Float64Array(1);
  readonly #words = new Uint32Array(this.#number.buffer);

  /** Keeps one row of each pair of values and class. */
  constructor(table: LabelledTable) {
    let slots = 16;
    while (slots < table.rowCount * 2) slots *= 2;
    this.#table = table;
    this.#slots = new Int32Array(slots).fill(-1);
    this.#hashes = new Int32Array(table.rowCount);
    for (let row = 0; row < table.rowCount; row++) {
      const hash = this.#hash(table, row);
      this.#hashes[row] = hash;
      let slot = hash & (slots - 1);
      while (this.#slots[slot] >= 0 && !this.#isRepeat(this.#slots[slot], row))
        slot = (slot + 1) & (slots - 1);
      if (this.#slots[slot] < 0) this.#slots[slot] = row;
    }
  }

  /** Names of the classes that a row's values have in the indexed table. */
  classesOf(table: LabelledTable, row: number): Set<string> {
    const found = new Set<string>();
    const hash = this.#hash(table, row);
    const last = this.#slots.length - 1;
    for (let slot = hash & last; this.#slots[slot] >= 0; slot = (slot + 1) & last) {
      const other = this.#slots[slot];
      if (this.#hashes[other] !== hash || !this.#equal(other, table, row)) continue;
      found.add(this.#table.classes[this.#table.labels[other]]);
    }
    return found;
  }

  #isRepeat(other: number, row: number): boolean {
    const { labels } = this.#table;
    const alike = this.#hashes[other] === this.#hashes[row] && labels[other] === labels[row];
    return alike && this.#equal(other, this.#table, row);
  }

  #equal(row: number, other: LabelledTable, otherRow: number): boolean {
    return this.#table.values.every((values, column) =>
      sameValue(values[row], other.values[column][otherRow]),
    );
  }

  #hash(table: LabelledTable, row: number): number {
    let hash = 0;
    for (const values of table.values) {
      const value = values[row];
      this.#number[0] = Number.isNaN(value) ? Number.NaN : value + 0;
      for (const word of this.#words) {
        hash = Math.imul(hash ^ word, 0x9e3779b1);
        hash ^= hash >>> 15;
      }
    }
    return hash;
  }
}

/** Equal as numbers, or both missing. */
function sameValue(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function countLabels(table: LabelledTable): number[] {
  const counts = new Array<number>(table.classes.length).fill(0);
  for (let row = 0; row < table.rowCount; row++) counts[table.labels[row]]++;
  return counts;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
