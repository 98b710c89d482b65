// The kind "linear" as ONNX: one product of the encoded row and the weights, then its link.

import { LINK, type LinearModel } from "../../model/kinds/linear.ts";
import type { KindScope } from "../contract.ts";
import { exportEncoding } from "../encoding.ts";
import type { Graph, Value } from "../graph.ts";
import { spread } from "../spread.ts";

export function exportLinear(model: LinearModel, { graph, features }: KindScope): Value {
  const { encoding, weights, biases, slopes, offsets, activeClasses, link } = model.parts;
  const width = encoding.columnOfInput.length;
  const outputs = biases.length;
  const turned = new Float64Array(weights.length);
  for (let output = 0; output < outputs; output++)
    for (let input = 0; input < width; input++)
      turned[input * outputs + output] = slopes[output] * weights[output * width + input];
  const shifts = biases.map((bias, output) => slopes[output] * bias + offsets[output]);
  const encoded = exportEncoding(encoding, graph, features);
  const products = graph.node("MatMul", [encoded, graph.doubles(turned, [width, outputs])]);
  const scores = graph.node("Add", [products, graph.doubles(shifts, [1, outputs])]);
  return spread(graph, linked(graph, scores, outputs, link), activeClasses, model.manifest.classes.length);
}

function linked(graph: Graph, scores: Value, outputs: number, link: number): Value {
  if (outputs === 1) return graph.logistic(scores);
  return graph.softmax(link === LINK.oneVersusRest ? logLogistic(graph, scores) : scores);
}

/** log(1 / (1 + exp(-t))), exact on both sides. */
function logLogistic(graph: Graph, scores: Value): Value {
  const decay = graph.node("Exp", [graph.node("Neg", [graph.node("Abs", [scores])])]);
  const logarithm = graph.node("Log", [graph.node("Add", [decay, graph.double(1)])]);
  return graph.node("Sub", [graph.node("Min", [scores, graph.double(0)]), logarithm]);
}
