// Calibration (src/model/calibration.ts) as ONNX operators.

import { type Calibration, LOG_ODDS_LIMIT } from "../model/calibration.ts";
import type { Graph, Value } from "./graph.ts";

/** Calibrated probabilities, doubles [rows, classes]. */
export function exportCalibration(
  calibration: Calibration,
  classes: number,
  graph: Graph,
  probabilities: Value,
): Value {
  if (calibration.method === "none") return probabilities;
  if (calibration.method === "temperature") return tempered(graph, probabilities, calibration.temperature);
  if (classes === 2) {
    const second = bent(calibration, graph, graph.columns(probabilities, [1]), 0);
    return graph.beside([graph.node("Sub", [graph.double(1), second]), second]);
  }
  const columns = Array.from({ length: classes }, (_, index) =>
    bent(calibration, graph, graph.columns(probabilities, [index]), index),
  );
  const all = graph.beside(columns);
  const sum = graph.rowSum(all);
  // Where every class is deemed impossible the learner's own probabilities stand.
  const some = graph.node("Greater", [sum, graph.double(0)]);
  return graph.node("Where", [some, graph.node("Div", [all, sum]), probabilities]);
}

/** softmax(log p / temperature): a probability of 0 stays 0. */
function tempered(graph: Graph, probabilities: Value, temperature: number): Value {
  const largest = graph.node("ReduceMax", [probabilities], { attributes: { axes: { ints: [1] } } });
  const logarithm = graph.node("Log", [graph.node("Div", [probabilities, largest])]);
  const powers = graph.node("Exp", [graph.node("Div", [logarithm, graph.double(temperature)])]);
  return graph.node("Div", [powers, graph.rowSum(powers)]);
}

type PerClass = Extract<Calibration, { method: "platt" | "isotonic" }>;

/** One function over one column. */
function bent(calibration: PerClass, graph: Graph, probability: Value, index: number): Value {
  if (calibration.method === "platt") {
    const { slopes, offsets } = calibration;
    const sloped = graph.node("Mul", [logOdds(graph, probability), graph.double(slopes[index])]);
    return graph.node("Sigmoid", [graph.node("Add", [sloped, graph.double(offsets[index])])]);
  }
  const { starts, from, to } = calibration;
  const range = [starts[index], starts[index + 1]] as const;
  return interpolated(graph, probability, from.subarray(...range), to.subarray(...range));
}

function logOdds(graph: Graph, probability: Value): Value {
  const other = graph.node("Sub", [graph.double(1), probability]);
  const difference = graph.node("Sub", [graph.node("Log", [probability]), graph.node("Log", [other])]);
  return graph.node("Clip", [difference, graph.double(-LOG_ODDS_LIMIT), graph.double(LOG_ODDS_LIMIT)]);
}

/** Lines between points: how many points a value has reached tells its line. */
function interpolated(graph: Graph, value: Value, from: Float64Array, to: Float64Array): Value {
  const points = from.length;
  if (points === 1) {
    const zero = graph.node("Mul", [value, graph.double(0)]);
    return graph.node("Add", [zero, graph.double(to[0])]);
  }
  const below = graph.node("Less", [value, graph.doubles(from.subarray(1, -1), [1, points - 2])]);
  const reached = graph.node(
    "ReduceSum",
    [graph.cast(graph.node("Not", [below]), "double"), graph.longs([1])],
    {
      attributes: { keepdims: { int: 0 } },
    },
  );
  const line = graph.cast(reached, "int64");
  const of = (numbers: ArrayLike<number>): Value => {
    const picked = graph.node("Gather", [graph.doubles(numbers, [points - 1]), line]);
    return graph.node("Unsqueeze", [picked, graph.longs([1])]);
  };
  const widths = from.subarray(1).map((end, index) => end - from[index]);
  const rises = to.subarray(1).map((end, index) => end - to[index]);
  const along = graph.node("Div", [graph.node("Sub", [value, of(from.subarray(0, -1))]), of(widths)]);
  const share = graph.node("Clip", [along, graph.double(0), graph.double(1)]);
  return graph.node("Add", [of(to.subarray(0, -1)), graph.node("Mul", [share, of(rises)])]);
}
