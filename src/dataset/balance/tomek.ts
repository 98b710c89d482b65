// Tomek links: pairs of rows of two classes that have no nearer neighbour than each other (Tomek, "Two Modifications of CNN",
// IEEE Transactions on Systems, Man, and Cybernetics 6, 1976). Pure.
//
// The definition is kept to the letter: x and y are a link when no row is nearer to x or to y than they are to each other. So
// ties are links too, and so are all pairs of equal rows with different classes; a row that has an equal one is in no other.

import { mutualNeighbours } from "./neighbours.ts";
import { type Points, pilesOf } from "./points.ts";
import { pileFirsts } from "./smote.ts";

export interface TomekResult {
  /** Pairs of rows that are links. */
  links: number;
  /** 1 for rows that are to go. */
  removed: Uint8Array;
}

/**
 * @param classes class of each row; a lower number is a class with more rows, or as many and an earlier name
 * @param side "majority": of every link, the row with the lower class number goes; "both": both go
 */
export function* tomekLinks(
  points: Points,
  classes: Int32Array,
  side: "majority" | "both",
): Generator<number, TomekResult> {
  const piles = pilesOf(points);
  const removed = new Uint8Array(points.count);
  let links = 0;
  const sizeOf = (pile: number): number => piles.starts[pile + 1] - piles.starts[pile];
  const remove = (a: number, b: number): void => {
    links++;
    if (side === "both" || classes[a] < classes[b]) removed[a] = 1;
    if (side === "both" || classes[b] < classes[a]) removed[b] = 1;
  };
  for (const [a, b] of yield* mutualNeighbours(pileFirsts(points, piles))) {
    if (sizeOf(a) > 1 || sizeOf(b) > 1) continue;
    if (classes[piles.first[a]] !== classes[piles.first[b]]) remove(piles.first[a], piles.first[b]);
  }
  for (let pile = 0; pile < piles.count; pile++) {
    if (sizeOf(pile) > 1)
      links += removeWithin(
        piles.members.subarray(piles.starts[pile], piles.starts[pile + 1]),
        classes,
        side,
        removed,
      );
  }
  return { links, removed };
}

/** Among equal rows, every pair of different classes is a link; returns how many there are. */
function removeWithin(
  rows: Int32Array,
  classes: Int32Array,
  side: "majority" | "both",
  removed: Uint8Array,
): number {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(classes[row], (counts.get(classes[row]) ?? 0) + 1);
  if (counts.size < 2) return 0;
  const smallest = Math.max(...counts.keys());
  for (const row of rows) if (side === "both" || classes[row] < smallest) removed[row] = 1;
  let same = 0;
  for (const count of counts.values()) same += count * count;
  return (rows.length * rows.length - same) / 2;
}
