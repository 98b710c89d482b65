// What one column alone tells of the class: trees of depth one and two and a table of its values, chosen on one half of the
// sample, judged on the other half, and on the test where there is one. Knows no SQL.

import { numberText } from "../../base/number-text.ts";
import {
  type BinRule,
  balancedWeights,
  classTotals,
  equalWeights,
  intervalRule,
  judgeRule,
  lookupRule,
  oneAgainstRest,
  type Tally,
} from "../../evaluate/column-trees.ts";
import { shown } from "../file-error.ts";
import {
  applyBins,
  type Bins,
  chooseBins,
  countOfBins,
  type Sample,
  type SampleValues,
  tallyOf,
} from "./sample.ts";

/** Bins of a column of numbers, and of texts. */
const NUMBER_BINS = 256;
const TEXT_BINS = 1000;
/** A rule this far from the majority class (0) to perfect (1) is a shortcut, and this far ends the matter. */
const SHORTCUT_GAIN = 0.9;
export const SHORTCUT_GAIN_ERROR = 0.99;
/** A class with fewer rows in either half is not looked at alone. */
const CLASS_ROWS_MIN = 20;

export interface RuleScore {
  /** Rows told right, of those that did not choose the rule. */
  accuracy: number;
  /** The same where every class counts the same; of a rule chosen for that. */
  balancedAccuracy: number;
  macroF1: number;
  /** Accuracy on the test. */
  testAccuracy?: number;
}

export interface ColumnScore {
  column: string;
  /** Trees; of columns of texts, the majority of each value, which is what a tree with a leaf for each would say. */
  depth1: RuleScore;
  depth2: RuleScore;
  /** The majority of each of up to 256 runs of numbers, or of each of up to 1,000 texts. */
  values: RuleScore;
  /** The rule of the better tree, in words. */
  rule: string;
  /** How far the better tree comes from the majority class (0) to perfect (1). */
  gain: number;
  /** The same for `values`. */
  valuesGain: number;
  /** The class that the column tells best from all others. */
  bestClass?: ClassScore;
}

export interface ClassScore {
  className: string;
  /** Share of the rows. */
  share: number;
  /** Matthews correlation coefficient of the class against the rest: 0 is chance, 1 perfect. */
  mcc: number;
  rule: string;
}

export interface ScoredSamples {
  training: Sample;
  test: Sample | undefined;
  classes: readonly string[];
}

/** Scores a column; undefined where there are no two classes to tell. */
export function scoreColumn(
  column: string,
  { training, test, classes }: ScoredSamples,
  values: SampleValues,
  testValues: SampleValues | undefined,
): ColumnScore | undefined {
  const bins = chooseBins(values, values.kind === "number" ? NUMBER_BINS : TEXT_BINS);
  const count = countOfBins(bins);
  const binOfRow = applyBins(bins, values);
  const chooses = tallyOf(binOfRow, count, training, classes.length, 0);
  const judges = tallyOf(binOfRow, count, training, classes.length, 1);
  const tests =
    test && testValues && testValues.kind === values.kind
      ? tallyOf(applyBins(bins, testValues), count, test, classes.length)
      : undefined;
  const majority = majorityShare(chooses, judges);
  if (majority === undefined) return undefined;
  const score = (find: RuleFinder): RuleScore => scoreRule(find, chooses, judges, tests);
  const trees = ([2, 4] as const).map(
    (leaves): RuleFinder =>
      bins.kind === "text" ? lookupRule : (tally, weights) => intervalRule(tally, leaves, weights),
  );
  const [depth1, depth2] = trees.map(score);
  const lookup = score(lookupRule);
  const best = depth2.accuracy > depth1.accuracy ? trees[1] : trees[0];
  return {
    column,
    depth1,
    depth2,
    values: lookup,
    rule: ruleText(column, bins, best(chooses, equalWeights(classes.length)), classes),
    gain: gainOver(majority, Math.max(depth1.accuracy, depth2.accuracy)),
    valuesGain: gainOver(majority, lookup.accuracy),
    bestClass: classes.length > 2 ? bestClass(column, bins, classes, chooses, judges, trees[1]) : undefined,
  };
}

/** How far an accuracy comes from the majority's (0) to perfect (1). */
export function gainOver(majority: number, accuracy: number): number {
  return majority >= 1 ? 0 : (accuracy - majority) / (1 - majority);
}

export function isShortcutGain(gain: number): boolean {
  return gain >= SHORTCUT_GAIN;
}

/** Accuracy on the judging half of the class that is the commonest in the choosing one; undefined with one class only. */
export function majorityShare(chooses: Tally, judges: Tally): number | undefined {
  const totals = classTotals(chooses);
  const judged = classTotals(judges);
  const rows = judged.reduce((sum, count) => sum + count, 0);
  if (totals.filter((count) => count > 0).length < 2 || rows === 0) return undefined;
  return judged[totals.indexOf(Math.max(...totals))] / rows;
}

type RuleFinder = (tally: Tally, weights: Float64Array) => BinRule;

function scoreRule(find: RuleFinder, chooses: Tally, judges: Tally, tests: Tally | undefined): RuleScore {
  const rule = find(chooses, equalWeights(chooses.classes));
  const balanced = find(chooses, balancedWeights(chooses));
  const { accuracy, macroF1 } = judgeRule(rule, judges);
  return {
    accuracy,
    balancedAccuracy: judgeRule(balanced, judges).balancedAccuracy,
    macroF1,
    ...(tests === undefined ? {} : { testAccuracy: judgeRule(rule, tests).accuracy }),
  };
}

function bestClass(
  column: string,
  bins: Bins,
  classes: readonly string[],
  chooses: Tally,
  judges: Tally,
  find: RuleFinder,
): ClassScore | undefined {
  const [chosen, judged] = [classTotals(chooses), classTotals(judges)];
  const rows = judged.reduce((sum, count) => sum + count, 0);
  let best: ClassScore | undefined;
  for (const [index, className] of classes.entries()) {
    if (Math.min(chosen[index], judged[index]) < CLASS_ROWS_MIN) continue;
    const rule = find(oneAgainstRest(chooses, index), equalWeights(2));
    const { mcc } = judgeRule(rule, oneAgainstRest(judges, index));
    if (best !== undefined && best.mcc >= mcc) continue;
    best = {
      className,
      share: judged[index] / rows,
      mcc,
      rule: ruleText(column, bins, rule, ["any other", className]),
    };
  }
  return best;
}

// --- words ----------------------------------------------------------------------------------------------------

const VALUES_TOLD = 3;

/** "Benign if ip.flags.df > 0, else DDoS-ACK"; leaves of runs in ascending order. */
function ruleText(column: string, bins: Bins, rule: BinRule, classes: readonly string[]): string {
  const name = shown(column);
  const called = (bin: number): string => shown(classes[rule.classOfBin[bin]]);
  if (bins.kind === "text") {
    const told = bins.texts
      .slice(0, VALUES_TOLD)
      .map((text, index) => `${called(index + 1)} if ${shown(text)}`);
    const more = bins.texts.length > VALUES_TOLD ? ", …" : "";
    return `the commonest class of each ${name}: ${told.join(", ")}${more}`;
  }
  const leaves = rule.cuts.map((cut, index) => {
    const start = index === 0 ? 0 : rule.cuts[index - 1];
    // Bin 0 is of missing values, so the edge below bin `cut` is that of bin cut - 1.
    const bound = cut === 1 ? "is missing" : `<= ${numberText(bins.edges[cut - 2])}`;
    return `${called(start)} if ${name} ${bound}`;
  });
  const last = called(rule.cuts.at(-1) ?? 0);
  return leaves.length === 0 ? `always ${last}` : `${leaves.join(", ")}, else ${last}`;
}
