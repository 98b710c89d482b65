// A scan that completes its handshakes, so every probe looks like a short, polite connection.

import { step } from "../script.ts";
import type { Scenario } from "../stage.ts";
import { drawVictim, SCAN_PARAMETERS } from "./common.ts";
import { drawPorts, drawStates } from "./targets.ts";

export const scenario: Scenario = {
  name: "connect-scan",
  label: "scan",
  attack: true,
  title: "Connect scan",
  description:
    "Whole TCP connections, by the scanner's own stack, to many ports of one host. Open ports are closed at once by FIN or RST, or after their banner; closed ones refuse; filtered ones are asked again.",
  parameters: SCAN_PARAMETERS,
  start(stage) {
    const { random, world } = stage;
    const server = drawVictim(stage);
    const client = world.newAttacker(!server.inside || random.chance(0.5));
    const stateOf = drawStates(stage, "filtered");
    const ports = drawPorts(stage, Math.floor(stage.number("ports"))).values();
    const perSecond = Math.min(1500, stage.number("rate")) * stage.intensity;
    const banners = random.chance(0.4);
    const retries = random.integer(0, 2);
    const close = random.pick(["client-fin", "client-reset", "client-fin"] as const);
    stage.repeat(
      () => random.exponential(1_000_000 / perSecond),
      () => {
        const port = ports.next();
        if (port.done) return;
        const state = stateOf(port.value);
        const script =
          banners && state === "open"
            ? [step(false, random.integer(500, 90_000), "220 ready\r\n", random.integer(11, 120))]
            : [];
        stage.connect({
          client,
          server,
          port: port.value,
          script: script.values(),
          accept: state === "open" ? "accept" : state === "closed" ? "refuse" : "ignore",
          close,
          closeDelayUs: random.integer(0, 30_000),
          synRetries: retries,
        });
      },
    );
  },
};
