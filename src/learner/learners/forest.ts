// A random forest (Breiman 2001): docs/reference/trees.md says how it grows.

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

const FOREST: TreeLearner = {
  id: "forest",
  title: "Random forest",
  parameters: [
    trees(100),
    CRITERION,
    MAX_DEPTH,
    MIN_LEAF_ROWS,
    MIN_SPLIT_ROWS,
    MIN_IMPURITY_DECREASE,
    columnsPerSplit("sqrt"),
    bootstrap(true),
    ROW_SHARE,
    BALANCE_OF_TREES,
    MAX_BINS,
    OUT_OF_BAG,
  ],
  randomThresholds: false,
};

export const forest: Learner = {
  id: FOREST.id,
  task: "classification",
  description: "A random forest: trees over drawn rows and columns that vote",
  parameters: FOREST.parameters,
  fit: (table, parameters, context) => fitTrees(FOREST, table, parameters, context),
};
