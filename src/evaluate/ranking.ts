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

/** What one more row does to the areas, by its score: a row of the class, or another one. */
export interface AreaInfluences {
  rocPositive: Float64Array;
  rocNegative: Float64Array;
  prPositive: Float64Array;
  prNegative: Float64Array;
}

/**
 * Derivatives of both areas by the weight of a row at each step: for ROC-AUC the placements of DeLong, DeLong and
 * Clarke-Pearson (1988). Over all rows they sum to 0.
 */
export function areaInfluences(ranking: Ranking): AreaInfluences {
  const { positives, negatives, positiveRows, negativeRows } = ranking;
  const steps = positives.length;
  const { rocAuc, prAuc } = areasOfRanking(ranking);
  const found = {
    rocPositive: new Float64Array(steps),
    rocNegative: new Float64Array(steps),
    prPositive: new Float64Array(steps),
    prNegative: new Float64Array(steps),
  };
  let hits = positiveRows;
  let alarms = negativeRows;
  let gained = 0;
  let lost = 0;
  // From the lowest score upwards: `hits` and `alarms` are those at a threshold of the step's score.
  for (let step = steps - 1; step >= 0; step--) {
    const [p, n] = [positives[step], negatives[step]];
    found.rocPositive[step] = ((negativeRows - alarms + n / 2) / negativeRows - rocAuc) / positiveRows;
    found.rocNegative[step] = ((hits - p / 2) / positiveRows - rocAuc) / negativeRows;
    const called = hits + alarms;
    gained += (p * alarms) / (called * called);
    lost += (p * hits) / (called * called);
    found.prPositive[step] = (hits / called + gained - prAuc) / positiveRows;
    found.prNegative[step] = -lost / positiveRows;
    hits -= p;
    alarms -= n;
  }
  return found;
}

/** Index of a score that occurs in a ranking. */
export function stepOf({ scores }: Ranking, score: number): number {
  let low = 0;
  let high = scores.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scores[middle] > score) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The same ranking in at most `most` steps. Neighbours of which all rows are of one kind become one step, which changes no
 * ROC curve; where that does not do, the upper half of the steps is kept and those below become steps of about as many rows.
 */
export function compressedRanking(ranking: Ranking, most: number): Ranking {
  const merged = mergedSteps(ranking, ({ positives, negatives }, last, step) => {
    if (negatives[last] === 0) return negatives[step] === 0;
    return positives[last] === 0 && positives[step] === 0;
  });
  if (merged.scores.length <= most) return merged;
  const kept = most >> 1;
  let above = 0;
  for (let step = 0; step < kept; step++) above += merged.positives[step] + merged.negatives[step];
  // Two neighbouring steps together have more rows than this, so that there are not more steps than wanted.
  const width = (2 * (merged.positiveRows + merged.negativeRows - above)) / (most - kept - 1);
  let room = 0;
  return mergedSteps(merged, ({ positives, negatives }, _, step) => {
    const rows = positives[step] + negatives[step];
    if (step <= kept || rows > room) {
      room = width - rows;
      return false;
    }
    room -= rows;
    return true;
  });
}

/** Joins each step with those before it for which `joins` says so; `last` is the first of them. */
function mergedSteps(
  ranking: Ranking,
  joins: (ranking: Ranking, last: number, step: number) => boolean,
): Ranking {
  const found = emptyRanking(ranking.scores.length);
  let steps = 0;
  for (let step = 0, first = 0; step < ranking.scores.length; step++) {
    if (step === 0 || !joins(ranking, first, step)) {
      first = step;
      steps++;
    }
    // The lowest score of a step is its threshold.
    found.scores[steps - 1] = ranking.scores[step];
    found.positives[steps - 1] += ranking.positives[step];
    found.negatives[steps - 1] += ranking.negatives[step];
  }
  return { ...ranking, ...shortened(found, steps) };
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
