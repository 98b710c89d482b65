// Odd packets to an open and a closed port, whose answers give a system away. A scan of few packets to few ports.

import { TCP_ACK, TCP_CWR, TCP_ECE, TCP_FIN, TCP_PSH, TCP_SYN, TCP_URG } from "../../packet/packet.ts";
import type { Host } from "../host.ts";
import { Scan, type Target, type TargetState } from "../probe.ts";
import type { Scenario, Stage } from "../stage.ts";
import { drawVictim } from "./common.ts";

/** The probes, in the order in which the well-known tools send them: flags, and whether to the open port. */
const PROBES: readonly { flags: number; open: boolean }[] = [
  ...Array.from({ length: 6 }, () => ({ flags: TCP_SYN, open: true })),
  { flags: TCP_SYN | TCP_ECE | TCP_CWR, open: true },
  { flags: 0, open: true },
  { flags: TCP_SYN | TCP_FIN | TCP_URG | TCP_PSH, open: true },
  { flags: TCP_ACK, open: true },
  { flags: TCP_SYN, open: false },
  { flags: TCP_ACK, open: false },
  { flags: TCP_FIN | TCP_PSH | TCP_URG, open: false },
];

export const scenario: Scenario = {
  name: "os-fingerprinting",
  label: "scan",
  attack: true,
  title: "Fingerprinting of systems",
  description:
    "SYN packets, odd flag combinations, echo requests and a datagram to an open and a closed port of a few hosts, in several rounds, to learn their operating system.",
  parameters: [
    { name: "hosts", unit: "hosts", low: 1, high: 12, scale: "logarithmic", description: "Hosts looked at" },
    {
      name: "gap",
      unit: "s",
      low: 0.005,
      high: 0.3,
      scale: "logarithmic",
      description: "Time between probes",
    },
    {
      name: "rounds",
      unit: "rounds",
      low: 1,
      high: 5,
      scale: "integer",
      description: "Times the probes are sent",
    },
  ],
  start(stage) {
    const { random, world } = stage;
    const targets = new Set(
      Array.from({ length: Math.floor(stage.number("hosts")) }, () => drawVictim(stage)),
    );
    const scanner = world.newAttacker([...targets].some((host) => !host.inside) || random.chance(0.5));
    const gapUs = (stage.number("gap") * 1_000_000) / stage.intensity;
    let delayUs = 0;
    for (const host of targets) {
      for (let round = stage.number("rounds"); round > 0; round--)
        delayUs = examine(stage, { scanner, host, gapUs, delayUs });
    }
  },
};

/** One round for one host; returns when it is over. */
function examine(
  stage: Stage,
  options: { scanner: Host; host: Host; gapUs: number; delayUs: number },
): number {
  const { random, world } = stage;
  const { scanner, host, gapUs } = options;
  const open = random.pick([80, 443, 22, 135, 445, 25, 8080]);
  const closed = random.integer(30_000, 45_000);
  const quiet = random.chance(0.3);
  let delayUs = options.delayUs;
  for (const probe of PROBES) {
    // An open port answers SYN alone by SYN-ACK and ACK by RST; to nonsense it says nothing. A closed one always resets.
    const asksToOpen = (probe.flags & (TCP_SYN | TCP_FIN)) === TCP_SYN;
    const state: TargetState =
      probe.open && asksToOpen
        ? "open"
        : probe.flags === TCP_ACK || (!probe.open && !quiet)
          ? "closed"
          : "open-silent";
    send(stage, scanner, { host, port: probe.open ? open : closed, state }, "tcp", probe.flags, delayUs);
    delayUs += gapUs;
  }
  send(stage, scanner, { host, port: closed, state: quiet ? "open-silent" : "closed" }, "udp", 0, delayUs);
  stage.after(stage.startUs - world.nowUs + delayUs + gapUs, () =>
    stage.ping({
      from: scanner,
      to: host,
      count: 2,
      intervalUs: gapUs,
      length: random.pick([120, 150]),
      answered: quiet ? 0 : 1,
    }),
  );
  return delayUs + gapUs * (3 + random.integer(0, 20));
}

function send(
  stage: Stage,
  scanner: Host,
  target: Target,
  transport: "tcp" | "udp",
  flags: number,
  delayUs: number,
): void {
  const { random } = stage;
  const letters = new Uint8Array(300).fill(0x43);
  new Scan(stage, {
    transport,
    flags,
    scanner,
    targets: [target].values(),
    perSecond: 1,
    pace: "steady",
    sourcePorts: "random",
    retries: random.chance(0.2) ? 1 : 0,
    retryUs: 100_000,
    ...(transport === "udp" && { payload: () => letters }),
  }).start(delayUs);
}
