// Successive halving: many candidates on few rows, then a third of them on three times as many, until the last on all rows
// (Jamieson and Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter Optimization, 2016).

export interface HalvingRound {
  /** Rows that are dealt into folds. */
  rows: number;
  candidates: number;
}

/** A candidate in so many goes on, with so many times the rows. */
export const HALVING_FACTOR = 3;

/**
 * The rounds of a search. The last one has all rows and, unless the table is too small for that many rounds, fewer candidates
 * than HALVING_FACTOR.
 *
 * @param rowsLeast rows below which folds would be too small to judge by
 */
export function halvingRounds(candidates: number, rows: number, rowsLeast: number): HalvingRound[] {
  const count = roundCount(candidates, rows, rowsLeast);
  return Array.from({ length: count }, (_, round) => ({
    rows: Math.ceil(rows / HALVING_FACTOR ** (count - 1 - round)),
    candidates: Math.ceil(candidates / HALVING_FACTOR ** round),
  }));
}

function roundCount(candidates: number, rows: number, rowsLeast: number): number {
  let count = 1;
  while (
    Math.ceil(candidates / HALVING_FACTOR ** (count - 1)) >= HALVING_FACTOR &&
    rows / HALVING_FACTOR ** count >= rowsLeast
  )
    count++;
  return count;
}
