// The encoding of raw columns (src/model/encoder.ts) as ONNX operators.
//
// Inputs of a kind are computed together, one matrix a kind, and put into the encoding's order at the end.

import { type Encoding, INPUT, INPUT_NUMBERS, NUMBER } from "../model/encoder.ts";
import type { Graph, Value } from "./graph.ts";

/** Doubles [rows, inputs of the encoding] of features [rows, columns] whose codes are clean. */
export function exportEncoding(encoding: Encoding, graph: Graph, features: Value): Value {
  const { columnOfInput, kindOfInput, codeOfInput } = encoding;
  const inputsOf = (kind: number): number[] =>
    [...columnOfInput.keys()].filter((input) => kindOfInput[input] === kind);
  const columnsOf = (inputs: readonly number[]): Value =>
    graph.columns(
      features,
      inputs.map((input) => columnOfInput[input]),
    );
  const parts: Value[] = [];
  const order: number[] = [];
  const add = (inputs: readonly number[], make: () => Value): void => {
    if (inputs.length === 0) return;
    parts.push(make());
    order.push(...inputs);
  };
  for (const kind of [INPUT.value, INPUT.logarithm]) {
    const inputs = inputsOf(kind);
    add(inputs, () => scaledValues(graph, columnsOf(inputs), encoding, inputs, kind === INPUT.logarithm));
  }
  const missing = inputsOf(INPUT.missing);
  add(missing, () => graph.cast(graph.node("IsNaN", [columnsOf(missing)]), "double"));
  const categories = inputsOf(INPUT.category);
  let hot: Value | undefined;
  add(categories, () => {
    const codes = graph.doubles(
      categories.map((input) => codeOfInput[input]),
      [1, categories.length],
    );
    hot = graph.cast(graph.node("Equal", [columnsOf(categories), codes]), "double");
    return hot;
  });
  const others = inputsOf(INPUT.other);
  add(others, () => otherCategories(graph, encoding, { categories, others }, columnsOf(others), hot));
  return ordered(graph, graph.beside(parts), order);
}

/** (t(x) - centre) / scale within [floor, ceiling]; infinities are the largest and smallest, missing is `fill`. */
function scaledValues(
  graph: Graph,
  values: Value,
  encoding: Encoding,
  inputs: readonly number[],
  isLogarithm: boolean,
): Value {
  const numbers = (place: number): Value =>
    graph.doubles(
      inputs.map((input) => encoding.numbers[input * INPUT_NUMBERS + place]),
      [1, inputs.length],
    );
  const isInfinite = (sign: number): Value => graph.node("Equal", [values, graph.double(sign / 0)]);
  const below = graph.node("Where", [isInfinite(-1), numbers(NUMBER.low), values]);
  const finite = graph.node("Where", [isInfinite(1), numbers(NUMBER.high), below]);
  const turned = isLogarithm ? signedLog(graph, finite) : finite;
  const centred = graph.node("Sub", [turned, numbers(NUMBER.centre)]);
  const scaled = graph.node("Div", [centred, numbers(NUMBER.scale)]);
  const raised = graph.node("Max", [scaled, numbers(NUMBER.floor)]);
  const clipped = graph.node("Min", [raised, numbers(NUMBER.ceiling)]);
  return graph.node("Where", [graph.node("IsNaN", [values]), numbers(NUMBER.fill), clipped]);
}

function signedLog(graph: Graph, value: Value): Value {
  const larger = graph.node("Add", [graph.node("Abs", [value]), graph.double(1)]);
  return graph.node("Mul", [graph.node("Sign", [value]), graph.node("Log", [larger])]);
}

/** 1 for each column none of whose categories' inputs is 1; `columns` are those of the inputs. */
function otherCategories(
  graph: Graph,
  { columnOfInput }: Encoding,
  inputs: { categories: readonly number[]; others: readonly number[] },
  columns: Value,
  hot: Value | undefined,
): Value {
  const { categories, others } = inputs;
  const one = graph.double(1);
  // Where there are no categories: 1 for every row, whatever is in it.
  if (hot === undefined) return graph.node("Where", [graph.node("IsNaN", [columns]), one, one]);
  const selection = categories.flatMap((input) =>
    others.map((other) => (columnOfInput[input] === columnOfInput[other] ? 1 : 0)),
  );
  const any = graph.node("MatMul", [hot, graph.doubles(selection, [categories.length, others.length])]);
  return graph.node("Sub", [one, any]);
}

function ordered(graph: Graph, matrix: Value, order: readonly number[]): Value {
  if (order.every((input, place) => input === place)) return matrix;
  const places = new Int32Array(order.length);
  order.forEach((input, place) => {
    places[input] = place;
  });
  return graph.columns(matrix, places);
}
