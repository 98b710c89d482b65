// The kind "support-vectors" as ONNX: squared distances to all support vectors by one product, their kernels, one product
// with the coefficients of every pair of classes; then pairs are coupled, or one decision is a score of anomaly.

import { PAIR_BOUND, pairIndex } from "../../model/coupling.ts";
import type { SupportVectorModel, SupportVectors } from "../../model/kinds/support-vectors.ts";
import { denseRows } from "../../model/points.ts";
import { exportAnomalyScale } from "../anomaly.ts";
import type { KindScope } from "../contract.ts";
import { exportCoupling } from "../coupling.ts";
import { exportEncoding } from "../encoding.ts";
import type { Graph, Value } from "../graph.ts";
import { rounded } from "../layers.ts";
import { spread } from "../spread.ts";

export function exportSupportVectors(model: SupportVectorModel, { graph, features }: KindScope): Value {
  const { vectors, encoder, manifest } = model;
  const { encoding, points, biases, sigmoids, gamma, activeClasses, anomaly } = vectors;
  const width = encoding.columnOfInput.length;
  const row = rounded(graph, exportEncoding(encoding, graph, features));
  const distances = squaredDistances(graph, row, denseRows(points, encoder, width), points.count, width);
  const kernels = graph.node("Exp", [graph.node("Mul", [distances, graph.double(-gamma)])]);
  const coefficients = graph.doubles(pairCoefficients(vectors), [points.count, biases.length]);
  const sums = graph.node("MatMul", [kernels, coefficients]);
  const decisions = graph.node("Add", [sums, graph.doubles(biases, [1, biases.length])]);
  if (anomaly) return exportAnomalyScale(anomaly, graph, graph.node("Neg", [decisions]));
  const numbers = (first: number): Value =>
    graph.doubles(
      sigmoids.filter((_, index) => index % 2 === first),
      [1, biases.length],
    );
  const odds = graph.node("Add", [graph.node("Mul", [decisions, numbers(0)]), numbers(1)]);
  const classes = activeClasses.length;
  const probabilities =
    classes === 2 ? graph.logistic(graph.node("Neg", [odds])) : coupled(graph, odds, classes);
  return spread(graph, probabilities, activeClasses, manifest.classes.length);
}

/** |x|² + |v|² - 2xv, never below 0. */
function squaredDistances(
  graph: Graph,
  row: Value,
  points: Float64Array,
  count: number,
  width: number,
): Value {
  const lengths = new Float64Array(count);
  const columns = new Float64Array(points.length);
  for (let point = 0; point < count; point++) {
    for (let input = 0; input < width; input++) {
      const value = points[point * width + input];
      lengths[point] += value * value;
      columns[input * count + point] = value * -2;
    }
  }
  const own = graph.rowSum(graph.node("Mul", [row, row]));
  const products = graph.node("MatMul", [row, graph.doubles(columns, [width, count])]);
  const sums = graph.node("Add", [graph.node("Add", [products, graph.doubles(lengths, [1, count])]), own]);
  return graph.node("Max", [sums, graph.double(0)]);
}

/** Of each support vector, what it adds to the decision of each pair. */
function pairCoefficients({ classPoints, coefficients, biases }: SupportVectors): Float64Array {
  const classes = classPoints.length;
  if (classes === 1) return coefficients;
  const pairs = biases.length;
  const matrix = new Float64Array((coefficients.length / (classes - 1)) * pairs);
  let point = 0;
  classPoints.forEach((count, own) => {
    for (const end = point + count; point < end; point++) {
      for (let output = 0; output < classes - 1; output++) {
        const other = output < own ? output : output + 1;
        const pair = pairIndex(Math.min(own, other), Math.max(own, other), classes);
        matrix[point * pairs + pair] = coefficients[point * (classes - 1) + output];
      }
    }
  });
  return matrix;
}

function coupled(graph: Graph, odds: Value, classes: number): Value {
  const pairs = graph.node("Clip", [
    graph.node("Sigmoid", [odds]),
    graph.double(PAIR_BOUND),
    graph.double(1 - PAIR_BOUND),
  ]);
  return exportCoupling(graph, pairs, classes);
}
