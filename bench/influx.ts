// How long KDD's 494,021 rows take into InfluxDB and back, and through line protocol, each with its peak memory.
//
//   npx tsx bench/influx.ts [--rounds 3]
//
// Whole processes of the built command line against an influxd that is started for it (Debian package influxdb). Writes
// bench/results/influx.json and a section of docs/guide/influxdb.md. Needs the shared data.

import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeSection } from "../scripts/support/section.ts";
import { bytesText } from "../src/base/number-text.ts";
import { startInfluxd } from "../test/support/influxd.ts";
import { type Measured, measure, median, thisMachine } from "./support/process.ts";

const { values: flags } = parseArgs({ options: { rounds: { type: "string", default: "3" } } });
const root = join(import.meta.dirname, "..");
const orbweaver = join(root, "bin", "orbweaver");
const data = process.env["ORBWEAVER_DATA"] ?? join(root, "..", "shared", "data");
const folder = mkdtempSync(join(tmpdir(), "orbweaver-bench-"));
const TIMEOUT_MS = 600_000;

interface Result {
  name: string;
  seconds: number;
  peakMegabytes: number;
}

async function run(...command: string[]): Promise<Measured> {
  const measured = await measure([process.execPath, orbweaver, ...command, "--quiet"], {
    cwd: folder,
    timeoutMs: TIMEOUT_MS,
  });
  if (measured.exitCode !== 0) throw new Error(`orbweaver ${command.join(" ")}: ${measured.output}`);
  return measured;
}

async function measureAll(address: string, lines: string): Promise<Result[]> {
  const commands: [name: string, command: string[]][] = [
    ["export to InfluxDB 1.6", ["export", "kdd", "--to", `${address}/bench`]],
    ["import from InfluxDB 1.6", ["import", `${address}/bench?measurement=kdd`, "--out", "back", "--force"]],
    ["export to line protocol", ["export", "kdd", "--to", lines]],
    ["import of line protocol", ["import", lines, "--out", "lines", "--force"]],
    ["export to CSV", ["export", "kdd", "--to", join(folder, "kdd.csv")]],
  ];
  const runs = new Map<string, Measured[]>(commands.map(([name]) => [name, []]));
  for (let round = 0; round < Number(flags.rounds); round++)
    for (const [name, command] of commands) runs.get(name)?.push(await run(...command));
  return [...runs].map(([name, measured]) => ({
    name,
    seconds: median(measured.map((one) => one.wallSeconds)),
    peakMegabytes: Math.max(...measured.map((one) => one.peakMegabytes)),
  }));
}

function page(results: readonly Result[], bytes: number): string {
  return [
    `KDD Cup 1999, 10 %: 494,021 rows of 43 columns, ${bytesText(bytes)} of line protocol. Whole processes, medians of ${flags.rounds} rounds; the server runs on the same machine.`,
    "",
    "| Command | s | peak memory of the process |",
    "|---|---:|---:|",
    ...results.map(
      (one) => `| ${one.name} | ${one.seconds.toFixed(1)} | ${one.peakMegabytes.toFixed(0)} MB |`,
    ),
    "",
    `Machine: ${thisMachine()}.`,
  ].join("\n");
}

const server = await startInfluxd();
try {
  await server.ask("CREATE DATABASE bench");
  await run("import", join(data, "kdd", "kddcup.data_10_percent.gz"), "--out", "kdd", "--project", folder);
  const lines = join(folder, "kdd.lp");
  const results = await measureAll(server.address, lines);
  writeFileSync(join(root, "bench", "results", "influx.json"), `${JSON.stringify(results, undefined, 2)}\n`);
  const text = page(results, statSync(lines).size);
  writeSection(join(root, "docs", "guide", "influxdb.md"), "influx", text);
  console.log(text);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
