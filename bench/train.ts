// Every learner beside scikit-learn's (and boosting beside XGBoost): the same tables and parameters, a process for each fit,
// one after the other in turn, each on all processors: time, memory and quality.
//
//   npx tsx bench/train.ts [--tables nsl-groups,…] [--learners forest,…] [--repeats 3] [--out bench/results/train.json]
//   npx tsx bench/train.ts --page            the figures written before, into docs/reference/learners-measured.md
//
// Figures are added to those of the file for tables and learners measured anew. Needs the shared data, and /usr/bin/python3
// with scikit-learn (Debian: python3-sklearn, python3-xgboost).

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { buildSync } from "esbuild";
import { writeSection } from "../scripts/support/section.ts";
import { evaluateClassifier, rankingAreas } from "../src/evaluate/metrics.ts";
import type { ParameterValues } from "../src/learner/contract.ts";
import { BENCH_TABLES, type TablePair, writePair } from "./support/bench-tables.ts";
import { median } from "./support/process.ts";

interface Contest {
  learner: string;
  ours: ParameterValues;
  /** The estimator of sklearn_train.py. */
  theirs: string;
  parameters: Record<string, unknown>;
  /** What both do, in words. */
  what: string;
  /** Tables that one of the two would take too long on. */
  except?: readonly string[];
}

const KERNEL_ROWS = 20_000;
const NETWORK = { batch: 256, epochs: 10, rate: 0.001 } as const;
const BOOSTING = { iterations: 100, maxLeaves: 31, learningRate: 0.1, maxBins: 255, minLeafRows: 20, l2: 1 };
const HISTOGRAM_BOOSTING = {
  max_iter: BOOSTING.iterations,
  max_leaf_nodes: BOOSTING.maxLeaves,
  learning_rate: BOOSTING.learningRate,
  max_bins: BOOSTING.maxBins,
  min_samples_leaf: BOOSTING.minLeafRows,
  l2_regularization: BOOSTING.l2,
};
const XGBOOST = {
  n_estimators: BOOSTING.iterations,
  max_leaves: BOOSTING.maxLeaves,
  max_depth: 0,
  grow_policy: "lossguide",
  learning_rate: BOOSTING.learningRate,
  max_bin: BOOSTING.maxBins,
  reg_lambda: BOOSTING.l2,
};

const CONTESTS: readonly Contest[] = [
  {
    learner: "tree",
    ours: {},
    theirs: "tree",
    parameters: {},
    what: "grown to the end",
  },
  {
    learner: "forest",
    ours: { trees: 100 },
    theirs: "forest",
    parameters: { n_estimators: 100 },
    what: "100 trees, grown to the end, square root of the columns a split",
  },
  {
    learner: "extra-trees",
    ours: { trees: 100 },
    theirs: "extra-trees",
    parameters: { n_estimators: 100 },
    what: "100 trees, as forest",
  },
  {
    learner: "boosting",
    ours: { ...BOOSTING, earlyStopping: 0 },
    theirs: "boosting",
    parameters: HISTOGRAM_BOOSTING,
    what: "100 rounds, 31 leaves, rate 0.1, 255 bins, 20 rows a leaf, L2 1",
  },
  {
    learner: "boosting",
    ours: { ...BOOSTING, earlyStopping: 0 },
    theirs: "xgboost",
    parameters: XGBOOST,
    what: "as above, beside XGBoost's histograms",
  },
  {
    learner: "svm",
    ours: {},
    theirs: "svm",
    parameters: {},
    what: "C 1, squared hinge; scikit-learn's takes too long on `kdd-groups` and `dense-groups`",
    except: ["kdd-groups", "dense-groups"],
  },
  {
    learner: "svm-rbf",
    ours: { maxRows: KERNEL_ROWS, scaling: "standard" },
    theirs: "svm-rbf",
    parameters: { most: KERNEL_ROWS },
    what: `C 1, ${KERNEL_ROWS} rows at most`,
  },
  {
    learner: "logistic",
    ours: {},
    theirs: "logistic",
    parameters: { max_iter: 200 },
    what: "C 1, at most 200 iterations",
  },
  {
    learner: "sgd",
    ours: { earlyStopping: 0 },
    theirs: "sgd",
    parameters: { max_iter: 20, tol: null },
    what: "hinge, alpha 0.0001, 20 epochs",
  },
  {
    learner: "bayes",
    ours: { varianceSmoothing: 1 },
    theirs: "bayes",
    parameters: { var_smoothing: 1 },
    what: "Gaussian, variances smoothed by 1; ours of logarithms",
  },
  {
    learner: "neighbours",
    ours: { maxRows: KERNEL_ROWS, scaling: "standard" },
    theirs: "neighbours",
    parameters: { most: KERNEL_ROWS },
    what: `5 neighbours, ${KERNEL_ROWS} rows at most; scikit-learn's takes too long on \`kdd-groups\``,
    except: ["kdd-groups"],
  },
  {
    learner: "mlp",
    ours: {
      batchSize: NETWORK.batch,
      epochs: NETWORK.epochs,
      learningRate: NETWORK.rate,
      earlyStopping: 0,
      scaling: "standard",
    },
    theirs: "mlp",
    parameters: {
      hidden_layer_sizes: [64, 32],
      batch_size: NETWORK.batch,
      max_iter: NETWORK.epochs,
      learning_rate_init: NETWORK.rate,
      tol: 0,
      n_iter_no_change: 1000,
    },
    what: "64 and 32 units, batches of 256, 10 epochs, Adam",
  },
  {
    learner: "isolation-forest",
    ours: { trees: 100 },
    theirs: "isolation-forest",
    parameters: { n_estimators: 100 },
    what: "100 trees of 256 rows; ROC-AUC of attacks",
  },
  {
    learner: "one-class",
    ours: { maxRows: 5_000 },
    theirs: "one-class",
    parameters: { most: 5_000, nu: 0.01 },
    what: "5,000 rows at most, nu 0.01; ROC-AUC of attacks",
  },
  {
    learner: "autoencoder",
    ours: {},
    theirs: "isolation-forest",
    parameters: { n_estimators: 100 },
    what: "beside scikit-learn's isolation forest; ROC-AUC of attacks",
  },
];

const ANOMALY = new Set(["isolation-forest", "one-class", "autoencoder"]);

const { values: flags } = parseArgs({
  options: {
    tables: { type: "string", default: Object.keys(BENCH_TABLES).join(",") },
    learners: { type: "string", default: [...new Set(CONTESTS.map(({ learner }) => learner))].join(",") },
    repeats: { type: "string", default: "3" },
    page: { type: "boolean", default: false },
    out: { type: "string", default: join(import.meta.dirname, "results/train.json") },
  },
});

interface Figures {
  seconds: number;
  cpuSeconds: number;
  scoreSeconds: number;
  /** One row a call. */
  rowMicroseconds: number;
  /** Of the process when the tables are read, and at the most until the fit is over. */
  memoryBefore: number;
  peakMegabytes: number;
  accuracy: number;
  macroF1: number;
  /** Of attacks against the rest. */
  rocAuc: number;
}

interface Result {
  table: string;
  learner: string;
  theirs: string;
  what: string;
  rows: number;
  columns: number;
  classes: number;
  ours: Figures[];
  sklearn: Figures[];
}

interface Report {
  machine: { cpu: string; cores: number; node: string };
  results: Result[];
}

function judged(answer: string, file: string, pair: TablePair, learner: string): Figures {
  const measured = JSON.parse(answer) as Figures;
  const { test, benign } = pair;
  const bytes = readFileSync(file);
  const probabilities = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  const isAttack = test.classes.map((name) => !benign.includes(name));
  const positive = Uint8Array.from(test.labels, (label) => (isAttack[label] ? 1 : 0));
  const width = probabilities.length / test.rowCount;
  const scores = Float64Array.from({ length: test.rowCount }, (_, row) => {
    if (ANOMALY.has(learner)) return probabilities[row * 2 + 1];
    let sum = 0;
    for (let index = 0; index < width; index++)
      if (isAttack[index]) sum += probabilities[row * width + index];
    return sum;
  });
  const { rocAuc } = rankingAreas(scores, positive);
  const { accuracy, macroF1 } = ANOMALY.has(learner)
    ? evaluateClassifier(["benign", "anomaly"], Int32Array.from(positive), probabilities)
    : evaluateClassifier(test.classes, test.labels, probabilities);
  return { ...measured, accuracy, macroF1, rocAuc };
}

const ROOT = join(import.meta.dirname, "..");
const LIMIT_MS = 20 * 60_000;

function run(command: string, args: readonly string[]): string {
  // Threads that wait for each other sleep instead of spinning: fairer to scikit-learn where other programs run too.
  const env = { ...process.env, OMP_WAIT_POLICY: "passive", PYTHONWARNINGS: "ignore" };
  const output = execFileSync(command, args, { cwd: ROOT, env, encoding: "utf8", timeout: LIMIT_MS });
  return output.trim().split("\n").at(-1) ?? "";
}

/** One file of JavaScript, as what users run is: its memory is not that of a compiler of TypeScript. */
const FIT_ONE = join(ROOT, "node_modules/.cache/orbweaver-bench/fit-one.mjs");

function bundleFitOne(): void {
  buildSync({
    entryPoints: [join(ROOT, "bench/support/fit-one.ts")],
    outfile: FIT_ONE,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
  });
}

function runOurs(folder: string, { learner, ours }: Contest, seed: number, pair: TablePair): Figures {
  const args = [FIT_ONE, folder, learner, JSON.stringify(ours), String(seed)];
  return judged(run(process.execPath, args), join(folder, "ours.f64"), pair, learner);
}

function runTheirs(folder: string, contest: Contest, seed: number, pair: TablePair): Figures {
  const { theirs, parameters, learner } = contest;
  const script = join("bench", "sklearn_train.py");
  const args = [script, folder, theirs, JSON.stringify(parameters), String(seed)];
  return judged(run("/usr/bin/python3", args), join(folder, "sklearn.f64"), pair, learner);
}

async function measureTable(name: string, contests: readonly Contest[], repeats: number): Promise<Result[]> {
  const results = new Map<Contest, Result>();
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-train-"));
  try {
    for (let seed = 1; seed <= repeats; seed++) {
      const pair = await BENCH_TABLES[name](seed);
      writePair(folder, pair);
      const { schema, rowCount, classes } = pair.training;
      for (const contest of contests) {
        const { learner, theirs, what } = contest;
        const sizes = { rows: rowCount, columns: schema.columns.length, classes: classes.length };
        const result = results.get(contest) ?? {
          table: name,
          learner,
          theirs,
          what,
          ...sizes,
          ours: [],
          sklearn: [],
        };
        results.set(contest, result);
        if (seed % 2 === 1) result.ours.push(runOurs(folder, contest, seed, pair));
        result.sklearn.push(runTheirs(folder, contest, seed, pair));
        if (seed % 2 === 0) result.ours.push(runOurs(folder, contest, seed, pair));
        console.error(line(result));
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return [...results.values()];
}

function of(runs: readonly Figures[], figure: keyof Figures): number {
  return median(runs.map((one) => one[figure]));
}

function line({ table, learner, theirs, ours, sklearn }: Result): string {
  const both = (figure: keyof Figures, digits: number) =>
    `${of(ours, figure).toFixed(digits)} / ${of(sklearn, figure).toFixed(digits)}`;
  const ratio = (figure: keyof Figures) => (of(sklearn, figure) / of(ours, figure)).toFixed(1);
  const quality = ANOMALY.has(learner)
    ? `– | – | ${both("rocAuc", 4)}`
    : `${both("accuracy", 4)} | ${both("macroF1", 4)} | ${both("rocAuc", 4)}`;
  const name = theirs === learner ? learner : `${learner} (${theirs})`;
  return (
    `| ${name} | ${table} | ${both("seconds", 2)} | ${ratio("seconds")} | ${ratio("cpuSeconds")} | ` +
    `${both("peakMegabytes", 0)} | ${ratio("scoreSeconds")} | ${both("rowMicroseconds", 1)} | ${quality} |`
  );
}

function report({ results, machine }: Report): string {
  const head =
    "| Learner | Table | Fit, s | Ratio | CPU ratio | Peak memory, MB | Rows scored, ratio | One row, µs | Accuracy | Macro-F1 | ROC-AUC of attacks |";
  const rule = "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|";
  const order = Object.keys(BENCH_TABLES);
  const names = [...new Set(CONTESTS.map((contest) => `${contest.learner} ${contest.theirs}`))];
  const sorted = [...results].sort(
    (a, b) =>
      names.indexOf(`${a.learner} ${a.theirs}`) - names.indexOf(`${b.learner} ${b.theirs}`) ||
      order.indexOf(a.table) - order.indexOf(b.table),
  );
  const tables = order.flatMap((name) => {
    const one = results.find((result) => result.table === name);
    return one
      ? [
          `- \`${name}\`: ${one.rows.toLocaleString("en")} rows × ${one.columns} columns, ${one.classes} classes`,
        ]
      : [];
  });
  const what = CONTESTS.map(({ learner, theirs, what }) => `- \`${learner}\` beside \`${theirs}\`: ${what}`);
  const repeats = Math.min(...results.map(({ ours }) => ours.length));
  const where = `${machine.cores} cores of ${machine.cpu}, Node ${machine.node}`;
  return [
    head,
    rule,
    ...sorted.map(line),
    "",
    ...tables,
    "",
    ...what,
    "",
    `Medians of at least ${repeats} repeats. Machine: ${where}.`,
  ].join("\n");
}

function written(): Report {
  const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version };
  if (!existsSync(flags.out)) return { machine, results: [] };
  return { ...(JSON.parse(readFileSync(flags.out, "utf8")) as Report), machine };
}

function save(found: readonly Result[]): void {
  const before = written();
  const isAnew = (one: Result) =>
    found.some(
      ({ table, learner, theirs }) => table === one.table && learner === one.learner && theirs === one.theirs,
    );
  const results = [...before.results.filter((one) => !isAnew(one)), ...found];
  mkdirSync(dirname(flags.out), { recursive: true });
  writeFileSync(flags.out, `${JSON.stringify({ ...before, results }, null, 2)}\n`);
}

if (!flags.page) {
  bundleFitOne();
  const learners = flags.learners.split(",");
  for (const name of flags.tables.split(",")) {
    const contests = CONTESTS.filter(
      ({ learner, except = [] }) => learners.includes(learner) && !except.includes(name),
    );
    save(await measureTable(name, contests, Number(flags.repeats)));
  }
}
const text = report(written());
if (flags.page) writeSection(join(ROOT, "docs/reference/learners-measured.md"), "train", text);
else console.log(text);
