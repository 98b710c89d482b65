// Trees of any kind of model, seen alike: what every leaf adds to one score. Knows boosting and forests, and no row.

import type { ExplanationScale, Model } from "../contract.ts";
import { BoostingModel } from "../kinds/boosting.ts";
import { ForestModel } from "../kinds/forest.ts";
import { categoryCountsOf, type TreeArrays } from "../trees.ts";

/** The trees that make up the score of one class. */
export interface ScoreTrees {
  arrays: TreeArrays;
  /** Tree numbers `first`, `first + step`, … */
  first: number;
  step: number;
  /** What a leaf adds to the score, before `factor`; of inner nodes, the mean of their leaves by training rows. */
  values: Float64Array;
  factor: number;
  /** Score before the first tree. */
  baseline: number;
  scale: ExplanationScale;
  columnCount: number;
  categoryCounts: Int32Array;
}

/**
 * The trees of a class's score; undefined when the model is no ensemble of trees, or never saw the class. Boosting: its
 * log-odds, or a logarithm of its probability up to a constant. Forests: its probability.
 */
export function scoreTreesOf(model: Model, classIndex: number): ScoreTrees | undefined {
  const { columns } = model.manifest.schema;
  const shared = { columnCount: columns.length, categoryCounts: categoryCountsOf(columns) };
  if (model instanceof ForestModel) {
    const { forest } = model;
    return {
      ...shared,
      arrays: forest,
      first: 0,
      step: 1,
      values: model.nodeShares(classIndex),
      factor: 1 / forest.treeCount,
      baseline: 0,
      scale: "probability",
    };
  }
  if (!(model instanceof BoostingModel)) return undefined;
  const { ensemble } = model;
  const active = ensemble.activeClasses.indexOf(classIndex);
  if (active < 0) return undefined;
  // Of two classes the one output is the log-odds of the second.
  const sign = ensemble.outputs === 1 && active === 0 ? -1 : 1;
  const output = ensemble.outputs === 1 ? 0 : active;
  return {
    ...shared,
    arrays: ensemble,
    first: output,
    step: ensemble.outputs,
    values: ensemble.value,
    factor: sign,
    baseline: sign * ensemble.baseline[output],
    scale: "log-odds",
  };
}

/** Whether a model is an ensemble of trees whose scores are sums of leaves. */
export function isOfTrees(model: Model): boolean {
  return model instanceof ForestModel || model instanceof BoostingModel;
}
