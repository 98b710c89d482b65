// Rows scored per second by boosted models: one row a call, a batch a call, and a table.
//
//   npx tsx bench/score.ts [--rows 200000]
//
// Trains on seeded dense tables; needs no data. Figures are of one thread: the processor time used, best of five.

import { parseArgs } from "node:util";
import type { ParameterValues } from "../src/learner/contract.ts";
import { boosting } from "../src/learner/learners/boosting.ts";
import type { Model } from "../src/model/contract.ts";
import { denseTable } from "./support/dense.ts";

const { values } = parseArgs({ options: { rows: { type: "string", default: "200000" } } });
const rowCount = Number(values.rows);

const SHAPES: readonly { what: string; classes: number; parameters: ParameterValues }[] = [
  { what: "2 classes, 100 trees, 31 leaves", classes: 2, parameters: { maxLeaves: 31 } },
  { what: "2 classes, 100 trees, depth 8", classes: 2, parameters: { maxLeaves: 256, maxDepth: 8 } },
  { what: "5 classes, 500 trees, 31 leaves", classes: 5, parameters: { maxLeaves: 31 } },
];

/** Best of five: rows per second of processor time. */
function speed(rows: number, run: () => void): number {
  let best = 0;
  for (let round = 0; round < 5; round++) {
    const start = process.cpuUsage();
    run();
    const used = process.cpuUsage(start);
    best = Math.max(best, rows / ((used.user + used.system) / 1e6));
  }
  return best;
}

function speeds(model: Model, rows: Float64Array, columns: number): string[] {
  const classes = model.manifest.classes.length;
  const out = new Float64Array(rowCount * classes);
  const single = Math.min(rowCount, 20_000);
  const batches = [1, 64, rowCount].map((size) =>
    speed(size === 1 ? single : rowCount, () => {
      const count = size === 1 ? single : rowCount;
      for (let start = 0; start < count; start += size) {
        const rest = Math.min(size, count - start);
        model.score(rows.subarray(start * columns), rest, out.subarray(start * classes));
      }
    }),
  );
  return batches.map((figure) => Math.round(figure).toLocaleString("en"));
}

console.log(
  "rows per second of processor time\n\n| model | one row a call | 64 rows a call | all rows |\n|---|---:|---:|---:|",
);
for (const { what, classes, parameters } of SHAPES) {
  const columns = 41;
  const train = denseTable({ rows: 20_000, columns, classes, seed: 1 });
  const fitted = await boosting.fit(train, { iterations: 100, earlyStopping: 0, ...parameters }, { seed: 1 });
  const test = denseTable({ rows: rowCount, columns, classes, seed: 2 });
  const rows = new Float64Array(rowCount * columns);
  test.values.forEach((column, index) => {
    for (let row = 0; row < rowCount; row++) rows[row * columns + index] = column[row];
  });
  console.log(`| ${what} | ${speeds(fitted, rows, columns).join(" | ")} |`);
}
