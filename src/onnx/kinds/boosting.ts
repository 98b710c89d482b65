// The kind "boosting" as ONNX: one TreeEnsembleClassifier with SOFTMAX over the classes that were seen in training.
//
// Of two classes the log-odds v are shared out as v/2 and -v/2: a softmax of these is the logistic of v, exactly, and no
// rule for "binary" ensembles, of which runtimes have several, comes into play.

import type { BoostingModel } from "../../model/kinds/boosting.ts";
import { categoryCountsOf } from "../../model/trees.ts";
import type { Graph, Value } from "../graph.ts";
import { spread } from "../spread.ts";
import { TreeTable } from "../trees.ts";

export function exportBoosting(model: BoostingModel, graph: Graph, features: Value): Value {
  const { classes, schema } = model.manifest;
  const { ensemble } = model;
  const { outputs, baseline, value } = ensemble;
  const active = Array.from(ensemble.activeClasses, (index) => classes[index]);
  const votes = (output: number, amount: number): [number, number][] =>
    outputs === 1
      ? [
          [0, -amount / 2],
          [1, amount / 2],
        ]
      : [[output, amount]];
  const table = new TreeTable();
  table.addLeaf(Array.from(baseline, (amount, output) => votes(output, amount)).flat());
  table.addTrees(ensemble, categoryCountsOf(schema.columns), (tree, node) =>
    votes(tree % outputs, value[node]),
  );
  const scores = table.classifier(graph, features, active, "SOFTMAX");
  return spread(graph, graph.cast(scores, "double"), ensemble.activeClasses, classes.length);
}
