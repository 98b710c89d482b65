// How fast captures become rows of `cic` and `cic-v3`, beside argus and nfpcapd, in one interleaved run.
//
//   npx tsx bench/cic.ts [--rounds 5] [--packets 1000000] [--mix FILE --small FILE]
//
// Makes two captures of a million packets with `orbweaver generate` (a mix with long flows; one of 350,000 small ones),
// unless they are given, and runs every program on each in turn, round after round. Writes bench/results/cic.json and the
// table of docs/reference/cic.md. A program that is not installed is left out and said so.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeSection } from "../scripts/support/section.ts";
import { type Measured, measure, median, thisMachine } from "./support/process.ts";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    packets: { type: "string", default: "1000000" },
    mix: { type: "string" },
    small: { type: "string" },
  },
});
const root = join(import.meta.dirname, "..");
const orbweaver = join(root, "bin", "orbweaver");
const folder = mkdtempSync(join(tmpdir(), "orbweaver-bench-"));

interface Contender {
  name: string;
  program: string;
  command: (capture: string, output: string) => string[];
}

const ours = (schema: string, how = "one thread"): Contender => ({
  name: `orbweaver meter --schema ${schema} (.orbrows, ${how})`,
  program: how === "one core" ? "/usr/bin/taskset" : process.execPath,
  command: (capture, output) => [
    ...(how === "one core" ? ["/usr/bin/taskset", "-c", "0"] : []),
    process.execPath,
    orbweaver,
    "meter",
    capture,
    "--schema",
    schema,
    ...(how === "two threads" ? ["--threads", "2"] : []),
    "--out",
    `${output}/rows.orbrows`,
  ],
});

const CONTENDERS: Contender[] = [
  ...["cic", "cic-v3"].flatMap((schema) => [
    ours(schema),
    ours(schema, "two threads"),
    ours(schema, "one core"),
  ]),
  {
    name: "nfpcapd -r -w",
    program: "/usr/bin/nfpcapd",
    command: (capture, output) => ["/usr/bin/nfpcapd", "-r", capture, "-w", output],
  },
  {
    name: "argus -r -w",
    program: "/usr/sbin/argus",
    command: (capture, output) => [
      "/usr/sbin/argus",
      "-F",
      "/dev/null",
      "-r",
      capture,
      "-w",
      `${output}/flows.argus`,
    ],
  },
];

interface Result {
  capture: string;
  packets: number;
  contender: string;
  wallSeconds: number;
  cpuSeconds: number;
  peakMegabytes: number;
}

interface Report {
  machine: string;
  /** Load of the machine when the run began: above 0, others were at work. */
  load: number;
  rounds: number;
  results: Result[];
}

async function captureOf(preset: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const path = join(folder, `${preset}.pcap`);
  const made = await measure([
    process.execPath,
    orbweaver,
    "generate",
    "--preset",
    preset,
    "--packets",
    flags.packets,
    "--seed",
    "1",
    "--out",
    path,
    "--quiet",
  ]);
  if (made.exitCode !== 0) throw new Error(`generate failed: ${made.output}`);
  return path;
}

async function packetsOf(capture: string): Promise<number> {
  const inspected = await measure([process.execPath, orbweaver, "inspect", capture, "--json"]);
  return Number(/"(?:frames|packets)":\s*(\d+)/.exec(inspected.output)?.[1]);
}

async function compare(name: string, capture: string, contenders: Contender[]): Promise<Result[]> {
  const packets = await packetsOf(capture);
  const runs = new Map<string, Measured[]>(contenders.map((contender) => [contender.name, []]));
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const contender of contenders) {
      const output = join(folder, "out");
      mkdirSync(output);
      const measured = await measure(contender.command(capture, output), { cwd: folder });
      if (measured.exitCode !== 0) throw new Error(`${contender.name}: ${measured.output}`);
      runs.get(contender.name)?.push(measured);
      rmSync(output, { recursive: true });
    }
  }
  return [...runs].map(([contender, measured]) => ({
    capture: name,
    packets,
    contender,
    wallSeconds: median(measured.map((one) => one.wallSeconds)),
    cpuSeconds: median(measured.map((one) => one.cpuSeconds)),
    peakMegabytes: Math.max(...measured.map((one) => one.peakMegabytes)),
  }));
}

async function run(): Promise<Report> {
  const contenders = CONTENDERS.filter((contender) => existsSync(contender.program));
  for (const { name, program } of CONTENDERS) {
    if (!existsSync(program)) console.error(`left out: ${name} is not installed`);
  }
  const load = loadavg()[0];
  const results: Result[] = [];
  for (const [name, preset, given] of [
    ["mix", "bench-mix", flags.mix],
    ["small flows", "bench-small-flows", flags.small],
  ] as const) {
    results.push(...(await compare(name, await captureOf(preset, given), contenders)));
  }
  const machine = thisMachine();
  return { machine, load, rounds: Number(flags.rounds), results };
}

function page({ machine, load, rounds, results }: Report): string {
  const rate = (packets: number, seconds: number): string => `${(packets / seconds / 1e6).toFixed(2)} M`;
  return [
    "| Capture | Program | packets/s (wall) | packets/s (CPU) | peak memory |",
    "|---|---|---:|---:|---:|",
    ...results.map(
      ({ capture, packets, contender, wallSeconds, cpuSeconds, peakMegabytes }) =>
        `| ${capture} | ${contender} | ${rate(packets, wallSeconds)} | ${rate(packets, cpuSeconds)} | ` +
        `${peakMegabytes.toFixed(0)} MB |`,
    ),
    "",
    `Medians of ${rounds} rounds, whole processes, start-up included; ${machine}; load at the beginning ${load.toFixed(1)}.`,
  ].join("\n");
}

try {
  const report = await run();
  writeFileSync(join(root, "bench", "results", "cic.json"), `${JSON.stringify(report, undefined, 2)}\n`);
  writeSection(join(root, "docs", "reference", "cic.md"), "speed", page(report));
  console.log(page(report));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
