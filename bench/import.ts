// How long an import takes, beside DuckDB's own reading of the same file, and what a file of ten million rows needs.
//
//   npx tsx bench/import.ts [--rounds 5] [--rows 10000000] [--steps import,split,…]
//
// KDD Cup 1999, 10 %: `orbweaver import` as a whole process against a process that has DuckDB read the file into a table,
// with its own detection of types and with the types told; in turn, round after round. Then a made-up table of CSE-CIC-IDS2018's
// columns with ten million rows: imported, profiled, split and audited, each with its time and peak memory. Writes
// bench/results/import.json and a section of docs/guide/datasets.md. Needs the shared data and some 8 GB of disk.

import { once } from "node:events";
import { createWriteStream, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeSection } from "../scripts/support/section.ts";
import { bytesText, groupedText } from "../src/base/number-text.ts";
import { Random } from "../src/base/random.ts";
import { CIC_SCHEMAS } from "../src/feature/schemas/cic.ts";
import { type Measured, measure, median, thisMachine } from "./support/process.ts";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    rows: { type: "string", default: "10000000" },
    steps: { type: "string", default: "import,profile,split,audit,prepare,export" },
  },
});
const root = join(import.meta.dirname, "..");
const orbweaver = join(root, "bin", "orbweaver");
const data = process.env["ORBWEAVER_DATA"] ?? join(root, "..", "shared", "data");
const kdd = join(data, "kdd", "kddcup.data_10_percent.gz");
const folder = mkdtempSync(join(tmpdir(), "orbweaver-bench-"));
const TIMEOUT_MS = 3_600_000;

interface Result {
  name: string;
  wallSeconds: number;
  cpuSeconds: number;
  peakMegabytes: number;
}

/** A process that does nothing but let DuckDB read the file into a table. */
function bareRead(columns: string): string[] {
  const program = `
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run(\`CREATE TABLE bare AS SELECT * FROM read_csv('${kdd}'${columns})\`);
  `;
  return [process.execPath, "--input-type=module", "-e", program];
}

const TEXT_FIELDS = new Set([1, 2, 3, 41]);
const TYPES = Array.from(
  { length: 42 },
  (_, index) => `c${index}: '${TEXT_FIELDS.has(index) ? "VARCHAR" : "DOUBLE"}'`,
);

async function compare(): Promise<Result[]> {
  const contenders: [name: string, command: string[]][] = [
    [
      "orbweaver import",
      [process.execPath, orbweaver, "import", kdd, "--out", "kdd", "--force", "--project", folder],
    ],
    ["DuckDB reads it, types detected", bareRead("")],
    ["DuckDB reads it, types told", bareRead(`, header = false, columns = {${TYPES.join(", ")}}`)],
  ];
  const runs = new Map<string, Measured[]>(contenders.map(([name]) => [name, []]));
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const [name, command] of contenders) {
      const measured = await measure(command, { cwd: root });
      if (measured.exitCode !== 0) throw new Error(`${name}: ${measured.output}`);
      runs.get(name)?.push(measured);
    }
  }
  return [...runs].map(([name, measured]) => resultOf(name, measured));
}

function resultOf(name: string, measured: readonly Measured[]): Result {
  return {
    name,
    wallSeconds: median(measured.map((one) => one.wallSeconds)),
    cpuSeconds: median(measured.map((one) => one.cpuSeconds)),
    peakMegabytes: Math.max(...measured.map((one) => one.peakMegabytes)),
  };
}

/** A table of CSE-CIC-IDS2018's columns: numbers that vary, four classes, times that go on. */
async function makeTable(path: string, rows: number): Promise<void> {
  const schema = CIC_SCHEMAS.find(({ id }) => id === "cic-v3");
  const fields = schema?.published?.fields.map(({ names }) => names.v3) ?? [];
  const random = new Random(7);
  const out = createWriteStream(path, { highWaterMark: 1 << 22 });
  const classes = ["Benign", "DoS attacks-Hulk", "Bot", "SSH-Bruteforce"];
  // Rows are put together from a few thousand beginnings, since making every number anew would take longer than the import.
  const middles = Array.from({ length: 4096 }, () =>
    Array.from({ length: fields.length - 8 }, () => String(Math.floor(random.uniform() ** 4 * 1e7))).join(
      ",",
    ),
  );
  out.write(`${fields.join(",")}\n`);
  for (let row = 0; row < rows; ) {
    let text = "";
    for (const end = Math.min(rows, row + 10_000); row < end; row++) {
      const second = String(row % 60).padStart(2, "0");
      const minute = String(Math.floor(row / 60) % 60).padStart(2, "0");
      text += `f${row},10.0.0.${row % 250},${row % 60000},10.0.1.${row % 100},443,6,02/03/2018 08:${minute}:${second},${middles[((row * 2654435761) % 4096) >>> 0]},${classes[(row * 40503) % 4]}\n`;
    }
    if (!out.write(text)) await once(out, "drain");
  }
  out.end();
  await once(out, "finish");
}

async function large(): Promise<{ bytes: number; results: Result[] }> {
  const path = join(folder, "large.csv");
  await makeTable(path, Number(flags.rows));
  const bytes = statSync(path).size;
  const run = async (name: string, ...command: string[]): Promise<Result> => {
    const measured = await measure(
      [process.execPath, orbweaver, ...command, "--project", folder, "--quiet"],
      {
        cwd: folder,
        timeoutMs: TIMEOUT_MS,
      },
    );
    if (measured.exitCode !== 0) throw new Error(`${name}: ${measured.output}`);
    console.error(`${name}: ${measured.wallSeconds.toFixed(1)} s, ${measured.peakMegabytes.toFixed(0)} MB`);
    return resultOf(name, [measured]);
  };
  const commands: Readonly<Record<string, readonly string[]>> = {
    import: ["import", path, "--out", "large", "--force"],
    profile: ["profile", "large"],
    split: ["split", "large", "--by", "time"],
    audit: ["audit", "large"],
    prepare: [
      "prepare",
      "large",
      "--duplicates",
      "drop",
      "--split",
      "random",
      "--missing",
      "median",
      "--out",
      "ready",
    ],
    export: ["export", "large", "--to", join(folder, "again.csv")],
  };
  const results: Result[] = [];
  for (const step of flags.steps.split(",")) results.push(await run(step, ...commands[step]));
  return { bytes, results };
}

function page(
  compared: readonly Result[],
  { bytes, results }: { bytes: number; results: readonly Result[] },
): string {
  const [ours] = compared;
  const number = (value: number, digits = 2): string => value.toFixed(digits);
  return [
    `**KDD Cup 1999, 10 %** (494,021 rows of 42 fields, gzip): whole processes, medians of ${flags.rounds} rounds in turn.`,
    "",
    "| Program | s (wall) | s (CPU) | import ÷ it | peak memory |",
    "|---|---:|---:|---:|---:|",
    ...compared.map(
      (one) =>
        `| ${one.name} | ${number(one.wallSeconds)} | ${number(one.cpuSeconds)} | ${number(ours.wallSeconds / one.wallSeconds)} | ${number(one.peakMegabytes, 0)} MB |`,
    ),
    "",
    `**A made-up table** of ${groupedText(Number(flags.rows))} rows with the columns of CSE-CIC-IDS2018 (${bytesText(bytes)} of CSV), DuckDB held to 1 GB:`,
    "",
    "| Command | s | peak memory of the process |",
    "|---|---:|---:|",
    ...results.map(
      (one) => `| ${one.name} | ${number(one.wallSeconds, 1)} | ${number(one.peakMegabytes, 0)} MB |`,
    ),
    "",
    `Machine: ${thisMachine()}.`,
  ].join("\n");
}

try {
  if (!existsSync(kdd)) throw new Error(`${kdd} is missing: the shared data are needed`);
  const compared = await compare();
  const rows = await large();
  writeFileSync(
    join(root, "bench", "results", "import.json"),
    `${JSON.stringify({ compared, large: rows }, undefined, 2)}\n`,
  );
  const text = page(compared, rows);
  writeSection(join(root, "docs", "guide", "datasets.md"), "import", text);
  console.log(text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
