// A host of a generated network: addresses, habits, its way to the tap, and the ports it has open. Knows no sessions.

import type { Random } from "../base/random.ts";
import { type Address, addressText } from "./address.ts";
import type { Flavour } from "./flavour.ts";

/** The way between a host and the place where frames are captured. */
export interface Link {
  /** One way, µs. */
  delayUs: number;
  /** Mean of the random extra delay of each packet, µs. */
  jitterUs: number;
  /** Share of packets lost between host and tap, each way. */
  loss: number;
  /** Share of packets that later ones overtake. */
  reorder: number;
  /** Time one byte takes on the slowest part, µs. */
  usPerByte: number;
  /** Longest wait in the queue of that part before packets are dropped, µs. */
  queueUs: number;
  /** Routers between host and tap. */
  hops: number;
}

export class Host {
  readonly flavour: Flavour;
  readonly mac: Uint8Array;
  readonly address4: Address;
  /** Absent on hosts that speak IPv4 only. */
  readonly address6: Address | undefined;
  readonly inside: boolean;
  readonly link: Link;
  /** TTL or hop limit of its packets at the tap. */
  readonly ttl: number;
  readonly mss: number;
  readonly window: number;
  readonly scale: number;
  /** Clock of the TCP timestamps: value at time 0 and ticks per second. */
  readonly timestampBase: number;
  readonly timestampHz: number;
  #identification: number;
  #identificationSeed: number;
  readonly #ports: [PortWalk, PortWalk];
  readonly #texts: [string, string] = ["", ""];

  constructor(options: {
    random: Random;
    flavour: Flavour;
    mac: Uint8Array;
    address4: Address;
    address6?: Address;
    inside: boolean;
    link: Link;
  }) {
    const { random, flavour } = options;
    this.flavour = flavour;
    this.mac = options.mac;
    this.address4 = options.address4;
    this.address6 = options.address6;
    this.inside = options.inside;
    this.link = options.link;
    this.ttl = Math.max(2, flavour.ttl - options.link.hops);
    this.mss = random.chance(0.82)
      ? 1460
      : random.pick([1400, 1380, 1360, 1440, 1452, 1412, 1300, 536, 1350, 8960]);
    this.window = random.pick(flavour.windows);
    this.scale = random.pick(flavour.scales);
    this.timestampBase = random.uint32();
    this.timestampHz = random.pick([1000, 1000, 1000, 250, 100]);
    this.#identification = random.uint32() & 0xffff;
    this.#identificationSeed = random.uint32() | 1;
    this.#ports = [new PortWalk(random, flavour), new PortWalk(random, flavour)];
  }

  address(version: 4 | 6): Address {
    return version === 6 && this.address6 !== undefined ? this.address6 : this.address4;
  }

  text(version: 4 | 6): string {
    const index = version === 6 && this.address6 !== undefined ? 1 : 0;
    this.#texts[index] ||= addressText(index === 1 ? this.address6! : this.address4);
    return this.#texts[index];
  }

  /** Identification of the next IPv4 packet. */
  identification(dontFragment: boolean): number {
    switch (this.flavour.identification) {
      case "zero":
        if (dontFragment) return 0;
        break;
      case "random":
        this.#identificationSeed = (Math.imul(this.#identificationSeed, 0x41c64e6d) + 0x3039) | 0;
        return this.#identificationSeed >>> 16;
      case "counter":
        break;
    }
    this.#identification = (this.#identification + 1) & 0xffff;
    return this.#identification;
  }

  /** Value of the TCP timestamp clock. */
  timestamp(nowUs: number): number {
    return (this.timestampBase + Math.floor((nowUs / 1_000_000) * this.timestampHz)) >>> 0;
  }

  /** Takes an ephemeral port that this host has not open; give it back with `release`. */
  takePort(protocol: "tcp" | "udp"): number {
    return this.#ports[protocol === "tcp" ? 0 : 1].take();
  }

  /** Keeps a port from being handed out; false when it is open already. */
  claimPort(protocol: "tcp" | "udp", port: number): boolean {
    return this.#ports[protocol === "tcp" ? 0 : 1].claim(port);
  }

  release(protocol: "tcp" | "udp", port: number): void {
    this.#ports[protocol === "tcp" ? 0 : 1].release(port);
  }
}

/** Hands out ephemeral ports in the flavour's manner, never one that is open. */
class PortWalk {
  readonly #first: number;
  readonly #span: number;
  readonly #stride: number;
  #index: number;
  readonly #open = new Set<number>();

  constructor(random: Random, flavour: Flavour) {
    this.#first = flavour.ports[0];
    this.#span = flavour.ports[1] - flavour.ports[0] + 1;
    this.#stride = flavour.sequentialPorts ? 1 : coprime(random.integer(101, this.#span - 1), this.#span);
    this.#index = random.integer(0, this.#span - 1);
  }

  take(): number {
    for (let attempt = 0; attempt < this.#span; attempt++) {
      this.#index = (this.#index + this.#stride) % this.#span;
      if (this.claim(this.#first + this.#index)) return this.#first + this.#index;
    }
    // All of the range is open: a host as busy as that uses any port.
    for (let port = 65535; port > 1024; port--) if (this.claim(port)) return port;
    throw new RangeError("a host has all 64,511 ports open");
  }

  claim(port: number): boolean {
    if (this.#open.has(port)) return false;
    this.#open.add(port);
    return true;
  }

  release(port: number): void {
    this.#open.delete(port);
  }
}

function coprime(start: number, span: number): number {
  let value = start;
  while (divisor(value, span) !== 1) value++;
  return value;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
