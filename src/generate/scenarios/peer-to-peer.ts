// One host that speaks with hundreds, many of them gone. Benign, though its failures look like a scan.

import { hashTableScript, swarmScript } from "../applications/transfer.ts";
import type { Host } from "../host.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "peer-to-peer",
  label: "benign",
  attack: false,
  title: "Peer-to-peer",
  description:
    "File sharing: one host asks many peers all over the world over UDP, many of them gone, opens connections to others, many of which refuse or stay silent, and is asked by peers in turn.",
  parameters: [
    { name: "users", unit: "hosts", low: 1, high: 4, scale: "integer", description: "Clients of the site" },
    {
      name: "rate",
      unit: "contacts/s",
      low: 0.3,
      high: 15,
      scale: "logarithmic",
      description: "Contacts with peers a second in all",
    },
    {
      name: "gone",
      unit: "ratio",
      low: 0.05,
      high: 0.6,
      scale: "linear",
      description: "Share of peers that do not answer",
    },
  ],
  start(stage) {
    const ports = new Map<Host, number>();
    stage.arrivals(stage.number("rate"), () => {
      const client = stage.world.client(stage.random, stage.number("users"));
      const port = ports.get(client) ?? stage.random.integer(6881, 52_000);
      ports.set(client, port);
      contact(stage, client, port);
    });
  },
};

function contact(stage: Stage, client: Host, ownPort: number): void {
  const { random, world } = stage;
  const peer = random.chance(0.7) ? world.newOutside("client") : world.outside(random);
  const port = random.chance(0.3) ? random.pick([6881, 51413, 6889, 16_881]) : random.integer(1024, 65_535);
  const kind = random.uniform();
  if (kind < 0.5)
    stage.talk({
      client,
      server: peer,
      port,
      clientPort: ownPort,
      version: 4,
      script: hashTableScript(random),
    });
  else if (kind < 0.6)
    stage.talk({ client: peer, server: client, port: ownPort, version: 4, script: hashTableScript(random) });
  else if (kind < 0.85) {
    const accept = random.chance(stage.number("gone"))
      ? random.pick(["ignore", "ignore", "refuse", "unreachable"] as const)
      : "accept";
    stage.connect({
      client,
      server: peer,
      port,
      script: swarmScript(random),
      accept,
      ...stage.usualClose(),
      synRetries: random.integer(1, 4),
    });
  } else
    stage.connect({
      client: peer,
      server: client,
      port: ownPort,
      script: swarmScript(random),
      ...stage.usualClose(),
    });
}
