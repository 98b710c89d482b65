// A flood of pings, which ports cannot tell apart and rates can.

import { EchoSession } from "../icmp.ts";
import type { Scenario } from "../stage.ts";
import { drawVictim } from "./common.ts";

export const scenario: Scenario = {
  name: "icmp-flood",
  label: "flood",
  attack: true,
  title: "ICMP echo flood",
  description:
    "Echo requests as fast as they go, small or full-sized, from one or several machines, answered or not.",
  parameters: [
    {
      name: "rate",
      unit: "packets/s",
      low: 50,
      high: 20_000,
      scale: "logarithmic",
      description: "Requests a second in all",
    },
    {
      name: "sources",
      unit: "hosts",
      low: 1,
      high: 60,
      scale: "logarithmic",
      description: "Machines that send",
    },
    {
      name: "length",
      unit: "bytes",
      low: 1,
      high: 4000,
      scale: "logarithmic",
      description: "Payload length",
    },
    {
      name: "answered",
      unit: "ratio",
      low: 0,
      high: 1,
      scale: "linear",
      description: "Share of requests that are answered",
    },
  ],
  start(stage) {
    const { random, world } = stage;
    const count = Math.floor(stage.number("sources"));
    const to = drawVictim(stage);
    const intervalUs = (1_000_000 * count) / (stage.number("rate") * stage.intensity);
    const answered = random.chance(0.4) ? 0 : stage.number("answered");
    for (let index = 0; index < count; index++) {
      const session = new EchoSession(world, random, {
        tag: stage.tag,
        from: world.newAttacker(!to.inside || random.chance(0.3)),
        to,
        version: 4,
        count: Math.ceil((stage.endUs - stage.startUs) / intervalUs),
        intervalUs: intervalUs / 2,
        length: Math.floor(stage.number("length")),
        body: random.pick(["binary", "zero", "random"] as const),
        answered,
        identifier: random.integer(1, 65535),
        spread: intervalUs,
      });
      session.start(stage.startUs + random.integer(0, Math.ceil(intervalUs)));
    }
  },
};
