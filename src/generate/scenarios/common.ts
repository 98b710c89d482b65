// What several scenarios share: victims, and the common parameters of floods and scans.

import { TCP_PSH, TCP_SYN } from "../../packet/packet.ts";
import type { ScenarioParameter } from "../contract.ts";
import { Flood, type FloodOptions, type PortPlan, type SourcePlan, type VictimAnswer } from "../flood.ts";
import type { Host } from "../host.ts";
import { Scan } from "../probe.ts";
import type { Pace } from "../raw.ts";
import type { Stage } from "../stage.ts";
import { COMMON_PORTS, drawPorts, drawStates, portTargets } from "./targets.ts";

/** The victim: mostly a server of the site, which may serve everyday traffic too; else a host outside. */
export function drawVictim(stage: Stage): Host {
  const { random, world } = stage;
  const kind = random.uniform();
  if (kind < 0.7) return world.insideServer(random);
  return kind < 0.85 ? world.newClient() : world.newOutside("server");
}

export const FLOOD_PARAMETERS: readonly ScenarioParameter[] = [
  {
    name: "rate",
    unit: "packets/s",
    low: 20,
    high: 60_000,
    scale: "logarithmic",
    description: "Packets a second",
  },
  {
    name: "sources",
    choices: { one: 32, few: 12, botnet: 14, spoofed: 34, "spoofed-inside": 8 },
    description: "One, few or many machines, or a forged address in every packet",
  },
  {
    name: "source-ports",
    choices: { fixed: 12, few: 8, sequential: 35, random: 45 },
    description: "How source ports are chosen",
  },
  {
    name: "pace",
    choices: { steady: 45, random: 35, bursts: 20 },
    description: "How packets follow each other",
  },
  {
    name: "repeats",
    unit: "packets",
    low: 0,
    high: 3,
    scale: "integer",
    description: "Most packets that repeat the one before",
  },
];

const TCP_ANSWERS = {
  "syn-flood": { "syn-ack": 24, "syn-ack-limited": 22, reset: 16, "reset-limited": 6, silence: 32 },
  "ack-flood": { reset: 34, "reset-limited": 16, silence: 50 },
} as const;

export function answerParameter(kind: keyof typeof TCP_ANSWERS): ScenarioParameter {
  return { name: "answer", choices: TCP_ANSWERS[kind], description: "What the victim answers" };
}

/** Starts a TCP flood from the stage's parameters. */
export function startTcpFlood(stage: Stage, flags: number): void {
  const { random } = stage;
  const service = random.chance(0.85);
  const lengths = drawLengths(stage, flags);
  const targetPorts = service
    ? [random.pick(COMMON_PORTS.slice(0, 20))]
    : random.chance(0.5)
      ? COMMON_PORTS.slice(0, random.integer(2, 12))
      : [];
  new Flood(stage, {
    ...floodBasics(stage),
    transport: "tcp",
    flags,
    victim: drawVictim(stage),
    targetPorts,
    answer: stage.choice("answer") as VictimAnswer,
    length: lengths,
    body: random.pick(["random", "zero", "text"] as const),
  }).start();
}

export function floodBasics(
  stage: Stage,
): Pick<FloodOptions, "sources" | "sourcePorts" | "perSecond" | "pace" | "repeats"> {
  return {
    sources: stage.choice("sources") as SourcePlan,
    sourcePorts: stage.choice("source-ports") as PortPlan,
    perSecond: stage.number("rate"),
    pace: stage.choice("pace") as Pace,
    repeats: stage.number("repeats"),
  };
}

/** Payload lengths: SYN floods rarely carry any, PSH floods always do. */
function drawLengths(stage: Stage, flags: number): () => number {
  const { random } = stage;
  const fixed = Math.floor(random.logUniform(1, 1400));
  if (flags & TCP_PSH) {
    if (random.chance(0.5)) return () => fixed;
    return () => random.integer(1, fixed);
  }
  const empty = random.chance(flags & TCP_SYN ? 0.88 : 0.65);
  if (empty) return () => 0;
  return random.chance(0.6) ? () => fixed : () => random.integer(0, fixed);
}

export const SCAN_PARAMETERS: readonly ScenarioParameter[] = [
  {
    name: "rate",
    unit: "probes/s",
    low: 1,
    high: 8000,
    scale: "logarithmic",
    description: "Probes a second",
  },
  {
    name: "ports",
    unit: "ports",
    low: 10,
    high: 20_000,
    scale: "logarithmic",
    description: "Ports looked at",
  },
  {
    name: "source-ports",
    choices: { fixed: 45, sequential: 20, random: 35 },
    description: "How source ports are chosen",
  },
  {
    name: "pace",
    choices: { steady: 40, random: 25, bursts: 35 },
    description: "How probes follow each other",
  },
];

/** Starts a scan by segments that open nothing: FIN, none or Xmas flags. */
export function startStealthScan(stage: Stage, flags: number): void {
  const { random, world } = stage;
  const victim = drawVictim(stage);
  new Scan(stage, {
    transport: "tcp",
    flags,
    scanner: world.newAttacker(!victim.inside || random.chance(0.5)),
    targets: portTargets(
      [victim],
      drawPorts(stage, Math.floor(stage.number("ports"))),
      drawStates(stage, "open-silent"),
    ),
    perSecond: stage.number("rate"),
    pace: stage.choice("pace") as Pace,
    sourcePorts: stage.choice("source-ports") as "fixed" | "sequential" | "random",
    retries: random.integer(0, 2),
    retryUs: random.pick([100_000, 500_000, 1_000_000]),
  }).start();
}
