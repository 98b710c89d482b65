// One or few ports of many hosts: how worms and internet-wide scanners look for victims.

import { TCP_SYN } from "../../packet/packet.ts";
import { Scan } from "../probe.ts";
import type { Pace } from "../raw.ts";
import type { Scenario, Stage } from "../stage.ts";
import { drawGround, type Ground, netTargets } from "./targets.ts";

const WANTED_PORTS = [
  22, 23, 80, 443, 445, 3389, 5900, 8080, 1433, 3306, 6379, 2323, 5555, 21, 25, 7547, 37215, 8443, 5060, 135,
];

export const scenario: Scenario = {
  name: "horizontal-scan",
  label: "scan",
  attack: true,
  title: "Horizontal scan",
  description:
    "SYN packets or whole connections to one to three ports of many addresses, most of them silent. The scanner sits inside or outside; its headers are those of a tool or of a stack.",
  parameters: [
    {
      name: "rate",
      unit: "probes/s",
      low: 0.5,
      high: 10_000,
      scale: "logarithmic",
      description: "Probes a second",
    },
    {
      name: "hosts",
      unit: "hosts",
      low: 16,
      high: 60_000,
      scale: "logarithmic",
      description: "Addresses looked at",
    },
    { name: "ports", unit: "ports", low: 1, high: 3, scale: "integer", description: "Ports of each address" },
    {
      name: "alive",
      unit: "ratio",
      low: 0,
      high: 0.5,
      scale: "linear",
      description: "Share of addresses with a host",
    },
    { name: "method", choices: { syn: 72, connect: 28 }, description: "Made packets or whole connections" },
    {
      name: "source-ports",
      choices: { fixed: 25, sequential: 30, random: 45 },
      description: "How source ports are chosen",
    },
    {
      name: "pace",
      choices: { steady: 40, random: 40, bursts: 20 },
      description: "How probes follow each other",
    },
  ],
  start(stage) {
    const ground = drawGround(stage);
    const { random } = stage;
    const ports = Array.from({ length: stage.number("ports") }, () => random.pick(WANTED_PORTS));
    const targets = netTargets(stage, ground, {
      hosts: Math.floor(stage.number("hosts")),
      ports: [...new Set(ports)],
      alive: stage.number("alive"),
      shuffled: random.chance(0.6),
    });
    if (stage.choice("method") === "connect") {
      connectAll(stage, ground, targets);
      return;
    }
    new Scan(stage, {
      transport: "tcp",
      flags: TCP_SYN,
      scanner: ground.scanner,
      targets,
      perSecond: stage.number("rate"),
      pace: stage.choice("pace") as Pace,
      sourcePorts: stage.choice("source-ports") as "fixed" | "sequential" | "random",
      retries: random.chance(0.6) ? 0 : random.integer(1, 3),
      retryUs: random.pick([1_000_000, 3_000_000, 250_000, 10_000_000]),
    }).start();
  },
};

/** The same by the scanner's own TCP stack. */
function connectAll(stage: Stage, ground: Ground, targets: ReturnType<typeof netTargets>): void {
  const { random, world } = stage;
  const perSecond = Math.min(500, stage.number("rate")) * stage.intensity;
  const retries = random.integer(0, 2);
  stage.repeat(
    () => random.exponential(1_000_000 / perSecond),
    () => {
      const result = targets.next();
      if (result.done) return;
      const { host, address, port, state } = result.value;
      const server = address === undefined ? host : world.like(host, address);
      stage.connect({
        client: ground.scanner,
        server,
        port,
        version: 4,
        script: [][Symbol.iterator](),
        accept:
          state === "open"
            ? "accept"
            : state === "closed"
              ? "refuse"
              : state === "unreachable"
                ? "unreachable"
                : "ignore",
        close: stage.closeStyle({ "client-fin": 5, "client-reset": 5 }),
        closeDelayUs: random.integer(0, 20_000),
        synRetries: retries,
      });
    },
  );
}
