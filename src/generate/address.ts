// Addresses of generated hosts, and the plan that keeps them apart. Knows no packets.
//
// The plan: benign hosts have an even third octet and attackers (and spoofed sources) an odd one, so no flow of an
// attack can share addresses with a benign one by chance. No model sees addresses, so this teaches it nothing.

import type { Random } from "../base/random.ts";

/** One IPv4 or IPv6 address in the forms that frames and labels need. */
export interface Address {
  version: 4 | 6;
  /** 4 or 16 bytes. */
  bytes: Uint8Array;
  /** Sum of the 16-bit words, for checksums. */
  sum: number;
  /** Unsigned word of an IPv4 address; the last word of an IPv6 one. */
  word: number;
}

export function ipv4(word: number): Address {
  const bytes = new Uint8Array(4);
  bytes[0] = word >>> 24;
  bytes[1] = word >>> 16;
  bytes[2] = word >>> 8;
  bytes[3] = word;
  return { version: 4, bytes, sum: (word >>> 16) + (word & 0xffff), word: word >>> 0 };
}

/** Four 32-bit words, most significant first. */
export function ipv6(words: readonly [number, number, number, number]): Address {
  const bytes = new Uint8Array(16);
  let sum = 0;
  for (let index = 0; index < 4; index++) {
    const word = words[index];
    bytes.set([word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff], index * 4);
    sum += (word >>> 16) + (word & 0xffff);
  }
  return { version: 6, bytes, sum, word: words[3] >>> 0 };
}

/** Dotted quad, or RFC 5952 text. */
export function addressText(address: Address): string {
  const { bytes } = address;
  if (address.version === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  const groups: string[] = [];
  for (let index = 0; index < 16; index += 2)
    groups.push(((bytes[index] << 8) | bytes[index + 1]).toString(16));
  let bestStart = 0;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === "0") length++;
    if (length > bestLength) {
      bestStart = start;
      bestLength = length;
    }
  }
  if (bestLength < 2) return groups.join(":");
  return `${groups.slice(0, bestStart).join(":")}::${groups.slice(bestStart + bestLength).join(":")}`;
}

const PUBLIC_FIRST_OCTETS: readonly number[] = publicFirstOctets();
/** First octets × second × half the thirds × 254 hosts. */
const PUBLIC_COUNT = PUBLIC_FIRST_OCTETS.length * 256 * 128 * 254;
/** Primes that do not divide PUBLIC_COUNT, so stepping by one visits every address once. */
const STRIDES = [805_306_457, 402_653_189, 1_000_000_007, 715_827_883];

const INSIDE_PREFIXES = [0x0a000000, 0xac100000, 0xc0a80000, 0x0a140000, 0xac1e0000, 0xc0a80000, 0x0a4c0000];

/** A walk over public addresses of one parity that repeats none before all are used (1.7 thousand million). */
class PublicWalk {
  readonly #parity: number;
  readonly #stride: number;
  #index: number;

  constructor(random: Random, parity: 0 | 1) {
    this.#parity = parity;
    this.#stride = random.pick(STRIDES);
    this.#index = Math.floor(random.uniform() * PUBLIC_COUNT);
  }

  next(): number {
    this.#index = (this.#index + this.#stride) % PUBLIC_COUNT;
    let rest = this.#index;
    const host = (rest % 254) + 1;
    rest = Math.floor(rest / 254);
    const third = (rest % 128) * 2 + this.#parity;
    rest = Math.floor(rest / 128);
    return ((PUBLIC_FIRST_OCTETS[rest >>> 8] << 24) | ((rest & 0xff) << 16) | (third << 8) | host) >>> 0;
  }
}

export class AddressPlan {
  /** Network of the site, /16; its /24s with an even third octet belong to benign hosts. */
  readonly insidePrefix: number;
  readonly #random: Random;
  readonly #benign: PublicWalk;
  readonly #hostile: PublicWalk;
  readonly #inside: { third: number; used: number; order: number[] }[] = [];
  readonly #site6: readonly [number, number];
  #counter6 = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#benign = new PublicWalk(random, 0);
    this.#hostile = new PublicWalk(random, 1);
    const prefix = random.pick(INSIDE_PREFIXES);
    this.insidePrefix = (prefix | (prefix >>> 24 === 10 ? random.integer(0, 200) << 16 : 0)) >>> 0;
    this.#site6 = [0x20010db8, random.uint32() & 0xffff00ff];
  }

  /** Prefix of the /24 numbered `net` (0 is where the first hosts live). */
  insideNet(net: number): number {
    return (this.insidePrefix | (this.#net(net).third << 8)) >>> 0;
  }

  /** A new inside address in the /24 numbered `net`; benign and attacking hosts share the nets but no address. */
  inside(net: number): number {
    const state = this.#net(net);
    const host = state.order[state.used++ % state.order.length];
    return (this.insidePrefix | (state.third << 8) | host) >>> 0;
  }

  /** How many more addresses the /24 numbered `net` has. */
  insideLeft(net: number): number {
    const state = this.#net(net);
    return state.order.length - state.used;
  }

  outside(hostile: boolean): number {
    return (hostile ? this.#hostile : this.#benign).next();
  }

  /** An unused address of the site's network, for spoofing; its third octet is odd. */
  spoofedInside(): number {
    const random = this.#random;
    return (this.insidePrefix | (random.integer(0, 127) << 9) | 0x100 | random.integer(1, 254)) >>> 0;
  }

  ipv6(inside: boolean): readonly [number, number, number, number] {
    const random = this.#random;
    const counter = ++this.#counter6;
    const interfaceHigh = random.chance(0.4) ? 0 : random.uint32();
    if (inside)
      return [
        this.#site6[0],
        this.#site6[1],
        interfaceHigh | 0x02000000,
        (counter << 8) | random.integer(1, 255),
      ];
    const registry = random.pick([0x20014860, 0x26001f00, 0x2a000000, 0x24040000, 0x28000000, 0x2a032880]);
    return [
      registry | (random.uint32() & 0xff),
      random.uint32(),
      interfaceHigh,
      (counter << 4) | random.integer(0, 15),
    ];
  }

  #net(net: number): { third: number; used: number; order: number[] } {
    let state = this.#inside[net];
    if (state === undefined) {
      const first = this.#inside[0]?.third ?? this.#random.integer(0, 127) * 2;
      const order: number[] = [];
      // .1 is the gateway.
      for (let host = 2; host < 255; host++) order.push(host);
      state = { third: (first + net * 2) & 0xfe, used: 0, order: this.#random.shuffle(order) };
      this.#inside[net] = state;
    }
    return state;
  }
}

function publicFirstOctets(): number[] {
  const octets: number[] = [];
  for (let octet = 1; octet < 224; octet++) {
    if (![10, 100, 127, 169, 172, 192, 198, 203].includes(octet)) octets.push(octet);
  }
  return octets;
}
