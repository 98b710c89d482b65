// People at the other end: long sessions with pauses, so that length and silence are no sign of an attack.

import {
  ircScript,
  remoteDesktopScript,
  sshInteractive,
  telnetScript,
  vncScript,
} from "../applications/shell.ts";
import { chatter, stayConnected } from "../applications/web.ts";
import type { Host } from "../host.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "interactive",
  label: "benign",
  attack: false,
  title: "Interactive sessions",
  description:
    "People at remote shells and desktops (SSH, Telnet, VNC, remote desktop) and in chats (IRC, web sockets, proprietary): long, with pauses, keep-alives and idle hours.",
  parameters: [
    {
      name: "users",
      unit: "hosts",
      low: 1,
      high: 30,
      scale: "logarithmic",
      description: "Clients of the site",
    },
    {
      name: "rate",
      unit: "sessions/s",
      low: 0.02,
      high: 0.6,
      scale: "logarithmic",
      description: "Sessions a second in all",
    },
  ],
  start: (stage) =>
    stage.arrivals(stage.number("rate"), () =>
      interact(stage, stage.world.client(stage.random, Math.floor(stage.number("users")))),
    ),
};

/** One session of a person. */
export function interact(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const inside = random.chance(0.5);
  const server = inside ? world.insideServer(random) : world.outside(random);
  const common = {
    client,
    server,
    ...stage.usualClose(),
    ...(random.chance(0.4) && { keepAliveUs: random.pick([20, 45, 75, 300]) * 1_000_000 }),
  };
  const kind = random.uniform();
  if (kind < 0.25)
    stage.connect({
      ...common,
      port: 22,
      script: sshInteractive(random, Math.floor(random.logUniform(3, 600))),
    });
  else if (kind < 0.37)
    stage.connect({
      ...common,
      port: 23,
      script: telnetScript(random, Math.floor(random.logUniform(3, 300))),
    });
  else if (kind < 0.52)
    stage.connect({ ...common, port: random.pick([6667, 6667, 6667, 7000]), script: ircScript(random) });
  else if (kind < 0.62)
    stage.connect({ ...common, port: random.pick([5900, 5901]), script: vncScript(random) });
  else if (kind < 0.77) stage.connect({ ...common, port: 3389, script: remoteDesktopScript(random) });
  else if (kind < 0.9) stayConnected(stage, client, server);
  else stage.connect({ ...common, port: random.integer(1024, 60_000), script: chatter(random) });
}
