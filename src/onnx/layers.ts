// Dense layers (src/model/network.ts) as ONNX operators.

import { ACTIVATION, type Network } from "../model/network.ts";
import type { Graph, Value } from "./graph.ts";

/** Outputs of the last layer, doubles, of inputs that are rounded to floats first, as the layers' are. */
export function exportLayers(network: Network, graph: Graph, inputs: Value): Value {
  let values = rounded(graph, inputs);
  for (const { inputs: height, outputs: width, weights, biases, activation } of network) {
    const products = graph.node("MatMul", [values, graph.doubles(weights, [height, width])]);
    values = activated(graph, graph.node("Add", [products, graph.doubles(biases, [1, width])]), activation);
  }
  return values;
}

/** Doubles that floats can hold. */
export function rounded(graph: Graph, values: Value): Value {
  return graph.cast(graph.cast(values, "float"), "double");
}

function activated(graph: Graph, values: Value, activation: number): Value {
  switch (activation) {
    case ACTIVATION.relu:
      return graph.node("Relu", [values]);
    case ACTIVATION.tanh:
      return graph.node("Tanh", [values]);
    case ACTIVATION.logistic:
      return graph.node("Sigmoid", [values]);
    default:
      return values;
  }
}
