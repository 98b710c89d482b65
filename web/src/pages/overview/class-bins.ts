// Verdicts by class in equal spans of the last five minutes, from the samples of single seconds. Spans begin at whole multiples of
// their length, so that a bar does not change its share of time as the window moves on.

import type { Sample } from "../live/feed.ts";

export const BIN_SECONDS = 5;
export const BINS = 60;

export interface ClassBins {
  /** Begin of each span, ms since 1970, oldest first. */
  starts: number[];
  /** Classes that there was a verdict of, in the order of `classes`, with a count for each span. */
  series: { name: string; counts: number[] }[];
}

export function classBins(samples: readonly Sample[], classes: readonly string[], nowMs: number): ClassBins {
  const length = BIN_SECONDS * 1_000;
  const first = (Math.floor(nowMs / length) - BINS + 1) * length;
  const counts = new Map(classes.map((name) => [name, new Array<number>(BINS).fill(0)]));
  for (const { atMs, seconds, byClass } of samples) {
    // A sample belongs to the span that it began in.
    const bin = Math.floor((atMs - seconds * 1_000 - first) / length);
    if (bin < 0 || bin >= BINS) continue;
    for (const [name, verdicts] of Object.entries(byClass)) {
      const row = counts.get(name);
      if (row !== undefined) row[bin] += verdicts;
    }
  }
  return {
    starts: Array.from({ length: BINS }, (_, bin) => first + bin * length),
    series: [...counts]
      .filter(([, row]) => row.some((verdicts) => verdicts > 0))
      .map(([name, row]) => ({ name, counts: row })),
  };
}
