// Ctrl-C while rows are read, and a second Ctrl-C while the first is being honoured.
//
// The moment is told by what the process does, not by a clock: by the files that it holds open and the signals that it
// catches (both as Linux tells them), and by what it has written. Files are named several times over, so that reading them takes long enough to be stopped.

import { type ChildProcess, spawn } from "node:child_process";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { buildCommand, orbweaver, PROGRAM, ROOT, startOrbweaver } from "../support/command.ts";
import { temporaryFolder } from "../support/rows.ts";

const cwd = realpathSync(temporaryFolder());
const BUNDLED = join(ROOT, "assets", "flow.orb");

const onLinux = describe.skipIf(process.platform !== "linux");

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until something is so; fails when the process ends before. */
async function until(child: ChildProcess, isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error("the command ended too soon");
    await wait(5);
  }
}

/** Whether a process holds a file open. */
function holds(pid: number | undefined, path: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((entry) => {
    try {
      return readlinkSync(join(folder, entry)) === path;
    } catch {
      return false; // closed in the meantime
    }
  });
}

function hasDuck(pid: number | undefined): boolean {
  return readFileSync(`/proc/${pid}/maps`, "utf8").includes("duckdb");
}

/** Whether a process has a handler for SIGINT. It has none from when a second signal is no longer the first, passed on. */
function catchesInterrupt(pid: number | undefined): boolean {
  const caught = /^SigCgt:\t([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
  return (BigInt(`0x${caught}`) & 2n) !== 0n;
}

function good(...args: string[]): void {
  const { status, err } = orbweaver(args, { cwd });
  expect([status, err], args.join(" ")).toEqual([0, ""]);
}

beforeAll(() => {
  buildCommand();
  const flood = ["-s", "syn-flood:rate=30000", "--duration", "10"];
  good("generate", ...flood, "-o", "flood.pcap");
  writeFileSync(
    join(cwd, "rules.yaml"),
    "default: benign\nrules:\n  - label: odd\n    source_port: 1024-30000\n",
  );
  for (const ending of ["csv", "parquet", "orbrows"]) {
    good("label", "flood.pcap", "--labels", "rules.yaml", "--out", `rows.${ending}`);
  }
});

onLinux("Ctrl-C while rows are read", () => {
  const commands = {
    train: (files: string[]) => ["train", ...files, "--out", "stopped.orb"],
    evaluate: (files: string[]) => ["evaluate", BUNDLED, ...files],
    inspect: (files: string[]) => ["inspect", files[0]],
  };

  test.each([
    ["train", "csv", 0],
    ["train", "csv", 300],
    ["train", "csv", 900],
    ["train", "parquet", 300],
    ["train", "orbrows", 0],
    ["evaluate", "csv", 300],
    ["evaluate", "orbrows", 0],
    ["inspect", "csv", 0],
  ] as const)(
    "%s, .%s, %i ms on: one line, exit status 130, nothing left behind",
    async (name, ending, ms) => {
      const temporary = join(cwd, `temporary-${name}-${ending}-${ms}`);
      mkdirSync(temporary);
      const file = `rows.${ending}`;
      const before = readdirSync(cwd);
      const command = startOrbweaver(commands[name](Array<string>(8).fill(file)), {
        cwd,
        environment: { TMPDIR: temporary },
      });
      const { pid } = command.process;
      // DuckDB opens a Parquet file for moments only; that it is loaded says that reading has begun.
      const begun = (): boolean => (ending === "parquet" ? hasDuck(pid) : holds(pid, join(cwd, file)));
      await until(command.process, begun);
      await wait(ms);
      command.process.kill("SIGINT");
      const { status, out, err } = await command.ended;
      const lines = err.trimEnd().split("\n");
      expect([status, out, lines[0]]).toEqual([130, "", "orbweaver: reading rows was cancelled"]);
      expect(lines[1]).toBe("The work was stopped; what was written so far is complete.");
      expect(lines).toHaveLength(2);
      expect(readdirSync(temporary)).toEqual([]);
      expect(readdirSync(cwd)).toEqual(before);
    },
  );
});

onLinux("a second Ctrl-C while the first is being honoured", () => {
  test("ends a command whose reader takes nothing more; the shell sees 130", async () => {
    const line = `(echo "$BASHPID" >&2; exec "$0" "$@"); echo "status $?" >&2`;
    const shell = spawn("bash", ["-c", line, process.execPath, PROGRAM, "detect", "flood.pcap", "--json"], {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let told = "";
    shell.stderr.setEncoding("utf8").on("data", (text: string) => {
      told += text;
    });
    const ended = new Promise((resolve) => shell.stderr.once("end", resolve));
    // What is readable is left unread: the pipe fills, and the command waits for it to be emptied.
    await new Promise((resolve) => shell.stdout.once("readable", resolve));
    const pid = Number.parseInt(told, 10);
    expect(catchesInterrupt(pid)).toBe(true);
    process.kill(pid, "SIGINT");
    await until(shell, () => !catchesInterrupt(pid));
    process.kill(pid, "SIGINT");
    await ended;
    expect(told).toBe(`${pid}\nstatus 130\n`);
    shell.stdout.destroy();
  });

  test("ends a command that is turning its rows into Parquet", async () => {
    // Few flows at once, so that nearly every packet becomes a row.
    const meter = ["meter", ...Array<string>(4).fill("flood.pcap"), "--max-flows", "16"];
    const command = startOrbweaver([...meter, "--out", "second.parquet"], { cwd });
    const partial = (): string[] => readdirSync(cwd).filter((name) => name.includes("second.parquet"));
    const written = (): number =>
      Math.max(
        0,
        ...partial().map((name) => statSync(join(cwd, name), { throwIfNoEntry: false })?.size ?? 0),
      );
    await until(command.process, () => written() > 30_000_000);
    expect(catchesInterrupt(command.process.pid)).toBe(true);
    command.process.kill("SIGINT");
    // The rows so far, and beside them the file that is made of them.
    await until(command.process, () => partial().length > 1 && !catchesInterrupt(command.process.pid));
    command.process.kill("SIGINT");
    const { status, out } = await command.ended;
    expect([status, command.process.signalCode, out]).toEqual([null, "SIGINT", ""]);
    expect(partial()).not.toContain("second.parquet");
  });
});
