// From the score of an anomaly to a probability: what every model of the task "anomaly" shares.
//
// Guarantees: a higher score never gives a lower probability; the probability is 0.5 at the threshold, and the same bits
// on every machine. Knows no model: a score is any number that is higher the less a row is like the benign ones.

import { OrbweaverError } from "../base/errors.ts";
import type { SectionArray } from "./container.ts";

/** Name of the section that holds a scale. */
export const ANOMALY_SECTION = "ANOM";

const LN2 = Math.LN2;

/**
 * A map from scores to probabilities, fitted on scores of benign rows.
 *
 * The threshold is the (1 − contamination) quantile of those scores. The odds of an anomaly are contamination over an
 * estimate of the share of benign rows that score higher: 1 at the threshold, 2 × contamination at the median. With z, the
 * distance to the threshold in units of the side it lies on, they are (1 + z / 2)² above and the inverse below:
 * a Pareto tail, which tells far from very far where an exponential one would have reached 1 long before.
 */
export class AnomalyScale {
  /** Score whose probability is 0.5. */
  readonly threshold: number;
  readonly #below: number;
  readonly #above: number;

  private constructor(threshold: number, below: number, above: number) {
    this.threshold = threshold;
    this.#below = below;
    this.#above = above;
  }

  /**
   * @param scores of benign rows that the model was not fitted on, at least one, all finite; their order is of no concern
   * @param contamination share of benign rows that may be called anomalies, above 0 and at most 0.5
   */
  static fit(scores: Float64Array, contamination: number): AnomalyScale {
    const sorted = Float64Array.from(scores).sort();
    const threshold = quantile(sorted, 1 - contamination);
    const median = quantile(sorted, 0.5);
    // At the median: (1 + z / 2)² = 1 / (2 × contamination).
    const steps = 2 * (Math.sqrt(1 / (2 * contamination)) - 1);
    const below = steps > 0 ? (threshold - median) / steps : 0;
    const excesses = sorted.filter((score) => score > threshold).map((score) => score - threshold);
    // The median of an exponential tail is ln 2 times its mean; a median does not mind one row that is far off.
    const above = excesses.length > 0 ? quantile(excesses, 0.5) / LN2 : 0;
    // Where scores are all alike, one side tells of the other, and rounding of the threshold of both.
    const least = Math.max(Math.abs(threshold) * 1e-9, 1e-12);
    return new AnomalyScale(threshold, Math.max(below || above, least), Math.max(above || below, least));
  }

  /** Probability that a row with this score is an anomaly; 1 for infinity and for what is no number. */
  probability(score: number): number {
    if (score >= this.threshold) return 1 / (1 + 1 / this.#odds((score - this.threshold) / this.#above));
    if (score < this.threshold) return 1 / (1 + this.#odds((this.threshold - score) / this.#below));
    return 1;
  }

  /** Logarithm of the odds of `probability`. */
  logOdds(score: number): number {
    if (score >= this.threshold) return 2 * Math.log(1 + (score - this.threshold) / this.#above / 2);
    if (score < this.threshold) return -2 * Math.log(1 + (this.threshold - score) / this.#below / 2);
    return Number.POSITIVE_INFINITY;
  }

  /** Writes the probabilities of benign and anomaly of one row. */
  write(score: number, out: Float64Array, at: number): void {
    const probability = this.probability(score);
    out[at] = 1 - probability;
    out[at + 1] = probability;
  }

  /** The section that `decode` reads: threshold, unit below, unit above. */
  encode(): Float64Array {
    return Float64Array.of(this.threshold, this.#below, this.#above);
  }

  /** Throws `model-corrupt` unless the section is one of `encode`. */
  static decode(section: SectionArray | undefined): AnomalyScale {
    const valid =
      section instanceof Float64Array &&
      section.length === 3 &&
      section.every(Number.isFinite) &&
      section[1] > 0 &&
      section[2] > 0;
    if (valid) return new AnomalyScale(section[0], section[1], section[2]);
    throw new OrbweaverError(
      "model-corrupt",
      `the model file is damaged: section '${ANOMALY_SECTION}' is not a threshold and two units`,
    );
  }

  #odds(steps: number): number {
    return (1 + steps / 2) ** 2;
  }
}

/** The quantile of sorted numbers, linear between neighbours. */
function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const index = Math.min(Math.floor(place), sorted.length - 1);
  const next = Math.min(index + 1, sorted.length - 1);
  return sorted[index] + (sorted[next] - sorted[index]) * (place - index);
}
