// How fast captures become `flow` rows, beside the field's flow meters, in one interleaved run.
//
//   npx tsx bench/meter.ts [--rounds 5] [--packets 1500000] [--keep]
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
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Measured, measure, median } from "./support/process.ts";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    packets: { type: "string", default: "1500000" },
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
const CONTENDERS: Contender[] = [
  {
    name: "orbweaver meter (.orbrows, one thread)",
    program: process.execPath,
    command: (capture, output) => [
      process.execPath,
      orbweaver,
      "meter",
      capture,
      "--out",
      `${output}.orbrows`,
    ],
  },
  {
    name: "orbweaver meter (.parquet)",
    program: process.execPath,
    command: (capture, output) => [
      process.execPath,
      orbweaver,
      "meter",
      capture,
      "--out",
      `${output}.parquet`,
    ],
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

async function makeCapture(name: string, scenario: string): Promise<{ path: string; packets: number }> {
  const path = join(folder, `${name}.pcap`);
  const made = await measure([
    process.execPath,
    orbweaver,
    "generate",
    "--preset",
    scenario,
    "--seed",
    "7",
    "--packets",
    flags.packets,
    "--out",
    path,
    "--labels",
    join(folder, `${name}.csv`),
    "--json",
  ]);
  if (made.exitCode !== 0) throw new Error(`generate failed: ${made.output}`);
  const inspected = await measure([process.execPath, orbweaver, "inspect", path, "--json"]);
  const packets = Number(/"(?:frames|packets)":\s*(\d+)/.exec(inspected.output)?.[1]);
  return { path, packets };
}

async function run(): Promise<void> {
  const rounds = Number(flags.rounds);
  const sink = createSocket("udp4");
  await new Promise<void>((resolve) => sink.bind(sinkPort, "127.0.0.1", resolve));
  const contenders = CONTENDERS.filter((contender) => existsSync(contender.program));
  for (const contender of CONTENDERS) {
    if (!existsSync(contender.program)) console.log(`left out: ${contender.name} is not installed`);
  }
  const results: Record<string, unknown>[] = [];
  for (const [name, scenario] of [
    ["mix", "bench-mix"],
    ["small-flows", "bench-small-flows"],
  ]) {
    const capture = await makeCapture(name, scenario);
    readFileSync(capture.path).byteLength; // into the page cache
    const runs = new Map<string, Measured[]>(contenders.map((contender) => [contender.name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const contender of contenders) {
        const output = join(folder, `out-${round}`);
        const measured = await measure(contender.command(capture.path, output), { cwd: folder });
        if (measured.exitCode !== 0) throw new Error(`${contender.name}: ${measured.output}`);
        runs.get(contender.name)?.push(measured);
        rmSync(output, { recursive: true, force: true });
        for (const suffix of [".orbrows", ".parquet", ".argus"])
          rmSync(`${output}${suffix}`, { force: true });
      }
    }
    const baseline = median(runs.get(contenders[0].name)!.map((one) => one.wallSeconds));
    console.log(`\n${name}: ${capture.packets.toLocaleString("en")} packets, ${rounds} rounds, medians\n`);
    console.log("| Program | packets/s (wall) | packets/s (CPU) | time ÷ ours | peak MB |");
    console.log("|---|---:|---:|---:|---:|");
    for (const [contender, measured] of runs) {
      const wall = median(measured.map((one) => one.wallSeconds));
      const cpu = median(measured.map((one) => one.cpuSeconds));
      const peak = Math.max(...measured.map((one) => one.peakMegabytes));
      const row = {
        capture: name,
        packets: capture.packets,
        contender,
        wallSeconds: wall,
        cpuSeconds: cpu,
        ratio: wall / baseline,
        peakMegabytes: peak,
      };
      results.push(row);
      console.log(
        `| ${contender} | ${millions(capture.packets / wall)} M | ${millions(capture.packets / cpu)} M | ` +
          `${row.ratio.toFixed(2)} | ${peak.toFixed(0)} |`,
      );
    }
    if (name === "mix") results.push(await memoryGrowth(capture));
  }
  sink.close();
  writeFileSync(join(root, "bench", "results", "meter.json"), `${JSON.stringify(results, undefined, 2)}\n`);
}

/** Peak memory on the capture once and four times over (the same file named four times). */
async function memoryGrowth(capture: { path: string; packets: number }): Promise<Record<string, unknown>> {
  const copies = [1, 2, 3].map((index) => join(folder, `copy-${index}.pcap`));
  for (const copy of copies) copyFileSync(capture.path, copy);
  const peak = async (captures: string[]): Promise<number> => {
    const output = join(folder, "growth.orbrows");
    return (await measure([process.execPath, orbweaver, "meter", ...captures, "--out", output]))
      .peakMegabytes;
  };
  const once = await peak([capture.path]);
  const fourTimes = await peak([capture.path, ...copies]);
  console.log(
    `\nPeak memory: ${once.toFixed(0)} MB on the capture, ${fourTimes.toFixed(0)} MB on four times its length`,
  );
  for (const copy of copies) rmSync(copy);
  return { memory: "growth", onceMegabytes: once, fourTimesMegabytes: fourTimes };
}

function millions(rate: number): string {
  return (rate / 1e6).toFixed(2);
}

try {
  await run();
} finally {
  if (flags.keep) console.log(`kept: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
