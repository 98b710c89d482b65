// The map from scores of anomalies to probabilities (src/model/anomaly.ts) as ONNX operators.

import type { AnomalyScale } from "../model/anomaly.ts";
import type { Graph, Value } from "./graph.ts";

/** Probabilities of benign and anomaly, doubles [rows, 2], of scores [rows, 1]. */
export function exportAnomalyScale(scale: AnomalyScale, graph: Graph, scores: Value): Value {
  const [threshold, below, above] = scale.encode();
  const infinity = graph.double(Number.POSITIVE_INFINITY);
  const numbers = graph.node("Where", [graph.node("IsNaN", [scores]), infinity, scores]);
  const over = graph.node("Sub", [numbers, graph.double(threshold)]);
  const one = graph.double(1);
  // (1 + z / 2)² with z, the distance to the threshold on one side, in units of that side.
  const odds = (distance: Value, unit: number): Value => {
    const steps = graph.node("Div", [graph.node("Max", [distance, graph.double(0)]), graph.double(unit * 2)]);
    const root = graph.node("Add", [steps, one]);
    return graph.node("Mul", [root, root]);
  };
  const inverse = (value: Value): Value => graph.node("Div", [one, value]);
  const high = inverse(graph.node("Add", [inverse(odds(over, above)), one]));
  const low = inverse(graph.node("Add", [odds(graph.node("Neg", [over]), below), one]));
  const isLow = graph.node("Less", [numbers, graph.double(threshold)]);
  const anomaly = graph.node("Where", [isLow, low, high]);
  return graph.beside([graph.node("Sub", [one, anomaly]), anomaly]);
}
