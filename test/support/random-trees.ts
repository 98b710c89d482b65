// Small random ensembles for tests of explanations: repeated columns, sets of categories, missing values, uneven trees.
// And Shapley values by their definition, over all subsets of the columns.

import { Random } from "../../src/base/random.ts";
import { type ColumnSpecification, foreignSchema } from "../../src/feature/table.ts";
import type { ModelManifest } from "../../src/model/contract.ts";
import { BOOSTING_FORMAT_VERSION, BOOSTING_KIND, BoostingModel } from "../../src/model/kinds/boosting.ts";
import { FOREST_FORMAT_VERSION, FOREST_KIND, ForestModel } from "../../src/model/kinds/forest.ts";
import type { ScoreTrees } from "../../src/model/shapley/trees.ts";
import {
  CATEGORICAL,
  EnsembleBuilder,
  goesLeft,
  LEAF,
  MISSING_LEFT,
  type NodeSpecification,
} from "../../src/model/trees.ts";

export interface RandomTrees {
  columns: number;
  trees: number;
  depth: number;
  classes: number;
  seed: number;
}

const CATEGORIES = ["a", "b", "c", "d"];

/** Every third column is categorical. */
function columnsOf(count: number): ColumnSpecification[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `column ${index}`,
    kind: index % 3 === 2 ? "categorical" : "numeric",
    unit: index === 0 ? "bytes" : "",
    categories: index % 3 === 2 ? CATEGORIES : [],
    description: "",
  }));
}

function manifestOf(kind: string, formatVersion: number, { columns, classes }: RandomTrees): ModelManifest {
  const schema = foreignSchema("random", columnsOf(columns));
  const names = Array.from({ length: classes }, (_, index) => (index === 0 ? "benign" : `attack ${index}`));
  return {
    kind,
    formatVersion,
    schema: { ...schema, columns: [...schema.columns] },
    classes: names,
    benignClasses: ["benign"],
    training: {
      learner: kind,
      parameters: {},
      seed: 1,
      trainingRows: 100,
      validationRows: 0,
      classCounts: names.map(() => 50),
      iterations: 1,
      metrics: {},
    },
    card: { title: "", sections: [] },
  };
}

function grow(
  random: Random,
  columns: readonly ColumnSpecification[],
  cover: number,
  depth: number,
): NodeSpecification {
  if (depth === 0 || cover < 2 || random.chance(0.15))
    return { feature: LEAF, flags: 0, threshold: 0, cover, value: random.normal() };
  const feature = random.integer(0, columns.length - 1);
  const isSet = columns[feature].kind === "categorical";
  const left = random.integer(1, cover - 1);
  return {
    feature,
    flags: (isSet ? CATEGORICAL : 0) | (random.chance(0.5) ? MISSING_LEFT : 0),
    threshold: random.integer(0, 4),
    ...(isSet && { set: Uint32Array.of(random.integer(1, 14)) }),
    cover,
    value: 0,
    left: grow(random, columns, left, depth - 1),
    right: grow(random, columns, cover - left, depth - 1),
  };
}

function ensembleOf({ columns, trees, depth, classes, seed }: RandomTrees, outputs: number) {
  const random = new Random(seed);
  const active = Int32Array.from({ length: classes }, (_, index) => index);
  const builder = new EnsembleBuilder(
    active,
    Float64Array.from({ length: outputs }, () => random.normal()),
  );
  for (let tree = 0; tree < trees * outputs; tree++)
    builder.add(grow(random, columnsOf(columns), random.integer(1, 200), depth));
  return builder.finish(trees * outputs);
}

export function randomBoosting(options: RandomTrees): BoostingModel {
  const manifest = manifestOf(BOOSTING_KIND, BOOSTING_FORMAT_VERSION, options);
  return new BoostingModel(manifest, ensembleOf(options, options.classes === 2 ? 1 : options.classes));
}

/** The same trees with random shares of classes in their leaves. */
export function randomForest(options: RandomTrees): ForestModel {
  const { classes, columns } = options;
  const random = new Random(options.seed + 1);
  const ensemble = ensembleOf(options, 1);
  const distributions: number[] = [];
  for (let node = 0; node < ensemble.feature.length; node++) {
    if (ensemble.feature[node] !== LEAF) continue;
    ensemble.right[node] = distributions.length / classes;
    const shares = Array.from({ length: classes }, () => random.uniform());
    const sum = shares.reduce((total, share) => total + share, 0);
    distributions.push(...shares.map((share) => share / sum));
  }
  const { roots, feature, flags, threshold, right, cover, sets, treeCount, activeClasses } = ensemble;
  return new ForestModel(manifestOf(FOREST_KIND, FOREST_FORMAT_VERSION, options), {
    ...{ roots, feature, flags, threshold, right, cover, sets, treeCount, activeClasses },
    distributions: Float64Array.from(distributions),
    importance: new Float64Array(columns),
  });
}

/** Rows with values that trees ask for, missing ones and unknown categories among them. */
export function randomRows(columns: number, count: number, seed: number): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length: columns * count }, () =>
    random.chance(0.15) ? Number.NaN : random.integer(-1, 5),
  );
}

/** A score when only some columns are known; `known` has a bit for each. */
export type Game = (known: number) => number;

/** Shapley values by their definition: the mean over all orders of what joining adds (Shapley 1953). */
export function shapleyByDefinition(game: Game, columns: number): number[] {
  const values = Array.from({ length: 1 << columns }, (_, known) => game(known));
  const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
  return Array.from({ length: columns }, (_, column) => {
    let amount = 0;
    for (let known = 0; known < values.length; known++) {
      if (known & (1 << column)) continue;
      const size = [...known.toString(2)].filter((bit) => bit === "1").length;
      const weight = (factorial(size) * factorial(columns - size - 1)) / factorial(columns);
      amount += weight * (values[known | (1 << column)] - values[known]);
    }
    return amount;
  });
}

/** Expected score when unknown columns go both ways by training rows (Lundberg et al. 2020, Algorithm 1). */
export function pathGame(trees: ScoreTrees, row: Float64Array): Game {
  const { arrays, values, factor, baseline, first, step, categoryCounts } = trees;
  const expected = (node: number, known: number): number => {
    const column = arrays.feature[node];
    if (column === LEAF) return values[node];
    const [left, right] = [node + 1, arrays.right[node]];
    if (known & (1 << column))
      return expected(goesLeft(arrays, node, row[column], categoryCounts) ? left : right, known);
    const share = arrays.cover[left] / (arrays.cover[left] + arrays.cover[right]);
    return share * expected(left, known) + (1 - share) * expected(right, known);
  };
  return (known) => {
    let sum = baseline;
    for (let tree = first; tree < arrays.treeCount; tree += step)
      sum += factor * expected(arrays.roots[tree], known);
    return sum;
  };
}

/** Mean score when unknown columns have the values of background rows. */
export function backgroundGame(
  score: (row: Float64Array) => number,
  row: Float64Array,
  background: Float64Array,
): Game {
  const columns = row.length;
  const count = background.length / columns;
  return (known) => {
    let sum = 0;
    for (let other = 0; other < count; other++)
      sum += score(
        row.map((value, column) => (known & (1 << column) ? value : background[other * columns + column])),
      );
    return sum / count;
  };
}

/** Score of a row by walking the trees. */
export function scoreOf(
  { arrays, values, factor, baseline, first, step, categoryCounts }: ScoreTrees,
  row: Float64Array,
) {
  let sum = baseline;
  for (let tree = first; tree < arrays.treeCount; tree += step) {
    let node = arrays.roots[tree];
    while (arrays.feature[node] !== LEAF) {
      const left = goesLeft(arrays, node, row[arrays.feature[node]], categoryCounts);
      node = left ? node + 1 : arrays.right[node];
    }
    sum += factor * values[node];
  }
  return sum;
}
