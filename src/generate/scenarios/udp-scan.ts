// A scan in datagrams: silence may mean open, so answers say little and ICMP says most.

import { Scan } from "../probe.ts";
import type { Pace } from "../raw.ts";
import type { Scenario } from "../stage.ts";
import { drawVictim, SCAN_PARAMETERS } from "./common.ts";
import { drawGround, drawPorts, drawStates, netTargets, portTargets } from "./targets.ts";

/** What scanners say to make a service answer. */
const PAYLOADS: Readonly<Record<number, readonly number[]>> = {
  53: [
    0, 6, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7, 118, 101, 114, 115, 105, 111, 110, 4, 98, 105, 110, 100, 0, 0, 16,
    0, 3,
  ],
  123: [
    0xe3, 0, 4, 0xfa, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0xc5, 0x4f, 0x23, 0x4b, 0x71, 0xb1, 0x52, 0xf3,
  ],
};

export const scenario: Scenario = {
  name: "udp-scan",
  label: "scan",
  attack: true,
  title: "UDP scan",
  description:
    "Empty or protocol-shaped datagrams to many ports of one host, or one port of many hosts. Closed ports answer ICMP port unreachable (as far as the rate limit lets them), open ones sometimes answer, the rest stay silent.",
  parameters: [
    ...SCAN_PARAMETERS,
    {
      name: "direction",
      choices: { vertical: 75, horizontal: 25 },
      description: "Many ports of a host, or a port of many hosts",
    },
  ],
  start(stage) {
    const { random, world } = stage;
    const ports = Math.floor(stage.number("ports"));
    const vertical = stage.choice("direction") === "vertical";
    const ground = drawGround(stage);
    const victim = drawVictim(stage);
    const scanner = vertical && !victim.inside ? world.newAttacker(true) : ground.scanner;
    const targets = vertical
      ? portTargets(
          [victim],
          drawPorts(stage, ports),
          drawStates(stage, random.chance(0.5) ? "filtered" : "open-silent"),
        )
      : netTargets(stage, ground, {
          hosts: ports,
          ports: [random.pick([53, 123, 161, 1900, 5060, 11211, 500, 69])],
          alive: random.uniform() * 0.4,
          shuffled: random.chance(0.5),
        });
    const length = random.chance(0.6) ? 0 : random.integer(1, 120);
    const filler = new Uint8Array(length);
    new Scan(stage, {
      transport: "udp",
      flags: 0,
      scanner,
      targets,
      perSecond: stage.number("rate"),
      pace: stage.choice("pace") as Pace,
      sourcePorts: stage.choice("source-ports") as "fixed" | "sequential" | "random",
      retries: random.integer(0, 2),
      retryUs: random.pick([300_000, 1_000_000]),
      payload: (port) => (PAYLOADS[port] === undefined ? filler : new Uint8Array(PAYLOADS[port])),
    }).start();
  },
};
