// How much each column matters to an ensemble of trees, from the trees alone.
//
// A split's worth is the variance of the node values that it explains, weighted by training rows (the reduction of
// squared error of Breiman, Friedman, Olshen and Stone 1984, applied to the trees' own outputs). Knows no rows.

import { LEAF, type TreeArrays } from "./trees.ts";

/** Trees with a value at every node. */
export type ValuedTrees = TreeArrays & { value: Float64Array };

/** Share of each column in what all splits explain: `columnCount` numbers that sum to 1, or zeros without a split. */
export function splitImportance(ensemble: ValuedTrees, columnCount: number): Float64Array {
  const { feature, right, value, cover } = ensemble;
  const shares = new Float64Array(columnCount);
  let total = 0;
  const nodes = ensemble.roots[ensemble.treeCount];
  for (let node = 0; node < nodes; node++) {
    if (feature[node] === LEAF) continue;
    const worth =
      cover[node + 1] * (value[node + 1] - value[node]) ** 2 +
      cover[right[node]] * (value[right[node]] - value[node]) ** 2;
    shares[feature[node]] += worth;
    total += worth;
  }
  return total > 0 ? shares.map((share) => share / total) : shares;
}
