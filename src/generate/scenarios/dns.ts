// Names asked and answered, at every place where a site's questions can be seen: clients, resolver, forwarder.

import { dnsTcpScript, lookup, socketScript } from "../applications/dns.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "dns",
  label: "benign",
  attack: false,
  title: "DNS",
  description:
    "Clients ask the site's or a public resolver; a resolver asks many servers; forwarders use one socket for many questions. Some answers are missing, errors, large, or come over TCP.",
  parameters: [
    {
      name: "users",
      unit: "hosts",
      low: 1,
      high: 150,
      scale: "logarithmic",
      description: "Clients of the site",
    },
    {
      name: "rate",
      unit: "lookups/s",
      low: 0.2,
      high: 60,
      scale: "logarithmic",
      description: "Lookups a second in all",
    },
    {
      name: "recursion",
      unit: "ratio",
      low: 0,
      high: 1,
      scale: "linear",
      description: "Share of lookups that the site's resolver makes at servers all over the world",
    },
  ],
  start(stage) {
    const recursion = stage.random.chance(0.6) ? 0 : stage.number("recursion");
    stage.arrivals(stage.number("rate"), () => ask(stage, recursion));
  },
};

function ask(stage: Stage, recursion: number): void {
  const { random, world } = stage;
  if (random.chance(recursion)) {
    lookup(
      stage,
      world.service("recursive-resolver", "inside"),
      random.chance(0.8) ? world.outside(random) : world.newOutside("server"),
      { pair: false },
    );
    return;
  }
  const client = world.client(random, Math.floor(stage.number("users")));
  const server = random.chance(0.85) ? world.service("dns") : world.service("public-dns", "outside");
  const kind = random.uniform();
  if (kind < 0.95) lookup(stage, client, server);
  else if (kind < 0.985) {
    const script = socketScript(
      random,
      Math.floor(random.logUniform(2, 200)),
      random.logUniform(2000, 5_000_000),
    );
    stage.talk({ client, server, port: 53, script });
  } else
    stage.connect({
      client,
      server,
      port: 53,
      script: dnsTcpScript(random, random.logUniform(300, 20_000)),
      ...stage.usualClose(),
    });
}
