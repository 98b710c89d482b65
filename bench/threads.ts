// What `--threads 2` gains on two cores: runs held to one core beside runs with two threads, in turn, and beside them two runs at
// the same time, one a core, which tell how much two cores are worth on this machine while they share its memory.
//
//   npx tsx bench/threads.ts [--rounds 5] [--mix-packets 8000000] [--small-packets 4000000] [--mix FILE --small FILE]
//   npx tsx bench/threads.ts --page            the figures written before, into docs/reference/speed.md
//
// Makes two captures with `orbweaver generate` (a mix with long flows; one of many small flows), unless they are given. Whole
// processes, start-up included. Writes bench/results/threads.json.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeSection } from "../scripts/support/section.ts";
import { measure, median, thisMachine } from "./support/process.ts";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    "mix-packets": { type: "string", default: "8000000" },
    "small-packets": { type: "string", default: "4000000" },
    mix: { type: "string" },
    small: { type: "string" },
    page: { type: "boolean", default: false },
  },
});
const root = join(import.meta.dirname, "..");
const orbweaver = [process.execPath, join(root, "bin", "orbweaver")];
const folder = mkdtempSync(join(tmpdir(), "orbweaver-bench-"));
const SCHEMAS = ["flow", "cic", "cic-v4"];

interface Result {
  capture: string;
  schema: string;
  packets: number;
  /** Medians, seconds. */
  oneCore: number;
  twoThreads: number;
  /** Medians of what each round gives: two threads, and two runs at the same time, as multiples of one. */
  gain: number;
  sideBySide: number;
}

interface Report {
  machine: string;
  /** Of the machine when the run began: above 0, others were at work. */
  load: number;
  rounds: number;
  results: Result[];
}

async function seconds(command: readonly string[]): Promise<number> {
  const { wallSeconds, exitCode, output } = await measure(command, { cwd: folder });
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${output}`);
  return wallSeconds;
}

function meter(capture: string, schema: string, name: string): string[] {
  return [...orbweaver, "meter", capture, "--schema", schema, "--out", join(folder, `${name}.orbrows`)];
}

async function heldTo(core: number, capture: string, schema: string): Promise<number> {
  const name = `rows-${core}`;
  const taken = await seconds(["/usr/bin/taskset", "-c", String(core), ...meter(capture, schema, name)]);
  rmSync(join(folder, `${name}.orbrows`));
  return taken;
}

async function withTwoThreads(capture: string, schema: string): Promise<number> {
  const taken = await seconds([...meter(capture, schema, "rows"), "--threads", "2"]);
  rmSync(join(folder, "rows.orbrows"));
  return taken;
}

async function captureOf(preset: string, packets: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const path = join(folder, `${preset}.pcap`);
  const options = ["--preset", preset, "--packets", packets, "--seed", "7", "--out", path, "--quiet"];
  await seconds([...orbweaver, "generate", ...options]);
  return path;
}

async function run(): Promise<Report> {
  const rounds = Number(flags.rounds);
  const results: Result[] = [];
  const load = loadavg()[0];
  for (const [name, preset, count, given] of [
    ["mix", "bench-mix", flags["mix-packets"], flags.mix],
    ["small flows", "bench-small-flows", flags["small-packets"], flags.small],
  ] as const) {
    const capture = await captureOf(preset, count, given);
    const { output } = await measure([...orbweaver, "inspect", capture, "--json"]);
    const packets = Number(/"(?:frames|packets)":\s*(\d+)/.exec(output)?.[1]);
    for (const schema of SCHEMAS) {
      const oneCore: number[] = [];
      const twoThreads: number[] = [];
      const sideBySide: number[] = [];
      for (let round = 0; round < rounds; round++) {
        oneCore.push(await heldTo(round % 2, capture, schema));
        twoThreads.push(await withTwoThreads(capture, schema));
        const both = await Promise.all([heldTo(0, capture, schema), heldTo(1, capture, schema)]);
        sideBySide.push(Math.max(...both));
      }
      results.push({
        capture: name,
        schema,
        packets,
        oneCore: median(oneCore),
        twoThreads: median(twoThreads),
        gain: medianOf(oneCore, twoThreads),
        sideBySide: medianOf(oneCore, sideBySide, 2),
      });
    }
    if (given === undefined) rmSync(capture);
  }
  const machine = thisMachine();
  return { machine, load, rounds, results };
}

/** The median of what each round gives. */
function medianOf(one: readonly number[], other: readonly number[], factor = 1): number {
  return median(one.map((value, round) => (factor * value) / other[round]));
}

function page({ machine, load, rounds, results }: Report): string {
  const rate = (packets: number, taken: number): string => `${(packets / taken / 1e6).toFixed(2)} M`;
  return [
    "| Capture | Schema | one core, packets/s | two threads, packets/s | two threads ÷ one core | two programs ÷ one |",
    "|---|---|---:|---:|---:|---:|",
    ...results.map(
      ({ capture, schema, packets, oneCore, twoThreads, gain, sideBySide }) =>
        `| ${capture} | \`${schema}\` | ${rate(packets, oneCore)} | ${rate(packets, twoThreads)} | ` +
        `${gain.toFixed(2)} | ${sideBySide.toFixed(2)} |`,
    ),
    "",
    `Medians of ${rounds} rounds; ${machine}; load at the beginning ${load.toFixed(1)}. The last column is what two programs that know ` +
      "nothing of each other do at the same time, one a core, as a multiple of one alone.",
  ].join("\n");
}

const RESULTS = join(root, "bench", "results", "threads.json");
const PAGE = join(root, "docs", "reference", "speed.md");

try {
  const report: Report = flags.page ? JSON.parse(readFileSync(RESULTS, "utf8")) : await run();
  if (!flags.page) writeFileSync(RESULTS, `${JSON.stringify(report, undefined, 2)}\n`);
  writeSection(PAGE, "threads", page(report));
  console.log(page(report));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
