// Many ports of few hosts by SYN: the common port scan.

import { TCP_SYN } from "../../packet/packet.ts";
import { Scan } from "../probe.ts";
import type { Pace } from "../raw.ts";
import type { Scenario } from "../stage.ts";
import { drawVictim, SCAN_PARAMETERS } from "./common.ts";
import { drawPorts, drawStates, portTargets } from "./targets.ts";

export const scenario: Scenario = {
  name: "vertical-scan",
  label: "scan",
  attack: true,
  title: "Vertical SYN scan",
  description:
    "SYN packets to many ports of one to four hosts: common ones, a range or all, in order or shuffled. Open ports answer SYN-ACK and are reset, others refuse or stay silent and are asked again.",
  parameters: SCAN_PARAMETERS,
  start(stage) {
    const { random, world } = stage;
    const hosts = Array.from({ length: random.chance(0.75) ? 1 : random.integer(2, 4) }, () =>
      drawVictim(stage),
    );
    new Scan(stage, {
      transport: "tcp",
      flags: TCP_SYN,
      scanner: world.newAttacker(!hosts.every((host) => host.inside) || random.chance(0.5)),
      targets: portTargets(
        [...new Set(hosts)],
        drawPorts(stage, Math.floor(stage.number("ports"))),
        drawStates(stage, "filtered"),
      ),
      perSecond: stage.number("rate"),
      pace: stage.choice("pace") as Pace,
      sourcePorts: stage.choice("source-ports") as "fixed" | "sequential" | "random",
      retries: random.integer(0, 2),
      retryUs: random.pick([200_000, 1_000_000, 3_000_000]),
    }).start();
  },
};
