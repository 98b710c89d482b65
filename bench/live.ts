// The highest rate of frames that a live capture takes without losing one, on a virtual cable of this machine.
//
//   npx tsx bench/live.ts [--seconds 4] [--steps 6] [--rounds 3]
//
// Needs root, and the Debian packages iproute2, tcpreplay, tcpdump and wireshark-common. Makes a network namespace with
// two joined interfaces, replays a generated capture into one of them at a rate, and lets `orbweaver meter -i` take it from
// the other. The rate is halved in on: up where the ledger shows no loss, down where it does. dumpcap and tcpdump alone,
// writing to /dev/null, are measured in the same rounds: they are what the kernel and the capture program can do here.
// The sender shares the processors with what it measures. Writes bench/results/live.json and a section of
// docs/guide/live.md.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeSection } from "../scripts/support/section.ts";
import { counted, groupedText } from "../src/base/number-text.ts";
import { median } from "./support/process.ts";

const { values: flags } = parseArgs({
  options: {
    seconds: { type: "string", default: "4" },
    steps: { type: "string", default: "6" },
    rounds: { type: "string", default: "3" },
  },
});
const seconds = Number(flags.seconds);
const steps = Number(flags.steps);
const rounds = Number(flags.rounds);
const root = join(import.meta.dirname, "..");
const orbweaver = join(root, "bin", "orbweaver");
const folder = mkdtempSync(join(tmpdir(), "orbweaver-bench-"));
const namespace = `orbweaver-bench-${process.pid}`;
const sender = "va";
const receiver = "vb";
/** Below this the bisection stops, frames/s. */
const RATE_MIN = 10_000;
/** Times for a capture to begin, and to take what was sent. */
const START_MS = 1_500;
const SETTLE_MS = 1_200;
/** Frames of each capture, which is repeated. */
const PACKETS = 200_000;

interface Taken {
  frames: number;
  lost: number;
}

interface Contender {
  name: string;
  command: string[];
  /** What it took and lost, by its output. */
  taken: (out: string, err: string) => Taken;
}

const CONTENDERS: Contender[] = [
  ...["dumpcap", "tcpdump"].map(
    (program): Contender => ({
      name: `orbweaver meter -i, with ${program}`,
      command: [
        ...[process.execPath, orbweaver, "meter", "-i", receiver, "--capture-program", program],
        ...["--json", "--out", join(folder, "rows.orbrows")],
      ],
      taken: (out) => {
        const { ledger } = JSON.parse(out) as { ledger: Record<string, number> };
        return { frames: ledger["frames"], lost: ledger["frames_lost_before"] };
      },
    }),
  ),
  {
    name: "dumpcap alone, to /dev/null",
    command: ["dumpcap", "-q", "-i", receiver, "-B", "64", "-w", "/dev/null"],
    taken: (_, err) => numbersOf(/interface '.*': (\d+)\/(\d+) /, err),
  },
  {
    name: "tcpdump alone, to /dev/null",
    command: ["tcpdump", "-n", "-i", receiver, "-B", "65536", "-w", "/dev/null"],
    taken: (_, err) => numbersOf(/(\d+) packets captured[\s\S]* (\d+) packets dropped by kernel/, ` ${err}`),
  },
];

function numbersOf(pattern: RegExp, text: string): Taken {
  const [, frames, lost] = pattern.exec(text.replaceAll("\n", " ")) ?? [];
  return { frames: Number(frames), lost: Number(lost) };
}

interface Capture {
  name: string;
  path: string;
  frames: number;
  /** Mean bytes of a frame. */
  bytes: number;
}

function makeCapture(name: string, preset: string): Capture {
  const path = join(folder, `${preset}.pcap`);
  const settings = ["--preset", preset, "--packets", String(PACKETS), "--seed", "1"];
  run(process.execPath, [orbweaver, "generate", ...settings, "--out", path]);
  const summary = run(process.execPath, [orbweaver, "inspect", path, "--json"]);
  const { frames, wire_bytes: bytes } = JSON.parse(summary).capture as { frames: number; wire_bytes: number };
  return { name, path, frames, bytes: bytes / frames };
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status === 0) return stdout + stderr;
  throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr}`);
}

const inside = (command: readonly string[]): string[] => ["netns", "exec", namespace, ...command];

/** Replays at a rate (frames/s; undefined: as fast as it goes) and tells how fast that was. */
function replay(capture: Capture, rate: number | undefined): { sent: number; rate: number } {
  const loops = Math.max(1, Math.round(((rate ?? 400_000) * seconds) / capture.frames));
  const speed = rate === undefined ? ["--topspeed"] : ["--pps", String(Math.round(rate))];
  const command = ["tcpreplay", "-q", "-K", "-i", sender, ...speed, "--loop", String(loops), capture.path];
  const said = run("ip", inside(command));
  const sent = Number(/Successful packets:\s+(\d+)/.exec(said)?.[1]);
  return { sent, rate: Number(/([\d.]+) pps/.exec(said)?.[1]) };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Trial {
  asked: number | undefined;
  rate: number;
  sent: number;
  frames: number;
  lost: number;
}

async function trial(contender: Contender, capture: Capture, rate: number | undefined): Promise<Trial> {
  const child = spawn("ip", inside(contender.command), { stdio: ["ignore", "pipe", "pipe"] });
  const said = gathered(child);
  await sleep(START_MS);
  const { sent, rate: reached } = replay(capture, rate);
  await sleep(SETTLE_MS);
  child.kill("SIGINT");
  const { out, err } = await said;
  try {
    return { asked: rate, rate: reached, sent, ...contender.taken(out, err) };
  } catch (cause) {
    throw new Error(`${contender.name} told nothing: ${err}${out}`, { cause });
  }
}

function gathered(child: ChildProcess): Promise<{ out: string; err: string }> {
  let out = "";
  let err = "";
  child.stdout?.on("data", (text) => {
    out += text;
  });
  child.stderr?.on("data", (text) => {
    err += text;
  });
  return new Promise((resolve) => child.once("close", () => resolve({ out, err })));
}

const isWhole = ({ sent, frames, lost }: Trial): boolean => frames === sent && lost === 0;

interface Highest {
  rate: number;
  trials: Trial[];
  /** The sender could not send faster, and nothing was lost. */
  isSenders: boolean;
}

/** The highest rate that was reached without loss, by bisection below the sender's own limit. */
async function highestRate(contender: Contender, capture: Capture): Promise<Highest> {
  const top = await trial(contender, capture, undefined);
  const trials = [top];
  if (isWhole(top)) return { rate: top.rate, trials, isSenders: true };
  let sound = 0;
  let tooFast = top.rate;
  for (let step = 0; step < steps && tooFast > RATE_MIN; step++) {
    const next = await trial(contender, capture, (sound + tooFast) / 2);
    trials.push(next);
    if (isWhole(next)) sound = Math.max(sound, next.rate);
    else tooFast = Math.min(tooFast, next.rate);
    if (sound >= tooFast) break;
  }
  return { rate: sound, trials, isSenders: false };
}

interface Result {
  contender: string;
  capture: string;
  frameBytes: number;
  /** Median of the rounds, frames/s. */
  rate: number;
  rateLowest: number;
  rateHighest: number;
  /** Rounds in which the sender could not send faster: the rate is a lower bound. */
  roundsAtSendersLimit: number;
  megabitsPerSecond: number;
}

async function measureAll(captures: readonly Capture[]): Promise<Result[]> {
  const rates = new Map<string, Highest[]>();
  for (let round = 0; round < rounds; round++) {
    for (const capture of captures) {
      for (const contender of CONTENDERS) {
        const highest = await highestRate(contender, capture);
        const { rate, trials } = highest;
        const key = `${capture.name}/${contender.name}`;
        rates.set(key, [...(rates.get(key) ?? []), highest]);
        console.log(`round ${round + 1}: ${capture.name}, ${contender.name}: ${groupedText(rate)} frames/s`);
        for (const { asked, rate: reached, sent, frames, lost } of trials) {
          const aim = asked === undefined ? "top" : groupedText(asked);
          console.log(
            `    aim ${aim}: ${groupedText(reached)}/s, sent ${sent}, taken ${frames}, lost ${lost}`,
          );
        }
      }
    }
  }
  return captures.flatMap((capture) =>
    CONTENDERS.map(({ name }) => {
      const found = rates.get(`${capture.name}/${name}`) ?? [];
      const rate = Math.round(median(found.map((highest) => highest.rate)));
      return {
        contender: name,
        capture: capture.name,
        frameBytes: Math.round(capture.bytes),
        rate,
        rateLowest: Math.round(Math.min(...found.map((highest) => highest.rate))),
        rateHighest: Math.round(Math.max(...found.map((highest) => highest.rate))),
        roundsAtSendersLimit: found.filter(({ isSenders }) => isSenders).length,
        megabitsPerSecond: Math.round((rate * capture.bytes * 8) / 1e6),
      };
    }),
  );
}

function sectionText(results: readonly Result[], machine: { processor: string; processors: number }): string {
  const rows = results.map((result) => {
    const { contender, capture, frameBytes, rate, megabitsPerSecond } = result;
    const bound = result.roundsAtSendersLimit * 2 > rounds ? "at least " : "";
    const figures = `${bound}${groupedText(rate)} | ${bound}${groupedText(megabitsPerSecond)}`;
    return `| ${capture}, ${frameBytes} bytes a frame | ${contender} | ${figures} |`;
  });
  return [
    `Highest rates at which the ledger shows no loss, medians of ${counted(rounds, "round")} of \`npx tsx bench/live.ts\`: tcpreplay`,
    `sends on a virtual cable of one machine with ${machine.processors} processors (${machine.processor}), which it shares with the`,
    "capture program and the meter. *At least*: tcpreplay could not send faster, and nothing was lost. The lines *alone* are",
    "the capture program without Orbweaver.",
    "",
    "| Traffic | Capture | Frames/s | Mbit/s |",
    "|---|---|---:|---:|",
    ...rows,
  ].join("\n");
}

async function main(): Promise<void> {
  const [{ model }] = cpus();
  const machine = { processor: model.trim(), processors: cpus().length };
  const captures = [
    makeCapture("everyday mix", "bench-mix"),
    makeCapture("many small flows", "bench-small-flows"),
  ];
  const results = await measureAll(captures);
  const record = { note: "Written by bench/live.ts.", machine, seconds, steps, rounds, results };
  writeFileSync(join(root, "bench", "results", "live.json"), `${JSON.stringify(record, null, 2)}\n`);
  writeSection(join(root, "docs", "guide", "live.md"), "bench-live", sectionText(results, machine));
  console.log(readFileSync(join(root, "bench", "results", "live.json"), "utf8"));
}

run("ip", ["netns", "add", namespace]);
try {
  run("ip", ["-n", namespace, "link", "add", sender, "type", "veth", "peer", "name", receiver]);
  for (const name of [sender, receiver]) {
    run("ip", inside(["sysctl", "-qw", `net.ipv6.conf.${name}.disable_ipv6=1`]));
    run("ip", ["-n", namespace, "link", "set", name, "mtu", "65535", "up"]);
  }
  await main();
} finally {
  spawnSync("ip", ["netns", "del", namespace]);
  rmSync(folder, { recursive: true, force: true });
}
