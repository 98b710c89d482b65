// Fits Platt's scale of every output to decisions on rows that the fit behind them has not seen.

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

  /** Slope and offset of every output. */
  fit(): { slopes: Float64Array; offsets: Float64Array } {
    const scales = this.#labels.map((_, output) =>
      fitPlatt(
        Float64Array.from(this.#values[output]),
        Uint8Array.from(this.#positive[output]),
        Float64Array.from(this.#weights[output]),
      ),
    );
    return {
      slopes: Float64Array.from(scales, ({ slope }) => slope),
      offsets: Float64Array.from(scales, ({ offset }) => offset),
    };
  }
}
