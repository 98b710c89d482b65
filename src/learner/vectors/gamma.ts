// The parameters of the radial basis function, and what "scale" and "auto" are in numbers.

import { OrbweaverError } from "../../base/errors.ts";
import { GAMMA_RANGE } from "../../model/kinds/support-vectors.ts";
import type { Points } from "../../model/points.ts";
import type { ParameterSpecification } from "../contract.ts";

export const GAMMA_PARAMETER: ParameterSpecification = {
  name: "gamma",
  type: "text",
  default: "scale",
  pattern: "scale|auto|[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?",
  form: "scale, auto or a number above 0",
  description:
    "How fast the influence of a training row fades: a number, scale for 1 / (inputs × their variance), auto for 1 / inputs",
  search: { values: ["scale", "0.001", "0.01", "0.1", "1"] },
};

export const CACHE_PARAMETER: ParameterSpecification = {
  name: "cacheMegabytes",
  type: "integer",
  default: 256,
  minimum: 1,
  maximum: 2_048,
  description: "Memory for rows of the kernel matrix; more is faster and changes no result",
};

export const STEPS_PARAMETER: ParameterSpecification = {
  name: "maxSteps",
  type: "integer",
  default: 1_000_000,
  minimum: 1,
  maximum: 100_000_000,
  description: "Most steps of each problem; where it is reached, the tolerance is not",
};

export const TOLERANCE_PARAMETER: ParameterSpecification = {
  name: "tolerance",
  type: "number",
  default: 1e-3,
  minimum: 1e-9,
  maximum: 1,
  description: "Largest violation of the optimality conditions that may be left",
};

/**
 * The number that the parameter stands for, within the range that models keep.
 *
 * @param width inputs of the encoding
 * @param weights rows that each point stands for
 */
export function gammaOf(text: string, points: Points, weights: ArrayLike<number>, width: number): number {
  if (text !== "scale" && text !== "auto") {
    const gamma = Number(text);
    if (gamma >= GAMMA_RANGE[0] && gamma <= GAMMA_RANGE[1]) return gamma;
    throw new OrbweaverError(
      "parameter-invalid",
      `parameter 'gamma' is '${text}', expected scale, auto or a number from ${GAMMA_RANGE[0]} to ${GAMMA_RANGE[1]}`,
    );
  }
  const variance = text === "scale" ? inputVariance(points, weights, width) : 1;
  const gamma = 1 / (width * (variance > 0 ? variance : 1));
  return Math.min(GAMMA_RANGE[1], Math.max(GAMMA_RANGE[0], gamma));
}

/** Variance of all inputs of all rows, taken as one list, as scikit-learn's "scale" has it. */
function inputVariance(points: Points, weights: ArrayLike<number>, width: number): number {
  const { count, numbers, codes, values, categories } = points;
  let rows = 0;
  let sum = 0;
  let squares = 0;
  for (let point = 0; point < count; point++) {
    let ofPoint = 0;
    let squaresOfPoint = 0;
    for (let at = point * numbers; at < (point + 1) * numbers; at++) {
      ofPoint += values[at];
      squaresOfPoint += values[at] * values[at];
    }
    for (let at = point * codes; at < (point + 1) * codes; at++) {
      if (categories[at] === 0) continue;
      ofPoint++;
      squaresOfPoint++;
    }
    rows += weights[point];
    sum += weights[point] * ofPoint;
    squares += weights[point] * squaresOfPoint;
  }
  const mean = sum / (rows * width);
  return squares / (rows * width) - mean * mean;
}
