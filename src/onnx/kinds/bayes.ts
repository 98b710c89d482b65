// The kind "bayes" as ONNX: logarithms of densities and of categories' probabilities, summed class by class, then a softmax.
// What is missing is left out of the sums.

import { INPUT } from "../../model/encoder.ts";
import type { BayesModel } from "../../model/kinds/bayes.ts";
import type { KindScope } from "../contract.ts";
import { exportEncoding } from "../encoding.ts";
import type { Graph, Value } from "../graph.ts";
import { spread } from "../spread.ts";

export function exportBayes(model: BayesModel, { graph, features }: KindScope): Value {
  const { encoding, activeClasses, priors, first, second } = model.parts;
  const { kindOfInput, columnOfInput } = encoding;
  const classes = priors.length;
  const encoded = exportEncoding(encoding, graph, features);
  const all = [...kindOfInput.keys()];
  const values = all.filter((input) => second[input * classes] > 0);
  const categories = all.filter(
    (input) => kindOfInput[input] === INPUT.category || kindOfInput[input] === INPUT.other,
  );
  const present = (inputs: readonly number[], terms: Value): Value => {
    const columns = graph.columns(
      features,
      inputs.map((input) => columnOfInput[input]),
    );
    return graph.node("Where", [graph.node("IsNaN", [columns]), graph.double(0), terms]);
  };
  const sums: Value[] = [];
  if (values.length > 0) {
    const numbers = graph.columns(encoded, values);
    const columns = Array.from({ length: classes }, (_, index) => {
      const pick = (from: Float64Array): Float64Array =>
        Float64Array.from(values, (input) => from[input * classes + index]);
      return graph.rowSum(present(values, normalTerms(graph, numbers, pick(first), pick(second))));
    });
    sums.push(graph.beside(columns));
  }
  if (categories.length > 0) {
    const logarithms = categories.flatMap((input) =>
      Array.from(first.subarray(input * classes, (input + 1) * classes)),
    );
    const hot = present(categories, graph.columns(encoded, categories));
    sums.push(graph.node("MatMul", [hot, graph.doubles(logarithms, [categories.length, classes])]));
  }
  const total = sums.reduce(
    (sum, terms) => graph.node("Add", [sum, terms]),
    graph.doubles(priors, [1, classes]),
  );
  return spread(graph, graph.softmax(total), activeClasses, model.manifest.classes.length);
}

/** Logarithms of normal densities, up to a constant of all classes. */
function normalTerms(graph: Graph, numbers: Value, means: Float64Array, variances: Float64Array): Value {
  const shape = [1, means.length];
  const distance = graph.node("Sub", [numbers, graph.doubles(means, shape)]);
  const square = graph.node("Mul", [distance, distance]);
  const precision = graph.doubles(
    variances.map((variance) => 0.5 / variance),
    shape,
  );
  const height = graph.doubles(
    variances.map((variance) => -0.5 * Math.log(variance)),
    shape,
  );
  return graph.node("Sub", [height, graph.node("Mul", [square, precision])]);
}
