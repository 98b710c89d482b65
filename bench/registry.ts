// How long it takes to list 10,000 runs, and what a commit costs.
//
//     npx tsx bench/registry.ts [RUNS]
//
// Runs are those of a real training in form and size (some 30 parameters, 10 figures, three files), each begun and ended. Listing is
// timed in a process that has the store open, in one that has just opened it - the newest hundred of all, which is what commands and
// pages show at once, and all with all that is known of each - and as the command `orbweaver runs list` of the built program, from start to end, beside the same command over an empty store. Run `npm run build` before. Medians of ROUNDS.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSection } from "../scripts/support/section.ts";
import { listRuns, pageOfRuns } from "../src/app/registry.ts";
import { bytesText, groupedText } from "../src/base/number-text.ts";
import type { RunOutcome } from "../src/registry/contract.ts";
import { beginRun, endRun } from "../src/registry/runs.ts";
import type { Store } from "../src/store/contract.ts";
import { openFileStore } from "../src/store/drivers/files.ts";
import { thisMachine } from "./support/process.ts";

const ROUNDS = 9;
const BAR_MS = 200;
/** Runs that commands and pages show at once. */
const SHOWN = 100;
const RUNS = Number(process.argv[2] ?? 10_000);
/** Runs that are written at the same time. */
const TOGETHER = 500;
const SINGLE_COMMITS = 300;
const GUIDE = fileURLToPath(new URL("../docs/guide/registry.md", import.meta.url));
const PROGRAM = fileURLToPath(new URL("../bin/orbweaver", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "orbweaver-bench-"));

function outcomeOf(index: number): RunOutcome {
  const digest = index.toString(16).padStart(64, "0");
  const figures = [
    "accuracy",
    "balancedAccuracy",
    "macroF1",
    "weightedF1",
    "mcc",
    "rocAuc",
    "prAuc",
    "logLoss",
    "brier",
    "kappa",
  ];
  const parameters = [
    "iterations",
    "learningRate",
    "maxLeaves",
    "maxDepth",
    "minLeafRows",
    "minLeafHessian",
    "l2",
    "minGain",
    "maxStep",
    "maxBins",
    "categorySmoothing",
    "categoryL2",
    "maxCategories",
    "rowShare",
    "columnShare",
    "balance",
    "earlyStopping",
    "validationShare",
  ];
  const file = (name: string) => ({ name, object: digest, bytes: 4_000 + index, type: "application/json" });
  return {
    parameters: Object.fromEntries(parameters.map((name, place) => [name, place * 0.1])),
    metrics: Object.fromEntries(
      figures.map((name, place) => [name, 1 / (2 + ((index * 7919 + place) % 997))]),
    ),
    schema: { id: "flow", fingerprint: digest.slice(0, 32), columns: 80 },
    data: {
      fingerprint: digest,
      rows: 100_000 + index,
      classes: ["normal", "flood", "scan"].map((name) => ({ name, rows: index })),
    },
    findings: { warning: index % 3 },
    iterations: 100,
    learner: "boosting",
    modelObject: digest,
    artefacts: ["record.json", "progress.json", "model.orb"].map(file),
  };
}

async function fill(store: Store): Promise<void> {
  const start = Date.parse("2026-01-01T00:00:00Z");
  for (let first = 0; first < RUNS; first += TOGETHER) {
    const indices = Array.from({ length: Math.min(TOGETHER, RUNS - first) }, (_, place) => first + place);
    await Promise.all(
      indices.map(async (index) => {
        const at = new Date(start + index * 60_000).toISOString();
        const facts = {
          kind: "train",
          release: "0.1.0",
          rows: ["flows@train"],
          options: { label: "label", learners: ["boosting"] },
          model: `model-${index}.orb`,
          seed: 1,
        } as const;
        const { id } = await beginRun(
          store,
          { ...facts, rows: [...facts.rows], options: { label: "label", learners: ["boosting"] } },
          at,
          index.toString(16).padStart(8, "0"),
        );
        await endRun(store, id, { state: "finished", at, elapsedMs: 5_000, outcome: outcomeOf(index) });
      }),
    );
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

interface Results {
  machine: string;
  /** Processes that wanted a processor, over the last minute: above the number of cores all times are longer than they are alone. */
  load: number;
  runs: number;
  journalBytes: number;
  listOpenMs: number;
  listSortedMs: number;
  /** The newest of all, with how many there are. */
  listFreshMs: number;
  listFreshAllMs: number;
  commandMs: number;
  commandJsonMs: number;
  commandEmptyMs: number;
  runsWrittenPerSecond: number;
  commitMs: number;
}

function sectionOf(results: Results): string {
  const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
  const rows = [
    ["list them, the store open", ms(results.listOpenMs)],
    ["list the 20 best trainings by a figure, the store open", ms(results.listSortedMs)],
    [`open the store and list them, as a table shows them: the newest ${SHOWN}`, ms(results.listFreshMs)],
    ["open the store and list them, all of each", ms(results.listFreshAllMs)],
    ["`orbweaver runs list`, from start to end, which shows the newest 100", ms(results.commandMs)],
    ["`orbweaver runs list --json`, which writes all", ms(results.commandJsonMs)],
    ["the same over an empty store: starting and loading", ms(results.commandEmptyMs)],
    ["one commit, durable", ms(results.commitMs)],
  ];
  return [
    `${groupedText(results.runs)} runs of the form and size of trainings, ${bytesText(results.journalBytes)} of journal; medians of ${ROUNDS} rounds:`,
    "",
    "| | |",
    "|---|---:|",
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    "",
    `Runs begun and ended, ${TOGETHER} at a time: ${groupedText(Math.round(results.runsWrittenPerSecond))} a second. Machine: ${results.machine}, at a load of ${results.load.toFixed(1)}.`,
  ].join("\n");
}

async function timed(work: () => Promise<unknown> | unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function measured(work: () => Promise<unknown> | unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await timed(work));
  return median(times);
}

/** The command from its start to its end; its output goes to a file, as to a pipe that is read at once. */
function command(home: string, ...options: string[]): void {
  const run = spawnSync(process.execPath, [PROGRAM, "runs", "list", ...options], {
    env: { ...process.env, ORBWEAVER_HOME: home, ORBWEAVER_STORE: "" },
    cwd: folder,
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(String(run.stderr));
}

try {
  const home = join(folder, "home");
  const place = join(home, "store");
  const store = openFileStore(place);
  const fillMs = await timed(() => fill(store));
  const openMs = await measured(() => listRuns(store));
  const sortedMs = await measured(() => listRuns(store, { kind: "train", sort: "macroF1", limit: 20 }));
  const fresh = async (list: (store: Store) => Promise<number>): Promise<void> => {
    const opened = openFileStore(place);
    if ((await list(opened)) !== RUNS) throw new Error("runs are missing");
    await opened.close();
  };
  const page = { offset: 0, limit: SHOWN };
  const freshMs = await measured(() => fresh(async (opened) => (await pageOfRuns(opened, {}, page)).total));
  const freshAllMs = await measured(() => fresh(async (opened) => (await listRuns(opened)).length));
  const singleMs = await timed(async () => {
    for (let index = 0; index < SINGLE_COMMITS; index++)
      await store.commit([{ collection: "bench", id: "one", body: index }]);
  });
  const commandMs = await measured(() => command(home));
  const jsonMs = await measured(() => command(home, "--json"));
  const emptyMs = await measured(() => command(join(folder, "empty")));
  await store.close();
  const results = {
    machine: thisMachine(),
    load: loadavg()[0],
    runs: RUNS,
    journalBytes: statSync(join(place, "journal")).size,
    barMs: BAR_MS,
    listOpenMs: openMs,
    listSortedMs: sortedMs,
    listFreshMs: freshMs,
    listFreshAllMs: freshAllMs,
    commandMs,
    commandJsonMs: jsonMs,
    commandEmptyMs: emptyMs,
    runsWrittenPerSecond: (RUNS / fillMs) * 1000,
    commitMs: singleMs / SINGLE_COMMITS,
  };
  const file = fileURLToPath(new URL("results/registry.json", import.meta.url));
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
  writeSection(GUIDE, "registry", sectionOf(results));
  console.log(readFileSync(file, "utf8"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
