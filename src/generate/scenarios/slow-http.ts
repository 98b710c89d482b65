// Attacks that need hardly any packets: connections that are held, not filled.

import { AGENTS, path, token } from "../applications/names.ts";
import { requestHead } from "../applications/web.ts";
import type { Host } from "../host.ts";
import { type Step, step } from "../script.ts";
import type { Scenario, Stage } from "../stage.ts";
import { drawVictim } from "./common.ts";

export const scenario: Scenario = {
  name: "slow-http",
  label: "slow-dos",
  attack: true,
  title: "Slow HTTP denial of service",
  description:
    "Many connections to a web server that never finish: headers or a body in drops (Slowloris, slow POST), or answers read through a tiny window (slow read). The server gives up after a while, or not.",
  parameters: [
    { name: "kind", choices: { headers: 45, body: 30, read: 25 }, description: "What is slow" },
    {
      name: "connections",
      unit: "connections",
      low: 20,
      high: 600,
      scale: "logarithmic",
      description: "Connections held open",
    },
    { name: "period", unit: "s", low: 1, high: 30, scale: "logarithmic", description: "Pause between drops" },
    {
      name: "opening",
      unit: "connections/s",
      low: 5,
      high: 300,
      scale: "logarithmic",
      description: "Connections opened a second",
    },
    {
      name: "patience",
      unit: "s",
      low: 10,
      high: 300,
      scale: "logarithmic",
      description: "Time until the server ends such a connection",
    },
  ],
  start(stage) {
    const { random, world } = stage;
    const server = drawVictim(stage);
    const port = random.chance(0.8) ? 80 : random.pick([8080, 8000, 443]);
    const clients = Array.from({ length: random.chance(0.75) ? 1 : random.integer(2, 12) }, () =>
      world.newAttacker(!server.inside || random.chance(0.3)),
    );
    const connections = Math.max(1, Math.floor(stage.number("connections") * stage.intensity));
    for (let index = 0; index < connections; index++) {
      const delayUs = Math.floor(((index + random.uniform()) * 1_000_000) / stage.number("opening"));
      stage.after(stage.startUs - stage.nowUs + delayUs, () =>
        hold(stage, clients[index % clients.length], server, port),
      );
    }
  },
};

/** Opens one connection and, when it ends, the next in its place. */
function hold(stage: Stage, client: Host, server: Host, port: number): void {
  if (stage.nowUs > stage.endUs) return;
  const { random } = stage;
  const reading = stage.choice("kind") === "read";
  const patienceUs = stage.number("patience") * 1_000_000 * (0.9 + 0.2 * random.uniform());
  stage.connect({
    client,
    server,
    port,
    script: reading ? readSlowly(random, stage) : dripping(stage, patienceUs),
    close: stage.closeStyle({ "server-fin": 5, "server-reset": 3, "client-fin": 1, open: 2 }),
    synRetries: 3,
    ...(reading && {
      clientBuffer: random.integer(128, 2048),
      clientReadRate: random.logUniform(5, 400) / 1_000_000,
    }),
    onEnd: () => stage.after(random.integer(1000, 2_000_000), () => hold(stage, client, server, port)),
  });
}

function* dripping(stage: Stage, patienceUs: number): Generator<Step, void> {
  const { random } = stage;
  const periodUs = stage.number("period") * 1_000_000;
  const body = stage.choice("kind") === "body";
  const length = random.integer(4000, 1_000_000);
  const method = body ? "POST" : "GET";
  const options = {
    method,
    path: path(random),
    host: "www.example.net",
    agent: random.pick(AGENTS),
    ...(body && { length }),
  };
  const head = requestHead(random, options);
  yield step(true, random.integer(50, 3000), body ? head : head.slice(0, -2));
  for (let spentUs = 0; spentUs < patienceUs; ) {
    const gapUs = Math.floor(periodUs * (0.9 + 0.2 * random.uniform()));
    spentUs += gapUs;
    yield step(
      true,
      gapUs,
      body
        ? token(random, random.integer(1, 12))
        : `X-${token(random, random.integer(1, 6))}: ${token(random, random.integer(1, 8))}\r\n`,
    );
  }
  if (random.chance(0.4))
    yield step(false, 1000, "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
}

function* readSlowly(random: Stage["random"], stage: Stage): Generator<Step, void> {
  yield step(
    true,
    random.integer(50, 3000),
    requestHead(random, {
      method: "GET",
      path: path(random),
      host: "www.example.net",
      agent: random.pick(AGENTS),
    }),
  );
  const answer =
    "HTTP/1.1 200 OK\r\nServer: Apache\r\nContent-Type: text/html\r\nContent-Length: 900000\r\n\r\n";
  yield step(false, random.integer(300, 9000), answer, random.integer(30_000, 900_000));
  yield step(true, stage.number("patience") * 1_000_000, "GET / HTTP/1.1\r\nHost: www.example.net\r\n\r\n");
}
