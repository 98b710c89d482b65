// Who is there? The scan that comes before others.

import { type Pace, paced } from "../raw.ts";
import type { Scenario } from "../stage.ts";
import { drawGround, netTargets } from "./targets.ts";

export const scenario: Scenario = {
  name: "ping-sweep",
  label: "scan",
  attack: true,
  title: "ICMP ping sweep",
  description: "One to three echo requests to each address of one or more nets; hosts that exist answer.",
  parameters: [
    {
      name: "rate",
      unit: "probes/s",
      low: 1,
      high: 3000,
      scale: "logarithmic",
      description: "Addresses a second",
    },
    {
      name: "hosts",
      unit: "hosts",
      low: 16,
      high: 8000,
      scale: "logarithmic",
      description: "Addresses looked at",
    },
    {
      name: "alive",
      unit: "ratio",
      low: 0,
      high: 0.8,
      scale: "linear",
      description: "Share of addresses with a host",
    },
    { name: "length", unit: "bytes", low: 0, high: 64, scale: "integer", description: "Payload length" },
    {
      name: "repeats",
      unit: "packets",
      low: 1,
      high: 3,
      scale: "integer",
      description: "Requests to each address",
    },
    {
      name: "pace",
      choices: { steady: 50, random: 30, bursts: 20 },
      description: "How probes follow each other",
    },
  ],
  start(stage) {
    const { random, world } = stage;
    const ground = drawGround(stage);
    const targets = netTargets(stage, ground, {
      hosts: Math.floor(stage.number("hosts")),
      ports: [0],
      alive: stage.number("alive"),
      shuffled: random.chance(0.4),
    });
    const length = random.chance(0.35) ? 0 : stage.number("length");
    const once = random.chance(0.6);
    const gap = paced(random, stage.choice("pace") as Pace, stage.number("rate") * stage.intensity);
    stage.repeat(gap, () => {
      const result = targets.next();
      if (result.done) return;
      const { host, address, state } = result.value;
      const to = address === undefined ? host : world.like(host, address);
      const count = once ? 1 : stage.number("repeats");
      stage.ping({
        from: ground.scanner,
        to,
        count,
        intervalUs: random.pick([1_000_000, 500_000]),
        length,
        answered: state === "absent" || state === "unreachable" ? 0 : 1,
      });
    });
  },
};
