// The kind "network" as ONNX: the encoded row through its layers, then a logistic or a softmax.

import type { NetworkModel } from "../../model/kinds/network.ts";
import type { KindScope } from "../contract.ts";
import { exportEncoding } from "../encoding.ts";
import type { Value } from "../graph.ts";
import { exportLayers } from "../layers.ts";
import { spread } from "../spread.ts";

export function exportNetwork(model: NetworkModel, { graph, features }: KindScope): Value {
  const { encoding, network, activeClasses } = model.parts;
  const outputs = exportLayers(network, graph, exportEncoding(encoding, graph, features));
  const isLogOdds = network[network.length - 1].outputs === 1;
  const probabilities = isLogOdds ? graph.logistic(outputs) : graph.softmax(outputs);
  return spread(graph, probabilities, activeClasses, model.manifest.classes.length);
}
