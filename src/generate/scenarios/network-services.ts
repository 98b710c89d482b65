// What every network says to itself all day: addresses, time, names, discovery, logs, logins, reachability.

import * as services from "../applications/services.ts";
import { traceRoute } from "../applications/trace.ts";
import type { Host } from "../host.ts";
import type { Scenario, Stage } from "../stage.ts";

export const scenario: Scenario = {
  name: "network-services",
  label: "benign",
  attack: false,
  title: "Network services",
  description:
    "DHCP, NTP, SNMP polls, mDNS, LLMNR, NetBIOS names, SSDP, syslog, RADIUS, Kerberos, STUN, ping and traceroute, in IPv4 and IPv6.",
  parameters: [
    {
      name: "users",
      unit: "hosts",
      low: 1,
      high: 120,
      scale: "logarithmic",
      description: "Hosts of the site",
    },
    {
      name: "rate",
      unit: "events/s",
      low: 0.2,
      high: 20,
      scale: "logarithmic",
      description: "Events a second in all",
    },
  ],
  start: (stage) =>
    stage.arrivals(stage.number("rate"), () =>
      serve(stage, stage.world.client(stage.random, Math.floor(stage.number("users")))),
    ),
};

const KINDS: readonly { weight: number; act: (stage: Stage, client: Host) => void }[] = [
  { weight: 8, act: services.joinNetwork },
  { weight: 5, act: services.renewLease },
  {
    weight: 14,
    act: (stage, client) =>
      services.askTime(
        stage,
        client,
        stage.random.chance(0.7) ? stage.world.service("time") : stage.world.outside(stage.random),
      ),
  },
  { weight: 9, act: pollDevice },
  { weight: 12, act: speakMulticastDns },
  { weight: 7, act: askLinkNames },
  { weight: 6, act: askNetbios },
  { weight: 8, act: discover },
  { weight: 7, act: log },
  {
    weight: 4,
    act: (stage, client) =>
      void stage.talk({
        client,
        server: stage.world.service("login", "inside"),
        port: 1812,
        script: services.radiusScript(stage.random),
      }),
  },
  {
    weight: 5,
    act: (stage, client) =>
      void stage.talk({
        client,
        server: stage.world.service("login", "inside"),
        port: 88,
        script: services.kerberosScript(stage.random),
      }),
  },
  {
    weight: 3,
    act: (stage, client) =>
      void stage.talk({
        client,
        server: stage.world.outside(stage.random),
        port: 3478,
        script: services.stunScript(stage.random),
      }),
  },
  { weight: 10, act: pingSomebody },
  { weight: 9, act: services.meetNeighbours },
  { weight: 2, act: traceRoute },
];
const TOTAL = KINDS.reduce((sum, kind) => sum + kind.weight, 0);

/** One event of a drawn kind. */
export function serve(stage: Stage, client: Host): void {
  let left = stage.random.uniform() * TOTAL;
  const kind = KINDS.find((candidate) => {
    left -= candidate.weight;
    return left < 0;
  })!;
  kind.act(stage, client);
}

function pollDevice(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const server = random.chance(0.3) ? world.gateway : world.client(random, 40);
  if (server === client) return;
  stage.talk({
    client,
    server,
    port: 161,
    version: 4,
    script: services.snmpScript(random, random.chance(0.9)),
  });
}

function speakMulticastDns(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const six = client.address6 !== undefined && random.chance(0.4);
  const server = six ? world.group6(services.MDNS_GROUP6) : world.group(services.MDNS_GROUP);
  const script = services.once(random.chance(0.6) ? services.mdnsQuery(random) : services.mdnsAnswer(random));
  stage.talk({
    client,
    server,
    version: six ? 6 : 4,
    port: 5353,
    clientPort: 5353,
    script,
    ttl: 255,
    exact: true,
  });
}

function askLinkNames(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const six = client.address6 !== undefined && random.chance(0.5);
  const server = six ? world.group6(services.LLMNR_GROUP6) : world.group(services.LLMNR_GROUP);
  const query = services.llmnrQuery(random);
  for (const delayUs of random.chance(0.6) ? [0, 410_000] : [0])
    stage.talk({
      client,
      server,
      version: six ? 6 : 4,
      port: 5355,
      clientPort: 50_000 + (query[0] << 4),
      script: services.once(query),
      delayUs,
      ttl: 1,
      exact: true,
    });
}

function askNetbios(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const server = world.group((client.address4.word | 0xff) >>> 0, true);
  const query = services.netbiosName(random);
  const count = random.integer(1, 4);
  for (let index = 0; index < count; index++)
    stage.talk({
      client,
      server,
      version: 4,
      port: 137,
      clientPort: 137,
      script: services.once(query),
      delayUs: index * 750_000,
      exact: true,
    });
}

function discover(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const server = world.group(services.SSDP_GROUP);
  const search = random.chance(0.6);
  const clientPort = search ? 49_000 + random.integer(0, 999) : 1900;
  const count = random.integer(1, 5);
  for (let index = 0; index < count; index++) {
    const script = services.once(search ? services.ssdpSearch(random) : services.ssdpNotify(random));
    stage.talk({
      client,
      server,
      version: 4,
      port: 1900,
      clientPort,
      script,
      delayUs: index * random.integer(2000, 1_000_000),
      ttl: random.pick([1, 2, 4]),
      exact: true,
    });
  }
}

function log(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const server = world.service("logs", "inside");
  for (
    let count = Math.floor(random.logUniform(1, 30)), delayUs = 0;
    count > 0;
    count--, delayUs += random.integer(50, 2_000_000)
  )
    stage.talk({
      client,
      server,
      version: 4,
      port: 514,
      clientPort: 514,
      script: services.once(services.syslogLine(random)),
      delayUs,
      exact: true,
    });
}

function pingSomebody(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const to = random.chance(0.5)
    ? world.outside(random)
    : random.chance(0.5)
      ? world.gateway
      : world.insideServer(random);
  const count = random.chance(0.6) ? random.integer(1, 5) : Math.floor(random.logUniform(5, 600));
  const length = random.chance(0.8)
    ? random.pick([56, 32, 48, 64, 24])
    : random.integer(0, random.chance(0.8) ? 1400 : 8000);
  stage.ping({
    from: client,
    to,
    count,
    intervalUs: random.pick([1_000_000, 1_000_000, 1_000_000, 200_000, 5_000_000]),
    length,
    answered: random.chance(0.85) ? 1 : random.chance(0.5) ? 0 : random.uniform(),
  });
}
