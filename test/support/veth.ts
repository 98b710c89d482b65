// A network of its own to capture on: two interfaces joined by a virtual cable, in a network namespace of their own, so
// that nothing leaves the machine and no other traffic comes in.
//
// Needs root, and the Debian packages iproute2, tcpreplay, tcpdump and wireshark-common (dumpcap; tshark brings it). Tests
// that lack something are skipped and say what; with CI=true they fail instead.

import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { test } from "vitest";
import { type CommandResult, PROGRAM } from "./command.ts";

const PROGRAMS = ["ip", "tcpreplay", "tcpdump", "dumpcap", "setpriv"];

export class Veth {
  /** Frames sent here … */
  readonly sender = "va";
  /** … come in there. */
  readonly receiver = "vb";
  readonly namespace: string;

  /** Throws when the system does not allow it. */
  constructor(name: string) {
    this.namespace = `orbweaver-${name}-${process.pid}`;
    mustRun("ip", ["netns", "add", this.namespace]);
    try {
      this.addCable();
    } catch (failure) {
      this.remove();
      throw failure;
    }
  }

  addCable(): void {
    const { namespace, sender, receiver } = this;
    mustRun("ip", [...["-n", namespace, "link", "add", sender], "type", "veth", "peer", "name", receiver]);
    for (const name of [sender, receiver]) {
      // No neighbour discovery: the only frames are those that are sent on purpose. Large frames fit.
      this.run("sysctl", ["-qw", `net.ipv6.conf.${name}.disable_ipv6=1`]);
      mustRun("ip", ["-n", namespace, "link", "set", name, "mtu", "65535", "up"]);
    }
  }

  removeCable(): void {
    mustRun("ip", ["-n", this.namespace, "link", "del", this.sender]);
  }

  remove(): void {
    spawnSync("ip", ["netns", "del", this.namespace]);
  }

  /** Runs a command in the namespace to its end. */
  run(command: string, args: readonly string[]): string {
    return mustRun("ip", ["netns", "exec", this.namespace, command, ...args]);
  }

  /** Sends the frames of a capture; returns how many. */
  replay(capture: string, options: readonly string[] = ["--pps", "20000"]): number {
    const said = this.run("tcpreplay", ["-q", "-i", this.sender, ...options, capture]);
    return Number(/Successful packets:\s+(\d+)/.exec(said)?.[1]);
  }

  /** Starts orbweaver in the namespace. `before` may change who runs it. */
  start(args: readonly string[], options: { before?: readonly string[]; path?: string } = {}): LiveCommand {
    const { NO_COLOR: _, FORCE_COLOR: __, ...environment } = process.env;
    const command = [...(options.before ?? []), process.execPath, PROGRAM, ...args];
    const child = spawn("/usr/bin/env", ["ip", "netns", "exec", this.namespace, ...command], {
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new LiveCommand(child);
  }
}

/** A command that goes on until it is stopped. */
export class LiveCommand {
  readonly ended: Promise<CommandResult>;
  readonly #process: ChildProcessByStdio<null, Readable, Readable>;
  #out = "";
  #err = "";
  #listeners: (() => void)[] = [];
  #isOver = false;

  constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#process = child;
    const changed = (): void => {
      for (const listener of this.#listeners) listener();
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#out += text;
      changed();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#err += text;
      changed();
    });
    this.ended = new Promise((resolve) => {
      child.once("close", (status) => {
        this.#isOver = true;
        changed();
        resolve({ status, out: this.#out, err: this.#err });
      });
    });
  }

  /** Waits until what was said is enough. Rejects when the command ends before. */
  until(isEnough: (said: { out: string; err: string }) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (isEnough({ out: this.#out, err: this.#err })) resolve();
        else if (this.#isOver) reject(new Error(`ended too soon: ${this.#err}`));
      };
      this.#listeners.push(look);
      look();
    });
  }

  /** Waits until it captures, for the nth time. */
  capturing(ordinal = 1): Promise<void> {
    return this.until(({ err }) => (err.match(/^capturing on/gm) ?? []).length >= ordinal);
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Process ids of its children: the capture program. */
  children(): number[] {
    const { pid } = this.#process;
    const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return listed === "" ? [] : listed.split(" ").map(Number);
  }
}

function mustRun(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status === 0) return stdout + stderr;
  throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr}`);
}

/** What is missing, in words; undefined when live tests can run. */
function whatIsMissing(): string | undefined {
  const missing = PROGRAMS.filter((name) => spawnSync("which", [name]).status !== 0);
  if (missing.length > 0) return `found no ${missing.join(", ")}`;
  if (process.getuid?.() !== 0) return "needs root, to make a network namespace";
  try {
    new Veth("probe").remove();
    return undefined;
  } catch (failure) {
    return `cannot make a network namespace (${(failure as Error).message.split("\n", 1)[0]})`;
  }
}

const missing = whatIsMissing();

/** Declares a test that captures live. */
export function liveTest(name: string, run: () => Promise<void>, timeoutMs = 60_000): void {
  if (missing === undefined) test(name, run, timeoutMs);
  else if (process.env["CI"] === "true") {
    test(name, () => {
      throw new Error(missing);
    });
  } else test.skip(`${name} (skipped: ${missing})`, () => {});
}
