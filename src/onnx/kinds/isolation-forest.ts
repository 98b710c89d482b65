// The kind "isolation-forest" as ONNX: the sum of the leaves' paths, whose share of a usual path is a score of anomaly.

import { averagePath, type IsolationForestModel } from "../../model/kinds/isolation-forest.ts";
import { exportAnomalyScale } from "../anomaly.ts";
import type { KindScope } from "../contract.ts";
import type { Value } from "../graph.ts";
import { TreeTable, treeFeatures } from "../trees.ts";

export function exportIsolationForest(model: IsolationForestModel, { graph, features }: KindScope): Value {
  const { forest, anomaly, manifest } = model;
  const { columns } = manifest.schema;
  const table = new TreeTable(columns);
  table.addTrees(forest, (_, leaf) => [[0, forest.paths[forest.right[leaf]]]]);
  const sums = table.sums(graph, treeFeatures(graph, features, columns), 1);
  const unit = graph.double(-averagePath(forest.drawnRows) * forest.treeCount);
  return exportAnomalyScale(anomaly, graph, graph.node("Div", [sums, unit]));
}
