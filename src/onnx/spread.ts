// Probabilities of some classes, spread over all of them.

import type { Graph, Value } from "./graph.ts";

/** Columns put at the given places, ascending, among `classes` columns; the others are zero. */
export function spread(graph: Graph, probabilities: Value, places: Int32Array, classes: number): Value {
  if (places.length === classes) return probabilities;
  const selection = new Float64Array(places.length * classes);
  places.forEach((place, row) => {
    selection[row * classes + place] = 1;
  });
  return graph.node("MatMul", [probabilities, graph.doubles(selection, [places.length, classes])]);
}
