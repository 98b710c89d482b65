// A decision tree (CART; Breiman, Friedman, Olshen and Stone 1984): docs/reference/trees.md says how it grows.

import type { Learner } from "../contract.ts";
import { fitTrees, type TreeLearner } from "../forest/fit.ts";
import {
  BALANCE,
  CRITERION,
  columnsPerSplit,
  MAX_BINS,
  MAX_DEPTH,
  MIN_IMPURITY_DECREASE,
  MIN_LEAF_ROWS,
  MIN_SPLIT_ROWS,
} from "../forest/parameters.ts";

const TREE: TreeLearner = {
  id: "tree",
  title: "Decision tree",
  parameters: [
    CRITERION,
    MAX_DEPTH,
    MIN_LEAF_ROWS,
    MIN_SPLIT_ROWS,
    MIN_IMPURITY_DECREASE,
    columnsPerSplit("all"),
    BALANCE,
    MAX_BINS,
  ],
  randomThresholds: false,
};

export const tree: Learner = {
  id: TREE.id,
  task: "classification",
  description: "One decision tree: numeric and categorical columns, missing values, any classes",
  parameters: TREE.parameters,
  fit: (table, parameters, context) => fitTrees(TREE, table, parameters, context),
};
