// Tells processes apart: which one wrote a mark, and whether it still runs. A process id alone does not do, since ids are
// given again; with the moment of the process's start it does, as far as the system tells it (Linux).

import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

export interface ProcessMark {
  pid: number;
  /** When the process started, in ticks since the machine did; "" where the system does not tell. */
  started: string;
  /** Where ids mean the same processes: machine, its present run, and container. */
  space: string;
}

export type Liveness = "alive" | "dead" | "unknown";

let own: ProcessMark | undefined;

export function ownMark(): ProcessMark {
  own ??= { pid: process.pid, started: statOf(process.pid)?.started ?? "", space: ownSpace() };
  return own;
}

/** "unknown" for what another machine or container wrote, and where the system tells too little. */
export function livenessOf(mark: ProcessMark): Liveness {
  if (mark.space !== ownMark().space) return "unknown";
  if (!exists(mark.pid)) return "dead";
  const facts = statOf(mark.pid);
  if (facts === undefined || mark.started === "") return "unknown";
  return facts.isGone || facts.started !== mark.started ? "dead" : "alive";
}

/** Whether a mark is of this machine, as it is called, before it was started anew. */
export function isOfEarlierStart({ space }: ProcessMark): boolean {
  const [host, boot] = space.split(" ");
  const [ownHost, ownBoot] = ownMark().space.split(" ");
  return host === ownHost && boot !== ownBoot;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Field 3 is the state, field 22 the start; the name before them may hold blanks and parentheses. */
function statOf(pid: number): { started: string; isGone: boolean } | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { started: fields[19] ?? "", isGone: fields[0] === "Z" || fields[0] === "X" };
}

function ownSpace(): string {
  let container = "";
  try {
    container = readlinkSync("/proc/self/ns/pid");
  } catch {
    // No Linux: the name of the machine must do.
  }
  return [hostname(), read("/proc/sys/kernel/random/boot_id")?.trim() ?? "", container].join(" ");
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
