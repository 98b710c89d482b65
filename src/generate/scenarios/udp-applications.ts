// Datagrams at high rates with nobody attacking: QUIC, tunnels, games.

import { talkOverUdp } from "../applications/media.ts";
import type { Scenario } from "../stage.ts";

export const scenario: Scenario = {
  name: "udp-applications",
  label: "benign",
  attack: false,
  title: "Applications over UDP",
  description:
    "QUIC, virtual private networks (WireGuard, OpenVPN, IPsec through address translation), games, and protocols that only their makers know.",
  parameters: [
    {
      name: "users",
      unit: "hosts",
      low: 1,
      high: 40,
      scale: "logarithmic",
      description: "Clients of the site",
    },
    {
      name: "rate",
      unit: "conversations/s",
      low: 0.03,
      high: 2,
      scale: "logarithmic",
      description: "Conversations a second in all",
    },
  ],
  start(stage) {
    const { random, world } = stage;
    stage.arrivals(stage.number("rate"), () => {
      const server = random.chance(0.85) ? world.outside(random) : world.insideServer(random);
      talkOverUdp(stage, world.client(random, Math.floor(stage.number("users"))), server);
    });
  },
};
