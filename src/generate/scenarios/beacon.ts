// An implant that asks its master for orders, again and again.

import { AGENTS, hostName, path } from "../applications/names.ts";
import { drawTls, tlsData, tlsHandshake } from "../applications/tls.ts";
import { browse, requestHead, responseHead } from "../applications/web.ts";
import type { Host } from "../host.ts";
import { bodyStep, type Script, type Step, step } from "../script.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "beacon",
  label: "beacon",
  attack: true,
  title: "Command-and-control beacon",
  description:
    "An infected machine of the site calls its master at intervals with jitter: by HTTP, TLS, raw TCP (a connection each, or one held open) or UDP. Mostly there is nothing to do; at times an order brings a larger answer and a result. Everyday traffic of the same machine goes on.",
  parameters: [
    {
      name: "period",
      unit: "s",
      low: 1,
      high: 300,
      scale: "logarithmic",
      description: "Mean time between calls",
    },
    {
      name: "jitter",
      unit: "ratio",
      low: 0,
      high: 0.5,
      scale: "linear",
      description: "Share of the period by which calls vary",
    },
    {
      name: "channel",
      choices: { http: 34, tls: 34, tcp: 14, "tcp-held": 8, udp: 10 },
      description: "How it calls",
    },
    { name: "hosts", unit: "hosts", low: 1, high: 5, scale: "logarithmic", description: "Infected machines" },
    {
      name: "orders",
      unit: "ratio",
      low: 0,
      high: 0.15,
      scale: "linear",
      description: "Share of calls that bring an order",
    },
    {
      name: "dead",
      unit: "ratio",
      low: 0,
      high: 1,
      scale: "linear",
      description: "When above 0.9, the master does not answer any more",
    },
  ],
  start(stage) {
    const { random, world } = stage;
    const master = world.newOutside("server", true);
    const call = drawCall(stage, master);
    const periodUs = (stage.number("period") * 1_000_000) / stage.intensity;
    for (let index = Math.floor(stage.number("hosts")); index > 0; index--) {
      const client = world.newClient();
      const gap = (): number => periodUs * (1 + stage.number("jitter") * (2 * random.uniform() - 1));
      // The capture begins somewhere within a period, but sees at least one call.
      const first = random.uniform() * Math.min(periodUs, (stage.endUs - stage.startUs) * 0.4);
      stage.repeat(gap, () => call(client), first);
      const cover = stage.cover();
      if (random.chance(0.5)) cover.arrivals(0.02 + random.uniform() * 0.2, () => browse(cover, client));
    }
  },
};

function drawCall(stage: Stage, server: Host): (client: Host) => void {
  const { random } = stage;
  const habits: Habits = {
    host: hostName(random),
    path: path(random),
    agent: random.pick(AGENTS),
    request: Math.floor(random.logUniform(20, 700)),
    answer: Math.floor(random.logUniform(10, 900)),
    post: random.chance(0.4),
  };
  const dead = stage.number("dead") > 0.9;
  const close = random.pick(["client-fin", "server-fin", "client-reset", "client-fin"] as const);
  const closeDelayUs = random.chance(0.7) ? random.integer(0, 5000) : random.integer(5000, 3_000_000);
  const channel = stage.choice("channel");
  const ports = {
    http: [80, 8080, 8000, 8888, 81],
    tls: [443, 8443, 4443, 443],
    tcp: [4444, 1337, 6667, 9001, 443, 5555],
    "tcp-held": [4444, 443, 6667],
    udp: [8053, 9999, 33333, 40125, 12345],
  };
  const port = random.pick(ports[channel as keyof typeof ports]);
  if (channel === "udp")
    return (client) => void stage.talk({ client, server, port, script: callByUdp(stage, habits, dead) });
  const script = (): Script => {
    const plain =
      channel === "http" ? callByHttp(stage, habits) : callPlainly(stage, habits, channel === "tcp-held");
    return channel === "tls" ? callByTls(stage, habits) : plain;
  };
  const held = new Set<Host>();
  return (client) => {
    // A connection that is held open needs no second one.
    if (channel === "tcp-held" && held.has(client)) return;
    held.add(client);
    stage.connect({
      client,
      server,
      port,
      script: script(),
      accept: dead ? random.pick(["refuse", "ignore"] as const) : "accept",
      close,
      closeDelayUs,
      synRetries: random.integer(1, 3),
    });
  };
}

/** What stays the same from call to call. */
interface Habits {
  host: string;
  path: string;
  agent: string;
  request: number;
  answer: number;
  post: boolean;
}

/** Bytes of an answer: nothing new, or an order. */
function answerLength(stage: Stage, habits: Habits): number {
  return stage.random.chance(stage.number("orders"))
    ? Math.floor(stage.random.logUniform(1000, 300_000))
    : habits.answer;
}

function* callByHttp(stage: Stage, habits: Habits): Generator<Step, void> {
  const { random } = stage;
  const { host, agent } = habits;
  const length = habits.post ? habits.request : undefined;
  const head = requestHead(random, {
    method: habits.post ? "POST" : "GET",
    path: habits.path,
    host,
    agent,
    ...(length !== undefined && { length }),
    extra: "Connection: close\r\n",
  });
  yield step(true, random.integer(50, 3000), head, head.length + (length ?? 0), "random");
  const bytes = answerLength(stage, habits);
  const answer = responseHead(random, "200 OK", "text/html", bytes);
  yield step(false, random.integer(500, 60_000), answer, answer.length + bytes, "random");
  if (bytes > habits.answer * 2)
    yield step(
      true,
      random.integer(100_000, 3_000_000),
      requestHead(random, { method: "POST", path: habits.path, host, agent, length: 2000 }),
      random.integer(1500, 40_000),
      "random",
    );
}

function* callByTls(stage: Stage, habits: Habits): Generator<Step, void> {
  const { random } = stage;
  yield* tlsHandshake(random, drawTls(random, habits.host));
  yield* tlsData(true, random.integer(100, 3000), habits.request);
  yield* tlsData(false, random.integer(500, 60_000), answerLength(stage, habits));
}

function* callPlainly(stage: Stage, habits: Habits, held: boolean): Generator<Step, void> {
  const { random } = stage;
  const periodUs = stage.number("period") * 1_000_000;
  for (let count = held ? Infinity : 1; count > 0; count--) {
    const gap = held
      ? periodUs * (1 + stage.number("jitter") * (2 * random.uniform() - 1))
      : random.integer(50, 5000);
    yield bodyStep(true, Math.floor(gap), habits.request, "random");
    yield bodyStep(false, random.integer(300, 60_000), answerLength(stage, habits), "random");
  }
}

function* callByUdp(stage: Stage, habits: Habits, dead: boolean): Generator<Step, void> {
  const { random } = stage;
  yield bodyStep(true, 0, Math.min(1200, habits.request), "random");
  if (!dead) yield bodyStep(false, random.integer(300, 60_000), Math.min(1200, habits.answer), "random");
}
