// How fast captures become `flow` rows, beside the field's flow meters, in one interleaved run.
//
//   npx tsx bench/meter.ts [--rounds 5] [--packets 4000000] [--small-packets 1000000] [--keep]
//   npx tsx bench/meter.ts --page            the figures written before, into docs/reference/speed.md
//
// Makes two captures with `orbweaver generate` (a mix with long flows; one of many small flows), then runs every
// program on each in turn, round after round, and prints medians and ratios. argus (argus-server), nfpcapd (nfdump)
// and softflowd are Debian packages; one that is missing is left out and said so. Writes bench/results/meter.json.

import { createSocket } from "node:dgram";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeSection } from "../scripts/support/section.ts";
import { type Measured, measure, median } from "./support/process.ts";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    packets: { type: "string", default: "4000000" },
    "small-packets": { type: "string", default: "1000000" },
    page: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
const root = join(import.meta.dirname, "..");
const orbweaver = join(root, "bin", "orbweaver");
const folder = mkdtempSync(join(tmpdir(), "orbweaver-bench-"));

interface Contender {
  name: string;
  program: string;
  command: (capture: string, output: string) => string[];
  /** Runs on a sink that the bench provides. */
  needsSink?: boolean;
}

const sinkPort = 19995;

/** The command `orbweaver meter`, writing a file of this ending. */
function meterInto(ending: string, ...options: string[]): Contender["command"] {
  return (capture, output) => [
    process.execPath,
    orbweaver,
    "meter",
    capture,
    ...options,
    "--out",
    `${output}.${ending}`,
  ];
}

const oneThread = meterInto("orbrows");
const CONTENDERS: Contender[] = [
  {
    name: "orbweaver meter (.orbrows, one thread)",
    program: process.execPath,
    command: oneThread,
  },
  {
    name: "orbweaver meter (.orbrows, two threads)",
    program: process.execPath,
    command: meterInto("orbrows", "--threads", "2"),
  },
  {
    name: "orbweaver meter (.orbrows, one thread), held to one core",
    program: "/usr/bin/taskset",
    command: (capture, output) => ["/usr/bin/taskset", "-c", "0", ...oneThread(capture, output)],
  },
  {
    name: "orbweaver meter (.parquet)",
    program: process.execPath,
    command: meterInto("parquet"),
  },
  {
    name: "nfpcapd -r -w",
    program: "/usr/bin/nfpcapd",
    command: (capture, output) => {
      mkdirSync(output, { recursive: true });
      return ["/usr/bin/nfpcapd", "-r", capture, "-w", output];
    },
  },
  {
    name: "softflowd to a UDP sink",
    program: "/usr/sbin/softflowd",
    needsSink: true,
    command: (capture, output) => [
      "/usr/sbin/softflowd",
      "-r",
      capture,
      "-d",
      "-v",
      "9",
      "-m",
      "600000",
      "-n",
      `127.0.0.1:${sinkPort}`,
      "-p",
      `${output}.pid`,
      "-c",
      "none",
    ],
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
      `${output}.argus`,
    ],
  },
];

interface Result {
  capture: string;
  packets: number;
  flows: number;
  rounds: number;
  contender: string;
  wallSeconds: number;
  cpuSeconds: number;
  /** Wall time as a multiple of the first contender's. */
  ratio: number;
  peakMegabytes: number;
}

interface Report {
  machine: { cpu: string; cores: number; node: string };
  memory: { onceMegabytes: number; fourTimesMegabytes: number };
  results: Result[];
}

interface Capture {
  path: string;
  packets: number;
  flows: number;
}

async function makeCapture(name: string, preset: string, packets: string): Promise<Capture> {
  const path = join(folder, `${name}.pcap`);
  const labels = join(folder, `${name}.csv`);
  const command = ["generate", "--preset", preset, "--seed", "7", "--packets", packets];
  const made = await measure([
    process.execPath,
    orbweaver,
    ...command,
    "--out",
    path,
    "--labels",
    labels,
    "--json",
  ]);
  if (made.exitCode !== 0) throw new Error(`generate failed: ${made.output}`);
  const inspected = await measure([process.execPath, orbweaver, "inspect", path, "--json"]);
  const frames = Number(/"(?:frames|packets)":\s*(\d+)/.exec(inspected.output)?.[1]);
  const flows = readFileSync(labels, "utf8").trimEnd().split("\n").length - 1;
  return { path, packets: frames, flows };
}

async function compare(
  name: string,
  capture: Capture,
  contenders: Contender[],
  rounds: number,
): Promise<Result[]> {
  const runs = new Map<string, Measured[]>(contenders.map((contender) => [contender.name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      const output = join(folder, `out-${round}`);
      const measured = await measure(contender.command(capture.path, output), { cwd: folder });
      if (measured.exitCode !== 0) throw new Error(`${contender.name}: ${measured.output}`);
      runs.get(contender.name)?.push(measured);
      rmSync(output, { recursive: true, force: true });
      for (const suffix of [".orbrows", ".parquet", ".argus"]) rmSync(`${output}${suffix}`, { force: true });
    }
  }
  const baseline = median(runs.get(contenders[0].name)!.map((one) => one.wallSeconds));
  return [...runs].map(([contender, measured]) => {
    const wallSeconds = median(measured.map((one) => one.wallSeconds));
    return {
      capture: name,
      packets: capture.packets,
      flows: capture.flows,
      rounds,
      contender,
      wallSeconds,
      cpuSeconds: median(measured.map((one) => one.cpuSeconds)),
      ratio: wallSeconds / baseline,
      peakMegabytes: Math.max(...measured.map((one) => one.peakMegabytes)),
    };
  });
}

async function run(): Promise<Report> {
  const rounds = Number(flags.rounds);
  const sink = createSocket("udp4");
  await new Promise<void>((resolve) => sink.bind(sinkPort, "127.0.0.1", resolve));
  const contenders = CONTENDERS.filter((contender) => existsSync(contender.program));
  for (const contender of CONTENDERS) {
    if (!existsSync(contender.program)) console.error(`left out: ${contender.name} is not installed`);
  }
  const results: Result[] = [];
  let memory: Report["memory"] | undefined;
  for (const [name, preset, packets] of [
    ["mix", "bench-mix", flags.packets],
    ["small flows", "bench-small-flows", flags["small-packets"]],
  ]) {
    const capture = await makeCapture(name.replace(" ", "-"), preset, packets);
    results.push(...(await compare(name, capture, contenders, rounds)));
    if (name === "small flows") memory = await memoryGrowth(capture);
    rmSync(capture.path);
  }
  sink.close();
  const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version };
  return { machine, memory: memory!, results };
}

/** Peak memory on the capture once and four times over (the same file named four times). */
async function memoryGrowth(capture: Capture): Promise<Report["memory"]> {
  const copies = [1, 2, 3].map((index) => join(folder, `copy-${index}.pcap`));
  for (const copy of copies) copyFileSync(capture.path, copy);
  const peak = async (captures: string[]): Promise<number> => {
    const output = join(folder, "growth.orbrows");
    const measured = await measure([process.execPath, orbweaver, "meter", ...captures, "--out", output]);
    return measured.peakMegabytes;
  };
  const onceMegabytes = await peak([capture.path]);
  const fourTimesMegabytes = await peak([capture.path, ...copies]);
  for (const copy of copies) rmSync(copy);
  return { onceMegabytes, fourTimesMegabytes };
}

function millions(rate: number): string {
  return `${(rate / 1e6).toFixed(2)} M`;
}

function page({ machine, memory, results }: Report): string {
  const lines: string[] = [];
  for (const name of new Set(results.map((result) => result.capture))) {
    const rows = results.filter((result) => result.capture === name);
    const { packets, flows, rounds } = rows[0];
    lines.push(
      `**${name}**: ${packets.toLocaleString("en")} packets, ${flows.toLocaleString("en")} labelled flows, medians of ${rounds} rounds`,
      "",
      "| Program | packets/s (wall) | packets/s (CPU) | time ÷ ours | peak memory |",
      "|---|---:|---:|---:|---:|",
      ...rows.map(
        (row) =>
          `| ${row.contender} | ${millions(row.packets / row.wallSeconds)} | ${millions(row.packets / row.cpuSeconds)} | ` +
          `${row.ratio.toFixed(2)} | ${row.peakMegabytes.toFixed(0)} MB |`,
      ),
      "",
    );
  }
  lines.push(
    `Peak memory on the small flows: ${memory.onceMegabytes.toFixed(0)} MB; on four times as many: ${memory.fourTimesMegabytes.toFixed(0)} MB.`,
    "",
    `Machine: ${machine.cores} cores of ${machine.cpu}, Node ${machine.node}.`,
  );
  return lines.join("\n");
}

const RESULTS = join(root, "bench", "results", "meter.json");
const PAGE = join(root, "docs", "reference", "speed.md");

try {
  const report: Report = flags.page ? JSON.parse(readFileSync(RESULTS, "utf8")) : await run();
  if (!flags.page) writeFileSync(RESULTS, `${JSON.stringify(report, undefined, 2)}\n`);
  writeSection(PAGE, "meter", page(report));
  console.log(page(report));
} finally {
  if (flags.keep) console.log(`kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
