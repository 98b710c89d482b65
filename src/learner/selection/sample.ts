// Fewer rows where sums over all would take long: a seeded draw that leaves no class out. Knows no method.

import { Random } from "../../base/random.ts";
import type { LabelledTable } from "../../feature/table.ts";

/** Rows of a class that are kept, if it has them, however rare it is. */
const RARE_ROWS = 200;

/**
 * At most about `limit` of the rows, in their order: of every class its share, and of rare ones up to 200. All of them
 * where there are no more.
 */
export function sampledRows(table: LabelledTable, rows: Int32Array, limit: number, seed: number): Int32Array {
  if (rows.length <= limit) return rows;
  const left = new Float64Array(table.classes.length);
  for (const row of rows) left[table.labels[row]]++;
  const wanted = left.map((count) =>
    Math.max(Math.min(count, RARE_ROWS), Math.floor((count * limit) / rows.length)),
  );
  const random = new Random(seed);
  return rows.filter((row) => {
    const label = table.labels[row];
    const taken = random.uniform() * left[label]-- < wanted[label];
    if (taken) wanted[label]--;
    return taken;
  });
}
