// Small datagrams at an even pace both ways, and the signalling around them.

import { gameScript, pictureScript, sipScript, voiceScript } from "../applications/media.ts";
import { stunScript } from "../applications/services.ts";
import type { Host } from "../host.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "voice",
  label: "benign",
  attack: false,
  title: "Voice and conferences",
  description:
    "Telephones register and call (SIP), voices and pictures flow both ways over RTP, conferences look for a way through by STUN.",
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
      unit: "calls/s",
      low: 0.02,
      high: 0.6,
      scale: "logarithmic",
      description: "Calls and registrations a second in all",
    },
  ],
  start: (stage) =>
    stage.arrivals(stage.number("rate"), () =>
      call(stage, stage.world.client(stage.random, Math.floor(stage.number("users")))),
    ),
};

/** One call, conference or registration. */
export function call(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const server = random.chance(0.5) ? world.service("telephone") : world.outside(random);
  const kind = random.uniform();
  const media = {
    client,
    server,
    port: random.integer(5000, 32_000) * 2,
    clientPort: random.integer(5000, 15_000) * 2,
    version: 4 as const,
    trafficClass: random.pick([0, 0xb8, 0x88]),
    exact: true,
  };
  if (kind < 0.45)
    stage.talk({
      client,
      server,
      port: 5060,
      clientPort: random.chance(0.7) ? 5060 : 5062,
      version: 4,
      script: sipScript(random),
    });
  else if (kind < 0.8) stage.talk({ ...media, script: voiceScript(random, random.logUniform(1, 90)) });
  else if (kind < 0.9) {
    stage.talk({ client, server, port: 3478, script: stunScript(random) });
    stage.talk({ ...media, script: pictureScript(random, random.logUniform(1, 25)), delayUs: 900_000 });
  } else
    stage.talk({
      client,
      server,
      port: random.pick([9987, 64_738]),
      script: gameScript(random, random.logUniform(1, 40)),
      exact: true,
    });
}
