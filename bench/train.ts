// Boosting beside scikit-learn's HistGradientBoostingClassifier: same tables, same parameters, runs interleaved.
//
//   npx tsx bench/train.ts [task ...] [--repeats 3] [--l2 1] [--out bench/results/train.json]
//   npx tsx bench/train.ts --page            the figures written before, into docs/reference/boosting.md
//
// Prints a Markdown table and writes the figures. Needs the shared data, and /usr/bin/python3 with scikit-learn.

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { writeSection } from "../scripts/support/section.ts";
import { workerPool } from "../src/app/worker-pool.ts";
import { Random } from "../src/base/random.ts";
import { evaluateClassifier } from "../src/evaluate/metrics.ts";
import type { LabelledTable } from "../src/feature/table.ts";
import { boosting } from "../src/learner/learners/boosting.ts";
import { denseTable } from "./support/dense.ts";
import { type LabelKind, readKdd, takeRows, toTables } from "./support/kdd.ts";

interface Task {
  id: string;
  data: "nsl" | "kdd" | "kdd-random" | "dense";
  kind: LabelKind;
}

const TASKS: readonly Task[] = [
  { id: "nsl-binary", data: "nsl", kind: "binary" },
  { id: "nsl-groups", data: "nsl", kind: "groups" },
  { id: "kdd-binary", data: "kdd", kind: "binary" },
  { id: "kdd-groups", data: "kdd", kind: "groups" },
  { id: "kdd-random-groups", data: "kdd-random", kind: "groups" },
  { id: "kdd-random-attacks", data: "kdd-random", kind: "attacks" },
  { id: "dense-binary", data: "dense", kind: "binary" },
  { id: "dense-groups", data: "dense", kind: "groups" },
];

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeats: { type: "string", default: "3" },
    l2: { type: "string", default: "1" },
    page: { type: "boolean", default: false },
    out: { type: "string", default: join(import.meta.dirname, "results/train.json") },
  },
});

/** The same for both; what only one of them has stays at its default. */
const SHARED = {
  iterations: 100,
  maxLeaves: 31,
  learningRate: 0.1,
  maxBins: 255,
  minLeafRows: 20,
  l2: Number(flags.l2),
};
const OURS = { ...SHARED, earlyStopping: 0 };
const SKLEARN = {
  max_iter: SHARED.iterations,
  max_leaf_nodes: SHARED.maxLeaves,
  learning_rate: SHARED.learningRate,
  max_bins: SHARED.maxBins,
  min_samples_leaf: SHARED.minLeafRows,
  l2_regularization: SHARED.l2,
};

interface RunFigures {
  seconds: number;
  cpuSeconds: number;
  accuracy: number;
  macroF1: number;
}

/** A scikit-learn process that answers requests one after another. */
class Sklearn {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;

  constructor() {
    // Threads that wait for each other sleep instead of spinning: fairer to scikit-learn where other programs run too.
    const env = { ...process.env, OMP_WAIT_POLICY: "passive" };
    this.#process = spawn("/usr/bin/python3", [join(import.meta.dirname, "sklearn_train.py")], { env });
    this.#process.stderr.pipe(process.stderr);
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async ask(request: object): Promise<{ seconds: number; cpuSeconds: number; predicted: string }> {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("scikit-learn ended without an answer");
    return JSON.parse(value);
  }

  close(): void {
    this.#process.stdin.end();
  }
}

function tablesOf(task: Task, seed: number): [LabelledTable, LabelledTable] {
  if (task.data === "nsl")
    return pair(
      toTables([kddFile("nsl-kdd/KDDTrain+.txt.gz"), kddFile("nsl-kdd/KDDTest+.txt.gz")], task.kind),
    );
  if (task.data === "dense") return denseTables(task, seed);
  const whole = kddFile("kdd/kddcup.data_10_percent.gz");
  if (task.data === "kdd") return pair(toTables([whole, kddFile("kdd/corrected.gz")], task.kind));
  const [table] = toTables([whole], task.kind);
  const rows = new Random(seed).shuffle(Int32Array.from({ length: table.rowCount }, (_, row) => row));
  const cut = Math.round(rows.length * 0.7);
  return [takeRows(table, rows.subarray(0, cut)), takeRows(table, rows.subarray(cut))];
}

/** Worst case for packing: continuous columns, no two rows alike. */
function denseTables(task: Task, seed: number): [LabelledTable, LabelledTable] {
  const classes = task.kind === "binary" ? 2 : 5;
  const table = denseTable({ rows: 120_000, columns: 78, classes, seed });
  const rows = Int32Array.from({ length: table.rowCount }, (_, row) => row);
  return [takeRows(table, rows.subarray(0, 100_000)), takeRows(table, rows.subarray(100_000))];
}

function pair(tables: LabelledTable[]): [LabelledTable, LabelledTable] {
  return [tables[0], tables[1]];
}

const files = new Map<string, ReturnType<typeof readKdd>>();

function kddFile(relative: string) {
  const file = files.get(relative) ?? readKdd(relative);
  files.set(relative, file);
  return file;
}

async function runOurs(train: LabelledTable, test: LabelledTable, seed: number): Promise<RunFigures> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const model = await boosting.fit(train, OURS, { seed, parallel: workerPool() });
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  const probabilities = new Float64Array(test.rowCount * test.classes.length);
  model.scoreTable(test, probabilities);
  const { accuracy, macroF1 } = evaluateClassifier(test.classes, test.labels, probabilities);
  return { seconds, cpuSeconds: (used.user + used.system) / 1e6, accuracy, macroF1 };
}

async function runSklearn(sklearn: Sklearn, request: object, test: LabelledTable): Promise<RunFigures> {
  const { seconds, cpuSeconds, predicted } = await sklearn.ask(request);
  const bytes = readFileSync(predicted);
  const classes = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const oneHot = new Float64Array(test.rowCount * test.classes.length);
  classes.forEach((label, row) => {
    oneHot[row * test.classes.length + label] = 1;
  });
  const { accuracy, macroF1 } = evaluateClassifier(test.classes, test.labels, oneHot);
  return { seconds, cpuSeconds, accuracy, macroF1 };
}

function writeTable(folder: string, name: string, table: LabelledTable): void {
  writeFileSync(
    join(folder, `${name}.f64`),
    Buffer.concat(table.values.map((column) => Buffer.from(Float64Array.from(column).buffer))),
  );
  writeFileSync(
    join(folder, `${name}.i32`),
    Buffer.from(table.labels.buffer, table.labels.byteOffset, table.labels.byteLength),
  );
}

async function runTask(task: Task, sklearn: Sklearn, repeats: number) {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-train-"));
  const ours: RunFigures[] = [];
  const theirs: RunFigures[] = [];
  let rows = 0;
  let classes = 0;
  try {
    for (let seed = 1; seed <= repeats; seed++) {
      const [train, test] = tablesOf(task, seed);
      rows = train.rowCount;
      classes = train.classes.length;
      writeTable(folder, "train", train);
      writeTable(folder, "test", test);
      const categorical = [...train.schema.columns.keys()].filter(
        (index) => train.schema.columns[index].kind === "categorical",
      );
      const sizes = {
        columns: train.schema.columns.length,
        trainRows: train.rowCount,
        testRows: test.rowCount,
      };
      const request = { folder, categorical, ...sizes, parameters: SKLEARN, seed };
      if (seed % 2 === 1) ours.push(await runOurs(train, test, seed));
      theirs.push(await runSklearn(sklearn, request, test));
      if (seed % 2 === 0) ours.push(await runOurs(train, test, seed));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { task: task.id, rows, classes, ours, theirs };
}

function median(runs: RunFigures[], figure: keyof RunFigures): number {
  const sorted = runs.map((run) => run[figure]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function line(result: Awaited<ReturnType<typeof runTask>>): string {
  const { ours, theirs } = result;
  const both = (figure: keyof RunFigures, digits: number) =>
    `${median(ours, figure).toFixed(digits)} / ${median(theirs, figure).toFixed(digits)}`;
  const ratio = (figure: keyof RunFigures) => (median(theirs, figure) / median(ours, figure)).toFixed(2);
  const speed = `${both("seconds", 2)} | ${ratio("seconds")} | ${both("cpuSeconds", 2)} | ${ratio("cpuSeconds")}`;
  return `| ${result.task} | ${result.rows} | ${result.classes} | ${speed} | ${both("accuracy", 4)} | ${both("macroF1", 4)} |`;
}

function report({ results, machine }: Report): string {
  const head = "| Task | Rows | Classes | Fit, s | Ratio | CPU, s | Ratio | Accuracy | Macro-F1 |";
  const { iterations, maxLeaves, learningRate, maxBins, minLeafRows, l2 } = SHARED;
  const shared = `${iterations} rounds, ${maxLeaves} leaves, rate ${learningRate}, ${maxBins} bins, ${minLeafRows} rows a leaf`;
  const where = `${machine.cores} cores of ${machine.cpu}, Node ${machine.node}`;
  const note = `Shared: ${shared}, l2 ${l2}. Repeats: ${results[0].ours.length}. Machine: ${where}.`;
  return [head, "|---|---:|---:|---:|---:|---:|---:|---:|---:|", ...results.map(line), "", note].join("\n");
}

interface Report {
  parameters: typeof SHARED;
  machine: { cpu: string; cores: number; node: string };
  results: Awaited<ReturnType<typeof runTask>>[];
}

async function measure(): Promise<Report> {
  const sklearn = new Sklearn();
  const results = [];
  for (const task of TASKS) {
    if (positionals.length > 0 && !positionals.includes(task.id)) continue;
    const result = await runTask(task, sklearn, Number(flags.repeats));
    results.push(result);
    console.error(line(result));
  }
  sklearn.close();
  const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version };
  return { parameters: SHARED, machine, results };
}

if (flags.page) {
  const written: Report = JSON.parse(readFileSync(flags.out, "utf8"));
  writeSection(join(import.meta.dirname, "../docs/reference/boosting.md"), "train", report(written));
} else {
  const measured = await measure();
  console.log(report(measured));
  mkdirSync(dirname(flags.out), { recursive: true });
  writeFileSync(flags.out, `${JSON.stringify(measured, null, 2)}\n`);
}
