// Whom scans look at: nets and hosts, most of them absent or silent, some open. Shared by the scan scenarios.

import { ipv4 } from "../address.ts";
import type { Host } from "../host.ts";
import type { Target, TargetState } from "../probe.ts";
import type { Stage } from "../stage.ts";

/** TCP ports by how often services use them; the first are the most common. */
export const COMMON_PORTS: readonly number[] = [
  80, 443, 22, 21, 25, 23, 3389, 445, 139, 135, 8080, 110, 143, 53, 3306, 111, 995, 993, 5900, 1723, 1433,
  5432, 587, 8443, 389, 636, 6379, 8000, 8888, 5060, 2049, 10000, 9100, 514, 515, 5000, 5001, 27017, 11211,
  9200, 2375, 6443, 7001, 8081, 1521, 88, 464, 593, 3268, 5985, 49152, 49153, 2222, 2323, 37215, 7547, 81, 82,
  554, 1900, 6667, 1080, 3128, 9000, 9090, 5555,
];

/** Where the scanner sits and what it looks at. */
export interface Ground {
  scanner: Host;
  /** Targets are inside the site. */
  inside: boolean;
}

export function drawGround(stage: Stage): Ground {
  const { random, world } = stage;
  const inside = random.chance(0.65);
  const scannerInside = inside ? random.chance(0.5) : true;
  return { scanner: world.newAttacker(scannerInside), inside };
}

/** Targets host by host (all ports of one, then the next) or port by port. */
export function* netTargets(
  stage: Stage,
  ground: Ground,
  options: { hosts: number; ports: readonly number[]; alive: number; shuffled: boolean },
): Generator<Target, void> {
  const { random, world } = stage;
  const openPort = random.uniform();
  const rejecting = random.uniform() * 0.8;
  const unreachable = random.chance(0.4) ? random.uniform() * 0.3 : 0;
  // One host stands in for all that are absent; only the address differs.
  const absent = ground.inside ? world.newInsideServer() : world.newOutside("server");
  const firstNet = random.integer(0, 3);
  const order: number[] = [];
  for (let index = 0; index < options.hosts; index++) order.push(index);
  if (options.shuffled) random.shuffle(order);
  for (const index of order) {
    const word = ground.inside
      ? world.plan.insideNet(firstNet + Math.floor(index / 254)) | ((index % 254) + 1)
      : world.plan.outside(true);
    const live = random.chance(options.alive);
    const host = live ? world.hostAt(word, ground.inside) : absent;
    for (const port of options.ports) {
      const state: TargetState = live
        ? random.chance(openPort)
          ? "open"
          : random.chance(rejecting)
            ? "closed"
            : "filtered"
        : random.chance(unreachable)
          ? "unreachable"
          : "absent";
      yield { host, address: live ? undefined : ipv4(word >>> 0), port, state };
    }
  }
}

/** Ports of one host: the common ones, a range, or all, in order or not. */
export function drawPorts(stage: Stage, count: number): readonly number[] {
  const { random } = stage;
  const ports: number[] = [];
  if (count <= COMMON_PORTS.length && random.chance(0.6)) ports.push(...COMMON_PORTS.slice(0, count));
  else if (random.chance(0.55)) {
    const first = random.chance(0.7) ? 1 : random.integer(1, 65_535 - count);
    for (let index = 0; index < count; index++) ports.push(first + index);
    return random.chance(0.4) ? ports : random.shuffle(ports);
  } else {
    const seen = new Set<number>(COMMON_PORTS);
    while (seen.size < count)
      seen.add(random.chance(0.6) ? random.integer(1, 10_000) : random.integer(1, 65_535));
    ports.push(...[...seen].slice(0, count));
  }
  return random.shuffle(ports);
}

/** Ports of known hosts with a few open ones. */
export function* portTargets(
  hosts: readonly Host[],
  ports: readonly number[],
  stateOf: (port: number) => TargetState,
): Generator<Target, void> {
  for (const port of ports) for (const host of hosts) yield { host, port, state: stateOf(port) };
}

/** Draws which ports of a host are open and what the others say. */
export function drawStates(stage: Stage, quiet: "filtered" | "open-silent"): (port: number) => TargetState {
  const { random } = stage;
  const open = new Set<number>();
  for (let count = random.integer(0, 9); count > 0; count--) open.add(random.pick(COMMON_PORTS));
  const kind = random.uniform();
  const refused = kind < 0.55 ? 1 : kind < 0.8 ? 0 : random.uniform();
  return (port) => {
    if (open.has(port)) return quiet === "filtered" ? "open" : "open-silent";
    return random.chance(refused) ? "closed" : "filtered";
  };
}
