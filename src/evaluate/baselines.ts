// What a score is worth: what rules reach that need no learning to speak of, on the same rows.
//
// The majority class; the best rule from a single column; and the tree of depth two that CART would grow (Breiman, Friedman,
// Olshen and Stone 1984, by Gini's index). All are chosen on training rows and give probabilities, the class shares of their
// leaves, so that they can be held beside a model in every figure. Knows no model.

import type { ColumnSpecification, FeatureTable, LabelledTable } from "../feature/table.ts";
import { atThreshold } from "./curves.ts";
import { evaluateClassifier, type Metrics } from "./metrics.ts";
import { areasOfRanking, rankingOf } from "./ranking.ts";
import {
  applySplit,
  type BinnedTable,
  bestSplit,
  binnedTable,
  countClasses,
  largest,
  lookupWorth,
  type Split,
  splitText,
  tallyColumn,
} from "./splits.ts";

export type BaselineId = "majority" | "best-column" | "depth-2-tree";

/** A rule that sends rows to leaves. */
export interface Baseline {
  id: BaselineId;
  /** The rule in words. */
  rule: string;
  classes: readonly string[];
  /** Share of each class among the training rows of each leaf: `leaf * classes + class`. */
  shares: Float64Array;
  /** Accuracy on the rows that it was chosen on. */
  trainingAccuracy: number;
  /** Leaf of each row of a table with the same columns. */
  leavesOf(table: FeatureTable): Uint32Array;
}

/** Baselines chosen on training rows; those of columns are absent where no column helps. */
export function fitBaselines(training: LabelledTable): Baseline[] {
  const binned = binnedTable(training);
  const column = bestColumn(binned);
  const tree = depthTwoTree(binned);
  return [
    majorityBaseline(training.classes, countClasses(training.labels, training.classes.length)),
    ...(column === undefined ? [] : [column]),
    ...(tree === undefined ? [] : [tree]),
  ];
}

/** Every row is called what most training rows were; its probabilities are the classes' shares. */
export function majorityBaseline(classes: readonly string[], counts: ArrayLike<number>): Baseline {
  let rows = 0;
  for (let index = 0; index < counts.length; index++) rows += counts[index];
  const most = largest(counts);
  return {
    id: "majority",
    rule: `always ${classes[most]}`,
    classes,
    shares: Float64Array.from(counts, (count) => count / rows),
    trainingAccuracy: counts[most] / rows,
    leavesOf: (table) => new Uint32Array(table.rowCount),
  };
}

// --- judging ----------------------------------------------------------------------------------------------------

export interface JudgedBaseline {
  id: BaselineId;
  rule: string;
  trainingAccuracy: number;
  metrics: Metrics;
  /** Where rows of both kinds occur. */
  attack: { detectionRate: number; falseAlarmRate: number; rocAuc: number; prAuc: number };
}

/** What a baseline reaches on a table whose classes may be others than those it knows. */
export function judgeBaseline(
  baseline: Baseline,
  test: LabelledTable,
  attack: { isAttack: (name: string) => boolean; threshold: number },
): JudgedBaseline {
  const classes = [...new Set([...test.classes, ...baseline.classes])];
  const places = baseline.classes.map((name) => classes.indexOf(name));
  const cells = leafCells(baseline, test);
  const probabilities = new Float64Array(cells.length * classes.length);
  const scores = new Float64Array(cells.length);
  const positive = new Uint8Array(cells.length);
  cells.forEach(({ leaf, label }, at) => {
    positive[at] = attack.isAttack(classes[label]) ? 1 : 0;
    places.forEach((place, index) => {
      const share = baseline.shares[leaf * places.length + index];
      probabilities[at * classes.length + place] = share;
      if (attack.isAttack(baseline.classes[index])) scores[at] += share;
    });
  });
  const labels = Int32Array.from(cells, ({ label }) => label);
  const rows = Float64Array.from(cells, (cell) => cell.rows);
  const ranking = rankingOf(scores, positive, rows);
  const { detectionRate, falseAlarmRate } = atThreshold(ranking, attack.threshold);
  return {
    id: baseline.id,
    rule: baseline.rule,
    trainingAccuracy: baseline.trainingAccuracy,
    metrics: evaluateClassifier(classes, labels, probabilities, rows),
    attack: { detectionRate, falseAlarmRate, ...areasOfRanking(ranking) },
  };
}

/** Rows of each leaf and class that occur together. */
function leafCells(baseline: Baseline, test: LabelledTable): { leaf: number; label: number; rows: number }[] {
  const classes = test.classes.length;
  const leaves = baseline.leavesOf(test);
  const counts = new Float64Array((baseline.shares.length / baseline.classes.length) * classes);
  for (let row = 0; row < test.rowCount; row++) counts[leaves[row] * classes + test.labels[row]]++;
  return Array.from(counts, (rows, cell) => {
    return { leaf: Math.floor(cell / classes), label: cell % classes, rows };
  }).filter(({ rows }) => rows > 0);
}

// --- the best column --------------------------------------------------------------------------------------------

/** By accuracy: one threshold of a number, or the majority class of each category. */
function bestColumn(binned: BinnedTable): Baseline | undefined {
  const { classes, labels, columns } = binned;
  const all = countClasses(labels, classes.length);
  let best = { hits: all[largest(all)], column: -1 };
  let split: Split | undefined;
  for (const [column, { specification }] of columns.entries()) {
    const tally = tallyColumn(binned, column);
    const isCategorical = specification.kind === "categorical";
    const found = isCategorical ? undefined : bestSplit(binned, column, tally, "accuracy");
    const hits = isCategorical ? lookupWorth(tally, classes.length) : (found?.worth ?? 0);
    if (hits <= best.hits) continue;
    best = { hits, column };
    split = found;
  }
  if (best.column < 0) return undefined;
  const { specification } = columns[best.column];
  const common = { id: "best-column", classes, trainingAccuracy: best.hits / labels.length } as const;
  if (split !== undefined) {
    const { leaves, shares } = sidesOf(binned, split);
    const [left, right] = leaves.map((leaf) => classes[largest(leaf)]);
    return {
      ...common,
      rule: `${left} if ${splitText(binned, split)}, else ${right}`,
      shares,
      leavesOf: (table) => leavesBy(table, (row) => (applySplit(split as Split, table.values, row) ? 0 : 1)),
    };
  }
  return {
    ...common,
    rule: `majority class of each ${specification.name}`,
    shares: lookupShares(tallyColumn(binned, best.column), all),
    leavesOf: (table) =>
      leavesBy(table, (row) => categoryLeaf(specification, table.values[best.column][row])),
  };
}

/** Class shares of each category; of those without rows, the shares of all. */
function lookupShares(tally: Float64Array, all: Float64Array): Float64Array {
  const shares = new Float64Array(tally.length);
  for (let at = 0; at < tally.length; at += all.length) {
    const counts = tally.subarray(at, at + all.length);
    shares.set(sharesOf(counts.some((rows) => rows > 0) ? counts : all), at);
  }
  return shares;
}

/** As bins of categories are numbered: 0 for missing and unknown ones. */
function categoryLeaf({ categories }: ColumnSpecification, value: number): number {
  return Number.isInteger(value) && value >= 0 && value < categories.length ? value + 1 : 0;
}

// --- the tree of depth two --------------------------------------------------------------------------------------

function depthTwoTree(binned: BinnedTable): Baseline | undefined {
  const root = bestOfColumns(binned);
  if (root === undefined) return undefined;
  const sides = [true, false].map((isLeft) => {
    const part = binnedPart(binned, root, isLeft);
    return { part, split: bestOfColumns(part) };
  });
  const leaves = sides.flatMap(({ part, split }) => {
    const all = countClasses(part.labels, binned.classes.length);
    return split === undefined ? [all, all] : sidesOf(part, split).leaves;
  });
  const shares = new Float64Array(leaves.length * binned.classes.length);
  leaves.forEach((leaf, at) => {
    shares.set(sharesOf(leaf), at * binned.classes.length);
  });
  const hits = sides.reduce((sum, { split }, side) => {
    const own = leaves.slice(side * 2, side * 2 + (split === undefined ? 1 : 2));
    return sum + own.reduce((of, leaf) => of + leaf[largest(leaf)], 0);
  }, 0);
  const told = sides.map(({ split }, side) => {
    const [left, right] = leaves.slice(side * 2, side * 2 + 2).map((leaf) => binned.classes[largest(leaf)]);
    return split === undefined || left === right
      ? left
      : `${left} if ${splitText(binned, split)}, else ${right}`;
  });
  return {
    id: "depth-2-tree",
    classes: binned.classes,
    rule: `where ${splitText(binned, root)}: ${told[0]}; elsewhere: ${told[1]}`,
    shares,
    trainingAccuracy: hits / binned.labels.length,
    leavesOf: (table) =>
      leavesBy(table, (row) => {
        const side = applySplit(root, table.values, row) ? 0 : 1;
        const { split } = sides[side];
        return side * 2 + (split === undefined || applySplit(split, table.values, row) ? 0 : 1);
      }),
  };
}

/** The split that lessens Gini's index most; undefined where none does. */
function bestOfColumns(binned: BinnedTable): Split | undefined {
  const all = countClasses(binned.labels, binned.classes.length);
  let worth = all.reduce((sum, rows) => sum + rows * rows, 0) / binned.labels.length;
  let best: Split | undefined;
  for (const column of binned.columns.keys()) {
    const found = bestSplit(binned, column, tallyColumn(binned, column), "gini");
    if (found === undefined || found.worth <= worth * (1 + 1e-12)) continue;
    worth = found.worth;
    best = found;
  }
  return best;
}

// --- sides ------------------------------------------------------------------------------------------------------

function binnedPart(binned: BinnedTable, split: Split, isLeft: boolean): BinnedTable {
  const rows = [...binned.labels.keys()].filter(
    (row) => (split.left[binned.columns[split.column].bins[row]] === 1) === isLeft,
  );
  return {
    ...binned,
    labels: Int32Array.from(rows, (row) => binned.labels[row]),
    columns: binned.columns.map((column) => ({
      ...column,
      bins: Uint16Array.from(rows, (row) => column.bins[row]),
    })),
  };
}

function sidesOf(
  binned: BinnedTable,
  split: Split,
): { leaves: [Float64Array, Float64Array]; shares: Float64Array } {
  const classes = binned.classes.length;
  const leaves: [Float64Array, Float64Array] = [new Float64Array(classes), new Float64Array(classes)];
  const { bins } = binned.columns[split.column];
  for (let row = 0; row < bins.length; row++)
    leaves[split.left[bins[row]] === 1 ? 0 : 1][binned.labels[row]]++;
  const shares = new Float64Array(2 * classes);
  shares.set(sharesOf(leaves[0]));
  shares.set(sharesOf(leaves[1]), classes);
  return { leaves, shares };
}

function sharesOf(counts: Float64Array): Float64Array {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / rows);
}

function leavesBy(table: FeatureTable, leafOf: (row: number) => number): Uint32Array {
  const leaves = new Uint32Array(table.rowCount);
  for (let row = 0; row < leaves.length; row++) leaves[row] = leafOf(row);
  return leaves;
}
