// Starvation: requests from hosts that do not exist, until the server has no lease left.

import { ipv4 } from "../address.ts";
import { word } from "../applications/names.ts";
import { type DhcpMessage, dhcpMessage } from "../applications/services.ts";
import { emitUdp, type Pace, paced } from "../raw.ts";
import type { Scenario } from "../stage.ts";

export const scenario: Scenario = {
  name: "dhcp-flood",
  label: "flood",
  attack: true,
  title: "DHCP starvation",
  description:
    "DHCP discover or request messages with ever new hardware addresses, broadcast from nowhere or sent from forged addresses; the server offers leases, or has none left.",
  parameters: [
    {
      name: "rate",
      unit: "packets/s",
      low: 5,
      high: 20_000,
      scale: "logarithmic",
      description: "Messages a second",
    },
    { name: "kind", choices: { discover: 60, request: 40 }, description: "Which message" },
    {
      name: "from",
      choices: { nobody: 60, forged: 40 },
      description: "Source address 0.0.0.0, or a forged one in each message",
    },
    {
      name: "offers",
      choices: { none: 50, broadcast: 25, unicast: 25 },
      description: "How the server answers",
    },
    {
      name: "pace",
      choices: { steady: 50, random: 25, bursts: 25 },
      description: "How messages follow each other",
    },
  ],
  start(stage) {
    const { random, world } = stage;
    const attacker = world.newAttacker(true);
    const server = world.newInsideServer();
    const all = world.group(0xffffffff);
    const nobody = world.like(attacker, ipv4(0));
    const forged = stage.choice("from") === "forged";
    const toServer = forged && random.chance(0.5);
    const kind = stage.choice("kind") as "discover" | "request";
    const offers = stage.choice("offers");
    const gap = paced(random, stage.choice("pace") as Pace, stage.number("rate") * stage.intensity);
    stage.repeat(gap, () => {
      const mac = random.chance(0.9)
        ? new Uint8Array([
            0,
            0x16,
            0x36,
            random.uint32() & 0xff,
            random.uint32() & 0xff,
            random.uint32() & 0xff,
          ])
        : attacker.mac;
      const lease = world.plan.spoofedInside();
      const client = forged ? world.like(attacker, ipv4(lease)) : nobody;
      const target = toServer ? server : all;
      const message: DhcpMessage = {
        kind,
        transaction: random.uint32(),
        mac,
        client: 0,
        yours: lease,
        server: server.address4.word,
        name: word(random),
      };
      const flow = { client, server: target, version: 4 as const, clientPort: 68, serverPort: 67 };
      const record = world.sharedRecord(stage.tag, "udp", flow);
      if (record === undefined) return;
      const packet = { version: 4 as const, base: 0, length: 0 };
      emitUdp(
        world,
        record,
        {
          ...packet,
          from: client,
          to: target,
          sourcePort: 68,
          destinationPort: 67,
          ttl: 64,
          head: dhcpMessage(random, message),
        },
        true,
      );
      if (offers === "none" || (!toServer && offers === "unicast" && !forged)) return;
      stage.after(random.integer(200, 30_000), () => {
        const back = offers === "broadcast" ? all : client;
        const reverse = { client: server, server: back, version: 4 as const, clientPort: 67, serverPort: 68 };
        const answerRecord = world.sharedRecord(stage.tag, "udp", reverse);
        if (answerRecord === undefined) return;
        const head = dhcpMessage(random, { ...message, kind: "offer" });
        emitUdp(
          world,
          answerRecord,
          { ...packet, from: server, to: back, sourcePort: 67, destinationPort: 68, head },
          true,
        );
      });
    });
  },
};
