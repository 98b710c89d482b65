// What time and the order of rows tell of the class: windows of equally many rows, and whose classes are in them.

import {
  binCount,
  binEdges,
  binOf,
  classTotals,
  equalWeights,
  judgeRule,
  lookupRule,
  type Tally,
} from "../../evaluate/column-trees.ts";
import { shown } from "../file-error.ts";
import type { FoundFinding } from "./contract.ts";
import { type Sample, tallyOf } from "./sample.ts";
import { gainOver, majorityShare } from "./scores.ts";
import { percent } from "./words.ts";

const WINDOWS = 100;
/** A window with fewer rows is not counted as one with one class only. */
const WINDOW_ROWS_MIN = 5;
/** Classes with fewer rows are not looked at. */
const CLASS_ROWS_MIN = 50;
/** Two classes that share less of their windows than this are apart. */
const OVERLAP_MAX = 0.05;
const PAIRS_LISTED = 10;
/** A gain over the majority from which an order tells the class. */
const TELLING_GAIN = 0.5;

export interface WindowScore {
  windows: number;
  /** Windows with rows of one class only. */
  windowsOfOneClass: number;
  accuracy: number;
  majority: number;
  gain: number;
  /** Pairs of classes that hardly share a window. 0: no row of the one in a window of the other; 1: spread alike. */
  apart: { classes: [string, string]; overlap: number }[];
  apartAll: number;
}

/** Looks at the classes of windows of a sample's rows, ordered by a number of each row; missing ones are left out. */
export function scoreWindows(
  order: Float64Array,
  sample: Sample,
  classes: readonly string[],
): WindowScore | undefined {
  const edges = binEdges(order, WINDOWS);
  const bins = binCount(edges);
  const binOfRow = Uint16Array.from(order, (value) => binOf(edges, value));
  const tally = tallyOf(binOfRow, bins, sample, classes.length);
  const chooses = tallyOf(binOfRow, bins, sample, classes.length, 0);
  const judges = tallyOf(binOfRow, bins, sample, classes.length, 1);
  const majority = majorityShare(chooses, judges);
  if (majority === undefined) return undefined;
  const { accuracy } = judgeRule(lookupRule(chooses, equalWeights(classes.length)), judges);
  const apart = classesApart(tally, classes);
  return {
    ...purity(tally),
    accuracy,
    majority,
    gain: gainOver(majority, accuracy),
    apart: apart.slice(0, PAIRS_LISTED),
    apartAll: apart.length,
  };
}

function purity({ bins, classes, counts }: Tally): { windows: number; windowsOfOneClass: number } {
  let windows = 0;
  let windowsOfOneClass = 0;
  for (let bin = 1; bin < bins; bin++) {
    const ofClasses = counts.subarray(bin * classes, (bin + 1) * classes);
    const rows = ofClasses.reduce((sum, count) => sum + count, 0);
    if (rows < WINDOW_ROWS_MIN) continue;
    windows++;
    if (ofClasses.some((count) => count === rows)) windowsOfOneClass++;
  }
  return { windows, windowsOfOneClass };
}

function classesApart(tally: Tally, classes: readonly string[]): WindowScore["apart"] {
  const totals = classTotals(tally);
  const large = classes
    .map((_, index) => index)
    .filter((index) => totals[index] >= CLASS_ROWS_MIN)
    .sort((a, b) => totals[b] - totals[a] || a - b);
  const apart: WindowScore["apart"] = [];
  for (const [at, first] of large.entries())
    for (const second of large.slice(at + 1)) {
      let overlap = 0;
      for (let bin = 1; bin < tally.bins; bin++) {
        const rows = (index: number): number => tally.counts[bin * tally.classes + index] / totals[index];
        overlap += Math.min(rows(first), rows(second));
      }
      if (overlap <= OVERLAP_MAX) apart.push({ classes: [classes[first], classes[second]], overlap });
    }
  return apart;
}

export function timeFinding(column: string, score: WindowScore | undefined): FoundFinding[] {
  if (score === undefined || (score.gain < TELLING_GAIN && score.apartAll === 0)) return [];
  return [
    {
      code: "classes-apart-in-time",
      severity: "warning",
      message:
        `'${shown(column)}' alone tells ${percent(score.accuracy)} of the rows by ${score.windows} windows of time, the majority class ` +
        `${percent(score.majority)}; ${score.windowsOfOneClass} windows have one class only${apartText(score)}`,
      columns: [column],
      evidence: { ...score },
    },
  ];
}

function apartText({ apart, apartAll }: WindowScore): string {
  if (apartAll === 0) return "";
  const [first, second] = apart[0].classes;
  const more = apartAll > 1 ? `, and ${apartAll - 1} more pairs,` : "";
  return `; '${shown(first)}' and '${shown(second)}'${more} ${apart[0].overlap === 0 && apartAll === 1 ? "never" : "hardly ever"} meet`;
}

export function orderFinding(score: WindowScore | undefined): FoundFinding[] {
  if (score === undefined || score.gain < TELLING_GAIN) return [];
  return [
    {
      code: "row-order",
      severity: "warning",
      message:
        `the number of a row alone tells ${percent(score.accuracy)} of the rows by ${score.windows} runs of rows, the majority class ` +
        `${percent(score.majority)}; ${score.windowsOfOneClass} runs have one class only`,
      evidence: { ...score },
    },
  ];
}
