// Feature selection gives the same columns and scores on any number of threads.

import { expect, test } from "vitest";
import { workerPool } from "../../src/app/worker-pool.ts";
import { parseSelection, selectColumns } from "../../src/learner/selection/index.ts";
import { mixedTable } from "../support/tables.ts";

/** Large enough that threads are asked for. */
const TABLE = mixedTable({ rows: 65_000, classes: 2, seed: 8 });

test.each(["mutual-information:4", "model:4"])("%s", async (text) => {
  const pool = workerPool();
  let started = 0;
  const parallel = pool && {
    threads: pool.threads,
    start: (task: Parameters<typeof pool.start>[0]) => {
      started++;
      return pool.start(task);
    },
  };
  const steps = parseSelection(text);
  const alone = await selectColumns(TABLE, undefined, steps, { seed: 5 });
  const together = await selectColumns(TABLE, undefined, steps, { seed: 5, parallel });
  expect(together).toEqual(alone);
  if (pool !== undefined && text.startsWith("mutual")) expect(started).toBeGreaterThan(0);
});
