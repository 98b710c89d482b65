// The coupling of pairs of classes (src/model/coupling.ts) as an ONNX loop: its rounds, for all rows at once. A row whose
// probabilities are settled stays as it is, and the loop ends when all are.

import { pairIndex } from "../model/coupling.ts";
import type { Graph, LoopState, Value } from "./graph.ts";

/** Probabilities of the classes, doubles [rows, classes], of probabilities of pairs [rows, pairs]. */
export function exportCoupling(graph: Graph, pairs: Value, classes: number): Value {
  const matrix = matrixRows(graph, pairs, classes);
  const zeros = graph.node("Mul", [graph.columns(pairs, [0]), graph.double(0)]);
  const even = graph.node("Add", [
    zeros,
    graph.doubles(new Float64Array(classes).fill(1 / classes), [1, classes]),
  ]);
  const isTrue = graph.cast(graph.double(1), "bool");
  const [settled] = graph.loop(
    Math.max(100, classes),
    { again: isTrue, values: [even] },
    [["rows", classes]],
    (body, [probabilities]) => coupleOnce(body, matrix, probabilities, classes),
  );
  return graph.node("Div", [settled, graph.rowSum(settled)]);
}

/** Rows of the matrix of the paper: of each class t, -r_jt r_tj, and Σ r_jt² at t. */
function matrixRows(graph: Graph, pairs: Value, classes: number): Value[] {
  const one = graph.double(1);
  const others = graph.node("Sub", [one, pairs]);
  const share = (first: number, second: number): Value =>
    first < second
      ? graph.columns(pairs, [pairIndex(first, second, classes)])
      : graph.columns(others, [pairIndex(second, first, classes)]);
  const indices = Array.from({ length: classes }, (_, index) => index);
  return indices.map((t) => {
    const squares = indices.filter((j) => j !== t).map((j) => graph.node("Mul", [share(j, t), share(j, t)]));
    const diagonal = squares.reduce((sum, square) => graph.node("Add", [sum, square]));
    const row = indices.map((j) =>
      j === t ? diagonal : graph.node("Neg", [graph.node("Mul", [share(j, t), share(t, j)])]),
    );
    return graph.beside(row);
  });
}

function coupleOnce(
  graph: Graph,
  matrix: readonly Value[],
  probabilities: Value,
  classes: number,
): LoopState {
  let products = graph.beside(matrix.map((row) => graph.rowSum(graph.node("Mul", [row, probabilities]))));
  let whole = graph.rowSum(graph.node("Mul", [probabilities, products]));
  const far = graph.node("Abs", [graph.node("Sub", [products, whole])]);
  const farthest = graph.node("ReduceMax", [far], { attributes: { axes: { ints: [1] } } });
  const settled = graph.node("Less", [farthest, graph.double(0.005 / classes)]);
  const one = graph.double(1);
  let next = probabilities;
  matrix.forEach((row, t) => {
    const diagonal = graph.columns(row, [t]);
    const step = graph.node("Div", [graph.node("Sub", [whole, graph.columns(products, [t])]), diagonal]);
    const shrink = graph.node("Add", [step, one]);
    const unit = Float64Array.from(matrix, (_, index) => (index === t ? 1 : 0));
    const added = graph.node("Mul", [step, graph.doubles(unit, [1, classes])]);
    const twice = graph.node("Mul", [graph.columns(products, [t]), graph.double(2)]);
    const slope = graph.node("Add", [graph.node("Mul", [step, diagonal]), twice]);
    const risen = graph.node("Add", [whole, graph.node("Mul", [step, slope])]);
    whole = graph.node("Div", [graph.node("Div", [risen, shrink]), shrink]);
    const moved = graph.node("Add", [products, graph.node("Mul", [step, row])]);
    products = graph.node("Div", [moved, shrink]);
    next = graph.node("Div", [graph.node("Add", [next, added]), shrink]);
  });
  const kept = graph.node("Where", [settled, probabilities, next]);
  const open = graph.cast(graph.node("Not", [settled]), "double");
  const count = graph.node("ReduceSum", [open], { attributes: { keepdims: { int: 0 } } });
  return { again: graph.node("Greater", [count, graph.double(0)]), values: [kept] };
}
