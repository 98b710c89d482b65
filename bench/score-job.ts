// A CSV of a million rows scored as a job, from the request to the end of the job, with the most memory that server and job
// took. The bar: less than 30 s, and memory that does not grow with the rows.
//
//   npx tsx bench/score-job.ts [--rows 500000,1000000,2000000] [--write]
//   npx tsx bench/score-job.ts --page            the figures written before, into docs/reference/serving-speed.md
//
// Needs the program built (`npm run build`) and no data: rows are those of the schema apa, invented by a seed; the model has 100
// trees. Memory is what Linux tells of each process (VmHWM).

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { writeSection } from "../scripts/support/section.ts";
import { groupedText } from "../src/base/number-text.ts";
import { Random } from "../src/base/random.ts";
import { createClient, type Job } from "../src/client/index.ts";
import { SCHEMAS } from "../src/feature/schemas/_index.ts";
import { orbweaver, startOrbweaver } from "../test/support/command.ts";
import { thisMachine } from "./support/process.ts";

const { values: flags } = parseArgs({
  options: {
    rows: { type: "string", default: "500000,1000000,2000000,8000000" },
    write: { type: "boolean", default: false },
    page: { type: "boolean", default: false },
  },
});
const ROOT = join(import.meta.dirname, "..");
const BAR_SECONDS = 30;
const RESULT = join(import.meta.dirname, "results/score-job.json");
const CLASSES = ["Benign", "DDoS-ACK", "DDoS-PSH-ACK"];
const PIECE_ROWS = 10_000;

interface Figures {
  rows: number;
  megabytes: number;
  uploadSeconds: number;
  scoreSeconds: number;
  serverPeakMegabytes: number;
  jobPeakMegabytes: number;
}

interface Results {
  machine: string;
  /** Processes that wanted a processor, over the last minute. */
  load: number;
  figures: Figures[];
}

function csvHeader(): string {
  const columns = (SCHEMAS.find(({ id }) => id === "apa") as (typeof SCHEMAS)[number]).columns;
  return `${columns.map(({ name }) => name).join(",")},Label\n`;
}

/** Rows whose sizes and ports tell the class, not always. */
function csvRows(rows: number, seed: number): string {
  const random = new Random(seed);
  const width = csvHeader().split(",").length - 1;
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    const kind = Math.floor(random.uniform() * CLASSES.length);
    const values = Array.from({ length: width }, (_, column) =>
      Math.floor(random.uniform() * 1_000 + (column % 3 === kind ? 400 : 0)),
    );
    lines.push(`${values.join(",")},${CLASSES[kind]}`);
  }
  return `${lines.join("\n")}\n`;
}

async function* csv(rows: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from(csvHeader());
  for (let done = 0; done < rows; done += PIECE_ROWS)
    yield Buffer.from(csvRows(Math.min(PIECE_ROWS, rows - done), 2 + done / PIECE_ROWS));
}

function peakMegabytes(pid: number): number {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Math.round(Number(found?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

async function measure(folder: string, rows: number): Promise<Figures> {
  const environment = { ORBWEAVER_HOME: join(folder, "home") };
  const command = startOrbweaver(["serve", "--port", "0", "--model", "m=model.orb", "--json", "--quiet"], {
    cwd: folder,
    environment,
  });
  await command.untilOut((out) => out.includes("\n"));
  const { address } = JSON.parse(command.out().split("\n")[0]) as { address: string };
  try {
    const client = createClient({ baseUrl: address });
    const started = performance.now();
    const file = await client.upload(csv(rows), { name: "rows.csv" });
    const uploaded = performance.now();
    const { id } = await client.createJob({
      kind: "score",
      request: { input: { upload: file.id }, model: "bench" },
    });
    const mark = join(folder, "home/jobs", id, "process.json");
    let jobPeakMegabytes = 0;
    let job: Job;
    do {
      await sleep(50);
      try {
        const { pid } = JSON.parse(readFileSync(mark, "utf8")) as { pid: number };
        jobPeakMegabytes = Math.max(jobPeakMegabytes, peakMegabytes(pid));
      } catch {
        // Not started yet.
      }
      job = (await client.api.GET("/jobs/{id}", { params: { path: { id } } })).data as Job;
    } while (job.state === "queued" || job.state === "running");
    if (job.state !== "finished") throw new Error(JSON.stringify(job.failure));
    const scoreSeconds = (Date.parse(job.ended as string) - Date.parse(job.created)) / 1000;
    return {
      rows,
      megabytes: Math.round(file.bytes / 2 ** 20),
      uploadSeconds: (uploaded - started) / 1000,
      scoreSeconds,
      serverPeakMegabytes: peakMegabytes(command.process.pid as number),
      jobPeakMegabytes,
    };
  } finally {
    command.process.kill("SIGTERM");
    await command.ended;
  }
}

/** A model of 100 trees on rows like those that are scored. */
function train(folder: string): void {
  writeFileSync(join(folder, "train.csv"), csvHeader() + csvRows(20_000, 1));
  const options = ["--label", "Label", "--set", "iterations=100", "--out", "model.orb", "--name", "bench"];
  const trained = orbweaver(["train", "train.csv", ...options, "--quiet"], {
    cwd: folder,
    environment: { ORBWEAVER_HOME: join(folder, "home") },
  });
  if (trained.status !== 0) throw new Error(trained.err);
}

async function measureAll(): Promise<Results> {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-bench-"));
  try {
    train(folder);
    const figures: Figures[] = [];
    for (const rows of flags.rows.split(",").map(Number)) {
      figures.push(await measure(folder, rows));
      console.log(JSON.stringify(figures.at(-1)));
    }
    const [load] = loadavg();
    return {
      load,
      machine: thisMachine(),
      figures,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function pageText({ machine, load, figures }: Results): string {
  const lines = figures.map((found) => {
    const { rows, megabytes, uploadSeconds, scoreSeconds, serverPeakMegabytes, jobPeakMegabytes } = found;
    const perSecond = groupedText(Math.round(rows / scoreSeconds));
    return `| ${groupedText(rows)} (${megabytes} MB) | ${uploadSeconds.toFixed(1)} s | ${scoreSeconds.toFixed(1)} s | ${perSecond} | ${serverPeakMegabytes} MB | ${jobPeakMegabytes} MB |`;
  });
  return [
    "| Rows | sent in | scored in | rows/s | server's memory | job's memory |",
    "|---:|---:|---:|---:|---:|---:|",
    ...lines,
    "",
    `Wanted: a million in ${BAR_SECONDS} s. Machine: ${machine}, at a load of ${load.toFixed(1)}.`,
  ].join("\n");
}

if (!flags.page) {
  const results = await measureAll();
  if (flags.write) {
    mkdirSync(dirname(RESULT), { recursive: true });
    writeFileSync(RESULT, `${JSON.stringify(results, undefined, 2)}\n`);
  } else console.log(pageText(results));
}
if (flags.page || flags.write) {
  const text = pageText(JSON.parse(readFileSync(RESULT, "utf8")) as Results);
  console.log(text);
  if (flags.page) writeSection(join(ROOT, "docs/reference/serving-speed.md"), "score-job", text);
}
