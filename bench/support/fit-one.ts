// Fits one learner on the tables of a folder, in a process of its own, and prints what was measured as one line of JSON.
//
//   node --import tsx bench/support/fit-one.ts FOLDER LEARNER PARAMETERS SEED
//
// Writes the probabilities of the test rows to FOLDER/ours.f64. The figures are those of bench/train.ts.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { workerPool } from "../../src/app/worker-pool.ts";
import { learnerById } from "../../src/learner/index.ts";
import { readBenchTable, readFacts } from "./bench-tables.ts";

const [folder, learner, parameters, seed] = process.argv.slice(2);
const facts = readFacts(folder);
const training = readBenchTable(folder, "training", facts);
// As on the other side, every number has been looked at before time is taken: pages that were never touched cost time.
for (const column of training.values)
  for (let row = 0; row < column.length; row++)
    if (Math.abs(column[row]) === Number.POSITIVE_INFINITY) column[row] = Number.NaN;
const memoryBefore = peakMegabytes();
const cpu = process.cpuUsage();
const start = performance.now();
const model = await learnerById(learner).fit(training, JSON.parse(parameters), {
  seed: Number(seed),
  parallel: workerPool(),
  benignClasses: facts.benign,
});
const seconds = (performance.now() - start) / 1000;
const used = process.cpuUsage(cpu);
const peak = peakMegabytes();
const test = readBenchTable(folder, "test", facts);
const probabilities = new Float64Array(test.rowCount * model.manifest.classes.length);
const scoring = performance.now();
model.scoreTable(test, probabilities);
const scoreSeconds = (performance.now() - scoring) / 1000;
// One row a call: some calls to warm up, then the mean.
const single = new Float64Array(training.schema.columns.length);
const out = new Float64Array(model.manifest.classes.length);
const calls = 2_000;
let callSeconds = 0;
for (let call = -calls; call < calls; call++) {
  if (call === 0) callSeconds = performance.now() / 1000;
  const row = (call + calls) % test.rowCount;
  for (let column = 0; column < single.length; column++) single[column] = test.values[column][row];
  model.score(single, 1, out);
}
const rowMicroseconds = ((performance.now() / 1000 - callSeconds) / calls) * 1e6;
writeFileSync(join(folder, "ours.f64"), Buffer.from(probabilities.buffer));
console.log(
  JSON.stringify({
    seconds,
    cpuSeconds: (used.user + used.system) / 1e6,
    scoreSeconds,
    rowMicroseconds,
    memoryBefore,
    peakMegabytes: peak,
    classes: model.manifest.classes,
    bytes: model.encode().length,
  }),
);

/** Of this program alone: what getrusage says begins with what the process held that started it. */
function peakMegabytes(): number {
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024;
}
