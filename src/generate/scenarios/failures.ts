// Everyday failure: nobody answers, the door is closed, the program tries again. None of it is an attack.

import { drawStore } from "../applications/data.ts";
import { lookup } from "../applications/dns.ts";
import { drawSsh, sshHandshake, sshPassword } from "../applications/shell.ts";
import { drawWeb } from "../applications/web.ts";
import type { Host } from "../host.ts";
import { bodyStep, type Step } from "../script.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "failures",
  label: "benign",
  attack: false,
  title: "Everyday failures",
  description:
    "Programs that try a dead or refusing host again and again, lookups and datagrams that nobody answers, connections reset in the middle, people who mistype a password once or twice.",
  parameters: [
    {
      name: "users",
      unit: "hosts",
      low: 1,
      high: 60,
      scale: "logarithmic",
      description: "Clients of the site",
    },
    {
      name: "rate",
      unit: "failures/s",
      low: 0.03,
      high: 1.5,
      scale: "logarithmic",
      description: "Failures a second in all",
    },
  ],
  start: (stage) =>
    stage.arrivals(stage.number("rate"), () =>
      fail(stage, stage.world.client(stage.random, Math.floor(stage.number("users")))),
    ),
};

/** One failure of a drawn kind. */
export function fail(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const server = random.chance(0.5) ? world.outside(random) : world.newInsideServer();
  const kind = random.uniform();
  if (kind < 0.4) retry(stage, client, server);
  else if (kind < 0.55) {
    const count = Math.floor(random.logUniform(1, 5));
    for (let index = 0; index < count; index++)
      stage.after(index * 5_000_000, () => lookup(stage, client, world.service("dead-resolver")));
  } else if (kind < 0.75)
    stage.talk({ client, server, port: random.integer(1024, 65_000), script: unanswered(stage) });
  else if (kind < 0.88)
    stage.connect({
      client,
      server: world.outside(random),
      ...drawWeb(random),
      close: "client-reset",
      abortAfterUs: Math.floor(random.logUniform(500, 5_000_000)),
    });
  else
    stage.connect({
      client,
      server: world.insideServer(random),
      port: 22,
      script: mistyped(stage),
      ...stage.usualClose(),
    });
}

/** The same connection, tried at growing or regular intervals. */
function retry(stage: Stage, client: Host, server: Host): void {
  const { random } = stage;
  const accept = random.pick(["ignore", "refuse", "refuse", "unreachable"] as const);
  const { port } = random.chance(0.6) ? drawWeb(random) : drawStore(random);
  const synRetries = random.integer(0, 5);
  const factor = random.chance(0.5) ? 2 : 1;
  const attempts = random.chance(0.5) ? 1 : Math.floor(random.logUniform(2, 14));
  let waitUs = random.logUniform(200_000, 20_000_000);
  let delayUs = 0;
  for (let attempt = 0; attempt < attempts; attempt++) {
    stage.after(
      delayUs,
      () => void stage.connect({ client, server, port, script: [].values(), accept, synRetries }),
    );
    delayUs += waitUs;
    waitUs *= factor;
  }
}

function* unanswered(stage: Stage): Generator<Step, void> {
  const { random } = stage;
  const length = random.integer(8, 500);
  for (
    let count = Math.floor(random.logUniform(1, 12)), gap = random.integer(100_000, 3_000_000);
    count > 0;
    count--
  )
    yield bodyStep(true, gap, length, "binary");
}

function* mistyped(stage: Stage): Generator<Step, void> {
  const { random } = stage;
  yield* sshHandshake(random, drawSsh(random));
  for (let count = random.integer(1, 3); count > 0; count--) {
    yield bodyStep(
      true,
      random.integer(1_500_000, 9_000_000),
      random.pick([84, 96, 112, 128, 148]),
      "random",
    );
    yield bodyStep(false, random.integer(1_500_000, 2_500_000), random.pick([44, 52, 60, 68, 80]), "random");
  }
  if (random.chance(0.6)) yield* sshPassword(random, true, 0);
}
