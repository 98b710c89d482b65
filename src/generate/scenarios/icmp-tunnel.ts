// Data in pings: the payload gives it away, not the rate.

import { EchoSession } from "../icmp.ts";
import type { Scenario } from "../stage.ts";

export const scenario: Scenario = {
  name: "icmp-tunnel",
  label: "tunnel",
  attack: true,
  title: "ICMP tunnel",
  description:
    "Data in echo requests and replies whose lengths vary and whose contents look encrypted or like other protocols.",
  parameters: [
    {
      name: "rate",
      unit: "packets/s",
      low: 0.3,
      high: 200,
      scale: "logarithmic",
      description: "Requests a second",
    },
    {
      name: "length",
      unit: "bytes",
      low: 40,
      high: 1300,
      scale: "logarithmic",
      description: "Most data in a message",
    },
    {
      name: "asymmetry",
      unit: "ratio",
      low: 0,
      high: 1,
      scale: "linear",
      description: "How much longer one direction is",
    },
  ],
  start(stage) {
    const { random, world } = stage;
    const longest = Math.floor(stage.number("length"));
    const asymmetry = stage.number("asymmetry");
    const lengths = (share: number): (() => number) => {
      return () => Math.max(8, Math.floor(random.chance(0.4) ? 24 : longest * share * random.uniform()));
    };
    const intervalUs = 1_000_000 / (stage.number("rate") * stage.intensity);
    new EchoSession(world, random, {
      tag: stage.tag,
      from: world.newAttacker(true),
      to: world.newOutside("server", true),
      version: 4,
      count: Infinity,
      intervalUs: intervalUs * 0.3,
      spread: intervalUs * 1.4,
      length: 0,
      requestLength: lengths(1 - asymmetry * 0.8),
      answerLength: lengths(1),
      body: random.pick(["random", "random", "text"] as const),
      answered: 0.99,
      identifier: random.integer(1, 65535),
    }).start(stage.startUs + random.integer(0, 200_000));
  },
};
