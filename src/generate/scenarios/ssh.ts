// SSH as people and automation use it, with mistyped passwords: what brute force must be told apart from.

import { sshBulk, sshInteractive } from "../applications/shell.ts";
import type { Host } from "../host.ts";
import type { Script } from "../script.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "ssh",
  label: "benign",
  attack: false,
  title: "SSH",
  description:
    "Long interactive sessions, commands run by programs (also often, as by automation), copies in both directions, at times a mistyped password.",
  parameters: [
    {
      name: "users",
      unit: "hosts",
      low: 1,
      high: 20,
      scale: "logarithmic",
      description: "Clients of the site",
    },
    {
      name: "rate",
      unit: "sessions/s",
      low: 0.02,
      high: 0.8,
      scale: "logarithmic",
      description: "Sessions a second in all",
    },
    {
      name: "automation",
      unit: "ratio",
      low: 0,
      high: 0.7,
      scale: "linear",
      description: "Share of sessions that a program opens for one short command",
    },
  ],
  start: (stage) =>
    stage.arrivals(stage.number("rate"), () =>
      useSsh(
        stage,
        stage.world.client(stage.random, Math.floor(stage.number("users"))),
        stage.number("automation"),
      ),
    ),
};

/** One SSH session of a client, or from outside to the site. */
export function useSsh(stage: Stage, user: Host, automation: number): void {
  const { random, world } = stage;
  const incoming = random.chance(0.25);
  const client = incoming ? world.newOutside("client") : user;
  const server = incoming || random.chance(0.5) ? world.insideServer(random) : world.outside(random);
  stage.connect({
    client,
    server,
    port: random.chance(0.92) ? 22 : random.pick([2222, 22022, 830]),
    script: drawScript(stage, automation),
    trafficClass: random.pick([0, 0x10, 0x08, 0xb8]),
    ...stage.usualClose(),
    ...(random.chance(0.3) && { keepAliveUs: random.pick([15, 30, 60, 120]) * 1_000_000 }),
  });
}

function drawScript(stage: Stage, automation: number): Script {
  const { random } = stage;
  if (random.chance(automation)) return sshBulk(random, random.logUniform(60, 9000), random.chance(0.3));
  if (random.chance(0.6)) return sshInteractive(random, Math.floor(random.logUniform(3, 800)));
  return sshBulk(random, random.logUniform(3000, 15_000_000), random.chance(0.5));
}
