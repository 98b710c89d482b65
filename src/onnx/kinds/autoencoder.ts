// The kind "autoencoder" as ONNX: each group's inputs through its network, and their errors become a score of anomaly: by
// their sizes, or as the error of one more network.

import { type AutoencoderModel, COMBINATION } from "../../model/kinds/autoencoder.ts";
import type { Network } from "../../model/network.ts";
import { exportAnomalyScale } from "../anomaly.ts";
import type { KindScope } from "../contract.ts";
import { exportEncoding } from "../encoding.ts";
import type { Graph, Value } from "../graph.ts";
import { exportLayers, rounded } from "../layers.ts";

export function exportAutoencoder(model: AutoencoderModel, { graph, features }: KindScope): Value {
  const { encoding, networks, inputs, lows, spans, scale, combination } = model.parts;
  const encoded = exportEncoding(encoding, graph, features);
  const groups = networks.slice(0, lows.length);
  let at = 0;
  const errors = groups.map((network) => {
    const width = network[0].inputs;
    const own = graph.columns(encoded, inputs.subarray(at, at + width));
    at += width;
    return reconstructionError(graph, network, own);
  });
  const lowered = graph.node("Sub", [graph.beside(errors), graph.doubles(lows, [1, lows.length])]);
  const scaled = graph.node("Div", [lowered, graph.doubles(spans, [1, spans.length])]);
  const score =
    combination === COMBINATION.autoencoder
      ? reconstructionError(graph, networks[lows.length], scaled)
      : surprise(graph, scaled);
  return exportAnomalyScale(scale, graph, score);
}

/** The sum of ln(1 + z) over excesses above 0. */
function surprise(graph: Graph, scaled: Value): Value {
  const excess = graph.node("Max", [scaled, graph.double(0)]);
  return graph.rowSum(graph.node("Log", [graph.node("Add", [excess, graph.double(1)])]));
}

/** Root of the mean square of what a network makes of its inputs, less the inputs; one column. */
function reconstructionError(graph: Graph, network: Network, inputs: Value): Value {
  const difference = graph.node("Sub", [exportLayers(network, graph, inputs), rounded(graph, inputs)]);
  const squares = graph.node("Mul", [difference, difference]);
  const mean = graph.node("Div", [graph.rowSum(squares), graph.double(network[0].inputs)]);
  return graph.node("Sqrt", [mean]);
}
