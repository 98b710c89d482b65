// Two columns that together tell the class though neither does alone: trees of depth two over the best single columns.

import { emptyTally, judgeRule, pairRule, type Tally } from "../../evaluate/column-trees.ts";
import { shown } from "../file-error.ts";
import type { FoundFinding } from "./contract.ts";
import { applyBins, type Bins, chooseBins, countOfBins, type Sample, type SampleValues } from "./sample.ts";
import { type ColumnScore, gainOver, isShortcutGain, majorityShare, SHORTCUT_GAIN_ERROR } from "./scores.ts";
import { percent } from "./words.ts";

/** Pairs are looked for among this many columns. */
const COLUMNS_MAX = 12;
const BINS = 30;
const PAIRS_TOLD = 6;
/** A pair is told when it closes at least this part of what the better of its columns leaves open. */
const CLOSED_SHARE = 0.5;

interface Candidate {
  score: ColumnScore;
  bins: Bins;
  binOfRow: Uint16Array;
}

/** The best columns so far, with the bins of their values: bounded, whatever the number of columns. */
export class PairCandidates {
  readonly #sample: Sample;
  #kept: Candidate[] = [];

  constructor(sample: Sample) {
    this.#sample = sample;
  }

  add(score: ColumnScore, values: SampleValues): void {
    const last = this.#kept[COLUMNS_MAX - 1];
    // A column that tells all alone needs no second one.
    if (isShortcutGain(score.gain) || (last !== undefined && last.score.gain >= score.gain)) return;
    const bins = chooseBins(values, BINS);
    this.#kept.push({ score, bins, binOfRow: applyBins(bins, values) });
    this.#kept.sort((a, b) => b.score.gain - a.score.gain);
    this.#kept = this.#kept.slice(0, COLUMNS_MAX);
  }

  findings(classes: readonly string[]): FoundFinding[] {
    const kept = this.#kept;
    const pairs = kept.flatMap((first, at) =>
      kept.slice(at + 1).flatMap((second) => scorePair(first, second, this.#sample, classes) ?? []),
    );
    const telling = pairs.filter(({ gain, closed }) => isShortcutGain(gain) && closed >= CLOSED_SHARE);
    return pairFindings(telling.sort((a, b) => b.gain - a.gain));
  }
}

function pairFindings(pairs: readonly PairScore[]): FoundFinding[] {
  if (pairs.length === 0) return [];
  const [best] = pairs;
  const told = pairs
    .slice(0, PAIRS_TOLD)
    .map(
      ({ columns, accuracy }) => `'${shown(columns[0])}' and '${shown(columns[1])}' (${percent(accuracy)})`,
    );
  const more = pairs.length > PAIRS_TOLD ? ` and ${pairs.length - PAIRS_TOLD} more` : "";
  return [
    {
      code: "shortcut-pair",
      severity: best.gain >= SHORTCUT_GAIN_ERROR ? "error" : "warning",
      message:
        `two columns by a tree of depth two tell up to ${percent(best.accuracy)} of the rows, alone ${percent(best.accuracyAlone[0])} and ` +
        `${percent(best.accuracyAlone[1])}, the majority class ${percent(best.majority)}: ${told.join(", ")}${more}`,
      columns: [...new Set(pairs.flatMap(({ columns }) => columns))],
      evidence: { pairs },
    },
  ];
}

interface PairScore {
  columns: [string, string];
  accuracy: number;
  balancedAccuracy: number;
  macroF1: number;
  accuracyAlone: [number, number];
  majority: number;
  gain: number;
  closed: number;
}

function scorePair(
  first: Candidate,
  second: Candidate,
  sample: Sample,
  classes: readonly string[],
): PairScore | undefined {
  const bins = [countOfBins(first.bins), countOfBins(second.bins)] as const;
  const halves = ([0, 1] as const).map((half) =>
    cellTally(first, second, bins, sample, classes.length, half),
  );
  const majority = majorityShare(halves[0], halves[1]);
  if (majority === undefined) return undefined;
  const { classOfCell } = pairRule(halves[0].counts, bins, classes.length);
  const { accuracy, balancedAccuracy, macroF1 } = judgeRule({ classOfBin: classOfCell, cuts: [] }, halves[1]);
  const alone = [first, second].map(({ score }) => Math.max(score.depth1.accuracy, score.depth2.accuracy));
  const better = Math.max(...alone);
  return {
    columns: [first.score.column, second.score.column],
    accuracy,
    balancedAccuracy,
    macroF1,
    accuracyAlone: [alone[0], alone[1]],
    majority,
    gain: gainOver(majority, accuracy),
    closed: gainOver(better, accuracy),
  };
}

/** Rows by pair of bins, as the bins of one tally. */
function cellTally(
  first: Candidate,
  second: Candidate,
  bins: readonly [number, number],
  sample: Sample,
  classes: number,
  half: 0 | 1,
): Tally {
  const tally = emptyTally(bins[0] * bins[1], classes);
  for (let row = 0; row < sample.rows; row++) {
    const label = sample.labels[row];
    if (label < 0 || sample.judges[row] !== half) continue;
    tally.counts[(first.binOfRow[row] * bins[1] + second.binOfRow[row]) * classes + label]++;
  }
  return tally;
}
