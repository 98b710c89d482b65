// What an audit says: findings of one table of codes, each with severity, evidence, what to do, and who warned of it.
//
// A finding is a fact with figures. Its severity says what it does to a score: "error" makes scores on these rows mean
// little, "warning" may flatter or spoil them, "info" is worth knowing. Knows no SQL.

import type { ClassCount } from "../store/contract.ts";
import type { PaperId } from "./papers.ts";

/** From least to most. */
export const SEVERITIES = ["info", "warning", "error"] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface FindingKind {
  /** What is wrong, in a few words. */
  title: string;
  advice: string;
  papers: readonly PaperId[];
}

export const FINDING_KINDS = {
  "repeated-rows": {
    title: "rows that repeat an earlier one",
    advice:
      "Drop duplicates before splitting, or split by groups of equal rows: a model is rewarded for what it saw often.",
    papers: ["tavallaee-2009", "mchugh-2000"],
  },
  "shared-rows": {
    title: "test rows that occur in training",
    advice:
      "Drop the shared rows from the test, or drop duplicates before splitting: on them a model only has to remember.",
    papers: ["tavallaee-2009", "kapoor-2023"],
  },
  "contradicting-rows": {
    title: "equal features, different classes",
    advice:
      "No model can tell them apart. Look into how they were labelled, merge the classes, or state the highest accuracy that they leave.",
    papers: ["engelen-2021", "arp-2022"],
  },
  "identifier-column": {
    title: "a column that tells rows apart",
    advice: "Not to be used as a feature: it names the row or the recording, not the traffic.",
    papers: ["kaufman-2012", "arp-2022"],
  },
  "address-column": {
    title: "addresses",
    advice:
      "Not to be used as a feature: the addresses of a testbed tell who attacked there, not what an attack is.",
    papers: ["dhooge-2022", "arp-2022"],
  },
  "port-column": {
    title: "port numbers",
    advice:
      "Judge with and without it: in the public sets a port alone often tells the class, and an attacker may choose another.",
    papers: ["dhooge-2022", "arp-2022"],
  },
  "clock-column": {
    title: "a clock",
    advice:
      "Not to be used as a feature: attacks were run at times of their own, and those do not come back.",
    papers: ["arp-2022", "kaufman-2012"],
  },
  "class-column": {
    title: "the class under another name",
    advice: "Not to be used as a feature: it was made from the class, or in knowledge of it.",
    papers: ["kaufman-2012", "kapoor-2023"],
  },
  "difficulty-column": {
    title: "NSL-KDD's difficulty",
    advice:
      "Not to be used as a feature: it counts how many of 21 trained learners got the row right, so it is known only where the class is.",
    papers: ["tavallaee-2009", "kapoor-2023"],
  },
  "constant-column": {
    title: "columns with one value",
    advice: "Leave them out; they tell nothing, and a value that comes up later has no meaning to the model.",
    papers: ["kaufman-2012"],
  },
  "near-constant-column": {
    title: "columns with one value in nearly every row",
    advice: "Look at the rows with the rare values before you rely on them.",
    papers: ["arp-2022"],
  },
  "shortcut-column": {
    title: "a single column tells the class",
    advice:
      "Find out whether the attack or the way it was recorded makes the difference; report what a model reaches without the column.",
    papers: ["arp-2022", "mahoney-2003", "dhooge-2022-features"],
  },
  "shortcut-pair": {
    title: "two columns together tell the class",
    advice:
      "Find out whether the attack or the way it was recorded makes the difference; report what a model reaches without the two.",
    papers: ["arp-2022", "mahoney-2003"],
  },
  "shifted-column": {
    title: "columns that are distributed differently in the test",
    advice:
      "Say so beside the score. Where the test is to stand for the same network, look for a change of meter, unit or recording.",
    papers: ["pendlebury-2019", "arp-2022"],
  },
  "missing-column": {
    title: "columns that one of the tables lacks",
    advice: "Bring both tables to the same columns; only those that they share were compared.",
    papers: ["kapoor-2023"],
  },
  "unseen-value": {
    title: "values that training never saw",
    advice:
      "See what the model does with them: to it they are missing, and a whole class may hide behind one.",
    papers: ["arp-2022"],
  },
  "class-only-in-test": {
    title: "classes that training never saw",
    advice: "Report them apart: a model of known classes cannot name them, at best it calls them an attack.",
    papers: ["tavallaee-2009", "sommer-2010"],
  },
  "class-only-in-training": {
    title: "classes that the test lacks",
    advice: "The score says nothing about them; do not claim them.",
    papers: ["arp-2022"],
  },
  "classes-apart-in-time": {
    title: "classes that are separated in time",
    advice:
      "Whatever drifts in time tells the class. Split by time or by capture, and judge on another day than the training's.",
    papers: ["pendlebury-2019", "arp-2022"],
  },
  "row-order": {
    title: "the row number tells the class",
    advice:
      "Never let the position of a row become a feature, and do not split by position; shuffle, or split by group.",
    papers: ["kaufman-2012", "kapoor-2023"],
  },
  "resampled-before-split": {
    title: "resampling before the split",
    advice: "Split first, then resample the training rows alone.",
    papers: ["santos-2018", "kapoor-2023"],
  },
  "synthetic-rows": {
    title: "rows of some classes look interpolated",
    advice: "Judge on rows that were measured; made ones belong into training alone.",
    papers: ["santos-2018", "arp-2022"],
  },
  "near-duplicates": {
    title: "test rows that are almost training rows",
    advice: "Split by group (host, capture, session), so that near copies come to lie on one side.",
    papers: ["kapoor-2023", "kaufman-2012"],
  },
  "few-rows": {
    title: "classes with too few rows for precise claims",
    advice:
      "Give the interval beside the figure, collect more rows, or report the class together with others.",
    papers: ["wilson-1927", "arp-2022"],
  },
} as const satisfies Record<string, FindingKind>;

export type FindingCode = keyof typeof FINDING_KINDS;

/** What was measured: plain values and lists, ready for JSON. */
export type Evidence = Readonly<Record<string, unknown>>;

/** A finding as a check tells it. */
export interface FoundFinding {
  code: FindingCode;
  severity: Severity;
  message: string;
  /** Columns concerned. */
  columns?: readonly string[];
  /** Rows concerned. */
  rows?: number;
  evidence: Evidence;
}

/** A finding as a report tells it. */
export interface AuditFinding extends FoundFinding {
  advice: string;
  /** Who warned of it: authors, year, title, place. */
  papers: readonly string[];
}

export interface AuditedTable {
  name: string;
  rows: number;
  features: number;
  /** Rows with a class; the checks of classes are about them. */
  labelled: number;
  classes?: ClassCount[];
}

export interface AuditReport {
  training: AuditedTable;
  test?: AuditedTable;
  label?: string;
  /** Counts of repeats, shared and contradicting rows, constants and classes are of all rows; everything else is of a sample. */
  sample: { seed: number; trainingRows: number; testRows?: number; rowsMax: number };
  /** The commonest class and the share of rows that always naming it gets right. */
  majority?: { className: string; accuracy: number };
  /** Worst first. */
  findings: AuditFinding[];
  counts: Record<Severity, number>;
  /** What was not looked into, and why. */
  skipped: string[];
}

/** Whether a severity is at least another one. */
export function isAtLeast(severity: Severity, bound: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(bound);
}
