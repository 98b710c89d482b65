// Parameters that the learners of whole trees share, and what they mean for a table.

import type { ParameterSpecification } from "../contract.ts";

export const CRITERION: ParameterSpecification = {
  name: "criterion",
  type: "choice",
  default: "gini",
  choices: ["gini", "entropy"],
  description: "What a split is to make small: Gini's impurity, or the entropy of the classes",
  search: { values: ["gini", "entropy"] },
};

export const MAX_DEPTH: ParameterSpecification = {
  name: "maxDepth",
  type: "integer",
  default: 0,
  minimum: 0,
  maximum: 1_024,
  description: "Most questions on the way to a leaf; 0 for any number",
  search: { values: [0, 12, 24] },
};

export const MIN_LEAF_ROWS: ParameterSpecification = {
  name: "minLeafRows",
  type: "integer",
  default: 1,
  minimum: 1,
  maximum: 1_000_000,
  description: "Fewest training rows in a leaf",
  search: { values: [1, 5, 20] },
};

export const MIN_SPLIT_ROWS: ParameterSpecification = {
  name: "minSplitRows",
  type: "integer",
  default: 2,
  minimum: 2,
  maximum: 1_000_000,
  description: "Fewest training rows in a node that is split",
};

export const MIN_IMPURITY_DECREASE: ParameterSpecification = {
  name: "minImpurityDecrease",
  type: "number",
  default: 0,
  minimum: 0,
  maximum: 1,
  description: "Least that a split must take off the impurity, weighed with the node's share of the rows",
};

export const MAX_BINS: ParameterSpecification = {
  name: "maxBins",
  type: "integer",
  default: 255,
  minimum: 2,
  maximum: 255,
  description: "Most bins of a column, beside the one for missing values",
};

const WEIGHTS = "Weights of classes: all equal, or inverse to their rows";

export const BALANCE: ParameterSpecification = {
  name: "balance",
  type: "choice",
  default: "none",
  choices: ["none", "balanced"],
  description: WEIGHTS,
  search: { values: ["none", "balanced"] },
};

export const BALANCE_OF_TREES: ParameterSpecification = {
  ...BALANCE,
  choices: ["none", "balanced", "balanced-trees"],
  description: `${WEIGHTS} in the table, or to those drawn for each tree`,
};

/** How many columns a split looks at, as a text. */
export function columnsPerSplit(standard: string): ParameterSpecification {
  return {
    name: "columnsPerSplit",
    type: "text",
    default: standard,
    pattern: "sqrt|log2|all|0?\\.[0-9]{1,9}|[1-9][0-9]{0,4}",
    form: "sqrt, log2, all, a share such as 0.3, or a number of columns",
    description: "Columns that a split looks at, drawn anew for each: sqrt, log2, all, a share, or how many",
    ...(standard === "sqrt" && { search: { values: ["sqrt", "log2", "0.3"] } }),
  };
}

/** How many of so many columns a text of `columnsPerSplit` means; at least 1. */
export function countColumns(text: string, columns: number): number {
  const wanted = Number(text);
  if (text === "all") return columns;
  if (text === "sqrt") return Math.max(1, Math.floor(Math.sqrt(columns)));
  if (text === "log2") return Math.max(1, 31 - Math.clz32(columns));
  return Math.max(1, Math.min(columns, wanted < 1 ? Math.floor(wanted * columns) : wanted));
}

export function trees(standard: number): ParameterSpecification {
  return {
    name: "trees",
    type: "integer",
    default: standard,
    minimum: 1,
    maximum: 10_000,
    description: "Trees that are grown",
  };
}

export function bootstrap(standard: boolean): ParameterSpecification {
  return {
    name: "bootstrap",
    type: "boolean",
    default: standard,
    description: "Draw the rows of each tree with replacement (bagging)",
  };
}

export const ROW_SHARE: ParameterSpecification = {
  name: "rowShare",
  type: "number",
  default: 1,
  minimum: 0.001,
  maximum: 1,
  description: "Rows drawn for each tree, as a share of all",
};

export const OUT_OF_BAG: ParameterSpecification = {
  name: "outOfBag",
  type: "boolean",
  default: true,
  description: "Judge the forest by the rows that its trees left out, where they leave any out",
};
