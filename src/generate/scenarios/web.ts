// The web as people and programs use it, both ways through the site's border.

import { drawQuic, quicScript } from "../applications/media.ts";
import { browse, checkForUpdates, fetchOnce, stayConnected, uploadScript } from "../applications/web.ts";
import type { Host } from "../host.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "web",
  label: "benign",
  attack: false,
  title: "Web",
  description:
    "People browse (several connections to several hosts, HTTP, TLS and QUIC), programs fetch, upload, look for updates and stay connected; visitors from outside use the site's own servers.",
  parameters: [
    {
      name: "users",
      unit: "hosts",
      low: 1,
      high: 120,
      scale: "logarithmic",
      description: "Clients of the site",
    },
    {
      name: "rate",
      unit: "visits/s",
      low: 0.05,
      high: 4,
      scale: "logarithmic",
      description: "Visits a second in all",
    },
    {
      name: "visitors",
      unit: "ratio",
      low: 0,
      high: 0.5,
      scale: "linear",
      description: "Share of visits from outside to the site's servers",
    },
  ],
  start: (stage) => stage.arrivals(stage.number("rate"), () => visit(stage)),
};

function visit(stage: Stage): void {
  const { random, world } = stage;
  if (random.chance(stage.number("visitors"))) {
    visitSite(stage, world.newOutside("client"));
    return;
  }
  useWeb(stage, world.client(random, Math.floor(stage.number("users"))));
}

/** One thing that a client does on the web. */
export function useWeb(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const kind = random.uniform();
  if (kind < 0.5) browse(stage, client);
  else if (kind < 0.66) fetchOnce(stage, client, world.outside(random));
  else if (kind < 0.76) checkForUpdates(stage, client, world.outside(random));
  else if (kind < 0.82) stayConnected(stage, client, world.outside(random));
  else if (kind < 0.86) {
    stage.connect({
      client,
      server: world.outside(random),
      port: 443,
      script: uploadScript(random, random.logUniform(3000, 8_000_000)),
      ...stage.usualClose(),
    });
  } else
    stage.talk({
      client,
      server: world.outside(random),
      port: 443,
      script: quicScript(random, drawQuic(random)),
    });
}

function visitSite(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const server = world.insideServer(random);
  for (let count = random.chance(0.6) ? 1 : random.integer(2, 8); count > 0; count--)
    fetchOnce(stage, client, server, { delayUs: random.integer(0, 300_000) });
}
