// Tracing a route: packets with growing TTL by UDP or ICMP, and the routers that let them die. Knows no attack.

import type { Host } from "../host.ts";
import { IcmpError, icmpRecord, quoteNetwork } from "../icmp.ts";
import { emitUdp } from "../raw.ts";
import type { Stage } from "../stage.ts";

export function traceRoute(stage: Stage, client: Host): void {
  const { random, world } = stage;
  const target = world.outside(random);
  const hops = random.integer(4, 22);
  const routers = Array.from({ length: hops - 1 }, (_, index) =>
    index === 0 ? world.gateway : world.newOutside("server"),
  );
  const silent = new Set<number>();
  for (let index = 0; index < hops; index++) if (random.chance(0.2)) silent.add(index);
  const byUdp = random.chance(0.5);
  const together = random.chance(0.4);
  const firstPort = byUdp ? client.takePort("udp") : 0;
  const identifier = random.integer(1, 65535);
  for (let index = 0; index < hops * 3; index++) {
    const hop = Math.floor(index / 3);
    const delayUs = index * (together ? random.integer(20, 400) : random.integer(9000, 600_000));
    stage.after(delayUs, () => {
      const from = hop < hops - 1 ? routers[hop] : target;
      const sent = byUdp
        ? probeByUdp(stage, client, target, firstPort, 33_434 + index, hop + 1)
        : probeByEcho(stage, client, target, identifier, index + 1, hop + 1);
      if (!sent || silent.has(hop)) return;
      if (hop < hops - 1)
        new IcmpError(
          world,
          stage.tag.scenario,
          from,
          client,
          4,
          "time-exceeded",
          quoteNetwork(world.builder),
        ).send(random);
      else if (byUdp)
        new IcmpError(world, stage.tag.scenario, target, client, 4, "port", quoteNetwork(world.builder)).send(
          random,
        );
      else
        stage.after(2 * target.link.delayUs + 30, () =>
          answerEcho(stage, client, target, identifier, index + 1),
        );
    });
  }
}

function probeByUdp(
  stage: Stage,
  from: Host,
  to: Host,
  sourcePort: number,
  destinationPort: number,
  ttl: number,
): boolean {
  const { world } = stage;
  const record = world.sharedRecord(stage.tag, "udp", {
    client: from,
    server: to,
    version: 4,
    clientPort: sourcePort,
    serverPort: destinationPort,
  });
  if (record === undefined) return false;
  emitUdp(
    world,
    record,
    { from, to, version: 4, sourcePort, destinationPort, ttl, base: 0, length: 32 },
    true,
  );
  return true;
}

function probeByEcho(
  stage: Stage,
  from: Host,
  to: Host,
  identifier: number,
  sequence: number,
  ttl: number,
): boolean {
  return emitEcho(stage, from, to, 8, identifier, sequence, ttl);
}

function answerEcho(stage: Stage, client: Host, target: Host, identifier: number, sequence: number): void {
  emitEcho(stage, target, client, 0, identifier, sequence, undefined);
}

function emitEcho(
  stage: Stage,
  from: Host,
  to: Host,
  type: number,
  identifier: number,
  sequence: number,
  ttl: number | undefined,
): boolean {
  const { world } = stage;
  const { builder } = world;
  const record = icmpRecord(world, stage.tag, from, to, 4, type, 0);
  if (record === undefined) return false;
  const route = builder.route(from, to, 4);
  if (ttl !== undefined) route.ttl = ttl;
  builder.startPayload(8);
  builder.appendBody(0, 0, 32);
  world.emit(record, builder.finishIcmp(type, 0, ((identifier << 16) | sequence) >>> 0), true);
  return true;
}
