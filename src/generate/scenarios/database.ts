// Databases, caches and directories: few clients, long pools, small questions. Benign, though steady and fast.

import { drawStore } from "../applications/data.ts";
import type { Host } from "../host.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "database",
  label: "benign",
  attack: false,
  title: "Databases and directories",
  description:
    "Applications and people ask MySQL, PostgreSQL, Redis, LDAP and others: pools of long connections and short ones for a single question.",
  parameters: [
    {
      name: "users",
      unit: "hosts",
      low: 1,
      high: 25,
      scale: "logarithmic",
      description: "Clients of the site",
    },
    {
      name: "rate",
      unit: "sessions/s",
      low: 0.03,
      high: 4,
      scale: "logarithmic",
      description: "Sessions a second in all",
    },
  ],
  start: (stage) =>
    stage.arrivals(stage.number("rate"), () =>
      askStore(stage, stage.world.client(stage.random, Math.floor(stage.number("users")))),
    ),
};

/** One connection to a store. */
export function askStore(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const server = random.chance(0.85) ? world.insideServer(random) : world.outside(random);
  const refused = random.chance(0.015) ? ({ accept: "refuse" } as const) : {};
  stage.connect({ client, server, ...drawStore(random), ...stage.usualClose(), ...refused });
}
