// The site that is captured: its hosts, their ways to the tap, the clock, and the one door through which frames leave.
// Knows no scenario and no application.
//
// What is drawn once for a capture: where the tap is, how long ways are, VLAN tag, padding, whether IPv6 is spoken,
// whether the capturing host coalesces segments. Everything else is drawn per host or per session.

import type { Random } from "../base/random.ts";
import { type Address, AddressPlan, ipv4, ipv6 } from "./address.ts";
import type { FrameSink, TransportName } from "./contract.ts";
import { FLAVOURS, type Flavour, flavourNamed } from "./flavour.ts";
import { FrameBuilder } from "./frame.ts";
import { Host, type Link } from "./host.ts";
import { type FlowRecord, Ledger, type Tag } from "./ledger.ts";
import { Scheduler } from "./schedule.ts";

/** Where frames are captured: on one of the hosts, at the site's gateway, or deeper in the network. */
export type Vantage = "host" | "gateway" | "core";

/** What is wrong with a capture as such. */
interface Defects {
  /** Share of frames that the capturing host drops. */
  dropShare: number;
  /** How often each frame is written: mirrored ports may deliver it twice. */
  copies: 1 | 2;
  /** Steps of the clock, µs. */
  clockUs: number;
  /** Only the way there is seen, not the way back. */
  answersHidden: boolean;
}

const NO_DEFECTS: Defects = { dropShare: 0, copies: 1, clockUs: 1, answersHidden: false };

/** Most captures are sound. */
function drawDefects(random: Random): Defects {
  const kind = random.uniform();
  if (kind < 0.03) return { ...NO_DEFECTS, dropShare: random.logUniform(0.0005, 0.08) };
  if (kind < 0.045) return { ...NO_DEFECTS, copies: 2 };
  if (kind < 0.075) return { ...NO_DEFECTS, clockUs: random.pick([1000, 1000, 10_000, 10_000, 1_000_000]) };
  if (kind < 0.09) return { ...NO_DEFECTS, answersHidden: true };
  return NO_DEFECTS;
}

/** Bytes of the longest frame that certainly needs no fragments. */
const LARGEST_WHOLE = 1514;

/** Outside hosts that are kept to be met again. */
const POPULAR_HOSTS = 2048;

/** Kinds of ways to outside hosts: weight, one-way delay from and to in ms, jitter as a share of it. */
const DISTANCES = [
  { weight: 15, low: 0.4, high: 4, jitter: 0.05 },
  { weight: 27, low: 4, high: 15, jitter: 0.04 },
  { weight: 33, low: 12, high: 50, jitter: 0.03 },
  { weight: 19, low: 60, high: 150, jitter: 0.02 },
  { weight: 5, low: 20, high: 90, jitter: 0.3 },
  { weight: 1, low: 250, high: 320, jitter: 0.03 },
] as const;

/** Slowest part of a way, Mbit/s. */
const RATES = [2, 8, 20, 50, 50, 100, 100, 300, 1000, 1000, 1000] as const;

export class World {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly builder = new FrameBuilder();
  readonly ledger: Ledger;
  readonly plan: AddressPlan;
  readonly startUs: number;
  readonly endUs: number;
  readonly vantage: Vantage;
  /** Share of sessions between hosts that both speak IPv6 which use it. */
  readonly share6: number;
  /** Most segments that the capturing host sees as one (segmentation offload); 1 where it sees the wire. */
  readonly coalesce: number;
  readonly gateway: Host;
  readonly defects: Defects;
  packets = 0;
  bytes = 0;
  firstUs = -1;
  lastUs = -1;

  readonly #sink: FrameSink;
  readonly #limitPackets: number;
  readonly #outsideMac: Uint8Array;
  readonly #vendors: number[];
  readonly #popular: Host[] = [];
  readonly #clients: Host[] = [];
  readonly #servers: Host[] = [];
  readonly #services = new Map<string, Host>();
  readonly #serviceShareOutside: number;
  #net = 0;

  constructor(options: {
    random: Random;
    sink: FrameSink;
    startUs: number;
    endUs: number;
    packets: number;
    defects: boolean;
  }) {
    const { random } = options;
    this.random = random;
    this.#sink = options.sink;
    this.ledger = new Ledger(options.sink);
    this.startUs = options.startUs;
    this.endUs = options.endUs;
    this.#limitPackets = options.packets;
    this.scheduler = new Scheduler(options.startUs);
    this.plan = new AddressPlan(random);
    this.vantage = weighted(random, { host: 38, gateway: 47, core: 15 });
    this.share6 = random.chance(0.45) ? random.uniform() : 0;
    this.coalesce = this.vantage === "host" && random.chance(0.4) ? random.integer(2, 20) : 1;
    this.builder.vlan = random.chance(0.1) ? random.integer(2, 4000) : -1;
    this.builder.padding = random.pick(["none", "received", "all"] as const);
    this.#vendors = Array.from({ length: 6 }, () => (random.uint32() & 0xfcffff) >>> 0);
    this.#serviceShareOutside = random.uniform();
    const defects = drawDefects(random);
    this.defects = options.defects ? defects : NO_DEFECTS;
    this.gateway = this.#host(true, flavourNamed("network-device"), this.plan.inside(0));
    this.#outsideMac = this.gateway.mac;
  }

  get nowUs(): number {
    return this.scheduler.nowUs;
  }

  get full(): boolean {
    return this.packets >= this.#limitPackets;
  }

  /** Now as the capturing clock tells it: in its own steps, counted from the capture's start. */
  get stampUs(): number {
    const { nowUs } = this.scheduler;
    const { clockUs } = this.defects;
    return clockUs === 1 ? nowUs : nowUs - ((nowUs - this.startUs) % clockUs);
  }

  /** Lets the frame in the builder leave now, charged to the record, unless the capture misses it. */
  emit(record: FlowRecord, length: number, fromSource: boolean): void {
    const { dropShare, answersHidden } = this.defects;
    if ((answersHidden && !fromSource) || !record.sees(fromSource)) return;
    if (dropShare > 0 && this.random.chance(dropShare)) return;
    if (length <= LARGEST_WHOLE || !this.builder.needsFragments) this.#leave(record, length);
    else for (const part of this.builder.fragments()) this.#leave(record, part);
  }

  #leave(record: FlowRecord, length: number): void {
    const stampUs = this.stampUs;
    for (let copy = 0; copy < this.defects.copies && this.packets < this.#limitPackets; copy++) {
      if (this.packets === 0) this.firstUs = stampUs;
      this.lastUs = stampUs;
      this.packets++;
      this.bytes += length;
      this.ledger.charge(record, stampUs);
      this.#sink.frame(stampUs, this.builder.bytes, length);
    }
  }

  openRecord(tag: Tag, protocol: TransportName, flow: Flow): FlowRecord {
    return this.ledger.open(tag, {
      protocol,
      source: flow.client.address(flow.version),
      sourcePort: flow.clientPort,
      destination: flow.server.address(flow.version),
      destinationPort: flow.serverPort,
    });
  }

  sharedRecord(tag: Tag, protocol: TransportName, flow: Flow): FlowRecord | undefined {
    return this.ledger.shared(
      tag,
      {
        protocol,
        source: flow.client.address(flow.version),
        sourcePort: flow.clientPort,
        destination: flow.server.address(flow.version),
        destinationPort: flow.serverPort,
      },
      this.stampUs,
    );
  }

  /** IP version of a new session between two hosts. */
  version(random: Random, first: Host, second: Host): 4 | 6 {
    const both = first.address6 !== undefined && second.address6 !== undefined;
    return both && random.chance(this.share6) ? 6 : 4;
  }

  /** A new client of the site; every call gives another host. */
  newClient(flavour?: Flavour): Host {
    return this.#host(true, flavour ?? this.#flavour("client"), this.#insideWord());
  }

  /** A client of the site, one of about `population`, some of them busier than others. */
  client(random: Random, population: number): Host {
    const index = Math.floor(random.uniform() * random.uniform() * population);
    while (this.#clients.length <= Math.min(index, 4000)) this.#clients.push(this.newClient());
    return this.#clients[Math.min(index, 4000)];
  }

  /** A server of the site. */
  insideServer(random: Random): Host {
    const index = random.integer(0, 5);
    while (this.#servers.length <= index) this.#servers.push(this.newInsideServer());
    return this.#servers[index];
  }

  newInsideServer(): Host {
    return this.#host(true, this.#flavour("server"), this.#insideWord());
  }

  /** An outside host; popular ones come again and again. */
  outside(random: Random): Host {
    const { uniform } = { uniform: random.uniform() };
    const index = Math.floor(uniform * uniform * uniform * POPULAR_HOSTS);
    if (index >= this.#popular.length) {
      if (this.#popular.length < POPULAR_HOSTS && random.chance(0.5)) {
        const host = this.newOutside("server");
        this.#popular.push(host);
        return host;
      }
      if (this.#popular.length === 0) this.#popular.push(this.newOutside("server"));
      return this.#popular[index % this.#popular.length];
    }
    return this.#popular[index];
  }

  newOutside(role: "client" | "server", hostile = false): Host {
    return this.#host(false, this.#flavour(role), this.plan.outside(hostile));
  }

  /** A host of the attackers: outside, or (an infected machine) inside. */
  newAttacker(inside: boolean, flavour?: Flavour): Host {
    if (inside) return this.newClient(flavour);
    return this.#host(
      false,
      flavour ?? this.#flavour(this.random.chance(0.7) ? "server" : "client"),
      this.plan.outside(true),
    );
  }

  /** The one host that offers a named service to the site: inside or outside, as drawn once. */
  service(name: string, where: "inside" | "outside" | "any" = "any"): Host {
    let host = this.#services.get(name);
    if (host === undefined) {
      const outside =
        where === "outside" || (where === "any" && this.random.chance(this.#serviceShareOutside));
      host = outside ? this.newOutside("server") : this.newInsideServer();
      this.#services.set(name, host);
    }
    return host;
  }

  /** A host that exists as an address only: a multicast group, or all hosts of a net. */
  group(word: number, broadcast = word === 0xffffffff): Host {
    const mac = new Uint8Array([0x01, 0x00, 0x5e, (word >>> 16) & 0x7f, (word >>> 8) & 0xff, word & 0xff]);
    return this.#addressHost(word, broadcast ? new Uint8Array(6).fill(0xff) : mac);
  }

  group6(words: readonly [number, number, number, number]): Host {
    const low = words[3];
    const mac = new Uint8Array([0x33, 0x33, low >>> 24, (low >>> 16) & 0xff, (low >>> 8) & 0xff, low & 0xff]);
    return this.#addressHost(0, mac, words);
  }

  /** The same host under another address, as one that has none yet. */
  like(host: Host, address: Address): Host {
    return new Host({
      random: this.random,
      flavour: host.flavour,
      mac: host.mac,
      address4: address,
      inside: host.inside,
      link: host.link,
    });
  }

  /** A host at a given address, as scans and spoofed sources need them. */
  hostAt(word: number, inside: boolean, flavour?: Flavour): Host {
    return this.#host(inside, flavour ?? this.#flavour("server"), word >>> 0);
  }

  /** A way from the tap to an outside host. */
  outsideLink(): Link {
    const { random } = this;
    const distance = weightedItem(random, DISTANCES, (item) => item.weight);
    const delayUs = Math.round(random.logUniform(distance.low, distance.high) * 1000);
    return {
      delayUs,
      jitterUs: delayUs * distance.jitter * random.uniform(),
      loss: this.#lossDraw(),
      reorder: random.chance(0.85) ? 0 : random.logUniform(0.0001, 0.02),
      usPerByte: 8 / random.pick(RATES),
      queueUs: random.logUniform(20_000, 600_000),
      hops: random.integer(4, 22),
    };
  }

  #lossDraw(): number {
    const { random } = this;
    const kind = random.uniform();
    if (kind < 0.6) return 0;
    return kind < 0.9 ? random.logUniform(0.0001, 0.003) : random.logUniform(0.003, 0.04);
  }

  #insideLink(): Link {
    const { random, vantage } = this;
    const wireless = vantage !== "host" && random.chance(0.35);
    const bounds =
      vantage === "host" ? [5, 60] : vantage === "core" ? [400, 6000] : wireless ? [700, 4000] : [40, 500];
    const delayUs = Math.round(random.logUniform(bounds[0], bounds[1]));
    return {
      delayUs,
      jitterUs: delayUs * (wireless ? random.uniform() : 0.2 * random.uniform()),
      loss: wireless && random.chance(0.5) ? random.logUniform(0.0001, 0.01) : 0,
      reorder: 0,
      usPerByte:
        8 / (wireless ? random.pick([10, 50, 100, 300]) : random.pick([100, 1000, 1000, 1000, 10_000])),
      queueUs: random.logUniform(20_000, 300_000),
      hops: vantage === "core" ? random.integer(1, 4) : random.chance(0.9) ? 0 : 1,
    };
  }

  #flavour(role: "client" | "server"): Flavour {
    return weightedItem(this.random, FLAVOURS, (entry) => entry[role]).flavour;
  }

  #insideWord(): number {
    while (this.plan.insideLeft(this.#net) === 0) this.#net++;
    return this.plan.inside(this.#net);
  }

  #host(inside: boolean, flavour: Flavour, word: number): Host {
    const { random } = this;
    const has6 = this.share6 > 0 && random.chance(0.8);
    const outsideMac = this.#outsideMac;
    return new Host({
      random,
      flavour,
      mac: inside || outsideMac === undefined ? this.#newMac() : outsideMac,
      address4: ipv4(word),
      ...(has6 ? { address6: ipv6(this.plan.ipv6(inside)) } : {}),
      inside,
      link: inside ? this.#insideLink() : this.outsideLink(),
    });
  }

  #addressHost(word: number, mac: Uint8Array, words?: readonly [number, number, number, number]): Host {
    return new Host({
      random: this.random,
      flavour: flavourNamed("linux"),
      mac,
      address4: ipv4(word),
      ...(words === undefined ? {} : { address6: ipv6(words) }),
      inside: true,
      link: { delayUs: 10, jitterUs: 0, loss: 0, reorder: 0, usPerByte: 0.008, queueUs: 100_000, hops: 0 },
    });
  }

  #newMac(): Uint8Array {
    const vendor = this.random.pick(this.#vendors);
    const tail = this.random.uint32();
    return new Uint8Array([
      (vendor >>> 16) & 0xfc,
      (vendor >>> 8) & 0xff,
      vendor & 0xff,
      (tail >>> 16) & 0xff,
      (tail >>> 8) & 0xff,
      tail & 0xff,
    ]);
  }
}

/** Who speaks to whom. */
export interface Flow {
  client: Host;
  server: Host;
  version: 4 | 6;
  clientPort: number;
  serverPort: number;
}

/** Names and running sums of weight tables that have been used. */
const tables = new WeakMap<object, { names: readonly string[]; sums: readonly number[] }>();

/** One of the names, by weight. */
export function weighted<Name extends string>(random: Random, weights: Readonly<Record<Name, number>>): Name {
  let table = tables.get(weights);
  if (table === undefined) {
    let sum = 0;
    const names = Object.keys(weights);
    table = { names, sums: names.map((name) => (sum += weights[name as Name])) };
    tables.set(weights, table);
  }
  const { names, sums } = table;
  const drawn = random.uniform() * sums[sums.length - 1];
  let index = 0;
  while (sums[index] <= drawn) index++;
  return names[index] as Name;
}

/** One of the items, by weight. */
export function weightedItem<Item>(
  random: Random,
  items: readonly Item[],
  weight: (item: Item) => number,
): Item {
  let total = 0;
  for (const item of items) total += weight(item);
  let left = random.uniform() * total;
  for (const item of items) {
    left -= weight(item);
    if (left < 0) return item;
  }
  return items[items.length - 1];
}
