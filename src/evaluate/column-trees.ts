// What one column, or two, tell of the class: the best trees of depth one and two, from counts of rows by bin and class.
//
// Rows are counted first (a tally), so that trees cost the same for a thousand rows and for a billion. Trees are the best
// there are over the bins, found by dynamic programming, not the greedy ones of CART. Choose a tree on one tally and judge
// it on another: what it reaches where it was chosen flatters it. Knows no rows and no files.

import { type ConfusionFigures, confusionFigures } from "./metrics.ts";

/** Rows by bin and class: `counts[bin * classes + class]`. Bins of numbers ascend, with missing values as the first. */
export interface Tally {
  bins: number;
  classes: number;
  counts: Float64Array;
}

/** What a rule calls the rows of each bin. */
export interface BinRule {
  classOfBin: Int32Array;
  /** Of rules over ordered bins: the bins at which a new leaf begins. */
  cuts: readonly number[];
}

export function emptyTally(bins: number, classes: number): Tally {
  return { bins, classes, counts: new Float64Array(bins * classes) };
}

// --- bins of numbers ------------------------------------------------------------------------------------------

/** Largest values of the bins of a column of numbers, ascending; larger values go to one bin more, missing ones to the first. */
export type BinEdges = Float64Array;

/** At most `most` bins: one for each value where there are that few, else about as many rows in each. */
export function binEdges(values: Float64Array, most: number): BinEdges {
  // NaN sorts behind all numbers.
  const sorted = values.slice().sort();
  let present = sorted.length;
  while (present > 0 && Number.isNaN(sorted[present - 1])) present--;
  return edgesOf(sorted.subarray(0, present), most);
}

function edgesOf(sorted: Float64Array, most: number): BinEdges {
  const distinct = distinctUpTo(sorted, most);
  if (distinct !== undefined) return distinct;
  const edges: number[] = [];
  for (let bin = 1; bin <= most; bin++) {
    const edge = sorted[Math.ceil((bin * sorted.length) / most) - 1];
    if (edges.at(-1) !== edge) edges.push(edge);
  }
  return Float64Array.from(edges);
}

/** Bins of `edges`: missing, one for each edge, above the last. */
export function binCount(edges: BinEdges): number {
  return edges.length + 2;
}

export function binOf(edges: BinEdges, value: number): number {
  if (Number.isNaN(value)) return 0;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

function distinctUpTo(sorted: Float64Array, most: number): Float64Array | undefined {
  const found: number[] = [];
  for (let index = 0; index < sorted.length; index++) {
    if (index > 0 && sorted[index] === sorted[index - 1]) continue;
    if (found.length === most) return undefined;
    found.push(sorted[index]);
  }
  return Float64Array.from(found);
}

// --- rules from one column ------------------------------------------------------------------------------------

/** Every row counts the same: the rule of most accuracy. */
export function equalWeights(classes: number): Float64Array {
  return new Float64Array(classes).fill(1);
}

/** Every class that occurs counts the same: the rule of most balanced accuracy. */
export function balancedWeights(tally: Tally): Float64Array {
  return classTotals(tally).map((rows) => (rows === 0 ? 0 : 1 / rows));
}

/** The class of most weight in every bin; in bins without rows that of all. What a table of categories can tell at most. */
export function lookupRule(tally: Tally, weights: Float64Array): BinRule {
  const fallback = heaviest(classTotals(tally), 0, weights);
  const classOfBin = Int32Array.from({ length: tally.bins }, (_, bin) => {
    const best = heaviest(tally.counts, bin * tally.classes, weights);
    return tally.counts[bin * tally.classes + best] > 0 ? best : fallback;
  });
  return { classOfBin, cuts: [] };
}

/**
 * The best rule that cuts the ordered bins into at most `leaves` runs: 2 is a tree of depth one, 4 one of depth two, since
 * the three thresholds of such a tree on one column may lie anywhere.
 */
export function intervalRule(tally: Tally, leaves: number, weights: Float64Array): BinRule {
  const { bins } = tally;
  const runs = runWeights(tally, weights);
  // best[leaf][end]: the most weight that the bins before `end` give in leaf + 1 runs; from[leaf][end]: where the last begins.
  let best = Float64Array.from({ length: bins + 1 }, (_, end) => (end === 0 ? 0 : runs.weight[end - 1]));
  const from: Int32Array[] = [new Int32Array(bins + 1)];
  for (let leaf = 1; leaf < leaves; leaf++) {
    const next = best.slice();
    const starts = new Int32Array(bins + 1).fill(-1);
    for (let start = 1; start < bins; start++)
      for (let end = start + 1; end <= bins; end++) {
        const weight = best[start] + runs.weight[start * bins + end - 1];
        if (weight <= next[end] + Number.EPSILON * Math.abs(weight)) continue;
        next[end] = weight;
        starts[end] = start;
      }
    from.push(starts);
    best = next;
  }
  return readRuns(tally, runs.classes, from);
}

/** Weight and class of the best single leaf over the bins from `start` to `end`, at [start * bins + end]. */
function runWeights(tally: Tally, weights: Float64Array): { weight: Float64Array; classes: Int32Array } {
  const { bins, classes, counts } = tally;
  const weight = new Float64Array(bins * bins);
  const best = new Int32Array(bins * bins);
  const totals = new Float64Array(classes);
  for (let start = 0; start < bins; start++) {
    totals.fill(0);
    let leader = 0;
    for (let end = start; end < bins; end++) {
      for (let index = 0; index < classes; index++) {
        totals[index] += counts[end * classes + index] * weights[index];
        if (totals[index] > totals[leader]) leader = index;
      }
      weight[start * bins + end] = totals[leader];
      best[start * bins + end] = leader;
    }
  }
  return { weight, classes: best };
}

function readRuns(tally: Tally, classes: Int32Array, from: readonly Int32Array[]): BinRule {
  const { bins } = tally;
  const classOfBin = new Int32Array(bins);
  const cuts: number[] = [];
  let end = bins;
  for (let leaf = from.length - 1; leaf >= 0; leaf--) {
    const start = leaf === 0 ? 0 : from[leaf][end];
    if (start < 0) continue;
    classOfBin.fill(classes[start * bins + end - 1], start, end);
    if (start > 0) cuts.unshift(start);
    end = start;
  }
  return { classOfBin, cuts };
}

/** How well a rule tells the classes of a tally with the same bins. */
export function judgeRule(rule: BinRule, tally: Tally): ConfusionFigures {
  const { bins, classes, counts } = tally;
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let bin = 0; bin < bins; bin++)
    for (let truth = 0; truth < classes; truth++)
      confusion[truth][rule.classOfBin[bin]] += counts[bin * classes + truth];
  return confusionFigures(confusion);
}

/** The same rows with two classes: those of one class (1), and all others (0). */
export function oneAgainstRest(tally: Tally, wanted: number): Tally {
  const found = emptyTally(tally.bins, 2);
  for (let bin = 0; bin < tally.bins; bin++)
    for (let index = 0; index < tally.classes; index++)
      found.counts[bin * 2 + (index === wanted ? 1 : 0)] += tally.counts[bin * tally.classes + index];
  return found;
}

export function classTotals(tally: Tally): Float64Array {
  const totals = new Float64Array(tally.classes);
  for (let at = 0; at < tally.counts.length; at++) totals[at % tally.classes] += tally.counts[at];
  return totals;
}

// --- rules from two columns -----------------------------------------------------------------------------------

/** The column and bin of a question: rows whose bin is below `cut` go left. */
interface Question {
  column: 0 | 1;
  cut: number;
}

export interface PairRule {
  root: Question;
  /** Below the root, left and right. */
  sides: readonly [PairSide, PairSide];
  /** What it calls the rows of each pair of bins: [first * bins of the second + second]. */
  classOfCell: Int32Array;
}

export interface PairSide {
  question?: Question;
  /** Classes left and right of the question; the first where there is none. */
  classes: readonly [number, number];
}

/** The tree of depth two over two columns of most accuracy. `counts` is of pairs of bins: [(first * bins[1] + second) * classes + class]. */
export function pairRule(counts: Float64Array, bins: readonly [number, number], classes: number): PairRule {
  const turned = transposed(counts, bins, classes);
  const first = bestRoot(counts, bins, classes);
  const second = bestRoot(turned, [bins[1], bins[0]], classes);
  const { root, sides } = second.weight > first.weight ? otherWay(second) : first;
  const classOfCell = new Int32Array(bins[0] * bins[1]);
  for (let a = 0; a < bins[0]; a++)
    for (let b = 0; b < bins[1]; b++) {
      const at = [a, b];
      const side = sides[at[root.column] < root.cut ? 0 : 1];
      const { question } = side;
      const isRight = question !== undefined && at[question.column] >= question.cut;
      classOfCell[a * bins[1] + b] = side.classes[isRight ? 1 : 0];
    }
  return { root, sides, classOfCell };
}

interface Root {
  weight: number;
  root: Question;
  sides: [PairSide, PairSide];
}

/** The best tree whose root asks for the first column. */
function bestRoot(counts: Float64Array, bins: readonly [number, number], classes: number): Root {
  const whole = sideTallies(counts, bins, classes, 0, bins[0]);
  const only = bestSide(whole);
  let best: Root = {
    weight: only.weight,
    root: { column: 0, cut: bins[0] },
    sides: [only.side, { classes: [0, 0] }],
  };
  for (let cut = 1; cut < bins[0]; cut++) {
    const left = bestSide(sideTallies(counts, bins, classes, 0, cut));
    const right = bestSide(sideTallies(counts, bins, classes, cut, bins[0]));
    if (left.weight + right.weight <= best.weight) continue;
    best = {
      weight: left.weight + right.weight,
      root: { column: 0, cut },
      sides: [left.side, right.side],
    };
  }
  return best;
}

/** Tallies over the first and over the second column of the rows whose first bin is from `start` to before `end`. */
function sideTallies(
  counts: Float64Array,
  bins: readonly [number, number],
  classes: number,
  start: number,
  end: number,
): [Tally, Tally] {
  const first = emptyTally(bins[0], classes);
  const second = emptyTally(bins[1], classes);
  for (let a = start; a < end; a++)
    for (let b = 0; b < bins[1]; b++)
      for (let index = 0; index < classes; index++) {
        const rows = counts[(a * bins[1] + b) * classes + index];
        first.counts[a * classes + index] += rows;
        second.counts[b * classes + index] += rows;
      }
  return [first, second];
}

function bestSide(tallies: readonly [Tally, Tally]): { weight: number; side: PairSide } {
  const stumps = tallies.map(bestStump);
  const column = stumps[1].weight > stumps[0].weight ? 1 : 0;
  const { weight, cut, classes } = stumps[column];
  const side = cut === 0 ? { classes } : { question: { column, cut } as Question, classes };
  return { weight, side };
}

/** The cut of most accuracy; 0 where no cut is better than none. */
function bestStump(tally: Tally): { weight: number; cut: number; classes: [number, number] } {
  const { bins, classes, counts } = tally;
  const right = classTotals(tally);
  const left = new Float64Array(classes);
  const all = largest(right);
  let best = { weight: right[all], cut: 0, classes: [all, all] as [number, number] };
  for (let cut = 1; cut < bins; cut++) {
    for (let index = 0; index < classes; index++) {
      left[index] += counts[(cut - 1) * classes + index];
      right[index] -= counts[(cut - 1) * classes + index];
    }
    const [low, high] = [largest(left), largest(right)];
    const weight = left[low] + right[high];
    if (weight > best.weight) best = { weight, cut, classes: [low, high] };
  }
  return best;
}

function transposed(counts: Float64Array, bins: readonly [number, number], classes: number): Float64Array {
  const turned = new Float64Array(counts.length);
  for (let a = 0; a < bins[0]; a++)
    for (let b = 0; b < bins[1]; b++)
      for (let index = 0; index < classes; index++)
        turned[(b * bins[0] + a) * classes + index] = counts[(a * bins[1] + b) * classes + index];
  return turned;
}

/** The same tree with the columns under their other numbers. */
function otherWay({ weight, root, sides }: Root): Root {
  const other = ({ column, cut }: Question): Question => ({ column: column === 0 ? 1 : 0, cut });
  const side = ({ question, classes }: PairSide): PairSide =>
    question === undefined ? { classes } : { question: other(question), classes };
  return { weight, root: other(root), sides: [side(sides[0]), side(sides[1])] };
}

function largest(values: Float64Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index] > values[best]) best = index;
  return best;
}

function heaviest(counts: Float64Array, at: number, weights: Float64Array): number {
  let best = 0;
  for (let index = 1; index < weights.length; index++)
    if (counts[at + index] * weights[index] > counts[at + best] * weights[best]) best = index;
  return best;
}
