// Data in the names and answers of DNS. Three families of tools, told apart by their alphabets and record types.

import {
  type DnsType,
  dnsQuery,
  dnsResponse,
  lookup,
  nameData,
  type Question,
  textData,
} from "../applications/dns.ts";
import { domain, token } from "../applications/names.ts";
import { ByteWriter } from "../bytes.ts";
import type { Host } from "../host.ts";
import { type Step, step } from "../script.ts";
import type { Scenario, Stage } from "../stage.ts";

const HEX = "0123456789abcdef";
const BASE32 = "abcdefghijklmnopqrstuvwxyz012345";
const BASE64 = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

/** Habits of a family: alphabet of names, record types, longest label. */
const FAMILIES: Readonly<Record<string, { letters: string; types: readonly DnsType[]; label: number }>> = {
  dense: { letters: BASE64, types: ["NULL", "TXT", "CNAME", "MX", "A", "SRV"], label: 60 },
  stream: { letters: BASE64, types: ["TXT", "KEY"], label: 63 },
  shell: { letters: HEX, types: ["TXT", "CNAME", "MX"], label: 60 },
  exfiltration: { letters: HEX, types: ["A", "A", "TXT", "AAAA"], label: 63 },
  narrow: { letters: BASE32, types: ["CNAME", "A", "TXT"], label: 32 },
};

export const scenario: Scenario = {
  name: "dns-tunnel",
  label: "tunnel",
  attack: true,
  title: "DNS tunnel",
  description:
    "A client moves data in long labels and gets it back in NULL, TXT, CNAME, MX, KEY or A records: straight to the tunnel's server or through a resolver, over one socket or a fresh port for each query; busy, idling with polls, or one-way exfiltration.",
  parameters: [
    {
      name: "family",
      choices: { dense: 34, stream: 18, shell: 18, exfiltration: 18, narrow: 12 },
      description: "Habits of a family of tools",
    },
    {
      name: "rate",
      unit: "queries/s",
      low: 0.3,
      high: 300,
      scale: "logarithmic",
      description: "Queries a second while busy",
    },
    {
      name: "way",
      choices: { resolver: 55, direct: 45 },
      description: "Through the site's resolver or straight to the server",
    },
    {
      name: "sockets",
      choices: { one: 60, fresh: 40 },
      description: "One socket, or a fresh port for each query",
    },
    {
      name: "name",
      unit: "bytes",
      low: 40,
      high: 235,
      scale: "integer",
      description: "Length of a busy query's name",
    },
    {
      name: "answer",
      unit: "bytes",
      low: 16,
      high: 1000,
      scale: "logarithmic",
      description: "Data in a busy answer",
    },
  ],
  start(stage) {
    const { random, world } = stage;
    const client = random.chance(0.75) ? world.newClient() : world.newAttacker(true);
    const direct = stage.choice("way") === "direct";
    const server = direct ? world.newOutside("server", true) : world.service("dns");
    const tunnel = drawTunnel(stage);
    if (stage.choice("sockets") === "one") {
      const restart = (): void => {
        if (stage.nowUs < stage.endUs)
          stage.talk({
            client,
            server,
            port: 53,
            script: conversation(stage, tunnel),
            onEnd: () => stage.after(random.integer(1_000_000, 20_000_000), restart),
          });
      };
      stage.after(stage.startUs - stage.nowUs + random.integer(0, 500_000), restart);
    } else askFreshly(stage, client, server, tunnel);
    const cover = stage.cover();
    if (random.chance(0.5)) cover.arrivals(0.2, () => lookup(cover, client, world.service("dns")));
  },
};

interface Tunnel {
  zone: string;
  letters: string;
  type: DnsType;
  label: number;
  edns: number | undefined;
  answered: number;
}

function drawTunnel(stage: Stage): Tunnel {
  const { random } = stage;
  const family = FAMILIES[stage.choice("family")];
  return {
    zone: random.chance(0.6) ? `t.${domain(random)}` : domain(random),
    letters: family.letters,
    type: random.pick(family.types),
    label: family.label,
    edns: random.chance(0.5) ? random.pick([4096, 1232, 512]) : undefined,
    answered: stage.choice("family") === "exfiltration" && random.chance(0.4) ? 0 : 0.98,
  };
}

function question(stage: Stage, tunnel: Tunnel, length: number): Question {
  const { random } = stage;
  let name = "";
  for (let left = Math.max(4, length - tunnel.zone.length); left > 0; ) {
    const part = Math.min(left, tunnel.label);
    name += `${token(random, part, tunnel.letters)}.`;
    left -= part + 1;
  }
  const base = { identification: random.uint32() & 0xffff, name: name + tunnel.zone, type: tunnel.type };
  return tunnel.edns === undefined ? base : { ...base, edns: tunnel.edns };
}

function answer(stage: Stage, tunnel: Tunnel, asked: Question, length: number): Uint8Array {
  const { random } = stage;
  const name = (prefix: readonly number[]): Uint8Array => {
    const left = Math.max(6, Math.min(length, 200));
    let text = "";
    for (let rest = left; rest > 0; rest -= 60)
      text += `${token(random, Math.min(rest, 60), tunnel.letters)}.`;
    return nameData(text + tunnel.zone, prefix);
  };
  switch (tunnel.type) {
    case "TXT": {
      const strings: string[] = [];
      for (let rest = Math.floor(length); rest > 0; rest -= 250)
        strings.push(token(random, Math.min(rest, 250), tunnel.letters));
      return dnsResponse(asked, [{ data: textData(...strings), ttl: 0 }]);
    }
    case "CNAME":
      return dnsResponse(asked, [{ data: name([]), ttl: 0 }]);
    case "MX":
      return dnsResponse(asked, [{ data: name([0, 10]), ttl: 0 }]);
    case "SRV":
      return dnsResponse(asked, [{ data: name([0, 10, 0, 0, 0, 53]), ttl: 0 }]);
    case "A":
      return random.chance(0.3)
        ? dnsResponse(asked, [], 3, true)
        : dnsResponse(asked, [{ data: new ByteWriter().random(random, 4).done(), ttl: 0 }]);
    case "AAAA":
      return dnsResponse(asked, [{ data: new ByteWriter().random(random, 16).done(), ttl: 0 }]);
    case "KEY":
      return dnsResponse(asked, [
        {
          data: new ByteWriter()
            .u16(0x0100)
            .u8(3, 5)
            .random(random, Math.floor(length) + 8)
            .done(),
          ttl: 3,
        },
      ]);
    default:
      return dnsResponse(asked, [
        { data: new ByteWriter().random(random, Math.floor(length)).done(), ttl: 0 },
      ]);
  }
}

/** A busy or idle exchange: names and answers are long when data moves, short when the tunnel only stays alive. */
function exchange(
  stage: Stage,
  tunnel: Tunnel,
  busy: boolean,
): { asked: Question; answered: Uint8Array | undefined } {
  const { random } = stage;
  const up = busy && random.chance(0.8);
  const asked = question(
    stage,
    tunnel,
    up ? stage.number("name") : random.integer(8, 40) + tunnel.zone.length,
  );
  const down = busy && random.chance(0.6) ? stage.number("answer") : random.integer(4, 20);
  return { asked, answered: random.chance(tunnel.answered) ? answer(stage, tunnel, asked, down) : undefined };
}

function* conversation(stage: Stage, tunnel: Tunnel): Generator<Step, void> {
  const { random } = stage;
  const meanGapUs = 1_000_000 / (stage.number("rate") * stage.intensity);
  const pollUs = Math.floor(random.logUniform(500_000, 5_000_000));
  let first = true;
  for (let phase = random.integer(1, 12); phase > 0; phase--) {
    const busy = random.chance(0.75);
    for (let count = Math.floor(random.logUniform(5, 600)); count > 0; count--) {
      const { asked, answered } = exchange(stage, tunnel, busy);
      const gap = first ? 0 : busy ? random.exponential(meanGapUs) : pollUs + random.integer(0, 20_000);
      first = false;
      yield step(true, Math.floor(gap), dnsQuery(asked));
      if (answered !== undefined) yield step(false, random.integer(100, 40_000), answered);
      if (!busy && count > 40) break;
    }
  }
}

function askFreshly(stage: Stage, client: Host, server: Host, tunnel: Tunnel): void {
  const { random } = stage;
  stage.arrivals(stage.number("rate"), () => {
    const { asked, answered } = exchange(stage, tunnel, random.chance(0.8));
    const steps = [step(true, 0, dnsQuery(asked))];
    if (answered !== undefined) steps.push(step(false, random.integer(100, 40_000), answered));
    stage.talk({ client, server, port: 53, script: steps.values() });
  });
}
