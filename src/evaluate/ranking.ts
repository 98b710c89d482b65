// Rows put in order by a score, as counts of hits and false alarms at each distinct score, and the areas under their curves.
//
// Everything about thresholds (areas, curves, operating points, their intervals) is computed from these counts, so that it
// costs as much as there are distinct scores. Knows no model and no class.

export interface Ranking {
  /** Distinct scores, falling. */
  scores: Float64Array;
  /** Rows of each score that are of the class, and that are not. */
  positives: Float64Array;
  negatives: Float64Array;
  positiveRows: number;
  negativeRows: number;
}

/** @param positive 1 for rows of the class, 0 for others */
export function rankingOf(scores: Float64Array, positive: Uint8Array, weights?: Float64Array): Ranking {
  return weights === undefined
    ? rankingOfParts(partOf(scores, positive, 1), partOf(scores, positive, 0))
    : weightedRanking(scores, positive, weights);
}

/** From the scores of both kinds of rows, which are sorted in place. Native sorts of numbers are many times as fast as any of indices. */
export function rankingOfParts(positives: Float64Array, negatives: Float64Array): Ranking {
  positives.sort();
  negatives.sort();
  const most = positives.length + negatives.length;
  const ranking = emptyRanking(most);
  let steps = 0;
  for (let p = positives.length - 1, n = negatives.length - 1; p >= 0 || n >= 0; steps++) {
    const score = n < 0 || (p >= 0 && positives[p] > negatives[n]) ? positives[p] : negatives[n];
    const [firstP, firstN] = [p, n];
    // Not "equal": a score that is no number must not keep the loop going.
    while (p >= 0 && !(positives[p] < score)) p--;
    while (n >= 0 && !(negatives[n] < score)) n--;
    ranking.scores[steps] = score;
    ranking.positives[steps] = firstP - p;
    ranking.negatives[steps] = firstN - n;
  }
  return { ...shortened(ranking, steps), positiveRows: positives.length, negativeRows: negatives.length };
}

function weightedRanking(scores: Float64Array, positive: Uint8Array, weights: Float64Array): Ranking {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
  const ranking = emptyRanking(scores.length);
  let steps = 0;
  for (const row of order) {
    if (steps === 0 || ranking.scores[steps - 1] !== scores[row]) ranking.scores[steps++] = scores[row];
    const side = positive[row] === 1 ? ranking.positives : ranking.negatives;
    side[steps - 1] += weights[row];
  }
  const found = shortened(ranking, steps);
  return { ...found, positiveRows: sumOf(found.positives), negativeRows: sumOf(found.negatives) };
}

type Steps = Pick<Ranking, "scores" | "positives" | "negatives">;

function emptyRanking(steps: number): Steps {
  return {
    scores: new Float64Array(steps),
    positives: new Float64Array(steps),
    negatives: new Float64Array(steps),
  };
}

function shortened(ranking: Steps, steps: number): Steps {
  return {
    scores: ranking.scores.slice(0, steps),
    positives: ranking.positives.slice(0, steps),
    negatives: ranking.negatives.slice(0, steps),
  };
}

function partOf(scores: Float64Array, positive: Uint8Array, side: 0 | 1): Float64Array {
  let count = 0;
  for (let row = 0; row < scores.length; row++) if (positive[row] === side) count++;
  const part = new Float64Array(count);
  for (let row = 0, at = 0; row < scores.length; row++) if (positive[row] === side) part[at++] = scores[row];
  return part;
}

export interface RankingAreas {
  /** Chance that a row of the class is ranked above one that is not, ties counted half (Mann-Whitney). */
  rocAuc: number;
  /** Average precision. */
  prAuc: number;
}

/**
 * ROC-AUC by the trapezoidal rule over distinct scores (equals the Mann-Whitney statistic), and PR-AUC as average
 * precision: the sum over distinct scores, falling, of the step in recall times the precision. NaN where only one side occurs.
 */
export function areasOfRanking({
  positives,
  negatives,
}: Pick<Ranking, "positives" | "negatives">): RankingAreas {
  let hits = 0;
  let alarms = 0;
  let rocArea = 0;
  let prArea = 0;
  for (let step = 0; step < positives.length; step++) {
    const [newHits, newAlarms] = [positives[step], negatives[step]];
    rocArea += newAlarms * (hits + newHits / 2);
    hits += newHits;
    alarms += newAlarms;
    if (newHits > 0) prArea += (newHits * hits) / (hits + alarms);
  }
  if (hits === 0 || alarms === 0) return { rocAuc: Number.NaN, prAuc: Number.NaN };
  return { rocAuc: rocArea / (hits * alarms), prAuc: prArea / hits };
}

/** Areas of scores; see `areasOfRanking`. */
export function rankingAreas(scores: Float64Array, positive: Uint8Array): RankingAreas {
  return areasOfRanking(rankingOf(scores, positive));
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index];
  return sum;
}
