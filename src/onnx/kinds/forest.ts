// The kind "forest" as ONNX: every leaf votes for the classes that were seen in training with its shares of the mean.

import type { ForestModel } from "../../model/kinds/forest.ts";
import type { KindScope } from "../contract.ts";
import type { Value } from "../graph.ts";
import { spread } from "../spread.ts";
import { TreeTable, treeFeatures } from "../trees.ts";

export function exportForest(model: ForestModel, { graph, features, exact }: KindScope): Value {
  const { classes, schema } = model.manifest;
  const { forest } = model;
  const { activeClasses, distributions, right, treeCount } = forest;
  const outputs = activeClasses.length;
  const table = new TreeTable(schema.columns);
  table.addTrees(forest, (_, leaf) => {
    const from = right[leaf] * outputs;
    const shares = distributions.subarray(from, from + outputs);
    return Array.from(shares, (share, index) => [index, share / treeCount] as const).filter(
      // Of two classes both votes are given, even none: ensembles that vote for one only are read as "binary".
      ([, vote]) => vote > 0 || outputs === 2,
    );
  });
  const asked = treeFeatures(graph, features, schema.columns);
  const active = Array.from(activeClasses, (index) => classes[index]);
  const shares = exact
    ? table.sums(graph, asked, outputs)
    : graph.cast(table.classifier(graph, asked, active), "double");
  return spread(graph, shares, activeClasses, classes.length);
}
