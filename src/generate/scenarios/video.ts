// Bursts of large answers, and steady streams of datagrams. Benign, though large.

import { pictureScript, quicScript } from "../applications/media.ts";
import { hostName } from "../applications/names.ts";
import { drawTls, tlsData, tlsHandshake } from "../applications/tls.ts";
import { resolved } from "../applications/web.ts";
import type { Host } from "../host.ts";
import type { Step } from "../script.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "video",
  label: "benign",
  attack: false,
  title: "Video",
  description: "Films fetched in chunks over TLS or QUIC, a burst every few seconds; live pictures over RTP.",
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
      unit: "films/s",
      low: 0.01,
      high: 0.3,
      scale: "logarithmic",
      description: "Films begun a second in all",
    },
    {
      name: "bitrate",
      unit: "Mbit/s",
      low: 0.3,
      high: 12,
      scale: "logarithmic",
      description: "Mean rate of a film",
    },
  ],
  start: (stage) =>
    stage.arrivals(stage.number("rate"), () =>
      watch(
        stage,
        stage.world.client(stage.random, Math.floor(stage.number("users"))),
        stage.number("bitrate"),
      ),
    ),
};

/** One film. */
export function watch(stage: Stage, client: Host, megabits: number): void {
  const { random, world } = stage;
  const server = world.outside(random);
  const periodUs = random.pick([2, 4, 5, 10]) * 1_000_000;
  const chunk = (megabits * periodUs) / 8;
  const count = Math.floor(random.logUniform(3, 60));
  const kind = random.uniform();
  if (kind < 0.6) {
    resolved(stage, client, () =>
      stage.connect({
        client,
        server,
        port: 443,
        script: chunks(stage, chunk, periodUs, count),
        ...stage.usualClose(),
      }),
    );
  } else if (kind < 0.85) {
    const answers = Array.from({ length: count }, () => random.logNormal(chunk, 0.3));
    stage.talk({
      client,
      server,
      port: 443,
      script: quicScript(random, { answers, pauseUs: periodUs, upload: 0 }),
    });
  } else
    stage.talk({
      client,
      server,
      port: random.integer(10_000, 60_000),
      script: pictureScript(random, random.logUniform(2, 40)),
      trafficClass: random.pick([0, 0x88]),
    });
}

function* chunks(stage: Stage, bytes: number, periodUs: number, count: number): Generator<Step, void> {
  const { random } = stage;
  yield* tlsHandshake(random, drawTls(random, hostName(random)));
  for (let index = 0; index < count; index++) {
    const wait = index < 3 ? random.integer(1000, 60_000) : periodUs * (0.8 + 0.4 * random.uniform());
    yield* tlsData(true, Math.floor(wait), random.integer(300, 900));
    yield* tlsData(false, random.integer(1000, 60_000), random.logNormal(bytes, 0.35));
  }
}
