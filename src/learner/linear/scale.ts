// Fits the scale that makes probabilities of decisions, on rows that the fit behind them has not seen.
//
// Two classes: Platt's slope and offset. More: the softmax of all decisions times one slope, so that the likeliest class is
// that of the largest decision. A slope and an offset for each class would move the boundaries between them by what few rows
// of a rare class say.

import { exactExp, exactLog } from "../../base/elementary.ts";
import { LINK } from "../../model/kinds/linear.ts";
import { fitPlatt } from "../platt.ts";
import type { LinearMatrix } from "./matrix.ts";

/** Decisions of rows, gathered fold by fold. */
export class Decisions {
  readonly #matrix: LinearMatrix;
  readonly #labels: readonly number[];
  readonly #classWeights: Float64Array;
  readonly #values: number[][];
  readonly #positive: number[][];
  readonly #weights: number[][];

  /** @param labels label of the positive class of each output */
  constructor(matrix: LinearMatrix, labels: readonly number[], classWeights: Float64Array) {
    this.#matrix = matrix;
    this.#labels = labels;
    this.#classWeights = classWeights;
    [this.#values, this.#positive, this.#weights] = [0, 1, 2].map(() => labels.map((): number[] => []));
  }

  /** Adds the decisions of an output for the rows of which some are counted. */
  add(output: number, decisions: Float64Array, counts: Float64Array): void {
    const { labels } = this.#matrix;
    for (let row = 0; row < counts.length; row++) {
      if (counts[row] === 0) continue;
      this.#values[output].push(decisions[row]);
      this.#positive[output].push(labels[row] === this.#labels[output] ? 1 : 0);
      this.#weights[output].push(counts[row] * this.#classWeights[labels[row]]);
    }
  }

  /** Adds what another one has gathered for the same outputs. */
  join(other: Decisions): void {
    for (const output of this.#labels.keys()) {
      // Not by `push(...)`, which has a bound.
      for (const value of other.#values[output]) this.#values[output].push(value);
      for (const mark of other.#positive[output]) this.#positive[output].push(mark);
      for (const weight of other.#weights[output]) this.#weights[output].push(weight);
    }
  }

  /** The link, and slope and offset of every output. */
  fit(): { link: number; slopes: Float64Array; offsets: Float64Array } {
    const outputs = this.#labels.length;
    if (outputs > 1) {
      const slope = fitSharedSlope(this.#values, this.#positive, this.#weights[0]);
      return {
        link: LINK.softmax,
        slopes: new Float64Array(outputs).fill(slope),
        offsets: new Float64Array(outputs),
      };
    }
    const { slope, offset } = fitPlatt(
      Float64Array.from(this.#values[0]),
      Uint8Array.from(this.#positive[0]),
      Float64Array.from(this.#weights[0]),
    );
    return {
      link: LINK.oneVersusRest,
      slopes: Float64Array.of(slope),
      offsets: Float64Array.of(offset),
    };
  }
}

const SLOPE = { low: 1e-4, high: 1e4, steps: 60, tolerance: 1e-7 } as const;

/**
 * The slope of least log loss of the softmax of slope × decision, which has one valley. A share of 1 / (rows + 2) is taken off
 * each row's own class for the others, as Platt does, so that rows without an error have a slope as well.
 *
 * @param values decisions of each output, row by row
 * @param positive 1 for the row's own output
 */
export function fitSharedSlope(
  values: readonly (readonly number[])[],
  positive: readonly (readonly number[])[],
  weights: readonly number[],
): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const others = 1 / (total + 2) / (values.length - 1);
  const own = 1 - others * (values.length - 1);
  let [low, high, slope]: [number, number, number] = [SLOPE.low, SLOPE.high, 1];
  for (let step = 0; step < SLOPE.steps && high / low > 1 + SLOPE.tolerance; step++) {
    let [gradient, curvature] = [0, 0];
    for (let row = 0; row < weights.length; row++) {
      let largest = Number.NEGATIVE_INFINITY;
      for (const decisions of values) largest = Math.max(largest, decisions[row]);
      let [sum, mean, square, wanted] = [0, 0, 0, 0];
      for (let output = 0; output < values.length; output++) {
        const below = values[output][row] - largest;
        const share = exactExp(slope * below);
        sum += share;
        mean += share * below;
        square += share * below * below;
        wanted += (positive[output][row] === 1 ? own : others) * below;
      }
      mean /= sum;
      gradient += weights[row] * (mean - wanted);
      curvature += weights[row] * (square / sum - mean * mean);
    }
    if (gradient < 0) low = slope;
    else high = slope;
    const newton = slope - gradient / curvature;
    const middle = exactExp((exactLog(low) + exactLog(high)) / 2);
    const next = newton > low && newton < high ? newton : middle;
    if (Math.abs(next - slope) < SLOPE.tolerance * slope) return next;
    slope = next;
  }
  return slope;
}
