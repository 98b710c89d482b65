// Serving beside FastAPI, uvicorn and scikit-learn: a forest of 100 trees on the same rows of APA-DDoS, the same row of 19 fields,
// one process each, asked by wrk on loopback in turn: requests a second, latency, rows a second; and promoting under load.
//
//   npx tsx bench/serve.ts [--repeats 3] [--seconds 8] [--out bench/results/serve.json]
//   npx tsx bench/serve.ts --page            the figures written before, into docs/reference/serving-speed.md
//
// The peer answers twice: as it is usually written, of which the bar speaks, and as lean as it can be (serve_fastapi.py).
//
// Needs the shared data, the built command line (npm run build), wrk, and /usr/bin/python3 with FastAPI, uvicorn, scikit-learn and
// pandas (Debian: wrk python3-fastapi python3-uvicorn python3-sklearn python3-pandas).

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeSection } from "../scripts/support/section.ts";
import { readTable } from "../src/dataset/row-reader.ts";
import { SCHEMAS } from "../src/feature/schemas/_index.ts";
import type { LabelledTable } from "../src/feature/table.ts";
import { learnerById } from "../src/learner/index.ts";
import { median, thisMachine } from "./support/process.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DATA = process.env["ORBWEAVER_DATA"] || join(ROOT, "..", "shared", "data");
const ROWS = join(DATA, "apa", "APA-DDoS-Dataset.csv.gz");
const PORTS = { ours: 18_085, theirs: 18_086 };
const CONNECTIONS = 16;
const MANY = 10_000;
const TREES = 100;
const BARS = { ratio: 100, p99Ms: 10, rowsPerSecond: 200_000 };

interface Load {
  requestsPerSecond: number;
  p99Ms: number;
  failures: number;
}

interface Round {
  ours: Load;
  /** As it is usually written. */
  theirs: Load;
  theirsLean: Load;
  oursMany: Load;
  theirsMany: Load;
}

interface Figures {
  machine: string;
  rows: number;
  seconds: number;
  rounds: Round[];
  swaps: { requests: number; swaps: number; failures: number };
}

const { values: flags } = parseArgs({
  options: {
    repeats: { type: "string", default: "3" },
    seconds: { type: "string", default: "8" },
    out: { type: "string", default: "bench/results/serve.json" },
    page: { type: "boolean", default: false },
  },
});

async function measure(): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-bench-serve-"));
  try {
    const table = await apaTable();
    await writeInputs(folder, table);
    const rounds: Round[] = [];
    for (let round = 0; round < Number(flags.repeats); round++) {
      rounds.push(await oneRound(folder));
      console.log(`round ${round + 1}: ${JSON.stringify(rounds.at(-1))}`);
    }
    const swaps = await promoteUnderLoad(folder);
    console.log(`promoting: ${JSON.stringify(swaps)}`);
    return {
      machine: thisMachine(),
      rows: table.rowCount,
      seconds: Number(flags.seconds),
      rounds,
      swaps,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function apaTable(): Promise<LabelledTable> {
  const schema = SCHEMAS.find(({ id }) => id === "apa");
  const { table } = await readTable([ROWS], { label: "Label", schema });
  return table;
}

/** Both models, both bodies, and scripts for wrk. */
async function writeInputs(folder: string, table: LabelledTable): Promise<void> {
  const { schema, values, classes, labels } = table;
  const names = schema.columns.map(({ name }) => name);
  const rowOf = (row: number): number[] => values.map((column) => column[row]);
  for (const seed of [1, 2]) {
    const model = await learnerById("forest").fit(table, { trees: TREES }, { seed });
    writeFileSync(join(folder, `apa-${seed}.orb`), model.encode());
  }
  const all = Array.from({ length: table.rowCount }, (_, row) => row);
  const given = { columns: names, rows: all.map(rowOf), labels: all.map((row) => classes[labels[row]]) };
  writeFileSync(join(folder, "rows.json"), JSON.stringify(given));
  const named = (row: number): Record<string, number> =>
    Object.fromEntries(rowOf(row).map((value, column) => [names[column], value]));
  const step = Math.floor(table.rowCount / MANY);
  writeFileSync(join(folder, "one.json"), JSON.stringify(named(0)));
  writeFileSync(
    join(folder, "many.json"),
    JSON.stringify(Array.from({ length: MANY }, (_, index) => named(index * step))),
  );
  for (const name of ["one", "many"])
    writeFileSync(
      join(folder, `${name}.lua`),
      `wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = io.open("${join(folder, name)}.json"):read("*a")\n`,
    );
}

async function oneRound(folder: string): Promise<Round> {
  const ours = await serveOurs(folder, [`apa=${join(folder, "apa-1.orb")}`]);
  const [one, many] = [
    await load(folder, "one", PORTS.ours, "/predict", CONNECTIONS),
    await load(folder, "many", PORTS.ours, "/predict", 1),
  ];
  await stop(ours);
  const theirs = await serveTheirs(folder);
  const [usual, lean, theirMany] = [
    await load(folder, "one", PORTS.theirs, "/predict", CONNECTIONS),
    await load(folder, "one", PORTS.theirs, "/predict_lean", CONNECTIONS),
    await load(folder, "many", PORTS.theirs, "/predict_many", 1),
  ];
  await stop(theirs);
  return { ours: one, theirs: usual, theirsLean: lean, oursMany: many, theirsMany: theirMany };
}

async function serveOurs(folder: string, models: readonly string[]): Promise<ChildProcess> {
  const options = models.flatMap((model) => ["--model", model]);
  const args = [
    join(ROOT, "bin", "orbweaver"),
    "serve",
    "--port",
    String(PORTS.ours),
    "--no-log",
    ...options,
  ];
  return started(process.execPath, args, PORTS.ours, folder);
}

async function serveTheirs(folder: string): Promise<ChildProcess> {
  const args = [join(ROOT, "bench", "serve_fastapi.py"), join(folder, "rows.json"), String(PORTS.theirs)];
  return started("/usr/bin/python3", args, PORTS.theirs, folder);
}

/** A process, once it answers. */
async function started(file: string, args: string[], port: number, folder: string): Promise<ChildProcess> {
  const child = spawn(file, args, {
    cwd: folder,
    env: { ...process.env, ORBWEAVER_HOME: join(folder, "home") },
    stdio: ["ignore", "ignore", "inherit"],
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${args.join(" ")} ended with ${child.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer?.ok) return child;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  await ended;
}

/** What wrk counts, after a second of which nothing is counted. */
async function load(
  folder: string,
  body: string,
  port: number,
  path: string,
  connections: number,
): Promise<Load> {
  const run = async (seconds: number): Promise<string> =>
    execFileSync(
      "wrk",
      [
        "-t1",
        `-c${connections}`,
        `-d${seconds}s`,
        "--timeout",
        "60s",
        "--latency",
        "-s",
        join(folder, `${body}.lua`),
        `http://127.0.0.1:${port}${path}`,
      ],
      { encoding: "utf8" },
    );
  await run(2);
  return parsed(await run(Number(flags.seconds)));
}

const UNITS: Record<string, number> = { us: 0.001, ms: 1, s: 1000 };

function parsed(text: string): Load {
  const [, amount = "NaN", unit = "ms"] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? [];
  const sockets =
    /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text)?.slice(1) ?? [];
  const refused = /Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? "0";
  return {
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]),
    p99Ms: Number(amount) * UNITS[unit],
    failures: [...sockets, refused].reduce((sum, count) => sum + Number(count), 0),
  };
}

/** Promotes a version again and again while wrk asks. */
async function promoteUnderLoad(folder: string): Promise<Figures["swaps"]> {
  const environment = { ...process.env, ORBWEAVER_HOME: join(folder, "home") };
  const command = (...args: string[]): void => {
    execFileSync(process.execPath, [join(ROOT, "bin", "orbweaver"), ...args], {
      cwd: folder,
      env: environment,
      stdio: "ignore",
    });
  };
  for (const seed of [1, 2]) command("models", "register", join(folder, `apa-${seed}.orb`), "--as", "apa");
  command("models", "promote", "apa:1");
  const server = await serveOurs(folder, ["apa"]);
  const seconds = Number(flags.seconds);
  const wrk = spawn("wrk", [
    "-t1",
    `-c${CONNECTIONS}`,
    `-d${seconds}s`,
    "--latency",
    "-s",
    join(folder, "one.lua"),
    `http://127.0.0.1:${PORTS.ours}/predict`,
  ]);
  let text = "";
  wrk.stdout.on("data", (piece: Buffer) => {
    text += piece.toString();
  });
  const ended = new Promise((resolve) => wrk.once("exit", resolve));
  let swaps = 0;
  let running = true;
  ended.then(() => {
    running = false;
  });
  while (running) {
    const answer = await fetch(`http://127.0.0.1:${PORTS.ours}/models/apa/aliases/champion`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ version: (swaps % 2) + 1 }),
    });
    if (!answer.ok) throw new Error(`promoting answered ${answer.status}: ${await answer.text()}`);
    swaps++;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await ended;
  await stop(server);
  return { requests: Number(/(\d+) requests in/.exec(text)?.[1]), swaps, failures: parsed(text).failures };
}

// --- the page -------------------------------------------------------------------------------------------------------

function pageText({ machine, rows, seconds, rounds, swaps }: Figures): string {
  const of = (pick: (round: Round) => number): number => median(rounds.map(pick));
  const row = (name: string, load: (round: Round) => Load, rowsEach: number): string => {
    const rate = of((round) => load(round).requestsPerSecond);
    const p99 = of((round) => load(round).p99Ms);
    return `| ${name} | ${whole(rate)} | ${whole(rate * rowsEach)} | ${p99.toFixed(1)} ms |`;
  };
  const ratio = of(({ ours, theirs }) => ours.requestsPerSecond / theirs.requestsPerSecond);
  const leanRatio = of(({ ours, theirsLean }) => ours.requestsPerSecond / theirsLean.requestsPerSecond);
  const manyRatio = of(
    ({ oursMany, theirsMany }) => oursMany.requestsPerSecond / theirsMany.requestsPerSecond,
  );
  const failures = rounds.reduce((sum, { ours, oursMany }) => sum + ours.failures + oursMany.failures, 0);
  return [
    `A forest of ${TREES} trees on ${whole(rows)} rows of APA-DDoS; medians of ${rounds.length} rounds of ${seconds} s each, after 2 s that are not counted.`,
    "",
    "| | requests/s | rows/s | 99% within |",
    "|---|---:|---:|---:|",
    row(`orbweaver serve, one row a request, ${CONNECTIONS} connections`, ({ ours }) => ours, 1),
    row("FastAPI, uvicorn, scikit-learn, the same, as usually written", ({ theirs }) => theirs, 1),
    row("FastAPI, uvicorn, scikit-learn, the same, lean", ({ theirsLean }) => theirsLean, 1),
    row(`orbweaver serve, ${whole(MANY)} rows a request, JSON`, ({ oursMany }) => oursMany, MANY),
    row("FastAPI, uvicorn, scikit-learn, the same", ({ theirsMany }) => theirsMany, MANY),
    "",
    `Requests of one row: ${ratio.toFixed(0)} times as many as the usual endpoint (wanted: ${BARS.ratio}), ${leanRatio.toFixed(0)} times as many as the lean one. Many rows: ${manyRatio.toFixed(1)} times as many. ` +
      `Wanted: 99% within ${BARS.p99Ms} ms, ${whole(BARS.rowsPerSecond)} rows/s. Requests of ours that failed: ${failures}.`,
    "",
    `While ${whole(swaps.requests)} requests of ${CONNECTIONS} connections were answered, ${swaps.swaps} promotions swapped the model: ${swaps.failures} requests failed.`,
    "",
    `Machine: ${machine}.`,
  ].join("\n");
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-GB");
}

if (!flags.page) {
  if (!existsSync(ROWS)) throw new Error(`no shared data at ${ROWS}`);
  const figures = await measure();
  const out = join(ROOT, flags.out);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify(figures, undefined, 2)}\n`);
}
const figures = JSON.parse(readFileSync(join(ROOT, flags.out), "utf8")) as Figures;
const text = pageText(figures);
console.log(text);
if (flags.page) writeSection(join(ROOT, "docs/reference/serving-speed.md"), "serve", text);
