// How far the mean of scores over folds may be off.
//
// Folds share training rows, so their scores vary less than those of independent trainings, and the plain interval of a mean
// is too narrow. The variance is corrected by the share of rows that were judged (Nadeau and Bengio, Inference for the
// Generalization Error, 2003): (1/k + test rows / training rows) × variance, with k - 1 degrees of freedom. Knows no model.

export interface FoldInterval {
  mean: number;
  /** Ends of the interval of 95 %; NaN for a single fold. */
  low: number;
  high: number;
}

const CONFIDENCE = 0.95;

/**
 * The mean of a score over folds and its corrected interval; folds without a score (NaN) are left out.
 *
 * @param testShare test rows / training rows of a fold, on average
 */
export function foldInterval(scores: readonly number[], testShare: number): FoldInterval {
  const known = scores.filter((score) => !Number.isNaN(score));
  const count = known.length;
  const mean = known.reduce((sum, score) => sum + score, 0) / count;
  if (count < 2) return { mean, low: Number.NaN, high: Number.NaN };
  const variance = known.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (count - 1);
  const half = studentQuantile(CONFIDENCE, count - 1) * Math.sqrt((1 / count + testShare) * variance);
  return { mean, low: mean - half, high: mean + half };
}

/** The corrected interval of the mean difference of two scores on the same folds. */
export function pairedInterval(
  first: readonly number[],
  second: readonly number[],
  testShare: number,
): FoldInterval {
  const count = Math.min(first.length, second.length);
  return foldInterval(
    Array.from({ length: count }, (_, fold) => first[fold] - second[fold]),
    testShare,
  );
}

/** The bound that |t| of Student's distribution stays within with the given probability; `degrees` is whole, from 1. */
export function studentQuantile(probability: number, degrees: number): number {
  let high = 1;
  while (studentWithin(high, degrees) < probability) high *= 2;
  let low = 0;
  for (let step = 0; step < 200 && high - low > 1e-13 * high; step++) {
    const middle = (low + high) / 2;
    if (studentWithin(middle, degrees) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Probability that |t| is at most `bound` (Abramowitz and Stegun 26.7.3 and 26.7.4). */
export function studentWithin(bound: number, degrees: number): number {
  const cosine = 1 / Math.sqrt(1 + bound ** 2 / degrees);
  const sine = (bound / Math.sqrt(degrees)) * cosine;
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let power = isOdd ? 3 : 2; power <= degrees - 2; power += 2) {
    term *= ((power - 1) / power) * cosine ** 2;
    sum += term;
  }
  if (!isOdd) return sine * sum;
  return (2 / Math.PI) * (Math.atan(bound / Math.sqrt(degrees)) + sine * sum);
}
