// The kind "neighbours" as ONNX: distances to all points, the nearest by TopK, their votes.
//
// Which of equally distant points comes first decides votes, so distances are summed as the search sums them: floats, number
// after number, then the codes. Points stand in the order of their ranks, since TopK takes the first of equals.

import type { Neighbourhood, NeighboursModel } from "../../model/kinds/neighbours.ts";
import { multiplicitiesOf } from "../../model/kinds/neighbours.ts";
import { denseRows, type PointEncoder, type Points } from "../../model/points.ts";
import type { KindScope } from "../contract.ts";
import { exportEncoding } from "../encoding.ts";
import type { Graph, Value } from "../graph.ts";

export function exportNeighbours(model: NeighboursModel, { graph, features }: KindScope): Value {
  const { neighbourhood, encoder, manifest } = model;
  const { points, ranks, k, metric, weights } = neighbourhood;
  const order = [...ranks.keys()].sort((a, b) => ranks[a] - ranks[b]);
  const row = withRow(
    graph,
    graph.cast(exportEncoding(neighbourhood.encoding, graph, features), "float"),
    neighbourhood.encoding.columnOfInput.length,
  );
  const sums = distanceSums(graph, row, { points, encoder, order, isSquared: metric === "euclidean" });
  const nearest = graph.longs([Math.min(k, points.count)]);
  const [found, places] = graph.nodes("TopK", [sums, nearest], {
    attributes: { axis: { int: 1 }, largest: { int: 0 }, sorted: { int: 1 } },
    outputs: 2,
  });
  const rowsThere = votesOf(neighbourhood, order, manifest.classes.length);
  const there = pick(graph, rowsThere.multiplicities, places);
  const share = graph.node("Div", [taken(graph, there, k), there]);
  const weight =
    weights === "distance"
      ? graph.node("Mul", [share, closeness(graph, found, metric === "euclidean")])
      : share;
  const votes = graph.node("Gather", [
    graph.doubles(rowsThere.votes, [points.count, manifest.classes.length]),
    places,
  ]);
  // [rows, 1, k] × [rows, k, classes]
  const across = graph.node("Unsqueeze", [weight, graph.longs([1])]);
  const counted = graph.node("Squeeze", [graph.node("MatMul", [across, votes]), graph.longs([1])]);
  return withoutRow(graph, graph.node("Div", [counted, graph.rowSum(counted)]));
}

/** One more row: TopK of onnxruntime divides by the number of rows, which may be none. */
function withRow(graph: Graph, rows: Value, width: number): Value {
  const zeros = graph.floats(new Float32Array(width), [1, width]);
  return graph.node("Concat", [rows, zeros], { attributes: { axis: { int: 0 } } });
}

function withoutRow(graph: Graph, rows: Value): Value {
  return graph.node("Slice", [rows, graph.longs([0]), graph.longs([-1]), graph.longs([0])]);
}

/** Training rows of each point, and their votes by class, in an order. */
function votesOf(
  neighbourhood: Neighbourhood,
  order: readonly number[],
  classes: number,
): { multiplicities: Float64Array; votes: Float64Array } {
  const { voteStarts, voteClasses, voteCounts, classWeights } = neighbourhood;
  const all = multiplicitiesOf(neighbourhood);
  const votes = new Float64Array(order.length * classes);
  order.forEach((point, place) => {
    for (let vote = voteStarts[point]; vote < voteStarts[point + 1]; vote++)
      votes[place * classes + voteClasses[vote]] += voteCounts[vote] * classWeights[voteClasses[vote]];
  });
  return { multiplicities: Float64Array.from(order, (point) => all[point]), votes };
}

/** Of each found point how many of its rows are among the k nearest. */
function taken(graph: Graph, there: Value, k: number): Value {
  const before = graph.node("CumSum", [there, graph.longs([1], [])], {
    attributes: { exclusive: { int: 1 } },
  });
  const left = graph.node("Max", [graph.node("Sub", [graph.double(k), before]), graph.double(0)]);
  return graph.node("Min", [left, there]);
}

/** 1 / distance; where a point is at no distance, 1 for such points and 0 for others. */
function closeness(graph: Graph, sums: Value, isSquared: boolean): Value {
  const wide = graph.cast(sums, "double");
  const distances = isSquared ? graph.node("Sqrt", [wide]) : wide;
  const zero = graph.double(0);
  const isEqual = graph.node("Equal", [distances, zero]);
  const hasEqual = graph.node("Equal", [graph.columns(distances, [0]), zero]);
  const near = graph.node("Div", [graph.double(1), distances]);
  return graph.node("Where", [hasEqual, graph.cast(isEqual, "double"), near]);
}

function pick(graph: Graph, values: Float64Array, places: Value): Value {
  return graph.node("Gather", [graph.doubles(values, [values.length]), places]);
}

interface PlacedPoints {
  points: Points;
  encoder: PointEncoder;
  order: readonly number[];
  isSquared: boolean;
}

/** Sums of squared or absolute differences, floats [rows, points]. */
function distanceSums(graph: Graph, row: Value, { points, encoder, order, isSquared }: PlacedPoints): Value {
  const { count, numbers, values, codes } = points;
  let sums: Value | undefined;
  for (let number = 0; number < numbers; number++) {
    const column = Float32Array.from(order, (point) => values[point * numbers + number]);
    const own = graph.columns(row, [encoder.inputOfNumber[number]]);
    const difference = graph.node("Sub", [graph.floats(column, [1, count]), own]);
    const term = isSquared ? graph.node("Mul", [difference, difference]) : graph.node("Abs", [difference]);
    sums = sums === undefined ? term : graph.node("Add", [sums, term]);
  }
  if (codes === 0) return sums as Value;
  const ofCodes = codeSums(graph, row, { points, encoder, order, isSquared });
  return sums === undefined ? ofCodes : graph.node("Add", [sums, ofCodes]);
}

/** What differing categories add: whole numbers, which products of floats give exactly. */
function codeSums(graph: Graph, row: Value, { points, encoder, order }: PlacedPoints): Value {
  const inputs = codeInputs(encoder);
  const width = encoder.inputOfNumber.length + inputs.length;
  const dense = denseRows(points, encoder, width);
  const known = new Float32Array(order.length);
  const columns = new Float32Array(inputs.length * order.length);
  order.forEach((point, place) => {
    inputs.forEach((input, index) => {
      const value = dense[point * width + input];
      known[place] += value;
      columns[index * order.length + place] = value * -2;
    });
  });
  const own = graph.columns(row, inputs);
  const matches = graph.node("MatMul", [own, graph.floats(columns, [inputs.length, order.length])]);
  const together = graph.node("Add", [graph.floats(known, [1, order.length]), graph.rowSum(own)]);
  return graph.node("Add", [together, matches]);
}

/** Inputs of the encoding that are categories. */
function codeInputs({ firstInputOfCode, largestCode }: PointEncoder): number[] {
  return Array.from(firstInputOfCode).flatMap((first, code) =>
    Array.from({ length: largestCode[code] }, (_, index) => first + index),
  );
}
