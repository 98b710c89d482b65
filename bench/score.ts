// Rows scored per second by boosted models, beside scikit-learn's: one row a call, a batch a call, and a table.
//
//   npx tsx bench/score.ts [--rows 200000]
//   npx tsx bench/score.ts --page            the figures written before, into docs/reference/learners-measured.md
//
// Trains on seeded dense tables; needs no data. Rates are of one thread: the processor time used, best of five; the time of one row
// is of the clock. scikit-learn is left out where /usr/bin/python3 has none.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { writeSection } from "../scripts/support/section.ts";
import { boosting } from "../src/learner/learners/boosting.ts";
import type { Model } from "../src/model/contract.ts";
import { denseTable } from "./support/dense.ts";

const { values: flags } = parseArgs({
  options: { rows: { type: "string", default: "200000" }, page: { type: "boolean", default: false } },
});
const rowCount = Number(flags.rows);
const RESULT = join(import.meta.dirname, "results/score.json");
const COLUMNS = 41;

interface Shape {
  what: string;
  classes: number;
  leaves: number;
  depth: number;
}

const SHAPES: readonly Shape[] = [
  { what: "2 classes, 100 trees, 31 leaves", classes: 2, leaves: 31, depth: 0 },
  { what: "2 classes, 100 trees, depth 8", classes: 2, leaves: 256, depth: 8 },
  { what: "5 classes, 500 trees, 31 leaves", classes: 5, leaves: 31, depth: 0 },
];

interface Figures {
  /** Of the clock, one row a call. */
  rowMicroseconds: number;
  /** All rows in one call. */
  rowsPerSecond: number;
}

interface Result {
  what: string;
  /** Rows a second in calls of 64. */
  batchRowsPerSecond: number;
  ours: Figures;
  theirs?: Figures;
}

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

function measured(model: Model, rows: Float64Array): Pick<Result, "ours" | "batchRowsPerSecond"> {
  const classes = model.manifest.classes.length;
  const out = new Float64Array(rowCount * classes);
  const rate = (size: number) =>
    speed(rowCount, () => {
      for (let start = 0; start < rowCount; start += size) {
        const count = Math.min(size, rowCount - start);
        model.score(rows.subarray(start * COLUMNS), count, out.subarray(start * classes));
      }
    });
  const single = rows.slice(0, COLUMNS);
  const calls = 20_000;
  let rowMicroseconds = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    for (let call = 0; call < calls; call++) {
      for (let column = 0; column < COLUMNS; column++)
        single[column] = rows[(call % rowCount) * COLUMNS + column];
      model.score(single, 1, out);
    }
    rowMicroseconds = Math.min(rowMicroseconds, ((performance.now() - start) / calls) * 1_000);
  }
  return { batchRowsPerSecond: rate(64), ours: { rowMicroseconds, rowsPerSecond: rate(rowCount) } };
}

function sklearn({ classes, depth, leaves }: Shape): Figures | undefined {
  const script = join(import.meta.dirname, "sklearn_score.py");
  const args = [classes, depth, leaves, Math.min(rowCount, 50_000)].map(String);
  try {
    return JSON.parse(execFileSync("/usr/bin/python3", [script, ...args], { encoding: "utf8" }));
  } catch {
    console.error("scikit-learn is left out: /usr/bin/python3 has none (Debian: python3-sklearn)");
    return undefined;
  }
}

async function measureShape(shape: Shape): Promise<Result> {
  const { what, classes, leaves, depth } = shape;
  const train = denseTable({ rows: 20_000, columns: COLUMNS, classes, seed: 1 });
  const parameters = { iterations: 100, earlyStopping: 0, maxLeaves: leaves, maxDepth: depth };
  const fitted = await boosting.fit(train, parameters, { seed: 1 });
  const test = denseTable({ rows: rowCount, columns: COLUMNS, classes, seed: 2 });
  const rows = new Float64Array(rowCount * COLUMNS);
  test.values.forEach((column, index) => {
    for (let row = 0; row < rowCount; row++) rows[row * COLUMNS + index] = column[row];
  });
  return { what, ...measured(fitted, rows), theirs: sklearn(shape) };
}

function report({ results, machine }: { results: Result[]; machine: string }): string {
  const rate = (figure: number) => `${(figure / 1e6).toFixed(2)} M`;
  const lines = results.map(({ what, ours, theirs, batchRowsPerSecond }) => {
    const single = theirs
      ? `${theirs.rowMicroseconds.toFixed(0)} | ${(theirs.rowMicroseconds / ours.rowMicroseconds).toFixed(0)}`
      : "– | –";
    const all = theirs
      ? `${rate(theirs.rowsPerSecond)} | ${(ours.rowsPerSecond / theirs.rowsPerSecond).toFixed(1)}`
      : "– | –";
    return (
      `| ${what} | ${ours.rowMicroseconds.toFixed(1)} | ${single} | ${rate(batchRowsPerSecond)} | ` +
      `${rate(ours.rowsPerSecond)} | ${all} |`
    );
  });
  return [
    "| Model | One row, µs | scikit-learn | Ratio | Rows/s, 64 a call | Rows/s, all | scikit-learn | Ratio |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
    ...lines,
    "",
    `Rates are of one core: rows per second of processor time. ${machine}.`,
  ].join("\n");
}

if (!flags.page) {
  const results: Result[] = [];
  for (const shape of SHAPES) results.push(await measureShape(shape));
  const machine = `Machine: ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`;
  mkdirSync(dirname(RESULT), { recursive: true });
  writeFileSync(RESULT, `${JSON.stringify({ results, machine }, null, 2)}\n`);
}
const text = report(JSON.parse(readFileSync(RESULT, "utf8")));
if (flags.page)
  writeSection(join(import.meta.dirname, "../docs/reference/learners-measured.md"), "score", text);
else console.log(text);
