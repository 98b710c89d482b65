// Scoring by neighbours and support vectors beside scikit-learn: rows of a table, and one row a call. Fits are interleaved.
//
//   npx tsx bench/neighbours.ts [--tables nsl-binary,cic] [--out bench/results/neighbours.json]
//   npx tsx bench/neighbours.ts --page           the figures written before, into docs/reference/kernels.md
//
// Neighbours keep all rows, as their accuracy grows with them. Needs the shared data, and /usr/bin/python3 with scikit-learn.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { writeSection } from "../scripts/support/section.ts";
import { BENCH_TABLES, writePair } from "./support/bench-tables.ts";

const ROOT = join(import.meta.dirname, "..");

const { values: flags } = parseArgs({
  options: {
    tables: { type: "string", default: "nsl-binary,cic" },
    page: { type: "boolean", default: false },
    out: { type: "string", default: join(import.meta.dirname, "results/neighbours.json") },
  },
});

interface Contest {
  learner: string;
  what: string;
  ours: object;
  theirs: object;
}

/** All with standard scores, so that both measure the same distances. */
const CONTESTS: readonly Contest[] = [
  {
    learner: "neighbours",
    what: "5 neighbours, all rows",
    ours: { scaling: "standard", maxRows: 1_000_000 },
    theirs: { most: 1_000_000 },
  },
  {
    learner: "svm-rbf",
    what: "C 1, 20,000 rows at most",
    ours: { scaling: "standard" },
    theirs: { most: 20_000 },
  },
  {
    learner: "one-class",
    what: "nu 0.01, 20,000 rows at most",
    ours: { scaling: "standard" },
    theirs: { most: 20_000, nu: 0.01 },
  },
];

/** What both sides print; the figures of bench/train.ts. */
interface Figures {
  seconds: number;
  cpuSeconds: number;
  scoreSeconds: number;
  rowMicroseconds: number;
  peakMegabytes: number;
}

interface Result {
  table: string;
  contest: Contest;
  testRows: number;
  ours: Figures;
  theirs: Figures;
}

interface Report {
  machine: { cpu: string; cores: number; node: string };
  results: Result[];
}

function figuresOf(command: string, args: string[]): Figures {
  const output = execFileSync(command, args, { cwd: ROOT, encoding: "utf8" });
  return JSON.parse(output.trim().split("\n").at(-1) ?? "");
}

async function measureTable(table: string): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-neighbours-"));
  try {
    const pair = await BENCH_TABLES[table](1);
    writePair(folder, pair);
    return CONTESTS.map((contest) => {
      const { learner, ours, theirs } = contest;
      const mine = [
        "--import",
        "tsx",
        "bench/support/fit-one.ts",
        folder,
        learner,
        JSON.stringify(ours),
        "1",
      ];
      const other = ["bench/sklearn_train.py", folder, learner, JSON.stringify(theirs), "1"];
      const result = {
        table,
        contest,
        testRows: pair.test.rowCount,
        ours: figuresOf(process.execPath, mine),
        theirs: figuresOf("/usr/bin/python3", other),
      };
      console.error(line(result));
      return result;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function line({ table, contest, testRows, ours, theirs }: Result): string {
  const both = (of: (figures: Figures) => number, digits: number) =>
    `${of(ours).toFixed(digits)} / ${of(theirs).toFixed(digits)} | ${(of(theirs) / of(ours)).toFixed(1)}`;
  const cells = [
    `\`${contest.learner}\``,
    contest.what,
    table,
    both(({ cpuSeconds }) => cpuSeconds, 2),
    both(({ scoreSeconds }) => (1e6 * scoreSeconds) / testRows, 1),
    both(({ rowMicroseconds }) => rowMicroseconds, 0),
    `${ours.peakMegabytes.toFixed(0)} / ${theirs.peakMegabytes.toFixed(0)}`,
  ];
  return `| ${cells.join(" | ")} |`;
}

function report({ results, machine }: Report): string {
  const head =
    "| Learner | Parameters | Table | Fit, CPU s | Ratio | Row of a table, µs | Ratio | One row a call, µs | Ratio | Peak MiB |";
  const where = `${machine.cores} cores of ${machine.cpu}, Node ${machine.node}`;
  const note = `Ours / scikit-learn; ratios above 1 are in our favour. Wall time unless said otherwise. Machine: ${where}.`;
  return [head, "|---|---|---|---:|---:|---:|---:|---:|---:|---:|", ...results.map(line), "", note].join(
    "\n",
  );
}

async function measure(): Promise<Report> {
  const results: Result[] = [];
  for (const table of flags.tables.split(",")) results.push(...(await measureTable(table)));
  const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version };
  return { machine, results };
}

if (flags.page) {
  const written: Report = JSON.parse(readFileSync(flags.out, "utf8"));
  writeSection(join(ROOT, "docs/reference/kernels.md"), "neighbours", report(written));
} else {
  const measured = await measure();
  console.log(report(measured));
  mkdirSync(dirname(flags.out), { recursive: true });
  writeFileSync(flags.out, `${JSON.stringify(measured, null, 2)}\n`);
}
