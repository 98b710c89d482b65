// A flood of whole, correct requests: no packet of it is wrong, only their number.

import { AGENTS, path, token } from "../applications/names.ts";
import { requestHead, responseHead } from "../applications/web.ts";
import type { Host } from "../host.ts";
import { type Step, step } from "../script.ts";
import type { Scenario, Stage } from "../stage.ts";
import { drawVictim } from "./common.ts";

export const scenario: Scenario = {
  name: "http-flood",
  label: "flood",
  attack: true,
  title: "HTTP request flood",
  description:
    "Whole connections with one or more requests each, as many and as fast as the sources manage, until the server stalls.",
  parameters: [
    {
      name: "rate",
      unit: "connections/s",
      low: 20,
      high: 1500,
      scale: "logarithmic",
      description: "Connections a second in all",
    },
    {
      name: "sources",
      unit: "hosts",
      low: 1,
      high: 80,
      scale: "logarithmic",
      description: "Machines that send",
    },
    {
      name: "requests",
      unit: "requests",
      low: 1,
      high: 30,
      scale: "logarithmic",
      description: "Requests on a connection",
    },
    {
      name: "stalled",
      unit: "ratio",
      low: 0,
      high: 0.8,
      scale: "linear",
      description: "Share of connections that get no answer any more",
    },
  ],
  start(stage) {
    const { random, world } = stage;
    const server = drawVictim(stage);
    const port = random.chance(0.85) ? 80 : 8080;
    const clients = Array.from({ length: Math.floor(stage.number("sources")) }, () =>
      world.newAttacker(!server.inside || random.chance(0.2)),
    );
    const agent = random.pick(AGENTS);
    stage.arrivals(stage.number("rate"), () => request(stage, random.pick(clients), server, port, agent));
  },
};

function request(stage: Stage, client: Host, server: Host, port: number, agent: string): void {
  const { random } = stage;
  const stalled = random.chance(stage.number("stalled"));
  stage.connect({
    client,
    server,
    port,
    script: requests(stage, agent, stalled),
    accept: stalled && random.chance(0.3) ? "ignore" : "accept",
    close: stage.closeStyle({
      "client-fin": 4,
      "server-fin": 4,
      "client-reset": 2,
      "server-reset": 1,
      open: stalled ? 6 : 1,
    }),
    synRetries: random.integer(0, 3),
  });
}

function* requests(stage: Stage, agent: string, stalled: boolean): Generator<Step, void> {
  const { random } = stage;
  for (let count = Math.floor(random.logUniform(1, stage.number("requests") + 1)); count > 0; count--) {
    yield step(
      true,
      random.integer(10, 900),
      requestHead(random, {
        method: "GET",
        path: `${path(random)}?${token(random, 8)}=${token(random, 10)}`,
        host: "www.example.net",
        agent,
      }),
    );
    if (stalled) return;
    const length = Math.floor(random.logUniform(200, 12_000));
    const answer = responseHead(random, "200 OK", "text/html", length);
    yield step(false, Math.floor(random.logUniform(500, 2_000_000)), answer, answer.length + length);
  }
}
