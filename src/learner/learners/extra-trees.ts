// Extremely randomised trees (Geurts, Ernst and Wehenkel 2006): docs/reference/trees.md says how they grow.

import type { Learner } from "../contract.ts";
import { fitTrees, type TreeLearner } from "../forest/fit.ts";
import {
  BALANCE_OF_TREES,
  bootstrap,
  CRITERION,
  columnsPerSplit,
  MAX_BINS,
  MAX_DEPTH,
  MIN_IMPURITY_DECREASE,
  MIN_LEAF_ROWS,
  MIN_SPLIT_ROWS,
  OUT_OF_BAG,
  ROW_SHARE,
  trees,
} from "../forest/parameters.ts";

const EXTRA_TREES: TreeLearner = {
  id: "extra-trees",
  title: "Extremely randomised trees",
  parameters: [
    trees(100),
    CRITERION,
    MAX_DEPTH,
    MIN_LEAF_ROWS,
    MIN_SPLIT_ROWS,
    MIN_IMPURITY_DECREASE,
    columnsPerSplit("sqrt"),
    bootstrap(false),
    ROW_SHARE,
    BALANCE_OF_TREES,
    MAX_BINS,
    OUT_OF_BAG,
  ],
  randomThresholds: true,
};

export const extraTrees: Learner = {
  id: EXTRA_TREES.id,
  task: "classification",
  description: "Extremely randomised trees that vote: thresholds are drawn, the best of them is taken",
  parameters: EXTRA_TREES.parameters,
  fit: (table, parameters, context) => fitTrees(EXTRA_TREES, table, parameters, context),
};
