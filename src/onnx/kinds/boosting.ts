// The kind "boosting" as ONNX: trees whose sums go through a softmax over the classes that were seen in training.
//
// Of two classes the log-odds v are shared out as v/2 and -v/2: a softmax of these is the logistic of v, exactly, and no
// rule for "binary" ensembles, of which runtimes have several, comes into play.

import type { BoostingModel } from "../../model/kinds/boosting.ts";
import type { KindScope } from "../contract.ts";
import type { Value } from "../graph.ts";
import { spread } from "../spread.ts";
import { TreeTable, treeFeatures } from "../trees.ts";

export function exportBoosting(model: BoostingModel, { graph, features, exact }: KindScope): Value {
  const { classes, schema } = model.manifest;
  const { outputs, baseline, value, activeClasses } = model.ensemble;
  const votes = (output: number, amount: number): [number, number][] =>
    outputs === 1
      ? [
          [0, -amount / 2],
          [1, amount / 2],
        ]
      : [[output, amount]];
  const table = new TreeTable(schema.columns);
  table.addLeaf(Array.from(baseline, (amount, output) => votes(output, amount)).flat());
  table.addTrees(model.ensemble, (tree, node) => votes(tree % outputs, value[node]));
  const asked = treeFeatures(graph, features, schema.columns);
  const active = Array.from(activeClasses, (index) => classes[index]);
  const scores = exact
    ? table.sums(graph, asked, active.length)
    : graph.cast(table.classifier(graph, asked, active), "double");
  return spread(graph, graph.softmax(scores), activeClasses, classes.length);
}
