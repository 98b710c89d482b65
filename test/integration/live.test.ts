// Live capture, end to end, on a virtual cable: rows are those of the file of the same frames, whatever happens on the way.

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { generate } from "../../src/app/generate.ts";
import { checkLedger, type Ledger } from "../../src/app/ledger.ts";
import type { LiveSummary } from "../../src/app/meter-capture.ts";
import {
  buildCommand,
  type CommandResult,
  jsonLines,
  orbweaver,
  startOrbweaver,
} from "../support/command.ts";
import { temporaryFolder } from "../support/rows.ts";
import { type LiveCommand, liveTest, Veth } from "../support/veth.ts";

const folder = temporaryFolder();
const mix = join(folder, "mix.pcap");
const few = join(folder, "few.pcap");
const programs = ["dumpcap", "tcpdump"] as const;
let mixFrames = 0;
let fewFrames = 0;
let files = 0;
let veth: Veth | undefined;

beforeAll(async () => {
  buildCommand();
  const scenarios = ["web", "dns", "syn-flood", "ssh-brute-force"].map((name) => ({ name }));
  await generate({ scenarios, seed: 5, durationUs: 60e6, packets: 20_000, out: mix });
  await generate({ scenarios: [{ name: "dns" }], seed: 6, durationUs: 10e6, packets: 40, out: few });
  mixFrames = countOf(mix);
  fewFrames = countOf(few);
}, 60_000);

afterEach(() => {
  veth?.remove();
  veth = undefined;
});

function cable(): Veth {
  veth ??= new Veth("live");
  return veth;
}

/** Frames of a capture that a filter lets through, as tcpdump counts them. */
function countOf(capture: string, filter = ""): number {
  const { stdout } = spawnSync("tcpdump", ["-n", "-t", "-q", "-r", capture, filter], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return stdout.split("\n").length - 1;
}

/** Lengths of the frames of a capture, as tcpdump tells them. */
function lengthsOf(capture: string): number[] {
  const { stdout } = spawnSync("tcpdump", ["-n", "-t", "-q", "-e", "-r", capture], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return [...stdout.matchAll(/^\S+ > \S+, [^:]*length (\d+):/gm)].map(([, length]) => Number(length));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function fresh(name: string): string {
  files++;
  return join(folder, `${files}-${name}`);
}

interface Summary {
  ledger: Ledger;
  live: LiveSummary;
  captures: { frames: number; bytes: number; wireBytes: number }[];
  writtenCaptures: { paths: string[]; removed: number };
}

/** Starts metering into a file; its summary is read from standard output at the end. */
function meter(rows: string, ...options: string[]): LiveCommand {
  return cable().start(["meter", "-i", cable().receiver, "--json", "--out", rows, ...options]);
}

async function summaryOf(command: LiveCommand, status: number): Promise<Summary & CommandResult> {
  const result = await command.ended;
  expect(result.status, result.err).toBe(status);
  const summary = camelCased(jsonLines(result.out)[0]) as Summary;
  expect(checkLedger(summary.ledger)).toEqual([]);
  return { ...summary, ...result };
}

/** Rows of captures as the command line gives them, as text. */
function offline(...captures: string[]): string {
  const { status, out, err } = orbweaver(["meter", ...captures]);
  expect(status, err).toBe(0);
  return out;
}

describe.each(programs)("captured by %s", (program) => {
  const by = ["--capture-program", program];

  liveTest("rows are those of the file of the same frames, bit for bit, and --count ends it", async () => {
    const [rows, written] = [fresh("rows.csv"), fresh("written.pcap")];
    const live = meter(rows, ...by, "--write", written, "--count", String(mixFrames));
    await live.capturing();
    expect(cable().replay(mix)).toBe(mixFrames);
    const { ledger, err } = await summaryOf(live, 0);
    expect([ledger.frames, ledger.framesLostBefore, ledger.late]).toEqual([mixFrames, 0, 0]);
    expect(readFileSync(rows, "utf8")).toBe(offline(written));
    expect(countOf(written)).toBe(mixFrames);
    expect(err).toContain(`with ${program}`);
  });

  liveTest("a filter and --exclude leave frames out, and --duration ends it", async () => {
    const [, host, port] = /> (\d+\.\d+\.\d+\.\d+)\.(\d+): UDP/.exec(firstLine(mix, "udp port 53")) ?? [];
    const live = meter(
      fresh("rows.csv"),
      ...[...by, "--filter", "udp or icmp", "--exclude", `${host}:${port}`, "--duration", "4"],
    );
    await live.capturing();
    cable().replay(mix);
    const { ledger, live: told } = await summaryOf(live, 0);
    const toIt = `(src host ${host} and src port ${port}) or (dst host ${host} and dst port ${port})`;
    const wanted = countOf(mix, `(udp or icmp) and not (${toIt})`);
    expect(ledger.frames).toBe(wanted);
    expect(wanted).toBeLessThan(countOf(mix, "udp or icmp"));
    expect(told.filter).toContain(`not ((src host ${host}`);
  });

  liveTest("frames are cut at the snap length", async () => {
    const live = meter(fresh("rows.csv"), ...by, "--snap-length", "96", "--count", String(mixFrames));
    await live.capturing();
    cable().replay(mix);
    const { captures } = await summaryOf(live, 0);
    const whole = lengthsOf(mix);
    const cut = whole.map((length) => Math.min(length, 96));
    expect(Math.max(...whole)).toBeGreaterThan(96);
    expect([captures[0].wireBytes, captures[0].bytes]).toEqual([sum(whole), sum(cut)]);
  });

  liveTest("a program that dies is started again, and the gap is in the ledger", async () => {
    const live = meter(fresh("rows.csv"), ...by);
    await live.capturing();
    cable().replay(few);
    await settle();
    for (const pid of live.children()) process.kill(pid, "SIGKILL");
    await live.capturing(2);
    cable().replay(few);
    await settle();
    live.signal("SIGINT");
    const { ledger, live: told, captures, err } = await summaryOf(live, 130);
    expect(captures.map(({ frames }) => frames)).toEqual([fewFrames, fewFrames]);
    expect([ledger.gaps, told.gapCount, told.gaps.length]).toEqual([1, 1, 1]);
    expect(told.gaps[0].toUs).toBeGreaterThan(told.gaps[0].fromUs);
    expect(told.gaps[0].words).toContain("SIGKILL");
    expect(err).toContain("the capture was interrupted");
  });

  liveTest("an interface that goes ends it: what came is kept, and the exit status says so", async () => {
    const rows = fresh("rows.csv");
    const live = meter(rows, ...by);
    await live.capturing();
    cable().replay(few);
    await settle();
    cable().removeCable();
    const { ledger, err } = await summaryOf(live, 11);
    expect(err).toContain(`the interface ${cable().receiver} is gone`);
    expect(ledger.frames).toBe(fewFrames);
    expect(readFileSync(rows, "utf8").trim().split("\n").length - 1).toBe(ledger.rows);
  });

  liveTest("what the kernel lost is counted: frames read and lost are those that were sent", async () => {
    const live = meter(fresh("rows.csv"), ...by, "--buffer-size", "1", "--duration", "10");
    await live.capturing();
    // Nobody reads: the pipe fills up, then the kernel's buffer.
    live.signal("SIGSTOP");
    const sent = cable().replay(mix, ["--topspeed", "--loop", "5"]);
    await settle();
    live.signal("SIGCONT");
    const { ledger, err } = await summaryOf(live, 0);
    expect(ledger.framesLostBefore).toBeGreaterThan(0);
    expect(ledger.frames + (ledger.framesLostBefore ?? 0)).toBe(sent);
    expect(err).toContain("lost while capturing");
  });
});

liveTest("on a silent wire rows come when they are due, and hold what the file's rows hold", async () => {
  const written = fresh("written.pcap");
  const live = cable().start([
    "meter",
    "-i",
    cable().receiver,
    "--write",
    written,
    "--idle-timeout",
    "1",
    "--lateness",
    "0.5",
  ]);
  await live.capturing();
  cable().replay(few);
  const due = offline(few, "--idle-timeout", "1").trim().split("\n").length;
  await live.until(({ out }) => out.split("\n").length - 1 === due);
  live.signal("SIGINT");
  const { out, status } = await live.ended;
  expect(status).toBe(130);
  expect(endless(out)).toBe(endless(offline(written, "--idle-timeout", "1")));
});

liveTest("a live pipe on standard input hands its rows out on a silent wire, too", async () => {
  const pipe = `tcpdump -n -U -w - -i ${cable().receiver} | "$@"`;
  const live = cable().start(["meter", "-", "--idle-timeout", "1", "--lateness", "1"], {
    before: ["sh", "-c", pipe, "sh"],
  });
  await live.until(({ err }) => err.includes("listening on"));
  cable().replay(few);
  const due = offline(few, "--idle-timeout", "1").trim().split("\n").length;
  await live.until(({ out }) => out.split("\n").length - 1 === due);
  for (const pid of live.children()) if (nameOf(pid) === "tcpdump") process.kill(pid, "SIGINT");
  expect((await live.ended).status).toBe(0);
});

liveTest("capture files are turned by size, and the newest are kept", async () => {
  const [rows, written] = [fresh("rows.csv"), fresh("part.pcap")];
  const count = ["--count", String(mixFrames)];
  const live = meter(rows, ...count, "--write", written, "--rotate-size", "0.5");
  await live.capturing();
  cable().replay(mix);
  const { writtenCaptures } = await summaryOf(live, 0);
  expect(writtenCaptures.paths.length).toBeGreaterThan(3);
  expect(readFileSync(rows, "utf8")).toBe(offline(...writtenCaptures.paths));

  const kept = fresh("kept.pcap");
  const again = meter(fresh("rows.csv"), ...count, "--write", kept, "--rotate-size", "0.5", "--keep", "2");
  await again.capturing();
  cable().replay(mix);
  const { writtenCaptures: files } = await summaryOf(again, 0);
  const names = readdirSync(folder).filter((name) => name.includes("kept_"));
  expect(names.map((name) => join(folder, name)).sort()).toEqual(files.paths);
  expect([files.paths.length, files.removed]).toEqual([2, writtenCaptures.paths.length - 2]);
});

liveTest("detect judges live traffic, and tells verdicts while it runs", async () => {
  const live = cable().start([
    "detect",
    "-i",
    cable().receiver,
    "--json",
    "--idle-timeout",
    "1",
    "--lateness",
    "0.5",
  ]);
  await live.capturing();
  cable().replay(few);
  await live.until(({ out }) => out.includes('"type":"verdict"'));
  // As a terminal does it: Ctrl-C reaches the capture program as well.
  for (const pid of live.children()) process.kill(pid, "SIGINT");
  live.signal("SIGINT");
  const { status, out, err } = await live.ended;
  expect(status).toBe(130);
  expect(err).not.toContain("interrupted");
  const summary = camelCased(jsonLines(out).at(-1)) as { type: string; ledger: Ledger; live: LiveSummary };
  expect([summary.type, summary.live.interface, summary.ledger.frames]).toEqual([
    "summary",
    cable().receiver,
    fewFrames,
  ]);
  expect(checkLedger(summary.ledger)).toEqual([]);
});

test("a program that dies again and again is given up, and what came is kept", async () => {
  const bin = fresh("bin");
  mkdirSync(bin);
  const fake = join(bin, "tcpdump");
  writeFileSync(fake, `#!/bin/sh\n/bin/cat ${few}\necho "tcpdump: out of luck" >&2\nexit 3\n`, {
    mode: 0o755,
  });
  const [rows, PATH] = [fresh("rows.csv"), `${bin}:${process.env["PATH"]}`];
  const { status, out, err } = await startOrbweaver(
    ["meter", "-i", "any-name", "--capture-program", "tcpdump", "--json", "--out", rows],
    { environment: { PATH } },
  ).ended;
  expect(status).toBe(11);
  expect(err).toContain("cannot capture on any-name: out of luck");
  const { ledger, live } = camelCased(jsonLines(out)[0]) as Summary;
  // The first start, and six more.
  expect([ledger.frames, live.gapCount, live.lossesUnknown]).toEqual([7 * fewFrames, 7, 7]);
  expect(live.failure?.code).toBe("capture-stopped");
  expect(checkLedger(ledger)).toEqual([]);
  expect(readFileSync(rows, "utf8").trim().split("\n").length - 1).toBe(ledger.rows);
}, 60_000);

describe.each(programs)("failures of %s are one line, a hint and a status", (program) => {
  const nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
  const cases: [name: string, args: string[], status: number, message: RegExp, before?: string[]][] = [
    ["no such interface", ["-i", "nowhere"], 11, /cannot capture on nowhere: .*[Nn]o (such )?device/],
    ["a filter that makes no sense", ["-i", "vb", "--filter", "tcp prot 80"], 2, /filter.*syntax error/],
    ["a filter that begins like an option", ["-i", "vb", "--filter", "-w /x"], 2, /syntax error|filter/],
    ["no permission", ["-i", "vb"], 11, /permission/, nobody],
  ];
  for (const [name, args, status, message, before] of cases) {
    liveTest(name, async () => {
      const command = cable().start(["meter", ...args, "--capture-program", program], { before });
      const { status: found, out, err } = await command.ended;
      expect([found, out]).toEqual([status, ""]);
      expect(err.trim().split("\n")).toHaveLength(2);
      expect(err).toMatch(message);
    });
  }
});

liveTest("no capture program", async () => {
  const { status, err } = await cable().start(["meter", "-i", "vb"], { before: ["env", "PATH=/nowhere"] })
    .ended;
  expect(err).toContain("found no dumpcap and no tcpdump");
  expect(status).toBe(11);
});

liveTest("where there is no mkfifo, a pair of sockets does", async () => {
  const only = join(folder, "only-dumpcap");
  mkdirSync(only);
  symlinkSync(spawnSync("which", ["dumpcap"], { encoding: "utf8" }).stdout.trim(), join(only, "dumpcap"));
  const live = cable().start(["meter", "-i", cable().receiver, "--count", String(fewFrames)], {
    before: ["env", `PATH=${only}`],
  });
  await live.capturing();
  cable().replay(few);
  const { status, out } = await live.ended;
  expect(status).toBe(0);
  expect(out.trim().split("\n")).toHaveLength(offline(few).trim().split("\n").length);
});

liveTest("interfaces are listed", async () => {
  for (const program of programs) {
    const { out } = await cable().start(["detect", "--list-interfaces", "--capture-program", program]).ended;
    expect(out).toMatch(/^va\b/m);
    expect(out).toMatch(/^vb\b/m);
  }
});

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
}

function firstLine(capture: string, filter: string): string {
  return spawnSync("tcpdump", ["-n", "-t", "-q", "-c", "1", "-r", capture, filter], { encoding: "utf8" })
    .stdout;
}

/** The names that the sources use, of those that JSON uses. */
function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    camelCased(member),
  ]);
  return Object.fromEntries(entries);
}

/** Gives kernel and capture program the time to hand on what was sent. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2_500));
}

/** Rows without the reason of their ending, which tells whether the silence was announced; sorted. */
function endless(csv: string): string {
  const lines = csv.trim().split("\n");
  const column = lines[0].split(",").indexOf("end_reason");
  const shown = lines.map((line) => line.split(",").toSpliced(column, 1).join(","));
  return shown.sort().join("\n");
}
