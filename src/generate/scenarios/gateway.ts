// What a proxy or an address-translating gateway looks like from outside: one address that speaks with the whole world.

import { lookup } from "../applications/dns.ts";
import { talkOverUdp } from "../applications/media.ts";
import { drawWeb } from "../applications/web.ts";
import type { Host } from "../host.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "gateway",
  label: "benign",
  attack: false,
  title: "Proxy or translating gateway",
  description:
    "One address opens many connections to many hosts (or receives them from a load balancer), mostly short, many at a time, some of them failing.",
  parameters: [
    {
      name: "rate",
      unit: "connections/s",
      low: 2,
      high: 80,
      scale: "logarithmic",
      description: "Connections a second",
    },
    {
      name: "failing",
      unit: "ratio",
      low: 0,
      high: 0.06,
      scale: "linear",
      description: "Share of connections that fail",
    },
    {
      name: "direction",
      choices: { out: 70, in: 30 },
      description: "From one client to many servers, or from few clients to one server",
    },
  ],
  start(stage) {
    const { random, world } = stage;
    const outgoing = stage.choice("direction") === "out";
    const hub = outgoing ? world.newClient() : world.insideServer(random);
    const balancers = Array.from({ length: random.integer(1, 4) }, () =>
      random.chance(0.5) ? world.newClient() : world.newOutside("client"),
    );
    stage.arrivals(stage.number("rate"), () =>
      outgoing ? goOut(stage, hub) : comeIn(stage, random.pick(balancers), hub),
    );
  },
};

function goOut(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const kind = random.uniform();
  const server = random.chance(0.9) ? world.outside(random) : world.newOutside("server");
  if (kind < 0.25) lookup(stage, client, world.service("public-dns", "outside"));
  else if (kind < 0.3) talkOverUdp(stage, client, server);
  else fetch(stage, client, server);
}

function comeIn(stage: Stage, client: Host, server: Host): void {
  fetch(stage, client, server);
}

function fetch(stage: Stage, client: Host, server: Host): void {
  const { random } = stage;
  const failing = random.chance(stage.number("failing"));
  const short = random.chance(0.7);
  const web = drawWeb(
    random,
    short
      ? { requests: random.integer(1, 3), medianBytes: random.logUniform(100, 8000), pauseUs: 20_000 }
      : {},
  );
  stage.connect({
    client,
    server,
    ...web,
    ...stage.usualClose(),
    ...(failing && {
      accept: random.pick(["refuse", "ignore", "unreachable"] as const),
      synRetries: random.integer(1, 5),
    }),
  });
}
