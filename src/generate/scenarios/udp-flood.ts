// Straight floods and reflections: in the latter, honest servers send answers that nobody asked for.

import { dnsResponse, textData } from "../applications/dns.ts";
import { token } from "../applications/names.ts";
import { ByteWriter } from "../bytes.ts";
import { Flood, type VictimAnswer } from "../flood.ts";
import type { Scenario, Stage } from "../stage.ts";
import { drawVictim, FLOOD_PARAMETERS, floodBasics } from "./common.ts";

/** Amplifiers: their port and the head of what they send. */
const REFLECTORS: Readonly<Record<string, { port: number; head: (stage: Stage) => Uint8Array }>> = {
  dns: {
    port: 53,
    head: ({ random }) => {
      const question = {
        identification: random.uint32() & 0xffff,
        name: "example.org",
        type: "TXT" as const,
        edns: 4096,
      };
      const answers = Array.from({ length: random.integer(4, 5) }, () => ({
        data: textData(token(random, 240)),
      }));
      return dnsResponse(question, answers);
    },
  },
  ntp: {
    port: 123,
    head: ({ random }) => new ByteWriter().u8(0xd7, random.integer(0, 99), 3, 0x2a, 0, 6, 0, 0x48).done(),
  },
  memcached: {
    port: 11211,
    head: ({ random }) =>
      new ByteWriter().u16(random.integer(0, 99)).u16(0).u16(1).u16(0).text("VALUE a 0 1380\r\n").done(),
  },
};

export const scenario: Scenario = {
  name: "udp-flood",
  label: "flood",
  attack: true,
  title: "UDP flood",
  description:
    "UDP datagrams to one or any port of a victim, or reflected by DNS, NTP or memcached servers; fixed or varying lengths; answered by ICMP port unreachable at a limited rate, by the service, or not at all.",
  parameters: [
    ...FLOOD_PARAMETERS,
    {
      name: "kind",
      choices: { direct: 76, dns: 10, ntp: 8, memcached: 6 },
      description: "Direct, or reflected by servers of this protocol",
    },
    {
      name: "answer",
      choices: { silence: 60, "icmp-limited": 32, reply: 8 },
      description: "What the victim answers",
    },
    {
      name: "length",
      unit: "bytes",
      low: 1,
      high: 6000,
      scale: "logarithmic",
      description: "Payload length, or the most of it",
    },
  ],
  start(stage) {
    const { random } = stage;
    const reflector = REFLECTORS[stage.choice("kind")];
    const longest = Math.floor(stage.number("length"));
    const anyPort = random.chance(0.35);
    new Flood(stage, {
      ...floodBasics(stage),
      // Reflectors are real servers: many, and not forged.
      ...(reflector === undefined ? {} : { sources: "botnet" as const, repeats: 0 }),
      transport: "udp",
      flags: 0,
      victim: drawVictim(stage),
      targetPorts: anyPort
        ? []
        : [
            random.chance(0.5)
              ? random.pick([53, 80, 123, 443, 161, 1900, 5060, 27015])
              : random.integer(1, 65535),
          ],
      answer: reflector === undefined ? (stage.choice("answer") as VictimAnswer) : "silence",
      length:
        reflector !== undefined
          ? () => (reflector.port === 53 ? 0 : 440)
          : random.chance(0.6)
            ? () => longest
            : () => random.integer(0, longest),
      body: random.pick(["random", "zero", "text"] as const),
      head: reflector === undefined ? undefined : () => reflector.head(stage),
      reflectorPort: reflector?.port,
    }).start();
  },
};
